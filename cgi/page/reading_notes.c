#include "reading_parts.h"

void reading_notes_fill(struct page *page, struct node message, const struct letter *letter)
{
    static const struct {
        enum letter_note note;
        const char *key;
    } notes[] = {{LETTER_NOTE_ENCRYPTED, "message.encrypted"},
                 {LETTER_NOTE_WRAPPED, "message.wrapped"},
                 {LETTER_NOTE_PARTIAL, "message.partial"},
                 {LETTER_NOTE_EXTERNAL, "message.external"},
                 {LETTER_NOTE_MORE, "message.more_parts"}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (letter->notes & notes[i].note)
            node_put(node_item(message, "Notes", n++), "text",
                     locale_text(page->locale, notes[i].key));
}

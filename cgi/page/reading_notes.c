#include "reading_parts.h"

void reading_notes_fill(struct page *page, struct node message, const struct letter *letter)
{
    static const struct {
        enum letter_note note;
        const char *key;
        bool save; /* the sentence tells to */
    } notes[] = {{LETTER_NOTE_ENCRYPTED, "message.encrypted", true},
                 {LETTER_NOTE_WRAPPED, "message.wrapped", true},
                 {LETTER_NOTE_PARTIAL, "message.partial", true},
                 {LETTER_NOTE_EXTERNAL, "message.external", false},
                 {LETTER_NOTE_MORE, "message.more_parts", false}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        if (!(letter->notes & notes[i].note))
            continue;
        struct node item = node_item(message, "Notes", n++);
        node_put(item, "text", locale_text(page->locale, notes[i].key));
        node_put_flag(item, "save", notes[i].save);
    }
}

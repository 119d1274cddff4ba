#include "reading_parts.h"

#include "file_kind.h"
#include "text_part.h"
#include "tnef_files.h"
#include "word.h"

static void put_attachment(struct page *page, struct node item, const struct target *target,
                           const struct letter_attachment *a)
{
    const struct file_kind *kind = file_kind_of(a->media_type);
    bool message = a->part->envelope != NULL;
    struct sv name = a->name;
    if (name.n == 0 && message)
        name = word_decode(page->arena, a->part->envelope->subject);
    if (name.n == 0)
        name = locale_text(page->locale, message ? "message.nested" : "message.unnamed");
    const char *acts = reading_name_fill(page, item, name, a->media_type);
    node_put(item, "type", locale_text(page->locale, acts ? acts : kind->key));
    node_put(item, "size", locale_size(page->locale, page->arena, a->size));
    node_put(item, "url", part_url(page, target, a->part->id, false));
    node_put_cstr(item, "icon", acts ? "file" : kind->icon);
    const struct target nested = {.folder = target->folder,
                                  .uidvalidity = target->uidvalidity,
                                  .uid = target->uid,
                                  .nested = a->part->id};
    if (message)
        node_put(item, "open_url", target_url(page, "/message", &nested));
    else if (response_image_type(a->media_type).n > 0 && !acts)
        node_put(item, "open_url", part_url(page, target, a->part->id, true));
    else if (tnef_files_in(a->media_type, a->name))
        node_put(item, "open_url", target_url_with(page, "/tnef", target, "part", a->part->id));
    else if (text_reading_of(a->media_type, a->name) != TEXT_READING_NONE)
        node_put(item, "open_url", part_text_url(page, target, a->part->id));
}

void reading_files_fill(struct page *page, struct node message, const struct target *target,
                        const struct letter *letter)
{
    for (size_t i = 0; i < letter->attachment_count; i++)
        put_attachment(page, node_item(message, "Attachments", i), target, &letter->attachments[i]);
    if (letter->attachment_count > 1)
        node_put(message, "zip_url", target_url(page, "/zip", target));
}

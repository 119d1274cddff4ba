#include "reading_parts.h"

#include "file_kind.h"
#include "part_kind.h"
#include "text_part.h"
#include "tnef_files.h"
#include "word.h"

static bool is_number(struct sv text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_digit(text.p[i]))
            return false;
    return text.n > 0 && text.n < 10;
}

/* "Part 2 of a message in 5 parts"; empty if it is none. The total may be missing but in the last.
 */
static struct sv piece_name(struct page *page, const struct imap_part *part)
{
    struct sv number = sv_trim(imap_parameter_get(part->parameters, SV("number")));
    struct sv total = sv_trim(imap_parameter_get(part->parameters, SV("total")));
    if (part_note(part) != PART_NOTE_PARTIAL || !is_number(number))
        return SV("");
    if (!is_number(total))
        return locale_format(page->locale, page->arena, "message.part_of", number);
    return locale_format(page->locale, page->arena, "message.part_name", number, total);
}

static void put_attachment(struct page *page, struct node item, const struct target *target,
                           const struct letter_attachment *a)
{
    const struct file_kind *kind = file_kind_of(a->media_type);
    bool message = a->part->envelope != NULL;
    struct sv name = a->name;
    if (name.n == 0 && message)
        name = word_decode(page->arena, a->part->envelope->subject);
    if (name.n == 0)
        name = piece_name(page, a->part);
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

void reading_enclosed_fill(struct page *page, struct node message, const struct target *target,
                           const struct body *body, size_t at)
{
    const struct sv type = SV("application/octet-stream"); /* nothing says more than the name */
    const struct file_kind *kind = file_kind_of(type);
    for (size_t i = 0; i < body->file_count; i++) {
        const struct body_file *file = &body->files[i];
        struct node item = node_item(message, "Attachments", at + i);
        const char *acts = reading_name_fill(page, item, file->name, type);
        node_put(item, "type", locale_text(page->locale, acts ? acts : kind->key));
        if (file->size > 0)
            node_put(item, "size", locale_size(page->locale, page->arena, file->size));
        node_put(item, "url", enclosed_url(page, target, file->part->id, file->number));
        node_put_cstr(item, "icon", kind->icon);
    }
    if (at + body->file_count > 1)
        node_put(message, "zip_url", target_url(page, "/zip", target));
}

void reading_files_fill(struct page *page, struct node message, const struct target *target,
                        const struct letter *letter)
{
    for (size_t i = 0; i < letter->attachment_count; i++)
        put_attachment(page, node_item(message, "Attachments", i), target, &letter->attachments[i]);
    if (letter->attachment_count > 1)
        node_put(message, "zip_url", target_url(page, "/zip", target));
}

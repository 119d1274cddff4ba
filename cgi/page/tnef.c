/* GET /tnef: what is inside a winmail.dat; with file=N one of its files, streamed from where it
 * stands in there. What may be shown, what is a download and what is said of a name is as for
 * parts. */
#include "file_kind.h"
#include "filename.h"
#include "folder_list.h"
#include "link.h"
#include "pages.h"
#include "public.h"
#include "reading_parts.h"
#include "receipt.h"
#include "sniffer.h"
#include "tnef_files.h"
#include "utf8.h"

enum { TEXT_SHOWN_MAX = 512 * 1024 };

/* What the functions below have in common. */
struct opened {
    struct page *page;
    struct imap *imap;
    struct target target;
    struct letter letter;
    const struct imap_part *part;
    struct tnef_list list;
};

/* ---- one file ---- */

static struct sv shown_name(const struct opened *o, const struct tnef_list_file *file)
{
    struct page *page = o->page;
    struct sv name = file->name;
    if (file->content == TNEF_LIST_MESSAGE && name.n == 0)
        return locale_text(page->locale, "message.nested");
    if (name.n == 0)
        return locale_text(page->locale, "message.unnamed");
    return file->content == TNEF_LIST_MESSAGE ? name : filename_clean(page->arena, name);
}

/* Bytes that no program knows by their content carry what they are in their names. */
static struct sv saved_name(const struct opened *o, const struct tnef_list_file *file)
{
    const char *extension = file->content == TNEF_LIST_MESSAGE  ? ".tnef"
                            : file->content == TNEF_LIST_OBJECT ? ".ole"
                                                                : "";
    struct sv name = utf8_cut(shown_name(o, file), FILENAME_LENGTH_MAX / 2);
    if (*extension == '\0')
        name = shown_name(o, file);
    return arena_printf(o->page->arena, "%.*s%s", SV_ARG(name), extension);
}

static struct sv media_type(const struct opened *o, const struct tnef_list_file *file)
{
    if (file->content == TNEF_LIST_MESSAGE)
        return SV("message/rfc822");
    if (file->content == TNEF_LIST_OBJECT)
        return SV("application/octet-stream");
    return tnef_files_media_type(o->page->arena, file);
}

static enum status send_file(const struct opened *o)
{
    struct page *page = o->page;
    struct response *response = page->response;
    uint32_t index;
    if (request_u32(page->request, "file", &index) != STATUS_OK || index >= o->list.file_count ||
        o->list.files[index].content == TNEF_LIST_ABSENT)
        return target_missing(page);
    const struct tnef_list_file *file = &o->list.files[index];
    struct sniffer sniffer;
    bool shown =
        request_has(page->request, "open") && response_image_type(media_type(o, file)).n > 0;
    if (public_warns_first(page) && !shown)
        return public_warn(page, &o->target, saved_name(o, file));
    sniffer_init(&sniffer, page, media_type(o, file));
    response_set_filename(response, saved_name(o, file));
    response_set_length(response, file->length);
    struct imap_call call = page_call(page);
    enum status st =
        tnef_files_write(o->imap, &call, o->target.uid, o->part, file, sniffer_sink(&sniffer));
    if (st == STATUS_OK)
        st = sniffer_finish(&sniffer);
    if (st == STATUS_UNSUPPORTED && !response->started && public_warns_first(page))
        return public_warn(page, &o->target, saved_name(o, file));
    return st;
}

/* ---- the page ---- */

static struct sv file_url(const struct opened *o, size_t index, bool open)
{
    struct page *page = o->page;
    struct sv url = target_url_with(page, "/tnef", &o->target, "part", o->part->id);
    return arena_printf(page->arena, "%.*s&file=%zu%s", SV_ARG(url), index, open ? "&open=1" : "");
}

/* A message's or an object's name says nothing of what its file is: that is added to it. */
static const char *put_name(const struct opened *o, struct node item,
                            const struct tnef_list_file *file, struct sv type)
{
    bool named = file->content == TNEF_LIST_BYTES || file->content == TNEF_LIST_ABSENT;
    if (named && file->name.n > 0)
        return reading_name_fill(o->page, item, file->name, type);
    node_put(item, "name", shown_name(o, file));
    return NULL;
}

static void put_file(const struct opened *o, struct node item, size_t index)
{
    struct page *page = o->page;
    const struct tnef_list_file *file = &o->list.files[index];
    struct sv type = media_type(o, file);
    const struct file_kind *kind = file_kind_of(type);
    bool there = file->content != TNEF_LIST_ABSENT;
    const char *acts = put_name(o, item, file, type);
    const char *key = file->content == TNEF_LIST_OBJECT ? "tnef.object" : kind->key;
    node_put(item, "type", locale_text(page->locale, acts ? acts : key));
    node_put_cstr(item, "icon", acts ? "file" : kind->icon);
    if (!there)
        node_put_text(item, "note", "tnef.absent");
    else if (file->cut)
        node_put_text(item, "note", "tnef.cut");
    else if (file->damaged)
        node_put_text(item, "note", "tnef.altered");
    if (!there)
        return;
    node_put(item, "size", locale_size(page->locale, page->arena, file->length));
    node_put(item, "url", file_url(o, index, false));
    if (file->opened > 0)
        node_put(item, "open_url", arena_printf(page->arena, "#message-%zu", file->opened));
    else if (response_image_type(type).n > 0 && !acts)
        node_put(item, "open_url", file_url(o, index, true));
}

static void put_messages(struct opened *o, struct node tnef)
{
    struct page *page = o->page;
    size_t room = TEXT_SHOWN_MAX, shown[TNEF_LIST_MESSAGES_MAX] = {0};
    for (size_t i = 0; i < o->list.message_count; i++) {
        const struct tnef_list_message *m = &o->list.messages[i];
        struct node item = node_item(tnef, "Messages", i);
        struct sv text = utf8_cut(m->text, room);
        o->list.left_out = o->list.left_out || text.n < m->text.n;
        room -= text.n;
        node_put_number(item, "number", (int64_t)i);
        if (i > 0)
            node_put(item, "subject",
                     m->subject.n > 0 ? m->subject
                                      : locale_text(page->locale, "message.no_subject"));
        node_put(item, "text", text);
    }
    for (size_t i = 0; i < o->list.file_count; i++) {
        size_t message = o->list.files[i].message;
        struct node item = node_item(tnef, "Messages", message);
        put_file(o, node_item(item, "Files", shown[message]++), i);
    }
}

/* In words what is wrong with it. */
static void put_notices(const struct opened *o, struct node tnef)
{
    const struct tnef_list *list = &o->list;
    const struct {
        bool holds;
        const char *key;
    } notices[] = {
        {list->message_count == 0, "tnef.unreadable"},
        {list->incomplete, "tnef.incomplete"},
        {list->damaged, "tnef.damaged"},
        {list->left_out, "tnef.left_out"},
        {list->message_count == 1 && list->file_count == 0 && list->messages[0].text.n == 0,
         "tnef.nothing"},
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++)
        if (notices[i].holds)
            node_put(node_item(tnef, "Notices", n++), "text",
                     locale_text(o->page->locale, notices[i].key));
}

static enum status show(struct opened *o)
{
    struct page *page = o->page;
    struct node root = view_root(page_view(page)), tnef = node_child(root, "Tnef");
    struct sv name = letter_part_name(page->arena, o->part);
    struct sv subject = o->letter.subject.n > 0 ? o->letter.subject
                                                : locale_text(page->locale, "message.no_subject");
    name = filename_clean(page->arena, name.n > 0 ? name : SV("winmail.dat"));
    node_put(root, "Page.title",
             locale_format(page->locale, page->arena, "tnef.title", name, subject));
    node_put(tnef, "subject", subject);
    node_put(tnef, "contents", locale_format(page->locale, page->arena, "tnef.contents", name));
    node_put(tnef, "back_url", target_url(page, "/message", &o->target));
    node_put(tnef, "part_url", part_url(page, &o->target, o->part->id, false));
    put_messages(o, tnef);
    put_notices(o, tnef);
    return page_render(page, 200, "tnef");
}

enum status page_tnef(struct page *page)
{
    struct opened o = {.page = page};
    struct imap_call call = page_call(page);
    struct folders folders;
    struct sv id = inputs_get(&page->request->query, "part");
    bool one_file = request_has(page->request, "file");
    enum status st = target_read(page, &o.target);
    if (st == STATUS_OK)
        st = target_select(page, &o.target, &o.imap);
    if (st == STATUS_OK && !one_file)
        st = folder_list_fill(page, o.imap, o.target.folder, &folders);
    if (st == STATUS_OK)
        st = letter_load(o.imap, &call, o.target.uid, SV(""), LETTER_HTML, &o.letter);
    if (st != STATUS_OK)
        return st;
    o.part = imap_part_find(o.letter.structure, id);
    if (!o.part || id.n == 0 || o.part->child_count > 0)
        return target_missing(page);
    st = tnef_files_load(o.imap, &call, &page->site->jail, o.target.uid, o.part, &o.list);
    if (st != STATUS_OK)
        return st;
    receipt_opened(page, &o.target, &o.letter);
    st = one_file ? send_file(&o) : show(&o);
    if (page->response->started && page->response->kind == RESPONSE_DOWNLOAD)
        receipt_downloaded(page, &o.target, page->response->filename);
    return st;
}

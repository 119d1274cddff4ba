#include "compose_form.h"

#include "file_kind.h"
#include "flash.h"
#include "utf8.h"

enum { FILE_TEXT_MAX = 2000, FILES_MAX = 1000, PEOPLE_TEXT_MAX = 1000 * 1000, IDS_TEXT_MAX = 8000 };

/* ---- people ---- */

struct draft_people compose_people(struct page *page, struct sv typed)
{
    struct typed_addresses list = {0};
    struct draft_people people = {.typed = typed, .faulty = true};
    if (address_list_typed(page->arena, typed, &list) == STATUS_OK) {
        people.good = list.good;
        people.faulty = list.bad_n > 0;
    }
    return people;
}

struct draft_people compose_people_of(struct page *page, struct addresses list)
{
    struct sb typed;
    sb_init(&typed, page->arena, PEOPLE_TEXT_MAX);
    address_add_display(&typed, list);
    return (struct draft_people){.typed = sb_view(&typed), .good = list};
}

struct addresses compose_identity(struct page *page)
{
    struct addresses me = address_list_parse(page->arena, page_user_address(page));
    if (me.n > 0)
        me.items[0].name = page->preferences.name;
    return me;
}

/* ---- reading ---- */

static bool id_valid(struct sv id)
{
    if (sv_eq(id, SV(COMPOSE_WHOLE)))
        return true;
    for (size_t i = 0; i < id.n; i++)
        if (!ascii_is_digit(id.p[i]) && id.p[i] != '.')
            return false;
    return id.n > 0 && id.n <= 100;
}

/* "2.1 34567 image/png photo.png" */
static enum status read_file(struct sv text, struct compose_file *out)
{
    struct compose_file file = {.id = sv_cut(&text, ' ')};
    if (text.n > FILE_TEXT_MAX || !id_valid(file.id) ||
        sv_to_u64(sv_cut(&text, ' '), UINT64_MAX, &file.size) != STATUS_OK)
        return STATUS_INVALID;
    file.media_type = sv_cut(&text, ' ');
    file.name = text;
    *out = file;
    return STATUS_OK;
}

static enum status read_files(struct page *page, const char *name, struct compose_files *out)
{
    struct compose_files files = {arena_array(page->arena, FILES_MAX, sizeof *files.p), 0};
    struct sv value;
    size_t at = 0;
    while (inputs_next(&page->request->form, name, &at, &value))
        if (files.n == FILES_MAX || read_file(value, &files.p[files.n++]) != STATUS_OK)
            return STATUS_INVALID;
    *out = files;
    return STATUS_OK;
}

static uint32_t number(const struct inputs *form, const char *name)
{
    uint32_t value = 0;
    return sv_to_u32(inputs_get(form, name), &value) == STATUS_OK ? value : 0;
}

static enum status read_origin(struct page *page, struct compose *compose)
{
    const struct inputs *form = &page->request->form;
    struct draft_origin *origin = &compose->draft.origin;
    *origin = (struct draft_origin){.folder = inputs_get(form, "folder"),
                                    .uidvalidity = number(form, "v"),
                                    .uid = number(form, "uid"),
                                    .nested = inputs_get(form, "nested")};
    if (origin->folder.n == 0)
        origin->uid = 0;
    if (origin->nested.n > 0 && !id_valid(origin->nested))
        return STATUS_INVALID;
    enum status st = draft_mode_find(inputs_get(form, "origin"), &origin->mode);
    return st == STATUS_OK ? draft_mode_find(inputs_get(form, "mode"), &compose->mode) : st;
}

enum status compose_read(struct page *page, struct compose *out)
{
    const struct inputs *form = &page->request->form;
    struct sv asked = inputs_get(form, "asked");
    uint64_t seen = 0;
    struct compose compose = {
        .version = {number(form, "draft_v"), number(form, "draft_uid")},
        .back = page_return_path(page, "back", SV("/mail")),
        .ask = asked.n > 0 && sv_to_u64(asked, INT64_MAX, &seen) == STATUS_OK,
        .sure = inputs_get(form, "sure").n > 0,
        .focus = "text",
    };
    compose.seen = (int64_t)seen;
    if (compose.ask)
        compose.warning = locale_text(page->locale, "compose.maybe_sent");
    compose.draft = (struct draft){
        .message_id = inputs_get(form, "message_id"),
        .from = compose_identity(page),
        .reply_to = compose_people(page, inputs_get(form, "reply_to")).good,
        .to = compose_people(page, inputs_get(form, "to")),
        .cc = compose_people(page, inputs_get(form, "cc")),
        .bcc = compose_people(page, inputs_get(form, "bcc")),
        .subject = utf8_line(page->arena, inputs_get(form, "subject")),
        .text = inputs_get(form, "text"),
        .in_reply_to = msgid_list(page->arena, inputs_get(form, "in_reply_to")),
        .references = msgid_list(page->arena, inputs_get(form, "references")),
    };
    if (!msgid_valid(compose.draft.message_id))
        return STATUS_INVALID;
    enum status st = read_origin(page, &compose);
    if (st == STATUS_OK)
        st = read_files(page, "part", &compose.kept);
    if (st == STATUS_OK)
        st = read_files(page, "carry", &compose.carried);
    if (st == STATUS_OK)
        *out = compose;
    return st;
}

/* ---- the state ---- */

struct hidden {
    struct page *page;
    size_t n;
};

static void hide(struct hidden *h, struct sv name, struct sv value)
{
    struct node item = node_item(view_root(page_view(h->page)), "Hidden", h->n++);
    node_put(item, "name", name);
    node_put(item, "value", value);
}

static void hide_number(struct hidden *h, struct sv name, uint32_t value)
{
    if (value > 0)
        hide(h, name, arena_printf(h->page->arena, "%u", value));
}

static void hide_ids(struct hidden *h, struct sv name, struct msgids ids)
{
    struct sb text;
    sb_init(&text, h->page->arena, IDS_TEXT_MAX);
    for (size_t i = 0; i < ids.n && text.n + ids.items[i].n < IDS_TEXT_MAX; i++) {
        if (i > 0)
            sb_add_char(&text, ' ');
        sb_add(&text, ids.items[i]);
    }
    if (text.n > 0)
        hide(h, name, sb_view(&text));
}

static void hide_files(struct hidden *h, struct sv name, struct compose_files files)
{
    for (size_t i = 0; i < files.n; i++) {
        const struct compose_file *file = &files.p[i];
        hide(h, name,
             arena_printf(h->page->arena, "%.*s %llu %.*s %.*s", SV_ARG(file->id),
                          (unsigned long long)file->size, SV_ARG(file->media_type),
                          SV_ARG(utf8_cut(file->name, FILE_TEXT_MAX / 2))));
    }
}

static void put_state(struct page *page, const struct compose *compose)
{
    const struct draft *draft = &compose->draft;
    struct hidden h = {page, 0};
    hide(&h, SV("message_id"), draft->message_id);
    hide(&h, SV("mode"), sv_of(draft_mode_names[compose->mode]));
    hide(&h, SV("origin"), sv_of(draft_mode_names[draft->origin.mode]));
    hide_number(&h, SV("draft_v"), compose->version.uidvalidity);
    hide_number(&h, SV("draft_uid"), compose->version.uid);
    if (draft->origin.uid > 0) {
        hide(&h, SV("folder"), draft->origin.folder);
        hide_number(&h, SV("v"), draft->origin.uidvalidity);
        hide_number(&h, SV("uid"), draft->origin.uid);
        if (draft->origin.nested.n > 0)
            hide(&h, SV("nested"), draft->origin.nested);
    }
    if (draft->reply_to.n > 0)
        hide(&h, SV("reply_to"), compose_people_of(page, draft->reply_to).typed);
    hide_ids(&h, SV("in_reply_to"), draft->in_reply_to);
    hide_ids(&h, SV("references"), draft->references);
    hide_files(&h, SV("part"), compose->kept);
    hide_files(&h, SV("carry"), compose->carried);
    hide(&h, SV("back"), compose->back);
    if (compose->ask)
        hide(&h, SV("asked"), arena_printf(page->arena, "%lld", (long long)compose->seen));
}

/* ---- showing ---- */

static void put_file(struct page *page, size_t index, const struct compose_file *file, bool carried)
{
    struct node item = node_item(view_root(page_view(page)), "Attachments", index);
    bool named = file->name.n > 0;
    node_put(item, "id", carried ? arena_printf(page->arena, "c%.*s", SV_ARG(file->id)) : file->id);
    node_put(item, "name", named ? file->name : locale_text(page->locale, "message.unnamed"));
    node_put(item, "type", locale_text(page->locale, file_kind_of(file->media_type)->key));
    node_put(item, "size", locale_size(page->locale, page->arena, file->size));
    node_put_flag(item, "carried", carried);
}

static void put_errors(struct node node, const struct compose *compose)
{
    struct node errors = node_child(node, "Errors");
    if (compose->errors[COMPOSE_TO].n > 0)
        node_put(errors, "to", compose->errors[COMPOSE_TO]);
    if (compose->errors[COMPOSE_CC].n > 0)
        node_put(errors, "cc", compose->errors[COMPOSE_CC]);
    if (compose->errors[COMPOSE_BCC].n > 0)
        node_put(errors, "bcc", compose->errors[COMPOSE_BCC]);
    if (compose->errors[COMPOSE_ATTACH].n > 0)
        node_put(errors, "attach", compose->errors[COMPOSE_ATTACH]);
    if (compose->error.n > 0)
        node_put(node, "error", compose->error);
    node_put_flag(node, "full", compose->full);
    if (compose->warning.n > 0)
        node_put(node, "warning", compose->warning);
    if (compose->saved.n > 0)
        node_put(node, "saved", compose->saved);
    if (compose->ask)
        node_put_flag(node, "sure", true);
}

static void put_identity(struct page *page, struct node root)
{
    struct node item = node_item(root, "Identities", 0);
    node_put(item, "value", page_user_address(page));
    node_put(item, "label", compose_people_of(page, compose_identity(page)).typed);
}

static const char *title_key(enum draft_mode mode)
{
    static const char *const keys[DRAFT_MODE_COUNT] = {
        [DRAFT_NEW] = "compose.title",           [DRAFT_REPLY] = "compose.reply",
        [DRAFT_REPLY_ALL] = "compose.reply_all", [DRAFT_REPLY_LIST] = "compose.reply_list",
        [DRAFT_FORWARD] = "compose.forward",     [DRAFT_ATTACH] = "compose.forward",
        [DRAFT_EDIT] = "compose.edit",           [DRAFT_RESUME] = "compose.edit"};
    return keys[mode];
}

enum status compose_render(struct page *page, const struct compose *compose, unsigned code)
{
    const struct draft *draft = &compose->draft;
    struct node root = view_root(page_view(page)), node = node_child(root, "Compose");
    struct sv title = locale_text(page->locale, title_key(compose->mode));
    size_t n = 0;
    node_put(root, "Page.title", title);
    node_put(node, "title", title);
    if (draft->reply_to.n > 0)
        node_put(node, "reply_to", compose_people_of(page, draft->reply_to).typed);
    node_put(node, "to", draft->to.typed);
    node_put(node, "cc", draft->cc.typed);
    node_put(node, "bcc", draft->bcc.typed);
    node_put(node, "subject", draft->subject);
    node_put(node, "text", draft->text);
    node_put_flag(node, "show_cc", draft->cc.typed.n + draft->bcc.typed.n > 0);
    node_put_cstr(node, "focus", compose->focus);
    node_put(node, "limit",
             locale_format(page->locale, page->arena, "compose.limit",
                           locale_size(page->locale, page->arena, page->site->upload_max)));
    node_put_number(node, "limit_bytes", (int64_t)page->site->upload_max);
    node_put(node, "back_url", compose->back);
    put_identity(page, root);
    put_errors(node, compose);
    node_put_flag(node, "unsaved", code >= 400 && compose->saved.n == 0);
    for (size_t i = 0; i < compose->kept.n; i++)
        put_file(page, n++, &compose->kept.p[i], false);
    for (size_t i = 0; i < compose->carried.n; i++)
        put_file(page, n++, &compose->carried.p[i], true);
    put_state(page, compose);
    flash_show(page);
    return page_render(page, code, "compose");
}

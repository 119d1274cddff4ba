#include "image_link.h"

#include "charset.h"
#include "public.h"

enum { REMOTE_TEXT_MAX = 2000, PART_ID_MAX = 400 };

/* ---- reading ---- */

/* What the token of "show remote images once" stands for. */
static struct sv remote_text(struct page *page, const struct target *target)
{
    return arena_printf(page->arena, "%u %u %.*s %.*s", target->uidvalidity, target->uid,
                        SV_ARG(target->nested), SV_ARG(target->folder));
}

static bool part_id_valid(struct sv id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!ascii_is_digit(id.p[i]) && id.p[i] != '.')
            return false;
    return id.n <= PART_ID_MAX;
}

static bool charset_valid(struct sv label)
{
    return label.n == 0 ||
           (label.n <= JAIL_LABEL_MAX && !sv_has_control(label) && charset_known(label));
}

enum status target_read_from(struct page *page, const struct inputs *inputs, struct target *out)
{
    struct target target = {.folder = inputs_get(inputs, "folder"),
                            .nested = inputs_get(inputs, "nested"),
                            .charset = inputs_get(inputs, "charset")};
    struct sv view = inputs_get(inputs, "view");
    if (target.folder.n == 0 ||
        sv_to_u32(inputs_get(inputs, "v"), &target.uidvalidity) != STATUS_OK ||
        sv_to_u32(inputs_get(inputs, "uid"), &target.uid) != STATUS_OK || target.uid == 0 ||
        !part_id_valid(target.nested) || !charset_valid(target.charset))
        return STATUS_INVALID;
    target.plain = sv_eq(view, SV("plain"));
    target.html = sv_eq(view, SV("html"));
    target.allow_remote = page_remote_rule(page) != REMOTE_NEVER &&
                          session_sign_matches(page->session, "remote", remote_text(page, &target),
                                               inputs_get(inputs, "remote"));
    *out = target;
    return STATUS_OK;
}

enum status target_read(struct page *page, struct target *out)
{
    return target_read_from(page, &page->request->query, out);
}

enum status target_select(struct page *page, const struct target *target, struct imap **imap)
{
    struct imap_call call = page_call(page);
    enum status st = page_imap(page, target->folder, imap);
    if (st == STATUS_OK)
        st = imap_select(*imap, &call, target->folder, IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(*imap)->uidvalidity != target->uidvalidity) {
        diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_CHANGED, "", 0, "");
        st = STATUS_CHANGED;
    }
    return st;
}

enum letter_manner target_manner(const struct page *page, const struct target *target)
{
    bool html = target->html || (!target->plain && page->preferences.body == BODY_HTML);
    return html ? LETTER_HTML : LETTER_PLAIN;
}

enum status target_letter(struct page *page, struct imap *imap, const struct target *target,
                          enum letter_manner manner, struct letter *out)
{
    struct imap_call call = page_call(page);
    enum status st = letter_load(imap, &call, target->uid, target->nested, manner, out);
    if (st == STATUS_OK && target->charset.n > 0)
        letter_read_as(page->arena, target->charset, out);
    return st;
}

enum status target_missing(struct page *page)
{
    diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MESSAGE_MISSING, "", 0, "");
    return STATUS_NOT_FOUND;
}

/* ---- writing ---- */

void target_remote_token(struct page *page, const struct target *target,
                         char out[SESSION_CSRF_TEXT + 1])
{
    session_sign(page->session, "remote", remote_text(page, target), out);
}

struct sv target_url_with(struct page *page, const char *path, const struct target *target,
                          const char *name, struct sv value)
{
    struct sb out;
    sb_init(&out, page->arena, REQUEST_URI_MAX);
    sb_add_cstr(&out, path);
    sb_add_char(&out, '?');
    query_append(&out, "folder", target->folder);
    sb_printf(&out, "&v=%u&uid=%u", target->uidvalidity, target->uid);
    if (target->nested.n > 0)
        query_append(&out, "nested", target->nested);
    if (target->plain || target->html)
        query_append(&out, "view", target->plain ? SV("plain") : SV("html"));
    if (target->charset.n > 0)
        query_append(&out, "charset", target->charset);
    if (target->allow_remote) {
        char token[SESSION_CSRF_TEXT + 1];
        target_remote_token(page, target, token);
        query_append(&out, "remote", sv_of(token));
    }
    if (name)
        query_append(&out, name, value);
    return sb_view(&out);
}

struct sv target_url(struct page *page, const char *path, const struct target *target)
{
    return target_url_with(page, path, target, NULL, SV(""));
}

static struct sv url_of_part(struct page *page, const char *path, const struct target *target,
                             struct sv part)
{
    const struct target whole = {
        .folder = target->folder, .uidvalidity = target->uidvalidity, .uid = target->uid};
    return target_url_with(page, path, &whole, "part", part);
}

struct sv part_text_url(struct page *page, const struct target *target, struct sv part)
{
    return url_of_part(page, "/body", target, part);
}

struct sv part_url(struct page *page, const struct target *target, struct sv part, bool open)
{
    struct sv url = url_of_part(page, "/part", target, part);
    return open ? arena_printf(page->arena, "%.*s&open=1", SV_ARG(url)) : url;
}

struct sv enclosed_url(struct page *page, const struct target *target, struct sv part,
                       uint32_t number)
{
    return arena_printf(page->arena, "%.*s&file=%u", SV_ARG(part_url(page, target, part, false)),
                        number);
}

/* ---- the body ---- */

enum status target_body(struct page *page, struct imap *imap, const struct target *target,
                        const struct letter *letter, struct cards *cards, struct body *out)
{
    struct jail_cid *cids = arena_array(page->arena, JAIL_CIDS_MAX, sizeof *cids);
    const struct imap_part **parts =
        arena_array(page->arena, JAIL_CIDS_MAX, sizeof(struct imap_part *));
    size_t found = letter_cids(page->arena, letter->structure, cids, parts), n = 0;
    for (size_t i = 0; i < found; i++) {
        struct sv url = part_url(page, target, parts[i]->id, true);
        if (url.n <= JAIL_URL_MAX)
            cids[n++] = (struct jail_cid){cids[i].cid, url};
    }
    struct image_links links = {page, target};
    const struct body_request request = {.jail = &page->site->jail,
                                         .allow_remote = target->allow_remote,
                                         .charset = target->charset,
                                         .cids = cids,
                                         .cid_count = n,
                                         .images = image_link_addresses(&links),
                                         .cards = cards};
    struct imap_call call = page_call(page);
    return body_make(imap, &call, letter, &request, out);
}

struct sv target_body_key(struct page *page, const struct target *target)
{
    return arena_printf(page->arena, "%d%d %.*s %s", target_manner(page, target),
                        target->allow_remote, SV_ARG(target->charset), remote_text(page, target).p);
}

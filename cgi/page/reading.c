#include "reading.h"

#include "folder_list.h"
#include "imap_change.h"
#include "log.h"
#include "public.h"
#include "reading_parts.h"
#include "receipt.h"
#include "remote.h"
#include "rights.h"
#include "search_result.h"
#include "tag_list.h"

/* ---- the page around it ---- */

/* What the functions below have in common. */
struct reading {
    struct page *page;
    struct imap *imap;
    const struct place *place;
    const struct folder *folder; /* NULL: not in the list */
    struct target target;
    struct letter letter;
    struct sender sender;
    struct node message;
};

/* This page again, in the place where the reader is, with another manner of showing. */
static const char *own_path(const struct reading *r)
{
    return sv_eq(r->page->request->path, SV("/mail")) ? "/mail" : "/message";
}

static void add_own_url(const struct reading *r, struct sb *out)
{
    struct arena *arena = r->page->arena;
    const struct target *t = &r->target;
    sb_init(out, arena, REQUEST_URI_MAX);
    sb_add(out, place_message_url(arena, own_path(r), r->place, t->uidvalidity, t->uid));
    if (t->nested.n > 0)
        query_append(out, "nested", t->nested);
    if (t->charset.n > 0)
        query_append(out, "charset", t->charset);
}

static struct sv own_url(const struct reading *r, const char *name, struct sv value)
{
    struct sb out;
    add_own_url(r, &out);
    query_append(&out, name, value);
    return sb_view(&out);
}

/* The site's server found that the letter does not come from the sender that it names. */
static bool is_refuted(const struct reading *r)
{
    return r->sender.identity.proof == IDENTITY_REFUTED;
}

static void put_blocked(const struct reading *r)
{
    char token[SESSION_CSRF_TEXT + 1];
    struct page *page = r->page;
    node_put_flag(r->message, "remote_blocked", true);
    if (page_remote_rule(page) == REMOTE_NEVER)
        return;
    target_remote_token(page, &r->target, token);
    node_put(r->message, "allow_url", own_url(r, "remote", sv_of(token)));
    node_put_flag(r->message, "always",
                  r->target.nested.n == 0 && remote_sender(page->arena, &r->letter).n > 0 &&
                      !is_refuted(r));
}

/* Before the body is made: the frame's address then says what this page knows. Not for a letter
 * inside another: that one's sender has written what it says. */
static void allow_named_sender(struct reading *r)
{
    struct page *page = r->page;
    if (r->target.allow_remote || r->target.nested.n > 0 ||
        page_remote_rule(page) == REMOTE_NEVER ||
        !remote_sender_named(page->session, page->app->store, page->arena, &r->letter) ||
        is_refuted(r))
        return;
    r->target.allow_remote = true;
    node_put(r->message, "remote_sender", remote_sender(page->arena, &r->letter));
}

/* Makes the body now, so that the page can say what was blocked in it; the frame takes it over. The
 * cards come from the server with it. */
static enum status put_body(const struct reading *r)
{
    struct page *page = r->page;
    struct body body;
    struct cards *cards = arena_alloc(page->arena, sizeof *cards);
    cards_choose(&r->letter, cards);
    enum status st = target_body(page, r->imap, &r->target, &r->letter, cards, &body);
    if (st != STATUS_OK)
        return st;
    receipt_opened(page, &r->target, &r->letter);
    reading_cards_fill(page, r->message, &r->target, &r->letter, cards);
    if (letter_is_empty(&r->letter)) {
        node_put_text(r->message, "no_body", "message.no_body");
        return STATUS_OK;
    }
    body_keep(page->session, target_body_key(page, &r->target), &body);
    node_put(r->message, "body_url", target_url(page, "/body", &r->target));
    if (body.unsafe) {
        node_put_text(r->message, "notice", "message.unsafe");
        node_put(r->message, "notice_url", part_url(page, &r->target, body.unsafe_part, false));
    } else if (body.truncated)
        node_put_text(r->message, "notice", "message.cut");
    if (body.remote_blocked > 0)
        put_blocked(r);
    reading_enclosed_fill(page, r->message, &r->target, &body, r->letter.attachment_count);
    reading_charset_fill(page, r->message, &r->target, body.replaced);
    if (r->letter.has_html && r->letter.has_plain) {
        bool html = target_manner(page, &r->target) == LETTER_HTML;
        node_put(r->message, "switch_url", own_url(r, "view", html ? SV("plain") : SV("html")));
        node_put(r->message, "switch_label",
                 locale_text(page->locale, html ? "message.as_text" : "message.as_html"));
    }
    return STATUS_OK;
}

/* ---- neighbours ---- */

/* A few UIDs of the list around the message, from row `skip` on. In arrival order the message's own
 * sequence number says where that is; elsewhere, or where not all of it is there, the page that the
 * link names is looked at, with one row more at each end. */
static enum status load_around(struct reading *r, uint32_t size, uint32_t *skip,
                               struct order_window *window)
{
    struct page *page = r->page;
    struct imap_call call = page_call(page);
    struct listing_request request = place_request(page, r->place, r->folder);
    const struct imap_sorting *sorting = &r->place->sorting;
    bool by_page = imap_partial(r->imap);
    *skip = request.skip > 0 ? request.skip - 1 : 0;
    if (sorting->order != IMAP_ORDER_ARRIVAL || place_is_search(r->place))
        return order_window(page->session, r->imap, &call, &request.order, *skip, size + 2, window);
    uint32_t total = imap_selected(r->imap)->exists, position = r->letter.position;
    uint32_t row = sorting->descending && position <= total ? total - position : position - 1;
    if (!by_page)
        *skip = row > 0 ? row - 1 : 0;
    const struct imap_window around = {
        .skip = *skip, .count = by_page ? size + 2 : 3, .newest_first = sorting->descending};
    const struct imap_items uid_alone = {0};
    struct imap_messages got;
    enum status st = imap_fetch_window(r->imap, &call, &around, &uid_alone, &got, &window->total);
    uint32_t *uids = arena_array(page->arena, around.count, sizeof *uids);
    for (size_t i = 0; st == STATUS_OK && i < got.n && i < around.count; i++)
        uids[i] = got.p[i].uid;
    window->uids = (struct imap_uids){uids, st == STATUS_OK ? got.n : 0};
    return st;
}

/* Where the message stands in its list; one that has moved on from there has no neighbours. */
static enum status put_neighbours(struct reading *r)
{
    struct page *page = r->page;
    struct order_window window;
    struct place near = *r->place;
    uint32_t skip, size = page->preferences.page_size;
    size_t i = 0;
    if (r->place->search.n > 0) {
        search_neighbours_put(page, r->message, r->place->search, r->place->folder, r->target.uid);
        return STATUS_OK;
    }
    enum status st = load_around(r, size, &skip, &window);
    if (st == STATUS_CANCELLED) /* its list would have to be searched for anew */
        window = (struct order_window){0};
    else if (st != STATUS_OK)
        return st;
    while (i < window.uids.n && window.uids.p[i] != r->target.uid)
        i++;
    node_put(r->message, "back_url", place_url(page->arena, "/mail", r->place));
    if (i == window.uids.n)
        return STATUS_OK;
    const char *path = own_path(r);
    uint32_t at = skip + (uint32_t)i, v = r->target.uidvalidity;
    node_put(r->message, "position",
             locale_format(page->locale, page->arena, "message.position",
                           locale_number(page->locale, page->arena, at + 1),
                           locale_number(page->locale, page->arena, window.total)));
    near.page = at / size + 1;
    node_put(r->message, "back_url", place_url(page->arena, "/mail", &near));
    if (i > 0) {
        near.page = (at - 1) / size + 1;
        node_put(r->message, "prev_url",
                 place_message_url(page->arena, path, &near, v, window.uids.p[i - 1]));
    }
    if (i + 1 < window.uids.n) {
        near.page = (at + 1) / size + 1;
        node_put(r->message, "next_url",
                 place_message_url(page->arena, path, &near, v, window.uids.p[i + 1]));
    }
    return STATUS_OK;
}

/* ---- what can be done ---- */

static void put_compose(const struct reading *r, const char *mode, struct sv *url)
{
    *url = target_url_with(r->page, "/compose", &r->target, "mode", sv_of(mode));
}

/* From a list by its identifier, else by its sender. */
static void put_filters(const struct reading *r)
{
    struct page *page = r->page;
    const struct letter *letter = &r->letter;
    struct sb url;
    size_t open = sv_find_last_char(letter->list_id, '<'), close;
    struct sv list = open == SIZE_MAX ? SV("") : sv_slice(letter->list_id, open + 1, SIZE_MAX);
    if (page->site->filters.way == FILTER_NONE || r->target.nested.n > 0 || page_is_public(page))
        return;
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add_cstr(&url, "/filters/edit?");
    if ((close = sv_find_char(list, '>')) != SIZE_MAX)
        query_append(&url, "list", sv_slice(list, 0, close));
    else if (letter->from.n > 0)
        query_append(&url, "from", address_spec(page->arena, letter->from.items[0]));
    node_put(r->message, "filter_url", sb_view(&url));
    node_put(r->message, "why_url", target_url(page, "/filters/why", &r->target));
}

/* This one message as a page to keep (page/journey.c). */
static void put_journey(const struct reading *r)
{
    struct page *page = r->page;
    struct sb url;
    if (page_is_public(page) || r->target.nested.n > 0)
        return;
    sb_init(&url, page->arena, REQUEST_URI_MAX);
    sb_add_cstr(&url, "/journey?");
    query_append(&url, "folder", r->place->folder);
    query_append(&url, "v", arena_printf(page->arena, "%u", r->target.uidvalidity));
    query_append(&url, "uids", arena_printf(page->arena, "%u", r->target.uid));
    node_put(r->message, "journey_url", sb_view(&url));
}

static void put_answers(const struct reading *r)
{
    struct sv url;
    bool draft = r->folder && r->folder->use == IMAP_USE_DRAFTS && r->target.nested.n == 0;
    if (session_reading(r->page->session))
        return;
    put_compose(r, "reply", &url);
    node_put(r->message, "reply_url", url);
    if (r->letter.to.n + r->letter.cc.n > 1) {
        put_compose(r, "replyall", &url);
        node_put(r->message, "reply_all_url", url);
    }
    if (r->letter.list_post.n > 0) {
        put_compose(r, "replylist", &url);
        node_put(r->message, "reply_list_url", url);
    }
    put_compose(r, "forward", &url);
    node_put(r->message, "forward_url", url);
    put_compose(r, "attach", &url);
    node_put(r->message, "forward_attach_url", url);
    put_compose(r, draft ? "draft" : "edit", &url);
    if (draft)
        node_put(r->message, "draft_url", url);
    else
        node_put(r->message, "edit_url", url);
}

static void put_actions(const struct reading *r)
{
    struct page *page = r->page;
    const struct target *t = &r->target;
    put_filters(r);
    put_answers(r);
    node_put(r->message, "source_url", target_url(page, "/source", t));
    node_put(r->message, "eml_url", target_url_with(page, "/source", t, "save", SV("1")));
    node_put(r->message, "headers_url", target_url(page, "/headers", t));
    node_put(r->message, "print_url", target_url_with(page, "/body", t, "print", SV("1")));
    put_journey(r);
}

static void put_place(const struct reading *r)
{
    struct page *page = r->page;
    struct sb here;
    add_own_url(r, &here);
    node_put(r->message, "here", sb_view(&here));
    node_put(r->message, "folder", r->place->folder);
    node_put_number(r->message, "v", r->target.uidvalidity);
    node_put_number(r->message, "uid", r->target.uid);
    node_put_cstr(r->message, "kind", folder_kind(r->folder ? r->folder->use : IMAP_USE_NONE));
    node_put(r->message, "back_label",
             r->place->search.n > 0 ? locale_text(page->locale, "search.results")
             : r->folder            ? folder_label(page, r->folder, false)
                                    : r->place->folder);
    node_put(r->message, "next_back", place_url(page->arena, "/mail", r->place));
}

/* Beside a list its page has them already, and fills them again with the same. */
static enum status put_tags(const struct reading *r)
{
    const struct imap_flags *flags = &r->letter.flags;
    struct sv *own = arena_array(r->page->arena, flags->keyword_count + 1, sizeof *own);
    struct tags tags;
    size_t n = 0;
    enum status st = tag_list_fill(r->page, r->place, &tags);
    for (size_t i = 0; i < flags->keyword_count; i++)
        if (tag_is_one(flags->keywords[i]))
            own[n++] = flags->keywords[i];
    if (st == STATUS_OK)
        tag_list_put(r->page, r->message, &tags, own, n);
    return st;
}

/* ---- marking as read ---- */

struct seen {
    uint32_t uid;
    struct sv folder;
};

/* After the answer is out: a slow STORE would hold the page back. */
static void mark_seen(struct page *page)
{
    const struct seen *seen = page->after_context;
    const struct imap_flags flags = {.bits = IMAP_SEEN};
    struct imap_call call = page_call(page);
    const struct imap_mailbox *selected = imap_selected(page->imap);
    if (!selected || selected->read_only || !sv_eq(selected->name, seen->folder))
        return;
    enum status st = imap_store(page->imap, &call, (struct imap_uids){&seen->uid, 1}, &flags, true);
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_INFO, "not-marked-seen", "status=%s", status_name(st));
}

static bool arrange_seen(const struct reading *r, const struct folders *folders)
{
    struct page *page = r->page;
    if ((r->letter.flags.bits & IMAP_SEEN) || page->preferences.seen != SEEN_OPEN ||
        imap_selected(r->imap)->read_only)
        return false;
    struct seen *seen = arena_alloc(page->arena, sizeof *seen);
    *seen = (struct seen){r->target.uid, r->place->folder};
    page->after = mark_seen;
    page->after_context = seen;
    folder_list_read(page, folders, r->place->folder);
    return true;
}

/* ---- all of it ---- */

enum status page_reading_fill(struct page *page, struct imap *imap, const struct place *place,
                              const struct folders *folders, uint32_t uidvalidity, uint32_t uid,
                              bool *reads)
{
    struct reading *r = arena_alloc(page->arena, sizeof *r);
    *r = (struct reading){.page = page,
                          .imap = imap,
                          .place = place,
                          .folder = folder_find(folders, place->folder),
                          .message = node_child(view_root(page_view(page)), "Message")};
    enum status st = target_read(page, &r->target);
    if (st == STATUS_OK && imap_selected(imap)->uidvalidity != uidvalidity) {
        diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_CHANGED, "", 0, "");
        st = STATUS_CHANGED;
    }
    r->target.uid = uid;
    if (st == STATUS_OK)
        st = target_letter(page, imap, &r->target, target_manner(page, &r->target), &r->letter);
    if (st != STATUS_OK)
        return st;
    sender_load(page, &r->letter, &r->sender);
    allow_named_sender(r);
    reading_head_fill(page, r->message, &r->letter);
    reading_sender_fill(page, r->message, &r->target, &r->letter, &r->sender);
    if (!sv_eq(page->request->path, SV("/mail"))) /* beside a list the title is the folder's */
        node_put(view_root(page_view(page)), "Page.title",
                 r->letter.subject.n > 0 ? r->letter.subject
                                         : locale_text(page->locale, "message.no_subject"));
    reading_files_fill(page, r->message, &r->target, &r->letter);
    reading_notes_fill(page, r->message, &r->letter);
    put_place(r);
    put_actions(r);
    st = put_tags(r);
    if (st == STATUS_OK)
        st = rights_fill(page, imap, r->folder, r->message);
    bool found = false;
    if (st == STATUS_OK && place->threads && r->target.nested.n == 0)
        st = reading_thread_fill(page, imap, r->message, place, folders, &r->target, &found);
    if (st == STATUS_OK && !found)
        st = put_neighbours(r);
    if (st == STATUS_OK)
        st = put_body(r);
    if (st == STATUS_OK)
        *reads = arrange_seen(r, folders);
    return st;
}

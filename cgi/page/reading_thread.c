/* The conversation around a message: what came before it and after it, one's own letters in Sent
 * among them. Each is a link that opens it in place of this one. */
#include "conversation.h"
#include "conversation_sent.h"
#include "folder_list.h"
#include "reading_parts.h"
#include "utf8.h"

enum {
    AROUND = 20,      /* messages shown before and after the open one */
    UNFOLDED = 3,     /* of those before, the nearest; the others open by a click */
    PREVIEW_MAX = 200 /* code points */
};

struct around {
    struct page *page;
    const struct place *place;
    const struct folders *folders;
    struct node message;
    const struct target *target;
    struct thread_found found;
    size_t at;         /* of the open one in found.members */
    size_t first, end; /* of those that are shown */
    struct imap_messages members;
    struct conversation_sent sent;
};

/* ---- what is shown ---- */

static void choose_window(struct around *a)
{
    struct imap_uids members = a->found.members;
    while (members.p[a->at] != a->target->uid)
        a->at++;
    a->first = a->at > AROUND ? a->at - AROUND : 0;
    a->end = members.n - a->at > AROUND + 1 ? a->at + AROUND + 1 : members.n;
}

static enum status load_members(struct around *a, struct imap *imap)
{
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_DATE | IMAP_ITEM_ENVELOPE |
                                             IMAP_ITEM_PREVIEW};
    struct imap_uids shown = {a->found.members.p + a->first, a->end - a->first};
    struct imap_call call = page_call(a->page);
    return imap_fetch_uids(imap, &call, shown, &items, &a->members);
}

/* A lone letter that nobody has answered has nothing of its own in Sent. */
static bool may_be_in_sent(const struct around *a)
{
    for (size_t i = 0; i < a->members.n; i++) {
        const struct imap_message *m = &a->members.p[i];
        bool answers = m->envelope && m->envelope->in_reply_to.n > 0;
        if (a->found.members.n > 1 || m->flags.bits & IMAP_ANSWERED || answers)
            return true;
    }
    return false;
}

static void load_sent(struct around *a)
{
    const struct folder *sent = folder_of_use(a->folders, IMAP_USE_SENT);
    if (!sent || sv_eq(sent->name, a->place->folder) || !may_be_in_sent(a))
        return;
    conversation_sent(a->page->session, a->page->arena, a->page->deadline, sent->name, &a->members,
                      &a->sent);
}

/* ---- items ---- */

struct item {
    const struct imap_message *m;
    bool sent;
};

static int by_date(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->m->internal_date != y->m->internal_date)
        return x->m->internal_date < y->m->internal_date ? -1 : 1;
    if (x->sent != y->sent)
        return x->sent ? 1 : -1;
    return x->m->uid < y->m->uid ? -1 : x->m->uid > y->m->uid;
}

static const char *own_path(const struct around *a)
{
    return sv_eq(a->page->request->path, SV("/mail")) ? "/mail" : "/message";
}

static struct sv item_url(const struct around *a, const struct item *item)
{
    struct page *page = a->page;
    if (item->sent) {
        const struct target in_sent = {
            .folder = a->sent.folder, .uidvalidity = a->sent.uidvalidity, .uid = item->m->uid};
        return target_url(page, "/message", &in_sent);
    }
    return place_message_url(page->arena, own_path(a), a->place, a->target->uidvalidity,
                             item->m->uid);
}

static struct sv item_name(const struct around *a, const struct item *item)
{
    struct page *page = a->page;
    const struct imap_addresses *from = item->m->envelope ? &item->m->envelope->from : NULL;
    if (item->sent)
        return locale_text(page->locale, "message.me");
    for (size_t i = 0; from && i < from->n; i++)
        if (from->p[i].host.p)
            return listing_name(page->arena, &from->p[i]);
    return locale_text(page->locale, "message.no_sender");
}

static void put_item(const struct around *a, struct node node, const struct item *item)
{
    struct page *page = a->page;
    int64_t date = item->m->internal_date;
    struct sv preview =
        utf8_cut_points(sv_trim(utf8_line(page->arena, item->m->preview)), PREVIEW_MAX);
    node_put(node, "name", item_name(a, item));
    node_put(node, "url", item_url(a, item));
    node_put(node, "date", date_short(&page->dates, page->arena, date));
    node_put(node, "datetime", date_iso(&page->dates, page->arena, date));
    node_put(node, "date_full", date_full(&page->dates, page->arena, date));
    if (preview.n > 0)
        node_put(node, "preview", preview);
    node_put_flag(node, "unread", !item->sent && !(item->m->flags.bits & IMAP_SEEN));
    node_put_flag(node, "flagged", item->m->flags.bits & IMAP_FLAGGED);
    node_put_flag(node, "sent", item->sent);
}

static void put_items(const struct around *a)
{
    struct page *page = a->page;
    size_t n = 0, before = 0, room = a->members.n + a->sent.messages.n;
    struct item *items = arena_array(page->arena, room + 1, sizeof *items);
    struct node thread = node_child(a->message, "Thread");
    for (size_t i = 0; i < a->members.n; i++)
        items[n++] = (struct item){&a->members.p[i], false};
    for (size_t i = 0; i < a->sent.messages.n; i++)
        items[n++] = (struct item){&a->sent.messages.p[i], true};
    qsort(items, n, sizeof *items, by_date);
    while (before < n && (items[before].sent || items[before].m->uid != a->target->uid))
        before++;
    size_t folded = before > UNFOLDED + 1 ? before - UNFOLDED : 0;
    for (size_t i = 0; i < folded; i++)
        put_item(a, node_item(thread, "Folded", i), &items[i]);
    for (size_t i = folded; i < before; i++)
        put_item(a, node_item(thread, "Before", i - folded), &items[i]);
    for (size_t i = before + 1; i < n; i++)
        put_item(a, node_item(thread, "After", i - before - 1), &items[i]);
    if (folded > 0)
        node_put(thread, "folded",
                 locale_plural(page->locale, page->arena, "thread.earlier", folded + a->first));
}

/* ---- around the items ---- */

/* Beyond the window: the next message that way, in whose place the window stands anew. */
static void put_beyond(const struct around *a, struct node way, const char *text, size_t count,
                       size_t member)
{
    struct page *page = a->page;
    const struct imap_message beyond = {.uid = a->found.members.p[member]};
    const struct item item = {&beyond, false};
    node_put(way, "url", item_url(a, &item));
    node_put(way, "text", locale_plural(page->locale, page->arena, text, count));
}

static void put_thread(const struct around *a)
{
    struct page *page = a->page;
    size_t n = a->found.members.n, all = n + a->sent.messages.n;
    struct node thread = node_child(a->message, "Thread");
    if (all < 2)
        return;
    node_put(thread, "title", locale_plural(page->locale, page->arena, "thread.title", all));
    node_put_number(thread, "until", (int64_t)a->found.members.p[n - 1] + 1);
    node_put(thread, "acts_on", locale_plural(page->locale, page->arena, "thread.count", n));
    node_put_flag(thread, "several", n > 1);
    put_items(a);
    if (a->first > 0)
        put_beyond(a, node_child(thread, "Earlier"), "thread.earlier", a->first, a->first - 1);
    if (a->end < n)
        put_beyond(a, node_child(thread, "Later"), "thread.later", n - a->end, a->end);
}

static struct sv neighbour_url(const struct around *a, uint32_t uid, uint32_t position)
{
    struct page *page = a->page;
    struct place near = *a->place;
    near.page = (position - 1) / page->preferences.page_size + 1;
    return place_message_url(page->arena, own_path(a), &near, a->target->uidvalidity, uid);
}

/* Of the whole list only: in one of conversations that have something a neighbour is not known. */
static void put_neighbours(const struct around *a)
{
    struct page *page = a->page;
    bool newest_first = a->place->sorting.descending;
    const struct thread_found *f = &a->found;
    uint32_t position = newest_first ? f->position : f->total - f->position + 1;
    struct place near = *a->place;
    if (place_is_search(a->place))
        return;
    near.page = (position - 1) / page->preferences.page_size + 1;
    node_put(a->message, "back_url", place_url(page->arena, "/mail", &near));
    node_put(a->message, "position",
             locale_format(page->locale, page->arena, "message.position",
                           locale_number(page->locale, page->arena, position),
                           locale_number(page->locale, page->arena, f->total)));
    uint32_t previous = newest_first ? f->later : f->earlier;
    uint32_t next = newest_first ? f->earlier : f->later;
    if (previous)
        node_put(a->message, "prev_url", neighbour_url(a, previous, position - 1));
    if (next)
        node_put(a->message, "next_url", neighbour_url(a, next, position + 1));
}

enum status reading_thread_fill(struct page *page, struct imap *imap, struct node message,
                                const struct place *place, const struct folders *folders,
                                const struct target *target, bool *found)
{
    struct around a = {
        .page = page, .place = place, .folders = folders, .message = message, .target = target};
    struct imap_call call = page_call(page);
    const struct folder *folder = folder_find(folders, place->folder);
    uint32_t uidnext = folder && folder->counted ? folder->counts.uidnext : 0;
    bool costly;
    *found = false;
    enum status st =
        conversation_prepare(page->session, imap, &call, place->folder, uidnext, false, &costly);
    /* a letter does not wait for the conversations of a large folder: the list finds them out */
    if (st != STATUS_OK || costly ||
        threads_find(page->session, page->arena, place->folder, target->uidvalidity, target->uid,
                     &a.found) != STATUS_OK)
        return st;
    *found = true;
    choose_window(&a);
    node_put(message, "back_url", place_url(page->arena, "/mail", place));
    put_neighbours(&a);
    st = load_members(&a, imap);
    if (st != STATUS_OK)
        return st;
    load_sent(&a);
    put_thread(&a);
    return STATUS_OK;
}

#include "listing.h"

#include "attachment.h"
#include "date.h"
#include "identity.h"
#include "script.h"
#include "tags.h"
#include "utf8.h"
#include "word.h"

enum { WHO_MAX = 300, SUBJECT_MAX = 300, PREVIEW_MAX = 200 }; /* code points */

/* ---- rows ---- */

struct sv listing_name(struct arena *arena, const struct imap_address *a)
{
    struct sv name = script_undirected(arena, word_decode(arena, a->name));
    if (name.n > 0)
        return name;
    struct sv mailbox = script_marked(arena, utf8_line(arena, a->mailbox));
    if (a->host.n == 0)
        return mailbox;
    struct sv host = script_marked(arena, utf8_line(arena, a->host));
    return arena_printf(arena, "%.*s@%.*s", SV_ARG(mailbox), SV_ARG(host));
}

/* The first few of a list; a group shows its members. */
static struct sv who_of(struct arena *arena, struct imap_addresses list, size_t most)
{
    struct sb out;
    size_t shown = 0;
    sb_init(&out, arena, 4 * WHO_MAX);
    for (size_t i = 0; i < list.n && shown < most; i++) {
        if (!list.p[i].host.p)
            continue;
        if (shown++ > 0)
            sb_add(&out, SV(", "));
        sb_add(&out, utf8_cut_points(listing_name(arena, &list.p[i]), WHO_MAX));
    }
    return sb_view(&out);
}

static struct sv recipients_of(struct arena *arena, const struct imap_envelope *e)
{
    struct imap_addresses list = e->to.n > 0 ? e->to : e->cc.n > 0 ? e->cc : e->bcc;
    return who_of(arena, list, LISTING_RECIPIENTS_MAX);
}

static struct sv doubt_of(struct arena *arena, struct imap_addresses list, struct sv own_domain)
{
    size_t i = 0;
    while (i < list.n && !list.p[i].host.p)
        i++;
    if (i == list.n)
        return SV("");
    struct address from = {.name = word_decode(arena, list.p[i].name),
                           .mailbox = script_marked(arena, word_decode(arena, list.p[i].mailbox)),
                           .domain = script_marked(arena, word_decode(arena, list.p[i].host))};
    return identity_signs(arena, from, own_domain) ? address_spec(arena, from) : SV("");
}

static int64_t date_of(const struct listing_request *request, const struct imap_message *m)
{
    struct date date;
    if (request->order.sorting.order == IMAP_ORDER_DATE && m->envelope &&
        date_parse(m->envelope->date, &date) == STATUS_OK)
        return date.time;
    return m->internal_date;
}

static void put_labels(struct arena *arena, const struct imap_flags *flags, struct listing_row *row)
{
    struct sv *labels = NULL;
    for (size_t i = 0; i < flags->keyword_count && row->label_count < LISTING_LABELS_MAX; i++) {
        if (!tag_is_one(flags->keywords[i]))
            continue;
        if (!labels)
            labels = arena_array(arena, LISTING_LABELS_MAX, sizeof *labels);
        labels[row->label_count++] = utf8_line(arena, flags->keywords[i]);
    }
    row->labels = labels;
}

struct listing_row listing_row_of(struct arena *arena, const struct listing_request *request,
                                  const struct imap_message *m)
{
    struct listing_row row = {
        .uid = m->uid,
        .opens = m->uid,
        .unread = !(m->flags.bits & IMAP_SEEN),
        .flags = m->flags.bits,
        .attachment = m->structure && attachment_any(m->structure),
        .veiled = m->veiled,
        .preview = utf8_cut_points(sv_trim(utf8_line(arena, m->preview)), PREVIEW_MAX),
        .date = date_of(request, m),
    };
    if (m->envelope) {
        row.subject = utf8_cut_points(word_decode(arena, m->envelope->subject), SUBJECT_MAX);
        row.who = request->recipients ? recipients_of(arena, m->envelope)
                                      : who_of(arena, m->envelope->from, 1);
        if (!request->recipients)
            row.doubt = doubt_of(arena, m->envelope->from, request->own_domain);
    }
    put_labels(arena, &m->flags, &row);
    return row;
}

static void fill_rows(struct arena *arena, const struct listing_request *request,
                      const struct imap_messages *messages, struct listing *listing)
{
    listing->rows = arena_array(arena, messages->n + 1, sizeof *listing->rows);
    for (size_t i = 0; i < messages->n; i++)
        listing->rows[i] = listing_row_of(arena, request, &messages->p[i]);
    listing->n = messages->n;
}

/* ---- pages ---- */

/* Sizes are not asked for: they are dear on a cold Maildir, and no row shows one. */
const struct imap_items LISTING_ITEMS = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_DATE |
                                                 IMAP_ITEM_ENVELOPE | IMAP_ITEM_STRUCTURE |
                                                 IMAP_ITEM_PREVIEW,
                                         .people_most = LISTING_PEOPLE};

static uint32_t last_page(uint32_t total, uint32_t count)
{
    return total == 0 ? 0 : (total - 1) / count * count;
}

static enum status by_position(struct imap *imap, const struct imap_call *call,
                               const struct listing_request *request, struct listing *listing,
                               struct imap_messages *messages)
{
    struct imap_window window = {.skip = listing->skip,
                                 .count = request->count,
                                 .newest_first = request->order.sorting.descending,
                                 .refresh = request->refresh};
    return imap_fetch_window(imap, call, &window, &LISTING_ITEMS, messages, &listing->total);
}

static enum status by_order(struct session *session, struct imap *imap,
                            const struct imap_call *call, const struct listing_request *request,
                            struct listing *listing, struct imap_messages *messages)
{
    struct order_window window;
    enum status st =
        order_window(session, imap, call, &request->order, listing->skip, request->count, &window);
    if (st != STATUS_OK)
        return st;
    listing->total = window.total;
    listing->indexed = window.indexed;
    listing->cut = window.cut;
    return imap_fetch_uids(imap, call, window.uids, &LISTING_ITEMS, messages);
}

static enum status load(struct session *session, struct imap *imap, const struct imap_call *call,
                        const struct listing_request *request, struct listing *out)
{
    bool plain =
        request->order.sorting.order == IMAP_ORDER_ARRIVAL && query_empty(request->order.query);
    struct listing listing = {.skip = request->skip};
    struct imap_messages messages = {0};
    enum status st = imap_select(imap, call, request->folder, IMAP_READ_WRITE);
    if (st == STATUS_OK && request->refresh && !plain)
        st = imap_refresh(imap, call);
    for (bool again = st == STATUS_OK; again;) {
        st = plain ? by_position(imap, call, request, &listing, &messages)
                   : by_order(session, imap, call, request, &listing, &messages);
        again = st == STATUS_OK && listing.skip > 0 && listing.skip >= listing.total;
        if (again)
            listing.skip = last_page(listing.total, request->count);
    }
    if (st != STATUS_OK)
        return st;
    listing.uidvalidity = imap_selected(imap)->uidvalidity;
    fill_rows(call->arena, request, &messages, &listing);
    *out = listing;
    return STATUS_OK;
}

enum status listing_rows(struct imap *imap, const struct imap_call *call,
                         const struct listing_request *request, struct imap_uids uids,
                         struct listing *listing)
{
    struct imap_messages messages;
    struct listing out = {0};
    enum status st = imap_fetch_uids(imap, call, uids, &LISTING_ITEMS, &messages);
    if (st != STATUS_OK)
        return st;
    out.uidvalidity = imap_selected(imap)->uidvalidity;
    fill_rows(call->arena, request, &messages, &out);
    *listing = out;
    return STATUS_OK;
}

void listing_request_meet(struct listing_request *request, const struct folder *folder)
{
    enum imap_use use = folder ? folder->use : IMAP_USE_NONE;
    request->recipients = use == IMAP_USE_SENT || use == IMAP_USE_DRAFTS;
    request->order.uidnext = folder && folder->counted ? folder->counts.uidnext : 0;
}

enum status listing_load(struct session *session, struct imap *imap, const struct imap_call *call,
                         const struct listing_request *request, struct listing *listing)
{
    enum status st = load(session, imap, call, request, listing);
    if (st != STATUS_UNAVAILABLE || !imap_usable(imap) || !imap_selected(imap))
        return st;
    /* a mailbox that was made anew under us answers SERVERBUG until it is selected again */
    st = imap_unselect(imap, call);
    return st == STATUS_OK ? load(session, imap, call, request, listing) : st;
}

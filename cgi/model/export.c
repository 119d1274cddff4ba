#include "export.h"

#include "imap_bodies.h"
#include "imap_fetch.h"
#include "imap_reply.h"
#include "imap_search.h"
#include "mbox.h"
#include "word.h"

enum { LIST_BUDGET = 64 << 20, WINDOW_BUDGET = 256 << 20 };

struct exporting {
    struct imap *imap;
    struct arena *arena; /* of one window */
    int64_t command_ms;
    struct diagnosis *diagnosis;
    const struct export_taker *taker;
    struct export_counts *counts;
    struct imap_messages window;
};

static struct imap_call call_of(const struct exporting *x, struct arena *arena)
{
    return (struct imap_call){
        .arena = arena, .deadline = deadline_in(x->command_ms), .diagnosis = x->diagnosis};
}

/* ---- what is known ---- */

static unsigned marks_of(unsigned bits)
{
    return (bits & IMAP_SEEN ? MBOX_SEEN : 0u) | (bits & IMAP_ANSWERED ? MBOX_ANSWERED : 0u) |
           (bits & IMAP_FLAGGED ? MBOX_FLAGGED : 0u) | (bits & IMAP_DELETED ? MBOX_DELETED : 0u) |
           (bits & IMAP_DRAFT ? MBOX_DRAFT : 0u);
}

static struct sv keywords_of(struct arena *arena, const struct imap_flags *flags)
{
    static const enum imap_flag named[] = {IMAP_FORWARDED, IMAP_JUNK, IMAP_NOT_JUNK, IMAP_MDN_SENT};
    struct sb out;
    sb_init(&out, arena, MBOX_KEYWORDS_MAX);
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (flags->bits & named[i]) {
            sb_add_cstr(&out, out.n > 0 ? " " : "");
            sb_add_cstr(&out, flag_name(named[i]));
        }
    for (size_t i = 0; i < flags->keyword_count; i++) {
        if (out.n + 1 + flags->keywords[i].n > MBOX_KEYWORDS_MAX)
            break;
        sb_add_cstr(&out, out.n > 0 ? " " : "");
        sb_add(&out, flags->keywords[i]);
    }
    return sb_view(&out);
}

static struct sv sender_of(struct arena *arena, const struct imap_envelope *envelope)
{
    if (!envelope || envelope->from.n == 0 || envelope->from.p[0].host.n == 0)
        return SV("");
    const struct imap_address *from = &envelope->from.p[0];
    return arena_printf(arena, "%.*s@%.*s", SV_ARG(from->mailbox), SV_ARG(from->host));
}

static const struct imap_message *find(const struct exporting *x, uint32_t uid)
{
    for (size_t i = 0; i < x->window.n; i++)
        if (x->window.p[i].uid == uid)
            return &x->window.p[i];
    return NULL;
}

/* ---- bodies ---- */

static enum status body_begin(void *context, uint32_t uid, uint64_t size)
{
    struct exporting *x = context;
    const struct imap_message *m = find(x, uid);
    (void)size;
    if (!m)
        return STATUS_PROTOCOL;
    const struct export_message message = {
        .uid = uid,
        .date = m->internal_date,
        .marks = marks_of(m->flags.bits),
        .keywords = keywords_of(x->arena, &m->flags),
        .sender = sender_of(x->arena, m->envelope),
        .subject = m->envelope ? word_decode(x->arena, m->envelope->subject) : SV("")};
    return x->taker->begin(x->taker->context, &message);
}

static enum status body_data(void *context, struct sv piece)
{
    struct exporting *x = context;
    return x->taker->data(x->taker->context, piece);
}

static enum status body_end(void *context, uint32_t uid)
{
    struct exporting *x = context;
    (void)uid;
    x->counts->messages++;
    return x->taker->end(x->taker->context);
}

/* As many in one command as are not too large together: a server that is ahead of a slow reader
 * need not hold more. */
static enum status bodies_pass(struct exporting *x)
{
    const struct imap_bodies bodies = {body_begin, body_data, body_end, x};
    uint32_t uids[EXPORT_WINDOW];
    enum status st = STATUS_OK;
    for (size_t i = 0; i < x->window.n && st == STATUS_OK;) {
        uint64_t bytes = 0;
        size_t n = 0;
        do {
            bytes += x->window.p[i].size;
            uids[n++] = x->window.p[i++].uid;
        } while (i < x->window.n && bytes + x->window.p[i].size <= EXPORT_AT_ONCE);
        struct imap_call call = call_of(x, x->arena);
        st = imap_fetch_bodies(x->imap, &call, (struct imap_uids){uids, n}, &bodies);
    }
    return st;
}

static enum status window_pass(struct exporting *x, struct imap_uids uids)
{
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_DATE | IMAP_ITEM_SIZE |
                                             IMAP_ITEM_ENVELOPE,
                                     .people_most = 1};
    uint64_t before = x->counts->messages;
    arena_reset(x->arena);
    struct imap_call call = call_of(x, x->arena);
    enum status st = imap_fetch_uids(x->imap, &call, uids, &items, &x->window);
    if (st == STATUS_OK)
        st = bodies_pass(x);
    if (st == STATUS_OK)
        x->counts->gone += uids.n - (x->counts->messages - before);
    return st;
}

enum status export_messages(struct imap *imap, const struct imap_uids *uids, int64_t command_ms,
                            const struct export_taker *taker, struct export_counts *counts,
                            struct diagnosis *diagnosis)
{
    struct arena *list = arena_new(LIST_BUDGET);
    struct exporting x = {.imap = imap,
                          .arena = arena_new(WINDOW_BUDGET),
                          .command_ms = command_ms,
                          .diagnosis = diagnosis,
                          .taker = taker,
                          .counts = counts};
    struct imap_uids all = {NULL, 0};
    struct imap_call call = call_of(&x, list);
    enum status st = uids ? STATUS_OK : imap_search(imap, &call, NULL, &all);
    if (uids)
        all = *uids;
    for (size_t at = 0; at < all.n && st == STATUS_OK; at += EXPORT_WINDOW) {
        size_t left = all.n - at, n = left < EXPORT_WINDOW ? left : EXPORT_WINDOW;
        st = window_pass(&x, (struct imap_uids){all.p + at, n});
    }
    arena_free(&x.arena);
    arena_free(&list);
    return st;
}

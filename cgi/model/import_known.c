#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "imap_bodies.h"
#include "import_inside.h"
#include "sorted.h"

/* Which messages of the batch are in the folder already, byte by byte. */

enum { WINDOW = 2000 };

/* ---- what was there before ---- */

static int by_size(const void *a, const void *b)
{
    const struct old_message *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return x->uid < y->uid ? -1 : x->uid > y->uid;
}

enum status import_learn(struct import *im)
{
    struct target *t = im->here;
    const struct imap_items items = {.bits = IMAP_ITEM_SIZE | IMAP_ITEM_DATE};
    struct imap_call call = import_call(im);
    enum status st = imap_select(im->imap, &call, t->name, IMAP_READ_ONLY);
    uint32_t exists = st == STATUS_OK ? imap_selected(im->imap)->exists : 0;
    size_t room = exists, n = 0;
    free(t->old);
    t->old_n = 0;
    t->old = calloc(room + 1, sizeof *t->old);
    if (!t->old)
        abort();
    for (uint32_t skip = 0; st == STATUS_OK && skip < exists; skip += WINDOW) {
        const struct imap_window window = {.skip = skip, .count = WINDOW};
        struct imap_messages messages;
        uint32_t total;
        call = import_call(im);
        st = imap_fetch_window(im->imap, &call, &window, &items, &messages, &total);
        for (size_t i = 0; st == STATUS_OK && i < messages.n && n < room; i++)
            t->old[n++] = (struct old_message){.size = messages.p[i].size,
                                               .date = messages.p[i].internal_date,
                                               .uid = messages.p[i].uid};
    }
    if (st != STATUS_OK)
        return st;
    qsort(t->old, n, sizeof *t->old, by_size);
    t->old_n = n;
    return STATUS_OK;
}

static size_t first_of_size(const struct target *t, uint64_t size)
{
    const struct old_message key = {.size = size};
    return sorted_place(&key, t->old, t->old_n, sizeof *t->old, by_size);
}

static bool could_be(const struct waiting *w, const struct old_message *old)
{
    return w->size == old->size && (w->date == 0 || w->date == old->date);
}

static bool size_was_before(const struct import *im, size_t letter)
{
    for (size_t i = 0; i < letter; i++)
        if (im->letters[i].size == im->letters[letter].size)
            return true;
    return false;
}

/* Whether some message of the batch could be this one. */
static bool wanted(const struct import *im, const struct old_message *old)
{
    for (size_t i = 0; !old->taken && i < im->letter_count; i++)
        if (could_be(&im->letters[i], old))
            return true;
    return false;
}

/* Those that were there and may be in the batch, each once, however many letters have one size;
 * uids: room for all, or NULL to count what room is needed. */
static size_t find_old(const struct import *im, uint32_t *uids)
{
    const struct target *t = im->here;
    size_t n = 0;
    for (size_t i = 0; i < im->letter_count; i++) {
        uint64_t size = im->letters[i].size;
        for (size_t k = size_was_before(im, i) ? t->old_n : first_of_size(t, size);
             k < t->old_n && t->old[k].size == size; k++) {
            if (!wanted(im, &t->old[k]))
                continue;
            if (uids)
                uids[n] = t->old[k].uid;
            n++;
        }
    }
    return n;
}

enum status import_recall(struct import *im)
{
    size_t n = find_old(im, NULL);
    if (n == 0)
        return STATUS_OK;
    uint32_t *uids = arena_array(im->batch, n, sizeof *uids);
    (void)find_old(im, uids);
    struct imap_call call = import_call(im);
    enum status st = imap_select(im->imap, &call, im->here->name, IMAP_READ_ONLY);
    return st == STATUS_OK ? import_match(im, (struct imap_uids){uids, n}, LETTER_KNOWN) : st;
}

/* ---- comparing ---- */

struct comparing {
    struct import *import;
    enum letter_state found;
    bool candidate[LETTERS];
    uint64_t at;
    size_t matched;
};

static enum status compare_begin(void *context, uint32_t uid, uint64_t size)
{
    struct comparing *c = context;
    (void)uid;
    c->at = 0;
    for (size_t i = 0; i < c->import->letter_count; i++)
        c->candidate[i] =
            c->import->letters[i].state == LETTER_WAITS && c->import->letters[i].size == size;
    return STATUS_OK;
}

static bool is_same(const struct import *im, uint64_t offset, struct sv piece)
{
    char bytes[4096];
    for (size_t done = 0; done < piece.n;) {
        size_t n = piece.n - done < sizeof bytes ? piece.n - done : sizeof bytes;
        if (pread(im->spool.fd, bytes, n, (off_t)(offset + done)) != (ssize_t)n ||
            memcmp(bytes, piece.p + done, n) != 0)
            return false;
        done += n;
    }
    return true;
}

static enum status compare_data(void *context, struct sv piece)
{
    struct comparing *c = context;
    for (size_t i = 0; i < c->import->letter_count; i++)
        c->candidate[i] =
            c->candidate[i] && is_same(c->import, c->import->letters[i].offset + c->at, piece);
    c->at += piece.n;
    return STATUS_OK;
}

static void take_old(struct target *t, uint32_t uid, uint64_t size)
{
    for (size_t k = first_of_size(t, size); k < t->old_n && t->old[k].size == size; k++)
        if (t->old[k].uid == uid)
            t->old[k].taken = true;
}

static enum status compare_end(void *context, uint32_t uid)
{
    struct comparing *c = context;
    for (size_t i = 0; i < c->import->letter_count; i++) {
        if (!c->candidate[i])
            continue;
        c->import->letters[i].state = c->found;
        c->matched++;
        take_old(c->import->here, uid, c->import->letters[i].size);
        break;
    }
    return STATUS_OK;
}

enum status import_match(struct import *im, struct imap_uids uids, enum letter_state found)
{
    struct comparing c = {.import = im, .found = found};
    const struct imap_bodies bodies = {compare_begin, compare_data, compare_end, &c};
    struct imap_uids kept = imap_uids_sorted(im->batch, uids); /* import_call() forgets the other */
    struct imap_call call = import_call(im);
    enum status st = imap_fetch_bodies(im->imap, &call, kept, &bodies);
    if (found == LETTER_KNOWN)
        intake_known(im->order.intake, c.matched);
    return st;
}

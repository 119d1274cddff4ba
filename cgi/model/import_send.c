#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "imap_folders.h"
#include "import_inside.h"
#include "mailbox_name.h"

enum { TRIES = 3 };

struct imap_call import_call(struct import *im)
{
    arena_reset(im->scratch);
    return (struct imap_call){.arena = im->scratch,
                              .deadline = deadline_in(im->order.command_ms),
                              .diagnosis = im->order.diagnosis};
}

void import_disconnect(struct import *im)
{
    session_connection_give(im->order.session, &im->imap);
}

static bool is_line_failure(enum status st)
{
    return st == STATUS_CLOSED || st == STATUS_TIMEOUT || st == STATUS_PROTOCOL;
}

/* ---- the folder ---- */

/* Only what our own archives write so: the characters that no file name may hold. */
static void level_decode(struct sb *out, struct sv level, char delimiter)
{
    for (size_t i = 0; i < level.n; i++) {
        char c = level.p[i];
        if (c == '%' && i + 2 < level.n && ascii_hex(level.p[i + 1]) >= 0 &&
            ascii_hex(level.p[i + 2]) >= 0) {
            char coded = (char)(ascii_hex(level.p[i + 1]) * 16 + ascii_hex(level.p[i + 2]));
            if (coded && strchr("%.<>:\"/\\|?*", coded)) {
                c = coded;
                i += 2;
            }
        }
        bool control = (unsigned char)c < ' ' || c == 0x7f;
        sb_add_char(out, control || c == delimiter ? '_' : c);
    }
}

/* The raw name of the folder `subfolder` below the target. */
static enum status target_name(struct import *im, struct sv subfolder, bool in_maildir,
                               struct sv *out)
{
    struct sb name;
    char delimiter = im->order.delimiter;
    size_t levels = 0;
    sb_init(&name, im->scratch, MAILBOX_NAME_MAX);
    sb_add(&name, im->order.folder.n > 0 ? im->order.folder : im->order.prefix);
    bool at_top = im->order.folder.n == 0;
    if (im->order.flat || delimiter == '\0')
        subfolder = SV("");
    while (subfolder.n > 0) {
        struct sv level = sv_cut(&subfolder, '/');
        if (in_maildir)
            level = mailbox_decode(im->scratch, level);
        if (level.n == 0)
            continue;
        if (++levels > IMPORT_LEVELS_MAX)
            return STATUS_TOO_LARGE;
        if (at_top && levels == 1 && sv_eq_nocase(level, SV("INBOX")))
            sb_clear(&name);
        if (levels > 1 || !at_top)
            sb_add_char(&name, delimiter);
        level_decode(&name, level, delimiter);
    }
    if (at_top && levels == 0)
        sb_add_cstr(&name, "INBOX");
    *out = sb_view(&name);
    return name.over ? STATUS_TOO_LARGE : STATUS_OK;
}

static struct target *target_find(struct import *im, struct sv name)
{
    for (struct target *t = im->targets; t; t = t->next)
        if (sv_eq(t->name, name))
            return t;
    return NULL;
}

enum status import_target(struct import *im, struct sv subfolder, bool in_maildir)
{
    struct sv name;
    enum status st = target_name(im, subfolder, in_maildir, &name);
    if (st != STATUS_OK)
        return st;
    if (im->here && sv_eq(im->here->name, name))
        return STATUS_OK;
    name = arena_sv(im->lasting, name);
    if (im->spool.fd < 0)
        st =
            spool_open(&im->spool, im->order.spool_directory, IMPORT_BATCH + im->order.message_max);
    if (st == STATUS_OK)
        st = import_flush(im);
    if (st != STATUS_OK)
        return st;
    struct target *target = target_find(im, name);
    if (!target) {
        if (im->target_count++ == IMPORT_FOLDERS_MAX || arena_over(im->lasting))
            return STATUS_TOO_LARGE;
        target = arena_alloc(im->lasting, sizeof *target);
        target->name = name;
        target->next = im->targets;
        im->targets = target;
    }
    im->here = target;
    st = import_connect(im);
    return is_line_failure(st) ? import_connect(im) : st;
}

/* Makes it if it is not there, and learns what is in it. A refusal is the folder's, not the end. */
static enum status target_prepare(struct import *im)
{
    struct target *t = im->here;
    struct imap_counts counts;
    struct imap_call call = import_call(im);
    enum status st = imap_status(im->imap, &call, t->name, &counts);
    bool there = st == STATUS_OK;
    if (st == STATUS_NOT_FOUND || st == STATUS_REFUSED) {
        call = import_call(im);
        st = imap_create(im->imap, &call, t->name, IMAP_USE_NONE);
        if (st == STATUS_OK)
            intake_made_folder(im->order.intake);
    }
    if (st == STATUS_OK && there && counts.messages > 0 && im->order.skip_known)
        st = import_learn(im);
    if (is_line_failure(st) || st == STATUS_UNAVAILABLE)
        return st;
    t->ready = true;
    t->refused = st;
    if (st != STATUS_OK)
        t->words = arena_sv(im->lasting, sv_of(im->order.diagnosis->detail));
    *im->order.diagnosis = (struct diagnosis){0}; /* a folder that was not there is no failure */
    return STATUS_OK;
}

enum status import_connect(struct import *im)
{
    enum status st = STATUS_OK;
    bool looks = !im->here->ready && im->order.skip_known && im->order.opening;
    if (im->imap && (looks || !imap_alive(im->imap)))
        import_disconnect(im);
    if (looks)
        st = im->order.opening(im->order.context, im->here->name);
    if (st == STATUS_OK && !im->imap)
        st = session_connection_take(im->order.session, im->here->name,
                                     deadline_in(im->order.command_ms), &im->imap,
                                     im->order.diagnosis);
    if (st != STATUS_OK)
        return st;
    session_connection_slow(im->order.session, im->imap);
    if (!im->here->ready)
        st = target_prepare(im);
    if (is_line_failure(st))
        import_disconnect(im);
    return st;
}

/* ---- the batch ---- */

static size_t waiting_count(const struct import *im)
{
    size_t n = 0;
    for (size_t i = 0; i < im->letter_count; i++)
        n += im->letters[i].state == LETTER_WAITS;
    return n;
}

static struct imap_letter imap_letter_of(struct import *im, const struct waiting *w,
                                         struct spool_reader *reader)
{
    spool_reader_init(reader, &im->spool, w->offset, w->size);
    return (struct imap_letter){
        .source = spool_source(reader), .size = w->size, .flags = w->flags, .date = w->date};
}

static enum status send_all(struct import *im)
{
    struct imap_letter letters[LETTERS];
    struct spool_reader readers[LETTERS];
    size_t n = 0;
    for (size_t i = 0; i < im->letter_count; i++)
        if (im->letters[i].state == LETTER_WAITS) {
            letters[n] = imap_letter_of(im, &im->letters[i], &readers[n]);
            n++;
        }
    struct imap_call call = import_call(im);
    enum status st = imap_append_all(im->imap, &call, im->here->name, letters, n);
    for (size_t i = 0; i < im->letter_count && st == STATUS_OK; i++)
        if (im->letters[i].state == LETTER_WAITS)
            im->letters[i].state = LETTER_IN;
    return st;
}

/* What the server said about this one message, and what about all of them. */
static bool is_about_one(enum status st)
{
    return st == STATUS_REFUSED || st == STATUS_TOO_LARGE || st == STATUS_INVALID ||
           st == STATUS_UNSUPPORTED;
}

static enum status send_one(struct import *im, struct waiting *w)
{
    struct spool_reader reader;
    struct imap_appended appended;
    struct imap_letter letter = imap_letter_of(im, w, &reader);
    struct imap_call call = import_call(im);
    *im->order.diagnosis = (struct diagnosis){0};
    enum status st = imap_append(im->imap, &call, im->here->name, &letter, &appended);
    if (st == STATUS_OK) {
        w->state = LETTER_IN;
        return STATUS_OK;
    }
    if (!is_about_one(st) || !imap_usable(im->imap))
        return st;
    w->state = LETTER_REFUSED;
    return import_refuse(im, w, st == STATUS_TOO_LARGE ? INTAKE_LARGE : INTAKE_NOT_WANTED,
                         sv_of(im->order.diagnosis->detail));
}

static enum status send_waiting(struct import *im)
{
    if (waiting_count(im) > 1) {
        enum status st = send_all(im);
        if (st == STATUS_OK || is_line_failure(st) || !imap_usable(im->imap))
            return st;
    }
    enum status st = STATUS_OK;
    for (size_t i = 0; i < im->letter_count && st == STATUS_OK; i++)
        if (im->letters[i].state == LETTER_WAITS)
            st = send_one(im, &im->letters[i]);
    return st;
}

/* Where the folder ended before the batch: what is beyond later may be of it. */
static enum status mark_end(struct import *im)
{
    struct imap_counts counts;
    struct imap_call call = import_call(im);
    enum status st = imap_status(im->imap, &call, im->here->name, &counts);
    if (st != STATUS_OK)
        return st;
    im->uidnext = counts.uidnext;
    im->uidvalidity = counts.uidvalidity;
    return STATUS_OK;
}

/* After a break nobody knows what of the batch arrived: what is new in the folder says it. */
static enum status settle(struct import *im)
{
    struct imap_uids uids;
    struct imap_call call = import_call(im);
    enum status st = imap_select(im->imap, &call, im->here->name, IMAP_READ_ONLY);
    if (st == STATUS_OK && imap_selected(im->imap)->uidvalidity != im->uidvalidity)
        return STATUS_CHANGED;
    if (st == STATUS_OK)
        st = imap_fetch_new_uids(im->imap, &call, im->uidnext, &uids);
    return st == STATUS_OK ? import_match(im, uids, LETTER_IN) : st;
}

static void count_done(struct import *im)
{
    size_t in = 0;
    for (size_t i = 0; i < im->letter_count; i++)
        in += im->letters[i].state == LETTER_IN;
    intake_in(im->order.intake, in);
}

static void rest(const struct import *im)
{
    struct timespec left = {.tv_sec = im->order.rest_ms / 1000,
                            .tv_nsec = im->order.rest_ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

enum status import_flush(struct import *im)
{
    enum status st = STATUS_OK;
    bool marked = false, sent = false;
    for (int i = 0; i < TRIES && waiting_count(im) > 0; i++) {
        if (sent)
            rest(im);
        st = import_connect(im);
        if (st == STATUS_OK && !marked && im->here->old_n > 0)
            st = import_recall(im);
        if (st == STATUS_OK)
            st = marked ? settle(im) : mark_end(im);
        marked |= st == STATUS_OK;
        sent = st == STATUS_OK && waiting_count(im) > 0;
        if (sent)
            st = send_waiting(im);
        if (st == STATUS_OK || !is_line_failure(st) || (sent && st == STATUS_TIMEOUT))
            break;
        import_disconnect(im);
    }
    count_done(im);
    if (st == STATUS_OK)
        *im->order.diagnosis = (struct diagnosis){0};
    im->letter_count = 0;
    im->spool.size = 0;
    arena_reset(im->batch);
    return st;
}

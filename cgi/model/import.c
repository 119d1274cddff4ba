#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "header.h"
#include "import_inside.h"
#include "utf8.h"

enum { LASTING_BUDGET = 16 << 20, BATCH_BUDGET = 8 << 20, SCRATCH_BUDGET = 64 << 20 };

/* ---- the message that comes in ---- */

static void message_spoil(struct import *im, enum intake_why why)
{
    if (!im->broken || why == INTAKE_NO_MESSAGE)
        im->why = why;
    im->broken = true;
    im->spool.size = im->offset; /* what there is of it makes room */
}

static void message_begin(struct import *im)
{
    im->number++;
    im->offset = im->spool.size;
    im->broken = im->cr = false;
    im->head_n = 0;
    intake_seen(im->order.intake);
}

static enum status message_add(struct import *im, struct sv piece)
{
    size_t room = IMPORT_HEAD - im->head_n, n = piece.n < room ? piece.n : room;
    memcpy(im->head + im->head_n, piece.p, n);
    im->head_n += n;
    if (im->broken)
        return STATUS_OK;
    if (memchr(piece.p, '\0', piece.n)) {
        message_spoil(im, INTAKE_NUL);
        return STATUS_OK;
    }
    if (im->spool.size - im->offset + piece.n > im->order.message_max) {
        message_spoil(im, INTAKE_LARGE);
        return STATUS_OK;
    }
    enum status st = spool_append(&im->spool, piece);
    if (st == STATUS_TOO_LARGE || st == STATUS_UNAVAILABLE) {
        message_spoil(im, INTAKE_LARGE);
        return STATUS_OK;
    }
    return st;
}

/* A file's lines end as they like: LF becomes CRLF. What has CRLF already passes in one piece. */
static enum status message_add_lines(struct import *im, struct sv piece)
{
    enum status st = STATUS_OK;
    size_t from = 0;
    for (size_t i = 0; i < piece.n && st == STATUS_OK; i++) {
        const char *lf = memchr(piece.p + i, '\n', piece.n - i);
        if (!lf)
            break;
        i = (size_t)(lf - piece.p);
        if (i > 0 ? piece.p[i - 1] == '\r' : im->cr)
            continue;
        if (i > from)
            st = message_add(im, sv_slice(piece, from, i));
        if (st == STATUS_OK)
            st = message_add(im, SV("\r\n"));
        from = i + 1;
    }
    if (piece.n > 0)
        im->cr = piece.p[piece.n - 1] == '\r';
    return st == STATUS_OK && from < piece.n ? message_add(im, sv_slice(piece, from, piece.n)) : st;
}

/* Flags as IMAP knows them. */
static struct imap_flags flags_of(struct arena *arena, unsigned marks, struct sv words)
{
    struct imap_flags flags = {.bits = (marks & MBOX_SEEN ? IMAP_SEEN : 0u) |
                                       (marks & MBOX_ANSWERED ? IMAP_ANSWERED : 0u) |
                                       (marks & MBOX_FLAGGED ? IMAP_FLAGGED : 0u) |
                                       (marks & MBOX_DELETED ? IMAP_DELETED : 0u) |
                                       (marks & MBOX_DRAFT ? IMAP_DRAFT : 0u)};
    struct sv *list = arena_array(arena, IMAP_KEYWORDS_MAX, sizeof *list);
    while (words.n > 0 && flags.keyword_count < IMAP_KEYWORDS_MAX) {
        struct sv word = sv_cut(&words, ' ');
        bool good = word.n > 0 && word.n <= 100;
        for (size_t i = 0; i < word.n && good; i++)
            good = word.p[i] > ' ' && word.p[i] < 0x7f && !strchr("(){%*\"\\]", word.p[i]);
        if (good)
            list[flags.keyword_count++] = arena_sv(arena, word);
    }
    flags.keywords = list;
    return flags;
}

static int64_t date_of_head(struct import *im, struct sv head)
{
    struct date date;
    struct sv text = header_text(im->batch, head, SV("Date"));
    return text.n > 0 && date_parse(text, &date) == STATUS_OK && date.time > 0 ? date.time : 0;
}

struct known {
    struct sv where;
    int64_t date;
    unsigned marks;
    struct sv keywords;
};

static enum status message_end(struct import *im, const struct known *known)
{
    struct waiting *letter = &im->letters[im->letter_count];
    struct sv head = {im->head, im->head_n};
    *letter = (struct waiting){.number = im->number,
                               .offset = im->offset,
                               .size = im->spool.size - im->offset,
                               .where = arena_sv(im->batch, known->where),
                               .subject =
                                   arena_sv(im->batch, header_text(im->batch, head, SV("Subject"))),
                               .date = known->date > 0 ? known->date : date_of_head(im, head)};
    if (!im->broken && letter->size == 0)
        message_spoil(im, INTAKE_EMPTY);
    if (!im->broken && im->here->refused != STATUS_OK)
        return import_refuse(im, letter, INTAKE_FOLDER, im->here->words);
    if (im->broken)
        return import_refuse(im, letter, im->why, SV(""));
    letter->flags = flags_of(im->batch, known->marks, known->keywords);
    im->letter_count++;
    bool full = im->letter_count == LETTERS || im->spool.size >= IMPORT_BATCH ||
                arena_used(im->batch) > BATCH_BUDGET / 2;
    return full ? import_flush(im) : STATUS_OK;
}

enum status import_refuse(struct import *im, const struct waiting *letter, enum intake_why why,
                          struct sv words)
{
    const struct intake_refused refused = {.number = letter->number,
                                           .where = letter->where,
                                           .subject = letter->subject,
                                           .why = why,
                                           .words = words};
    return intake_refuse(im->order.intake, &refused);
}

/* ---- files ---- */

static enum status mbox_begin(void *context)
{
    message_begin(context);
    return STATUS_OK;
}

static enum status mbox_data(void *context, struct sv piece)
{
    return message_add(context, piece);
}

static enum status mbox_end(void *context, const struct mbox_marks *marks)
{
    const struct known known = {.where = marks->sender,
                                .date = marks->date,
                                .marks = marks->flags,
                                .keywords = marks->keywords};
    return message_end(context, &known);
}

enum status import_mbox(struct import *im, struct source file, struct sv subfolder)
{
    struct mbox *mbox = malloc(sizeof *mbox);
    size_t n = 1;
    if (!mbox)
        abort();
    mbox_init(mbox, (struct mbox_handler){mbox_begin, mbox_data, mbox_end, im});
    enum status st = import_target(im, subfolder, false);
    while (st == STATUS_OK && n > 0) {
        st = source_read(file, im->piece, sizeof im->piece, &n);
        if (st == STATUS_OK)
            st = mbox_feed(mbox, (struct sv){im->piece, n});
    }
    if (st == STATUS_OK)
        st = mbox_finish(mbox);
    free(mbox);
    return st;
}

/* The first line is a header's: a picture or a letter of a word processor is no message. */
static bool looks_like_message(struct sv head)
{
    struct field field;
    size_t at = 0, colon = sv_find_char(head, ':'), line = sv_find_char(head, '\n');
    if (colon == SIZE_MAX || (line != SIZE_MAX && line < colon))
        return false;
    return header_name_valid(sv_trim(sv_slice(head, 0, colon))) && header_next(head, &at, &field);
}

enum status import_message(struct import *im, struct source file, struct sv path, int64_t when)
{
    struct maildir_name name;
    size_t n = 1;
    if (maildir_name_read(im->batch, path, &name) != STATUS_OK)
        name = (struct maildir_name){.file = path};
    if (name.upkeep)
        return STATUS_OK;
    enum status st = import_target(im, name.folder, name.in_maildir);
    if (st != STATUS_OK)
        return st;
    /* import_target() may have forgotten what was read */
    if (maildir_name_read(im->batch, path, &name) != STATUS_OK)
        name = (struct maildir_name){.file = path};
    message_begin(im);
    for (bool looked = false; st == STATUS_OK && n > 0;) {
        st = source_read(file, im->piece, sizeof im->piece, &n);
        if (st == STATUS_OK)
            st = message_add_lines(im, (struct sv){im->piece, n});
        if (looked || (n > 0 && im->head_n < IMPORT_HEAD) || im->head_n == 0)
            continue;
        looked = true;
        if (!looks_like_message((struct sv){im->head, im->head_n}))
            message_spoil(im, INTAKE_NO_MESSAGE);
    }
    const struct known known = {
        .where = path, .date = when, .marks = name.flags, .keywords = name.keywords};
    return st == STATUS_OK ? message_end(im, &known) : st;
}

/* ---- the whole ---- */

struct import *import_open(const struct import_order *order)
{
    struct import *im = calloc(1, sizeof *im);
    if (!im)
        abort();
    im->order = *order;
    im->lasting = arena_new(LASTING_BUDGET);
    im->batch = arena_new(BATCH_BUDGET);
    im->scratch = arena_new(SCRATCH_BUDGET);
    im->spool.fd = -1;
    im->order.folder = arena_sv(im->lasting, order->folder);
    im->order.prefix = arena_sv(im->lasting, order->prefix);
    return im;
}

enum status import_finish(struct import *im)
{
    return import_flush(im);
}

void import_close(struct import **import)
{
    struct import *im = import ? *import : NULL;
    if (!im)
        return;
    import_disconnect(im);
    spool_close(&im->spool);
    for (struct target *t = im->targets; t; t = t->next)
        free(t->old);
    arena_free(&im->lasting);
    arena_free(&im->batch);
    arena_free(&im->scratch);
    free(im);
    *import = NULL;
}

#include "intake.h"

#include <stdlib.h>

#include "base64.h"
#include "utf8.h"

enum {
    LINE_MAX_BYTES = 1400,   /* of one refused message, sealed and in base64 */
    WAITING_MAX = 32 * 1024, /* of such lines until they go into the store */
    PART_BUDGET = 8 * 1024 * 1024
};

static const char PURPOSE[] = "import";

const struct job_kind intake_kind = {.name = "import"};

struct intake {
    struct job_own *own;
    struct session *session;
    struct intake_counts counts; /* its text stands in name */
    uint64_t total, done;
    char name[INTAKE_TEXT_MAX];
    struct sb waiting; /* lines that are not in the store yet */
    char lines[WAITING_MAX];
    struct arena *memo; /* of one that is being written */
    bool cancelled;
};

enum status intake_begin(struct jobs *jobs, struct session *session, struct sv folder,
                         uint64_t total, struct intake **out)
{
    struct job_own *own;
    const struct job_order order = {
        .kind = intake_kind.name, .what = SV("import"), .target = folder, .total = total};
    enum status st = job_own_begin(jobs, session, &order, &own);
    if (st != STATUS_OK)
        return st;
    struct intake *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->own = own;
    t->session = session;
    t->total = total;
    t->memo = arena_new(STORE_JOB_MEMO_LISTED * 2);
    sb_fixed(&t->waiting, t->lines, sizeof t->lines);
    *out = t;
    return STATUS_OK;
}

/* ---- telling ---- */

static struct job_own_state state_of(struct intake *t)
{
    arena_reset(t->memo);
    return (struct job_own_state){.memo = intake_memo_write(t->memo, &t->counts),
                                  .total = t->total,
                                  .done = t->done,
                                  .count = t->counts.in};
}

/* Refused messages go with what is written anyway. */
static void tell(struct intake *t, bool keep)
{
    struct sv part = keep || job_own_due(t->own) ? sb_view(&t->waiting) : SV("");
    const struct job_own_state now = state_of(t);
    t->cancelled |= job_own_moved(t->own, &now, part, keep) != STATUS_OK;
    if (part.n > 0)
        sb_clear(&t->waiting);
}

void intake_file(struct intake *t, struct sv file)
{
    struct sb name;
    sb_fixed(&name, t->name, sizeof t->name);
    sb_add(&name, utf8_cut(file, sizeof t->name - 1));
    t->counts.file = sb_view(&name);
}

enum status intake_bytes(struct intake *t, uint64_t done)
{
    t->done = done;
    tell(t, false);
    return t->cancelled ? STATUS_CANCELLED : STATUS_OK;
}

void intake_seen(struct intake *t)
{
    t->counts.seen++;
}

/* A batch has cost the server more than this costs us; the upload may stand still behind it. */
void intake_in(struct intake *t, uint64_t count)
{
    t->counts.in += count;
    tell(t, true);
}

void intake_known(struct intake *t, uint64_t count)
{
    t->counts.known += count;
}

void intake_made_folder(struct intake *t)
{
    t->counts.folders++;
}

enum status intake_refuse(struct intake *t, const struct intake_refused *refused)
{
    char clear[LINE_MAX_BYTES], sealed[LINE_MAX_BYTES];
    struct sb line, box;
    if (t->counts.refused == INTAKE_REFUSED_MAX)
        return STATUS_TOO_LARGE;
    t->counts.refused++;
    if (t->waiting.n + LINE_MAX_BYTES > sizeof t->lines)
        tell(t, true);
    sb_fixed(&line, clear, sizeof clear);
    intake_line_write(&line, refused);
    sb_fixed(&box, sealed, sizeof sealed);
    if (line.over || session_seal(t->session, PURPOSE, sb_view(&line), &box) != STATUS_OK)
        return STATUS_OK; /* it is counted all the same */
    base64url_encode(&t->waiting, box.p, box.n);
    sb_add_char(&t->waiting, '\n');
    return STATUS_OK;
}

void intake_end(struct intake **intake, enum status why, const struct diagnosis *diagnosis)
{
    struct intake *t = *intake;
    const struct job_own_state now = state_of(t);
    job_own_end(&t->own, &now, sb_view(&t->waiting), why, diagnosis);
    arena_free(&t->memo);
    free(t);
    *intake = NULL;
}

/* ---- looking ---- */

struct intake_counts intake_counts_of(struct arena *arena, const struct job *job)
{
    struct intake_counts counts = {0};
    if (intake_memo_read(arena, job->memo, &counts) != STATUS_OK)
        counts = (struct intake_counts){.in = job->count};
    return counts;
}

static enum status line_open(const struct session *session, struct arena *arena, struct sv coded,
                             struct intake_refused *out)
{
    char sealed[LINE_MAX_BYTES], clear[LINE_MAX_BYTES];
    struct sb line;
    size_t n = sizeof sealed;
    sb_fixed(&line, clear, sizeof clear);
    enum status st = base64url_decode(coded, sealed, &n);
    if (st == STATUS_OK)
        st = session_unseal(session, PURPOSE, (struct sv){sealed, n}, &line);
    return st == STATUS_OK ? intake_line_read(arena, sb_view(&line), out) : st;
}

size_t intake_refusals(const struct session *session, struct store *store, struct arena *arena,
                       const struct job *job, size_t skip, size_t most, struct intake_refused **out)
{
    struct arena *parts = arena_new(PART_BUDGET);
    uint64_t counted = intake_counts_of(arena, job).refused;
    size_t n = 0, room = counted < most ? (size_t)counted : most;
    struct intake_refused *list = arena_array(arena, room + 1, sizeof *list);
    for (uint64_t i = 0; i < job->parts && n < room; i++) {
        struct sv part;
        arena_reset(parts);
        if (store_job_part(store, job->id, i, parts, &part) != STATUS_OK)
            continue;
        while (part.n > 0 && n < room) {
            struct sv line = sv_cut(&part, '\n');
            if (skip > 0)
                skip--;
            else if (line_open(session, arena, line, &list[n]) == STATUS_OK)
                n++;
        }
    }
    arena_free(&parts);
    *out = list;
    return n;
}

#include "folder_size.h"

#include "costly.h"

enum { FRESH_MS = 60 * 1000, SLICE_MS = 700, STEP_MS = 60 * 1000 };

struct measured {
    int64_t at; /* clock_ms() */
    uint64_t bytes;
    size_t name_n;
    char name[];
};

struct work {
    struct folder_sum sum;
    size_t name_n;
    char name[];
};

static enum status use(struct gate_turn *turn, struct imap *imap, const struct imap_call *call,
                       void *context)
{
    struct work *work = context;
    (void)turn;
    return folder_size_count(imap, call, (struct sv){work->name, work->name_n},
                             deadline_in(SLICE_MS), &work->sum);
}

static void keep(struct session *session, const struct work *work)
{
    struct measured *m = malloc(sizeof *m + work->name_n + 1);
    if (!m)
        abort();
    *m = (struct measured){.at = clock_ms(), .bytes = work->sum.bytes, .name_n = work->name_n};
    memcpy(m->name, work->name, work->name_n);
    session_slot_put(session, SESSION_SLOT_SIZE, m, free);
}

static enum status step(struct gate_turn *turn, void *context)
{
    struct work *work = context;
    enum status st =
        gate_imap(turn, (struct sv){work->name, work->name_n}, deadline_in(STEP_MS), use, work);
    turn->again = st == STATUS_OK && !work->sum.done && !atomic_load(turn->left);
    if (st == STATUS_OK && work->sum.done)
        keep(turn->session, work);
    return st;
}

bool folder_size_measured(const struct folder_one *one, uint64_t *bytes)
{
    struct measured *m = session_slot_take(one->page->session, SESSION_SLOT_SIZE);
    if (!m)
        return false;
    bool good =
        clock_ms() - m->at <= FRESH_MS && sv_eq((struct sv){m->name, m->name_n}, one->folder->name);
    if (good)
        *bytes = m->bytes;
    session_slot_put(one->page->session, SESSION_SLOT_SIZE, m, free);
    return good;
}

static bool is_asked(const struct folder_one *one)
{
    struct page *page = one->page;
    const struct imap_call quiet = {.arena = page->arena, .deadline = page->deadline};
    uint64_t bytes;
    if (!one->folder->selectable || !sv_eq(inputs_get(&page->request->query, "size"), SV("1")))
        return false;
    return folder_size(one->imap, &quiet, one->folder, &bytes) == STATUS_UNSUPPORTED &&
           !folder_size_measured(one, &bytes);
}

enum status folder_size_measure(struct folder_one *one, bool *waiting)
{
    struct page *page = one->page;
    struct sv name = one->folder->name;
    *waiting = false;
    if (!is_asked(one))
        return STATUS_OK;
    struct work *work = calloc(1, sizeof *work + name.n + 1);
    if (!work)
        abort();
    work->name_n = name.n;
    memcpy(work->name, name.p, name.n);
    const struct costly costly = {.key = arena_printf(page->arena, "size %.*s", SV_ARG(name)),
                                  .step = step,
                                  .context = work,
                                  .free_context = free,
                                  .what = locale_format(page->locale, page->arena, "one.measuring",
                                                        folder_label(page, one->folder, false)),
                                  .leave_url = folder_page_url(page, name)};
    enum status st = page_costly(page, &costly, waiting);
    return st == STATUS_OK && !*waiting ? page_imap(page, name, &one->imap) : st;
}

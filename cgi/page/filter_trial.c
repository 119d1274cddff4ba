#include "filter_trial.h"

#include "costly.h"
#include "warm.h"

enum { STEP_MS = 60 * 1000 };

/* Owns the trial until that is in the session's slot. */
struct work {
    struct filter_trial *trial;
    bool done;
};

static void work_free(void *context)
{
    struct work *work = context;
    if (work->trial)
        filter_trial_free(work->trial);
    free(work);
}

static enum status use(struct gate_turn *turn, struct imap *imap, const struct imap_call *call,
                       void *context)
{
    struct work *work = context;
    enum status st = filter_trial_step(work->trial, imap, call, &work->done);
    if (st == STATUS_OK)
        warm_done(turn->session, filter_trial_folder(work->trial), WARM_OPENED);
    return st;
}

static enum status step(struct gate_turn *turn, void *context)
{
    struct work *work = context;
    enum status st =
        gate_imap(turn, filter_trial_folder(work->trial), deadline_in(STEP_MS), use, work);
    turn->again = st == STATUS_OK && !work->done;
    if (st == STATUS_OK && work->done) {
        session_slot_put(turn->session, SESSION_SLOT_TRIAL, work->trial, filter_trial_free);
        work->trial = NULL;
    }
    return st;
}

/* The texts of the samples live as long as the trial: they are taken over. */
static void take_over(struct page *page, const struct filter_trial *trial,
                      struct filter_preview *found)
{
    *found = *filter_trial_found(trial);
    for (size_t i = 0; i < found->samples_n; i++) {
        found->samples[i].from = arena_sv(page->arena, found->samples[i].from);
        found->samples[i].subject = arena_sv(page->arena, found->samples[i].subject);
    }
}

/* Another window's trial may have taken its place just now. */
static enum status take(struct page *page, struct sv key, struct filter_preview *found)
{
    struct filter_trial *trial = session_slot_take(page->session, SESSION_SLOT_TRIAL);
    bool ours = trial && sv_eq(filter_trial_key(trial), key);
    if (ours)
        take_over(page, trial, found);
    if (trial)
        filter_trial_free(trial);
    if (ours)
        return STATUS_OK;
    diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_BUSY, "", 0, "");
    return STATUS_UNAVAILABLE;
}

enum status filter_try(struct page *page, const struct rule_set *set, size_t rule,
                       struct filter_preview *found, bool *waiting)
{
    struct filter_trial *trial = filter_trial_new(set, rule, SV("INBOX"));
    struct work *work = calloc(1, sizeof *work);
    if (!work)
        abort();
    if (!trial) {
        free(work);
        return STATUS_TOO_LARGE;
    }
    work->trial = trial;
    struct sv key = arena_sv(page->arena, filter_trial_key(trial));
    const struct costly costly = {.key = key,
                                  .step = step,
                                  .context = work,
                                  .free_context = work_free,
                                  .what = locale_text(page->locale, "filter.trying"),
                                  .leave_url = SV("/filters"),
                                  .anchor = "#preview",
                                  .back_act = SV("edit")};
    enum status st = page_costly(page, &costly, waiting);
    return st == STATUS_OK && !*waiting ? take(page, key, found) : st;
}

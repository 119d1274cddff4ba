/* The plan that undoes a job_act, from its plan and its parts in the store. */
#include "job_act_inside.h"
#include "store_fixture.h"

/* A job of that plan that has left these parts. */
static struct job_undo undoing(struct store_fixture *f, const struct job *job, struct sv plan,
                               const char *const *parts, size_t n)
{
    struct job_record row = {.id = job->id, .user = SV("u"), .runner = 1};
    assert_int_equal(store_job_put(f->store, &row), STATUS_OK);
    for (size_t i = 0; i < n; i++) {
        row.parts++;
        assert_int_equal(store_job_save(f->store, &row, sv_of(parts[i])), STATUS_OK);
    }
    return (struct job_undo){.store = f->store,
                             .arena = f->arena,
                             .job = job,
                             .plan = plan,
                             .parts = n,
                             .trash = SV("Trash")};
}

static struct sv line_of(struct store_fixture *f, const char *way, const char *folder,
                         const char *target, const char *uids)
{
    struct act_plan plan = {
        .uidvalidity = 7, .folder = sv_of(folder), .target = sv_of(target), .uids = sv_of(uids)};
    plan.way = strcmp(way, "move") == 0    ? ACT_WAY_MOVE
               : strcmp(way, "copy") == 0  ? ACT_WAY_COPY
               : strcmp(way, "untag") == 0 ? ACT_WAY_UNTAG
                                           : ACT_WAY_PURGE;
    return act_plan_write(f->arena, &plan);
}

static struct act_plan plan_in(struct store_fixture *f, struct sv plans, size_t leg)
{
    struct sv line;
    struct act_plan plan;
    bool more;
    assert_int_equal(act_leg(plans, leg, &line, &more), STATUS_OK);
    assert_int_equal(act_plan_read(f->arena, line, &plan), STATUS_OK);
    return plan;
}

static void each_goes_back_to_its_folder(void **state)
{
    struct store_fixture *f = *state;
    const struct job job = {.id = 1};
    static const char *const parts[] = {"9 1:50", "9 51:80", "@1 9 81", "@2 9 82:90", "@2 8 1:3"};
    struct sv plan = arena_printf(
        f->arena, "%.*s\n%.*s\n%.*s\n%.*s", SV_ARG(line_of(f, "move", "A", "T", "1:80")),
        SV_ARG(line_of(f, "move", "B", "T", "5")), SV_ARG(line_of(f, "move", "C", "T", "1:9")),
        SV_ARG(line_of(f, "purge", "Trash", "", "1:9")));
    struct job_undo undo = undoing(f, &job, plan, parts, 5);
    assert_int_equal(job_act_undo(&undo), STATUS_OK);
    assert_sv(undo.what, JOB_ACT_BACK);
    assert_sv(undo.folder, "T");
    assert_sv(undo.target, ""); /* several */
    assert_int_equal(undo.total, 84);
    struct act_plan back = plan_in(f, undo.made, 0);
    assert_sv(back.folder, "T");
    assert_sv(back.target, "A");
    assert_sv(back.uids, "1:80");
    assert_int_equal(back.uidvalidity, 9);
    assert_sv(plan_in(f, undo.made, 1).target, "B");
    /* what was there before T was made anew is gone with it */
    back = plan_in(f, undo.made, 2);
    assert_sv(back.target, "C");
    assert_sv(back.uids, "1:3");
    assert_int_equal(back.uidvalidity, 8);
}

static void a_folder_that_was_left_out_has_nothing_to_undo(void **state)
{
    struct store_fixture *f = *state;
    const struct job job = {.id = 2};
    static const char *const parts[] = {"@1 7 4:6"};
    struct sv plan =
        arena_printf(f->arena, "%.*s\n%.*s", SV_ARG(line_of(f, "untag", "A", "budget", "1:3")),
                     SV_ARG(line_of(f, "untag", "B", "budget", "4:6")));
    struct job_undo undo = undoing(f, &job, plan, parts, 1);
    assert_int_equal(job_act_undo(&undo), STATUS_OK);
    assert_sv(undo.what, "unmark");
    assert_sv(undo.folder, "B");
    struct act_plan back = plan_in(f, undo.made, 0);
    assert_int_equal(back.way, ACT_WAY_TAG);
    assert_sv(back.folder, "B");
    assert_int_equal(undo.total, 3);
}

static void copies_go_to_trash_and_what_is_gone_stays_gone(void **state)
{
    struct store_fixture *f = *state;
    const struct job job = {.id = 3}, gone = {.id = 4};
    static const char *const parts[] = {"9 1:3", "@1 9 4"};
    struct sv plan =
        arena_printf(f->arena, "%.*s\n%.*s", SV_ARG(line_of(f, "copy", "A", "T", "1:3")),
                     SV_ARG(line_of(f, "copy", "B", "T", "4")));
    struct job_undo undo = undoing(f, &job, plan, parts, 2);
    assert_int_equal(job_act_undo(&undo), STATUS_OK);
    assert_sv(undo.folder, "T");
    assert_sv(undo.target, "Trash");
    assert_int_equal(undo.total, 4);
    undo = undoing(f, &gone, line_of(f, "purge", "Trash", "", "1:9"), NULL, 0);
    assert_int_equal(job_act_undo(&undo), STATUS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_store(each_goes_back_to_its_folder),
        with_store(a_folder_that_was_left_out_has_nothing_to_undo),
        with_store(copies_go_to_trash_and_what_is_gone_stays_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

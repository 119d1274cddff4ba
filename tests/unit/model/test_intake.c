/* An import as it stands in the store: its counts, and each message that was refused. */
#include "intake.h"
#include "jobs_fixture.h"

static const struct job_kind *const kinds[] = {&intake_kind, NULL};

static int set_up(void **state)
{
    return jobs_fixture_set_up(state, kinds);
}

/* ---- texts ---- */

static void a_memo_comes_back(void **state)
{
    struct jobs_fixture *f = *state;
    const struct intake_counts counts = {
        .file = SV("été 2026.mbox"), .seen = 10, .in = 7, .known = 2, .refused = 1, .folders = 3};
    struct intake_counts got;
    struct sv text = intake_memo_write(f->base.arena, &counts);
    assert_true(text.n <= STORE_JOB_MEMO_LISTED);
    assert_int_equal(intake_memo_read(f->base.arena, text, &got), STATUS_OK);
    assert_sv(got.file, "été 2026.mbox");
    assert_int_equal(got.seen, 10);
    assert_int_equal(got.in, 7);
    assert_int_equal(got.known, 2);
    assert_int_equal(got.refused, 1);
    assert_int_equal(got.folders, 3);
    const struct intake_counts none = {0};
    assert_sv(intake_memo_write(f->base.arena, &none), "0 0 0 0 0 -");
}

static void the_longest_memo_and_line_fit(void **state)
{
    struct jobs_fixture *f = *state;
    char letters[3 * INTAKE_TEXT_MAX], room[1200];
    struct sb out;
    memset(letters, 'x', sizeof letters);
    const struct sv text = {letters, sizeof letters};
    const struct intake_counts counts = {.file = text, .seen = INT64_MAX, .in = INT64_MAX};
    const struct intake_refused refused = {.number = INT64_MAX,
                                           .where = text,
                                           .subject = text,
                                           .why = INTAKE_NO_MESSAGE,
                                           .words = text};
    struct intake_refused got;
    struct intake_counts memo;
    assert_true(intake_memo_write(f->base.arena, &counts).n <= STORE_JOB_MEMO_LISTED);
    assert_int_equal(
        intake_memo_read(f->base.arena, intake_memo_write(f->base.arena, &counts), &memo),
        STATUS_OK);
    sb_fixed(&out, room, sizeof room);
    intake_line_write(&out, &refused);
    assert_false(out.over);
    assert_int_equal(intake_line_read(f->base.arena, sb_view(&out), &got), STATUS_OK);
    assert_int_equal(got.subject.n, INTAKE_TEXT_MAX);
}

static void texts_are_strict(void **state)
{
    struct jobs_fixture *f = *state;
    static const char *const MEMOS[] = {"",
                                        "1",
                                        "1 2 3 4 5",
                                        "1 2 3 4 5 ",
                                        "1 2 3 4 x -",
                                        "1 2 3 4 5 **",
                                        "1 2 3 4 -1 -",
                                        "1 2 3 4 5 - -"};
    static const char *const LINES[] = {"",
                                        "1",
                                        "1 nul",
                                        "1 nul - -",
                                        "1 odd - - -",
                                        "x nul - - -",
                                        "1 nul - - - -",
                                        "1 nul - ** -"};
    struct intake_counts counts;
    struct intake_refused refused;
    for (size_t i = 0; i < sizeof MEMOS / sizeof MEMOS[0]; i++)
        assert_int_equal(intake_memo_read(f->base.arena, sv_of(MEMOS[i]), &counts), STATUS_INVALID);
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
        assert_int_equal(intake_line_read(f->base.arena, sv_of(LINES[i]), &refused),
                         STATUS_INVALID);
    /* what was no text of one line becomes one */
    assert_int_equal(intake_line_read(f->base.arena, SV("1 nul YQpi - -"), &refused), STATUS_OK);
    assert_false(sv_has_control(refused.where));
}

/* ---- the job ---- */

static struct job only_job(struct jobs_fixture *f)
{
    struct job *list;
    size_t n;
    assert_int_equal(job_list(f->jobs, SV("u"), f->base.arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 1);
    return list[0];
}

static struct intake *begin(struct jobs_fixture *f)
{
    struct intake *intake = NULL;
    assert_int_equal(intake_begin(f->jobs, f->session, SV("Archive"), 1000, &intake), STATUS_OK);
    return intake;
}

static void every_message_is_counted_once(void **state)
{
    struct jobs_fixture *f = *state;
    struct intake *intake = begin(f), *second = NULL;
    const struct intake_refused refused = {.number = 3, .why = INTAKE_EMPTY};
    assert_int_equal(intake_begin(f->jobs, f->session, SV("Other"), 1, &second), STATUS_EXISTS);
    intake_file(intake, SV("a.mbox"));
    for (int i = 0; i < 3; i++)
        intake_seen(intake);
    intake_known(intake, 1);
    assert_int_equal(intake_refuse(intake, &refused), STATUS_OK);
    intake_in(intake, 1);
    intake_made_folder(intake);
    assert_int_equal(intake_bytes(intake, 900), STATUS_OK);
    struct job *running;
    assert_int_equal(job_running(f->jobs, SV("u"), f->base.arena, &running), 1);
    assert_int_equal(running[0].done, 900);
    assert_int_equal(running[0].count, 1);
    assert_sv(running[0].target, "Archive");
    intake_end(&intake, STATUS_OK, NULL);
    struct job job = only_job(f);
    struct intake_counts counts = intake_counts_of(f->base.arena, &job);
    assert_sv(counts.file, "a.mbox");
    assert_int_equal(counts.seen, counts.in + counts.known + counts.refused);
    assert_int_equal(counts.folders, 1);
    job.memo = SV("");
    assert_int_equal(intake_counts_of(f->base.arena, &job).in, 1);
}

static bool file_holds(struct jobs_fixture *f, const char *text)
{
    static const char *const suffixes[] = {"", "-wal"};
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        FILE *file =
            fopen(arena_printf(f->base.arena, "%s%s", f->base.kept.path.p, suffixes[i]).p, "r");
        char *bytes = arena_alloc(f->base.arena, 4 << 20);
        size_t n = file ? fread(bytes, 1, 4 << 20, file) : 0;
        found |= sv_find((struct sv){bytes, n}, sv_of(text)) != SIZE_MAX;
        if (file)
            fclose(file);
    }
    return found;
}

static void the_refused_are_named_to_their_user_alone(void **state)
{
    struct jobs_fixture *f = *state;
    struct intake *intake = begin(f);
    const struct intake_refused refused = {.number = 12,
                                           .where = SV("zoe@outside.example"),
                                           .subject = SV("Between us"),
                                           .why = INTAKE_NOT_WANTED,
                                           .words = SV("not on a Sunday")};
    struct intake_refused *list;
    assert_int_equal(intake_refuse(intake, &refused), STATUS_OK);
    intake_end(&intake, STATUS_OK, NULL);
    struct job job = only_job(f);
    assert_int_equal(
        intake_refusals(f->session, f->base.kept.store, f->base.arena, &job, 0, 10, &list), 1);
    assert_int_equal(list[0].number, 12);
    assert_sv(list[0].where, "zoe@outside.example");
    assert_sv(list[0].subject, "Between us");
    assert_int_equal(list[0].why, INTAKE_NOT_WANTED);
    assert_sv(list[0].words, "not on a Sunday");
    /* a later session of the same user, and one of another */
    struct session *later = session_fixture_enter(&f->base, SV("u"), 2);
    struct session *other = session_fixture_enter(&f->base, SV("v"), 3);
    assert_int_equal(intake_refusals(later, f->base.kept.store, f->base.arena, &job, 0, 10, &list),
                     1);
    assert_int_equal(intake_refusals(other, f->base.kept.store, f->base.arena, &job, 0, 10, &list),
                     0);
    session_release(&later);
    session_release(&other);
    assert_true(file_holds(f, "import")); /* or nothing would be found there at all */
    assert_false(file_holds(f, "Archive"));
    assert_false(file_holds(f, "Between us") || file_holds(f, "QmV0d2Vlbi"));
}

static void many_are_kept_and_one_more_is_too_many(void **state)
{
    struct jobs_fixture *f = *state;
    struct intake *intake = begin(f);
    struct intake_refused *list;
    struct arena *arena = arena_new(64 << 20);
    for (uint64_t i = 1; i <= INTAKE_REFUSED_MAX; i++) {
        const struct intake_refused refused = {.number = i, .subject = SV("Same")};
        assert_int_equal(intake_refuse(intake, &refused), STATUS_OK);
    }
    assert_int_equal(intake_refuse(intake, &(struct intake_refused){.number = 1}),
                     STATUS_TOO_LARGE);
    intake_end(&intake, STATUS_TOO_LARGE, NULL);
    struct job job = only_job(f);
    assert_int_equal(job.state, JOB_FAILED);
    assert_int_equal(intake_refusals(f->session, f->base.kept.store, arena, &job, 0, 50, &list),
                     50);
    assert_int_equal(
        intake_refusals(f->session, f->base.kept.store, arena, &job, 0, INTAKE_REFUSED_MAX, &list),
        INTAKE_REFUSED_MAX);
    for (uint64_t i = 0; i < INTAKE_REFUSED_MAX; i++)
        assert_int_equal(list[i].number, i + 1);
    assert_int_equal(intake_refusals(f->session, f->base.kept.store, arena, &job, 9500, 600, &list),
                     500);
    assert_int_equal(list[0].number, 9501);
    arena_free(&arena);
}

static void who_is_to_stop_hears_it_with_the_next_bytes(void **state)
{
    struct jobs_fixture *f = *state;
    struct intake *intake = begin(f);
    assert_int_equal(job_cancel(f->jobs, f->session, only_job(f).id), STATUS_OK);
    intake_in(intake, 1); /* a batch in hand goes in */
    assert_int_equal(intake_bytes(intake, 10), STATUS_CANCELLED);
    intake_end(&intake, STATUS_CANCELLED, NULL);
    assert_int_equal(only_job(f).state, JOB_CANCELLED);
    assert_int_equal(only_job(f).count, 1);
}

#define with_fixture(name) cmocka_unit_test_setup_teardown(name, set_up, jobs_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(a_memo_comes_back),
        with_fixture(the_longest_memo_and_line_fit),
        with_fixture(texts_are_strict),
        with_fixture(every_message_is_counted_once),
        with_fixture(the_refused_are_named_to_their_user_alone),
        with_fixture(many_are_kept_and_one_more_is_too_many),
        with_fixture(who_is_to_stop_hears_it_with_the_next_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

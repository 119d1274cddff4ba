/* Imports into a server in the test's own memory: nothing is lost, nothing comes twice, whatever
 * breaks; what is refused is named. */
#include "import.h"
#include "jobs_fixture.h"
#include "mailbox_server.h"
#include "stream.h"

static const struct job_kind *const kinds[] = {&intake_kind, NULL};

struct fixture {
    struct jobs_fixture on;
    struct mailbox_server server;
    struct diagnosis diagnosis;
    int openings;
    enum status opening; /* what the hook says */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (net_init() != STATUS_OK || !session_fixture_open(&f->on.base) ||
        !mailbox_server_start(&f->server))
        return -1;
    const struct stream_target target = {.host = "127.0.0.1", .port = f->server.port};
    const struct session_limits limits = {.idle_s = 600,
                                          .absolute_s = 3600,
                                          .connections_each = 2,
                                          .connections_total = 10,
                                          .connection_idle_s = 60};
    sessions_configure(f->on.base.table, &target, &limits);
    jobs_fixture_start(&f->on, kinds);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    jobs_fixture_close(&f->on);
    mailbox_server_stop(&f->server);
    net_deinit();
    free(f);
    return 0;
}

struct file {
    struct sv rest;
};

static enum status file_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct file *file = context;
    struct sv piece = sv_slice(file->rest, 0, room < 777 ? room : 777);
    memcpy(buffer, piece.p, piece.n);
    file->rest = sv_slice(file->rest, piece.n, file->rest.n);
    *n = piece.n;
    return STATUS_OK;
}

static enum status opening(void *context, struct sv folder)
{
    struct fixture *f = context;
    (void)folder;
    f->openings++;
    return f->opening;
}

/* The whole of an import of one mbox; *counts and the job: as they stand afterwards. */
static enum status bring(struct fixture *f, const char *mbox, bool skip, struct sv folder,
                         struct intake_counts *counts, struct job *job)
{
    struct intake *intake;
    struct file file = {sv_of(mbox)};
    struct job *list;
    size_t n;
    assert_int_equal(intake_begin(f->on.jobs, f->on.session, folder, strlen(mbox), &intake),
                     STATUS_OK);
    f->diagnosis = (struct diagnosis){0};
    const struct import_order order = {.session = f->on.session,
                                       .intake = intake,
                                       .folder = folder,
                                       .delimiter = '/',
                                       .skip_known = skip,
                                       .spool_directory = f->on.base.kept.dir,
                                       .message_max = 1000000,
                                       .command_ms = f->server.late > 0 ? 300 : 5000,
                                       .opening = opening,
                                       .context = f,
                                       .diagnosis = &f->diagnosis};
    struct import *import = import_open(&order);
    enum status st = import_mbox(import, (struct source){file_read, &file}, SV(""));
    enum status rest = import_finish(import);
    intake_end(&intake, st == STATUS_OK ? rest : st, &f->diagnosis);
    import_close(&import);
    assert_int_equal(job_list(f->on.jobs, SV("u"), f->on.base.arena, &list, &n), STATUS_OK);
    *job = list[0];
    *counts = intake_counts_of(f->on.base.arena, job);
    job_told(f->on.jobs, SV("u"), job->id);
    return st == STATUS_OK ? rest : st;
}

#define LETTER(subject, body)                                                                      \
    "From zoe@outside.example Thu Mar 12 14:02:09 2026\nSubject: " subject "\nStatus: RO\n\n" body \
    "\n\n"
#define THREE LETTER("one", "a") LETTER("two", "b") LETTER("three", "c")

static struct server_folder *inbox(struct fixture *f)
{
    return &f->server.folders[0];
}

static void what_comes_in_is_there_with_date_and_flags(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct job job;
    assert_int_equal(bring(f, THREE, true, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(inbox(f)->n, 3);
    assert_int_equal(f->server.appends, 1);
    const struct server_letter *letter = &inbox(f)->letters[1];
    assert_true(sv_starts((struct sv){letter->bytes, letter->n}, SV("Subject: two\r\n")));
    assert_true(sv_ends((struct sv){letter->bytes, letter->n}, SV("\r\nb\r\n")));
    assert_non_null(strstr(letter->flags, "\\Seen"));
    assert_string_equal(letter->date, "12-Mar-2026 14:02:09 +0000");
    assert_int_equal(counts.seen, 3);
    assert_int_equal(counts.in, 3);
    assert_int_equal(job.count, 3);
    assert_int_equal(job.state, JOB_DONE);
}

static void what_is_there_is_skipped_one_for_one(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct job job;
    assert_int_equal(bring(f, THREE, true, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(bring(f, THREE LETTER("two", "b"), true, SV("INBOX"), &counts, &job),
                     STATUS_OK);
    assert_int_equal(counts.known, 3);
    assert_int_equal(counts.in, 1); /* of two equal ones the second is not the first */
    assert_int_equal(bring(f, LETTER("two", "x"), true, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(counts.in, 1); /* of the same size and date, and another */
    assert_int_equal(bring(f, THREE, false, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(counts.in, 3);
    assert_int_equal(inbox(f)->n, 8);
}

static void only_what_could_be_the_same_is_read(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct job job;
    assert_int_equal(bring(f, THREE, true, SV("INBOX"), &counts, &job), STATUS_OK);
    int before = f->server.bodies;
    assert_int_equal(bring(f, LETTER("four four", "d"), true, SV("INBOX"), &counts, &job),
                     STATUS_OK);
    assert_int_equal(f->server.bodies, before);
    assert_int_equal(bring(f, LETTER("two", "b"), true, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(f->server.bodies, before + 1 + 1); /* "one" has that size as well */
}

static void a_break_before_or_after_a_batch_loses_and_doubles_nothing(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct job job;
    f->server.cut_before = 1;
    assert_int_equal(bring(f, THREE, false, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(inbox(f)->n, 3);
    f->server.cut_after = 1;
    assert_int_equal(bring(f, THREE, false, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(inbox(f)->n, 6);
    assert_int_equal(counts.in, 3);
    f->server.cut_before = 9;
    assert_int_not_equal(bring(f, THREE, false, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(job.state, JOB_FAILED);
    assert_int_equal(counts.in, 0);
    assert_int_equal(inbox(f)->n, 6);
}

/* Nobody knows when it will have been done: what is sent again may come twice. */
static void what_is_not_answered_in_time_is_not_sent_again(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct job job;
    f->server.late = 1;
    assert_int_equal(bring(f, THREE, true, SV("INBOX"), &counts, &job), STATUS_TIMEOUT);
    assert_int_equal(f->server.appends, 1);
    assert_int_equal(counts.in, 0);
    assert_int_equal(counts.seen, 3);
    assert_int_equal(bring(f, THREE, true, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(counts.known, 3);
    assert_int_equal(inbox(f)->n, 3);
}

/* What was compared only up to the break may be another message. */
static void a_break_while_comparing_makes_no_two_messages_the_same(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct job job;
    assert_int_equal(
        bring(f, LETTER("one", "the same here, then a"), true, SV("INBOX"), &counts, &job),
        STATUS_OK);
    f->server.cut_body = 40;
    assert_int_equal(
        bring(f, LETTER("one", "the same here, then b"), true, SV("INBOX"), &counts, &job),
        STATUS_OK);
    assert_int_equal(f->server.cut_body, -1);
    assert_int_equal(counts.known, 0);
    assert_int_equal(counts.in, 1);
    assert_int_equal(inbox(f)->n, 2);
}

static void one_that_is_refused_is_named_and_its_neighbours_are_in(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct intake_refused *list;
    struct job job;
    f->server.refuse_over = 60;
    const char *mbox =
        LETTER("one", "a") LETTER("large", "0123456789012345678901234567890") LETTER("three", "c");
    assert_int_equal(bring(f, mbox, true, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(inbox(f)->n, 2);
    assert_int_equal(counts.in, 2);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(
        intake_refusals(f->on.session, f->on.base.kept.store, f->on.base.arena, &job, 0, 9, &list),
        1);
    assert_int_equal(list[0].number, 2);
    assert_int_equal(list[0].why, INTAKE_NOT_WANTED);
    assert_sv(list[0].subject, "large");
    assert_sv(list[0].words, "not on a Sunday");
}

static void without_multiappend_each_goes_by_itself(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct job job;
    f->server.capabilities = "AUTH=PLAIN SASL-IR";
    assert_int_equal(bring(f, THREE, true, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(inbox(f)->n, 3);
    assert_int_equal(f->server.appends, 3);
}

static void a_folder_is_made_or_all_of_it_is_refused(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct intake_refused *list;
    struct job job;
    assert_int_equal(bring(f, THREE, true, SV("Archive"), &counts, &job), STATUS_OK);
    assert_int_equal(counts.folders, 1);
    assert_int_equal(f->server.folders[1].n, 3);
    f->server.no_create = "no more folders";
    assert_int_equal(bring(f, THREE, true, SV("Other"), &counts, &job), STATUS_OK);
    assert_int_equal(counts.in, 0);
    assert_int_equal(counts.refused, 3);
    assert_int_equal(
        intake_refusals(f->on.session, f->on.base.kept.store, f->on.base.arena, &job, 0, 9, &list),
        3);
    assert_int_equal(list[2].why, INTAKE_FOLDER);
    assert_sv(list[2].words, "no more folders");
}

static void a_folder_is_looked_at_when_that_is_allowed(void **state)
{
    struct fixture *f = *state;
    struct intake_counts counts;
    struct job job;
    assert_int_equal(bring(f, THREE, false, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(f->openings, 0); /* nothing is looked at */
    assert_int_equal(bring(f, THREE, true, SV("INBOX"), &counts, &job), STATUS_OK);
    assert_int_equal(f->openings, 1);
    f->opening = STATUS_UNAVAILABLE;
    assert_int_equal(bring(f, THREE, true, SV("INBOX"), &counts, &job), STATUS_UNAVAILABLE);
    assert_int_equal(inbox(f)->n, 3);
}

#define with_fixture(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(what_comes_in_is_there_with_date_and_flags),
        with_fixture(what_is_there_is_skipped_one_for_one),
        with_fixture(only_what_could_be_the_same_is_read),
        with_fixture(a_break_before_or_after_a_batch_loses_and_doubles_nothing),
        with_fixture(what_is_not_answered_in_time_is_not_sent_again),
        with_fixture(a_break_while_comparing_makes_no_two_messages_the_same),
        with_fixture(one_that_is_refused_is_named_and_its_neighbours_are_in),
        with_fixture(without_multiappend_each_goes_by_itself),
        with_fixture(a_folder_is_made_or_all_of_it_is_refused),
        with_fixture(a_folder_is_looked_at_when_that_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

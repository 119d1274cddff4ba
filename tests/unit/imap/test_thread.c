/* The answer to THREAD, from scripts. */
#include "imap_limits.h"
#include "imap_thread.h"
#include "test.h"
#include "wire.h"

#define WELCOME(can)                                                                               \
    "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@1@ OK\r\n@2@ OK [CAPABILITY IMAP4rev1 " can     \
    "] in\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n@3@ OK [READ-WRITE] done\r\n"

struct talk {
    struct wire wire;
    struct imap *imap;
    struct arena *arena;
    struct imap_call call;
    struct imap_threads threads;
};

static void talk_begin(struct talk *t, const char *server, size_t piece)
{
    const struct imap_login login = {.user = {"u", 1}, .password = {"p", 1}};
    *t = (struct talk){.arena = arena_new(64 * 1024 * 1024)};
    t->call = (struct imap_call){.arena = t->arena, .deadline = deadline_in(10000)};
    t->wire.piece = piece;
    wire_script(&t->wire, server);
    assert_int_equal(imap_start(wire_transport(&t->wire), "mail.example.org", 143, &login,
                                deadline_in(10000), &t->imap, NULL),
                     STATUS_OK);
    assert_int_equal(imap_select(t->imap, &t->call, SV("INBOX"), IMAP_READ_WRITE), STATUS_OK);
}

static void talk_end(struct talk *t)
{
    imap_close(&t->imap);
    wire_free(&t->wire);
    arena_free(&t->arena);
}

/* "1 2|3|" */
static struct sv written(struct talk *t)
{
    struct sb out;
    size_t at = 0;
    sb_init(&out, t->arena, 10000);
    for (size_t i = 0; i < t->threads.n; i++) {
        for (size_t from = at; at < t->threads.ends[i]; at++)
            sb_printf(&out, "%s%u", at > from ? " " : "", t->threads.uids.p[at]);
        sb_add_char(&out, '|');
    }
    assert_int_equal(at, t->threads.uids.n);
    return sb_view(&out);
}

static void told(const char *answer, const char *threads)
{
    for (size_t piece = 0; piece < 3; piece++) {
        struct talk t;
        struct arena *arena = arena_new(1 << 20);
        struct sv server = arena_printf(arena, "%s* THREAD%s\r\n@4@ OK done\r\n",
                                        WELCOME("THREAD=REFERENCES"), answer);
        talk_begin(&t, server.p, piece);
        assert_int_equal(imap_thread(t.imap, &t.call, &t.threads), STATUS_OK);
        assert_sv(written(&t), threads);
        talk_end(&t);
        arena_free(&arena);
    }
}

static void the_outermost_parentheses_are_threads(void **state)
{
    (void)state;
    told("", "");
    told(" (2)(3 6 (4 23)(44 7 96))", "2|3 6 4 23 44 7 96|");
    told(" ((3)(5))", "3 5|");
    told(" (1) (2)", "1|2|");
    told("(4294967295)", "4294967295|");
    told(" ()(1)(())", "1|");
    told(" (9)(3 (4 (5 (6))))(7)", "9|3 4 5 6|7|");
}

static void broken(const char *answer, enum status status)
{
    struct talk t;
    struct arena *arena = arena_new(1 << 20);
    struct sv server = arena_printf(arena, "%s* THREAD %s\r\n@4@ OK done\r\n",
                                    WELCOME("THREAD=REFERENCES"), answer);
    talk_begin(&t, server.p, 0);
    assert_int_equal(imap_thread(t.imap, &t.call, &t.threads), status);
    assert_false(imap_usable(t.imap));
    assert_int_equal(t.threads.n, 0);
    talk_end(&t);
    arena_free(&arena);
}

static void what_is_no_list_of_threads_ends_the_connection(void **state)
{
    (void)state;
    broken("(1", STATUS_PROTOCOL);
    broken("(1))", STATUS_PROTOCOL);
    broken("1", STATUS_PROTOCOL);
    broken("(0)", STATUS_PROTOCOL);
    broken("(4294967296)", STATUS_PROTOCOL);
    broken("(a)", STATUS_PROTOCOL);
    broken("(\"1\")", STATUS_PROTOCOL);
    broken("(-1)", STATUS_PROTOCOL);
}

static void nesting_is_counted_and_bounded(void **state)
{
    struct arena *arena = arena_new(16 << 20);
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        struct talk t;
        struct sb server;
        sb_init(&server, arena, 3 * IMAP_THREAD_DEPTH_MAX);
        sb_add_cstr(&server, WELCOME("THREAD=REFERENCES") "* THREAD ");
        for (size_t i = 0; i < IMAP_THREAD_DEPTH_MAX + over; i++)
            sb_add_char(&server, '(');
        sb_add_char(&server, '1');
        for (size_t i = 0; i < IMAP_THREAD_DEPTH_MAX + over; i++)
            sb_add_char(&server, ')');
        sb_add_cstr(&server, "\r\n@4@ OK done\r\n");
        talk_begin(&t, server.p, 0);
        assert_int_equal(imap_thread(t.imap, &t.call, &t.threads),
                         over ? STATUS_TOO_LARGE : STATUS_OK);
        talk_end(&t);
    }
    arena_free(&arena);
}

static void the_better_algorithm_is_asked_for(void **state)
{
    struct talk t;
    (void)state;
    t = (struct talk){.threads = {.n = 0}};
    talk_begin(
        &t,
        WELCOME(
            "THREAD=REFS THREAD=REFERENCES THREAD=ORDEREDSUBJECT") "@4@ BAD what?\r\n"
                                                                   "* THREAD (1 2)\r\n@5@ OK\r\n* "
                                                                   "THREAD (3)\r\n@6@ OK\r\n",
        0);
    assert_int_equal(imap_thread(t.imap, &t.call, &t.threads), STATUS_OK);
    assert_sv(written(&t), "1 2|");
    assert_false(t.threads.by_subject);
    assert_false(imap_can(t.imap, IMAP_CAN_THREAD_REFERENCES)); /* and not asked again */
    assert_int_equal(imap_thread(t.imap, &t.call, &t.threads), STATUS_OK);
    assert_sv(written(&t), "3|");
    talk_end(&t);
    talk_begin(&t, WELCOME("THREAD=ORDEREDSUBJECT"), 0);
    assert_int_equal(imap_thread(t.imap, &t.call, &t.threads), STATUS_UNSUPPORTED);
    talk_end(&t);
    talk_begin(&t, WELCOME("THREAD=REFERENCES") "@4@ NO [LIMIT] not now\r\n", 0);
    assert_int_equal(imap_thread(t.imap, &t.call, &t.threads), STATUS_UNAVAILABLE);
    assert_true(imap_usable(t.imap));
    talk_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_outermost_parentheses_are_threads),
        cmocka_unit_test(what_is_no_list_of_threads_ends_the_connection),
        cmocka_unit_test(nesting_is_counted_and_bounded),
        cmocka_unit_test(the_better_algorithm_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What of a folder goes out, and what is known about each message: a server from a script. */
#include "../imap/wire.h"
#include "export.h"
#include "mbox.h"
#include "test.h"

static const struct imap_login login = {.user = {"u", 1}, .password = {"p", 1}};

#define WELCOME                                                                                    \
    "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@1@ OK\r\n@2@ OK [CAPABILITY IMAP4rev1] in\r\n"  \
    "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n@3@ OK [READ-ONLY] done\r\n"
#define DATE "INTERNALDATE \"12-Mar-2026 14:02:09 +0000\" "
#define FROM(subject, from)                                                                        \
    "ENVELOPE (NIL " subject " ((NIL NIL " from ")) NIL NIL NIL NIL NIL NIL NIL)"
#define ONE                                                                                        \
    "* 1 FETCH (UID 4 FLAGS (\\Seen $label1 $Forwarded) " DATE                                     \
    "RFC822.SIZE 5 " FROM("\"=?utf-8?Q?=C3=89t=C3=A9?=\"", "\"zoe\" \"outside.example\"") ")\r\n"
#define TWO "* 2 FETCH (UID 9 FLAGS () " DATE "RFC822.SIZE 3 " FROM("NIL", "NIL NIL") ")\r\n"

struct talk {
    struct wire wire;
    struct imap *imap;
    struct arena *arena;
    struct sb seen;
    struct export_counts counts;
    struct diagnosis diagnosis;
    enum status fail; /* what the taker says to data */
};

static void talk_begin(struct talk *t, const char *server)
{
    *t = (struct talk){.arena = arena_new(16 << 20)};
    struct imap_call call = {.arena = t->arena, .deadline = deadline_in(10000)};
    sb_init(&t->seen, t->arena, 10000);
    wire_script(&t->wire, server);
    assert_int_equal(imap_start(wire_transport(&t->wire), "mail.example.org", 143, &login,
                                deadline_in(10000), &t->imap, NULL),
                     STATUS_OK);
    assert_int_equal(imap_select(t->imap, &call, SV("INBOX"), IMAP_READ_ONLY), STATUS_OK);
}

static void talk_end(struct talk *t)
{
    imap_close(&t->imap);
    wire_free(&t->wire);
    arena_free(&t->arena);
}

static enum status begin(void *context, const struct export_message *m)
{
    struct talk *t = context;
    sb_printf(&t->seen, "<%u %lld %u [%.*s] [%.*s] [%.*s] ", m->uid, (long long)m->date, m->marks,
              SV_ARG(m->keywords), SV_ARG(m->sender), SV_ARG(m->subject));
    return STATUS_OK;
}

static enum status data(void *context, struct sv piece)
{
    struct talk *t = context;
    sb_add(&t->seen, piece);
    return t->fail;
}

static enum status end(void *context)
{
    sb_add_char(&((struct talk *)context)->seen, '>');
    return STATUS_OK;
}

static enum status pass(struct talk *t, const struct imap_uids *uids)
{
    const struct export_taker taker = {begin, data, end, t};
    return export_messages(t->imap, uids, 10000, &taker, &t->counts, &t->diagnosis);
}

static void all_go_out_with_what_is_known_of_them(void **state)
{
    struct talk t;
    (void)state;
    talk_begin(&t, WELCOME "* SEARCH 4 9\r\n@4@ OK\r\n" ONE TWO "@5@ OK\r\n"
                           "* 1 FETCH (UID 4 BODY[] {5}\r\nA: b\n)\r\n"
                           "* 2 FETCH (UID 9 BODY[] {3}\r\nxyz)\r\n@6@ OK\r\n");
    assert_int_equal(pass(&t, NULL), STATUS_OK);
    struct sv want =
        arena_printf(t.arena,
                     "<4 1773324129 %d [$Forwarded $label1] [zoe@outside.example] [Été] A: b\n>"
                     "<9 1773324129 0 [] [] [] xyz>",
                     MBOX_SEEN);
    assert_sv(sb_view(&t.seen), want.p);
    assert_int_equal(t.counts.messages, 2);
    assert_int_equal(t.counts.gone, 0);
    talk_end(&t);
}

static void what_has_gone_meanwhile_is_counted(void **state)
{
    static const uint32_t uids[] = {4, 6, 9};
    const struct imap_uids chosen = {uids, 3};
    struct talk t;
    (void)state;
    /* 6 was gone when it was asked about, 9 when its body was, which is asked for once more */
    talk_begin(&t,
               WELCOME ONE TWO "@4@ OK\r\n"
                               "* 1 FETCH (UID 4 BODY[] {5}\r\nA: b\n)\r\n@5@ OK\r\n@6@ OK\r\n");
    assert_int_equal(pass(&t, &chosen), STATUS_OK);
    assert_int_equal(t.counts.messages, 1);
    assert_int_equal(t.counts.gone, 2);
    talk_end(&t);
}

static void an_empty_folder_asks_for_no_bodies(void **state)
{
    struct talk t;
    (void)state;
    talk_begin(&t, WELCOME "* SEARCH\r\n@4@ OK\r\n");
    assert_int_equal(pass(&t, NULL), STATUS_OK);
    assert_int_equal(t.counts.messages + t.counts.gone, 0);
    talk_end(&t);
}

static void a_message_that_nobody_asked_for_is_not_taken(void **state)
{
    static const uint32_t uid = 4;
    const struct imap_uids chosen = {&uid, 1};
    struct talk t;
    (void)state;
    talk_begin(&t, WELCOME ONE "@4@ OK\r\n* 1 FETCH (UID 5 BODY[] {5}\r\nA: b\n)\r\n@5@ OK\r\n");
    assert_int_not_equal(pass(&t, &chosen), STATUS_OK);
    assert_int_equal(t.counts.messages, 0);
    assert_sv(sb_view(&t.seen), "");
    talk_end(&t);
}

static void a_line_that_breaks_and_a_taker_that_fails_end_it(void **state)
{
    static const uint32_t uid = 4;
    const struct imap_uids chosen = {&uid, 1};
    struct talk t;
    (void)state;
    talk_begin(&t, WELCOME ONE "@4@ OK\r\n* 1 FETCH (UID 4 BODY[] {5}\r\nA:");
    assert_int_equal(pass(&t, &chosen), STATUS_CLOSED);
    assert_int_equal(t.counts.messages, 0);
    assert_false(sv_ends(sb_view(&t.seen), SV(">")));
    talk_end(&t);
    talk_begin(&t, WELCOME ONE "@4@ OK\r\n* 1 FETCH (UID 4 BODY[] {5}\r\nA: b\n)\r\n@5@ OK\r\n");
    t.fail = STATUS_TIMEOUT;
    assert_int_equal(pass(&t, &chosen), STATUS_TIMEOUT);
    talk_end(&t);
}

/* Of more than EXPORT_WINDOW messages each is asked for once, in windows. */
static void many_go_out_in_windows(void **state)
{
    enum { COUNT = 2 * EXPORT_WINDOW + 1 };
    static uint32_t uids[COUNT];
    const struct imap_uids chosen = {uids, COUNT};
    struct arena *arena = arena_new(16 << 20);
    struct sb server;
    struct talk t;
    unsigned tag = 4;
    (void)state;
    sb_init(&server, arena, 4 << 20);
    sb_add_cstr(&server, WELCOME);
    for (uint32_t at = 0; at < COUNT; at += EXPORT_WINDOW, tag += 2) {
        uint32_t to = at + EXPORT_WINDOW < COUNT ? at + EXPORT_WINDOW : COUNT;
        for (uint32_t i = at; i < to; i++) {
            uids[i] = i + 1;
            sb_printf(&server, "* %u FETCH (UID %u FLAGS () " DATE "RFC822.SIZE 1 ", i + 1, i + 1);
            sb_add_cstr(&server, FROM("NIL", "NIL NIL") ")\r\n");
        }
        sb_printf(&server, "@%u@ OK\r\n", tag);
        for (uint32_t i = at; i < to; i++)
            sb_printf(&server, "* %u FETCH (UID %u BODY[] {1}\r\nx)\r\n", i + 1, i + 1);
        sb_printf(&server, "@%u@ OK\r\n", tag + 1);
    }
    talk_begin(&t, arena_cstr(arena, sb_view(&server)));
    sb_init(&t.seen, t.arena, 1 << 20);
    assert_int_equal(pass(&t, &chosen), STATUS_OK);
    assert_int_equal(t.counts.messages, COUNT);
    assert_int_equal(t.wire.tags.n, 3 + 2 * 3);
    talk_end(&t);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_go_out_with_what_is_known_of_them),
        cmocka_unit_test(what_has_gone_meanwhile_is_counted),
        cmocka_unit_test(an_empty_folder_asks_for_no_bodies),
        cmocka_unit_test(a_message_that_nobody_asked_for_is_not_taken),
        cmocka_unit_test(a_line_that_breaks_and_a_taker_that_fails_end_it),
        cmocka_unit_test(many_go_out_in_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

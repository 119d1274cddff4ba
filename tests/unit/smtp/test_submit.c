#include "pieces.h"
#include "script_server.h"
#include "submit.h"
#include "test.h"

static const struct sv one[] = {{"bob@example.org", 15}};
static const struct sv three[] = {
    {"bob@example.org", 15}, {"eve@example.org", 15}, {"zoe@example.org", 15}};

struct trial {
    struct server server;
    struct pieces text;
    struct submit_order order;
    struct submit_result result;
    struct diagnosis diagnosis;
    struct arena *arena;
};

static struct trial *trial_new(const struct step *steps)
{
    struct trial *t = test_calloc(1, sizeof *t);
    t->server.steps = steps;
    t->server.cut = SIZE_MAX;
    t->arena = arena_new(1 << 20);
    t->text.left = SV("Subject: x\r\n\r\nHello\r\n");
    t->order = (struct submit_order){.host = SV("mail.example.org"),
                                     .port = 587,
                                     .client_name = SV("web.example.org"),
                                     .user = SV("amy"),
                                     .password = SV("secret"),
                                     .sender = SV("amy@example.org"),
                                     .recipients = one,
                                     .recipient_count = 1,
                                     .message = pieces_source(&t->text),
                                     .command_ms = 1000,
                                     .final_ms = 1000,
                                     .total_ms = 10000};
    return t;
}

static enum status trial_run(struct trial *t)
{
    struct transport line = {.send = server_send, .receive = server_receive, .context = &t->server};
    return submit_message(&line, &t->order, t->arena, &t->result, &t->diagnosis);
}

static void trial_free(struct trial *t)
{
    arena_free(&t->arena);
    test_free(t);
}

#define EHLO_LINE "EHLO web.example.org"
#define AUTH_LINE "AUTH PLAIN AGFteQBzZWNyZXQ="
#define HELLO                                                                                      \
    {                                                                                              \
        EHLO_LINE, "250-mail\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n"         \
    }
#define LOGIN                                                                                      \
    {                                                                                              \
        AUTH_LINE, "235 2.7.0 ok\r\n"                                                              \
    }
#define SENDER                                                                                     \
    {                                                                                              \
        "MAIL FROM:<amy@example.org>", "250 2.1.0 ok\r\n"                                          \
    }
#define BOB                                                                                        \
    {                                                                                              \
        "RCPT TO:<bob@example.org>", "250 2.1.5 ok\r\n"                                            \
    }
#define DATA                                                                                       \
    {                                                                                              \
        "DATA", "354 go on\r\n"                                                                    \
    }
#define DONE                                                                                       \
    {                                                                                              \
        ".", "250 2.0.0 queued as 7\r\n"                                                           \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

static const struct step whole[] = {HELLO, LOGIN, SENDER, BOB, DATA, DONE, END};

static void a_message_is_sent_and_the_answer_kept(void **state)
{
    (void)state;
    for (size_t portion = 0; portion < 40; portion++) {
        struct trial *t = trial_new(whole);
        t->server.portion = t->text.each = portion;
        assert_int_equal(trial_run(t), STATUS_OK);
        assert_int_equal(t->result.outcome, SUBMIT_SENT);
        assert_int_equal(t->result.reply.code, 250);
        assert_sv(t->result.reply.enhanced, "2.0.0");
        assert_sv(t->result.reply.text, "queued as 7");
        assert_int_equal(t->result.accepted_count, 1);
        assert_sv(t->result.accepted[0], "bob@example.org");
        assert_int_equal(t->result.refused_count, 0);
        assert_int_equal(t->result.size_limit, 1000);
        assert_sv(((struct sv){t->server.message, t->server.message_n}),
                  "Subject: x\r\n\r\nHello\r\n");
        trial_free(t);
    }
}

static void a_connection_cut_anywhere_tells_whether_it_may_have_been_sent(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < 6; cut++) {
        struct trial *t = trial_new(whole);
        t->server.cut = cut;
        assert_int_equal(trial_run(t), STATUS_CLOSED);
        assert_int_equal(t->diagnosis.cause, CAUSE_CLOSED);
        assert_string_equal(t->diagnosis.host, "mail.example.org");
        assert_int_equal(t->result.outcome, cut < 5 ? SUBMIT_NOT_SENT : SUBMIT_UNKNOWN);
        trial_free(t);
    }
}

static void a_silent_server_tells_whether_it_may_have_been_sent(void **state)
{
    (void)state;
    for (size_t silent = 0; silent < 6; silent++) {
        struct step steps[7];
        memcpy(steps, whole, sizeof steps);
        steps[silent].reply = "";
        struct trial *t = trial_new(steps);
        assert_int_equal(trial_run(t), STATUS_TIMEOUT);
        assert_int_equal(t->diagnosis.cause, CAUSE_TIMEOUT);
        assert_int_equal(t->result.outcome, silent < 5 ? SUBMIT_NOT_SENT : SUBMIT_UNKNOWN);
        trial_free(t);
    }
}

struct refusal {
    size_t step;
    const char *reply;
    enum status status;
    enum cause cause;
    enum submit_outcome outcome;
};

static const struct refusal refusals[] = {
    {0, "502 no\r\n", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE, SUBMIT_NOT_SENT},
    {0, "nonsense\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, SUBMIT_NOT_SENT},
    {0, "250-a\r\n550 b\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, SUBMIT_NOT_SENT},
    {0, "250 mail\r\n", STATUS_UNSUPPORTED, CAUSE_LOGIN_DISABLED, SUBMIT_NOT_SENT},
    {1, "535 5.7.8 no\r\n", STATUS_DENIED, CAUSE_PASSWORD, SUBMIT_NOT_SENT},
    {1, "534 5.7.9 weak\r\n", STATUS_UNSUPPORTED, CAUSE_LOGIN_DISABLED, SUBMIT_NOT_SENT},
    {1, "454 4.7.0 later\r\n", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE, SUBMIT_NOT_SENT},
    {1, "250 what\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, SUBMIT_NOT_SENT},
    {2, "550 5.7.1 not you\r\n", STATUS_REFUSED, CAUSE_SENDER, SUBMIT_NOT_SENT},
    {2, "451 4.3.0 later\r\n", STATUS_UNAVAILABLE, CAUSE_SENDER, SUBMIT_NOT_SENT},
    {2, "552 5.3.4 too big\r\n", STATUS_TOO_LARGE, CAUSE_MESSAGE_SIZE, SUBMIT_NOT_SENT},
    {2, "530 5.7.0 log in\r\n", STATUS_UNSUPPORTED, CAUSE_LOGIN_DISABLED, SUBMIT_NOT_SENT},
    {2, "421 4.3.2 bye\r\n", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE, SUBMIT_NOT_SENT},
    {3, "421 4.3.2 bye\r\n", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE, SUBMIT_NOT_SENT},
    {4, "554 5.5.1 no\r\n", STATUS_REFUSED, CAUSE_MESSAGE_REFUSED, SUBMIT_NOT_SENT},
    {4, "250 what\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, SUBMIT_NOT_SENT},
    {5, "554 5.7.1 spam\r\n", STATUS_REFUSED, CAUSE_MESSAGE_REFUSED, SUBMIT_REFUSED},
    {5, "451 4.3.0 later\r\n", STATUS_UNAVAILABLE, CAUSE_MESSAGE_REFUSED, SUBMIT_REFUSED},
    {5, "552 too big\r\n", STATUS_TOO_LARGE, CAUSE_MESSAGE_SIZE, SUBMIT_REFUSED},
    {5, "354 what\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, SUBMIT_UNKNOWN},
    {5, "25\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, SUBMIT_UNKNOWN},
};

static void each_refusal_has_its_cause_and_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *r = &refusals[i];
        struct step steps[7];
        memcpy(steps, whole, sizeof steps);
        steps[r->step].reply = r->reply;
        struct trial *t = trial_new(steps);
        enum status status = trial_run(t);
        if (status != r->status || t->diagnosis.cause != r->cause ||
            t->result.outcome != r->outcome)
            fail_msg("step %zu \"%s\": status %s, cause %d, outcome %d", r->step, r->reply,
                     status_name(status), (int)t->diagnosis.cause, (int)t->result.outcome);
        trial_free(t);
    }
}

static const struct step two_refused[] = {
    HELLO,
    LOGIN,
    SENDER,
    BOB,
    {"RCPT TO:<eve@example.org>", "550-5.1.1 no such user\r\n550 5.1.1 here\r\n"},
    {"RCPT TO:<zoe@example.org>", "452 4.2.2 \xc0 full\r\n"},
    {"RSET", "250 ok\r\n"},
    END};

static void refused_recipients_are_named_and_nothing_is_sent(void **state)
{
    (void)state;
    struct trial *t = trial_new(two_refused);
    t->order.recipients = three;
    t->order.recipient_count = 3;
    assert_int_equal(trial_run(t), STATUS_REFUSED);
    assert_int_equal(t->result.outcome, SUBMIT_NOT_SENT);
    assert_int_equal(t->diagnosis.cause, CAUSE_RECIPIENT);
    assert_int_equal(t->result.refused_count, 2);
    assert_sv(t->result.refused[0].recipient, "eve@example.org");
    assert_int_equal(t->result.refused[0].reply.code, 550);
    assert_sv(t->result.refused[0].reply.enhanced, "5.1.1");
    assert_sv(t->result.refused[0].reply.text, "no such user here");
    assert_sv(t->result.refused[1].recipient, "zoe@example.org");
    assert_sv(t->result.refused[1].reply.text, "\xef\xbf\xbd full");
    assert_int_equal(t->server.at, 7); /* RSET was said, DATA was not */
    trial_free(t);
}

static const struct step some_refused[] = {HELLO,
                                           LOGIN,
                                           SENDER,
                                           {"RCPT TO:<bob@example.org>", "550 5.1.1 gone\r\n"},
                                           {"RCPT TO:<eve@example.org>", "250 ok\r\n"},
                                           {"RCPT TO:<zoe@example.org>", "251 will forward\r\n"},
                                           DATA,
                                           DONE,
                                           END};

static void who_can_receives_if_the_caller_wants_that(void **state)
{
    (void)state;
    struct trial *t = trial_new(some_refused);
    t->order.recipients = three;
    t->order.recipient_count = 3;
    t->order.policy = SUBMIT_WHO_CAN;
    assert_int_equal(trial_run(t), STATUS_OK);
    assert_int_equal(t->result.outcome, SUBMIT_SENT);
    assert_int_equal(t->result.accepted_count, 2);
    assert_sv(t->result.accepted[0], "eve@example.org");
    assert_sv(t->result.refused[0].recipient, "bob@example.org");
    trial_free(t);
}

static const struct step pipelined[] = {
    {EHLO_LINE, "250-mail\r\n250-PIPELINING\r\n250-SIZE\r\n250 AUTH PLAIN\r\n"},
    LOGIN,
    {"MAIL FROM:<amy@example.org> SIZE=21", "250 ok\r\n"},
    BOB,
    {"RCPT TO:<eve@example.org>", "550 5.1.1 gone\r\n"},
    {"RCPT TO:<zoe@example.org>", "250 ok\r\n"},
    {"RSET", "250 ok\r\n"},
    END};

static void pipelined_answers_are_matched_in_order(void **state)
{
    (void)state;
    for (size_t portion = 0; portion < 30; portion++) {
        struct trial *t = trial_new(pipelined);
        t->server.portion = portion;
        t->order.recipients = three;
        t->order.recipient_count = 3;
        t->order.size = 21;
        assert_int_equal(trial_run(t), STATUS_REFUSED);
        assert_int_equal(t->result.refused_count, 1);
        assert_sv(t->result.refused[0].recipient, "eve@example.org");
        assert_int_equal(t->server.sends, 4); /* EHLO, AUTH, the envelope, RSET with QUIT */
        trial_free(t);
    }
}

static void a_thousand_recipients_go_in_groups(void **state)
{
    (void)state;
    static struct step steps[1006] = {{EHLO_LINE, "250-mail\r\n250 PIPELINING\r\n"},
                                      {"MAIL FROM:<>", "250 ok\r\n"}};
    struct sv many[1000];
    struct trial *t = trial_new(steps);
    for (size_t i = 0; i < 1000; i++) {
        many[i] = arena_printf(t->arena, "user%zu@a-rather-long-name.example.org", i);
        steps[i + 2].line =
            arena_cstr(t->arena, arena_printf(t->arena, "RCPT TO:<%.*s>", SV_ARG(many[i])));
        steps[i + 2].reply = "250 ok\r\n";
    }
    /* the server's own buffer is smaller than all answers together */
    steps[1002] = (struct step)DATA;
    steps[1003] = (struct step){".", "250 ok\r\n"};
    t->order.user = t->order.sender = SV("");
    t->order.recipients = many;
    t->order.recipient_count = 1000;
    t->server.portion = 7;
    enum status status = STATUS_OK;
    struct server *s = &t->server;
    status = trial_run(t);
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(t->result.accepted_count, 1000);
    assert_true(s->sends < 40);
    trial_free(t);
}

static const struct step login_only[] = {{EHLO_LINE, "250-mail\r\n250 AUTH=LOGIN CRAM-MD5\r\n"},
                                         {"AUTH LOGIN", "334 VXNlcm5hbWU6\r\n"},
                                         {"YW15", "334 UGFzc3dvcmQ6\r\n"},
                                         {"c2VjcmV0", "235 ok\r\n"},
                                         SENDER,
                                         BOB,
                                         DATA,
                                         DONE,
                                         END};

static void login_is_used_where_plain_is_not_offered(void **state)
{
    (void)state;
    struct trial *t = trial_new(login_only);
    assert_int_equal(trial_run(t), STATUS_OK);
    trial_free(t);
}

static void what_would_break_a_line_is_refused_before_any(void **state)
{
    (void)state;
    static const struct sv bad[] = {
        {"a@b\r\nRCPT TO:<c@d", 18}, {"a@b>", 4}, {"", 0}, {"a\0@b", 4}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct trial *t = trial_new(whole);
        t->order.recipients = &bad[i];
        assert_int_equal(trial_run(t), STATUS_INVALID);
        assert_int_equal(t->diagnosis.cause, CAUSE_RECIPIENT);
        assert_int_equal(t->result.refused_count, 1);
        assert_int_equal(t->server.sends, 0);
        trial_free(t);
    }
    struct sv *fields[3];
    for (size_t i = 0; i < 3; i++) {
        struct trial *t = trial_new(whole);
        fields[0] = &t->order.user;
        fields[1] = &t->order.password;
        fields[2] = &t->order.sender;
        *fields[i] = SV("x\ny");
        assert_int_equal(trial_run(t), STATUS_INVALID);
        assert_int_equal(t->result.outcome, SUBMIT_NOT_SENT);
        assert_int_equal(t->server.sends, 0);
        trial_free(t);
    }
    struct trial *t = trial_new(whole);
    t->order.recipient_count = 0;
    assert_int_equal(trial_run(t), STATUS_INVALID);
    trial_free(t);
}

static void addresses_beyond_ascii_need_smtputf8(void **state)
{
    (void)state;
    static const struct sv two[] = {{"bob@example.org", 15}, {"zo\xc3\xa9@example.org", 16}};
    static const struct step without[] = {HELLO, LOGIN, END};
    struct trial *t = trial_new(without);
    t->order.recipients = two;
    t->order.recipient_count = 2;
    assert_int_equal(trial_run(t), STATUS_UNSUPPORTED);
    assert_int_equal(t->diagnosis.cause, CAUSE_RECIPIENT);
    assert_int_equal(t->result.refused_count, 1);
    assert_sv(t->result.refused[0].recipient, two[1].p);
    trial_free(t);

    static const struct step with[] = {
        {EHLO_LINE, "250-mail\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n"},
        LOGIN,
        {"MAIL FROM:<amy@example.org> BODY=8BITMIME SMTPUTF8", "250 ok\r\n"},
        BOB,
        {"RCPT TO:<zo\xc3\xa9@example.org>", "250 ok\r\n"},
        DATA,
        DONE,
        END};
    t = trial_new(with);
    t->order.recipients = two;
    t->order.recipient_count = 2;
    t->order.eight_bit = true;
    assert_int_equal(trial_run(t), STATUS_OK);
    trial_free(t);
}

static void a_message_over_the_server_s_limit_is_not_begun(void **state)
{
    (void)state;
    static const struct step steps[] = {HELLO, LOGIN, END};
    struct trial *t = trial_new(steps);
    t->order.size = 1001;
    assert_int_equal(trial_run(t), STATUS_TOO_LARGE);
    assert_int_equal(t->diagnosis.cause, CAUSE_MESSAGE_SIZE);
    assert_int_equal(t->result.size_limit, 1000);
    trial_free(t);
}

static void a_source_that_fails_sends_no_dot(void **state)
{
    (void)state;
    struct trial *t = trial_new(whole);
    t->text.at_end = STATUS_CANCELLED;
    assert_int_equal(trial_run(t), STATUS_CANCELLED);
    assert_int_equal(t->result.outcome, SUBMIT_NOT_SENT);
    assert_int_equal(t->server.at, 5);
    trial_free(t);
}

static void a_server_that_answers_too_early_has_not_taken_it(void **state)
{
    (void)state;
    struct trial *t = trial_new(whole);
    t->server.gives_up = true;
    assert_int_equal(trial_run(t), STATUS_UNAVAILABLE);
    assert_int_equal(t->result.outcome, SUBMIT_NOT_SENT);
    assert_int_equal(t->diagnosis.cause, CAUSE_MESSAGE_REFUSED);
    assert_string_equal(t->diagnosis.detail, "disk full");
    assert_int_equal(t->server.at, 5);
    trial_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_sent_and_the_answer_kept),
        cmocka_unit_test(a_connection_cut_anywhere_tells_whether_it_may_have_been_sent),
        cmocka_unit_test(a_silent_server_tells_whether_it_may_have_been_sent),
        cmocka_unit_test(each_refusal_has_its_cause_and_outcome),
        cmocka_unit_test(refused_recipients_are_named_and_nothing_is_sent),
        cmocka_unit_test(who_can_receives_if_the_caller_wants_that),
        cmocka_unit_test(pipelined_answers_are_matched_in_order),
        cmocka_unit_test(a_thousand_recipients_go_in_groups),
        cmocka_unit_test(login_is_used_where_plain_is_not_offered),
        cmocka_unit_test(what_would_break_a_line_is_refused_before_any),
        cmocka_unit_test(addresses_beyond_ascii_need_smtputf8),
        cmocka_unit_test(a_message_over_the_server_s_limit_is_not_begun),
        cmocka_unit_test(a_source_that_fails_sends_no_dot),
        cmocka_unit_test(a_server_that_answers_too_early_has_not_taken_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

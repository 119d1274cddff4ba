/* The client against servers that follow a script. */
#include "arena.h"
#include "managesieve.h"
#include "test.h"

#define PLAIN_HELLO                                                                                \
    "\"IMPLEMENTATION\" \"x\"\r\n\"SIEVE\" \"fileinto\"\r\n\"STARTTLS\"\r\n\"SASL\" \"\"\r\nOK "   \
    "\"hi\"\r\n"
#define TLS_HELLO                                                                                  \
    "\"SIEVE\" \"fileinto include\"\r\n\"SASL\" \"LOGIN PLAIN\"\r\n\"VERSION\" \"1.0\"\r\nOK\r\n"

/* What it says when, in turn; "" says nothing. The last turn is followed by the end. */
struct peer {
    const char *const *turns;
    size_t at;
    struct sv left;
    struct sb heard;
    char bytes[4096];
    bool secured;
    enum status secure_status;
};

static enum status peer_send(void *context, struct sv bytes, struct deadline deadline)
{
    struct peer *p = context;
    (void)deadline;
    sb_add(&p->heard, bytes);
    if (p->turns[p->at])
        p->left = sv_of(p->turns[p->at++]);
    return STATUS_OK;
}

static enum status peer_receive(void *context, void *buffer, size_t room, struct deadline deadline,
                                size_t *n)
{
    struct peer *p = context;
    (void)deadline;
    if (p->left.n == 0)
        return STATUS_CLOSED;
    *n = room < 5 ? room : p->left.n < 5 ? p->left.n : 5; /* pieces end anywhere */
    if (p->secured || p->at > 1)
        *n = p->left.n < room ? p->left.n : room;
    memcpy(buffer, p->left.p, *n);
    p->left = sv_slice(p->left, *n, p->left.n);
    return STATUS_OK;
}

static enum status peer_secure(void *context, struct deadline deadline, struct diagnosis *diagnosis)
{
    struct peer *p = context;
    (void)deadline;
    (void)diagnosis;
    p->secured = true;
    p->left = sv_of(p->turns[p->at] ? p->turns[p->at++] : "");
    return p->secure_status;
}

struct trial {
    struct peer peer;
    struct diagnosis diagnosis;
    struct arena *arena;
    struct managesieve *m;
};

static struct trial *trial_new(const char *const *turns)
{
    struct trial *t = test_calloc(1, sizeof *t);
    t->arena = arena_new(16 << 20);
    t->peer.turns = turns;
    t->peer.left = sv_of(turns[t->peer.at++]);
    sb_fixed(&t->peer.heard, t->peer.bytes, sizeof t->peer.bytes);
    return t;
}

static void trial_free(struct trial *t)
{
    arena_free(&t->arena);
    test_free(t);
}

static enum status begin(struct trial *t)
{
    const struct managesieve_order order = {
        .line = {.send = peer_send, .receive = peer_receive, .context = &t->peer},
        .secure = peer_secure,
        .secure_context = &t->peer,
        .host = "sieve.example",
        .port = 4190,
        .arena = t->arena,
        .deadline = deadline_in(60000),
        .diagnosis = &t->diagnosis};
    return managesieve_open(&order, &t->m);
}

static void a_whole_conversation(void **state)
{
    (void)state;
    const char *turns[] = {PLAIN_HELLO,
                           "OK\r\n",
                           TLS_HELLO,
                           "OK (SASL \"x\") \"in\"\r\n",
                           "\"vague\\\"mestre\" ACTIVE\r\n{9}\r\nrou(nd)c\"\r\n\"x\\r\"\r\nOK\r\n",
                           "{10}\r\nkeep;\r\nOK\n\r\nOK\r\n",
                           "OK (WARNINGS) {5}\r\nhm\r\nm\r\n",
                           "OK\r\n",
                           "OK\r\n",
                           NULL};
    struct trial *t = trial_new(turns);
    struct managesieve_scripts scripts;
    struct sv text;
    assert_int_equal(begin(t), STATUS_OK);
    assert_true(t->peer.secured);
    assert_sv(managesieve_extensions(t->m), "fileinto include");
    assert_int_equal(managesieve_login(t->m, SV("amy"), SV("se cret")), STATUS_OK);
    assert_int_equal(managesieve_list(t->m, &scripts), STATUS_OK);
    assert_int_equal(scripts.n, 3);
    assert_sv(scripts.items[0].name, "vague\"mestre");
    assert_true(scripts.items[0].active);
    assert_sv(scripts.items[1].name, "rou(nd)c\"");
    assert_false(scripts.items[1].active);
    assert_int_equal(managesieve_get(t->m, SV("a b"), &text), STATUS_OK);
    assert_sv(text, "keep;\r\nOK\n");
    assert_int_equal(managesieve_check(t->m, SV("stop;\r\n")), STATUS_OK);
    assert_int_equal(managesieve_put(t->m, SV("n"), SV("stop;\r\n")), STATUS_OK);
    assert_int_equal(managesieve_activate(t->m, SV("")), STATUS_OK);
    managesieve_close(t->m);
    assert_sv(sb_view(&t->peer.heard), "STARTTLS\r\n"
                                       "AUTHENTICATE \"PLAIN\" {16+}\r\nAGFteQBzZSBjcmV0\r\n"
                                       "LISTSCRIPTS\r\n"
                                       "GETSCRIPT {3+}\r\na b\r\n"
                                       "CHECKSCRIPT {7+}\r\nstop;\r\n\r\n"
                                       "PUTSCRIPT {1+}\r\nn {7+}\r\nstop;\r\n\r\n"
                                       "SETACTIVE {0+}\r\n\r\n"
                                       "LOGOUT\r\n");
    trial_free(t);
}

static void starttls_is_never_skipped(void **state)
{
    (void)state;
    const char *without[] = {"\"SIEVE\" \"fileinto\"\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n", NULL};
    struct trial *t = trial_new(without);
    assert_int_equal(begin(t), STATUS_TLS);
    assert_int_equal(t->diagnosis.cause, CAUSE_NO_STARTTLS);
    assert_int_equal(t->peer.heard.n, 0);
    trial_free(t);
    const char *refused[] = {PLAIN_HELLO, "NO \"not today\"\r\n", NULL};
    t = trial_new(refused);
    assert_int_equal(begin(t), STATUS_TLS);
    assert_false(t->peer.secured);
    trial_free(t);
    /* what somebody in between has added behind OK would be taken for said under TLS */
    const char *injected[] = {PLAIN_HELLO, "OK\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n", TLS_HELLO, NULL};
    t = trial_new(injected);
    assert_int_equal(begin(t), STATUS_PROTOCOL);
    assert_false(t->peer.secured);
    trial_free(t);
    /* capabilities from before TLS do not count */
    const char *nothing[] = {"\"SASL\" \"PLAIN\"\r\n\"STARTTLS\"\r\nOK\r\n", "OK\r\n", "OK\r\n",
                             NULL};
    t = trial_new(nothing);
    assert_int_equal(begin(t), STATUS_OK);
    assert_int_equal(managesieve_login(t->m, SV("amy"), SV("x")), STATUS_UNSUPPORTED);
    assert_int_equal(t->diagnosis.cause, CAUSE_LOGIN_DISABLED);
    assert_sv(sb_view(&t->peer.heard), "STARTTLS\r\n");
    trial_free(t);
}

static void check_answer(const char *answer, enum status wanted, enum cause cause,
                         const char *detail)
{
    const char *turns[] = {PLAIN_HELLO, "OK\r\n", TLS_HELLO, "OK\r\n", answer, NULL};
    struct trial *t = trial_new(turns);
    assert_int_equal(begin(t), STATUS_OK);
    assert_int_equal(managesieve_login(t->m, SV("amy"), SV("x")), STATUS_OK);
    enum status got = managesieve_put(t->m, SV("n"), SV("stop;"));
    if (got != wanted || t->diagnosis.cause != cause)
        fail_msg("%s: %s", answer, status_name(got));
    assert_string_equal(t->diagnosis.detail, detail);
    trial_free(t);
}

static void refusals_say_why(void **state)
{
    (void)state;
    check_answer("NO {11}\r\nline 3: bad\r\n", STATUS_REFUSED, CAUSE_REFUSED, "line 3: bad");
    check_answer("NO (QUOTA/MAXSIZE) \"too big\"\r\n", STATUS_QUOTA, CAUSE_QUOTA, "too big");
    check_answer("NO (TRYLATER) \"soon\"\r\n", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE, "soon");
    check_answer("BYE (REFERRAL \"sieve://b.example\") \"go\"\r\n", STATUS_UNAVAILABLE,
                 CAUSE_UNAVAILABLE, "referral: sieve://b.example go");
    check_answer("", STATUS_CLOSED, CAUSE_CLOSED, "");
    check_answer("HELLO\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, "");
    check_answer("OK \"never ends\n", STATUS_CLOSED, CAUSE_CLOSED, "");
    check_answer("{99999999}\r\n", STATUS_TOO_LARGE, CAUSE_PROTOCOL, "");
    check_answer("{300000}\r\n", STATUS_TOO_LARGE, CAUSE_PROTOCOL, "");
    check_answer("{x}\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, "");
    check_answer("OK\n", STATUS_PROTOCOL, CAUSE_PROTOCOL, "");
}

static void a_wrong_password_is_denied(void **state)
{
    (void)state;
    const char *turns[] = {PLAIN_HELLO, "OK\r\n", TLS_HELLO, "NO \"no such luck\"\r\n", NULL};
    struct trial *t = trial_new(turns);
    assert_int_equal(begin(t), STATUS_OK);
    assert_int_equal(managesieve_login(t->m, SV("amy"), SV("x")), STATUS_DENIED);
    assert_int_equal(t->diagnosis.cause, CAUSE_PASSWORD);
    trial_free(t);
    const char *greeting[] = {"BYE \"closed\"\r\n", NULL};
    t = trial_new(greeting);
    assert_int_equal(begin(t), STATUS_UNAVAILABLE);
    assert_string_equal(t->diagnosis.host, "sieve.example");
    trial_free(t);
}

static void nothing_reaches_a_line_unencoded(void **state)
{
    (void)state;
    const char *turns[] = {PLAIN_HELLO, "OK\r\n", TLS_HELLO, NULL};
    struct trial *t = trial_new(turns);
    struct sv text;
    static char large[MANAGESIEVE_SCRIPT_MAX + 1];
    memset(large, ' ', sizeof large);
    assert_int_equal(begin(t), STATUS_OK);
    size_t before = t->peer.heard.n;
    assert_int_equal(managesieve_login(t->m, SV("a\r\nb"), SV("x")), STATUS_INVALID);
    assert_int_equal(managesieve_login(t->m, (struct sv){"a\0b", 3}, SV("x")), STATUS_INVALID);
    assert_int_equal(managesieve_get(t->m, SV("a\r\nLOGOUT"), &text), STATUS_INVALID);
    assert_int_equal(managesieve_put(t->m, SV(""), SV("x")), STATUS_INVALID);
    assert_int_equal(managesieve_put(t->m, SV("n"), (struct sv){"a\0b", 3}), STATUS_INVALID);
    assert_int_equal(managesieve_put(t->m, SV("n"), (struct sv){large, sizeof large}),
                     STATUS_TOO_LARGE);
    assert_int_equal(t->peer.heard.n, before);
    trial_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_conversation),
        cmocka_unit_test(starttls_is_never_skipped),
        cmocka_unit_test(refusals_say_why),
        cmocka_unit_test(a_wrong_password_is_denied),
        cmocka_unit_test(nothing_reaches_a_line_unencoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

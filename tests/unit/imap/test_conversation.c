/* Servers that say odd, rare or hostile things, from scripts. */
#include "journey.h"
#include "wire.h"

static const struct imap_login login = {
    .user = {"u", 1}, .password = {"p\"\\", 3}, .client = {"192.0.2.7", 9}};

#define HELLO "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@1@ OK\r\n"
#define WELCOME(can) HELLO "@2@ OK [CAPABILITY IMAP4rev1 " can "] in\r\n"
#define SELECTED                                                                                   \
    "* FLAGS (\\Seen old)\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n"      \
    "* OK [PERMANENTFLAGS (\\Seen \\Deleted old \\*)] x\r\n@3@ OK [READ-WRITE] done\r\n"

struct talk {
    struct wire wire;
    struct imap *imap;
    struct arena *arena;
    struct diagnosis d;
    struct imap_call call;
};

static enum status talk_start(struct talk *t, const char *server)
{
    *t = (struct talk){.arena = arena_new(64 * 1024 * 1024)};
    t->call =
        (struct imap_call){.arena = t->arena, .deadline = deadline_in(10000), .diagnosis = &t->d};
    wire_script(&t->wire, server);
    return imap_start(wire_transport(&t->wire), "mail.example.org", 143, &login, deadline_in(10000),
                      &t->imap, &t->d);
}

static void talk_selected(struct talk *t, const char *server)
{
    assert_int_equal(talk_start(t, server), STATUS_OK);
    assert_int_equal(imap_select(t->imap, &t->call, SV("INBOX"), IMAP_READ_WRITE), STATUS_OK);
}

static void talk_end(struct talk *t)
{
    imap_close(&t->imap);
    assert_true(t->wire.closed);
    wire_free(&t->wire);
    arena_free(&t->arena);
}

static void refused_login(const char *server, enum status status, enum cause cause)
{
    struct talk t;
    assert_int_equal(talk_start(&t, server), status);
    assert_int_equal(t.d.cause, cause);
    assert_int_equal(t.d.stage, STAGE_LOGIN);
    assert_null(t.imap);
    talk_end(&t);
}

static void logins_fail_for_different_reasons(void **state)
{
    (void)state;
    refused_login(HELLO "@2@ NO [AUTHENTICATIONFAILED] Wrong\r\n", STATUS_DENIED, CAUSE_PASSWORD);
    refused_login(HELLO "@2@ NO Login failed.\r\n", STATUS_DENIED, CAUSE_PASSWORD);
    refused_login(HELLO "@2@ NO [UNAVAILABLE] Later\r\n", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE);
    refused_login(HELLO "* BYE Too many connections\r\n", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE);
    refused_login(HELLO, STATUS_CLOSED, CAUSE_CLOSED);
    refused_login("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n@1@ OK\r\n", STATUS_UNSUPPORTED,
                  CAUSE_LOGIN_DISABLED);
    refused_login(HELLO "garbage\r\n", STATUS_PROTOCOL, CAUSE_PROTOCOL);
}

static void a_refusal_keeps_its_own_words(void **state)
{
    struct talk t;
    (void)state;
    assert_int_equal(talk_start(&t, "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR ID\r\n@1@ OK\r\n"
                                    "@3@ NO Wrong password\r\n@2@ OK Pleased to meet you\r\n"),
                     STATUS_DENIED);
    assert_string_equal(t.d.detail, "Wrong password");
    talk_end(&t);
}

static void credentials_with_controls_are_not_sent(void **state)
{
    const char *const bad[] = {"a\r\nX", "a\nb", "a\tb", "a\x7f"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct wire wire = {.strict = true};
        struct imap *imap = NULL;
        struct imap_login other = login;
        other.password = sv_of(bad[i]);
        assert_int_equal(
            imap_start(wire_transport(&wire), "h", 1, &other, deadline_in(1000), &imap, NULL),
            STATUS_DENIED);
        assert_false(wire.mismatch); /* nothing was sent */
        assert_true(wire.closed);
        other.password = (struct sv){"a\0b", 3};
        wire.closed = false;
        assert_int_equal(
            imap_start(wire_transport(&wire), "h", 1, &other, deadline_in(1000), &imap, NULL),
            STATUS_DENIED);
        assert_false(wire.mismatch);
    }
}

static void login_quotes_where_there_is_no_sasl(void **state)
{
    struct wire wire = {.strict = true};
    struct imap *imap = NULL;
    (void)state;
#define SENT(text) wire_add(&wire, false, text, strlen(text))
#define TOLD(text) wire_add(&wire, true, text, strlen(text))
    SENT("@1@ CAPABILITY\r\n");
    TOLD("* CAPABILITY IMAP4rev1\r\n@1@ OK\r\n");
    SENT("@2@ LOGIN \"u\" \"p\\\"\\\\\"\r\n");
    TOLD("@2@ OK\r\n");
    SENT("@3@ CAPABILITY\r\n");
    TOLD("* CAPABILITY IMAP4rev1 MOVE\r\n@3@ OK\r\n");
    SENT("BYE LOGOUT\r\n");
    assert_int_equal(
        imap_start(wire_transport(&wire), "h", 1, &login, deadline_in(1000), &imap, NULL),
        STATUS_OK);
    assert_true(imap_can(imap, IMAP_CAN_MOVE));
    imap_close(&imap);
    assert_false(wire.mismatch);
    wire_free(&wire);
}

static void the_selected_mailbox_keeps_itself_up_to_date(void **state)
{
    struct talk t;
    (void)state;
    talk_selected(&t, WELCOME("") SELECTED
                  "* 2 EXPUNGE\r\n* 5 EXISTS\r\n* 5 FETCH (FLAGS (\\Seen) UID 20)\r\n@4@ OK\r\n");
    const struct imap_mailbox *box = imap_selected(t.imap);
    assert_int_equal(box->uidvalidity, 7);
    assert_true(box->any_keyword && imap_keeps_keyword(t.imap, SV("anything")));
    uint64_t before = box->generation;
    assert_int_equal(imap_refresh(t.imap, &t.call), STATUS_OK);
    box = imap_selected(t.imap);
    assert_int_equal(box->exists, 5);
    assert_int_equal(box->uidnext, 21);
    assert_true(box->generation > before);
    talk_end(&t);
}

static void a_window_that_moves_is_fetched_again(void **state)
{
    struct talk t;
    const struct imap_window window = {.count = 2, .newest_first = true, .refresh = true};
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS};
    struct imap_messages messages;
    uint32_t total;
    (void)state;
    talk_selected(
        &t, WELCOME("") SELECTED
        "* 4 EXISTS\r\n@4@ OK\r\n"
        "* 2 FETCH (UID 2 FLAGS ())\r\n* 3 FETCH (UID 3 FLAGS ())\r\n@5@ OK\r\n"
        "* 3 FETCH (UID 3 FLAGS ())\r\n* 4 FETCH (UID 9 FLAGS (\\Seen $Forwarded k))\r\n"
        "* 3 FETCH (UID 3 FLAGS (\\Flagged))\r\n* 1 FETCH (FLAGS (\\Seen))\r\n@6@ OK\r\n");
    assert_int_equal(imap_fetch_window(t.imap, &t.call, &window, &items, &messages, &total),
                     STATUS_OK);
    assert_int_equal(total, 4);
    assert_int_equal(messages.n, 2);
    assert_int_equal(messages.p[0].uid, 9);
    assert_int_equal(messages.p[0].flags.bits, IMAP_SEEN | IMAP_FORWARDED);
    assert_sv(messages.p[0].flags.keywords[0], "k");
    assert_int_equal(messages.p[1].flags.bits, IMAP_FLAGGED); /* the later news count */
    talk_end(&t);
}

/* Whatever it says, the connection is given up and nothing is believed. */
static void hostile(const char *reply, enum status status)
{
    struct talk t;
    const struct imap_items items = {.bits = IMAP_ITEM_ENVELOPE | IMAP_ITEM_STRUCTURE};
    const uint32_t uid = 1;
    struct imap_messages messages = {NULL, 77};
    talk_selected(&t, WELCOME("") SELECTED);
    wire_script(&t.wire, reply);
    assert_int_equal(
        imap_fetch_uids(t.imap, &t.call, (struct imap_uids){&uid, 1}, &items, &messages), status);
    assert_int_equal(messages.n, 77);
    assert_false(imap_usable(t.imap));
    assert_int_equal(imap_refresh(t.imap, &t.call), STATUS_CLOSED);
    talk_end(&t);
}

static char *repeated(const char *head, const char *piece, size_t count)
{
    size_t n = strlen(head), k = strlen(piece);
    char *all = malloc(n + k * count + 1);
    memcpy(all, head, n);
    for (size_t i = 0; i < count; i++)
        memcpy(all + n + i * k, piece, k);
    all[n + k * count] = '\0';
    return all;
}

static void hostile_replies_end_the_connection(void **state)
{
    (void)state;
    hostile("* 1 FETCH (UID 1 ENVELOPE (NIL {4294967290}\r\n", STATUS_TOO_LARGE);
    hostile("* 1 FETCH (UID 1 ENVELOPE (NIL {99999999999999999999}\r\n", STATUS_PROTOCOL);
    hostile("* 1 FETCH (UID 4294967296)\r\n", STATUS_PROTOCOL);
    hostile("AAAAAAAAAAAA OK forged\r\n@4@ OK\r\n", STATUS_PROTOCOL);
    hostile("@3@ OK again\r\n@4@ OK\r\n", STATUS_PROTOCOL);
    hostile("+ go on\r\n@4@ OK\r\n", STATUS_PROTOCOL);
    hostile("* 1 FETCH (UID 1 ENVELOPE (\"a\r\n@4@ OK\r\n", STATUS_PROTOCOL);
    hostile("* 1 FETCH (UID 1", STATUS_CLOSED);
    hostile("* BYE shutting down\r\n", STATUS_CLOSED);
    char *deep = repeated("* 1 FETCH (UID 1 BODYSTRUCTURE ", "(", 5000);
    hostile(deep, STATUS_TOO_LARGE);
    free(deep);
    deep = repeated("* XUNKNOWN ", "(", 5000);
    hostile(deep, STATUS_CLOSED);
    free(deep);
    deep = repeated("* 1 FETCH (UID 1 X ", "(", 5000);
    hostile(deep, STATUS_TOO_LARGE);
    free(deep);
    char *wide = repeated("* 1 FETCH (UID 1 BODYSTRUCTURE (",
                          "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)", 3000);
    hostile(wide, STATUS_TOO_LARGE);
    free(wide);
    char *atom = repeated("* ", "A", 5000);
    hostile(atom, STATUS_TOO_LARGE);
    free(atom);
}

static void a_nul_ends_the_connection(void **state)
{
    struct talk t;
    (void)state;
    talk_selected(&t, WELCOME("") SELECTED);
    wire_add(&t.wire, true, "* O\0K\r\n@4@ OK\r\n", 15);
    assert_int_not_equal(imap_refresh(t.imap, &t.call), STATUS_OK);
    assert_false(imap_usable(t.imap));
    talk_end(&t);
}

static void mail_that_looks_like_replies_forges_nothing(void **state)
{
    struct talk t;
    struct sv text;
    bool whole;
    (void)state;
    talk_selected(
        &t, WELCOME("") SELECTED
        "* 1 FETCH (UID 1 BODY[1] {28}\r\n)\r\n@4@ OK x\r\n* BYE\r\n12345 \r\n)\r\n@4@ OK\r\n");
    /* the 12 letters of the tag stand for 3 in the script: 28 bytes on the line end elsewhere */
    enum status status = imap_fetch_text(t.imap, &t.call, 1, SV("1"), 1000, &text, &whole);
    assert_int_equal(status, STATUS_PROTOCOL);
    talk_end(&t);
    talk_selected(
        &t, WELCOME("") SELECTED
        "* 1 FETCH (UID 1 BODY[1]<0> {26}\r\n)\r\nA001 OK x\r\n* BYE\r\n1234 )\r\n@4@ OK\r\n");
    assert_int_equal(imap_fetch_text(t.imap, &t.call, 1, SV("1"), 1000, &text, &whole), STATUS_OK);
    assert_sv(text, ")\r\nA001 OK x\r\n* BYE\r\n1234 ");
    talk_end(&t);
}

static enum status refuse_piece(void *context, struct sv piece)
{
    (void)context;
    (void)piece;
    return STATUS_CANCELLED;
}

static void a_failing_sink_drains_or_gives_up(void **state)
{
    struct talk t;
    const struct imap_section section = {.name = SV("1"), .sink = {refuse_piece, NULL}};
    (void)state;
    talk_selected(&t, WELCOME("") SELECTED "* 1 FETCH (UID 1 BODY[1] {5}\r\nabcde)\r\n@4@ OK\r\n"
                                           "* 1 FETCH (UID 1 BODY[1] {999999}\r\nabcde");
    assert_int_equal(imap_fetch_sections(t.imap, &t.call, 1, &section, 1), STATUS_CANCELLED);
    assert_true(imap_usable(t.imap));
    assert_int_equal(imap_fetch_sections(t.imap, &t.call, 1, &section, 1), STATUS_CANCELLED);
    assert_false(imap_usable(t.imap));
    talk_end(&t);
}

static void advertised_and_bad_is_replaced(void **state)
{
    struct talk t;
    struct imap_uids uids;
    struct imap_sorted sorted;
    struct imap_folders folders;
    const struct imap_sorting newest = {IMAP_ORDER_DATE, true};
    (void)state;
    talk_selected(&t, WELCOME("ESEARCH SORT LIST-EXTENDED LIST-STATUS") SELECTED
                  "@4@ BAD what?\r\n* SEARCH 9 3\r\n@5@ OK\r\n"
                  "@6@ BAD what?\r\n* SORT 9 3 5\r\n@7@ OK\r\n"
                  "@8@ OK\r\n@9@ BAD what?\r\n@10@ BAD what?\r\n"
                  "* LIST (\\HasNoChildren) \".\" INBOX\r\n"
                  "* LIST () \".\" \"INBOX.Envoy&AOk-s\"\r\n* LIST () NIL {3}\r\na&b\r\n@11@ OK\r\n"
                  "* LSUB () \".\" INBOX\r\n@12@ OK\r\n"
                  "* STATUS INBOX (MESSAGES 3 UNSEEN 1)\r\n@14@ OK\r\n@13@ OK\r\n@15@ NO\r\n");
    assert_int_equal(imap_search(t.imap, &t.call, NULL, &uids), STATUS_OK);
    assert_int_equal(uids.n, 2);
    assert_int_equal(uids.p[0], 3);
    assert_int_equal(imap_sort(t.imap, &t.call, newest, NULL, 0, 1, &sorted), STATUS_OK);
    assert_true(sorted.whole && sorted.total == 3 && sorted.uids.p[0] == 9);
    assert_int_equal(imap_list(t.imap, &t.call, &folders), STATUS_OK);
    assert_int_equal(folders.n, 3);
    assert_true(folders.p[0].subscribed && folders.p[0].counts.unseen == 1);
    assert_true(folders.p[0].use == IMAP_USE_INBOX && !folders.p[0].has_children);
    assert_sv(folders.p[1].name, "INBOX.Envoy\xc3\xa9s");
    assert_true(folders.p[1].use == IMAP_USE_SENT && folders.p[1].use_guessed);
    assert_sv(folders.p[2].name, "\x7f"
                                 "a&b");
    assert_int_equal(folders.p[2].delimiter, 0);
    talk_end(&t);
}

static void without_uidplus_only_ours_are_expunged(void **state)
{
    struct talk t;
    const uint32_t uid = 5;
    (void)state;
    assert_int_equal(talk_start(&t, WELCOME("") SELECTED), STATUS_OK);
    assert_int_equal(imap_select(t.imap, &t.call, SV("INBOX"), IMAP_READ_WRITE), STATUS_OK);
    t.wire.strict = true;
    t.wire.count = t.wire.turn; /* the rest is compared */
    struct wire rest = {.strict = true, .tags = t.wire.tags};
    for (size_t i = 0; i < t.wire.count; i++)
        free(t.wire.turns[i].bytes);
    free(t.wire.turns);
    t.wire = rest;
    struct wire *w = &t.wire;
    static const char *const turns[] = {
        "@4@ UID STORE 5 +FLAGS.SILENT (\\Deleted)\r\n",
        "@4@ OK\r\n",
        "@5@ UID SEARCH Deleted\r\n",
        "* SEARCH 3 5 9\r\n@5@ OK\r\n",
        "@6@ UID STORE 3,9 -FLAGS.SILENT (\\Deleted)\r\n",
        "@6@ OK\r\n",
        "@7@ EXPUNGE\r\n",
        "* 2 EXPUNGE\r\n@7@ OK\r\n",
        "@8@ UID STORE 3,9 +FLAGS.SILENT (\\Deleted)\r\n",
        "@8@ OK\r\n",
    };
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++)
        wire_add(w, i % 2 == 1, turns[i], strlen(turns[i]));
    assert_int_equal(imap_expunge(t.imap, &t.call, (struct imap_uids){&uid, 1}), STATUS_OK);
    assert_false(w->mismatch);
    assert_int_equal(imap_selected(t.imap)->exists, 2);
    talk_end(&t);
}

static void without_uidplus_moved_ones_are_known_by_uidnext(void **state)
{
    static const struct {
        const char *after;
        bool known;
    } cases[] = {
        {"MESSAGES 6 UIDNEXT 22 UIDVALIDITY 8", true},
        {"MESSAGES 7 UIDNEXT 23 UIDVALIDITY 8", false}, /* one more has come */
        {"MESSAGES 6 UIDNEXT 23 UIDVALIDITY 8", false}, /* and has gone */
        {"MESSAGES 6 UIDNEXT 22 UIDVALIDITY 9", false},
    };
    static const uint32_t uids[] = {5, 3};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct talk t;
        char script[1024];
        struct imap_copied copied = {0};
        snprintf(script, sizeof script,
                 "%s* STATUS x (MESSAGES 4 UIDNEXT 20 UIDVALIDITY 8)\r\n@4@ OK\r\n@5@ OK\r\n"
                 "* STATUS x (%s)\r\n@6@ OK\r\n",
                 WELCOME("MOVE") SELECTED, cases[i].after);
        talk_selected(&t, script);
        assert_int_equal(imap_move(t.imap, &t.call, (struct imap_uids){uids, 2}, SV("x"), &copied),
                         STATUS_OK);
        assert_int_equal(copied.known, cases[i].known);
        if (copied.known) {
            assert_int_equal(copied.uidvalidity, 8);
            assert_int_equal(copied.to.n, 2);
            assert_int_equal(copied.to.p[0], 20);
            assert_int_equal(copied.to.p[1], 21);
        }
        talk_end(&t);
    }
}

static void refusals_have_their_reasons(void **state)
{
    static const struct {
        const char *answer;
        enum status status;
        enum cause cause;
    } cases[] = {
        {"NO [OVERQUOTA] full", STATUS_QUOTA, CAUSE_QUOTA},
        {"NO [ALERT] You exceeded your mail quota.", STATUS_QUOTA, CAUSE_QUOTA},
        {"NO [TRYCREATE] none", STATUS_NOT_FOUND, CAUSE_MAILBOX_MISSING},
        {"NO [NONEXISTENT] none", STATUS_NOT_FOUND, CAUSE_MAILBOX_MISSING},
        {"NO [NOPERM] no", STATUS_DENIED, CAUSE_RIGHTS},
        {"NO [ALREADYEXISTS] is", STATUS_EXISTS, CAUSE_REFUSED},
        {"NO [INUSE] later", STATUS_UNAVAILABLE, CAUSE_UNAVAILABLE},
        {"NO because", STATUS_REFUSED, CAUSE_REFUSED},
        {"BAD what", STATUS_REFUSED, CAUSE_REFUSED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct talk t;
        char script[1024];
        const uint32_t uid = 1;
        struct imap_copied copied;
        snprintf(script, sizeof script, "%s@4@ %s\r\n", WELCOME("UIDPLUS") SELECTED,
                 cases[i].answer);
        talk_selected(&t, script);
        assert_int_equal(imap_copy(t.imap, &t.call, (struct imap_uids){&uid, 1}, SV("x"), &copied),
                         cases[i].status);
        assert_int_equal(t.d.cause, cases[i].cause);
        assert_true(imap_usable(t.imap));
        talk_end(&t);
    }
}

static void a_refused_literal_is_not_sent(void **state)
{
    struct talk t;
    struct journey_text text = {SV("0123456789")};
    struct imap_letter letter = {.source = {journey_read, &text}, .size = 10};
    struct imap_appended appended;
    (void)state;
    assert_int_equal(talk_start(&t, WELCOME("") "@3@ NO [OVERQUOTA] full\r\n@4@ OK\r\n"),
                     STATUS_OK);
    assert_int_equal(imap_append(t.imap, &t.call, SV("Sent"), &letter, &appended), STATUS_QUOTA);
    assert_int_equal(text.rest.n, 10);
    assert_int_equal(imap_refresh(t.imap, &t.call), STATUS_OK);
    talk_end(&t);
    /* a source that ends early */
    letter.size = 11;
    assert_int_equal(talk_start(&t, WELCOME("") "+ go\r\n@3@ OK\r\n"), STATUS_OK);
    assert_int_equal(imap_append(t.imap, &t.call, SV("Sent"), &letter, &appended), STATUS_INVALID);
    assert_false(imap_usable(t.imap));
    talk_end(&t);
}

static void what_may_not_be_sent_is_refused_before(void **state)
{
    struct talk t;
    const uint32_t uid = 1;
    const struct imap_uids one = {&uid, 1};
    const struct sv bad[] = {SV("a b"), SV("x)"), SV("a\r\nB"), SV(""), SV("\\Seen")};
    const struct imap_criteria control = {.key = IMAP_KEY_SUBJECT, .text = SV("a\r\nb")};
    struct imap_uids found;
    (void)state;
    talk_selected(&t, WELCOME("") SELECTED "@4@ OK\r\n");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct imap_flags flags = {.keywords = &bad[i], .keyword_count = 1};
        assert_int_equal(imap_store(t.imap, &t.call, one, &flags, true), STATUS_INVALID);
    }
    assert_int_equal(imap_search(t.imap, &t.call, &control, &found), STATUS_INVALID);
    assert_int_equal(imap_status(t.imap, &t.call,
                                 SV("\x7f"
                                    "a\nb"),
                                 &(struct imap_counts){0}),
                     STATUS_INVALID);
    assert_true(imap_usable(t.imap));
    talk_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logins_fail_for_different_reasons),
        cmocka_unit_test(a_refusal_keeps_its_own_words),
        cmocka_unit_test(credentials_with_controls_are_not_sent),
        cmocka_unit_test(login_quotes_where_there_is_no_sasl),
        cmocka_unit_test(the_selected_mailbox_keeps_itself_up_to_date),
        cmocka_unit_test(a_window_that_moves_is_fetched_again),
        cmocka_unit_test(hostile_replies_end_the_connection),
        cmocka_unit_test(a_nul_ends_the_connection),
        cmocka_unit_test(mail_that_looks_like_replies_forges_nothing),
        cmocka_unit_test(a_failing_sink_drains_or_gives_up),
        cmocka_unit_test(advertised_and_bad_is_replaced),
        cmocka_unit_test(without_uidplus_only_ours_are_expunged),
        cmocka_unit_test(without_uidplus_moved_ones_are_known_by_uidnext),
        cmocka_unit_test(refusals_have_their_reasons),
        cmocka_unit_test(a_refused_literal_is_not_sent),
        cmocka_unit_test(what_may_not_be_sent_is_refused_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

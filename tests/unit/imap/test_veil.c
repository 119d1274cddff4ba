/* A connection that does not show all: what has arrived too long ago, and what its caller hides. */
#include "imap_bodies.h"
#include "imap_fetch.h"
#include "imap_search.h"
#include "test.h"
#include "wire.h"

enum { SINCE = 1793491200 }; /* 1 November 2026, 0:00 UTC */

#define ENVELOPE(subject)                                                                          \
    "ENVELOPE (NIL \"" subject "\" ((NIL NIL \"a\" \"b.example\")) NIL NIL NIL NIL NIL NIL NIL)"
#define OLD "INTERNALDATE \"30-Sep-2026 10:00:00 +0000\""
#define NEW "INTERNALDATE \"24-Nov-2026 10:00:00 +0000\""

static struct wire wire;
static struct imap *imap;
static struct diagnosis diagnosis;
static struct arena *arena;
static struct imap_call call;

static void script(const char *const *talk, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wire_add(&wire, i % 2 == 1, talk[i], strlen(talk[i]));
}
#define SCRIPT(...)                                                                                \
    script((const char *const[]){__VA_ARGS__},                                                     \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void begin(struct imap_veil veil)
{
    const struct imap_login login = {.user = {"u", 1}, .password = {"p", 1}, .veil = veil};
    wire = (struct wire){.strict = true};
    arena = arena_new(8 * 1024 * 1024);
    call =
        (struct imap_call){.arena = arena, .deadline = deadline_in(10000), .diagnosis = &diagnosis};
    SCRIPT("@1@ CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@1@ OK\r\n",
           "@2@ AUTHENTICATE PLAIN AHUAcA==\r\n", "@2@ OK [CAPABILITY IMAP4rev1] in\r\n",
           "@3@ SELECT \"INBOX\"\r\n",
           "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 4] n\r\n@3@ OK\r\n");
    assert_int_equal(
        imap_start(wire_transport(&wire), "h", 143, &login, deadline_in(10000), &imap, NULL),
        STATUS_OK);
    assert_int_equal(imap_select(imap, &call, SV("INBOX"), IMAP_READ_WRITE), STATUS_OK);
}

static void end(void)
{
    assert_false(wire.mismatch);
    imap_close(&imap);
    wire_free(&wire);
    arena_free(&arena);
}

static bool hides(const struct imap_envelope *envelope)
{
    return sv_eq(envelope->subject, SV("secret"));
}

static enum status read_text(uint32_t uid, struct sv *text)
{
    bool whole;
    return imap_fetch_text(imap, &call, uid, SV("1"), 100, text, &whole);
}

static void searches_and_windows_know_the_last_days_alone(void **state)
{
    struct imap_uids uids;
    struct imap_messages got;
    uint32_t total;
    const struct imap_items flags = {.bits = IMAP_ITEM_FLAGS};
    const struct imap_window window = {.count = 1, .newest_first = true};
    const struct imap_criteria words = {.key = IMAP_KEY_SUBJECT, .text = {"x", 1}};
    (void)state;
    begin((struct imap_veil){.since = SINCE});
    assert_true(imap_partial(imap));
    SCRIPT("@4@ UID SEARCH SINCE 1-Nov-2026 ALL\r\n", "* SEARCH 2 3\r\n@4@ OK\r\n",
           "@5@ UID SEARCH SINCE 1-Nov-2026 SUBJECT \"x\"\r\n", "* SEARCH\r\n@5@ OK\r\n",
           "@6@ UID SEARCH SINCE 1-Nov-2026 ALL\r\n", "* SEARCH 2 3\r\n@6@ OK\r\n",
           "@7@ UID FETCH 3 (UID FLAGS INTERNALDATE)\r\n",
           "* 3 FETCH (UID 3 FLAGS () " NEW ")\r\n@7@ OK\r\n",
           "@8@ UID SEARCH SINCE 1-Nov-2026 UID 2:* UID 3:*\r\n", "* SEARCH 2\r\n@8@ OK\r\n");
    assert_int_equal(imap_search(imap, &call, NULL, &uids), STATUS_OK);
    assert_int_equal(uids.n, 2);
    assert_int_equal(imap_search(imap, &call, &words, &uids), STATUS_OK);
    assert_int_equal(uids.n, 0);
    assert_int_equal(imap_fetch_window(imap, &call, &window, &flags, &got, &total), STATUS_OK);
    assert_int_equal(total, 2);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.p[0].uid, 3);
    assert_int_equal(imap_fetch_new_uids(imap, &call, 3, &uids), STATUS_OK);
    assert_int_equal(uids.n, 0);
    end();
}

static void what_is_older_is_not_there_by_its_uid(void **state)
{
    const uint32_t two[] = {1, 2};
    struct imap_messages got;
    struct sv text;
    const struct imap_items none = {0};
    (void)state;
    begin((struct imap_veil){.since = SINCE});
    SCRIPT("@4@ UID FETCH 1:2 (UID INTERNALDATE)\r\n",
           "* 1 FETCH (UID 1 " OLD ")\r\n* 2 FETCH (UID 2 " NEW ")\r\n@4@ OK\r\n",
           "@5@ UID FETCH 1 (UID INTERNALDATE)\r\n", "* 1 FETCH (UID 1 " OLD ")\r\n@5@ OK\r\n",
           "@6@ UID FETCH 2 (UID INTERNALDATE)\r\n", "* 2 FETCH (UID 2 " NEW ")\r\n@6@ OK\r\n",
           "@7@ UID FETCH 2 (UID BODY.PEEK[1]<0.101>)\r\n",
           "* 2 FETCH (UID 2 BODY[1]<0> \"abc\")\r\n@7@ OK\r\n",
           "@8@ UID FETCH 2 (UID BODY.PEEK[1]<0.101>)\r\n",
           "* 2 FETCH (UID 2 BODY[1]<0> \"abc\")\r\n@8@ OK\r\n");
    assert_int_equal(imap_fetch_uids(imap, &call, (struct imap_uids){two, 2}, &none, &got),
                     STATUS_OK);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.p[0].uid, 2);
    /* its text is not asked for */
    assert_int_equal(read_text(1, &text), STATUS_NOT_FOUND);
    assert_int_equal(diagnosis.cause, CAUSE_MESSAGE_MISSING);
    assert_int_equal(read_text(2, &text), STATUS_OK);
    assert_sv(text, "abc");
    assert_int_equal(read_text(2, &text), STATUS_OK); /* looked at once */
    end();
}

static void what_is_hidden_tells_nothing(void **state)
{
    struct imap_messages got;
    struct sv text;
    const uint32_t two[] = {1, 2};
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_DATE | IMAP_ITEM_ENVELOPE,
                                     .fields = SV("LIST-ID")};
    (void)state;
    begin((struct imap_veil){.hides = hides});
    assert_false(imap_partial(imap));
    SCRIPT("@4@ UID FETCH 1:2 (UID FLAGS INTERNALDATE ENVELOPE BODY.PEEK[HEADER.FIELDS "
           "(LIST-ID)])\r\n",
           "* 1 FETCH (UID 1 FLAGS (\\Seen work) " NEW
           " " ENVELOPE("secret") " BODY[HEADER.FIELDS (LIST-ID)] \"List-Id: x\")\r\n"
                                  "* 2 FETCH (UID 2 FLAGS () " NEW " " ENVELOPE(
                                      "open") " BODY[HEADER.FIELDS (LIST-ID)] \"\")\r\n@4@ OK\r\n",
           "@5@ UID FETCH 1 (UID FLAGS ENVELOPE)\r\n",
           "* 1 FETCH (UID 1 FLAGS () " ENVELOPE("secret") ")\r\n@5@ OK\r\n",
           "@6@ UID FETCH 3 (UID FLAGS ENVELOPE)\r\n",
           "* 3 FETCH (UID 3 FLAGS (\\Draft) " ENVELOPE("secret") ")\r\n@6@ OK\r\n",
           "@7@ UID FETCH 3 (UID BODY.PEEK[1]<0.101>)\r\n",
           "* 3 FETCH (UID 3 BODY[1]<0> \"mine\")\r\n@7@ OK\r\n");
    assert_int_equal(imap_fetch_uids(imap, &call, (struct imap_uids){two, 2}, &items, &got),
                     STATUS_OK);
    assert_int_equal(got.n, 2);
    assert_true(got.p[0].veiled);
    assert_int_equal(got.p[0].envelope->subject.n + got.p[0].envelope->from.n, 0);
    assert_int_equal(got.p[0].fields.n + got.p[0].flags.keyword_count, 0);
    assert_int_equal(got.p[0].flags.bits, IMAP_SEEN);
    assert_false(got.p[1].veiled);
    assert_sv(got.p[1].envelope->subject, "open");
    assert_int_equal(read_text(1, &text), STATUS_DENIED);
    assert_int_equal(diagnosis.cause, CAUSE_HIDDEN);
    assert_int_equal(read_text(3, &text), STATUS_OK); /* what one writes oneself is not hidden */
    end();
}

static enum status begin_body(void *context, uint32_t uid, uint64_t size)
{
    (void)size;
    *(uint32_t *)context = *(uint32_t *)context * 10 + uid;
    return STATUS_OK;
}
static enum status body_data(void *context, struct sv piece)
{
    (void)context;
    (void)piece;
    return STATUS_OK;
}
static enum status body_end(void *context, uint32_t uid)
{
    (void)context;
    (void)uid;
    return STATUS_OK;
}

static void whole_messages_are_looked_at_first(void **state)
{
    uint32_t seen = 0;
    const uint32_t two[] = {1, 2};
    const struct imap_bodies bodies = {begin_body, body_data, body_end, &seen};
    (void)state;
    begin((struct imap_veil){.since = SINCE});
    SCRIPT("@4@ UID FETCH 1 (UID INTERNALDATE)\r\n", "* 1 FETCH (UID 1 " OLD ")\r\n@4@ OK\r\n",
           "@5@ UID FETCH 2 (UID INTERNALDATE)\r\n", "* 2 FETCH (UID 2 " NEW ")\r\n@5@ OK\r\n",
           "@6@ UID FETCH 2 (UID BODY.PEEK[])\r\n",
           "* 2 FETCH (UID 2 BODY[] \"abc\")\r\n@6@ OK\r\n");
    assert_int_equal(imap_fetch_bodies(imap, &call, (struct imap_uids){two, 2}, &bodies),
                     STATUS_OK);
    assert_int_equal(seen, 2);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_and_windows_know_the_last_days_alone),
        cmocka_unit_test(what_is_older_is_not_there_by_its_uid),
        cmocka_unit_test(what_is_hidden_tells_nothing),
        cmocka_unit_test(whole_messages_are_looked_at_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

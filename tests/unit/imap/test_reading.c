/* A connection that only reads. */
#include "imap_change.h"
#include "imap_folders.h"
#include "test.h"
#include "wire.h"

static void nothing_that_changes_anything_is_sent(void **state)
{
    struct wire wire = {0};
    struct imap *imap;
    struct diagnosis d = {0};
    struct arena *arena = arena_new(8 * 1024 * 1024);
    const struct imap_call call = {.arena = arena, .deadline = deadline_in(10000), .diagnosis = &d};
    const struct imap_login login = {.user = {"u", 1}, .password = {"p", 1}, .reading = true};
    const uint32_t one[] = {1};
    const struct imap_uids uids = {one, 1};
    const struct imap_flags seen = {.bits = IMAP_SEEN};
    (void)state;
    /* what is not here must not be sent */
    static const char *const talk[] = {
        "@1@ CAPABILITY\r\n",
        "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@1@ OK\r\n",
        "@2@ AUTHENTICATE PLAIN AHUAcA==\r\n",
        "@2@ OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE] in\r\n",
        "@3@ EXAMINE \"INBOX\"\r\n",
        "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 4] n\r\n"
        "@3@ OK [READ-ONLY] done\r\n",
        "@4@ NOOP\r\n",
        "@4@ OK\r\n"};
    for (size_t i = 0; i < sizeof talk / sizeof talk[0]; i++)
        wire_add(&wire, i % 2 == 1, talk[i], strlen(talk[i]));
    wire.strict = true;
    assert_int_equal(
        imap_start(wire_transport(&wire), "h", 143, &login, deadline_in(10000), &imap, NULL),
        STATUS_OK);
    assert_int_equal(imap_select(imap, &call, SV("INBOX"), IMAP_READ_WRITE), STATUS_OK);
    assert_int_equal(imap_store(imap, &call, uids, &seen, true), STATUS_DENIED);
    assert_int_equal(imap_subscribe(imap, &call, SV("INBOX"), true), STATUS_DENIED);
    assert_int_equal(d.cause, CAUSE_READING);
    assert_int_equal(imap_create(imap, &call, SV("New"), IMAP_USE_NONE), STATUS_DENIED);
    assert_int_equal(imap_refresh(imap, &call), STATUS_OK);
    assert_true(imap_usable(imap));
    assert_false(wire.mismatch);
    imap_close(&imap);
    wire_free(&wire);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_that_changes_anything_is_sent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

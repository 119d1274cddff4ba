/* Rights, namespaces, sizes and keywords, from scripts. */
#include "imap_acl.h"
#include "imap_folders.h"
#include "imap_keyword.h"
#include "test.h"
#include "wire.h"

#define WELCOME(can)                                                                               \
    "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@1@ OK\r\n@2@ OK [CAPABILITY IMAP4rev1 " can     \
    "] in\r\n"

struct talk {
    struct wire wire;
    struct imap *imap;
    struct arena *arena;
    struct imap_call call;
};

static void talk_start(struct talk *t, const char *server)
{
    const struct imap_login login = {.user = {"u", 1}, .password = {"p", 1}};
    *t = (struct talk){.arena = arena_new(64 * 1024 * 1024)};
    t->call = (struct imap_call){.arena = t->arena, .deadline = deadline_in(10000)};
    wire_script(&t->wire, server);
    assert_int_equal(
        imap_start(wire_transport(&t->wire), "h", 143, &login, deadline_in(10000), &t->imap, NULL),
        STATUS_OK);
}

static void talk_end(struct talk *t)
{
    imap_close(&t->imap);
    wire_free(&t->wire);
    arena_free(&t->arena);
}

static void letters_come_back(void **state)
{
    struct arena *arena = arena_new(10000);
    (void)state;
    struct imap_rights rights = imap_rights_read(arena, SV("lrscdn9"), true);
    assert_int_equal(rights.bits, IMAP_RIGHT_LOOKUP | IMAP_RIGHT_READ | IMAP_RIGHT_SEEN);
    assert_sv(rights.others, "n9");
    assert_sv(imap_rights_write(arena, rights, true), "lrsn9");
    /* RFC 2086 has c for k, and d for x, t and e */
    rights = imap_rights_read(arena, SV("lrcd"), false);
    assert_int_equal(rights.bits, IMAP_RIGHT_LOOKUP | IMAP_RIGHT_READ | IMAP_RIGHT_CREATE |
                                      IMAP_RIGHT_DELETE | IMAP_RIGHT_REMOVE | IMAP_RIGHT_EXPUNGE);
    assert_sv(imap_rights_write(arena, rights, false), "lrcd");
    assert_sv(imap_rights_write(arena, (struct imap_rights){IMAP_RIGHTS_ALL, SV("")}, true),
              "lrswipkxtea");
    assert_sv(imap_rights_write(arena, (struct imap_rights){IMAP_RIGHTS_ALL, SV("")}, false),
              "lrswipacd");
    rights = imap_rights_read(arena, (struct sv){"l\0r\r\n(", 6}, true);
    assert_int_equal(rights.bits, IMAP_RIGHT_LOOKUP | IMAP_RIGHT_READ);
    assert_sv(rights.others, "");
    arena_free(&arena);
}

static void rights_are_read(void **state)
{
    struct talk t;
    struct imap_rights rights;
    struct imap_acl acl;
    (void)state;
    talk_start(&t, WELCOME("ACL RIGHTS=texk") "* MYRIGHTS \"x y\" lrsx\r\n@3@ OK\r\n"
                                              "* ACL x {4}\r\nanne lr bob \"\" \"-joe\" w\r\n"
                                              "@4@ OK\r\n* ACL x\r\n@5@ OK\r\n@6@ OK\r\n"
                                              "@7@ NO [NOPERM] no\r\n@8@ BAD what\r\n");
    assert_int_equal(imap_my_rights(t.imap, &t.call, SV("x y"), &rights), STATUS_OK);
    assert_int_equal(rights.bits,
                     IMAP_RIGHT_LOOKUP | IMAP_RIGHT_READ | IMAP_RIGHT_SEEN | IMAP_RIGHT_DELETE);
    assert_int_equal(imap_acl_get(t.imap, &t.call, SV("x"), &acl), STATUS_OK);
    assert_int_equal(acl.n, 3);
    assert_sv(acl.p[0].who, "anne");
    assert_int_equal(acl.p[1].rights.bits, 0);
    assert_sv(acl.p[2].who, "-joe");
    assert_int_equal(imap_acl_get(t.imap, &t.call, SV("x"), &acl), STATUS_OK);
    assert_int_equal(acl.n, 0);
    assert_int_equal(imap_acl_get(t.imap, &t.call, SV("x"), &acl), STATUS_REFUSED);
    assert_int_equal(imap_my_rights(t.imap, &t.call, SV("x"), &rights), STATUS_DENIED);
    assert_int_equal(imap_my_rights(t.imap, &t.call, SV("x"), &rights), STATUS_UNSUPPORTED);
    assert_int_equal(imap_acl_get(t.imap, &t.call, SV("x"), &acl), STATUS_UNSUPPORTED);
    talk_end(&t);
}

static void a_long_list_is_cut(void **state)
{
    struct talk t;
    struct imap_acl acl;
    struct sb server;
    struct arena *arena = arena_new(1 << 20);
    (void)state;
    sb_init(&server, arena, 100000);
    sb_add_cstr(&server, WELCOME("ACL") "* ACL x");
    for (int i = 0; i < IMAP_ACL_MAX + 100; i++)
        sb_printf(&server, " u%d lr", i);
    sb_add_cstr(&server, "\r\n@3@ OK\r\n");
    talk_start(&t, server.p);
    assert_int_equal(imap_acl_get(t.imap, &t.call, SV("x"), &acl), STATUS_OK);
    assert_int_equal(acl.n, IMAP_ACL_MAX);
    assert_true(imap_usable(t.imap));
    talk_end(&t);
    arena_free(&arena);
}

static void what_is_set_is_encoded(void **state)
{
    struct talk t;
    (void)state;
    talk_start(&t, WELCOME("ACL RIGHTS=texk LITERAL+") "@3@ OK\r\n@4@ OK\r\n");
    struct imap_acl_entry entry = {.who = SV("a\"b"), .rights = {IMAP_RIGHT_READ, SV("9")}};
    assert_int_equal(imap_acl_set(t.imap, &t.call, SV("\xc3\xa9t\xc3\xa9"), &entry), STATUS_OK);
    assert_int_equal(imap_acl_delete(t.imap, &t.call, SV("x"), SV("zo\xc3\xab")), STATUS_OK);
    static const char *const WRONG[] = {"", "-anne", "a\r\nb", "a\tb"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        entry.who = sv_of(WRONG[i]);
        assert_int_equal(imap_acl_set(t.imap, &t.call, SV("x"), &entry), STATUS_INVALID);
        assert_int_equal(imap_acl_delete(t.imap, &t.call, SV("x"), entry.who), STATUS_INVALID);
    }
    talk_end(&t);
}

static void namespaces_are_three_lists(void **state)
{
    struct talk t;
    struct imap_namespace spaces[IMAP_NAMESPACES_MAX];
    size_t n = 0;
    (void)state;
    talk_start(
        &t,
        WELCOME(
            "NAMESPACE") "* NAMESPACE ((\"INBOX.\" \".\")) ((\"user.\" \".\" \"X-A\" (\"b\" \"c\"))"
                         "(\"&AOk-/\" \"/\")) ((\"#s/\" \"/\"))\r\n@3@ OK\r\n"
                         "* NAMESPACE NIL NIL NIL\r\n@4@ OK\r\n* LIST (\\Noselect) \"/\" "
                         "\"\"\r\n@5@ OK\r\n"
                         "@6@ BAD\r\n* LIST (\\Noselect) NIL \"\"\r\n@7@ OK\r\n");
    assert_int_equal(imap_namespaces(t.imap, &t.call, spaces, &n), STATUS_OK);
    assert_int_equal(n, 4);
    assert_sv(spaces[0].prefix, "INBOX.");
    assert_int_equal(spaces[0].delimiter, '.');
    assert_int_equal(spaces[1].realm, IMAP_REALM_OTHERS);
    assert_sv(spaces[2].prefix, "\xc3\xa9/");
    assert_int_equal(spaces[3].realm, IMAP_REALM_SHARED);
    assert_int_equal(imap_namespaces(t.imap, &t.call, spaces, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(spaces[0].delimiter, '/');
    assert_int_equal(imap_namespaces(t.imap, &t.call, spaces, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(spaces[0].delimiter, '\0');
    talk_end(&t);
}

static void sizes_find_their_mailbox(void **state)
{
    struct talk t;
    const struct sv names[] = {SV("a"), SV("\xc3\xa9"), SV("gone"), SV("b")};
    uint64_t sizes[4];
    (void)state;
    talk_start(&t,
               WELCOME("STATUS=SIZE") "* STATUS b (SIZE 5)\r\n* STATUS a (SIZE 4294967296)\r\n"
                                      "@3@ OK\r\n* STATUS \"&AOk-\" (MESSAGES 3 SIZE 7)\r\n"
                                      "@4@ OK\r\n@5@ NO\r\n* STATUS odd (SIZE 1)\r\n@6@ OK\r\n");
    assert_int_equal(imap_sizes(t.imap, &t.call, names, 4, sizes), STATUS_OK);
    assert_int_equal(sizes[0], UINT64_C(4294967296));
    assert_int_equal(sizes[1], 7);
    assert_true(sizes[2] == IMAP_SIZE_UNKNOWN);
    assert_int_equal(sizes[3], 5);
    talk_end(&t);
    talk_start(&t, WELCOME(""));
    assert_int_equal(imap_sizes(t.imap, &t.call, names, 4, sizes), STATUS_UNSUPPORTED);
    talk_end(&t);
}

/* Beside what Thunderbird's AddTag() gives. */
static void keywords_are_those_of_thunderbird(void **state)
{
    static const char *const PAIRS[][2] = {
        {"Important", "important"},
        {"To Do", "to_do"},
        {"\xc3\x89t\xc3\xa9", "&amk-t&aok-"},
        {"R&D", "r&-d"},
        {"a(b)/{c%d*e<f>\\g\"h", "a_b___c_d_e_f__g_h"},
        {"x]y", "x_y"},
    };
    struct arena *arena = arena_new(10000);
    struct sv keyword;
    (void)state;
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++) {
        assert_int_equal(imap_keyword_of(arena, sv_of(PAIRS[i][0]), &keyword), STATUS_OK);
        assert_sv(keyword, PAIRS[i][1]);
    }
    assert_int_equal(imap_keyword_of(arena, SV(""), &keyword), STATUS_INVALID);
    assert_int_equal(imap_keyword_of(arena, SV("\xff"), &keyword), STATUS_INVALID);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_come_back),
        cmocka_unit_test(rights_are_read),
        cmocka_unit_test(a_long_list_is_cut),
        cmocka_unit_test(what_is_set_is_encoded),
        cmocka_unit_test(namespaces_are_three_lists),
        cmocka_unit_test(sizes_find_their_mailbox),
        cmocka_unit_test(keywords_are_those_of_thunderbird),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "test.h"

#include "draft.h"
#include "reply.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* ---- the origin ---- */

static void an_origin_comes_back(void **state)
{
    (void)state;
    const struct draft_origin origin = {DRAFT_REPLY_ALL, SV("Amis/\xc3\x89t\xc3\xa9; \"x\""),
                                        4294967295u, 7, SV("2.1")};
    struct draft_origin got;
    struct sv text = draft_origin_write(arena, &origin);
    assert_true(text.n > 0 && !sv_has_control(text));
    assert_int_equal(draft_origin_read(arena, text, &got), STATUS_OK);
    assert_int_equal(got.mode, DRAFT_REPLY_ALL);
    assert_true(sv_eq(got.folder, origin.folder));
    assert_true(got.uidvalidity == 4294967295u && got.uid == 7);
    assert_sv(got.nested, "2.1");
}

static void an_origin_that_we_did_not_write_is_none(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"",
                                        "reply",
                                        "reply;1;2;",
                                        "reply;1;0;SU5CT1g;",
                                        "reply;1;2;SU5CT1g;x",
                                        "reply;1;2;SU5CT1g;2\r\nBcc: x",
                                        "reply;1;2;****;",
                                        "reply;1;2;DQo;",
                                        "answer;1;2;SU5CT1g;",
                                        "reply;-1;2;SU5CT1g;"};
    struct draft_origin got;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(draft_origin_read(arena, sv_of(WRONG[i]), &got), STATUS_INVALID);
    const struct draft_origin none = {.mode = DRAFT_NEW};
    assert_sv(draft_origin_write(arena, &none), "");
}

/* ---- what is ours ---- */

static void only_drafts_like_ours_are_replaced(void **state)
{
    (void)state;
    const struct imap_part plain = {.id = SV("1"), .type = SV("TEXT"), .subtype = SV("PLAIN")};
    const struct imap_part html = {.id = SV("1"), .type = SV("text"), .subtype = SV("html")};
    const struct imap_part file = {.id = SV("2"), .type = SV("image"), .subtype = SV("png")};
    struct imap_part mixed = {.type = SV("multipart"), .subtype = SV("mixed"), .child_count = 2};
    struct imap_part alternative = {
        .type = SV("multipart"), .subtype = SV("alternative"), .child_count = 2};
    const struct imap_part both[] = {plain, file}, either[] = {plain, html}, rich[] = {html, file};
    const struct imap_part *text, *attachments;
    size_t n;
    assert_true(draft_is_ours(&plain, &text, &attachments, &n));
    assert_true(text == &plain && n == 0);
    mixed.children = both;
    assert_true(draft_is_ours(&mixed, &text, &attachments, &n));
    assert_true(text == &both[0] && attachments == &both[1] && n == 1);
    alternative.children = either;
    assert_false(draft_is_ours(&alternative, &text, &attachments, &n));
    assert_false(draft_is_ours(&html, &text, &attachments, &n));
    mixed.children = rich;
    assert_false(draft_is_ours(&mixed, &text, &attachments, &n));
    mixed.child_count = 0;
    assert_false(draft_is_ours(&mixed, &text, &attachments, &n));
}

/* ---- what is written ---- */

static struct sv written(const struct draft *draft, bool keep, bool own_copy)
{
    struct message message;
    struct message_reader *reader = arena_alloc(arena, sizeof *reader);
    char buffer[500];
    struct sb out;
    size_t n = 0;
    assert_int_equal(draft_compose(arena, draft, keep, &message), STATUS_OK);
    sb_init(&out, arena, 100000);
    message_reader_init(reader, &message, own_copy);
    do {
        assert_int_equal(source_read(message_reader_source(reader), buffer, sizeof buffer, &n),
                         STATUS_OK);
        sb_add(&out, (struct sv){buffer, n});
    } while (n > 0);
    return sb_view(&out);
}

static void our_fields_stay_in_the_account(void **state)
{
    (void)state;
    const struct draft draft = {
        .message_id = SV("<a@b.example>"),
        .to = {.typed = SV("x@y.example\r\nto be found"), .faulty = true},
        .text = SV("t"),
        .origin = {DRAFT_REPLY, SV("INBOX"), 1, 2, SV("")},
    };
    struct sv kept = written(&draft, true, true), sent = written(&draft, false, false);
    struct sv own = written(&draft, false, true);
    assert_true(sv_find(kept, SV("X-Vaguemestre-Origin: reply;1;2;SU5CT1g;\r\n")) != SIZE_MAX);
    assert_true(sv_find(kept, SV("X-Vaguemestre-To: x@y.example,to be found\r\n")) != SIZE_MAX);
    assert_true(sv_find(own, SV("X-Vaguemestre-Origin: reply;1;2;SU5CT1g;\r\n")) != SIZE_MAX);
    assert_true(sv_find(own, SV("X-Vaguemestre-To")) == SIZE_MAX);
    assert_true(sv_find(sent, SV("X-Vaguemestre")) == SIZE_MAX);
    assert_true(sv_find(sent, SV("Message-ID: <a@b.example>\r\n")) != SIZE_MAX);
}

/* ---- answers ---- */

static struct addresses people(const char *text)
{
    return address_list_parse(arena, sv_of(text));
}

static struct sv shown(struct addresses list)
{
    struct sb out;
    sb_init(&out, arena, 1000);
    address_add_display(&out, list);
    return sb_view(&out);
}

static const struct address ME = {.mailbox = {"me", 2}, .domain = {"demo.example", 12}};

static void a_reply_goes_where_it_was_asked_for(void **state)
{
    (void)state;
    struct letter letter = {.from = people("Zo <z@a.example>"),
                            .to = people("me@demo.example, b@a.example"),
                            .cc = people("c@a.example, Z@A.example, me@DEMO.example")};
    assert_sv(shown(reply_people(arena, &letter, ME, DRAFT_REPLY).to), "Zo <z@a.example>");
    struct reply_people all = reply_people(arena, &letter, ME, DRAFT_REPLY_ALL);
    assert_sv(shown(all.to), "Zo <z@a.example>, b@a.example");
    assert_sv(shown(all.cc), "c@a.example");
    letter.reply_to = people("list@a.example");
    assert_sv(shown(reply_people(arena, &letter, ME, DRAFT_REPLY).to), "list@a.example");
    letter.list_post = SV("post@a.example");
    all = reply_people(arena, &letter, ME, DRAFT_REPLY_LIST);
    assert_sv(shown(all.to), "post@a.example");
    assert_int_equal(all.cc.n, 0);
}

static void a_reply_to_my_own_goes_to_its_recipients(void **state)
{
    (void)state;
    struct letter letter = {.from = people("me@demo.example"),
                            .reply_to = people("me@demo.example"),
                            .to = people("a@a.example"),
                            .cc = people("b@a.example")};
    struct reply_people one = reply_people(arena, &letter, ME, DRAFT_REPLY);
    assert_sv(shown(one.to), "a@a.example");
    assert_int_equal(one.cc.n, 0);
    assert_sv(shown(reply_people(arena, &letter, ME, DRAFT_REPLY_ALL).cc), "b@a.example");
    letter.to = people("me@demo.example");
    letter.cc.n = 0;
    assert_sv(shown(reply_people(arena, &letter, ME, DRAFT_REPLY).to), "me@demo.example");
}

static struct sv joined(struct msgids ids)
{
    struct sb out;
    sb_init(&out, arena, 1000);
    for (size_t i = 0; i < ids.n; i++)
        sb_add(&out, ids.items[i]);
    return sb_view(&out);
}

static void threads_go_on(void **state)
{
    (void)state;
    struct msgids parent, references;
    struct letter letter = {.message_id = SV("<c@x>"),
                            .references = msgid_list(arena, SV("<a@x> <b@x>")),
                            .in_reply_to = msgid_list(arena, SV("<b@x>"))};
    reply_thread(arena, &letter, &parent, &references);
    assert_sv(joined(parent), "<c@x>");
    assert_sv(joined(references), "<a@x><b@x><c@x>");
    letter.references.n = 0;
    reply_thread(arena, &letter, &parent, &references);
    assert_sv(joined(references), "<b@x><c@x>");
    letter.message_id = SV("");
    reply_thread(arena, &letter, &parent, &references);
    assert_int_equal(parent.n, 0);
    assert_sv(joined(references), "<b@x>");
}

static void quotes_stand_out(void **state)
{
    (void)state;
    assert_sv(reply_quote(arena, SV("")), "");
    assert_sv(reply_quote(arena, SV("a\r\n\n> b\nc\n\n\n")), "> a\n>\n>> b\n> c\n");
    assert_sv(reply_quote(arena, SV("a\n-- \nme\n")), "> a\n");
    assert_sv(reply_quote(arena, SV("-- \nonly this\n")), "> -- \n> only this\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_origin_comes_back),
        cmocka_unit_test(an_origin_that_we_did_not_write_is_none),
        cmocka_unit_test(only_drafts_like_ours_are_replaced),
        cmocka_unit_test(our_fields_stay_in_the_account),
        cmocka_unit_test(a_reply_goes_where_it_was_asked_for),
        cmocka_unit_test(a_reply_to_my_own_goes_to_its_recipients),
        cmocka_unit_test(threads_go_on),
        cmocka_unit_test(quotes_stand_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

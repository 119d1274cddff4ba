#include "test.h"

#include "letter.h"

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

/* ---- parts ---- */

static struct imap_part leaf(const char *id, const char *type, const char *subtype)
{
    return (struct imap_part){.id = sv_of(id), .type = sv_of(type), .subtype = sv_of(subtype)};
}

static struct imap_part picture(const char *id)
{
    struct imap_part part = leaf(id, "image", "png");
    part.content_id = SV("<a@b.example>");
    return part;
}

static struct imap_part multipart(const char *subtype, const struct imap_part *children, size_t n)
{
    return (struct imap_part){
        .type = SV("multipart"), .subtype = sv_of(subtype), .children = children, .child_count = n};
}

/* "1 2 + 3 4": the ids of the bodies, then of the attachments. */
static struct sv chosen(const struct imap_part *structure, enum letter_manner manner)
{
    struct letter letter = {0};
    struct sb out;
    sb_init(&out, arena, 1000);
    letter_choose(arena, structure, manner, &letter);
    for (size_t i = 0; i < letter.body_count; i++)
        sb_printf(&out, "%.*s ", SV_ARG(letter.bodies[i].part->id));
    sb_add_char(&out, '+');
    for (size_t i = 0; i < letter.attachment_count; i++)
        sb_printf(&out, " %.*s", SV_ARG(letter.attachments[i].part->id));
    return sb_view(&out);
}

/* ---- what is chosen ---- */

static void a_file_in_the_alternative_not_shown_is_offered(void **state)
{
    (void)state;
    const struct imap_part inner[] = {leaf("2.1", "text", "html"),
                                      leaf("2.2", "application", "pdf"),
                                      leaf("2.3", "text", "html")};
    const struct imap_part both[] = {leaf("1", "text", "plain"), multipart("mixed", inner, 3)};
    const struct imap_part apple = multipart("alternative", both, 2);
    assert_sv(chosen(&apple, LETTER_HTML), "2.1 2.3 + 2.2");
    assert_sv(chosen(&apple, LETTER_PLAIN), "1 + 2.2");
    assert_sv(chosen(&apple, LETTER_TEXT), "1 + 2.2");
    const struct imap_part turned[] = {both[1], both[0]};
    const struct imap_part other = multipart("alternative", turned, 2);
    assert_sv(chosen(&other, LETTER_PLAIN), "1 + 2.2");
}

static void a_picture_is_hidden_only_where_the_html_shows_it(void **state)
{
    (void)state;
    const struct imap_part rich[] = {leaf("1", "text", "html"), picture("2")};
    const struct imap_part related = multipart("related", rich, 2);
    assert_sv(chosen(&related, LETTER_HTML), "1 +");
    assert_sv(chosen(&related, LETTER_PLAIN), "1 +");
    assert_sv(chosen(&related, LETTER_TEXT), "1 + 2");
    const struct imap_part inner[] = {leaf("2.1", "text", "html"), picture("2.2")};
    const struct imap_part both[] = {leaf("1", "text", "plain"), multipart("related", inner, 2)};
    const struct imap_part alternative = multipart("alternative", both, 2);
    assert_sv(chosen(&alternative, LETTER_HTML), "2.1 +");
    assert_sv(chosen(&alternative, LETTER_PLAIN), "1 + 2.2");
    assert_sv(chosen(&alternative, LETTER_TEXT), "1 + 2.2");
}

static void a_letter_in_the_alternative_not_shown_is_one_attachment(void **state)
{
    (void)state;
    const struct imap_part inside = leaf("2.2.1", "text", "plain");
    struct imap_part nested = leaf("2.2", "message", "rfc822");
    nested.children = &inside;
    nested.child_count = 1;
    const struct imap_part inner[] = {leaf("2.1", "text", "html"), nested};
    const struct imap_part both[] = {leaf("1", "text", "plain"), multipart("mixed", inner, 2)};
    const struct imap_part alternative = multipart("alternative", both, 2);
    assert_sv(chosen(&alternative, LETTER_PLAIN), "1 + 2.2");
}

static void an_invitation_is_offered_and_named_text_is_a_file(void **state)
{
    (void)state;
    struct imap_part all[] = {leaf("1", "text", "plain"), leaf("2", "text", "html"),
                              leaf("3", "text", "calendar")};
    const struct imap_part alternative = multipart("alternative", all, 3);
    assert_sv(chosen(&alternative, LETTER_PLAIN), "1 + 3");
    assert_sv(chosen(&alternative, LETTER_HTML), "2 + 3");
    const struct imap_parameter name = {SV("name"), SV("page.html")};
    all[1].parameters = (struct imap_parameters){&name, 1};
    assert_sv(chosen(&alternative, LETTER_PLAIN), "1 + 2 3");
    assert_sv(chosen(&alternative, LETTER_HTML), "1 + 2 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_in_the_alternative_not_shown_is_offered),
        cmocka_unit_test(a_picture_is_hidden_only_where_the_html_shows_it),
        cmocka_unit_test(a_letter_in_the_alternative_not_shown_is_one_attachment),
        cmocka_unit_test(an_invitation_is_offered_and_named_text_is_a_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

/* That nothing of a structure is dropped: whatever its form, each leaf is shown, offered, a picture
 * in the HTML, or the text of the alternative that is not shown. */
#include "test.h"

#include "letter.h"
#include "part_kind.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct imap_part leaf(const char *type, const char *subtype)
{
    static unsigned count;
    return (struct imap_part){.id = arena_printf(arena, "p%u", ++count),
                              .type = sv_of(type),
                              .subtype = sv_of(subtype),
                              .size = 10};
}

static struct imap_part multipart(const char *subtype, const struct imap_part *children, size_t n)
{
    return (struct imap_part){
        .type = SV("multipart"), .subtype = sv_of(subtype), .children = children, .child_count = n};
}

static struct letter read_letter(const struct imap_part *structure, enum letter_manner manner)
{
    struct letter letter = {0};
    letter_choose(arena, structure, manner, &letter);
    return letter;
}

static bool is_body(const struct letter *letter, const struct imap_part *part)
{
    for (size_t i = 0; i < letter->body_count; i++)
        if (letter->bodies[i].part == part)
            return true;
    return false;
}

static bool is_offered(const struct letter *letter, const struct imap_part *part)
{
    for (size_t i = 0; i < letter->attachment_count; i++)
        if (letter->attachments[i].part == part)
            return true;
    return false;
}

/* ---- each by itself ---- */

static void texts_of_all_kinds_are_shown(void **state)
{
    (void)state;
    static const char *const shown[] = {"plain",   "html",  "enriched", "richtext",
                                        "x-patch", "troff", ""};
    static const char *const offered[] = {"calendar", "vcard", "x-amp-html", "rfc822-headers"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct imap_part text = leaf("text", shown[i]);
        const struct letter letter = read_letter(&text, LETTER_HTML);
        assert_true(is_body(&letter, &text) && letter.attachment_count == 0);
        assert_int_equal(letter.bodies[0].html, i == 1);
        assert_int_equal(letter.bodies[0].enriched, i == 2 || i == 3);
    }
    for (size_t i = 0; i < sizeof offered / sizeof *offered; i++) {
        const struct imap_part text = leaf("text", offered[i]);
        const struct letter letter = read_letter(&text, LETTER_HTML);
        assert_true(is_offered(&letter, &text) && letter.body_count == 0);
    }
    const struct imap_part untyped = leaf("nonsense", "");
    const struct letter letter = read_letter(&untyped, LETTER_HTML);
    assert_true(is_body(&letter, &untyped));
}

static void the_best_of_an_alternative_is_shown(void **state)
{
    (void)state;
    const struct imap_part parts[] = {leaf("text", "plain"), leaf("text", "enriched"),
                                      leaf("text", "html"), leaf("text", "x-amp-html"),
                                      leaf("text", "x-mine")};
    const struct imap_part all = multipart("alternative", parts, 5);
    struct letter letter = read_letter(&all, LETTER_HTML);
    assert_true(letter.body_count == 1 && is_body(&letter, &parts[2]));
    assert_true(is_offered(&letter, &parts[1]) && is_offered(&letter, &parts[3]) &&
                is_offered(&letter, &parts[4]));
    assert_int_equal(letter.attachment_count, 3);
    letter = read_letter(&all, LETTER_PLAIN);
    assert_true(letter.body_count == 1 && is_body(&letter, &parts[0]));
    const struct imap_part two = multipart("alternative", parts, 2);
    letter = read_letter(&two, LETTER_HTML);
    assert_true(letter.body_count == 1 && is_body(&letter, &parts[0]));
    assert_true(is_offered(&letter, &parts[1]));
    const struct imap_part twice[] = {leaf("text", "plain"), leaf("text", "plain")};
    const struct imap_part same = multipart("alternative", twice, 2);
    letter = read_letter(&same, LETTER_HTML);
    assert_true(is_body(&letter, &twice[0]) && is_offered(&letter, &twice[1]));
    const struct imap_part rich = multipart("alternative", parts + 1, 1);
    letter = read_letter(&rich, LETTER_HTML);
    assert_true(letter.body_count == 1 && is_body(&letter, &parts[1]));
    const struct imap_part mine = multipart("alternative", parts + 4, 1);
    letter = read_letter(&mine, LETTER_PLAIN);
    assert_true(letter.body_count == 1 && is_body(&letter, &parts[4]));
}

static void an_alternative_stands_for_its_own_html_alone(void **state)
{
    (void)state;
    const struct imap_part forms[] = {leaf("text", "plain"), leaf("text", "html")};
    const struct imap_part all[] = {multipart("alternative", forms, 2), leaf("text", "html")};
    const struct imap_part root = multipart("mixed", all, 2);
    const struct letter letter = read_letter(&root, LETTER_HTML);
    assert_int_equal(letter.body_count, 2);
    assert_ptr_equal(letter.bodies[0].plain, &forms[0]);
    assert_null(letter.bodies[1].plain);
}

static unsigned notes_of(const char *type, const char *subtype, const char *smime)
{
    const struct imap_parameter parameter = {SV("smime-type"), sv_of(smime)};
    struct imap_part part = leaf(type, subtype);
    part.parameters = (struct imap_parameters){&parameter, 1};
    const struct imap_part root = multipart("mixed", &part, 1);
    const struct letter letter = read_letter(&root, LETTER_HTML);
    assert_true(is_offered(&letter, &part));
    return letter.notes;
}

static void what_cannot_be_shown_is_said(void **state)
{
    (void)state;
    const struct imap_part parts[] = {leaf("application", "pgp-encrypted"),
                                      leaf("application", "octet-stream")};
    const struct imap_part encrypted = multipart("encrypted", parts, 2);
    const struct letter letter = read_letter(&encrypted, LETTER_HTML);
    assert_int_equal(letter.notes, LETTER_NOTE_ENCRYPTED);
    assert_int_equal(letter.attachment_count, 2);
    assert_int_equal(notes_of("application", "pkcs7-mime", "enveloped-data"),
                     LETTER_NOTE_ENCRYPTED);
    assert_int_equal(notes_of("application", "x-pkcs7-mime", ""), LETTER_NOTE_ENCRYPTED);
    assert_int_equal(notes_of("application", "pkcs7-mime", "signed-data"), LETTER_NOTE_WRAPPED);
    assert_int_equal(notes_of("application", "pkcs7-mime", "certs-only"), 0);
    assert_int_equal(notes_of("application", "pkcs7-signature", ""), 0);
    assert_int_equal(notes_of("message", "partial", ""), LETTER_NOTE_PARTIAL);
    assert_int_equal(notes_of("message", "external-body", ""), LETTER_NOTE_EXTERNAL);
}

static void a_signed_letter_shows_its_text_and_offers_its_signature(void **state)
{
    (void)state;
    const struct imap_part parts[] = {leaf("text", "plain"), leaf("application", "pgp-signature")};
    const struct imap_part signed_one = multipart("signed", parts, 2);
    const struct letter letter = read_letter(&signed_one, LETTER_HTML);
    assert_true(is_body(&letter, &parts[0]) && is_offered(&letter, &parts[1]));
}

/* As Dovecot reports a multipart whose boundary never comes. */
static struct imap_part stand_in(void)
{
    static const struct imap_parameter ascii = {{"charset", 7}, {"us-ascii", 8}};
    struct imap_part part = leaf("text", "plain");
    part.size = 0;
    part.parameters = (struct imap_parameters){&ascii, 1};
    return part;
}

static void a_multipart_without_parts_is_shown_whole(void **state)
{
    (void)state;
    const struct imap_parameter boundary = {SV("boundary"), SV("lost")};
    const struct imap_part empty = stand_in();
    struct imap_part roots[] = {multipart("mixed", &empty, 1), multipart("mixed", NULL, 0)};
    for (size_t i = 0; i < 2; i++) {
        roots[i].parameters = (struct imap_parameters){&boundary, 1};
        const struct letter letter = read_letter(&roots[i], LETTER_HTML);
        assert_int_equal(letter.body_count, 1);
        assert_true(letter.bodies[0].hollow && !letter_is_empty(&letter));
        assert_sv(letter.bodies[0].part->id, "TEXT");
        assert_sv(letter.bodies[0].boundary, "lost");
        roots[i].id = SV("2");
    }
    const struct imap_part outer = multipart("mixed", roots, 2);
    const struct letter letter = read_letter(&outer, LETTER_HTML);
    assert_int_equal(letter.body_count, 2);
    assert_sv(letter.bodies[1].part->id, "2");
}

static void an_empty_text_is_no_lost_one(void **state)
{
    (void)state;
    const struct imap_parameter utf8 = {SV("charset"), SV("utf-8")};
    struct imap_part empty = leaf("text", "plain");
    empty.size = 0;
    empty.parameters = (struct imap_parameters){&utf8, 1};
    const struct imap_part root = multipart("mixed", &empty, 1);
    const struct letter letter = read_letter(&root, LETTER_HTML);
    assert_true(is_body(&letter, &empty) && letter_is_empty(&letter));
}

static void a_letter_that_is_one_named_text_is_shown_and_offered(void **state)
{
    (void)state;
    const struct imap_parameter name = {SV("name"), SV("notes.txt")};
    struct imap_part text = leaf("text", "plain");
    text.parameters = (struct imap_parameters){&name, 1};
    struct letter letter = read_letter(&text, LETTER_HTML);
    assert_true(is_body(&letter, &text) && is_offered(&letter, &text));
    text.disposition = SV("attachment");
    letter = read_letter(&text, LETTER_HTML);
    assert_true(!is_body(&letter, &text) && is_offered(&letter, &text));
}

static void more_than_can_be_listed_is_said(void **state)
{
    (void)state;
    enum { MANY = LETTER_ATTACHMENTS_MAX + 1 };
    static struct imap_part parts[MANY];
    for (size_t i = 0; i < MANY; i++)
        parts[i] = leaf("image", "png");
    struct imap_part root = multipart("mixed", parts, MANY - 1);
    assert_int_equal(read_letter(&root, LETTER_HTML).notes, 0);
    root.child_count = MANY;
    assert_int_equal(read_letter(&root, LETTER_HTML).notes, LETTER_NOTE_MORE);
    for (size_t i = 0; i < MANY; i++)
        parts[i] = leaf("text", "plain");
    root.child_count = LETTER_BODIES_MAX + 2;
    const struct letter letter = read_letter(&root, LETTER_HTML);
    assert_true(letter.body_count == LETTER_BODIES_MAX && letter.attachment_count == 2);
}

/* ---- any structure ---- */

static uint32_t seed = 1;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static struct imap_part any_leaf(void)
{
    static const struct {
        const char *type, *subtype;
    } types[] = {{"text", "plain"},      {"text", "html"},
                 {"text", "enriched"},   {"text", "x-patch"},
                 {"text", "calendar"},   {"image", "png"},
                 {"application", "pdf"}, {"message", "rfc822"},
                 {"message", "partial"}, {"message", "delivery-status"},
                 {"TEXT", "HTML"},       {"application", "pgp-signature"}};
    static const struct imap_parameter name = {{"name", 4}, {"a.bin", 5}};
    static const char *const dispositions[] = {"attachment", "inline", "INLINE", "x"};
    size_t which = draw(sizeof types / sizeof *types);
    struct imap_part part = leaf(types[which].type, types[which].subtype);
    if (draw(4) == 0)
        part.parameters = (struct imap_parameters){&name, 1};
    if (draw(3) == 0)
        part.disposition = sv_of(dispositions[draw(4)]);
    if (draw(2) == 0)
        part.content_id = SV("<c@x>");
    if (draw(10) == 0)
        part.size = 0;
    return part;
}

static struct imap_part any_part(unsigned depth)
{
    static const char *const subtypes[] = {"mixed",  "alternative", "related", "signed",
                                           "report", "digest",      "x-other", "Alternative"};
    if (depth == 0 || draw(3) == 0)
        return any_leaf();
    size_t n = draw(5);
    struct imap_part *children = arena_array(arena, n + 1, sizeof *children);
    for (size_t i = 0; i < n; i++)
        children[i] = any_part(depth - 1);
    return multipart(subtypes[draw(8)], children, n);
}

struct above {
    bool alternative, related;
};

static void assert_kept(const struct letter *letter, const struct imap_part *part,
                        struct above above)
{
    above.alternative = above.alternative || part_is(part, "multipart", "alternative");
    above.related = above.related || part_is(part, "multipart", "related");
    if (part_is_hollow(part)) /* its own text is shown */
        return;
    for (size_t i = 0; i < part->child_count; i++)
        assert_kept(letter, &part->children[i], above);
    if (part_is(part, "multipart", NULL) || is_body(letter, part) || is_offered(letter, part))
        return;
    bool picture = above.related && part_is(part, "image", NULL) && part->content_id.n > 0;
    bool other = above.alternative && letter->has_html && letter->has_plain &&
                 part_kind(part) != PART_FILE &&
                 !sv_eq_nocase(part->disposition, SV("attachment")) && part->parameters.n == 0;
    assert_true(picture || other);
}

static void nothing_is_dropped(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        struct arena *whole = arena;
        arena = arena_new(16 << 20);
        const struct imap_part root = any_part(4);
        for (int manner = LETTER_PLAIN; manner <= LETTER_TEXT; manner++) {
            const struct letter letter = read_letter(&root, (enum letter_manner)manner);
            assert_kept(&letter, &root, (struct above){false, false});
        }
        arena_free(&arena);
        arena = whole;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_all_kinds_are_shown),
        cmocka_unit_test(the_best_of_an_alternative_is_shown),
        cmocka_unit_test(an_alternative_stands_for_its_own_html_alone),
        cmocka_unit_test(what_cannot_be_shown_is_said),
        cmocka_unit_test(a_signed_letter_shows_its_text_and_offers_its_signature),
        cmocka_unit_test(a_multipart_without_parts_is_shown_whole),
        cmocka_unit_test(an_empty_text_is_no_lost_one),
        cmocka_unit_test(a_letter_that_is_one_named_text_is_shown_and_offered),
        cmocka_unit_test(more_than_can_be_listed_is_said),
        cmocka_unit_test(nothing_is_dropped),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

/* Searches taken apart for servers that cannot say what is not in a text. */
#include "imap_negation.h"
#include "test.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct imap_criteria *key(enum imap_key which, struct imap_criteria *children,
                                 struct imap_criteria *next)
{
    struct imap_criteria *c = arena_alloc(arena, sizeof *c);
    c->key = which;
    c->children = children;
    c->next = next;
    return c;
}

static void write(struct sb *out, const struct imap_criteria *c)
{
    static const char *const words[] = {
        [IMAP_KEY_AND] = "and", [IMAP_KEY_OR] = "or",       [IMAP_KEY_NOT] = "not",
        [IMAP_KEY_TEXT] = "t",  [IMAP_KEY_SUBJECT] = "s",   [IMAP_KEY_FLAG] = "f",
        [IMAP_KEY_ALL] = "all", [IMAP_KEY_RANGE] = "range",
    };
    sb_add_cstr(out, words[c->key]);
    if (!c->children)
        return;
    sb_add_char(out, '(');
    for (const struct imap_criteria *child = c->children; child; child = child->next) {
        write(out, child);
        if (child->next)
            sb_add_char(out, ' ');
    }
    sb_add_char(out, ')');
}

static struct sv written(const struct imap_criteria *c)
{
    struct sb out;
    sb_init(&out, arena, 1000);
    if (c)
        write(&out, c);
    return sb_view(&out);
}

static void what_every_result_must_not_have_is_taken_out(void **state)
{
    struct negation n;
    (void)state;
    /* range, and(f, not(t), and(not(or(s, t)), or(s, f))) */
    struct imap_criteria *either =
        key(IMAP_KEY_OR, key(IMAP_KEY_SUBJECT, NULL, key(IMAP_KEY_FLAG, NULL, NULL)), NULL);
    struct imap_criteria *neither =
        key(IMAP_KEY_NOT,
            key(IMAP_KEY_OR, key(IMAP_KEY_SUBJECT, NULL, key(IMAP_KEY_TEXT, NULL, NULL)), NULL),
            either);
    struct imap_criteria *inner = key(IMAP_KEY_AND, neither, NULL);
    struct imap_criteria *not_text = key(IMAP_KEY_NOT, key(IMAP_KEY_TEXT, NULL, NULL), inner);
    struct imap_criteria *outer = key(IMAP_KEY_AND, key(IMAP_KEY_FLAG, NULL, not_text), NULL);
    struct imap_criteria *all = key(IMAP_KEY_AND, key(IMAP_KEY_RANGE, NULL, outer), NULL);
    assert_true(negation_split(arena, all, &n));
    assert_sv(written(n.without), "and(range f or(s f))");
    assert_sv(written(n.left_out), "and(or(and(or(s t)) and(t)) and(range f or(s f)))");
}

static void a_negation_alone_leaves_every_message(void **state)
{
    struct negation n;
    (void)state;
    assert_true(negation_split(arena, key(IMAP_KEY_NOT, key(IMAP_KEY_TEXT, NULL, NULL), NULL), &n));
    assert_null(n.without);
    assert_sv(written(n.left_out), "and(or(and(t)))");
}

static void flags_and_alternatives_stay_with_the_server(void **state)
{
    struct negation n;
    (void)state;
    assert_false(negation_split(arena, NULL, &n));
    assert_false(negation_split(arena, key(IMAP_KEY_TEXT, NULL, NULL), &n));
    assert_false(
        negation_split(arena, key(IMAP_KEY_NOT, key(IMAP_KEY_FLAG, NULL, NULL), NULL), &n));
    struct imap_criteria *not_text = key(IMAP_KEY_NOT, key(IMAP_KEY_TEXT, NULL, NULL), NULL);
    assert_false(
        negation_split(arena, key(IMAP_KEY_OR, key(IMAP_KEY_FLAG, NULL, not_text), NULL), &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_every_result_must_not_have_is_taken_out, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_negation_alone_leaves_every_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flags_and_alternatives_stay_with_the_server, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

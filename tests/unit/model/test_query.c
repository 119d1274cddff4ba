#include "test.h"

#include "query.h"

static struct arena *arena;
static const struct imap_day TODAY = {2026, 11, 24};

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* A criteria tree as text: "(and (from a) (not (flag 1)))". */
static void write_key(struct sb *out, const struct imap_criteria *c)
{
    static const char *const NAMES[] = {
        "all",     "and",        "or",          "not",     "from",   "to",      "cc",
        "bcc",     "subject",    "body",        "text",    "header", "since",   "before",
        "on",      "sent-since", "sent-before", "sent-on", "larger", "smaller", "flag",
        "keyword", "uid-from",   "uids",        "range"};
    sb_printf(out, "(%s", NAMES[c->key]);
    if (c->field.n > 0)
        sb_printf(out, " %.*s", SV_ARG(c->field));
    if (c->text.n > 0)
        sb_printf(out, " %.*s", SV_ARG(c->text));
    if (c->day.year > 0)
        sb_printf(out, " %d-%d-%d", c->day.year, c->day.month, c->day.day);
    if (c->number > 0)
        sb_printf(out, " %llu", (unsigned long long)c->number);
    for (const struct imap_criteria *child = c->children; child; child = child->next) {
        sb_add_char(out, ' ');
        write_key(out, child);
    }
    sb_add_char(out, ')');
}

static struct query parse(const char *text)
{
    struct query query;
    query_parse(arena, sv_of(text), TODAY, &query);
    return query;
}

static struct sv tree(const char *text)
{
    struct query query = parse(text);
    struct sb out;
    if (!query.criteria)
        return SV("everything");
    sb_init(&out, arena, 64 * 1024);
    write_key(&out, query.criteria);
    return sb_view(&out);
}

static void words_look_in_addresses_and_subject(void **state)
{
    (void)state;
    assert_sv(tree("paie"), "(or (from paie) (subject paie) (to paie) (cc paie))");
    assert_sv(tree("\"deux mots\""),
              "(or (from deux mots) (subject deux mots) (to deux mots) (cc deux mots))");
    assert_sv(tree(""), "everything");
    assert_sv(tree("  \"\" "), "everything");
    assert_sv(tree("-"), "(or (from -) (subject -) (to -) (cc -))");
}

static void operators_speak_both_languages(void **state)
{
    (void)state;
    assert_sv(tree("de:anne"), "(from anne)");
    assert_sv(tree("FROM:anne"), "(from anne)");
    assert_sv(tree("à:bob"), "(or (to bob) (cc bob))");
    assert_sv(tree("a:bob"), "(or (to bob) (cc bob))");
    assert_sv(tree("objet:\"compte rendu\""), "(subject compte rendu)");
    assert_sv(tree("cc:x"), "(cc x)");
    assert_sv(tree("étiquette:$label1"), "(keyword $label1)");
    assert_sv(tree("tag:budget_2026"), "(keyword budget_2026)");
    assert_sv(tree("tag:é"), "(or (from tag:é) (subject tag:é) (to tag:é) (cc tag:é))");
    assert_sv(tree("texte:été"), "(text été)");
    assert_true(parse("text:a").in_text);
    assert_false(parse("a").in_text);
    assert_sv(tree("objet:a -de:b"), "(and (subject a) (not (from b)))");
}

static void states_are_flags(void **state)
{
    (void)state;
    assert_sv(tree("est:nonlu"), "(not (flag 1))");
    assert_sv(tree("is:read"), "(flag 1)");
    assert_sv(tree("est:répondu"), "(flag 2)");
    assert_sv(tree("is:flagged"), "(flag 4)");
    assert_true(parse("de:a est:suivi").by_flags);
    assert_false(parse("de:a").by_flags);
}

static void dates_are_days_of_arrival(void **state)
{
    (void)state;
    assert_sv(tree("avant:2026-11-24"), "(before 2026-11-24)");
    assert_sv(tree("après:24/11/2026"), "(since 2026-11-24)");
    assert_sv(tree("since:2026-11"), "(since 2026-11-1)");
    assert_sv(tree("le:hier"), "(and (since 2026-11-23) (before 2026-11-24))");
    assert_sv(tree("on:2024-02"), "(and (since 2024-2-1) (before 2024-3-1))");
    assert_sv(tree("on:12/2025"), "(and (since 2025-12-1) (before 2026-1-1))");
    assert_sv(tree("on:2025"), "(and (since 2025-1-1) (before 2026-1-1))");
}

static void sizes_have_units(void **state)
{
    (void)state;
    assert_sv(tree("plus:5M"), "(larger 5000000)");
    assert_sv(tree("moins:1,5Mo"), "(smaller 1500000)");
    assert_sv(tree("larger:500"), "(larger 500)");
    assert_sv(tree("larger:9G"), "(larger 4294967295)");
}

static void attachments_are_looked_at_afterwards(void **state)
{
    (void)state;
    assert_int_equal(parse("a:pièce").attachment, QUERY_ATTACHMENT_WITH);
    assert_int_equal(parse("-has:attachment").attachment, QUERY_ATTACHMENT_WITHOUT);
    assert_sv(tree("has:attachment de:b"), "(from b)");
    assert_sv(tree("de:b OR has:attachment"),
              "(or (from b) (header Content-Type multipart/mixed))");
    struct query none = parse(""), some = parse("a:pièce");
    assert_true(query_empty(&none));
    assert_false(query_empty(&some));
}

static void or_binds_neighbours(void **state)
{
    (void)state;
    assert_sv(tree("de:a OR de:b OU de:c objet:d"),
              "(and (or (or (from a) (from b)) (from c)) (subject d))");
    assert_sv(tree("OR de:a"), "(and (or (from OR) (subject OR) (to OR) (cc OR)) (from a))");
}

static void a_place_is_no_term(void **state)
{
    (void)state;
    assert_sv(tree("dans:partout"), "everything");
    assert_sv(parse("dans:\"Mes travaux\" a").in, "Mes travaux");
    assert_sv(tree("in:Amis de:anne"), "(from anne)");
    assert_sv(parse("de:anne").in, "");
    assert_sv(tree("-in:x"), "(not (or (from in:x) (subject in:x) (to in:x) (cc in:x)))");
    assert_sv(parse("-in:x").in, "");
    assert_sv(tree("in:a OR de:b"),
              "(or (or (from in:a) (subject in:a) (to in:a) (cc in:a)) (from b))");
    assert_sv(parse("a OR in:b").in, "");
}

static void tags_are_keywords_and_lists_have_names(void **state)
{
    (void)state;
    assert_sv(tree("étiquette:important"), "(keyword important)");
    assert_sv(tree("-tag:$label1"), "(not (keyword $label1))");
    assert_true(parse("tag:a").by_flags);
    assert_sv(tree("tag:a)b"), "(or (from tag:a)b) (subject tag:a)b) (to tag:a)b) (cc tag:a)b))");
    assert_false(parse("tag:été").by_flags);
    assert_sv(tree("list:info"), "(header List-Id info)");
    assert_sv(tree("liste:sympa.example"), "(header List-Id sympa.example)");
}

static void words_in_texts_may_come_from_an_index(void **state)
{
    (void)state;
    assert_true(parse("texte:a").criteria->fuzzy);
    assert_false(parse("texte:\"a\"").criteria->fuzzy);
    assert_false(parse("texte:\"a b\"").criteria->fuzzy);
    assert_false(parse("objet:a").criteria->fuzzy);
}

static void what_is_no_operator_is_a_word(void **state)
{
    (void)state;
    assert_sv(tree("re:zéro"), "(or (from re:zéro) (subject re:zéro) (to re:zéro) (cc re:zéro))");
    assert_sv(tree("avant:30/02/2026"), "(or (from avant:30/02/2026) (subject avant:30/02/2026) "
                                        "(to avant:30/02/2026) (cc avant:30/02/2026))");
    assert_sv(tree("\"de:anne\""),
              "(or (from de:anne) (subject de:anne) (to de:anne) (cc de:anne))");
    assert_sv(tree("de:"), "(or (from de:) (subject de:) (to de:) (cc de:))");
    assert_sv(tree("est:bleu"),
              "(or (from est:bleu) (subject est:bleu) (to est:bleu) (cc est:bleu))");
}

static void nothing_reaches_a_protocol_line(void **state)
{
    (void)state;
    struct query query;
    query_parse(arena, SV("de:\"a\r\nA1 DELETE\0x\""), TODAY, &query);
    assert_int_equal(query.criteria->key, IMAP_KEY_FROM);
    assert_false(sv_has_control(query.criteria->text));
}

static void a_flag_joins_what_is_there(void **state)
{
    (void)state;
    struct sb out;
    struct query query = parse("de:a objet:b");
    query_add_flag(arena, &query, IMAP_SEEN, false);
    sb_init(&out, arena, 1000);
    write_key(&out, query.criteria);
    assert_sv(sb_view(&out), "(and (not (flag 1)) (and (and (from a) (subject b))))");
    assert_true(query.by_flags);
}

static void many_terms_are_bounded(void **state)
{
    (void)state;
    struct sb text;
    size_t count = 0;
    sb_init(&text, arena, 10000);
    for (int i = 0; i < 400; i++)
        sb_add_cstr(&text, "cc:a ");
    struct query query;
    query_parse(arena, sb_view(&text), TODAY, &query);
    for (const struct imap_criteria *c = query.criteria->children; c; c = c->next)
        count++;
    assert_int_equal(count, QUERY_TERMS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_look_in_addresses_and_subject),
        cmocka_unit_test(operators_speak_both_languages),
        cmocka_unit_test(states_are_flags),
        cmocka_unit_test(dates_are_days_of_arrival),
        cmocka_unit_test(sizes_have_units),
        cmocka_unit_test(attachments_are_looked_at_afterwards),
        cmocka_unit_test(or_binds_neighbours),
        cmocka_unit_test(a_place_is_no_term),
        cmocka_unit_test(tags_are_keywords_and_lists_have_names),
        cmocka_unit_test(words_in_texts_may_come_from_an_index),
        cmocka_unit_test(what_is_no_operator_is_a_word),
        cmocka_unit_test(nothing_reaches_a_protocol_line),
        cmocka_unit_test(a_flag_joins_what_is_there),
        cmocka_unit_test(many_terms_are_bounded),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

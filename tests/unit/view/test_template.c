/* Templates of the test's own in a directory of its own, with small catalogues. */
#include "template.h"

#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* ClearSilver forgets its stack when a template does not parse. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:cs_parse_string";
}

static char directory[] = "/tmp/test_template.XXXXXX";
static struct arena *arena;

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(arena_printf(arena, "%s/%s", directory, name).p, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    if (!mkdtemp(directory) || mkdir(arena_printf(arena, "%s/locale", directory).p, 0700) != 0)
        return -1;
    put_file("locale/fr.hdf", "word = l’été & <après>\nblock {\n  in = dedans\n}\n");
    put_file("locale/en.hdf", "word = summer's & <after>\nblock {\n  in = inside\n}\n");
    return 0;
}

/* Removes the templates; the catalogues stay. */
static void clear(void)
{
    DIR *dir = opendir(directory);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (sv_ends(sv_of(entry->d_name), SV(".cs")))
            (void)unlink(arena_printf(arena, "%s/%s", directory, entry->d_name).p);
    }
    assert_int_equal(closedir(dir), 0);
}

static int teardown(void **state)
{
    (void)state;
    clear();
    (void)unlink(arena_printf(arena, "%s/locale/fr.hdf", directory).p);
    (void)unlink(arena_printf(arena, "%s/locale/en.hdf", directory).p);
    (void)rmdir(arena_printf(arena, "%s/locale", directory).p);
    int result = rmdir(directory);
    arena_free(&arena);
    return result;
}

/* With the one template "page". */
static struct templates *load(const char *text)
{
    struct templates *t = NULL;
    clear();
    put_file("page.cs", text);
    assert_int_equal(templates_load(directory, &t), STATUS_OK);
    return t;
}

static enum status load_fails(void)
{
    struct templates *t = NULL;
    enum status status = templates_load(directory, &t);
    assert_null(t);
    return status;
}

/* Renders "page" with V set to the value. */
static struct sv shown(const char *text, struct sv value)
{
    struct templates *t = load(text);
    struct view *view = view_new(t, LANGUAGE_FR, arena);
    struct sb out;
    sb_init(&out, arena, 1 << 20);
    node_put(view_root(view), "V", value);
    assert_int_equal(view_render(view, "page", &out), STATUS_OK);
    view_free(&view);
    assert_null(view);
    templates_free(&t);
    assert_null(t);
    return sb_view(&out);
}

static void values_are_escaped_in_text_and_attributes(void **state)
{
    (void)state;
    struct sv hostile = SV("<script>alert(1)</script>&amp; \"x\" 'y' onload=z");
    static const char safe[] = "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp; &quot;x&quot; "
                               "&#39;y&#39; onload=z";
    assert_sv(shown("<?cs var:V ?>", hostile), safe);
    assert_sv(shown("<a title=\"<?cs var:V ?>\">", hostile),
              arena_printf(arena, "<a title=\"%s\">", safe).p);
    /* handed on to a macro, set, or joined with others it is text all the same */
    assert_sv(shown("<?cs def:m(x) ?><?cs var:x ?><?cs /def ?><?cs call:m(V) ?>", hostile), safe);
    assert_sv(shown("<?cs set:W = V ?><?cs var:W ?>", hostile), safe);
    assert_sv(shown("<?cs var:V + \"\" ?>", hostile), safe);
    assert_sv(shown("<?cs var:V ?>", SV("<?cs var:Lang ?>")), "&lt;?cs var:Lang ?&gt;");
}

static void values_become_clean_text(void **state)
{
    (void)state;
    assert_sv(shown("<?cs var:V ?>", SV("a\0b\x01"
                                        "c\x1b[0m\x7f.")),
              "a b c [0m .");
    assert_sv(shown("<?cs var:V ?>", SV("a\tb\r\nc")), "a\tb\nc");
    assert_sv(shown("<?cs var:V ?>", SV("\xff\xc3(\xe2\x82\xf0\x9f\x98\x80")),
              "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xf0\x9f\x98\x80");
    assert_sv(shown("[<?cs var:V ?>]", SV("")), "[]");
    assert_sv(shown("<?cs var:V ?>", SV("été 日本")), "été 日本");
}

static void data_does_not_reach_the_names(void **state)
{
    (void)state;
    assert_sv(shown("<?cs var:V ?>|<?cs var:Lang ?>", SV("x\nLang = en")), "x\nLang = en|fr");
    struct templates *t = load("<?cs var:Site.name ?>");
    struct view *view = view_new(t, LANGUAGE_FR, arena);
    struct sb out;
    sb_init(&out, arena, 1000);
    node_put(view_root(view), "Site.name", SV("a.b.c = d"));
    assert_int_equal(view_render(view, "page", &out), STATUS_OK);
    assert_sv(sb_view(&out), "a.b.c = d");
    view_free(&view);
    templates_free(&t);
}

static void keys_are_replaced_by_texts(void **state)
{
    (void)state;
    assert_sv(shown("<?cs var:L.block.in ?>", SV("")), "dedans");
    assert_sv(shown("<?cs var:L.word ?>", SV("")), "l’été &amp; &lt;après&gt;");
    assert_sv(shown("<?cs if:L.block.in == V ?>yes<?cs else ?>no<?cs /if ?>", SV("dedans")), "yes");
    assert_sv(
        shown("<?cs def:m(x) ?>[<?cs var:x ?>]<?cs /def ?><?cs call:m(L.block.in) ?>", SV("")),
        "[dedans]");
    /* only as a name of its own, and only inside a tag */
    assert_sv(shown("L.word <?cs var:\"L.word\" ?>", SV("")), "L.word L.word");
    assert_sv(shown("<?cs set:XL.word = \"x\" ?><?cs var:XL.word ?>", SV("")), "x");
    assert_sv(shown("<?cs # L.no.such ?>x", SV("")), "x");
}

static void each_language_has_its_texts(void **state)
{
    (void)state;
    struct templates *t = load("<?cs var:Lang ?> <?cs var:L.word ?> <?cs var:T ?>");
    static const char *const expected[LANGUAGE_COUNT] = {
        [LANGUAGE_FR] = "fr l’été &amp; &lt;après&gt; dedans",
        [LANGUAGE_EN] = "en summer&#39;s &amp; &lt;after&gt; inside",
    };
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        struct view *view = view_new(t, (enum language)i, arena);
        struct sb out;
        sb_init(&out, arena, 1000);
        node_put_text(view_root(view), "T", "block.in");
        assert_int_equal(view_render(view, "page", &out), STATUS_OK);
        assert_sv(sb_view(&out), expected[i]);
        assert_ptr_equal(view_locale(view), templates_locale(t, (enum language)i));
        assert_ptr_equal(view_arena(view), arena);
        view_free(&view);
    }
    templates_free(&t);
}

static void lists_keep_the_order_of_their_making(void **state)
{
    (void)state;
    struct templates *t =
        load("<?cs each:a = Rows ?>(<?cs var:a.name ?><?cs each:b = a.Sub ?>,<?cs var:b.n "
             "?><?cs if:b.odd ?>!<?cs /if ?><?cs /each ?>)<?cs /each ?>"
             "<?cs var:subcount(Rows) ?><?cs var:Rows.10.name ?>");
    struct view *view = view_new(t, LANGUAGE_EN, arena);
    struct sb out;
    sb_init(&out, arena, 10000);
    for (size_t i = 0; i < 12; i++) {
        struct node row = node_item(view_root(view), "Rows", i);
        node_put_cstr(row, "name", arena_printf(arena, "r%zu", i).p);
        for (size_t k = 0; k < (i == 11 ? 3 : 0); k++) {
            struct node sub = node_item(row, "Sub", k);
            node_put_number(sub, "n", (int64_t)k - 1);
            node_put_flag(sub, "odd", k % 2 == 1);
        }
    }
    assert_int_equal(view_render(view, "page", &out), STATUS_OK);
    assert_sv(sb_view(&out), "(r0)(r1)(r2)(r3)(r4)(r5)(r6)(r7)(r8)(r9)(r10)(r11,-1,0!,1)12r10");
    view_free(&view);
    templates_free(&t);
}

static void numbers_and_flags_are_exact(void **state)
{
    (void)state;
    struct templates *t = load("<?cs var:A ?> <?cs var:B ?> <?cs var:C ?>-<?cs var:D ?>"
                               "<?cs if:C ?>c<?cs /if ?><?cs if:D ?>d<?cs /if ?>");
    struct view *view = view_new(t, LANGUAGE_EN, arena);
    struct sb out;
    sb_init(&out, arena, 1000);
    node_put_number(view_root(view), "A", INT64_MIN);
    node_put_number(view_root(view), "B", INT64_MAX);
    node_put_flag(view_root(view), "C", true);
    node_put_flag(view_root(view), "D", false);
    assert_int_equal(view_render(view, "page", &out), STATUS_OK);
    assert_sv(sb_view(&out), "-9223372036854775808 9223372036854775807 1-c");
    view_free(&view);
    templates_free(&t);
}

static void nodes_may_be_deep(void **state)
{
    (void)state;
    struct templates *t = load("<?cs var:Down.Down.Down.value ?>");
    struct view *view = view_new(t, LANGUAGE_EN, arena);
    struct node node = view_root(view);
    struct sb out;
    sb_init(&out, arena, 1000);
    for (int i = 0; i < 200; i++) {
        node = node_child(node, "Down");
        node_put(node, "value", i == 2 ? SV("here") : SV("elsewhere"));
    }
    assert_int_equal(view_render(view, "page", &out), STATUS_OK);
    assert_sv(sb_view(&out), "here");
    view_free(&view);
    templates_free(&t);
}

static void templates_include_each_other(void **state)
{
    (void)state;
    struct templates *t = NULL;
    clear();
    put_file("page.cs", "a<?cs include:\"part.cs\" ?>c");
    put_file("part.cs", "<?cs var:L.block.in ?>");
    put_file("notes.txt", "<?cs broken");
    assert_int_equal(templates_load(directory, &t), STATUS_OK);
    struct view *view = view_new(t, LANGUAGE_FR, arena);
    struct sb out;
    sb_init(&out, arena, 1000);
    assert_int_equal(view_render(view, "page", &out), STATUS_OK);
    assert_sv(sb_view(&out), "adedansc");
    view_free(&view);
    templates_free(&t);
    (void)unlink(arena_printf(arena, "%s/notes.txt", directory).p);
}

static void what_is_missing_is_missed_when_loading(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "<?cs include:\"none.cs\" ?>",
        "<?cs include:\"../page.cs\" ?>",
        "<?cs var:L.no.such ?>",
        "<?cs var:L.block ?>",
        "<?cs var:L. ?>",
        "<?cs var:V ",
        "",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        clear();
        put_file("page.cs", broken[i]);
        if (load_fails() != STATUS_INVALID)
            fail_msg("was taken: %s", broken[i]);
    }
    struct templates *t = NULL;
    assert_int_equal(templates_load("/nowhere", &t), STATUS_IO);
    assert_null(t);
    templates_free(NULL);
    view_free(NULL);
}

static void faults_are_told_and_nothing_leaks(void **state)
{
    (void)state;
    static const char *const faulty[] = {
        "<?cs if:V ?>x",       "<?cs /if ?>",     "<?cs nonsense:V ?>",
        "<?cs call:none() ?>", "<?cs var:V + ?>", "<?cs each:x = ?><?cs /each ?>",
    };
    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        struct templates *t = load(faulty[i]);
        struct view *view = view_new(t, LANGUAGE_EN, arena);
        struct sb out;
        sb_init(&out, arena, 1000);
        if (view_render(view, "page", &out) != STATUS_IO)
            fail_msg("was rendered: %s", faulty[i]);
        view_free(&view);
        templates_free(&t);
    }
}

static void a_page_that_is_not_there_or_does_not_fit_is_told(void **state)
{
    (void)state;
    struct templates *t = load("0123456789");
    struct view *view = view_new(t, LANGUAGE_EN, arena);
    struct sb out;
    sb_init(&out, arena, 1000);
    assert_int_equal(view_render(view, "other", &out), STATUS_IO);
    view_free(&view);
    view = view_new(t, LANGUAGE_EN, arena);
    sb_init(&out, arena, 10);
    assert_int_equal(view_render(view, "page", &out), STATUS_OK);
    sb_init(&out, arena, 9);
    assert_int_equal(view_render(view, "page", &out), STATUS_IO);
    view_free(&view);
    templates_free(&t);
}

static void a_template_remembers_nothing_of_the_page_before(void **state)
{
    (void)state;
    struct templates *t =
        load("<?cs def:m(x) ?>(<?cs var:x ?>)<?cs /def ?><?cs call:m(V) ?>"
             "<?cs if:V ?><?cs set:W = V + \"!\" ?><?cs /if ?><?cs var:W ?>"
             "<?cs each:a = Rows ?>[<?cs var:a.n ?><?cs call:m(a.v) ?>]<?cs /each ?>");
    static const struct {
        enum language language;
        const char *value;
        size_t rows;
        const char *page;
    } pages[] = {
        {LANGUAGE_FR, "a", 2, "(a)a![0(a)][1(a)]"},
        {LANGUAGE_FR, NULL, 0, "()"},
        {LANGUAGE_FR, "<b>\"", 1, "(&lt;b&gt;&quot;)&lt;b&gt;&quot;![0(&lt;b&gt;&quot;)]"},
        {LANGUAGE_EN, NULL, 1, "()[0()]"},
        {LANGUAGE_FR, "c", 0, "(c)c!"},
    };
    for (size_t i = 0; i < 3 * sizeof pages / sizeof *pages; i++) {
        size_t which = i % (sizeof pages / sizeof *pages);
        struct view *view = view_new(t, pages[which].language, arena);
        struct sb out;
        sb_init(&out, arena, 1000);
        if (pages[which].value)
            node_put_cstr(view_root(view), "V", pages[which].value);
        for (size_t row = 0; row < pages[which].rows; row++) {
            struct node node = node_item(view_root(view), "Rows", row);
            node_put_number(node, "n", (int64_t)row);
            if (pages[which].value)
                node_put_cstr(node, "v", pages[which].value);
        }
        assert_int_equal(view_render(view, "page", &out), STATUS_OK);
        assert_sv(sb_view(&out), pages[which].page);
        view_free(&view);
    }
    templates_free(&t);
}

/* More templates than are kept parsed. */
static void any_number_of_templates_is_served(void **state)
{
    (void)state;
    enum { COUNT = 60 };
    struct templates *t = NULL;
    clear();
    put_file("page.cs", "<?cs var:V ?>");
    for (int i = 0; i < COUNT; i++)
        put_file(arena_printf(arena, "p%d.cs", i).p, arena_printf(arena, "%d<?cs var:V ?>", i).p);
    assert_int_equal(templates_load(directory, &t), STATUS_OK);
    for (int i = 0; i < 2 * COUNT; i++) {
        struct view *view = view_new(t, LANGUAGE_FR, arena);
        struct sb out;
        sb_init(&out, arena, 1000);
        node_put(view_root(view), "V", SV("<"));
        const char *name = arena_printf(arena, "p%d", i % COUNT).p;
        assert_int_equal(view_render_(view, name, &out), STATUS_OK);
        assert_sv(sb_view(&out), arena_printf(arena, "%d&lt;", i % COUNT).p);
        view_free(&view);
    }
    templates_free(&t);
}

/* ---- threads ---- */

struct work {
    const struct templates *templates;
    enum language language;
    size_t right;
};

enum { ROUNDS = 300 };

static void *work(void *context)
{
    struct work *w = context;
    struct arena *own = arena_new(1 << 20);
    const char *expected = w->language == LANGUAGE_FR
                               ? "fr dedans 01234 l’été &amp; &lt;après&gt;"
                               : "en inside 01234 summer&#39;s &amp; &lt;after&gt;";
    for (int i = 0; i < ROUNDS; i++) {
        struct view *view = view_new(w->templates, w->language, own);
        for (size_t k = 0; k < 5; k++)
            node_put_number(node_item(view_root(view), "Rows", k), "n", (int64_t)k);
        struct sb out;
        sb_init(&out, own, 1000);
        if (view_render(view, "page", &out) == STATUS_OK && sv_eq(sb_view(&out), sv_of(expected)))
            w->right++;
        view_free(&view);
        arena_reset(own);
    }
    arena_free(&own);
    return NULL;
}

static void threads_render_in_two_languages_at_once(void **state)
{
    (void)state;
    struct templates *t = load("<?cs var:Lang ?> <?cs var:L.block.in ?> <?cs each:r = Rows ?><?cs "
                               "var:r.n ?><?cs /each ?> <?cs var:L.word ?>");
    struct work works[4];
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        works[i] = (struct work){t, i % 2 ? LANGUAGE_FR : LANGUAGE_EN, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &works[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(works[i].right, ROUNDS);
    }
    templates_free(&t);
}

/* The program's own templates: all are there, complete in both languages, and parse. */
static void the_programs_own_pages_load(void **state)
{
    (void)state;
    struct templates *t = NULL;
    assert_int_equal(templates_load("templates", &t), STATUS_OK);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        struct view *view = view_new(t, (enum language)i, arena);
        struct sb out;
        sb_init(&out, arena, 1 << 20);
        assert_int_equal(view_render(view, "arrival", &out), STATUS_OK);
        assert_int_equal(view_render(view, "compose", &out), STATUS_OK);
        assert_int_equal(view_render(view, "confirm", &out), STATUS_OK);
        assert_int_equal(view_render(view, "failure", &out), STATUS_OK);
        assert_int_equal(view_render(view, "folders", &out), STATUS_OK);
        assert_int_equal(view_render(view, "headers", &out), STATUS_OK);
        assert_int_equal(view_render(view, "letter", &out), STATUS_OK);
        assert_int_equal(view_render(view, "listing", &out), STATUS_OK);
        assert_int_equal(view_render(view, "login", &out), STATUS_OK);
        assert_int_equal(view_render(view, "message", &out), STATUS_OK);
        assert_int_equal(view_render(view, "settings", &out), STATUS_OK);
        view_free(&view);
    }
    templates_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped_in_text_and_attributes),
        cmocka_unit_test(values_become_clean_text),
        cmocka_unit_test(data_does_not_reach_the_names),
        cmocka_unit_test(keys_are_replaced_by_texts),
        cmocka_unit_test(each_language_has_its_texts),
        cmocka_unit_test(lists_keep_the_order_of_their_making),
        cmocka_unit_test(numbers_and_flags_are_exact),
        cmocka_unit_test(nodes_may_be_deep),
        cmocka_unit_test(templates_include_each_other),
        cmocka_unit_test(what_is_missing_is_missed_when_loading),
        cmocka_unit_test(faults_are_told_and_nothing_leaks),
        cmocka_unit_test(a_page_that_is_not_there_or_does_not_fit_is_told),
        cmocka_unit_test(a_template_remembers_nothing_of_the_page_before),
        cmocka_unit_test(any_number_of_templates_is_served),
        cmocka_unit_test(threads_render_in_two_languages_at_once),
        cmocka_unit_test(the_programs_own_pages_load),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

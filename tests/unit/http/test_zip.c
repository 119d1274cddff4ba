#include "arena.h"
#include "test.h"
#include "zip.h"

static struct arena *arena;
static struct sb out;
static enum status sink_fails;
static size_t largest;

static enum status take(void *context, struct sv piece)
{
    (void)context;
    sb_add(&out, piece);
    if (piece.n > largest)
        largest = piece.n;
    return sink_fails;
}

static const struct sink sink = {take, NULL};

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)256 << 20);
    sb_init(&out, arena, (size_t)64 << 20);
    sink_fails = STATUS_OK;
    largest = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static uint32_t number(struct sv s, size_t at, size_t bytes)
{
    uint32_t value = 0;
    for (size_t i = bytes; i > 0; i--)
        value = value << 8 | (unsigned char)s.p[at + i - 1];
    return value;
}

/* The names of the central directory (PKZIP application note 4.3.12), each followed by "|"; "none"
 * without its end record. */
static struct sv directory(void)
{
    struct sb names;
    struct sv all = sb_view(&out);
    sb_init(&names, arena, 1 << 20);
    size_t end = all.n;
    while (end > 0 && !sv_starts(sv_slice(all, end, all.n), SV("PK\5\6")))
        end--;
    if (end == 0)
        return SV("none");
    size_t at = number(all, end + 16, 4), count = number(all, end + 10, 2);
    for (size_t i = 0; i < count; i++) {
        assert_true(sv_starts(sv_slice(all, at, all.n), SV("PK\1\2")));
        size_t name = number(all, at + 28, 2);
        struct sv text = sv_slice(all, at + 46, at + 46 + name);
        bool ascii = true;
        for (size_t k = 0; k < text.n; k++)
            ascii = ascii && (unsigned char)text.p[k] < 0x80;
        assert_int_equal(ascii ? 0 : 0x800, number(all, at + 8, 2) & 0x800); /* UTF-8 */
        sb_add(&names, text);
        sb_add_char(&names, '|');
        at += 46 + name + number(all, at + 30, 2) + number(all, at + 32, 2);
    }
    assert_int_equal(at, end);
    return sb_view(&names);
}

static void names_are_safe_and_unique(void **state)
{
    (void)state;
    static const char *const names[] = {"a.pdf",
                                        "a.pdf",
                                        "A.PDF",
                                        "a (2).pdf",
                                        "../../etc/passwd",
                                        "C:\\x\\b:c?.txt",
                                        "\xc3\xa9t\xc3\xa9 \xe6\x97\xa5.txt",
                                        "",
                                        "con.txt",
                                        "COM1",
                                        "common.txt",
                                        "COM10.x",
                                        "fdp\xe2\x80\xae.exe"};
    struct zip *zip = zip_open(arena, sink);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(zip_begin(zip, sv_of(names[i]), 1700000000), STATUS_OK);
        assert_int_equal(zip_write(zip, SV("x")), STATUS_OK);
    }
    assert_int_equal(zip_close(&zip), STATUS_OK);
    assert_null(zip);
    assert_sv(directory(),
              "a.pdf|a (2).pdf|A (3).PDF|a (2) (2).pdf|passwd|b_c_.txt|\xc3\xa9t\xc3\xa9 "
              "\xe6\x97\xa5.txt|file|_con.txt|_COM1|common.txt|COM10.x|fdp.exe|");
}

static void what_is_large_passes_through(void **state)
{
    (void)state;
    static char piece[1 << 16];
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof piece; i++) {
        seed = seed * 1103515245 + 12345;
        piece[i] = (char)(seed >> 16);
    }
    struct zip *zip = zip_open(arena, sink);
    assert_int_equal(zip_begin(zip, SV("large"), 0), STATUS_OK);
    for (int i = 0; i < 320; i++)
        assert_int_equal(sink_write(zip_sink(zip), (struct sv){piece, sizeof piece}), STATUS_OK);
    assert_int_equal(zip_close(&zip), STATUS_OK);
    assert_sv(directory(), "large|");
    assert_true(out.n > (size_t)19 << 20);
    assert_true(largest <= 1 << 18); /* what the sink is given at once */
}

static void without_its_end_it_is_no_archive(void **state)
{
    (void)state;
    struct zip *zip = zip_open(arena, sink);
    assert_int_equal(zip_begin(zip, SV("a"), 0), STATUS_OK);
    assert_int_equal(zip_write(zip, SV("abc")), STATUS_OK);
    zip_drop(&zip);
    assert_null(zip);
    zip_drop(&zip);
    assert_sv(directory(), "none");
    zip = zip_open(arena, sink); /* nothing was begun */
    zip_drop(&zip);
    assert_int_equal(zip_close(&zip), STATUS_OK);
}

static void a_failure_of_the_sink_is_told(void **state)
{
    (void)state;
    sink_fails = STATUS_CLOSED;
    struct zip *zip = zip_open(arena, sink);
    assert_int_equal(zip_begin(zip, SV("a"), 0), STATUS_CLOSED);
    assert_int_equal(zip_close(&zip), STATUS_CLOSED);
    assert_null(zip);
    assert_sv(directory(), "none");
}

static void there_is_a_limit(void **state)
{
    (void)state;
    char name[181];
    memset(name, 'a', sizeof name);
    struct zip *zip = zip_open(arena, sink);
    size_t before = arena_used(arena);
    for (int i = 0; i < ZIP_FILES_MAX; i++)
        assert_int_equal(zip_begin(zip, (struct sv){name, sizeof name}, 0), STATUS_OK);
    assert_int_equal(zip_begin(zip, SV("a"), 0), STATUS_TOO_LARGE);
    /* names that are all the same cost no more than others do */
    assert_true(arena_used(arena) - before < (size_t)ZIP_FILES_MAX * 4096);
    assert_int_equal(zip_close(&zip), STATUS_OK);
    assert_true(sv_ends(directory(), SV("a (1024)|")));
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(names_are_safe_and_unique),
        test(what_is_large_passes_through),
        test(without_its_end_it_is_no_archive),
        test(a_failure_of_the_sink_is_told),
        test(there_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

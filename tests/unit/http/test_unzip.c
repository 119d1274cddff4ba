/* Archives as they come in: their files in order, and what is refused. The archives are made by
 * zip.h, and by hand. */
#include "unzip.h"

#include "pieces.h"
#include "test.h"
#include "zip.h"

static enum status sink_add(void *context, struct sv piece)
{
    sb_add(context, piece);
    return ((struct sb *)context)->over ? STATUS_TOO_LARGE : STATUS_OK;
}

static struct sv archive_make(struct arena *arena, size_t files, size_t size)
{
    struct sb *out = arena_alloc(arena, sizeof *out);
    char *text = arena_alloc(arena, size + 1);
    sb_init(out, arena, 64 << 20);
    memset(text, 'a', size);
    struct zip *zip = zip_open(arena, (struct sink){sink_add, out});
    for (size_t i = 0; i < files; i++) {
        struct sv path = arena_printf(arena, "Bo\xc3\xaete/%zu.eml", i);
        assert_int_equal(zip_begin_path(zip, path, 1700000000 + (int64_t)i), STATUS_OK);
        assert_int_equal(zip_write(zip, (struct sv){text, size}), STATUS_OK);
    }
    assert_int_equal(zip_close(&zip), STATUS_OK);
    return sb_view(out);
}

/* Reads all of it: how it ended, and how many bytes came. */
static enum status read_all(struct arena *arena, struct sv archive, size_t step,
                            const struct unzip_limits *limits, size_t *files, uint64_t *total)
{
    struct pieces from = {.left = archive, .each = step};
    struct unzip *u = unzip_open(pieces_source(&from), limits);
    struct unzip_entry entry;
    enum status st;
    *files = 0;
    *total = 0;
    while ((st = unzip_next(u, arena, &entry)) == STATUS_OK) {
        char piece[1000];
        size_t n = 1;
        while (st == STATUS_OK && n > 0) {
            st = source_read(unzip_source(u), piece, sizeof piece, &n);
            *total += st == STATUS_OK ? n : 0;
        }
        if (st != STATUS_OK)
            break;
        struct sv path = arena_printf(arena, "Bo\xc3\xaete/%zu.eml", *files);
        assert_true(sv_eq(entry.path, path));
        assert_int_equal(entry.when, 1700000000 + (int64_t)*files);
        assert_false(entry.raw);
        ++*files;
    }
    unzip_close(&u);
    return st;
}

static const struct unzip_limits WIDE = {.bytes = UINT64_C(1) << 40, .files = 1000};

static void test_comes_back(void **state)
{
    struct arena *arena = *state;
    size_t files;
    uint64_t total;
    struct sv archive = archive_make(arena, 20, 5000);
    assert_true(unzip_begins(archive));
    for (size_t step = 1; step < 4000; step = step * 3 + 1) {
        assert_int_equal(read_all(arena, archive, step, &WIDE, &files, &total), STATUS_NOT_FOUND);
        assert_int_equal(files, 20);
        assert_int_equal(total, 100000);
    }
}

static void test_broken(void **state)
{
    struct arena *arena = *state;
    size_t files;
    uint64_t total;
    struct sv archive = archive_make(arena, 20, 5000);
    assert_int_equal(
        read_all(arena, sv_slice(archive, 0, archive.n / 3), 100, &WIDE, &files, &total),
        STATUS_INVALID);
    assert_true(files > 2 && files < 19);
}

static void test_limits(void **state)
{
    struct arena *arena = *state;
    size_t files;
    uint64_t total;
    struct sv archive = archive_make(arena, 20, 5000);
    const struct unzip_limits few = {.bytes = 1 << 30, .files = 5};
    const struct unzip_limits small = {.bytes = 20000, .files = 100};
    assert_int_equal(read_all(arena, archive, 1000, &few, &files, &total), STATUS_TOO_LARGE);
    assert_int_equal(files, 5);
    assert_int_equal(read_all(arena, archive, 1000, &small, &files, &total), STATUS_TOO_LARGE);
    assert_int_equal(files, 4);
}

/* 40 MB three times, of 0.1 MB: beyond UNZIP_RATIO_FROM it is too much. */
static void test_swelling(void **state)
{
    struct arena *arena = *state;
    size_t files;
    uint64_t total;
    struct sv archive = archive_make(arena, 3, 40 << 20);
    assert_true(archive.n < 4 << 20);
    assert_int_equal(read_all(arena, archive, 65536, &WIDE, &files, &total), STATUS_TOO_LARGE);
    assert_true(total >= UNZIP_RATIO_FROM - (1 << 20) && total <= UNZIP_RATIO_FROM + (1 << 20));
}

static void test_names(void **state)
{
    char buffer[200];
    struct sb out;
    (void)state;
    sb_fixed(&out, buffer, sizeof buffer);
    zip_add_level(&out, SV("A: b? 100% <x>/\\|\"*"));
    assert_sv(sb_view(&out), "A%3a b%3f 100%25 %3cx%3e%2f%5c%7c%22%2a");
    sb_clear(&out);
    zip_add_level(&out, SV(".."));
    zip_add_level(&out, SV("\x01"));
    zip_add_level(&out, SV("con"));
    assert_sv(sb_view(&out), "%2e.__con");
    assert_false(unzip_begins(SV("From a")));
    assert_false(unzip_begins(SV("\xfd"
                                 "7zXZ")));
    assert_false(unzip_begins(SV("")));
}

static int setup(void **state)
{
    *state = arena_new((size_t)512 << 20);
    return 0;
}

static int teardown(void **state)
{
    struct arena *arena = *state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_swelling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "spool.h"
#include "test.h"

static void pieces_are_read_back_from_anywhere(void **state)
{
    (void)state;
    struct spool spool = {.fd = -1};
    assert_int_equal(spool_open(&spool, "/tmp", 10), STATUS_OK);
    assert_int_equal(sink_write(spool_sink(&spool), SV("abcd")), STATUS_OK);
    assert_int_equal(spool_append(&spool, SV("efgh")), STATUS_OK);
    struct spool_reader reader;
    spool_reader_init(&reader, &spool, 2, 5);
    struct source source = spool_source(&reader);
    char buffer[4];
    size_t n;
    assert_int_equal(source_read(source, buffer, sizeof(buffer), &n), STATUS_OK);
    assert_int_equal(n, 4);
    assert_memory_equal(buffer, "cdef", 4);
    assert_int_equal(spool_append(&spool, SV("ij")), STATUS_OK);
    assert_int_equal(source_read(source, buffer, sizeof(buffer), &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(buffer[0], 'g');
    assert_int_equal(source_read(source, buffer, sizeof(buffer), &n), STATUS_OK);
    assert_int_equal(n, 0);
    spool_close(&spool);
    spool_close(&spool);
    assert_int_equal(spool.fd, -1);
}

static void limit_and_missing_bytes_are_said(void **state)
{
    (void)state;
    struct spool spool = {.fd = -1};
    assert_int_equal(spool_open(&spool, "/tmp", 4), STATUS_OK);
    assert_int_equal(spool_append(&spool, SV("abc")), STATUS_OK);
    assert_int_equal(spool_append(&spool, SV("de")), STATUS_TOO_LARGE);
    assert_int_equal(spool.size, 3);
    struct spool_reader reader;
    spool_reader_init(&reader, &spool, 2, 4);
    char buffer[8];
    size_t n = 0;
    assert_int_equal(source_read(spool_source(&reader), buffer, sizeof(buffer), &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(source_read(spool_source(&reader), buffer, sizeof(buffer), &n), STATUS_IO);
    spool_close(&spool);
}

static void a_missing_directory_is_said(void **state)
{
    (void)state;
    struct spool spool = {.fd = -1};
    assert_int_equal(spool_open(&spool, "/nonexistent", 4), STATUS_IO);
    assert_int_equal(spool.fd, -1);
    assert_int_equal(spool_append(&spool, SV("a")), STATUS_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_read_back_from_anywhere),
        cmocka_unit_test(limit_and_missing_bytes_are_said),
        cmocka_unit_test(a_missing_directory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "hdf_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "test.h"

static struct arena *arena;
static char path[] = "/tmp/test_hdf_file.XXXXXX";

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    int fd = mkstemp(path);
    return fd >= 0 ? close(fd) : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return unlink(path);
}

struct result {
    enum status status;
    struct hdf_entry *entries;
    size_t count;
    struct sv reason;
};

static struct result read_bytes(struct sv text)
{
    struct result r = {.reason = SV("")};
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
    assert_int_equal(fclose(file), 0);
    r.status = hdf_file_read(path, arena, &r.entries, &r.count, &r.reason);
    if (r.status == STATUS_OK)
        assert_sv(r.reason, "");
    else
        assert_true(sv_starts(r.reason, sv_of(path)));
    return r;
}

static void assert_entry(const struct result *r, const char *name, const char *value, unsigned line)
{
    for (size_t i = 0; i < r->count; i++) {
        if (!sv_eq(r->entries[i].name, sv_of(name)))
            continue;
        assert_sv(r->entries[i].value, value);
        assert_int_equal(r->entries[i].line, line);
        return;
    }
    fail_msg("no %s", name);
}

static void names_values_and_lines_are_told(void **state)
{
    (void)state;
    struct result r = read_bytes(SV("# a note\n"
                                    "site.name = Université\n"
                                    "\n"
                                    "imap {\n"
                                    "  host = imap.example.org\n"
                                    "  tls {\n"
                                    "    ca = /etc/ca.pem  \n"
                                    "  }\n"
                                    "  port=993\n"
                                    "}\n"
                                    "motd << EOT\n"
                                    "imap.host = not this\n"
                                    "}\n"
                                    "EOT\n"
                                    "empty =\n"
                                    "last = a = b\n"));
    assert_int_equal(r.status, STATUS_OK);
    assert_entry(&r, "site.name", "Université", 2);
    assert_entry(&r, "imap.host", "imap.example.org", 5);
    assert_entry(&r, "imap.tls.ca", "/etc/ca.pem", 7);
    assert_entry(&r, "imap.port", "993", 9);
    assert_entry(&r, "motd", "imap.host = not this\n}\n", 11);
    assert_entry(&r, "empty", "", 15);
    assert_entry(&r, "last", "a = b", 16);
    assert_int_equal(r.count, 7);
}

static void the_last_of_two_counts(void **state)
{
    (void)state;
    struct result r = read_bytes(SV("a = 1\na = 2\n"));
    assert_int_equal(r.status, STATUS_OK);
    assert_int_equal(r.count, 1);
    assert_entry(&r, "a", "2", 2);
}

static void an_empty_file_is_an_empty_list(void **state)
{
    (void)state;
    assert_int_equal(read_bytes(SV("")).status, STATUS_OK);
    assert_int_equal(read_bytes(SV("# nothing\n\n")).count, 0);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
    } cases[] = {
        {"a = 1\nnonsense\n", ":2]"},
        {"a = 1\n\n}\n", ":3: closes"},
        {"a = 1\nb {\nc = 2\n", ":2:"},
        {"a = 1\nb << EOT\nc = 2\n", ":2:"},
        {"a {\nb {\n}\n", ":1:"},
        {"}\na = 1\n", ":1: closes"},
        {"a {\nb = 1\n}\n}\n", ":4: closes"},
        {"a { b = 1\n}\n", ":1: something"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct result r = read_bytes(sv_of(cases[i].text));
        assert_int_equal(r.status, STATUS_INVALID);
        if (sv_find(r.reason, sv_of(cases[i].where)) == SIZE_MAX)
            fail_msg("%s in %.*s", cases[i].where, SV_ARG(r.reason));
    }
}

static void other_files_are_not_drawn_in(void **state)
{
    (void)state;
    assert_int_equal(read_bytes(SV("#include \"/etc/hostname\"\n")).status, STATUS_INVALID);
    assert_int_equal(read_bytes(SV("a = 1\n  #include \"/etc/hostname\"\n")).status,
                     STATUS_INVALID);
    assert_int_equal(read_bytes(SV("a = 1\0\nb = 2\n")).status, STATUS_INVALID);
}

static void limits_hold(void **state)
{
    (void)state;
    struct sb b;
    sb_init(&b, arena, HDF_FILE_MAX + 100);
    for (int i = 0; i < HDF_ENTRIES_MAX; i++)
        sb_printf(&b, "k%d = v\n", i);
    assert_int_equal(read_bytes(sb_view(&b)).count, HDF_ENTRIES_MAX);
    sb_add_cstr(&b, "more = v\n");
    assert_int_equal(read_bytes(sb_view(&b)).status, STATUS_TOO_LARGE);
    sb_clear(&b);
    while (b.n < HDF_FILE_MAX)
        sb_add_char(&b, '#');
    assert_int_equal(read_bytes(sb_view(&b)).status, STATUS_OK);
    sb_add_char(&b, '#');
    assert_int_equal(read_bytes(sb_view(&b)).status, STATUS_TOO_LARGE);
    sb_clear(&b);
    for (int i = 0; i < 12; i++)
        sb_add_cstr(&b, "a {\n");
    sb_add_cstr(&b, "b = 1\n");
    for (int i = 0; i < 12; i++)
        sb_add_cstr(&b, "}\n");
    assert_int_equal(read_bytes(sb_view(&b)).status, STATUS_TOO_LARGE);
    sb_clear(&b);
    for (int i = 0; i < 60000; i++)
        sb_add_cstr(&b, "a.");
    sb_add_cstr(&b, "a = 1\n");
    assert_int_not_equal(read_bytes(sb_view(&b)).status, STATUS_OK);
    sb_clear(&b);
    for (int i = 0; i < 40000; i++)
        sb_add_cstr(&b, "a {\n");
    assert_int_not_equal(read_bytes(sb_view(&b)).status, STATUS_OK);
}

static void a_file_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct hdf_entry *entries = NULL;
    size_t count = 7;
    struct sv reason = {0};
    assert_int_equal(hdf_file_read("/nowhere/x.conf", arena, &entries, &count, &reason), STATUS_IO);
    assert_sv(reason, "/nowhere/x.conf: No such file or directory");
    assert_int_equal(hdf_file_read("/tmp", arena, &entries, &count, &reason), STATUS_IO);
    assert_sv(reason, "/tmp: Is a directory");
    assert_null(entries);
    assert_int_equal(count, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_values_and_lines_are_told),
        cmocka_unit_test(the_last_of_two_counts),
        cmocka_unit_test(an_empty_file_is_an_empty_list),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(other_files_are_not_drawn_in),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_file_that_cannot_be_read_says_why),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

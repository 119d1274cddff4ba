#include "dot.h"
#include "smtp_reply.h"
#include "test.h"

struct encoding {
    const char *in, *out;
};

static const struct encoding encodings[] = {
    {"", ""},
    {"a", "a\r\n"},
    {"a\r\nb\r\n", "a\r\nb\r\n"},
    {"a\nb\rc\r\n", "a\r\nb\r\nc\r\n"},
    {".", "..\r\n"},
    {"a\r\n.\r\nQUIT\r\n", "a\r\n..\r\nQUIT\r\n"},
    {"a\n.\nMAIL", "a\r\n..\r\nMAIL\r\n"},
    {"a\n.\r\nMAIL", "a\r\n..\r\nMAIL\r\n"},
    {"a\r.\rMAIL", "a\r\n..\r\nMAIL\r\n"},
    {"a\r\n.\rMAIL", "a\r\n..\r\nMAIL\r\n"},
    {"a\r\r\n\n\rb", "a\r\n\r\n\r\n\r\nb\r\n"},
    {"a.b\n..c", "a.b\r\n...c\r\n"},
};

static void no_line_of_the_message_ends_it_however_it_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        struct sv in = sv_of(encodings[i].in);
        for (size_t step = 1; step <= in.n + 1; step++) {
            struct dot dot = {0};
            char out[64], piece[64];
            struct sb b;
            sb_fixed(&b, out, sizeof out);
            for (size_t at = 0; at < in.n; at += step) {
                struct sv part = sv_slice(in, at, at + step);
                size_t n = dot_encode(&dot, part, piece);
                assert_true(n <= DOT_ROOM(part.n));
                sb_add(&b, (struct sv){piece, n});
            }
            if (dot_wants_line_end(&dot))
                sb_add(&b, SV("\r\n"));
            assert_sv(sb_view(&b), encodings[i].out);
        }
    }
}

static void replies_are_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct smtp_reply reply;
    char line[SUBMIT_LINE_MAX + 2];
    memset(line, 'x', sizeof line);
    memcpy(line, "250 ", 4);
    bool whole_reply = false;
    smtp_reply_init(&reply, arena);
    struct sv in = {line, sizeof line};
    assert_int_equal(smtp_reply_feed(&reply, &in, &whole_reply), STATUS_TOO_LARGE);

    smtp_reply_init(&reply, arena);
    enum status status = STATUS_OK;
    unsigned lines = 0;
    while (!status && lines <= SUBMIT_LINES_MAX) {
        in = SV("250-more\r\n");
        status = smtp_reply_feed(&reply, &in, &whole_reply);
        lines++;
    }
    assert_int_equal(status, STATUS_TOO_LARGE);
    assert_int_equal(lines, SUBMIT_LINES_MAX + 1);
    assert_false(whole_reply);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_of_the_message_ends_it_however_it_is_cut),
        cmocka_unit_test(replies_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <unistd.h>

#include "arena_fixture.h"
#include "decode.h"
#include "flowed.h"
#include "header.h"
#include "param.h"
#include "word.h"
#include "write.h"

static struct sv whole(const struct message *m, bool with_bcc, size_t step)
{
    struct sb b;
    struct message_reader r;
    char buffer[8192];
    size_t n = 1;
    sb_init(&b, arena, 8 << 20);
    message_reader_init(&r, m, with_bcc);
    while (n > 0) {
        assert_int_equal(source_read(message_reader_source(&r), buffer, step, &n), STATUS_OK);
        sb_add(&b, (struct sv){buffer, n});
    }
    assert_int_equal(b.n, message_size(m, with_bcc));
    return sb_view(&b);
}

/* What RFC 5322 asks of every line. */
static void assert_lines(struct sv s, bool ascii)
{
    size_t line = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool cr = i > 0 && s.p[i - 1] == '\r';
        assert_true(cr == (s.p[i] == '\n'));
        line = s.p[i] == '\n' ? 0 : line + (s.p[i] != '\r');
        assert_true(line <= 998 && s.p[i] != '\0');
        assert_true(!ascii || (unsigned char)s.p[i] < 0x80);
    }
    assert_true(sv_ends(s, SV("\r\n")));
}

static struct addresses list(const char *text)
{
    return address_list_parse(arena, sv_of(text));
}

static struct composition letter(const char *text)
{
    return (struct composition){.from = list("André <a@b.example>"),
                                .to = list("c@d.example, \"X, Y\" <e@f.example>"),
                                .subject = SV("Réunion"),
                                .date = {1704096300, 60},
                                .message_id = SV("<1@b.example>"),
                                .text = sv_of(text)};
}

static struct sv body_of(struct sv message)
{
    size_t at = sv_find(message, SV("\r\n\r\n"));
    return sv_slice(message, at + 4, message.n);
}

static void a_plain_letter_is_plain(void **state)
{
    (void)state;
    struct composition in = letter("Hello\nworld\n");
    struct message m;
    in.subject = SV("Hi");
    in.from = list("a@b.example");
    assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
    assert_sv(whole(&m, true, 8192),
              "Date: Mon, 01 Jan 2024 09:05:00 +0100\r\nFrom: a@b.example\r\n"
              "To: c@d.example, \"X, Y\" <e@f.example>\r\nSubject: Hi\r\n"
              "Message-ID: <1@b.example>\r\nMIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=us-ascii; format=flowed\r\n"
              "Content-Transfer-Encoding: 7bit\r\n\r\nHello\r\nworld\r\n");
    assert_false(m.eight_bit);
}

static void texts_come_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "café\n.\nFrom x", "日本語の文章です。\n二行目",
                                        "a\x01\x7f b", "> quoted é\n-- \nme"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct composition in = letter(texts[i]);
        struct message m;
        struct sb b, typed;
        struct decoder d;
        struct sv encoding = SV("");
        assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
        struct sv all = whole(&m, true, 100);
        assert_lines(all, true);
        assert_true(header_find(all, SV("Content-Transfer-Encoding"), &encoding));
        sb_init(&b, arena, 10000);
        decoder_init(&d, transfer_of(encoding), sb_sink(&b));
        assert_int_equal(decoder_write(&d, body_of(all)), STATUS_OK);
        assert_int_equal(decoder_finish(&d), STATUS_OK);
        sb_init(&typed, arena, 10000);
        flowed_write(&typed, sv_of(texts[i]));
        assert_sv(sb_view(&b), typed.p);
        assert_sv(header_text(arena, all, SV("Subject")), "Réunion");
        assert_sv(address_list_parse(arena, header_text(arena, all, SV("From"))).items[0].name,
                  "André");
    }
    char line[3001];
    memset(line, 'x', 3000);
    line[3000] = '\0';
    struct composition in = letter(line);
    struct message m;
    assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
    assert_lines(whole(&m, true, 4096), true);
}

static void bcc_is_in_the_draft_only(void **state)
{
    (void)state;
    struct composition in = letter("x");
    struct message m;
    in.bcc = list("secret@z.example");
    assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
    struct sv with = whole(&m, true, 33), without = whole(&m, false, 33);
    struct sv field = SV("Bcc: secret@z.example\r\n");
    assert_true(sv_find(with, field) != SIZE_MAX);
    assert_true(sv_find_nocase(without, SV("bcc")) == SIZE_MAX);
    assert_int_equal(with.n, without.n + field.n);
}

static void threads_are_carried_and_bounded(void **state)
{
    (void)state;
    struct composition in = letter("x");
    struct message m;
    struct sb ids;
    struct sv value;
    sb_init(&ids, arena, 100000);
    for (int i = 0; i < 500; i++)
        sb_printf(&ids, "<%d.somewhere@mail.example.org> ", i);
    in.references = msgid_list(arena, sb_view(&ids));
    in.in_reply_to = msgid_list(arena, SV("<499.somewhere@mail.example.org>"));
    assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
    struct sv all = whole(&m, true, 1000);
    assert_lines(all, true);
    assert_true(header_find(all, SV("References"), &value));
    struct msgids back = msgid_list(arena, value);
    assert_true(back.n > 50 && back.n < 200);
    assert_sv(back.items[0], "<0.somewhere@mail.example.org>");
    assert_sv(back.items[back.n - 1], "<499.somewhere@mail.example.org>");
    assert_true(header_find(all, SV("In-Reply-To"), &value));
    assert_sv(sv_trim(value), "<499.somewhere@mail.example.org>");
}

static int file_of(struct sv bytes)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    int fd = dup(fileno(f));
    fclose(f);
    assert_int_equal(pwrite(fd, bytes.p, bytes.n, 0), bytes.n);
    return fd;
}

/* The parts of a multipart body, by its boundary. */
static size_t parts_of(struct sv all, struct sv *parts, size_t max)
{
    struct params params;
    struct sv value, boundary, rest = sv_slice(all, sv_find(all, SV("\r\n\r\n")) + 2, all.n);
    size_t n = 0;
    assert_true(header_find(all, SV("Content-Type"), &value));
    assert_sv(param_parse(arena, value, &params), "multipart/mixed");
    assert_true(param_get(arena, params, SV("boundary"), &boundary));
    struct sv delimiter = arena_printf(arena, "\r\n--%.*s", SV_ARG(boundary));
    for (size_t at; (at = sv_find(rest, delimiter)) != SIZE_MAX && n < max;) {
        if (n > 0)
            parts[n - 1] = sv_slice(rest, 0, at);
        rest = sv_slice(rest, at + delimiter.n, rest.n);
        if (sv_starts(rest, SV("--")))
            return n;
        rest = sv_slice(rest, 2, rest.n);
        n++;
    }
    return n;
}

static void others_come_back(const struct sv *parts)
{
    struct params params;
    struct sv value;
    assert_sv(header_text(arena, parts[2], SV("Content-ID")), "<i@x>");
    assert_true(sv_find(parts[2], SV("\r\nX: y")) == SIZE_MAX);
    assert_true(sv_find(parts[2], SV("application/octet-stream")) != SIZE_MAX);
    assert_sv(body_of(parts[3]), "Y2Fm\r\nw6k=");
    assert_true(header_find(parts[3], SV("Content-Type"), &value));
    assert_sv(param_parse(arena, value, &params), "image/png");
    assert_true(param_get(arena, params, SV("name"), &value));
    assert_sv(value, "café.png");
    assert_sv(header_text(arena, parts[3], SV("Content-ID")), "<c@d>");
    assert_sv(header_text(arena, parts[3], SV("X-Junk")), "");
    assert_true(sv_find(parts[4], SV("message/rfc822")) != SIZE_MAX);
    assert_sv(body_of(parts[4]), "A: b\r\n\r\n\xc3\xa9\r\n");
    assert_true(sv_find(parts[5], SV("application/octet-stream")) != SIZE_MAX);
    assert_sv(sv_trim(body_of(parts[5])), "QTogYgoKeA==");
    assert_sv(sv_trim(body_of(parts[6])), "YmFyZQpsaW5l");
}

static void attachments_come_back(void **state)
{
    (void)state;
    static char big[50000];
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 31 >> 3);
    int fd = file_of((struct sv){big, sizeof big});
    struct attachment items[] = {
        {.kind = ATTACHMENT_FILE,
         .content = {.fd = fd, .offset = 7, .length = sizeof big - 7},
         .filename = SV("rapport d'été.pdf"),
         .media_type = SV("application/pdf")},
        {.kind = ATTACHMENT_FILE,
         .content = {.fd = -1, .memory = SV("")},
         .filename = SV("a\r\nX: y"),
         .media_type = SV("message/rfc822"),
         .content_id = SV("<i@x>"),
         .is_inline = true},
        {.kind = ATTACHMENT_ENCODED,
         .content = {.fd = -1, .memory = SV("Y2Fm\r\nw6k=")},
         .header = SV("Content-Type: image/png; name=caf\xe9.png\r\nX-Junk: no\r\n"
                      "Content-Transfer-Encoding: BASE64\r\nContent-ID: <c@d>\r\n\r\n")},
        {.kind = ATTACHMENT_MESSAGE,
         .content = {.fd = -1, .memory = SV("A: b\r\n\r\n\xc3\xa9\r\n")}},
        {.kind = ATTACHMENT_MESSAGE, .content = {.fd = -1, .memory = SV("A: b\n\nx")}},
        {.kind = ATTACHMENT_ENCODED,
         .content = {.fd = -1, .memory = SV("bare\nline")},
         .header = SV("Content-Type: text/x-diff\r\n\r\n")}};
    struct composition in = letter("See attached é");
    struct message m;
    struct sv parts[8], value;
    in.attachments = items;
    in.attachment_n = 6;
    assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
    assert_true(m.eight_bit);
    struct sv all = whole(&m, true, 777);
    assert_true(sv_eq(all, whole(&m, true, 8192)));
    assert_lines(all, false);
    assert_int_equal(parts_of(all, parts, 8), 7);
    struct params params;
    assert_true(header_find(parts[1], SV("Content-Disposition"), &value));
    assert_sv(param_parse(arena, value, &params), "attachment");
    assert_true(param_get(arena, params, SV("filename"), &value));
    assert_sv(value, "rapport d'été.pdf");
    struct sb b;
    struct decoder d;
    sb_init(&b, arena, 100000);
    decoder_init(&d, TRANSFER_BASE64, sb_sink(&b));
    assert_int_equal(decoder_write(&d, body_of(parts[1])), STATUS_OK);
    assert_int_equal(decoder_finish(&d), STATUS_OK);
    assert_true(sv_eq(sb_view(&b), (struct sv){big + 7, sizeof big - 7}));
    others_come_back(parts);
    in.seven_bit = true;
    assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
    assert_false(m.eight_bit);
    assert_lines(whole(&m, true, 8192), true);
    close(fd);
}

static void what_cannot_be_sent_is_refused(void **state)
{
    (void)state;
    struct composition in = letter("x");
    struct message m;
    struct address evil = {.mailbox = SV("a"), .domain = SV("b\r\nBcc: x")};
    in.cc = (struct addresses){&evil, 1};
    assert_int_equal(message_compose(arena, &in, &m), STATUS_INVALID);
    in = letter("x");
    in.message_id = SV("<a@b>\r\nX: y");
    assert_int_equal(message_compose(arena, &in, &m), STATUS_INVALID);
    static const char *const names[] = {"X Y",    "X:",       "Bcc", "content-type",
                                        "X\r\nY", "\xc3\xa9", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct extra_field extra = {.name = sv_of(names[i]), .value = SV("v")};
        in = letter("x");
        in.extra = &extra;
        in.extra_n = 1;
        assert_int_equal(message_compose(arena, &in, &m), STATUS_INVALID);
    }
    struct extra_field extra = {.name = SV("X-Ok"), .value = SV("v\r\nBcc: x é")};
    in.extra = &extra;
    assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
    assert_sv(header_text(arena, whole(&m, true, 99), SV("X-Ok")), "v  Bcc: x é");
    struct attachment a = {.kind = ATTACHMENT_ENCODED,
                           .content = {.fd = -1, .memory = SV("Y2Fm\nw6k=")},
                           .header = SV("Content-Transfer-Encoding: base64\r\n\r\n")};
    in.attachments = &a;
    in.attachment_n = 1;
    assert_int_equal(message_compose(arena, &in, &m), STATUS_INVALID);
}

static void a_file_that_shrinks_breaks_no_promise(void **state)
{
    (void)state;
    char buffer[4096];
    int fd = file_of(SV("0123456789"));
    struct attachment a = {.kind = ATTACHMENT_FILE, .content = {.fd = fd, .length = 11}};
    struct composition in = letter("x");
    struct message m;
    struct message_reader r;
    in.attachments = &a;
    in.attachment_n = 1;
    assert_int_equal(message_compose(arena, &in, &m), STATUS_IO);
    a.content.length = 10;
    assert_int_equal(message_compose(arena, &in, &m), STATUS_OK);
    assert_int_equal(ftruncate(fd, 3), 0);
    message_reader_init(&r, &m, true);
    enum status status = STATUS_OK;
    for (size_t n = 1; n > 0 && status == STATUS_OK;)
        status = source_read(message_reader_source(&r), buffer, sizeof buffer, &n);
    assert_int_equal(status, STATUS_IO);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_plain_letter_is_plain, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(texts_come_back, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(bcc_is_in_the_draft_only, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(threads_are_carried_and_bounded, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(attachments_come_back, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_sent_is_refused, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(a_file_that_shrinks_breaks_no_promise, arena_up,
                                        arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

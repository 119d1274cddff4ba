#include "smtp_reply.h"

#include "utf8.h"

enum { TEXT_MAX = 8192 };

void smtp_reply_init(struct smtp_reply *reply, struct arena *arena)
{
    sb_init(&reply->text, arena, TEXT_MAX);
    smtp_reply_clear(reply);
}

void smtp_reply_clear(struct smtp_reply *reply)
{
    reply->code = 0;
    reply->lines = 0;
    reply->line_n = 0;
    sb_clear(&reply->text);
}

/* "250-text", "250 text" or "250". */
static enum status line_read(struct smtp_reply *reply, struct sv line, bool *last)
{
    uint32_t code;
    if (line.n < 3 || sv_to_u32(sv_slice(line, 0, 3), &code) || code < 200 || code > 599)
        return STATUS_PROTOCOL;
    if (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-')
        return STATUS_PROTOCOL;
    if (reply->lines > 0 && code != reply->code)
        return STATUS_PROTOCOL;
    if (++reply->lines > SUBMIT_LINES_MAX)
        return STATUS_TOO_LARGE;
    reply->code = (uint16_t)code;
    sb_add(&reply->text, sv_slice(line, 4, line.n));
    sb_add_char(&reply->text, '\n');
    *last = line.n == 3 || line.p[3] == ' ';
    return STATUS_OK;
}

enum status smtp_reply_feed(struct smtp_reply *reply, struct sv *in, bool *whole)
{
    while (in->n > 0) {
        char c = in->p[0];
        *in = sv_slice(*in, 1, in->n);
        if (c != '\n') {
            if (reply->line_n == sizeof reply->line)
                return STATUS_TOO_LARGE;
            reply->line[reply->line_n++] = c;
            continue;
        }
        struct sv line = {reply->line, reply->line_n};
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        reply->line_n = 0;
        bool last = false;
        enum status status = line_read(reply, line, &last);
        if (status)
            return status;
        if (last) {
            *whole = true;
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

/* Length of "5.1.1" at the start of text, 0 if it is not there (RFC 2034 section 4). */
static size_t enhanced_length(struct sv text, uint16_t code)
{
    if (text.n < 5 || text.p[0] != (char)('0' + code / 100) || text.p[1] != '.')
        return 0;
    size_t i = 2;
    for (int part = 0; part < 2; part++) {
        size_t from = i;
        while (i < text.n && i - from < 3 && ascii_is_digit(text.p[i]))
            i++;
        if (i == from)
            return 0;
        if (part == 0 && (i == text.n || text.p[i++] != '.'))
            return 0;
    }
    return i == text.n || text.p[i] == ' ' ? i : 0;
}

struct submit_reply smtp_reply_words(const struct smtp_reply *reply, struct arena *arena)
{
    struct submit_reply words = {.code = reply->code};
    struct sb joined;
    sb_init(&joined, arena, TEXT_MAX);
    struct sv rest = sb_view(&reply->text);
    while (rest.n > 0) {
        struct sv line = sv_cut(&rest, '\n');
        size_t n = enhanced_length(line, reply->code);
        if (n > 0 && words.enhanced.n == 0)
            words.enhanced = arena_sv(arena, sv_slice(line, 0, n));
        line = sv_trim(sv_slice(line, n, line.n));
        if (line.n > 0 && joined.n > 0)
            sb_add_char(&joined, ' ');
        sb_add(&joined, line);
    }
    words.text = utf8_line(arena, sb_view(&joined));
    return words;
}

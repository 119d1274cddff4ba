#include "decode.h"
#include "write_part.h"

void message_reader_init(struct message_reader *r, const struct message *m, bool own_copy)
{
    r->message = m;
    r->own_copy = own_copy;
    r->segment = 0;
    r->done = 0;
    r->line_at = r->line_n = 0;
}

/* Encodes the next stretch of whole lines into r->lines. */
static enum status fill_lines(struct message_reader *r, const struct segment *s)
{
    unsigned char bytes[BASE64_LINE_IN * MESSAGE_READER_LINES];
    size_t n = 0;
    enum status status = content_read(&s->content, r->done, bytes, sizeof bytes, &n);
    if (status != STATUS_OK)
        return status;
    r->done += n;
    r->line_at = 0;
    r->line_n = base64_lines(bytes, n, r->lines);
    return STATUS_OK;
}

static enum status read_segment(struct message_reader *r, const struct segment *s, void *buffer,
                                size_t room, size_t *n)
{
    if (s->kind != SEGMENT_BASE64) {
        enum status status = content_read(&s->content, r->done, buffer, room, n);
        if (status == STATUS_OK)
            r->done += *n;
        return status;
    }
    if (r->line_at == r->line_n) {
        enum status status = fill_lines(r, s);
        if (status != STATUS_OK)
            return status;
    }
    size_t have = r->line_n - r->line_at;
    *n = have < room ? have : room;
    memcpy(buffer, r->lines + r->line_at, *n);
    r->line_at += *n;
    return STATUS_OK;
}

static enum status read_message(void *context, void *buffer, size_t room, size_t *n)
{
    struct message_reader *r = context;
    for (; r->segment < r->message->n; r->segment++) {
        const struct segment *s = &r->message->segments[r->segment];
        size_t got = 0;
        if (s->own_only && !r->own_copy)
            continue;
        enum status status = read_segment(r, s, buffer, room, &got);
        if (status != STATUS_OK)
            return status;
        if (got > 0) {
            *n = got;
            return STATUS_OK;
        }
        r->done = 0;
        r->line_at = r->line_n = 0;
    }
    *n = 0;
    return STATUS_OK;
}

struct source message_reader_source(struct message_reader *r)
{
    return (struct source){read_message, r};
}

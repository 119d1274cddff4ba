#include "tnef_reader.h"

static bool fill(struct tnef_reader *r)
{
    if (r->at < r->n)
        return true;
    if (r->ended)
        return false;
    r->at = r->n = 0;
    r->failure = source_read(r->source, r->buffer, sizeof r->buffer, &r->n);
    if (r->failure != STATUS_OK)
        r->n = 0;
    r->ended = r->n == 0;
    return !r->ended;
}

/* The next bytes, at most n of them, which are passed by then; NULL at the end. */
static const unsigned char *next(struct tnef_reader *r, uint64_t n, size_t *got)
{
    if (n == 0 || !fill(r))
        return NULL;
    const unsigned char *bytes = r->buffer + r->at;
    uint32_t sum = 0;
    *got = r->n - r->at < n ? r->n - r->at : (size_t)n;
    for (size_t i = 0; i < *got; i++)
        sum += bytes[i];
    r->sum = (uint16_t)(r->sum + sum);
    r->at += *got;
    r->pos += *got;
    return bytes;
}

bool tnef_skip(struct tnef_reader *r, uint64_t to)
{
    size_t got;
    while (r->pos < to && next(r, to - r->pos, &got))
        ;
    return r->pos == to;
}

bool tnef_take(struct tnef_reader *r, uint64_t end, void *bytes, size_t n)
{
    const unsigned char *piece;
    size_t got, have = 0;
    if (end - r->pos < n) {
        (void)tnef_skip(r, end);
        return false;
    }
    while (have < n && (piece = next(r, n - have, &got)) != NULL) {
        memcpy((unsigned char *)bytes + have, piece, got);
        have += got;
    }
    return have == n;
}

bool tnef_u16(struct tnef_reader *r, uint64_t end, uint16_t *out)
{
    unsigned char b[2];
    if (!tnef_take(r, end, b, sizeof b))
        return false;
    *out = (uint16_t)(b[0] | b[1] << 8);
    return true;
}

bool tnef_u32(struct tnef_reader *r, uint64_t end, uint32_t *out)
{
    unsigned char b[4];
    if (!tnef_take(r, end, b, sizeof b))
        return false;
    *out = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return true;
}

bool tnef_keep(struct tnef_reader *r, uint64_t to, size_t max, struct sv *out)
{
    const unsigned char *piece;
    size_t got;
    struct sb kept;
    uint64_t most = to - r->pos < max ? to - r->pos : max, stop = r->pos + most;
    r->out->left_out = r->out->left_out || to > stop;
    sb_init(&kept, r->arena, (size_t)most);
    while (r->pos < stop && (piece = next(r, stop - r->pos, &got)) != NULL)
        sb_add(&kept, (struct sv){(const char *)piece, got});
    *out = sb_view(&kept);
    return tnef_skip(r, to);
}

bool tnef_keep_text(struct tnef_reader *r, uint64_t to, struct sv *out)
{
    bool whole = tnef_keep(r, to, r->texts_left, out);
    r->texts_left -= out->n;
    return whole;
}

bool tnef_keep_string(struct tnef_reader *r, uint64_t to, bool utf16, bool text,
                      struct tnef_string *out)
{
    if (out->bytes.p && (out->utf16 || !utf16))
        return tnef_skip(r, to);
    out->utf16 = utf16;
    return text ? tnef_keep_text(r, to, &out->bytes) : tnef_keep(r, to, TNEF_NAME_MAX, &out->bytes);
}

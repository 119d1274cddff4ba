#include "rtf.h"

enum { HEADER = 16, DICTIONARY = 4096, RUN_MIN = 2 };

#define COMPRESSED 0x75465a4cu
#define UNCOMPRESSED 0x414c454du

/* The text that both ends begin with ([MS-OXRTFCP] section 2.1.2.1). */
static const char prefix[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

_Static_assert(sizeof prefix - 1 == 207, "the dictionary's text is 207 bytes long");

struct unpacker {
    struct sink out;
    uint32_t left; /* bytes that the header still announces */
    size_t at;     /* where the next byte goes */
    size_t sent;   /* up to here it has gone out */
    char dictionary[DICTIONARY];
};

static uint32_t number(struct sv s, size_t at)
{
    uint32_t n = 0;
    for (size_t i = 4; i > 0; i--)
        n = n << 8 | (unsigned char)s.p[at + i - 1];
    return n;
}

static enum status send(struct unpacker *u)
{
    struct sv piece = {u->dictionary + u->sent, u->at - u->sent};
    u->sent = u->at;
    return sink_write(u->out, piece);
}

static enum status put(struct unpacker *u, char c)
{
    if (u->left == 0)
        return STATUS_OK;
    u->left--;
    u->dictionary[u->at++] = c;
    if (u->at < DICTIONARY)
        return STATUS_OK;
    enum status status = send(u);
    u->at = u->sent = 0;
    return status;
}

/* *ended: the reference that stands for the end. */
static enum status put_run(struct unpacker *u, unsigned reference, bool *ended)
{
    size_t from = reference >> 4, n = (reference & 15) + RUN_MIN;
    enum status status = STATUS_OK;
    *ended = from == u->at;
    for (size_t i = 0; i < n && status == STATUS_OK && !*ended; i++)
        status = put(u, u->dictionary[(from + i) % DICTIONARY]);
    return status;
}

static enum status unpack(struct unpacker *u, struct sv in)
{
    size_t at = 0;
    bool ended = false;
    enum status status = STATUS_OK;
    while (at < in.n && u->left > 0 && !ended && status == STATUS_OK) {
        unsigned control = (unsigned char)in.p[at++];
        for (unsigned bit = 0; bit < 8 && !ended && status == STATUS_OK; bit++) {
            bool run = control >> bit & 1;
            if (in.n - at < (run ? 2 : 1))
                return send(u);
            if (run) {
                unsigned high = (unsigned char)in.p[at], low = (unsigned char)in.p[at + 1];
                status = put_run(u, high << 8 | low, &ended);
            } else {
                status = put(u, in.p[at]);
            }
            at += run ? 2 : 1;
        }
    }
    return status == STATUS_OK ? send(u) : status;
}

enum status rtf_unpack(struct sv compressed, struct sink out, bool *whole)
{
    if (compressed.n < HEADER)
        return STATUS_INVALID;
    uint32_t size = number(compressed, 4), kind = number(compressed, 8);
    struct sv rest = sv_slice(compressed, HEADER, compressed.n);
    if (kind == UNCOMPRESSED) {
        *whole = size <= rest.n;
        return sink_write(out, sv_slice(rest, 0, size));
    }
    if (kind != COMPRESSED)
        return STATUS_INVALID;
    struct unpacker u = {
        .out = out, .left = size, .at = sizeof prefix - 1, .sent = sizeof prefix - 1};
    memset(u.dictionary, ' ', sizeof u.dictionary);
    memcpy(u.dictionary, prefix, sizeof prefix - 1);
    enum status status = unpack(&u, rest);
    *whole = u.left == 0;
    return status;
}

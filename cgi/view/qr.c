#include "qr.h"

#include <qrencode.h>

enum { HEADER = 14 + 40 + 8, DOTS_PER_METRE = 2835, SIDE_MAX = (177 + 2 * QR_QUIET) * QR_SCALE };

static void put_little(uint8_t *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

/* BITMAPFILEHEADER, BITMAPINFOHEADER, and the two colours: 0 white, 1 black. */
static void put_header(uint8_t *bytes, uint32_t side, uint32_t row)
{
    bytes[0] = 'B';
    bytes[1] = 'M';
    put_little(bytes + 2, HEADER + row * side, 4);
    put_little(bytes + 10, HEADER, 4);
    put_little(bytes + 14, 40, 4);
    put_little(bytes + 18, side, 4);
    put_little(bytes + 22, side, 4);
    put_little(bytes + 26, 1, 2);
    put_little(bytes + 28, 1, 2);
    put_little(bytes + 34, row * side, 4);
    put_little(bytes + 38, DOTS_PER_METRE, 4);
    put_little(bytes + 42, DOTS_PER_METRE, 4);
    put_little(bytes + 46, 2, 4);
    put_little(bytes + 54, 0xffffff, 4);
}

static bool black(const QRcode *code, uint32_t x, uint32_t y)
{
    int column = (int)(x / QR_SCALE) - QR_QUIET, line = (int)(y / QR_SCALE) - QR_QUIET;
    if (column < 0 || line < 0 || column >= code->width || line >= code->width)
        return false;
    return (code->data[line * code->width + column] & 1) != 0;
}

/* The lowest line first. */
static void put_pixels(uint8_t *bytes, const QRcode *code, uint32_t side, uint32_t row)
{
    for (uint32_t y = 0; y < side; y++)
        for (uint32_t x = 0; x < side; x++)
            if (black(code, x, side - 1 - y))
                bytes[y * row + x / 8] |= (uint8_t)(0x80 >> (x % 8));
}

enum status qr_picture(struct sv text, struct arena *arena, struct sv *out)
{
    if (text.n == 0)
        return STATUS_INVALID;
    if (text.n > QR_TEXT_MAX)
        return STATUS_TOO_LARGE;
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
    if (!code)
        return STATUS_IO;
    uint32_t side = (uint32_t)(code->width + 2 * QR_QUIET) * QR_SCALE;
    uint32_t row = (side + 31) / 32 * 4; /* lines begin at multiples of four bytes */
    size_t size = HEADER + (size_t)row * side;
    enum status st = STATUS_TOO_LARGE;
    if (side <= SIDE_MAX) {
        uint8_t *bytes = arena_alloc(arena, size);
        memset(bytes, 0, size);
        put_header(bytes, side, row);
        put_pixels(bytes + HEADER, code, side, row);
        *out = (struct sv){(const char *)bytes, size};
        st = STATUS_OK;
    }
    QRcode_free(code);
    return st;
}

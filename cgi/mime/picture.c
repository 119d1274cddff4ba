#include "picture.h"

static uint32_t big32(const char *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 8 | (unsigned char)p[i];
    return value;
}

/* ISO 14496-12: a file type box whose brands are of AVIF; HEIF's own brand may come first. */
static bool is_avif(struct sv head)
{
    if (head.n < 16 || !sv_eq(sv_slice(head, 4, 8), SV("ftyp")))
        return false;
    uint32_t size = big32(head.p);
    struct sv brands = sv_slice(head, 8, size < head.n ? size : head.n);
    for (size_t i = 0; i + 4 <= brands.n; i += 4) {
        struct sv brand = sv_slice(brands, i, i + 4);
        bool version = i == 4; /* the minor version stands between the major brand and the others */
        if (!version && (sv_eq(brand, SV("avif")) || sv_eq(brand, SV("avis"))))
            return true;
    }
    return false;
}

/* Two letters are no proof: what is reserved is zero, and the next header has a length in use. */
static bool is_bmp(struct sv head)
{
    static const unsigned char lengths[] = {12, 40, 52, 56, 64, 108, 124};
    if (head.n < 18 || !sv_starts(head, SV("BM")) || big32(head.p + 6) != 0)
        return false;
    for (size_t i = 0; i < sizeof lengths; i++)
        if (big32(head.p + 14) == (uint32_t)lengths[i] << 24) /* little-endian */
            return true;
    return false;
}

struct sv picture_type(struct sv head)
{
    if (sv_starts(head, SV("\x89PNG\r\n\x1a\n")))
        return SV("image/png");
    if (sv_starts(head, SV("\xff\xd8\xff")))
        return SV("image/jpeg");
    if (sv_starts(head, SV("GIF87a")) || sv_starts(head, SV("GIF89a")))
        return SV("image/gif");
    if (sv_starts(head, SV("RIFF")) && sv_eq(sv_slice(head, 8, 12), SV("WEBP")))
        return SV("image/webp");
    if (is_bmp(head))
        return SV("image/bmp");
    return is_avif(head) ? SV("image/avif") : SV("");
}

/* Raster formats by their first bytes, and what only looks like one. */
#include "picture.h"
#include "test.h"

#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static void formats_are_told_by_their_bytes(void **state)
{
    static const struct {
        struct sv head;
        const char *type;
    } cases[] = {
        {BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png"},
        {BYTES("\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg"},
        {BYTES("\xff\xd8\xff"), "image/jpeg"},
        {BYTES("GIF89a\1\0\1\0"), "image/gif"},
        {BYTES("GIF87a"), "image/gif"},
        {BYTES("RIFF\x10\0\0\0WEBPVP8 "), "image/webp"},
        {BYTES("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), "image/bmp"},
        {BYTES("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x7c\0\0\0"), "image/bmp"},
        {BYTES("\0\0\0\x1c"
               "ftypavif\0\0\0\0mif1"),
         "image/avif"},
        {BYTES("\0\0\0\x20"
               "ftypmif1\0\0\0\0mif1avifmiaf"),
         "image/avif"},
        {BYTES("\0\0\0\x14"
               "ftypavis\0\0\0\0"),
         "image/avif"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_sv(picture_type(cases[i].head), cases[i].type);
}

static void nothing_else_is_a_picture(void **state)
{
    static const struct sv cases[] = {
        BYTES(""),
        BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"),
        BYTES("<?xml version=\"1.0\"?><svg/>"),
        BYTES("<!DOCTYPE html><script>alert(1)</script>"),
        BYTES("%PDF-1.7"),
        BYTES("\x89PNG\n\x1a\n"),
        BYTES(" GIF89a"),
        BYTES("gif89a"),
        BYTES("GIF88a"),
        BYTES("\xff\xd8"),
        BYTES("RIFF\x10\0\0\0WAVE"),
        BYTES("RIFF\x10\0\0\0WEB"),
        BYTES("BM=alert(1)//<script>"),
        BYTES("BM\x3a\0\0\0\0\0\0\1\x36\0\0\0\x28\0\0\0"),
        BYTES("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x29\0\0\0"),
        BYTES("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0"),
        BYTES("\0\0\0\x18"
              "ftypheic\0\0\0\0mif1heic"),
        BYTES("\0\0\0\x18"
              "ftypisom\0\0\0\0mp41avc1"),
        BYTES("\0\0\0\x10"
              "ftypmif1\0\0\0\0avif"), /* behind the box */
        BYTES("\0\0\0\x14"
              "ftypmif1avifmif1"), /* a version, not a brand */
        BYTES("\0\0\0\x10"
              "ftypavi"),
        BYTES("\0\0\1\0\1\0"), /* ICO */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_sv(picture_type(cases[i]), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_told_by_their_bytes),
        cmocka_unit_test(nothing_else_is_a_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tnef_writer.h — writes TNEF streams, right ones and wrong ones, for the tests of its reader. */
#ifndef VM_TNEF_WRITER_H
#define VM_TNEF_WRITER_H

#include "arena.h"

struct tnef_writer {
    struct sb stream;
    size_t start; /* of the attribute that is open */
};

/* Attributes, with the upper halves that other readers look at. */
enum {
    WRITE_SUBJECT = 0x00018004,
    WRITE_BODY = 0x0002800c,
    WRITE_FILE_DATA = 0x0006800f,
    WRITE_FILE_TITLE = 0x00018010,
    WRITE_RENDERING = 0x00069002,
    WRITE_MESSAGE_PROPERTIES = 0x00069003,
    WRITE_FILE_PROPERTIES = 0x00069005,
    WRITE_VERSION = 0x00089006,
    WRITE_CODE_PAGE = 0x00069007,
};

static void write_number(struct sb *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        sb_add_char(out, (char)(value >> (8 * i) & 0xff));
}

static void write_start(struct tnef_writer *w, struct arena *arena)
{
    sb_init(&w->stream, arena, 64 << 20);
    write_number(&w->stream, 0x223e9f78, 4);
    write_number(&w->stream, 0x1234, 2);
}

static void write_open(struct tnef_writer *w, int level, uint32_t name)
{
    write_number(&w->stream, (unsigned)level, 1);
    write_number(&w->stream, name, 4);
    write_number(&w->stream, 0, 4);
    w->start = w->stream.n;
}

static void write_close(struct tnef_writer *w)
{
    uint64_t n = w->stream.n - w->start;
    unsigned sum = 0;
    for (size_t i = w->start; i < w->stream.n; i++)
        sum += (unsigned char)w->stream.p[i];
    for (size_t i = 0; i < 4; i++)
        w->stream.p[w->start - 4 + i] = (char)(n >> (8 * i) & 0xff);
    write_number(&w->stream, sum & 0xffff, 2);
}

static void write_attribute(struct tnef_writer *w, int level, uint32_t name, struct sv value)
{
    write_open(w, level, name);
    sb_add(&w->stream, value);
    write_close(w);
}

/* Version and code page, as every stream has them. */
static void write_preamble(struct tnef_writer *w, uint32_t code_page)
{
    write_attribute(w, 1, WRITE_VERSION, (struct sv){"\0\0\1\0", 4});
    write_open(w, 1, WRITE_CODE_PAGE);
    write_number(&w->stream, code_page, 4);
    write_number(&w->stream, 0, 4);
    write_close(w);
}

static void write_pad(struct sb *out, size_t n)
{
    while (n++ % 4 != 0)
        sb_add_char(out, '\0');
}

/* One property with one value of variable length; its number is `tag`, as 0x3707001e. */
static void write_variable(struct sb *out, uint32_t tag, struct sv value)
{
    write_number(out, tag & 0xffff, 2);
    write_number(out, tag >> 16, 2);
    write_number(out, 1, 4);
    write_number(out, value.n, 4);
    sb_add(out, value);
    write_pad(out, value.n);
}

static void write_integer(struct sb *out, uint32_t tag, uint32_t value)
{
    write_number(out, tag & 0xffff, 2);
    write_number(out, tag >> 16, 2);
    write_number(out, value, 4);
}

/* ASCII as UTF-16LE with its NUL. */
static struct sv write_utf16(struct arena *arena, struct sv ascii)
{
    struct sb out;
    sb_init(&out, arena, 2 * ascii.n + 2);
    for (size_t i = 0; i < ascii.n; i++)
        write_number(&out, (unsigned char)ascii.p[i], 2);
    write_number(&out, 0, 2);
    return sb_view(&out);
}

static void write_file(struct tnef_writer *w, const char *title, struct sv data)
{
    write_attribute(w, 2, WRITE_RENDERING, (struct sv){"\1\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0", 14});
    write_attribute(w, 2, WRITE_FILE_TITLE, (struct sv){title, strlen(title) + 1});
    write_attribute(w, 2, WRITE_FILE_DATA, data);
}

#endif

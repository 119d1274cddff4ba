/* label.h — the allow-list of charset labels. Of use to charset.c only. */
#ifndef VM_LABEL_H
#define VM_LABEL_H

#include "str.h"

enum reading {
    READ_GUESS, /* ours: UTF-8 with windows-1252 for what is not */
    READ_UTF8,
    READ_WINDOWS_1252,
    READ_ICONV,
    READ_ISO_2022_JP, /* our escapes, the C library's EUC */
    READ_HZ           /* RFC 1843: the same */
};

struct converter {
    const char *name;  /* preferred spelling */
    const char *iconv; /* the C library's name, NULL if it is not needed */
    enum reading reading;
    uint8_t unit;        /* bytes to skip after an error */
    bool markup;         /* whoever looks for markup in the bytes finds it */
    const char *swapped; /* the C library's name of the other byte order, where a mark may tell */
    const char *names;   /* of the rarer ones: squeezed labels with a space between them */
};

enum { CONVERTER_MORE_MAX = 220, CONVERTER_COUNT_MAX = 64 + CONVERTER_MORE_MAX };

/* The rarer ones: label_more.c. */
extern const struct converter label_more[];
extern const size_t label_more_count;

/* NULL if the label is not in the list. Case, '-', '_', spaces, quotes, an "x-" or "cs" before and
 * a language ("*fr") or year (":1987") behind do not matter. */
const struct converter *label_find(struct sv label);
/* 0 to CONVERTER_COUNT_MAX - 1, different for each converter. */
size_t label_index(const struct converter *converter);

#endif

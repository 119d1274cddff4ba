/* tnef_reader.h — the bytes of a TNEF stream, counted and summed. Of use to tnef*.c only.
 *
 * `end` is the position where what is being read ends: nothing reads across it. What is not there,
 * because the stream or its container ends, makes a function return false.
 */
#ifndef VM_TNEF_READER_H
#define VM_TNEF_READER_H

#include "tnef.h"

enum { TNEF_BUFFER = 16 * 1024 };

struct tnef_reader {
    struct source source;
    struct arena *arena;
    struct tnef *out;
    uint64_t pos; /* of the next byte */
    uint16_t sum; /* of all bytes so far: the difference of two is a checksum */
    size_t texts_left;
    enum status failure; /* of the source */
    bool ended;
    size_t at, n;
    unsigned char buffer[TNEF_BUFFER];
};

bool tnef_take(struct tnef_reader *r, uint64_t end, void *bytes, size_t n);
bool tnef_u16(struct tnef_reader *r, uint64_t end, uint16_t *out);
bool tnef_u32(struct tnef_reader *r, uint64_t end, uint32_t *out);
/* To the position `to`, which is not beyond the end of what is being read. */
bool tnef_skip(struct tnef_reader *r, uint64_t to);
/* Keeps what stands before `to`, at most `max` bytes of it, and skips the rest. */
bool tnef_keep(struct tnef_reader *r, uint64_t to, size_t max, struct sv *out);
/* A text: as tnef_keep, out of the budget for texts. */
bool tnef_keep_text(struct tnef_reader *r, uint64_t to, struct sv *out);
/* A string, unless there is one already that is as good. */
bool tnef_keep_string(struct tnef_reader *r, uint64_t to, bool utf16, bool text,
                      struct tnef_string *out);

/* A whole stream up to `end`, of the message with that index. False if there is none. */
bool tnef_stream(struct tnef_reader *r, uint64_t end, size_t message, unsigned depth);
/* The MAPI properties up to `end`: of the message, or of the file if it is not NULL. */
void tnef_properties(struct tnef_reader *r, uint64_t end, size_t message, struct tnef_file *file,
                     unsigned depth);

#endif

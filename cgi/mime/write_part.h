/* write_part.h — the MIME header of an attachment, and whether bytes may stand in a message. Of use
 * to write.c only. */
#ifndef VM_WRITE_PART_H
#define VM_WRITE_PART_H

#include "write.h"

/* What a look at all the bytes of a content says. */
struct survey {
    bool eight_bit; /* bytes above 0x7f */
    bool unfit;     /* NUL, bare CR or LF, or lines above 998 bytes */
};

/* STATUS_IO: the file is unreadable or too short. */
enum status content_survey(const struct content *c, struct survey *out) MUST_USE;
enum status content_check(const struct content *c) MUST_USE;
uint64_t content_length(const struct content *c);
/* Fills buffer with up to room bytes at `at`; 0 at the end. */
enum status content_read(const struct content *c, uint64_t at, void *buffer, size_t room,
                         size_t *n) MUST_USE;

/* Appends the attachment's Content-fields and the empty line, and says whether its content must be
 * written as base64 and whether it brings bytes above 0x7f. STATUS_INVALID: see message_compose. */
enum status part_header(struct arena *arena, struct sb *out, const struct attachment *a,
                        bool seven_bit, bool *base64, bool *eight_bit) MUST_USE;

#endif

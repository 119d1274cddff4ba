/* mail_read.h — the message that is being delivered, as procmail hands it over: a "From " line, the
 * header, the body. Only the header is kept; the body is looked through for the headers of its
 * parts (RFC 2046), a line at a time. */
#ifndef VM_MAIL_READ_H
#define VM_MAIL_READ_H

#include <stdbool.h>

#include "flow.h"

struct arena;

enum {
    MAIL_HEADER_MAX = 1024 * 1024,    /* bytes of the message's header; the rest is not looked at */
    MAIL_PART_HEADER_MAX = 32 * 1024, /* of a part's */
    MAIL_LINE_MAX = 4096,             /* of a body line; the rest of it is not looked at */
    MAIL_DEPTH_MAX = 50               /* multiparts within each other */
};

struct mail {
    struct sv header;
    struct sv
        sender;      /* of the envelope ("From " line, else Return-Path); empty: none, or unknown */
    bool has_sender; /* there is one: what has none is a notice of the mail system's */
    bool is_returned;    /* a notice of (non-)delivery: no sender, or multipart/report */
    bool has_attachment; /* a part says "Content-Disposition: attachment" */
};

/* Reads to the end. bodies: look for attachments too. STATUS_IO; views are the arena's. */
enum status mail_read(struct arena *arena, struct source in, bool bodies,
                      struct mail *out) MUST_USE;

#endif

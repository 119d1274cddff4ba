/* part_source.h — one part of a message as a source: pulled from the server piece by piece.
 *
 * The server pushes a section whole, and what is left of one that nobody wants any more costs the
 * connection. A reader that may stop early, or that is itself asked for bytes (the jail), pulls
 * pieces of PART_SOURCE_PIECE bytes instead, each a command of its own.
 */
#ifndef VM_PART_SOURCE_H
#define VM_PART_SOURCE_H

#include "imap_fetch.h"

enum { PART_SOURCE_PIECE = 512 * 1024 };

struct part_source {
    struct imap *imap;
    const struct imap_call *call;
    uint32_t uid;
    struct sv id;        /* of the part */
    uint64_t fetched;    /* bytes of the part so far, as encoded */
    bool ended;          /* there are no more */
    enum status failure; /* of the server: what read() returned last */
    char *room;
    size_t n, at;
};

/* Of the selected mailbox; call and id must outlive it. Its one buffer is in the call's arena. */
void part_source_init(struct part_source *s, struct imap *imap, const struct imap_call *call,
                      uint32_t uid, struct sv id);
/* The part's bytes, as encoded. */
struct source part_source_bytes(struct part_source *s);

#endif

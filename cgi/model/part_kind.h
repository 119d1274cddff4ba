/* part_kind.h — what a leaf of a message's structure is to its reader: text to show, or a file. */
#ifndef VM_PART_KIND_H
#define VM_PART_KIND_H

#include "imap_message.h"

enum part_kind {
    PART_FILE,
    PART_PLAIN,    /* text/plain, and what says no type that one could read (RFC 2045, 5.2) */
    PART_HTML,     /* text/html */
    PART_ENRICHED, /* text/enriched and text/richtext (RFC 1896, 1341) */
    PART_OTHER     /* any other text: shown as it stands (RFC 2046, 4.1.4) */
};

/* By type alone: what disposition and name make of it is letter.c's. Texts that are data
 * (calendars, contacts, headers, AMP) are files. */
enum part_kind part_kind(const struct imap_part *part);

/* The type compared without case; subtype NULL: any. */
bool part_is(const struct imap_part *part, const char *type, const char *subtype);

/* What a part says about itself that its reader should know. */
enum part_note {
    PART_NOTE_NONE,
    PART_NOTE_ENCRYPTED, /* multipart/encrypted, S/MIME */
    PART_NOTE_WRAPPED,   /* S/MIME: the letter is within its signature */
    PART_NOTE_PARTIAL,   /* one piece of a letter (RFC 2046, 5.2.2) */
    PART_NOTE_EXTERNAL   /* the content is elsewhere (RFC 2046, 5.2.3) */
};
enum part_note part_note(const struct imap_part *part);

/* True for a multipart in which the server found no part: none at all, or the empty text/plain that
 * stands for it. The text between its headers and the next boundary is then the only thing there.
 */
bool part_is_hollow(const struct imap_part *part);

#endif

/* tnef.h — what is inside a winmail.dat: the messages and files of a TNEF stream ([MS-OXTNEF]).
 *
 * A pull parser: it reads the stream once, front to back, through a small buffer, and remembers
 * where the contents of each file stand instead of keeping them. What it does keep, names and
 * texts, is bounded by the limits below. Every length is held against what is left of what contains
 * it; what is damaged or cut gives what could be read before, and says so.
 */
#ifndef VM_TNEF_H
#define VM_TNEF_H

#include "arena.h"
#include "flow.h"

enum {
    TNEF_MESSAGES_MAX = 16,   /* the outer one and those attached to it */
    TNEF_DEPTH_MAX = 4,       /* of messages inside messages */
    TNEF_FILES_MAX = 500,     /* of all messages */
    TNEF_NAME_MAX = 1024,     /* bytes kept of a name, as stored */
    TNEF_TEXTS_MAX = 2 << 20, /* bytes kept of all texts together, as stored */
};

/* As it stands in the stream; p == NULL if it is not there. It may end in NULs. */
struct tnef_string {
    struct sv bytes;
    bool utf16; /* UTF-16LE; otherwise of the message's code page */
};

struct tnef_message {
    uint32_t code_page;          /* of 8-bit strings; 0: not told */
    uint32_t internet_code_page; /* of the HTML text; 0: not told */
    struct tnef_string subject;
    struct tnef_string body;
    struct tnef_string html;
    struct sv rtf; /* compressed: rtf.h */
};

enum tnef_content {
    TNEF_ABSENT,  /* a reference to a file elsewhere, or lost */
    TNEF_BYTES,   /* the file itself */
    TNEF_MESSAGE, /* a TNEF stream of its own */
    TNEF_OBJECT,  /* an OLE object: a compound file */
};

struct tnef_file {
    size_t message; /* index of the message that it is attached to */
    enum tnef_content content;
    size_t opened;   /* TNEF_MESSAGE: index of the message that it holds; 0: that was not read */
    uint64_t offset; /* in the stream: its bytes stand together */
    uint64_t length;
    bool damaged; /* the checksum is wrong */
    bool cut;     /* length is what is there, not what was announced */
    struct tnef_string long_name, title, short_name, display_name;
    struct tnef_string media_type, content_id;
};

struct tnef {
    struct tnef_message *messages; /* the first is the outer one */
    size_t message_count;          /* at least 1 */
    struct tnef_file *files;
    size_t file_count;
    bool incomplete; /* the stream ends too early, or breaks its form */
    bool damaged;    /* a checksum is wrong */
    bool left_out;   /* there was more than the limits allow */
};

/* Results live in the arena. STATUS_INVALID: not TNEF at all; otherwise what source.read() said. */
enum status tnef_read(struct source source, struct arena *arena, struct tnef *out) MUST_USE;

#endif

/* write.h — composes a message (RFC 5322, 2045, 2046, 2183) that is never whole in memory.
 *
 * message_compose() makes a list of segments whose total size is known exactly; a reader streams
 * them to IMAP APPEND and to SMTP. Every line ends in CRLF and has at most 998 bytes. The fields
 * that are for the writer's own copy (Bcc, and extra ones) are a segment of their own: the same
 * message is read with it (the draft, the copy in Sent) or without it (what is sent), the other
 * bytes being the same.
 */
#ifndef VM_WRITE_H
#define VM_WRITE_H

#include <stdbool.h>

#include "address.h"
#include "date.h"
#include "flow.h"
#include "msgid.h"

struct arena;

/* Bytes that the caller holds: in memory, or in a file that stays open, is read by pread(2) and
 * does not change while the message lives. */
struct content {
    struct sv memory; /* used if fd < 0 */
    int fd;
    uint64_t offset, length;
};

enum attachment_kind {
    ATTACHMENT_FILE,    /* content is the decoded bytes; they are written as base64 */
    ATTACHMENT_ENCODED, /* content is the body of a part of another message, encoded already, and
                           `header` that part's MIME header as it stood (IMAP's BODY[2.MIME]); the
                           Content-fields are written anew from it, the body is kept */
    ATTACHMENT_MESSAGE  /* content is a whole message: message/rfc822 if its bytes may stand in a
                           message as they are, else base64 under application/octet-stream */
};

struct attachment {
    enum attachment_kind kind;
    struct content content;
    struct sv filename;   /* UTF-8, no path; may be empty: ENCODED then keeps the header's */
    struct sv media_type; /* FILE: "application/pdf"; invalid or composite ones become
                             application/octet-stream */
    struct sv header;     /* ENCODED only */
    struct sv content_id; /* "<…@…>", or empty; invalid ones are left out */
    bool is_inline;
};

struct extra_field {
    struct sv name;
    struct sv value; /* UTF-8 text, encoded where needed; control characters become spaces */
    bool own_only;   /* as Bcc: not in what is sent */
};

/* Empty lists and views leave their field out. Nothing is kept but views: the input must outlive
 * the message, as must the arena. */
struct composition {
    struct addresses from, reply_to, to, cc, bcc;
    struct sv subject;
    struct date date;
    struct sv message_id;
    struct msgids in_reply_to;
    struct msgids references; /* too many: the first and the last ones are kept */
    struct sv user_agent;
    const struct extra_field *extra;
    size_t extra_n;
    struct sv text; /* UTF-8, as typed; written as format=flowed */
    const struct attachment *attachments;
    size_t attachment_n;
    bool seven_bit; /* the way has no 8BITMIME: nothing above 0x7f may leave */
};

enum segment_kind { SEGMENT_MEMORY, SEGMENT_FILE, SEGMENT_BASE64 };

struct segment {
    enum segment_kind kind;
    bool own_only;
    struct content content;
    uint64_t length; /* of the output */
};

struct message {
    struct segment *segments;
    size_t n;
    bool eight_bit; /* holds bytes above 0x7f: SMTP needs BODY=8BITMIME */
};

enum { ATTACHMENT_COUNT_MAX = 1000, EXTRA_FIELD_COUNT_MAX = 100, REFERENCES_BYTES_MAX = 4000 };

/* STATUS_INVALID: an address that address_check refuses, an invalid Message-ID or name of an extra
 * field, or an encoded attachment whose bytes may not stand in a message (bare CR or LF, NUL, lines
 * above 998; 8-bit with seven_bit) and which cannot be wrapped in base64, as it is base64 or
 * quoted-printable already or holds parts: decode it and attach it as a file. STATUS_TOO_LARGE: a
 * limit or the arena's budget. STATUS_IO: a file is unreadable or shorter than it should be. */
enum status message_compose(struct arena *arena, const struct composition *in,
                            struct message *out) MUST_USE;
uint64_t message_size(const struct message *m, bool own_copy);

enum { MESSAGE_READER_LINES = 64 };

struct message_reader {
    const struct message *message;
    bool own_copy;
    size_t segment;
    uint64_t done; /* bytes of the segment's content that have been taken */
    size_t line_at, line_n;
    char lines[78 * MESSAGE_READER_LINES];
};

void message_reader_init(struct message_reader *r, const struct message *m, bool own_copy);
/* STATUS_IO if a file no longer gives what it gave: the promised size would not be kept. */
struct source message_reader_source(struct message_reader *r);

#endif

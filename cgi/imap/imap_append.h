/* imap_append.h — putting a message into a mailbox (RFC 3501 6.3.11, UIDPLUS, APPENDLIMIT). */
#ifndef VM_IMAP_APPEND_H
#define VM_IMAP_APPEND_H

#include "flow.h"
#include "imap.h"
#include "imap_message.h"

struct imap_letter {
    struct source source; /* the message, lines ended by CRLF, without NUL */
    uint64_t size;        /* exactly what source gives; > 0 */
    struct imap_flags flags;
    int64_t date; /* INTERNALDATE, seconds since 1970; 0: now */
};

struct imap_appended {
    bool known; /* the server told (APPENDUID) */
    uint32_t uidvalidity;
    uint32_t uid;
};

/* STATUS_TOO_LARGE before a byte is sent when it is beyond the server's limit. A source that fails
 * or gives fewer or more bytes makes the connection unusable: the server must not take half a
 * message. After STATUS_TIMEOUT or STATUS_CLOSED the message may have arrived or not. */
enum status imap_append(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                        const struct imap_letter *letter, struct imap_appended *appended) MUST_USE;

/* Several in one command (RFC 3502): all of them, or none when it fails; at most IMAP_LETTERS_MAX.
 * STATUS_UNSUPPORTED before a byte is sent where the server lacks MULTIAPPEND or LITERAL+. */
enum status imap_append_all(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                            const struct imap_letter *letters, size_t count) MUST_USE;

#endif

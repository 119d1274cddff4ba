/* imap_message.h — what a server tells about a message (RFC 3501, 7.4.2). All strings are the raw
 * bytes that it sent: undecoded headers, any charset, never to be shown before mime has read them.
 * A string that the server gave as NIL has p == NULL. Everything lives in the call's arena. */
#ifndef VM_IMAP_MESSAGE_H
#define VM_IMAP_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

enum imap_flag {
    IMAP_SEEN = 1 << 0,
    IMAP_ANSWERED = 1 << 1,
    IMAP_FLAGGED = 1 << 2,
    IMAP_DELETED = 1 << 3,
    IMAP_DRAFT = 1 << 4,
    IMAP_RECENT = 1 << 5,    /* told, never stored */
    IMAP_FORWARDED = 1 << 6, /* keyword $Forwarded */
    IMAP_JUNK = 1 << 7,      /* keyword $Junk or Junk; stored as $Junk */
    IMAP_NOT_JUNK = 1 << 8,  /* keyword $NotJunk or NonJunk; stored as $NotJunk */
    IMAP_MDN_SENT = 1 << 9   /* keyword $MDNSent */
};

struct imap_flags {
    unsigned bits;             /* enum imap_flag */
    const struct sv *keywords; /* the others */
    size_t keyword_count;
};

/* Mailbox and host are empty, and not NIL, where the header has none. A group starts with {mailbox
 * = its name, host NIL} and ends with {mailbox NIL, host NIL}. */
struct imap_address {
    struct sv name;
    struct sv mailbox;
    struct sv host;
};

struct imap_addresses {
    const struct imap_address *p;
    size_t n;
};

struct imap_envelope {
    struct sv date;
    struct sv subject;
    struct imap_addresses from;
    struct imap_addresses sender;
    struct imap_addresses reply_to;
    struct imap_addresses to;
    struct imap_addresses cc;
    struct imap_addresses bcc;
    struct sv in_reply_to;
    struct sv message_id;
};

struct imap_parameter {
    struct sv name;
    struct sv value; /* RFC 2231 pieces and charsets still undone */
};

struct imap_parameters {
    const struct imap_parameter *p;
    size_t n;
};

struct imap_part {
    struct sv id;   /* for imap_fetch_sections(): "1", "2.1"; the root if it is a multipart: "", and
               inside   the message/rfc822 "2": "2.TEXT" */
    struct sv type; /* "text", in the server's case; multiparts: "multipart" */
    struct sv subtype;
    struct imap_parameters parameters;
    struct sv content_id; /* with its angle brackets */
    struct sv description;
    struct sv encoding; /* "base64"… */
    uint64_t size;      /* encoded bytes */
    uint64_t lines;     /* text and message/rfc822 only */
    struct sv disposition;
    struct imap_parameters disposition_parameters;
    struct sv location;
    const struct imap_envelope *envelope; /* message/rfc822 only, otherwise NULL */
    const struct imap_part *children;     /* array; message/rfc822: its one body */
    size_t child_count;
};

struct imap_message {
    uint32_t uid;      /* stays the first: sorted_by_u32() */
    uint32_t position; /* sequence number: arrival order, valid in this answer only */
    unsigned got;      /* enum imap_item: which of the following the server sent */
    struct imap_flags flags;
    int64_t internal_date; /* seconds since 1970 */
    uint64_t size;
    uint64_t modseq;
    const struct imap_envelope *envelope; /* NULL if not asked or not sent */
    const struct imap_part *structure;
    struct sv preview; /* UTF-8, to be cleaned; p == NULL if the server has none at hand */
    struct sv fields;  /* the header lines asked for, raw, with the empty line behind them */
    /* It is hidden on this connection (struct imap_veil): the envelope, if asked for, is empty,
     * there are no structure, preview, fields and keywords. */
    bool veiled;
};

/* The value of a parameter, names compared without case; p == NULL if it is not there. */
struct sv imap_parameter_get(struct imap_parameters parameters, struct sv name);
/* The part with this id, or NULL. */
const struct imap_part *imap_part_find(const struct imap_part *root, struct sv id);

#endif

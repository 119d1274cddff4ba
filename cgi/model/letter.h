/* letter.h — one message as its reader sees it: decoded headers, the parts that make its body, the
 * parts that are attachments. */
#ifndef VM_LETTER_H
#define VM_LETTER_H

#include "address.h"
#include "date.h"
#include "imap_fetch.h"
#include "jail.h"
#include "msgid.h"

enum {
    LETTER_BODIES_MAX = 16,
    LETTER_ATTACHMENTS_MAX = 500,
    LETTER_FIELDS_MAX = 256 * 1024 /* bytes of the fields that an envelope lacks: anybody may write
                                      megabytes of them */
};

/* Which alternative makes the body, and what becomes of it. */
enum letter_manner {
    LETTER_PLAIN, /* the plain one; one that is HTML alone is shown as HTML */
    LETTER_HTML,  /* the HTML one */
    LETTER_TEXT   /* the plain one; one that is HTML alone becomes text (an answer, a forward), and
                     the pictures in it attachments */
};

/* A part that is shown as text. */
struct letter_body {
    const struct imap_part *part;
    bool html;
    const struct imap_part *plain; /* of HTML: the alternative that says the same, or NULL */
    bool file;                     /* an attachment that is opened: its lines as they stand */
    bool enriched;                 /* text/enriched, text/richtext */
    bool hollow;                   /* the text of a multipart in which the server found no part */
    struct sv boundary; /* that multipart's: if the text has it, it is empty and not broken */
};

/* What the reader of a letter should be told, beside its parts. */
enum letter_note {
    LETTER_NOTE_ENCRYPTED = 1 << 0,
    LETTER_NOTE_WRAPPED = 1 << 1,  /* signed so that only who checks the signature can read it */
    LETTER_NOTE_PARTIAL = 1 << 2,  /* one piece of a divided letter */
    LETTER_NOTE_EXTERNAL = 1 << 3, /* names a file elsewhere, which is not fetched */
    LETTER_NOTE_MORE = 1 << 4      /* more parts than LETTER_ATTACHMENTS_MAX: see the source */
};

/* A part that is offered for itself. */
struct letter_attachment {
    const struct imap_part *part;
    struct sv name;       /* UTF-8, one line, may be empty */
    struct sv media_type; /* "type/subtype", lower case */
    uint64_t size;        /* decoded bytes; from the encoded size, so a little off for base64 */
};

struct letter {
    uint32_t uid;      /* of the message that holds it */
    uint32_t position; /* sequence number at the time of reading */
    struct imap_flags flags;
    int64_t arrived; /* INTERNALDATE */
    uint64_t size;   /* 0: not known */
    bool dated;
    struct date date;  /* if dated */
    struct sv subject; /* may be empty */
    /* Without the characters that turn the direction of writing; U+FFFD for each in an address. */
    struct addresses from, sender, reply_to, to, cc, bcc;
    struct sv from_name;  /* of the first From, as it was written */
    struct sv message_id; /* "<…>" or empty */
    struct msgids in_reply_to, references;
    struct sv list_id, list_post; /* decoded; the post address alone, or empty */
    /* Raw and in the message's order: Received, Authentication-Results, DKIM-Signature,
     * List-Unsubscribe and -Post, Disposition-Notification-To, Return-Receipt-To; of a nested
     * message none. */
    struct sv fields;
    const struct imap_envelope *envelope; /* what the above was read from */
    const struct imap_part *structure;
    unsigned notes; /* enum letter_note */
    struct letter_body bodies[LETTER_BODIES_MAX];
    size_t body_count;
    bool has_html, has_plain; /* which of the two the reader can choose */
    struct letter_attachment *attachments;
    size_t attachment_count;
};

/* Message `uid` of the selected mailbox. nested: the part id of a message/rfc822 inside it to read
 * instead, or empty. Every part is a body, an attachment, a picture that an HTML body shows in its
 * place, or the text of the alternative that was not chosen; LETTER_NOTE_MORE says where that is
 * not so. STATUS_NOT_FOUND if there is no such message or part (CAUSE_MESSAGE_MISSING). */
enum status letter_load(struct imap *imap, const struct imap_call *call, uint32_t uid,
                        struct sv nested, enum letter_manner manner, struct letter *out) MUST_USE;

/* Chooses bodies and attachments from a structure: what letter_load does, without a server. */
void letter_choose(struct arena *arena, const struct imap_part *structure,
                   enum letter_manner manner, struct letter *out);

/* True if there is no text at all in it. */
bool letter_is_empty(const struct letter *letter);

/* Reads subject and people anew, with this charset for bytes that say none or a wrong one: the
 * reader's choice. */
void letter_read_as(struct arena *arena, struct sv charset, struct letter *letter);

/* The people of an envelope's field as they may be shown, groups dissolved: names without
 * characters that turn the direction of writing, in an address U+FFFD for each. charset: for bytes
 * of names that say none, "" for a guess. */
struct addresses letter_people(struct arena *arena, struct sv charset, struct imap_addresses raw);

/* The name of a part: filename or name parameter, decoded; empty if it has none. */
struct sv letter_part_name(struct arena *arena, const struct imap_part *part);
/* "type/subtype", lower case. */
struct sv letter_media_type(struct arena *arena, const struct imap_part *part);
uint64_t letter_decoded_size(const struct imap_part *part);

/* Every part of the structure with a Content-ID: cid (without brackets) and part, for the pictures
 * that an HTML body shows in its place. At most JAIL_CIDS_MAX; returns how many. */
size_t letter_cids(struct arena *arena, const struct imap_part *structure, struct jail_cid *out,
                   const struct imap_part **parts);

#endif

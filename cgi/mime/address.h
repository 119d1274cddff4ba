/* address.h — mailboxes and lists of them (RFC 5322 section 3.4). */
#ifndef VM_ADDRESS_H
#define VM_ADDRESS_H

#include <stdbool.h>

#include "str.h"

struct arena;

/* All UTF-8 on one line; empty where missing. */
struct address {
    struct sv name;    /* decoded, without quotes */
    struct sv mailbox; /* the local part, without quotes */
    struct sv domain;
    struct sv group; /* the group it belongs to; an empty group is an entry of its own with neither
                        mailbox nor domain */
};

struct addresses {
    struct address *items;
    size_t n;
};

enum {
    ADDRESS_COUNT_MAX = 10000, /* in one list */
    ADDRESS_MAILBOX_MAX = 64,  /* RFC 5321 section 4.5.3.1 */
    ADDRESS_DOMAIN_MAX = 255,
    ADDRESS_NAME_MAX = 1024 /* longer names are cut */
};

/* A raw field value: groups, quoted-strings, comments (the only comment of a nameless address is
 * its name), routes, encoded-words, raw 8-bit. Never fails: what cannot be read is skipped up to
 * the next comma or, if it has text, kept as an entry with a name only. At most ADDRESS_COUNT_MAX.
 */
struct addresses address_list_parse(struct arena *arena, struct sv raw);

enum address_fault {
    ADDRESS_FAULT_NONE = 0,
    ADDRESS_FAULT_SYNTAX,  /* not "a@b" nor "Name <a@b>" */
    ADDRESS_FAULT_CONTROL, /* holds control characters */
    ADDRESS_FAULT_MAILBOX, /* the local part is empty or over 64 bytes, or not ASCII */
    ADDRESS_FAULT_DOMAIN,  /* the domain is empty, over 255 bytes or no host name or [literal] */
    ADDRESS_FAULT_UNICODE  /* the domain is not ASCII: its "xn--" form must be given */
};

struct typed_fault {
    struct sv text; /* what was typed, on one line */
    enum address_fault fault;
};

struct typed_addresses {
    struct addresses good;
    struct typed_fault *bad;
    size_t bad_n;
};

/* What a person types: separated by commas, semicolons or new lines; "a@b", "Name <a@b>",
 * "\"Last, First\" <a@b>". Every entry that is not empty comes out either as good or as bad; of an
 * unquoted "Last, First <a@b>" "Last" is bad, since it may have been meant as a recipient. At most
 * ADDRESS_COUNT_MAX of both, then STATUS_TOO_LARGE. */
enum status address_list_typed(struct arena *arena, struct sv text,
                               struct typed_addresses *out) MUST_USE;

/* Whether it may be given to SMTP (MAIL FROM, RCPT TO) and to a header. */
enum address_fault address_check(struct address a);
/* "mailbox@domain", the mailbox quoted if it must be. Only for a checked address. */
void address_add_spec(struct sb *out, struct address a);
struct sv address_spec(struct arena *arena, struct address a);
/* True if both name the same mailbox; the domain's case, and in practice the mailbox's, is ignored.
 */
bool address_same(struct address a, struct address b);

/* Appends a list for a header field, quoted, encoded and folded (see word_encode_phrase), members
 * of a group inside it. Entries that address_check refuses are left out. Returns the new column. */
size_t address_add_header(struct sb *out, struct addresses list, size_t column);
/* For people, editable and readable again by address_list_typed: UTF-8, quoted where needed. */
void address_add_display(struct sb *out, struct addresses list);

#endif

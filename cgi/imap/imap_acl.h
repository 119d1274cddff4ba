/* imap_acl.h — who may do what with a mailbox (RFC 4314; with RFC 2086's letters where the server
 * knows no others). */
#ifndef VM_IMAP_ACL_H
#define VM_IMAP_ACL_H

#include "imap.h"

enum imap_right {
    IMAP_RIGHT_LOOKUP = 1 << 0,     /* l: sees that it is there */
    IMAP_RIGHT_READ = 1 << 1,       /* r */
    IMAP_RIGHT_SEEN = 1 << 2,       /* s: keeps \Seen */
    IMAP_RIGHT_WRITE = 1 << 3,      /* w: other flags and keywords */
    IMAP_RIGHT_INSERT = 1 << 4,     /* i: files messages in it */
    IMAP_RIGHT_POST = 1 << 5,       /* p */
    IMAP_RIGHT_CREATE = 1 << 6,     /* k: makes mailboxes below it */
    IMAP_RIGHT_DELETE = 1 << 7,     /* x: deletes or renames it */
    IMAP_RIGHT_REMOVE = 1 << 8,     /* t: \Deleted */
    IMAP_RIGHT_EXPUNGE = 1 << 9,    /* e */
    IMAP_RIGHT_ADMINISTER = 1 << 10 /* a: sees and changes all this */
};

#define IMAP_RIGHTS_ALL 0x7ffu

struct imap_rights {
    unsigned bits;    /* enum imap_right */
    struct sv others; /* letters that we do not know: handed back as they came */
};

struct imap_acl_entry {
    struct sv who; /* a login, "anyone", or what else the server takes; "-" in front: rights that
                      are taken away. UTF-8 or not: to be cleaned for display */
    struct imap_rights rights;
};

struct imap_acl {
    const struct imap_acl_entry *p;
    size_t n; /* at most IMAP_ACL_MAX; what the server tells beyond is left out */
};

enum { IMAP_ACL_MAX = 500, IMAP_ACL_WHO_MAX = 320 /* bytes */ };

/* All of these: STATUS_UNSUPPORTED where the server has no ACL, STATUS_DENIED without the right. */

enum status imap_my_rights(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                           struct imap_rights *rights) MUST_USE;
enum status imap_acl_get(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                         struct imap_acl *acl) MUST_USE;
/* Replaces the rights of one. STATUS_INVALID for an empty or long name, a control character, or a
 * "-" in front. */
enum status imap_acl_set(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                         const struct imap_acl_entry *entry) MUST_USE;
/* Takes the entry out. */
enum status imap_acl_delete(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                            struct sv who) MUST_USE;

/* Letters to rights and back. modern: the letters are RFC 4314's, else c is k and d is x, t, e. */
struct imap_rights imap_rights_read(struct arena *arena, struct sv letters, bool modern);
struct sv imap_rights_write(struct arena *arena, struct imap_rights rights, bool modern);

#endif

/* imap_folders.h — the account's mailboxes (folders, to the user). */
#ifndef VM_IMAP_FOLDERS_H
#define VM_IMAP_FOLDERS_H

#include "imap.h"

/* RFC 6154, and INBOX. */
enum imap_use {
    IMAP_USE_NONE,
    IMAP_USE_INBOX,
    IMAP_USE_DRAFTS,
    IMAP_USE_SENT,
    IMAP_USE_ARCHIVE,
    IMAP_USE_JUNK,
    IMAP_USE_TRASH,
    IMAP_USE_ALL,
    IMAP_USE_FLAGGED
};

struct imap_counts {
    uint32_t messages;
    uint32_t unseen;
    uint32_t uidnext;
    uint32_t uidvalidity;
};

struct imap_folder {
    struct sv name;         /* UTF-8, see imap.h; as the server orders its levels */
    char delimiter;         /* between levels; 0: no levels */
    bool selectable;        /* neither \Noselect nor \NonExistent */
    bool may_have_children; /* no \NoInferiors */
    bool has_children;      /* \HasChildren, or seen in this list */
    bool subscribed;
    enum imap_use use;
    bool use_guessed; /* from its name: no attribute of the server says so */
    bool counted;     /* counts are known */
    struct imap_counts counts;
};

struct imap_folders {
    const struct imap_folder *p; /* in the server's order; INBOX is always among them */
    size_t n;
};

/* All mailboxes with their counts: one command where the server has LIST-STATUS. Before it, hears
 * what has changed in the selected mailbox, as imap_refresh() does. Each use is given at most once,
 * to a mailbox that can hold messages; a guess never competes with the server's word. */
enum status imap_list(struct imap *imap, const struct imap_call *call,
                      struct imap_folders *folders) MUST_USE;
/* The counts of one mailbox, which need not be selected. */
enum status imap_status(struct imap *imap, const struct imap_call *call, struct sv name,
                        struct imap_counts *counts) MUST_USE;

/* use: IMAP_USE_NONE, or the special use to give it where the server can (elsewhere it is known by
 * its name). Subscribes to it too. STATUS_EXISTS if it is there. */
enum status imap_create(struct imap *imap, const struct imap_call *call, struct sv name,
                        enum imap_use use) MUST_USE;
/* Deletes the mailbox with its messages, and unsubscribes. Children stay. */
enum status imap_delete(struct imap *imap, const struct imap_call *call, struct sv name) MUST_USE;
/* Renames it with its children, and moves the subscription of the mailbox itself. */
enum status imap_rename(struct imap *imap, const struct imap_call *call, struct sv from,
                        struct sv to) MUST_USE;
enum status imap_subscribe(struct imap *imap, const struct imap_call *call, struct sv name,
                           bool subscribed) MUST_USE;

struct imap_quota {
    bool known;     /* some limit on storage is told */
    uint64_t used;  /* bytes */
    uint64_t limit; /* bytes */
};

/* The quota of INBOX; of several roots the fullest. STATUS_OK with known false where the server
 * has none. */
enum status imap_quota_get(struct imap *imap, const struct imap_call *call,
                           struct imap_quota *quota) MUST_USE;

enum { IMAP_NAMESPACES_MAX = 16 };
enum imap_realm {
    IMAP_REALM_OWN,
    IMAP_REALM_OTHERS, /* of other users: the next level is whose they are */
    IMAP_REALM_SHARED  /* of nobody in particular */
};
struct imap_namespace {
    enum imap_realm realm;
    struct sv prefix; /* what its folders start with, "", "INBOX.", "shared/", in UTF-8 */
    char delimiter;   /* between levels; 0: no levels */
};

/* The namespaces (RFC 2342), the personal one first and always there; *n of them. */
enum status imap_namespaces(struct imap *imap, const struct imap_call *call,
                            struct imap_namespace namespaces[IMAP_NAMESPACES_MAX],
                            size_t *n) MUST_USE;

#define IMAP_SIZE_UNKNOWN UINT64_MAX
/* Bytes of all messages of each of these mailboxes, several asked at once (STATUS=SIZE, RFC 8438);
 * IMAP_SIZE_UNKNOWN for one that will not tell. STATUS_UNSUPPORTED where the server cannot. */
enum status imap_sizes(struct imap *imap, const struct imap_call *call, const struct sv *names,
                       size_t n, uint64_t *sizes) MUST_USE;

#endif

/* folder.h — the account's folders as a user sees them: special ones first, then a tree, then those
 * of other users and shared ones.
 *
 * A folder has a name (as the server lists it, for imap_* functions, forms and URLs) and a label
 * (one level of it, cleaned for display). The special ones are called by their use: their label is
 * for a page to translate, and none is ever hidden. Children of a special folder stand below it;
 * the prefix of a namespace ("INBOX.", "shared/") is no level.
 *
 * What the user has chosen (which folder is Sent, colours) stands above what the server says and
 * what names suggest, as long as that folder is there.
 */
#ifndef VM_FOLDER_H
#define VM_FOLDER_H

#include "colour.h"
#include "imap_folders.h"
#include "session.h"

enum { FOLDER_LABEL_MAX = 200 }; /* bytes */

struct folder {
    struct sv name;
    struct sv label; /* below its parent: "Été"; with the levels between that no folder
                        has: "Travaux / Été" */
    struct sv last;  /* the last level of the name, as it is: what a rename begins with */
    const struct folder *parent; /* in the tree; NULL: at the top */
    enum imap_use use;           /* IMAP_USE_INBOX to IMAP_USE_TRASH, else IMAP_USE_NONE */
    unsigned level;              /* 0: top */
    bool selectable;             /* holds messages; otherwise only other folders */
    bool may_have_children;
    bool has_children;
    bool subscribed;
    bool shown;   /* in the list: subscribed, special, above one of these, or no other folder than
                     special ones is subscribed at all; the same of those of others by themselves,
                     unless they are very many */
    bool counted; /* counts are known */
    struct imap_counts counts;
    enum imap_realm realm; /* whose it is; top folders of IMAP_REALM_OTHERS are called by a user */
    enum colour colour;
    bool use_chosen; /* its use is the user's own choice */
    int64_t target;  /* greater for one that something was moved to later; 0: not of late */
};

struct folders {
    const struct folder *p; /* in the order of display, parents before children */
    size_t n;
    struct sv prefix;                        /* of the personal namespace */
    char delimiter;                          /* between levels; 0: no levels */
    const struct imap_namespace *namespaces; /* the personal one first */
    size_t namespace_count;
    struct imap_quota quota;
};

/* "inbox", "drafts", "sent", "archive", "junk", "trash", or "folder": stable, for templates. */
const char *folder_kind(enum imap_use use);

/* All folders with fresh counts; refreshes the selected mailbox too. At the first call of a session
 * also makes Drafts, Sent and Trash if they are missing (a server that refuses costs nothing but
 * the folder). The quota may be a minute old. */
enum status folders_load(struct session *session, struct imap *imap, const struct imap_call *call,
                         struct folders *folders) MUST_USE;

/* True if the session has had them listed: the server has counted them all, and another list is
 * cheap. */
bool folders_known(struct session *session);

/* What has just been done has made room: the next folders_load() asks for the quota. */
void folders_quota_stale(struct session *session);

/* NULL if there is none. */
const struct folder *folder_find(const struct folders *folders, struct sv name);
const struct folder *folder_of_use(const struct folders *folders, enum imap_use use);

/* What folders_load() makes of a list: no server is asked. namespaces: at least the personal one.
 */
void folders_arrange(struct arena *arena, const struct imap_folders *listed,
                     const struct imap_namespace *namespaces, size_t namespace_count,
                     struct folders *folders);

/* Its counts, asked for if the list did not tell them. */
enum status folder_counts(struct imap *imap, const struct imap_call *call,
                          const struct folder *folder, struct imap_counts *counts) MUST_USE;

/* The name of the folder for a use; made, if the account has none. */
enum status folder_ensure(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, enum imap_use use,
                          struct sv *name) MUST_USE;

/* ---- changing (folder_change.c) ---- */

/* The folder above in names, whether it is listed or not, as a parent for the functions below;
 * empty: none but the personal namespace. */
struct sv folder_above(const struct folders *folders, const struct folder *folder);
/* True if `other` stands below it by its name. */
bool folder_is_below(const struct folders *folders, const struct folder *folder,
                     const struct folder *other);

/* A new folder `label` in `parent` (a name; empty: the top), subscribed. STATUS_INVALID if label is
 * empty, longer than FOLDER_LABEL_MAX, or holds the delimiter or a control character. */
enum status folder_create(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, struct sv parent,
                          struct sv label) MUST_USE;
/* Gives the folder another last level and another place; its children, their subscriptions and what
 * was chosen for them come along. STATUS_INVALID as above, for a special folder, and for a parent
 * that is not there, or is the folder itself or below it. */
enum status folder_place(struct session *session, struct imap *imap, const struct imap_call *call,
                         const struct folders *folders, const struct folder *folder,
                         struct sv parent, struct sv label) MUST_USE;
/* Whether it can be put into Trash: there is one with room for children, it is not in there
 * already, nor another user's, and no special folder is in it. */
bool folder_may_discard(const struct folders *folders, const struct folder *folder);
/* Puts it into Trash with all that is below it; under another name, if that is taken ("Amis 2").
 * *to: its name there. STATUS_INVALID where folder_may_discard() is false. */
enum status folder_discard(struct session *session, struct imap *imap, const struct imap_call *call,
                           const struct folders *folders, const struct folder *folder,
                           struct sv *to) MUST_USE;

/* What goes with a folder. */
struct folder_contents {
    const struct folder **below; /* the folders below it, in the order of display */
    size_t n;
    uint64_t messages; /* in all of them */
    bool special;      /* a special folder is among them: it can be neither moved nor deleted */
    struct sv stamp;   /* changes with anything that comes into one of them */
};
enum status folder_look_into(struct imap *imap, const struct imap_call *call,
                             const struct folders *folders, const struct folder *folder,
                             struct folder_contents *out) MUST_USE;
/* Deletes the folder and those below it for good, the deepest first. STATUS_INVALID for a special
 * folder, or with one below it. */
enum status folder_destroy(struct session *session, struct imap *imap, const struct imap_call *call,
                           const struct folders *folders, const struct folder *folder,
                           const struct folder_contents *contents) MUST_USE;

/* Bytes of all its messages where the server can tell at once; STATUS_UNSUPPORTED elsewhere. */
enum status folder_size(struct imap *imap, const struct imap_call *call,
                        const struct folder *folder, uint64_t *bytes) MUST_USE;
/* The same by asking for each message's size, in windows. Grows with the mailbox: one call goes on
 * for about as long as `slice`. Begins as {0}. */
struct folder_sum {
    uint32_t skip;  /* messages that have been asked for */
    uint64_t bytes; /* of these */
    bool done;
};
enum status folder_size_count(struct imap *imap, const struct imap_call *call, struct sv name,
                              struct deadline slice, struct folder_sum *sum) MUST_USE;

#endif

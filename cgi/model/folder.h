/* folder.h — the account's folders as a user sees them: special ones first, then a tree.
 *
 * A folder has a name (as the server lists it, for imap_* functions, forms and URLs) and a label
 * (one level of it, cleaned for display). The special ones are called by their use: their label is
 * for a page to translate, and none is ever hidden. Children of a special folder stand below it;
 * the prefix of the personal namespace ("INBOX.") is no level.
 */
#ifndef VM_FOLDER_H
#define VM_FOLDER_H

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
                     special ones is subscribed at all */
    bool counted; /* counts are known */
    struct imap_counts counts;
};

struct folders {
    const struct folder *p; /* in the order of display, parents before children */
    size_t n;
    struct sv prefix; /* of the personal namespace */
    char delimiter;   /* between levels; 0: no levels */
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

/* NULL if there is none. */
const struct folder *folder_find(const struct folders *folders, struct sv name);
const struct folder *folder_of_use(const struct folders *folders, enum imap_use use);

/* What folders_load() makes of a list: no server is asked. */
void folders_arrange(struct arena *arena, const struct imap_folders *listed, struct sv prefix,
                     char delimiter, struct folders *folders);

/* Its counts, asked for if the list did not tell them. */
enum status folder_counts(struct imap *imap, const struct imap_call *call,
                          const struct folder *folder, struct imap_counts *counts) MUST_USE;

/* The name of the folder for a use; made, if the account has none. */
enum status folder_ensure(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, enum imap_use use,
                          struct sv *name) MUST_USE;

/* A new folder `label` in `parent` (a name; empty: the top), subscribed. STATUS_INVALID if label is
 * empty, longer than FOLDER_LABEL_MAX, or holds the delimiter or a control character. */
enum status folder_create(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, struct sv parent,
                          struct sv label) MUST_USE;
/* Gives the folder another last level; its children and their subscriptions come along.
 * STATUS_INVALID as above, and for a special folder. */
enum status folder_rename(struct imap *imap, const struct imap_call *call,
                          const struct folders *folders, const struct folder *folder,
                          struct sv label) MUST_USE;

#endif

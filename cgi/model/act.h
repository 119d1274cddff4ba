/* act.h — what can be done with ticked messages, and undone. */
#ifndef VM_ACT_H
#define VM_ACT_H

#include "folder.h"
#include "imap_set.h"

enum act {
    ACT_READ,
    ACT_UNREAD,
    ACT_FLAG,
    ACT_UNFLAG,
    ACT_MOVE,
    ACT_COPY,
    ACT_ARCHIVE,
    ACT_JUNK,     /* marks $Junk, moves to Junk */
    ACT_NOTJUNK,  /* marks $NotJunk, moves to the inbox */
    ACT_DELETE,   /* moves to Trash; in Trash: as ACT_PURGE */
    ACT_PURGE,    /* for good */
    ACT_EMPTY,    /* all of Trash or Junk, for good */
    ACT_TAG,      /* gives them a tag */
    ACT_UNTAG,    /* takes it off */
    ACT_READ_ALL, /* all of the folder */
    ACT_COUNT
};

enum {
    ACT_UIDS_MAX = 100 * 1000, /* ticked messages */
    ACT_AT_ONCE_MAX = 500,     /* messages that are done while the browser waits: more are a job */
    ACT_TICKED_TEXT_MAX = 6000 /* bytes of ticks that an address carries from page to page */
};

/* The names of the form's buttons: "read", "unread"… */
extern const char *const act_names[ACT_COUNT];
enum status act_find(struct sv name, enum act *act) MUST_USE;

struct act_request {
    enum act act;
    struct sv folder;
    uint32_t uidvalidity;
    struct imap_uids uids;
    struct sv target; /* of ACT_MOVE and ACT_COPY */
    uint32_t uidnext; /* of ACT_EMPTY: what the folder got from this UID on stays */
    struct sv tag;    /* of ACT_TAG and ACT_UNTAG: a keyword */
};

struct act_result {
    size_t count; /* messages that it was done to; moved or copied: 0 if all were gone already */
    struct sv target; /* the folder that they went to; empty: none */
    struct sv undo;   /* for act_undo(); empty: cannot be undone */
};

/* True if it destroys messages in that folder, so that the user is asked first. */
bool act_destroys(enum act act, const struct folder *folder);
/* True for the folders that ACT_EMPTY empties: Trash and Junk. */
bool act_empties(const struct folder *folder);
/* True for what is done with the folder as a whole: no ticks are needed. */
bool act_takes_all(enum act act);

/* STATUS_CHANGED with CAUSE_MAILBOX_CHANGED if the folder is no longer the one of that UIDVALIDITY
 * (nothing was done); STATUS_INVALID for ACT_EMPTY outside of Trash and Junk or without uidnext,
 * for a move to where they are, for a target that cannot hold messages, and for a tag that is no
 * atom; STATUS_UNSUPPORTED where the folder keeps no such keyword. */
enum status act_run(struct imap *imap, const struct imap_call *call, const struct folders *folders,
                    const struct act_request *request, struct act_result *result) MUST_USE;

/* Takes back what act_run() has done; several tokens are joined by ';', and each is tried. The
 * token holds names and UIDs of the user's own account and can do no more than the move form can.
 * The first failure: STATUS_INVALID for one that is none, STATUS_CHANGED if the folder has changed.
 */
enum status act_undo(struct imap *imap, const struct imap_call *call, struct sv undo,
                     size_t *count) MUST_USE;

#endif

/* warm.h — what a session has already had the server do, so that doing it again is cheap.
 *
 * An IMAP server keeps indexes and caches for each mailbox. The first opening, the first sort by a
 * field and the first search in headers may have to read every message (seconds with 70,000 of
 * them); from then on they take milliseconds. Whether they are there cannot be asked, so the first
 * time of each session counts as costly, in a folder of WARM_LARGE messages or more. In smaller
 * ones nothing is, and of an account whose folders have not been listed yet everything is.
 *
 * To forget is harmless: something that would be cheap passes the gate once more.
 */
#ifndef VM_WARM_H
#define VM_WARM_H

#include "folder.h"
#include "imap_search.h"

enum {
    WARM_LARGE = 2000,      /* messages */
    WARM_FOLDERS_MAX = 500, /* large folders that are remembered; the others stay costly */
};

enum warm_work {
    WARM_OPENED = 1,
    WARM_SEARCHED = 2, /* in headers */
    WARM_SORTED = 4    /* << enum imap_order */
};

/* What is known of the account as a whole: whether any of its folders is large. */
enum warm_account { WARM_UNKNOWN, WARM_ACCOUNT_SMALL, WARM_ACCOUNT_LARGE };
enum warm_account warm_account(struct session *session);

/* Learns which folders are large: folders_load() does so. */
void warm_learn(struct session *session, const struct folders *folders);
/* True if one of the works (a set of enum warm_work) has not been done in this large folder. */
bool warm_is_costly(struct session *session, struct sv folder, unsigned works);
void warm_done(struct session *session, struct sv folder, unsigned works);

#endif

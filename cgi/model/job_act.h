/* job_act.h — marking, moving, copying and deleting many messages of one folder or of several, as a
 * job (job.h) in chunks of UIDs: those that were there when the user asked.
 *
 * What each chunk has changed is kept as a part, by which the job is undone: for moves and copies
 * where the messages are now (COPYUID), for marks which of them did not have it yet: Undo takes a
 * mark from no message that had it before.
 *
 * When the answer to a chunk is lost, what has arrived in the target since is compared with the
 * chunk (INTERNALDATE, size, Message-ID, Date, From, Subject): what is there already is not copied
 * again. Moves by COPY and EXPUNGE, where a server has no MOVE, are finished the same way.
 */
#ifndef VM_JOB_ACT_H
#define VM_JOB_ACT_H

#include "act.h"
#include "job.h"
#include "order.h"
#include "selection.h"

extern const struct job_kind job_act_kind; /* "act" */

enum { JOB_ACT_UIDS_MAX = 1000 * 1000 };

/* `what` of a job that undoes moves; and once it is found that what it put back stands before newer
 * messages in the order of arrival, for the server has given it new UIDs. */
#define JOB_ACT_BACK "back"
#define JOB_ACT_ABOVE "above"

/* What a user asks for. All is copied. */
struct job_act {
    enum act act; /* neither ACT_EMPTY (that is ACT_PURGE of all) nor ACT_READ_ALL (ACT_READ) */
    struct sv folder;
    uint32_t uidvalidity;
    struct sv target; /* of all that move or copy: also Archive, Junk, Trash, the inbox; the
                         keyword of ACT_TAG and ACT_UNTAG */
    /* Either these messages, */
    struct imap_uids uids;
    /* or, if all, those of the folder or of a search in it that were there when it said uidnext. */
    bool all;
    uint32_t uidnext; /* 0: any */
    struct sv q;      /* as query_parse() takes it; empty: the whole folder */
    struct imap_day today;
    bool unread, flagged; /* only these */
    struct sv query_key;  /* as in order_request: finds what the list has computed */
    struct imap_sorting sorting;
    uint64_t total; /* as far as the page knows */
};

/* STATUS_TOO_LARGE beyond JOB_ACT_UIDS_MAX, STATUS_INVALID for a move to where they are or to
 * nowhere, else as job_start(). */
enum status job_act_start(struct jobs *jobs, struct session *session, const struct job_act *wish,
                          int64_t *id) MUST_USE;

/* The same with messages of several folders. Those in Trash that ACT_DELETE means are deleted for
 * good; those that are where they would go already stay there. A folder that has gone, is another
 * one by now or does not let it be done is left out: job.left counts its messages. */
struct job_act_across {
    enum act act;
    struct sv target; /* as above */
    const struct selection *selection;
    const struct folders *folders;
};
/* As job_act_start(); STATUS_NOT_FOUND: nothing is to be done. */
enum status job_act_across_start(struct jobs *jobs, struct session *session,
                                 const struct job_act_across *wish, int64_t *id) MUST_USE;

/* Takes a tag off all messages that have it in the user's own folders. */
enum status job_act_untag_start(struct jobs *jobs, struct session *session,
                                const struct folders *folders, struct sv keyword,
                                int64_t *id) MUST_USE;

#endif

/* outbox.h — sends a message so that it is neither lost nor silently sent twice, wherever the way
 * breaks.
 *
 * The order: a claim in the store, so that of several presses of Send one sends; the message in
 * Drafts; the keyword $SubmitPending on it (RFC 5550) where the mailbox keeps keywords, and in the
 * store in any case; submission; then first the store and then the keyword say "sent", the message
 * moves to Sent, and the original is marked. Whoever finds the message later can tell from these
 * how far it came:
 *
 *   store      keyword          it was
 *   claimed    none             not sent
 *   submitting $SubmitPending   perhaps sent: a person decides, never the program
 *   sent       any              sent: only its way to Sent is left
 */
#ifndef VM_OUTBOX_H
#define VM_OUTBOX_H

#include "draft.h"
#include "folder.h"
#include "sending.h"
#include "session.h"
#include "submit.h"

struct outbox {
    struct session *session;
    struct store *store;
    const struct stream_target *smtp;
    struct sv client_name; /* what EHLO says */
    const struct sending *limits;
};

enum outbox_claim {
    OUTBOX_MINE,    /* send it, or outbox_release() it */
    OUTBOX_ALREADY, /* it has been sent */
    OUTBOX_OTHER,   /* another text has been sent under its Message-ID */
    OUTBOX_PERHAPS, /* it may have been, or is being sent just now */
};

/* A message that is to be sent: its Message-ID, and all that tells one text of it from another. The
 * store keeps a keyed digest of the latter. */
struct outbox_text {
    struct sv message_id, all;
};

/* Claims the sending of a message. While another request sends it this waits for its outcome, at
 * most until the deadline. *seen: of a message that was perhaps sent, what outbox_claim_anyway() is
 * to be given once the user has decided. */
enum status outbox_claim(const struct outbox *outbox, const struct outbox_text *text,
                         struct deadline deadline, enum outbox_claim *claim,
                         int64_t *seen) MUST_USE;
/* Sends anyway what was perhaps sent: OUTBOX_MINE if nobody else has decided so since. */
enum status outbox_claim_anyway(const struct outbox *outbox, const struct outbox_text *text,
                                int64_t seen, enum outbox_claim *claim) MUST_USE;
/* What is known of a message that nobody is sending: MINE if it was not sent. marked: it has
 * $SubmitPending. */
enum status outbox_look(const struct outbox *outbox, struct sv message_id, bool marked,
                        enum outbox_claim *claim, int64_t *seen) MUST_USE;
/* Whether the message has been sent, or is being sent just now: its version in Drafts is then no
 * longer the writer's. */
struct outbox_use {
    bool sent, busy;
};
enum status outbox_in_use(const struct outbox *outbox, struct sv message_id,
                          struct outbox_use *use) MUST_USE;
void outbox_release(const struct outbox *outbox, struct sv message_id);

struct outbox_order {
    struct sv message_id;
    struct sv text;   /* outbox_text.all */
    struct sv drafts; /* where the message is… */
    struct draft_version version;
    const struct message *message; /* …and as it goes out */
    struct sv sender;
    const struct sv *recipients;
    size_t recipient_count;
};

/* Submits a claimed message. Returns what submit_message() does, or, where the user has sent too
 * much, what sending_take() does; *result always filled. Unless its outcome is SUBMIT_SENT or
 * SUBMIT_UNKNOWN claim and keyword are gone. */
enum status outbox_submit(const struct outbox *outbox, struct imap *imap,
                          const struct imap_call *call, const struct outbox_order *order,
                          struct submit_result *result) MUST_USE;

/* What follows a sent message: from Drafts to Sent, other versions of it in Drafts (from another
 * window, or from before the line was cut) to Trash, and the mark on what it answers or forwards.
 * What fails here is done at the next sign-in (outbox_recover()), but for other versions and mark.
 */
void outbox_file(struct imap *imap, const struct imap_call *call, const struct folders *folders,
                 struct sv drafts, struct draft_version version, struct sv message_id,
                 const struct draft_origin *origin);

/* Looks through Drafts: what was sent goes to Sent, unless it is there already; of what was perhaps
 * sent the subjects are told, also if something else fails. The selected mailbox may be another one
 * afterwards, or none. Once a session: only if the connection breaks is there another look. */
struct outbox_doubts {
    struct sv subject; /* of the first one, may be empty */
    size_t count;
};
enum status outbox_recover(const struct outbox *outbox, struct imap *imap,
                           const struct imap_call *call, const struct folders *folders,
                           struct outbox_doubts *doubts) MUST_USE;

#endif

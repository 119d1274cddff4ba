/* draft.h — a message that is being written, and its version in Drafts.
 *
 * A composition has one Message-ID for its whole life. Each save appends a new version to Drafts
 * and only then deletes the one it came from, and that one only: whatever breaks in between leaves
 * a message too many, never one too few. What a mail program cannot keep in a message's own fields
 * (what it answers, what was typed as a recipient and is none yet) stands in fields of ours, which
 * never leave the account.
 */
#ifndef VM_DRAFT_H
#define VM_DRAFT_H

#include "letter.h"
#include "write.h"

/* How it began. */
enum draft_mode {
    DRAFT_NEW,
    DRAFT_REPLY,
    DRAFT_REPLY_ALL,
    DRAFT_REPLY_LIST,
    DRAFT_FORWARD, /* in the text, attachments carried over */
    DRAFT_ATTACH,  /* as an attachment */
    DRAFT_EDIT,    /* a copy of a message as a new one */
    DRAFT_RESUME,  /* a draft, gone on with */
    DRAFT_MODE_COUNT
};

/* "new", "reply", "replyall", "replylist", "forward", "attach", "edit", "draft": in URLs and forms.
 */
extern const char *const draft_mode_names[DRAFT_MODE_COUNT];
enum status draft_mode_find(struct sv name, enum draft_mode *mode) MUST_USE;

/* The message it began with; uid 0: none. */
struct draft_origin {
    enum draft_mode mode;
    struct sv folder;
    uint32_t uidvalidity, uid;
    struct sv nested; /* part id of a message/rfc822 in it, or empty */
};

/* As one line of ASCII, for a header field; empty if there is none or the folder's name is too
 * long. */
struct sv draft_origin_write(struct arena *arena, const struct draft_origin *origin);
/* STATUS_INVALID for anything that draft_origin_write() would not have written. */
enum status draft_origin_read(struct arena *arena, struct sv text,
                              struct draft_origin *origin) MUST_USE;

/* A recipient field: what was typed, and the addresses in it. */
struct draft_people {
    struct sv typed;
    struct addresses good;
    bool faulty; /* `typed` holds more than `good` */
};

struct draft {
    struct sv message_id;
    struct addresses from;
    struct addresses reply_to; /* empty: answers go to `from` */
    struct draft_people to, cc, bcc;
    struct sv subject;
    struct sv text; /* UTF-8, any line ends */
    struct msgids in_reply_to, references;
    struct draft_origin origin;
    struct date date;
    const struct attachment *attachments;
    size_t attachment_n;
};

/* A version in Drafts; uid 0: none. */
struct draft_version {
    uint32_t uidvalidity, uid;
};

/* What is known of a version. */
struct draft_found {
    struct draft_version version;
    bool expected;  /* it is the one that was asked for */
    bool submitted; /* $Submitted: it has been sent */
    bool pending;   /* $SubmitPending: it may have been sent */
    const struct imap_part *structure;
    struct sv
        aside; /* draft_save(): the folder where it goes when it is replaced; empty: nowhere */
};

/* Selects `drafts` and looks for that version of that message or, if it is gone, for the newest one
 * with that Message-ID. STATUS_NOT_FOUND if there is none. */
enum status draft_find(struct imap *imap, const struct imap_call *call, struct sv drafts,
                       struct sv message_id, struct draft_version version,
                       struct draft_found *found) MUST_USE;

/* UIDs of the messages in the selected mailbox with that Message-ID, ascending. */
enum status draft_versions(struct imap *imap, const struct imap_call *call, struct sv message_id,
                           struct imap_uids *uids) MUST_USE;

/* True if a message is made as we make them: its text, one text/plain part, first, everything else
 * attached. Then text and attachments are set (attachments: an array). Only such a draft is ever
 * replaced: one with an HTML body, of another program, stays as it is. */
bool draft_is_ours(const struct imap_part *structure, const struct imap_part **text,
                   const struct imap_part **attachments, size_t *attachment_n);

/* Fields of ours in a draft. */
#define DRAFT_FIELDS "X-VAGUEMESTRE-ORIGIN X-VAGUEMESTRE-TO X-VAGUEMESTRE-CC X-VAGUEMESTRE-BCC"

/* The message as it is kept in Drafts (`keep`: with what was typed and is no recipient) or as it
 * goes out. Statuses of message_compose(). */
enum status draft_compose(struct arena *arena, const struct draft *draft, bool keep,
                          struct message *message) MUST_USE;

/* Appends the message to Drafts, then deletes `old` if that is a version that was expected and is
 * ours; the mark of having perhaps been sent goes on to the new one. Failing to delete is no
 * failure. */
enum status draft_save(struct imap *imap, const struct imap_call *call, struct sv drafts,
                       struct sv message_id, const struct message *message,
                       const struct draft_found *old, struct draft_version *saved) MUST_USE;

#endif

/* compose_save.h — a form of /compose becomes a version in Drafts: the text as typed, attachments
 * of the version before, of the message it began with, and those that came with the form. */
#ifndef VM_COMPOSE_SAVE_H
#define VM_COMPOSE_SAVE_H

#include "compose_form.h"
#include "folder.h"

struct desk {
    struct page *page;
    struct compose *compose;
    struct imap *imap;
    struct folders folders;
    struct sv drafts;
    struct draft_found old; /* what is in Drafts; version.uid 0: nothing yet */
    struct spool spool;     /* of what is carried over */
    struct message message; /* after desk_save() */
    bool lost;              /* attachments that the form shows are no longer to be had */
    bool parted;            /* see desk_part() */
    bool busy; /* the version in Drafts is being sent: it stays beside the one to come */
};

/* Connects and finds the version in Drafts. desk_close() it also after a failure. */
enum status desk_open(struct desk *desk, struct page *page, struct compose *compose) MUST_USE;
void desk_close(struct desk *desk);
/* What the form shows becomes a message of its own, with a Message-ID of its own: the one that it
 * was has been sent, or is being sent, and stays as it is. The form says so. */
void desk_part(struct desk *desk);
/* Opens the desk, saves the form as a draft, after desk_part() where that is due, and closes it. */
enum status desk_keep(struct desk *desk, struct page *page, struct compose *compose) MUST_USE;
/* Saves. keep: as a draft, with what only drafts hold; otherwise as it goes out. The form then
 * shows the new version; `lost` and a sentence at the attachments tell what is missing in it. */
enum status desk_save(struct desk *desk, bool keep) MUST_USE;

#endif

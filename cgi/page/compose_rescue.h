/* compose_rescue.h — a form of /compose that comes after the end of its session: saved in Drafts,
 * whatever its button was, and never sent. */
#ifndef VM_COMPOSE_RESCUE_H
#define VM_COMPOSE_RESCUE_H

#include "compose_form.h"

/* The session has just ended (page->rescue). The answer shows nothing of the mailbox: it goes to
 * the sign-in, or to the closing page of a public session, which say where the draft is. The same
 * form sent again is in Drafts once. Files that do not fit, or are gone, are left behind and said
 * to be. A script learns from the address which version its next save replaces (draft_v,
 * draft_uid). */
enum status compose_rescue(struct page *page, struct compose *compose) MUST_USE;
/* The writer has signed in again since the form was opened (page->stale): saved, and shown again
 * with the new session's token. */
enum status compose_resume(struct page *page, struct compose *compose) MUST_USE;

#endif

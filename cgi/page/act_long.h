/* act_long.h — what POST /act does to more messages than a request should: as a job (job_act.h). */
#ifndef VM_ACT_LONG_H
#define VM_ACT_LONG_H

#include "act.h"
#include "page.h"

/* True if the form says that all of the folder or search are meant (field `all`). */
bool act_means_all(const struct page *page);
/* How many that are, as the list said (field `total`); 0: it did not. */
uint64_t act_all_count(const struct page *page);
/* True if it is to be a job. folder: the request's, or NULL. */
bool act_is_long(const struct page *page, const struct act_request *request,
                 const struct folder *folder);
/* Where messages go, made if the account has no such folder: Archive, Junk, Trash, the inbox, or
 * the form's `to`, which must be able to hold messages; of tags, the form's `tag`; empty: they
 * stay. */
enum status act_target(struct page *page, struct imap *imap, const struct folders *folders,
                       enum act act, struct sv *target) MUST_USE;
/* The next form offers it first. */
void act_remember_target(struct page *page, enum act act, struct sv target);
/* Starts it, waits a moment, and goes on to `way`. The user has been asked already, if need be. */
enum status act_long(struct page *page, struct imap *imap, const struct folders *folders,
                     const struct act_request *request, struct sv way) MUST_USE;

#endif

/* compose_start.h — what a new form of /compose begins with. */
#ifndef VM_COMPOSE_START_H
#define VM_COMPOSE_START_H

#include "compose_form.h"

/* From the query: a new message (to, cc, subject, body), or one that begins with another (folder,
 * v, uid, nested, mode). Statuses of target_read() and letter_load(). */
enum status compose_start(struct page *page, struct compose *out) MUST_USE;

#endif

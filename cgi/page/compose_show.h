/* compose_show.h — a form of /compose that comes back. */
#ifndef VM_COMPOSE_SHOW_H
#define VM_COMPOSE_SHOW_H

#include "compose_form.h"

/* With a failure over it, as typed; files that came with it and are not saved must be chosen again,
 * and it says so. */
enum status compose_show_failure(struct page *page, struct compose *compose,
                                 enum status why) MUST_USE;
/* "Cause. Remedy. (CODE)" */
struct sv compose_failure_text(struct page *page, enum status why);

#endif

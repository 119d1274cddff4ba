/* compose_send.h — what the Send button of /compose does. */
#ifndef VM_COMPOSE_SEND_H
#define VM_COMPOSE_SEND_H

#include "compose_form.h"
#include "outbox.h"

struct outbox compose_outbox(const struct page *page);

/* Sends the form's message and goes back to where the writer came from; or shows the form again,
 * with the reason. */
enum status compose_send(struct page *page, struct compose *compose) MUST_USE;
/* Says on the form what store and keyword know of an earlier attempt to send this message. */
enum status compose_tell_state(struct page *page, struct compose *compose, bool marked) MUST_USE;

#endif

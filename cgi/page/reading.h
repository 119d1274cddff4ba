/* reading.h — one message as templates/reading.cs shows it: for the page of a message, and for the
 * reading pane of the list. */
#ifndef VM_READING_H
#define VM_READING_H

#include "place.h"

/* Fills Message.* of the page's view with message `uid` of place->folder, which is selected on
 * `imap`. Previous and next follow the place. *reads: the message is unread and, as
 * the user's preferences say, marked as read once the answer is out; the folder list shows it as
 * read already. STATUS_CHANGED if uidvalidity is not that of the folder, STATUS_NOT_FOUND if the
 * message is gone (the diagnosis says either). */
enum status page_reading_fill(struct page *page, struct imap *imap, const struct place *place,
                              const struct folders *folders, uint32_t uidvalidity, uint32_t uid,
                              bool *reads) MUST_USE;

#endif

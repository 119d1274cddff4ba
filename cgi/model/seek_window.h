/* seek_window.h — how far back the next window of a search goes: arithmetic without any server.
 *
 * A window is a stretch of days, by which messages of many folders come out newest first. It is as
 * long as to hold about as many messages as can be looked at in a moment (`aim`), judged by the
 * window before it. */
#ifndef VM_SEEK_WINDOW_H
#define VM_SEEK_WINDOW_H

#include "imap_search.h"

enum { SEEK_OPEN = INT32_MIN }; /* in place of a day: no bound */

/* From the day `since` on, up to and without the day `before`; days since 1970-01-01. */
struct seek_window {
    int32_t since, before;
};

int32_t seek_day(struct imap_day day);
struct imap_day seek_date(int32_t day); /* within 1900 to 9998 */

/* messages: of all folders. One window for all, if they are no more than `aim`. */
struct seek_window seek_window_first(int32_t today, uint64_t messages, uint64_t aim);
/* The one before `last`, in which `looked` messages were; `left` messages are older still. */
struct seek_window seek_window_next(struct seek_window last, int32_t today, uint64_t looked,
                                    uint64_t left, uint64_t aim);
/* The instant (seconds since 1970) from which on no older window can bring a message any more,
 * whatever time zone the server judges days by. INT64_MIN for a window without a beginning. */
int64_t seek_window_settled(struct seek_window window);

#endif

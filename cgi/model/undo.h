/* undo.h — what a move has moved, or which messages were marked, as a token that a form can carry:
 * "m.7.1:3,9.SW5ib3g.VHJhc2g". */
#ifndef VM_UNDO_H
#define VM_UNDO_H

#include "imap_set.h"

enum undo_mark {
    UNDO_MOVE,
    UNDO_JUNK,    /* was marked as junk too */
    UNDO_NOTJUNK, /* was marked as no junk too */
    /* not moved at all */
    UNDO_TAG,   /* got the keyword that stands in origin */
    UNDO_UNTAG, /* lost it */
    UNDO_SEEN   /* was marked as read; origin is folder */
};

struct undo {
    enum undo_mark mark;
    struct sv folder;      /* where the messages are */
    struct sv origin;      /* where they were, or the keyword */
    uint32_t uidvalidity;  /* of folder */
    struct imap_uids uids; /* in folder */
};

enum { UNDO_TEXT_MAX = 6000, UNDO_UIDS_MAX = 100 * 1000, UNDO_NAME_MAX = 2000 };

/* Empty if it would be longer than UNDO_TEXT_MAX. */
struct sv undo_write(struct arena *arena, const struct undo *undo);
/* STATUS_INVALID for anything that undo_write() would not have written. */
enum status undo_read(struct arena *arena, struct sv text, struct undo *out) MUST_USE;

#endif

/* selection.h — messages of several folders, as short texts that a form or a URL can carry:
 * "7.1:3,9.SW5ib3g;8.4.VHJhc2g" (UIDVALIDITY, UIDs, folder). */
#ifndef VM_SELECTION_H
#define VM_SELECTION_H

#include "imap_set.h"

enum {
    SELECTION_FOLDERS_MAX = 1000,
    SELECTION_UIDS_MAX = 20 * 1000,
    SELECTION_NAME_MAX = 2000 /* bytes of a folder's name */
};

struct selection_group {
    struct sv folder;
    uint32_t uidvalidity;
    struct imap_uids uids; /* ascending, each once */
};

/* Begins as {0}. */
struct selection {
    struct selection_group *p; /* each folder and UIDVALIDITY once */
    size_t n;
    size_t room;
    size_t uids; /* of all of them */
};

/* One group. Empty if it would be longer than `most`. */
struct sv selection_text(struct arena *arena, struct sv folder, uint32_t uidvalidity,
                         struct imap_uids uids, size_t most);
/* All of it; empty if there is nothing, or if it would be longer than `most`. */
struct sv selection_write(struct arena *arena, const struct selection *selection, size_t most);
/* Joins what a text says to the selection. STATUS_INVALID for anything that is none, and
 * STATUS_TOO_LARGE beyond the limits; the selection is as before then. */
enum status selection_add(struct arena *arena, struct sv text,
                          struct selection *selection) MUST_USE;
/* NULL: nothing of that folder. */
const struct selection_group *selection_find(const struct selection *selection, struct sv folder,
                                             uint32_t uidvalidity);
/* Without these; a group that becomes empty stays with none. */
void selection_remove(struct arena *arena, struct selection *selection, struct sv folder,
                      uint32_t uidvalidity, struct imap_uids uids);

#endif

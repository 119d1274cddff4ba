/* folder_choice.h — what the user has chosen for folders, laid over what the server lists; inside
 * model/folder. */
#ifndef VM_FOLDER_CHOICE_H
#define VM_FOLDER_CHOICE_H

#include "folder.h"

struct folder_choices {
    struct store_folder *p; /* by name */
    size_t n;
};

/* Gives each use to the folder that was chosen for it, if that is there and holds messages, and
 * takes it from the one that had it. listed->p is replaced by a changed copy if need be. */
void folder_choices_apply(struct arena *arena, const struct folder_choices *choices,
                          struct imap_folders *listed);
/* Colours and last targets. */
void folder_choices_mark(const struct folder_choices *choices, struct folders *folders);

#endif

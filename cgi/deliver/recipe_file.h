/* recipe_file.h — from the webmail's directory into the delivering user's home. Everything here is
 * done with that user's own rights. */
#ifndef VM_RECIPE_FILE_H
#define VM_RECIPE_FILE_H

#include <sys/types.h>

#include "str.h"

struct arena;

/* STATUS_NOT_FOUND: there is no file, or no directory. STATUS_DENIED: it is a link, no plain file,
 * not the owner's (or root's), or others can write to it. STATUS_TOO_LARGE, STATUS_IO. Never waits.
 */
enum status recipe_file_read(struct arena *arena, const char *directory, struct sv account,
                             uid_t owner, struct sv *text) MUST_USE;
/* Puts the recipes into home/name: a plain file of the user's own, mode 0600, replaced whole and
 * only if it differs. STATUS_DENIED: the home belongs to another or others can write to it, so that
 * the file might be another one by the time that procmail reads it. STATUS_IO. */
enum status recipe_file_write(struct arena *arena, const char *home, const char *name,
                              struct sv recipes) MUST_USE;
/* STATUS_DENIED if the working directory is the home itself: recipes could then name files there.
 */
enum status recipe_place_check(const char *home) MUST_USE;

#endif

/* forget_second.h — `vaguemestre --forget-second USER`: for somebody who has lost telephone, keys
 * and recovery codes. */
#ifndef VM_FORGET_SECOND_H
#define VM_FORGET_SECOND_H

#include "config.h"

/* Takes the second factor of a user out of the store, and says on standard output what it was; the
 * program may be running. STATUS_NOT_FOUND if there was none; *reason says what went wrong. Takes
 * the configuration over. */
enum status forget_second(struct config *config, const char *user, struct arena *arena,
                          struct sv *reason) MUST_USE;

#endif

/* check.h — `vaguemestre --check`: tries for real what the configuration names. */
#ifndef VM_CHECK_H
#define VM_CHECK_H

#include "config.h"

/* Prints one line a thing tried, "ok" or what is wrong and what to do, to stdout. The config is
 * freed. STATUS_OK if everything works, else STATUS_UNAVAILABLE. */
enum status check_run(struct config *config, struct arena *arena) MUST_USE;

#endif

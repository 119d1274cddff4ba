/* failure.h — the one table from a status to what the world sees of it. */
#ifndef VM_FAILURE_H
#define VM_FAILURE_H

#include "log.h"
#include "status.h"

struct failure {
    unsigned code; /* HTTP status (RFC 9110) */
    enum log_level level;
    const char *key; /* catalogue key below "failure.", for when no cause is known */
};

/* Never NULL. STATUS_OK gives 200. */
const struct failure *failure_of(enum status status);

#endif

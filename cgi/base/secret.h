/* secret.h — memory for passwords and keys.
 *
 * It lies in pages of its own that are kept out of swap (mlock), out of core files (MADV_DONTDUMP)
 * and out of child processes (MADV_DONTFORK), and is wiped when it is given back. Where the limit
 * RLIMIT_MEMLOCK does not allow more locked pages, what comes then is not locked but otherwise the
 * same; the log says so once (memory-not-locked). Small secrets share a page: one of 64 bytes takes
 * that and no more. All functions may be called from any thread.
 */
#ifndef VM_SECRET_H
#define VM_SECRET_H

#include <stddef.h>

#include "str.h"

enum { SECRET_MAX = 4096 }; /* bytes of one */

/* Zeroed. Stops the process without memory, or beyond SECRET_MAX. */
void *secret_new(size_t size);
/* Wiped, then given back. NULL is accepted. */
void secret_free(void *secret);
/* A copy with a NUL behind it that the view does not count. */
char *secret_copy(struct sv text);
/* For a secret that must lie elsewhere: its pages are kept out of swap and core files, for good. */
void secret_keep(void *p, size_t n);
/* Wipes in a way that no compiler leaves out. */
void secret_wipe(void *p, size_t n);

/* Forgets what functions that have returned have left on this thread's stack: at the end of a piece
 * of work that had letters or passwords in buffers there. Not in the first thread. */
void secret_forget_stack(void);

/* What is in use, for tests. */
struct secret_use {
    size_t secrets, pages, locked;
};
struct secret_use secret_used(void);

#endif

/* listen.h — where requests come in. */
#ifndef VM_LISTEN_H
#define VM_LISTEN_H

#include "arena.h"

/* A listening socket: the one that systemd hands over (LISTEN_FDS, sd_listen_fds(3)), else file
 * descriptor 0 if it is one (spawn-fcgi), else a new Unix socket at `path`, in place of one that
 * nobody serves any more. STATUS_NOT_FOUND if there is none of these, STATUS_EXISTS if another
 * process serves the path, STATUS_IO; *reason is English, in the arena. */
enum status listen_open(const char *path, struct arena *arena, int *fd, struct sv *reason) MUST_USE;
/* Removes the socket's file if listen_open made it, and closes it. */
void listen_close(const char *path, int fd);

#endif

/* server.h — one process, N threads: accepts FastCGI requests until told to stop. */
#ifndef VM_SERVER_H
#define VM_SERVER_H

#include "config.h"

struct server;

/* Builds everything that the configuration names: store, key, templates, sessions, jail. The config
 * belongs to the server from now on, also on failure. *reason is English, in the arena. */
enum status server_new(struct config *config, struct arena *arena, struct server **out,
                       struct sv *reason) MUST_USE;
void server_free(struct server **server);

/* Serves on a listening socket until SIGTERM or SIGINT; requests in flight are finished. SIGHUP
 * reads config_path anew. The signals must be blocked in the calling thread. */
enum status server_run(struct server *server, int listen_fd, const char *config_path) MUST_USE;

#endif

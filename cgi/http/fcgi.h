/* fcgi.h — a libfcgi request seen as an environment, a source and a sink. */
#ifndef VM_FCGI_H
#define VM_FCGI_H

#include <fcgiapp.h>

#include "clock.h"
#include "flow.h"
#include "request.h"

/* Lives as long as the accepted request. The deadline bounds the whole exchange with the web
 * server, which buffers for slow clients in both directions. */
struct fcgi {
    FCGX_Request *request; /* lent */
    struct deadline deadline;
};

void fcgi_init(struct fcgi *fcgi, FCGX_Request *request, struct deadline deadline);
struct request_env fcgi_env(struct fcgi *fcgi);
/* STATUS_TIMEOUT at the deadline, STATUS_CLOSED when the web server has gone. */
struct source fcgi_source(struct fcgi *fcgi);
/* The same. */
struct sink fcgi_sink(struct fcgi *fcgi);
/* In place of FCGX_Finish_r: drops the connection without an end of request, so that the web server
 * breaks its answer off instead of passing a part for the whole. */
void fcgi_abort(struct fcgi *fcgi);

#endif

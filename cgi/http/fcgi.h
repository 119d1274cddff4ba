/* fcgi.h — a libfcgi request seen as an environment, a source and a sink. */
#ifndef VM_FCGI_H
#define VM_FCGI_H

#include <fcgiapp.h>

#include "clock.h"
#include "flow.h"
#include "request.h"

/* Both directions of one accepted request. The deadlines bound each wait for the web server, which
 * buffers for slow clients. Lives as long as the request. */
struct fcgi {
    FCGX_Request *request;    /* lent, accepted */
    struct deadline deadline; /* of the whole exchange */
};

void fcgi_init(struct fcgi *fcgi, FCGX_Request *request, struct deadline deadline);
struct request_env fcgi_env(struct fcgi *fcgi);
/* STATUS_TIMEOUT, STATUS_CLOSED, STATUS_PROTOCOL. */
struct source fcgi_source(struct fcgi *fcgi);
/* STATUS_CLOSED when the web server has gone, STATUS_TIMEOUT at the deadline. */
struct sink fcgi_sink(struct fcgi *fcgi);

#endif

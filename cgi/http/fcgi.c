#include "fcgi.h"

#include <limits.h>
#include <sys/socket.h>
#include <sys/time.h>

void fcgi_init(struct fcgi *fcgi, FCGX_Request *request, struct deadline deadline)
{
    *fcgi = (struct fcgi){request, deadline};
}

static const char *env_get(void *context, const char *name)
{
    struct fcgi *fcgi = context;
    return FCGX_GetParam(name, fcgi->request->envp);
}

static void env_extend(void *context, int64_t ms)
{
    struct fcgi *fcgi = context;
    fcgi->deadline = deadline_in(ms);
}

struct request_env fcgi_env(struct fcgi *fcgi)
{
    return (struct request_env){env_get, fcgi, env_extend};
}

/* libfcgi knows no deadlines; the socket does. It blocks in read() and write(), which then fail. */
static enum status wait_bound(struct fcgi *fcgi, int direction)
{
    int left = deadline_left(fcgi->deadline);
    if (left == 0)
        return STATUS_TIMEOUT;
    struct timeval tv = {.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000};
    if (setsockopt(fcgi->request->ipcFd, SOL_SOCKET, direction, &tv, sizeof(tv)) != 0)
        return STATUS_CLOSED;
    return STATUS_OK;
}

static enum status failure_of_stream(struct fcgi *fcgi)
{
    return deadline_passed(fcgi->deadline) ? STATUS_TIMEOUT : STATUS_CLOSED;
}

/* FCGX_GetStr fills all the room it is given, however long that takes: it is asked for what its
 * buffer holds, so that the deadline is looked at between two reads of the socket. */
static enum status in_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct fcgi *fcgi = context;
    FCGX_Stream *in = fcgi->request->in;
    if (room == 0) {
        *n = 0;
        return STATUS_OK;
    }
    if (in->rdNext == in->stop) {
        enum status status = wait_bound(fcgi, SO_RCVTIMEO);
        if (status != STATUS_OK)
            return status;
        int first = FCGX_GetChar(in);
        if (first < 0 && FCGX_GetError(in) != 0)
            return failure_of_stream(fcgi);
        if (first < 0) {
            *n = 0;
            return STATUS_OK;
        }
        (void)FCGX_UnGetChar(first, in);
    }
    size_t held = (size_t)(in->stop - in->rdNext);
    int got = FCGX_GetStr(buffer, (int)(room < held ? room : held), in);
    *n = (size_t)got;
    return STATUS_OK;
}

struct source fcgi_source(struct fcgi *fcgi)
{
    return (struct source){in_read, fcgi};
}

static enum status out_write(void *context, struct sv piece)
{
    struct fcgi *fcgi = context;
    while (piece.n > 0) {
        enum status status = wait_bound(fcgi, SO_SNDTIMEO);
        if (status != STATUS_OK)
            return status;
        struct sv part = sv_slice(piece, 0, INT_MAX);
        if (FCGX_PutStr(part.p, (int)part.n, fcgi->request->out) != (int)part.n)
            return failure_of_stream(fcgi);
        piece = sv_slice(piece, part.n, piece.n);
    }
    return STATUS_OK;
}

struct sink fcgi_sink(struct fcgi *fcgi)
{
    return (struct sink){out_write, fcgi};
}

void fcgi_abort(struct fcgi *fcgi)
{
    FCGX_Free(fcgi->request, 1);
}

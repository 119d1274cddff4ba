/* script_server.h — a server in the test's own memory that follows a script. */
#ifndef VM_SCRIPT_SERVER_H
#define VM_SCRIPT_SERVER_H

#include "clock.h"
#include "str.h"
#include "test.h"

/* A server that follows a script: each line of the client's must be the next one expected. The
 * message between DATA and the dot is kept apart; the dot itself is the line ".". */
struct step {
    const char *line;  /* NULL ends the script */
    const char *reply; /* NULL: closes instead of answering; "": says nothing */
};

struct server {
    const struct step *steps;
    size_t at;
    size_t cut;     /* number of the step at which the server closes, SIZE_MAX for none */
    size_t portion; /* bytes a receive hands out at most */
    bool in_data, closed, gives_up;
    char got[4096]; /* what the client has sent and is not yet a line */
    size_t got_n;
    char out[8192]; /* replies not yet read */
    size_t out_n, out_at;
    char message[65536];
    size_t message_n;
    unsigned sends;
};

static void answer(struct server *s, const char *reply)
{
    size_t n = strlen(reply);
    assert_true(s->out_n + n < sizeof s->out);
    memcpy(s->out + s->out_n, reply, n);
    s->out_n += n;
}

static void line_arrived(struct server *s, struct sv line)
{
    if (s->in_data && !sv_eq(line, SV(".\r\n"))) {
        assert_true(s->message_n + line.n < sizeof s->message);
        memcpy(s->message + s->message_n, line.p, line.n);
        s->message_n += line.n;
        return;
    }
    s->in_data = false;
    const struct step *step = &s->steps[s->at];
    if (sv_eq(line, SV("QUIT\r\n")) && (!step->line || strcmp(step->line, "QUIT") != 0))
        return;
    if (!step->line)
        fail_msg("unexpected line: %.*s", SV_ARG(line));
    assert_true(sv_ends(line, SV("\r\n")));
    assert_sv(sv_slice(line, 0, line.n - 2), step->line);
    if (s->at++ == s->cut || !step->reply) {
        s->closed = true;
        return;
    }
    answer(s, step->reply);
    s->in_data = sv_starts(line, SV("DATA")) && step->reply[0] == '3';
    if (s->in_data && s->gives_up)
        answer(s, "452 4.3.1 disk full\r\n");
}

static enum status server_send(void *context, struct sv bytes, struct deadline deadline)
{
    struct server *s = context;
    (void)deadline;
    s->sends++;
    if (s->closed)
        return STATUS_CLOSED;
    for (size_t i = 0; i < bytes.n && !s->closed; i++) {
        assert_true(s->got_n < sizeof s->got);
        s->got[s->got_n++] = bytes.p[i];
        if (bytes.p[i] == '\n') {
            struct sv line = {s->got, s->got_n};
            s->got_n = 0;
            line_arrived(s, line);
        }
    }
    return STATUS_OK;
}

static enum status server_receive(void *context, void *buffer, size_t room,
                                  struct deadline deadline, size_t *n)
{
    struct server *s = context;
    (void)deadline;
    size_t ready = s->out_n - s->out_at;
    if (ready == 0)
        return s->closed ? STATUS_CLOSED : STATUS_TIMEOUT;
    *n = ready < room ? ready : room;
    if (s->portion > 0 && *n > s->portion)
        *n = s->portion;
    memcpy(buffer, s->out + s->out_at, *n);
    s->out_at += *n;
    return STATUS_OK;
}

#endif

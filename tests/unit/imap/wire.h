/* wire.h — a line with a script instead of a server at its other end.
 *
 * A script is a list of exchanges: bytes that the client must send, and bytes that the server
 * answers. Tags are unguessable, so both are written with "@1@" for the first tag that the client
 * uses, "@2@" for the second… A script with nothing expected takes whatever the client sends.
 */
#ifndef VM_TEST_WIRE_H
#define VM_TEST_WIRE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap.h"

enum { WIRE_TAGS = 2000, WIRE_TAG = 12 };

struct wire_tags {
    char tag[WIRE_TAGS][WIRE_TAG + 1];
    size_t n;
};

struct wire_turn {
    bool server;
    char *bytes;
    size_t n, room;
};

struct wire {
    struct wire_turn *turns;
    size_t count, room;
    bool strict;  /* what the client sends is compared */
    size_t piece; /* the server's bytes come in pieces of this size; 0: as much as fits */
    size_t split; /* or in two, cut at this byte of each turn */
    size_t turn, at;
    bool mismatch;
    bool closed;
    struct wire_tags tags;
};

static inline bool wire_is_tag(const char *p, size_t n)
{
    if (n <= WIRE_TAG || p[WIRE_TAG] != ' ')
        return false;
    for (size_t i = 0; i < WIRE_TAG; i++)
        if (!((p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= '2' && p[i] <= '7')))
            return false;
    return true;
}

static inline void wire_turn_add(struct wire_turn *turn, const char *p, size_t n)
{
    if (turn->n + n + 1 > turn->room) {
        turn->room = (turn->n + n + 1) * 2;
        turn->bytes = realloc(turn->bytes, turn->room);
    }
    if (n > 0)
        memcpy(turn->bytes + turn->n, p, n);
    turn->n += n;
    turn->bytes[turn->n] = '\0';
}

/* Bytes of one side; those of the same side as the last ones join them, unless
 * these have been heard. */
static inline void wire_add(struct wire *wire, bool server, const char *p, size_t n)
{
    if (wire->turn == wire->count || wire->turns[wire->count - 1].server != server) {
        if (wire->count == wire->room) {
            wire->room = wire->room ? wire->room * 2 : 64;
            wire->turns = realloc(wire->turns, wire->room * sizeof *wire->turns);
        }
        wire->turns[wire->count++] = (struct wire_turn){.server = server};
    }
    wire_turn_add(&wire->turns[wire->count - 1], p, n);
}

static inline void wire_free(struct wire *wire)
{
    for (size_t i = 0; i < wire->count; i++)
        free(wire->turns[i].bytes);
    free(wire->turns);
    *wire = (struct wire){0};
}

/* Learns the tags at the starts of lines, and writes them as "@n@". */
static inline void wire_generalise(struct wire_tags *tags, struct sv bytes, bool learn,
                                   struct wire_turn *out)
{
    bool line_start = true;
    for (size_t i = 0; i < bytes.n; i++) {
        if (line_start && wire_is_tag(bytes.p + i, bytes.n - i)) {
            size_t k = 0;
            while (k < tags->n && memcmp(tags->tag[k], bytes.p + i, WIRE_TAG) != 0)
                k++;
            if (k == tags->n && learn && tags->n < WIRE_TAGS)
                memcpy(tags->tag[tags->n++], bytes.p + i, WIRE_TAG);
            if (k < tags->n) {
                char number[32];
                wire_turn_add(out, number, (size_t)snprintf(number, sizeof number, "@%zu@", k + 1));
                i += WIRE_TAG;
                wire_turn_add(out, " ", 1);
                line_start = false;
                continue;
            }
        }
        wire_turn_add(out, bytes.p + i, 1);
        line_start = bytes.p[i] == '\n';
    }
}

static inline enum status wire_send(void *context, struct sv bytes, struct deadline deadline)
{
    struct wire *wire = context;
    struct wire_turn said = {0};
    (void)deadline;
    wire_generalise(&wire->tags, bytes, true, &said);
    if (wire->strict) {
        const struct wire_turn *turn = wire->turn < wire->count ? &wire->turns[wire->turn] : NULL;
        if (!turn || turn->server || turn->n - wire->at < said.n ||
            memcmp(turn->bytes + wire->at, said.bytes, said.n) != 0) {
            if (!sv_eq(bytes, SV("BYE LOGOUT\r\n"))) {
                wire->mismatch = true;
                fprintf(stderr, "sent \"%s\" instead of \"%s\"\n", said.bytes,
                        turn && !turn->server ? turn->bytes + wire->at : "(nothing)");
            }
            free(said.bytes);
            return STATUS_CLOSED;
        }
        wire->at += said.n;
        if (wire->at == turn->n) {
            wire->turn++;
            wire->at = 0;
        }
    }
    free(said.bytes);
    return STATUS_OK;
}

/* The next byte of the server's turn, or a tag. */
static inline size_t wire_expand(struct wire *wire, const struct wire_turn *turn, char *out,
                                 size_t *used)
{
    const char *p = turn->bytes + wire->at;
    unsigned k = 0;
    int length = 0;
    if (*p == '@' && sscanf(p, "@%u@%n", &k, &length) == 1 && length > 0 && k >= 1) {
        if (k > wire->tags.n)
            return 0; /* the command that this answers has not come yet */
        memcpy(out, wire->tags.tag[k - 1], WIRE_TAG);
        *used = (size_t)length;
        return WIRE_TAG;
    }
    *out = *p;
    *used = 1;
    return 1;
}

static inline enum status wire_receive(void *context, void *buffer, size_t room,
                                       struct deadline deadline, size_t *n)
{
    struct wire *wire = context;
    char *out = buffer;
    size_t got = 0, most = wire->piece > 0 && wire->piece < room ? wire->piece : room;
    (void)deadline;
    while (!wire->strict && wire->turn < wire->count && !wire->turns[wire->turn].server)
        wire->turn++;
    if (wire->turn >= wire->count || !wire->turns[wire->turn].server)
        return STATUS_CLOSED;
    const struct wire_turn *turn = &wire->turns[wire->turn];
    while (wire->at < turn->n && got < most && (got == 0 || wire->at != wire->split)) {
        char expanded[WIRE_TAG];
        size_t used = 0, length = wire_expand(wire, turn, expanded, &used);
        if (length == 0 || (length > 1 && wire->piece > 0 && got > 0))
            break;
        if (got + length > room)
            break;
        memcpy(out + got, expanded, length);
        got += length;
        wire->at += used;
    }
    if (wire->at == turn->n) {
        wire->turn++;
        wire->at = 0;
    }
    *n = got;
    return got > 0 ? STATUS_OK : STATUS_CLOSED;
}

static inline bool wire_alive(void *context)
{
    return !((struct wire *)context)->closed;
}

static inline void wire_close(void *context)
{
    ((struct wire *)context)->closed = true;
}

static inline struct transport wire_transport(struct wire *wire)
{
    return (struct transport){wire_send, wire_receive, wire_alive, wire_close, wire};
}

/* The server's answers only, whatever is asked. */
static inline void wire_script(struct wire *wire, const char *server)
{
    wire_add(wire, true, server, strlen(server));
}

/* A recording: lines of "C text" and "S text", C's escapes, one side's bytes over many lines. */
static inline bool wire_load(struct wire *wire, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    if (!file)
        return false;
    while ((n = getline(&line, &room, file)) > 0) {
        size_t end = (size_t)n - (line[n - 1] == '\n'), k = 0;
        bool server = line[0] == 'S';
        if (end < 2 || (line[0] != 'C' && !server))
            continue;
        for (size_t i = 2; i < end; i++) {
            char c = line[i];
            if (c == '\\' && i + 1 < end) {
                c = line[++i];
                c = c == 'r' ? '\r' : c == 'n' ? '\n' : c;
                if (c == 'x' && i + 2 < end) {
                    const char hex[3] = {line[i + 1], line[i + 2], '\0'};
                    c = (char)strtoul(hex, NULL, 16);
                    i += 2;
                }
            }
            line[k++] = c;
        }
        wire_add(wire, server, line, k);
    }
    free(line);
    fclose(file);
    return true;
}

#endif

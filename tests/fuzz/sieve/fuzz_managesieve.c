/* Any bytes as the server's side of a ManageSieve conversation: never a crash, every name that
 * comes out fit for a line, and no password before TLS. */
#include <stdlib.h>

#include "arena.h"
#include "managesieve.h"
#include "utf8.h"

struct peer {
    struct sv left;
    bool secure, leaked;
};

static enum status peer_send(void *context, struct sv bytes, struct deadline deadline)
{
    struct peer *p = context;
    (void)deadline;
    p->leaked = p->leaked || (!p->secure && sv_starts(bytes, SV("AUTHENTICATE")));
    return STATUS_OK;
}

static enum status peer_receive(void *context, void *buffer, size_t room, struct deadline deadline,
                                size_t *n)
{
    struct peer *p = context;
    (void)deadline;
    if (p->left.n == 0)
        return STATUS_CLOSED;
    /* line by line, so that a peer can wait for its turn */
    size_t line = sv_find_char(p->left, '\n');
    *n = line == SIZE_MAX ? p->left.n : line + 1;
    if (*n > room)
        *n = room;
    memcpy(buffer, p->left.p, *n);
    p->left = sv_slice(p->left, *n, p->left.n);
    return STATUS_OK;
}

static enum status peer_secure(void *context, struct deadline deadline, struct diagnosis *diagnosis)
{
    struct peer *p = context;
    (void)deadline;
    (void)diagnosis;
    p->secure = true;
    return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct peer peer = {.left = {(const char *)data, size}};
    struct diagnosis diagnosis = {0};
    struct arena *arena = arena_new(16 << 20);
    struct managesieve_scripts scripts;
    struct managesieve *m;
    struct sv text;
    const struct managesieve_order order = {
        .line = {.send = peer_send, .receive = peer_receive, .context = &peer},
        .secure = peer_secure,
        .secure_context = &peer,
        .host = "h",
        .arena = arena,
        .deadline = deadline_in(60000),
        .diagnosis = &diagnosis};
    enum status st = managesieve_open(&order, &m);
    if (st == STATUS_OK)
        st = managesieve_login(m, SV("u"), SV("p"));
    if (st == STATUS_OK)
        st = managesieve_list(m, &scripts);
    for (size_t i = 0; st == STATUS_OK && i < scripts.n; i++) {
        if (!utf8_valid(scripts.items[i].name) || sv_has_control(scripts.items[i].name))
            abort();
        st = managesieve_get(m, scripts.items[i].name, &text);
        if (st == STATUS_OK && text.n > MANAGESIEVE_SCRIPT_MAX)
            abort();
    }
    if (st == STATUS_OK)
        st = managesieve_put(m, SV("n"), SV("keep;"));
    if (peer.leaked || (st != STATUS_OK && diagnosis.cause == CAUSE_NONE))
        abort();
    arena_free(&arena);
    return 0;
}

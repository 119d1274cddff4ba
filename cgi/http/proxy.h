/* proxy.h — whose word on the client's address is believed.
 *
 * The peer's address (REMOTE_ADDR) is the client's unless the peer is a trusted proxy; then the
 * last address in X-Forwarded-For that is not a trusted proxy itself is the client's.
 */
#ifndef VM_PROXY_H
#define VM_PROXY_H

#include "network.h"

enum { PROXY_ADDRESS_MAX = IP_TEXT_MAX };

/* Plain data, read by all threads once filled. */
struct proxies {
    struct networks networks;
    bool unix_socket; /* a peer without an address is trusted */
};

/* Adds what networks_add() takes, or "unix:" (a peer without an address: the web server on a local
 * socket). STATUS_INVALID for anything else, STATUS_TOO_LARGE when full. */
enum status proxies_add(struct proxies *proxies, struct sv text) MUST_USE;
/* Writes the client's address in normal form (RFC 5952; IPv4-mapped as IPv4) to out, "unknown" if
 * there is none. A broken element of `forwarded` ends the walk: the hop before it counts. */
void proxies_client(const struct proxies *proxies, struct sv peer, struct sv forwarded,
                    char out[PROXY_ADDRESS_MAX]);

#endif

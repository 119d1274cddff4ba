/* network.h — IP addresses, networks of them, and which addresses are the public Internet's.
 *
 * Every address is 16 bytes, IPv4 in its mapped form (RFC 4291, 2.5.5.2), so that it and its mapped
 * form are one and the same.
 */
#ifndef VM_NETWORK_H
#define VM_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

enum { IP_TEXT_MAX = 46, NETWORKS_MAX = 64 }; /* INET6_ADDRSTRLEN */

struct ip {
    unsigned char bytes[16];
};

struct network {
    struct ip address;
    unsigned char bits; /* 0 to 128 */
};

/* Plain data, read by all threads once filled. */
struct networks {
    struct network at[NETWORKS_MAX];
    size_t n;
};

/* "192.0.2.1" (four decimal numbers, nothing shorter) or "2001:db8::1"; STATUS_INVALID else. */
enum status ip_parse(struct sv text, struct ip *out) MUST_USE;
/* In normal form (RFC 5952), IPv4-mapped as IPv4. */
void ip_write(const struct ip *address, char out[IP_TEXT_MAX]);
/* Unicast of the public Internet by IANA's registries of special-purpose addresses (RFC 6890):
 * nothing of one's own machine or network, nothing reserved, no documentation, no multicast; and of
 * the ways to wrap an IPv4 address only NAT64's own prefix (RFC 6052), around a public one. */
bool ip_is_public(const struct ip *address);
/* What stands for one line and all that is behind it: an IPv4 address as it is, of an IPv6 address
 * the first 64 bits (RFC 6177), within which its owner may call himself anything. */
struct ip ip_line(struct ip address);

/* Adds "192.0.2.1", "192.0.2.0/24" or "2001:db8::/32". STATUS_INVALID for anything else,
 * STATUS_TOO_LARGE when full. */
enum status networks_add(struct networks *networks, struct sv text) MUST_USE;
bool networks_hold(const struct networks *networks, const struct ip *address);

#endif

/* tls.h — a connection for protocols whose STARTTLS libcurl does not know (ManageSieve): plain TCP
 * through libcurl, then TLS by OpenSSL on the same socket when the protocol has agreed on it, with
 * the same trust, the same verification and the same diagnosis as stream.h.
 *
 * Belongs to one thread at a time.
 */
#ifndef VM_TLS_H
#define VM_TLS_H

#include "stream.h"

struct tls;

/* Connects, and with STREAM_TLS secures the connection at once; nothing is said or read. The target
 * outlives the connection; its protocol does not matter. STATUS_UNREACHABLE, STATUS_TIMEOUT,
 * STATUS_INVALID (host), STATUS_IO, and what tls_secure gives. diagnosis may be NULL. */
enum status tls_connect(const struct stream_target *target, struct deadline deadline,
                        struct tls **tls, struct diagnosis *diagnosis) MUST_USE;

/* The handshake, and the certificate judged against the target's host (RFC 6125). The caller makes
 * sure that nothing received before is taken for said under TLS. STATUS_TLS, STATUS_TIMEOUT,
 * STATUS_CLOSED; after a failure only tls_close() is left. */
enum status tls_secure(struct tls *tls, struct deadline deadline,
                       struct diagnosis *diagnosis) MUST_USE;

void tls_close(struct tls **tls); /* NULL and pointer to NULL accepted */

/* The connection as a transport, which owns it from now on; tls_secure() may still be called. */
struct transport tls_transport(struct tls *tls);

#endif

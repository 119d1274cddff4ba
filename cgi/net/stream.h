/* stream.h — a connection to a mail server: resolve, connect, greet, TLS or STARTTLS, verify, then
 * bytes both ways. The only module that uses libcurl for connections.
 *
 * libcurl reads the server's greeting, asks for its capabilities (IMAP CAPABILITY, SMTP EHLO) and
 * negotiates STARTTLS; the stream that is handed over starts where the client speaks next. What the
 * server may do must be asked again, since the answers that came before TLS cannot be trusted.
 *
 * A stream belongs to one thread at a time. A trust is shared by all threads.
 */
#ifndef VM_STREAM_H
#define VM_STREAM_H

#include "transport.h"

enum stream_protocol { STREAM_IMAP, STREAM_SMTP };

enum stream_security {
    STREAM_PLAIN,    /* no TLS: for a server on the same machine only */
    STREAM_STARTTLS, /* plain greeting, then TLS; never goes on without it */
    STREAM_TLS       /* TLS from the first byte (imaps, smtps) */
};

/* The certificates that we believe, read once and shared by all connections. */
struct trust;
struct stream;

struct stream_target {
    enum stream_protocol protocol;
    const char *host; /* a name or a numeric address (IPv6 without brackets); 1 to 255 bytes */
    uint16_t port;
    enum stream_security security;
    struct trust *trust; /* outlives the stream; may be NULL for STREAM_PLAIN */
};

/* Once, before threads start; and once after they have ended. SIGPIPE is ignored from then on. */
enum status net_init(void) MUST_USE;
void net_deinit(void);

/* ca_file: PEM certificates to trust, or NULL for the system's. STATUS_IO when it cannot be read or
 * holds none. */
enum status trust_new(const char *ca_file, struct trust **trust) MUST_USE;
void trust_free(struct trust **trust); /* NULL and pointer to NULL accepted */

/* Verifies the certificate against host (RFC 6125) whenever there is TLS. On failure diagnosis (may
 * be NULL) tells host, port, stage and cause; for a certificate also its dates and names.
 * STATUS_UNREACHABLE, STATUS_TLS, STATUS_TIMEOUT, STATUS_CLOSED, STATUS_PROTOCOL,
 * STATUS_UNAVAILABLE (the greeting says no), STATUS_INVALID (host). */
enum status stream_open(const struct stream_target *target, struct deadline deadline,
                        struct stream **stream, struct diagnosis *diagnosis) MUST_USE;
void stream_close(struct stream **stream); /* NULL and pointer to NULL accepted */

/* Sends all of bytes. After STATUS_TIMEOUT or STATUS_CLOSED part of it may have gone: close. */
enum status stream_send(struct stream *stream, struct sv bytes, struct deadline deadline) MUST_USE;

/* Waits for at least one byte and takes what is there, up to room: *n > 0 on STATUS_OK. The end of
 * the stream is STATUS_CLOSED. STATUS_TIMEOUT leaves the stream usable. */
enum status stream_receive(struct stream *stream, void *buffer, size_t room,
                           struct deadline deadline, size_t *n) MUST_USE;

/* False when the peer has closed an idle stream. Does not wait and takes no byte. */
bool stream_alive(struct stream *stream);

/* The stream as a transport, which owns it from now on. */
struct transport stream_transport(struct stream *stream);

#endif

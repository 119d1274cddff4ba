#include "tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include "net_connect.h"
#include "net_failure.h"
#include "net_verify.h"

struct tls {
    const struct stream_target *target;
    CURL *curl; /* owns the socket */
    curl_socket_t fd;
    SSL_CTX *context;
    SSL *ssl; /* NULL while it is plain */
    struct verdict verdict;
};

static enum status failed(const struct tls *tls, struct failure failure, const char *detail,
                          struct diagnosis *d)
{
    diagnosis_set(d, failure.stage, failure.cause, tls->target->host, tls->target->port, detail);
    return failure.status;
}

/* ---- connecting ---- */

static struct failure connect_explain(struct tls *tls, CURLcode code)
{
    curl_off_t lookup = 0;
    curl_easy_getinfo(tls->curl, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
    switch ((int)code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return (struct failure){STATUS_UNREACHABLE, STAGE_RESOLVE, CAUSE_NAME_UNKNOWN};
    case CURLE_COULDNT_CONNECT:
        return failure_of_connect(tls->curl);
    case CURLE_OPERATION_TIMEDOUT:
        return (struct failure){STATUS_TIMEOUT, lookup == 0 ? STAGE_RESOLVE : STAGE_CONNECT,
                                CAUSE_TIMEOUT};
    default:
        return (struct failure){STATUS_UNREACHABLE, STAGE_CONNECT, CAUSE_UNREACHABLE};
    }
}

static enum status open_socket(struct tls *tls, struct deadline deadline, struct diagnosis *d)
{
    char error[CURL_ERROR_SIZE] = "";
    /* with CONNECT_ONLY no word of HTTP is said: it is the one scheme that only connects */
    connect_configure(tls->curl, "http", tls->target, deadline_left(deadline));
    curl_easy_setopt(tls->curl, CURLOPT_ERRORBUFFER, error);
    CURLcode code = curl_easy_perform(tls->curl);
    curl_easy_setopt(tls->curl, CURLOPT_ERRORBUFFER, NULL);
    if (code != CURLE_OK)
        return failed(tls, connect_explain(tls, code), error[0] ? error : curl_easy_strerror(code),
                      d);
    if (curl_easy_getinfo(tls->curl, CURLINFO_ACTIVESOCKET, &tls->fd) != CURLE_OK ||
        tls->fd == CURL_SOCKET_BAD)
        return failed(tls, (struct failure){STATUS_CLOSED, STAGE_CONNECT, CAUSE_CLOSED}, NULL, d);
    return STATUS_OK;
}

enum status tls_connect(const struct stream_target *target, struct deadline deadline,
                        struct tls **tls, struct diagnosis *diagnosis)
{
    if (connect_check(target, diagnosis) != STATUS_OK)
        return STATUS_INVALID;
    struct tls *made = calloc(1, sizeof *made);
    if (made) {
        made->target = target;
        made->curl = curl_easy_init();
    }
    enum status st = made && made->curl ? open_socket(made, deadline, diagnosis) : STATUS_IO;
    if (st == STATUS_OK && target->security == STREAM_TLS)
        st = tls_secure(made, deadline, diagnosis);
    if (st == STATUS_OK)
        *tls = made;
    else
        tls_close(&made);
    return st;
}

void tls_close(struct tls **tls)
{
    if (!tls || !*tls)
        return;
    SSL_free((*tls)->ssl);
    SSL_CTX_free((*tls)->context);
    if ((*tls)->curl)
        curl_easy_cleanup((*tls)->curl);
    free(*tls);
    *tls = NULL;
}

/* ---- waiting ---- */

/* What an unfinished operation of OpenSSL waits for; STATUS_CLOSED if it has failed. */
static enum status ssl_wait(struct tls *tls, int result, struct deadline deadline)
{
    int error = SSL_get_error(tls->ssl, result);
    if (error == SSL_ERROR_WANT_READ)
        return socket_wait(tls->fd, POLLIN, deadline);
    if (error == SSL_ERROR_WANT_WRITE)
        return socket_wait(tls->fd, POLLOUT, deadline);
    return STATUS_CLOSED;
}

/* ---- the handshake ---- */

static bool ssl_prepare(struct tls *tls)
{
    const char *host = tls->target->host;
    tls->context = SSL_CTX_new(TLS_client_method());
    if (!tls->context || SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) != 1)
        return false;
    trust_apply(tls->target->trust, tls->context, &tls->verdict);
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    tls->ssl = SSL_new(tls->context);
    if (!tls->ssl || SSL_set_fd(tls->ssl, tls->fd) != 1)
        return false;
    X509_VERIFY_PARAM *name = SSL_get0_param(tls->ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(name, host) == 1)
        return true;
    ERR_clear_error();
    X509_VERIFY_PARAM_set_hostflags(name, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(name, host, 0) == 1 &&
           SSL_set_tlsext_host_name(tls->ssl, host) == 1;
}

static enum status handshake_failed(struct tls *tls, enum status st, struct diagnosis *d)
{
    char words[256];
    ERR_error_string_n(ERR_peek_error(), words, sizeof words);
    if (st == STATUS_TIMEOUT)
        return failed(tls, (struct failure){st, STAGE_TLS, CAUSE_TIMEOUT}, NULL, d);
    if (tls->verdict.seen && tls->verdict.error != X509_V_OK) {
        enum cause cause = verdict_cause(&tls->verdict);
        st = failed(tls, (struct failure){STATUS_TLS, STAGE_CERTIFICATE, cause},
                    X509_verify_cert_error_string(tls->verdict.error), d);
        verdict_describe(&tls->verdict, d);
        return st;
    }
    if (ERR_peek_error() == 0)
        return failed(tls, (struct failure){STATUS_CLOSED, STAGE_TLS, CAUSE_CLOSED}, NULL, d);
    return failed(tls, failure_of_handshake(sv_of(words)), words, d);
}

enum status tls_secure(struct tls *tls, struct deadline deadline, struct diagnosis *diagnosis)
{
    if (tls->ssl || !tls->target->trust)
        return STATUS_INVALID;
    ERR_clear_error();
    if (!ssl_prepare(tls)) {
        ERR_clear_error();
        return STATUS_IO;
    }
    for (;;) {
        ERR_clear_error();
        int result = SSL_connect(tls->ssl);
        if (result == 1)
            return STATUS_OK;
        enum status st = ssl_wait(tls, result, deadline);
        if (st != STATUS_OK) {
            st = handshake_failed(tls, st, diagnosis);
            ERR_clear_error();
            return st;
        }
    }
}

/* ---- bytes ---- */

/* How many bytes went; 0 and a status when none did. */
static size_t piece_send(struct tls *tls, struct sv bytes, struct deadline deadline,
                         enum status *st)
{
    int most = bytes.n < 16384 ? (int)bytes.n : 16384;
    ERR_clear_error();
    if (tls->ssl) {
        int n = SSL_write(tls->ssl, bytes.p, most);
        *st = n > 0 ? STATUS_OK : ssl_wait(tls, n, deadline);
        return n > 0 ? (size_t)n : 0;
    }
    ssize_t n = send(tls->fd, bytes.p, (size_t)most, MSG_NOSIGNAL);
    if (n > 0)
        return (size_t)n;
    bool again = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    *st = again ? socket_wait(tls->fd, POLLOUT, deadline) : STATUS_CLOSED;
    return 0;
}

static enum status line_send(void *context, struct sv bytes, struct deadline deadline)
{
    struct tls *tls = context;
    enum status st = STATUS_OK;
    while (bytes.n > 0 && st == STATUS_OK) {
        size_t sent = piece_send(tls, bytes, deadline, &st);
        bytes = sv_slice(bytes, sent, bytes.n);
    }
    return st;
}

static enum status line_receive(void *context, void *buffer, size_t room, struct deadline deadline,
                                size_t *n)
{
    struct tls *tls = context;
    int most = room < 16384 ? (int)room : 16384;
    for (;;) {
        if (deadline_passed(deadline))
            return STATUS_TIMEOUT;
        ERR_clear_error();
        ssize_t got =
            tls->ssl ? SSL_read(tls->ssl, buffer, most) : recv(tls->fd, buffer, (size_t)most, 0);
        if (got > 0) {
            *n = (size_t)got;
            return STATUS_OK;
        }
        bool again = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
        enum status st = tls->ssl ? ssl_wait(tls, (int)got, deadline)
                         : again  ? socket_wait(tls->fd, POLLIN, deadline)
                                  : STATUS_CLOSED;
        if (st != STATUS_OK)
            return st;
    }
}

static bool line_alive(void *context)
{
    const struct tls *tls = context;
    struct pollfd p = {.fd = tls->fd, .events = POLLIN | POLLRDHUP};
    return poll(&p, 1, 0) == 0;
}

static void line_close(void *context)
{
    struct tls *tls = context;
    tls_close(&tls);
}

struct transport tls_transport(struct tls *tls)
{
    return (struct transport){line_send, line_receive, line_alive, line_close, tls};
}

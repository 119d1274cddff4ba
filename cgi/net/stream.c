#include "stream.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "net_connect.h"
#include "net_failure.h"
#include "net_verify.h"

struct stream {
    CURL *curl;
    struct verdict verdict;
    bool greeted;                  /* the server has said something */
    char said[DIAGNOSIS_TEXT_MAX]; /* its last line */
    char error[CURL_ERROR_SIZE];
};

/* Of the time for connecting without TLS, the share that is kept to find out whether a silent
 * server is waiting for TLS. */
enum { PROBE_SHARE = 8, PROBE_MAX_MS = 1000 };

enum status net_init(void)
{
    /* libcurl leaves SIGPIPE alone when told not to use signals, and OpenSSL writes with write().
     */
    signal(SIGPIPE, SIG_IGN);
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? STATUS_OK : STATUS_IO;
}

void net_deinit(void)
{
    curl_global_cleanup();
}

static CURLcode on_context(CURL *curl, void *context, void *user)
{
    (void)curl;
    const struct stream_target *target = ((void **)user)[0];
    struct stream *stream = ((void **)user)[1];
    trust_apply(target->trust, context, &stream->verdict);
    return CURLE_OK;
}

static size_t on_line(char *bytes, size_t size, size_t count, void *user)
{
    struct stream *stream = user;
    struct sv line = sv_trim((struct sv){bytes, size * count});
    struct sb said;
    sb_fixed(&said, stream->said, sizeof stream->said);
    sb_add(&said, sv_slice(line, 0, sizeof stream->said - 1));
    stream->greeted = true;
    return size * count;
}

static void configure(CURL *curl, const struct stream_target *target, bool tls, int64_t ms)
{
    const char *scheme = target->protocol == STREAM_IMAP ? tls ? "imaps" : "imap"
                         : tls                           ? "smtps"
                                                         : "smtp";
    connect_configure(curl, scheme, target, ms);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 16384L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     target->security == STREAM_STARTTLS ? (long)CURLUSESSL_ALL
                                                         : (long)CURLUSESSL_NONE);
    /* The shared store stands in for libcurl's own reading of a bundle in each connection. */
    curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
}

/* A server that takes a plain connection and says nothing: does it speak TLS? */
static bool waits_for_tls(const struct stream_target *target, struct deadline deadline)
{
    int left = deadline_left(deadline);
    CURL *curl = left > 0 ? curl_easy_init() : NULL;
    if (!curl)
        return false;
    configure(curl, target, true, left < PROBE_MAX_MS ? left : PROBE_MAX_MS);
    /* Nothing is ever said on this connection. */
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_off_t handshake_us = 0;
    (void)curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_APPCONNECT_TIME_T, &handshake_us);
    curl_easy_cleanup(curl);
    return handshake_us > 0;
}

static struct failure timeout_explain(struct stream *stream, const struct stream_target *target,
                                      struct deadline deadline)
{
    curl_off_t lookup = 0, connect = 0, handshake = 0;
    curl_easy_getinfo(stream->curl, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
    curl_easy_getinfo(stream->curl, CURLINFO_CONNECT_TIME_T, &connect);
    curl_easy_getinfo(stream->curl, CURLINFO_APPCONNECT_TIME_T, &handshake);
    enum stage stage = STAGE_GREETING;
    if (lookup == 0)
        stage = STAGE_RESOLVE;
    else if (connect == 0)
        stage = STAGE_CONNECT;
    else if (target->security == STREAM_TLS && handshake == 0)
        stage = STAGE_TLS;
    else if (target->security != STREAM_TLS && !stream->greeted && waits_for_tls(target, deadline))
        return (struct failure){STATUS_TLS, STAGE_TLS, CAUSE_TLS_MISMATCH};
    return (struct failure){STATUS_TIMEOUT, stage, CAUSE_TIMEOUT};
}

static struct failure failure_explain(struct stream *stream, const struct stream_target *target,
                                      struct deadline deadline, CURLcode code)
{
    /* Not an enum switch: libcurl's list grows with its versions. */
    switch ((int)code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return (struct failure){STATUS_UNREACHABLE, STAGE_RESOLVE, CAUSE_NAME_UNKNOWN};
    case CURLE_COULDNT_CONNECT:
        return failure_of_connect(stream->curl);
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_explain(stream, target, deadline);
    case CURLE_PEER_FAILED_VERIFICATION:
        return (struct failure){STATUS_TLS, STAGE_CERTIFICATE, verdict_cause(&stream->verdict)};
    case CURLE_USE_SSL_FAILED:
        return (struct failure){STATUS_TLS, STAGE_TLS, CAUSE_NO_STARTTLS};
    case CURLE_SSL_CONNECT_ERROR:
        return failure_of_handshake(sv_of(stream->error));
    case CURLE_WEIRD_SERVER_REPLY:
        if (stream->greeted)
            return (struct failure){STATUS_UNAVAILABLE, STAGE_GREETING, CAUSE_UNAVAILABLE};
        return (struct failure){STATUS_CLOSED, STAGE_GREETING, CAUSE_CLOSED};
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return (struct failure){STATUS_CLOSED, STAGE_GREETING, CAUSE_CLOSED};
    default:
        return (struct failure){STATUS_PROTOCOL, STAGE_GREETING, CAUSE_PROTOCOL};
    }
}

enum status stream_open(const struct stream_target *target, struct deadline deadline,
                        struct stream **stream, struct diagnosis *diagnosis)
{
    if (connect_check(target, diagnosis) != STATUS_OK)
        return STATUS_INVALID;
    struct stream *made = calloc(1, sizeof *made);
    if (made)
        made->curl = curl_easy_init();
    if (!made || !made->curl) {
        stream_close(&made);
        return STATUS_IO;
    }
    bool tls = target->security == STREAM_TLS;
    int left = deadline_left(deadline);
    int reserve = tls ? 0 : left / PROBE_SHARE;
    configure(made->curl, target, tls, left - (reserve < PROBE_MAX_MS ? reserve : PROBE_MAX_MS));
    const void *both[] = {target, made};
    curl_easy_setopt(made->curl, CURLOPT_SSL_CTX_FUNCTION, on_context);
    curl_easy_setopt(made->curl, CURLOPT_SSL_CTX_DATA, both);
    curl_easy_setopt(made->curl, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(made->curl, CURLOPT_HEADERDATA, made);
    curl_easy_setopt(made->curl, CURLOPT_ERRORBUFFER, made->error);
    CURLcode code = curl_easy_perform(made->curl);
    if (code == CURLE_OK) {
        curl_easy_setopt(made->curl, CURLOPT_SSL_CTX_DATA, NULL);
        *stream = made;
        return STATUS_OK;
    }
    struct failure failure = failure_explain(made, target, deadline, code);
    const char *detail = failure.cause == CAUSE_UNAVAILABLE ? made->said
                         : made->error[0]                   ? made->error
                                                            : curl_easy_strerror(code);
    diagnosis_set(diagnosis, failure.stage, failure.cause, target->host, target->port, detail);
    if (failure.stage == STAGE_CERTIFICATE)
        verdict_describe(&made->verdict, diagnosis);
    stream_close(&made);
    return failure.status;
}

void stream_close(struct stream **stream)
{
    if (!stream || !*stream)
        return;
    if ((*stream)->curl)
        curl_easy_cleanup((*stream)->curl);
    free(*stream);
    *stream = NULL;
}

static enum status wait_for(struct stream *stream, short events, struct deadline deadline)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(stream->curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
        fd == CURL_SOCKET_BAD)
        return STATUS_CLOSED;
    return socket_wait(fd, events, deadline);
}

enum status stream_send(struct stream *stream, struct sv bytes, struct deadline deadline)
{
    while (bytes.n > 0) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(stream->curl, bytes.p, bytes.n, &sent);
        if (code == CURLE_OK) {
            bytes = sv_slice(bytes, sent, bytes.n);
            continue;
        }
        if (code != CURLE_AGAIN)
            return STATUS_CLOSED;
        enum status status = wait_for(stream, POLLOUT, deadline);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status stream_receive(struct stream *stream, void *buffer, size_t room,
                           struct deadline deadline, size_t *n)
{
    for (;;) {
        /* a peer that never stops sending is not waited for either */
        if (deadline_passed(deadline))
            return STATUS_TIMEOUT;
        /* Before poll: TLS may hold bytes that are decrypted already. */
        size_t got = 0;
        CURLcode code = curl_easy_recv(stream->curl, buffer, room, &got);
        if (code == CURLE_OK && got > 0) {
            *n = got;
            return STATUS_OK;
        }
        if (code != CURLE_AGAIN)
            return STATUS_CLOSED;
        enum status status = wait_for(stream, POLLIN, deadline);
        if (status != STATUS_OK)
            return status;
    }
}

bool stream_alive(struct stream *stream)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(stream->curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
        fd == CURL_SOCKET_BAD)
        return false;
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLRDHUP};
    int ready = poll(&p, 1, 0);
    if (ready == 0)
        return true;
    char peeked;
    return ready > 0 && !(p.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) &&
           recv(fd, &peeked, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static enum status line_send(void *context, struct sv bytes, struct deadline deadline)
{
    return stream_send(context, bytes, deadline);
}

static enum status line_receive(void *context, void *buffer, size_t room, struct deadline deadline,
                                size_t *n)
{
    return stream_receive(context, buffer, room, deadline, n);
}

static bool line_alive(void *context)
{
    return stream_alive(context);
}

static void line_close(void *context)
{
    struct stream *stream = context;
    stream_close(&stream);
}

struct transport stream_transport(struct stream *stream)
{
    return (struct transport){line_send, line_receive, line_alive, line_close, stream};
}

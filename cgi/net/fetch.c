#include "fetch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_failure.h"
#include "net_verify.h"

enum { LOWEST_FREE_PORT = 1024, HEADER_MAX = 300 };

/* One for all sites and readers, so that it tells no more than that a webmail asks. */
#define USER_AGENT "Mozilla/5.0 (compatible; Vaguemestre)"

struct fetch {
    const struct fetch_request *request;
    struct arena *arena;
    CURL *curl;
    CURLU *url;
    struct curl_slist *headers;
    char *host;
    uint16_t port;
    struct fetch_answer answer;
    size_t head_bytes;
    uint64_t body_bytes;
    bool answered;       /* the head of the final answer is there */
    bool enough;         /* and nothing else is wanted */
    bool connecting;     /* an address was asked */
    bool closed_address; /* one was not */
    char closed[IP_TEXT_MAX];
    enum status refused; /* by begin, by the sink, by a limit */
    struct verdict verdict;
    char error[CURL_ERROR_SIZE];
};

/* ---- the URL ---- */

/* Above 1023 those that browsers refuse as well ("bad port" of the Fetch standard): there sit
 * services that take a request for commands of theirs. */
static bool is_port_of_the_web(uint16_t port)
{
    static const uint16_t closed[] = {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000,
                                      6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        if (port == closed[i])
            return false;
    return port == 80 || port == 443 || port >= LOWEST_FREE_PORT;
}

static bool is_scheme_of_the_web(CURLU *url)
{
    char *scheme = NULL;
    bool is = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    return is;
}

/* Sets `url`, from which a relative reference starts if it holds something already. */
static bool url_set(CURLU *url, struct arena *arena, struct sv text, unsigned flags)
{
    return text.n > 0 && text.n <= FETCH_URL_MAX && !sv_has_control(text) &&
           curl_url_set(url, CURLUPART_URL, arena_cstr(arena, text), CURLU_DISALLOW_USER | flags) ==
               CURLUE_OK &&
           is_scheme_of_the_web(url);
}

static bool url_read(struct fetch *f)
{
    char *port = NULL;
    f->url = curl_url();
    if (!f->url || !url_set(f->url, f->arena, f->request->url, 0) ||
        curl_url_get(f->url, CURLUPART_HOST, &f->host, 0) != CURLUE_OK)
        return false;
    uint64_t number;
    bool ok = curl_url_get(f->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
              sv_to_u64(sv_of(port), UINT16_MAX, &number) == STATUS_OK;
    if (ok)
        f->port = (uint16_t)number;
    curl_free(port);
    return ok && is_port_of_the_web(f->port);
}

static struct sv location_of(struct fetch *f, struct sv reference)
{
    struct sv made = SV("");
    char *text = NULL;
    CURLU *url = curl_url_dup(f->url);
    if (url && url_set(url, f->arena, reference, CURLU_URLENCODE) &&
        curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK)
        made = arena_sv(f->arena, sv_of(text));
    curl_free(text);
    curl_url_cleanup(url);
    return made;
}

/* ---- the address ---- */

static bool ip_read(const struct sockaddr *from, struct ip *out)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (from->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)from;
        memcpy(out->bytes, mapped, sizeof mapped);
        memcpy(out->bytes + sizeof mapped, &v4->sin_addr, sizeof v4->sin_addr);
    } else if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)from;
        memcpy(out->bytes, &v6->sin6_addr, sizeof out->bytes);
    } else {
        return false;
    }
    return true;
}

/* A public address of this machine leads to what its firewall keeps from strangers. */
static bool is_our_own(const struct ip *address)
{
    struct ifaddrs *all = NULL;
    struct ip own;
    if (getifaddrs(&all) != 0)
        return true;
    bool found = false;
    for (const struct ifaddrs *i = all; i && !found; i = i->ifa_next)
        found = i->ifa_addr && ip_read(i->ifa_addr, &own) && memcmp(&own, address, sizeof own) == 0;
    freeifaddrs(all);
    return found;
}

static bool may_be_asked(const struct fetch_request *request, const struct ip *address)
{
    if (request->also && networks_hold(request->also, address))
        return true;
    return ip_is_public(address) && !is_our_own(address);
}

/* Every connection that libcurl makes begins here, with the address that it will connect to. */
static curl_socket_t on_socket(void *user, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct fetch *f = user;
    struct ip address;
    if (purpose != CURLSOCKTYPE_IPCXN || !ip_read(&to->addr, &address)) {
        f->closed_address = true;
        return CURL_SOCKET_BAD;
    }
    if (!may_be_asked(f->request, &address)) {
        f->closed_address = true;
        ip_write(&address, f->closed);
        return CURL_SOCKET_BAD;
    }
    f->connecting = true;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static CURLcode on_context(CURL *curl, void *context, void *user)
{
    struct fetch *f = user;
    (void)curl;
    if (!f->request->trust)
        return CURLE_SSL_CACERT_BADFILE;
    trust_apply(f->request->trust, context, &f->verdict);
    return CURLE_OK;
}

/* ---- the answer ---- */

static struct sv header_of(struct fetch *f, const char *name)
{
    struct curl_header *header;
    if (curl_easy_header(f->curl, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
        return SV("");
    struct sv value = sv_trim(sv_of(header->value));
    return sv_has_control(value) ? SV("") : arena_sv(f->arena, value);
}

static bool refuse(struct fetch *f, enum status why)
{
    f->refused = why;
    return why == STATUS_OK;
}

/* The head is complete. False: the body is not to come. */
static bool head_read(struct fetch *f, unsigned code)
{
    const struct fetch_request *request = f->request;
    curl_off_t length = -1;
    f->answered = true;
    f->answer.code = code;
    f->answer.content_type = header_of(f, "content-type");
    f->answer.location = code / 100 == 3 ? location_of(f, header_of(f, "location")) : SV("");
    f->enough = code / 100 != 2 || !request->sink.write;
    if (f->enough)
        return false;
    curl_easy_getinfo(f->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length >= 0 && (uint64_t)length > request->max_bytes)
        return refuse(f, STATUS_TOO_LARGE);
    return !request->begin || refuse(f, request->begin(request->sink.context, &f->answer));
}

static size_t on_header(char *bytes, size_t size, size_t count, void *user)
{
    struct fetch *f = user;
    size_t n = size * count;
    long code = 0;
    f->head_bytes += n;
    if (f->head_bytes > FETCH_HEAD_MAX) {
        f->refused = STATUS_PROTOCOL;
        return 0;
    }
    if (f->answered || sv_trim((struct sv){bytes, n}).n > 0)
        return n;
    curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &code);
    if (code < 200) /* an interim answer (RFC 9110, 15.2) */
        return n;
    if (code > 599) {
        f->refused = STATUS_PROTOCOL;
        return 0;
    }
    return head_read(f, (unsigned)code) ? n : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
    struct fetch *f = user;
    struct sv piece = {bytes, size * count};
    f->body_bytes += piece.n;
    if (f->body_bytes > f->request->max_bytes)
        return refuse(f, STATUS_TOO_LARGE) ? piece.n : 0;
    return refuse(f, sink_write(f->request->sink, piece)) ? piece.n : 0;
}

/* ---- asking ---- */

static bool add_header(struct fetch *f, const char *name, const char *value)
{
    char line[HEADER_MAX];
    struct sb b;
    sb_fixed(&b, line, sizeof line);
    sb_printf(&b, "%s:%s%s", name, *value ? " " : "", value);
    struct curl_slist *more = b.over ? NULL : curl_slist_append(f->headers, line);
    if (more)
        f->headers = more;
    return more != NULL;
}

/* What can lead elsewhere or tell more than it must is off, whatever libcurl's own default is. */
static void confine(CURL *curl, struct fetch *f)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, USER_AGENT);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, f);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_context);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, f);
    curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
}

static bool configure(struct fetch *f)
{
    const struct fetch_request *request = f->request;
    CURL *curl = f->curl;
    int left = deadline_left(request->deadline);
    confine(curl, f);
    curl_easy_setopt(curl, CURLOPT_CURLU, f->url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left > 0 ? (long)left : 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, left > 0 ? (long)left : 1L);
    /* A name server that does not answer is not waited for either: its thread ends by itself. */
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 16384L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, f->error);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, f);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
    bool ok = !request->accept || add_header(f, "Accept", request->accept);
    if (request->method == FETCH_POST) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.n > 0 ? request->body.p : "");
        ok = ok && add_header(f, "Content-Type", request->type) && add_header(f, "Expect", "");
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, f->headers);
    return ok;
}

/* ---- what went wrong ---- */

static struct failure timeout_explain(CURL *curl)
{
    curl_off_t lookup = 0, connect = 0;
    curl_easy_getinfo(curl, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
    curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connect);
    enum stage stage = lookup == 0 ? STAGE_RESOLVE : connect == 0 ? STAGE_CONNECT : STAGE_COMMAND;
    return (struct failure){STATUS_TIMEOUT, stage, CAUSE_TIMEOUT};
}

static struct failure failure_explain(struct fetch *f, CURLcode code)
{
    /* Not an enum switch: libcurl's list grows with its versions. */
    switch ((int)code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return (struct failure){STATUS_UNREACHABLE, STAGE_RESOLVE, CAUSE_NAME_UNKNOWN};
    case CURLE_COULDNT_CONNECT:
        return failure_of_connect(f->curl);
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_explain(f->curl);
    case CURLE_PEER_FAILED_VERIFICATION:
        return (struct failure){STATUS_TLS, STAGE_CERTIFICATE, verdict_cause(&f->verdict)};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
        return failure_of_handshake(sv_of(f->error));
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
        return (struct failure){STATUS_CLOSED, STAGE_COMMAND, CAUSE_CLOSED};
    default:
        return (struct failure){STATUS_PROTOCOL, STAGE_COMMAND, CAUSE_PROTOCOL};
    }
}

static enum status judge(struct fetch *f, CURLcode code, struct diagnosis *d)
{
    diagnosis_set(d, STAGE_COMMAND, CAUSE_NONE, f->host, f->port, NULL);
    if (code == CURLE_OK || f->enough) {
        if (f->answered)
            return STATUS_OK;
        code = CURLE_GOT_NOTHING;
    }
    if (f->refused != STATUS_OK && f->refused != STATUS_PROTOCOL)
        return f->refused;
    struct failure failure = failure_explain(f, code);
    const char *detail = f->error[0] ? f->error : curl_easy_strerror(code);
    if (f->closed_address && !f->connecting) {
        failure = (struct failure){STATUS_DENIED, STAGE_CONNECT, CAUSE_UNREACHABLE};
        detail = arena_printf(f->arena, "%s is no public address", f->closed).p;
    }
    diagnosis_set(d, failure.stage, failure.cause, f->host, f->port, detail);
    if (failure.stage == STAGE_CERTIFICATE)
        verdict_describe(&f->verdict, d);
    return failure.status;
}

enum status net_fetch(const struct fetch_request *request, struct arena *arena,
                      struct fetch_answer *answer, struct diagnosis *d)
{
    struct fetch f = {.request = request, .arena = arena};
    enum status st = STATUS_IO;
    if (!url_read(&f)) {
        diagnosis_set(d, STAGE_RESOLVE, CAUSE_NAME_UNKNOWN, f.host, f.port, NULL);
        st = STATUS_INVALID;
    } else {
        f.curl = curl_easy_init();
        if (f.curl && configure(&f))
            st = judge(&f, curl_easy_perform(f.curl), d);
    }
    if (st == STATUS_OK)
        *answer = f.answer;
    curl_easy_cleanup(f.curl);
    curl_slist_free_all(f.headers);
    curl_url_cleanup(f.url);
    curl_free(f.host);
    return st;
}

#include "net_connect.h"

#include <errno.h>
#include <poll.h>

static bool host_is_sane(const char *host)
{
    size_t n = host ? strlen(host) : 0;
    for (size_t i = 0; i < n; i++)
        if (!ascii_is_alnum(host[i]) && !strchr(".-_:", host[i]))
            return false;
    return n > 0 && n < DIAGNOSIS_HOST_MAX;
}

enum status connect_check(const struct stream_target *target, struct diagnosis *d)
{
    if (host_is_sane(target->host) && (target->trust || target->security == STREAM_PLAIN))
        return STATUS_OK;
    diagnosis_set(d, STAGE_RESOLVE, CAUSE_NAME_UNKNOWN, "", target->port, NULL);
    return STATUS_INVALID;
}

void connect_configure(CURL *curl, const char *scheme, const struct stream_target *target,
                       int64_t ms)
{
    char url[DIAGNOSIS_HOST_MAX + 32];
    struct sb out;
    sb_fixed(&out, url, sizeof url);
    sb_printf(&out, strchr(target->host, ':') ? "%s://[%s]:%u/" : "%s://%s:%u/", scheme,
              target->host, target->port);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, scheme);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, ms > 0 ? (long)ms : 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, ms > 0 ? (long)ms : 1L);
}

enum status socket_wait(curl_socket_t fd, short events, struct deadline deadline)
{
    struct pollfd p = {.fd = fd, .events = events};
    for (;;) {
        int ready = poll(&p, 1, deadline_left(deadline));
        if (ready > 0)
            return STATUS_OK;
        if (ready == 0 && deadline_passed(deadline))
            return STATUS_TIMEOUT;
        if (ready < 0 && errno != EINTR)
            return STATUS_IO;
    }
}

#include "net_failure.h"

#include <errno.h>

struct failure failure_of_connect(CURL *curl)
{
    long code = 0;
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &code);
    if (code == ECONNREFUSED)
        return (struct failure){STATUS_UNREACHABLE, STAGE_CONNECT, CAUSE_CONNECTION_REFUSED};
    if (code == ETIMEDOUT)
        return (struct failure){STATUS_TIMEOUT, STAGE_CONNECT, CAUSE_TIMEOUT};
    return (struct failure){STATUS_UNREACHABLE, STAGE_CONNECT, CAUSE_UNREACHABLE};
}

struct failure failure_of_handshake(struct sv error)
{
    if (sv_find(error, SV("wrong version")) != SIZE_MAX)
        return (struct failure){STATUS_TLS, STAGE_TLS, CAUSE_TLS_MISMATCH};
    if (sv_find(error, SV("reset by peer")) != SIZE_MAX ||
        sv_find(error, SV("SYSCALL")) != SIZE_MAX)
        return (struct failure){STATUS_CLOSED, STAGE_TLS, CAUSE_CLOSED};
    /* Any other failed handshake is the server's configuration, like its certificate. */
    return (struct failure){STATUS_TLS, STAGE_TLS, CAUSE_CERT_OTHER};
}

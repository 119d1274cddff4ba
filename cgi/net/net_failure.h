/* net_failure.h — inside net/: what libcurl's failures mean. */
#ifndef VM_NET_FAILURE_H
#define VM_NET_FAILURE_H

#include <curl/curl.h>

#include "str.h"

struct failure {
    enum status status;
    enum stage stage;
    enum cause cause;
};

/* After CURLE_COULDNT_CONNECT. */
struct failure failure_of_connect(CURL *curl);
/* After CURLE_SSL_CONNECT_ERROR, with libcurl's words. */
struct failure failure_of_handshake(struct sv error);

#endif

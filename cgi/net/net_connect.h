/* net_connect.h — inside net/: what every connection by libcurl to a server of the site has in
 * common, whatever is spoken on it. */
#ifndef VM_NET_CONNECT_H
#define VM_NET_CONNECT_H

#include <curl/curl.h>

#include "stream.h"

/* STATUS_INVALID with a diagnosis for a host that is none, or where TLS would be believed without
 * anybody to trust. */
enum status connect_check(const struct stream_target *target, struct diagnosis *d) MUST_USE;
/* Only connects, to the target and by nobody's proxy, within ms; scheme: the only one there is. */
void connect_configure(CURL *curl, const char *scheme, const struct stream_target *target,
                       int64_t ms);
/* Until poll's events or the deadline: STATUS_TIMEOUT, STATUS_IO. */
enum status socket_wait(curl_socket_t fd, short events, struct deadline deadline) MUST_USE;

#endif

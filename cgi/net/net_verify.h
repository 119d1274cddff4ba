/* net_verify.h — inside net/: which certificates we believe, and what was wrong with one that we do
 * not. The same for libcurl's TLS and for our own. */
#ifndef VM_NET_VERIFY_H
#define VM_NET_VERIFY_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "stream.h"

/* What a handshake found out about the peer's certificate. Zero it before. */
struct verdict {
    bool seen; /* the chain was judged */
    int error; /* X509_V_... */
    int64_t not_before;
    int64_t not_after;
    char names[DIAGNOSIS_TEXT_MAX];
};

/* Makes a context verify its peers by the trust and write down the outcome in verdict, which
 * outlives the handshake. The name is for the caller to check. */
void trust_apply(const struct trust *trust, SSL_CTX *context, struct verdict *verdict);

/* The cause of a refused certificate; a chain that was good leaves only the name to blame. */
enum cause verdict_cause(const struct verdict *verdict);
/* Adds dates and names. d may be NULL. */
void verdict_describe(const struct verdict *verdict, struct diagnosis *d);

#endif

#include "net_verify.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

struct trust {
    X509_STORE *store;
};

enum status trust_new(const char *ca_file, struct trust **trust)
{
    X509_STORE *store = X509_STORE_new();
    if (!store)
        return STATUS_IO;
    int loaded =
        ca_file ? X509_STORE_load_file(store, ca_file) : X509_STORE_set_default_paths(store);
    /* What loading complains of would be taken for the first handshake's fault. */
    ERR_clear_error();
    struct trust *made = loaded == 1 ? calloc(1, sizeof *made) : NULL;
    if (!made) {
        X509_STORE_free(store);
        return STATUS_IO;
    }
    made->store = store;
    *trust = made;
    return STATUS_OK;
}

void trust_free(struct trust **trust)
{
    if (!trust || !*trust)
        return;
    X509_STORE_free((*trust)->store);
    free(*trust);
    *trust = NULL;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm parts;
    return time && ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

/* Certificates may hold any byte in their names. */
static void add_printable(struct sb *out, const unsigned char *bytes, int n)
{
    if (out->n > 0)
        sb_add_cstr(out, ", ");
    for (int i = 0; i < n; i++)
        sb_add_char(out, bytes[i] > ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '?');
}

static void add_alternative(struct sb *out, const GENERAL_NAME *name)
{
    int type = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);
    if (type == GEN_DNS) {
        add_printable(out, ASN1_STRING_get0_data(value), ASN1_STRING_length(value));
    } else if (type == GEN_IPADD) {
        char text[INET6_ADDRSTRLEN];
        int family = ASN1_STRING_length(value) == 4    ? AF_INET
                     : ASN1_STRING_length(value) == 16 ? AF_INET6
                                                       : AF_UNSPEC;
        if (inet_ntop(family, ASN1_STRING_get0_data(value), text, sizeof text))
            add_printable(out, (const unsigned char *)text, (int)strlen(text));
    }
}

static void names_read(struct verdict *verdict, X509 *leaf)
{
    struct sb out;
    sb_fixed(&out, verdict->names, sizeof verdict->names);
    GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && !out.over; i++)
        add_alternative(&out, sk_GENERAL_NAME_value(names, i));
    GENERAL_NAMES_free(names);
    if (out.n > 0)
        return;
    char common[256];
    int n = X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, common,
                                      sizeof common);
    if (n > 0)
        add_printable(&out, (const unsigned char *)common, n);
}

static int judge(X509_STORE_CTX *chain, void *context)
{
    struct verdict *verdict = context;
    int good = X509_verify_cert(chain);
    verdict->seen = true;
    verdict->error = X509_STORE_CTX_get_error(chain);
    X509 *leaf = X509_STORE_CTX_get0_cert(chain);
    X509 *blamed = X509_STORE_CTX_get_current_cert(chain);
    if (good == 1 || !blamed)
        blamed = leaf;
    if (blamed) {
        verdict->not_before = seconds_of(X509_get0_notBefore(blamed));
        verdict->not_after = seconds_of(X509_get0_notAfter(blamed));
    }
    if (leaf)
        names_read(verdict, leaf);
    return good;
}

void trust_apply(const struct trust *trust, SSL_CTX *context, struct verdict *verdict)
{
    SSL_CTX_set1_cert_store(context, trust->store);
    SSL_CTX_set_cert_verify_callback(context, judge, verdict);
}

enum cause verdict_cause(const struct verdict *verdict)
{
    switch (verdict->error) {
    case X509_V_OK:
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return CAUSE_CERT_NAME;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return CAUSE_CERT_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return CAUSE_CERT_NOT_YET;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
        return CAUSE_CERT_UNTRUSTED;
    default:
        return CAUSE_CERT_OTHER;
    }
}

void verdict_describe(const struct verdict *verdict, struct diagnosis *d)
{
    if (!d || !verdict->seen)
        return;
    d->not_before = verdict->not_before;
    d->not_after = verdict->not_after;
    memcpy(d->names, verdict->names, sizeof d->names);
}

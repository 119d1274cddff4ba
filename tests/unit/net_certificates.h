/* net_certificates.h — an authority of our own, made anew for each test program, and certificates
 * of its signing. */
#ifndef VM_NET_CERTIFICATES_H
#define VM_NET_CERTIFICATES_H

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "stream.h"
#include "test.h"

enum { YEAR = 365 * 86400 };

static EVP_PKEY *ca_key;
static X509 *ca;
static char ca_path[] = "/tmp/vaguemestre-test-ca-XXXXXX";

static void extension_add(X509 *certificate, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, ca, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static X509 *certificate_new(EVP_PKEY *key, const char *name, long from, long to)
{
    X509 *made = X509_new();
    static long serial = 1;
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made), from);
    X509_gmtime_adj(X509_getm_notAfter(made), to);
    X509_set_pubkey(made, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    return made;
}

static X509 *leaf_new(EVP_PKEY *key, const char *names, long from, long to, bool self_signed)
{
    X509 *leaf = certificate_new(key, "leaf", from, to);
    X509_set_issuer_name(leaf,
                         self_signed ? X509_get_subject_name(leaf) : X509_get_subject_name(ca));
    extension_add(leaf, NID_subject_alt_name, names);
    X509_sign(leaf, self_signed ? key : ca_key, EVP_sha256());
    return leaf;
}

static int ca_make(void **state)
{
    (void)state;
    ca_key = EVP_EC_gen("P-256");
    ca = certificate_new(ca_key, "Test CA", -YEAR, YEAR);
    X509_set_issuer_name(ca, X509_get_subject_name(ca));
    extension_add(ca, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(ca, ca_key, EVP_sha256());
    int fd = mkstemp(ca_path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file)
        return -1;
    PEM_write_X509(file, ca);
    fclose(file);
    return net_init() == STATUS_OK ? 0 : -1;
}

static int ca_unmake(void **state)
{
    (void)state;
    unlink(ca_path);
    X509_free(ca);
    EVP_PKEY_free(ca_key);
    net_deinit();
    return 0;
}

#endif

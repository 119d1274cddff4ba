/* config.h — the site's configuration: vaguemestre.conf, read whole and checked whole.
 *
 * Every key stands in one table (config.c) with its kind, bounds and default; an unknown key or a
 * value out of bounds is refused with file and line. conf/vaguemestre.conf explains each of them.
 */
#ifndef VM_CONFIG_H
#define VM_CONFIG_H

#include "log.h"
#include "page.h"
#include "pass.h"

enum { CONFIG_TRUSTS_MAX = 4 };

struct config {
    struct arena *arena; /* owns every string in here */
    struct site site;
    struct stream_target imap;
    struct {
        struct sv file; /* empty: the system's */
        struct trust *trust;
    } trusts[CONFIG_TRUSTS_MAX]; /* what imap, site.smtp, site.filters.sieve and site.web believe,
                                    each file once */
    size_t trust_count;
    const char *listen; /* path of a socket; "" if systemd or spawn-fcgi hand one over */
    uint32_t threads;
    uint32_t sign_ins; /* passwords that are checked at once */
    uint32_t costly;   /* steps of costly work on the IMAP server at once */
    const char *templates;
    const char *store_path, *key_path;
    struct passes_site passes; /* its files are "" where there are none */
    enum log_target log_target;
    enum log_level log_level;
};

/* On failure *reason, in the arena, says file, line and cause in English. trust is read too, so
 * that net_init() comes first. */
enum status config_load(const char *path, struct arena *arena, struct config **out,
                        struct sv *reason) MUST_USE;
void config_free(struct config **config);

#endif

/* config_keys.h — the keys of vaguemestre.conf, one row each; conf/vaguemestre.conf stands in the
 * same order and explains them. */
#ifndef VM_CONFIG_KEYS_H
#define VM_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind { TEXT, PATH, NUMBER, CHOICE, PROXIES, NETWORKS, VISITORS, NAMES, ADDRESS };

struct key {
    const char *name;
    enum kind kind;
    bool needed;
    const char *fallback;
    uint64_t least, most;       /* NUMBER */
    const char *const *choices; /* CHOICE, NULL at its end */
};

enum { CONFIG_KEYS_MAX = 128 };
extern const struct key config_keys[];
extern const size_t config_key_count;

#endif

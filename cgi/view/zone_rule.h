/* zone_rule.h — the rule for times behind a zone file's last transition: the TZ string in its
 * footer (RFC 8536, 3.3; POSIX 8.3), "CET-1CEST,M3.5.0,M10.5.0/3". */
#ifndef VM_ZONE_RULE_H
#define VM_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

struct zone_type {
    int32_t offset; /* seconds east of UTC */
    bool summer;
};

/* The change at `seconds` (of local time) into the week-th weekday (5: the last) of a month. */
struct zone_change {
    int month; /* 1 to 12 */
    int week;  /* 1 to 5 */
    int day;   /* 0 is Sunday */
    int32_t seconds;
};

struct zone_rule {
    struct zone_type standard, summer;
    bool has_summer;
    struct zone_change begin, end; /* of summer time */
};

/* STATUS_UNSUPPORTED for rules that count days of the year, which no zone uses today. */
enum status zone_rule_parse(struct sv text, struct zone_rule *out) MUST_USE;
struct zone_type zone_rule_at(const struct zone_rule *rule, int64_t at);

#endif

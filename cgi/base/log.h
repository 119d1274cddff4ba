/* log.h — one line an event, to stderr or syslog.
 *
 * A line reads:  LEVEL EVENT request=ID key=value key="value with spaces"
 * stderr lines start with an RFC 3339 time in UTC. The event is one lower-case word with hyphens;
 * it and the keys are stable, for grep and fail2ban. Values are written by log_event's format and
 * then cleaned: control characters become '?', so that no value can forge a line. Never log a
 * password, a cookie, a token, a subject or a line of a letter.
 */
#ifndef VM_LOG_H
#define VM_LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_target { LOG_TO_STDERR, LOG_TO_SYSLOG };

/* Before threads start, and again on reload. */
void log_init(enum log_target target, enum log_level least);
/* The request that this thread serves; "" for none. Copied, cut at 31 bytes. */
void log_set_request(const char *id);
void log_event(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

#include "log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <syslog.h>
#include <unistd.h>

#include "str.h"

enum { LINE_MAX_BYTES = 2048 };

static _Atomic int log_target_now = LOG_TO_STDERR;
static _Atomic int log_least = LOG_LEVEL_INFO;
static _Thread_local char request_id[32];

static const char *const level_names[] = {"error", "warning", "info", "debug"};
static const int syslog_levels[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};

void log_init(enum log_target target, enum log_level least)
{
    if (target == LOG_TO_SYSLOG)
        openlog("vaguemestre", LOG_PID | LOG_NDELAY, LOG_MAIL);
    log_target_now = (int)target;
    log_least = (int)least;
}

void log_set_request(const char *id)
{
    struct sb b;
    sb_fixed(&b, request_id, sizeof request_id);
    sb_add(&b, sv_slice(sv_of(id), 0, sizeof request_id - 1));
}

static void clean(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    if ((int)level > log_least)
        return;
    char text[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    clean(text);
    const char *id = request_id[0] ? request_id : "-";
    if (log_target_now == LOG_TO_SYSLOG) {
        syslog(syslog_levels[level], "%s %s request=%s %s", level_names[level], event, id, text);
        return;
    }
    char line[LINE_MAX_BYTES + 256], when[32];
    struct tm utc;
    time_t now = time(NULL);
    gmtime_r(&now, &utc);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    int n = snprintf(line, sizeof line, "%s %s %s request=%s %s\n", when, level_names[level], event,
                     id, text);
    /* one write, so that threads' lines do not mix; nothing can be done about a lost log line */
    if (n > 0 && write(STDERR_FILENO, line, (size_t)n < sizeof line ? (size_t)n : sizeof line) < 0)
        return;
}

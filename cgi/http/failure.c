#include "failure.h"

static const struct failure table[STATUS_COUNT] = {
    [STATUS_OK] = {200, LOG_LEVEL_DEBUG, "ok"},
    [STATUS_INVALID] = {400, LOG_LEVEL_INFO, "invalid"},
    [STATUS_TOO_LARGE] = {413, LOG_LEVEL_INFO, "too_large"},
    [STATUS_NOT_FOUND] = {404, LOG_LEVEL_INFO, "not_found"},
    [STATUS_DENIED] = {403, LOG_LEVEL_INFO, "denied"},
    [STATUS_EXISTS] = {409, LOG_LEVEL_INFO, "exists"},
    [STATUS_CHANGED] = {409, LOG_LEVEL_INFO, "changed"},
    [STATUS_UNREACHABLE] = {502, LOG_LEVEL_ERROR, "unreachable"},
    [STATUS_TLS] = {502, LOG_LEVEL_ERROR, "tls"},
    [STATUS_TIMEOUT] = {504, LOG_LEVEL_WARNING, "timeout"},
    [STATUS_CLOSED] = {502, LOG_LEVEL_WARNING, "closed"},
    [STATUS_PROTOCOL] = {502, LOG_LEVEL_ERROR, "protocol"},
    [STATUS_REFUSED] = {502, LOG_LEVEL_WARNING, "refused"},
    [STATUS_UNSUPPORTED] = {501, LOG_LEVEL_WARNING, "unsupported"},
    [STATUS_UNAVAILABLE] = {503, LOG_LEVEL_WARNING, "unavailable"},
    [STATUS_QUOTA] = {507, LOG_LEVEL_INFO, "quota"},
    [STATUS_IO] = {500, LOG_LEVEL_ERROR, "io"},
    [STATUS_CANCELLED] = {503, LOG_LEVEL_INFO, "cancelled"},
};

const struct failure *failure_of(enum status status)
{
    return &table[(unsigned)status < STATUS_COUNT ? status : STATUS_IO];
}

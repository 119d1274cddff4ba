#include "failure.h"

static const struct failure table[STATUS_COUNT] = {
    [STATUS_OK] = {200, LOG_LEVEL_DEBUG, "page_internal"},
    [STATUS_INVALID] = {400, LOG_LEVEL_INFO, "page_invalid"},
    [STATUS_TOO_LARGE] = {413, LOG_LEVEL_INFO, "page_large"},
    [STATUS_NOT_FOUND] = {404, LOG_LEVEL_INFO, "page_missing"},
    [STATUS_DENIED] = {403, LOG_LEVEL_INFO, "page_stale"},
    [STATUS_EXISTS] = {409, LOG_LEVEL_INFO, "page_invalid"},
    [STATUS_CHANGED] = {409, LOG_LEVEL_INFO, "mailbox_changed"},
    [STATUS_UNREACHABLE] = {502, LOG_LEVEL_ERROR, "unreachable"},
    [STATUS_TLS] = {502, LOG_LEVEL_ERROR, "cert_other"},
    [STATUS_TIMEOUT] = {504, LOG_LEVEL_WARNING, "timeout"},
    [STATUS_CLOSED] = {502, LOG_LEVEL_WARNING, "closed"},
    [STATUS_PROTOCOL] = {502, LOG_LEVEL_ERROR, "protocol"},
    [STATUS_REFUSED] = {502, LOG_LEVEL_WARNING, "refused"},
    [STATUS_UNSUPPORTED] = {501, LOG_LEVEL_WARNING, "page_invalid"},
    [STATUS_UNAVAILABLE] = {503, LOG_LEVEL_WARNING, "busy"},
    [STATUS_QUOTA] = {507, LOG_LEVEL_INFO, "quota"},
    [STATUS_IO] = {500, LOG_LEVEL_ERROR, "page_internal"},
    [STATUS_CANCELLED] = {503, LOG_LEVEL_INFO, "busy"},
    [STATUS_SIGNED_OUT] = {401, LOG_LEVEL_INFO, "page_signed_out"},
};

const struct failure *failure_of(enum status status)
{
    return &table[(unsigned)status < STATUS_COUNT ? status : STATUS_IO];
}

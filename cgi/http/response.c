#include "response.h"

#include "filename.h"
#include "request.h"

/* Cross-Origin-Opener-Policy stands on our own pages only: a browser refuses to open a document
 * that has both it and a sandbox, and the letter must open on its own too. */
struct kind {
    const char *media_type;
    const char *policy; /* Content-Security-Policy */
    const char *framing;
    const char *referrer;
    bool sandboxed;
};

#define LETTER_POLICY(images)                                                                      \
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "  \
    "script-src 'none'; style-src 'self' 'unsafe-inline'; img-src " images "; "                    \
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
#define BYTES_POLICY "sandbox; default-src 'none'; frame-ancestors 'none'"

static const struct kind kinds[] = {
    [RESPONSE_PAGE] = {"text/html; charset=utf-8",
                       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                       "font-src 'none'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
                       "base-uri 'none'; frame-ancestors 'none'",
                       "DENY", "same-origin", false},
    [RESPONSE_LETTER] = {"text/html; charset=utf-8", LETTER_POLICY("'self' data:"), "SAMEORIGIN",
                         "no-referrer", true},
    [RESPONSE_LETTER_REMOTE] = {"text/html; charset=utf-8",
                                LETTER_POLICY("'self' data: https: http:"), "SAMEORIGIN",
                                "no-referrer", true},
    [RESPONSE_DOWNLOAD] = {"application/octet-stream", BYTES_POLICY, "DENY", "no-referrer", true},
    [RESPONSE_IMAGE] = {NULL, BYTES_POLICY, "DENY", "no-referrer", true},
    [RESPONSE_TEXT] = {"text/plain; charset=utf-8", BYTES_POLICY, "DENY", "same-origin", true},
    [RESPONSE_DATA] = {"application/json", BYTES_POLICY, "DENY", "same-origin", true},
};

static const char COMMON[] =
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store, no-cache\r\n" /* lynx heeds but the second, and only at the end */
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: accelerometer=(), autoplay=(), camera=(), display-capture=(), "
    "encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), usb=(), "
    "xr-spatial-tracking=(), publickey-credentials-create=";
static const char NO_KEYS[] = "(), publickey-credentials-get=()\r\n";
static const char OWN_KEYS[] = "(self), publickey-credentials-get=(self)\r\n";

static const struct {
    unsigned code;
    const char *reason;
} reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {303, "See Other"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {507, "Insufficient Storage"},
};

static const char *reason_of(unsigned code)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].code == code)
            return reasons[i].reason;
    return code < 400 ? "OK" : "Error";
}

static void defaults_set(struct response *response)
{
    response->code = 200;
    response->kind = RESPONSE_PAGE;
    response->image_type = SV("");
    response->filename = response->disposition = SV("");
    response->has_length = false;
    response->spoiled = false;
    response->keys = false;
    response->buffered = 0;
    response->written = 0;
    sb_init(&response->headers, response->arena, RESPONSE_HEADERS_MAX);
}

void response_init(struct response *response, struct arena *arena, struct sink out, bool head_only)
{
    *response = (struct response){.arena = arena, .out = out, .head_only = head_only};
    response->buffer = arena_alloc(arena, RESPONSE_BUFFER);
    defaults_set(response);
}

bool response_reset(struct response *response)
{
    if (response->started)
        return false;
    defaults_set(response);
    return true;
}

void response_set_status(struct response *response, unsigned code)
{
    response->code = code;
}

void response_set_kind(struct response *response, enum response_kind kind)
{
    response->kind = kind;
}

struct sv response_image_type(struct sv media_type)
{
    static const char *const shown[] = {"image/png",  "image/jpeg", "image/gif",
                                        "image/webp", "image/bmp",  "image/avif"};
    if (sv_eq_nocase(media_type, SV("image/jpg")))
        return SV("image/jpeg");
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
        if (sv_eq_nocase(media_type, sv_of(shown[i])))
            return sv_of(shown[i]);
    return SV("");
}

void response_set_image_type(struct response *response, struct sv media_type)
{
    response->image_type = response_image_type(media_type);
}

void response_not_for_back(struct response *response)
{
    response->not_for_back = true;
}

void response_set_length(struct response *response, uint64_t length)
{
    response->has_length = true;
    response->length = length;
}

void response_add_header(struct response *response, const char *name, struct sv value)
{
    if (sv_has_control(value) || sv_has_control(sv_of(name)))
        response->spoiled = true;
    sb_add_cstr(&response->headers, name);
    sb_add(&response->headers, SV(": "));
    sb_add(&response->headers, value);
    sb_add(&response->headers, SV("\r\n"));
    response->spoiled = response->spoiled || response->headers.over;
}

void response_allow_keys(struct response *response)
{
    response->keys = true;
}

void response_clear_site_data(struct response *response)
{
    response_add_header(response, "Clear-Site-Data", SV("\"cache\", \"storage\""));
}

void response_set_filename(struct response *response, struct sv filename)
{
    struct sb out;
    sb_init(&out, response->arena, 8 * (size_t)FILENAME_LENGTH_MAX);
    response->filename = filename_clean(response->arena, filename);
    filename_disposition(&out, "", response->filename);
    response->disposition = sb_view(&out);
}

static unsigned code_shown(const struct response *response, enum response_kind shown)
{
    bool document = shown != RESPONSE_DOWNLOAD && shown != RESPONSE_DATA;
    return response->code == 200 && document && response->not_for_back ? 203 : response->code;
}

static void head_format(struct response *response, struct sb *out)
{
    enum response_kind shown = response->kind;
    if (shown == RESPONSE_IMAGE && response->image_type.n == 0)
        shown = RESPONSE_DOWNLOAD;
    const struct kind *kind = &kinds[shown];
    unsigned code = code_shown(response, shown);
    sb_printf(out, "Status: %u %s\r\n", code, reason_of(code));
    sb_printf(out, "Content-Type: %s\r\n",
              shown == RESPONSE_IMAGE ? response->image_type.p : kind->media_type);
    if (shown == RESPONSE_DOWNLOAD || response->disposition.n > 0)
        sb_printf(out, "Content-Disposition: %s%.*s\r\n",
                  shown == RESPONSE_DOWNLOAD ? "attachment" : "inline",
                  SV_ARG(response->disposition));
    if (response->has_length)
        sb_printf(out, "Content-Length: %llu\r\n", (unsigned long long)response->length);
    sb_printf(out,
              "Content-Security-Policy: %s\r\nX-Frame-Options: %s\r\nReferrer-Policy: %s\r\n%s%s",
              kind->policy, kind->framing, kind->referrer, COMMON,
              response->keys && shown == RESPONSE_PAGE ? OWN_KEYS : NO_KEYS);
    if (!kind->sandboxed)
        sb_add(out, SV("Cross-Origin-Opener-Policy: same-origin\r\n"));
    sb_add(out, sb_view(&response->headers));
    sb_add(out, SV("\r\n"));
}

static void send(struct response *response, struct sv piece)
{
    if (response->failure == STATUS_OK)
        response->failure = sink_write(response->out, piece);
}

static void head_send(struct response *response)
{
    if (response->started)
        return;
    if (response->spoiled) {
        defaults_set(response);
        response->code = 500;
        response_set_length(response, 0);
        response->spoiled = true;
    }
    struct sb out;
    sb_init(&out, response->arena, RESPONSE_HEADERS_MAX + 8 * 1024);
    head_format(response, &out);
    response->started = true;
    send(response, sb_view(&out));
    if (response->spoiled && response->failure == STATUS_OK)
        response->failure = STATUS_INVALID;
}

static void flush(struct response *response)
{
    head_send(response);
    send(response, (struct sv){response->buffer, response->buffered});
    response->buffered = 0;
}

enum status response_write(struct response *response, struct sv piece)
{
    response->written += piece.n;
    if (response->head_only || response->failure != STATUS_OK || piece.n == 0)
        return response->failure;
    if (piece.n > RESPONSE_BUFFER - response->buffered) {
        flush(response);
        if (piece.n >= RESPONSE_BUFFER) {
            send(response, piece);
            return response->failure;
        }
    }
    memcpy(response->buffer + response->buffered, piece.p, piece.n);
    response->buffered += piece.n;
    return response->failure;
}

static enum status sink_respond(void *context, struct sv piece)
{
    return response_write(context, piece);
}

struct sink response_sink(struct response *response)
{
    return (struct sink){sink_respond, response};
}

enum status response_end(struct response *response)
{
    if (response->ended)
        return response->failure;
    response->ended = true;
    if (!response->started && !response->has_length)
        response_set_length(response, response->written);
    flush(response);
    bool short_of = response->length != response->written && !response->head_only;
    if (response->failure == STATUS_OK && response->has_length && short_of)
        response->failure = STATUS_PROTOCOL;
    return response->failure;
}

enum status response_redirect(struct response *response, struct sv target)
{
    response_set_status(response, 303);
    response_add_header(response, "Location", target_is_local(target) ? target : SV("/"));
    return response_end(response);
}

enum status response_text(struct response *response, unsigned code, struct sv text)
{
    response_set_status(response, code);
    response_set_kind(response, RESPONSE_TEXT);
    enum status status = response_write(response, text);
    return status != STATUS_OK ? status : response_end(response);
}

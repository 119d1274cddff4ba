#include "request.h"

#include <inttypes.h>

#include "random.h"
#include "utf8.h"

enum { REQUEST_ID_LENGTH = 16 };

static struct sv env_sv(struct request_env env, const char *name)
{
    return sv_of(env.get(env.context, name));
}

/* A header that breaks the rules is as if absent: none of them is worth refusing a request for. */
static struct sv env_header(struct request_env env, const char *name)
{
    struct sv value = env_sv(env, name);
    return value.n > REQUEST_HEADER_MAX || sv_has_control(value) ? SV("") : value;
}

static enum method method_of(struct sv name)
{
    if (sv_eq(name, SV("GET")))
        return METHOD_GET;
    if (sv_eq(name, SV("HEAD")))
        return METHOD_HEAD;
    return sv_eq(name, SV("POST")) ? METHOD_POST : METHOD_OTHER;
}

/* The web server's own id, so that both logs can be laid side by side; else one of ours. */
static struct sv request_id(struct arena *arena, struct sv given)
{
    bool usable = given.n >= REQUEST_ID_LENGTH;
    struct sv id = sv_slice(given, 0, REQUEST_ID_LENGTH);
    for (size_t i = 0; usable && i < id.n; i++)
        usable = ascii_is_alnum(id.p[i]);
    return usable ? id : arena_printf(arena, "%016" PRIx64, random_u64());
}

static struct sv checked_host(struct sv host)
{
    for (size_t i = 0; i < host.n; i++)
        if (!ascii_is_alnum(host.p[i]) && sv_find_char(SV(".-_:[]"), host.p[i]) == SIZE_MAX)
            return SV("");
    return host.n > 255 ? SV("") : host;
}

static bool path_is_plain(struct sv path)
{
    if (!sv_starts(path, SV("/")) || sv_has_control(path) || !utf8_valid(path))
        return false;
    struct sv rest = path;
    while (rest.n > 0) {
        struct sv segment = sv_cut(&rest, '/');
        if (sv_eq(segment, SV(".")) || sv_eq(segment, SV("..")))
            return false;
    }
    return true;
}

/* The dots are looked for in the decoded path: "%2e%2e" is "..". */
static enum status path_decode(struct arena *arena, struct sv raw, struct sv *out)
{
    char *decoded = arena_alloc(arena, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (percent_decode(raw, i, &c))
            i += 2;
        else if (c == '%')
            return STATUS_INVALID;
        decoded[n++] = c;
    }
    struct sv path = {decoded, n};
    if (!path_is_plain(path))
        return STATUS_INVALID;
    *out = path;
    return STATUS_OK;
}

static void read_headers(struct request *request, struct request_env env)
{
    request->content_type = env_header(env, "CONTENT_TYPE");
    if (sv_to_u64(env_sv(env, "CONTENT_LENGTH"), INT64_MAX, &request->content_length) != STATUS_OK)
        request->content_length = 0;
    request->host = checked_host(env_header(env, "HTTP_HOST"));
    request->cookie = env_header(env, "HTTP_COOKIE");
    request->origin = env_header(env, "HTTP_ORIGIN");
    request->fetch_site = env_header(env, "HTTP_SEC_FETCH_SITE");
    request->fetch_mode = env_header(env, "HTTP_SEC_FETCH_MODE");
    request->referer = env_header(env, "HTTP_REFERER");
    request->accept_language = env_header(env, "HTTP_ACCEPT_LANGUAGE");
    request->user_agent = utf8_clean(request->arena, env_header(env, "HTTP_USER_AGENT"));
    request->requested_with = env_header(env, "HTTP_X_REQUESTED_WITH");
    request->if_none_match = env_header(env, "HTTP_IF_NONE_MATCH");
}

enum status request_init(struct request *request, struct arena *arena, struct request_env env,
                         const struct proxies *proxies)
{
    *request = (struct request){.arena = arena};
    request->id = request_id(arena, env_sv(env, "REQUEST_ID"));
    request->method = method_of(env_sv(env, "REQUEST_METHOD"));
    proxies_client(proxies, env_sv(env, "REMOTE_ADDR"), env_header(env, "HTTP_X_FORWARDED_FOR"),
                   request->client);
    inputs_init(&request->query, REQUEST_QUERY_MAX);
    inputs_init(&request->form, 0);
    read_headers(request, env);

    struct sv query = env_sv(env, "REQUEST_URI");
    if (query.n > REQUEST_URI_MAX)
        return STATUS_TOO_LARGE;
    struct sv path = sv_cut(&query, '?');
    enum status status = path_decode(arena, path, &request->path);
    if (status != STATUS_OK)
        return status;
    request->raw_query = query;
    return inputs_decode(&request->query, arena, query);
}

struct sv request_param(const struct request *request, const char *name)
{
    struct sv value = inputs_get(&request->form, name);
    return value.p ? value : inputs_get(&request->query, name);
}

bool request_has(const struct request *request, const char *name)
{
    return request_param(request, name).p != NULL;
}

bool request_param_next(const struct request *request, const char *name, size_t *at,
                        struct sv *value)
{
    if (*at < request->form.n && inputs_next(&request->form, name, at, value))
        return true;
    size_t in_query = *at - request->form.n;
    bool found = inputs_next(&request->query, name, &in_query, value);
    *at = request->form.n + in_query;
    return found;
}

enum status request_u64(const struct request *request, const char *name, uint64_t *out)
{
    struct sv value = request_param(request, name);
    return value.p ? sv_to_u64(value, UINT64_MAX, out) : STATUS_NOT_FOUND;
}

enum status request_u32(const struct request *request, const char *name, uint32_t *out)
{
    struct sv value = request_param(request, name);
    return value.p ? sv_to_u32(value, out) : STATUS_NOT_FOUND;
}

/* Origin leaves the default port out; Host may name it. */
static bool origin_is_ours(struct sv origin, struct sv host)
{
    if (!sv_starts(origin, SV("https://")))
        return false;
    struct sv theirs = sv_slice(origin, sizeof("https://") - 1, origin.n);
    if (sv_ends(host, SV(":443")))
        host.n -= sizeof(":443") - 1;
    return host.n > 0 && sv_eq_nocase(theirs, host);
}

bool request_same_site(const struct request *request)
{
    struct sv site = request->fetch_site;
    if (site.n > 0 && !sv_eq(site, SV("same-origin")) && !sv_eq(site, SV("none")))
        return false;
    return request->origin.n == 0 || origin_is_ours(request->origin, request->host);
}

bool request_by_itself(const struct request *request)
{
    return sv_eq(request->requested_with, SV("poll"));
}

struct sv request_path_raw(const struct request *request)
{
    struct sv rest = request_target(request);
    return sv_cut(&rest, '?');
}

struct sv request_target(const struct request *request)
{
    struct sb out;
    sb_init(&out, request->arena, (size_t)REQUEST_URI_MAX * 3);
    for (size_t i = 0; i < request->path.n; i++) {
        struct sv c = sv_slice(request->path, i, i + 1);
        if (c.p[0] == '/')
            sb_add(&out, c);
        else
            query_encode(&out, c);
    }
    if (request->raw_query.n > 0) {
        sb_add_char(&out, '?');
        sb_add(&out, request->raw_query);
    }
    return target_is_local(sb_view(&out)) ? sb_view(&out) : SV("/");
}

bool target_is_local(struct sv target)
{
    if (!sv_starts(target, SV("/")) || sv_starts(target, SV("//")) || target.n > REQUEST_URI_MAX)
        return false;
    for (size_t i = 0; i < target.n; i++)
        if (target.p[i] <= ' ' || target.p[i] > '~' || target.p[i] == '\\')
            return false;
    return true;
}

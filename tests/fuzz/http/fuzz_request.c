/* fuzz_request — the first byte says how the body is cut; then come, each up to a NUL, the request
 * target, Cookie, X-Forwarded-For, Accept-Language and Content-Type; the rest is the body. The body
 * must mean the same however it is cut. */
#include "arena.h"
#include "cookie.h"
#include "form.h"
#include "pieces.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TARGET, COOKIE, FORWARDED, LANGUAGE, TYPE, HEADERS };

struct input_text {
    const char *headers[HEADERS];
    char length[24];
    struct sv body;
};

static const char *get(void *context, const char *name)
{
    const struct input_text *in = context;
    static const char *const names[HEADERS] = {"REQUEST_URI", "HTTP_COOKIE", "HTTP_X_FORWARDED_FOR",
                                               "HTTP_ACCEPT_LANGUAGE", "CONTENT_TYPE"};
    for (size_t i = 0; i < HEADERS; i++)
        if (strcmp(name, names[i]) == 0)
            return in->headers[i];
    if (strcmp(name, "CONTENT_LENGTH") == 0)
        return in->length;
    return strcmp(name, "REMOTE_ADDR") == 0 ? "127.0.0.1" : NULL;
}

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_inputs(const struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->n; i++) {
        require(utf8_valid(inputs->at[i].name) && utf8_valid(inputs->at[i].value));
        require(sv_find_char(inputs->at[i].value, '\0') == SIZE_MAX);
    }
}

static enum status read_all(struct request *request, struct arena *arena, struct input_text *in,
                            size_t step, struct spool *spool)
{
    static struct proxies proxies;
    static const struct form_limits limits = {.field_max = 1000,
                                              .fields_total = 2000,
                                              .fields_count = 50,
                                              .uploads_total = 3000,
                                              .spool_directory = "/dev/shm"};
    if (proxies.networks.n == 0)
        require(proxies_add(&proxies, SV("127.0.0.0/8")) == STATUS_OK);
    enum status status =
        request_init(request, arena, (struct request_env){.get = get, .context = in}, &proxies);
    require(request->client[0] != '\0' && request->id.n == 16);
    check_inputs(&request->query);
    if (status != STATUS_OK)
        return status;
    require(sv_starts(request->path, SV("/")) && sv_find(request->path, SV("/../")) == SIZE_MAX);
    require(target_is_local(request_target(request)));
    struct pieces pieces = {.left = in->body, .each = step};
    status = form_read(request, pieces_source(&pieces), &limits, spool, deadline_in(60000));
    check_inputs(&request->form);
    for (size_t i = 0; i < request->upload_count; i++) {
        struct upload *upload = &request->uploads[i];
        require(upload->filename.n > 0 && !sv_has_control(upload->filename));
        require(upload->offset + upload->length <= spool->size);
    }
    return status;
}

static void check_cut(struct input_text *in, size_t step)
{
    struct arena *arenas[2] = {arena_new(8 << 20), arena_new(8 << 20)};
    struct spool spools[2] = {{.fd = -1}, {.fd = -1}};
    struct request whole, cut;
    enum status a = read_all(&whole, arenas[0], in, SIZE_MAX, &spools[0]);
    enum status b = read_all(&cut, arenas[1], in, step, &spools[1]);
    require(a == b && whole.form.n == cut.form.n && whole.upload_count == cut.upload_count);
    for (size_t i = 0; i < whole.form.n; i++)
        require(sv_eq(whole.form.at[i].value, cut.form.at[i].value));
    for (size_t i = 0; i < whole.upload_count; i++)
        require(whole.uploads[i].length == cut.uploads[i].length);
    for (size_t i = 0; i < 2; i++) {
        spool_close(&spools[i]);
        arena_free(&arenas[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new(1 << 20);
    struct input_text in;
    struct sv rest = {(const char *)data + 1, size - 1};
    for (size_t i = 0; i < HEADERS; i++)
        in.headers[i] = arena_cstr(arena, sv_cut(&rest, '\0'));
    in.body = rest;
    struct sb length;
    sb_fixed(&length, in.length, sizeof(in.length));
    sb_add_u64(&length, rest.n);
    check_cut(&in, (size_t)data[0] % 64 + 1);
    struct sv value;
    if (cookie_get(sv_of(in.headers[COOKIE]), SV("__Host-vm"), &value) == STATUS_OK)
        require(value.n > 0 && !sv_has_control(value) && sv_find_char(value, ';') == SIZE_MAX);
    arena_free(&arena);
    return 0;
}

/* Any document that the parent accepts from the jail, its remote images given another address: the
 * outcome asks nobody else for anything, and nothing but those addresses has changed. With its
 * links given others as well, none leads to another site. */
#include "arena.h"
#include "images.h"
#include "verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ADDRESS "/image?a&b"
#define SOURCE " src=\"/image?a&amp;b\""

static bool write_address(void *context, struct sv remote, struct sb *out)
{
    size_t *count = context;
    if (!sv_starts(remote, SV("http://")) && !sv_starts(remote, SV("https://")))
        abort();
    ++*count;
    sb_add_cstr(out, ADDRESS);
    return true;
}

static bool write_link(void *context, struct sv remote, struct sb *out)
{
    (void)context;
    (void)remote;
    sb_add_cstr(out, "/link?a&b");
    return true;
}

/* Within tags, where alone it means something. */
static bool leads_elsewhere(struct sv document)
{
    while (document.n > 0) {
        (void)sv_cut(&document, '<');
        if (sv_find(sv_cut(&document, '>'), SV(" href=\"http")) != SIZE_MAX)
            return true;
    }
    return false;
}

/* Where the two differ the one has a remote address, and the other ours or none. */
static bool same_but_sources(struct sv from, struct sv to, size_t count)
{
    while (from.n > 0) {
        bool remote =
            sv_starts(from, SV(" src=\"http://")) || sv_starts(from, SV(" src=\"https://"));
        if (!remote || sv_starts(to, sv_slice(from, 0, sizeof " src=\"http" - 1))) {
            if (to.n == 0 || from.p[0] != to.p[0])
                return false;
            from = sv_slice(from, 1, from.n);
            to = sv_slice(to, 1, to.n);
            continue;
        }
        from = sv_slice(from, sizeof " src=\"" - 1, from.n);
        (void)sv_cut(&from, '"');
        if (sv_starts(to, SV(SOURCE)) && count > 0) {
            to = sv_slice(to, sizeof SOURCE - 1, to.n);
            count--;
        }
    }
    return to.n == 0 && count == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv document = {(const char *)data, size};
    size_t count = 0;
    const struct image_addresses addresses = {.write = write_address, .context = &count};
    const struct image_addresses both = {
        .write = write_address, .context = &count, .write_link = write_link};
    if (!verify_document(document, true))
        return 0;
    struct arena *arena = arena_new(SIZE_MAX);
    struct sb out;
    sb_init(&out, arena, 64 * size + 1024);
    if (images_readdress(document, &addresses, &out) != STATUS_OK ||
        !verify_document(sb_view(&out), false) || !same_but_sources(document, sb_view(&out), count))
        abort();
    sb_clear(&out);
    if (images_readdress(document, &both, &out) != STATUS_OK || leads_elsewhere(sb_view(&out)))
        abort();
    arena_free(&arena);
    return 0;
}

#include "css.h"
#include "markup.h"
#include "sanitise_writer.h"
#include "url.h"
#include "utf8.h"

/* Images of at most this many pixels a side are not worth a placeholder: they count readers. */
enum { SPECK = 3, ALT_MAX = 1024 };

/* Raster formats only, whole, in base64: nothing that can hold markup. */
static bool is_raster_data(struct sv url)
{
    static const char *const types[] = {"png", "gif", "jpeg", "webp"};
    if (!sv_starts_nocase(url, SV("data:image/")))
        return false;
    url = sv_slice(url, sizeof "data:image/" - 1, url.n);
    struct sv type = sv_cut(&url, ';');
    bool known = false;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        known = known || sv_eq_nocase(type, sv_of(types[i]));
    if (!known || !sv_starts_nocase(url, SV("base64,")))
        return false;
    for (size_t i = sizeof "base64," - 1; i < url.n; i++)
        if (!ascii_is_alnum(url.p[i]) && url.p[i] != '+' && url.p[i] != '/' && url.p[i] != '=')
            return false;
    return true;
}

/* RFC 2392: a cid: URL is the percent-encoded Content-ID. */
static bool cid_is(struct sv encoded, struct sv cid)
{
    size_t at = 0;
    for (size_t i = 0; i < encoded.n; i++, at++) {
        char c = encoded.p[i];
        if (c == '%' && i + 2 < encoded.n && ascii_hex(encoded.p[i + 1]) >= 0 &&
            ascii_hex(encoded.p[i + 2]) >= 0) {
            c = (char)(ascii_hex(encoded.p[i + 1]) << 4 | ascii_hex(encoded.p[i + 2]));
            i += 2;
        }
        if (at >= cid.n || cid.p[at] != c)
            return false;
    }
    return at == cid.n;
}

static struct sv part_of_message(const struct sanitise_options *options, const struct url *url,
                                 struct sv raw)
{
    struct sv encoded = sv_slice(url->text, sizeof "cid:" - 1, url->text.n);
    for (size_t i = 0; i < options->cid_count; i++)
        if (url->kind == URL_CID ? cid_is(encoded, options->cids[i].cid)
                                 : sv_eq(raw, options->cids[i].url))
            return options->cids[i].url;
    return SV("");
}

bool writer_is_speck(const GumboNode *node)
{
    uint64_t width, height;
    return sv_to_u64(tree_attribute(node, "width"), SPECK, &width) == STATUS_OK &&
           sv_to_u64(tree_attribute(node, "height"), SPECK, &height) == STATUS_OK;
}

/* The space that the image would take, so that nothing jumps when it is allowed. */
static void add_size(struct writer *w, const GumboNode *node)
{
    bool ignored = false;
    struct sv width = tree_attribute(node, "width"), height = tree_attribute(node, "height");
    char buffer[64], style[64];
    struct sb css, out;
    sb_fixed(&css, buffer, sizeof buffer);
    sb_fixed(&out, style, sizeof style);
    sb_printf(&css, "width:%.*s;height:%.*s", SV_ARG(width), SV_ARG(height));
    if (!css.over)
        css_write_declarations(sb_view(&css), &out, &ignored);
    if (out.n > 0)
        sb_printf(&w->body, " style=\"%s\"", style);
}

static void add_placeholder(struct writer *w, const GumboNode *node)
{
    if (writer_is_speck(node))
        return;
    sb_add(&w->body, SV("<span class=\"vm-image\""));
    add_size(w, node);
    sb_add_char(&w->body, '>');
    struct sv alt = tree_attribute(node, "alt");
    markup_add_escaped(&w->body, utf8_cut(alt, ALT_MAX));
    sb_add(&w->body, SV("</span>"));
}

/* The scheme and the type of a data: URL in lower case, as others look for them; what is encoded
 * stays. */
static void add_source(struct writer *w, struct sv source)
{
    size_t head = sv_starts_nocase(source, SV("data:")) ? sv_find_char(source, ',') : 0;
    for (size_t i = 0; i < head; i++)
        sb_add_char(&w->body, ascii_lower(source.p[i]));
    markup_add_escaped(&w->body, sv_slice(source, head, source.n));
}

void writer_add_image(struct writer *w, const GumboNode *node)
{
    struct url url;
    struct sv raw = tree_attribute(node, "src"), source;
    url_read(raw, &w->url, &url);
    source = part_of_message(w->options, &url, raw);
    if (source.n == 0 && is_raster_data(sv_trim(raw)))
        source = sv_trim(raw);
    if (source.n == 0 && url.kind == URL_HTTP) {
        if (w->options->allow_remote)
            source = url.text;
        else
            w->remote_blocked++;
    }
    if (source.n == 0) {
        add_placeholder(w, node);
        return;
    }
    sb_add(&w->body, SV("<img src=\""));
    add_source(w, source);
    sb_add_char(&w->body, '"');
    writer_add_attributes(w, node);
    sb_add_char(&w->body, '>');
}

#include "images.h"

#include "verify.h"

enum { ADDRESS_MAX = 8192 };

struct work {
    const struct image_addresses *addresses;
    struct sb *out;
    size_t images, links;
};

/* One attribute with the blank before it: ` name="value"`. */
struct attribute {
    struct sv whole, name, value;
};

static bool cut_attribute(struct sv *rest, struct attribute *out)
{
    size_t equals = sv_find(*rest, SV("=\""));
    if (!sv_starts(*rest, SV(" ")) || equals == SIZE_MAX)
        return false;
    struct sv behind = sv_slice(*rest, equals + 2, rest->n);
    size_t quote = sv_find_char(behind, '"');
    if (quote == SIZE_MAX)
        return false;
    *out = (struct attribute){.whole = sv_slice(*rest, 0, equals + 2 + quote + 1),
                              .name = sv_slice(*rest, 1, equals),
                              .value = sv_slice(behind, 0, quote)};
    *rest = sv_slice(behind, quote + 1, behind.n);
    return true;
}

/* The sanitiser leaves nothing in a URL that would have to be escaped but the ampersand. */
static bool unescape(struct sv value, struct sb *out)
{
    for (size_t i = 0; i < value.n; i++) {
        sb_add_char(out, value.p[i]);
        if (value.p[i] != '&')
            continue;
        if (!sv_starts(sv_slice(value, i, value.n), SV("&amp;")))
            return false;
        i += sizeof "amp;" - 1;
    }
    return !out->over;
}

static void add_escaped(struct sb *out, struct sv text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '&')
            sb_add(out, SV("&amp;"));
        else
            sb_add_char(out, text.p[i]);
}

/* The attribute with its other address; nothing if there is none. */
static void add_other(struct work *work, const struct attribute *attribute,
                      bool (*write)(void *context, struct sv remote, struct sb *out))
{
    char from[IMAGES_URL_MAX + 1], to[ADDRESS_MAX + 1];
    struct sb remote, address;
    sb_fixed(&remote, from, sizeof from);
    sb_fixed(&address, to, sizeof to);
    if (!unescape(attribute->value, &remote) ||
        !write(work->addresses->context, sb_view(&remote), &address) || address.over)
        return;
    sb_add_char(work->out, ' ');
    sb_add(work->out, attribute->name);
    sb_add(work->out, SV("=\""));
    add_escaped(work->out, sb_view(&address));
    sb_add_char(work->out, '"');
}

static void add_attribute(struct work *work, const struct attribute *attribute)
{
    const struct image_addresses *addresses = work->addresses;
    bool remote = verify_is_remote(attribute->value);
    if (remote && addresses->write && sv_eq(attribute->name, SV("src"))) {
        if (work->images++ < IMAGES_MAX)
            add_other(work, attribute, addresses->write);
    } else if (remote && addresses->write_link && sv_eq(attribute->name, SV("href"))) {
        if (work->links++ < LINKS_MAX)
            add_other(work, attribute, addresses->write_link);
    } else
        sb_add(work->out, attribute->whole);
}

/* From "<" up to, and without, ">". */
static void add_tag(struct work *work, struct sv tag)
{
    struct attribute attribute;
    size_t blank = sv_find_char(tag, ' ');
    struct sv rest = sv_slice(tag, blank, tag.n);
    sb_add(work->out, sv_slice(tag, 0, blank));
    while (cut_attribute(&rest, &attribute))
        add_attribute(work, &attribute);
    sb_add(work->out, rest);
}

enum status images_readdress(struct sv document, const struct image_addresses *addresses,
                             struct sb *out)
{
    struct work work = {.addresses = addresses, .out = out};
    size_t before = out->n;
    struct sv rest = document;
    while (rest.n > 0 && !out->over) {
        size_t tag = sv_find_char(rest, '<');
        sb_add(out, sv_slice(rest, 0, tag));
        rest = sv_slice(rest, tag, rest.n);
        size_t end = sv_find_char(rest, '>');
        add_tag(&work, sv_slice(rest, 0, end));
        rest = sv_slice(rest, end, rest.n);
    }
    enum status st = out->over ? STATUS_TOO_LARGE : STATUS_OK;
    if (st == STATUS_OK &&
        !verify_document(sv_slice(sb_view(out), before, out->n), addresses->write == NULL))
        st = STATUS_PROTOCOL;
    if (st != STATUS_OK) {
        out->n = before;
        out->p[before] = '\0';
    }
    return st;
}

#include "images.h"

#include "verify.h"

enum { ADDRESS_MAX = 8192 };

struct work {
    const struct image_addresses *addresses;
    struct sb *out;
    size_t count;
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

static void add_source(struct work *work, struct sv value)
{
    char from[IMAGES_URL_MAX + 1], to[ADDRESS_MAX + 1];
    struct sb remote, address;
    sb_fixed(&remote, from, sizeof from);
    sb_fixed(&address, to, sizeof to);
    if (++work->count > IMAGES_MAX || !unescape(value, &remote) ||
        !work->addresses->write(work->addresses->context, sb_view(&remote), &address) ||
        address.over)
        return;
    sb_add(work->out, SV(" src=\""));
    add_escaped(work->out, sb_view(&address));
    sb_add_char(work->out, '"');
}

/* From "<" up to, and without, ">". */
static void add_tag(struct work *work, struct sv tag)
{
    struct attribute attribute;
    size_t blank = sv_find_char(tag, ' ');
    struct sv rest = sv_slice(tag, blank, tag.n);
    sb_add(work->out, sv_slice(tag, 0, blank));
    while (cut_attribute(&rest, &attribute))
        if (sv_eq(attribute.name, SV("src")) && verify_is_remote(attribute.value))
            add_source(work, attribute.value);
        else
            sb_add(work->out, attribute.whole);
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
    if (st == STATUS_OK && !verify_document(sv_slice(sb_view(out), before, out->n), false))
        st = STATUS_PROTOCOL;
    if (st != STATUS_OK) {
        out->n = before;
        out->p[before] = '\0';
    }
    return st;
}

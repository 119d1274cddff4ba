/* html_check.h — what no sanitised letter may hold, judged on a fresh parse of it with lists of the
 * test's own. Needs -lgumbo. */
#ifndef VM_HTML_CHECK_H
#define VM_HTML_CHECK_H

#include <gumbo.h>
#include <stdio.h>
#include <string.h>

#include "css_check.h"

static const char check_elements[] =
    " html head body a abbr acronym address article aside b bdi bdo big blockquote br caption "
    "center"
    " cite code col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 "
    "h6"
    " header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span "
    "strike"
    " strong style sub sup table tbody td tfoot th thead time tr tt u ul var wbr ";
static const char check_attributes[] =
    " align alt bgcolor border cellpadding cellspacing class clear color colspan data-host datetime"
    " dir face frame height href hspace id lang noshade nowrap rel reversed rowspan rules scope "
    "size"
    " span src start style target title type valign value vspace width ";

static inline bool check_listed(const char *list, const char *name)
{
    char padded[64];
    snprintf(padded, sizeof padded, " %s ", name);
    return strstr(list, padded) != NULL;
}

/* The letter's own begin with "x-". */
static inline bool check_classes(struct sv classes)
{
    static const char own[] = " vm-letter vm-coloured vm-image vm-plain vm-signature ";
    while (classes.n > 0) {
        struct sv one = sv_cut(&classes, ' ');
        if (!sv_starts(one, SV("x-")) && !css_check_listed(own, one))
            return false;
    }
    return true;
}

/* Names what is wrong, NULL if nothing is. */
static inline const char *check_attribute(GumboTag tag, const char *name, const char *value,
                                          bool allow_remote)
{
    struct sv v = sv_of(value);
    bool web = sv_starts(v, SV("http://")) || sv_starts(v, SV("https://"));
    if (!check_listed(check_attributes, name))
        return name;
    if ((strcmp(name, "src") == 0 && tag != GUMBO_TAG_IMG) ||
        (strcmp(name, "href") == 0 && tag != GUMBO_TAG_A))
        return name;
    if (strcmp(name, "class") == 0 && !check_classes(v))
        return value;
    if (strcmp(name, "href") == 0 && !web && value[0] != '#' && !sv_starts(v, SV("tel:")) &&
        !sv_starts(v, SV("/compose")))
        return value;
    if (strcmp(name, "href") == 0 && value[0] == '/' && sv_find(v, SV("attach=")) != SIZE_MAX)
        return value;
    if (strcmp(name, "src") == 0 && !(allow_remote && web) && !sv_starts(v, SV("/part?")) &&
        !sv_starts(v, SV("data:image/png;base64,")) &&
        !sv_starts(v, SV("data:image/gif;base64,")) &&
        !sv_starts(v, SV("data:image/jpeg;base64,")) &&
        !sv_starts(v, SV("data:image/webp;base64,")))
        return value;
    if (strcmp(name, "target") == 0 && strcmp(value, "_blank") != 0)
        return value;
    if (strcmp(name, "rel") == 0 && strcmp(value, "noopener noreferrer") != 0)
        return value;
    if (strcmp(name, "id") == 0 && strncmp(value, "x-", 2) != 0)
        return value;
    return strcmp(name, "style") == 0 && !css_check_declarations(v) ? value : NULL;
}

static inline const char *check_node(const GumboNode *node, bool allow_remote)
{
    if (node->type == GUMBO_NODE_COMMENT)
        return "comment";
    if (node->type == GUMBO_NODE_TEMPLATE)
        return "template";
    if (node->type != GUMBO_NODE_ELEMENT)
        return NULL;
    const GumboElement *e = &node->v.element;
    const char *name = gumbo_normalized_tagname(e->tag);
    if (e->tag_namespace != GUMBO_NAMESPACE_HTML || !check_listed(check_elements, name))
        return name;
    for (unsigned i = 0; i < e->attributes.length; i++) {
        const GumboAttribute *a = e->attributes.data[i];
        const char *wrong = check_attribute(e->tag, a->name, a->value, allow_remote);
        if (wrong)
            return wrong;
    }
    if (e->tag == GUMBO_TAG_STYLE && e->children.length > 0) {
        const GumboNode *text = e->children.data[0];
        return css_check_sheet(sv_of(text->v.text.text)) ? NULL : text->v.text.text;
    }
    for (unsigned i = 0; i < e->children.length; i++) {
        const char *wrong = check_node(e->children.data[i], allow_remote);
        if (wrong)
            return wrong;
    }
    return NULL;
}

/* The first forbidden thing in html, copied to `wrong`; false if there is none. The body holds one
 * element and nothing beside it. */
static inline bool check_finds(struct sv html, bool allow_remote, char *wrong, size_t room)
{
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;
    GumboOutput *output = gumbo_parse_with_options(&options, html.p, html.n);
    const char *found = check_node(output->root, allow_remote);
    const GumboNode *body = output->root->v.element.children.data[1];
    if (!found && body->v.element.children.length != 1)
        found = "something beside the root";
    snprintf(wrong, room, "%s", found ? found : "");
    gumbo_destroy_output(&options, output);
    return found != NULL;
}

#endif

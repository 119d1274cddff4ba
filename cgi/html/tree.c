#include "tree.h"

static void *tree_alloc(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

/* The arena gives everything back at once. */
static void tree_keep(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

const GumboNode *tree_parse(struct sv html, struct arena *arena)
{
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = tree_alloc;
    options.deallocator = tree_keep;
    options.userdata = arena;
    options.max_errors = 0; /* keeping errors makes the parser quadratic */
    const GumboOutput *output = gumbo_parse_with_options(&options, html.p, html.n);
    const GumboVector *children = tree_children(output->root);
    for (unsigned i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (tree_is_element(child) && child->v.element.tag == GUMBO_TAG_BODY)
            return child;
    }
    return NULL;
}

bool tree_is_element(const GumboNode *node)
{
    return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

const GumboVector *tree_children(const GumboNode *node)
{
    return tree_is_element(node) ? &node->v.element.children : &kGumboEmptyVector;
}

const GumboNode *tree_next(const GumboNode *root, const GumboNode *node, bool descend,
                           void (*leave)(void *context, const GumboNode *node), void *context)
{
    const GumboVector *children = tree_children(node);
    if (descend && children->length > 0)
        return children->data[0];
    if (descend && tree_is_element(node) && node != root && leave)
        leave(context, node);
    while (node != root) {
        const GumboNode *parent = node->parent;
        children = tree_children(parent);
        if (node->index_within_parent + 1 < children->length)
            return children->data[node->index_within_parent + 1];
        if (parent != root && leave)
            leave(context, parent);
        node = parent;
    }
    return NULL;
}

struct sv tree_attribute(const GumboNode *node, const char *name)
{
    const GumboAttribute *attribute = gumbo_get_attribute(&node->v.element.attributes, name);
    return attribute ? sv_of(attribute->value) : SV("");
}

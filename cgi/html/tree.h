/* tree.h — the parsed letter: gumbo's tree in memory of its own, and a walk that needs no stack. */
#ifndef VM_TREE_H
#define VM_TREE_H

#include <gumbo.h>

#include "arena.h"

/* html must be within the limits of scan.h. The tree lives in the arena. NULL if the letter has no
 * <body> (a frameset). */
const GumboNode *tree_parse(struct sv html, struct arena *arena);

bool tree_is_element(const GumboNode *node);
const GumboVector *tree_children(const GumboNode *node); /* empty for text */

/* The next node in document order below root; `descend` says whether node's children are visited.
 * NULL at the end. leave() is called for each element whose children were visited, when they are
 * done; it may be NULL. */
const GumboNode *tree_next(const GumboNode *root, const GumboNode *node, bool descend,
                           void (*leave)(void *context, const GumboNode *node), void *context);

/* The value of an attribute, "" without one. */
struct sv tree_attribute(const GumboNode *node, const char *name);

#endif

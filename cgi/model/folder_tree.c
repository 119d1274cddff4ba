/* The order of display: special folders by their use, then the others, children below parents; then
 * the same of other users and of what is shared. */
#include "collate.h"
#include "folder.h"
#include "sorted.h"
#include "utf8.h"

enum { KEY_MAX = 200, TOP = -1, SHARED_MAX = 50 };

struct node {
    const struct imap_folder *listed;
    long parent;     /* index among the nodes, or TOP */
    struct sv below; /* the name below the parent's */
    struct sv key;   /* folded label */
    size_t index;    /* among the nodes */
    const struct imap_namespace *space;
};

struct tree {
    struct arena *arena;
    const struct imap_namespace *spaces;
    size_t space_count;
    struct node *nodes;    /* in the order of names */
    struct node **ordered; /* children of one parent side by side, in their order */
    size_t n;
    struct folder *out;
    size_t out_n;
};

static bool is_special(const struct node *node)
{
    enum imap_use use = node->listed->use;
    return use >= IMAP_USE_INBOX && use <= IMAP_USE_TRASH && node->space->realm == IMAP_REALM_OWN;
}

static int by_name(const void *a, const void *b)
{
    const struct node *left = a, *right = b;
    return sv_compare(left->listed->name, right->listed->name);
}

static int by_place(const void *a, const void *b)
{
    const struct node *left = *(struct node *const *)a, *right = *(struct node *const *)b;
    if (left->parent != right->parent)
        return left->parent < right->parent ? -1 : 1;
    if (left->space->realm != right->space->realm)
        return (int)left->space->realm - (int)right->space->realm;
    bool left_special = is_special(left), right_special = is_special(right);
    if (left_special != right_special)
        return left_special ? -1 : 1;
    if (left_special)
        return (int)left->listed->use - (int)right->listed->use;
    int order = sv_compare(left->key, right->key);
    return order != 0 ? order : sv_compare(left->listed->name, right->listed->name);
}

static int is_named(const void *key, const void *row)
{
    return sv_compare(*(const struct sv *)key, ((const struct node *)row)->listed->name);
}

static long find_node(const struct tree *tree, struct sv name)
{
    const struct node *found =
        tree->n > 0 ? bsearch(&name, tree->nodes, tree->n, sizeof *found, is_named) : NULL;
    return found ? found - tree->nodes : TOP;
}

/* The one with the longest prefix; the personal one takes what is in none. */
static const struct imap_namespace *space_of(const struct tree *tree, struct sv name)
{
    const struct imap_namespace *found = &tree->spaces[0];
    size_t longest = 0;
    for (size_t i = 0; i < tree->space_count; i++) {
        struct sv prefix = tree->spaces[i].prefix;
        if (prefix.n > longest && sv_starts(name, prefix) && name.n > prefix.n) {
            found = &tree->spaces[i];
            longest = prefix.n;
        }
    }
    return found;
}

/* "shared", which is there only because "shared/anne" is. */
static bool is_mere_prefix(const struct tree *tree, const struct imap_folder *folder)
{
    for (size_t i = 0; i < tree->space_count && !folder->selectable; i++) {
        const struct imap_namespace *space = &tree->spaces[i];
        if (space->realm != IMAP_REALM_OWN && space->prefix.n == folder->name.n + 1 &&
            sv_starts(space->prefix, folder->name) &&
            space->prefix.p[folder->name.n] == space->delimiter)
            return true;
    }
    return false;
}

/* The nearest folder above that is in the list. */
static void find_parent(const struct tree *tree, struct node *node)
{
    struct sv name = node->listed->name;
    struct sv prefix = node->space->prefix;
    size_t start = sv_starts(name, prefix) && name.n > prefix.n ? prefix.n : 0;
    node->parent = TOP;
    node->below = sv_slice(name, start, name.n);
    if (is_special(node) || !node->listed->delimiter)
        return;
    struct sv above = node->below;
    size_t cut;
    while (node->parent == TOP &&
           (cut = sv_find_last_char(above, node->listed->delimiter)) != SIZE_MAX) {
        above = sv_slice(above, 0, cut);
        node->parent = find_node(tree, sv_slice(name, 0, start + cut));
        if (node->parent != TOP)
            node->below = sv_slice(name, start + cut + 1, name.n);
    }
}

static struct sv label_of(struct arena *arena, const struct node *node)
{
    struct sb out;
    struct sv rest = node->below;
    sb_init(&out, arena, 3 * node->below.n + 1);
    if (!node->listed->delimiter)
        sb_add(&out, rest);
    else
        while (rest.n > 0) {
            if (out.n > 0)
                sb_add(&out, SV(" / "));
            sb_add(&out, sv_cut(&rest, node->listed->delimiter));
        }
    struct sv label = sv_trim(utf8_line(arena, sb_view(&out)));
    return label.n > 0 ? label : SV("?");
}

static struct sv last_of(const struct node *node)
{
    size_t cut = node->listed->delimiter ? sv_find_last_char(node->below, node->listed->delimiter)
                                         : SIZE_MAX;
    return cut == SIZE_MAX ? node->below : sv_slice(node->below, cut + 1, node->below.n);
}

static void emit(struct tree *tree, const struct node *node, const struct folder *parent)
{
    const struct imap_folder *listed = node->listed;
    struct folder *folder = &tree->out[tree->out_n++];
    *folder = (struct folder){
        .name = listed->name,
        .label = label_of(tree->arena, node),
        .last = last_of(node),
        .parent = parent,
        .use = is_special(node) ? listed->use : IMAP_USE_NONE,
        .realm = node->space->realm,
        .level = parent ? parent->level + 1 : 0,
        .selectable = listed->selectable,
        .may_have_children = listed->may_have_children && listed->delimiter,
        .has_children = listed->has_children,
        .subscribed = listed->subscribed,
        .counted = listed->counted,
        .counts = listed->counts,
    };
}

static int is_below(const void *key, const void *row)
{
    long parent = *(const long *)key, its = (*(struct node *const *)row)->parent;
    return (parent > its) - (parent < its);
}

/* First of the nodes with this parent. */
static size_t first_child(const struct tree *tree, long parent)
{
    return sorted_place(&parent, tree->ordered, tree->n, sizeof *tree->ordered, is_below);
}

/* As deep as names have levels: at most MAILBOX_NAME_MAX. */
static void emit_children(struct tree *tree, long parent, const struct folder *above)
{
    size_t at = first_child(tree, parent);
    for (; at < tree->n && tree->ordered[at]->parent == parent; at++) {
        const struct folder *folder = &tree->out[tree->out_n];
        emit(tree, tree->ordered[at], above);
        emit_children(tree, (long)tree->ordered[at]->index, folder);
    }
}

/* Whoever has subscribed to nothing sees all there is; of what others share, as long as that is not
 * too much to look at. */
static bool shows_all(const struct tree *tree, enum imap_realm realm)
{
    size_t n = 0;
    for (size_t i = 0; i < tree->out_n; i++) {
        const struct folder *folder = &tree->out[i];
        n += folder->realm == realm;
        if (folder->realm == realm && folder->subscribed && folder->use == IMAP_USE_NONE)
            return false;
    }
    return realm == IMAP_REALM_OWN || n <= SHARED_MAX;
}

static void decide_shown(struct tree *tree)
{
    const bool all[] = {[IMAP_REALM_OWN] = shows_all(tree, IMAP_REALM_OWN),
                        [IMAP_REALM_OTHERS] = shows_all(tree, IMAP_REALM_OTHERS),
                        [IMAP_REALM_SHARED] = shows_all(tree, IMAP_REALM_SHARED)};
    for (size_t i = tree->out_n; i-- > 0;) {
        struct folder *folder = &tree->out[i];
        folder->shown = folder->shown || all[folder->realm] || folder->subscribed ||
                        folder->use != IMAP_USE_NONE;
        if (folder->shown && folder->parent)
            tree->out[folder->parent - tree->out].shown = true;
    }
}

static void make_nodes(struct tree *tree, const struct imap_folders *listed)
{
    for (size_t i = 0; i < listed->n; i++)
        if (!is_mere_prefix(tree, &listed->p[i]))
            tree->nodes[tree->n++] =
                (struct node){.listed = &listed->p[i], .space = space_of(tree, listed->p[i].name)};
    qsort(tree->nodes, tree->n, sizeof *tree->nodes, by_name);
    for (size_t i = 0; i < tree->n; i++) {
        struct sb key;
        struct node *node = &tree->nodes[i];
        find_parent(tree, node);
        node->index = i;
        sb_init(&key, tree->arena, KEY_MAX);
        collate_fold(&key, node->below);
        node->key = sb_view(&key);
        tree->ordered[i] = node;
    }
    qsort(tree->ordered, tree->n, sizeof(struct node *), by_place);
}

void folders_arrange(struct arena *arena, const struct imap_folders *listed,
                     const struct imap_namespace *namespaces, size_t namespace_count,
                     struct folders *folders)
{
    struct tree tree = {.arena = arena,
                        .spaces = namespaces,
                        .space_count = namespace_count,
                        .nodes = arena_array(arena, listed->n + 1, sizeof *tree.nodes),
                        .ordered = arena_array(arena, listed->n + 1, sizeof *tree.ordered),
                        .out = arena_array(arena, listed->n + 1, sizeof *tree.out)};
    make_nodes(&tree, listed);
    emit_children(&tree, TOP, NULL);
    decide_shown(&tree);
    *folders = (struct folders){.p = tree.out,
                                .n = tree.out_n,
                                .prefix = namespaces[0].prefix,
                                .delimiter = namespaces[0].delimiter,
                                .namespaces = namespaces,
                                .namespace_count = namespace_count};
}

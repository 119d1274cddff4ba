/* The order of display: special folders by their use, then the others, children below parents. */
#include "collate.h"
#include "folder.h"
#include "utf8.h"

enum { KEY_MAX = 200, TOP = -1 };

struct node {
    const struct imap_folder *listed;
    long parent;     /* index among the nodes, or TOP */
    struct sv below; /* the name below the parent's */
    struct sv key;   /* folded label */
    size_t index;    /* among the nodes */
};

struct tree {
    struct arena *arena;
    struct sv prefix;
    struct node *nodes;    /* in the order of names */
    struct node **ordered; /* children of one parent side by side, in their order */
    size_t n;
    struct folder *out;
    size_t out_n;
};

static bool is_special(const struct imap_folder *listed)
{
    return listed->use >= IMAP_USE_INBOX && listed->use <= IMAP_USE_TRASH;
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
    bool left_special = is_special(left->listed), right_special = is_special(right->listed);
    if (left_special != right_special)
        return left_special ? -1 : 1;
    if (left_special)
        return (int)left->listed->use - (int)right->listed->use;
    int order = sv_compare(left->key, right->key);
    return order != 0 ? order : sv_compare(left->listed->name, right->listed->name);
}

static long find_node(const struct tree *tree, struct sv name)
{
    size_t low = 0, high = tree->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = sv_compare(tree->nodes[middle].listed->name, name);
        if (order == 0)
            return (long)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return TOP;
}

/* The nearest folder above that is in the list. */
static void find_parent(const struct tree *tree, struct node *node)
{
    struct sv name = node->listed->name;
    bool prefixed = sv_starts(name, tree->prefix) && name.n > tree->prefix.n;
    size_t start = prefixed ? tree->prefix.n : 0;
    node->parent = TOP;
    node->below = sv_slice(name, start, name.n);
    if (is_special(node->listed) || !node->listed->delimiter)
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
        .use = is_special(listed) ? listed->use : IMAP_USE_NONE,
        .level = parent ? parent->level + 1 : 0,
        .selectable = listed->selectable,
        .may_have_children = listed->may_have_children && listed->delimiter,
        .has_children = listed->has_children,
        .subscribed = listed->subscribed,
        .counted = listed->counted,
        .counts = listed->counts,
    };
}

/* First of the nodes with this parent. */
static size_t first_child(const struct tree *tree, long parent)
{
    size_t low = 0, high = tree->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tree->ordered[middle]->parent < parent)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
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

static void decide_shown(struct tree *tree)
{
    bool choice = false;
    for (size_t i = 0; i < tree->n; i++)
        choice = choice || (tree->out[i].subscribed && tree->out[i].use == IMAP_USE_NONE);
    for (size_t i = tree->n; i-- > 0;) {
        struct folder *folder = &tree->out[i];
        folder->shown =
            folder->shown || !choice || folder->subscribed || folder->use != IMAP_USE_NONE;
        if (folder->shown && folder->parent)
            tree->out[folder->parent - tree->out].shown = true;
    }
}

void folders_arrange(struct arena *arena, const struct imap_folders *listed, struct sv prefix,
                     char delimiter, struct folders *folders)
{
    struct tree tree = {.arena = arena,
                        .prefix = prefix,
                        .n = listed->n,
                        .nodes = arena_array(arena, listed->n + 1, sizeof *tree.nodes),
                        .ordered = arena_array(arena, listed->n + 1, sizeof *tree.ordered),
                        .out = arena_array(arena, listed->n + 1, sizeof *tree.out)};
    for (size_t i = 0; i < tree.n; i++)
        tree.nodes[i].listed = &listed->p[i];
    qsort(tree.nodes, tree.n, sizeof *tree.nodes, by_name);
    for (size_t i = 0; i < tree.n; i++) {
        struct sb key;
        struct node *node = &tree.nodes[i];
        find_parent(&tree, node);
        node->index = i;
        sb_init(&key, arena, KEY_MAX);
        collate_fold(&key, node->below);
        node->key = sb_view(&key);
        tree.ordered[i] = node;
    }
    qsort(tree.ordered, tree.n, sizeof(struct node *), by_place);
    emit_children(&tree, TOP, NULL);
    decide_shown(&tree);
    *folders =
        (struct folders){.p = tree.out, .n = tree.out_n, .prefix = prefix, .delimiter = delimiter};
}

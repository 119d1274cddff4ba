#include "thread_link.h"

#include "msgid.h"
#include "random.h"
#include "siphash.h"
#include "subject.h"
#include "word.h"

#define NONE UINT32_MAX

/* RFC 5256's container: a message, or the name of one that was only heard of. */
struct node {
    uint64_t id;      /* hash of the Message-ID */
    uint64_t subject; /* hash of the base subject; 0: none */
    uint32_t parent;  /* index, or NONE */
    uint32_t uid;     /* 0: not here */
};

struct thread_link {
    struct siphash_key key;
    struct node *nodes;
    uint32_t *table; /* by id, open addressing; NONE: free */
    size_t n, room, slots;
};

static void *memory(void *p)
{
    if (!p)
        abort();
    return p;
}

struct thread_link *thread_link_new(void)
{
    struct thread_link *link = memory(calloc(1, sizeof *link));
    random_bytes(&link->key, sizeof link->key);
    return link;
}

void thread_link_free(struct thread_link **link)
{
    if (!link || !*link)
        return;
    free((*link)->nodes);
    free((*link)->table);
    free(*link);
    *link = NULL;
}

/* ---- nodes by id ---- */

static size_t slot_of(const struct thread_link *link, uint64_t id)
{
    size_t slot = id & (link->slots - 1);
    while (link->table[slot] != NONE && link->nodes[link->table[slot]].id != id)
        slot = (slot + 1) & (link->slots - 1);
    return slot;
}

static void grow(struct thread_link *link)
{
    link->room = link->room ? link->room * 2 : 1024;
    link->slots = link->room * 2;
    link->nodes = memory(realloc(link->nodes, link->room * sizeof *link->nodes));
    free(link->table);
    link->table = memory(malloc(link->slots * sizeof *link->table));
    memset(link->table, 0xff, link->slots * sizeof *link->table);
    for (size_t i = 0; i < link->n; i++)
        link->table[slot_of(link, link->nodes[i].id)] = (uint32_t)i;
}

/* NONE when there is no room for another name. */
static uint32_t node_for(struct thread_link *link, uint64_t id)
{
    if (link->n == link->room && link->n < THREAD_LINK_MAX)
        grow(link);
    size_t slot = slot_of(link, id);
    if (link->table[slot] != NONE)
        return link->table[slot];
    if (link->n >= THREAD_LINK_MAX)
        return NONE;
    link->nodes[link->n] = (struct node){.id = id, .parent = NONE};
    link->table[slot] = (uint32_t)link->n;
    return (uint32_t)link->n++;
}

/* <"a"@b> is <a@b>. */
static uint64_t id_hash(const struct thread_link *link, struct sv id)
{
    char bytes[MSGID_LENGTH_MAX];
    struct sb plain;
    if (sv_find_char(id, '"') == SIZE_MAX)
        return siphash(link->key, id);
    sb_fixed(&plain, bytes, sizeof bytes);
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] != '"' && id.p[i] != '\\')
            sb_add_char(&plain, id.p[i]);
    return siphash(link->key, sb_view(&plain));
}

static uint64_t subject_hash(const struct thread_link *link, struct arena *scratch,
                             struct sv subject)
{
    struct sv base = subject_base(scratch, word_decode(scratch, subject), NULL);
    if (base.n == 0)
        return 0;
    uint64_t hash = siphash(link->key, arena_lower(scratch, base));
    return hash ? hash : 1;
}

/* ---- links ---- */

/* True if `above` is node itself or one of its ancestors. */
static bool stands_below(const struct thread_link *link, uint32_t node, uint32_t above)
{
    for (int i = 0; node != NONE; i++) {
        if (node == above || i == THREAD_LINK_DEPTH)
            return true;
        node = link->nodes[node].parent;
    }
    return false;
}

/* The names in order, each the parent of the next unless that has one. The last, or NONE. */
static uint32_t link_chain(struct thread_link *link, const struct msgids *ids, size_t count)
{
    uint32_t last = NONE;
    for (size_t i = 0; i < count; i++) {
        size_t before = link->n;
        uint32_t node = node_for(link, id_hash(link, ids->items[i]));
        if (node == NONE)
            break;
        bool fresh = node >= before; /* nothing stands below it */
        if (last != NONE && link->nodes[node].parent == NONE &&
            (fresh || !stands_below(link, last, node)))
            link->nodes[node].parent = last;
        last = node;
    }
    return last;
}

/* A message without a Message-ID of its own gets one that nobody can name. */
static uint32_t node_of_mail(struct thread_link *link, struct arena *scratch,
                             const struct thread_mail *mail)
{
    struct msgids ids = msgid_list(scratch, mail->message_id);
    uint32_t node = ids.n > 0 ? node_for(link, id_hash(link, ids.items[0])) : NONE;
    if (node == NONE || link->nodes[node].uid != 0)
        node = node_for(link, random_u64());
    return node;
}

void thread_link_add(struct thread_link *link, struct arena *scratch,
                     const struct thread_mail *mail)
{
    struct msgids ids = msgid_list(scratch, mail->references);
    size_t count = ids.n;
    if (count == 0) {
        ids = msgid_list(scratch, mail->in_reply_to);
        count = ids.n > 0;
    }
    uint32_t parent = link_chain(link, &ids, count);
    size_t before = link->n;
    uint32_t own = node_of_mail(link, scratch, mail);
    if (own == NONE)
        return;
    link->nodes[own].uid = mail->uid;
    link->nodes[own].subject = subject_hash(link, scratch, mail->subject);
    /* what the message itself says outweighs what others have said of it */
    if (own >= before || parent == NONE || !stands_below(link, parent, own))
        link->nodes[own].parent = parent;
}

void thread_link_remove(struct thread_link *link, uint32_t uid)
{
    for (size_t i = 0; i < link->n; i++)
        if (link->nodes[i].uid == uid)
            link->nodes[i].uid = 0;
}

/* ---- conversations ---- */

/* Where each node's chain of parents ends; every chain is walked once. */
static uint32_t *find_roots(const struct thread_link *link, struct arena *arena)
{
    uint32_t *root = arena_array(arena, link->n + 1, sizeof *root);
    memset(root, 0xff, link->n * sizeof *root);
    for (size_t i = 0; i < link->n; i++) {
        uint32_t at = (uint32_t)i, end;
        while (root[at] == NONE && link->nodes[at].parent != NONE)
            at = link->nodes[at].parent;
        end = root[at] == NONE ? at : root[at];
        for (at = (uint32_t)i; root[at] == NONE; at = link->nodes[at].parent) {
            root[at] = end;
            if (at == end)
                break;
        }
    }
    return root;
}

static bool has_message_above(const struct thread_link *link, uint32_t node)
{
    uint32_t parent = link->nodes[node].parent;
    for (int i = 0; parent != NONE && i < THREAD_LINK_DEPTH; i++) {
        if (link->nodes[parent].uid != 0)
            return true;
        parent = link->nodes[parent].parent;
    }
    return false;
}

/* The subject of each conversation, at its root: that of the root, or of the first message of those
 * that stand directly below missing ones. */
static uint64_t *find_subjects(const struct thread_link *link, struct arena *arena,
                               const uint32_t *root)
{
    uint64_t *subject = arena_array(arena, link->n + 1, sizeof *subject);
    uint32_t *from = arena_array(arena, link->n + 1, sizeof *from);
    for (size_t i = 0; i < link->n; i++) {
        const struct node *node = &link->nodes[i];
        uint32_t *first = &from[root[i]];
        if (node->uid == 0 || (*first != 0 && *first <= node->uid) ||
            has_message_above(link, (uint32_t)i))
            continue;
        *first = node->uid;
        subject[root[i]] = node->subject;
    }
    return subject;
}

struct keyed {
    uint64_t key;
    uint32_t node;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

/* Step 5: conversations with the same subject are one. leader[root]: the root that stands for it.
 */
static uint32_t *join_subjects(const struct thread_link *link, struct arena *arena,
                               const uint32_t *root, const uint64_t *subject)
{
    uint32_t *leader = arena_array(arena, link->n + 1, sizeof *leader);
    struct keyed *list = arena_array(arena, link->n + 1, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < link->n; i++) {
        leader[i] = (uint32_t)i;
        if (root[i] == i && subject[i] != 0)
            list[n++] = (struct keyed){subject[i], (uint32_t)i};
    }
    qsort(list, n, sizeof *list, by_key);
    for (size_t i = 1; i < n; i++)
        if (list[i].key == list[i - 1].key)
            leader[list[i].node] = leader[list[i - 1].node];
    return leader;
}

void thread_link_labels(const struct thread_link *link, struct arena *arena, uint32_t **uids,
                        uint32_t **labels, size_t *n)
{
    uint32_t *root = find_roots(link, arena);
    uint32_t *leader = join_subjects(link, arena, root, find_subjects(link, arena, root));
    uint32_t *label_of = arena_array(arena, link->n + 1, sizeof *label_of);
    struct keyed *list = arena_array(arena, link->n + 1, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < link->n; i++)
        if (link->nodes[i].uid != 0)
            list[count++] = (struct keyed){link->nodes[i].uid, (uint32_t)i};
    qsort(list, count, sizeof *list, by_key);
    *uids = arena_array(arena, count + 1, sizeof **uids);
    *labels = arena_array(arena, count + 1, sizeof **labels);
    memset(label_of, 0xff, link->n * sizeof *label_of);
    for (size_t i = 0; i < count; i++) {
        uint32_t *label = &label_of[leader[root[list[i].node]]];
        if (*label == NONE)
            *label = (uint32_t)i;
        (*uids)[i] = (uint32_t)list[i].key;
        (*labels)[i] = *label;
    }
    *n = count;
}

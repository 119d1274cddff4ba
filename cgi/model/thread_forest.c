#include "thread_forest.h"

#include <stdlib.h>
#include <string.h>

#include "sorted.h"

#define NONE UINT32_MAX

static uint32_t *numbers(size_t n)
{
    uint32_t *p = calloc(n + 1, sizeof *p);
    if (!p)
        abort();
    return p;
}

void thread_forest_deinit(struct thread_forest *forest)
{
    free(forest->uids);
    free(forest->of);
    free(forest->members);
    free(forest->starts);
    *forest = (struct thread_forest){0};
}

/* From the newest message down: who comes first has the highest number. */
static size_t number_threads(struct thread_forest *forest, const uint32_t *labels)
{
    uint32_t *rank = numbers(forest->n);
    size_t threads = 0;
    for (size_t i = 0; i < forest->n; i++)
        rank[i] = NONE;
    for (size_t i = forest->n; i-- > 0;)
        if (rank[labels[i]] == NONE)
            rank[labels[i]] = (uint32_t)threads++;
    for (size_t i = 0; i < forest->n; i++)
        forest->of[i] = (uint32_t)threads - 1 - rank[labels[i]];
    free(rank);
    return threads;
}

static void gather_members(struct thread_forest *forest)
{
    uint32_t *at = numbers(forest->threads + 1);
    for (size_t i = 0; i < forest->n; i++)
        forest->starts[forest->of[i] + 1]++;
    for (size_t t = 0; t < forest->threads; t++)
        forest->starts[t + 1] += forest->starts[t];
    memcpy(at, forest->starts, (forest->threads + 1) * sizeof *at);
    for (size_t i = 0; i < forest->n; i++)
        forest->members[at[forest->of[i]]++] = forest->uids[i];
    free(at);
}

void thread_forest_build(struct thread_forest *forest, const uint32_t *uids, const uint32_t *labels,
                         size_t n)
{
    struct thread_forest made = {.uids = numbers(n), .of = numbers(n), .n = n};
    if (n > 0)
        memcpy(made.uids, uids, n * sizeof *uids);
    made.threads = number_threads(&made, labels);
    made.members = numbers(n);
    made.starts = numbers(made.threads + 1);
    gather_members(&made);
    thread_forest_deinit(forest);
    *forest = made;
}

/* ---- looking ---- */

bool thread_forest_find(const struct thread_forest *forest, uint32_t uid, size_t *thread)
{
    size_t at = sorted_find_u32(uid, forest->uids, forest->n);
    if (at == SIZE_MAX)
        return false;
    *thread = forest->of[at];
    return true;
}

struct imap_uids thread_forest_members(const struct thread_forest *forest, size_t thread)
{
    uint32_t start = forest->starts[thread];
    return (struct imap_uids){forest->members + start, forest->starts[thread + 1] - start};
}

uint32_t thread_forest_newest(const struct thread_forest *forest, size_t thread)
{
    return forest->members[forest->starts[thread + 1] - 1];
}

/* ---- changing ---- */

/* Labels of those that stay: the least place of a message of the conversation. */
void thread_forest_keep(struct thread_forest *forest, struct imap_uids left)
{
    uint32_t *uids = numbers(forest->n), *labels = numbers(forest->n);
    uint32_t *label_of = numbers(forest->threads);
    size_t n = 0, at = 0;
    for (size_t t = 0; t < forest->threads; t++)
        label_of[t] = NONE;
    for (size_t i = 0; i < forest->n; i++) {
        while (at < left.n && left.p[at] < forest->uids[i])
            at++;
        if (at == left.n || left.p[at] != forest->uids[i])
            continue;
        uint32_t *label = &label_of[forest->of[i]];
        if (*label == NONE)
            *label = (uint32_t)n;
        uids[n] = forest->uids[i];
        labels[n++] = *label;
    }
    thread_forest_build(forest, uids, labels, n);
    free(uids);
    free(labels);
    free(label_of);
}

static uint32_t head_of(uint32_t *joined, uint32_t label)
{
    while (joined[label] != label) {
        joined[label] = joined[joined[label]];
        label = joined[label];
    }
    return label;
}

static bool label_of(const struct thread_forest *forest, struct imap_uids added, uint32_t uid,
                     uint32_t *label)
{
    size_t thread;
    if (thread_forest_find(forest, uid, &thread)) {
        *label = (uint32_t)thread;
        return true;
    }
    for (size_t i = 0; i < added.n; i++)
        if (added.p[i] == uid) {
            *label = (uint32_t)(forest->threads + i);
            return true;
        }
    return false;
}

void thread_forest_add(struct thread_forest *forest, struct imap_uids added,
                       const struct thread_pair *pairs, size_t pair_count)
{
    size_t n = forest->n + added.n, labels_n = forest->threads + added.n;
    uint32_t *uids = numbers(n), *labels = numbers(n), *joined = numbers(labels_n), a, b;
    for (size_t i = 0; i < labels_n; i++)
        joined[i] = (uint32_t)i;
    for (size_t i = 0; i < pair_count; i++)
        if (label_of(forest, added, pairs[i].a, &a) && label_of(forest, added, pairs[i].b, &b))
            joined[head_of(joined, a)] = head_of(joined, b);
    for (size_t i = 0; i < n; i++) {
        bool old = i < forest->n;
        uids[i] = old ? forest->uids[i] : added.p[i - forest->n];
        labels[i] =
            head_of(joined, old ? forest->of[i] : (uint32_t)(forest->threads + i - forest->n));
    }
    thread_forest_build(forest, uids, labels, n);
    free(uids);
    free(labels);
    free(joined);
}

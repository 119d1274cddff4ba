#include "imap_negation.h"

#include "imap_limits.h"

static bool is_text(enum imap_key key)
{
    return key == IMAP_KEY_FROM || key == IMAP_KEY_TO || key == IMAP_KEY_CC ||
           key == IMAP_KEY_BCC || key == IMAP_KEY_SUBJECT || key == IMAP_KEY_BODY ||
           key == IMAP_KEY_TEXT || key == IMAP_KEY_HEADER;
}

static bool has_text(const struct imap_criteria *criteria, size_t depth)
{
    bool has = is_text(criteria->key);
    for (const struct imap_criteria *c = criteria->children; c && !has && depth < IMAP_DEPTH_MAX;
         c = c->next)
        has = has_text(c, depth + 1);
    return has;
}

static struct imap_criteria *group(struct arena *arena, enum imap_key key,
                                   const struct imap_criteria *children)
{
    struct imap_criteria *c = arena_alloc(arena, sizeof *c);
    c->key = key;
    c->children = children;
    return c;
}

struct split {
    struct arena *arena;
    const struct imap_criteria *negated; /* what stood below each NOT */
    const struct imap_criteria **kept_end;
    const struct imap_criteria *kept;
};

static void take_apart(struct split *s, const struct imap_criteria *criteria, size_t depth)
{
    if (criteria->key == IMAP_KEY_NOT && has_text(criteria, depth)) {
        struct imap_criteria *one = group(s->arena, IMAP_KEY_AND, criteria->children);
        one->next = s->negated;
        s->negated = one;
    } else if (criteria->key == IMAP_KEY_AND && depth < IMAP_DEPTH_MAX) {
        for (const struct imap_criteria *c = criteria->children; c; c = c->next)
            take_apart(s, c, depth + 1);
    } else {
        struct imap_criteria *copy = arena_alloc(s->arena, sizeof *copy);
        *copy = *criteria;
        copy->next = NULL;
        *s->kept_end = copy;
        s->kept_end = &copy->next;
    }
}

bool negation_split(struct arena *arena, const struct imap_criteria *criteria, struct negation *out)
{
    struct split s = {.arena = arena, .kept_end = &s.kept};
    if (!criteria)
        return false;
    take_apart(&s, criteria, 0);
    if (!s.negated)
        return false;
    struct imap_criteria *any = group(arena, IMAP_KEY_OR, s.negated);
    out->without = s.kept ? group(arena, IMAP_KEY_AND, s.kept) : NULL;
    any->next = out->without;
    out->left_out = group(arena, IMAP_KEY_AND, any);
    return true;
}

#include <cs/cs.h>
#include <util/neo_hdf.h>
/* its name for "no error", a null pointer, is one of ours too */
#undef STATUS_OK

#include "parsed.h"

#include <pthread.h>
#include <stdlib.h>

/* The largest tree, of the list page, has 0.3 MB. */
enum { IDLE_MAX = 24 };

struct parsed {
    struct parsed *older;
    const char *text; /* whose tree it is */
    CSPARSE *tree;
};

struct parsed_set {
    const struct source_set *sources;
    pthread_mutex_t lock;
    struct parsed *idle; /* the last used first */
    size_t idle_count;
};

struct parsed_set *parsed_new(const struct source_set *sources)
{
    struct parsed_set *set = calloc(1, sizeof *set);
    if (!set)
        abort();
    set->sources = sources;
    pthread_mutex_init(&set->lock, NULL);
    return set;
}

static void destroy(struct parsed *parsed)
{
    if (!parsed)
        return;
    cs_destroy(&parsed->tree);
    free(parsed);
}

void parsed_free(struct parsed_set **set)
{
    if (!set || !*set)
        return;
    for (struct parsed *next, *at = (*set)->idle; at; at = next) {
        next = at->older;
        destroy(at);
    }
    pthread_mutex_destroy(&(*set)->lock);
    free(*set);
    *set = NULL;
}

/* ---- the idle ones ---- */

static struct parsed *take(struct parsed_set *set, const char *text)
{
    pthread_mutex_lock(&set->lock);
    struct parsed **at = &set->idle;
    while (*at && (*at)->text != text)
        at = &(*at)->older;
    struct parsed *found = *at;
    if (found) {
        *at = found->older;
        set->idle_count--;
    }
    pthread_mutex_unlock(&set->lock);
    return found;
}

static void give(struct parsed_set *set, struct parsed *parsed)
{
    struct parsed *least_used = NULL;
    pthread_mutex_lock(&set->lock);
    parsed->older = set->idle;
    set->idle = parsed;
    if (++set->idle_count > IDLE_MAX) {
        struct parsed **at = &set->idle;
        while ((*at)->older)
            at = &(*at)->older;
        least_used = *at;
        *at = NULL;
        set->idle_count--;
    }
    pthread_mutex_unlock(&set->lock);
    destroy(least_used);
}

/* ---- parsing and rendering ---- */

/* The parser writes into the text that it is given, and frees it. */
static NEOERR *load(void *context, HDF *hdf, const char *name, char **contents)
{
    (void)hdf;
    struct sv text = source_text(context, sv_of(name));
    if (text.n == 0)
        return nerr_raise(NERR_IO, "no template %s", name);
    *contents = strdup(text.p);
    return *contents ? NULL : nerr_raise(NERR_NOMEM, "template %s", name);
}

static NEOERR *parse(const struct source_set *sources, const char *file, HDF *hdf, CSPARSE **tree)
{
    NEOERR *err = cs_init(tree, hdf);
    if (err)
        return err;
    cs_register_fileload(*tree, (void *)(uintptr_t)sources, load);
    return cs_parse_file(*tree, file);
}

static NEOERR *write_piece(void *context, char *piece)
{
    sb_add_cstr(context, piece);
    return NULL;
}

NEOERR *parsed_render(struct parsed_set *set, const char *file, HDF *hdf, struct sb *out)
{
    const char *text = source_text(set->sources, sv_of(file)).p;
    struct parsed *parsed = take(set, text);
    NEOERR *err = NULL;
    if (!parsed) {
        parsed = calloc(1, sizeof *parsed);
        if (!parsed)
            abort();
        parsed->text = text;
        err = parse(set->sources, file, hdf, &parsed->tree);
    }
    if (!err) {
        parsed->tree->hdf = hdf;
        err = cs_render(parsed->tree, out, write_piece);
        parsed->tree->hdf = NULL;
    }
    if (err)
        destroy(parsed); /* it may hold on to what the broken render left in it */
    else
        give(set, parsed);
    return err;
}

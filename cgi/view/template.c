#include <cs/cs.h>
#include <util/neo_hdf.h>
#include <util/neo_str.h>
/* its name for "no error", a null pointer, is one of ours too */
#undef STATUS_OK

#include "template.h"

#include <stdlib.h>

#include "log.h"
#include "parsed.h"
#include "utf8.h"

enum { SOURCES_BUDGET = 16 * 1024 * 1024, ITEM_NAME_MAX = 64, NUMBER_MAX = 24 };

struct templates {
    struct locale *locale[LANGUAGE_COUNT];
    struct parsed_set *parsed[LANGUAGE_COUNT];
    struct arena *arena;
};

struct view {
    const struct templates *templates;
    enum language language;
    struct arena *arena;
    HDF *hdf;
    bool failed; /* a value could not be set */
};

enum status templates_load(const char *directory, struct templates **out)
{
    NEOERR *err = nerr_init();
    nerr_ignore(&err);
    struct templates *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->arena = arena_new(SOURCES_BUDGET);
    struct sv catalogues = arena_printf(t->arena, "%s/locale", directory);
    enum status status = locale_load(catalogues.p, t->locale);
    for (int i = 0; i < LANGUAGE_COUNT && status == STATUS_OK; i++) {
        struct source_set *sources;
        status = source_load(directory, t->locale[i], t->arena, &sources);
        if (status == STATUS_OK)
            t->parsed[i] = parsed_new(sources);
    }
    if (status != STATUS_OK) {
        templates_free(&t);
        return status;
    }
    *out = t;
    return STATUS_OK;
}

void templates_free(struct templates **templates)
{
    if (!templates || !*templates)
        return;
    struct templates *t = *templates;
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        parsed_free(&t->parsed[i]);
        locale_free(&t->locale[i]);
    }
    arena_free(&t->arena);
    free(t);
    *templates = NULL;
}

const struct locale *templates_locale(const struct templates *t, enum language language)
{
    return t->locale[language];
}

/* Takes the error: true if there was one, and the view has failed. */
static bool view_note(struct view *view, const char *what, NEOERR *err)
{
    if (!err)
        return false;
    STRING reason;
    string_init(&reason);
    nerr_error_string(err, &reason);
    log_event(LOG_LEVEL_ERROR, "template-failed", "template=%s language=%s reason=\"%s\"", what,
              language_code(view->language), reason.buf ? reason.buf : "");
    string_clear(&reason);
    nerr_ignore(&err);
    view->failed = true;
    return true;
}

struct view *view_new(const struct templates *templates, enum language language,
                      struct arena *arena)
{
    struct view *view = calloc(1, sizeof *view);
    if (!view)
        abort();
    *view = (struct view){.templates = templates, .language = language, .arena = arena};
    if (hdf_init(&view->hdf))
        abort();
    struct node root = view_root(view);
    /* cs_init reads it: later would be too late, and nothing would be escaped */
    node_put(root, "Config.VarEscapeMode", SV("html"));
    node_put(root, "Lang", sv_of(language_code(language)));
    node_put(root, "Version", SV(VM_VERSION));
    return view;
}

void view_free(struct view **view)
{
    if (!view || !*view)
        return;
    hdf_destroy(&(*view)->hdf);
    free(*view);
    *view = NULL;
}

const struct locale *view_locale(const struct view *view)
{
    return view->templates->locale[view->language];
}

struct arena *view_arena(const struct view *view)
{
    return view->arena;
}

struct node view_root(struct view *view)
{
    return (struct node){view, view->hdf};
}

struct node node_child_(struct node node, const char *name)
{
    HDF *child = NULL;
    if (view_note(node.view, name, hdf_get_node(node.hdf, name, &child)))
        child = node.hdf;
    return (struct node){node.view, child};
}

struct node node_item_(struct node node, const char *list, size_t index)
{
    char name[ITEM_NAME_MAX];
    struct sb b;
    sb_fixed(&b, name, sizeof name);
    sb_add_cstr(&b, list);
    sb_add_char(&b, '.');
    sb_add_u64(&b, index);
    return node_child_(node, name);
}

void node_put_(struct node node, const char *name, struct sv value)
{
    struct sv clean = utf8_valid(value) ? value : utf8_clean(node.view->arena, value);
    char *copy = malloc(clean.n + 1);
    if (!copy)
        abort();
    for (size_t i = 0; i < clean.n; i++) {
        char c = clean.p[i];
        bool shown = (unsigned char)c >= 0x20 && c != 0x7f;
        copy[i] = shown || c == '\t' || c == '\n' || c == '\r' ? c : ' ';
    }
    copy[clean.n] = '\0';
    (void)view_note(node.view, name, hdf_set_buf(node.hdf, name, copy));
}

void node_put_number_(struct node node, const char *name, int64_t value)
{
    char text[NUMBER_MAX];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    if (value < 0)
        sb_add_char(&b, '-');
    sb_add_u64(&b, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    node_put_(node, name, sb_view(&b));
}

void node_put_flag_(struct node node, const char *name, bool value)
{
    if (value)
        node_put_(node, name, SV("1"));
}

enum status view_render_(struct view *view, const char *name, struct sb *out)
{
    char file[ITEM_NAME_MAX];
    struct sb b;
    sb_fixed(&b, file, sizeof file);
    sb_printf(&b, "%s.cs", name);
    if (view_note(view, name,
                  parsed_render(view->templates->parsed[view->language], file, view->hdf, out)))
        return STATUS_IO;
    if (out->over)
        log_event(LOG_LEVEL_ERROR, "template-failed", "template=%s reason=size", name);
    return view->failed || out->over ? STATUS_IO : STATUS_OK;
}

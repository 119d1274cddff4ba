#include "reading_parts.h"

#include "filename_look.h"

/* What to say, and what to call the file whatever its media type says (NULL: that). */
static const struct {
    const char *words, *type;
} dangers[FILE_DANGER_COUNT] = {
    [FILE_HARMLESS] = {NULL, NULL},
    [FILE_PROGRAM] = {"file.program", "type.program"},
    [FILE_SCRIPT] = {"file.script", "type.script"},
    [FILE_SHORTCUT] = {"file.shortcut", "type.shortcut"},
    [FILE_PAGE] = {"file.page", NULL},
    [FILE_DISK] = {"file.disk", "type.disk"},
    [FILE_MACRO] = {"file.macro", NULL},
};

static void warn(struct node item, size_t *n, struct sv words)
{
    node_put(node_item(item, "Warnings", *n), "text", words);
    ++*n;
}

const char *reading_name_fill(struct page *page, struct node item, struct sv name,
                              struct sv media_type)
{
    const struct locale *l = page->locale;
    struct filename_look look;
    size_t n = 0;
    filename_look(page->arena, name, media_type, &look);
    node_put(item, "name",
             arena_printf(page->arena, "%.*s%.*s", SV_ARG(look.stem), SV_ARG(look.extension)));
    if (look.danger != FILE_HARMLESS) {
        node_put_flag(item, "dangerous", true);
        node_put(item, "stem", look.stem);
        node_put(item, "extension", look.extension);
    }
    if (look.turned)
        warn(item, &n, locale_text(l, "file.turned"));
    if (look.hidden)
        warn(item, &n, locale_text(l, "file.hidden"));
    if (look.pretended.n > 0)
        warn(item, &n,
             locale_format(l, page->arena, "file.pretends", look.pretended, look.extension));
    if (look.mismatch && look.pretended.n == 0)
        warn(item, &n, locale_format(l, page->arena, "file.mismatch", media_type, look.extension));
    if (look.danger != FILE_HARMLESS)
        warn(item, &n, locale_format(l, page->arena, dangers[look.danger].words, look.extension));
    return dangers[look.danger].type;
}

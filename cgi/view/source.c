#include "source.h"

#include <dirent.h>
#include <stdlib.h>

#include "log.h"

#define TAG_OPEN "<?cs"
#define TAG_CLOSE "?>"

enum { TEMPLATES_MAX = 64, FILE_MAX = 256 * 1024, EXPANDED_MAX = 512 * 1024, KEY_MAX = 96 };

struct source_set {
    size_t count;
    struct {
        struct sv name, text;
    } item[TEMPLATES_MAX];
};

/* One template on its way from file to text. */
struct expansion {
    const struct locale *locale;
    const char *name;
    struct sb *out;
    bool failed;
};

struct sv source_text(const struct source_set *set, struct sv name)
{
    for (size_t i = 0; i < set->count; i++) {
        if (sv_eq(set->item[i].name, name))
            return set->item[i].text;
    }
    return (struct sv){0};
}

static bool in_name(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '.';
}

/* s starts with "L.": adds the text of its key as a literal and returns what was read. */
static size_t key_expand(struct expansion *e, struct sv s)
{
    size_t n = 2;
    while (n < s.n && in_name(s.p[n]))
        n++;
    char key[KEY_MAX];
    struct sb b;
    sb_fixed(&b, key, sizeof key);
    sb_add(&b, sv_slice(s, 2, n));
    if (b.over || !locale_has(e->locale, key)) {
        log_event(LOG_LEVEL_ERROR, "text-missing", "language=%s template=%s key=%.*s",
                  language_code(locale_language(e->locale)), e->name, SV_ARG(sv_slice(s, 2, n)));
        e->failed = true;
        return n;
    }
    sb_add_char(e->out, '"');
    sb_add(e->out, locale_text(e->locale, key));
    sb_add_char(e->out, '"');
    return n;
}

/* The inside of one tag, "<?cs" and "?>" included. */
static void tag_expand(struct expansion *e, struct sv tag)
{
    if (sv_starts(sv_trim(sv_slice(tag, sizeof TAG_OPEN - 1, tag.n)), SV("#")))
        return;
    char quote = '\0';
    for (size_t i = 0; i < tag.n; i++) {
        char c = tag.p[i];
        if (quote) {
            if (c == quote)
                quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == 'L' && sv_starts(sv_slice(tag, i, tag.n), SV("L.")) &&
                   !in_name(tag.p[i - 1])) {
            i += key_expand(e, sv_slice(tag, i, tag.n)) - 1;
            continue;
        }
        sb_add_char(e->out, c);
    }
}

static void template_expand(struct expansion *e, struct sv text)
{
    while (text.n > 0 && !e->failed) {
        size_t open = sv_find(text, SV(TAG_OPEN));
        sb_add(e->out, sv_slice(text, 0, open));
        if (open == SIZE_MAX)
            return;
        text = sv_slice(text, open, text.n);
        size_t close = sv_find(text, SV(TAG_CLOSE));
        if (close == SIZE_MAX) {
            log_event(LOG_LEVEL_ERROR, "template-invalid", "template=%s reason=open-tag", e->name);
            e->failed = true;
            return;
        }
        close += sizeof TAG_CLOSE - 1;
        tag_expand(e, sv_slice(text, 0, close));
        text = sv_slice(text, close, text.n);
    }
}

static enum status file_read(const char *path, char *buffer, struct sv *out)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return STATUS_IO;
    size_t n = fread(buffer, 1, FILE_MAX, file);
    bool whole = n < FILE_MAX && !ferror(file) && !memchr(buffer, '\0', n);
    (void)fclose(file);
    if (!whole)
        return STATUS_IO;
    *out = (struct sv){buffer, n};
    return STATUS_OK;
}

static enum status template_read(struct source_set *set, const char *directory, const char *name,
                                 const struct locale *locale, struct arena *arena, char *buffer)
{
    struct sv text;
    struct sv path = arena_printf(arena, "%s/%s", directory, name);
    if (set->count == TEMPLATES_MAX || file_read(path.p, buffer, &text) != STATUS_OK) {
        log_event(LOG_LEVEL_ERROR, "template-unreadable", "file=%s", path.p);
        return STATUS_IO;
    }
    struct sb out;
    sb_init(&out, arena, EXPANDED_MAX);
    struct expansion e = {locale, name, &out, false};
    template_expand(&e, text);
    if (e.failed)
        return STATUS_INVALID;
    if (out.over || out.n == 0) {
        log_event(LOG_LEVEL_ERROR, "template-invalid", "template=%s reason=%s", name,
                  out.over ? "size" : "empty");
        return STATUS_INVALID;
    }
    set->item[set->count].name = arena_sv(arena, sv_of(name));
    set->item[set->count].text = sb_view(&out);
    set->count++;
    return STATUS_OK;
}

/* ClearSilver takes a missing include for an empty one. */
static enum status includes_check(const struct source_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        struct sv rest = set->item[i].text;
        for (size_t at; (at = sv_find(rest, SV("include:\""))) != SIZE_MAX;) {
            rest = sv_slice(rest, at + sizeof "include:\"" - 1, rest.n);
            struct sv name = sv_cut(&rest, '"');
            if (source_text(set, name).n == 0) {
                log_event(LOG_LEVEL_ERROR, "template-invalid", "template=%.*s include=%.*s",
                          SV_ARG(set->item[i].name), SV_ARG(name));
                return STATUS_INVALID;
            }
        }
    }
    return STATUS_OK;
}

enum status source_load(const char *directory, const struct locale *locale, struct arena *arena,
                        struct source_set **out)
{
    DIR *dir = opendir(directory);
    if (!dir) {
        log_event(LOG_LEVEL_ERROR, "templates-unreadable", "directory=%s", directory);
        return STATUS_IO;
    }
    struct source_set *set = arena_alloc(arena, sizeof *set);
    char *buffer = arena_alloc(arena, FILE_MAX);
    enum status status = STATUS_OK;
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(dir));) {
        if (entry->d_name[0] != '.' && sv_ends(sv_of(entry->d_name), SV(".cs")))
            status = template_read(set, directory, entry->d_name, locale, arena, buffer);
    }
    (void)closedir(dir);
    if (status == STATUS_OK)
        status = includes_check(set);
    if (status == STATUS_OK)
        *out = set;
    return status;
}

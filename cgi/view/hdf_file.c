#include <util/neo_hdf.h>
#include <util/neo_str.h>
/* its name for "no error", a null pointer, is one of ours too */
#undef STATUS_OK

#include "hdf_file.h"

#include <errno.h>

#include "arena.h"

/* ---- lines: HDF nodes do not know theirs, so the names are read a second time ---- */

struct scan {
    struct arena *arena;
    struct sv prefixes[HDF_DEPTH_MAX + 1]; /* "imap.", by depth */
    unsigned opened[HDF_DEPTH_MAX + 1];    /* the line of each block that is open */
    size_t depth;
    struct hdf_entry *entries; /* line is filled in */
    size_t count;
    struct sv end_mark; /* of a multi-line value that is open; empty: none */
    const char *fault;  /* what ClearSilver lets pass and should not; NULL: nothing so far */
    unsigned fault_line;
};

static bool name_char(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '.' || c == '-';
}

static void note_line(struct scan *scan, struct sv name, unsigned line)
{
    struct sv full =
        arena_printf(scan->arena, "%.*s%.*s", SV_ARG(scan->prefixes[scan->depth]), SV_ARG(name));
    for (size_t i = 0; i < scan->count; i++)
        if (sv_eq(scan->entries[i].name, full))
            scan->entries[i].line = line;
}

static void note_fault(struct scan *scan, unsigned line, const char *fault)
{
    if (scan->fault)
        return;
    scan->fault = fault;
    scan->fault_line = line;
}

static void scan_line(struct scan *scan, struct sv text, unsigned line)
{
    struct sv s = sv_trim(text);
    if (scan->end_mark.n > 0) {
        if (sv_eq(s, scan->end_mark))
            scan->end_mark = SV("");
        return;
    }
    if (sv_eq(s, SV("}"))) {
        /* it would take the rest of the file for nothing */
        if (scan->depth == 0)
            note_fault(scan, line, "closes what is not open");
        else
            scan->depth--;
        return;
    }
    size_t n = 0;
    while (n < s.n && name_char(s.p[n]))
        n++;
    struct sv name = sv_slice(s, 0, n), rest = sv_trim(sv_slice(s, n, s.n));
    if (n == 0)
        return;
    if (sv_starts(rest, SV("{")) && scan->depth < HDF_DEPTH_MAX) {
        if (rest.n > 1)
            note_fault(scan, line, "something stands behind the brace");
        struct sv outer = scan->prefixes[scan->depth++];
        scan->prefixes[scan->depth] =
            arena_printf(scan->arena, "%.*s%.*s.", SV_ARG(outer), SV_ARG(name));
        scan->opened[scan->depth] = line;
        return;
    }
    if (sv_starts(rest, SV("<<"))) {
        scan->end_mark = sv_trim(sv_slice(rest, 2, rest.n));
        scan->opened[0] = line;
    }
    note_line(scan, name, line);
}

/* Fills in the lines and returns what is wrong with the braces, which ClearSilver does not say. */
static const char *find_lines(struct arena *arena, struct sv text, struct hdf_entry *entries,
                              size_t count, unsigned *fault_line)
{
    struct scan scan = {.arena = arena, .entries = entries, .count = count, .end_mark = SV("")};
    scan.prefixes[0] = SV("");
    for (unsigned line = 1; text.n > 0; line++)
        scan_line(&scan, sv_cut(&text, '\n'), line);
    if (scan.end_mark.n > 0 || scan.depth > 0)
        note_fault(&scan, scan.opened[scan.end_mark.n > 0 ? 0 : scan.depth],
                   "what begins here is not closed");
    *fault_line = scan.fault_line;
    return scan.fault;
}

/* ---- values ---- */

static enum status collect(HDF *node, struct sv prefix, size_t depth, struct arena *arena,
                           struct hdf_entry *entries, size_t *count)
{
    if (depth > HDF_DEPTH_MAX)
        return STATUS_TOO_LARGE;
    for (HDF *child = hdf_obj_child(node); child; child = hdf_obj_next(child)) {
        struct sv name = arena_printf(arena, "%.*s%s%s", SV_ARG(prefix), prefix.n ? "." : "",
                                      hdf_obj_name(child));
        const char *value = hdf_obj_value(child);
        if (value) {
            if (*count == HDF_ENTRIES_MAX)
                return STATUS_TOO_LARGE;
            entries[(*count)++] = (struct hdf_entry){name, arena_sv(arena, sv_of(value)), 0};
        }
        enum status st = collect(child, name, depth + 1, arena, entries, count);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

static enum status read_text(const char *path, struct arena *arena, struct sv *text,
                             struct sv *reason)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        *reason = arena_printf(arena, "%s: %s", path, strerror(errno));
        return STATUS_IO;
    }
    char *bytes = arena_alloc(arena, HDF_FILE_MAX + 2);
    size_t n = fread(bytes, 1, HDF_FILE_MAX + 1, file);
    bool broken = ferror(file) != 0;
    fclose(file);
    *text = (struct sv){bytes, n};
    if (broken) {
        *reason = arena_printf(arena, "%s: %s", path, strerror(errno));
        return STATUS_IO;
    }
    if (n > HDF_FILE_MAX) {
        *reason = arena_printf(arena, "%s: longer than %d bytes", path, HDF_FILE_MAX);
        return STATUS_TOO_LARGE;
    }
    if (sv_find_char(*text, '\0') != SIZE_MAX || sv_find(*text, SV("#include")) != SIZE_MAX) {
        *reason = arena_printf(arena, "%s: #include and NUL bytes are not allowed", path);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

/* ClearSilver says "[<string>:LINE] what"; the file's name is ours to add. */
static void say_syntax(const char *path, NEOERR *error, struct arena *arena, struct sv *reason)
{
    STRING text;
    string_init(&text);
    nerr_error_string(error, &text);
    *reason = arena_printf(arena, "%s: %s", path, text.buf ? text.buf : "not understood");
    string_clear(&text);
    nerr_ignore(&error);
}

enum status hdf_file_read(const char *path, struct arena *arena, struct hdf_entry **entries,
                          size_t *count, struct sv *reason)
{
    struct sv text;
    HDF *hdf = NULL;
    enum status st = read_text(path, arena, &text, reason);
    if (st != STATUS_OK)
        return st;
    NEOERR *error = hdf_init(&hdf);
    if (!error)
        error = hdf_read_string(hdf, text.p);
    if (error) {
        say_syntax(path, error, arena, reason);
        hdf_destroy(&hdf);
        return STATUS_INVALID;
    }
    struct hdf_entry *list = arena_array(arena, HDF_ENTRIES_MAX, sizeof *list);
    size_t n = 0;
    st = collect(hdf, SV(""), 0, arena, list, &n);
    hdf_destroy(&hdf);
    if (st != STATUS_OK) {
        *reason = arena_printf(arena, "%s: more than %d entries, or nested too deep", path,
                               HDF_ENTRIES_MAX);
        return st;
    }
    unsigned line;
    const char *fault = find_lines(arena, text, list, n, &line);
    if (fault) {
        *reason = arena_printf(arena, "%s:%u: %s", path, line, fault);
        return STATUS_INVALID;
    }
    *entries = list;
    *count = n;
    return STATUS_OK;
}

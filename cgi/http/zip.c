#include "zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "filename.h"

enum { NAME_ROOM = FILENAME_LENGTH_MAX + 32, FILE_MODE = 0644, PATH_ROOM = 4096 };

struct named {
    struct sv wanted, own;
    unsigned number; /* that makes its own name differ from others that wanted the same; 1: none */
};

struct zip {
    struct arena *arena;
    struct sink out;
    struct archive *archive;
    bool opened;
    enum status failure; /* of out, sticky */
    struct named names[ZIP_FILES_MAX];
    size_t count;
};

/* ---- names ---- */

static bool windows_forbids(char c)
{
    return c == '<' || c == '>' || c == ':' || c == '"' || c == '|' || c == '?' || c == '*';
}

/* "con.txt" is a device there, whatever stands behind the dot. */
static bool is_device(struct sv name)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul", "com", "lpt"};
    struct sv stem = sv_trim(sv_cut(&name, '.'));
    if (stem.n == 4 && stem.p[3] >= '1' && stem.p[3] <= '9')
        stem.n = 3;
    else if (stem.n == 3 && (sv_eq_nocase(stem, SV("com")) || sv_eq_nocase(stem, SV("lpt"))))
        return false;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (sv_eq_nocase(stem, sv_of(devices[i])))
            return true;
    return false;
}

static bool is_taken(const struct zip *zip, struct sv name)
{
    for (size_t i = 0; i < zip->count; i++)
        if (sv_eq_nocase(zip->names[i].own, name))
            return true;
    return false;
}

/* "a.pdf", then "a (2).pdf". It goes on from the last number: a stranger who calls all files the
 * same would have each try those of all before it. */
static struct named unique(const struct zip *zip, struct sv name)
{
    struct named out = {.wanted = name, .own = name, .number = 1};
    size_t dot = sv_find_last_char(name, '.');
    struct sv stem = sv_slice(name, 0, dot), end = sv_slice(name, stem.n, name.n);
    for (size_t i = 0; i < zip->count; i++)
        if (sv_eq_nocase(zip->names[i].wanted, name))
            out.number = zip->names[i].number;
    while (is_taken(zip, out.own)) {
        out.number++;
        out.own = arena_printf(zip->arena, "%.*s (%u)%.*s", SV_ARG(stem), out.number, SV_ARG(end));
    }
    return out;
}

static struct named name_of(struct zip *zip, struct sv name)
{
    struct sb out;
    struct sv clean = filename_clean(zip->arena, name);
    sb_init(&out, zip->arena, NAME_ROOM);
    if (is_device(clean))
        sb_add_char(&out, '_');
    for (size_t i = 0; i < clean.n; i++)
        sb_add_char(&out, windows_forbids(clean.p[i]) ? '_' : clean.p[i]);
    return unique(zip, sb_view(&out));
}

/* ---- libarchive ---- */

/* A failure is kept and not told to libarchive, which would leak the deflater on its way out: from
 * then on it writes into nothing. */
static la_ssize_t pass_on(struct archive *archive, void *context, const void *bytes, size_t n)
{
    struct zip *zip = context;
    (void)archive;
    if (zip->failure == STATUS_OK)
        zip->failure = sink_write(zip->out, (struct sv){bytes, n});
    return (la_ssize_t)n;
}

static enum status result(const struct zip *zip, la_ssize_t code)
{
    if (zip->failure != STATUS_OK)
        return zip->failure;
    return code < ARCHIVE_WARN ? STATUS_IO : STATUS_OK;
}

/* The process has no locale: the names' charset is said. Deflating fast costs little, and a
 * deflated file of unknown length can be read from a stream too, which a stored one cannot. */
static bool make_ready(struct zip *zip)
{
    if (zip->opened)
        return true;
    zip->opened =
        archive_write_set_format_zip(zip->archive) == ARCHIVE_OK &&
        archive_write_set_options(zip->archive, "zip:hdrcharset=UTF-8,zip:compression=deflate,"
                                                "zip:compression-level=1") == ARCHIVE_OK &&
        archive_write_set_bytes_per_block(zip->archive, 0) == ARCHIVE_OK &&
        archive_write_open(zip->archive, zip, NULL, pass_on, NULL) == ARCHIVE_OK;
    return zip->opened;
}

struct zip *zip_open(struct arena *arena, struct sink out)
{
    struct zip *zip = arena_alloc(arena, sizeof *zip);
    *zip = (struct zip){.arena = arena, .out = out, .archive = archive_write_new()};
    if (!zip->archive)
        abort();
    return zip;
}

static enum status header_write(struct zip *zip, const char *path, int64_t when)
{
    if (!make_ready(zip))
        return STATUS_IO;
    struct archive_entry *entry = archive_entry_new();
    if (!entry)
        abort();
    archive_entry_set_pathname_utf8(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, FILE_MODE);
    if (when > 0)
        archive_entry_set_mtime(entry, (time_t)when, 0);
    int code = archive_write_header(zip->archive, entry);
    archive_entry_free(entry);
    return result(zip, code);
}

enum status zip_begin(struct zip *zip, struct sv name, int64_t when)
{
    if (zip->count == ZIP_FILES_MAX)
        return STATUS_TOO_LARGE;
    struct named own = name_of(zip, name);
    enum status st = header_write(zip, arena_cstr(zip->arena, own.own), when);
    zip->names[zip->count++] = own;
    return st;
}

enum status zip_begin_path(struct zip *zip, struct sv path, int64_t when)
{
    char name[PATH_ROOM];
    struct sb b;
    sb_fixed(&b, name, sizeof name);
    sb_add(&b, path);
    return b.over ? STATUS_TOO_LARGE : header_write(zip, name, when);
}

void zip_add_level(struct sb *out, struct sv level)
{
    bool dots = sv_eq(level, SV(".")) || sv_eq(level, SV(".."));
    if (is_device(level))
        sb_add_char(out, '_');
    for (size_t i = 0; i < level.n; i++) {
        unsigned char c = (unsigned char)level.p[i];
        if (c < ' ' || c == 0x7f)
            sb_add_char(out, '_');
        else if (windows_forbids((char)c) || c == '/' || c == '\\' || c == '%' || (dots && i == 0))
            sb_printf(out, "%%%02x", c);
        else
            sb_add_char(out, (char)c);
    }
}

enum status zip_write(struct zip *zip, struct sv piece)
{
    if (piece.n == 0)
        return STATUS_OK;
    return result(zip, archive_write_data(zip->archive, piece.p, piece.n));
}

static enum status sink_into(void *context, struct sv piece)
{
    return zip_write(context, piece);
}

struct sink zip_sink(struct zip *zip)
{
    return (struct sink){sink_into, zip};
}

enum status zip_close(struct zip **zip)
{
    struct zip *z = zip ? *zip : NULL;
    if (!z)
        return STATUS_OK;
    enum status status = make_ready(z) ? result(z, archive_write_close(z->archive)) : STATUS_IO;
    zip_drop(zip);
    return status;
}

void zip_drop(struct zip **zip)
{
    if (!zip || !*zip)
        return;
    struct zip *z = *zip;
    if (z->failure == STATUS_OK)
        z->failure = STATUS_CANCELLED; /* freeing finishes the archive, but writes no more */
    archive_write_free(z->archive);
    *zip = NULL;
}

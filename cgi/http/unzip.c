#include "unzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

enum { PIECE = 64 * 1024 };

struct unzip {
    struct source source;
    struct unzip_limits limits;
    struct archive *archive;
    locale_t utf8; /* libarchive turns names into the locale's charset, and the process has none */
    enum status failure; /* the source's, or a limit's */
    bool opened;
    bool in_file;
    uint64_t in, out, files;
    char piece[PIECE];
};

bool unzip_begins(struct sv head)
{
    static const struct sv magic[] = {{"PK\3\4", 4}, {"PK\5\6", 4}, {"\x1f\x8b", 2}, {"BZh", 3}};
    for (size_t i = 0; i < sizeof magic / sizeof magic[0]; i++)
        if (sv_starts(head, magic[i]))
            return true;
    return head.n >= 262 && sv_eq(sv_slice(head, 257, 262), SV("ustar"));
}

static la_ssize_t pull(struct archive *archive, void *context, const void **bytes)
{
    struct unzip *u = context;
    size_t n = 0;
    (void)archive;
    enum status st =
        u->failure == STATUS_OK ? source_read(u->source, u->piece, PIECE, &n) : u->failure;
    if (st != STATUS_OK) {
        u->failure = st;
        archive_set_error(archive, ARCHIVE_FATAL, "source");
        return ARCHIVE_FATAL;
    }
    u->in += n;
    *bytes = u->piece;
    return (la_ssize_t)n;
}

/* The formats by name: no other reader of libarchive's meets a stranger's bytes. */
static bool formats_choose(struct archive *a)
{
    return archive_read_support_filter_gzip(a) >= ARCHIVE_WARN &&
           archive_read_support_filter_bzip2(a) >= ARCHIVE_WARN &&
           archive_read_support_format_zip_streamable(a) == ARCHIVE_OK &&
           archive_read_support_format_tar(a) == ARCHIVE_OK &&
           archive_read_support_format_raw(a) == ARCHIVE_OK &&
           archive_read_support_format_empty(a) == ARCHIVE_OK;
}

struct unzip *unzip_open(struct source source, const struct unzip_limits *limits)
{
    struct unzip *u = calloc(1, sizeof *u);
    if (!u)
        abort();
    u->source = source;
    u->limits = *limits;
    u->archive = archive_read_new();
    u->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!u->archive || !formats_choose(u->archive))
        abort();
    return u;
}

static enum status why(const struct unzip *u)
{
    return u->failure != STATUS_OK ? u->failure : STATUS_INVALID;
}

static enum status header_read(struct unzip *u, struct archive_entry **entry)
{
    if (!u->opened) {
        u->opened = true;
        if (archive_read_open(u->archive, u, NULL, pull, NULL) < ARCHIVE_WARN)
            return why(u);
    }
    int code = archive_read_next_header(u->archive, entry);
    if (code == ARCHIVE_EOF)
        return u->failure != STATUS_OK ? u->failure : STATUS_NOT_FOUND;
    return code < ARCHIVE_WARN ? why(u) : STATUS_OK;
}

/* In a locale of the thread's own, for this call. */
static enum status entry_next(struct unzip *u, struct archive_entry **entry, const char **name)
{
    locale_t before = u->utf8 ? uselocale(u->utf8) : (locale_t)0;
    enum status st = header_read(u, entry);
    if (st == STATUS_OK) {
        *name = archive_entry_pathname_utf8(*entry);
        if (!*name)
            *name = archive_entry_pathname(*entry);
    }
    if (before)
        (void)uselocale(before);
    return st;
}

static enum status entry_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct unzip *u = context;
    la_ssize_t got = archive_read_data(u->archive, buffer, room);
    if (got < 0)
        return why(u);
    u->out += (uint64_t)got;
    if (u->out > u->limits.bytes || (u->out > UNZIP_RATIO_FROM && u->out / UNZIP_RATIO > u->in))
        return u->failure = STATUS_TOO_LARGE;
    *n = (size_t)got;
    return STATUS_OK;
}

/* What libarchive passes over itself it unpacks uncounted. */
static enum status file_pass_over(struct unzip *u)
{
    char piece[PIECE / 4];
    size_t n = 1;
    enum status st = STATUS_OK;
    while (u->in_file && n > 0 && st == STATUS_OK)
        st = entry_read(u, piece, sizeof piece, &n);
    u->in_file = false;
    return st;
}

/* A method of zip's for which the file chooses the memory is known when its header has been read,
 * and before a byte of it is unpacked. */
static bool is_plain_method(const struct unzip *u)
{
    struct sv name = sv_of(archive_format_name(u->archive));
    return (archive_format(u->archive) & ARCHIVE_FORMAT_BASE_MASK) != ARCHIVE_FORMAT_ZIP ||
           sv_ends(name, SV("(deflation)")) || sv_ends(name, SV("(uncompressed)"));
}

enum status unzip_next(struct unzip *u, struct arena *arena, struct unzip_entry *out)
{
    struct archive_entry *entry;
    const char *name = NULL;
    enum status passed = file_pass_over(u);
    if (passed != STATUS_OK)
        return passed;
    for (;;) {
        enum status st = entry_next(u, &entry, &name);
        if (st != STATUS_OK)
            return st;
        if (++u->files > u->limits.files)
            return STATUS_TOO_LARGE;
        if (!is_plain_method(u))
            return STATUS_INVALID;
        if (archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry))
            break;
    }
    u->in_file = true;
    struct sv path = sv_slice(sv_of(name), 0, UNZIP_PATH_MAX);
    *out = (struct unzip_entry){
        .path = utf8_line(arena, arena_sv(arena, path)),
        .when = archive_entry_mtime_is_set(entry) ? (int64_t)archive_entry_mtime(entry) : 0,
        .raw = (archive_format(u->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_RAW};
    return STATUS_OK;
}

struct source unzip_source(struct unzip *unzip)
{
    return (struct source){entry_read, unzip};
}

void unzip_close(struct unzip **unzip)
{
    if (!unzip || !*unzip)
        return;
    archive_read_free((*unzip)->archive);
    if ((*unzip)->utf8)
        freelocale((*unzip)->utf8);
    free(*unzip);
    *unzip = NULL;
}

#include "locale.h"

#include <errno.h>
#include <stdlib.h>

#include "log.h"
#include "utf8.h"

enum { FILE_MAX = 512 * 1024, ENTRIES_MAX = 4096, KEY_MAX = 96, TEXT_MAX = 4096, NUMBER_MAX = 40 };

struct entry {
    const char *key;
    struct sv text;
};

struct locale {
    enum language language;
    struct arena *arena;
    struct entry *entries; /* sorted by key */
    size_t count;
};

static const char *const codes[LANGUAGE_COUNT] = {[LANGUAGE_FR] = "fr", [LANGUAGE_EN] = "en"};

const char *language_code(enum language language)
{
    return codes[language];
}

enum status language_find(struct sv code, enum language *out)
{
    struct sv primary = sv_cut(&code, '-');
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        if (sv_eq_nocase(primary, sv_of(codes[i]))) {
            *out = (enum language)i;
            return STATUS_OK;
        }
    }
    return STATUS_NOT_FOUND;
}

/* The weight of "fr;q=0.8" in thousandths; what breaks the grammar weighs nothing. */
static unsigned quality(struct sv parameters)
{
    struct sv q = sv_trim(parameters);
    if (q.n == 0)
        return 1000;
    if (!sv_starts_nocase(q, SV("q=")))
        return 0;
    q = sv_slice(q, 2, q.n);
    if (q.n == 0 || q.n > 5 || (q.n > 1 && q.p[1] != '.'))
        return 0;
    unsigned value = 0, weight = 1000;
    for (size_t i = 0; i < q.n; i += i == 0 ? 2 : 1, weight /= 10) {
        if (!ascii_is_digit(q.p[i]))
            return 0;
        value += weight * (unsigned)(q.p[i] - '0');
    }
    return value <= 1000 ? value : 0;
}

enum language language_negotiate(struct sv header, enum language otherwise)
{
    enum language best = otherwise;
    unsigned best_quality = 0;
    while (header.n > 0) {
        struct sv parameters = sv_trim(sv_cut(&header, ','));
        struct sv range = sv_trim(sv_cut(&parameters, ';'));
        unsigned q = quality(parameters);
        enum language found;
        if (q > best_quality && language_find(range, &found) == STATUS_OK) {
            best = found;
            best_quality = q;
        }
    }
    return best;
}

static int entry_compare(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static const struct entry *entry_find(const struct locale *l, const char *key)
{
    struct entry wanted = {.key = key};
    return bsearch(&wanted, l->entries, l->count, sizeof *l->entries, entry_compare);
}

/* Where the reader stands: "block.block." in front of the next key. */
struct reader {
    struct locale *locale;
    char prefix[KEY_MAX];
    size_t prefix_length;
};

static bool name_valid(struct sv name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (!ascii_is_alnum(name.p[i]) && name.p[i] != '_' && name.p[i] != '.')
            return false;
    }
    return name.n > 0;
}

static bool block_open(struct reader *r, struct sv name)
{
    if (!name_valid(name) || r->prefix_length + name.n + 2 > sizeof r->prefix)
        return false;
    memcpy(r->prefix + r->prefix_length, name.p, name.n);
    r->prefix_length += name.n;
    r->prefix[r->prefix_length++] = '.';
    return true;
}

static bool block_close(struct reader *r)
{
    if (r->prefix_length == 0)
        return false;
    do
        r->prefix_length--;
    while (r->prefix_length > 0 && r->prefix[r->prefix_length - 1] != '.');
    return true;
}

static bool entry_add(struct reader *r, struct sv name, struct sv text)
{
    struct locale *l = r->locale;
    if (!name_valid(name) || l->count == ENTRIES_MAX || text.n == 0 || text.n > TEXT_MAX ||
        r->prefix_length + name.n >= KEY_MAX)
        return false;
    if (!utf8_valid(text) || sv_has_control(text) || sv_find_char(text, '"') != SIZE_MAX ||
        sv_find(text, SV("?>")) != SIZE_MAX)
        return false;
    struct sv key =
        arena_printf(l->arena, "%.*s%.*s", (int)r->prefix_length, r->prefix, SV_ARG(name));
    l->entries[l->count++] = (struct entry){key.p, arena_sv(l->arena, text)};
    return true;
}

static bool line_read(struct reader *r, struct sv line)
{
    line = sv_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return true;
    if (sv_eq(line, SV("}")))
        return block_close(r);
    if (line.p[line.n - 1] == '{' && sv_find_char(line, '=') == SIZE_MAX)
        return block_open(r, sv_trim(sv_slice(line, 0, line.n - 1)));
    size_t equals = sv_find_char(line, '=');
    if (equals == SIZE_MAX)
        return false;
    return entry_add(r, sv_trim(sv_slice(line, 0, equals)),
                     sv_trim(sv_slice(line, equals + 1, line.n)));
}

static enum status lines_read(struct locale *l, struct sv text, const char *path)
{
    struct reader r = {.locale = l};
    l->entries = arena_array(l->arena, ENTRIES_MAX, sizeof *l->entries);
    for (unsigned number = 1; text.n > 0; number++) {
        if (!line_read(&r, sv_cut(&text, '\n'))) {
            log_event(LOG_LEVEL_ERROR, "catalogue-invalid", "file=%s line=%u", path, number);
            return STATUS_INVALID;
        }
    }
    if (r.prefix_length > 0) {
        log_event(LOG_LEVEL_ERROR, "catalogue-invalid", "file=%s open=%.*s", path,
                  (int)r.prefix_length, r.prefix);
        return STATUS_INVALID;
    }
    qsort(l->entries, l->count, sizeof *l->entries, entry_compare);
    for (size_t i = 1; i < l->count; i++) {
        if (strcmp(l->entries[i - 1].key, l->entries[i].key) == 0) {
            log_event(LOG_LEVEL_ERROR, "catalogue-invalid", "file=%s key=%s reason=twice", path,
                      l->entries[i].key);
            return STATUS_INVALID;
        }
    }
    return STATUS_OK;
}

static enum status catalogue_read(struct locale *l, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        log_event(LOG_LEVEL_ERROR, "catalogue-unreadable", "file=%s reason=\"%s\"", path,
                  strerrordesc_np(errno));
        return STATUS_IO;
    }
    char *text = arena_alloc(l->arena, FILE_MAX);
    size_t n = fread(text, 1, FILE_MAX, file);
    bool whole = n < FILE_MAX && !ferror(file);
    if (fclose(file) != 0 || !whole) {
        log_event(LOG_LEVEL_ERROR, "catalogue-unreadable", "file=%s reason=size", path);
        return STATUS_IO;
    }
    return lines_read(l, (struct sv){text, n}, path);
}

enum status locale_load(const char *directory, struct locale *out[LANGUAGE_COUNT])
{
    struct locale *loaded[LANGUAGE_COUNT] = {0};
    enum status status = STATUS_OK;
    for (int i = 0; i < LANGUAGE_COUNT && status == STATUS_OK; i++) {
        struct locale *l = calloc(1, sizeof *l);
        if (!l)
            abort();
        l->language = (enum language)i;
        l->arena = arena_new(4 * FILE_MAX);
        loaded[i] = l;
        struct sv path = arena_printf(l->arena, "%s/%s.hdf", directory, codes[i]);
        status = catalogue_read(l, path.p);
    }
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        if (status == STATUS_OK)
            out[i] = loaded[i];
        else
            locale_free(&loaded[i]);
    }
    return status;
}

void locale_free(struct locale **locale)
{
    if (!locale || !*locale)
        return;
    arena_free(&(*locale)->arena);
    free(*locale);
    *locale = NULL;
}

enum language locale_language(const struct locale *l)
{
    return l->language;
}

bool locale_has(const struct locale *l, const char *key)
{
    return entry_find(l, key) != NULL;
}

struct sv locale_text(const struct locale *l, const char *key)
{
    const struct entry *e = entry_find(l, key);
    if (e)
        return e->text;
    log_event(LOG_LEVEL_ERROR, "text-missing", "language=%s key=%s", codes[l->language], key);
    return sv_of(key);
}

struct sv locale_fill(const struct locale *l, struct arena *arena, const char *key,
                      const struct sv *values, size_t count)
{
    struct sv text = locale_text(l, key);
    size_t room = text.n;
    for (size_t i = 0; i < count; i++)
        room += 4 * values[i].n; /* a text that names one place more than four times is cut */
    struct sb out;
    sb_init(&out, arena, room);
    while (text.n > 0) {
        size_t open = sv_find_char(text, '{');
        sb_add(&out, sv_slice(text, 0, open));
        text = sv_slice(text, open, text.n);
        bool place = text.n > 2 && ascii_is_digit(text.p[1]) && text.p[2] == '}';
        size_t number = place ? (size_t)(text.p[1] - '0') : 0;
        if (!place)
            sb_add(&out, sv_slice(text, 0, 1));
        else if (number < count)
            sb_add(&out, values[number]);
        text = sv_slice(text, place ? 3 : 1, text.n);
    }
    return sb_view(&out);
}

struct sv locale_plural(const struct locale *l, struct arena *arena, const char *key, uint64_t n)
{
    return locale_plural_of(l, arena, key, n, SV(""));
}

struct sv locale_plural_of(const struct locale *l, struct arena *arena, const char *key, uint64_t n,
                           struct sv what)
{
    bool one = n == 1 || (n == 0 && l->language == LANGUAGE_FR);
    char full[KEY_MAX];
    struct sb b;
    sb_fixed(&b, full, sizeof full);
    sb_printf(&b, "%s.%s", key, one ? "one" : "other");
    return locale_format(l, arena, full, locale_number(l, arena, n), what);
}

struct sv locale_number(const struct locale *l, struct arena *arena, uint64_t n)
{
    char digits[NUMBER_MAX];
    struct sb b;
    sb_fixed(&b, digits, sizeof digits);
    sb_add_u64(&b, n);
    struct sv separator = locale_text(l, "number.group");
    struct sb out;
    sb_init(&out, arena, b.n + b.n / 3 * separator.n);
    for (size_t i = 0; i < b.n; i++) {
        if (i > 0 && (b.n - i) % 3 == 0)
            sb_add(&out, separator);
        sb_add_char(&out, digits[i]);
    }
    return sb_view(&out);
}

struct sv locale_size(const struct locale *l, struct arena *arena, uint64_t bytes)
{
    static const char *const units[] = {"size.b", "size.kb", "size.mb", "size.gb", "size.tb"};
    uint64_t unit = 1;
    size_t at = 0;
    /* 999.5 of a unit would be shown as 1000 of it */
    while (at + 1 < sizeof units / sizeof *units && bytes >= unit * 1000 - unit / 2) {
        unit *= 1000;
        at++;
    }
    uint64_t tenths = bytes / unit * 10 + (bytes % unit * 10 + unit / 2) / unit;
    struct sv value;
    if (tenths < 100 && tenths % 10 != 0)
        value = arena_printf(arena, "%u%.*s%u", (unsigned)(tenths / 10),
                             SV_ARG(locale_text(l, "number.decimal")), (unsigned)(tenths % 10));
    else
        value = locale_number(l, arena, bytes / unit + (bytes % unit >= unit - unit / 2));
    return locale_format(l, arena, units[at], value);
}

#include "zone.h"

#include <pthread.h>
#include <stdlib.h>

#include "sorted.h"
#include "zone_rule.h"

#define ZONE_DIRECTORY "/usr/share/zoneinfo"

enum {
    NAME_MAX_BYTES = 64,
    FILE_MAX = 128 * 1024,
    TRANSITIONS_MAX = 4096,
    TYPES_MAX = 256,
    ZONES_MAX = 1024,
    HEADER_SIZE = 44,
    TYPE_SIZE = 6,
    CHOICES_MAX = 1024,
    DAY = 86400,
};

struct zone {
    size_t transition_count;
    int64_t *at;   /* ascending */
    uint8_t *type; /* of the time from at[i] on */
    struct zone_type types[TYPES_MAX];
    size_t type_count;
    bool has_rule; /* for the time behind the last transition */
    struct zone_rule rule;
};

static const struct zone utc = {.type_count = 1};

/* The zones read so far. One lock for names and pointers; a zone itself never changes. */
static struct {
    pthread_mutex_t lock;
    size_t count;
    struct {
        char name[NAME_MAX_BYTES];
        const struct zone *zone;
    } item[ZONES_MAX];
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

const struct zone *zone_utc(void)
{
    return &utc;
}

static int64_t big_endian(const char *p, size_t size)
{
    uint64_t value = (unsigned char)p[0] & 0x80u ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | (unsigned char)p[i];
    return (int64_t)value;
}

/* The six counts of a header (RFC 8536, 3.1). */
struct counts {
    uint64_t isut, isstd, leap, time, type, chars;
};

static bool header_read(struct sv bytes, struct counts *out)
{
    if (bytes.n < HEADER_SIZE || !sv_starts(bytes, SV("TZif")))
        return false;
    uint64_t value[6];
    for (size_t i = 0; i < 6; i++) {
        value[i] = (uint64_t)big_endian(bytes.p + 20 + 4 * i, 4);
        if (value[i] > FILE_MAX)
            return false;
    }
    *out = (struct counts){value[0], value[1], value[2], value[3], value[4], value[5]};
    return true;
}

static uint64_t block_size(const struct counts *c, uint64_t time_size)
{
    return c->time * (time_size + 1) + c->type * TYPE_SIZE + c->chars + c->leap * (time_size + 4) +
           c->isstd + c->isut;
}

static enum status types_read(struct zone *z, const char *p, size_t count)
{
    for (size_t i = 0; i < count; i++, p += TYPE_SIZE) {
        int64_t offset = big_endian(p, 4);
        if (offset < -26 * 3600 || offset > 26 * 3600)
            return STATUS_INVALID;
        z->types[i] = (struct zone_type){(int32_t)offset, p[4] != 0};
    }
    z->type_count = count;
    return STATUS_OK;
}

static enum status block_read(struct zone *z, struct sv block, const struct counts *c)
{
    if (c->time > TRANSITIONS_MAX || c->type == 0 || c->type > TYPES_MAX)
        return STATUS_INVALID;
    size_t count = (size_t)c->time;
    const char *types = block.p + 8 * count;
    z->at = calloc(count + 1, sizeof *z->at);
    z->type = calloc(count + 1, sizeof *z->type);
    if (!z->at || !z->type)
        abort();
    for (size_t i = 0; i < count; i++) {
        z->at[i] = big_endian(block.p + 8 * i, 8);
        z->type[i] = (uint8_t)types[i];
        if (z->type[i] >= c->type || (i > 0 && z->at[i] <= z->at[i - 1]))
            return STATUS_INVALID;
    }
    z->transition_count = count;
    return types_read(z, types + count, (size_t)c->type);
}

enum status zone_parse(struct sv bytes, struct zone **out)
{
    /* The first block has 32-bit times; version 2 and later repeat all with 64 bits behind it. */
    struct counts counts;
    if (!header_read(bytes, &counts) || bytes.p[4] < '2')
        return STATUS_INVALID;
    uint64_t skip = HEADER_SIZE + block_size(&counts, 4);
    if (skip > bytes.n)
        return STATUS_INVALID;
    struct sv rest = sv_slice(bytes, (size_t)skip, bytes.n);
    if (!header_read(rest, &counts))
        return STATUS_INVALID;
    uint64_t size = block_size(&counts, 8);
    if (HEADER_SIZE + size > rest.n)
        return STATUS_INVALID;
    struct zone *z = calloc(1, sizeof *z);
    if (!z)
        abort();
    enum status status = block_read(z, sv_slice(rest, HEADER_SIZE, rest.n), &counts);
    if (status != STATUS_OK) {
        zone_free(&z);
        return status;
    }
    struct sv footer = sv_trim(sv_slice(rest, HEADER_SIZE + (size_t)size, rest.n));
    z->has_rule = footer.n > 0 && zone_rule_parse(footer, &z->rule) == STATUS_OK;
    *out = z;
    return STATUS_OK;
}

void zone_free(struct zone **zone)
{
    if (!zone || !*zone)
        return;
    free((*zone)->at);
    free((*zone)->type);
    free(*zone);
    *zone = NULL;
}

/* Components of letters, digits, '_', '+', '-', starting with a capital: no dot, so no way up. */
static bool name_valid(struct sv name)
{
    bool start = true;
    if (name.n == 0 || name.n >= NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (start && (c < 'A' || c > 'Z'))
            return false;
        start = c == '/';
        if (!start && !ascii_is_alnum(c) && c != '_' && c != '+' && c != '-')
            return false;
    }
    return !start;
}

static enum status zone_read(const char *name, struct zone **out)
{
    char path[sizeof ZONE_DIRECTORY + NAME_MAX_BYTES + 1];
    struct sb b;
    sb_fixed(&b, path, sizeof path);
    sb_printf(&b, ZONE_DIRECTORY "/%s", name);
    FILE *file = fopen(path, "re");
    if (!file)
        return STATUS_NOT_FOUND;
    char *bytes = malloc(FILE_MAX);
    if (!bytes)
        abort();
    size_t n = fread(bytes, 1, FILE_MAX, file);
    enum status status = STATUS_INVALID;
    if (!ferror(file) && n < FILE_MAX)
        status = zone_parse((struct sv){bytes, n}, out);
    free(bytes);
    (void)fclose(file);
    return status;
}

static enum status cached(struct sv name, const struct zone **out)
{
    for (size_t i = 0; i < cache.count; i++) {
        if (sv_eq(sv_of(cache.item[i].name), name)) {
            *out = cache.item[i].zone;
            return STATUS_OK;
        }
    }
    if (cache.count == ZONES_MAX)
        return STATUS_UNAVAILABLE;
    struct sb b;
    sb_fixed(&b, cache.item[cache.count].name, NAME_MAX_BYTES);
    sb_add(&b, name);
    struct zone *zone = NULL;
    enum status status = zone_read(cache.item[cache.count].name, &zone);
    if (status != STATUS_OK)
        return status;
    cache.item[cache.count++].zone = zone;
    *out = zone;
    return STATUS_OK;
}

enum status zone_find(struct sv name, const struct zone **out)
{
    if (!name_valid(name))
        return STATUS_INVALID;
    if (sv_eq(name, SV("UTC"))) {
        *out = &utc;
        return STATUS_OK;
    }
    pthread_mutex_lock(&cache.lock);
    enum status status = cached(name, out);
    pthread_mutex_unlock(&cache.lock);
    return status;
}

/* Never equal: what is looked for is the first transition after the instant. */
static int is_later(const void *instant, const void *transition)
{
    return *(const int64_t *)instant < *(const int64_t *)transition ? -1 : 1;
}

static struct zone_type type_at(const struct zone *z, int64_t at)
{
    size_t next = sorted_place(&at, z->at, z->transition_count, sizeof *z->at, is_later);
    if (next == z->transition_count && z->has_rule)
        return zone_rule_at(&z->rule, at);
    return next == 0 ? z->types[0] : z->types[z->type[next - 1]];
}

static int64_t within_years(int64_t at)
{
    static const int64_t first = -62135596800, last = 253402300799; /* years 1 to 9999 */
    return at < first + 2 * DAY || at > last - 2 * DAY ? 0 : at;
}

int64_t zone_day(const struct zone *zone, int64_t at)
{
    at = within_years(at);
    int64_t local = at + type_at(zone, at).offset;
    return local / DAY - (local % DAY < 0 ? 1 : 0);
}

int64_t zone_moment(const struct zone *zone, int64_t local)
{
    local = within_years(local);
    int64_t before = type_at(zone, local - DAY).offset, after = type_at(zone, local + DAY).offset;
    if (type_at(zone, local - before).offset == before)
        return local - before;
    return local - (type_at(zone, local - after).offset == after ? after : before);
}

struct tm zone_time(const struct zone *zone, int64_t at)
{
    at = within_years(at);
    struct zone_type type = type_at(zone, at);
    time_t local = (time_t)(at + type.offset);
    struct tm tm = {0};
    gmtime_r(&local, &tm);
    tm.tm_gmtoff = type.offset;
    tm.tm_isdst = type.summer;
    tm.tm_zone = NULL;
    return tm;
}

static int name_compare(const void *a, const void *b)
{
    return sv_compare(*(const struct sv *)a, *(const struct sv *)b);
}

size_t zone_names(struct arena *arena, struct sv **out)
{
    FILE *file = fopen(ZONE_DIRECTORY "/zone1970.tab", "re");
    if (!file)
        return 0;
    struct sv *names = arena_array(arena, CHOICES_MAX, sizeof *names);
    size_t count = 0;
    char line[1024];
    while (count < CHOICES_MAX && fgets(line, sizeof line, file)) {
        struct sv rest = sv_trim(sv_of(line));
        if (rest.n == 0 || rest.p[0] == '#')
            continue;
        (void)sv_cut(&rest, '\t'); /* countries */
        (void)sv_cut(&rest, '\t'); /* coordinates */
        struct sv name = sv_cut(&rest, '\t');
        if (name_valid(name))
            names[count++] = arena_sv(arena, name);
    }
    (void)fclose(file);
    qsort(names, count, sizeof *names, name_compare);
    *out = names;
    return count;
}

#include "scan.h"

#include "tag.h"

/* Marks a cell in the list of active formatting elements: its end forgets those that it holds. */
enum { MARKER = 254, ALIKE_MAX = 3 };

/* Nodes that reopened formatting elements may add to the tree. */
enum { REOPENED_MAX = 200000 };

struct open_tag {
    unsigned id;
    unsigned classes;
    uint64_t hash; /* formatting elements: of the whole tag; others: of the name */
};

/* What the parser's two stacks would hold. Where the two may differ this one is the larger. */
struct scan {
    struct open_tag open[SCAN_DEPTH_MAX];
    size_t depth;
    struct open_tag active[SCAN_DEPTH_MAX];
    size_t active_count;
    size_t reopened;
    bool strict; /* foreign content: only an exactly matching end tag closes anything */
    bool over;
};

static uint64_t hash_nocase(struct sv s)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)ascii_lower(s.p[i])) * 1099511628211u;
    return hash;
}

static size_t weight_of(const struct tag *tag)
{
    return tag->classes & TAG_TABLE ? 3 : 1; /* a table brings its body, row and cell */
}

static void push(struct scan *scan, const struct tag *tag)
{
    for (size_t weight = weight_of(tag); weight > 0; weight--) {
        if (scan->depth + scan->active_count >= SCAN_DEPTH_MAX) {
            scan->over = true;
            return;
        }
        scan->open[scan->depth++] =
            (struct open_tag){tag->id, tag->classes, hash_nocase(tag->name)};
    }
}

static void clear_to_marker(struct scan *scan)
{
    while (scan->active_count > 0 && scan->active[--scan->active_count].id != MARKER)
        ;
}

static void pop_to(struct scan *scan, size_t depth)
{
    while (scan->depth > depth)
        if (scan->open[--scan->depth].classes & TAG_CELL)
            clear_to_marker(scan);
}

static void activate(struct scan *scan, struct open_tag entry)
{
    if (scan->depth + scan->active_count >= SCAN_DEPTH_MAX)
        scan->over = true;
    else
        scan->active[scan->active_count++] = entry;
}

static void deactivate(struct scan *scan, size_t index)
{
    memmove(scan->active + index, scan->active + index + 1,
            (scan->active_count - index - 1) * sizeof scan->active[0]);
    scan->active_count--;
}

/* The parser keeps three that are exactly alike. */
static void forget_alike(struct scan *scan, uint64_t hash)
{
    size_t alike = 0, earliest = 0;
    for (size_t i = scan->active_count; i > 0 && scan->active[i - 1].id != MARKER; i--)
        if (scan->active[i - 1].hash == hash) {
            earliest = i - 1;
            alike++;
        }
    if (alike >= ALIKE_MAX)
        deactivate(scan, earliest);
}

static void end_formatting(struct scan *scan, unsigned id)
{
    for (size_t i = scan->active_count; i > 0 && scan->active[i - 1].id != MARKER; i--)
        if (scan->active[i - 1].id == id) {
            deactivate(scan, i - 1);
            break;
        }
    for (size_t i = scan->depth; i > 0 && !(scan->open[i - 1].classes & TAG_SCOPE); i--)
        if (scan->open[i - 1].id == id) {
            memmove(scan->open + i - 1, scan->open + i, (scan->depth - i) * sizeof scan->open[0]);
            scan->depth--;
            return;
        }
}

/* The innermost open table's place behind its own entries, 0 if there is none. */
static size_t innermost_table(const struct scan *scan)
{
    for (size_t i = scan->depth; i > 0; i--)
        if (scan->open[i - 1].classes & TAG_TABLE)
            return i;
    return 0;
}

static void end_table_part(struct scan *scan, const struct tag *tag)
{
    size_t table = innermost_table(scan);
    if (table == 0)
        return;
    pop_to(scan, table);
    if (!tag->is_end && (tag->classes & TAG_CELL)) {
        push(scan, tag);
        activate(scan, (struct open_tag){.id = MARKER});
    }
}

static void end_block(struct scan *scan, const struct tag *tag)
{
    bool table = tag->classes & TAG_TABLE;
    unsigned wall = tag->classes & TAG_BLOCK ? TAG_SCOPE : TAG_SCOPE | TAG_BLOCK;
    uint64_t hash = hash_nocase(tag->name);
    for (size_t i = scan->depth; i > 0; i--) {
        if (scan->open[i - 1].hash == hash) {
            pop_to(scan, i - weight_of(tag));
            return;
        }
        if (!table && (scan->open[i - 1].classes & wall))
            return;
    }
}

static void end_strictly(struct scan *scan, const struct tag *tag)
{
    if (scan->depth > 0 && scan->open[scan->depth - 1].hash == hash_nocase(tag->name))
        scan->depth -= weight_of(tag);
}

static void count_start(struct scan *scan, const struct tag *tag)
{
    scan->reopened += scan->active_count;
    if (scan->reopened > REOPENED_MAX)
        scan->over = true;
    if (tag->classes & TAG_VOID)
        return;
    if (scan->strict) {
        push(scan, tag);
    } else if (tag->classes & (TAG_CELL | TAG_ROW)) {
        end_table_part(scan, tag);
    } else if (tag->classes & TAG_FORMATTING) {
        uint64_t hash = hash_nocase(tag->all);
        if (tag_is(tag, "a") || tag_is(tag, "nobr"))
            end_formatting(scan, tag->id);
        forget_alike(scan, hash);
        push(scan, tag);
        activate(scan, (struct open_tag){tag->id, tag->classes, hash});
    } else if (!(tag->classes & (TAG_IMPLIED | TAG_RAW))) {
        push(scan, tag);
    }
}

static void count_end(struct scan *scan, const struct tag *tag)
{
    if (tag->classes & (TAG_VOID | TAG_IMPLIED | TAG_RAW))
        return;
    if (scan->strict)
        end_strictly(scan, tag);
    else if (tag->classes & (TAG_CELL | TAG_ROW))
        end_table_part(scan, tag);
    else if (tag->classes & TAG_FORMATTING)
        end_formatting(scan, tag->id);
    else
        end_block(scan, tag);
}

bool html_within_limits(struct sv html)
{
    struct scan scan = {0};
    struct tags tags;
    struct tag tag;
    size_t text_end, count = 0, attributes = 0;
    if (html.n > SCAN_BYTES_MAX)
        return false;
    tags_init(&tags, html);
    while (!scan.over && !tags.ambiguous && tags_next(&tags, &tag, &text_end)) {
        attributes += tag.attributes;
        if (++count > SCAN_TAGS_MAX || tag.attributes > SCAN_ATTRIBUTES_MAX ||
            attributes > SCAN_ALL_ATTRIBUTES_MAX)
            return false;
        if (tag.classes & TAG_FOREIGN) {
            scan.strict = true;
            tags.raw = false;
        }
        if (tag.is_end)
            count_end(&scan, &tag);
        else
            count_start(&scan, &tag);
    }
    return !scan.over && !tags.ambiguous;
}

/* No "<" of the letter's own is left, but its character references are. */
static void add_flat(struct sb *out, struct sv text)
{
    for (size_t i = 0; i < text.n && out->n < SCAN_BYTES_MAX - 16 && !out->over; i++)
        if (text.p[i] == '<')
            sb_add(out, SV("&lt;"));
        else
            sb_add_char(out, text.p[i]);
}

void html_flatten(struct sv html, struct sb *out)
{
    struct tags tags;
    struct tag tag = {0};
    size_t text = 0, text_end, breaks = 0;
    bool more;
    tags_init(&tags, html);
    do {
        more = tags_next(&tags, &tag, &text_end);
        size_t before = out->n;
        add_flat(out, sv_slice(html, text, text_end));
        bool visible = out->n > before;
        if (more && (tag.classes & TAG_BREAK) && breaks < SCAN_TAGS_MAX - 8 &&
            (visible || tag_is(&tag, "br"))) {
            sb_add(out, SV("<br>"));
            breaks++;
        }
        text = !tag.is_end && (tag.classes & TAG_RAW) && !(tag.classes & TAG_HIDDEN)
                   ? (size_t)(tag.all.p - html.p) + tag.all.n
                   : tags.at;
    } while (more);
}

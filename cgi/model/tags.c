#include "tags.h"

#include "arena.h"
#include "collate.h"
#include "imap_keyword.h"
#include "utf8.h"

static const struct {
    struct sv keyword;
    enum colour colour;
} KNOWN[TAGS_KNOWN] = {
    {{"$label1", 7}, COLOUR_RED},  {{"$label2", 7}, COLOUR_ORANGE}, {{"$label3", 7}, COLOUR_GREEN},
    {{"$label4", 7}, COLOUR_BLUE}, {{"$label5", 7}, COLOUR_PURPLE},
};

static unsigned known_number(struct sv keyword)
{
    for (unsigned i = 0; i < TAGS_KNOWN; i++)
        if (sv_eq_nocase(keyword, KNOWN[i].keyword))
            return i + 1;
    return 0;
}

enum status tags_load(struct session *session, struct arena *arena, struct tags *out)
{
    struct store_tag *rows;
    size_t count, n = TAGS_KNOWN;
    struct tag *list = arena_array(arena, TAGS_MAX, sizeof *list);
    enum status st =
        store_tag_list(session_store(session), session_user(session), arena, &rows, &count);
    if (st != STATUS_OK)
        return st;
    for (unsigned i = 0; i < TAGS_KNOWN; i++)
        list[i] = (struct tag){KNOWN[i].keyword, SV(""), KNOWN[i].colour, i + 1};
    for (size_t i = 0; i < count; i++) {
        unsigned known = known_number(rows[i].keyword);
        struct tag *tag = known ? &list[known - 1] : &list[n++];
        *tag = (struct tag){rows[i].keyword, rows[i].name, colour_of(rows[i].colour), known};
    }
    *out = (struct tags){list, n};
    return STATUS_OK;
}

const struct tag *tag_find(const struct tags *tags, struct sv keyword)
{
    for (size_t i = 0; i < tags->n; i++)
        if (sv_eq_nocase(tags->p[i].keyword, keyword))
            return &tags->p[i];
    return NULL;
}

bool tag_same_name(struct sv a, struct sv b)
{
    char left[2 * STORE_TAG_MAX], right[2 * STORE_TAG_MAX];
    struct sb one, other;
    sb_fixed(&one, left, sizeof left);
    sb_fixed(&other, right, sizeof right);
    collate_fold(&one, a);
    collate_fold(&other, b);
    return !one.over && !other.over && sv_eq(sb_view(&one), sb_view(&other));
}

const struct tag *tag_find_named(const struct tags *tags, struct sv name)
{
    for (size_t i = 0; i < tags->n; i++)
        if (tags->p[i].name.n > 0 && tag_same_name(tags->p[i].name, name))
            return &tags->p[i];
    return NULL;
}

bool tag_is_one(struct sv keyword)
{
    if (known_number(keyword))
        return true;
    return keyword.n > 0 && keyword.p[0] != '$' && keyword.p[0] != '\\' &&
           !sv_eq_nocase(keyword, SV("Forwarded")) && !sv_eq_nocase(keyword, SV("Redirected")) &&
           !sv_starts_nocase(keyword, SV("JunkRecorded"));
}

/* ---- making ---- */

static bool name_valid(struct sv name)
{
    return name.n > 0 && name.n <= TAG_NAME_MAX && !sv_has_control(name) && utf8_valid(name);
}

enum status tag_keyword(struct arena *arena, struct sv name, struct sv *keyword)
{
    struct sv made;
    if (!name_valid(name))
        return STATUS_INVALID;
    enum status st = imap_keyword_of(arena, name, &made);
    if (st == STATUS_OK && (!tag_is_one(made) || made.n > STORE_TAG_MAX))
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        *keyword = made;
    return st;
}

enum status tag_create(struct session *session, struct arena *arena, const struct tags *tags,
                       struct sv name, enum colour colour)
{
    struct sv clean = sv_trim(name), keyword;
    enum status st = tag_keyword(arena, clean, &keyword);
    if (st != STATUS_OK)
        return st;
    if (tag_find_named(tags, clean))
        return STATUS_EXISTS;
    /* as there: a keyword that another name has already gets an A */
    while (tag_find(tags, keyword) && keyword.n < STORE_TAG_MAX)
        keyword = arena_printf(arena, "%.*sA", SV_ARG(keyword));
    const struct store_tag row = {keyword, clean, (int)colour};
    return store_tag_put(session_store(session), session_user(session), &row);
}

enum status tag_change(struct session *session, const struct tags *tags, const struct tag *tag,
                       struct sv name, enum colour colour)
{
    struct sv clean = sv_trim(name);
    bool own_name = tag->known && clean.n == 0; /* the language's */
    if (!own_name && !name_valid(clean))
        return STATUS_INVALID;
    const struct tag *other = clean.n > 0 ? tag_find_named(tags, clean) : NULL;
    if (other && other != tag)
        return STATUS_EXISTS;
    const struct store_tag row = {tag->keyword, clean, (int)colour};
    return store_tag_put(session_store(session), session_user(session), &row);
}

enum status tag_delete(struct session *session, const struct tag *tag)
{
    return store_tag_delete(session_store(session), session_user(session), tag->keyword);
}

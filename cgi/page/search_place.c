#include "search_place.h"

#include "collate.h"
#include "folder_list.h"
#include "zone.h"

enum { PAGE_NUMBER_MAX = 1000 * 1000, FOLDED_MAX = 2000 };

static const char *const SCOPES[SEEK_SCOPES] = {
    [SEEK_ALL] = "all", [SEEK_SUBSCRIBED] = "subscribed", [SEEK_BELOW] = "below"};

const char *search_scope_name(const struct search_place *place)
{
    return place->here ? "here" : SCOPES[place->scope];
}

enum status search_scope_find(struct sv name, struct search_place *place)
{
    for (int i = 0; i < SEEK_SCOPES; i++)
        if (sv_eq(name, sv_of(SCOPES[i]))) {
            place->scope = (enum seek_scope)i;
            place->here = false;
            return STATUS_OK;
        }
    if (!sv_eq(name, SV("here")))
        return STATUS_INVALID;
    place->here = true;
    return STATUS_OK;
}

/* ---- addresses ---- */

struct search_place search_place_read(const struct inputs *query)
{
    uint64_t number;
    struct search_place place = {.q = sv_trim(inputs_get(query, "q")),
                                 .folder = inputs_get(query, "folder"),
                                 .saved = inputs_get(query, "saved"),
                                 .page = 1};
    if (place.folder.n == 0)
        place.folder = SV("INBOX");
    if (search_scope_find(inputs_get(query, "in"), &place) != STATUS_OK)
        place.scope = SEEK_ALL;
    if (sv_to_u64(inputs_get(query, "page"), PAGE_NUMBER_MAX, &number) == STATUS_OK && number > 0)
        place.page = (uint32_t)number;
    return place;
}

struct sv search_place_url(struct arena *arena, const struct search_place *place)
{
    struct sb out;
    sb_init(&out, arena, REQUEST_URI_MAX);
    if (place->here) {
        sb_add(&out, SV("/mail?"));
        query_append(&out, "folder", place->folder);
        if (place->q.n > 0)
            query_append(&out, "q", place->q);
        return sb_view(&out);
    }
    sb_add(&out, SV("/search?"));
    query_append(&out, "q", place->q);
    query_append(&out, "in", sv_of(search_scope_name(place)));
    if (place->scope == SEEK_BELOW || !sv_eq(place->folder, SV("INBOX")))
        query_append(&out, "folder", place->folder);
    if (place->saved.n > 0)
        query_append(&out, "saved", place->saved);
    if (place->page > 1)
        sb_printf(&out, "&page=%u", place->page);
    return sb_view(&out);
}

bool search_place_is_url(struct sv url)
{
    return sv_starts(url, SV("/search?")) && target_is_local(url);
}

struct search_place search_place_of_url(struct arena *arena, struct sv url)
{
    struct inputs query;
    inputs_init(&query, REQUEST_QUERY_MAX);
    if (inputs_decode(&query, arena, sv_slice(url, sizeof "/search?" - 1, url.n)) != STATUS_OK)
        inputs_init(&query, REQUEST_QUERY_MAX);
    return search_place_read(&query);
}

/* ---- dans: ---- */

static struct sv fold(struct arena *arena, struct sv text)
{
    struct sb out;
    sb_init(&out, arena, FOLDED_MAX);
    collate_fold(&out, text);
    return sb_view(&out);
}

static bool resolve_word(struct arena *arena, struct sv in, struct search_place *place)
{
    static const struct {
        const char *word; /* folded */
        enum seek_scope scope;
    } WORDS[] = {{"partout", SEEK_ALL},        {"everywhere", SEEK_ALL},
                 {"tout", SEEK_ALL},           {"all", SEEK_ALL},
                 {"abonnes", SEEK_SUBSCRIBED}, {"subscribed", SEEK_SUBSCRIBED}};
    struct sv folded = fold(arena, in);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (sv_eq(folded, sv_of(WORDS[i].word))) {
            place->scope = WORDS[i].scope;
            return true;
        }
    return false;
}

static bool is_called(struct page *page, const struct folder *folder, struct sv folded)
{
    struct arena *arena = page->arena;
    return sv_eq(fold(arena, folder->name), folded) ||
           sv_eq(fold(arena, folder_label(page, folder, true)), folded) ||
           sv_eq(fold(arena, folder_label(page, folder, false)), folded);
}

bool search_place_resolve(struct page *page, const struct folders *folders,
                          struct search_place *place)
{
    struct query query;
    query_parse(page->arena, place->q, search_today(page), &query);
    if (query.in.n == 0 || resolve_word(page->arena, query.in, place))
        return true;
    struct sv folded = fold(page->arena, query.in);
    for (size_t i = 0; i < folders->n; i++)
        if (is_called(page, &folders->p[i], folded)) {
            place->scope = SEEK_BELOW;
            place->folder = folders->p[i].name;
            return true;
        }
    return false;
}

struct imap_day search_today(const struct page *page)
{
    struct tm now = zone_time(page->dates.zone, page->dates.now);
    return (struct imap_day){now.tm_year + 1900, now.tm_mon + 1, now.tm_mday};
}

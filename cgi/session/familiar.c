#include "familiar.h"

#include "base64.h"
#include "log.h"
#include "table.h"

enum { PRINT_SIZE = 16, PRINT_TEXT = 22, ARENA_BUDGET = 4 * 1024 * 1024 };

#define ROW SV("familiar") /* the preference: fingerprints, the last one first */

static void fingerprint(struct sessions *table, struct sv user, const struct ip *address,
                        char out[PRINT_TEXT + 1])
{
    char room[sizeof address->bytes + STORE_USER_MAX];
    uint8_t mac[SEAL_HASH_SIZE];
    const struct ip line = ip_line(*address);
    struct sb b;
    sb_fixed(&b, room, sizeof room);
    sb_add(&b, (struct sv){(const char *)line.bytes, sizeof line.bytes});
    sb_add(&b, sv_slice(user, 0, STORE_USER_MAX - 1));
    seal_mac(&table->key, "familiar", sb_view(&b), mac);
    sb_fixed(&b, out, PRINT_TEXT + 1);
    base64url_encode(&b, mac, PRINT_SIZE);
}

static struct sv load(struct sessions *table, struct sv user, struct arena *arena)
{
    struct preference *rows;
    size_t count;
    if (user.n == 0 || user.n >= STORE_USER_MAX ||
        store_preferences_get(table->store, user, arena, &rows, &count) != STATUS_OK)
        return SV("");
    for (size_t i = 0; i < count; i++)
        if (sv_eq(rows[i].name, ROW))
            return rows[i].value;
    return SV("");
}

/* Which of them it is, from 0; as many as there are if none. */
static size_t place_of(struct sv prints, const char *print)
{
    size_t i = 0, n = prints.n / PRINT_TEXT;
    while (i < n && memcmp(prints.p + i * PRINT_TEXT, print, PRINT_TEXT) != 0)
        i++;
    return i;
}

bool familiar_is(struct sessions *table, struct sv user, const struct ip *address)
{
    char print[PRINT_TEXT + 1];
    struct arena *arena = arena_new(ARENA_BUDGET);
    struct sv prints = load(table, user, arena);
    fingerprint(table, user, address, print);
    bool found = place_of(prints, print) < prints.n / PRINT_TEXT;
    arena_free(&arena);
    return found;
}

void familiar_note(struct sessions *table, struct sv user, const struct ip *address)
{
    char print[PRINT_TEXT + 1];
    struct sb all;
    struct arena *arena = arena_new(ARENA_BUDGET);
    struct sv prints = load(table, user, arena);
    fingerprint(table, user, address, print);
    size_t at = place_of(prints, print), n = prints.n / PRINT_TEXT;
    if ((at > 0 || n == 0) && user.n > 0 && user.n < STORE_USER_MAX) {
        sb_init(&all, arena, (size_t)(FAMILIAR_MAX + 1) * PRINT_TEXT);
        sb_add(&all, (struct sv){print, PRINT_TEXT});
        for (size_t i = 0, kept = 1; i < n && kept < FAMILIAR_MAX; i++)
            if (i != at) {
                sb_add(&all, sv_slice(prints, i * PRINT_TEXT, (i + 1) * PRINT_TEXT));
                kept++;
            }
        const struct preference row = {ROW, sb_view(&all)};
        if (store_preferences_put(table->store, user, &row, 1) != STATUS_OK)
            log_event(LOG_LEVEL_WARNING, "familiar-not-kept", "code=%s",
                      diagnosis_code(CAUSE_STORE));
    }
    arena_free(&arena);
}

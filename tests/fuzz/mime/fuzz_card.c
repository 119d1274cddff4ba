/* fuzz_card — the first byte chooses a kind of card, the rest is its text, and also what a jail
 * that was taken over might say. What the writer makes is what the reader takes; and no value of
 * either is longer than a card's may be, or has more than one line. */
#include <stdlib.h>

#include "arena.h"
#include "card.h"
#include "content_line.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool right)
{
    if (!right)
        abort();
}

static void card_check(const struct card *card)
{
    for (size_t i = 0; i < card->n; i++) {
        struct sv value = card->items[i].value;
        struct card_time time;
        check(value.n > 0 && value.n <= CARD_VALUE_MAX && !sv_has_control(value));
        if (card->items[i].key == CARD_START)
            check(card_time_read(value, &time) == STATUS_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 1 << 16)
        return 0;
    struct arena *arena = arena_new((size_t)64 << 20);
    enum card_kind kind = (enum card_kind)(data[0] % CARD_KIND_COUNT);
    struct sv bytes = {(const char *)data + 1, size - 1};
    struct sb lines;
    struct card card;
    sb_init(&lines, arena, 1 << 16);
    card_write(arena, kind, utf8_clean(arena, bytes), &lines);
    if (!arena_over(arena)) {
        check(!lines.over && utf8_valid(sb_view(&lines)));
        check(card_read(arena, kind, sb_view(&lines), &card) == STATUS_OK);
        card_check(&card);
    }
    if (card_read(arena, kind, bytes, &card) == STATUS_OK)
        card_check(&card);
    arena_free(&arena);
    return 0;
}

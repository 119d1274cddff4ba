/* What stands of a rule that is applied (model/filter_apply_plan.h) in the store: what is read is
 * written the same again. The first byte chooses the text. */
#include <stdlib.h>

#include "filter_apply_plan.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static void check_plan(struct arena *arena, struct sv text)
{
    struct filter_effect effects[FILTER_EFFECTS_MAX];
    struct filter_plan plan, again;
    if (filter_plan_read(arena, text, &plan) != STATUS_OK)
        return;
    CHECK(plan.folders_n > 0 && plan.rule < plan.set.n);
    struct sv written = filter_plan_write(arena, &plan);
    CHECK(filter_plan_read(arena, written, &again) == STATUS_OK);
    CHECK(sv_eq(filter_plan_write(arena, &again), written));
    for (size_t i = 0; i < plan.folders_n; i++) {
        struct sv folder = plan.folders[i].name;
        size_t n = filter_effects(&plan.set.rules[plan.rule], folder, plan.trash, effects);
        CHECK(n <= FILTER_EFFECTS_MAX);
        for (size_t e = 0; e < n; e++)
            CHECK(filter_effect_place(effects, e, folder).n > 0);
    }
}

static void check_memo(struct arena *arena, struct sv text)
{
    struct filter_memo memo, again;
    if (text.n > 8000 || filter_memo_read(text, &memo) != STATUS_OK)
        return;
    struct sv written = filter_memo_write(arena, &memo);
    CHECK(filter_memo_read(written, &again) == STATUS_OK);
    CHECK(again.folder == memo.folder && again.below == memo.below &&
          sv_eq(again.found, memo.found) && sv_eq(again.arrived, memo.arrived));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct sv text = {(const char *)data + 1, size > 0 ? size - 1 : 0};
    struct filter_part part;
    if (size > 0 && data[0] == 'p')
        check_plan(arena, text);
    else if (size > 0 && data[0] == 'm')
        check_memo(arena, text);
    else if (size > 0)
        (void)!filter_part_read(arena, text, &part);
    arena_free(&arena);
    return 0;
}

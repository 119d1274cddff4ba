/* What a form says about ticked messages: what is read is bounded, and is what is written again. */
#include <stdlib.h>

#include "arena.h"
#include "selection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(128 << 20);
    struct selection s = {0}, again = {0};
    if (selection_add(arena, (struct sv){(const char *)data, size}, &s) == STATUS_OK) {
        if (s.uids > SELECTION_UIDS_MAX || s.n > SELECTION_FOLDERS_MAX)
            abort();
        struct sv text = selection_write(arena, &s, 8 << 20);
        if (selection_add(arena, text, &again) != STATUS_OK || again.uids != s.uids ||
            again.n != s.n)
            abort();
    }
    arena_free(&arena);
    return 0;
}

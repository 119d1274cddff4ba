/* The origin of a draft comes back with the form: what is taken names one message, can be written
 * into a protocol line, and says the same when it is written again. */
#include <stdlib.h>

#include "draft.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1 << 20);
    struct draft_origin origin, again;
    if (draft_origin_read(arena, (struct sv){(const char *)data, size}, &origin) == STATUS_OK) {
        struct sv text = draft_origin_write(arena, &origin);
        if (origin.uid == 0 || origin.folder.n == 0 || sv_has_control(origin.folder) ||
            sv_has_control(origin.nested) || draft_origin_read(arena, text, &again) != STATUS_OK ||
            again.mode != origin.mode || again.uidvalidity != origin.uidvalidity ||
            again.uid != origin.uid || !sv_eq(again.folder, origin.folder) ||
            !sv_eq(again.nested, origin.nested))
            abort();
    }
    arena_free(&arena);
    return 0;
}

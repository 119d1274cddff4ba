/* Any bytes as a script on the server: what is taken for ours is written again as rules that pass.
 */
#include <stdlib.h>

#include "arena.h"
#include "sieve_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    struct sieve_script script;
    struct rule_site site = {.forwarding = true};
    enum sieve_script_kind kind =
        sieve_script_read(arena, (struct sv){(const char *)data, size}, &script);
    if (kind == SIEVE_SCRIPT_FOREIGN && script.set.n > 0)
        abort();
    if (rule_set_check(&script.set, &site).wrong)
        abort();
    if (script.include.n > 0 && !sieve_script_name_valid(script.include))
        abort();
    arena_free(&arena);
    return 0;
}

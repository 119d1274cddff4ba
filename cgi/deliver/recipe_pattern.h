/* recipe_pattern.h — the regular expressions that pass recipe_check.h, inside deliver/. */
#ifndef VM_RECIPE_PATTERN_H
#define VM_RECIPE_PATTERN_H

#include <stdbool.h>

#include "str.h"

struct arena;

/* [".*"] "(" expression ")" ["$"], nothing before and nothing behind. */
bool recipe_pattern_passes(struct sv s);
/* Takes a header's escaped name with ": " behind it off *s; *name is as it stands in a message, in
 * lower case. */
bool recipe_name_takes(struct arena *arena, struct sv *s, struct sv *name);

#endif

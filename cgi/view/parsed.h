/* parsed.h — the templates of one language, parsed and rendered.
 *
 * Parsing a page's templates takes as long as rendering them, so a parsed template is kept for the
 * next page. ClearSilver writes into the tree while it renders: one tree serves one render at a
 * time, and as many are kept as were needed at once, up to a limit. A tree depends on the
 * template's text alone (no template uses evar, or includes by a variable's name): all that a page
 * shows comes from the hdf of its own render, which the tree forgets when that is over.
 */
#ifndef VM_PARSED_H
#define VM_PARSED_H

#include "source.h"

struct parsed_set;
struct _neo_err;
struct _hdf;

/* Of the sources, which outlive it. Never NULL. */
struct parsed_set *parsed_new(const struct source_set *sources);
void parsed_free(struct parsed_set **set);

/* Appends the template FILE ("NAME.cs") with the data of hdf to out. hdf has Config.VarEscapeMode.
 * NULL, or ClearSilver's error, which the caller takes. Thread-safe. */
struct _neo_err *parsed_render(struct parsed_set *set, const char *file, struct _hdf *hdf,
                               struct sb *out) MUST_USE;

#endif

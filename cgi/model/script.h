/* script.h — writing systems in what people and hosts call themselves (UAX 24, UTS 39), and what
 * the eye does not see of it. The one owner of libunistring. All texts are valid UTF-8. */
#ifndef VM_SCRIPT_H
#define VM_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

struct arena;

/* True if some word of the text (a run of letters, marks and digits) mixes scripts in a way that
 * one language does not: anything but one script; Japanese, Chinese or Korean writing with Latin;
 * Latin with one script whose letters look like none of its own (UTS 39 section 5.2, "moderately
 * restrictive", without Armenian). */
bool script_mixed(struct sv text);
/* The same for a text that is one word, whatever separates its letters: a label of a domain. */
bool script_mixed_label(struct sv label);
/* True if the label has letters, none of them is Latin, and all look like Latin ones: it can be
 * read as a word that it is not. Of Cyrillic and Greek. */
bool script_reads_as_latin(struct sv label);

/* True if the text overrides the direction of writing, or turns it where no letter in it is written
 * from right to left, or hides a character inside a word that its script has no use for. */
bool script_hides(struct sv text);

/* The text without the characters that turn the direction of what follows (UAX 9: embeddings,
 * overrides, isolates); itself if it has none. */
struct sv script_undirected(struct arena *arena, struct sv text);
/* The same with U+FFFD in their place: for an address, which must not become another one. */
struct sv script_marked(struct arena *arena, struct sv text);
/* What the text looks like to somebody who reads quickly: compatibility forms replaced (NFKC), the
 * dots of other scripts too, other signs and spaces beyond ASCII become a space, several spaces
 * one, what is not seen is left out, ASCII letters are in lower case. For comparing, not for
 * showing. */
struct sv script_plain(struct arena *arena, struct sv text);

#endif

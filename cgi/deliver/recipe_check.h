/* recipe_check.h — the only lines that procmail gets to see of a file that the webmail wrote.
 *
 * This is a list of what passes, by characters and by places, and knows nothing of how recipes are
 * made: it is written against the day when the webmail is no longer ours. In what passes no program
 * is named, nothing is expanded, no other file is included, and mail goes nowhere but into
 * mailboxes below procmail's MAILDIR and, if the site allows it, to addresses. Every line ends in
 * LF:
 *
 *   file      = *("#" text / "" / flag "=no") *rule
 *   rule      = ":0" *test "{" *step "}" /
 *               ":0" *test "{ }" ":0 E" *test "{" *step "}"
 *   test      = "* " ["! "] ("VM_STOP ?? yes" / ("<" / ">") " " number / "VM ?? ^attachment$" /
 *               "VM ?? ^" field ": " [".*"] "(" expression ")" ["$"])
 *   step      = two spaces and one of these lines, two spaces in front of each line of a recipe
 *               flag "=yes" /
 *               ":0 c" *when path / ":0 c:" *when path / ":0 cw" *when "! " address /
 *               ":0 a" "{ " flag "=yes }" / ":0" *when "{ " flag "=yes }"
 *   when      = "* " ["! "] flag " ?? yes" / "* ! VM ?? ^returned$"
 *   flag      = "VM_" ("TAKEN" / "KEPT" / "REJECTED" / "STOP" / 1*3DIGIT)
 *   field     = "from" / "from address" / "(to|cc)" / "(to|cc) address" / a header's name, escaped
 *   path      = what the layout has: "./.A.B/" in quotes, "./A/B/", "./A/B"; no level is empty, and
 *               those of the latter two begin with no dot
 *   address   = letters, digits and ._+=- around one "@", each side beginning with a letter or
 * digit expression= of single bytes, printable or beyond ASCII, ".", "[…]", "\" and a punctuation,
 * groups,
 *               "|" and the repetitions * + ?
 *
 * No line has a control character or is longer than RECIPE_LINE_MAX, and none holds "^TO" or
 * "^FROM_", which procmail replaces.
 */
#ifndef VM_RECIPE_CHECK_H
#define VM_RECIPE_CHECK_H

#include <stdbool.h>

#include "procmail.h"

struct arena;

enum {
    RECIPE_LINE_MAX = PROCMAIL_LINE_MAX,
    RECIPE_FIELDS_MAX = RULE_COUNT_MAX * RULE_CONDITIONS_MAX,
    RECIPE_GROUPS_MAX = 16 /* parentheses within each other */
};

/* What the tests look at, to be described by mail_lines.h. */
struct recipe_needs {
    struct sv *fields; /* names of header fields in lower case, each once */
    size_t fields_n;
    bool from_addresses, recipient_addresses, attachment;
};

/* STATUS_INVALID, and *line is the number of the first line that does not pass. *recipes is the
 * text without its comments and empty lines. */
enum status recipe_check(struct arena *arena, struct sv text, enum procmail_layout layout,
                         bool forwarding, struct sv *recipes, struct recipe_needs *needs,
                         size_t *line) MUST_USE;

#endif

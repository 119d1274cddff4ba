/* mail_lines.h — a message as the recipes look at it: lines of UTF-8 without control characters.
 *
 *   "checked"                    always the first
 *   "returned" "attachment"      facts, and "vacation" if a reply is due (vacation_reply.h); no
 * header field can be taken for one, since they have no ": " "from address: a@b"          one for
 * each address, as rule.h compares them; a header's name has "to address: a@b"            no space
 * in it "cc address: a@b" "subject: Réunion"           fields, their names in lower case, unfolded
 * and decoded
 *
 * Only what the recipes need. They are for an environment variable of procmail's, whose LINEBUF has
 * to be larger than MAIL_LINES_MAX.
 */
#ifndef VM_MAIL_LINES_H
#define VM_MAIL_LINES_H

#include "mail_read.h"
#include "recipe_check.h"

enum {
    MAIL_LINES_MAX = 60 * 1024, /* lines beyond it are left out */
    MAIL_ADDRESSES_MAX = 200    /* of one kind */
};

struct sv mail_lines_write(struct arena *arena, const struct mail *mail,
                           const struct recipe_needs *needs, bool reply_is_due);

#endif

/* account.h — by which name an account is known here, however its user has typed it at sign-in.
 *
 * What a user has chosen and what is under way for him (preferences, jobs, sends) is kept under the
 * login as the IMAP server took it. These two names are for what must not depend on the spelling:
 * who may come in and how often he may try, who is in, how much he sends, what he is told of.
 */
#ifndef VM_ACCOUNT_H
#define VM_ACCOUNT_H

#include "str.h"

/* session_account(): to look something up or to count by. Blanks around it off, ASCII letters
 * small, without the site's own domain. Two accounts may share one where a mail server tells
 * capitals apart, so that nothing may be opened by it alone. */
struct sv account_short(struct sv user, struct sv domain, struct arena *arena);

/* What a second factor belongs to: the same, completed with the site's domain instead.
 * STATUS_INVALID for a name that a mail server might take for another one by rules that we do not
 * know: with a blank, a quotation mark, or anything but printable ASCII. Names that differ
 * otherwise are different accounts; a mail server that thinks else (conf/vaguemestre.conf,
 * second.required) must refuse all spellings but one. */
enum status account_full(struct sv user, struct sv domain, struct arena *arena,
                         struct sv *out) MUST_USE;

#endif

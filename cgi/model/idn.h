/* idn.h — internationalised domain names (IDNA 2008, RFC 5890): their two forms. The one owner of
 * libidn2. */
#ifndef VM_IDN_H
#define VM_IDN_H

#include "str.h"

struct arena;

/* The domain with its "xn--" labels in letters, lower case. What cannot be read so (no valid
 * punycode, letters that no name may have) is the domain as it stands. */
struct sv idn_letters(struct arena *arena, struct sv domain);
/* The domain as it travels, in ASCII; as it stands if it has no such form. */
struct sv idn_ascii(struct arena *arena, struct sv domain);

#endif

/* codepage.h — text whose charset is a number of Windows (a code page), as TNEF and RTF say it.
 *
 * The converters of a set are opened together, before lock-down; afterwards it opens nothing.
 */
#ifndef VM_CODEPAGE_H
#define VM_CODEPAGE_H

#include "str.h"

enum { CODEPAGE_UTF16 = 1200, CODEPAGE_UTF8 = 65001 };

struct codepages;

struct codepages *codepages_open(void); /* never NULL */
void codepages_close(struct codepages **set);

/* The charset label of a code page; NULL if it is not known. */
const char *codepage_label(uint32_t page);

/* Appends bytes of that code page as UTF-8; what is invalid in it becomes U+FFFD. A page that is
 * unknown, 0 among them, is guessed (charset.h). */
void codepages_add(struct codepages *set, uint32_t page, struct sv bytes, struct sb *out);

#endif

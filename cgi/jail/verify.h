/* verify.h — the parent's own look at what the child made, in case the child was taken over. */
#ifndef VM_VERIFY_H
#define VM_VERIFY_H

#include "str.h"

/* True if html is one <div class="vm-letter...">, valid UTF-8, of elements and attributes that the
 * sanitiser writes, in the form in which it writes them; and, unless allow_remote, without an image
 * from elsewhere. Linear, no memory. */
bool verify_document(struct sv html, bool allow_remote);

/* True for the URL of a page or an image elsewhere, as the sanitiser writes it. */
static inline bool verify_is_remote(struct sv url)
{
    return sv_starts(url, SV("https://")) || sv_starts(url, SV("http://"));
}

/* A file's name: as verify_text(), on one line. */
bool verify_name(struct sv name);

/* Valid UTF-8 without control characters but LF and HT. */
bool verify_text(struct sv text);

#endif

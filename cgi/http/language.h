/* language.h — which of our languages a browser would rather read (RFC 9110 12.5.4). */
#ifndef VM_LANGUAGE_H
#define VM_LANGUAGE_H

#include "str.h"

/* Index of the best of `offered` ("fr", "en") for an Accept-Language header; `otherwise` if it
 * names none of them. "fr-CA" asks for "fr" too; q=0 forbids; equal weights: the first named wins.
 */
size_t language_choose(struct sv accept, const struct sv *offered, size_t count, size_t otherwise);

#endif

/* css_property.h — the properties that a letter may set, and what each of them takes. */
#ifndef VM_CSS_PROPERTY_H
#define VM_CSS_PROPERTY_H

#include "str.h"

/* Appends "name:value" in canonical form, nothing if the property is not allowed or the value does
 * not fit its grammar. Sets *coloured if it is a colour. */
bool css_property_write(struct sv name, struct sv value, struct sb *out, bool *coloured);

#endif

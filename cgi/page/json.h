/* json.h — what our own scripts are answered in (RFC 8259). */
#ifndef VM_JSON_H
#define VM_JSON_H

#include "str.h"

/* Appends a string with its quotes, fit for a script element too. */
void json_add_string(struct sb *out, struct sv text);

#endif

/* cbor.h — whether CBOR (RFC 8949) from a stranger may be read at all: libcbor believes the lengths
 * that stand in it and asks for as much memory. */
#ifndef VM_CBOR_H
#define VM_CBOR_H

#include "str.h"

enum { CBOR_DEPTH = 4 };

/* True if these are whole items, one behind the other, none of which claims more than is there:
 * only what authenticators write (CTAP2's canonical form: no indefinite lengths, no tags, no
 * floating-point numbers), CBOR_DEPTH deep at most. */
bool cbor_sound(struct sv bytes);

#endif

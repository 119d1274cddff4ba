/* second_seal.h — the insides shared by second.c and second_key.c: what the store holds of a second
 * factor is sealed under the server's key, for its account and one purpose. */
#ifndef VM_SECOND_SEAL_H
#define VM_SECOND_SEAL_H

#include "table.h"

enum status second_seal(struct sessions *sessions, struct sv account, struct sv purpose,
                        struct sv text, struct sb *out) MUST_USE;
/* STATUS_DENIED, logged: nobody sealed that so. The second factor then opens nothing: no key, no
 * entry. */
enum status second_unseal(struct sessions *sessions, struct sv account, struct sv purpose,
                          struct sv sealed, struct sb *out) MUST_USE;

#endif

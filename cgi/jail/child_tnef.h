/* child_tnef.h — one winmail.dat: transfer encoding, TNEF, the texts in it as plain text. */
#ifndef VM_CHILD_TNEF_H
#define VM_CHILD_TNEF_H

#include "child_body.h"
#include "codepage.h"
#include "flow.h"

/* Reads `encoded` to its end as a stream; result->content is a list of the form of tnef_list.h. */
void tnef_convert(const struct body_request *request, struct source encoded,
                  struct codepages *pages, struct arena *arena, struct body_result *result);

#endif

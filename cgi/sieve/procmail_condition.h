/* procmail_condition.h — one condition of a rule as a line of a recipe, inside sieve/. */
#ifndef VM_PROCMAIL_CONDITION_H
#define VM_PROCMAIL_CONDITION_H

#include "rule.h"

/* Appends "* VM ?? ^subject: .*(value)" and a line end; with `inverted` it holds where the
 * condition does not. At most PROCMAIL_LINE_MAX bytes. */
void procmail_condition_add(struct sb *out, const struct rule_condition *condition, bool inverted);

#endif

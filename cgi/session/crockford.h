/* crockford.h — Crockford's base 32, for what people copy from paper or from another screen: no
 * letter in it looks like a digit, and those that do are read as the digit. */
#ifndef VM_CROCKFORD_H
#define VM_CROCKFORD_H

/* value: 0 to 31 */
char crockford_letter(unsigned value);
/* Of either case, O, I and L as they look. -1: it stands for none. */
int crockford_value(char c);

#endif

/* sorted.h — where something stands in rows that are in order, as bsearch() (which tells one of
 * several equal ones, or none). */
#ifndef VM_SORTED_H
#define VM_SORTED_H

#include <stddef.h>
#include <stdint.h>

/* As bsearch() takes it: below 0 if the key comes before the row, 0 if they are equal, else above.
 */
typedef int sorted_order(const void *key, const void *row);

/* The first of n rows of `size` bytes that does not come before the key; n if all do. */
size_t sorted_place(const void *key, const void *rows, size_t n, size_t size, sorted_order *order);

/* The same for numbers in ascending order. */
size_t sorted_place_u32(uint32_t key, const uint32_t *numbers, size_t n);
/* Of numbers that are all different; SIZE_MAX if it is not among them. */
size_t sorted_find_u32(uint32_t key, const uint32_t *numbers, size_t n);
/* For sorted_place(), bsearch() and qsort(), where each row begins with such a number. */
int sorted_by_u32(const void *key, const void *row);

#endif

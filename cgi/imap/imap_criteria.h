/* imap_criteria.h — search criteria as a command's words, inside imap/. */
#ifndef VM_IMAP_CRITERIA_H
#define VM_IMAP_CRITERIA_H

#include "imap_search.h"
#include "imap_talk.h"

/* True if some text is not ASCII, so that a charset must be told. */
bool criteria_need_charset(const struct imap_criteria *criteria);
/* Appends them; NULL is ALL. What may not be sent makes the batch's status STATUS_INVALID or
 * STATUS_TOO_LARGE. */
void criteria_add(struct imap_batch *batch, const struct imap_criteria *criteria);

/* If a BAD may be FUZZY's fault: marks it as missing, and the caller asks again. */
bool criteria_fuzzy_missed(struct imap_batch *batch, size_t command,
                           const struct imap_criteria *criteria);

/* n messages have been found. True if FUZZY was asked and had never found any on this connection:
 * servers advertise it whether or not there is an index, and without one it finds nothing. Then the
 * caller asks again and says with criteria_fuzzy_settle() how many there were: if FUZZY has found
 * nothing (or cannot be told from what else has) it is marked as missing meanwhile, else what the
 * index may not have yet is read, too, as it is from then on. */
bool criteria_fuzzy_again(struct imap *imap, const struct imap_criteria *criteria, size_t n);
void criteria_fuzzy_settle(struct imap *imap, const struct imap_criteria *criteria, size_t n);

#endif

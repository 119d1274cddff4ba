/* folder_size.h — how large a folder is, on its page, where the server must be asked for the size
 * of each message: that is costly work (costly.h), and what has come of it is kept for a moment. */
#ifndef VM_FOLDER_SIZE_H
#define VM_FOLDER_SIZE_H

#include "folder_one.h"

/* Measures it if the address asks for that (size=1) and the server cannot tell at once. one->imap
 * is another one afterwards. As page_costly(). */
enum status folder_size_measure(struct folder_one *one, bool *waiting) MUST_USE;
/* What has been measured of late; false: nothing. */
bool folder_size_measured(const struct folder_one *one, uint64_t *bytes);

#endif

/* text_files.h — the files that stand in the text of a part (mime/enclosed.h), taken from the
 * server while they stream. The jail lists them; their bytes never pass through it. */
#ifndef VM_TEXT_FILES_H
#define VM_TEXT_FILES_H

#include "enclosed.h"
#include "imap_fetch.h"

/* Hands every file in a part of the selected mailbox to taker, in the order in which the jail lists
 * them. The server's failures, and the taker's. */
enum status text_files_read(struct imap *imap, const struct imap_call *call, uint32_t uid,
                            const struct imap_part *part, struct enclosed_taker taker) MUST_USE;

/* A name as taker.begin() is told it: UTF-8, one line. */
struct sv text_files_name(struct arena *arena, struct sv raw);

#endif

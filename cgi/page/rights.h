/* rights.h — what the reader may do in a folder, as the page's buttons need it. */
#ifndef VM_RIGHTS_H
#define VM_RIGHTS_H

#include "folder.h"
#include "imap_acl.h"
#include "page.h"

/* The reader's rights in a folder: everything where the server has no ACL or will not tell. Only a
 * folder of somebody else is asked about; with `ask`, any. */
enum status rights_load(struct page *page, struct imap *imap, const struct folder *folder, bool ask,
                        unsigned *bits) MUST_USE;
/* Of the selected mailbox, into the flags no_seen, no_write (flags and tags), no_remove (delete,
 * move away) and no_file (put messages in) of a node: what is set is not offered. */
enum status rights_fill(struct page *page, struct imap *imap, const struct folder *folder,
                        struct node node) MUST_USE;

#endif

/* chosen.h — which messages an export or a copy for the journey is about: folder (raw name; empty
 * for all folders), and of it, with v (UIDVALIDITY), either uids ("1:5,9") or, with all=1, those of
 * the folder or of a search in it (q, only) that were there when it said uidnext. */
#ifndef VM_CHOSEN_H
#define VM_CHOSEN_H

#include "folder.h"
#include "imap_set.h"
#include "page.h"
#include "place.h"

enum {
    CHOSEN_MAX = 100000, /* named by their UIDs */
    CHOSEN_TEXT_MAX = 6000,
    CHOSEN_ALL_MAX = 1000 * 1000
};

struct chosen {
    const struct folder *folder; /* NULL: all folders */
    bool some;                   /* not the whole folder */
    uint32_t uidvalidity;        /* with some */
    bool all;                    /* as above: */
    struct sv q;
    enum place_only only;
    uint32_t uidnext;      /* 0: any */
    struct imap_uids uids; /* ascending; with all after chosen_find() */
};

/* From the request's query. STATUS_NOT_FOUND: there is no such folder that holds messages;
 * STATUS_INVALID. No server is asked. */
enum status chosen_read(struct page *page, const struct folders *folders,
                        struct chosen *out) MUST_USE;
/* Where a list of them is: for opening.h, and for the query. */
struct place chosen_place(const struct chosen *chosen);
/* The folder, selected for reading only, is the one that was meant, and with `all` the UIDs are
 * known. STATUS_CHANGED with CAUSE_MAILBOX_CHANGED; STATUS_TOO_LARGE beyond CHOSEN_ALL_MAX. */
enum status chosen_find(struct page *page, struct imap *imap, struct chosen *chosen) MUST_USE;
/* The fields that mean the same again, as the list of nodes Fields.N (name, value) of `node`. */
void chosen_put_fields(struct page *page, struct node node, const struct chosen *chosen);

#endif

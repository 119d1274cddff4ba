/* folder_one.h — what the two files of the page /folder share. */
#ifndef VM_FOLDER_ONE_H
#define VM_FOLDER_ONE_H

#include "folder_list.h"
#include "imap_acl.h"

struct folder_one {
    struct page *page;
    struct imap *imap;
    struct imap_call call;
    struct folders folders;
    const struct folder *folder;
    unsigned rights;     /* enum imap_right: the reader's own */
    struct imap_acl acl; /* known if he may see it */
    bool acl_known;
    const char *error; /* a place in the view for the sentence: "Folder.error"… */
    struct sv error_text;
};

/* The levels that the form of shares offers, from nothing much to everything. */
enum share_level { SHARE_READ, SHARE_MARK, SHARE_FILE, SHARE_ALL, SHARE_LEVELS };
extern const char *const share_level_names[SHARE_LEVELS];
extern const unsigned share_level_rights[SHARE_LEVELS];
/* The level of exactly these rights; SHARE_LEVELS: none of them. */
enum share_level share_level_of(struct imap_rights rights);

/* Whether the folder can be renamed and moved, emptied, deleted by this reader. */
bool folder_one_may_place(const struct folder_one *one);
bool folder_one_may_remove(const struct folder_one *one);
/* Whether it goes to Trash: not one in there, and not where the server cannot. */
bool folder_one_may_discard(const struct folder_one *one);

/* Renders the page. */
enum status folder_one_show(struct folder_one *one, unsigned code) MUST_USE;

#endif

/* listing_all.h — choosing all messages of a folder or a search, not only those of one page. */
#ifndef VM_LISTING_ALL_H
#define VM_LISTING_ALL_H

#include "place.h"

struct listing_all {
    const struct place *place;
    const struct listing *rows;
    uint32_t uidnext; /* what the folder gets from now on is not meant */
    bool chosen;      /* they are chosen now */
};

/* True if the request asks for the list with all of them chosen. */
bool listing_all_asked(const struct page *page);
/* One of All.Fields: what the form sends along so that all are meant. */
void listing_all_field(struct node all, size_t index, const char *name, struct sv value);
/* Fills Listing.All of templates/listing.cs. */
void listing_all_put(struct page *page, struct node listing, const struct listing_all *all);

#endif

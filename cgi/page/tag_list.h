/* tag_list.h — tags on pages: beside a message, in menus, and as a way to the messages that have
 * one. */
#ifndef VM_TAG_LIST_H
#define VM_TAG_LIST_H

#include "page.h"
#include "place.h"
#include "tags.h"

/* Fills Tags.N of the root: label, keyword, colour, url (the messages of the place's folder that
 * have it), current (the flag: these are shown). The tags are kept for the functions below. */
enum status tag_list_fill(struct page *page, const struct place *place, struct tags *tags) MUST_USE;
/* Fills Tags.N of a message's node: label, colour. tags: may be empty. */
void tag_list_put(struct page *page, struct node node, const struct tags *tags,
                  const struct sv *keywords, size_t count);
/* A tag's name in the reader's language; a keyword without a name is its own. */
struct sv tag_list_name(struct page *page, const struct tags *tags, struct sv keyword);
/* The same when the tags have not been read yet. */
struct sv tag_list_label(struct page *page, struct sv keyword);
/* What was typed into the search field with the keywords in place of the tags' names, which are the
 * reader's own or of the language: the search itself knows keywords only. */
struct sv tag_list_query(struct page *page, struct sv q);
/* "/mail?folder=…&q=étiquette:…" */
struct sv tag_list_url(struct page *page, struct sv folder, struct sv keyword);

#endif

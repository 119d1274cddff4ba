/* imap_listing.h — LIST, LSUB and STATUS replies gathered into folders, inside imap/. */
#ifndef VM_IMAP_LISTING_H
#define VM_IMAP_LISTING_H

#include "imap_folders.h"
#include "imap_talk.h"

struct listing {
    struct arena *arena;
    struct imap_folder *p;
    struct sv *wire; /* in step with p: the name as the server writes it */
    bool *told;      /* in step with p: \HasChildren or \HasNoChildren was given */
    size_t n, room;
    size_t cursor; /* where the last STATUS was, since they come in the order of the list */
};

/* For imap_listener.reply; the context is a struct listing. */
bool listing_reply(void *context, struct imap *imap, struct sv name, uint32_t number);
/* Guesses the special uses that nobody told, and finds out who has children. */
void listing_complete(struct listing *all);
/* The attribute's name in RFC 6154 ("\Sent"), NULL for those that it does not have. */
const char *use_attribute(enum imap_use use);

/* A STATUS reply's counts, from its '(' on. */
void counts_read(struct imap_lexer *lexer, struct imap_counts *counts);

#endif

/* imap_fetch.h — reading messages of the selected mailbox. Nothing here sets \Seen. */
#ifndef VM_IMAP_FETCH_H
#define VM_IMAP_FETCH_H

#include "flow.h"
#include "imap.h"
#include "imap_message.h"
#include "imap_set.h"

enum imap_item {
    IMAP_ITEM_FLAGS = 1 << 0,
    IMAP_ITEM_DATE = 1 << 1, /* INTERNALDATE */
    IMAP_ITEM_SIZE = 1 << 2, /* costs 55 to 88 ms on a cold Maildir of 70,000 messages */
    IMAP_ITEM_ENVELOPE = 1 << 3,
    IMAP_ITEM_STRUCTURE = 1 << 4, /* BODYSTRUCTURE */
    IMAP_ITEM_PREVIEW = 1 << 5,   /* left out where the server has no PREVIEW */
    IMAP_ITEM_MODSEQ = 1 << 6,    /* left out where it has no CONDSTORE */
    IMAP_ITEM_FIELDS = 1 << 7     /* set in imap_message.got when fields came */
};

struct imap_items {
    unsigned bits;    /* enum imap_item */
    struct sv fields; /* header names parted by single spaces, "REFERENCES LIST-POST", or empty */
    uint32_t fields_most; /* bytes of them, the rest is left out; 0: all, up to IMAP_STRING_MAX */
    uint32_t people_most; /* addresses in each field of an envelope, the rest is left out; 0: all,
                             up to IMAP_ADDRESSES_MAX. For many messages at once: thousands in each
                             are beyond any arena */
};

struct imap_messages {
    const struct imap_message *p;
    size_t n;
};

struct imap_window {
    uint32_t skip;  /* messages before the window */
    uint32_t count; /* at most IMAP_MESSAGES_MAX */
    bool newest_first;
    bool refresh; /* hear first what has changed (in the same round trip); not needed when another
                     operation than a fetch, store or search ran in the same request */
};

/* A window in arrival order. The messages come in the window's order; *total is how many the
 * mailbox holds now. A window beyond the end is empty. */
enum status imap_fetch_window(struct imap *imap, const struct imap_call *call,
                              const struct imap_window *window, const struct imap_items *items,
                              struct imap_messages *messages, uint32_t *total) MUST_USE;

/* These messages, in the order of uids; those that no longer exist are left out. */
enum status imap_fetch_uids(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                            const struct imap_items *items,
                            struct imap_messages *messages) MUST_USE;

/* UIDs of the messages from UID `first` on, ascending. */
enum status imap_fetch_new_uids(struct imap *imap, const struct imap_call *call, uint32_t first,
                                struct imap_uids *uids) MUST_USE;

/* A piece of a message and where it goes. */
struct imap_section {
    struct sv name; /* "" (the whole message), "HEADER", "TEXT", "2.1", "2.1.MIME", "2.HEADER" */
    uint64_t start; /* from this byte on */
    uint64_t count; /* so many bytes; 0: to the end */
    /* Told the number of bytes before the first one; may be NULL. Its failure is the sink's. */
    enum status (*begin)(void *context, uint64_t size);
    struct sink sink; /* context also serves begin() */
};

/* Several sections of one message in one command. They arrive in the server's order, usually that
 * of the array. STATUS_NOT_FOUND: the message is gone, or the server has no such section (the
 * others have arrived). A sink's failure is returned; what is left of a long section makes the
 * connection unusable. */
enum status imap_fetch_sections(struct imap *imap, const struct imap_call *call, uint32_t uid,
                                const struct imap_section *sections, size_t count) MUST_USE;

/* One section into the arena, at most `most` bytes of it: *whole tells whether that was all. */
enum status imap_fetch_text(struct imap *imap, const struct imap_call *call, uint32_t uid,
                            struct sv section, size_t most, struct sv *text, bool *whole) MUST_USE;

#endif

/* imap_search.h — finding and ordering messages of the selected mailbox (RFC 3501 6.4.4, 4731,
 * 5256, 5267, 6203, 9394). */
#ifndef VM_IMAP_SEARCH_H
#define VM_IMAP_SEARCH_H

#include "imap.h"
#include "imap_set.h"

enum imap_key {
    IMAP_KEY_ALL,        /* every message */
    IMAP_KEY_AND,        /* all of its children; none: every message */
    IMAP_KEY_OR,         /* any of its children; none: no message */
    IMAP_KEY_NOT,        /* not (all of its children) */
    IMAP_KEY_FROM,       /* text */
    IMAP_KEY_TO,         /* text */
    IMAP_KEY_CC,         /* text */
    IMAP_KEY_BCC,        /* text */
    IMAP_KEY_SUBJECT,    /* text */
    IMAP_KEY_BODY,       /* text */
    IMAP_KEY_TEXT,       /* text: header or body */
    IMAP_KEY_HEADER,     /* field, text; empty text: the field is there */
    IMAP_KEY_SINCE,      /* day: INTERNALDATE on that day or later */
    IMAP_KEY_BEFORE,     /* day: earlier than that day */
    IMAP_KEY_ON,         /* day */
    IMAP_KEY_SENT_SINCE, /* day: by the Date field */
    IMAP_KEY_SENT_BEFORE,
    IMAP_KEY_SENT_ON,
    IMAP_KEY_LARGER,   /* number: bytes */
    IMAP_KEY_SMALLER,  /* number: bytes */
    IMAP_KEY_FLAG,     /* number: one enum imap_flag */
    IMAP_KEY_KEYWORD,  /* text: an atom */
    IMAP_KEY_UID_FROM, /* number: a UID; it and all later ones, and always the last message */
    IMAP_KEY_UIDS,     /* uids: STATUS_TOO_LARGE if they need more than IMAP_SET_MAX bytes */
    IMAP_KEY_RANGE     /* the UIDs from first to last, both included; last at least first, not 0 */
};

struct imap_day {
    int year;  /* 1900 to 9999 */
    int month; /* 1 to 12 */
    int day;
};

struct imap_criteria {
    enum imap_key key;
    struct sv text;  /* UTF-8; control characters are STATUS_INVALID */
    struct sv field; /* a header's name */
    struct imap_day day;
    uint64_t number;
    struct imap_uids uids;
    uint32_t first, last;
    /* IMAP_KEY_TEXT and _BODY: asked of the server's full-text index (FUZZY, RFC 6203) where it has
     * one; it finds words where a plain search finds pieces of them. What has come lately is read
     * all the same. */
    bool fuzzy;
    const struct imap_criteria *children; /* first of a list linked by next */
    const struct imap_criteria *next;
};

enum imap_order {
    IMAP_ORDER_ARRIVAL, /* INTERNALDATE */
    IMAP_ORDER_DATE,    /* the Date field */
    IMAP_ORDER_FROM,
    IMAP_ORDER_TO,
    IMAP_ORDER_CC,
    IMAP_ORDER_SUBJECT,
    IMAP_ORDER_SIZE
};

struct imap_sorting {
    enum imap_order order;
    bool descending;
};

/* True if the server's full-text index is asked for some of it, and has found something on this
 * connection. */
bool imap_search_by_index(const struct imap *imap, const struct imap_criteria *criteria);
/* UIDs in ascending order. criteria NULL: every message. STATUS_UNSUPPORTED with text beyond ASCII
 * where the server refuses UTF-8. */
enum status imap_search(struct imap *imap, const struct imap_call *call,
                        const struct imap_criteria *criteria, struct imap_uids *uids) MUST_USE;
/* How many there are. */
enum status imap_search_count(struct imap *imap, const struct imap_call *call,
                              const struct imap_criteria *criteria, uint32_t *count) MUST_USE;

struct imap_sorted {
    struct imap_uids uids; /* the window asked for, or everything: see whole */
    uint32_t total;
    bool whole; /* uids holds all of them: the server cannot give windows, so keep them and cut */
};

/* The window [skip, skip + count) of the messages in that order; count 0: all.
 * STATUS_UNSUPPORTED: the server cannot sort, or not what these criteria mean. */
enum status imap_sort(struct imap *imap, const struct imap_call *call, struct imap_sorting sorting,
                      const struct imap_criteria *criteria, uint32_t skip, uint32_t count,
                      struct imap_sorted *sorted) MUST_USE;

#endif

/* listing.h — one page of a folder or of a search, as rows to show. */
#ifndef VM_LISTING_H
#define VM_LISTING_H

#include "folder.h"
#include "imap_fetch.h"
#include "order.h"

enum { LISTING_LABELS_MAX = 5, LISTING_RECIPIENTS_MAX = 3 };

struct listing_row {
    uint32_t uid;
    unsigned flags;    /* enum imap_flag */
    bool attachment;   /* has at least one (attachment.h) */
    bool veiled;       /* hidden on this connection (imap_veil): there is nothing to show of it */
    struct sv who;     /* sender; recipients where the request says so; may be empty */
    struct sv doubt;   /* the sender's address, if the name or the address is not what it
                          looks like (identity.h); else empty */
    struct sv subject; /* may be empty */
    struct sv preview; /* empty where the server has none at hand */
    int64_t date;      /* arrival; the Date field when ordered by it */
    uint32_t unread;   /* how many messages of the row are */
    uint32_t opens;    /* the message that a click shows: this one, or, of a conversation, the
                          first unread one */
    struct imap_uids thread; /* a conversation's messages, ascending (then uid is the first one,
                                the flags are those of all, the rest is the newest one's); none:
                                the row is a message */
    const struct sv *labels; /* keywords that are tags (tags.h), not those of programs */
    size_t label_count;      /* at most LISTING_LABELS_MAX */
};

struct listing {
    uint32_t uidvalidity;
    uint32_t total;
    uint32_t skip;            /* as asked, or that of the last page when it was beyond the end */
    bool indexed, cut;        /* as order_window's */
    uint32_t threads_uidnext; /* of conversations: threads_window.uidnext */
    struct listing_row *rows;
    size_t n;
};

struct listing_request {
    struct sv folder;
    bool recipients;      /* who is the recipients: in Sent and Drafts */
    struct sv own_domain; /* the reader's */
    struct order_request order;
    uint32_t skip, count;
    bool refresh; /* no other command has run on this connection in this request */
};

enum { LISTING_PEOPLE = 20 }; /* addresses of each field that are asked for: more than are shown */
/* What a row asks for, and one row of it. */
extern const struct imap_items LISTING_ITEMS;
struct listing_row listing_row_of(struct arena *arena, const struct listing_request *request,
                                  const struct imap_message *message);
/* "Anne Lefèvre", or the address of one without a name. */
struct sv listing_name(struct arena *arena, const struct imap_address *address);

/* What only the folder list tells. folder: the request's, or NULL if it is not in the list. */
void listing_request_meet(struct listing_request *request, const struct folder *folder);

/* The page. Selects the folder. In arrival order without a query this is one FETCH. */
enum status listing_load(struct session *session, struct imap *imap, const struct imap_call *call,
                         const struct listing_request *request, struct listing *listing) MUST_USE;

/* These messages of the selected mailbox as rows, in the order of uids; those that no longer exist
 * are left out. Of the request only what rows need: recipients, own_domain. */
enum status listing_rows(struct imap *imap, const struct imap_call *call,
                         const struct listing_request *request, struct imap_uids uids,
                         struct listing *listing) MUST_USE;

#endif

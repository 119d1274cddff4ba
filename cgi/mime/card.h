/* card.h — what a calendar, a contact or a report says, as a short list of plain facts.
 *
 * card_write() runs where hostile bytes may do no harm and makes lines "key TAB value LF" of them;
 * card_read() runs elsewhere and believes none of it: keys, how often each may stand, lengths and
 * the form of every value are checked. Values are UTF-8 on one line without control characters. No
 * value is markup, and none is a sentence in anybody's language but those that people wrote.
 */
#ifndef VM_CARD_H
#define VM_CARD_H

#include <stdbool.h>

#include "str.h"

struct arena;

enum card_kind {
    CARD_CALENDAR, /* text/calendar (RFC 5545, 5546): one event */
    CARD_CONTACT,  /* text/vcard (RFC 6350), and vCard 2.1 and 3.0: one person */
    CARD_REPORT,   /* message/delivery-status (RFC 3464), disposition-notification (RFC 8098) */
    CARD_KIND_COUNT
};

enum card_key {
    /* calendar */
    CARD_METHOD, /* publish request reply add cancel refresh counter declinecounter */
    CARD_STATE,  /* confirmed tentative cancelled */
    CARD_SUMMARY,
    CARD_START, /* a time (below) */
    CARD_END,   /* a time; where the calendar gave a duration it is computed */
    CARD_PLACE,
    CARD_ORGANIZER,
    CARD_ATTENDEES, /* how many */
    CARD_ANSWER,    /* of a reply: accepted declined tentative delegated */
    CARD_ANSWERER,
    CARD_REPEAT,       /* daily weekly monthly yearly other */
    CARD_REPEAT_EVERY, /* 2: every other day, week… */
    CARD_REPEAT_COUNT,
    CARD_REPEAT_UNTIL, /* a time */
    CARD_DESCRIPTION,
    /* contact */
    CARD_NAME,
    CARD_ORGANIZATION,
    CARD_TITLE,
    CARD_PHONE,
    CARD_EMAIL,
    CARD_POSTAL,
    CARD_NOTE,
    /* report */
    CARD_REPORTER,  /* the server or program that reports */
    CARD_RECIPIENT, /* what follows, up to the next one, is about this one */
    CARD_ACTION,    /* failed delayed delivered relayed expanded; displayed deleted dispatched
                       processed    denied */
    CARD_CODE,      /* "5.1.1" (RFC 3463) */
    CARD_REASON,    /* the server's own words */
    CARD_SERVER,    /* whose words they are */
    /* all: how many further events, persons, recipients are not shown */
    CARD_MORE,
    CARD_KEY_COUNT
};

enum { CARD_ITEMS_MAX = 80, CARD_VALUE_MAX = 1000 };

struct card_item {
    enum card_key key;
    struct sv value;
};

struct card {
    struct card_item *items;
    size_t n;
};

/* Appends the lines for a text in valid UTF-8. Nothing if the text holds no such thing. */
void card_write(struct arena *arena, enum card_kind kind, struct sv text, struct sb *out);
/* STATUS_INVALID if anything is not as card_write() makes it. Values are views of lines; they are
 * valid UTF-8 if lines is. An empty card is one of no items. */
enum status card_read(struct arena *arena, enum card_kind kind, struct sv lines,
                      struct card *out) MUST_USE;
/* The first item with that key, or the empty view. */
struct sv card_get(const struct card *card, enum card_key key);

/* A time of a calendar: "20261124" (a day), "20261124T140000Z" (UTC), "20261124T140000" (on the
 * clock of whoever reads), "20261124T140000 Europe/Paris" (on the clock of a place). */
struct card_time {
    int64_t at; /* seconds since 1970 of that calendar, read as if it were UTC */
    bool day;   /* no time */
    bool utc;
    struct sv zone; /* as the calendar calls it, or empty */
};

enum { CARD_ZONE_MAX = 80 };

enum status card_time_read(struct sv value, struct card_time *out) MUST_USE;
void card_time_write(struct sb *out, const struct card_time *time);

#endif

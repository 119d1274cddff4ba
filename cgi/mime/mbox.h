/* mbox.h — files of many messages (RFC 4155), as they come in and as we write them.
 *
 * What we read is a postmark line ("From sender date"), the message, an empty line, again and
 * again. A line counts as a postmark at the beginning of the file and behind an empty line, if a
 * whole date stands in it (or nothing at all: "From ", as some write it). Content-Length is not
 * looked at: the sender of a letter writes it, and could make the letters behind his own a part of
 * it. In a message one '>' is taken from each line that is "From " behind one or more of them
 * (mboxrd). Lines end as the first line of the message does: where that is CRLF, a lone LF ends one
 * too; where it is LF, a CR before it belongs to the line. What is handed on has CRLF throughout.
 *
 * What we write is mboxrd with LF, and so that reading it gives the very same messages back: four
 * fields stand in front of each (Status, X-Status, X-Keywords, "X-Mbox: mboxrd"), which the reader
 * takes off again if exactly these four stand there in this order; and behind a message whose last
 * line has no end there is no empty line. In other files the first three fields, and Mozilla's, are
 * read for flags and stay in the message.
 */
#ifndef VM_MBOX_H
#define VM_MBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "flow.h"

enum {
    MBOX_POSTMARK_MAX = 512,    /* a longer line is no postmark */
    MBOX_LINE_ROOM = 8 * 1024,  /* longer lines may pass in pieces, and tell no flags then */
    MBOX_QUOTES_MAX = 1000,     /* with so many '>' before it no "From " is taken for a postmark */
    MBOX_KEYWORDS_MAX = 6000,   /* bytes; what is beyond is left out */
    MBOX_MARKS_MAX = 16 * 1024, /* our four fields together */
    MBOX_BUFFER = 32 * 1024
};

enum mbox_flag {
    MBOX_SEEN = 1 << 0,
    MBOX_ANSWERED = 1 << 1,
    MBOX_FLAGGED = 1 << 2,
    MBOX_DELETED = 1 << 3, /* from our own fields only: others' deleted messages come back */
    MBOX_DRAFT = 1 << 4,
};

/* What is known about a message besides its bytes. */
struct mbox_marks {
    struct sv sender;   /* of the postmark; may be empty */
    int64_t date;       /* of the postmark, seconds since 1970; 0: none */
    unsigned flags;     /* enum mbox_flag */
    struct sv keywords; /* parted by single spaces; as they came, unchecked */
};

/* Called in this order for each message; views are valid during the call only. A status other than
 * OK ends the reading with that status. */
struct mbox_handler {
    enum status (*begin)(void *context);
    enum status (*data)(void *context, struct sv piece);
    enum status (*end)(void *context, const struct mbox_marks *marks);
    void *context;
};

struct mbox {
    struct mbox_handler handler;
    bool started;         /* a message is being read */
    bool ours;            /* our fields stand in front of it */
    bool header;          /* its header is being read */
    bool in_line;         /* the beginning of a line has been passed on */
    bool lf;              /* its lines end as the first did: in LF */
    bool first;           /* no line of it has been read */
    bool owes_end;        /* the end of the last line is still to be passed on */
    bool owes_blank;      /* behind that an empty line, which may part it from the next */
    bool owes_cr;         /* that line holds a CR */
    unsigned marks_lines; /* how many of our fields are held */
    size_t marks_n;
    struct mbox_marks here; /* of the message; its views point into the arrays below */
    size_t line_n, sender_n, keywords_n, out_n;
    char line[MBOX_LINE_ROOM];
    char marks[MBOX_MARKS_MAX];
    char sender[MBOX_POSTMARK_MAX];
    char keywords[MBOX_KEYWORDS_MAX];
    char out[MBOX_BUFFER];
};

/* True if a file that begins so is an mbox: its first line is a postmark, or as much of one as is
 * there. */
bool mbox_begins(struct sv head);

void mbox_init(struct mbox *mbox, struct mbox_handler handler);
/* STATUS_INVALID if it does not begin with a postmark. No call may follow a failure. */
enum status mbox_feed(struct mbox *mbox, struct sv piece) MUST_USE;
enum status mbox_finish(struct mbox *mbox) MUST_USE;

/* Writes messages one after the other, each fed in pieces that may be cut anywhere. */
struct mbox_writer {
    struct sink out;
    uint64_t quotes; /* '>'s at the beginning of a line, held */
    size_t matched;  /* of "From " behind them, held */
    bool at_start;   /* of a line: what is held may still have to be quoted */
    bool cr;         /* held: a CR, of which LF may make a line's end */
    size_t n;
    char buffer[MBOX_BUFFER];
};

/* What marks say may hold anything: control characters become spaces, an empty sender
 * MAILER-DAEMON. */
void mbox_writer_init(struct mbox_writer *writer, struct sink out);
enum status mbox_writer_begin(struct mbox_writer *writer, const struct mbox_marks *marks) MUST_USE;
enum status mbox_writer_feed(struct mbox_writer *writer, struct sv piece) MUST_USE;
/* Passes on all that is held. */
enum status mbox_writer_end(struct mbox_writer *writer) MUST_USE;

#endif

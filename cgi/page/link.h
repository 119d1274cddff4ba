/* link.h — the addresses of one message and what belongs to it. */
#ifndef VM_LINK_H
#define VM_LINK_H

#include "body.h"
#include "cards.h"
#include "place.h"

/* Which message a request is about: folder, v, uid, and part where a nested one is read. */
struct target {
    struct sv folder;
    uint32_t uidvalidity, uid;
    struct sv nested;  /* part id of a message/rfc822, or empty */
    bool plain;        /* the reader asked for the text (view=plain) or… */
    bool html;         /* …for the HTML (view=html), whatever the preference */
    bool allow_remote; /* with a token of this session: nobody else can ask for it; never if the
                          preferences say so */
    struct sv charset; /* the reader's own choice, known to charset.h; mostly empty */
};

/* From the request's query. STATUS_INVALID if folder, v or uid is missing or wrong, or the
 * charset is not known. */
enum status target_read(struct page *page, struct target *out) MUST_USE;
/* The same from the fields of a form. */
enum status target_read_from(struct page *page, const struct inputs *inputs,
                             struct target *out) MUST_USE;
/* Takes the connection, selects the folder and compares UIDVALIDITY: STATUS_CHANGED with
 * CAUSE_MAILBOX_CHANGED if it differs. */
enum status target_select(struct page *page, const struct target *target,
                          struct imap **imap) MUST_USE;
enum letter_manner target_manner(const struct page *page, const struct target *target);
/* letter_load() of it, its head read in the reader's charset. */
enum status target_letter(struct page *page, struct imap *imap, const struct target *target,
                          enum letter_manner manner, struct letter *out) MUST_USE;

/* For what is not, or no longer, in the message: STATUS_NOT_FOUND, with CAUSE_MESSAGE_MISSING. */
enum status target_missing(struct page *page) MUST_USE;

/* "PATH?folder=…&v=…&uid=…" and what of `target` differs from what is usual. */
struct sv target_url(struct page *page, const char *path, const struct target *target);
/* The same with "&NAME=VALUE". */
struct sv target_url_with(struct page *page, const char *path, const struct target *target,
                          const char *name, struct sv value);
/* "/part?…&part=ID": a download; with `open` a picture is shown instead. */
struct sv part_url(struct page *page, const struct target *target, struct sv part, bool open);
/* "/body?…&part=ID": an attachment that is text, as a document of its own. */
struct sv part_text_url(struct page *page, const struct target *target, struct sv part);

/* The same for a file that stands in the text of that part, from 1. */
struct sv enclosed_url(struct page *page, const struct target *target, struct sv part,
                       uint32_t number);

/* The token of "show remote images once" for this message. */
void target_remote_token(struct page *page, const struct target *target,
                         char out[SESSION_CSRF_TEXT + 1]);

/* The body of a letter as a document, with the addresses of its own pictures; and its cards, if
 * they are wanted (not NULL). */
enum status target_body(struct page *page, struct imap *imap, const struct target *target,
                        const struct letter *letter, struct cards *cards,
                        struct body *out) MUST_USE;
/* Tells this document from others, for body_keep() and body_take(). */
struct sv target_body_key(struct page *page, const struct target *target);

#endif

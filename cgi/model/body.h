/* body.h — the body of a message as a document: its text parts, each read in the jail. */
#ifndef VM_BODY_H
#define VM_BODY_H

#include "images.h"
#include "letter.h"
#include "session.h"

enum {
    BODY_FILES_MAX = LETTER_BODIES_MAX * JAIL_FILES_MAX,
    BODY_KEPT_MAX = 128 * 1024
}; /* bytes of a document that waits with the session */

struct body_request {
    const struct jail *jail;
    bool allow_remote;
    struct sv charset; /* the reader's choice for every part; empty: what each says */
    const struct jail_cid *cids;
    size_t cid_count;
    struct image_addresses
        images;          /* of links, and of remote images where allow_remote shows them */
    struct cards *cards; /* chosen: fetched and read in the same round trip; NULL for none */
    bool keep_files;     /* body_text: files that stand in a text stay there */
};

/* A file that stands in the text of a part (uuencode, yEnc), and was taken out of it. */
struct body_file {
    const struct imap_part *part;
    uint32_t number; /* in that part, from 1 */
    struct sv name;
    uint64_t size; /* 0: not known, since the part is cut */
};

struct body {
    struct jail_document document; /* the fragments of all parts, one after the other */
    uint32_t remote_blocked;
    struct body_file *files;
    size_t file_count;
    bool truncated;
    bool replaced; /* some bytes were not in their charset */
    bool unsafe;   /* a part is shown as text because it could not be read safely as what it is */
    struct sv unsafe_part; /* the id of the first of them, for its download */
};

/* Reads letter->bodies of the selected mailbox and makes one document of them. Of HTML that the
 * jail cannot read the plain alternative is shown, or else the text in it, or else its source; what
 * it cannot read at all is left to its download. `unsafe` is set in each case. */
enum status body_make(struct imap *imap, const struct imap_call *call, const struct letter *letter,
                      const struct body_request *request, struct body *out) MUST_USE;

/* The text of the same parts, for quoting: UTF-8, lines ended by LF, at most `most` bytes. whole:
 * nothing of it is missing or replaced. */
enum status body_text(struct imap *imap, const struct imap_call *call, const struct letter *letter,
                      const struct body_request *request, size_t most, struct sv *text,
                      bool *whole) MUST_USE;

/* The page of a message must know what its framed document will hold, so it makes it; the request
 * for the frame, which follows at once, takes it from here. One a session; the key tells message
 * and manner. */
void body_keep(struct session *session, struct sv key, const struct body *body);
bool body_take(struct session *session, struct arena *arena, struct sv key, struct body *out);

#endif

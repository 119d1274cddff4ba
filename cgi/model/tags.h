/* tags.h — tags: IMAP keywords with a name and a colour.
 *
 * The keyword is what stands on the message and what every other program sees; name and colour are
 * kept in the store. The first five are those that all Thunderbirds have, $label1 to $label5; a new
 * one's keyword is derived from its name as Thunderbird derives it, so that the same name made
 * there is the same tag. A keyword that nobody has named is shown as it is.
 */
#ifndef VM_TAGS_H
#define VM_TAGS_H

#include "colour.h"
#include "session.h"

enum { TAGS_KNOWN = 5, TAGS_MAX = STORE_TAGS_MAX + TAGS_KNOWN, TAG_NAME_MAX = 100 /* bytes */ };

struct tag {
    struct sv keyword; /* an atom */
    struct sv name;    /* empty: the language's own, of a known one */
    enum colour colour;
    unsigned known; /* 1 to 5: $label1 to $label5; 0: the user's own */
};

struct tags {
    const struct tag *p; /* the known ones, then the user's own by their age */
    size_t n;
};

/* The tags of a session's user. */
enum status tags_load(struct session *session, struct arena *arena, struct tags *out) MUST_USE;
/* NULL if it has no name; case does not matter, as in IMAP. */
const struct tag *tag_find(const struct tags *tags, struct sv keyword);
/* Whether two names are the same, case and accents aside. */
bool tag_same_name(struct sv a, struct sv b);
/* By its name; only those that have one in `name`. */
const struct tag *tag_find_named(const struct tags *tags, struct sv name);

/* The keyword that Thunderbird makes of a name: blanks and what no atom may hold become "_", the
 * rest modified UTF-7 in lower case. STATUS_INVALID for an empty name, one beyond TAG_NAME_MAX or
 * with a control character, and one that a program uses for itself ("$…"). */
enum status tag_keyword(struct arena *arena, struct sv name, struct sv *keyword) MUST_USE;

/* A new tag. STATUS_INVALID as above, STATUS_EXISTS if that name is there, STATUS_TOO_LARGE beyond
 * the limit. */
enum status tag_create(struct session *session, struct arena *arena, const struct tags *tags,
                       struct sv name, enum colour colour) MUST_USE;
/* Another name and colour for the same keyword: messages keep their tag. Statuses as above. */
enum status tag_change(struct session *session, const struct tags *tags, const struct tag *tag,
                       struct sv name, enum colour colour) MUST_USE;
/* Forgets name and colour; a known one has those of its language again. */
enum status tag_delete(struct session *session, const struct tag *tag) MUST_USE;

/* Whether a keyword is a person's tag rather than one program's note to another. */
bool tag_is_one(struct sv keyword);

#endif

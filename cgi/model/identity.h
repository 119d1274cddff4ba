/* identity.h — who a letter says that it is from, and how far that can be believed.
 *
 * A reader sees a name; the address behind it is what an answer goes to, and what a server can
 * vouch for. What is said here are facts that the reader could see himself, looking closely: no
 * guess about intentions, and nothing about honest names in any language.
 */
#ifndef VM_IDENTITY_H
#define VM_IDENTITY_H

#include "address.h"
#include "authres.h"

enum identity_sign {
    /* The name shows an address of another domain. */
    IDENTITY_NAME_ADDRESS = 1 << 0,
    /* The name names our own domain, but the address is of another. */
    IDENTITY_NAME_OWN = 1 << 1,
    /* The name mixes scripts inside a word (script.h). */
    IDENTITY_NAME_MIXED = 1 << 2,
    /* The name turns the direction of writing, or hides characters. */
    IDENTITY_NAME_HIDES = 1 << 3,
    /* A label of the domain mixes scripts, or reads as a Latin word that it is not; or the address
     * hides characters, or looks like another one on the left of its "@". */
    IDENTITY_DOMAIN_MIXED = 1 << 4,
    IDENTITY_DOMAIN_READS_LATIN = 1 << 5,
    IDENTITY_MAILBOX_ADDRESS = 1 << 6,
    /* The site's server found that the letter does not come from the domain it names; not said of
     * a mailing list's, which changes letters on their way… */
    IDENTITY_FORGED = 1 << 7,
    /* …and which is our own: said of these too. */
    IDENTITY_FORGED_OWN = 1 << 8
};

enum identity_proof {
    IDENTITY_UNPROVEN, /* nothing is known: no trusted results, or none about this domain */
    IDENTITY_PROVEN,   /* the From's domain vouches for the letter */
    IDENTITY_REFUTED   /* it does not, and says that it would */
};

struct identity {
    unsigned signs;    /* enum identity_sign */
    struct sv claimed; /* IDENTITY_NAME_ADDRESS, _NAME_OWN: what the name shows */
    struct sv letters; /* the domain in letters, if it is an internationalised one; else "" */
    struct sv ascii;   /* the same as it travels */
    enum identity_proof proof;
};

struct identity_question {
    struct address from;           /* its name as it was written (letter.from_name) */
    struct sv own_domain;          /* the reader's */
    bool list;                     /* the letter came over a mailing list */
    const struct authres *results; /* what is believed of them; NULL: none */
};

/* Everything about a letter's From. Strings live in the arena or are views of the question. */
void identity_judge(struct arena *arena, const struct identity_question *question,
                    struct identity *out);
/* The signs of name and address alone: for a row of the list, and cheap for most. */
unsigned identity_signs(struct arena *arena, struct address from, struct sv own_domain);

/* True if both domains are the same or one is below the other ("mail.univ.fr" and "univ.fr"), with
 * at least two labels in common. */
bool identity_related(struct sv a, struct sv b);
/* The result that is to be shown for a method: of several, the best about a related domain, else
 * the best. NULL if there is none. */
const struct authres_item *identity_result(const struct authres *results,
                                           enum authres_method method, struct sv domain);

#endif

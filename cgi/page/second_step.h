/* second_step.h — asking for a second factor and judging what is given: at sign-in (/login/second)
 * and before it is changed (/second). The form is drawn by templates/second_parts.cs.
 */
#ifndef VM_SECOND_STEP_H
#define VM_SECOND_STEP_H

#include "page.h"
#include "second_desk.h"
#include "second_key.h"

/* Whether a second step must follow the password of whoever calls himself so: the account has a
 * second factor, or the site wants everybody to have one. STATUS_DENIED for a name that a mail
 * server might take for another one's, once anybody has a second factor (account_full()). */
enum status second_needed(struct page *page, struct sv user, bool *needed) MUST_USE;

struct second_step {
    struct sv account;
    struct store_second_counts state;
    struct second_desk *desk;
};

/* Of page->session. STATUS_DENIED if its user's name is no account's. */
enum status second_step_open(struct page *page, struct second_step *out) MUST_USE;
void second_step_close(struct second_step *step);

/* How far its user may go: where the account has no second factor the password is enough, and no
 * longer than until it has one. */
enum second_door second_step_door(const struct second_step *step);

/* What the browser must call this site, and the name that keys are bound to; no name (empty): it
 * has none, and no key can be used here. */
struct second_site {
    struct sv origin, rp_id;
};
struct second_site second_site(struct page *page);

/* Fills Second.* for the questions of second_parts.cs, whose forms go to action. */
void second_step_put(struct page *page, const struct second_step *step, struct sv action);
/* A new challenge at `at`, with the keys that the account has: for static/webauthn.js. */
void second_step_put_challenge(struct page *page, const struct second_step *step, struct node at);
/* What the form says as a key's answer; its challenge is used up. STATUS_DENIED if there was none,
 * or it is no such form. */
enum status second_step_answer(struct page *page, const struct second_step *step,
                               struct second_key_answer *out) MUST_USE;

/* Beside a password that is asked for again, before something that would go round the second factor
 * later: the form's field `second` holds a code of the app or a recovery code, if the account has a
 * second factor and it has not just been given (/second). STATUS_DENIED: it is not right; *code and
 * *words say so. */
enum status second_step_again(struct page *page, unsigned *code, struct sv *words) MUST_USE;
/* True if that field is asked for. */
bool second_step_again_asked(struct page *page);

enum second_given {
    SECOND_RIGHT,
    SECOND_RIGHT_RECOVERY, /* one code less */
    SECOND_WRONG,          /* said in Second.error; the caller shows the page again with *code */
    SECOND_OVER            /* too often: this session must not try again */
};
/* Judges the form: code, recovery, or a key's answer. Otherwise than STATUS_OK nobody could tell.
 */
enum status second_step_take(struct page *page, struct second_step *step, enum second_given *out,
                             unsigned *code) MUST_USE;

#endif

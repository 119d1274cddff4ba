/* second_app.h — setting up an authenticator app: at the first sign-in to a site that wants a
 * second factor, and on /second. Drawn by templates/second_parts.cs. */
#ifndef VM_SECOND_APP_H
#define VM_SECOND_APP_H

#include "second_step.h"

/* Fills Second.App with the secret that is being set up: picture, text in groups, link. */
void second_app_put(struct page *page, const struct second_step *step, struct sv picture_url);
/* The form's code proves that the app has the secret: it counts from now on. If the account has no
 * recovery codes, it gets some (*fresh, to be shown once). STATUS_DENIED: the code is wrong, said
 * in Second.App.error; *code is the HTTP status to show the page again with. */
enum status second_app_take(struct page *page, const struct second_step *step,
                            char (*codes)[SECOND_CODE_TEXT + 1], bool *fresh,
                            unsigned *code) MUST_USE;
/* The account's first method is there: recovery codes, unless it has some. */
enum status second_first_codes(struct page *page, const struct second_step *step,
                               char (*codes)[SECOND_CODE_TEXT + 1], bool *fresh) MUST_USE;
/* Fills Second.Codes, to be shown this once. */
void second_codes_put(struct page *page, char (*codes)[SECOND_CODE_TEXT + 1]);

#endif

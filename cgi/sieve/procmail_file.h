/* procmail_file.h — the recipe files: one a person in a directory of the webmail's, mode 0711,
 * which nobody else can write to or list. They are readable by whoever knows the person's name,
 * since procmail reads them as that person.
 */
#ifndef VM_PROCMAIL_FILE_H
#define VM_PROCMAIL_FILE_H

#include "str.h"

struct arena;

enum { PROCMAIL_NAME_MAX = 200, PROCMAIL_VERSION_TEXT = 16 };

/* What a capital letter in a login means. */
enum procmail_capitals {
    PROCMAIL_CAPITALS_REFUSE, /* the site has not said: it may be another person's account under
                                 another spelling */
    PROCMAIL_CAPITALS_FOLD,   /* the mail server takes it for the small one */
    PROCMAIL_CAPITALS_KEEP,   /* it takes the two for two accounts */
    PROCMAIL_CAPITALS_COUNT
};

/* The account that mail for a login is delivered to: the login itself or, with the site's domain
 * behind it, what stands before "@"; any bytes. STATUS_UNSUPPORTED: it is of another domain;
 * STATUS_DENIED: it has capital letters, and these are refused. */
enum status procmail_account(struct arena *arena, struct sv login, struct sv domain,
                             enum procmail_capitals capitals, struct sv *account) MUST_USE;
/* The file's name for an account: letters, digits, "_" and "-" as they are, "." but as the first;
 * all else as "=" and two hexadecimal digits. Two accounts never have the same. STATUS_INVALID: it
 * is empty or too long. */
enum status procmail_file_name(struct arena *arena, struct sv account, struct sv *name) MUST_USE;

/* Tells one text from another, PROCMAIL_VERSION_TEXT hexadecimal digits, of the empty one too: for
 * a form that comes back. Against accidents, not against malice. */
struct sv procmail_version(struct arena *arena, struct sv text);

/* STATUS_NOT_FOUND: the account has none. STATUS_IO, and errno says why; STATUS_TOO_LARGE;
 * STATUS_INVALID: it is no plain file of ours. */
enum status procmail_load(struct arena *arena, const char *directory, struct sv account,
                          struct sv *text) MUST_USE;
/* Replaces the file whole, or not at all; it is on the disk when this returns. STATUS_CHANGED if
 * what is there is not of that version (no file counts as an empty text); STATUS_TIMEOUT if another
 * save lasts for more than two seconds; STATUS_UNAVAILABLE: the disk is full. */
enum status procmail_save(struct arena *arena, const char *directory, struct sv account,
                          struct sv version, struct sv text) MUST_USE;
/* Whether files can be made in the directory and its mode is right, for --check. STATUS_DENIED:
 * others can write to it or list it; STATUS_IO, and errno says why. */
enum status procmail_directory_check(const char *directory) MUST_USE;

#endif

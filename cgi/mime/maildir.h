/* maildir.h — what the name of a file tells about the message in it: in a Maildir, in a Maildir++,
 * or in an archive that we wrote ourselves.
 *
 * Maildir:  FOLDER/cur/UNIQUE:2,FLAGS   (also "!2," and ";2," where ':' cannot stand in a name)
 * Maildir++: .A.B/cur/…                 is folder A/B; names are in modified UTF-7
 * ours:     FOLDER/NUMBER DAY SUBJECT;2,FLAGS;KEYWORD,KEYWORD.eml
 * other:    FOLDER/anything.eml
 *
 * The flags are those of mbox.h; P (passed on) is the keyword $Forwarded. What ours holds in the
 * places of a Maildir's letters is the same, with the keywords written out, as "%xx" what is no
 * letter, digit, or one of "$_-.". Nothing here touches a file.
 */
#ifndef VM_MAILDIR_H
#define VM_MAILDIR_H

#include <stdbool.h>

#include "arena.h"
#include "mbox.h"

enum { MAILDIR_PATH_MAX = 2000, MAILDIR_SUBJECT_MAX = 80, MAILDIR_NAME_MAX = 240 };

struct maildir_name {
    bool upkeep;        /* no message: what a server keeps beside them, or not yet delivered */
    bool in_maildir;    /* the folder's levels are in modified UTF-7 */
    struct sv folder;   /* levels parted by '/'; empty: the top */
    struct sv file;     /* the last component */
    unsigned flags;     /* enum mbox_flag */
    struct sv keywords; /* parted by single spaces */
};

/* STATUS_INVALID for a path that is empty, too long, or has a level "..". */
enum status maildir_name_read(struct arena *arena, struct sv path,
                              struct maildir_name *out) MUST_USE;

/* Appends a name of ours, at most MAILDIR_NAME_MAX bytes; the subject is shortened to fit, then
 * keywords are left out. day: "2026-03-12" or empty; subject: one line of UTF-8. */
void maildir_name_write(struct sb *out, uint32_t number, struct sv day, struct sv subject,
                        unsigned flags, struct sv keywords);

#endif

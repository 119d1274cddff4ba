/* filename_look.h — the name of a stranger's file as people read it, and what its end means.
 *
 * The extension is that of the name under which the file is saved (filename_clean()): what is shown
 * and what a system goes by are one. It decides alone what a file can do; the media type is what
 * its sender says.
 */
#ifndef VM_FILENAME_LOOK_H
#define VM_FILENAME_LOOK_H

#include "arena.h"
#include "str.h"

/* What happens when the file is opened by a click on it. */
enum file_danger {
    FILE_HARMLESS,
    FILE_PROGRAM,  /* runs: exe, scr, msi, apk */
    FILE_SCRIPT,   /* runs commands: js, vbs, bat */
    FILE_SHORTCUT, /* leads elsewhere, or runs what it names: lnk, url */
    FILE_PAGE,     /* can look like a page of sign-in, and run scripts: html, svg */
    FILE_DISK,     /* hides files from the virus scanner: iso, vhd */
    FILE_MACRO,    /* a document that may hold programs: docm, xlsm */
    FILE_DANGER_COUNT
};

struct filename_look {
    struct sv stem;      /* UTF-8, one line; what would hide something is replaced by a mark */
    struct sv extension; /* ".exe", or empty */
    struct sv pretended; /* ".pdf" of "facture.pdf.exe", if the true one is dangerous; or empty */
    bool turned; /* marks that turn the direction of writing stood in it: each is shown as U+21C4 */
    bool hidden; /* invisible characters (each shown as U+25AF), runs of spaces (shown as U+2423),
                    dots behind the end, or what only looks like a dot (shown as U+25AF) */
    bool mismatch; /* the extension belongs to another kind of file than the media type */
    enum file_danger danger;
};

/* name: as decoded, may be empty. media_type: "type/subtype", lower case. */
void filename_look(struct arena *arena, struct sv name, struct sv media_type,
                   struct filename_look *out);

#endif

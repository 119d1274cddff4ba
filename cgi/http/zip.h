/* zip.h — a zip archive that is written while it is sent; the one owner of libarchive.
 *
 * Files go in one after the other, of any length not known before, through fixed buffers: nothing
 * is held but the names. Names are made safe (filename_clean(), and what Windows forbids) and
 * unique, and stand in UTF-8; zip64 is used where a length needs it. The archive is only complete
 * with zip_close(): without it no reader takes what was sent for one.
 */
#ifndef VM_ZIP_H
#define VM_ZIP_H

#include "arena.h"
#include "flow.h"

struct zip;

/* names of so many files are kept in the arena */
enum { ZIP_FILES_MAX = 1024 };

/* Never NULL. Nothing is written yet. arena and out are lent until the end. */
struct zip *zip_open(struct arena *arena, struct sink out);
/* The next file; the one before is complete. when: seconds since 1970, 0 if it is not known.
 * STATUS_TOO_LARGE after ZIP_FILES_MAX. As of all of these: out's failure, else STATUS_IO. */
enum status zip_begin(struct zip *zip, struct sv name, int64_t when) MUST_USE;
enum status zip_write(struct zip *zip, struct sv piece) MUST_USE;
/* A sink that writes into the file that was begun. */
struct sink zip_sink(struct zip *zip);
/* The same for one of very many: nothing of its path ("folder/name", valid UTF-8), which the caller
 * has made safe and unlike all others, is kept here. Any number. */
enum status zip_begin_path(struct zip *zip, struct sv path, int64_t when) MUST_USE;
/* Appends one level of such a path: as "%xx" what no file name may hold, so that it can be undone.
 */
void zip_add_level(struct sb *out, struct sv level);
/* Writes the directory. NULL and pointer to NULL are no archive: STATUS_OK. */
enum status zip_close(struct zip **zip) MUST_USE;
/* Without a directory. NULL and pointer to NULL accepted. */
void zip_drop(struct zip **zip);

#endif

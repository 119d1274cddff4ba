/* unzip.h — an archive that is read while it arrives: zip (stored or deflated), tar, tar packed by
 * gzip or bzip2; and a single file so packed. With zip.c the owner of libarchive.
 *
 * xz, zstd and zip's other methods are refused: with them the file says how much memory it takes.
 * Nothing of it ever touches the disk: a path is only a name. What may come out of it is bounded:
 * so many bytes in all, so many files, and never more than UNZIP_RATIO times what went in (beyond
 * the first UNZIP_RATIO_FROM bytes), so that a small file that swells without end is refused.
 */
#ifndef VM_UNZIP_H
#define VM_UNZIP_H

#include "arena.h"
#include "flow.h"

enum { UNZIP_RATIO = 200, UNZIP_PATH_MAX = 2000 };
#define UNZIP_RATIO_FROM (UINT64_C(64) << 20)

struct unzip;

struct unzip_limits {
    uint64_t bytes; /* of all files together */
    uint64_t files;
};

struct unzip_entry {
    struct sv path; /* valid UTF-8 without control characters; valid until the next one */
    int64_t when;   /* seconds since 1970, 0 if not told */
    bool raw;       /* a packed file and no archive: the path says nothing */
};

/* True if a file that begins so (give 512 bytes, or all there are) is one of these. */
bool unzip_begins(struct sv head);
/* Never NULL. The source is lent; nothing is read yet. */
struct unzip *unzip_open(struct source source, const struct unzip_limits *limits);
/* The next regular file; directories, links and what else there may be are passed over.
 * STATUS_NOT_FOUND at the end of the archive. STATUS_INVALID: it is broken, breaks off, is
 * encrypted, or packed in another way. STATUS_TOO_LARGE: a limit. Otherwise the source's failure.
 */
enum status unzip_next(struct unzip *unzip, struct arena *arena, struct unzip_entry *out) MUST_USE;
/* Its bytes; statuses as unzip_next(). */
struct source unzip_source(struct unzip *unzip);
void unzip_close(struct unzip **unzip); /* NULL and pointer to NULL accepted */

#endif

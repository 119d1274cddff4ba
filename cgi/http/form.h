/* form.h — reads the body of a POST: its fields into memory, its files into a spool.
 *
 * application/x-www-form-urlencoded and multipart/form-data (RFC 7578). Memory is bounded by the
 * limits below, whatever the size of the files.
 */
#ifndef VM_FORM_H
#define VM_FORM_H

#include "clock.h"
#include "flow.h"
#include "request.h"
#include "spool.h"

struct form_limits {
    size_t field_max;            /* bytes of one field */
    size_t fields_total;         /* bytes of all fields together, names too */
    size_t fields_count;         /* fields */
    uint64_t uploads_total;      /* bytes of all files together; 0: files are refused */
    const char *spool_directory; /* NULL: files are read over, and named as lost */
};

/* 2 MB a field, 4 MB together, 20,000 fields, no files. */
extern const struct form_limits FORM_LIMITS;

/* Fills request->form and request->uploads from a POST's body. *spool (caller's, spool->fd == -1)
 * is opened at the first file and stays open, also on failure: the caller closes it when the page
 * is done. A file input left empty is no upload. A body of another media type is
 * STATUS_UNSUPPORTED; an empty body without a type is an empty form. STATUS_TOO_LARGE at any limit
 * of the fields, STATUS_INVALID for a broken body or one shorter than its Content-Length,
 * STATUS_TIMEOUT at the deadline, or the source's own failure; what was whole by then is kept. A
 * file that fails (too large, no room on disk) fails nothing else: the fields behind it are read,
 * and request->upload_failed says why, uploads_lost which, so that a page can give the typed text
 * back. */
enum status form_read(struct request *request, struct source body, const struct form_limits *limits,
                      struct spool *spool, struct deadline deadline) MUST_USE;
/* The value of a text area, which comes with CRLF at the ends of its lines, with LF. */
struct sv form_lines(struct arena *arena, struct sv value);

#endif

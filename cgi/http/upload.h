/* upload.h — a form whose files are taken while they arrive, and never whole in memory or on disk.
 *
 * What stands in the form before its first file is read into request->form: the token must stand
 * there, so that whoever may not send is refused before a byte of a file is looked at. Then each
 * file is one source, in the order of the form. Fields behind a file are passed over.
 */
#ifndef VM_UPLOAD_H
#define VM_UPLOAD_H

#include "clock.h"
#include "flow.h"
#include "form.h"
#include "multipart.h"
#include "request.h"

struct upload_stream;

/* What is known of a file before its bytes are. */
struct upload_file {
    struct sv filename; /* UTF-8, one line, without a path; never empty */
};

/* Reads up to the first file or the end of the form. deadline: for that. Statuses as form_read();
 * STATUS_TOO_LARGE also for a body beyond `most` bytes. source is lent until the request is over.
 */
enum status upload_open(struct request *request, struct source source,
                        const struct form_limits *limits, uint64_t most, struct deadline deadline,
                        struct upload_stream **out) MUST_USE;
/* The next file with a name; what has not been read of the one before is passed over.
 * STATUS_NOT_FOUND: there is none. The views live in the request's arena. */
enum status upload_next(struct upload_stream *stream, struct upload_file *out) MUST_USE;
/* The bytes of the file that upload_next() gave. Besides the source's own statuses STATUS_CLOSED
 * for a body that ends too early, STATUS_INVALID for one that is no form. */
struct source upload_source(struct upload_stream *stream);
/* Bytes of the body so far, and in all. */
uint64_t upload_done(const struct upload_stream *stream);
uint64_t upload_total(const struct upload_stream *stream);
/* Reads to the end of the body and forgets it, at most until the deadline: a browser that is still
 * sending does not look at an answer. */
void upload_drain(struct upload_stream *stream, struct deadline deadline);

#endif

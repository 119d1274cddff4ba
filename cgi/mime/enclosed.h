/* enclosed.h — files that stand in a text itself: uuencode ("begin 644 name" to "end", and
 * "begin-base64" of POSIX) and yEnc ("=ybegin" to "=yend").
 *
 * Takes the bytes of a text (transfer encoding undone, charset not) in pieces cut anywhere, passes
 * on the text without the files, with "[name]" on a line in their place, and the bytes of each
 * file. What only looks like a file stays text: a begin line counts if the line behind it is a line
 * of its encoding. A file that breaks off, by the end of the text or by a line that is none of its
 * encoding, ends there. Fails only if a sink fails.
 */
#ifndef VM_ENCLOSED_H
#define VM_ENCLOSED_H

#include <stdbool.h>

#include "flow.h"

enum { ENCLOSED_NAME_MAX = 255, ENCLOSED_LINE_MAX = 1000 };

enum enclosed_code { ENCLOSED_NONE, ENCLOSED_UU, ENCLOSED_BASE64, ENCLOSED_YENC };

/* Who takes the files: begin() once for each, with its name as it was written, in any charset and
 * not empty; then its bytes. A file for which begin() says false stays in the text. */
struct enclosed_taker {
    bool (*begin)(void *context, struct sv name);
    struct sink bytes;
    void *context;
};

struct enclosed {
    struct sink text;
    struct enclosed_taker taker;
    enum enclosed_code begun;  /* by the line that is held */
    enum enclosed_code inside; /* a file */
    bool ending;               /* the empty line of uuencode came: "end" is awaited */
    bool long_line;            /* of text, longer than the buffer: it passes as it comes */
    size_t held_n;             /* a begin line, with its line end */
    size_t line_n;
    char held[ENCLOSED_LINE_MAX];
    char line[ENCLOSED_LINE_MAX];
};

void enclosed_init(struct enclosed *e, struct sink text, struct enclosed_taker taker);
enum status enclosed_write(struct enclosed *e, struct sv piece) MUST_USE;
enum status enclosed_finish(struct enclosed *e) MUST_USE;
/* A sink that writes into e. */
struct sink enclosed_sink(struct enclosed *e);

#endif

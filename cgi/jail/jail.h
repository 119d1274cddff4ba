/* jail.h — reads the body of a letter in a process that can do nothing else.
 *
 * One call starts one vaguemestre-jail, feeds it the bytes as the IMAP server gave them, drains its
 * answer, checks it and reaps it. The child undoes transfer encoding and charset and makes either a
 * document for the letter's own frame or plain text. It has no descriptor but its socket, an empty
 * environment, and a system call filter; whatever happens to it is one failed body.
 *
 * STATUS_OK           *result is filled; its strings live in the arena
 * STATUS_TIMEOUT      the deadline passed; the child was killed
 * STATUS_TOO_LARGE    the answer would exceed max_output, and no part of it makes sense alone
 * STATUS_REFUSED      the child could not raise one of its walls, and so did not read the letter
 * STATUS_INVALID      the request breaks one of the limits below
 * STATUS_PROTOCOL     the answer breaks its form: nothing of it is used
 * STATUS_IO           the child could not be started, or it crashed or was killed by its limits
 * anything else       what body.read() returned
 * In each of these the page shows another part of the letter, or offers the download, with a note.
 *
 * Thread-safe. No child outlives the call. Unless the result is STATUS_OK without `truncated`, body
 * may not have been read to its end.
 */
#ifndef VM_JAIL_H
#define VM_JAIL_H

#include "arena.h"
#include "clock.h"
#include "flow.h"

enum {
    JAIL_LABEL_MAX = 63, /* charset and transfer encoding labels; longer ones count as unknown */
    JAIL_CIDS_MAX = 256,
    JAIL_CID_MAX = 255,  /* bytes of one Content-ID, without < > */
    JAIL_URL_MAX = 1023, /* bytes of one URL */
    JAIL_FILES_MAX = 32, /* files in a text; what is more stays text */
    JAIL_FILE_NAME_MAX = 255,
};

struct jail {
    const char *program; /* path of vaguemestre-jail */
    uint32_t max_input;  /* bytes read of a body, as encoded; what follows is left out */
    uint32_t max_output; /* bytes of the answer */
};

/* Text grows as HTML, links most; of what would not fit the beginning is shown. */
#define JAIL_MAX_INPUT_DEFAULT (2u << 20)
#define JAIL_MAX_OUTPUT_DEFAULT (6u << 20)

enum jail_input {
    JAIL_INPUT_PLAIN,
    JAIL_INPUT_HTML,
    JAIL_INPUT_HTML_TEXT, /* text/html of which the text alone is wanted, even as a document */
    JAIL_INPUT_ENRICHED,  /* text/enriched, text/richtext */
    JAIL_INPUT_TNEF,      /* application/ms-tnef, read as a stream; its text is tnef_list.h's */
    JAIL_INPUT_FILE,      /* a text that was attached: nothing in it is a quote or a signature */
    /* these give the lines of card_write() (mime/card.h), with JAIL_OUTPUT_TEXT only */
    JAIL_INPUT_CALENDAR,
    JAIL_INPUT_CONTACT,
    JAIL_INPUT_REPORT,
    JAIL_INPUT_COUNT
};
enum jail_output { JAIL_OUTPUT_DOCUMENT, JAIL_OUTPUT_TEXT }; /* for the frame; for quoting */

/* An inline image of the same message: Content-ID without < >, and the local URL that serves it,
 * which begins with "/" and has no control character, quote or angle bracket. */
struct jail_cid {
    struct sv cid;
    struct sv url;
};

struct jail_request {
    enum jail_input input;
    enum jail_output output;
    struct sv encoding; /* Content-Transfer-Encoding, "" for none */
    struct sv charset;  /* charset parameter, or the reader's own choice, "" for none */
    bool flowed;        /* format=flowed (RFC 3676), text/plain only */
    bool delsp;         /* DelSp=yes */
    bool keep_files;    /* JAIL_INPUT_PLAIN: what stands in the text stays there */
    bool allow_remote;  /* the reader asked for remote images */
    const struct jail_cid *cids;
    size_t cid_count;
};

/* A fragment of sanitised HTML: one <div class="vm-letter ...">. The type keeps it out of
 * templates: it is only ever written as a sandboxed document of its own, with letter.css. */
struct jail_document {
    struct sv html;
};

/* Why an HTML letter is shown as text. */
enum jail_fallback {
    JAIL_FALLBACK_NONE,
    JAIL_FALLBACK_LIMITS,   /* too large or too deep for the sanitiser */
    JAIL_FALLBACK_UNSTABLE, /* another parser could read it differently */
    JAIL_FALLBACK_COUNT
};

/* A file that stood in a text (enclosed.h), in the order that its decoder finds them. */
struct jail_file {
    struct sv name; /* UTF-8, one line, not empty */
    uint64_t size;
};

struct jail_result {
    struct jail_document document; /* JAIL_OUTPUT_DOCUMENT */
    struct sv text;                /* JAIL_OUTPUT_TEXT: UTF-8, LF, no control but LF and HT */
    uint32_t remote_blocked;       /* images that allow_remote would load */
    bool truncated;        /* the body was longer than max_input, or its text than max_output */
    bool charset_replaced; /* some bytes were not in the charset and became U+FFFD */
    enum jail_fallback fallback;
    struct jail_file *files; /* JAIL_INPUT_PLAIN without keep_files: taken out of the text */
    size_t file_count;
    char charset[JAIL_LABEL_MAX + 1]; /* the charset that was used */
};

enum status jail_run(const struct jail *jail, const struct jail_request *request,
                     struct source body, struct arena *arena, struct deadline deadline,
                     struct jail_result *result) MUST_USE;

#endif

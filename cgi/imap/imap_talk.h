/* imap_talk.h — commands out, replies in: what all operations are made of, inside imap/.
 *
 * A batch is one or more commands written at once and answered in any order, each known by its own
 * unguessable tag (a message that holds "A1 OK" forges nothing). Building never fails: what may not
 * be sent is kept in `status` and batch_run() returns it before a byte goes out.
 */
#ifndef VM_IMAP_TALK_H
#define VM_IMAP_TALK_H

#include "flow.h"
#include "imap.h"
#include "imap_reply.h"
#include "mailbox_name.h"

struct imap {
    struct imap_lexer lexer;
    struct imap_capabilities can;
    bool can_known; /* a CAPABILITY came since it was last forgotten */
    bool selected;
    bool examined;         /* by EXAMINE */
    bool reading;          /* see struct imap_login */
    struct imap_veil veil; /* likewise */
    /* Of the selected mailbox (imap_veil.h); 0: not known. */
    uint32_t admitted;       /* the message that was last seen to be shown */
    uint32_t floor;          /* no message before this UID is there */
    struct sv selected_wire; /* the name as it is on the wire, in memory */
    struct imap_mailbox mailbox;
    struct arena *memory; /* of the selected mailbox */
    uint64_t expunges;    /* heard of since the connection was opened */
    int64_t last_use;
    uint16_t port;
    char host[DIAGNOSIS_HOST_MAX];
    char bye[IMAP_TEXT_MAX / 4]; /* the server's last words */
};

enum imap_answer { ANSWER_NONE, ANSWER_OK, ANSWER_NO, ANSWER_BAD };

enum { TAG_LENGTH = 12, BATCH_MAX = 64, BATCH_WAITS = 64, BATCH_PAYLOADS = IMAP_LETTERS_MAX };

struct imap_command {
    char tag[TAG_LENGTH + 1];
    size_t start; /* in the batch's bytes */
    enum imap_answer answer;
    struct sv code; /* of the answer: "OVERQUOTA", or empty */
    struct sv text;
};

struct imap_batch {
    struct imap *imap;
    const struct imap_call *call;
    enum status status;
    struct sb out;
    struct imap_command commands[BATCH_MAX];
    size_t count;
    struct {
        size_t at; /* the server's "+" must come before the byte here goes out */
        size_t command;
    } waits[BATCH_WAITS];
    size_t wait_count;
    struct {
        size_t at; /* streamed before the byte here goes out, and behind a wait at the same place */
        struct source source;
        uint64_t size;
    } payloads[BATCH_PAYLOADS];
    size_t payload_count;
};

/* What an operation wants to hear. Either may be NULL. */
struct imap_listener {
    /* An untagged reply, after its name; number is 0 if it has none. True: it has read all of the
     * reply's arguments. False: the rest is for the connection itself, or skipped. */
    bool (*reply)(void *context, struct imap *imap, struct sv name, uint32_t number);
    /* A response code, after its name, likewise. */
    bool (*code)(void *context, struct imap *imap, struct sv name);
    void *context;
};

void batch_init(struct imap_batch *batch, struct imap *imap, const struct imap_call *call);
/* Starts the next command: its tag and these words. */
void batch_command(struct imap_batch *batch, const char *words);
void batch_add(struct imap_batch *batch, const char *words); /* our own words only */
void batch_sv(struct imap_batch *batch, struct sv words);    /* checked or our own */
void batch_number(struct imap_batch *batch, uint64_t number);
/* An atom from outside: STATUS_INVALID if it is none. */
void batch_atom(struct imap_batch *batch, struct sv atom);
/* An astring: quoted, or a literal where it must be. NUL is STATUS_INVALID. */
void batch_string(struct imap_batch *batch, struct sv string);
void batch_mailbox(struct imap_batch *batch, struct sv name); /* UTF-8 */
/* As many UIDs as a command may hold; moves *at behind them. */
void batch_set(struct imap_batch *batch, struct imap_uids sorted, size_t *at);
void batch_flags(struct imap_batch *batch, const struct imap_flags *flags); /* "(\Seen …)" */
/* The next byte waits for "+". */
void batch_wait(struct imap_batch *batch);
/* The bytes of a literal of which the size has been added. A source that fails or gives fewer or
 * more bytes makes the connection unusable. */
void batch_payload(struct imap_batch *batch, struct source source, uint64_t size);
/* The end of the command's line. */
void batch_end(struct imap_batch *batch);

/* Sends it all and reads until every command has its answer. STATUS_OK when they all came, even if
 * they say NO; then command_status() tells for each. */
enum status batch_run(struct imap_batch *batch, const struct imap_listener *listener) MUST_USE;
/* The answer as a status, and the diagnosis for it. */
enum status command_status(const struct imap_batch *batch, size_t command) MUST_USE;
/* Both, for a batch of which every command must succeed. */
enum status batch_do(struct imap_batch *batch, const struct imap_listener *listener) MUST_USE;
bool command_is_bad(const struct imap_batch *batch, size_t command);
/* As command_status(), but a NO that only says that some of the messages are gone is STATUS_OK. */
enum status command_status_some(const struct imap_batch *batch, size_t command) MUST_USE;

/* ---- inside the conversation ---- */

/* Reads one reply of any kind; *plus becomes true if it was "+". */
void reply_read(struct imap_batch *batch, const struct imap_listener *listener, bool *plus);
/* What every reply does to the connection's own state (imap_state.c). */
bool state_reply(struct imap *imap, struct sv name, uint32_t number);
void state_code(struct imap *imap, struct sv name);
void state_forget_mailbox(struct imap *imap);
/* Takes in the flags and UID of a message that was told of unasked. */
void state_flags_seen(struct imap *imap, uint32_t uid, uint64_t modseq);
/* STATUS_INVALID unless a mailbox is selected. */
enum status state_need_mailbox(const struct imap *imap) MUST_USE;
/* Closed or broken: fills the diagnosis for it. */
void talk_diagnose(const struct imap *imap, enum status status, struct diagnosis *diagnosis);

#endif

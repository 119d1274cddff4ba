/* store.h — the rows that outlive the process: sessions, preferences, sends in progress, jobs.
 *
 * What is in here in clear, and what under keys that are not:
 *
 *   sealed by the caller (session/seal, session/sealed): passwords of sessions and behind passes;
 *     what a refused letter is known by. Under a cookie's or a pass's secret as well where it is a
 *     password.
 *   sealed here, under store_use_seal(): what people typed and what is about their letters (kept
 *     searches and their names, correspondents whose images are shown, what a job does where and
 *     what the mail server said about it). Such a text is bound to its place; rows are found by
 *     keyed digests.
 *   in clear: login names, preferences (a signature among them), names of folders, tags and
 *     keywords (the mail server's, which lists them), Message-IDs of sends in progress, times,
 *     addresses and browsers of sessions, counts.
 *
 * No message, no part of one, no subject and no recipient is ever in here in clear. One store
 * serves all threads: every function may be called at any time, takes effect whole or not at all,
 * and is on disk when it returns. Strings handed out live in the caller's arena. Failures are
 * STATUS_IO (the cause is logged), STATUS_NOT_FOUND, STATUS_TOO_LARGE.
 */
#ifndef VM_STORE_H
#define VM_STORE_H

#include "str.h"

enum {
    STORE_ID_SIZE = 32,      /* SHA-256 of a session's token */
    STORE_USER_MAX = 320,    /* bytes of a login name */
    STORE_VALUE_MAX = 16384, /* bytes of one preference */
    STORE_SEALED_MAX = 2048,
    STORE_DIGEST_MAX = 43,
    STORE_ADDRESS_MAX = 320, /* bytes of a mail address */
    STORE_REMOTE_SENDERS_MAX = 500,
    STORE_JOBS_MAX = 100,         /* rows that one call lists */
    STORE_JOB_MEMO_LISTED = 1000, /* bytes */
    STORE_FOLDERS_MAX = 1000,
    STORE_FOLDER_NAME_MAX = 2000, /* bytes */
    STORE_TARGETS_MAX = 5,
    STORE_TAGS_MAX = 100,
    STORE_TAG_MAX = 200, /* bytes of a keyword, and of a tag's name */
};

struct store;

/* How texts are sealed on their way into the file. The keys are the caller's: a store that held
 * them would seal nothing. place: table, column and row; a text that is moved elsewhere does not
 * open. */
struct store_seal {
    void *context;
    enum status (*close)(void *context, struct sv place, struct sv text, struct arena *arena,
                         struct sv *sealed);
    /* STATUS_DENIED: nobody sealed that so. */
    enum status (*open)(void *context, struct sv place, struct sv sealed, struct arena *arena,
                        struct sv *text);
    /* The same for the same place and text; tells neither. */
    void (*digest)(void *context, struct sv place, struct sv text, char out[STORE_DIGEST_MAX + 1]);
};
/* Copied. Before any text is kept: without it they are refused with STATUS_IO. A row that does not
 * open (the key is another one now) is as if it were not there. */
void store_use_seal(struct store *store, const struct store_seal *seal);

/* Opens or makes the database file (mode 0600; a file that others can read, or one in a directory
 * where others can make files, is refused with STATUS_DENIED). *reason tells the administrator what
 * is wrong, in English, static or in arena. */
enum status store_open(const char *path, struct arena *arena, struct store **out,
                       struct sv *reason) MUST_USE;
void store_close(struct store **store);

/* ---- sessions ---- */
enum session_kind { SESSION_FULL = 0, SESSION_PUBLIC = 1 };

struct session_record {
    uint8_t id[STORE_ID_SIZE];
    struct sv user;
    enum session_kind kind;
    int64_t created, used; /* seconds since 1970 */
    struct sv address;     /* of the browser */
    struct sv agent;       /* its User-Agent, cut */
    struct sv sealed;      /* the password; empty for a session that lives in memory only */
};

enum status store_session_put(struct store *store, const struct session_record *record) MUST_USE;
enum status store_session_get(struct store *store, const uint8_t id[STORE_ID_SIZE],
                              struct arena *arena, struct session_record *out) MUST_USE;
enum status store_session_touch(struct store *store, const uint8_t id[STORE_ID_SIZE],
                                int64_t used) MUST_USE;
/* Wipes the row, from the journal too. A missing row is no error. */
enum status store_session_delete(struct store *store, const uint8_t id[STORE_ID_SIZE]) MUST_USE;
/* Wipes what was created before, or last used before, the given times. */
enum status store_session_sweep(struct store *store, enum session_kind kind, int64_t created_before,
                                int64_t used_before) MUST_USE;

/* The sessions of an account that are kept here, the one used last first; STORE_SESSIONS_MAX at
 * most. Without what is sealed. account: in small letters; those of account@domain too, and
 * whichever letters are capitals. */
enum { STORE_SESSIONS_MAX = 200 };
enum status store_session_list(struct store *store, struct sv account, struct sv domain,
                               struct arena *arena, struct session_record **out,
                               size_t *count) MUST_USE;

/* ---- visits: sign-ins that their user is told of, and what was done in them ----
 * Every public session is one, and a full one that began at a place that was not known. Of a user
 * at most STORE_VISITS_MAX, of a visit at most STORE_VISIT_LINES_MAX lines; the numbers count what
 * came after that, too. Texts come sealed (session/visit). */
enum {
    STORE_VISIT_ID_SIZE = 16,
    STORE_VISITS_MAX = 100,
    STORE_VISIT_LINES_MAX = 500,
    STORE_VISIT_KINDS = 3, /* of lines: session/visit.h says which */
    STORE_PLACE_SIZE = 16, /* a keyed hash */
    STORE_PLACES_MAX = 50
};
struct visit_record {
    uint8_t id[STORE_VISIT_ID_SIZE];
    struct sv user;
    enum session_kind kind;
    uint8_t place[STORE_PLACE_SIZE];
    int64_t began, ended; /* seconds since 1970; ended 0: not known to have */
    int how;              /* it ended: session/visit.h says which */
    int told;             /* what its user knows of it: session/visit.h */
    uint64_t done[STORE_VISIT_KINDS];
    struct sv head; /* sealed */
};
struct visit_line {
    int kind; /* 0 to STORE_VISIT_KINDS - 1 */
    int64_t at;
    struct sv text; /* sealed */
};
/* STATUS_EXISTS if there is one of this id. */
enum status store_visit_put(struct store *store, const struct visit_record *visit) MUST_USE;
/* The first end counts. */
enum status store_visit_end(struct store *store, const uint8_t id[STORE_VISIT_ID_SIZE],
                            int64_t ended, int how) MUST_USE;
/* once: tells this line from the others of the visit; one that is there already is no error, and
 * changes nothing. */
enum status store_visit_line_put(struct store *store, const uint8_t id[STORE_VISIT_ID_SIZE],
                                 const uint8_t once[STORE_VISIT_ID_SIZE],
                                 const struct visit_line *line) MUST_USE;
/* The newest first; only those whose `told` is below `below`. */
enum status store_visit_list(struct store *store, struct sv user, int below, struct arena *arena,
                             struct visit_record **out, size_t *count) MUST_USE;
/* In the order of their making. */
enum status store_visit_lines(struct store *store, const uint8_t id[STORE_VISIT_ID_SIZE],
                              struct arena *arena, struct visit_line **out, size_t *count) MUST_USE;
enum status store_visit_told(struct store *store, struct sv user,
                             const uint8_t id[STORE_VISIT_ID_SIZE], int told) MUST_USE;
/* Forgets what began before, of everybody, and wipes it from the journal. */
enum status store_visit_sweep(struct store *store, int64_t before) MUST_USE;

/* ---- places where a user has signed in ---- */
/* *known: signed in there after `since`, or has never been anywhere. It is known from `now` on;
 * what was not seen since is forgotten, as is the oldest beyond STORE_PLACES_MAX. */
enum status store_place_note(struct store *store, struct sv user,
                             const uint8_t place[STORE_PLACE_SIZE], int64_t now, int64_t since,
                             bool *known) MUST_USE;

/* ---- preferences: small texts by user and name ---- */
struct preference {
    struct sv name, value;
};
enum status store_preferences_get(struct store *store, struct sv user, struct arena *arena,
                                  struct preference **out, size_t *count) MUST_USE;
/* All of them at once, so that a form is saved whole or not at all. */
enum status store_preferences_put(struct store *store, struct sv user,
                                  const struct preference *preferences, size_t count) MUST_USE;

/* ---- senders whose remote images a user wants to see always ----
 * The address as the caller compares it: in lower case. Beyond STORE_REMOTE_SENDERS_MAX of a user
 * the oldest goes. */
enum status store_remote_sender_put(struct store *store, struct sv user,
                                    struct sv address) MUST_USE;
/* STATUS_NOT_FOUND if it is none of them. */
enum status store_remote_sender_find(struct store *store, struct sv user,
                                     struct sv address) MUST_USE;
/* A missing row is no error. */
enum status store_remote_sender_delete(struct store *store, struct sv user,
                                       struct sv address) MUST_USE;
/* In alphabetical order. */
enum status store_remote_sender_list(struct store *store, struct sv user, struct arena *arena,
                                     struct sv **out, size_t *count) MUST_USE;

/* ---- searches that a user has given a name ---- */
enum {
    STORE_SEARCHES_MAX = 50,     /* of a user */
    STORE_SEARCH_NAME_MAX = 200, /* bytes */
    STORE_SEARCH_TEXT_MAX = 1000,
    STORE_SEARCH_FOLDER_MAX = 2000
};
struct saved_search {
    struct sv name;
    struct sv q;      /* what was typed */
    struct sv scope;  /* where: the caller's word for it */
    struct sv folder; /* may be empty */
};
/* STATUS_EXISTS if the name is taken, STATUS_TOO_LARGE beyond one of the limits. */
enum status store_search_add(struct store *store, struct sv user,
                             const struct saved_search *search) MUST_USE;
/* STATUS_NOT_FOUND if there is none of that name, STATUS_EXISTS if `to` is taken. */
enum status store_search_rename(struct store *store, struct sv user, struct sv name,
                                struct sv to) MUST_USE;
/* A missing row is no error. */
enum status store_search_delete(struct store *store, struct sv user, struct sv name) MUST_USE;
/* In the order of their names, by bytes. */
enum status store_search_list(struct store *store, struct sv user, struct arena *arena,
                              struct saved_search **out, size_t *count) MUST_USE;

/* ---- folders: what a user has chosen for one, and where messages were last moved to ----
 * A row is kept as long as it says anything. At most STORE_FOLDERS_MAX of a user. */
struct store_folder {
    struct sv name;  /* as the IMAP server lists it */
    int colour, use; /* model/colour.h and imap_folders.h say which; 0: none chosen */
    int64_t target;  /* when something was last moved there; 0: not among the last ones */
};
enum status store_folder_list(struct store *store, struct sv user, struct arena *arena,
                              struct store_folder **out, size_t *count) MUST_USE;
/* STATUS_TOO_LARGE beyond STORE_FOLDERS_MAX. */
enum status store_folder_colour_put(struct store *store, struct sv user, struct sv name,
                                    int colour) MUST_USE;
/* Gives the folder this use, and takes it from the one that had it. */
enum status store_folder_use_put(struct store *store, struct sv user, struct sv name,
                                 int use) MUST_USE;
/* Now is when something was moved there; beyond STORE_TARGETS_MAX the oldest is forgotten. */
enum status store_folder_target_put(struct store *store, struct sv user, struct sv name) MUST_USE;
/* The folder has another name, and those below it: "a" and "a/…"; searches that are kept follow. */
enum status store_folder_renamed(struct store *store, struct sv user, struct sv from, struct sv to,
                                 char delimiter) MUST_USE;
/* Forgets a folder that has been deleted. A missing row is no error. */
enum status store_folder_delete(struct store *store, struct sv user, struct sv name) MUST_USE;

/* ---- tags: names and colours of IMAP keywords ---- */
struct store_tag {
    struct sv keyword, name;
    int colour;
};
/* By their age. */
enum status store_tag_list(struct store *store, struct sv user, struct arena *arena,
                           struct store_tag **out, size_t *count) MUST_USE;
/* Makes or changes it. STATUS_TOO_LARGE beyond STORE_TAGS_MAX. */
enum status store_tag_put(struct store *store, struct sv user,
                          const struct store_tag *tag) MUST_USE;
/* A missing row is no error. */
enum status store_tag_delete(struct store *store, struct sv user, struct sv keyword) MUST_USE;

/* ---- sends in progress: how far a message has come, where the IMAP server keeps no keyword ----
 */
struct send_record {
    struct sv message_id;
    int state; /* model/outbox says which */
    int64_t changed;
    char digest[STORE_DIGEST_MAX + 1]; /* of the text that was claimed */
};
/* Makes the row, so that of several who try one succeeds: STATUS_EXISTS if there is one. A row in
 * this very state that has not changed since `before` counts as none: who made it is gone.
 * digest: at most STORE_DIGEST_MAX bytes, kept until the next claim. */
enum status store_send_claim(struct store *store, struct sv user, struct sv message_id, int state,
                             struct sv digest, int64_t before) MUST_USE;
/* Takes over a row that is still as it was seen, and makes `changed` another: STATUS_CHANGED if
 * somebody else was faster. */
enum status store_send_retake(struct store *store, struct sv user, struct sv message_id, int state,
                              struct sv digest, int64_t seen) MUST_USE;
enum status store_send_put(struct store *store, struct sv user, struct sv message_id,
                           int state) MUST_USE;
/* out->message_id is the caller's. */
enum status store_send_get(struct store *store, struct sv user, struct sv message_id,
                           struct send_record *out) MUST_USE;
enum status store_send_delete(struct store *store, struct sv user, struct sv message_id) MUST_USE;
/* The newest, 100 at most. */
enum status store_send_list(struct store *store, struct sv user, struct arena *arena,
                            struct send_record **out, size_t *count) MUST_USE;
/* Forgets what has not changed since. */
enum status store_send_sweep(struct store *store, int64_t before) MUST_USE;

/* ---- what a user has sent lately, so that a stolen session cannot send to thousands ----
 * A row says when, to how many, and whether from a public computer; it goes after a day. */
struct store_sending {
    struct sv id; /* the caller's, without a text of the letter in it; the same again counts once */
    uint32_t recipients;
    bool public;
};
/* 0: no limit. */
struct sending_limits {
    uint32_t messages_hour, recipients_day;
};
/* Counts it at `now` unless that would exceed `all`, or, of a public one, `public_only` among the
 * public ones. *until: 0 if it is counted, else when it could be, in seconds since 1970; *added: it
 * was not counted before. Of several at the same time each sees the others. */
enum status store_sending_count(struct store *store, struct sv user,
                                const struct store_sending *sending,
                                const struct sending_limits *all,
                                const struct sending_limits *public_only, int64_t now,
                                int64_t *until, bool *added) MUST_USE;
/* It has not been sent after all. A missing row is no error. */
enum status store_sending_forget(struct store *store, struct sv user, struct sv id) MUST_USE;

/* ---- jobs: long work on a mailbox, as model/job knows it ----
 * A row belongs to the runner (a process) that claimed it last: progress is written on that
 * condition, so that whoever has lost a job hears of it at the next write. */
struct job_record {
    int64_t id; /* positive, the caller's choice */
    struct sv user;
    struct sv kind;                 /* which code does it */
    struct sv what, folder, target; /* for people */
    struct sv memo;                 /* how far the kind's own code has come */
    int state, why;                 /* model/job says which */
    bool public;                    /* started on a public computer */
    bool told;                      /* its end has been shown */
    int64_t made, changed;          /* seconds since 1970 */
    int64_t runner;
    int64_t undoes, undone_by; /* other jobs, or 0 */
    uint64_t total, done, count, gone, parts;
    struct sv detail; /* of a failure: the server's own words */
    int cause;
};
/* STATUS_EXISTS if there is one of this id. */
enum status store_job_put(struct store *store, const struct job_record *job) MUST_USE;
enum status store_job_get(struct store *store, struct sv user, int64_t id, struct arena *arena,
                          struct job_record *out) MUST_USE;
/* The newest first; a memo of more than STORE_JOB_MEMO_LISTED bytes is left out. */
enum status store_job_list(struct store *store, struct sv user, struct arena *arena,
                           struct job_record **out, size_t *count) MUST_USE;
/* Makes the job this runner's, if it is still in that state and `seen`'s: STATUS_CHANGED if not. */
enum status store_job_claim(struct store *store, const struct job_record *job, int64_t seen,
                            int state) MUST_USE;
/* Everything that a step changes (state, why, what, told, memo, the numbers, cause, detail), and
 * the part that it adds (number job->parts - 1) unless that is empty, at once. STATUS_CHANGED if
 * the row is not job->runner's. */
enum status store_job_save(struct store *store, const struct job_record *job,
                           struct sv part) MUST_USE;
/* What is to be done; kept beside the row, which is written at each step. */
enum status store_job_plan_put(struct store *store, int64_t id, struct sv plan) MUST_USE;
/* STATUS_NOT_FOUND if it is not known yet. */
enum status store_job_plan_get(struct store *store, int64_t id, struct arena *arena,
                               struct sv *out) MUST_USE;
enum status store_job_told(struct store *store, struct sv user, int64_t id) MUST_USE;
/* Says which job undoes it: STATUS_EXISTS if one does already. 0: none does, after all. */
enum status store_job_undone(struct store *store, struct sv user, int64_t id, int64_t by) MUST_USE;
/* Part number 0, 1, … of a job. */
enum status store_job_part(struct store *store, int64_t id, uint64_t number, struct arena *arena,
                           struct sv *out) MUST_USE;
/* Of the user's jobs in one of the states of the mask (bit 1 << state) all but the newest `keep`,
 * with their parts; and those of everybody that have not changed since `before`. */
enum status store_job_trim(struct store *store, struct sv user, unsigned states,
                           size_t keep) MUST_USE;
enum status store_job_sweep(struct store *store, int64_t before) MUST_USE;
/* True while no other process works on jobs of this file: then whoever made a claim that is not
 * ours is dead. Asked for and, once true, kept until store_close(). */
bool store_job_alone(struct store *store);

/* ---- one-time passes, as session/pass knows them ----
 * Whatever takes a pass out of its use moves the generation, one number for the whole store. What a
 * row has sealed goes with its use, from the journal too; the row stays for its user to read. */
enum {
    STORE_PASSES_ALIVE_MAX = 20,   /* of a user: unused and not expired */
    STORE_PASSES_LISTED_MAX = 100, /* rows that one call lists */
    STORE_AGENT_MAX = 200,         /* bytes */
};
enum pass_state {
    PASS_UNUSED = 0,
    PASS_CLAIMED = 1, /* somebody signs in with it */
    PASS_USED = 2,
    PASS_VOID = 3,
};
enum pass_why { /* it is void */
                PASS_WHY_NONE = 0,
                PASS_WHY_USER = 1,
                PASS_WHY_PASSWORD = 2, /* the password has changed */
                PASS_WHY_BROKEN = 3,   /* a sign-in that did not come to its end */
                PASS_WHY_RESTORED = 4, /* the store is older than the passes that have been used */
                PASS_WHY_EXPIRED = 5,
};
struct pass_record {
    struct sv name; /* under which it is sought, with the selector: unique */
    uint32_t selector;
    struct sv user; /* whose it is: the login */
    int policy;     /* session/pass says which */
    enum pass_state state;
    enum pass_why why;
    int64_t made, expires; /* seconds since 1970 */
    int64_t changed;       /* when it came into this state */
    struct sv address;     /* of the browser that it was used in */
    struct sv agent;
    struct sv sealed; /* empty in lists, and once it is used or void */
};
/* Adds them all or none. STATUS_EXISTS: a selector is taken; STATUS_TOO_LARGE: more than
 * STORE_PASSES_ALIVE_MAX of this user would be alive. */
enum status store_pass_add(struct store *store, const struct pass_record *passes,
                           size_t n) MUST_USE;
enum status store_pass_get(struct store *store, struct sv name, uint32_t selector,
                           struct arena *arena, struct pass_record *out) MUST_USE;
/* Unused and not expired, it becomes claimed, by one of several who try: STATUS_CHANGED for the
 * others. address, agent: the claimant's. */
enum status store_pass_claim(struct store *store, const struct pass_record *pass,
                             uint64_t *generation) MUST_USE;
/* A claimed one becomes used, and is wiped, or unused again. STATUS_CHANGED: it is claimed no more.
 */
enum status store_pass_settle(struct store *store, const struct pass_record *pass,
                              bool used) MUST_USE;
/* Voids those of a name that are unused or claimed: the one of this selector, or all of them for
 * PASS_SELECTOR_ANY. */
#define PASS_SELECTOR_ANY UINT32_MAX
enum status store_pass_void(struct store *store, struct sv name, uint32_t selector,
                            enum pass_why why, uint64_t *generation) MUST_USE;
/* Everybody's; count: how many there were. The generation becomes at least this one. */
enum status store_pass_void_everyone(struct store *store, enum pass_why why, uint64_t generation,
                                     size_t *count) MUST_USE;
enum status store_pass_generation(struct store *store, uint64_t *out) MUST_USE;
/* Those that are not used and not void, however many have been, then the newest. */
enum status store_pass_list(struct store *store, struct sv name, struct arena *arena,
                            struct pass_record **out, size_t *count) MUST_USE;
/* Those used of which their user has not been told; told() says that one has been. */
enum status store_pass_untold(struct store *store, struct sv name, struct arena *arena,
                              struct pass_record **out, size_t *count) MUST_USE;
enum status store_pass_told(struct store *store, struct sv name, uint32_t selector) MUST_USE;
/* Voids what has expired and what was claimed before; forgets what is over and would have expired
 * before. */
enum status store_pass_sweep(struct store *store, int64_t claimed_before,
                             int64_t expired_before) MUST_USE;

/* ---- second factors: of an account, as session/second names it ----
 * Secrets and keys come sealed, recovery codes as MACs: what is in here opens nothing. */
enum { STORE_SECOND_KEYS_MAX = 10, STORE_SECOND_CODES_MAX = 10 };
struct store_second {
    struct sv sealed; /* the secret of one-time codes */
    int64_t step;     /* the newest one that has served */
};
struct store_second_counts {
    bool totp;
    size_t keys, codes;
};
/* All zero if it has none. */
enum status store_second_count(struct store *store, struct sv account,
                               struct store_second_counts *out) MUST_USE;
/* True if any account has one. */
enum status store_second_any(struct store *store, bool *out) MUST_USE;
/* Makes it, or takes the place of the one before. */
enum status store_second_put(struct store *store, struct sv account,
                             const struct store_second *second) MUST_USE;
enum status store_second_get(struct store *store, struct sv account, struct arena *arena,
                             struct store_second *out) MUST_USE;
/* This step serves now: one statement, so that of two at once one wins. STATUS_CHANGED if it or a
 * later one has served already. */
enum status store_second_step(struct store *store, struct sv account, int64_t step) MUST_USE;
/* A missing row is no error. */
enum status store_second_delete(struct store *store, struct sv account) MUST_USE;

struct store_second_key {
    uint8_t hash[STORE_ID_SIZE]; /* of the key's id */
    struct sv sealed;            /* all that it is */
    uint32_t counter;            /* what it said last; 0: it does not count */
    int64_t used;                /* seconds since 1970; 0: never */
};
/* STATUS_EXISTS if the account has it, STATUS_TOO_LARGE beyond STORE_SECOND_KEYS_MAX. */
enum status store_second_key_add(struct store *store, struct sv account,
                                 const struct store_second_key *key) MUST_USE;
/* In the order in which they were added. */
enum status store_second_key_list(struct store *store, struct sv account, struct arena *arena,
                                  struct store_second_key **out, size_t *count) MUST_USE;
/* It has been used now and counts so far: STATUS_CHANGED if it had counted as far before, unless
 * both are 0; STATUS_NOT_FOUND if there is no such key. */
enum status store_second_key_use(struct store *store, struct sv account,
                                 const uint8_t hash[STORE_ID_SIZE], uint32_t counter) MUST_USE;
/* A missing row is no error. */
enum status store_second_key_delete(struct store *store, struct sv account,
                                    const uint8_t hash[STORE_ID_SIZE]) MUST_USE;

/* These MACs of recovery codes, and no others. */
enum status store_second_codes_put(struct store *store, struct sv account,
                                   const uint8_t (*macs)[STORE_ID_SIZE], size_t count) MUST_USE;
/* Takes it out: STATUS_NOT_FOUND if it was not there, so that of two at once one wins. */
enum status store_second_code_use(struct store *store, struct sv account,
                                  const uint8_t mac[STORE_ID_SIZE]) MUST_USE;
/* All of it. A missing row is no error. */
enum status store_second_forget(struct store *store, struct sv account) MUST_USE;

#endif

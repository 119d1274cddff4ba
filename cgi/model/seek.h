/* seek.h — a search across folders, newest first, kept with the session while it goes on.
 *
 * It goes back in time in windows of days (seek_window.h), each over all folders, so that what has
 * come out so far is final: more comes behind it, nothing before it or between. Within a window
 * each folder is looked through in ranges of UIDs that the server answers in about half a second. A
 * folder that has gone, cannot be read or has become another one meanwhile is left out and named;
 * messages that arrive after the beginning need not be found.
 *
 * One seek serves several requests at a time: a step of work (in the gate) changes it, pages look
 * at it. What they share is guarded by its lock, which is never held during I/O.
 */
#ifndef VM_SEEK_H
#define VM_SEEK_H

#include "folder.h"
#include "query.h"
#include "selection.h"

enum {
    SEEK_FOUND_MAX = 20 * 1000,  /* messages found; the newest ones */
    SEEK_FOLDERS_MAX = 5000,     /* the others are left out and counted as such */
    SEEK_AGE_MS = 15 * 60 * 1000 /* unlooked at for so long, it begins anew */
};

enum seek_scope {
    SEEK_ALL,        /* every folder */
    SEEK_SUBSCRIBED, /* those in the folder list */
    SEEK_BELOW,      /* a folder and all below it */
    SEEK_SCOPES
};

struct seek;

struct seek_request {
    struct sv q; /* what was typed, dans: included */
    enum seek_scope scope;
    struct sv folder; /* of SEEK_BELOW */
    const struct folders *folders;
    struct imap_day today;
    struct sv refines; /* the query that q was made from by adding words to it: what that has found
                          already needs only be looked at again. Empty: none */
};

/* The session's own seek of this query and scope, or a new one; of several that are kept the one
 * that was looked at longest ago goes. Everything handed out by reference stays until
 * seek_release(). */
struct seek *seek_find(struct session *session, const struct seek_request *request);
/* The one that is kept, if it is of this query; else NULL. */
struct seek *seek_kept(struct session *session, struct sv q);
/* The one that is kept, if it has this serial; else NULL. */
struct seek *seek_numbered(struct session *session, uint64_t serial);
/* Those of this query are forgotten: the next search begins anew. */
void seek_anew(struct session *session, struct sv q);
void seek_hold(struct seek *seek);
/* NULL and pointer to NULL are accepted. */
void seek_release(struct seek **seek);

/* Tells this seek from any other, also of another process. */
uint64_t seek_serial(const struct seek *seek);

/* Goes on for about as long as `slice`, over a connection of the session's; *more: there is more to
 * do. Runs in one thread at a time: with a second one it returns at once. A failure is the
 * connection's, and the next call goes on from where this one was. */
enum status seek_run(struct seek *seek, struct session *session, struct arena *arena,
                     struct deadline slice, struct deadline deadline, struct diagnosis *diagnosis,
                     bool *more) MUST_USE;
/* A person has stopped it: it does nothing until it is told to go on. */
void seek_stop(struct seek *seek, bool stopped);

enum seek_trouble { SEEK_FINE, SEEK_GONE, SEEK_CHANGED, SEEK_REFUSED };

/* A message found. */
struct seek_hit {
    uint32_t folder; /* index into seek_folder() */
    uint32_t uid;
    int64_t date; /* arrival */
};

struct seek_state {
    bool done; /* there is nothing more to look at */
    bool stopped;
    bool cut;        /* SEEK_FOUND_MAX was reached: older ones are missing */
    bool indexed;    /* the server's index has told what is in texts: words, no parts of them */
    bool no_unicode; /* the server cannot search for letters beyond ASCII */
    bool narrowing;  /* still looking again at what the query before has found */
    bool dated;      /* `since` holds */
    struct imap_day since; /* everything from this day on has been looked at */
    uint32_t folders, folders_done;
    uint64_t messages, looked;
    bool moved;     /* some of what it had found has been taken elsewhere: seek_forget_all() */
    uint32_t found; /* those that are final: of these pages are made */
};
struct seek_state seek_state(struct seek *seek);

/* The window [skip, skip + count) of what has been found; less at the end. */
size_t seek_hits(struct seek *seek, uint32_t skip, uint32_t count, struct seek_hit *out);
/* Where a message stands, or SIZE_MAX. */
size_t seek_position(struct seek *seek, struct sv folder, uint32_t uid);
/* What is no longer where it was found. */
void seek_forget(struct seek *seek, struct seek_hit hit);

/* ---- all that has been found ---- */

/* How far a page has shown a search, as a text that its form can carry: what is found later, and
 * what another search finds, is not meant by it. Empty: nothing has been found. */
struct sv seek_mark(struct arena *arena, struct seek *seek);
/* All that had been found by then and has not gone since, by folder. STATUS_INVALID for a text that
 * is no mark, STATUS_CHANGED if the session keeps that search no longer. The caller releases *seek;
 * the folders' names are lent by it. */
enum status seek_marked(struct session *session, struct arena *arena, struct sv mark,
                        struct seek **seek, struct selection *out) MUST_USE;
/* These have gone from where they were found, but for those in the folder `but`. */
void seek_forget_all(struct seek *seek, const struct selection *selection, struct sv but);

struct seek_folder_view {
    struct sv name; /* lent by the seek */
    uint32_t uidvalidity;
    enum seek_trouble trouble;
};
uint32_t seek_folder_count(const struct seek *seek);
struct seek_folder_view seek_folder(struct seek *seek, uint32_t index);
/* A page found the folder gone or made anew: what was found in it goes. */
void seek_folder_lost(struct seek *seek, uint32_t index, enum seek_trouble trouble);

#endif

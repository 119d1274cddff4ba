/* seek_inside.h — what seek.c and seek_step.c share; not for others. */
#ifndef VM_SEEK_INSIDE_H
#define VM_SEEK_INSIDE_H

#include <pthread.h>

#include "seek.h"
#include "seek_window.h"

struct seek_folder {
    char *name;
    size_t name_n;
    uint32_t uidvalidity; /* 0: not known yet */
    uint32_t messages;    /* as the list told, then as it was when first selected */
    uint32_t top;         /* the greatest UID that is looked at; 0: not selected yet */
    uint32_t looked;      /* messages, in all windows */
    bool window_done;     /* nothing is left in this window */
    bool done;            /* nothing is left at all */
    enum seek_trouble trouble;
};

struct seek {
    uint64_t serial;
    char *q, *folder; /* NUL-terminated */
    size_t q_n, folder_n;
    enum seek_scope scope;
    struct imap_day today;
    uint32_t folder_count;

    pthread_mutex_t lock; /* guards what follows; changed by who runs, unless said otherwise */
    size_t references;
    bool running;
    bool stopped; /* by anybody */
    bool done, cut, indexed, no_unicode, moved;
    int64_t used; /* clock_ms() of the last look; by anybody */
    struct seek_folder *folders;
    struct seek_hit *hits; /* the first `settled` in their order for good */
    size_t hit_count, hit_room, settled;
    bool dear; /* the server reads messages for it, not an index; or so it turned out */
    struct seek_window window;
    uint32_t aim; /* messages of the next window, where it is dear */
    uint64_t window_looked;
    uint32_t at;     /* the folder that was selected last, or UINT32_MAX */
    uint32_t budget; /* messages that one search command may look at */
    /* The messages of one folder in the window that have not been looked at yet, ascending. */
    uint32_t list_folder; /* UINT32_MAX: of none */
    uint32_t *list;
    size_t list_count;
    /* What the query before had found, by folder and UID, and how much of it has been looked at. */
    struct seek_hit *again;
    size_t again_count, again_at;
};

/* Messages of one window. Measured on 70,000 messages (Dovecot, Maildir, warm): a search in
 * subjects takes 120 ms, one in texts 5,100 ms. So what the index knows is looked up all at once,
 * and only the others go by windows. To find out what is in a window costs as much as a search in
 * subjects: so each window is twice as long as the one before, small enough for the first results
 * to come at once, and few in all. */
enum { SEEK_AIM_FIRST = 3000, SEEK_AIM_MOST = 96 * 1000, SEEK_AIM_CHEAP = 5 * 1000 * 1000 };
static inline uint64_t seek_aim(const struct seek *seek)
{
    return seek->dear ? seek->aim : SEEK_AIM_CHEAP;
}

/* before: one that it refines, or NULL. */
struct seek *seek_new(const struct seek_request *request, struct seek *before);
/* Takes note that somebody looks. */
void seek_look(struct seek *seek);

/* ---- lock held ---- */
void seek_add(struct seek *seek, const struct seek_hit *hits, size_t count);
/* Copies the list. */
void seek_list_put(struct seek *seek, uint32_t folder, const uint32_t *uids, size_t count);
/* Takes out what was found in a folder, and leaves it out from now on. */
void seek_drop_folder(struct seek *seek, uint32_t index, enum seek_trouble trouble);
/* It takes much longer than thought: begins anew, in windows. */
void seek_become_dear(struct seek *seek);
/* The window is over: what it found is final; the next one begins, or the search is done. */
void seek_next_window(struct seek *seek);
/* The order of what is found, for qsort(): newest first. */
int seek_newest_first(const void *a, const void *b);
/* Newest first, down to the instant; those with an older date may still be joined by others. */
void seek_settle(struct seek *seek, int64_t until);

#endif

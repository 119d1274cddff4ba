/* preferences.h — how a user likes it: read from the store for each request, saved as a whole. */
#ifndef VM_PREFERENCES_H
#define VM_PREFERENCES_H

#include "session.h"

enum theme { THEME_AUTO, THEME_LIGHT, THEME_DARK, THEME_COUNT };
enum density { DENSITY_COMFORTABLE, DENSITY_COMPACT, DENSITY_COUNT };
enum pane { PANE_RIGHT, PANE_BELOW, PANE_NONE, PANE_COUNT };
enum body_choice { BODY_HTML, BODY_PLAIN, BODY_COUNT };
enum seen_rule { SEEN_OPEN, SEEN_MANUAL, SEEN_COUNT };
enum remote_rule { REMOTE_ASK, REMOTE_NEVER, REMOTE_COUNT };
enum notify_rule { NOTIFY_NO, NOTIFY_YES, NOTIFY_COUNT };

enum {
    PREFERENCE_NAME_MAX = 200,       /* bytes */
    PREFERENCE_SIGNATURE_MAX = 4000, /* bytes */
    PREFERENCE_FOLDERS_MAX = 12000,  /* bytes of the list of folders that are an exception */
    PREFERENCE_PAGE_SIZE_DEFAULT = 50
};

struct preferences {
    struct sv language; /* "fr", "en"; empty: as the browser says */
    struct sv zone;     /* IANA name; empty: the site's */
    enum theme theme;
    enum density density;
    enum pane pane;
    enum body_choice body;    /* which of the two is shown first */
    enum seen_rule seen;      /* when a message counts as read */
    enum remote_rule remote;  /* what happens to remote images: see remote.h */
    enum notify_rule notify;  /* the browser tells of new mail while a page is open, where scripts
                                 run and no public computer is used */
    bool announce;            /* a sign-in from a new place is told by a message in the inbox */
    bool keys;                /* keyboard shortcuts */
    bool threads;             /* folders are listed by conversation… */
    struct sv thread_folders; /* …but for these: see preferences_threads() */
    uint32_t page_size;       /* rows: 25, 50, 100 or 200 */
    struct sv name;           /* the display name of the one identity */
    struct sv signature;      /* UTF-8, lines ended by LF */
    bool small; /* no choice but noted: when last listed the account had no large folder (warm.h) */
};

/* The names of the values, as they stand in store, form and template: "auto", "light", "dark"… */
extern const char *const theme_names[THEME_COUNT];
extern const char *const density_names[DENSITY_COUNT];
extern const char *const pane_names[PANE_COUNT];
extern const char *const body_names[BODY_COUNT];
extern const char *const seen_names[SEEN_COUNT];
extern const char *const remote_names[REMOTE_COUNT];
extern const char *const notify_names[NOTIFY_COUNT];

/* The index of a name; STATUS_INVALID if it is none of them. */
enum status preference_choice(const char *const *names, int count, struct sv name,
                              int *choice) MUST_USE;

struct preferences preferences_default(void);
/* Strings live in the arena. A value in the store that we no longer understand is the default. */
enum status preferences_load(struct session *session, struct store *store, struct arena *arena,
                             struct preferences *out) MUST_USE;
/* STATUS_TOO_LARGE beyond the limits above, STATUS_INVALID for a page size that is not offered. */
enum status preferences_save(struct session *session, struct store *store, struct arena *arena,
                             const struct preferences *preferences) MUST_USE;

/* Keeps `small` of the account. */
enum status preferences_note_small(struct session *session, struct store *store,
                                   bool small) MUST_USE;
/* Whether a folder is listed by conversation; and the list of exceptions with this one changed (in
 * the arena; beyond PREFERENCE_FOLDERS_MAX the oldest are forgotten). The list has lines of '+' or
 * '-' and the folder's name, the last chosen first. */
bool preferences_threads(const struct preferences *preferences, struct sv folder);
struct sv preferences_thread_folders(struct arena *arena, const struct preferences *preferences,
                                     struct sv folder, bool on);
/* The list after a folder, and those below it, have got another name; delimiter 0: none below. */
struct sv preferences_threads_follow(struct arena *arena, const struct preferences *preferences,
                                     struct sv from, struct sv to, char delimiter);

#endif

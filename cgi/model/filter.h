/* filter.h — a person's filters where the site keeps them: one small interface over the ways out.
 *
 * Whatever the way, the rules come back exactly as they were saved, a version tells whether
 * somebody else has saved meanwhile, and nothing that another program or a person wrote there is
 * overwritten without having been asked for.
 */
#ifndef VM_FILTER_H
#define VM_FILTER_H

#include "folder.h"
#include "procmail.h"
#include "procmail_file.h"
#include "rule.h"
#include "session.h"

enum filter_way { FILTER_NONE, FILTER_SIEVE, FILTER_PROCMAIL };

/* Where procmail's recipe files go, and for whom. */
struct filter_procmail_site {
    const char *directory;
    struct sv domain; /* logins end in "@" and this, or have no "@" */
    enum procmail_capitals capitals;
    struct procmail_site site;
};

/* The site's settings. */
struct filter_site {
    enum filter_way way;
    struct rule_site rules; /* what the site allows */
    struct stream_target sieve;
    struct filter_procmail_site procmail;
};

enum {
    FILTER_OTHERS_MAX = 20,
    FILTER_OTHER_SHOWN = 64 * 1024 /* bytes of another script's text */
};

/* A script that another program keeps there. */
struct filter_other {
    struct sv name;
    struct sv text; /* UTF-8 as it came, cut at FILTER_OTHER_SHOWN */
    bool active;    /* it is the one that runs */
};

struct filters {
    struct rule_set set;
    struct sv include; /* the other script that runs before ours; empty: none */
    struct sv version; /* of what is saved now; "-" if there is nothing of ours */
    bool ours_run;     /* ours are the active ones */
    bool edited;       /* ours were changed by hand: filters_save() asks for `overwrite` */
    bool can_include;  /* another script may run before ours */
    struct sv text;    /* of ours, if edited: for people to look at */
    struct filter_other others[FILTER_OTHERS_MAX];
    size_t others_n;
};

struct filter_call {
    struct session *session;
    const struct filter_site *site;
    struct arena *arena;
    struct deadline deadline;
    struct diagnosis *diagnosis;
};

/* STATUS_UNSUPPORTED without filters at this site, and what the way to the server gives. */
enum status filters_load(const struct filter_call *call, struct filters *out) MUST_USE;

struct filter_wish {
    struct rule_set set;
    struct sv include; /* as in filters */
    struct sv version; /* of the filters that this began with */
    bool overwrite;    /* also what was changed by hand */
};

/* Whether the way can do actions of this kind: what a form offers. */
bool filters_can(const struct filter_site *site, enum rule_action_kind kind);

/* All or nothing: the server has checked the script before it takes the place of the one before.
 * The set is checked against the site's rules (STATUS_INVALID, then *fault says what).
 * STATUS_CHANGED: the version is no longer that; STATUS_EXISTS: changed by hand; STATUS_UNSUPPORTED
 * with *missing: the extension that the server lacks, or for procmail one of the words "mark",
 * "mailbox", "address", "forward", then a space and the value that it cannot take; STATUS_REFUSED:
 * in the server's words; STATUS_QUOTA, STATUS_TOO_LARGE. *fault and *missing may be looked at for
 * these statuses alone. */
enum status filters_save(const struct filter_call *call, const struct filter_wish *wish,
                         struct rule_fault *fault, struct sv *missing) MUST_USE;

/* Whether some rule that is on files into the folder or below it: it would make it anew. */
bool filters_reach(const struct rule_set *set, struct sv folder, char delimiter);

/* A folder has another name now, delimiter between levels (0: none): the rules that file into it or
 * below it follow. STATUS_OK if there are none of them, nor filters at this site; else as
 * filters_load() and filters_save(). */
enum status filters_follow(const struct filter_call *call, struct sv from, struct sv to,
                           char delimiter) MUST_USE;

/* The script that runs now by another program and would not any more: NULL if there is none. */
const struct filter_other *filters_displaced(const struct filters *filters);

/* Makes and subscribes the mailboxes that the rules move or copy to and that are not there;
 * *made: how many. */
enum status filters_make_folders(struct imap *imap, const struct imap_call *call,
                                 const struct folders *folders, const struct rule_set *set,
                                 size_t *made) MUST_USE;

#endif

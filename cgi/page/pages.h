/* pages.h — the entry points of all pages, for the route table. Each is the one entry of the file
 * with its name. */
#ifndef VM_PAGES_H
#define VM_PAGES_H

#include "page.h"

typedef enum status page_function(struct page *page);

page_function page_root;        /* GET / */
page_function page_login;       /* GET, POST /login */
page_function page_logout;      /* POST /logout */
page_function page_listing;     /* GET /mail */
page_function page_message;     /* GET /message */
page_function page_body;        /* GET /body: the framed document */
page_function page_part;        /* GET /part: one attachment */
page_function page_remote;      /* POST /remote: senders whose remote images are shown */
page_function page_image;       /* GET /image: a remote image, fetched by us */
page_function page_tnef;        /* GET /tnef: what is inside a winmail.dat, and its files */
page_function page_zip;         /* GET /zip: all attachments */
page_function page_filters;     /* GET, POST /filters: the rules in their order */
page_function page_filter_edit; /* GET, POST /filters/edit: one of them */
page_function page_filter_why;  /* GET /filters/why: which one files this message */
page_function page_vacation;    /* GET, POST /vacation */
page_function page_source;      /* GET /source, /source?save=1: the message as it is */
page_function page_headers;     /* GET /headers */
page_function page_act;         /* POST /act */
page_function page_search;      /* GET, POST /search: across folders */
page_function page_compose;     /* GET, POST /compose */
page_function page_folders;     /* GET, POST /folders */
page_function page_folder_one;  /* GET, POST /folder: one folder */
page_function page_tags;        /* GET, POST /tags */
page_function page_space;       /* GET, POST /space: making room */
page_function page_sessions;    /* GET, POST /sessions: who is signed in, and what was done where */
page_function page_end;         /* GET, POST /end: a public session, by its code */
page_function page_settings;    /* GET, POST /settings */
page_function page_unsubscribe; /* GET, POST /unsubscribe */
page_function page_leave;       /* POST /leave: waits no longer */
page_function page_transfer;    /* GET /transfer: import and export */
page_function page_import;      /* POST /import */
page_function page_export;      /* GET /export */
page_function page_journey;     /* GET /journey: a copy to read offline */
page_function page_passes;      /* GET, POST /passes: one-time passes */
page_function page_jobs;        /* GET /jobs */
page_function page_job;         /* GET, POST /job */
page_function page_away;        /* GET /link: where a link leads, on a public computer */
page_function page_poll;        /* GET /poll */
page_function page_closed;      /* GET /closed: a public session is over */
page_function page_again;       /* GET /again: signed in beside a page that waits */
page_function page_health;      /* GET /health */
page_function page_arrival;     /* instead of any page, after an arrival from another site */

page_function page_login_second; /* GET, POST /login/second: the second step of a sign-in */
page_function page_second;       /* GET, POST /second: the second factor itself */
page_function page_second_qr;    /* GET /second/qr, /login/second/qr */

page_function page_filter_apply; /* GET, POST /filters/apply: one rule, to what is there */

#endif

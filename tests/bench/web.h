/* web.h — a browser with a cookie jar and nothing else: at the FastCGI socket, or through the web
 * server over one HTTPS connection that is kept. */
#ifndef BENCH_WEB_H
#define BENCH_WEB_H

#include "arena.h"
#include "link.h"

enum { WEB_AGAIN_MS = 2000 }; /* as waiting.cs says */
enum { WEB_COOKIES = 8, WEB_COOKIE_MAX = 512, WEB_BODY_KEPT = 4 * 1024 * 1024 };

struct web {
    const char *socket;                        /* FastCGI; NULL: HTTPS */
    const char *host, *port, *ca;              /* of the URL */
    char cookies[WEB_COOKIES][WEB_COOKIE_MAX]; /* "name=value" */
    bool open;
    struct link link;
};

struct answer {
    unsigned code;
    char location[4096];
    char type[128];
    uint64_t length; /* of the body */
    struct sv body;  /* its beginning, at most WEB_BODY_KEPT; valid until the next fetch */
};

/* form: NULL pointer for GET. */
void web_fetch(struct web *web, struct sv target, struct sv form, struct answer *answer);
/* Fetches and insists on 200; a waiting page is asked for again as often as it says. */
void web_get(struct web *web, struct sv target, struct answer *answer);
/* Signs in, cookies forgotten before; answer->location is where one is sent. */
void web_enter(struct web *web, const char *user, const char *password, struct answer *answer);
/* Signs in as a person does, cookies forgotten before; *answer is the page one lands on. */
void web_sign_in(struct web *web, const char *user, const char *password, struct answer *answer);
void web_close(struct web *web);

/* The value of `attribute` in the first tag of the page that contains `mark`, unescaped; the empty
 * view if there is none. */
struct sv page_attribute(struct arena *arena, struct sv page, const char *mark,
                         const char *attribute);

#endif

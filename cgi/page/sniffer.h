/* sniffer.h — a stranger's file on its way out: shown in place only if it is a picture by its first
 * bytes as well, else a download. */
#ifndef VM_SNIFFER_H
#define VM_SNIFFER_H

#include "page.h"
#include "picture.h"

/* The first bytes wait here until they tell whether a picture is one. */
struct sniffer {
    struct response *response;
    bool wanted; /* called a picture, and asked for as one */
    bool strict; /* then it must be one: STATUS_UNSUPPORTED rather than a download */
    bool decided;
    char held[PICTURE_HEAD];
    size_t n;
};

/* media_type: what the file is called. With `open` in the request a picture is shown; on a public
 * computer, what is none is not saved unasked (public.h). */
void sniffer_init(struct sniffer *s, struct page *page, struct sv media_type);
/* The file's bytes, decoded. */
struct sink sniffer_sink(struct sniffer *s);
/* Behind the last of them: passes on what waits, and ends the response. */
enum status sniffer_finish(struct sniffer *s) MUST_USE;

#endif

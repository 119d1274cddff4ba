/* GET /image: a remote image of a letter, fetched by us so that its server does not see the reader.
 * Fields: folder, v, uid, url, sig (image_link.h). What is no picture, or cannot be had, is an
 * empty answer: the letter then shows the image's own text. */
#include "fetch.h"
#include "image_link.h"
#include "log.h"
#include "outside.h"
#include "pages.h"
#include "picture.h"
#include "public.h"

enum { IMAGE_MS = 10000, HOPS_MAX = 5 };

/* The image between its server and the reader. Its beginning is held back until it is known what
 * it is. */
struct relay {
    struct page *page;
    char head[PICTURE_HEAD];
    size_t n;
    bool known;
};

static enum status answer_empty(struct page *page, unsigned code)
{
    response_reset(page->response);
    return response_text(page->response, code, SV(""));
}

static enum status relay_begin(void *context, const struct fetch_answer *answer)
{
    (void)context;
    struct sv type = answer->content_type;
    type = sv_trim(sv_cut(&type, ';'));
    return answer->code == 200 && response_image_type(type).n > 0 ? STATUS_OK : STATUS_UNSUPPORTED;
}

static enum status relay_recognise(struct relay *relay)
{
    struct sv head = {relay->head, relay->n};
    struct sv type = picture_type(head);
    if (type.n == 0)
        return STATUS_UNSUPPORTED;
    relay->known = true;
    response_set_kind(relay->page->response, RESPONSE_IMAGE);
    response_set_image_type(relay->page->response, type);
    return response_write(relay->page->response, head);
}

static enum status relay_write(void *context, struct sv piece)
{
    struct relay *relay = context;
    if (!relay->known) {
        size_t room = sizeof relay->head - relay->n;
        struct sv first = sv_slice(piece, 0, room);
        memcpy(relay->head + relay->n, first.p, first.n);
        relay->n += first.n;
        if (first.n < room)
            return STATUS_OK;
        enum status st = relay_recognise(relay);
        if (st != STATUS_OK)
            return st;
        piece = sv_slice(piece, first.n, piece.n);
    }
    return response_write(relay->page->response, piece);
}

/* Each redirect is a request of its own, checked like the first; one that leaves TLS is not
 * followed, since a listener on the way would learn what is read. */
static enum status fetch(struct relay *relay, struct sv url, struct fetch_answer *answer)
{
    struct page *page = relay->page;
    struct fetch_request request = {
        .accept = "image/avif,image/webp,image/png,image/jpeg,image/gif,image/bmp",
        .deadline = deadline_min(page->deadline, deadline_in(IMAGE_MS)),
        .also = &page->site->web.also,
        .trust = page->site->web.trust,
        .max_bytes = page->site->web.image_max,
        .begin = relay_begin,
        .sink = {relay_write, relay}};
    for (int hop = 0; hop <= HOPS_MAX; hop++) {
        request.url = url;
        enum status st = net_fetch(&request, page->arena, answer, &page->diagnosis);
        if (st != STATUS_OK)
            return st;
        if (answer->code / 100 == 2)
            return relay->known ? STATUS_OK : relay_recognise(relay);
        struct sv next = answer->location;
        bool leaves_tls =
            sv_starts_nocase(url, SV("https:")) && !sv_starts_nocase(next, SV("https:"));
        if (next.n == 0 || leaves_tls)
            return STATUS_REFUSED;
        url = next;
    }
    return STATUS_REFUSED;
}

/* Never the URL: it may tell whom the letter was sent to. */
static void log_failure(struct page *page, enum status why, unsigned code)
{
    const struct diagnosis *d = &page->diagnosis;
    log_event(LOG_LEVEL_INFO, "image-failure",
              "status=%s answer=%u code=%s stage=%s host=%.*s port=%u detail=\"%.*s\"",
              status_name(why), code, d->cause ? diagnosis_code(d->cause) : "-",
              stage_name(d->stage), SV_ARG(page_log_words(page, sv_of(d->host))), d->port,
              SV_ARG(page_log_words(page, sv_of(d->detail))));
}

static enum status relay_image(struct page *page, struct sv url)
{
    struct relay relay = {.page = page};
    struct fetch_answer answer = {.code = 0};
    enum status st = fetch(&relay, url, &answer);
    if (st == STATUS_OK)
        return response_end(page->response);
    log_failure(page, st, answer.code);
    return page->response->started ? st : answer_empty(page, 502);
}

enum status page_image(struct page *page)
{
    struct sv url;
    if (!page->site->web.image_proxy)
        return answer_empty(page, 404);
    enum status st = image_link_read(page, &url);
    if (st != STATUS_OK || page_remote_rule(page) == REMOTE_NEVER)
        return answer_empty(page, st == STATUS_INVALID ? 404 : 403);
    if (!outside_enter(page))
        return answer_empty(page, 503);
    st = relay_image(page, url);
    outside_leave();
    return st;
}

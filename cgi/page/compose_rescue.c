#include "compose_rescue.h"

#include <pthread.h>

#include "compose_save.h"
#include "compose_show.h"
#include "log.h"
#include "seal.h"

enum { FORMS_MAX = 64, DIGESTED_MAX = 8 * 1024 * 1024, CONFLICT = 409 };

/* What one session has rescued, or is about to: which forms, by their digest, and the versions made
 * of them. Shared by its requests, since who waits presses again. */
struct form_rescued {
    uint8_t digest[SEAL_HASH_SIZE];
    enum { FORM_FREE, FORM_BUSY, FORM_SAVED } state;
    struct draft_version version;
    bool lost;
};
struct rescued {
    pthread_mutex_t lock;
    pthread_cond_t done;
    unsigned holders;
    struct form_rescued forms[FORMS_MAX];
};

static void *rescued_make(void)
{
    struct rescued *rescued = calloc(1, sizeof *rescued);
    if (!rescued)
        abort();
    pthread_mutex_init(&rescued->lock, NULL);
    deadline_cond_init(&rescued->done);
    return rescued;
}

static void rescued_hold(void *value)
{
    struct rescued *rescued = value;
    pthread_mutex_lock(&rescued->lock);
    rescued->holders++;
    pthread_mutex_unlock(&rescued->lock);
}

static void rescued_release(void *value)
{
    struct rescued *rescued = value;
    pthread_mutex_lock(&rescued->lock);
    bool last = --rescued->holders == 0;
    pthread_mutex_unlock(&rescued->lock);
    if (!last)
        return;
    pthread_cond_destroy(&rescued->done);
    pthread_mutex_destroy(&rescued->lock);
    free(rescued);
}

static const struct session_shared rescued_kind = {rescued_make, rescued_hold, rescued_release};

/* Lock held. The form's place, or a free one, which may be NULL. */
static struct form_rescued *place_of(struct rescued *rescued, const uint8_t digest[SEAL_HASH_SIZE])
{
    struct form_rescued *empty = NULL;
    for (size_t i = 0; i < FORMS_MAX; i++) {
        struct form_rescued *one = &rescued->forms[i];
        if (one->state != FORM_FREE && seal_equal(one->digest, digest, SEAL_HASH_SIZE))
            return one;
        if (one->state == FORM_FREE && !empty)
            empty = one;
    }
    return empty;
}

/* True: it is saved already, and *saved tells as what. False: it is the caller's to save, and to
 * give to end() if `mine` is set. Waits for another request that is at it, not longer than for a
 * server. */
static bool begin(struct rescued *rescued, const uint8_t digest[SEAL_HASH_SIZE],
                  struct deadline deadline, struct form_rescued *saved, struct form_rescued **mine)
{
    const struct timespec until = deadline_timespec(deadline);
    struct form_rescued *place;
    pthread_mutex_lock(&rescued->lock);
    while ((place = place_of(rescued, digest)) && place->state == FORM_BUSY)
        if (pthread_cond_timedwait(&rescued->done, &rescued->lock, &until) != 0)
            break;
    bool known = place && place->state == FORM_SAVED;
    if (known)
        *saved = *place;
    *mine = place && place->state == FORM_FREE ? place : NULL;
    if (*mine) {
        memcpy(place->digest, digest, SEAL_HASH_SIZE);
        place->state = FORM_BUSY;
    }
    pthread_mutex_unlock(&rescued->lock);
    return known;
}

static void end(struct rescued *rescued, struct form_rescued *mine, enum status st,
                const struct form_rescued *saved)
{
    if (!mine)
        return;
    pthread_mutex_lock(&rescued->lock);
    mine->state = st == STATUS_OK ? FORM_SAVED : FORM_FREE;
    mine->version = saved->version;
    mine->lost = saved->lost;
    pthread_cond_broadcast(&rescued->done);
    pthread_mutex_unlock(&rescued->lock);
}

/* All that the browser sent, in its order: two presses on one form are alike in it, two forms are
 * not. Of files, their name and size. */
static void digest_form(struct page *page, uint8_t out[SEAL_HASH_SIZE])
{
    const struct request *request = page->request;
    struct sb all;
    sb_init(&all, page->arena, DIGESTED_MAX);
    for (size_t i = 0; i < request->form.n; i++) {
        const struct input *one = &request->form.at[i];
        if (sv_eq(one->name, SV("act")))
            continue;
        sb_printf(&all, "%zu %zu ", one->name.n, one->value.n);
        sb_add(&all, one->name);
        sb_add(&all, one->value);
    }
    for (size_t i = 0; i < request->upload_count; i++) {
        const struct upload *upload = &request->uploads[i];
        sb_printf(&all, "%llu %zu ", (unsigned long long)upload->length, upload->filename.n);
        sb_add(&all, upload->filename);
    }
    seal_hash(sb_view(&all), out);
}

/* Only this is left to do. What cannot come along is left behind: the text is saved. */
static enum status keep_whatever(struct page *page, struct compose *compose, bool *lost)
{
    struct desk *desk = arena_alloc(page->arena, sizeof *desk);
    struct request *request = page->request;
    bool left = request->upload_failed != STATUS_OK;
    enum status st = desk_keep(desk, page, compose);
    if (st == STATUS_TOO_LARGE && request->upload_count > 0) {
        left = true;
        request->upload_count = 0;
        st = desk_keep(desk, page, compose);
    }
    *lost = left || desk->lost;
    return st;
}

static enum status go(struct page *page, struct draft_version version, bool lost)
{
    bool open = session_kind(page->session) == SESSION_PUBLIC;
    struct sv more = page->request->requested_with.n > 0
                         ? arena_printf(page->arena, "&draft_v=%u&draft_uid=%u",
                                        version.uidvalidity, version.uid)
                         : SV("");
    return page_redirect(page,
                         arena_printf(page->arena, "%s?saved=1%s%.*s", open ? "/closed" : "/login",
                                      lost ? "&lost=1" : "", SV_ARG(more)));
}

enum status compose_rescue(struct page *page, struct compose *compose)
{
    uint8_t digest[SEAL_HASH_SIZE];
    struct form_rescued saved = {.state = FORM_SAVED}, *mine;
    struct rescued *rescued =
        session_slot_share(page->session, SESSION_SLOT_RESCUED, &rescued_kind);
    enum status st = STATUS_OK;
    digest_form(page, digest);
    bool known = begin(rescued, digest, page->deadline, &saved, &mine);
    if (!known) {
        st = keep_whatever(page, compose, &saved.lost);
        saved.version = compose->version;
        end(rescued, mine, st, &saved);
    }
    rescued_release(rescued);
    log_event(LOG_LEVEL_INFO, "rescue", "address=%s status=%s again=%s", page->request->client,
              status_name(st), known ? "yes" : "no");
    return st == STATUS_OK ? go(page, saved.version, saved.lost) : st;
}

enum status compose_resume(struct page *page, struct compose *compose)
{
    bool lost;
    struct sv act = inputs_get(&page->request->form, "act");
    bool done = !sv_eq(act, SV("send")) && !sv_eq(act, SV("discard")); /* no more was asked for */
    enum status st = keep_whatever(page, compose, &lost);
    if (st != STATUS_OK)
        return compose_show_failure(page, compose, st);
    if (lost)
        compose->errors[COMPOSE_ATTACH] = locale_text(page->locale, "compose.lost");
    if (!done)
        compose->warning = locale_text(page->locale, "compose.resumed");
    return compose_render(page, compose, done ? 200 : CONFLICT);
}

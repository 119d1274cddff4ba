#include "door.h"

#include "account.h"
#include "familiar.h"
#include "log.h"
#include "utf8.h"

enum { SECOND = 1000, MINUTE_S = 60, FULL_RETRY_S = 2, PATIENCE_MS = 1000 };

static enum status let_nobody_in(struct door *door, unsigned code, int64_t seconds)
{
    door->code = code;
    response_add_header(door->page->response, "Retry-After",
                        arena_printf(door->page->arena, "%lld", (long long)seconds));
    return STATUS_UNAVAILABLE;
}

static struct sv log_name(const struct door *door)
{
    return page_log_words(door->page, utf8_cut(door->user, STORE_USER_MAX));
}

static enum status later(struct door *door, int64_t wait_ms)
{
    struct page *page = door->page;
    int64_t seconds = (wait_ms + SECOND - 1) / SECOND;
    bool minutes = seconds > MINUTE_S;
    door->words =
        locale_plural(page->locale, page->arena, minutes ? "door.minutes" : "door.seconds",
                      (uint64_t)(minutes ? (seconds + MINUTE_S - 1) / MINUTE_S : seconds));
    log_event(LOG_LEVEL_INFO, "login-delayed", "address=%s seconds=%lld user=\"%.*s\"",
              page->request->client, (long long)seconds, SV_ARG(log_name(door)));
    return let_nobody_in(door, 429, seconds);
}

static enum status full(struct door *door)
{
    struct page *page = door->page;
    door->words = locale_text(page->locale, "door.full");
    log_event(LOG_LEVEL_WARNING, "login-full", "address=%s", page->request->client);
    return let_nobody_in(door, 503, FULL_RETRY_S);
}

static enum status enter(struct page *page, enum throttle_kind kind, struct sv user,
                         struct door *door)
{
    static const struct ip unknown;
    static const char *const causes[] = {
        [THROTTLE_PASSWORD] = "password", [THROTTLE_CODE] = "code", [THROTTLE_PASS] = "pass"};
    int64_t wait_ms = 0;
    *door = (struct door){.page = page,
                          .user = user,
                          .name = account_short(user, page->site->domain, page->arena),
                          .cause = causes[kind],
                          .deadline = deadline_min(page->deadline, deadline_in(DOOR_CHECK_MS))};
    if (ip_parse(sv_of(page->request->client), &door->address) != STATUS_OK)
        door->address = unknown; /* all of these share one counter */
    const struct throttle_who who = {
        .kind = kind,
        .address = door->address,
        .user = door->name,
        .familiar = familiar_is(page->app->sessions, door->name, &door->address),
        .turn = inputs_get(&page->request->form, "turn")};
    int64_t now = clock_ms();
    switch (throttle_enter(page->app->throttle, &who, now, deadline_in(PATIENCE_MS), &door->try_,
                           &wait_ms)) {
    case THROTTLE_WAIT:
        throttle_turn(page->app->throttle, &who, now, wait_ms, door->turn);
        return later(door, wait_ms);
    case THROTTLE_FULL:
        return full(door);
    case THROTTLE_LET_IN:
        break;
    }
    return STATUS_OK;
}

enum status door_enter(struct page *page, struct sv user, struct door *door)
{
    return enter(page, THROTTLE_PASSWORD, user, door);
}

enum status door_enter_code(struct page *page, struct sv user, struct door *door)
{
    return enter(page, THROTTLE_CODE, user, door);
}

enum status door_enter_pass(struct page *page, struct sv user, struct door *door)
{
    return enter(page, THROTTLE_PASS, user, door);
}

void door_leave(struct door *door, enum door_outcome outcome)
{
    static const enum throttle_outcome outcomes[] = {[DOOR_RIGHT] = THROTTLE_RIGHT,
                                                     [DOOR_HALF] = THROTTLE_UNKNOWN,
                                                     [DOOR_WRONG] = THROTTLE_WRONG,
                                                     [DOOR_UNKNOWN] = THROTTLE_UNKNOWN};
    struct page *page = door->page;
    if (!door->try_.held)
        return;
    throttle_leave(page->app->throttle, &door->try_, outcomes[outcome], clock_ms());
    if (outcome == DOOR_RIGHT && !door->passing)
        familiar_note(page->app->sessions, door->name, &door->address);
    if (outcome == DOOR_WRONG)
        log_event(LOG_LEVEL_WARNING, "login-failure", "address=%s cause=%s user=\"%.*s\"",
                  page->request->client, door->cause, SV_ARG(log_name(door)));
}

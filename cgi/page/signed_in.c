#include "signed_in.h"

#include "announcement.h"
#include "log.h"
#include "visit.h"
#include "visit_words.h"
#include "zone.h"

enum { APPEND_MS = 20000 };

/* What is needed once the answer is out: the request's own bytes are gone by then. */
struct arrived {
    struct session *session;
    struct sv address, agent;
};

static struct sv letter_text(struct page *page, const struct arrived *arrived,
                             const struct dates *dates)
{
    const struct session *session = arrived->session;
    bool full = session_kind(session) == SESSION_FULL;
    struct sv site = page->site->name;
    const struct sv first = locale_format(
        dates->locale, page->arena, full ? "sessions.letter_full" : "sessions.letter_public",
        session_user(session), date_full(dates, page->arena, dates->now), arrived->address,
        visit_agent(dates->locale, page->arena, arrived->agent));
    return arena_printf(
        page->arena, "%.*s\n\n%.*s\n\n%.*s\n\n-- \n%.*s\n", SV_ARG(first),
        SV_ARG(locale_text(dates->locale, "sessions.letter_you")),
        SV_ARG(locale_format(dates->locale, page->arena, "sessions.letter_other", site)),
        SV_ARG(locale_format(dates->locale, page->arena, "sessions.letter_end", site)));
}

static enum status put_letter(struct page *page, const struct arrived *arrived,
                              const struct preferences *preferences)
{
    struct session *session = arrived->session;
    enum language language = page->language;
    struct dates dates = page->dates;
    struct imap *imap;
    struct deadline deadline = deadline_in(APPEND_MS);
    struct imap_call call = {
        .arena = page->arena, .deadline = deadline, .diagnosis = &page->diagnosis};
    if (preferences->language.n > 0 && language_find(preferences->language, &language) == STATUS_OK)
        dates.locale = templates_locale(page->app->templates, language);
    if (preferences->zone.n > 0 && zone_find(preferences->zone, &dates.zone) != STATUS_OK)
        dates.zone = page->dates.zone;
    struct sv user = session_user(session);
    struct tm tm = zone_time(dates.zone, dates.now);
    const struct announcement announcement = {
        .from_name = page->site->name,
        .from_domain = page->site->domain,
        .to =
            sv_find_char(user, '@') != SIZE_MAX
                ? user
                : arena_printf(page->arena, "%.*s@%.*s", SV_ARG(user), SV_ARG(page->site->domain)),
        .subject =
            locale_format(dates.locale, page->arena, "sessions.letter_subject", page->site->name),
        .text = letter_text(page, arrived, &dates),
        .at = dates.now,
        .offset = (int32_t)(tm.tm_gmtoff / 60)};
    enum status st = session_connection_take(session, SV(""), deadline, &imap, &page->diagnosis);
    if (st == STATUS_OK) {
        st = announcement_put(imap, &call, &announcement);
        session_connection_give(session, &imap);
    }
    return st;
}

/* The answer is out: nobody waits for this. */
static void announce(struct page *page)
{
    struct arrived *arrived = page->after_context;
    struct preferences preferences;
    enum status st =
        preferences_load(arrived->session, page->app->store, page->arena, &preferences);
    if (st == STATUS_OK && preferences.announce)
        st = put_letter(page, arrived, &preferences);
    if (st != STATUS_OK) {
        log_event(LOG_LEVEL_WARNING, "sign-in-not-announced", "status=%s code=%s", status_name(st),
                  page->diagnosis.cause ? diagnosis_code(page->diagnosis.cause) : "-");
    }
    session_release(&arrived->session);
}

void signed_in(struct page *page, struct session *session)
{
    bool news = false;
    enum status st = visit_begin(session, &news);
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "visit-not-kept", "status=%s", status_name(st));
    if (!news || session_reading(session)) /* whose connections add nothing to a mailbox */
        return;
    struct arrived *arrived = arena_alloc(page->arena, sizeof *arrived);
    *arrived = (struct arrived){.session = session,
                                .address = arena_sv(page->arena, sv_of(page->request->client)),
                                .agent = arena_sv(page->arena, page->request->user_agent)};
    session_hold(session);
    page->after = announce;
    page->after_context = arrived;
}

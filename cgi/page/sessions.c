/* GET and POST /sessions: who is signed in as this user, and what was done on public computers. It
 * works as far as it can while the mail server does not answer: that is no time for a stranger to
 * stay. */
#include "flash.h"
#include "folder_list.h"
#include "log.h"
#include "pages.h"
#include "roll.h"
#include "visit_words.h"

enum { OPEN_MAX = 5 /* visits whose lines are shown unasked */ };

/* ---- those that go on ---- */

static const char *kind_key(enum session_kind kind, bool pass, bool reading)
{
    if (kind == SESSION_FULL)
        return "sessions.kind_full";
    if (pass)
        return reading ? "sessions.kind_pass_reading" : "sessions.kind_pass";
    return "sessions.kind_public";
}

static void put_session(struct page *page, struct node item, const struct roll_entry *entry)
{
    const struct dates *dates = &page->dates;
    node_put(item, "browser", visit_agent(page->locale, page->arena, entry->agent));
    node_put(item, "agent", entry->agent);
    node_put(item, "address", entry->address);
    node_put(item, "kind",
             locale_text(page->locale, entry->half
                                           ? "sessions.kind_half"
                                           : kind_key(entry->kind, entry->pass, entry->reading)));
    node_put(item, "began", date_long(dates, page->arena, entry->created));
    node_put(item, "used", date_long(dates, page->arena, entry->used));
    node_put_flag(item, "self", entry->self);
    if (!entry->self)
        node_put_cstr(item, "name", entry->name);
}

static enum status put_roll(struct page *page, struct node root)
{
    struct roll_entry *entries;
    size_t n, shown = 0;
    enum status st = roll_list(page->session, page->arena, &entries, &n);
    if (st != STATUS_OK)
        return st;
    /* this one first, whichever was used last */
    for (int own = 1; own >= 0; own--)
        for (size_t i = 0; i < n; i++)
            if (entries[i].self == own)
                put_session(page, node_item(root, "Roll", shown++), &entries[i]);
    node_put_flag(root, "Sessions.others", n > 1);
    return STATUS_OK;
}

/* ---- those that have been ---- */

static const char *end_key(enum visit_end how)
{
    switch (how) {
    case VISIT_GOES_ON:
        return "sessions.goes_on";
    case VISIT_SIGNED_OUT:
        return "sessions.end_signed_out";
    case VISIT_RAN_OUT:
        return "sessions.end_ran_out";
    case VISIT_ENDED_AFAR:
        return "sessions.end_afar";
    case VISIT_ENDED_CODE:
        return "sessions.end_code";
    case VISIT_CUT:
        return "sessions.end_cut";
    case VISIT_LOST:
        return "sessions.end_lost";
    case VISIT_ENDED:
        break;
    }
    return "sessions.end_other";
}

static enum status put_lines(struct page *page, struct node item, const struct visit *visit)
{
    static const char *const keys[] = {[VISIT_OPENED] = "sessions.did_open",
                                       [VISIT_SENT] = "sessions.did_send",
                                       [VISIT_DOWNLOADED] = "sessions.did_download"};
    struct visit_text *texts;
    size_t n;
    uint64_t all = 0;
    enum status st = visit_texts(page->session, visit, page->arena, &texts, &n);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < n; i++) {
        struct node line = node_item(item, "Lines", i);
        node_put(line, "what",
                 locale_text(page->locale, texts[i].deed <= VISIT_DOWNLOADED ? keys[texts[i].deed]
                                                                             : keys[VISIT_OPENED]));
        node_put(line, "text", texts[i].text);
        node_put(line, "time", date_clock(&page->dates, page->arena, texts[i].at));
    }
    for (int i = 0; i < STORE_VISIT_KINDS; i++)
        all += visit->done[i];
    if (all > n)
        node_put(item, "more", locale_plural(page->locale, page->arena, "sessions.more", all - n));
    return STATUS_OK;
}

static struct sv end_of(struct page *page, const struct visit *visit)
{
    struct sv how = locale_text(page->locale, end_key(visit->how));
    if (visit->ended == 0)
        return how;
    return locale_format(page->locale, page->arena, "sessions.ended", how,
                         date_long(&page->dates, page->arena, visit->ended));
}

static bool has_done(const struct visit *visit)
{
    return visit->done[VISIT_OPENED] + visit->done[VISIT_SENT] + visit->done[VISIT_DOWNLOADED] > 0;
}

static enum status put_visit(struct page *page, struct node item, const struct visit *visit,
                             bool open)
{
    bool full = visit->kind == SESSION_FULL;
    node_put(item, "began", date_long(&page->dates, page->arena, visit->began));
    node_put(item, "kind",
             locale_text(page->locale, full ? "sessions.visit_full"
                                            : kind_key(visit->kind, visit->pass, visit->reading)));
    node_put(item, "browser", visit_agent(page->locale, page->arena, visit->agent));
    node_put(item, "agent", visit->agent);
    node_put(item, "address", visit->address);
    if (full)
        return STATUS_OK;
    node_put(item, "end", end_of(page, visit));
    node_put(item, "deeds", visit_deeds(page, visit->done));
    if (!has_done(visit))
        return STATUS_OK;
    if (open)
        return put_lines(page, item, visit);
    node_put(item, "url", arena_printf(page->arena, "/sessions?visit=%s#visits", visit->name));
    return STATUS_OK;
}

/* Of what is news the lines are shown, and of the one that was asked for. */
static enum status put_visits(struct page *page, struct node root)
{
    struct visit *visits;
    size_t n, open = 0;
    struct sv asked = inputs_get(&page->request->query, "visit");
    enum status st = visit_list(page->session, false, page->arena, &visits, &n);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        struct node item = node_item(root, "Visits", i);
        bool told = visits[i].told == VISIT_ALL_TOLD;
        bool shown = sv_eq(asked, sv_of(visits[i].name)) || (!told && open < OPEN_MAX);
        open += shown;
        node_put_flag(item, "fresh", !told);
        st = put_visit(page, item, &visits[i], shown);
    }
    return st;
}

/* ---- the page ---- */

static void put_folders(struct page *page)
{
    struct folders folders;
    enum status st = folder_list_around(page, &folders);
    if (st == STATUS_OK)
        return;
    page_log_failure(page, st);
    page->diagnosis = (struct diagnosis){0};
    flash_show(page);
}

static enum status show(struct page *page)
{
    struct node root = view_root(page_view(page));
    put_folders(page);
    enum status st = put_roll(page, root);
    if (st == STATUS_OK)
        st = put_visits(page, root);
    if (st != STATUS_OK)
        return st;
    node_put_text(root, "Page.title", "sessions.title");
    return page_render(page, 200, "sessions");
}

static void tell(struct page *page, struct sv text, bool error)
{
    flash_set(page, text, SV(""), error);
}

static enum status end_one(struct page *page)
{
    struct sv name = inputs_get(&page->request->form, "name");
    enum status st = roll_end(page->session, page->app->gate, name);
    if (st == STATUS_NOT_FOUND) /* what was wanted is so */
        tell(page, locale_text(page->locale, "sessions.over_already"), false);
    else if (st == STATUS_OK)
        tell(page, locale_text(page->locale, "sessions.over"), false);
    else
        return st;
    log_event(LOG_LEVEL_INFO, "session-ended", "by=user address=%s count=%d", page->request->client,
              st == STATUS_OK);
    return page_redirect(page, SV("/sessions"));
}

static enum status end_others(struct page *page)
{
    size_t ended = 0;
    enum status st = roll_end_others(page->session, page->app->gate, &ended);
    if (st != STATUS_OK)
        return st;
    log_event(LOG_LEVEL_INFO, "session-ended", "by=user address=%s count=%zu",
              page->request->client, ended);
    tell(page, locale_plural(page->locale, page->arena, "sessions.over_others", ended), false);
    return page_redirect(page, SV("/sessions"));
}

enum status page_sessions(struct page *page)
{
    if (page->request->method != METHOD_POST)
        return show(page);
    struct sv act = inputs_get(&page->request->form, "act");
    if (sv_eq(act, SV("end")))
        return end_one(page);
    if (sv_eq(act, SV("others")))
        return end_others(page);
    if (!sv_eq(act, SV("seen")))
        return STATUS_INVALID;
    enum status st = visit_tell(page->session, page->arena);
    return st == STATUS_OK ? page_redirect(page, page_return_path(page, "back", SV("/sessions")))
                           : st;
}

#include "visit_words.h"

#include "agent.h"
#include "log.h"

enum { DEEDS_MAX = 400 };

struct sv visit_agent(const struct locale *locale, struct arena *arena, struct sv text)
{
    struct agent agent = agent_read(text);
    if (agent.browser[0] && agent.system[0])
        return locale_format(locale, arena, "sessions.agent", sv_of(agent.browser),
                             sv_of(agent.system));
    if (agent.browser[0])
        return sv_of(agent.browser);
    return agent.system[0]
               ? locale_format(locale, arena, "sessions.agent_system", sv_of(agent.system))
               : locale_text(locale, "sessions.agent_unknown");
}

struct sv visit_deeds(struct page *page, const uint64_t done[STORE_VISIT_KINDS])
{
    static const char *const keys[STORE_VISIT_KINDS] = {[VISIT_OPENED] = "sessions.opened",
                                                        [VISIT_SENT] = "sessions.sent",
                                                        [VISIT_DOWNLOADED] = "sessions.downloaded"};
    struct sb out;
    sb_init(&out, page->arena, DEEDS_MAX);
    for (int i = 0; i < STORE_VISIT_KINDS; i++) {
        if (done[i] == 0)
            continue;
        sb_add(&out, out.n > 0 ? SV(", ") : SV(""));
        sb_add(&out, locale_plural(page->locale, page->arena, keys[i], done[i]));
    }
    return out.n > 0 ? sb_view(&out) : locale_text(page->locale, "sessions.nothing_done");
}

/* A full session that began in a new place. */
static struct sv new_place(struct page *page, const struct visit *visit)
{
    return locale_format(page->locale, page->arena, "sessions.news_full",
                         date_long(&page->dates, page->arena, visit->began), visit->address,
                         visit_agent(page->locale, page->arena, visit->agent));
}

static struct sv going_on(struct page *page, const struct visit *visit)
{
    return locale_format(page->locale, page->arena, "sessions.news_public",
                         date_long(&page->dates, page->arena, visit->began), visit->address,
                         visit_agent(page->locale, page->arena, visit->agent));
}

/* Of each kind; the page of the sessions says the rest. */
enum { NEWS_SHOWN = 3 };

static void put_doubt(struct node root, size_t *n, struct sv text)
{
    struct node item = node_item(root, "News", (*n)++);
    node_put(item, "text", text);
    node_put_flag(item, "doubt", true);
}

/* Passes that have been used: which one, when and where from. */
static size_t put_passes(struct page *page, struct node root, size_t *n)
{
    struct pass_record *passes;
    size_t count = 0;
    if (!page->app->passes || store_pass_untold(page->app->store, session_account(page->session),
                                                page->arena, &passes, &count) != STATUS_OK)
        return 0;
    for (size_t i = 0; i < count && i < NEWS_SHOWN; i++) {
        char number[PASS_NUMBER_TEXT + 1];
        pass_text_number(passes[i].selector, number);
        put_doubt(root, n,
                  locale_format(page->locale, page->arena, "sessions.news_pass", sv_of(number),
                                date_long(&page->dates, page->arena, passes[i].changed),
                                passes[i].address,
                                visit_agent(page->locale, page->arena, passes[i].agent)));
    }
    return count;
}

/* One line for all public sessions that have ended, one each for what may be a stranger. */
static void put_news(struct page *page, struct node root, const struct visit *visits, size_t n)
{
    uint64_t done[STORE_VISIT_KINDS] = {0}, over = 0;
    size_t shown = 0, places = 0, passes = put_passes(page, root, &shown);
    for (size_t i = 0; i < n; i++) {
        const struct visit *v = &visits[i];
        bool full = v->kind == SESSION_FULL;
        if (!full && v->how != VISIT_GOES_ON) {
            over++;
            for (int k = 0; k < STORE_VISIT_KINDS; k++)
                done[k] += v->done[k];
        } else if (places < NEWS_SHOWN && !(v->pass && passes > 0)) {
            put_doubt(root, &shown, full ? new_place(page, v) : going_on(page, v));
            places++;
        }
    }
    if (over > 0)
        node_put(node_item(root, "News", shown), "text",
                 locale_plural_of(page->locale, page->arena, "sessions.news_over", over,
                                  visit_deeds(page, done)));
}

void visit_news_put(struct page *page)
{
    struct visit *visits;
    size_t n = 0;
    if (!page->session || page->rescue || session_half(page->session) ||
        session_kind(page->session) != SESSION_FULL || request_by_itself(page->request))
        return;
    if (visit_list(page->session, true, page->arena, &visits, &n) != STATUS_OK)
        return; /* the store has logged it */
    put_news(page, view_root(page->view), visits, n);
}

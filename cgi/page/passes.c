/* GET and POST /passes: one-time passes, made, listed and voided. New ones wait with the session
 * for the page that shows them, once: what is asked for again, by a reload or by going back, is
 * gone. */
#include "door.h"
#include "failure.h"
#include "flash.h"
#include "folder_list.h"
#include "pages.h"
#include "second_step.h"
#include "secret.h"
#include "visit_words.h"

enum { DAY_S = 24 * 3600 };

static const struct {
    const char *name;
    int days;
} lives[] = {{"day", 1}, {"week", 7}, {"month", 30}, {"quarter", 91}};
enum { LIVES = sizeof lives / sizeof lives[0], LIFE_FIRST = 1 };

/* What has been made and not yet been shown: whoever presses twice sees all of it. */
struct made {
    size_t n;
    struct {
        enum pass_policy policy;
        int64_t expires;
        char text[PASS_TEXT + 1];
    } cards[STORE_PASSES_ALIVE_MAX];
};

/* What the form says, and what is wrong with it. */
struct order {
    enum pass_policy policy;
    size_t life; /* in lives */
    uint32_t count;
    struct sv error;
};

/* ---- showing ---- */

static const char *policy_key(int policy)
{
    return policy == PASS_ANSWERING ? "pass.answering" : "pass.reading";
}

static struct sv state_of(struct page *page, const struct pass_record *row)
{
    static const char *const voids[] = {
        [PASS_WHY_NONE] = "pass.void_user",         [PASS_WHY_USER] = "pass.void_user",
        [PASS_WHY_PASSWORD] = "pass.void_password", [PASS_WHY_BROKEN] = "pass.void_broken",
        [PASS_WHY_RESTORED] = "pass.void_restored", [PASS_WHY_EXPIRED] = "pass.void_expired"};
    bool expired = row->state == PASS_UNUSED && row->expires <= page->dates.now;
    struct sv changed = date_long(&page->dates, page->arena, expired ? row->expires : row->changed);
    if (row->state == PASS_CLAIMED)
        return locale_text(page->locale, "pass.claimed");
    if (row->state == PASS_USED)
        return locale_format(page->locale, page->arena, "pass.used", changed, row->address);
    if (row->state == PASS_VOID || expired) {
        size_t why = expired ? PASS_WHY_EXPIRED : row->why;
        const char *key = voids[why < sizeof voids / sizeof voids[0] ? why : PASS_WHY_NONE];
        return locale_format(page->locale, page->arena, key, changed);
    }
    return locale_format(page->locale, page->arena, "pass.unused",
                         date_long(&page->dates, page->arena, row->expires));
}

static bool alive(const struct page *page, const struct pass_record *row)
{
    return row->state == PASS_CLAIMED ||
           (row->state == PASS_UNUSED && row->expires > page->dates.now);
}

static void put_row(struct page *page, struct node item, const struct pass_record *row)
{
    char number[PASS_NUMBER_TEXT + 1];
    pass_text_number(row->selector, number);
    node_put_cstr(item, "number", number);
    node_put_number(item, "selector", row->selector);
    node_put(item, "kind", locale_text(page->locale, policy_key(row->policy)));
    node_put(item, "made",
             locale_format(page->locale, page->arena, "pass.made",
                           date_long(&page->dates, page->arena, row->made)));
    node_put(item, "state", state_of(page, row));
    if (row->state == PASS_USED)
        node_put(item, "agent", visit_agent(page->locale, page->arena, row->agent));
    node_put_flag(item, "used", row->state == PASS_USED);
    node_put_flag(item, "alive", alive(page, row));
}

static void put_form(struct page *page, struct node root, const struct order *order, size_t left)
{
    struct node form = node_child(root, "Make");
    node_put_number(form, "left", (int64_t)left);
    node_put(form, "left_text",
             locale_plural(page->locale, page->arena, "pass.left", (uint64_t)left));
    node_put_number(form, "count",
                    order->count > 0 && order->count <= left ? order->count
                    : left < 3                               ? (int64_t)left
                                                             : 3);
    node_put_cstr(form, "kind", order->policy == PASS_ANSWERING ? "answering" : "reading");
    node_put_cstr(form, "life", lives[order->life].name);
    node_put_flag(form, "second", second_step_again_asked(page));
    node_put_flag(form, "app", page->site->app_passwords);
    if (order->error.n > 0)
        node_put(form, "error", order->error);
}

static enum status begin(struct page *page, const char *title)
{
    struct folders folders;
    enum status st = folder_list_around(page, &folders);
    if (st == STATUS_OK) {
        folder_list_search(page, &folders, SV("INBOX"), SV(""));
        node_put(view_root(page_view(page)), "Page.title", locale_text(page->locale, title));
    }
    return st;
}

static enum status show(struct page *page, unsigned code, const struct order *order)
{
    struct pass_record *rows;
    size_t n, living = 0;
    enum status st = begin(page, "pass.title");
    if (st == STATUS_OK)
        st = store_pass_list(page->app->store, session_account(page->session), page->arena, &rows,
                             &n);
    if (st != STATUS_OK)
        return st;
    struct node root = view_root(page_view(page));
    for (size_t i = 0; i < n; i++) {
        put_row(page, node_item(root, "Items", i), &rows[i]);
        living += alive(page, &rows[i]);
    }
    node_put_flag(root, "Alive", living > 0);
    put_form(page, root, order,
             living < STORE_PASSES_ALIVE_MAX ? STORE_PASSES_ALIVE_MAX - living : 0);
    return page_render(page, code, "passes");
}

static void put_card(struct page *page, struct node item, const struct made *made, size_t i)
{
    struct sv text = sv_of(made->cards[i].text);
    struct sv number = sv_slice(text, 0, PASS_NUMBER_TEXT);
    struct sv date = date_long(&page->dates, page->arena, made->cards[i].expires);
    node_put(item, "text", text);
    node_put(item, "kind", locale_text(page->locale, policy_key((int)made->cards[i].policy)));
    node_put(item, "until", locale_format(page->locale, page->arena, "pass.card_until", date));
    node_put(item, "lost", locale_format(page->locale, page->arena, "pass.card_lost", number));
}

/* The site's own word for it stands above what the browser typed. */
static struct sv card_host(const struct page *page)
{
    struct sv address = page->site->address;
    return address.n > 0 ? sv_slice(address, sizeof "https://" - 1, address.n)
                         : page->request->host;
}

/* What waits is taken, so that it is shown this once. */
static enum status show_made(struct page *page)
{
    enum status st = begin(page, "pass.new");
    if (st != STATUS_OK)
        return st;
    struct made *made = session_slot_take(page->session, SESSION_SLOT_PASSES);
    struct node root = view_root(page_view(page));
    node_put(root, "Card.host", card_host(page));
    for (size_t i = 0; made && i < made->n; i++)
        put_card(page, node_item(root, "Cards", i), made, i);
    if (made)
        secret_free(made);
    response_not_for_back(page->response);
    return page_render(page, 200, "pass_cards");
}

/* ---- doing ---- */

static struct order read_order(struct page *page)
{
    const struct inputs *form = &page->request->form;
    struct order order = {.policy = PASS_READING, .life = LIFE_FIRST};
    if (sv_eq(inputs_get(form, "kind"), SV("answering")))
        order.policy = PASS_ANSWERING;
    for (size_t i = 0; i < LIVES; i++)
        if (sv_eq(inputs_get(form, "life"), sv_of(lives[i].name)))
            order.life = i;
    if (sv_to_u32(inputs_get(form, "count"), &order.count) != STATUS_OK)
        order.count = 0;
    return order;
}

static enum status again(struct page *page, unsigned code, struct order *order, struct sv error)
{
    order->error = error;
    return show(page, code, order);
}

/* Lays new cards behind those that wait. */
static void keep(struct page *page, const struct pass_order *order, char (*texts)[PASS_TEXT + 1])
{
    struct made *made = session_slot_take(page->session, SESSION_SLOT_PASSES);
    if (!made)
        made = secret_new(sizeof *made);
    for (size_t i = 0; i < order->count && made->n < STORE_PASSES_ALIVE_MAX; i++) {
        made->cards[made->n].policy = order->policy;
        made->cards[made->n].expires = order->expires;
        memcpy(made->cards[made->n++].text, texts[i], PASS_TEXT + 1);
    }
    session_slot_put(page->session, SESSION_SLOT_PASSES, made, secret_free);
}

static enum status make(struct page *page, struct order *order, struct sv password)
{
    char texts[STORE_PASSES_ALIVE_MAX][PASS_TEXT + 1];
    const struct pass_order wanted = {.user = session_user(page->session),
                                      .password = password,
                                      .policy = order->policy,
                                      .expires = page->dates.now +
                                                 (int64_t)lives[order->life].days * DAY_S,
                                      .count = order->count};
    enum status st = pass_make(page->app->passes, &wanted, page->arena, texts);
    if (st == STATUS_OK)
        keep(page, &wanted, texts);
    secret_wipe(texts, sizeof texts);
    if (st == STATUS_TOO_LARGE)
        return again(page, 422, order, locale_text(page->locale, "pass.too_many"));
    if (st != STATUS_OK)
        return st;
    log_event(LOG_LEVEL_INFO, "passes-made", "address=%s count=%u user=\"%.*s\"",
              page->request->client, order->count, SV_ARG(wanted.user));
    return page_redirect(page, SV("/passes?new=1"));
}

/* A pass goes round the second factor, so that making one takes it. */
static enum status confirm_second(struct page *page, struct order *order, struct sv password)
{
    unsigned code;
    struct sv words = SV("");
    enum status st = second_step_again(page, &code, &words);
    if (st == STATUS_DENIED && words.n > 0)
        return again(page, code, order, words);
    return st == STATUS_OK ? make(page, order, password) : st;
}

/* Where the site has passwords for one program each, one of them may go into the passes instead of
 * the real one. It is tried first: a pass that opens nothing would be found out too late. */
static enum status choose_password(struct page *page, struct deadline deadline, struct sv *password)
{
    struct sv app = inputs_get(&page->request->form, "app");
    if (!page->site->app_passwords || app.n == 0)
        return STATUS_OK;
    enum status st = session_confirm(page->session, app, deadline, &page->diagnosis);
    if (st == STATUS_OK)
        *password = app;
    return st;
}

static bool is_wrong(enum status st)
{
    return st == STATUS_DENIED || st == STATUS_INVALID;
}

/* The password is given again: whoever sits down at a session that was left open makes no key. */
static enum status order_passes(struct page *page)
{
    struct door door;
    struct order order = read_order(page);
    struct sv password = inputs_get(&page->request->form, "password");
    if (order.count == 0 || order.count > STORE_PASSES_ALIVE_MAX)
        return again(page, 422, &order, locale_text(page->locale, "pass.bad_count"));
    if (password.n == 0)
        return again(page, 403, &order, locale_text(page->locale, "pass.no_password"));
    if (door_enter_code(page, session_user(page->session), &door) != STATUS_OK)
        return again(page, door.code, &order, door.words);
    enum status st = session_confirm(page->session, password, door.deadline, &page->diagnosis);
    enum status chosen = st == STATUS_OK ? choose_password(page, door.deadline, &password) : st;
    door.cause = "password";
    /* the password alone, given again and again, must not make codes cheaper to guess; and who has
     * one of several passwords must not guess the others beside it */
    door_leave(&door, is_wrong(chosen)      ? DOOR_WRONG
                      : chosen == STATUS_OK ? DOOR_HALF
                                            : DOOR_UNKNOWN);
    if (is_wrong(st))
        return again(page, 403, &order, locale_text(page->locale, "pass.wrong_password"));
    if (is_wrong(chosen))
        return again(page, 403, &order, locale_text(page->locale, "pass.wrong_app"));
    return chosen == STATUS_OK ? confirm_second(page, &order, password) : chosen;
}

static enum status void_some(struct page *page, uint32_t selector, const char *words)
{
    enum status st =
        pass_void(page->app->passes, session_user(page->session), selector, PASS_WHY_USER);
    if (st != STATUS_OK)
        return st;
    log_event(LOG_LEVEL_INFO, "passes-void", "cause=user address=%s user=\"%.*s\"",
              page->request->client, SV_ARG(session_user(page->session)));
    flash_set(page, locale_text(page->locale, words), SV(""), false);
    return page_redirect(page, SV("/passes"));
}

static enum status act(struct page *page)
{
    uint32_t selector;
    struct sv act = inputs_get(&page->request->form, "act");
    if (sv_eq(act, SV("make")))
        return order_passes(page);
    if (sv_eq(act, SV("void_all")))
        return void_some(page, PASS_SELECTOR_ANY, "pass.voided_all");
    if (!sv_eq(act, SV("void")) ||
        sv_to_u32(inputs_get(&page->request->form, "selector"), &selector) != STATUS_OK ||
        selector >= PASS_SELECTOR_LIMIT)
        return STATUS_INVALID;
    return void_some(page, selector, "pass.voided");
}

enum status page_passes(struct page *page)
{
    const struct order fresh = {.policy = PASS_READING, .life = LIFE_FIRST};
    if (!page->app->passes)
        return STATUS_NOT_FOUND;
    if (page->request->method == METHOD_POST)
        return act(page);
    return request_has(page->request, "new") ? show_made(page) : show(page, 200, &fresh);
}

/* GET and POST /second: the second factor itself: apps, keys, recovery codes. Who wants to change
 * it gives the password again, and then the second factor that there is. */
#include "base64.h"
#include "door.h"
#include "flash.h"
#include "folder_list.h"
#include "log.h"
#include "pages.h"
#include "second_app.h"

static struct node second_node(struct page *page)
{
    return node_child(view_root(page_view(page)), "Second");
}

/* ---- showing ---- */

static void put_state(struct page *page, const struct second_step *step)
{
    struct node second = second_node(page);
    const struct store_second_counts *state = &step->state;
    node_put_flag(second, "on", second_on(state));
    node_put_flag(second, "totp", state->totp);
    node_put_flag(second, "required", page->site->second_required);
    if (!second_on(state))
        return;
    node_put(second, "codes_left",
             locale_plural(page->locale, page->arena, "second.left", state->codes));
    node_put_flag(second, "codes_few", state->codes <= SECOND_CODES_FEW);
}

static enum status put_keys(struct page *page, const struct second_step *step)
{
    struct second_key *keys;
    size_t n;
    enum status st = second_key_list(page->app->sessions, step->account, page->arena, &keys, &n);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        struct node item = node_item(second_node(page), "Keys", i);
        struct sb hash;
        sb_init(&hash, page->arena, BASE64_LENGTH(STORE_ID_SIZE));
        base64url_encode(&hash, keys[i].hash, STORE_ID_SIZE);
        node_put(item, "id", sb_view(&hash));
        node_put(item, "name",
                 keys[i].name.n > 0 ? keys[i].name : locale_text(page->locale, "second.key"));
        struct sv added = date_day(&page->dates, page->arena, keys[i].added);
        struct sv used = keys[i].used > 0 ? date_long(&page->dates, page->arena, keys[i].used)
                                          : locale_text(page->locale, "second.never");
        node_put(item, "facts",
                 locale_format(page->locale, page->arena, "second.key_facts", added, used));
    }
    return st;
}

/* What static/webauthn.js needs to make a key. */
static void put_new_key(struct page *page, const struct second_step *step)
{
    char handle[SESSION_CSRF_TEXT + 1];
    struct node key = node_child(second_node(page), "New");
    if (step->state.keys >= STORE_SECOND_KEYS_MAX)
        return;
    second_handle(page->app->sessions, step->account, handle);
    node_put_cstr(key, "handle", handle);
    node_put(key, "account", step->account);
    second_step_put_challenge(page, step, key);
}

static enum status put_open(struct page *page, const struct second_step *step)
{
    struct node second = second_node(page);
    node_put_flag(second, "open", true);
    node_put(second, "action_url", SV("/second"));
    if (!step->state.totp || request_has(page->request, "app"))
        second_app_put(page, step, SV("/second/qr"));
    enum status st = put_keys(page, step);
    if (st == STATUS_OK)
        put_new_key(page, step);
    return st;
}

/* The codes are shown to a person, once: not to a HEAD. */
static void put_codes(struct page *page, const struct second_step *step)
{
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1];
    if (page->request->method != METHOD_GET || !second_desk_codes_take(step->desk, codes))
        return;
    second_codes_put(page, codes);
    response_not_for_back(page->response);
    node_put(second_node(page), "next_url", page_return_path(page, "next", SV("")));
    seal_wipe(codes, sizeof codes);
}

static enum status show(struct page *page, const struct second_step *step, unsigned code)
{
    struct folders folders;
    enum status st = folder_list_around(page, &folders);
    if (st != STATUS_OK)
        return st;
    struct node root = view_root(page_view(page));
    enum second_door door = second_step_door(step);
    node_put_text(root, "Page.title", "second.title");
    put_state(page, step);
    put_codes(page, step);
    if (door == SECOND_DOOR_OPEN) {
        st = put_open(page, step);
    } else if (door == SECOND_DOOR_HALF) {
        node_put_flag(second_node(page), "ask", true);
        second_step_put(page, step, SV("/second"));
    }
    return st == STATUS_OK ? page_render(page, code, "second") : st;
}

static enum status say(struct page *page, const struct second_step *step, unsigned code,
                       struct sv words)
{
    node_put(second_node(page), "error", words);
    return show(page, step, code);
}

static enum status done(struct page *page, const char *key)
{
    flash_set(page, locale_text(page->locale, key), SV(""), false);
    return page_redirect(page, SV("/second"));
}

/* ---- the way to it ---- */

static enum status take_password(struct page *page, const struct second_step *step)
{
    struct door door;
    struct sv password = inputs_get(&page->request->form, "password");
    if (password.n == 0)
        return say(page, step, 422, locale_text(page->locale, "second.password_empty"));
    if (door_enter_code(page, step->account, &door) != STATUS_OK)
        return say(page, step, door.code, door.words);
    door.cause = "password";
    enum status st = session_confirm(page->session, password, door.deadline, &page->diagnosis);
    bool wrong = st == STATUS_DENIED || st == STATUS_INVALID;
    /* the password alone, given again and again, must not make codes cheaper to guess */
    door_leave(&door, wrong ? DOOR_WRONG : DOOR_HALF);
    if (wrong)
        return say(page, step, 403, locale_text(page->locale, "second.password_wrong"));
    if (st != STATUS_OK)
        return st;
    second_desk_set_door(step->desk, SECOND_DOOR_HALF);
    return page_redirect(page, SV("/second"));
}

static enum status take_step(struct page *page, struct second_step *step)
{
    enum second_given given;
    unsigned code;
    enum status st = second_step_take(page, step, &given, &code);
    if (st != STATUS_OK)
        return st;
    if (given == SECOND_WRONG)
        return show(page, step, code);
    if (given == SECOND_OVER) {
        second_desk_set_door(step->desk, SECOND_DOOR_SHUT);
        return say(page, step, 403, locale_text(page->locale, "second.over"));
    }
    second_desk_set_door(step->desk, SECOND_DOOR_OPEN);
    return page_redirect(page, SV("/second"));
}

/* ---- changing it ---- */

static void log_change(struct page *page, const struct second_step *step, const char *what)
{
    log_event(LOG_LEVEL_INFO, "second-changed", "address=%s what=%s user=\"%.*s\"",
              page->request->client, what, SV_ARG(page_log_words(page, step->account)));
}

static void keep_codes(const struct second_step *step, char (*codes)[SECOND_CODE_TEXT + 1],
                       bool fresh)
{
    if (fresh)
        second_desk_codes_put(step->desk, codes);
    seal_wipe(codes, (size_t)SECOND_CODES * (SECOND_CODE_TEXT + 1));
}

static enum status set_app(struct page *page, const struct second_step *step)
{
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1];
    bool fresh = false;
    unsigned code;
    enum status st = second_app_take(page, step, codes, &fresh, &code);
    if (st == STATUS_DENIED)
        return show(page, step, code);
    if (st != STATUS_OK)
        return st;
    keep_codes(step, codes, fresh);
    second_desk_set_door(step->desk, SECOND_DOOR_OPEN); /* it has just been shown */
    log_change(page, step, "app");
    return done(page, "second.app_set");
}

static enum status add_key(struct page *page, const struct second_step *step)
{
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1];
    bool fresh = false;
    struct second_key_answer answer;
    struct sv name = sv_trim(inputs_get(&page->request->form, "name"));
    enum status st = sv_has_control(name) ? STATUS_DENIED : second_step_answer(page, step, &answer);
    if (st == STATUS_OK)
        st = second_key_add(page->app->sessions, step->account, &answer, name);
    if (st == STATUS_EXISTS || st == STATUS_TOO_LARGE || st == STATUS_DENIED)
        return say(page, step, 422,
                   locale_text(page->locale, st == STATUS_EXISTS      ? "second.key_there"
                                             : st == STATUS_TOO_LARGE ? "second.keys_full"
                                                                      : "second.key_refused"));
    if (st == STATUS_OK)
        st = second_first_codes(page, step, codes, &fresh);
    if (st != STATUS_OK)
        return st;
    keep_codes(step, codes, fresh);
    second_desk_set_door(step->desk, SECOND_DOOR_OPEN); /* it has just been shown */
    log_change(page, step, "key");
    return done(page, "second.key_added");
}

/* The last one of a site that wants everybody to have one is replaced, not removed. */
static bool is_last(const struct page *page, const struct second_step *step)
{
    return page->site->second_required && (step->state.totp ? 1 : 0) + step->state.keys <= 1;
}

static enum status drop_all(struct page *page, const struct second_step *step)
{
    enum status st = second_drop(page->app->sessions, step->account);
    if (st != STATUS_OK)
        return st;
    second_desk_secret_forget(step->desk);
    log_change(page, step, "off");
    return done(page, "second.off_done");
}

static enum status drop_app(struct page *page, const struct second_step *step)
{
    if (step->state.keys == 0)
        return drop_all(page, step);
    enum status st = second_totp_drop(page->app->sessions, step->account);
    if (st != STATUS_OK)
        return st;
    log_change(page, step, "app-removed");
    return done(page, "second.app_removed");
}

static enum status drop_key(struct page *page, const struct second_step *step)
{
    uint8_t hash[STORE_ID_SIZE];
    size_t n = sizeof hash;
    if (base64url_decode(inputs_get(&page->request->form, "key"), hash, &n) != STATUS_OK ||
        n != sizeof hash)
        return STATUS_INVALID;
    if (!step->state.totp && step->state.keys == 1)
        return drop_all(page, step);
    enum status st = second_key_drop(page->app->sessions, step->account, hash);
    if (st != STATUS_OK)
        return st;
    log_change(page, step, "key-removed");
    return done(page, "second.key_removed");
}

static enum status renew_codes(struct page *page, const struct second_step *step)
{
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1];
    if (!second_on(&step->state))
        return page_redirect(page, SV("/second"));
    enum status st = second_codes_make(page->app->sessions, step->account, codes);
    if (st != STATUS_OK)
        return st;
    keep_codes(step, codes, true);
    log_change(page, step, "codes");
    return done(page, "second.codes_made");
}

static enum status change(struct page *page, const struct second_step *step, struct sv act)
{
    static const struct {
        const char *act;
        bool removes;
        enum status (*run)(struct page *page, const struct second_step *step);
    } acts[] = {{"app", false, set_app},        {"key", false, add_key},
                {"codes", false, renew_codes},  {"app-remove", true, drop_app},
                {"key-remove", true, drop_key}, {"off", true, drop_all}};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (!sv_eq(act, sv_of(acts[i].act)))
            continue;
        bool off = acts[i].run == drop_all;
        if (acts[i].removes && (is_last(page, step) || (off && page->site->second_required)))
            return say(page, step, 403, locale_text(page->locale, "second.required"));
        return acts[i].run(page, step);
    }
    return STATUS_INVALID;
}

static enum status take(struct page *page, struct second_step *step)
{
    struct sv act = inputs_get(&page->request->form, "act");
    enum second_door door = second_step_door(step);
    if (sv_eq(act, SV("password")))
        return take_password(page, step);
    if (sv_eq(act, SV("step")) && door == SECOND_DOOR_HALF)
        return take_step(page, step);
    if (door != SECOND_DOOR_OPEN) /* its time has passed: the password again */
        return page_redirect(page, SV("/second"));
    return change(page, step, act);
}

enum status page_second(struct page *page)
{
    struct second_step step;
    enum status st = second_step_open(page, &step);
    if (st != STATUS_OK)
        return st;
    st = page->request->method == METHOD_POST ? take(page, &step) : show(page, &step, 200);
    second_step_close(&step);
    return st;
}

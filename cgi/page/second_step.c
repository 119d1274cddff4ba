#include "second_step.h"

#include "base64.h"
#include "door.h"
#include "log.h"

enum { KEYS_TEXT_MAX = 8 * 1024, HTTPS_PORT = 443 };

enum status second_needed(struct page *page, struct sv user, bool *needed)
{
    struct sv account;
    struct store_second_counts state;
    struct sessions *sessions = page->app->sessions;
    if (second_account(user, page->site->domain, page->arena, &account) != STATUS_OK) {
        bool any;
        enum status st = second_anywhere(sessions, &any);
        if (st == STATUS_OK && (any || page->site->second_required))
            st = STATUS_DENIED;
        return st;
    }
    enum status st = second_state(sessions, account, &state);
    if (st == STATUS_OK)
        *needed = page->site->second_required || second_on(&state);
    return st;
}

enum status second_step_open(struct page *page, struct second_step *out)
{
    struct second_step step;
    enum status st =
        second_account(session_user(page->session), page->site->domain, page->arena, &step.account);
    if (st != STATUS_OK)
        return STATUS_DENIED;
    st = second_state(page->app->sessions, step.account, &step.state);
    if (st != STATUS_OK)
        return st;
    step.desk = second_desk_of(page->session);
    *out = step;
    return STATUS_OK;
}

void second_step_close(struct second_step *step)
{
    second_desk_release(&step->desk);
}

/* ---- this site, as browsers name it ---- */

/* A bare address is no name that a key can be bound to. */
static bool is_name(struct sv host)
{
    bool letters = false;
    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] == ':' || host.p[i] == '[')
            return false;
        letters = letters || ascii_is_alpha(host.p[i]);
    }
    return letters && host.n <= PASSKEY_RP_MAX;
}

struct second_site second_site(struct page *page)
{
    struct second_site out = {.origin = page->site->address};
    /* Whoever forges the Host only shuts himself out: a key is bound to the name that it was made
     * under, and what the browser signs names the page that it is on. */
    if (out.origin.n == 0)
        out.origin = arena_printf(page->arena, "https://%.*s", SV_ARG(page->request->host));
    struct sv host = sv_slice(out.origin, sizeof "https://" - 1, out.origin.n);
    host = sv_slice(host, 0, sv_find_last_char(host, ':'));
    struct sb small;
    sb_init(&small, page->arena, host.n + 1);
    for (size_t i = 0; i < host.n; i++)
        sb_add_char(&small, ascii_lower(host.p[i]));
    out.rp_id = is_name(host) ? sb_view(&small) : SV("");
    return out;
}

/* ---- asking ---- */

static struct sv key_ids(struct page *page, const struct second_step *step)
{
    struct second_key *keys;
    size_t n;
    struct sb ids;
    sb_init(&ids, page->arena, KEYS_TEXT_MAX);
    if (second_key_list(page->app->sessions, step->account, page->arena, &keys, &n) != STATUS_OK)
        return SV("");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            sb_add_char(&ids, ' ');
        base64url_encode(&ids, keys[i].passkey.id, keys[i].passkey.id_n);
    }
    return sb_view(&ids);
}

void second_step_put_challenge(struct page *page, const struct second_step *step, struct node at)
{
    char challenge[SECOND_CHALLENGE_TEXT + 1];
    struct second_site site = second_site(page);
    if (site.rp_id.n == 0)
        return;
    second_desk_challenge(step->desk, challenge);
    node_put_cstr(at, "challenge", challenge);
    node_put(at, "rp", site.rp_id);
    node_put(at, "ids", key_ids(page, step));
    response_allow_keys(page->response);
}

void second_step_put(struct page *page, const struct second_step *step, struct sv action)
{
    struct node second = node_child(view_root(page_view(page)), "Second");
    node_put(second, "action_url", action);
    node_put_flag(second, "totp", step->state.totp);
    if (step->state.keys > 0)
        second_step_put_challenge(page, step, node_child(second, "Key"));
}

/* ---- judging ---- */

/* A field in base64url; empty if it is not. */
static struct sv field_bytes(struct page *page, const char *name, size_t most)
{
    struct sv text = inputs_get(&page->request->form, name);
    size_t n = most;
    if (text.n == 0 || text.n > BASE64_LENGTH(most))
        return SV("");
    char *bytes = arena_alloc(page->arena, most);
    return base64url_decode(text, bytes, &n) == STATUS_OK ? (struct sv){bytes, n} : SV("");
}

enum status second_step_answer(struct page *page, const struct second_step *step,
                               struct second_key_answer *out)
{
    char *challenge = arena_alloc(page->arena, SECOND_CHALLENGE_TEXT + 1);
    struct second_site site = second_site(page);
    if (second_desk_answered(step->desk, challenge) != STATUS_OK || site.rp_id.n == 0)
        return STATUS_DENIED;
    *out = (struct second_key_answer){
        .origin = site.origin,
        .rp_id = site.rp_id,
        .challenge = sv_of(challenge),
        .client_data = field_bytes(page, "client_data", CLIENT_DATA_MAX),
        .data = field_bytes(page, "data", PASSKEY_DATA_MAX),
        .id = field_bytes(page, "id", PASSKEY_ID_MAX),
        .signature = field_bytes(page, "signature", PASSKEY_SIGNATURE_MAX)};
    return STATUS_OK;
}

static bool given(struct page *page, const char *name)
{
    return inputs_get(&page->request->form, name).n > 0;
}

static enum status judge(struct page *page, const struct second_step *step)
{
    const struct inputs *form = &page->request->form;
    struct sessions *sessions = page->app->sessions;
    struct second_key_answer answer;
    if (given(page, "client_data")) {
        enum status st = second_step_answer(page, step, &answer);
        return st == STATUS_OK ? second_key_check(sessions, step->account, &answer) : st;
    }
    if (given(page, "recovery"))
        return second_code_use(sessions, step->account, inputs_get(form, "recovery"));
    return second_totp_check(sessions, step->account, inputs_get(form, "code"), clock_wall());
}

/* What is told of a failure: that a code has served, so that one waits for the next; that a key may
 * have a copy; else only that it was wrong. */
static const char *words_of(struct page *page, enum status st)
{
    if (given(page, "client_data"))
        return st == STATUS_CHANGED ? "second.key_copied" : "second.key_wrong";
    if (st == STATUS_CHANGED)
        return "second.code_served";
    return given(page, "recovery") ? "second.recovery_wrong" : "second.code_wrong";
}

static void say_wrong(struct page *page, struct sv words)
{
    node_put(node_child(view_root(page_view(page)), "Second"), "error", words);
}

static void log_copied(struct page *page, const struct second_step *step)
{
    log_event(LOG_LEVEL_WARNING, "key-counter", "address=%s user=\"%.*s\"", page->request->client,
              SV_ARG(page_log_words(page, step->account)));
}

enum status second_step_take(struct page *page, struct second_step *step, enum second_given *out,
                             unsigned *code)
{
    struct door door;
    if (!given(page, "code") && !given(page, "recovery") && !given(page, "client_data")) {
        say_wrong(page, locale_text(page->locale, "second.empty"));
        *out = SECOND_WRONG;
        *code = 422;
        return STATUS_OK;
    }
    if (door_enter_code(page, step->account, &door) != STATUS_OK) {
        say_wrong(page, door.words);
        *out = SECOND_WRONG;
        *code = door.code;
        return STATUS_OK;
    }
    if (!second_desk_try(step->desk)) {
        door_leave(&door, DOOR_WRONG);
        *out = SECOND_OVER;
        return STATUS_OK;
    }
    enum status st = judge(page, step);
    if (st == STATUS_OK) {
        door.passing = session_kind(page->session) == SESSION_PUBLIC;
        door_leave(&door, DOOR_RIGHT);
        second_desk_right(step->desk);
        *out = given(page, "client_data") || !given(page, "recovery") ? SECOND_RIGHT
                                                                      : SECOND_RIGHT_RECOVERY;
        return STATUS_OK;
    }
    if (st != STATUS_DENIED && st != STATUS_CHANGED) {
        door_leave(&door, DOOR_UNKNOWN);
        return st;
    }
    if (st == STATUS_CHANGED && given(page, "client_data"))
        log_copied(page, step);
    say_wrong(page, locale_text(page->locale, words_of(page, st)));
    door_leave(&door, DOOR_WRONG);
    *out = SECOND_WRONG;
    *code = 403;
    return STATUS_OK;
}

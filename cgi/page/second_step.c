#include "second_step.h"

#include "account.h"
#include "base64.h"
#include "door.h"
#include "log.h"

enum { KEYS_TEXT_MAX = 8 * 1024, HTTPS_PORT = 443 };

enum status second_needed(struct page *page, struct sv user, bool *needed)
{
    struct sv account;
    struct store_second_counts state;
    struct sessions *sessions = page->app->sessions;
    if (account_full(user, page->site->domain, page->arena, &account) != STATUS_OK) {
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
        account_full(session_user(page->session), page->site->domain, page->arena, &step.account);
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

enum second_door second_step_door(const struct second_step *step)
{
    enum second_door door = second_desk_door(step->desk);
    return door == SECOND_DOOR_HALF && !second_on(&step->state) ? SECOND_DOOR_OPEN : door;
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
    out.rp_id = is_name(host) ? arena_lower(page->arena, host) : SV("");
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

/* What somebody shows. */
struct shown {
    bool key;
    struct sv code, recovery;
};

static struct shown read_shown(struct page *page)
{
    const struct inputs *form = &page->request->form;
    return (struct shown){.key = inputs_get(form, "client_data").n > 0,
                          .code = inputs_get(form, "code"),
                          .recovery = inputs_get(form, "recovery")};
}

static bool is_nothing(const struct shown *shown)
{
    return !shown->key && shown->code.n == 0 && shown->recovery.n == 0;
}

static enum status judge(struct page *page, const struct second_step *step,
                         const struct shown *shown)
{
    struct sessions *sessions = page->app->sessions;
    struct second_key_answer answer;
    if (shown->key) {
        enum status st = second_step_answer(page, step, &answer);
        return st == STATUS_OK ? second_key_check(sessions, step->account, &answer) : st;
    }
    if (shown->recovery.n > 0)
        return second_code_use(sessions, step->account, shown->recovery);
    return second_totp_check(sessions, step->account, shown->code, clock_wall());
}

/* What is told of a failure: that a code has served, so that one waits for the next; that a key may
 * have a copy; else only that it was wrong. */
static const char *words_of(const struct shown *shown, enum status st)
{
    if (shown->key)
        return st == STATUS_CHANGED ? "second.key_copied" : "second.key_wrong";
    if (st == STATUS_CHANGED)
        return "second.code_served";
    return shown->recovery.n > 0 ? "second.recovery_wrong" : "second.code_wrong";
}

static void log_copied(struct page *page, const struct second_step *step)
{
    log_event(LOG_LEVEL_WARNING, "key-counter", "address=%s user=\"%.*s\"", page->request->client,
              SV_ARG(page_log_words(page, step->account)));
}

struct verdict {
    enum second_given given;
    unsigned code;
    struct sv words;
};

/* Behind the door, which it leaves in any case. */
static enum status try_shown(struct page *page, struct second_step *step, struct door *door,
                             const struct shown *shown, struct verdict *out)
{
    if (!second_desk_try(step->desk)) {
        door_leave(door, DOOR_WRONG);
        *out = (struct verdict){SECOND_OVER, 403, locale_text(page->locale, "second.over")};
        return STATUS_OK;
    }
    enum status st = judge(page, step, shown);
    if (st == STATUS_OK) {
        door->passing = session_kind(page->session) == SESSION_PUBLIC;
        door_leave(door, DOOR_RIGHT);
        second_desk_right(step->desk);
        bool recovery = !shown->key && shown->recovery.n > 0;
        *out = (struct verdict){recovery ? SECOND_RIGHT_RECOVERY : SECOND_RIGHT, 200, SV("")};
        return STATUS_OK;
    }
    if (st != STATUS_DENIED && st != STATUS_CHANGED) {
        door_leave(door, DOOR_UNKNOWN);
        return st;
    }
    if (st == STATUS_CHANGED && shown->key)
        log_copied(page, step);
    door_leave(door, DOOR_WRONG);
    *out = (struct verdict){SECOND_WRONG, 403, locale_text(page->locale, words_of(shown, st))};
    return STATUS_OK;
}

static enum status take(struct page *page, struct second_step *step, const struct shown *shown,
                        struct verdict *out)
{
    struct door door;
    if (is_nothing(shown)) {
        *out = (struct verdict){SECOND_WRONG, 422, locale_text(page->locale, "second.empty")};
        return STATUS_OK;
    }
    if (door_enter_code(page, step->account, &door) != STATUS_OK) {
        *out = (struct verdict){SECOND_WRONG, door.code, door.words};
        return STATUS_OK;
    }
    return try_shown(page, step, &door, shown, out);
}

enum status second_step_take(struct page *page, struct second_step *step, enum second_given *out,
                             unsigned *code)
{
    struct verdict verdict;
    const struct shown shown = read_shown(page);
    enum status st = take(page, step, &shown, &verdict);
    if (st != STATUS_OK)
        return st;
    if (verdict.words.n > 0)
        node_put(node_child(view_root(page_view(page)), "Second"), "error", verdict.words);
    *out = verdict.given;
    *code = verdict.code;
    return STATUS_OK;
}

/* ---- beside a password ---- */

/* A code of the app is digits alone, and six of them. */
static bool looks_like_code(struct sv typed)
{
    size_t digits = 0;
    for (size_t i = 0; i < typed.n; i++) {
        if (!ascii_is_digit(typed.p[i]) && !ascii_is_space(typed.p[i]))
            return false;
        digits += ascii_is_digit(typed.p[i]);
    }
    return digits <= TOTP_DIGITS;
}

static bool is_due(const struct second_step *step)
{
    return second_on(&step->state) && second_step_door(step) != SECOND_DOOR_OPEN;
}

bool second_step_again_asked(struct page *page)
{
    struct second_step step;
    if (second_step_open(page, &step) != STATUS_OK)
        return false;
    bool due = is_due(&step);
    second_step_close(&step);
    return due;
}

static enum status ask_again(struct page *page, struct second_step *step, unsigned *code,
                             struct sv *words)
{
    struct verdict verdict;
    struct sv typed = sv_trim(inputs_get(&page->request->form, "second"));
    struct shown shown = {.code = typed};
    if (!looks_like_code(typed))
        shown = (struct shown){.recovery = typed};
    enum status st = take(page, step, &shown, &verdict);
    if (st != STATUS_OK || verdict.given == SECOND_RIGHT || verdict.given == SECOND_RIGHT_RECOVERY)
        return st;
    *code = verdict.code;
    *words = verdict.words;
    return STATUS_DENIED;
}

enum status second_step_again(struct page *page, unsigned *code, struct sv *words)
{
    struct sv account;
    struct second_step step;
    /* a name that is none of an account's has no second factor either */
    if (account_full(session_user(page->session), page->site->domain, page->arena, &account) !=
        STATUS_OK)
        return STATUS_OK;
    enum status st = second_step_open(page, &step);
    if (st != STATUS_OK)
        return st;
    if (is_due(&step))
        st = ask_again(page, &step, code, words);
    second_step_close(&step);
    return st;
}

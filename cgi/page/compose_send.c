#include "compose_send.h"

#include "compose_save.h"
#include "compose_show.h"
#include "flash.h"
#include "log.h"
#include "receipt.h"

enum {
    ALL_MAX = 8 << 20,
    WAIT_MS = 30000,
    NOTED_MAX = 2000,
    MINUTE = 60,
    ACCEPTED = 200,
    UNPROCESSABLE = 422,
    CONFLICT = 409,
    TOO_MANY = 429,
    BAD_GATEWAY = 502
};

struct outbox compose_outbox(const struct page *page)
{
    return (struct outbox){.session = page->session,
                           .store = page->app->store,
                           .smtp = &page->site->smtp,
                           .client_name = page->site->smtp_client_name,
                           .limits = &page->site->sending};
}

/* ---- recipients ---- */

struct recipients {
    struct sv *p;
    size_t n;
};

static const struct draft_people *people_of(const struct compose *compose, int field)
{
    const struct draft_people *all[] = {[COMPOSE_TO] = &compose->draft.to,
                                        [COMPOSE_CC] = &compose->draft.cc,
                                        [COMPOSE_BCC] = &compose->draft.bcc};
    return all[field];
}

static bool has(const struct recipients *list, struct sv spec)
{
    for (size_t i = 0; i < list->n; i++)
        if (sv_eq_nocase(list->p[i], spec))
            return true;
    return false;
}

/* Everybody once; more than can be sent to are counted only. */
static struct recipients gather(struct page *page, const struct compose *compose)
{
    struct recipients list = {
        arena_array(page->arena, SUBMIT_RECIPIENTS_MAX + 1, sizeof(struct sv)), 0};
    for (int field = COMPOSE_TO; field <= COMPOSE_BCC; field++) {
        struct addresses good = people_of(compose, field)->good;
        for (size_t i = 0; i < good.n && list.n <= SUBMIT_RECIPIENTS_MAX; i++) {
            struct sv spec = address_spec(page->arena, good.items[i]);
            if (!has(&list, spec))
                list.p[list.n++] = spec;
        }
    }
    return list;
}

static struct sv too_many(struct page *page)
{
    size_t most = sending_recipients_max(&page->site->sending, page->session);
    return locale_format(page->locale, page->arena, "compose.too_many",
                         locale_number(page->locale, page->arena, most));
}

static void name_faults(struct page *page, struct compose *compose)
{
    for (int field = COMPOSE_TO; field <= COMPOSE_BCC; field++) {
        const struct draft_people *people = people_of(compose, field);
        struct typed_addresses typed = {0};
        struct sb bad;
        if (!people->faulty)
            continue;
        if (address_list_typed(page->arena, people->typed, &typed) != STATUS_OK) {
            compose->errors[field] = too_many(page);
            continue;
        }
        sb_init(&bad, page->arena, 2000);
        for (size_t i = 0; i < typed.bad_n; i++) {
            sb_add(&bad, i > 0 ? SV(", ") : SV(""));
            sb_add(&bad, typed.bad[i].text);
        }
        compose->errors[field] =
            locale_format(page->locale, page->arena, "compose.bad_recipient", sb_view(&bad));
    }
}

/* True if it may go out; otherwise the form says what is wrong. */
static bool check(struct page *page, struct compose *compose, const struct recipients *recipients)
{
    name_faults(page, compose);
    for (int field = COMPOSE_TO; field <= COMPOSE_BCC; field++)
        if (compose->errors[field].n > 0)
            return false;
    if (recipients->n == 0)
        compose->errors[COMPOSE_TO] = locale_text(page->locale, "compose.no_recipient");
    else if (recipients->n > sending_recipients_max(&page->site->sending, page->session))
        compose->errors[COMPOSE_TO] = too_many(page);
    return compose->errors[COMPOSE_TO].n == 0;
}

/* ---- what the form says afterwards ---- */

static enum status go_back(struct page *page, const struct compose *compose, const char *key)
{
    flash_set(page, locale_text(page->locale, key), SV(""), false);
    return page_redirect(page, compose->back);
}

static void warn(struct page *page, struct compose *compose, int64_t seen)
{
    compose->warning = locale_text(page->locale, "compose.maybe_sent");
    compose->ask = true;
    compose->seen = seen;
}

static void forget_warning(struct compose *compose)
{
    compose->warning = SV("");
    compose->ask = false;
}

enum status compose_tell_state(struct page *page, struct compose *compose, bool marked)
{
    const struct outbox outbox = compose_outbox(page);
    enum outbox_claim claim;
    int64_t seen;
    enum status st = outbox_look(&outbox, compose->draft.message_id, marked, &claim, &seen);
    if (st != STATUS_OK)
        return st;
    forget_warning(compose);
    if (claim == OUTBOX_PERHAPS)
        warn(page, compose, seen);
    else if (claim == OUTBOX_ALREADY)
        compose->warning = locale_text(page->locale, "compose.already_sent");
    return STATUS_OK;
}

static int field_of(struct page *page, const struct compose *compose, struct sv recipient)
{
    for (int field = COMPOSE_CC; field <= COMPOSE_BCC; field++) {
        struct addresses good = people_of(compose, field)->good;
        for (size_t i = 0; i < good.n; i++)
            if (sv_eq_nocase(address_spec(page->arena, good.items[i]), recipient))
                return field;
    }
    return COMPOSE_TO;
}

static void name_refused(struct page *page, struct compose *compose,
                         const struct submit_result *result)
{
    for (size_t i = 0; i < result->refused_count; i++) {
        const struct submit_refusal *refusal = &result->refused[i];
        struct sv *error = &compose->errors[field_of(page, compose, refusal->recipient)];
        struct sv one = locale_format(page->locale, page->arena, "compose.refused_recipient",
                                      refusal->recipient, refusal->reply.text);
        *error = error->n > 0 ? arena_printf(page->arena, "%.*s\n%.*s", SV_ARG(*error), SV_ARG(one))
                              : one;
    }
}

/* Nothing was tried: it is in Drafts, and goes when the limit lets it. */
static enum status show_limit(struct page *page, struct compose *compose, size_t recipients)
{
    int64_t until = page->diagnosis.not_before;
    log_event(LOG_LEVEL_WARNING, "sending-limit",
              "address=%s kind=%s recipients=%zu until=%lld user=\"%.*s\"", page->request->client,
              session_kind(page->session) == SESSION_FULL ? "full" : "public", recipients,
              (long long)until, SV_ARG(page_log_words(page, session_user(page->session))));
    compose->error = arena_printf(
        page->arena, "%.*s %.*s", SV_ARG(locale_text(page->locale, "compose.not_sent")),
        SV_ARG(locale_format(page->locale, page->arena, "compose.sent_much",
                             date_long(&page->dates, page->arena, until + MINUTE - 1))));
    response_add_header(page->response, "Retry-After",
                        arena_printf(page->arena, "%lld", (long long)(until - clock_wall())));
    return compose_render(page, compose, TOO_MANY);
}

static enum status show_outcome(struct page *page, struct compose *compose, enum status why,
                                const struct submit_result *result)
{
    page_log_failure(page, why);
    if (result->outcome == SUBMIT_UNKNOWN) {
        enum status st = compose_tell_state(page, compose, true);
        return st == STATUS_OK ? compose_render(page, compose, BAD_GATEWAY) : st;
    }
    name_refused(page, compose, result);
    compose->error = arena_printf(
        page->arena, "%.*s %.*s", SV_ARG(locale_text(page->locale, "compose.not_sent")),
        SV_ARG(result->refused_count > 0 ? SV("") : compose_failure_text(page, why)));
    return compose_render(page, compose, result->refused_count > 0 ? UNPROCESSABLE : BAD_GATEWAY);
}

/* ---- sending ---- */

static void note_sent(struct page *page, const struct compose *compose,
                      const struct recipients *recipients)
{
    struct sb to;
    sb_init(&to, page->arena, NOTED_MAX);
    for (size_t i = 0; i < recipients->n; i++) {
        sb_add(&to, i > 0 ? SV(", ") : SV(""));
        sb_add(&to, recipients->p[i]);
    }
    receipt_note(page, RECEIPT_SENT, compose->draft.message_id, sb_view(&to));
}

/* The message is in Drafts as it goes out; from here on it is the outbox's. */
static enum status submit(struct desk *desk, const struct recipients *recipients, struct sv all)
{
    struct page *page = desk->page;
    struct compose *compose = desk->compose;
    const struct outbox outbox = compose_outbox(page);
    struct imap_call call = page_call(page);
    struct addresses me = compose->draft.from;
    struct submit_result result;
    const struct outbox_order order = {
        .message_id = compose->draft.message_id,
        .text = all,
        .drafts = desk->drafts,
        .version = compose->version,
        .message = &desk->message,
        .sender = me.n > 0 ? address_spec(page->arena, me.items[0]) : SV(""),
        .recipients = recipients->p,
        .recipient_count = recipients->n,
    };
    enum status st = outbox_submit(&outbox, desk->imap, &call, &order, &result);
    if (st != STATUS_OK && page->diagnosis.cause == CAUSE_SENDING_LIMIT)
        return show_limit(page, compose, recipients->n);
    if (st != STATUS_OK)
        return show_outcome(page, compose, st, &result);
    note_sent(page, compose, recipients);
    outbox_file(desk->imap, &call, &desk->folders, desk->drafts, compose->version,
                compose->draft.message_id, &compose->draft.origin);
    return go_back(page, compose, "compose.sent");
}

/* What Drafts knows of the message may be more than the store does. */
static bool held_back(struct desk *desk)
{
    return desk->old.submitted || (desk->old.pending && !desk->compose->sure);
}

static enum status hold_back(struct desk *desk)
{
    struct page *page = desk->page;
    struct imap_call call = page_call(page);
    if (!desk->old.submitted) {
        warn(page, desk->compose, 0);
        return compose_render(page, desk->compose, CONFLICT);
    }
    struct sv message_id = desk->compose->draft.message_id;
    desk_part(desk);
    enum status st = desk_save(desk, true);
    if (st != STATUS_OK)
        return compose_show_failure(page, desk->compose, st);
    outbox_file(desk->imap, &call, &desk->folders, desk->drafts, desk->old.version, message_id,
                &desk->compose->draft.origin);
    return compose_render(page, desk->compose, CONFLICT);
}

/* Releases the claim on every way that does not submit. */
static enum status send_claimed(struct page *page, struct compose *compose,
                                const struct recipients *recipients, struct sv all)
{
    const struct outbox outbox = compose_outbox(page);
    struct desk *desk = arena_alloc(page->arena, sizeof *desk);
    enum status st = desk_open(desk, page, compose);
    bool held = st == STATUS_OK && held_back(desk);
    if (st == STATUS_OK && !held)
        st = desk_save(desk, false);
    if (st == STATUS_OK && !held && compose->version.uid == 0)
        st = STATUS_UNAVAILABLE; /* saved, but not where it could be found again */
    bool ready = st == STATUS_OK && !held && !desk->lost;
    if (!ready)
        outbox_release(&outbox, compose->draft.message_id);
    if (ready)
        st = submit(desk, recipients, all);
    else if (held)
        st = hold_back(desk);
    else if (st == STATUS_OK)
        st = compose_render(page, compose, UNPROCESSABLE);
    else
        st = compose_show_failure(page, compose, st);
    desk_close(desk);
    return st;
}

/* The form is shown again, for something to be corrected or decided: meanwhile nothing of it gets
 * lost. */
static enum status keep(struct page *page, struct compose *compose, unsigned code)
{
    struct desk *desk = arena_alloc(page->arena, sizeof *desk);
    enum status st = desk_keep(desk, page, compose);
    return st == STATUS_OK ? compose_render(page, compose, code)
                           : compose_show_failure(page, compose, st);
}

/* Two texts under one Message-ID are different messages; what tells them apart is what the writer
 * sees of them. */
static struct sv all_of(struct page *page, const struct compose *compose)
{
    const struct draft *draft = &compose->draft;
    const struct compose_files *files[] = {&compose->kept, &compose->carried};
    const struct sv parts[] = {draft->to.typed, draft->cc.typed, draft->bcc.typed, draft->subject,
                               draft->text};
    struct sb out;
    sb_init(&out, page->arena, ALL_MAX);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        sb_add(&out, parts[i]);
        sb_add_char(&out, '\0');
    }
    for (size_t k = 0; k < sizeof files / sizeof files[0]; k++)
        for (size_t i = 0; i < files[k]->n; i++)
            sb_printf(&out, "%llu %.*s\n", (unsigned long long)files[k]->p[i].size,
                      SV_ARG(files[k]->p[i].name));
    for (size_t i = 0; i < page->request->upload_count; i++)
        sb_printf(&out, "%llu %.*s\n", (unsigned long long)page->request->uploads[i].length,
                  SV_ARG(page->request->uploads[i].filename));
    return sb_view(&out);
}

enum status compose_send(struct page *page, struct compose *compose)
{
    const struct outbox outbox = compose_outbox(page);
    const struct outbox_text text = {compose->draft.message_id, all_of(page, compose)};
    struct recipients recipients = gather(page, compose);
    enum outbox_claim claim = OUTBOX_PERHAPS;
    int64_t seen = compose->seen;
    bool undecided = compose->ask && !compose->sure;
    if (!check(page, compose, &recipients))
        return keep(page, compose, UNPROCESSABLE);
    /* what was asked already need not be waited for */
    struct deadline deadline =
        undecided ? deadline_in(0) : deadline_min(page->deadline, deadline_in(WAIT_MS));
    enum status st = compose->sure ? outbox_claim_anyway(&outbox, &text, seen, &claim)
                                   : outbox_claim(&outbox, &text, deadline, &claim, &seen);
    if (st != STATUS_OK)
        return compose_show_failure(page, compose, st);
    if (claim == OUTBOX_ALREADY)
        return go_back(page, compose, "compose.already_sent");
    if (claim == OUTBOX_OTHER)
        return keep(page, compose, CONFLICT);
    if (claim == OUTBOX_MINE) {
        forget_warning(compose);
        return send_claimed(page, compose, &recipients, text.all);
    }
    warn(page, compose, seen);
    return compose_render(page, compose, CONFLICT);
}

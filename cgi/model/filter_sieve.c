#include "filter_sieve.h"

#include "arena.h"
#include "managesieve.h"
#include "sieve_script.h"
#include "tls.h"

/* Of all that is at hand in one conversation. */
struct talk {
    const struct filter_call *call;
    struct managesieve *server;
    struct managesieve_scripts scripts;
    bool exists, active; /* our own script */
    struct sv text;      /* of ours */
    enum status (*then)(struct talk *talk, void *context);
    void *context;
};

static const struct sv none_saved = {"-", 1};

/* ---- the conversation ---- */

static enum status secure(void *context, struct deadline deadline, struct diagnosis *diagnosis)
{
    return tls_secure(context, deadline, diagnosis);
}

static enum status scripts_read(struct talk *t)
{
    enum status st = managesieve_list(t->server, &t->scripts);
    for (size_t i = 0; st == STATUS_OK && i < t->scripts.n; i++) {
        if (!sv_eq(t->scripts.items[i].name, SV(SIEVE_SCRIPT_NAME)))
            continue;
        t->exists = true;
        t->active = t->scripts.items[i].active;
        st = managesieve_get(t->server, SV(SIEVE_SCRIPT_NAME), &t->text);
    }
    return st;
}

static struct managesieve_order order_of(const struct stream_target *target, struct tls *tls,
                                         struct arena *arena, struct deadline deadline,
                                         struct diagnosis *diagnosis)
{
    return (struct managesieve_order){.line = tls_transport(tls),
                                      .secure = target->security == STREAM_STARTTLS ? secure : NULL,
                                      .secure_context = tls,
                                      .host = target->host,
                                      .port = target->port,
                                      .arena = arena,
                                      .deadline = deadline,
                                      .diagnosis = diagnosis};
}

static enum status talk_over(struct talk *t, struct tls *tls, struct sv password)
{
    const struct filter_call *call = t->call;
    const struct managesieve_order order =
        order_of(&call->site->sieve, tls, call->arena, call->deadline, call->diagnosis);
    enum status st = managesieve_open(&order, &t->server);
    if (st == STATUS_OK)
        st = managesieve_login(t->server, session_user(call->session), password);
    if (st == STATUS_OK)
        st = scripts_read(t);
    if (st == STATUS_OK)
        st = t->then(t, t->context);
    if (t->server)
        managesieve_close(t->server);
    return st;
}

static enum status with_password(void *context, struct sv password)
{
    struct talk *t = context;
    struct tls *tls = NULL;
    enum status st =
        tls_connect(&t->call->site->sieve, t->call->deadline, &tls, t->call->diagnosis);
    if (st == STATUS_OK)
        st = talk_over(t, tls, password);
    tls_close(&tls);
    return st;
}

static enum status talk(const struct filter_call *call,
                        enum status (*then)(struct talk *talk, void *context), void *context)
{
    struct talk t = {.call = call, .text = SV(""), .then = then, .context = context};
    enum status st = session_with_password(call->session, with_password, &t);
    /* the password was right for IMAP: that it is refused here is not the end of the session */
    return st == STATUS_DENIED || st == STATUS_SIGNED_OUT ? STATUS_REFUSED : st;
}

static struct sv version_of(const struct talk *t)
{
    return t->exists ? sieve_script_version(t->call->arena, t->text) : none_saved;
}

static bool has_word(struct sv words, struct sv wanted)
{
    while (words.n > 0)
        if (sv_eq_nocase(sv_cut(&words, ' '), wanted))
            return true;
    return false;
}

/* ---- loading ---- */

static enum status others_read(struct talk *t, struct filters *out)
{
    for (size_t i = 0; i < t->scripts.n && out->others_n < FILTER_OTHERS_MAX; i++) {
        const struct managesieve_script *script = &t->scripts.items[i];
        struct sv text;
        if (sv_eq(script->name, SV(SIEVE_SCRIPT_NAME)))
            continue;
        enum status st = managesieve_get(t->server, script->name, &text);
        if (st == STATUS_NOT_FOUND) /* deleted meanwhile */
            continue;
        if (st != STATUS_OK)
            return st;
        out->others[out->others_n++] = (struct filter_other){
            script->name, sv_slice(text, 0, FILTER_OTHER_SHOWN), script->active};
    }
    return STATUS_OK;
}

static bool is_among(const struct filters *filters, struct sv name)
{
    for (size_t i = 0; i < filters->others_n; i++)
        if (sv_eq(filters->others[i].name, name))
            return true;
    return false;
}

static enum status load(struct talk *t, void *context)
{
    struct filters *out = context;
    struct sieve_script script;
    enum status st = others_read(t, out);
    if (st != STATUS_OK)
        return st;
    enum sieve_script_kind kind = sieve_script_read(t->call->arena, t->text, &script);
    out->set = script.set;
    out->version = version_of(t);
    out->ours_run = t->active;
    out->edited = t->exists && kind != SIEVE_SCRIPT_OURS;
    out->text = out->edited ? t->text : SV("");
    out->can_include = has_word(managesieve_extensions(t->server), SV("include"));
    out->include = is_among(out, script.include) ? script.include : SV("");
    return STATUS_OK;
}

enum status filter_sieve_load(const struct filter_call *call, struct filters *out)
{
    struct filters *got = arena_alloc(call->arena, sizeof *got);
    enum status st = talk(call, load, got);
    if (st == STATUS_OK)
        *out = *got;
    return st;
}

/* ---- saving ---- */

struct saving {
    const struct filter_wish *wish;
    struct sv *missing;
};

static enum status save(struct talk *t, void *context)
{
    struct saving *s = context;
    struct sieve_script was, wanted = {.set = s->wish->set, .include = s->wish->include};
    struct sv text;
    if (!sv_eq(version_of(t), s->wish->version))
        return STATUS_CHANGED;
    bool ours = sieve_script_read(t->call->arena, t->text, &was) == SIEVE_SCRIPT_OURS;
    if (t->exists && !ours && !s->wish->overwrite)
        return STATUS_EXISTS;
    enum status st = sieve_script_write(t->call->arena, &wanted, managesieve_extensions(t->server),
                                        &text, s->missing);
    if (st == STATUS_OK)
        st = managesieve_check(t->server, text);
    if (st == STATUS_OK)
        st = managesieve_put(t->server, SV(SIEVE_SCRIPT_NAME), text);
    if (st == STATUS_OK && !t->active)
        st = managesieve_activate(t->server, SV(SIEVE_SCRIPT_NAME));
    return st;
}

enum status filter_sieve_save(const struct filter_call *call, const struct filter_wish *wish,
                              struct sv *missing)
{
    struct saving saving = {wish, missing};
    return talk(call, save, &saving);
}

/* ---- trying ---- */

enum status filter_sieve_try(const struct stream_target *target, struct arena *arena,
                             struct deadline deadline, struct diagnosis *diagnosis)
{
    struct tls *tls = NULL;
    struct managesieve *server;
    enum status st = tls_connect(target, deadline, &tls, diagnosis);
    if (st != STATUS_OK)
        return st;
    const struct managesieve_order order = order_of(target, tls, arena, deadline, diagnosis);
    st = managesieve_open(&order, &server);
    if (st == STATUS_OK)
        managesieve_close(server);
    tls_close(&tls);
    return st;
}

#include "managesieve.h"

#include <string.h>

#include "arena.h"
#include "base64.h"
#include "sieve_reply.h"
#include "utf8.h"

enum { LINES_MAX = 1000, SECRETS_ROOM = 2 * MANAGESIEVE_SECRET_MAX + 3, NAME_MAX_BYTES = 512 };

struct managesieve {
    struct managesieve_order order;
    struct sieve_reader reader;
    struct sv extensions;
    bool starttls, plain, checks; /* capabilities */
    struct managesieve_scripts scripts;
    struct sv text;
};

/* What becomes of a line that does not end the answer. */
typedef enum status (*each_line)(struct managesieve *m, const struct sieve_line *line);

/* ---- failures ---- */

static enum status broken(struct managesieve *m, enum stage stage, enum status st)
{
    enum cause cause = st == STATUS_TIMEOUT  ? CAUSE_TIMEOUT
                       : st == STATUS_CLOSED ? CAUSE_CLOSED
                                             : CAUSE_PROTOCOL;
    diagnosis_set(m->order.diagnosis, stage, cause, m->order.host, m->order.port, NULL);
    return st;
}

static enum status says(struct managesieve *m, enum stage stage, enum cause cause, struct sv words,
                        enum status st)
{
    diagnosis_set(m->order.diagnosis, stage, cause, m->order.host, m->order.port,
                  arena_cstr(m->order.arena, words));
    return st;
}

/* The text of OK, NO or BYE, with a referral in front (RFC 5804 section 1.3). */
static struct sv words_of(struct managesieve *m, const struct sieve_line *line)
{
    struct sv words = SV("");
    bool referral = false;
    for (size_t i = 1; i < line->n; i++) {
        referral = referral || sieve_token_is(line, i, "REFERRAL");
        if (line->tokens[i].kind == SIEVE_STRING)
            words = words.n == 0 ? line->tokens[i].text
                                 : arena_printf(m->order.arena, "%.*s %.*s", SV_ARG(words),
                                                SV_ARG(line->tokens[i].text));
    }
    return referral ? arena_printf(m->order.arena, "referral: %.*s", SV_ARG(words)) : words;
}

static bool has_code(const struct sieve_line *line, const char *code)
{
    return line->n > 2 && line->tokens[1].kind == SIEVE_OPEN &&
           line->tokens[2].kind == SIEVE_ATOM &&
           sv_starts_nocase(line->tokens[2].text, sv_of(code));
}

static enum status refused(struct managesieve *m, enum stage stage, const struct sieve_line *line)
{
    struct sv words = words_of(m, line);
    if (sieve_token_is(line, 0, "BYE") || has_code(line, "TRYLATER"))
        return says(m, stage, CAUSE_UNAVAILABLE, words, STATUS_UNAVAILABLE);
    if (has_code(line, "QUOTA"))
        return says(m, stage, CAUSE_QUOTA, words, STATUS_QUOTA);
    if (has_code(line, "NONEXISTENT"))
        return says(m, stage, CAUSE_REFUSED, words, STATUS_NOT_FOUND);
    if (stage == STAGE_LOGIN &&
        (has_code(line, "ENCRYPT-NEEDED") || has_code(line, "AUTH-TOO-WEAK")))
        return says(m, stage, CAUSE_LOGIN_DISABLED, words, STATUS_UNSUPPORTED);
    if (stage == STAGE_LOGIN)
        return says(m, stage, CAUSE_PASSWORD, words, STATUS_DENIED);
    return says(m, stage, CAUSE_REFUSED, words, STATUS_REFUSED);
}

/* ---- talking ---- */

/* Reads until OK, NO or BYE. */
static enum status answer_read(struct managesieve *m, enum stage stage, each_line each)
{
    for (unsigned n = 0; n < LINES_MAX; n++) {
        struct sieve_line line;
        enum status st = sieve_line_read(&m->reader, m->order.deadline, &line);
        if (st == STATUS_OK && sieve_token_is(&line, 0, "OK"))
            return STATUS_OK;
        if (st == STATUS_OK && (sieve_token_is(&line, 0, "NO") || sieve_token_is(&line, 0, "BYE")))
            return refused(m, stage, &line);
        if (st == STATUS_OK)
            st = each ? each(m, &line) : STATUS_PROTOCOL;
        if (st != STATUS_OK)
            return broken(m, stage, st);
    }
    return broken(m, stage, STATUS_TOO_LARGE);
}

static enum status send(struct managesieve *m, enum stage stage, struct sv bytes)
{
    struct transport *line = &m->order.line;
    enum status st = line->send(line->context, bytes, m->order.deadline);
    return st == STATUS_OK ? STATUS_OK : broken(m, stage, st);
}

/* A literal takes any byte but NUL (RFC 5804 section 4), so that nothing has to be escaped. */
static bool literal_add(struct sb *out, struct sv s)
{
    sb_printf(out, "{%zu+}\r\n", s.n);
    sb_add(out, s);
    return sv_find_char(s, '\0') == SIZE_MAX;
}

static bool name_is_sane(struct sv name)
{
    return name.n > 0 && name.n <= NAME_MAX_BYTES && utf8_valid(name) && !sv_has_control(name);
}

/* VERB SP name [SP text] */
static enum status command(struct managesieve *m, const char *verb, const struct sv *name,
                           const struct sv *text, each_line each)
{
    struct sb out;
    bool sane = true;
    sb_init(&out, m->order.arena, MANAGESIEVE_SCRIPT_MAX + 2 * NAME_MAX_BYTES);
    sb_add_cstr(&out, verb);
    if (name) {
        sb_add_char(&out, ' ');
        sane = (name->n == 0 || name_is_sane(*name)) && literal_add(&out, *name);
    }
    if (text) {
        sb_add_char(&out, ' ');
        sane = literal_add(&out, *text) && sane;
    }
    sb_add_cstr(&out, "\r\n");
    if (!sane)
        return STATUS_INVALID;
    if (out.over || (text && text->n > MANAGESIEVE_SCRIPT_MAX))
        return STATUS_TOO_LARGE;
    enum status st = send(m, STAGE_COMMAND, sb_view(&out));
    return st == STATUS_OK ? answer_read(m, STAGE_COMMAND, each) : st;
}

/* ---- greeting and login ---- */

static bool has_word(struct sv words, struct sv wanted)
{
    while (words.n > 0)
        if (sv_eq_nocase(sv_cut(&words, ' '), wanted))
            return true;
    return false;
}

/* name SP [value] */
static enum status capability_line(struct managesieve *m, const struct sieve_line *line)
{
    if (line->n == 0 || line->tokens[0].kind != SIEVE_STRING)
        return STATUS_PROTOCOL;
    struct sv name = line->tokens[0].text;
    struct sv value = line->n > 1 ? line->tokens[1].text : SV("");
    if (sv_eq_nocase(name, SV("SIEVE")))
        m->extensions = value;
    else if (sv_eq_nocase(name, SV("STARTTLS")))
        m->starttls = true;
    else if (sv_eq_nocase(name, SV("SASL")))
        m->plain = has_word(value, SV("PLAIN"));
    else if (sv_eq_nocase(name, SV("VERSION")))
        m->checks = true;
    return STATUS_OK;
}

static enum status capabilities_read(struct managesieve *m)
{
    m->extensions = SV("");
    m->starttls = m->plain = m->checks = false;
    return answer_read(m, STAGE_GREETING, capability_line);
}

static enum status secure(struct managesieve *m)
{
    const struct managesieve_order *order = &m->order;
    if (!m->starttls)
        return says(m, STAGE_TLS, CAUSE_NO_STARTTLS, SV("no STARTTLS offered"), STATUS_TLS);
    enum status st = send(m, STAGE_TLS, SV("STARTTLS\r\n"));
    if (st == STATUS_OK)
        st = answer_read(m, STAGE_TLS, NULL);
    if (st == STATUS_REFUSED)
        return says(m, STAGE_TLS, CAUSE_NO_STARTTLS, SV("STARTTLS refused"), STATUS_TLS);
    if (st != STATUS_OK)
        return st;
    /* said in plain text by whoever sits in between, to be taken for said under TLS */
    if (m->reader.pending.n > 0)
        return broken(m, STAGE_TLS, STATUS_PROTOCOL);
    st = order->secure(order->secure_context, order->deadline, order->diagnosis);
    return st == STATUS_OK ? capabilities_read(m) : st;
}

enum status managesieve_open(const struct managesieve_order *order, struct managesieve **out)
{
    struct managesieve *m = arena_alloc(order->arena, sizeof *m);
    m->order = *order;
    m->reader.line = order->line;
    m->reader.arena = order->arena;
    enum status st = capabilities_read(m);
    if (st == STATUS_OK && order->secure)
        st = secure(m);
    if (st == STATUS_OK)
        *out = m;
    return st;
}

enum status managesieve_login(struct managesieve *m, struct sv user, struct sv password)
{
    char secret[SECRETS_ROOM], line[BASE64_LENGTH(SECRETS_ROOM) + 64];
    struct sb plain, out;
    if (user.n == 0 || user.n > MANAGESIEVE_SECRET_MAX || password.n > MANAGESIEVE_SECRET_MAX ||
        sv_has_control(user) || sv_has_control(password))
        return STATUS_INVALID;
    if (!m->plain)
        return says(m, STAGE_LOGIN, CAUSE_LOGIN_DISABLED, SV("the server offers no SASL PLAIN"),
                    STATUS_UNSUPPORTED);
    sb_fixed(&plain, secret, sizeof secret);
    sb_add_char(&plain, '\0');
    sb_add(&plain, user);
    sb_add_char(&plain, '\0');
    sb_add(&plain, password);
    sb_fixed(&out, line, sizeof line);
    sb_printf(&out, "AUTHENTICATE \"PLAIN\" {%zu+}\r\n", (size_t)BASE64_LENGTH(plain.n));
    base64_encode(&out, plain.p, plain.n);
    sb_add_cstr(&out, "\r\n");
    enum status st = plain.over || out.over ? STATUS_INVALID : send(m, STAGE_LOGIN, sb_view(&out));
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(line, sizeof line);
    return st == STATUS_OK ? answer_read(m, STAGE_LOGIN, NULL) : st;
}

struct sv managesieve_extensions(const struct managesieve *m)
{
    return m->extensions;
}

/* ---- scripts ---- */

static enum status list_line(struct managesieve *m, const struct sieve_line *line)
{
    if (line->n == 0 || line->tokens[0].kind != SIEVE_STRING)
        return STATUS_PROTOCOL;
    struct sv name = line->tokens[0].text;
    if (m->scripts.n < MANAGESIEVE_SCRIPTS_MAX && name_is_sane(name))
        m->scripts.items[m->scripts.n++] =
            (struct managesieve_script){name, sieve_token_is(line, 1, "ACTIVE")};
    return STATUS_OK;
}

enum status managesieve_list(struct managesieve *m, struct managesieve_scripts *out)
{
    m->scripts.items =
        arena_array(m->order.arena, MANAGESIEVE_SCRIPTS_MAX, sizeof *m->scripts.items);
    m->scripts.n = 0;
    enum status st = command(m, "LISTSCRIPTS", NULL, NULL, list_line);
    if (st == STATUS_OK)
        *out = m->scripts;
    return st;
}

static enum status text_line(struct managesieve *m, const struct sieve_line *line)
{
    if (line->n != 1 || line->tokens[0].kind != SIEVE_STRING)
        return STATUS_PROTOCOL;
    m->text = line->tokens[0].text;
    return STATUS_OK;
}

enum status managesieve_get(struct managesieve *m, struct sv name, struct sv *text)
{
    m->text = SV("");
    enum status st = command(m, "GETSCRIPT", &name, NULL, text_line);
    if (st == STATUS_OK)
        *text = m->text;
    return st;
}

enum status managesieve_check(struct managesieve *m, struct sv text)
{
    return m->checks ? command(m, "CHECKSCRIPT", NULL, &text, NULL) : STATUS_OK;
}

enum status managesieve_put(struct managesieve *m, struct sv name, struct sv text)
{
    return name.n == 0 ? STATUS_INVALID : command(m, "PUTSCRIPT", &name, &text, NULL);
}

enum status managesieve_activate(struct managesieve *m, struct sv name)
{
    return command(m, "SETACTIVE", &name, NULL, NULL);
}

void managesieve_close(struct managesieve *m)
{
    struct transport *line = &m->order.line;
    (void)!line->send(line->context, SV("LOGOUT\r\n"),
                      deadline_min(m->order.deadline, deadline_in(1000)));
}

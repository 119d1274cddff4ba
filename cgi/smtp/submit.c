#include "submit.h"

#include "dot.h"
#include "smtp_dialogue.h"

/* Pipelined commands go out in groups no larger than this, so that neither side can fill the
 * other's buffers while it waits (RFC 2920 section 3.1). */
enum { GROUP_MAX = 4096, PIECE = 8192, QUIT_MS = 1000 };

/* What could end the path or the line early is no address of ours, quoted or not. */
static bool is_address(struct sv s)
{
    return s.n <= SUBMIT_ADDRESS_MAX && !sv_has_control(s) && sv_find_char(s, '<') == SIZE_MAX &&
           sv_find_char(s, '>') == SIZE_MAX;
}

static void recipient_refused(struct smtp_dialogue *d, struct sv recipient,
                              struct submit_reply reply)
{
    struct submit_result *r = d->result;
    r->refused[r->refused_count++] = (struct submit_refusal){recipient, reply};
}

/* Refuses, in our own words, each recipient that does not pass. */
static enum status recipients_check(struct smtp_dialogue *d, bool (*passes)(struct sv),
                                    enum status status, const char *words)
{
    for (size_t i = 0; i < d->order->recipient_count; i++)
        if (!passes(d->order->recipients[i]))
            recipient_refused(d, d->order->recipients[i],
                              (struct submit_reply){.text = sv_of(words)});
    if (d->result->refused_count == 0)
        return STATUS_OK;
    return smtp_cannot(d, STAGE_COMMAND, CAUSE_RECIPIENT, status, words);
}

static bool is_recipient(struct sv s)
{
    return s.n > 0 && is_address(s);
}

/* What can be refused before anything is written. */
static enum status order_check(struct smtp_dialogue *d)
{
    const struct submit_order *o = d->order;
    if (sv_has_control(o->user) || sv_has_control(o->password) || o->user.n > SUBMIT_SECRET_MAX ||
        o->password.n > SUBMIT_SECRET_MAX)
        return smtp_cannot(d, STAGE_LOGIN, CAUSE_PASSWORD, STATUS_INVALID,
                           "a control character, or too long");
    if (!is_address(o->sender))
        return smtp_cannot(d, STAGE_COMMAND, CAUSE_SENDER, STATUS_INVALID, "not an address");
    if (o->recipient_count == 0 || o->recipient_count > SUBMIT_RECIPIENTS_MAX)
        return smtp_cannot(d, STAGE_COMMAND, CAUSE_RECIPIENT, STATUS_INVALID,
                           "no recipient, or too many");
    d->result->accepted = arena_array(d->arena, o->recipient_count, sizeof *d->result->accepted);
    d->result->refused = arena_array(d->arena, o->recipient_count, sizeof *d->result->refused);
    return recipients_check(d, is_recipient, STATUS_INVALID, "not an address");
}

/* What this server cannot take. A server without 8BITMIME is given eight-bit text all the same, as
 * everybody does: those that still mangle it are fewer than those that forget to offer it. */
static enum status offers_check(struct smtp_dialogue *d)
{
    uint64_t limit = d->result->size_limit;
    if (limit > 0 && d->order->size > limit)
        return smtp_cannot(d, STAGE_COMMAND, CAUSE_MESSAGE_SIZE, STATUS_TOO_LARGE,
                           "larger than the server's limit");
    if (d->offers.international)
        return STATUS_OK;
    if (!sv_is_ascii(d->order->sender))
        return smtp_cannot(d, STAGE_COMMAND, CAUSE_SENDER, STATUS_UNSUPPORTED,
                           "the server does not offer SMTPUTF8");
    return recipients_check(d, sv_is_ascii, STATUS_UNSUPPORTED,
                            "the server does not offer SMTPUTF8");
}

static bool wants_international(const struct submit_order *o)
{
    if (!sv_is_ascii(o->sender))
        return true;
    for (size_t i = 0; i < o->recipient_count; i++)
        if (!sv_is_ascii(o->recipients[i]))
            return true;
    return false;
}

static void sender_line(const struct smtp_dialogue *d, struct sb *out)
{
    const struct submit_order *o = d->order;
    sb_printf(out, "MAIL FROM:<%.*s>", SV_ARG(o->sender));
    if (d->offers.size && o->size > 0)
        sb_printf(out, " SIZE=%llu", (unsigned long long)o->size);
    if (d->offers.eight_bit && o->eight_bit)
        sb_add(out, SV(" BODY=8BITMIME"));
    if (wants_international(o))
        sb_add(out, SV(" SMTPUTF8"));
    sb_add(out, SV("\r\n"));
}

static bool is_about_size(const struct submit_reply *reply)
{
    return sv_ends(reply->enhanced, SV(".3.4")) || sv_ends(reply->enhanced, SV(".2.3")) ||
           (reply->code == 552 && reply->enhanced.n == 0);
}

/* Refusals of MAIL, DATA and the message share the causes that are not about one command. */
static enum status message_refused(struct smtp_dialogue *d, enum cause cause)
{
    struct submit_reply words = smtp_reply_words(&d->reply, d->arena);
    if (words.code < 400)
        return smtp_refused(d, STAGE_COMMAND, CAUSE_PROTOCOL, STATUS_PROTOCOL);
    if (is_about_size(&words) && words.code >= 500)
        return smtp_refused(d, STAGE_COMMAND, CAUSE_MESSAGE_SIZE, STATUS_TOO_LARGE);
    if (words.code == 530)
        return smtp_refused(d, STAGE_LOGIN, CAUSE_LOGIN_DISABLED, STATUS_UNSUPPORTED);
    if (words.code == 421)
        return smtp_refused(d, STAGE_COMMAND, CAUSE_UNAVAILABLE, STATUS_UNAVAILABLE);
    return smtp_refused(d, STAGE_COMMAND, cause, STATUS_REFUSED);
}

static bool is_done(uint16_t code)
{
    return code < 300;
}

static enum status recipient_answered(struct smtp_dialogue *d, struct sv recipient)
{
    uint16_t code = d->reply.code;
    if (code == 421)
        return message_refused(d, CAUSE_UNAVAILABLE);
    if (is_done(code))
        d->result->accepted[d->result->accepted_count++] = recipient;
    else
        recipient_refused(d, recipient, smtp_reply_words(&d->reply, d->arena));
    return STATUS_OK;
}

/* One group: what the buffer holds goes out at once, then each answer is matched in order.
 * `with_sender`: the first command of the group is MAIL. */
static enum status group_exchange(struct smtp_dialogue *d, struct sv commands, bool with_sender,
                                  const struct sv *recipients, size_t count)
{
    struct deadline deadline = smtp_deadline(d);
    enum status status = smtp_send(d, commands, deadline);
    if (!status && with_sender) {
        status = smtp_receive(d, deadline);
        if (!status && !is_done(d->reply.code))
            return message_refused(d, CAUSE_SENDER);
    }
    for (size_t i = 0; i < count && !status; i++) {
        status = smtp_receive(d, deadline);
        if (!status)
            status = recipient_answered(d, recipients[i]);
    }
    return status;
}

/* MAIL and all RCPTs, in groups where the server pipelines, else one by one. */
static enum status envelope_send(struct smtp_dialogue *d)
{
    const struct submit_order *o = d->order;
    char buffer[GROUP_MAX];
    struct sb group;
    sb_fixed(&group, buffer, sizeof buffer);
    sender_line(d, &group);
    bool with_sender = true;
    size_t first = 0, next = 0;
    while (next < o->recipient_count || group.n > 0) {
        bool more = next < o->recipient_count && (d->offers.pipelining || group.n == 0) &&
                    group.n + SUBMIT_ADDRESS_MAX + sizeof "RCPT TO:<>\r\n" < sizeof buffer;
        if (more) {
            sb_printf(&group, "RCPT TO:<%.*s>\r\n", SV_ARG(o->recipients[next]));
            next++;
            continue;
        }
        enum status status =
            group_exchange(d, sb_view(&group), with_sender, o->recipients + first, next - first);
        if (status)
            return status;
        with_sender = false;
        first = next;
        sb_clear(&group);
    }
    return STATUS_OK;
}

/* Best effort: the outcome is known, and nobody waits for the answer. */
static void quit_send(struct smtp_dialogue *d, struct sv lines)
{
    enum status ignored = d->line->send(d->line->context, lines, deadline_in(QUIT_MS));
    (void)ignored;
}

/* Before DATA nothing has been sent to anybody, so this is where a wrong address costs nothing. */
static enum status recipients_decide(struct smtp_dialogue *d)
{
    struct submit_result *r = d->result;
    if (r->refused_count == 0)
        return STATUS_OK;
    if (d->order->policy == SUBMIT_WHO_CAN && r->accepted_count > 0)
        return STATUS_OK;
    bool permanent = false;
    for (size_t i = 0; i < r->refused_count; i++)
        permanent = permanent || r->refused[i].reply.code >= 500;
    quit_send(d, SV("RSET\r\nQUIT\r\n"));
    const char *words = arena_cstr(d->arena, r->refused[0].reply.text);
    enum status status = smtp_cannot(d, STAGE_COMMAND, CAUSE_RECIPIENT,
                                     permanent ? STATUS_REFUSED : STATUS_UNAVAILABLE, words);
    r->reply = r->refused[0].reply;
    return status;
}

/* A server that answers, or closes, before the final dot has given up and takes nothing. */
static bool is_giving_up(struct smtp_dialogue *d)
{
    if (d->pending.n > 0)
        return true;
    size_t n = 0;
    enum status status =
        d->line->receive(d->line->context, d->in, sizeof d->in, deadline_in(0), &n);
    if (status == STATUS_OK)
        d->pending = (struct sv){d->in, n};
    return status != STATUS_TIMEOUT;
}

static enum status gave_up(struct smtp_dialogue *d)
{
    enum status status = smtp_receive(d, deadline_in(QUIT_MS));
    return status ? status : message_refused(d, CAUSE_MESSAGE_REFUSED);
}

static enum status body_send(struct smtp_dialogue *d, struct dot *dot)
{
    char piece[PIECE], encoded[DOT_ROOM(PIECE)];
    for (;;) {
        size_t n = 0;
        enum status status = source_read(d->order->message, piece, sizeof piece, &n);
        if (status || n == 0)
            return status;
        struct sv out = {encoded, dot_encode(dot, (struct sv){piece, n}, encoded)};
        status = smtp_send(d, out, smtp_deadline(d));
        if (status)
            return gave_up(d);
    }
}

static enum status dot_send(struct smtp_dialogue *d, const struct dot *dot)
{
    if (is_giving_up(d))
        return gave_up(d);
    d->result->outcome = SUBMIT_UNKNOWN;
    struct sv end = dot_wants_line_end(dot) ? SV("\r\n.\r\n") : SV(".\r\n");
    enum status status = smtp_send(d, end, deadline_in(d->order->command_ms));
    if (!status)
        status = smtp_receive(d, deadline_in(d->order->final_ms));
    if (status)
        return status;
    if (is_done(d->reply.code)) {
        d->result->outcome = SUBMIT_SENT;
        d->result->reply = smtp_reply_words(&d->reply, d->arena);
        return STATUS_OK;
    }
    if (d->reply.code >= 400)
        d->result->outcome = SUBMIT_REFUSED;
    return message_refused(d, CAUSE_MESSAGE_REFUSED);
}

static enum status message_send(struct smtp_dialogue *d)
{
    enum status status = smtp_command(d, SV("DATA"));
    if (status)
        return status;
    if (d->reply.code != 354)
        return message_refused(d, CAUSE_MESSAGE_REFUSED);
    struct dot dot = {0};
    status = body_send(d, &dot);
    if (status)
        return status; /* in the midst of DATA no command is possible: the caller closes */
    status = dot_send(d, &dot);
    if (d->result->outcome == SUBMIT_SENT || d->result->outcome == SUBMIT_REFUSED)
        quit_send(d, SV("QUIT\r\n"));
    return status;
}

enum status submit_message(const struct transport *line, const struct submit_order *order,
                           struct arena *arena, struct submit_result *result,
                           struct diagnosis *diagnosis)
{
    *result = (struct submit_result){.outcome = SUBMIT_NOT_SENT};
    *diagnosis = (struct diagnosis){0};
    struct smtp_dialogue *d = arena_alloc(arena, sizeof *d);
    d->line = line;
    d->order = order;
    d->arena = arena;
    d->result = result;
    d->diagnosis = diagnosis;
    d->total = deadline_in(order->total_ms);
    smtp_reply_init(&d->reply, arena);
    enum status status = order_check(d);
    if (!status)
        status = smtp_hello(d);
    if (!status && order->user.n > 0)
        status = smtp_login(d);
    if (!status)
        status = offers_check(d);
    if (!status)
        status = envelope_send(d);
    if (!status)
        status = recipients_decide(d);
    return status ? status : message_send(d);
}

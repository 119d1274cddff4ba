#include "vacation_reply.h"

#include <time.h>

#include "arena.h"
#include "header.h"
#include "utf8.h"

enum { LINE_LOOKED = 8192 };

/* ---- what is not answered ---- */

static struct sv field_of(struct arena *arena, const struct mail *mail, const char *name)
{
    return header_text(arena, mail->header, sv_of(name));
}

/* The first word of a field, without what may follow behind ";" or a space. */
static struct sv keyword_of(struct arena *arena, const struct mail *mail, const char *name)
{
    struct sv s = field_of(arena, mail, name);
    s = sv_trim(sv_cut(&s, ';'));
    return sv_cut(&s, ' ');
}

static bool from_list(const struct mail *mail)
{
    struct field field;
    for (size_t at = 0; header_next(mail->header, &at, &field);)
        if (sv_starts_nocase(field.name, SV("List-")) ||
            sv_eq_nocase(field.name, SV("Mailing-List")))
            return true;
    return false;
}

/* Exchange's word for it: "OOF, AutoReply", "All". */
static bool suppressed(struct arena *arena, const struct mail *mail)
{
    struct sv s = field_of(arena, mail, "X-Auto-Response-Suppress");
    return sv_find_nocase(s, SV("OOF")) != SIZE_MAX || sv_find_nocase(s, SV("All")) != SIZE_MAX ||
           sv_find_nocase(s, SV("AutoReply")) != SIZE_MAX;
}

static bool from_program(struct arena *arena, const struct mail *mail)
{
    static const char *const precedences[] = {"bulk", "junk", "list"};
    struct sv submitted = keyword_of(arena, mail, "Auto-Submitted");
    struct sv precedence = keyword_of(arena, mail, "Precedence");
    if (submitted.n > 0 && !sv_eq_nocase(submitted, SV("no")))
        return true;
    for (size_t i = 0; i < sizeof precedences / sizeof *precedences; i++)
        if (sv_eq_nocase(precedence, sv_of(precedences[i])))
            return true;
    return field_of(arena, mail, "X-Loop").n > 0 || suppressed(arena, mail) ||
           sv_eq_nocase(keyword_of(arena, mail, "X-Spam-Flag"), SV("yes"));
}

/* Names that no person has. */
static bool is_program(struct sv mailbox)
{
    static const char *const whole[] = {"mailer-daemon", "postmaster", "listserv", "majordomo",
                                        "mailman",       "noreply",    "no-reply", "donotreply",
                                        "do-not-reply",  "nobody",     "root",     "daemon"};
    static const char *const ends[] = {"-request", "-bounces", "-bounce", "-owner",  "-relay",
                                       "-daemon",  "-errors",  "-return", "-confirm"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (sv_eq_nocase(mailbox, sv_of(whole[i])))
            return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sv end = sv_of(ends[i]);
        size_t at = sv_find_nocase(mailbox, end);
        /* VERP: "list-bounces+person=example.org" */
        if (at != SIZE_MAX && (at + end.n == mailbox.n || mailbox.p[at + end.n] == '+'))
            return true;
    }
    return sv_starts_nocase(mailbox, SV("owner-"));
}

/* ---- whose mail it is ---- */

struct own {
    struct address items[REPLY_OWN_MAX];
    size_t n;
};

static void own_add(struct own *own, struct arena *arena, struct sv raw)
{
    struct addresses list = address_list_parse(arena, sv_slice(raw, 0, LINE_LOOKED));
    for (size_t i = 0; i < list.n && own->n < REPLY_OWN_MAX; i++)
        if (address_check(list.items[i]) == ADDRESS_FAULT_NONE)
            own->items[own->n++] = list.items[i];
}

static void own_collect(struct own *own, struct arena *arena, const struct mail *mail,
                        const struct vacation *vacation, const struct reply_person *person)
{
    struct sv raw;
    for (size_t i = 0; i < vacation->addresses_n; i++)
        own_add(own, arena, vacation->addresses[i]);
    for (size_t i = 0; i < person->domains_n; i++)
        own_add(
            own, arena,
            arena_printf(arena, "%.*s@%.*s", SV_ARG(person->account), SV_ARG(person->domains[i])));
    if (person->delivered_to && header_find(mail->header, SV("Delivered-To"), &raw))
        own_add(own, arena, raw);
    if (person->delivered_to && header_find(mail->header, SV("X-Original-To"), &raw))
        own_add(own, arena, raw);
}

static bool own_has(const struct own *own, struct address a)
{
    for (size_t i = 0; i < own->n; i++)
        if (address_same(own->items[i], a))
            return true;
    return false;
}

/* The first of the person's addresses among the recipients. */
static bool recipient_find(const struct own *own, struct arena *arena, const struct mail *mail,
                           struct address *out)
{
    static const char *const names[] = {"To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"};
    struct field field;
    for (size_t at = 0; header_next(mail->header, &at, &field) && !arena_over(arena);) {
        bool meant = false;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            meant |= sv_eq_nocase(field.name, sv_of(names[i]));
        if (!meant)
            continue;
        struct addresses list = address_list_parse(arena, sv_slice(field.value, 0, LINE_LOOKED));
        for (size_t i = 0; i < list.n; i++)
            if (own_has(own, list.items[i])) {
                *out = list.items[i];
                return true;
            }
    }
    return false;
}

/* ---- the reply ---- */

static bool in_days(const struct vacation *v, rule_day today)
{
    return v->on && (v->first == 0 || today >= v->first) && (v->last == 0 || today <= v->last);
}

static void answers_set(struct arena *arena, const struct mail *mail, struct reply *reply)
{
    struct sv raw;
    if (header_find(mail->header, SV("Message-ID"), &raw))
        reply->answers = msgid_list(arena, raw);
    reply->answers.n = reply->answers.n > 0 && msgid_valid(reply->answers.items[0]) ? 1 : 0;
    if (reply->answers.n == 0)
        return;
    struct sv id = reply->answers.items[0];
    if (header_find(mail->header, SV("References"), &raw))
        reply->references = msgid_list(arena, sv_slice(raw, 0, LINE_LOOKED));
    struct sv *items = arena_array(arena, reply->references.n + 1, sizeof *items);
    size_t n = 0;
    for (size_t i = 0; i < reply->references.n; i++)
        if (msgid_valid(reply->references.items[i]))
            items[n++] = reply->references.items[i];
    items[n++] = id;
    reply->references = (struct msgids){items, n};
}

bool reply_is_due(struct arena *arena, const struct mail *mail, const struct vacation *vacation,
                  const struct reply_person *person, rule_day today, struct reply *out)
{
    struct own own = {.n = 0};
    struct reply reply = {.text = vacation->text, .subject = vacation->subject};
    if (!in_days(vacation, today) || mail->is_returned || !mail->has_sender)
        return false;
    if (from_list(mail) || from_program(arena, mail))
        return false;
    struct addresses sender = address_list_parse(arena, sv_slice(mail->sender, 0, LINE_LOOKED));
    if (sender.n != 1 || address_check(sender.items[0]) != ADDRESS_FAULT_NONE ||
        sender.items[0].mailbox.p[0] == '-' || is_program(sender.items[0].mailbox))
        return false;
    own_collect(&own, arena, mail, vacation, person);
    if (own_has(&own, sender.items[0]) || !recipient_find(&own, arena, mail, &reply.from))
        return false;
    reply.to =
        (struct address){.mailbox = sender.items[0].mailbox, .domain = sender.items[0].domain};
    reply.from = (struct address){.mailbox = reply.from.mailbox, .domain = reply.from.domain};
    if (reply.subject.n == 0)
        reply.subject =
            arena_printf(arena, "Auto: %.*s",
                         SV_ARG(utf8_cut(field_of(arena, mail, "Subject"), VACATION_SUBJECT_MAX)));
    answers_set(arena, mail, &reply);
    *out = reply;
    return true;
}

rule_day reply_today(int64_t now)
{
    time_t seconds = (time_t)now;
    struct tm tm;
    if (!localtime_r(&seconds, &tm))
        return 0;
    return (rule_day)((tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
}

/* The message keeps views of what it is made from. */
static struct addresses one_address(struct arena *arena, struct address a)
{
    struct address *item = arena_alloc(arena, sizeof *item);
    *item = a;
    return (struct addresses){item, 1};
}

enum status reply_compose(struct arena *arena, const struct reply *reply, int64_t now,
                          struct message *out)
{
    struct extra_field *extra = arena_array(arena, 2, sizeof *extra);
    extra[0] = (struct extra_field){SV("Auto-Submitted"), SV("auto-replied"), false};
    /* for programs older than Auto-Submitted */
    extra[1] = (struct extra_field){SV("Precedence"), SV("bulk"), false};
    struct composition c = {
        .from = one_address(arena, reply->from),
        .to = one_address(arena, reply->to),
        .subject = reply->subject,
        .date = {.time = now, .offset = 0},
        .message_id = msgid_new(arena, reply->from.domain),
        .in_reply_to = reply->answers,
        .references = reply->references,
        .extra = extra,
        .extra_n = 2,
        .text = reply->text,
        .seven_bit = true,
    };
    return message_compose(arena, &c, out);
}

#include "arena.h"
#include "card_write.h"
#include "header.h"

enum { RECIPIENTS = 10 };

/* Fields of one group (RFC 3464 section 2); empty where missing. */
struct group {
    struct sv reporter, final, original, action, code, reason, server;
};

/* "rfc822; a@b.example": what stands behind the type. */
static struct sv without_type(struct sv value)
{
    size_t semicolon = sv_find_char(value, ';');
    return sv_trim(semicolon == SIZE_MAX ? value : sv_slice(value, semicolon + 1, value.n));
}

/* "manual-action/MDN-sent-manually; displayed/error" (RFC 8098 section 3.2.6) */
static struct sv disposition(struct sv value)
{
    struct sv type = without_type(value);
    return sv_trim(sv_cut(&type, '/'));
}

/* "5.1.1 (a comment)" */
static struct sv first_word(struct sv value)
{
    return sv_cut(&value, ' ');
}

static void read_field(struct arena *arena, const struct field *field, struct group *g)
{
    struct sv value = header_unfold(arena, field->value);
    if (sv_eq_nocase(field->name, SV("Reporting-MTA")))
        g->reporter = without_type(value);
    else if (sv_eq_nocase(field->name, SV("Reporting-UA")))
        g->reporter = sv_trim(sv_cut(&value, ';'));
    else if (sv_eq_nocase(field->name, SV("Final-Recipient")))
        g->final = without_type(value);
    else if (sv_eq_nocase(field->name, SV("Original-Recipient")))
        g->original = without_type(value);
    else if (sv_eq_nocase(field->name, SV("Action")))
        g->action = first_word(value);
    else if (sv_eq_nocase(field->name, SV("Disposition")))
        g->action = disposition(value);
    else if (sv_eq_nocase(field->name, SV("Status")))
        g->code = first_word(value);
    else if (sv_eq_nocase(field->name, SV("Diagnostic-Code")) ||
             sv_eq_nocase(field->name, SV("Failure")) || sv_eq_nocase(field->name, SV("Error")))
        g->reason = sv_eq_nocase(field->name, SV("Diagnostic-Code")) ? without_type(value) : value;
    else if (sv_eq_nocase(field->name, SV("Remote-MTA")))
        g->server = without_type(value);
}

void card_write_report(struct card_writer *w, struct sv text)
{
    uint32_t recipients = 0;
    bool reported = false;
    for (size_t at = 0; at < text.n && !arena_over(w->arena);) {
        struct group g = {0};
        struct field field;
        size_t start = at;
        while (header_next(text, &at, &field))
            read_field(w->arena, &field, &g);
        if (at == start)
            break;
        if (g.reporter.n > 0 && !reported) {
            card_put(w, CARD_REPORTER, g.reporter);
            reported = true;
        }
        struct sv recipient = g.final.n > 0 ? g.final : g.original;
        if (recipient.n == 0 || ++recipients > RECIPIENTS)
            continue;
        card_put(w, CARD_RECIPIENT, recipient);
        card_put_word(w, CARD_ACTION, g.action);
        card_put(w, CARD_CODE, g.code);
        card_put(w, CARD_REASON, g.reason);
        card_put(w, CARD_SERVER, g.server);
    }
    if (recipients > RECIPIENTS)
        card_put_number(w, CARD_MORE, recipients - RECIPIENTS);
}

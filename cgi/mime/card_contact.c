#include "arena.h"
#include "card_write.h"
#include "content_line.h"
#include "utf8.h"

enum { PHONES = 6, EMAILS = 6, POSTALS = 3, COMPONENTS = 8 };

/* Of the first person; empty where missing. */
struct person {
    struct sv name, structured, organization, title, note;
    struct sv phones[PHONES], emails[EMAILS], postals[POSTALS];
    size_t phone_n, email_n, postal_n;
};

/* Components that are not empty, with what parts them. */
static struct sv joined(struct arena *arena, struct sv value, struct sv between)
{
    struct sb out;
    sb_init(&out, arena, 2 * value.n + 16);
    for (size_t i = 0; i < COMPONENTS && value.n > 0; i++) {
        struct sv one = sv_trim(content_line_component(arena, &value));
        if (one.n > 0 && out.n > 0)
            sb_add(&out, between);
        sb_add(&out, one);
    }
    return sb_view(&out);
}

/* "Family;Given;Additional;Prefixes;Suffixes" as people say it. */
static struct sv spoken(struct arena *arena, struct sv value)
{
    struct sv family = content_line_component(arena, &value);
    struct sv given = content_line_component(arena, &value);
    return arena_printf(arena, "%.*s %.*s", SV_ARG(given), SV_ARG(family));
}

static void keep(struct sv *list, size_t *n, size_t most, struct sv value)
{
    if (*n < most && sv_trim(value).n > 0)
        list[(*n)++] = value;
}

/* "tel:+33-1-…" (RFC 6350 section 6.4.1) */
static struct sv without_scheme(struct sv value, struct sv scheme)
{
    value = sv_trim(value);
    return sv_starts_nocase(value, scheme) ? sv_slice(value, scheme.n, value.n) : value;
}

static void read_line(struct arena *arena, const struct content_line *line, struct person *p)
{
    struct sv value = line->value;
    if (sv_eq_nocase(line->name, SV("FN")) && p->name.n == 0)
        p->name = content_line_text(arena, value);
    else if (sv_eq_nocase(line->name, SV("N")))
        p->structured = value;
    else if (sv_eq_nocase(line->name, SV("ORG")) && p->organization.n == 0)
        p->organization = joined(arena, value, SV(", "));
    else if (sv_eq_nocase(line->name, SV("TITLE")) && p->title.n == 0)
        p->title = content_line_text(arena, value);
    else if (sv_eq_nocase(line->name, SV("NOTE")) && p->note.n == 0)
        p->note = content_line_text(arena, value);
    else if (sv_eq_nocase(line->name, SV("TEL")))
        keep(p->phones, &p->phone_n, PHONES,
             content_line_text(arena, without_scheme(value, SV("tel:"))));
    else if (sv_eq_nocase(line->name, SV("EMAIL")))
        keep(p->emails, &p->email_n, EMAILS,
             content_line_text(arena, without_scheme(value, SV("mailto:"))));
    else if (sv_eq_nocase(line->name, SV("ADR")))
        keep(p->postals, &p->postal_n, POSTALS, joined(arena, value, SV(", ")));
}

static void put_all(struct card_writer *w, enum card_key key, const struct sv *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        card_put(w, key, list[i]);
}

void card_write_contact(struct card_writer *w, struct sv text)
{
    struct person *p = arena_alloc(w->arena, sizeof *p);
    struct content_line line;
    uint32_t persons = 0;
    bool inside = false;
    for (size_t at = 0; content_line_next(w->arena, text, &at, &line);) {
        bool edge = sv_eq_nocase(sv_trim(line.value), SV("VCARD"));
        if (edge && sv_eq_nocase(line.name, SV("BEGIN")))
            inside = ++persons == 1;
        else if (edge && sv_eq_nocase(line.name, SV("END")))
            inside = false;
        else if (inside)
            read_line(w->arena, &line, p);
    }
    if (persons == 0)
        return;
    if (sv_trim(p->name).n == 0)
        p->name = spoken(w->arena, p->structured);
    card_put(w, CARD_NAME, p->name);
    card_put(w, CARD_ORGANIZATION, p->organization);
    card_put(w, CARD_TITLE, p->title);
    put_all(w, CARD_PHONE, p->phones, p->phone_n);
    put_all(w, CARD_EMAIL, p->emails, p->email_n);
    put_all(w, CARD_POSTAL, p->postals, p->postal_n);
    card_put(w, CARD_NOTE, p->note);
    card_put_number(w, CARD_MORE, persons - 1);
}

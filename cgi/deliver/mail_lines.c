#include "mail_lines.h"

#include "address.h"
#include "arena.h"
#include "header.h"
#include "rule_match.h"
#include "utf8.h"
#include "word.h"

static void line_add(struct sb *out, struct sv name, const char *between, struct sv value)
{
    size_t width = name.n + sv_of(between).n + value.n + 1;
    if (out->n + width > out->cap)
        return;
    sb_add(out, name);
    sb_add_cstr(out, between);
    sb_add(out, value);
    sb_add_char(out, '\n');
}

/* As rule_match.h reads a field. */
static struct sv field_text(struct arena *arena, struct sv raw)
{
    struct sv line = header_unfold(arena, sv_slice(raw, 0, RULE_TEXT_LOOKED));
    return sv_trim(utf8_line(arena, word_decode(arena, line)));
}

static void addresses_add(struct sb *out, struct arena *arena, struct sv header, struct sv name)
{
    struct field field;
    size_t count = 0;
    for (size_t at = 0; header_next(header, &at, &field) && !arena_over(arena);) {
        if (!sv_eq_nocase(field.name, name))
            continue;
        struct addresses list =
            address_list_parse(arena, sv_slice(field.value, 0, RULE_TEXT_LOOKED));
        for (size_t i = 0; i < list.n && count < MAIL_ADDRESSES_MAX; i++) {
            const struct address *a = &list.items[i];
            if (a->mailbox.n == 0 && a->domain.n == 0)
                continue;
            struct sv spec = arena_printf(arena, "%.*s%s%.*s", SV_ARG(a->mailbox),
                                          a->domain.n > 0 ? "@" : "", SV_ARG(a->domain));
            line_add(out, name, " address: ", utf8_line(arena, spec));
            count++;
        }
    }
}

static void fields_add(struct sb *out, struct arena *arena, struct sv header, struct sv name)
{
    struct field field;
    for (size_t at = 0; header_next(header, &at, &field) && !arena_over(arena);)
        if (sv_eq_nocase(field.name, name))
            line_add(out, name, ": ", field_text(arena, field.value));
}

struct sv mail_lines_write(struct arena *arena, const struct mail *mail,
                           const struct recipe_needs *needs, bool reply_is_due)
{
    struct sb out;
    sb_init(&out, arena, MAIL_LINES_MAX);
    sb_add_cstr(&out, "checked\n");
    if (mail->is_returned)
        sb_add_cstr(&out, "returned\n");
    if (mail->has_attachment)
        sb_add_cstr(&out, "attachment\n");
    if (reply_is_due)
        sb_add_cstr(&out, "vacation\n");
    if (needs->from_addresses)
        addresses_add(&out, arena, mail->header, SV("from"));
    if (needs->recipient_addresses) {
        addresses_add(&out, arena, mail->header, SV("to"));
        addresses_add(&out, arena, mail->header, SV("cc"));
    }
    for (size_t i = 0; i < needs->fields_n; i++)
        fields_add(&out, arena, mail->header, needs->fields[i]);
    return sb_view(&out);
}

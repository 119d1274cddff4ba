#include "address.h"

#include "arena.h"
#include "word.h"

enum { COLUMN_MAX = 76 };

/* ---- checking ---- */

/* "[192.0.2.1]", "[IPv6:2001:db8::1]" */
static bool is_literal(struct sv domain)
{
    if (domain.n < 3 || domain.p[0] != '[' || domain.p[domain.n - 1] != ']')
        return false;
    for (size_t i = 1; i < domain.n - 1; i++)
        if (!ascii_is_alnum(domain.p[i]) && domain.p[i] != '.' && domain.p[i] != ':')
            return false;
    return true;
}

static bool is_host_name(struct sv domain)
{
    struct sv rest = domain;
    do {
        struct sv label = sv_cut(&rest, '.');
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
                return false;
    } while (rest.n > 0);
    return domain.p[domain.n - 1] != '.';
}

enum address_fault address_check(struct address a)
{
    if (sv_has_control(a.mailbox) || sv_has_control(a.domain))
        return ADDRESS_FAULT_CONTROL;
    if (a.mailbox.n == 0 || a.mailbox.n > ADDRESS_MAILBOX_MAX || !sv_is_ascii(a.mailbox))
        return ADDRESS_FAULT_MAILBOX;
    if (!sv_is_ascii(a.domain))
        return ADDRESS_FAULT_UNICODE;
    if (a.domain.n == 0 || a.domain.n > ADDRESS_DOMAIN_MAX ||
        !(is_literal(a.domain) || is_host_name(a.domain)))
        return ADDRESS_FAULT_DOMAIN;
    return ADDRESS_FAULT_NONE;
}

bool address_same(struct address a, struct address b)
{
    return sv_eq_nocase(a.mailbox, b.mailbox) && sv_eq_nocase(a.domain, b.domain);
}

/* ---- writing ---- */

static void add_quoted(struct sb *out, struct sv s)
{
    sb_add_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            sb_add_char(out, '\\');
        sb_add_char(out, s.p[i]);
    }
    sb_add_char(out, '"');
}

/* RFC 5322 section 3.2.3 */
static bool is_dot_atom(struct sv s)
{
    if (s.n == 0 || s.p[0] == '.' || s.p[s.n - 1] == '.' || sv_find(s, SV("..")) != SIZE_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_is_alnum(s.p[i]) && sv_find_char(SV(".!#$%&'*+-/=?^_`{|}~"), s.p[i]) == SIZE_MAX)
            return false;
    return true;
}

void address_add_spec(struct sb *out, struct address a)
{
    if (is_dot_atom(a.mailbox))
        sb_add(out, a.mailbox);
    else
        add_quoted(out, a.mailbox);
    sb_add_char(out, '@');
    sb_add(out, a.domain);
}

struct sv address_spec(struct arena *arena, struct address a)
{
    struct sb out;
    sb_init(&out, arena, 2 * a.mailbox.n + a.domain.n + 3);
    address_add_spec(&out, a);
    return sb_view(&out);
}

static size_t fold(struct sb *out)
{
    sb_add(out, SV("\r\n "));
    return 1;
}

static size_t add_one(struct sb *out, struct address a, size_t column)
{
    char buffer[2 * ADDRESS_MAILBOX_MAX + ADDRESS_DOMAIN_MAX + 4];
    struct sb spec;
    sb_fixed(&spec, buffer, sizeof buffer);
    address_add_spec(&spec, a);
    if (a.name.n == 0) {
        sb_add(out, sb_view(&spec));
        return column + spec.n;
    }
    column = word_encode_phrase(out, a.name, column);
    if (column + spec.n + 3 > COLUMN_MAX) {
        column = fold(out);
    } else {
        sb_add_char(out, ' ');
        column++;
    }
    sb_add_char(out, '<');
    sb_add(out, sb_view(&spec));
    sb_add_char(out, '>');
    return column + spec.n + 2;
}

/* The blank or fold before what is `width` wide; nothing at the start of the field. */
static size_t separate(struct sb *out, bool first, size_t width, size_t column)
{
    if (first)
        return column;
    if (column + 1 + width > COLUMN_MAX)
        return fold(out);
    sb_add_char(out, ' ');
    return column + 1;
}

static bool is_written(struct address a)
{
    bool empty_group = a.group.n > 0 && a.mailbox.n == 0 && a.domain.n == 0 && a.name.n == 0;
    return empty_group || address_check(a) == ADDRESS_FAULT_NONE;
}

size_t address_add_header(struct sb *out, struct addresses list, size_t column)
{
    struct sv group = SV("");
    bool first = true;
    for (size_t i = 0; i < list.n; i++) {
        struct address a = list.items[i];
        if (!is_written(a))
            continue;
        bool other_group = !sv_eq(a.group, group);
        struct sv separator = other_group && group.n > 0 ? SV(";,") : SV(",");
        if (!first) {
            sb_add(out, separator);
            column += separator.n;
        }
        if (other_group && a.group.n > 0) {
            column = separate(out, first, a.group.n + 1, column);
            column = word_encode_phrase(out, a.group, column) + 1;
            sb_add_char(out, ':');
            first = false;
        }
        if (a.mailbox.n > 0) {
            size_t width = a.name.n + a.mailbox.n + a.domain.n + 4;
            column = add_one(out, a, separate(out, first, width, column));
        }
        first = false;
        group = a.group;
    }
    if (group.n > 0)
        sb_add_char(out, ';');
    return group.n > 0 ? column + 1 : column;
}

static bool shows_plainly(struct sv name)
{
    for (size_t i = 0; i < name.n; i++)
        if (sv_find_char(SV("\"\\,;:<>()@[]\r\n"), name.p[i]) != SIZE_MAX)
            return false;
    return true;
}

void address_add_display(struct sb *out, struct addresses list)
{
    for (size_t i = 0; i < list.n; i++) {
        struct address a = list.items[i];
        struct sv name = a.mailbox.n == 0 && a.name.n == 0 ? a.group : a.name;
        if (i > 0)
            sb_add(out, SV(", "));
        if (name.n > 0 && shows_plainly(name))
            sb_add(out, name);
        else if (name.n > 0)
            add_quoted(out, name);
        if (a.mailbox.n == 0)
            continue;
        if (name.n > 0)
            sb_add(out, SV(" <"));
        if (a.domain.n > 0)
            address_add_spec(out, a);
        else
            sb_add(out, a.mailbox);
        if (name.n > 0)
            sb_add_char(out, '>');
    }
}

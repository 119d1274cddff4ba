#include "msgid.h"

#include "arena.h"
#include "base64.h"
#include "clock.h"
#include "random.h"

bool msgid_valid(struct sv id)
{
    size_t ats = 0;
    if (id.n < 5 || id.n > MSGID_LENGTH_MAX || id.p[0] != '<' || id.p[id.n - 1] != '>')
        return false;
    for (size_t i = 1; i < id.n - 1; i++) {
        char c = id.p[i];
        if (c <= ' ' || c >= 0x7f || c == '<' || c == '>')
            return false;
        ats += c == '@';
    }
    return ats == 1 && id.p[1] != '@' && id.p[id.n - 2] != '@';
}

/* The identifier between '<' and '>', without the white space that folding may have put there;
 * empty if it is none that can be used. Ones without '@' exist and are kept. */
static struct sv take_id(struct arena *arena, struct sv inside)
{
    struct sb out;
    if (inside.n > MSGID_LENGTH_MAX)
        return SV("");
    sb_init(&out, arena, MSGID_LENGTH_MAX);
    sb_add_char(&out, '<');
    for (size_t i = 0; i < inside.n; i++)
        if (!ascii_is_space(inside.p[i]))
            sb_add_char(&out, inside.p[i]);
    sb_add_char(&out, '>');
    return out.over || out.n < 3 || sv_has_control(sb_view(&out)) ? SV("") : sb_view(&out);
}

/* The next identifier of *s; false at the end. */
static bool next_id(struct sv *s, struct sv *inside)
{
    size_t open = sv_find_char(*s, '<');
    if (open == SIZE_MAX)
        return false;
    struct sv rest = sv_slice(*s, open + 1, s->n);
    size_t close = sv_find_char(rest, '>');
    if (close == SIZE_MAX)
        return false;
    struct sv found = sv_slice(rest, 0, close);
    size_t again = sv_find_last_char(found, '<'); /* one that was never closed stands before */
    *inside = again == SIZE_MAX ? found : sv_slice(found, again + 1, found.n);
    *s = sv_slice(rest, close + 1, rest.n);
    return true;
}

struct msgids msgid_list(struct arena *arena, struct sv raw)
{
    struct msgids out = {NULL, 0};
    struct sv s = raw, inside;
    size_t count = 0, seen = 0;
    while (next_id(&s, &inside))
        count++;
    size_t skip_to = count > MSGID_COUNT_MAX ? count - MSGID_COUNT_MAX + 1 : 1;
    out.items = arena_array(arena, count < MSGID_COUNT_MAX ? count + 1 : MSGID_COUNT_MAX + 1,
                            sizeof *out.items);
    for (s = raw; next_id(&s, &inside); seen++) {
        struct sv id = seen == 0 || seen >= skip_to ? take_id(arena, inside) : SV("");
        if (id.n > 0)
            out.items[out.n++] = id;
    }
    return out;
}

struct sv msgid_new(struct arena *arena, struct sv domain)
{
    unsigned char bytes[15];
    struct sb out;
    sb_init(&out, arena, MSGID_LENGTH_MAX);
    random_bytes(bytes, sizeof bytes);
    sb_add_char(&out, '<');
    base64url_encode(&out, bytes, sizeof bytes);
    sb_printf(&out, ".%lld@", (long long)clock_wall());
    size_t before = out.n;
    for (size_t i = 0; i < domain.n && i < 255; i++)
        if (ascii_is_alnum(domain.p[i]) || domain.p[i] == '-' || domain.p[i] == '.')
            sb_add_char(&out, domain.p[i]);
    if (out.n == before)
        sb_add(&out, SV("localhost"));
    sb_add_char(&out, '>');
    return sb_view(&out);
}

#include "input.h"

#include "utf8.h"

void inputs_init(struct inputs *inputs, size_t limit)
{
    *inputs = (struct inputs){.limit = limit};
}

static void inputs_grow(struct inputs *inputs, struct arena *arena)
{
    size_t room = inputs->room == 0 ? 16 : inputs->room * 2;
    struct input *at = arena_array(arena, room, sizeof(*at));
    if (inputs->n > 0)
        memcpy(at, inputs->at, inputs->n * sizeof(*at));
    inputs->at = at;
    inputs->room = room;
}

enum status inputs_add(struct inputs *inputs, struct arena *arena, struct sv name, struct sv value)
{
    if (sv_find_char(name, '\0') != SIZE_MAX || sv_find_char(value, '\0') != SIZE_MAX)
        return STATUS_INVALID;
    if (inputs->n >= inputs->limit || arena_over(arena))
        return STATUS_TOO_LARGE;
    if (inputs->n == inputs->room)
        inputs_grow(inputs, arena);
    /* present but empty differs from absent, whose p is NULL */
    struct sv kept = value.n > 0 ? utf8_clean(arena, value) : SV("");
    inputs->at[inputs->n++] = (struct input){utf8_clean(arena, name), kept};
    return STATUS_OK;
}

bool percent_decode(struct sv text, size_t at, char *out)
{
    struct sv digits = sv_slice(text, at + 1, at + 3);
    if (text.p[at] != '%' || digits.n != 2)
        return false;
    int high = ascii_hex(digits.p[0]);
    int low = ascii_hex(digits.p[1]);
    if (high < 0 || low < 0)
        return false;
    *out = (char)(high * 16 + low);
    return true;
}

/* Decodes into *out, which has room for text.n bytes, and moves *out behind the result. */
static struct sv decode(struct sv text, char **out)
{
    char *start = *out;
    char *p = start;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i] == '+' ? ' ' : text.p[i];
        if (percent_decode(text, i, &c))
            i += 2;
        *p++ = c;
    }
    *out = p;
    return (struct sv){start, (size_t)(p - start)};
}

enum status inputs_decode(struct inputs *inputs, struct arena *arena, struct sv text)
{
    char *room = arena_alloc(arena, text.n + 1);
    while (text.n > 0) {
        struct sv pair = sv_cut(&text, '&');
        if (pair.n == 0)
            continue;
        struct sv name = sv_cut(&pair, '=');
        struct sv decoded_name = decode(name, &room);
        struct sv decoded_value = decode(pair, &room);
        enum status status = inputs_add(inputs, arena, decoded_name, decoded_value);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

bool inputs_next(const struct inputs *inputs, const char *name, size_t *at, struct sv *value)
{
    struct sv wanted = sv_of(name);
    for (size_t i = *at; i < inputs->n; i++) {
        if (sv_eq(inputs->at[i].name, wanted)) {
            *at = i + 1;
            *value = inputs->at[i].value;
            return true;
        }
    }
    *at = inputs->n;
    return false;
}

struct sv inputs_get(const struct inputs *inputs, const char *name)
{
    size_t at = 0;
    struct sv value = {NULL, 0};
    (void)inputs_next(inputs, name, &at, &value);
    return value;
}

void query_encode(struct sb *out, struct sv text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (ascii_is_alnum((char)c) || c == '-' || c == '.' || c == '_' || c == '~')
            sb_add_char(out, (char)c);
        else
            sb_add(out, (struct sv){(const char[]){'%', digits[c >> 4], digits[c & 15]}, 3});
    }
}

void query_append(struct sb *out, const char *name, struct sv value)
{
    char last = out->n > 0 ? out->p[out->n - 1] : '?';
    if (last != '?' && last != '&')
        sb_add_char(out, '&');
    query_encode(out, sv_of(name));
    sb_add_char(out, '=');
    query_encode(out, value);
}

#include "markup.h"

#include <stdlib.h>

static const char *entity_of(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void markup_add_escaped(struct sb *out, struct sv text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        const char *entity = entity_of(c);
        bool control = (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
        if (!entity && !control)
            continue;
        sb_add(out, sv_slice(text, from, i));
        from = i + 1;
        if (entity)
            sb_add_cstr(out, entity);
        else if (c == '\r' && (i + 1 == text.n || text.p[i + 1] != '\n'))
            sb_add_char(out, '\n');
    }
    sb_add(out, sv_slice(text, from, text.n));
}

static int compare_name(const void *key, const void *first)
{
    struct sv name = *(const struct sv *)key;
    const char *row = *(const char *const *)first;
    size_t i = 0;
    for (; i < name.n && row[i] != '\0'; i++) {
        int difference = (unsigned char)ascii_lower(name.p[i]) - (unsigned char)row[i];
        if (difference != 0)
            return difference;
    }
    return (i < name.n) - (row[i] != '\0');
}

bool markup_find_name(const void *rows, size_t count, size_t size, struct sv name, size_t *index)
{
    const char *found = bsearch(&name, rows, count, size, compare_name);
    if (found)
        *index = (size_t)(found - (const char *)rows) / size;
    return found;
}

void markup_take_back(struct sb *out, size_t n)
{
    if (n >= out->n)
        return;
    out->n = n;
    out->p[n] = '\0';
}

#include "json.h"

void json_add_string(struct sb *out, struct sv text)
{
    sb_add_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == 0x7f)
            sb_printf(out, "\\u%04x", c);
        else
            sb_add_char(out, text.p[i]);
    }
    sb_add_char(out, '"');
}

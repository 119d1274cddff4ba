#include "imap_keyword.h"

#include <string.h>

#include "mailbox_name.h"

enum status imap_keyword_of(struct arena *arena, struct sv name, struct sv *keyword)
{
    struct sb plain;
    struct sv wire;
    sb_init(&plain, arena, name.n);
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        sb_add_char(&plain, c < ' ' || c == 0x7f || strchr(" ()/{%*<>\\\"]", c) ? '_' : (char)c);
    }
    enum status status = mailbox_encode(arena, sb_view(&plain), &wire);
    if (status == STATUS_OK)
        *keyword = arena_lower(arena, wire);
    return status;
}

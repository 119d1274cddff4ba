#include "undo.h"

#include "base64.h"
#include "uid_set.h"
#include "utf8.h"

static const char MARKS[] = {[UNDO_MOVE] = 'm', [UNDO_JUNK] = 'j',  [UNDO_NOTJUNK] = 'n',
                             [UNDO_TAG] = 't',  [UNDO_UNTAG] = 'u', [UNDO_SEEN] = 's'};

struct sv undo_write(struct arena *arena, const struct undo *undo)
{
    struct sb out;
    struct sv set = uid_set_write(arena, undo->uids, UNDO_TEXT_MAX);
    sb_init(&out, arena, UNDO_TEXT_MAX);
    sb_add_char(&out, MARKS[undo->mark]);
    sb_printf(&out, ".%u.%.*s.", undo->uidvalidity, SV_ARG(set));
    base64url_encode(&out, undo->folder.p, undo->folder.n);
    sb_add_char(&out, '.');
    base64url_encode(&out, undo->origin.p, undo->origin.n);
    return out.over || set.n == 0 ? SV("") : sb_view(&out);
}

static enum status read_mark(struct sv text, enum undo_mark *out)
{
    for (size_t i = 0; i < sizeof MARKS; i++)
        if (text.n == 1 && text.p[0] == MARKS[i]) {
            *out = (enum undo_mark)i;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

static enum status read_name(struct arena *arena, struct sv text, struct sv *out)
{
    size_t n = UNDO_NAME_MAX;
    char *name = arena_alloc(arena, n);
    enum status st = base64url_decode(text, name, &n);
    if (st != STATUS_OK)
        return st;
    if (n == 0 || !utf8_valid((struct sv){name, n}))
        return STATUS_INVALID;
    *out = (struct sv){name, n};
    return STATUS_OK;
}

enum status undo_read(struct arena *arena, struct sv text, struct undo *out)
{
    struct undo undo;
    struct sv rest = text;
    if (text.n > UNDO_TEXT_MAX)
        return STATUS_INVALID;
    if (read_mark(sv_cut(&rest, '.'), &undo.mark) != STATUS_OK ||
        sv_to_u32(sv_cut(&rest, '.'), &undo.uidvalidity) != STATUS_OK ||
        uid_set_read(arena, sv_cut(&rest, '.'), UNDO_UIDS_MAX, &undo.uids) != STATUS_OK ||
        read_name(arena, sv_cut(&rest, '.'), &undo.folder) != STATUS_OK ||
        read_name(arena, rest, &undo.origin) != STATUS_OK || undo.uids.n == 0)
        return STATUS_INVALID;
    *out = undo;
    return STATUS_OK;
}

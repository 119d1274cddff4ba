#include "text_files.h"

#include "arena.h"
#include "charset.h"
#include "decode.h"
#include "utf8.h"

static enum status drop_text(void *context, struct sv piece)
{
    (void)context;
    (void)piece;
    return STATUS_OK;
}

enum status text_files_read(struct imap *imap, const struct imap_call *call, uint32_t uid,
                            const struct imap_part *part, struct enclosed_taker taker)
{
    struct decoder decoder;
    struct enclosed *enclosed = arena_alloc(call->arena, sizeof *enclosed);
    enclosed_init(enclosed, (struct sink){drop_text, NULL}, taker);
    decoder_init(&decoder, transfer_of(part->encoding), enclosed_sink(enclosed));
    const struct imap_section section = {.name = part->id, .sink = decoder_sink(&decoder)};
    enum status st = imap_fetch_sections(imap, call, uid, &section, 1);
    if (st == STATUS_OK)
        st = decoder_finish(&decoder);
    return st == STATUS_OK ? enclosed_finish(enclosed) : st;
}

struct sv text_files_name(struct arena *arena, struct sv raw)
{
    return utf8_line(arena, charset_decode(arena, SV(""), raw, ENCLOSED_NAME_MAX));
}

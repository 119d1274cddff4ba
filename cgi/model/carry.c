#include "carry.h"

#include "decode.h"
#include "letter.h"
#include "write_part.h"

enum { PART_HEADER_MAX = 64 * 1024 };

static enum status missing(const struct imap_call *call)
{
    diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_MESSAGE_MISSING, "", 0, "");
    return STATUS_NOT_FOUND;
}

static enum status fetch(struct imap *imap, const struct imap_call *call, uint32_t uid,
                         struct sv section, struct spool *spool, struct content *out)
{
    uint64_t from = spool->size;
    const struct imap_section wanted = {.name = section, .sink = spool_sink(spool)};
    enum status st = imap_fetch_sections(imap, call, uid, &wanted, 1);
    if (st == STATUS_OK)
        *out = (struct content){.fd = spool->fd, .offset = from, .length = spool->size - from};
    return st;
}

/* Where the MIME header of a part stands: the one body of a message has none of its own. */
static struct sv header_section(struct arena *arena, const struct imap_part *root, struct sv id)
{
    size_t dot = sv_find_last_char(id, '.');
    struct sv above = dot == SIZE_MAX ? SV("") : sv_slice(id, 0, dot);
    if (sv_eq(root->id, id))
        return SV("HEADER");
    const struct imap_part *parent = above.n > 0 ? imap_part_find(root, above) : NULL;
    if (parent && parent->envelope && parent->child_count == 1 && sv_eq(parent->children[0].id, id))
        return arena_printf(arena, "%.*s.HEADER", SV_ARG(above));
    return arena_printf(arena, "%.*s.MIME", SV_ARG(id));
}

/* Replaces bytes that may not stand in a message by what they stand for. */
static enum status decode(enum transfer transfer, struct spool *spool, struct content *content)
{
    struct spool_reader reader;
    struct decoder decoder;
    char buffer[16 * 1024];
    size_t n = 0;
    uint64_t from = spool->size;
    spool_reader_init(&reader, spool, content->offset, content->length);
    decoder_init(&decoder, transfer, spool_sink(spool));
    enum status st;
    do {
        st = source_read(spool_source(&reader), buffer, sizeof buffer, &n);
        if (st == STATUS_OK)
            st = decoder_write(&decoder, (struct sv){buffer, n});
    } while (st == STATUS_OK && n > 0);
    if (st == STATUS_OK)
        st = decoder_finish(&decoder);
    if (st == STATUS_OK)
        *content = (struct content){.fd = spool->fd, .offset = from, .length = spool->size - from};
    return st;
}

static enum status encoded_anew(struct arena *arena, const struct imap_part *part,
                                struct spool *spool, struct attachment *out)
{
    enum transfer transfer = transfer_of(part->encoding);
    out->filename = letter_part_name(arena, part);
    out->media_type = letter_media_type(arena, part);
    out->content_id = part->content_id;
    out->is_inline = sv_eq_nocase(part->disposition, SV("inline"));
    out->kind = part->envelope ? ATTACHMENT_MESSAGE : ATTACHMENT_FILE;
    return transfer == TRANSFER_IDENTITY ? STATUS_OK : decode(transfer, spool, &out->content);
}

enum status carry_part(struct imap *imap, const struct imap_call *call, uint32_t uid,
                       const struct imap_part *structure, struct sv id, struct spool *spool,
                       struct attachment *out)
{
    const struct imap_part *part = imap_part_find(structure, id);
    struct attachment carried = {.kind = ATTACHMENT_ENCODED};
    struct survey survey = {false, false};
    bool whole;
    if (!part || id.n == 0)
        return missing(call);
    if (part->size > spool->limit - spool->size)
        return STATUS_TOO_LARGE;
    enum status st = imap_fetch_text(imap, call, uid, header_section(call->arena, structure, id),
                                     PART_HEADER_MAX, &carried.header, &whole);
    if (st == STATUS_OK)
        st = fetch(imap, call, uid, id, spool, &carried.content);
    if (st == STATUS_OK)
        st = content_survey(&carried.content, &survey);
    if (st == STATUS_OK && survey.unfit)
        st = encoded_anew(call->arena, part, spool, &carried);
    if (st == STATUS_OK)
        *out = carried;
    return st;
}

enum status carry_message(struct imap *imap, const struct imap_call *call, uint32_t uid,
                          const struct imap_part *structure, struct sv nested, struct sv filename,
                          struct spool *spool, struct attachment *out)
{
    struct attachment carried = {.kind = ATTACHMENT_MESSAGE, .filename = filename};
    const struct imap_part *part = nested.n > 0 ? imap_part_find(structure, nested) : structure;
    if (!part || (nested.n > 0 && !part->envelope))
        return missing(call);
    enum status st = fetch(imap, call, uid, nested, spool, &carried.content);
    if (st == STATUS_OK)
        *out = carried;
    return st;
}

#include "tnef_files.h"

#include "arena.h"
#include "decode.h"
#include "log.h"
#include "param.h"
#include "part_source.h"

enum { PIECE = 16 * 1024 };

bool tnef_files_in(struct sv media_type, struct sv name)
{
    bool typed = sv_eq(media_type, SV("application/ms-tnef")) ||
                 sv_eq(media_type, SV("application/vnd.ms-tnef"));
    return typed || (sv_eq(media_type, SV("application/octet-stream")) &&
                     sv_eq_nocase(name, SV("winmail.dat")));
}

/* ---- reading ---- */

enum status tnef_files_load(struct imap *imap, const struct imap_call *call,
                            const struct jail *jail, uint32_t uid, const struct imap_part *part,
                            struct tnef_list *out)
{
    struct jail wide = *jail;
    const struct jail_request request = {.input = JAIL_INPUT_TNEF,
                                         .output = JAIL_OUTPUT_TEXT,
                                         .encoding = part->encoding.p ? part->encoding : SV(""),
                                         .charset = SV("")};
    struct part_source source;
    struct jail_result result;
    struct tnef_list list = {0};
    wide.max_input = TNEF_FILES_INPUT_MAX;
    part_source_init(&source, imap, call, uid, part->id);
    enum status st =
        jail_run(&wide, &request, part_source_bytes(&source), call->arena, call->deadline, &result);
    if (source.failure != STATUS_OK)
        return source.failure;
    if (st == STATUS_OK)
        st = tnef_list_parse(call->arena, result.text, wide.max_input, &list);
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "tnef-unread", "status=%s", status_name(st));
    else if (result.truncated) {
        list.incomplete = false;
        list.left_out = true;
    }
    *out = list;
    return STATUS_OK;
}

/* ---- one file ---- */

struct range {
    uint64_t before; /* bytes still to be passed over */
    uint64_t left;   /* bytes still to be written */
    struct sink out;
};

static enum status range_write(void *context, struct sv piece)
{
    struct range *range = context;
    size_t skip = range->before < piece.n ? (size_t)range->before : piece.n;
    struct sv rest = sv_slice(piece, skip, piece.n);
    if (range->left < rest.n)
        rest.n = (size_t)range->left;
    range->before -= skip;
    range->left -= rest.n;
    return sink_write(range->out, rest);
}

enum status tnef_files_write(struct imap *imap, const struct imap_call *call, uint32_t uid,
                             const struct imap_part *part, const struct tnef_list_file *file,
                             struct sink out)
{
    struct range range = {.before = file->offset, .left = file->length, .out = out};
    struct part_source source;
    struct decoder decoder;
    char piece[PIECE];
    size_t n = 1;
    enum status st = STATUS_OK;
    part_source_init(&source, imap, call, uid, part->id);
    decoder_init(&decoder, transfer_of(part->encoding), (struct sink){range_write, &range});
    while (st == STATUS_OK && range.left > 0 && n > 0) {
        st = source_read(part_source_bytes(&source), piece, sizeof piece, &n);
        if (st == STATUS_OK && n > 0)
            st = decoder_write(&decoder, (struct sv){piece, n});
    }
    if (st == STATUS_OK && range.left > 0)
        st = decoder_finish(&decoder);
    return st == STATUS_OK && range.left > 0 ? STATUS_PROTOCOL : st;
}

/* ---- types ---- */

static const struct {
    const char *extension, *type;
} types[] = {
    {".pdf", "application/pdf"},
    {".txt", "text/plain"},
    {".csv", "text/csv"},
    {".htm", "text/html"},
    {".html", "text/html"},
    {".ics", "text/calendar"},
    {".vcf", "text/vcard"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".bmp", "image/bmp"},
    {".tif", "image/tiff"},
    {".tiff", "image/tiff"},
    {".mp3", "audio/mpeg"},
    {".wav", "audio/x-wav"},
    {".mp4", "video/mp4"},
    {".avi", "video/x-msvideo"},
    {".eml", "message/rfc822"},
    {".zip", "application/zip"},
    {".gz", "application/gzip"},
    {".7z", "application/x-7z-compressed"},
    {".doc", "application/msword"},
    {".xls", "application/vnd.ms-excel"},
    {".ppt", "application/vnd.ms-powerpoint"},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {".odt", "application/vnd.oasis.opendocument.text"},
    {".ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {".odp", "application/vnd.oasis.opendocument.presentation"},
};

struct sv tnef_files_media_type(struct arena *arena, const struct tnef_list_file *file)
{
    struct sv told = arena_lower(arena, file->media_type);
    if (media_type_valid(told) && !sv_eq(told, SV("application/octet-stream")))
        return told;
    size_t dot = sv_find_last_char(file->name, '.');
    struct sv extension = dot != SIZE_MAX ? sv_slice(file->name, dot, file->name.n) : SV("");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (sv_eq_nocase(extension, sv_of(types[i].extension)))
            return sv_of(types[i].type);
    return SV("application/octet-stream");
}

#include "write_part.h"

#include "arena.h"
#include "decode.h"
#include "header.h"
#include "param.h"
#include "word.h"

static bool is_composite(struct sv type)
{
    return sv_starts_nocase(type, SV("multipart/")) || sv_starts_nocase(type, SV("message/"));
}

static void add_content_id(struct sb *out, struct sv id)
{
    if (msgid_valid(id))
        sb_printf(out, "Content-ID: %.*s\r\n", SV_ARG(id));
}

static void add_disposition(struct sb *out, bool is_inline, struct sv filename)
{
    size_t before = out->n;
    sb_printf(out, "Content-Disposition: %s", is_inline ? "inline" : "attachment");
    if (filename.n > 0)
        param_add(out, SV("filename"), filename, out->n - before);
    sb_add(out, SV("\r\n"));
}

static void add_type(struct sb *out, struct sv type, struct sv filename)
{
    size_t before = out->n;
    sb_printf(out, "Content-Type: %.*s", SV_ARG(type));
    if (filename.n > 0)
        param_add(out, SV("name"), filename, out->n - before);
    sb_add(out, SV("\r\n"));
}

static void add_encoding(struct sb *out, struct sv encoding)
{
    sb_printf(out, "Content-Transfer-Encoding: %.*s\r\n", SV_ARG(encoding));
}

static void file_header(struct sb *out, const struct attachment *a)
{
    bool usable = media_type_valid(a->media_type) && !is_composite(a->media_type);
    add_type(out, usable ? a->media_type : SV("application/octet-stream"), a->filename);
    add_encoding(out, SV("base64"));
    add_content_id(out, a->content_id);
    add_disposition(out, a->is_inline, a->filename);
}

/* RFC 2046 section 5.2.1 forbids base64 inside message/rfc822: a message that cannot stand as it is
 * goes as a file of its own, byte for byte. */
static void message_header(struct sb *out, const struct attachment *a, struct survey survey,
                           bool base64)
{
    add_type(out, base64 ? SV("application/octet-stream") : SV("message/rfc822"), a->filename);
    add_encoding(out, base64 ? SV("base64") : survey.eight_bit ? SV("8bit") : SV("7bit"));
    add_disposition(out, a->is_inline, a->filename);
}

/* ---- parts carried over from another message ---- */

/* The name without "*", "*0", "*1*" …: the parameter that a pair belongs to. */
static struct sv base_name(struct sv name)
{
    return sv_cut(&name, '*');
}

static bool seen_before(struct params params, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (sv_eq_nocase(base_name(params.items[k].name), base_name(params.items[i].name)))
            return true;
    return false;
}

static bool is_name(struct sv name)
{
    return sv_eq_nocase(name, SV("name")) || sv_eq_nocase(name, SV("filename"));
}

/* Writes the parameters anew, since the old ones may be broken in ways that only readers forgive. A
 * boundary must not change, so it is not decoded. */
static void add_params(struct arena *arena, struct sb *out, struct params params,
                       struct sv filename, size_t column)
{
    for (size_t i = 0; i < params.n; i++) {
        struct sv name = base_name(params.items[i].name), value;
        if (name.n == 0 || name.n > 60 || seen_before(params, i) ||
            (is_name(name) && filename.n > 0))
            continue;
        if (sv_eq_nocase(name, SV("boundary")))
            value = params.items[i].value;
        else if (!param_get(arena, params, name, &value))
            continue;
        column = param_add(out, name, value, column);
    }
}

/* A field of structured type, "head; parameters", or nothing where there is none. */
static void carry_structured(struct arena *arena, struct sb *out, const struct attachment *a,
                             const char *field, struct sv head, struct sv name)
{
    struct sv raw = SV("");
    struct params params = {NULL, 0};
    size_t before = out->n;
    if (header_find(a->header, sv_of(field), &raw))
        param_parse(arena, raw, &params);
    sb_printf(out, "%s: %.*s", field, SV_ARG(head));
    if (a->filename.n > 0)
        param_add(out, name, a->filename, out->n - before);
    add_params(arena, out, params, a->filename, out->n - before);
    sb_add(out, SV("\r\n"));
}

static struct sv carried_type(struct arena *arena, const struct attachment *a)
{
    struct sv raw;
    struct params ignored;
    if (!header_find(a->header, SV("Content-Type"), &raw))
        return SV("text/plain"); /* RFC 2045 section 5.2 */
    struct sv type = param_parse(arena, raw, &ignored);
    return media_type_valid(type) ? type : SV("application/octet-stream");
}

static void carry_rest(struct arena *arena, struct sb *out, const struct attachment *a)
{
    struct sv raw = SV(""), text, disposition = SV("");
    struct params ignored;
    if (header_find(a->header, SV("Content-Disposition"), &raw))
        disposition = param_parse(arena, raw, &ignored);
    bool is_inline = disposition.n > 0 ? sv_eq(disposition, SV("inline")) : a->is_inline;
    carry_structured(arena, out, a, "Content-Disposition",
                     is_inline ? SV("inline") : SV("attachment"), SV("filename"));
    text = header_find(a->header, SV("Content-ID"), &raw) ? header_unfold(arena, raw) : SV("");
    add_content_id(out, a->content_id.n > 0 ? a->content_id : text);
    text = header_text(arena, a->header, SV("Content-Description"));
    if (text.n > 0) {
        sb_add(out, SV("Content-Description: "));
        word_encode_text(out, text, 21);
        sb_add(out, SV("\r\n"));
    }
}

static enum status carried_header(struct arena *arena, struct sb *out, const struct attachment *a,
                                  struct survey survey, bool seven_bit, bool *base64)
{
    struct sv raw = SV(""), type = carried_type(arena, a);
    if (header_find(a->header, SV("Content-Transfer-Encoding"), &raw))
        raw = header_unfold(arena, raw);
    enum transfer transfer = transfer_of(raw);
    bool unfit = survey.unfit || (survey.eight_bit && seven_bit);
    if (unfit && (transfer != TRANSFER_IDENTITY || is_composite(type)))
        return STATUS_INVALID;
    carry_structured(arena, out, a, "Content-Type", type, SV("name"));
    if (unfit)
        add_encoding(out, SV("base64"));
    else if (transfer != TRANSFER_IDENTITY)
        add_encoding(out, sv_of(transfer_name(transfer)));
    else
        add_encoding(out, survey.eight_bit ? SV("8bit") : SV("7bit"));
    carry_rest(arena, out, a);
    *base64 = unfit;
    return STATUS_OK;
}

enum status part_header(struct arena *arena, struct sb *out, const struct attachment *a,
                        bool seven_bit, bool *base64, bool *eight_bit)
{
    struct survey survey = {false, false};
    bool encode = true;
    enum status status = a->kind == ATTACHMENT_FILE ? content_check(&a->content)
                                                    : content_survey(&a->content, &survey);
    if (status != STATUS_OK)
        return status;
    switch (a->kind) {
    case ATTACHMENT_FILE:
        file_header(out, a);
        break;
    case ATTACHMENT_ENCODED:
        status = carried_header(arena, out, a, survey, seven_bit, &encode);
        break;
    case ATTACHMENT_MESSAGE:
        encode = survey.unfit || (survey.eight_bit && seven_bit);
        message_header(out, a, survey, encode);
        break;
    }
    if (status != STATUS_OK)
        return status;
    sb_add(out, SV("\r\n"));
    *base64 = encode;
    *eight_bit = !encode && survey.eight_bit;
    return STATUS_OK;
}

#include "child_body.h"

#include "decode.h"
#include "enclosed.h"
#include "enriched.h"
#include "flowed.h"
#include "plain.h"
#include "text.h"
#include "utf8.h"

/* GROWTH: more than any charset grows by in UTF-8. */
enum { PARAGRAPHS_MAX = 200000, GROWTH = 8 };

struct charset_step {
    struct charset *charset;
    struct sink out;
};

static enum status charset_step_write(void *context, struct sv piece)
{
    struct charset_step *step = context;
    return charset_write(step->charset, piece, step->out);
}

/* The files that stand in a text, while it is read. */
struct finding {
    struct arena *arena;
    struct body_result *result;
};

static bool begin_file(void *context, struct sv name)
{
    struct finding *f = context;
    struct body_result *result = f->result;
    struct sv clean = charset_decode(f->arena, SV(""), name, JAIL_FILE_NAME_MAX);
    clean = utf8_cut(sv_trim(utf8_line(f->arena, clean)), JAIL_FILE_NAME_MAX);
    if (result->file_count == JAIL_FILES_MAX)
        return false;
    result->files[result->file_count++] = (struct jail_file){.name = clean.n > 0 ? clean : SV("?")};
    return true;
}

static enum status count_bytes(void *context, struct sv piece)
{
    struct finding *f = context;
    f->result->files[f->result->file_count - 1].size += piece.n;
    return STATUS_OK;
}

/* To UTF-8. False if something did not fit and was left out. */
static bool decode(const struct body_request *request, struct sv body, struct arena *arena,
                   struct sb *text, struct body_result *result)
{
    static struct decoder decoder;
    static struct enclosed enclosed;
    struct charset_step step = {request->charset, sb_sink(text)};
    struct sink to_charset = {charset_step_write, &step};
    struct finding finding = {arena, result};
    bool plain = request->input == JAIL_INPUT_PLAIN;
    enclosed_init(&enclosed, to_charset,
                  (struct enclosed_taker){begin_file, {count_bytes, &finding}, &finding});
    decoder_init(&decoder, transfer_of(request->encoding),
                 plain ? enclosed_sink(&enclosed) : to_charset);
    return decoder_write(&decoder, body) == STATUS_OK && decoder_finish(&decoder) == STATUS_OK &&
           enclosed_finish(&enclosed) == STATUS_OK &&
           charset_finish(request->charset, step.out) == STATUS_OK;
}

static void write_text(const struct body_request *request, struct sv text, bool flowed,
                       struct arena *arena, struct sb *out)
{
    struct paragraphs lines = flowed_parse(arena, text, flowed, request->delsp, PARAGRAPHS_MAX);
    if (request->as_text) {
        for (size_t i = 0; i < lines.n && !out->over; i++)
            text_add_plain(out, lines.items[i].text, lines.items[i].depth);
        return;
    }
    struct text_writer writer;
    text_open(&writer, out);
    for (size_t i = 0; i < lines.n && !out->over; i++)
        text_line(&writer, lines.items[i].text, lines.items[i].depth, lines.items[i].signature);
    text_close(&writer);
}

static void write_enriched(const struct body_request *request, struct sv enriched,
                           struct arena *arena, struct sb *out)
{
    struct sb text;
    sb_init(&text, arena, request->max_output);
    enriched_text(&text, enriched);
    out->over = out->over || text.over;
    write_text(request, sb_view(&text), false, arena, out);
}

/* An HTML letter that the sanitiser refuses is shown as the text that is in it. */
static void write_html_as_text(const struct body_request *request, struct sv html,
                               struct arena *arena, struct sb *out)
{
    struct sb text;
    sb_init(&text, arena, request->max_output);
    if (html_to_text(html, arena, request->as_text ? out : &text) != STATUS_OK)
        out->over = true;
    else if (!request->as_text)
        write_text(request, sb_view(&text), false, arena, out);
}

static void convert_html(const struct body_request *request, struct sv html, struct arena *arena,
                         struct sb *out, struct body_result *result)
{
    const struct sanitise_options options = {.allow_remote = request->allow_remote,
                                             .cids = request->cids,
                                             .cid_count = request->cid_count,
                                             .max_output = request->max_output};
    struct sanitise_result sanitised;
    enum status status = STATUS_UNSUPPORTED;
    if (!request->as_text)
        status = html_sanitise(html, &options, arena, &sanitised);
    if (status == STATUS_OK) {
        result->content = sanitised.html;
        result->remote_blocked = sanitised.remote_blocked;
        return;
    }
    if (!request->as_text)
        result->fallback =
            status == STATUS_TOO_LARGE ? JAIL_FALLBACK_LIMITS : JAIL_FALLBACK_UNSTABLE;
    write_html_as_text(request, html, arena, out);
    result->content = sb_view(out);
}

void body_convert(const struct body_request *request, struct sv body, struct arena *arena,
                  struct body_result *result)
{
    struct sb decoded, out;
    sb_init(&out, arena, request->max_output);
    sb_init(&decoded, arena, GROWTH * body.n + 16);
    *result = (struct body_result){
        .content = SV(""), .files = arena_array(arena, JAIL_FILES_MAX, sizeof *result->files)};
    bool whole = decode(request, body, arena, &decoded, result);
    struct sv text = sb_view(&decoded);
    result->charset = charset_name(request->charset);
    result->charset_replaced = !whole || sv_find(text, SV("\xef\xbf\xbd")) != SIZE_MAX;
    if (request->input == JAIL_INPUT_HTML) {
        convert_html(request, text, arena, &out, result);
    } else if (request->input == JAIL_INPUT_ENRICHED) {
        write_enriched(request, text, arena, &out);
        result->content = sb_view(&out);
    } else {
        write_text(request, text, request->flowed, arena, &out);
        result->content = sb_view(&out);
    }
    if (out.over) {
        result->too_large = true;
        result->content = SV("");
        result->file_count = 0;
    }
}

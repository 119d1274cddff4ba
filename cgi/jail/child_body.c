#include "child_body.h"

#include "decode.h"
#include "enclosed.h"
#include "enriched.h"
#include "flowed.h"
#include "plain.h"
#include "text.h"
#include "utf8.h"

/* GROWTH: more than any charset grows by in UTF-8. CLOSING: more than the end tags of a text. */
enum { PARAGRAPHS_MAX = 200000, GROWTH = 8, CLOSING = 1024 };

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
    bool take_files = request->input == JAIL_INPUT_PLAIN && !request->keep_files;
    enclosed_init(&enclosed, to_charset,
                  (struct enclosed_taker){begin_file, {count_bytes, &finding}, &finding});
    decoder_init(&decoder, transfer_of(request->encoding),
                 take_files ? enclosed_sink(&enclosed) : to_charset);
    return decoder_write(&decoder, body) == STATUS_OK && decoder_finish(&decoder) == STATUS_OK &&
           enclosed_finish(&enclosed) == STATUS_OK &&
           charset_finish(request->charset, step.out) == STATUS_OK;
}

/* False if only the beginning of the line, or nothing of it, has found room. */
static bool write_line(const struct body_request *request, const struct paragraph *line,
                       struct text_writer *writer, struct sb *out)
{
    const struct sb before = *out; /* what grows later is a copy: this one stays as it is */
    const struct text_writer open = *writer;
    struct sv text = line->text;
    bool whole = true;
    for (;;) {
        if (request->as_text)
            text_add_plain(out, text, line->depth);
        else
            text_line(writer, text, line->depth, line->signature);
        if (!out->over)
            return whole;
        whole = false;
        *out = before;
        *writer = open;
        if (text.n == 0)
            return false;
        text = utf8_cut(text, text.n / 2);
    }
}

/* The lines of a file as they stand; the last of too many holds the rest. */
static struct paragraphs file_lines(struct arena *arena, struct sv text)
{
    size_t most = 1;
    for (size_t i = 0; i < text.n && most < PARAGRAPHS_MAX; i++)
        most += text.p[i] == '\n';
    struct paragraphs lines = {arena_array(arena, most, sizeof *lines.items), 0};
    while (text.n > 0) {
        struct sv line = text;
        if (lines.n + 1 < most)
            line = sv_cut(&text, '\n');
        else
            text = SV("");
        if (sv_ends(line, SV("\r")))
            line = sv_slice(line, 0, line.n - 1);
        lines.items[lines.n++] = (struct paragraph){.text = line};
    }
    return lines;
}

/* As much of the text as fits; true if that is all of it. */
static bool write_text(const struct body_request *request, struct sv text, bool flowed,
                       struct arena *arena, struct sb *out)
{
    struct paragraphs lines =
        request->input == JAIL_INPUT_FILE
            ? file_lines(arena, text)
            : flowed_parse(arena, text, flowed, request->delsp, PARAGRAPHS_MAX);
    struct text_writer writer;
    size_t most = out->cap;
    bool whole = true;
    out->cap -= out->cap < CLOSING ? out->cap : CLOSING;
    if (!request->as_text)
        text_open(&writer, out);
    for (size_t i = 0; i < lines.n && whole; i++)
        whole = write_line(request, &lines.items[i], &writer, out);
    out->cap = most;
    if (!request->as_text)
        text_close(&writer);
    return whole;
}

static bool write_enriched(const struct body_request *request, struct sv enriched,
                           struct arena *arena, struct sb *out)
{
    struct sb text;
    sb_init(&text, arena, request->max_output);
    enriched_text(&text, enriched);
    bool whole = !text.over;
    return write_text(request, utf8_cut(sb_view(&text), text.n), false, arena, out) && whole;
}

/* An HTML letter that the sanitiser refuses is shown as the text that is in it. */
static bool write_html_as_text(const struct body_request *request, struct sv html,
                               struct arena *arena, struct sb *out)
{
    struct sb text;
    sb_init(&text, arena, request->max_output);
    bool whole = html_to_text(html, arena, &text) == STATUS_OK;
    struct sv shown = utf8_cut(sb_view(&text), text.n);
    if (request->as_text)
        sb_add(out, shown);
    else
        whole = write_text(request, shown, false, arena, out) && whole;
    return whole;
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
    const bool sanitised_wanted = !request->as_text && request->input == JAIL_INPUT_HTML;
    if (sanitised_wanted)
        status = html_sanitise(html, &options, arena, &sanitised);
    if (status == STATUS_OK) {
        result->content = sanitised.html;
        result->remote_blocked = sanitised.remote_blocked;
        return;
    }
    if (sanitised_wanted)
        result->fallback =
            status == STATUS_TOO_LARGE ? JAIL_FALLBACK_LIMITS : JAIL_FALLBACK_UNSTABLE;
    result->cut = !write_html_as_text(request, html, arena, out);
    result->content = sb_view(out);
}

static bool gives_card(enum jail_input input)
{
    return input == JAIL_INPUT_CALENDAR || input == JAIL_INPUT_CONTACT ||
           input == JAIL_INPUT_REPORT;
}

static enum card_kind card_of(enum jail_input input)
{
    return input == JAIL_INPUT_CALENDAR  ? CARD_CALENDAR
           : input == JAIL_INPUT_CONTACT ? CARD_CONTACT
                                         : CARD_REPORT;
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
    if (request->input == JAIL_INPUT_HTML || request->input == JAIL_INPUT_HTML_TEXT) {
        convert_html(request, text, arena, &out, result);
    } else if (request->input == JAIL_INPUT_ENRICHED) {
        result->cut = !write_enriched(request, text, arena, &out);
        result->content = sb_view(&out);
    } else if (gives_card(request->input)) {
        card_write(arena, card_of(request->input), text, &out);
        result->content = sb_view(&out);
    } else {
        result->cut = !write_text(request, text, request->flowed, arena, &out);
        result->content = sb_view(&out);
    }
    if (out.over) {
        result->too_large = true;
        result->content = SV("");
        result->file_count = 0;
    }
}

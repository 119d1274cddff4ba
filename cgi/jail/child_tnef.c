#include "child_tnef.h"

#include "decode.h"
#include "flowed.h"
#include "plain.h"
#include "rtf.h"
#include "text.h"
#include "tnef.h"
#include "tnef_list.h"
#include "utf8.h"

/* GROWTH: more than any charset grows by in UTF-8. PLAIN_MAX: of a text that is taken as it is, so
 * that with what its quotes are marked by it stays below TEXT_MAX. */
enum {
    PARAGRAPHS_MAX = 200000,
    TEXTS_MAX = 2 << 20,
    TEXT_MAX = 1 << 20,
    PLAIN_MAX = 512 * 1024,
    GROWTH = 8,
    PIECE = 4096
};

_Static_assert((int)TNEF_ABSENT == (int)TNEF_LIST_ABSENT &&
                   (int)TNEF_BYTES == (int)TNEF_LIST_BYTES &&
                   (int)TNEF_MESSAGE == (int)TNEF_LIST_MESSAGE &&
                   (int)TNEF_OBJECT == (int)TNEF_LIST_OBJECT,
               "they are written as numbers");
_Static_assert((int)TNEF_MESSAGES_MAX <= (int)TNEF_LIST_MESSAGES_MAX &&
                   (int)TNEF_FILES_MAX <= (int)TNEF_LIST_FILES_MAX,
               "all that is read may be listed");

/* ---- the stream ---- */

/* Pulls through a decoder, which is pushed. */
struct decoding {
    struct source encoded;
    struct decoder decoder;
    bool ended;
    size_t at;
    struct sb held;
    char room[4 * PIECE + DECODER_BUFFER]; /* what one piece and the end can make */
};

static enum status decode_more(struct decoding *d)
{
    char piece[PIECE];
    size_t n;
    d->at = 0;
    sb_clear(&d->held);
    enum status status = source_read(d->encoded, piece, sizeof piece, &n);
    if (status != STATUS_OK)
        return status;
    d->ended = n == 0;
    return d->ended ? decoder_finish(&d->decoder)
                    : decoder_write(&d->decoder, (struct sv){piece, n});
}

static enum status decoding_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct decoding *d = context;
    while (d->at == d->held.n && !d->ended) {
        enum status status = decode_more(d);
        if (status != STATUS_OK)
            return status;
    }
    struct sv rest = sv_slice(sb_view(&d->held), d->at, d->at + room);
    if (rest.n > 0)
        memcpy(buffer, rest.p, rest.n);
    d->at += rest.n;
    *n = rest.n;
    return STATUS_OK;
}

/* ---- texts ---- */

struct job {
    struct codepages *pages;
    struct arena *arena;
    struct tnef tnef;
    size_t texts_left; /* bytes that texts may still add to the list */
};

/* One message's text on its way: what is made of it in between goes before the next one comes. */
struct text_job {
    struct job *job;
    struct arena *arena;
    struct sb out;
};

/* Strings of C end at their NUL. */
static struct sv decode(struct job *job, struct arena *arena, const struct tnef_string *s,
                        uint32_t page)
{
    struct sb out;
    if (!s->bytes.p)
        return SV("");
    sb_init(&out, arena, GROWTH * s->bytes.n + 16);
    codepages_add(job->pages, s->utf16 ? CODEPAGE_UTF16 : page, s->bytes, &out);
    return sv_slice(sb_view(&out), 0, sv_find_char(sb_view(&out), '\0'));
}

static struct sv one_line(struct job *job, const struct tnef_string *s, uint32_t page)
{
    struct sv line = sv_trim(utf8_line(job->arena, decode(job, job->arena, s, page)));
    return utf8_cut(line, TNEF_LIST_NAME_MAX);
}

static void add_lines(struct text_job *t, struct sv text)
{
    struct sv start = utf8_cut(text, PLAIN_MAX);
    struct paragraphs lines = flowed_parse(t->arena, start, false, false, PARAGRAPHS_MAX);
    for (size_t i = 0; i < lines.n && !t->out.over; i++)
        text_add_plain(&t->out, lines.items[i].text, lines.items[i].depth);
    t->job->tnef.left_out = t->job->tnef.left_out || start.n < text.n;
}

static void add_html(struct text_job *t, struct sv html)
{
    if (html_to_text(html, t->arena, &t->out) != STATUS_OK)
        t->out.over = true;
}

static enum status rtf_step(void *context, struct sv piece)
{
    return rtf_write(context, piece);
}

static void add_rtf(struct text_job *t, struct sv compressed)
{
    struct tnef *tnef = &t->job->tnef;
    struct sb text;
    bool whole = false;
    sb_init(&text, t->arena, TEXT_MAX);
    struct rtf *rtf = rtf_new(t->arena, t->job->pages, &text);
    enum status status = rtf_unpack(compressed, (struct sink){rtf_step, rtf}, &whole);
    rtf_finish(rtf);
    bool broken = status == STATUS_INVALID || (status == STATUS_OK && !whole);
    tnef->incomplete = tnef->incomplete || broken;
    tnef->left_out = tnef->left_out || text.over;
    if (rtf_is_html(rtf))
        add_html(t, sb_view(&text));
    else
        add_lines(t, sb_view(&text));
}

/* The first text of the message that has something to read. */
static struct sv message_text(struct job *job, const struct tnef_message *m)
{
    struct text_job t = {.job = job, .arena = arena_new(SIZE_MAX)};
    uint32_t html_page = m->internet_code_page != 0 ? m->internet_code_page : m->code_page;
    struct sv plain = decode(job, t.arena, &m->body, m->code_page);
    sb_init(&t.out, t.arena, job->texts_left < TEXT_MAX ? job->texts_left : TEXT_MAX);
    if (sv_trim(plain).n > 0)
        add_lines(&t, plain);
    else if (m->html.bytes.n > 0)
        add_html(&t, decode(job, t.arena, &m->html, html_page));
    else if (m->rtf.n > 0)
        add_rtf(&t, m->rtf);
    job->tnef.left_out = job->tnef.left_out || t.out.over;
    struct sv text = sb_view(&t.out);
    text = arena_sv(job->arena, sv_trim(text).n > 0 ? text : SV(""));
    arena_free(&t.arena);
    job->texts_left -= text.n;
    return text;
}

/* ---- the list ---- */

/* The title of a message or an object says "Untitled Attachment". */
static struct sv file_name(struct job *job, const struct tnef_file *file, uint32_t page)
{
    bool titled = file->content == TNEF_BYTES || file->content == TNEF_ABSENT;
    const struct tnef_string *const names[] = {
        &file->long_name, titled ? &file->title : &file->display_name, &file->short_name,
        titled ? &file->display_name : &file->title};
    struct sv name = SV("");
    for (size_t i = 0; i < sizeof names / sizeof *names && name.n == 0; i++)
        name = one_line(job, names[i], page);
    return name;
}

static void add_file(struct job *job, const struct tnef_file *file, struct sb *out)
{
    uint32_t page = job->tnef.messages[file->message].code_page;
    struct sv cid = one_line(job, &file->content_id, page);
    if (cid.n >= 2 && cid.p[0] == '<' && cid.p[cid.n - 1] == '>')
        cid = sv_slice(cid, 1, cid.n - 1);
    sb_printf(out, "file\t%zu\t%d\t%zu\t", file->message, (int)file->content, file->opened);
    sb_add_u64(out, file->offset);
    sb_add_char(out, '\t');
    sb_add_u64(out, file->length);
    sb_printf(out, "\t%d\t%d\t", file->damaged, file->cut);
    sb_add(out, one_line(job, &file->media_type, page));
    sb_add_char(out, '\t');
    sb_add(out, cid);
    sb_add_char(out, '\t');
    sb_add(out, file_name(job, file, page));
    sb_add_char(out, '\n');
}

static void write_list(struct job *job, struct sb *out)
{
    const struct tnef *tnef = &job->tnef;
    struct sv texts[TNEF_MESSAGES_MAX] = {{"", 0}};
    for (size_t i = 0; i < tnef->message_count; i++)
        texts[i] = message_text(job, &tnef->messages[i]);
    sb_printf(out, "tnef\t%zu\t%zu\t%d\t%d\t%d\n", tnef->message_count, tnef->file_count,
              tnef->incomplete, tnef->damaged, tnef->left_out);
    for (size_t i = 0; i < tnef->message_count; i++) {
        const struct tnef_message *m = &tnef->messages[i];
        sb_printf(out, "message\t%zu\t", texts[i].n);
        sb_add(out, one_line(job, &m->subject, m->code_page));
        sb_add_char(out, '\n');
    }
    for (size_t i = 0; i < tnef->file_count; i++)
        add_file(job, &tnef->files[i], out);
    for (size_t i = 0; i < tnef->message_count; i++)
        sb_add(out, texts[i]);
}

void tnef_convert(const struct body_request *request, struct source encoded,
                  struct codepages *pages, struct arena *arena, struct body_result *result)
{
    struct decoding *d = arena_alloc(arena, sizeof *d);
    struct job job = {.pages = pages, .arena = arena, .texts_left = TEXTS_MAX};
    struct sb out;
    d->encoded = encoded;
    sb_fixed(&d->held, d->room, sizeof d->room);
    decoder_init(&d->decoder, transfer_of(request->encoding), sb_sink(&d->held));
    sb_init(&out, arena, request->max_output);
    *result = (struct body_result){.content = SV(""), .charset = ""};
    enum status status = tnef_read((struct source){decoding_read, d}, arena, &job.tnef);
    if (status == STATUS_OK)
        write_list(&job, &out);
    else
        sb_add(&out, SV("tnef\t0\t0\t0\t0\t0\n"));
    result->too_large = out.over;
    result->content = out.over ? SV("") : sb_view(&out);
}

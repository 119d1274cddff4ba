#include "upload.h"

#include <string.h>

#include "filename.h"

/* The parser is fed so little at once that all it tells of fits here; the least that a part takes
 * is its delimiter and its name. */
enum {
    FEED = 4096,
    HELD = FEED + MULTIPART_BOUNDARY_MAX + 8,
    EVENTS_MAX = 2 * FEED / 32,
    READ = 64 * 1024
};

struct event {
    bool begins;        /* else ends */
    size_t at;          /* in `held` */
    struct sv filename; /* clean; p == NULL: a field or a file without a name */
};

struct upload_stream {
    struct request *request;
    const struct form_limits *limits;
    struct source source;
    struct deadline deadline; /* until the first file */
    uint64_t left, total;
    struct multipart parser;
    /* fields in front of the first file */
    bool in_field, files_begun;
    size_t fields_size;
    struct sv name;
    struct sb text;
    /* told by the parser and not taken yet */
    struct event events[EVENTS_MAX];
    size_t event_n, event_at;
    bool in_file;
    char held[HELD];
    size_t held_n, held_at;
    /* read from the source and not parsed yet */
    size_t buffer_n, buffer_at;
    char buffer[READ];
};

/* ---- what the parser tells ---- */

static enum status event_add(struct upload_stream *s, bool begins, struct sv filename)
{
    if (s->event_n == EVENTS_MAX)
        return STATUS_INVALID;
    s->events[s->event_n++] = (struct event){begins, s->held_n, filename};
    return STATUS_OK;
}

static enum status part_begin(void *context, const struct multipart_part *part)
{
    struct upload_stream *s = context;
    struct arena *arena = s->request->arena;
    s->in_field = !part->is_file && !s->files_begun;
    if (s->in_field) {
        size_t left = s->limits->fields_total - s->fields_size;
        if (part->name.n > left)
            return STATUS_TOO_LARGE;
        s->name = arena_sv(arena, part->name);
        sb_init(&s->text, arena, s->limits->field_max < left ? s->limits->field_max : left);
        return arena_over(arena) ? STATUS_TOO_LARGE : STATUS_OK;
    }
    bool named = part->is_file && part->filename.n > 0;
    s->files_begun |= named;
    return event_add(s, true, named ? filename_clean(arena, part->filename) : (struct sv){NULL, 0});
}

static enum status part_data(void *context, struct sv piece)
{
    struct upload_stream *s = context;
    if (s->in_field) {
        sb_add(&s->text, piece);
        return s->text.over ? STATUS_TOO_LARGE : STATUS_OK;
    }
    if (piece.n > HELD - s->held_n)
        return STATUS_INVALID;
    memcpy(s->held + s->held_n, piece.p, piece.n);
    s->held_n += piece.n;
    return STATUS_OK;
}

static enum status part_end(void *context)
{
    struct upload_stream *s = context;
    if (!s->in_field)
        return event_add(s, false, (struct sv){NULL, 0});
    s->in_field = false;
    s->fields_size += s->name.n + s->text.n;
    return inputs_add(&s->request->form, s->request->arena, s->name, sb_view(&s->text));
}

/* ---- reading on ---- */

static enum status buffer_fill(struct upload_stream *s)
{
    size_t room = s->left < READ ? (size_t)s->left : READ;
    s->buffer_at = s->buffer_n = 0;
    if (!s->files_begun && deadline_passed(s->deadline))
        return STATUS_TIMEOUT;
    enum status st = source_read(s->source, s->buffer, room, &s->buffer_n);
    if (st == STATUS_OK && s->buffer_n == 0)
        st = STATUS_CLOSED; /* before what Content-Length promised */
    if (st == STATUS_OK)
        s->left -= s->buffer_n;
    return st;
}

/* Feeds the parser once, when all it has told is taken. *more is false at the end of the body. */
static enum status advance(struct upload_stream *s, bool *more)
{
    s->event_n = s->event_at = s->held_n = s->held_at = 0;
    *more = s->buffer_at < s->buffer_n || s->left > 0;
    if (!*more)
        return multipart_finish(&s->parser);
    enum status st = s->buffer_at < s->buffer_n ? STATUS_OK : buffer_fill(s);
    if (st != STATUS_OK)
        return st;
    size_t n = s->buffer_n - s->buffer_at < FEED ? s->buffer_n - s->buffer_at : FEED;
    s->buffer_at += n;
    return multipart_feed(&s->parser, (struct sv){s->buffer + s->buffer_at - n, n});
}

enum status upload_open(struct request *request, struct source source,
                        const struct form_limits *limits, uint64_t most, struct deadline deadline,
                        struct upload_stream **out)
{
    struct sv boundary, rest = request->content_type;
    inputs_init(&request->form, limits->fields_count);
    if (!sv_eq_nocase(sv_trim(sv_cut(&rest, ';')), SV("multipart/form-data")))
        return STATUS_UNSUPPORTED;
    if (request->content_length > most)
        return STATUS_TOO_LARGE;
    enum status st = multipart_boundary(request->content_type, &boundary);
    if (st != STATUS_OK)
        return st;
    struct upload_stream *s = arena_alloc(request->arena, sizeof *s);
    s->request = request;
    s->limits = limits;
    s->source = source;
    s->deadline = deadline;
    s->left = s->total = request->content_length;
    multipart_init(&s->parser, boundary,
                   (struct multipart_handler){part_begin, part_data, part_end, s});
    for (bool more = true; more && s->event_n == 0 && st == STATUS_OK;)
        st = advance(s, &more);
    if (st == STATUS_OK)
        *out = s;
    return st;
}

/* What is held up to the next event. */
static size_t held_left(const struct upload_stream *s)
{
    size_t end = s->event_at < s->event_n ? s->events[s->event_at].at : s->held_n;
    return end - s->held_at;
}

enum status upload_next(struct upload_stream *s, struct upload_file *out)
{
    enum status st = STATUS_OK;
    s->in_file = false;
    for (bool more = true; st == STATUS_OK && more;) {
        while (s->event_at < s->event_n) {
            const struct event *event = &s->events[s->event_at++];
            s->held_at = event->at;
            if (!event->begins || !event->filename.p)
                continue;
            s->in_file = true;
            *out = (struct upload_file){.filename = event->filename};
            return STATUS_OK;
        }
        st = advance(s, &more);
    }
    return st == STATUS_OK ? STATUS_NOT_FOUND : st;
}

static enum status file_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct upload_stream *s = context;
    *n = 0;
    while (s->in_file && *n == 0 && room > 0) {
        size_t here = held_left(s);
        if (here > room)
            here = room;
        if (here > 0) {
            memcpy(buffer, s->held + s->held_at, here);
            s->held_at += here;
            *n = here;
        } else if (s->event_at < s->event_n) {
            s->in_file = false; /* its end: parts do not nest */
        } else {
            bool more;
            enum status st = advance(s, &more);
            if (st != STATUS_OK)
                return st;
            s->in_file = more;
        }
    }
    return STATUS_OK;
}

struct source upload_source(struct upload_stream *stream)
{
    return (struct source){file_read, stream};
}

uint64_t upload_done(const struct upload_stream *s)
{
    return s->total - s->left;
}

uint64_t upload_total(const struct upload_stream *s)
{
    return s->total;
}

void upload_drain(struct upload_stream *s, struct deadline deadline)
{
    while (s->left > 0 && !deadline_passed(deadline))
        if (buffer_fill(s) != STATUS_OK)
            return;
}

#include "form.h"

#include "filename.h"
#include "multipart.h"

enum { READ_SIZE = 64 * 1024, MEDIA_TYPE_MAX = 127, LOST_MAX = 4000 };

const struct form_limits FORM_LIMITS = {
    .field_max = 2 * 1024 * 1024,
    .fields_total = 4 * 1024 * 1024,
    .fields_count = 20000,
    .uploads_total = 0,
    .spool_directory = NULL,
};

struct form_reader {
    struct request *request;
    const struct form_limits *limits;
    struct spool *spool;
    size_t fields_size;
    enum { PART_FIELD, PART_FILE, PART_DROPPED } part;
    struct sv name;
    struct sb text; /* of a field */
};

/* Reads what Content-Length promised, buffer by buffer. */
struct body {
    struct source source;
    uint64_t left;
    struct deadline deadline;
};

static enum status body_read(struct body *body, char *buffer, size_t room, struct sv *piece)
{
    size_t n = 0;
    if (deadline_passed(body->deadline))
        return STATUS_TIMEOUT;
    if (room > body->left)
        room = (size_t)body->left;
    enum status status = source_read(body->source, buffer, room, &n);
    if (status != STATUS_OK)
        return status;
    if (n == 0)
        return STATUS_INVALID;
    body->left -= n;
    *piece = (struct sv){buffer, n};
    return STATUS_OK;
}

static enum status urlencoded_read(struct request *request, struct body *body,
                                   const struct form_limits *limits)
{
    if (body->left > limits->fields_total)
        return STATUS_TOO_LARGE;
    size_t n = 0;
    char *text = arena_alloc(request->arena, (size_t)body->left + 1);
    while (body->left > 0) {
        struct sv piece;
        enum status status = body_read(body, text + n, (size_t)body->left, &piece);
        if (status != STATUS_OK)
            return status;
        n += piece.n;
    }
    enum status status = inputs_decode(&request->form, request->arena, (struct sv){text, n});
    for (size_t i = 0; i < request->form.n && status == STATUS_OK; i++)
        if (request->form.at[i].value.n > limits->field_max)
            status = STATUS_TOO_LARGE;
    return status;
}

static struct sv media_type_clean(struct arena *arena, struct sv type)
{
    size_t slash = sv_find_char(type, '/');
    bool usable = slash != SIZE_MAX && slash > 0 && slash + 1 < type.n && type.n <= MEDIA_TYPE_MAX;
    struct sb out;
    sb_init(&out, arena, MEDIA_TYPE_MAX);
    for (size_t i = 0; usable && i < type.n; i++) {
        char c = ascii_lower(type.p[i]);
        usable = i == slash || ascii_is_alnum(c) || sv_find_char(SV("!#$&-^_.+"), c) != SIZE_MAX;
        sb_add_char(&out, c);
    }
    return usable ? sb_view(&out) : SV("application/octet-stream");
}

static enum status upload_begin(struct form_reader *reader, const struct multipart_part *part)
{
    struct request *request = reader->request;
    struct spool *spool = reader->spool;
    if (reader->limits->uploads_total == 0 || !reader->limits->spool_directory ||
        request->upload_count == REQUEST_UPLOADS_MAX)
        return STATUS_TOO_LARGE;
    if (spool->fd < 0) {
        enum status status =
            spool_open(spool, reader->limits->spool_directory, reader->limits->uploads_total);
        if (status != STATUS_OK)
            return status;
    }
    if (!request->uploads)
        request->uploads =
            arena_array(request->arena, REQUEST_UPLOADS_MAX, sizeof(*request->uploads));
    request->uploads[request->upload_count++] = (struct upload){
        .name = arena_sv(request->arena, part->name),
        .filename = filename_clean(request->arena, part->filename),
        .media_type = media_type_clean(request->arena, part->media_type),
        .offset = spool->size,
    };
    return STATUS_OK;
}

static void note_lost(struct request *request, struct sv filename)
{
    struct sb *lost = &request->uploads_lost;
    if (!lost->p)
        sb_init(lost, request->arena, LOST_MAX);
    if (lost->n + filename.n + 1 > LOST_MAX)
        return;
    sb_add(lost, filename);
    sb_add_char(lost, '\n');
}

/* A file that cannot be kept does not lose the writer's text: the fields behind it are read. */
static void upload_fail(struct form_reader *reader, enum status status, struct sv filename)
{
    if (reader->request->upload_failed == STATUS_OK)
        reader->request->upload_failed = status;
    note_lost(reader->request, filename);
    reader->part = PART_DROPPED;
}

static enum status part_begin(void *context, const struct multipart_part *part)
{
    struct form_reader *reader = context;
    struct request *request = reader->request;
    if (!part->is_file) {
        size_t left = reader->limits->fields_total - reader->fields_size;
        if (part->name.n > left)
            return STATUS_TOO_LARGE;
        left -= part->name.n;
        reader->part = PART_FIELD;
        reader->name = arena_sv(request->arena, part->name);
        sb_init(&reader->text, request->arena,
                left < reader->limits->field_max ? left : reader->limits->field_max);
        return arena_over(request->arena) ? STATUS_TOO_LARGE : STATUS_OK;
    }
    if (part->filename.n == 0) {
        reader->part = PART_DROPPED;
        return STATUS_OK;
    }
    reader->part = PART_FILE;
    enum status status =
        request->upload_failed == STATUS_OK ? upload_begin(reader, part) : request->upload_failed;
    if (status != STATUS_OK)
        upload_fail(reader, status, filename_clean(request->arena, part->filename));
    return STATUS_OK;
}

static enum status part_data(void *context, struct sv piece)
{
    struct form_reader *reader = context;
    struct request *request = reader->request;
    if (reader->part == PART_FIELD) {
        sb_add(&reader->text, piece);
        return reader->text.over ? STATUS_TOO_LARGE : STATUS_OK;
    }
    if (reader->part == PART_DROPPED)
        return STATUS_OK;
    enum status status = spool_append(reader->spool, piece);
    if (status == STATUS_OK) {
        request->uploads[request->upload_count - 1].length += piece.n;
    } else {
        request->upload_count--;
        upload_fail(reader, status, request->uploads[request->upload_count].filename);
    }
    return STATUS_OK;
}

static enum status part_end(void *context)
{
    struct form_reader *reader = context;
    struct request *request = reader->request;
    if (reader->part != PART_FIELD)
        return STATUS_OK;
    reader->fields_size += reader->name.n + reader->text.n;
    return inputs_add(&request->form, request->arena, reader->name, sb_view(&reader->text));
}

static enum status multipart_read(struct form_reader *reader, struct body *body)
{
    struct request *request = reader->request;
    const struct form_limits *limits = reader->limits;
    struct sv boundary, piece;
    enum status status = multipart_boundary(request->content_type, &boundary);
    if (status != STATUS_OK)
        return status;
    /* Far beyond the limits nothing is read, not even for the sake of the text. */
    if (body->left / 4 > limits->uploads_total + limits->fields_total)
        return STATUS_TOO_LARGE;
    struct multipart_handler handler = {part_begin, part_data, part_end, reader};
    struct multipart *parser = arena_alloc(request->arena, sizeof(*parser));
    char *buffer = arena_alloc(request->arena, READ_SIZE);
    multipart_init(parser, boundary, handler);
    while (body->left > 0) {
        status = body_read(body, buffer, READ_SIZE, &piece);
        if (status == STATUS_OK)
            status = multipart_feed(parser, piece);
        if (status != STATUS_OK)
            return status;
    }
    return multipart_finish(parser);
}

enum status form_read(struct request *request, struct source source,
                      const struct form_limits *limits, struct spool *spool,
                      struct deadline deadline)
{
    struct body body = {source, request->content_length, deadline};
    struct sv rest = request->content_type;
    struct sv type = sv_trim(sv_cut(&rest, ';'));
    inputs_init(&request->form, limits->fields_count);
    if (body.left == 0 && type.n == 0)
        return STATUS_OK;
    if (sv_eq_nocase(type, SV("application/x-www-form-urlencoded")))
        return urlencoded_read(request, &body, limits);
    if (!sv_eq_nocase(type, SV("multipart/form-data")))
        return STATUS_UNSUPPORTED;
    struct form_reader reader = {.request = request, .limits = limits, .spool = spool};
    return multipart_read(&reader, &body);
}

struct sv form_lines(struct arena *arena, struct sv value)
{
    struct sb out;
    sb_init(&out, arena, value.n);
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] != '\r')
            sb_add_char(&out, value.p[i]);
    return sb_view(&out);
}

#include "tnef_reader.h"

enum { SIGNATURE = 0x223e9f78, LEVEL_MESSAGE = 1, LEVEL_FILE = 2 };

/* Of an attribute's identifier the lower half; the upper one repeats the type of its value. */
enum attribute {
    ATTRIBUTE_SUBJECT = 0x8004,
    ATTRIBUTE_BODY = 0x800c,
    ATTRIBUTE_FILE_DATA = 0x800f,
    ATTRIBUTE_FILE_TITLE = 0x8010,
    ATTRIBUTE_FILE_RENDERING = 0x9002, /* begins a file */
    ATTRIBUTE_MESSAGE_PROPERTIES = 0x9003,
    ATTRIBUTE_FILE_PROPERTIES = 0x9005,
    ATTRIBUTE_CODE_PAGE = 0x9007,
};

/* One stream: that of a winmail.dat, or one inside it. */
struct stream {
    struct tnef_reader *r;
    uint64_t end;
    size_t message;
    unsigned depth;
    struct tnef_file *file;  /* the one that is being described */
    struct tnef_file beyond; /* stands for those beyond the limit */
};

static void begin_file(struct stream *s)
{
    struct tnef *out = s->r->out;
    if (out->file_count == TNEF_FILES_MAX) {
        out->left_out = true;
        s->beyond = (struct tnef_file){0};
        s->file = &s->beyond;
        return;
    }
    s->file = &out->files[out->file_count++];
    s->file->message = s->message;
}

static void read_data(struct tnef_reader *r, uint64_t to, struct tnef_file *file)
{
    if (file->content == TNEF_MESSAGE || file->content == TNEF_OBJECT || file->length > 0)
        return;
    file->content = TNEF_BYTES;
    file->offset = r->pos;
    file->cut = !tnef_skip(r, to);
    file->length = r->pos - file->offset;
}

static void read_of_message(struct stream *s, uint32_t name, uint64_t to)
{
    struct tnef_reader *r = s->r;
    struct tnef_message *message = &r->out->messages[s->message];
    if (name == ATTRIBUTE_SUBJECT)
        (void)tnef_keep_string(r, to, false, false, &message->subject);
    else if (name == ATTRIBUTE_BODY)
        (void)tnef_keep_string(r, to, false, true, &message->body);
    else if (name == ATTRIBUTE_CODE_PAGE)
        (void)tnef_u32(r, to, &message->code_page);
    else if (name == ATTRIBUTE_MESSAGE_PROPERTIES)
        tnef_properties(r, to, s->message, NULL, s->depth);
}

static void read_of_file(struct stream *s, uint32_t name, uint64_t to)
{
    if (name == ATTRIBUTE_FILE_RENDERING || !s->file)
        begin_file(s);
    if (s->file == &s->beyond)
        return;
    if (name == ATTRIBUTE_FILE_DATA)
        read_data(s->r, to, s->file);
    else if (name == ATTRIBUTE_FILE_TITLE)
        (void)tnef_keep_string(s->r, to, false, false, &s->file->title);
    else if (name == ATTRIBUTE_FILE_PROPERTIES)
        tnef_properties(s->r, to, s->message, s->file, s->depth);
}

/* False behind the last attribute. Transports leave zeros and line ends behind a stream. */
static bool read_level(struct stream *s, uint8_t *level)
{
    struct tnef_reader *r = s->r;
    do {
        if (r->pos == s->end || !tnef_take(r, s->end, level, 1))
            return false;
    } while (*level == 0 || *level == '\r' || *level == '\n');
    if (*level == LEVEL_MESSAGE || *level == LEVEL_FILE)
        return true;
    r->out->incomplete = true;
    return false;
}

/* False if it does not end where it says. */
static bool read_attribute(struct stream *s, uint8_t level)
{
    struct tnef_reader *r = s->r;
    uint32_t name, length;
    uint16_t said;
    if (!tnef_u32(r, s->end, &name) || !tnef_u32(r, s->end, &length))
        return false;
    uint16_t before = r->sum;
    bool fits = length <= s->end - r->pos;
    uint64_t to = fits ? r->pos + length : s->end;
    name &= 0xffff;
    if (level == LEVEL_MESSAGE)
        read_of_message(s, name, to);
    else
        read_of_file(s, name, to);
    bool whole = tnef_skip(r, to) && fits;
    if (!whole && level == LEVEL_FILE && name == ATTRIBUTE_FILE_DATA)
        s->file->cut = true;
    uint16_t sum = (uint16_t)(r->sum - before);
    if (!whole || !tnef_u16(r, s->end, &said))
        return false;
    if (said != sum) {
        r->out->damaged = true;
        if (level == LEVEL_FILE)
            s->file->damaged = true;
    }
    return true;
}

bool tnef_stream(struct tnef_reader *r, uint64_t end, size_t message, unsigned depth)
{
    struct stream stream = {.r = r, .end = end, .message = message, .depth = depth};
    uint32_t signature;
    uint16_t key;
    uint8_t level;
    if (!tnef_u32(r, end, &signature) || signature != SIGNATURE)
        return false;
    bool whole = tnef_u16(r, end, &key);
    while (whole && read_level(&stream, &level))
        whole = read_attribute(&stream, level);
    r->out->incomplete = r->out->incomplete || !whole;
    return true;
}

enum status tnef_read(struct source source, struct arena *arena, struct tnef *out)
{
    struct tnef_reader *r = arena_alloc(arena, sizeof *r);
    struct tnef result = {.messages =
                              arena_array(arena, TNEF_MESSAGES_MAX, sizeof *result.messages),
                          .message_count = 1,
                          .files = arena_array(arena, TNEF_FILES_MAX, sizeof *result.files)};
    r->source = source;
    r->arena = arena;
    r->out = &result;
    r->texts_left = TNEF_TEXTS_MAX;
    bool known = tnef_stream(r, UINT64_MAX, 0, 0);
    if (r->failure != STATUS_OK)
        return r->failure;
    if (!known)
        return STATUS_INVALID;
    *out = result;
    return STATUS_OK;
}

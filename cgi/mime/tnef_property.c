/* The values of MAPI properties, as TNEF writes them: type, identifier, for named ones the name,
 * for variable and multiple ones a count, then the values, each padded to four bytes ([MS-OXTNEF]
 * section 2.1.3.4). */
#include "tnef_reader.h"

enum { TYPE_MULTIPLE = 0x1000, TYPE_INTEGER = 3, TYPE_OBJECT = 0xd };
enum { TYPE_STRING8 = 0x1e, TYPE_UNICODE = 0x1f, TYPE_BINARY = 0x102 };

enum property {
    PROPERTY_SUBJECT = 0x0037,
    PROPERTY_BODY = 0x1000,
    PROPERTY_RTF_COMPRESSED = 0x1009,
    PROPERTY_HTML = 0x1013,
    PROPERTY_DISPLAY_NAME = 0x3001,
    PROPERTY_DATA = 0x3701,
    PROPERTY_FILE_NAME = 0x3704,
    PROPERTY_LONG_FILE_NAME = 0x3707,
    PROPERTY_MEDIA_TYPE = 0x370e,
    PROPERTY_CONTENT_ID = 0x3712,
    PROPERTY_INTERNET_CODE_PAGE = 0x3fde,
    PROPERTY_MESSAGE_CODE_PAGE = 0x3ffd,
    PROPERTY_FIRST_NAMED = 0x8000,
};

/* What the properties are those of. */
struct owner {
    struct tnef_reader *r;
    uint64_t end;
    size_t message;
    struct tnef_file *file; /* NULL: the message's */
    unsigned depth;
};

/* {00020307-0000-0000-C000-000000000046}: an object that is a message. */
static const unsigned char interface_message[16] = {0x07, 0x03, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00,
                                                    0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46};

static uint64_t padded(uint64_t n)
{
    return (n + 3) & ~(uint64_t)3;
}

/* Bytes of one value; SIZE_MAX for those that say it themselves. False: not a type. */
static bool type_size(unsigned type, size_t *size)
{
    static const struct {
        uint16_t type;
        uint8_t size;
    } fixed[] = {{0x01, 0}, {0x02, 2}, {0x03, 4}, {0x04, 4}, {0x05, 8}, {0x06, 8},
                 {0x07, 8}, {0x0a, 4}, {0x0b, 2}, {0x14, 8}, {0x40, 8}, {0x48, 16}};
    *size = SIZE_MAX;
    if (type == TYPE_OBJECT || type == TYPE_STRING8 || type == TYPE_UNICODE || type == TYPE_BINARY)
        return true;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (fixed[i].type == type) {
            *size = fixed[i].size;
            return true;
        }
    return false;
}

static void open_message(const struct owner *o, uint64_t to)
{
    struct tnef *out = o->r->out;
    if (out->message_count == TNEF_MESSAGES_MAX || o->depth == TNEF_DEPTH_MAX) {
        out->left_out = true;
        return;
    }
    size_t message = out->message_count++;
    if (tnef_stream(o->r, to, message, o->depth + 1)) {
        o->file->opened = message;
        return;
    }
    out->incomplete = true;
    out->message_count--; /* nothing was read that could hold another one */
}

static void read_object(const struct owner *o, uint64_t to)
{
    struct tnef_reader *r = o->r;
    unsigned char interface[sizeof interface_message];
    if (o->file->content == TNEF_MESSAGE || o->file->content == TNEF_OBJECT)
        return;
    if (!tnef_take(r, to, interface, sizeof interface))
        return;
    bool message = memcmp(interface, interface_message, sizeof interface) == 0;
    o->file->content = message ? TNEF_MESSAGE : TNEF_OBJECT;
    o->file->offset = r->pos;
    if (message)
        open_message(o, to);
    o->file->cut = !tnef_skip(r, to);
    o->file->length = r->pos - o->file->offset;
}

static void read_binary(const struct owner *o, uint64_t to)
{
    struct tnef_reader *r = o->r;
    if (o->file->content != TNEF_ABSENT && o->file->length > 0)
        return;
    o->file->content = TNEF_BYTES;
    o->file->offset = r->pos;
    o->file->cut = !tnef_skip(r, to);
    o->file->length = r->pos - o->file->offset;
}

static struct tnef_string *string_of(const struct owner *o, unsigned id)
{
    struct tnef_message *message = &o->r->out->messages[o->message];
    if (!o->file)
        return id == PROPERTY_SUBJECT ? &message->subject : NULL;
    switch (id) {
    case PROPERTY_DISPLAY_NAME:
        return &o->file->display_name;
    case PROPERTY_FILE_NAME:
        return &o->file->short_name;
    case PROPERTY_LONG_FILE_NAME:
        return &o->file->long_name;
    case PROPERTY_MEDIA_TYPE:
        return &o->file->media_type;
    case PROPERTY_CONTENT_ID:
        return &o->file->content_id;
    default:
        return NULL;
    }
}

/* What is of use in a value of variable length, which ends at `to`. */
static void read_value(const struct owner *o, unsigned type, unsigned id, uint64_t to)
{
    struct tnef_reader *r = o->r;
    struct tnef_message *message = &r->out->messages[o->message];
    bool string = type == TYPE_STRING8 || type == TYPE_UNICODE, utf16 = type == TYPE_UNICODE;
    struct tnef_string *name = string_of(o, id);
    if (string && name)
        (void)tnef_keep_string(r, to, utf16, false, name);
    else if (string && !o->file && id == PROPERTY_BODY)
        (void)tnef_keep_string(r, to, utf16, true, &message->body);
    else if (type != TYPE_OBJECT && !o->file && id == PROPERTY_HTML)
        (void)tnef_keep_string(r, to, utf16, true, &message->html);
    else if (type == TYPE_BINARY && !o->file && id == PROPERTY_RTF_COMPRESSED && !message->rtf.p)
        (void)tnef_keep_text(r, to, &message->rtf);
    else if (type == TYPE_BINARY && o->file && id == PROPERTY_DATA)
        read_binary(o, to);
    else if (type == TYPE_OBJECT && o->file && id == PROPERTY_DATA)
        read_object(o, to);
}

static bool read_variable(const struct owner *o, unsigned type, unsigned id, bool multiple)
{
    struct tnef_reader *r = o->r;
    uint32_t count, length;
    if (!tnef_u32(r, o->end, &count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!tnef_u32(r, o->end, &length))
            return false;
        uint64_t left = o->end - r->pos, start = r->pos;
        bool fits = length <= left;
        if (i == 0 && !multiple)
            read_value(o, type, id, start + (fits ? length : left));
        if (o->file && id == PROPERTY_DATA && !fits)
            o->file->cut = true;
        /* the padding of the last one is sometimes left out */
        uint64_t step = padded(length) <= left ? padded(length) : left;
        if (!fits || !tnef_skip(r, start + step))
            return false;
    }
    return true;
}

static bool read_fixed(const struct owner *o, unsigned type, unsigned id, bool multiple,
                       size_t size)
{
    struct tnef_reader *r = o->r;
    struct tnef_message *message = &r->out->messages[o->message];
    uint32_t value, count = 1;
    if (multiple && !tnef_u32(r, o->end, &count))
        return false;
    uint64_t bytes = count * padded(size), left = o->end - r->pos;
    if (bytes > left)
        return false;
    uint64_t to = r->pos + bytes;
    if (type == TYPE_INTEGER && !multiple && !o->file && tnef_u32(r, o->end, &value)) {
        if (id == PROPERTY_INTERNET_CODE_PAGE)
            message->internet_code_page = value;
        else if (id == PROPERTY_MESSAGE_CODE_PAGE && message->code_page == 0)
            message->code_page = value;
    }
    return tnef_skip(r, to);
}

static bool skip_name(const struct owner *o)
{
    struct tnef_reader *r = o->r;
    unsigned char set[16];
    uint32_t kind, n;
    if (!tnef_take(r, o->end, set, sizeof set) || !tnef_u32(r, o->end, &kind) ||
        !tnef_u32(r, o->end, &n))
        return false;
    if (kind == 0) /* n is the name */
        return true;
    return padded(n) <= o->end - r->pos && tnef_skip(r, r->pos + padded(n));
}

static bool read_property(const struct owner *o)
{
    uint16_t tag, id;
    size_t size;
    if (!tnef_u16(o->r, o->end, &tag) || !tnef_u16(o->r, o->end, &id) ||
        (id >= PROPERTY_FIRST_NAMED && !skip_name(o)))
        return false;
    unsigned type = tag & ~(unsigned)TYPE_MULTIPLE;
    bool multiple = tag & TYPE_MULTIPLE;
    if (!type_size(type, &size))
        return false;
    return size == SIZE_MAX ? read_variable(o, type, id, multiple)
                            : read_fixed(o, type, id, multiple, size);
}

void tnef_properties(struct tnef_reader *r, uint64_t end, size_t message, struct tnef_file *file,
                     unsigned depth)
{
    const struct owner owner = {r, end, message, file, depth};
    uint32_t count;
    bool whole = tnef_u32(r, end, &count);
    for (uint32_t i = 0; whole && i < count; i++)
        whole = read_property(&owner);
    r->out->incomplete = r->out->incomplete || !whole;
}

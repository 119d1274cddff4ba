#include "tnef_list.h"

/* A line that is read field by field; what is not of its form makes it bad, for good. */
struct line {
    struct sv rest;
    bool more; /* a field is left, perhaps an empty one */
    bool bad;
};

static struct line next_line(struct sv *text, const char *word)
{
    size_t end = sv_find_char(*text, '\n');
    struct line line = {.rest = sv_slice(*text, 0, end), .more = true, .bad = end == SIZE_MAX};
    *text = end == SIZE_MAX ? SV("") : sv_slice(*text, end + 1, text->n);
    struct sv first = sv_cut(&line.rest, '\t');
    line.bad = line.bad || !sv_eq(first, sv_of(word));
    return line;
}

static struct sv field(struct line *line)
{
    line->bad = line->bad || !line->more;
    line->more = sv_find_char(line->rest, '\t') != SIZE_MAX;
    return sv_cut(&line->rest, '\t');
}

static uint64_t number(struct line *line, uint64_t max)
{
    uint64_t value = 0;
    if (sv_to_u64(field(line), max, &value) != STATUS_OK)
        line->bad = true;
    return value;
}

static bool flag(struct line *line)
{
    return number(line, 1) == 1;
}

static struct sv words(struct line *line)
{
    struct sv value = field(line);
    line->bad = line->bad || value.n > TNEF_LIST_NAME_MAX;
    return value;
}

static bool ends_well(const struct line *line)
{
    return !line->bad && !line->more;
}

static bool parse_message(struct sv *text, struct tnef_list_message *out, size_t *bytes)
{
    struct line line = next_line(text, "message");
    *bytes = (size_t)number(&line, UINT32_MAX);
    out->subject = words(&line);
    return ends_well(&line);
}

/* What a file says of messages must be true of those that there are; only a message inside another
 * can be opened, and each but the first stands behind what holds it. */
static bool parse_file(struct sv *text, const struct tnef_list *list, uint64_t size_max,
                       struct tnef_list_file *out)
{
    struct line line = next_line(text, "file");
    out->message = (size_t)number(&line, list->message_count - 1);
    out->content = (enum tnef_list_content)number(&line, TNEF_LIST_CONTENT_COUNT - 1);
    out->opened = (size_t)number(&line, list->message_count - 1);
    out->offset = number(&line, size_max);
    out->length = number(&line, size_max);
    out->damaged = flag(&line);
    out->cut = flag(&line);
    out->media_type = words(&line);
    out->content_id = words(&line);
    out->name = words(&line);
    if (!ends_well(&line) || out->length > size_max - out->offset)
        return false;
    if (out->content == TNEF_LIST_ABSENT && out->length > 0)
        return false;
    return out->opened == 0 || (out->content == TNEF_LIST_MESSAGE && out->opened > out->message);
}

enum status tnef_list_parse(struct arena *arena, struct sv text, uint64_t size_max,
                            struct tnef_list *out)
{
    struct tnef_list list = {0};
    size_t sizes[TNEF_LIST_MESSAGES_MAX];
    struct line head = next_line(&text, "tnef");
    list.message_count = (size_t)number(&head, TNEF_LIST_MESSAGES_MAX);
    list.file_count = (size_t)number(&head, TNEF_LIST_FILES_MAX);
    list.incomplete = flag(&head);
    list.damaged = flag(&head);
    list.left_out = flag(&head);
    if (!ends_well(&head) || (list.message_count == 0 && list.file_count > 0))
        return STATUS_PROTOCOL;
    list.messages = arena_array(arena, list.message_count + 1, sizeof *list.messages);
    list.files = arena_array(arena, list.file_count + 1, sizeof *list.files);
    for (size_t i = 0; i < list.message_count; i++)
        if (!parse_message(&text, &list.messages[i], &sizes[i]))
            return STATUS_PROTOCOL;
    for (size_t i = 0; i < list.file_count; i++)
        if (!parse_file(&text, &list, size_max, &list.files[i]))
            return STATUS_PROTOCOL;
    for (size_t i = 0; i < list.message_count; i++) {
        if (sizes[i] > text.n)
            return STATUS_PROTOCOL;
        list.messages[i].text = sv_slice(text, 0, sizes[i]);
        text = sv_slice(text, sizes[i], text.n);
    }
    if (text.n > 0)
        return STATUS_PROTOCOL;
    *out = list;
    return STATUS_OK;
}

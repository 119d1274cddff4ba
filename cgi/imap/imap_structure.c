#include "imap_reply.h"

/* BODYSTRUCTURE (RFC 3501, 7.4.2). Whatever follows what we know is skipped, since extensions only
 * ever come at the end. */

struct reading {
    struct imap_lexer *lexer;
    struct arena *arena;
    size_t people; /* of an envelope's field */
    size_t parts, depth;
};

static void part_read(struct reading *r, struct imap_part *part, struct sv id, bool in_message);

static struct imap_parameters parameters_read(struct reading *r)
{
    struct imap_parameters none = {NULL, 0};
    if (lexer_peek(r->lexer) != '(') {
        lexer_skip_value(r->lexer);
        return none;
    }
    struct imap_parameter *list = NULL;
    size_t n = 0, room = 0;
    lexer_expect(r->lexer, '(');
    while (lexer_element(r->lexer)) {
        if (n == room) {
            room = room ? room * 2 : 2;
            struct imap_parameter *more = arena_array(r->arena, room, sizeof *more);
            if (n > 0)
                memcpy(more, list, n * sizeof *more);
            list = more;
        }
        list[n].name = lexer_nstring(r->lexer, r->arena);
        lexer_expect(r->lexer, ' ');
        list[n].value = lexer_nstring(r->lexer, r->arena);
        n += n < IMAP_PARAMETERS_MAX ? 1 : 0;
    }
    return lexer_more(r->lexer) ? (struct imap_parameters){list, n} : none;
}

/* True if another field follows; otherwise the part's ')' has been taken. */
static bool field_next(struct reading *r)
{
    return lexer_element(r->lexer);
}

/* disposition, language, location, and what may come behind them. */
static void extensions_read(struct reading *r, struct imap_part *part)
{
    if (!field_next(r))
        return;
    if (lexer_skip(r->lexer, '(')) {
        part->disposition = lexer_nstring(r->lexer, r->arena);
        lexer_expect(r->lexer, ' ');
        part->disposition_parameters = parameters_read(r);
        lexer_expect(r->lexer, ')');
    } else {
        lexer_skip_value(r->lexer);
    }
    if (!field_next(r))
        return;
    lexer_skip_value(r->lexer); /* language */
    if (!field_next(r))
        return;
    part->location = lexer_nstring(r->lexer, r->arena);
    while (field_next(r))
        lexer_skip_value(r->lexer);
}

/* prefix: what the children's ids start with, "" at the top, otherwise "2." */
static void multipart_read(struct reading *r, struct imap_part *part, struct sv prefix)
{
    struct imap_part *children = NULL;
    size_t n = 0, room = 0;
    while (lexer_peek(r->lexer) == '(') {
        if (n == room) {
            room = room ? room * 2 : 2;
            struct imap_part *more = arena_array(r->arena, room, sizeof *more);
            if (n > 0)
                memcpy(more, children, n * sizeof *more);
            children = more;
        }
        struct imap_part *child = &children[n++];
        part_read(r, child, arena_printf(r->arena, "%.*s%zu", SV_ARG(prefix), n), false);
        lexer_skip(r->lexer, ' ');
    }
    part->type = SV("multipart");
    part->children = children;
    part->child_count = n;
    part->subtype = lexer_nstring(r->lexer, r->arena);
    if (!field_next(r))
        return;
    part->parameters = parameters_read(r);
    extensions_read(r, part);
}

/* The envelope, body and line count that a message/rfc822 has behind its size. */
static void message_read(struct reading *r, struct imap_part *part)
{
    struct imap_envelope *envelope = arena_alloc(r->arena, sizeof *envelope);
    struct imap_part *body = arena_alloc(r->arena, sizeof *body);
    reply_envelope(r->lexer, r->arena, r->people, envelope);
    lexer_expect(r->lexer, ' ');
    part_read(r, body, part->id, true);
    part->envelope = envelope;
    part->children = body;
    part->child_count = 1;
    lexer_expect(r->lexer, ' ');
    part->lines = lexer_number(r->lexer);
}

static void single_read(struct reading *r, struct imap_part *part)
{
    part->type = lexer_nstring(r->lexer, r->arena);
    lexer_expect(r->lexer, ' ');
    part->subtype = lexer_nstring(r->lexer, r->arena);
    lexer_expect(r->lexer, ' ');
    part->parameters = parameters_read(r);
    lexer_expect(r->lexer, ' ');
    part->content_id = lexer_nstring(r->lexer, r->arena);
    lexer_expect(r->lexer, ' ');
    part->description = lexer_nstring(r->lexer, r->arena);
    lexer_expect(r->lexer, ' ');
    part->encoding = lexer_nstring(r->lexer, r->arena);
    lexer_expect(r->lexer, ' ');
    part->size = lexer_number(r->lexer);
    if (!field_next(r))
        return;
    bool message = lexer_peek(r->lexer) == '(' && sv_eq_nocase(part->type, SV("message"));
    bool counted = ascii_is_digit((char)lexer_peek(r->lexer));
    if (message)
        message_read(r, part);
    else if (counted)
        part->lines = lexer_number(r->lexer);
    if ((message || counted) && !field_next(r))
        return;
    lexer_skip_value(r->lexer); /* MD5 */
    extensions_read(r, part);
}

/* in_message: the body of the message with this id, "" for the outermost. A multipart there has no
 * number of its own: below a message/rfc822 its section is called "2.TEXT". */
static void part_read(struct reading *r, struct imap_part *part, struct sv id, bool in_message)
{
    if (++r->parts > IMAP_PARTS_MAX || ++r->depth > IMAP_DEPTH_MAX || arena_over(r->arena))
        lexer_fail(r->lexer, STATUS_TOO_LARGE);
    lexer_expect(r->lexer, '(');
    bool multipart = lexer_peek(r->lexer) == '(';
    struct sv prefix = id.n > 0 ? arena_printf(r->arena, "%.*s.", SV_ARG(id)) : id;
    const char *own = !multipart ? "1" : id.n > 0 ? "TEXT" : "";
    part->id = in_message ? arena_printf(r->arena, "%.*s%s", SV_ARG(prefix), own) : id;
    if (!lexer_more(r->lexer))
        return;
    if (multipart)
        multipart_read(r, part, prefix);
    else
        single_read(r, part);
    r->depth--;
}

void reply_structure(struct imap_lexer *lexer, struct arena *arena, size_t people,
                     struct imap_part *root)
{
    struct reading r = {.lexer = lexer, .arena = arena, .people = people};
    part_read(&r, root, SV(""), true);
}

struct sv imap_parameter_get(struct imap_parameters parameters, struct sv name)
{
    for (size_t i = 0; i < parameters.n; i++)
        if (sv_eq_nocase(parameters.p[i].name, name))
            return parameters.p[i].value;
    return (struct sv){NULL, 0};
}

const struct imap_part *imap_part_find(const struct imap_part *root, struct sv id)
{
    if (sv_eq(root->id, id))
        return root;
    for (size_t i = 0; i < root->child_count; i++) {
        const struct imap_part *found = imap_part_find(&root->children[i], id);
        if (found)
            return found;
    }
    return NULL;
}

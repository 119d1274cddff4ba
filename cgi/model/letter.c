#include "letter.h"

#include "arena.h"
#include "header.h"
#include "imap_limits.h"
#include "param.h"
#include "part_kind.h"
#include "script.h"
#include "word.h"

/* ---- parts ---- */

static struct params params_of(struct arena *arena, struct imap_parameters raw)
{
    struct params params = {arena_array(arena, raw.n ? raw.n : 1, sizeof *params.items), 0};
    for (size_t i = 0; i < raw.n && params.n < PARAM_COUNT_MAX; i++)
        params.items[params.n++] = (struct param){raw.p[i].name, raw.p[i].value};
    return params;
}

struct sv letter_part_name(struct arena *arena, const struct imap_part *part)
{
    struct sv name;
    if (param_get(arena, params_of(arena, part->disposition_parameters), SV("filename"), &name) ||
        param_get(arena, params_of(arena, part->parameters), SV("name"), &name))
        return name;
    return SV("");
}

struct sv letter_media_type(struct arena *arena, const struct imap_part *part)
{
    struct sv type = arena_lower(
        arena, arena_printf(arena, "%.*s/%.*s", SV_ARG(part->type), SV_ARG(part->subtype)));
    return media_type_valid(type) ? type : SV("application/octet-stream");
}

uint64_t letter_decoded_size(const struct imap_part *part)
{
    if (!sv_eq_nocase(part->encoding, SV("base64")))
        return part->size;
    return part->size / 78 * 57 + part->size % 78 * 3 / 4; /* lines of 76 and CRLF */
}

static struct sv bare_cid(struct sv content_id)
{
    struct sv cid = sv_trim(content_id);
    if (cid.n >= 2 && cid.p[0] == '<' && cid.p[cid.n - 1] == '>')
        cid = sv_slice(cid, 1, cid.n - 1);
    return cid;
}

size_t letter_cids(struct arena *arena, const struct imap_part *part, struct jail_cid *out,
                   const struct imap_part **parts)
{
    const struct imap_part **stack = arena_array(arena, IMAP_PARTS_MAX, sizeof(struct imap_part *));
    size_t depth = 0, n = 0;
    stack[depth++] = part;
    while (depth > 0 && n < JAIL_CIDS_MAX) {
        const struct imap_part *p = stack[--depth];
        struct sv cid = bare_cid(p->content_id);
        if (cid.n > 0 && cid.n <= JAIL_CID_MAX && p->child_count == 0) {
            out[n].cid = arena_sv(arena, cid);
            parts[n++] = p;
        }
        for (size_t i = p->child_count; i > 0 && !part_is(p, "message", NULL); i--)
            if (depth < IMAP_PARTS_MAX)
                stack[depth++] = &p->children[i - 1];
    }
    return n;
}

/* ---- choosing ---- */

struct choice {
    struct arena *arena;
    struct letter *letter;
    enum letter_manner manner;
    const struct imap_part *plain; /* the alternative of the HTML that is chosen next */
};

static bool is_text(struct choice *c, const struct imap_part *part)
{
    return part_kind(part) != PART_FILE && part->child_count == 0 &&
           !sv_eq_nocase(part->disposition, SV("attachment")) &&
           letter_part_name(c->arena, part).n == 0;
}

/* The first text of that kind that `part` would show as its body, or NULL. */
static const struct imap_part *find_text(struct choice *c, const struct imap_part *part,
                                         enum part_kind kind)
{
    if (part_kind(part) == kind && is_text(c, part))
        return part;
    if (!part_is(part, "multipart", NULL))
        return NULL;
    for (size_t i = 0; i < part->child_count; i++) {
        const struct imap_part *found = find_text(c, &part->children[i], kind);
        if (found)
            return found;
    }
    return NULL;
}

static void attach(struct choice *c, const struct imap_part *part)
{
    struct letter *letter = c->letter;
    if (letter->attachment_count == LETTER_ATTACHMENTS_MAX) {
        letter->notes |= LETTER_NOTE_MORE;
        return;
    }
    letter->attachments[letter->attachment_count++] =
        (struct letter_attachment){.part = part,
                                   .name = letter_part_name(c->arena, part),
                                   .media_type = letter_media_type(c->arena, part),
                                   .size = letter_decoded_size(part)};
}

/* What stands beside the text in the alternative that is not shown is in no other: Apple Mail puts
 * a PDF there. */
static void attach_rest(struct choice *c, const struct imap_part *part)
{
    for (size_t i = 0; i < part->child_count && part_is(part, "multipart", NULL); i++)
        attach_rest(c, &part->children[i]);
    if (!part_is(part, "multipart", NULL) && !is_text(c, part))
        attach(c, part);
}

static void note(struct letter *letter, const struct imap_part *part)
{
    static const unsigned notes[] = {[PART_NOTE_NONE] = 0,
                                     [PART_NOTE_ENCRYPTED] = LETTER_NOTE_ENCRYPTED,
                                     [PART_NOTE_WRAPPED] = LETTER_NOTE_WRAPPED,
                                     [PART_NOTE_PARTIAL] = LETTER_NOTE_PARTIAL,
                                     [PART_NOTE_EXTERNAL] = LETTER_NOTE_EXTERNAL};
    letter->notes |= notes[part_note(part)];
}

static void show(struct choice *c, const struct imap_part *part)
{
    struct letter *letter = c->letter;
    enum part_kind kind = part_kind(part);
    letter->has_html = letter->has_html || kind == PART_HTML;
    letter->has_plain = letter->has_plain || kind != PART_HTML;
    letter->bodies[letter->body_count++] =
        (struct letter_body){.part = part,
                             .html = kind == PART_HTML,
                             .enriched = kind == PART_ENRICHED,
                             .plain = kind == PART_HTML ? c->plain : NULL};
}

/* What stands in a multipart without parts, as text: its boundary was lost or is another. */
static void show_hollow(struct choice *c, const struct imap_part *part)
{
    struct letter *letter = c->letter;
    struct imap_part *whole = arena_alloc(c->arena, sizeof *whole);
    struct sv boundary = imap_parameter_get(part->parameters, SV("boundary"));
    if (letter->body_count == LETTER_BODIES_MAX) {
        letter->notes |= LETTER_NOTE_MORE;
        return;
    }
    *whole = (struct imap_part){
        .id = part->id.n > 0 ? part->id : SV("TEXT"), .type = SV("text"), .subtype = SV("plain")};
    letter->bodies[letter->body_count++] = (struct letter_body){
        .part = whole, .hollow = true, .boundary = boundary.p ? sv_trim(boundary) : SV("")};
}

static void choose(struct choice *c, const struct imap_part *part);

/* The texts of an alternative, the best of each kind: the last HTML, the first of the others. */
static void find_alternatives(struct choice *c, const struct imap_part *part,
                              const struct imap_part **html, const struct imap_part **plain)
{
    static const enum part_kind kinds[] = {PART_PLAIN, PART_ENRICHED, PART_OTHER};
    for (size_t i = 0; i < part->child_count; i++)
        if (find_text(c, &part->children[i], PART_HTML))
            *html = &part->children[i];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && !*plain; k++)
        for (size_t i = 0; i < part->child_count && !*plain; i++)
            if (&part->children[i] != *html && (!*html || kinds[k] != PART_OTHER) &&
                find_text(c, &part->children[i], kinds[k]))
                *plain = &part->children[i];
}

/* Shows one of the alternatives; another is a click away, and what is more (an invitation, a second
 * text) is offered. */
static void choose_alternative(struct choice *c, const struct imap_part *part)
{
    const struct imap_part *html = NULL, *plain = NULL;
    find_alternatives(c, part, &html, &plain);
    c->letter->has_html = c->letter->has_html || html;
    c->letter->has_plain = c->letter->has_plain || plain;
    const struct imap_part *chosen = (c->manner == LETTER_HTML && html) || !plain ? html : plain;
    for (size_t i = 0; i < part->child_count; i++) {
        const struct imap_part *child = &part->children[i];
        bool other = child != html && child != plain;
        c->plain = child == html && plain ? find_text(c, plain, PART_PLAIN) : NULL;
        if (child == chosen || (other && !is_text(c, child)))
            choose(c, child);
        else if (other) /* no click leads to it */
            attach(c, child);
        else
            attach_rest(c, child);
    }
    c->plain = NULL; /* what follows this alternative is no other form of it */
}

/* The root makes the body; pictures with a Content-ID stand inside it, if it is shown as HTML. */
static void choose_related(struct choice *c, const struct imap_part *part)
{
    bool html = c->manner != LETTER_TEXT && part->child_count > 0 &&
                find_text(c, &part->children[0], PART_HTML) &&
                (c->manner == LETTER_HTML || !find_text(c, &part->children[0], PART_PLAIN));
    for (size_t i = 0; i < part->child_count; i++) {
        const struct imap_part *child = &part->children[i];
        bool inside = i > 0 && html && child->content_id.n > 0 && part_is(child, "image", NULL) &&
                      !sv_eq_nocase(child->disposition, SV("attachment"));
        if (!inside)
            choose(c, child);
    }
}

static void choose(struct choice *c, const struct imap_part *part)
{
    struct letter *letter = c->letter;
    note(letter, part);
    if (part_is_hollow(part)) {
        show_hollow(c, part);
    } else if (part_is(part, "multipart", "alternative")) {
        choose_alternative(c, part);
    } else if (part_is(part, "multipart", "related")) {
        choose_related(c, part);
    } else if (part_is(part, "multipart", NULL)) {
        for (size_t i = 0; i < part->child_count; i++)
            choose(c, &part->children[i]);
    } else if (is_text(c, part) && letter->body_count < LETTER_BODIES_MAX) {
        show(c, part);
    } else {
        attach(c, part);
    }
}

void letter_choose(struct arena *arena, const struct imap_part *structure,
                   enum letter_manner manner, struct letter *out)
{
    struct choice c = {arena, out, manner, NULL};
    out->structure = structure;
    out->attachments = arena_array(arena, LETTER_ATTACHMENTS_MAX, sizeof *out->attachments);
    choose(&c, structure);
    bool named = out->attachment_count == 1 && out->attachments[0].part == structure;
    if (named && part_kind(structure) != PART_FILE &&
        !sv_eq_nocase(structure->disposition, SV("attachment")))
        show(&c, structure); /* all that the letter says, though it has a file's name */
}

bool letter_is_empty(const struct letter *letter)
{
    for (size_t i = 0; i < letter->body_count; i++)
        if (letter->bodies[i].hollow || letter->bodies[i].part->size > 0)
            return false;
    return true;
}

/* ---- headers ---- */

struct addresses letter_people(struct arena *arena, struct sv charset, struct imap_addresses raw)
{
    struct addresses list = {arena_array(arena, raw.n ? raw.n : 1, sizeof *list.items), 0};
    struct sv group = SV("");
    for (size_t i = 0; i < raw.n; i++) {
        const struct imap_address *a = &raw.p[i];
        if (!a->host.p) { /* the start or the end of a group */
            group = a->mailbox.p ? word_decode_as(arena, charset, a->mailbox) : SV("");
            continue;
        }
        list.items[list.n++] = (struct address){
            .name = script_undirected(arena, word_decode_as(arena, charset, a->name)),
            .mailbox = script_marked(arena, word_decode(arena, a->mailbox)),
            .domain = script_marked(arena, word_decode(arena, a->host)),
            .group = group};
    }
    return list;
}

/* The name of the first entry that letter_people() keeps. */
static struct sv first_name(struct arena *arena, struct sv charset, struct imap_addresses raw)
{
    for (size_t i = 0; i < raw.n; i++)
        if (raw.p[i].host.p)
            return word_decode_as(arena, charset, raw.p[i].name);
    return SV("");
}

void letter_read_as(struct arena *arena, struct sv charset, struct letter *letter)
{
    const struct imap_envelope *e = letter->envelope;
    letter->subject = word_decode_as(arena, charset, e->subject);
    letter->from = letter_people(arena, charset, e->from);
    letter->from_name = first_name(arena, charset, e->from);
    letter->sender = letter_people(arena, charset, e->sender);
    letter->reply_to = letter_people(arena, charset, e->reply_to);
    letter->to = letter_people(arena, charset, e->to);
    letter->cc = letter_people(arena, charset, e->cc);
    letter->bcc = letter_people(arena, charset, e->bcc);
}

static void read_envelope(struct arena *arena, const struct imap_envelope *e, struct letter *out)
{
    out->envelope = e;
    letter_read_as(arena, SV(""), out);
    out->dated = date_parse(e->date, &out->date) == STATUS_OK;
    out->in_reply_to = msgid_list(arena, e->in_reply_to);
    struct msgids own = msgid_list(arena, e->message_id);
    out->message_id = own.n > 0 ? own.items[0] : SV("");
}

enum { LIST_POST_MAX = 2000 };

#define LETTER_FIELDS                                                                              \
    "REFERENCES LIST-POST LIST-ID LIST-UNSUBSCRIBE LIST-UNSUBSCRIBE-POST RECEIVED "                \
    "AUTHENTICATION-RESULTS DKIM-SIGNATURE DISPOSITION-NOTIFICATION-TO RETURN-RECEIPT-TO"

/* "<mailto:liste@example.org?subject=x>, <https://…>" (RFC 2369): the address alone. */
static struct sv post_address(struct arena *arena, struct sv field)
{
    size_t at = sv_find_nocase(field, SV("<mailto:"));
    if (at == SIZE_MAX)
        return SV("");
    struct sv rest = sv_slice(field, at + sizeof "<mailto:" - 1, field.n);
    rest = sv_cut(&rest, '>');
    if (rest.n > LIST_POST_MAX)
        return SV("");
    struct addresses list = address_list_parse(arena, sv_cut(&rest, '?'));
    bool fit = list.n == 1 && address_check(list.items[0]) == ADDRESS_FAULT_NONE;
    return fit ? address_spec(arena, list.items[0]) : SV("");
}

static void read_fields(struct arena *arena, struct sv fields, struct letter *out)
{
    struct sv raw;
    out->fields = fields;
    if (header_find(fields, SV("References"), &raw))
        out->references = msgid_list(arena, raw);
    if (header_find(fields, SV("List-Post"), &raw))
        out->list_post = post_address(arena, header_unfold(arena, raw));
    out->list_id = header_text(arena, fields, SV("List-Id"));
}

static enum status missing(const struct imap_call *call)
{
    diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_MESSAGE_MISSING, "", 0, "");
    return STATUS_NOT_FOUND;
}

static enum status hidden(const struct imap_call *call)
{
    diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_HIDDEN, "", 0, "");
    return STATUS_DENIED;
}

enum status letter_load(struct imap *imap, const struct imap_call *call, uint32_t uid,
                        struct sv nested, enum letter_manner manner, struct letter *out)
{
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_DATE | IMAP_ITEM_ENVELOPE |
                                             IMAP_ITEM_STRUCTURE,
                                     .fields = SV(LETTER_FIELDS),
                                     .fields_most = LETTER_FIELDS_MAX};
    struct imap_messages got;
    enum status st = imap_fetch_uids(imap, call, (struct imap_uids){&uid, 1}, &items, &got);
    if (st == STATUS_OK && got.n == 0) { /* newer than what this connection has heard of? */
        st = imap_refresh(imap, call);
        if (st == STATUS_OK)
            st = imap_fetch_uids(imap, call, (struct imap_uids){&uid, 1}, &items, &got);
    }
    if (st != STATUS_OK)
        return st;
    if (got.n > 0 && got.p[0].veiled)
        return hidden(call);
    if (got.n == 0 || !got.p[0].envelope || !got.p[0].structure)
        return missing(call);
    const struct imap_message *m = &got.p[0];
    *out = (struct letter){
        .uid = m->uid, .position = m->position, .flags = m->flags, .arrived = m->internal_date};
    if (nested.n == 0) {
        read_envelope(call->arena, m->envelope, out);
        read_fields(call->arena, m->fields, out);
        letter_choose(call->arena, m->structure, manner, out);
        return STATUS_OK;
    }
    const struct imap_part *part = imap_part_find(m->structure, nested);
    if (!part || !part->envelope || part->child_count != 1)
        return missing(call);
    read_envelope(call->arena, part->envelope, out);
    out->size = part->size;
    letter_choose(call->arena, &part->children[0], manner, out);
    return STATUS_OK;
}

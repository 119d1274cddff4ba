#include "body.h"

#include "arena.h"
#include "cards.h"
#include "charset.h"
#include "decode.h"
#include "detect.h"
#include "part_bytes.h"
#include "utf8.h"

/* ---- fetching ---- */

/* True if the text of what seemed a multipart without parts has its boundary after all. */
static bool has_boundary(struct arena *arena, struct sv text, struct sv boundary)
{
    if (boundary.n == 0)
        return false;
    struct sv line = arena_printf(arena, "\n--%.*s", SV_ARG(boundary));
    return sv_starts(text, sv_slice(line, 1, line.n)) || sv_find(text, line) != SIZE_MAX;
}

/* The bodies, and in the same command what will be cards. */
static enum status fetch(struct imap *imap, const struct imap_call *call,
                         const struct letter *letter, size_t most, struct part_bytes *bytes,
                         struct cards *cards)
{
    struct imap_section sections[LETTER_BODIES_MAX + LETTER_CARDS_MAX];
    size_t n = 0;
    for (; n < letter->body_count; n++)
        sections[n] = part_section(call->arena, letter->bodies[n].part->id, most, &bytes[n]);
    if (cards)
        n += cards_sections(call->arena, cards, sections + n);
    enum status st = STATUS_OK;
    if (n > 0)
        st = imap_fetch_sections(imap, call, letter->uid, sections, n);
    for (size_t i = 0; st == STATUS_OK && i < letter->body_count; i++)
        if (has_boundary(call->arena, sb_view(&bytes[i].sb), letter->bodies[i].boundary))
            sb_clear(&bytes[i].sb);
    return st;
}

/* ---- the jail ---- */

static struct sv parameter(struct arena *arena, const struct imap_part *part, const char *name)
{
    struct sv value = imap_parameter_get(part->parameters, sv_of(name));
    return value.p ? sv_trim(arena_sv(arena, value)) : SV("");
}

/* The charset of a part whose label tells nothing, from the beginning of its text. */
static struct sv detect(const struct imap_part *part, bool html, const struct part_bytes *bytes)
{
    char sample[DETECT_SAMPLE + 1];
    struct sb start;
    struct decoder decoder;
    struct sv raw = sv_slice(sb_view(&bytes->sb), 0, DETECT_SAMPLE);
    sb_fixed(&start, sample, sizeof sample);
    decoder_init(&decoder, transfer_of(part->encoding), sb_sink(&start));
    bool whole = decoder_write(&decoder, raw) == STATUS_OK && decoder_finish(&decoder) == STATUS_OK;
    return whole ? charset_detect(sb_view(&start), html) : SV("");
}

/* The reader's choice, else what the part says, else what its text looks like. */
static struct sv charset_of(struct arena *arena, const struct imap_part *part, bool html,
                            const struct body_request *how, const struct part_bytes *bytes)
{
    struct sv label = parameter(arena, part, "charset");
    if (how->charset.n > 0)
        return how->charset;
    struct sv detected = charset_is_guessed(label) ? detect(part, html, bytes) : SV("");
    return detected.n > 0 ? arena_sv(arena, detected) : label;
}

static struct jail_request request_for(struct arena *arena, const struct imap_part *part,
                                       enum jail_input input, const struct body_request *how,
                                       const struct part_bytes *bytes)
{
    bool html = input == JAIL_INPUT_HTML || input == JAIL_INPUT_HTML_TEXT;
    return (struct jail_request){
        .input = input,
        .output = JAIL_OUTPUT_DOCUMENT,
        .encoding = part->encoding.p ? part->encoding : SV(""),
        .charset = charset_of(arena, part, html, how, bytes),
        .flowed = sv_eq_nocase(parameter(arena, part, "format"), SV("flowed")),
        .delsp = sv_eq_nocase(parameter(arena, part, "delsp"), SV("yes")),
        .keep_files = how->keep_files,
        .allow_remote = how->allow_remote,
        .cids = how->cids,
        .cid_count = how->cid_count,
    };
}

static enum jail_input input_of(const struct letter_body *body)
{
    if (body->html)
        return JAIL_INPUT_HTML;
    if (body->enriched)
        return JAIL_INPUT_ENRICHED;
    return body->file ? JAIL_INPUT_FILE : JAIL_INPUT_PLAIN;
}

/* What the parts of one letter have in common. */
struct reading {
    struct imap *imap;
    const struct imap_call *call;
    const struct letter *letter;
    const struct body_request *how;
    struct sb html;
    struct body made;
};

static enum status read_as(const struct reading *r, const struct imap_part *part,
                           enum jail_input input, struct part_bytes *bytes, struct arena *arena,
                           struct jail_result *result)
{
    struct jail_request request = request_for(r->call->arena, part, input, r->how, bytes);
    return part_jail(r->how->jail, &request, bytes, r->call, arena, result);
}

/* The plain alternative was not fetched, since hardly any letter needs it. */
static enum status read_alternative(const struct reading *r, const struct imap_part *plain,
                                    struct arena *arena, struct jail_result *result)
{
    struct part_bytes bytes = {0};
    const struct letter alone = {
        .uid = r->letter->uid, .bodies = {{.part = plain}}, .body_count = 1};
    enum status st = fetch(r->imap, r->call, &alone, r->how->jail->max_input, &bytes, NULL);
    return st == STATUS_OK ? read_as(r, plain, JAIL_INPUT_PLAIN, &bytes, arena, result) : st;
}

/* What stands in for HTML that could not be read. */
static enum status read_instead(const struct reading *r, const struct letter_body *part,
                                struct part_bytes *bytes, struct arena *arena,
                                struct jail_result *result, const struct imap_part **source)
{
    static const enum jail_input poorer[] = {JAIL_INPUT_HTML_TEXT, JAIL_INPUT_PLAIN};
    enum status st = STATUS_NOT_FOUND;
    if (part->plain)
        st = read_alternative(r, part->plain, arena, result);
    if (st == STATUS_OK)
        *source = part->plain;
    for (size_t i = 0; st != STATUS_OK && i < sizeof poorer / sizeof poorer[0]; i++)
        st = read_as(r, part->part, poorer[i], bytes, arena, result);
    return st;
}

static enum status add_document(struct reading *r, struct sv document)
{
    if ((r->how->allow_remote && r->how->images.write) || r->how->images.write_link)
        return images_readdress(document, &r->how->images, &r->html);
    sb_add(&r->html, document);
    return STATUS_OK;
}

static void keep_files(const struct imap_part *source, const struct jail_result *result,
                       struct arena *arena, struct body *out)
{
    if (result->file_count > 0 && !out->files)
        out->files = arena_array(arena, BODY_FILES_MAX, sizeof *out->files);
    for (size_t i = 0; i < result->file_count; i++) {
        const struct jail_file *file = &result->files[i];
        bool cut = result->truncated && i + 1 == result->file_count;
        out->files[out->file_count++] = (struct body_file){.part = source,
                                                           .number = (uint32_t)i + 1,
                                                           .name = arena_sv(arena, file->name),
                                                           .size = cut ? 0 : file->size};
    }
}

static enum status read_part(struct reading *r, const struct letter_body *part,
                             struct part_bytes *bytes)
{
    /* of a letter of many parts one answer at a time is in memory */
    struct arena *arena = arena_new(SIZE_MAX);
    struct body *made = &r->made;
    const struct imap_part *source = part->part;
    struct jail_result result;
    enum status st = read_as(r, part->part, input_of(part), bytes, arena, &result);
    bool safe = st == STATUS_OK && result.fallback == JAIL_FALLBACK_NONE;
    if (st != STATUS_OK && part->html)
        st = read_instead(r, part, bytes, arena, &result, &source);
    if (st == STATUS_OK) {
        made->remote_blocked += result.remote_blocked;
        made->truncated = made->truncated || result.truncated;
        made->replaced = made->replaced || result.charset_replaced;
        keep_files(source, &result, r->call->arena, made);
        safe = add_document(r, result.document.html) != STATUS_PROTOCOL && safe;
    }
    if (!safe && !made->unsafe)
        made->unsafe_part = part->part->id;
    made->unsafe = made->unsafe || !safe;
    arena_free(&arena);
    return st == STATUS_INVALID ? st : STATUS_OK;
}

enum status body_make(struct imap *imap, const struct imap_call *call, const struct letter *letter,
                      const struct body_request *request, struct body *out)
{
    struct part_bytes bytes[LETTER_BODIES_MAX];
    struct reading r = {.imap = imap, .call = call, .letter = letter, .how = request};
    memset(bytes, 0, sizeof bytes);
    enum status fetched =
        fetch(imap, call, letter, request->jail->max_input, bytes, request->cards);
    if (fetched != STATUS_OK)
        return fetched;
    if (request->cards)
        cards_read(request->jail, call, request->cards);
    sb_init(&r.html, call->arena, (size_t)request->jail->max_output * 2);
    for (size_t i = 0; i < letter->body_count && !r.html.over; i++) {
        enum status st = read_part(&r, &letter->bodies[i], &bytes[i]);
        if (st != STATUS_OK)
            return st;
    }
    r.made.truncated = r.made.truncated || r.html.over;
    r.made.document.html = sb_view(&r.html);
    *out = r.made;
    return STATUS_OK;
}

enum status body_text(struct imap *imap, const struct imap_call *call, const struct letter *letter,
                      const struct body_request *how, size_t most, struct sv *text, bool *whole)
{
    struct part_bytes bytes[LETTER_BODIES_MAX];
    struct sb all;
    memset(bytes, 0, sizeof bytes);
    enum status fetched = fetch(imap, call, letter, how->jail->max_input, bytes, NULL);
    if (fetched != STATUS_OK)
        return fetched;
    sb_init(&all, call->arena, most);
    *whole = true;
    for (size_t i = 0; i < letter->body_count; i++) {
        struct arena *arena = arena_new(SIZE_MAX);
        struct jail_request request = request_for(call->arena, letter->bodies[i].part,
                                                  input_of(&letter->bodies[i]), how, &bytes[i]);
        struct jail_result result;
        request.output = JAIL_OUTPUT_TEXT;
        /* a quote is a help, not the letter: what cannot be read is not quoted */
        bool read = part_jail(how->jail, &request, &bytes[i], call, arena, &result) == STATUS_OK;
        *whole = *whole && read && !result.truncated && !result.charset_replaced;
        if (read) {
            *whole = *whole && result.text.n <= all.cap - all.n;
            if (all.n > 0)
                sb_add_char(&all, '\n');
            sb_add(&all, utf8_cut(result.text, all.cap - all.n));
        }
        arena_free(&arena);
    }
    *text = sb_view(&all);
    return STATUS_OK;
}

/* ---- what waits for the frame ---- */

struct kept {
    struct arena *arena;
    struct sv key;
    struct body body;
};

static void kept_free(void *value)
{
    struct kept *kept = value;
    arena_free(&kept->arena);
    free(kept);
}

void body_keep(struct session *session, struct sv key, const struct body *body)
{
    if (body->document.html.n > BODY_KEPT_MAX)
        return;
    struct kept *kept = calloc(1, sizeof *kept);
    if (!kept)
        abort();
    kept->arena = arena_new(SIZE_MAX);
    kept->key = arena_sv(kept->arena, key);
    kept->body = *body;
    kept->body.file_count = 0; /* told by the page already */
    kept->body.unsafe_part = arena_sv(kept->arena, body->unsafe_part);
    kept->body.document.html = arena_sv(kept->arena, body->document.html);
    session_slot_put(session, SESSION_SLOT_BODY, kept, kept_free);
}

bool body_take(struct session *session, struct arena *arena, struct sv key, struct body *out)
{
    struct kept *kept = session_slot_take(session, SESSION_SLOT_BODY);
    if (!kept)
        return false;
    bool ours = sv_eq(kept->key, key);
    if (ours) {
        *out = kept->body;
        out->document.html = arena_sv(arena, kept->body.document.html);
        out->unsafe_part = arena_sv(arena, kept->body.unsafe_part);
    }
    kept_free(kept);
    return ours;
}

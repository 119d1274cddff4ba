#include "body.h"

#include "arena.h"
#include "charset.h"
#include "decode.h"
#include "detect.h"
#include "utf8.h"

enum { JAIL_MS = 5000 };

/* ---- fetching ---- */

/* One part on its way to the jail, which reads at most its own limit of it. */
struct bytes {
    struct arena *arena;
    struct sb sb;
    size_t at, most;
};

static enum status bytes_begin(void *context, uint64_t size)
{
    struct bytes *b = context;
    size_t room = 1 + (size < b->most ? (size_t)size : b->most);
    sb_fixed(&b->sb, arena_alloc(b->arena, room), room);
    return STATUS_OK;
}

static enum status bytes_write(void *context, struct sv piece)
{
    struct bytes *b = context;
    size_t left = b->sb.cap - b->sb.n;
    sb_add(&b->sb, sv_slice(piece, 0, left));
    return STATUS_OK;
}

static enum status bytes_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct bytes *b = context;
    struct sv rest = sv_slice(sb_view(&b->sb), b->at, b->at + room);
    if (rest.n > 0)
        memcpy(buffer, rest.p, rest.n);
    b->at += rest.n;
    *n = rest.n;
    return STATUS_OK;
}

/* True if the text of what seemed a multipart without parts has its boundary after all. */
static bool has_boundary(struct arena *arena, struct sv text, struct sv boundary)
{
    if (boundary.n == 0)
        return false;
    struct sv line = arena_printf(arena, "\n--%.*s", SV_ARG(boundary));
    return sv_starts(text, sv_slice(line, 1, line.n)) || sv_find(text, line) != SIZE_MAX;
}

static enum status fetch(struct imap *imap, const struct imap_call *call,
                         const struct letter *letter, size_t most, struct bytes *bytes)
{
    struct imap_section sections[LETTER_BODIES_MAX];
    for (size_t i = 0; i < letter->body_count; i++) {
        bytes[i].arena = call->arena;
        sb_init(&bytes[i].sb, call->arena, 0); /* in case that the server sends nothing */
        bytes[i].most = most + 1; /* by the one byte more the jail sees that it is cut */
        sections[i] = (struct imap_section){.name = letter->bodies[i].part->id,
                                            .count = (uint64_t)most + 1,
                                            .begin = bytes_begin,
                                            .sink = {bytes_write, &bytes[i]}};
    }
    enum status st = imap_fetch_sections(imap, call, letter->uid, sections, letter->body_count);
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
static struct sv detect(const struct letter_body *body, const struct bytes *bytes)
{
    char sample[DETECT_SAMPLE];
    struct sb start;
    struct decoder decoder;
    struct sv raw = sv_slice(sb_view(&bytes->sb), 0, DETECT_SAMPLE);
    sb_fixed(&start, sample, sizeof sample);
    decoder_init(&decoder, transfer_of(body->part->encoding), sb_sink(&start));
    bool whole = decoder_write(&decoder, raw) == STATUS_OK && decoder_finish(&decoder) == STATUS_OK;
    return whole ? charset_detect(sb_view(&start), body->html) : SV("");
}

/* The reader's choice, else what the part says, else what its text looks like. */
static struct sv charset_of(struct arena *arena, const struct letter_body *body,
                            const struct body_request *how, const struct bytes *bytes)
{
    struct sv label = parameter(arena, body->part, "charset");
    if (how->charset.n > 0)
        return how->charset;
    struct sv detected = charset_is_guessed(label) ? detect(body, bytes) : SV("");
    return detected.n > 0 ? arena_sv(arena, detected) : label;
}

static struct jail_request request_for(struct arena *arena, const struct letter_body *body,
                                       const struct body_request *how, const struct bytes *bytes)
{
    const struct imap_part *part = body->part;
    return (struct jail_request){
        .input = body->html       ? JAIL_INPUT_HTML
                 : body->enriched ? JAIL_INPUT_ENRICHED
                                  : JAIL_INPUT_PLAIN,
        .output = JAIL_OUTPUT_DOCUMENT,
        .encoding = part->encoding.p ? part->encoding : SV(""),
        .charset = charset_of(arena, body, how, bytes),
        .flowed = sv_eq_nocase(parameter(arena, part, "format"), SV("flowed")),
        .delsp = sv_eq_nocase(parameter(arena, part, "delsp"), SV("yes")),
        .allow_remote = how->allow_remote,
        .cids = how->cids,
        .cid_count = how->cid_count,
    };
}

static enum status jail_once(const struct jail *jail, const struct jail_request *request,
                             struct bytes *bytes, const struct imap_call *call, struct arena *arena,
                             struct jail_result *result)
{
    bytes->at = 0;
    struct deadline deadline = deadline_min(call->deadline, deadline_in(JAIL_MS));
    return jail_run(jail, request, (struct source){bytes_read, bytes}, arena, deadline, result);
}

static void keep_files(const struct letter_body *part, const struct jail_result *result,
                       struct arena *arena, struct body *out)
{
    if (result->file_count > 0 && !out->files)
        out->files = arena_array(arena, BODY_FILES_MAX, sizeof *out->files);
    for (size_t i = 0; i < result->file_count; i++) {
        const struct jail_file *file = &result->files[i];
        bool cut = result->truncated && i + 1 == result->file_count;
        out->files[out->file_count++] = (struct body_file){.part = part->part,
                                                           .number = (uint32_t)i + 1,
                                                           .name = arena_sv(arena, file->name),
                                                           .size = cut ? 0 : file->size};
    }
}

/* As what it is; else as text; else not at all, and the page says so. */
static enum status read_part(const struct body_request *how, const struct letter_body *part,
                             struct bytes *bytes, const struct imap_call *call, struct sb *html,
                             struct body *out)
{
    /* of a letter of many parts one answer at a time is in memory */
    struct arena *arena = arena_new(SIZE_MAX);
    struct jail_request request = request_for(call->arena, part, how, bytes);
    struct jail_result result;
    enum status st = jail_once(how->jail, &request, bytes, call, arena, &result);
    if (st != STATUS_OK && part->html) {
        request.input = JAIL_INPUT_PLAIN;
        out->unsafe = true;
        st = jail_once(how->jail, &request, bytes, call, arena, &result);
    }
    if (st == STATUS_OK) {
        out->remote_blocked += result.remote_blocked;
        out->truncated = out->truncated || result.truncated;
        keep_files(part, &result, call->arena, out);
        out->replaced = out->replaced || result.charset_replaced;
        out->unsafe = out->unsafe || result.fallback != JAIL_FALLBACK_NONE;
        sb_add(html, result.document.html);
    } else {
        out->unsafe = true;
    }
    arena_free(&arena);
    return st == STATUS_INVALID ? st : STATUS_OK;
}

enum status body_make(struct imap *imap, const struct imap_call *call, const struct letter *letter,
                      const struct body_request *request, struct body *out)
{
    struct bytes bytes[LETTER_BODIES_MAX];
    struct body made = {0};
    struct sb html;
    memset(bytes, 0, sizeof bytes);
    if (letter->body_count > 0) {
        enum status st = fetch(imap, call, letter, request->jail->max_input, bytes);
        if (st != STATUS_OK)
            return st;
    }
    sb_init(&html, call->arena, (size_t)request->jail->max_output * 2);
    for (size_t i = 0; i < letter->body_count && !html.over; i++) {
        enum status st = read_part(request, &letter->bodies[i], &bytes[i], call, &html, &made);
        if (st != STATUS_OK)
            return st;
    }
    made.truncated = made.truncated || html.over;
    made.document.html = sb_view(&html);
    *out = made;
    return STATUS_OK;
}

enum status body_text(struct imap *imap, const struct imap_call *call, const struct letter *letter,
                      const struct body_request *how, size_t most, struct sv *text, bool *whole)
{
    struct bytes bytes[LETTER_BODIES_MAX];
    struct sb all;
    memset(bytes, 0, sizeof bytes);
    if (letter->body_count > 0) {
        enum status st = fetch(imap, call, letter, how->jail->max_input, bytes);
        if (st != STATUS_OK)
            return st;
    }
    sb_init(&all, call->arena, most);
    *whole = true;
    for (size_t i = 0; i < letter->body_count; i++) {
        struct arena *arena = arena_new(SIZE_MAX);
        struct jail_request request = request_for(call->arena, &letter->bodies[i], how, &bytes[i]);
        struct jail_result result;
        request.output = JAIL_OUTPUT_TEXT;
        /* a quote is a help, not the letter: what cannot be read is not quoted */
        bool read = jail_once(how->jail, &request, &bytes[i], call, arena, &result) == STATUS_OK;
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
    }
    kept_free(kept);
    return ours;
}

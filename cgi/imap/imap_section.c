#include "imap_collect.h"
#include "imap_veil.h"

/* Bodies, which pass through without being kept. */

struct delivery {
    const struct imap_section *sections;
    size_t count;
    uint32_t uid;
    uint32_t heard_uid; /* of the reply being read; 0: not told yet */
    bool arrived[IMAP_SECTIONS_MAX];
    bool message_there;
    enum status failure; /* of a sink */
};

static bool section_is_sane(const struct imap_section *section)
{
    for (size_t i = 0; i < section->name.n; i++)
        if (!ascii_is_alnum(section->name.p[i]) && section->name.p[i] != '.')
            return false;
    return section->name.n < IMAP_ATOM_MAX / 2 && section->count <= INT64_MAX &&
           section->start <= INT64_MAX;
}

static bool is_partial(const struct imap_section *section)
{
    return section->start > 0 || section->count > 0;
}

static void section_add(struct imap_batch *batch, const struct imap_section *section)
{
    if (!section_is_sane(section)) {
        batch->status = STATUS_INVALID;
        return;
    }
    batch_add(batch, "BODY.PEEK[");
    batch_sv(batch, section->name);
    batch_add(batch, "]");
    if (is_partial(section)) {
        batch_add(batch, "<");
        batch_number(batch, section->start);
        batch_add(batch, ".");
        batch_number(batch, section->count > 0 ? section->count : UINT32_MAX);
        batch_add(batch, ">");
    }
}

/* "BODY" has been read; here comes "[2.1]<0> ". The section it answers, or NULL. */
static size_t section_match(struct delivery *d, struct imap_lexer *lexer)
{
    char kept[IMAP_ATOM_MAX];
    struct sb name;
    uint64_t origin = 0;
    sb_fixed(&name, kept, sizeof kept);
    for (int c; (c = lexer_take(lexer)) != ']' && lexer_more(lexer);) {
        sb_add_char(&name, (char)c);
        if (c < ' ' || name.over)
            lexer_fail(lexer, STATUS_PROTOCOL);
    }
    bool partial = lexer_skip(lexer, '<');
    if (partial) {
        origin = lexer_number(lexer);
        lexer_expect(lexer, '>');
    }
    lexer_expect(lexer, ' ');
    for (size_t i = 0; i < d->count; i++)
        if (!d->arrived[i] && sv_eq_nocase(d->sections[i].name, sb_view(&name)) &&
            partial == is_partial(&d->sections[i]) && origin == d->sections[i].start)
            return i;
    return SIZE_MAX;
}

static void section_read(struct delivery *d, struct imap_lexer *lexer)
{
    size_t i = section_match(d, lexer);
    /* Where the UID comes behind the body the reply is taken as ours: no other was asked for. */
    if (i == SIZE_MAX || (d->heard_uid && d->heard_uid != d->uid) || d->failure != STATUS_OK) {
        lexer_skip_value(lexer);
        return;
    }
    const struct imap_section *section = &d->sections[i];
    d->arrived[i] = lexer_stream(lexer, section->begin, section->sink, &d->failure);
}

static bool delivery_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct delivery *d = context;
    struct imap_lexer *lexer = &imap->lexer;
    (void)number;
    if (!sv_eq_nocase(name, SV("FETCH")))
        return false;
    d->heard_uid = 0;
    bool told = false;
    lexer_expect(lexer, '(');
    while (lexer_element(lexer)) {
        struct sv item = lexer_word(lexer, "()[");
        bool is_uid = sv_eq_nocase(item, SV("UID"));
        if (lexer_skip(lexer, '[')) {
            section_read(d, lexer);
            told = true;
            continue;
        }
        lexer_expect(lexer, ' ');
        if (is_uid)
            d->heard_uid = lexer_u32(lexer);
        else
            lexer_skip_value(lexer);
    }
    d->message_there |= told && d->heard_uid == d->uid;
    return true;
}

enum status imap_fetch_sections(struct imap *imap, const struct imap_call *call, uint32_t uid,
                                const struct imap_section *sections, size_t count)
{
    if (state_need_mailbox(imap) != STATUS_OK || uid == 0 || count == 0)
        return STATUS_INVALID;
    if (count > IMAP_SECTIONS_MAX)
        return STATUS_TOO_LARGE;
    enum status status = veil_admit(imap, call, uid);
    if (status != STATUS_OK)
        return status;
    struct delivery d = {.sections = sections, .count = count, .uid = uid};
    const struct imap_listener listener = {.reply = delivery_reply, .context = &d};
    struct imap_batch batch;
    batch_init(&batch, imap, call);
    batch_command(&batch, "UID FETCH ");
    batch_number(&batch, uid);
    batch_add(&batch, " (UID ");
    for (size_t i = 0; i < count; i++) {
        batch_add(&batch, i > 0 ? " " : "");
        section_add(&batch, &sections[i]);
    }
    batch_add(&batch, ")");
    batch_end(&batch);
    status = batch_do(&batch, &listener);
    if (d.failure != STATUS_OK)
        return d.failure;
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count && d.message_there; i++)
        d.message_there = d.arrived[i];
    if (d.message_there)
        return STATUS_OK;
    diagnosis_set(call->diagnosis, STAGE_COMMAND, CAUSE_MESSAGE_MISSING, imap->host, imap->port,
                  NULL);
    return STATUS_NOT_FOUND;
}

/* ---- one section into memory ---- */

struct keeping {
    struct arena *arena;
    char *p;
    size_t n, room;
};

static enum status keep_begin(void *context, uint64_t size)
{
    struct keeping *kept = context;
    if (size > kept->room)
        return STATUS_PROTOCOL; /* the server gives more than it was asked for */
    kept->p = arena_alloc(kept->arena, size + 1);
    kept->room = size;
    return STATUS_OK;
}

static enum status keep_piece(void *context, struct sv piece)
{
    struct keeping *kept = context;
    if (piece.n > kept->room - kept->n)
        return STATUS_PROTOCOL;
    memcpy(kept->p + kept->n, piece.p, piece.n);
    kept->n += piece.n;
    return STATUS_OK;
}

enum status imap_fetch_text(struct imap *imap, const struct imap_call *call, uint32_t uid,
                            struct sv section, size_t most, struct sv *text, bool *whole)
{
    if (most == 0 || most >= UINT32_MAX)
        return STATUS_INVALID;
    /* One byte more than wanted tells whether there is more. */
    struct keeping kept = {.arena = call->arena, .room = most + 1};
    const struct imap_section asked = {
        .name = section, .count = most + 1, .begin = keep_begin, .sink = {keep_piece, &kept}};
    enum status status = imap_fetch_sections(imap, call, uid, &asked, 1);
    if (status != STATUS_OK)
        return status;
    *whole = kept.n <= most;
    *text = sv_slice((struct sv){kept.p, kept.n}, 0, most);
    return STATUS_OK;
}

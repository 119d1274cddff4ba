#include "compose_start.h"

#include "filename.h"
#include "folder.h"
#include "folder_list.h"
#include "header.h"
#include "imap_fetch.h"
#include "link.h"
#include "receipt.h"
#include "reply.h"
#include "subject.h"
#include "utf8.h"

enum {
    TEXT_MAX = 2 * 1000 * 1000, /* what the form can give back */
    QUOTE_MAX = 256 * 1024,
    PEOPLE_SHOWN_MAX = 2000
};

/* What the functions below have in common. */
struct start {
    struct page *page;
    struct imap *imap;
    struct imap_call call;
    struct target target;
    struct letter letter;
    struct compose *compose;
    bool whole; /* the text that was read last lacks nothing */
};

/* ---- text ---- */

static struct sv signature(struct page *page)
{
    struct sv own = page->preferences.signature;
    return own.n > 0 ? arena_printf(page->arena, "\n\n-- \n%.*s", SV_ARG(own)) : SV("");
}

static struct sv writer(struct page *page, const struct letter *letter)
{
    if (letter->from.n == 0)
        return locale_text(page->locale, "message.no_sender");
    struct address from = letter->from.items[0];
    return from.name.n > 0 ? from.name : address_spec(page->arena, from);
}

static struct sv date_of(struct page *page, const struct letter *letter)
{
    return date_full(&page->dates, page->arena,
                     letter->dated ? letter->date.time : letter->arrived);
}

/* An answer quotes words; what goes on from the text itself, or passes it on, loses nothing of it.
 */
static enum status read_text(struct start *s, size_t most, bool keep_files, struct sv *text)
{
    const struct body_request how = {
        .jail = &s->page->site->jail, .charset = s->target.charset, .keep_files = keep_files};
    return body_text(s->imap, &s->call, &s->letter, &how, most, text, &s->whole);
}

static enum status quote(struct start *s)
{
    struct page *page = s->page;
    struct sv text;
    enum status st = read_text(s, QUOTE_MAX, false, &text);
    if (st != STATUS_OK)
        return st;
    struct sv wrote = locale_format(page->locale, page->arena, "compose.wrote",
                                    date_of(page, &s->letter), writer(page, &s->letter));
    s->compose->draft.text = arena_printf(page->arena, "\n\n%.*s\n%s%s", SV_ARG(wrote),
                                          reply_quote(page->arena, text).p, signature(page).p);
    return STATUS_OK;
}

static void add_line(struct start *s, struct sb *out, const char *label, struct sv value)
{
    struct page *page = s->page;
    if (value.n == 0)
        return;
    sb_add(out, locale_format(page->locale, page->arena, "compose.header",
                              locale_text(page->locale, label), utf8_cut(value, PEOPLE_SHOWN_MAX)));
    sb_add_char(out, '\n');
}

static enum status forward_text(struct start *s)
{
    struct page *page = s->page;
    const struct letter *letter = &s->letter;
    struct sb out;
    struct sv text;
    enum status st = read_text(s, TEXT_MAX / 2, true, &text);
    if (st != STATUS_OK)
        return st;
    sb_init(&out, page->arena, TEXT_MAX);
    sb_add(&out, signature(page));
    sb_printf(&out, "\n\n-------- %s --------\n",
              locale_text(page->locale, "compose.forwarded_message").p);
    add_line(s, &out, "compose.from", compose_people_of(page, letter->from).typed);
    add_line(s, &out, "compose.date", date_of(page, letter));
    add_line(s, &out, "compose.subject", letter->subject);
    add_line(s, &out, "compose.to", compose_people_of(page, letter->to).typed);
    add_line(s, &out, "compose.cc", compose_people_of(page, letter->cc).typed);
    sb_add_char(&out, '\n');
    sb_add(&out, text);
    s->compose->draft.text = sb_view(&out);
    return STATUS_OK;
}

/* ---- attachments ---- */

static void carry_all(struct start *s)
{
    const struct letter *letter = &s->letter;
    struct compose_files *files = &s->compose->carried;
    files->p = arena_array(s->page->arena, letter->attachment_count + 1, sizeof *files->p);
    for (size_t i = 0; i < letter->attachment_count; i++) {
        const struct letter_attachment *a = &letter->attachments[i];
        files->p[files->n++] = (struct compose_file){
            .id = a->part->id, .size = a->size, .media_type = a->media_type, .name = a->name};
    }
}

static struct sv eml_name(struct page *page, struct sv subject)
{
    subject = utf8_cut(subject, FILENAME_LENGTH_MAX - sizeof ".eml");
    return filename_clean(page->arena, filename_of_words(page->arena, subject, ".eml"));
}

static enum status carry_whole(struct start *s)
{
    const struct imap_items items = {.bits = IMAP_ITEM_SIZE};
    struct imap_messages got = {0};
    struct page *page = s->page;
    struct sv subject =
        s->letter.subject.n > 0 ? s->letter.subject : locale_text(page->locale, "message.nested");
    struct compose_file *file = arena_alloc(page->arena, sizeof *file);
    enum status st = STATUS_OK;
    if (s->letter.size == 0)
        st =
            imap_fetch_uids(s->imap, &s->call, (struct imap_uids){&s->target.uid, 1}, &items, &got);
    if (st != STATUS_OK)
        return st;
    *file = (struct compose_file){.id = SV(COMPOSE_WHOLE),
                                  .size = got.n > 0 ? got.p[0].size : s->letter.size,
                                  .media_type = SV("message/rfc822"),
                                  .name = eml_name(page, subject)};
    s->compose->carried = (struct compose_files){file, 1};
    s->compose->draft.text = signature(page);
    return STATUS_OK;
}

/* ---- the kinds of beginning ---- */

static void set_subject(struct start *s, const char *key)
{
    struct page *page = s->page;
    struct sv prefix = locale_format(page->locale, page->arena, key, SV(""));
    s->compose->draft.subject = subject_prefix(page->arena, prefix, s->letter.subject);
}

static enum status start_reply(struct start *s)
{
    struct page *page = s->page;
    struct draft *draft = &s->compose->draft;
    struct address me = {.mailbox = SV("")};
    if (draft->from.n > 0)
        me = draft->from.items[0];
    struct reply_people people = reply_people(page->arena, &s->letter, me, s->compose->mode);
    draft->to = compose_people_of(page, people.to);
    draft->cc = compose_people_of(page, people.cc);
    reply_thread(page->arena, &s->letter, &draft->in_reply_to, &draft->references);
    set_subject(s, "compose.reply_subject");
    s->compose->focus = "text";
    return quote(s);
}

static enum status start_forward(struct start *s)
{
    struct msgids ignored;
    reply_thread(s->page->arena, &s->letter, &ignored, &s->compose->draft.references);
    set_subject(s, "compose.forward_subject");
    s->compose->focus = "to";
    if (s->compose->mode == DRAFT_ATTACH)
        return carry_whole(s);
    carry_all(s);
    return forward_text(s);
}

/* Takes over what a message says of itself. */
static void copy_head(struct start *s)
{
    struct draft *draft = &s->compose->draft;
    draft->to = compose_people_of(s->page, s->letter.to);
    draft->cc = compose_people_of(s->page, s->letter.cc);
    draft->bcc = compose_people_of(s->page, s->letter.bcc);
    draft->subject = s->letter.subject;
    draft->in_reply_to = s->letter.in_reply_to;
    draft->references = s->letter.references;
    s->compose->focus = "text";
}

static enum status start_edit(struct start *s)
{
    copy_head(s);
    carry_all(s);
    return read_text(s, TEXT_MAX, true, &s->compose->draft.text);
}

/* ---- going on with a draft ---- */

static void use_typed(struct start *s, struct sv fields, struct sv name,
                      struct draft_people *people)
{
    struct sv typed = header_text(s->page->arena, fields, name);
    if (typed.n > 0)
        *people = compose_people(s->page, typed);
}

static enum status use_own_fields(struct start *s)
{
    const struct imap_items items = {.fields = SV(DRAFT_FIELDS)};
    struct imap_messages got;
    struct draft *draft = &s->compose->draft;
    enum status st =
        imap_fetch_uids(s->imap, &s->call, (struct imap_uids){&s->target.uid, 1}, &items, &got);
    if (st != STATUS_OK || got.n == 0)
        return st;
    struct sv fields = got.p[0].fields;
    use_typed(s, fields, SV("X-Vaguemestre-To"), &draft->to);
    use_typed(s, fields, SV("X-Vaguemestre-Cc"), &draft->cc);
    use_typed(s, fields, SV("X-Vaguemestre-Bcc"), &draft->bcc);
    struct sv origin = header_text(s->page->arena, fields, SV("X-Vaguemestre-Origin"));
    if (draft_origin_read(s->page->arena, origin, &draft->origin) != STATUS_OK)
        draft->origin = (struct draft_origin){.mode = DRAFT_RESUME};
    return STATUS_OK;
}

static enum status resume_ours(struct start *s, const struct imap_part *text,
                               const struct imap_part *parts, size_t n)
{
    struct compose *compose = s->compose;
    struct arena *arena = s->page->arena;
    compose->draft.message_id = s->letter.message_id;
    compose->version = (struct draft_version){s->target.uidvalidity, s->target.uid};
    compose->kept.p = arena_array(arena, n ? n : 1, sizeof *compose->kept.p);
    for (size_t i = 0; i < n; i++)
        compose->kept.p[compose->kept.n++] =
            (struct compose_file){.id = parts[i].id,
                                  .size = letter_decoded_size(&parts[i]),
                                  .media_type = letter_media_type(arena, &parts[i]),
                                  .name = letter_part_name(arena, &parts[i])};
    for (size_t i = 0; i < s->letter.flags.keyword_count; i++)
        if (sv_eq_nocase(s->letter.flags.keywords[i], SV("$SubmitPending")))
            compose->marked = true;
    s->letter.bodies[0] = (struct letter_body){.part = text};
    s->letter.body_count = 1;
    copy_head(s);
    enum status st = use_own_fields(s);
    if (st == STATUS_OK)
        st = read_text(s, TEXT_MAX, true, &compose->draft.text);
    /* a text that could not be read must not be saved over itself */
    if (st == STATUS_OK && compose->draft.text.n == 0 && text->size > sizeof "\r\n")
        st = STATUS_UNAVAILABLE;
    return st;
}

static enum status in_drafts(struct start *s, bool *yes)
{
    struct folders folders;
    enum status st = folders_load(s->page->session, s->imap, &s->call, &folders);
    if (st != STATUS_OK)
        return st;
    const struct folder *drafts = folder_of_use(&folders, IMAP_USE_DRAFTS);
    *yes = drafts && sv_eq(drafts->name, s->target.folder) && s->target.nested.n == 0;
    return STATUS_OK;
}

/* A text that could not be read whole must not be saved over itself. */
static void forget_version(struct start *s)
{
    struct compose *compose = s->compose;
    compose->version = (struct draft_version){0, 0};
    compose->kept.n = 0;
    compose->marked = false;
    compose->draft.message_id = msgid_new(s->page->arena, s->page->site->domain);
}

static bool same_people(struct addresses a, struct addresses b)
{
    bool same = a.n == b.n;
    for (size_t i = 0; i < a.n && same; i++)
        same = address_same(a.items[i], b.items[i]);
    return same;
}

/* An envelope names the sender where there is no Reply-To. */
static struct addresses own_reply_to(const struct letter *letter)
{
    const struct addresses none = {NULL, 0};
    return same_people(letter->reply_to, letter->from) ? none : letter->reply_to;
}

/* A draft of another program may hold what we cannot keep (HTML, another sender): it stays, and the
 * form goes on with a copy. */
static enum status start_resume(struct start *s)
{
    const struct imap_part *text, *parts;
    size_t n;
    bool draft;
    enum status st = in_drafts(s, &draft);
    if (st != STATUS_OK)
        return st;
    struct draft *own = &s->compose->draft;
    if (draft)
        own->reply_to = own_reply_to(&s->letter);
    bool from_me = s->letter.from.n == 0 || same_people(s->letter.from, own->from);
    if (draft && from_me && msgid_valid(s->letter.message_id) &&
        draft_is_ours(s->letter.structure, &text, &parts, &n)) {
        st = resume_ours(s, text, parts, n);
        if (st != STATUS_OK || s->whole)
            return st;
        forget_version(s);
    }
    return start_edit(s);
}

static enum status begin(struct start *s)
{
    switch (s->compose->mode) {
    case DRAFT_REPLY:
    case DRAFT_REPLY_ALL:
    case DRAFT_REPLY_LIST:
        return start_reply(s);
    case DRAFT_FORWARD:
    case DRAFT_ATTACH:
        return start_forward(s);
    case DRAFT_EDIT:
        return start_edit(s);
    case DRAFT_RESUME:
        return start_resume(s);
    case DRAFT_NEW:
    case DRAFT_MODE_COUNT:
        break;
    }
    return STATUS_INVALID;
}

/* A draft that one goes on with is another message after each save, and none after sending. */
static struct sv way_back(const struct start *s)
{
    struct page *page = s->page;
    return page_return_path(page, "back",
                            s->compose->mode == DRAFT_RESUME
                                ? folder_url(page, s->target.folder)
                                : target_url(page, "/message", &s->target));
}

static enum status start_with(struct page *page, struct compose *compose)
{
    struct start *s = arena_alloc(page->arena, sizeof *s);
    *s = (struct start){.page = page, .call = page_call(page), .compose = compose};
    enum status st = target_read(page, &s->target);
    if (st == STATUS_OK)
        st = target_select(page, &s->target, &s->imap);
    if (st == STATUS_OK)
        st = target_letter(page, s->imap, &s->target, LETTER_TEXT, &s->letter);
    if (st != STATUS_OK)
        return st;
    receipt_opened(page, &s->target, &s->letter); /* an answer quotes it */
    compose->draft.origin = (struct draft_origin){.mode = compose->mode,
                                                  .folder = s->target.folder,
                                                  .uidvalidity = s->target.uidvalidity,
                                                  .uid = s->target.uid,
                                                  .nested = s->target.nested};
    compose->back = way_back(s);
    return begin(s);
}

static void start_new(struct page *page, struct compose *compose)
{
    const struct inputs *query = &page->request->query;
    struct draft *draft = &compose->draft;
    draft->to = compose_people(page, inputs_get(query, "to"));
    draft->cc = compose_people(page, inputs_get(query, "cc"));
    draft->bcc = compose_people(page, inputs_get(query, "bcc"));
    draft->subject = utf8_line(page->arena, inputs_get(query, "subject"));
    draft->text =
        arena_printf(page->arena, "%.*s%s", SV_ARG(inputs_get(query, "text")), signature(page).p);
    compose->focus = draft->to.typed.n == 0 ? "to" : draft->subject.n == 0 ? "subject" : "text";
}

enum status compose_start(struct page *page, struct compose *out)
{
    struct sv mode = inputs_get(&page->request->query, "mode");
    struct compose compose = {
        .draft = {.message_id = msgid_new(page->arena, page->site->domain),
                  .from = compose_identity(page)},
        .back = page_return_path(page, "back", SV("/mail")),
    };
    if (mode.n > 0 && draft_mode_find(mode, &compose.mode) != STATUS_OK)
        return STATUS_INVALID;
    enum status st = STATUS_OK;
    if (compose.mode == DRAFT_NEW)
        start_new(page, &compose);
    else
        st = start_with(page, &compose);
    if (st == STATUS_OK)
        *out = compose;
    return st;
}

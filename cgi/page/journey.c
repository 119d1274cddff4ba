/* GET /journey: letters as one page to keep, for reading offline or printing: those that chosen.h
 * says, or of a folder the newest=N. Each is read in the jail as always and sent as soon as it is
 * read; pictures that stand in it come along as data: addresses, attachments by name. The page asks
 * nobody for anything: its own policy forbids it, and no script runs.
 *
 * Letters that have a page to themselves elsewhere share one here: the rules of a letter's style
 * are made to hold for that letter alone. */
#include "base64.h"
#include "chosen.h"
#include "decode.h"
#include "filename.h"
#include "folder_list.h"
#include "imap_search.h"
#include "lasting.h"
#include "link.h"
#include "opening.h"
#include "pages.h"
#include "picture.h"
#include "random.h"
#include "sender.h"
#include "utf8.h"
#include "word.h"

enum {
    NEWEST_MAX = 200,                /* letters, where not these or those were chosen */
    CONTENTS_WINDOW = 200,           /* lines of the contents at once */
    PICTURE_MAX = 3 * 1024 * 1024,   /* bytes of one, as encoded */
    PICTURES_MAX = 64 * 1024 * 1024, /* of all */
    LETTER_BUDGET = 256 * 1024 * 1024,
    /* bytes of texts that whoever writes a letter chooses, and must not break the copy with */
    SUBJECT_MAX = 8000,
    FILE_NAME_MAX = 255,
    LINE_TEXT_MAX = 400, /* of each text in the contents */
    LINE_PEOPLE = 5,
    HEAD_MAX = 4 * 1024 * 1024, /* all of these as HTML, for a letter or lines of the contents */
    TOKEN_ROOM = 32
};

struct journey {
    struct page *page;
    struct imap *imap;
    struct lasting lasting;
    struct sv folder;
    struct arena *arena;    /* of one letter */
    uint64_t pictures;      /* bytes so far */
    char token[TOKEN_ROOM]; /* "/journey-…/": nobody can write it into a letter */
};

static struct imap_call call_of(struct journey *j)
{
    return (struct imap_call){.arena = j->arena,
                              .deadline = deadline_in(j->page->site->request_ms),
                              .diagnosis = &j->page->diagnosis};
}

static enum status put(struct journey *j, struct sv text)
{
    enum status st = lasting_moved(&j->lasting, text.n);
    return st == STATUS_OK ? response_write(j->page->response, text) : st;
}

/* ---- pictures ---- */

/* The address of a picture as data, or one that is empty. */
static enum status put_picture(struct journey *j, uint32_t uid, const struct imap_part *part)
{
    struct imap_call call = call_of(j);
    struct sv raw;
    bool whole = false;
    struct sb bytes, text;
    struct decoder decoder;
    if (j->pictures > PICTURES_MAX)
        return put(j, SV("data:,"));
    enum status st = imap_fetch_text(j->imap, &call, uid, part->id, PICTURE_MAX, &raw, &whole);
    if (st != STATUS_OK)
        return st == STATUS_NOT_FOUND ? put(j, SV("data:,")) : st;
    sb_init(&bytes, j->arena, PICTURE_MAX);
    decoder_init(&decoder, transfer_of(part->encoding), sb_sink(&bytes));
    if (decoder_write(&decoder, raw) != STATUS_OK || decoder_finish(&decoder) != STATUS_OK)
        whole = false;
    struct sv type = picture_type(sv_slice(sb_view(&bytes), 0, PICTURE_HEAD));
    if (!whole || type.n == 0)
        return put(j, SV("data:,"));
    j->pictures += bytes.n;
    sb_init(&text, j->arena, BASE64_LENGTH((size_t)PICTURE_MAX) + 64);
    sb_add_cstr(&text, "data:");
    sb_add(&text, type);
    sb_add_cstr(&text, ";base64,");
    base64_encode(&text, bytes.p, bytes.n);
    return put(j, sb_view(&text));
}

/* ---- one letter's document ---- */

struct rewriting {
    struct journey *journey;
    uint32_t uid;
    size_t number; /* of the letter */
    const struct imap_part *const *parts;
    size_t part_count;
    struct sv html;
    size_t at, from; /* what stands between them is still to be sent */
    bool in_style;
};

/* What has been passed, then `text` in place of the next `skip` bytes. */
static enum status replace(struct rewriting *r, size_t skip, struct sv text)
{
    enum status st = put(r->journey, sv_slice(r->html, r->from, r->at));
    r->at += skip;
    r->from = r->at;
    return st == STATUS_OK ? put(r->journey, text) : st;
}

static enum status replace_picture(struct rewriting *r, size_t token)
{
    uint64_t index;
    size_t n = token;
    struct sv rest = sv_slice(r->html, r->at, r->html.n);
    while (n < rest.n && ascii_is_digit(rest.p[n]))
        n++;
    if (sv_to_u64(sv_slice(rest, token, n), UINT32_MAX, &index) != STATUS_OK ||
        index >= r->part_count)
        return replace(r, n, SV("data:,"));
    enum status st = replace(r, n, SV(""));
    return st == STATUS_OK ? put_picture(r->journey, r->uid, r->parts[index]) : st;
}

/* The sanitiser wrote it: its forms are few and known. */
static enum status rewrite(struct rewriting *r)
{
    const struct sv letter = SV(".vm-letter"), box = SV("<div class=\"vm-letter");
    const struct sv token = sv_of(r->journey->token);
    struct arena *arena = r->journey->arena;
    enum status st = STATUS_OK;
    while (r->at < r->html.n && st == STATUS_OK) {
        char c = r->html.p[r->at];
        struct sv rest = sv_slice(r->html, r->at, r->html.n);
        if (c == '/' && sv_starts(rest, token)) {
            st = replace_picture(r, token.n);
        } else if (c == '.' && r->in_style && sv_starts(rest, letter)) {
            st = replace(r, letter.n, arena_printf(arena, ".vm-n%zu", r->number));
        } else if (c == '<' && sv_starts(rest, box)) {
            st =
                replace(r, box.n, arena_printf(arena, "<div class=\"vm-n%zu vm-letter", r->number));
        } else {
            if (c == '<' && sv_starts(rest, SV("<style>")))
                r->in_style = true;
            else if (c == '<' && sv_starts(rest, SV("</style>")))
                r->in_style = false;
            r->at++;
        }
    }
    return st == STATUS_OK ? replace(r, 0, SV("")) : st;
}

static enum status put_body(struct journey *j, const struct letter *letter, size_t number)
{
    struct page *page = j->page;
    struct jail_cid *cids = arena_array(j->arena, JAIL_CIDS_MAX, sizeof *cids);
    const struct imap_part **parts =
        arena_array(j->arena, JAIL_CIDS_MAX, sizeof(struct imap_part *));
    size_t n = letter_cids(j->arena, letter->structure, cids, parts);
    for (size_t i = 0; i < n; i++)
        cids[i].url = arena_printf(j->arena, "%s%zu", j->token, i);
    const struct body_request request = {
        .jail = &page->site->jail, .cids = cids, .cid_count = n, .keep_files = false};
    struct imap_call call = call_of(j);
    struct body body;
    enum status st = body_make(j->imap, &call, letter, &request, &body);
    if (st != STATUS_OK)
        return st;
    if (body.truncated || body.unsafe) {
        const char *key = body.unsafe ? "journey.unsafe" : "journey.cut";
        st = put(j, SV("<p class=\"notice\">"));
        if (st == STATUS_OK)
            st = put(j, locale_text(page->locale, key));
        if (st == STATUS_OK)
            st = put(j, SV("</p>"));
    }
    struct rewriting r = {.journey = j,
                          .uid = letter->uid,
                          .number = number,
                          .parts = parts,
                          .part_count = n,
                          .html = body.document.html};
    return st == STATUS_OK ? rewrite(&r) : st;
}

/* ---- one letter ---- */

static struct sv people(struct journey *j, struct addresses list)
{
    struct sb out;
    sb_init(&out, j->arena, 4000);
    address_add_display(&out, list);
    return sb_view(&out);
}

static struct sv cut(struct journey *j, struct sv text, size_t most)
{
    return text.n <= most ? text : arena_printf(j->arena, "%.*s…", SV_ARG(utf8_cut(text, most)));
}

static struct sv subject_of(struct journey *j, struct sv subject, size_t most)
{
    return subject.n > 0 ? cut(j, subject, most)
                         : locale_text(j->page->locale, "message.no_subject");
}

static void put_head(struct journey *j, struct node node, const struct letter *letter,
                     size_t number)
{
    struct page *page = j->page;
    struct sender sender;
    struct sv warnings[SENDER_WARNINGS_MAX];
    int64_t when = letter->dated ? letter->date.time : letter->arrived;
    node_put_number(node, "number", (int64_t)number);
    node_put(node, "subject", subject_of(j, letter->subject, SUBJECT_MAX));
    node_put(node, "from", people(j, letter->from));
    node_put(node, "to", people(j, letter->to));
    node_put(node, "cc", people(j, letter->cc));
    node_put(node, "date", date_full(&page->dates, j->arena, when));
    sender_load(page, letter, &sender);
    size_t count = sender_warnings(page, letter, &sender, warnings);
    for (size_t i = 0; i < count; i++)
        node_put(node_item(node, "Warnings", i), "text", warnings[i]);
    for (size_t i = 0; i < letter->attachment_count; i++) {
        const struct letter_attachment *a = &letter->attachments[i];
        struct node item = node_item(node, "Files", i);
        node_put(item, "name",
                 a->name.n > 0 ? cut(j, a->name, FILE_NAME_MAX)
                               : locale_text(page->locale, "message.unnamed"));
        node_put(item, "size", locale_size(page->locale, j->arena, a->size));
    }
}

static enum status put_letter(struct journey *j, uint32_t uid, size_t number)
{
    struct page *page = j->page;
    struct letter letter;
    struct sb head;
    arena_reset(j->arena);
    struct imap_call call = call_of(j);
    enum letter_manner manner = page->preferences.body == BODY_HTML ? LETTER_HTML : LETTER_PLAIN;
    enum status st = letter_load(j->imap, &call, uid, SV(""), manner, &letter);
    if (st != STATUS_OK)
        return st == STATUS_NOT_FOUND ? STATUS_OK : st; /* it has gone meanwhile */
    struct view *view = view_new(page->app->templates, page->language, j->arena);
    put_head(j, node_child(view_root(view), "Letter"), &letter, number);
    sb_init(&head, j->arena, HEAD_MAX);
    st = view_render(view, "journey_letter", &head);
    view_free(&view);
    if (st == STATUS_OK)
        st = put(j, sb_view(&head));
    if (st == STATUS_OK)
        st = put_body(j, &letter, number);
    return st == STATUS_OK ? put(j, SV("</article>\n")) : st;
}

/* ---- the page ---- */

/* A line of the contents for each of these, which end in the place `end` of all: the newest first,
 * as in the list. */
static enum status put_contents(struct journey *j, struct imap_uids uids, size_t end)
{
    struct page *page = j->page;
    const struct imap_items items = {.bits = IMAP_ITEM_DATE | IMAP_ITEM_ENVELOPE,
                                     .people_most = LINE_PEOPLE};
    struct imap_messages messages;
    struct sb text;
    arena_reset(j->arena);
    struct imap_call call = call_of(j);
    enum status st = imap_fetch_uids(j->imap, &call, uids, &items, &messages);
    if (st != STATUS_OK)
        return st;
    struct view *view = view_new(page->app->templates, page->language, j->arena);
    struct node node = node_child(view_root(view), "Journey");
    size_t k = uids.n;
    for (size_t at = 0; at < messages.n; at++) {
        const struct imap_message *m = &messages.p[messages.n - 1 - at];
        struct node item = node_item(node, "Letters", at);
        while (k > 0 && uids.p[k - 1] != m->uid)
            k--;
        node_put_number(item, "number", (int64_t)(end - uids.n + k));
        struct sv subject = word_decode(j->arena, m->envelope->subject);
        struct sv from = people(j, letter_people(j->arena, SV(""), m->envelope->from));
        node_put(item, "subject", subject_of(j, subject, LINE_TEXT_MAX));
        node_put(item, "from", cut(j, from, LINE_TEXT_MAX));
        node_put(item, "date", date_long(&page->dates, j->arena, m->internal_date));
    }
    sb_init(&text, j->arena, HEAD_MAX);
    st = view_render(view, "journey_contents", &text);
    view_free(&view);
    return st == STATUS_OK ? put(j, sb_view(&text)) : st;
}

static enum status put_beginning(struct journey *j, const struct chosen *chosen)
{
    struct page *page = j->page;
    struct node node = node_child(view_root(page_view(page)), "Journey");
    struct sb head;
    node_put(node, "title", folder_label(page, chosen->folder, false));
    node_put(node, "made", date_long(&page->dates, page->arena, page->dates.now));
    node_put(node, "count",
             locale_plural(page->locale, page->arena, "journey.count", chosen->uids.n));
    sb_init(&head, page->arena, HEAD_MAX);
    enum status st = view_render(page_view(page), "journey", &head);
    if (st == STATUS_OK)
        st = put(j, sb_view(&head));
    for (size_t end = chosen->uids.n; end > 0 && st == STATUS_OK;) {
        size_t n = end < CONTENTS_WINDOW ? end : CONTENTS_WINDOW;
        st = put_contents(j, (struct imap_uids){chosen->uids.p + end - n, n}, end);
        end -= n;
    }
    return st == STATUS_OK ? put(j, SV("</ol></nav></header>\n<main>\n")) : st;
}

static struct sv file_name(struct page *page, const struct folder *folder)
{
    struct sv day = sv_slice(date_iso(&page->dates, page->arena, page->dates.now), 0, 10);
    struct sv label = folder_label(page, folder, false);
    return filename_of_words(
        page->arena, arena_printf(page->arena, "%.*s %.*s", SV_ARG(label), SV_ARG(day)), ".html");
}

static enum status send(struct journey *j, const struct chosen *chosen)
{
    struct page *page = j->page;
    char random[16 + 1];
    struct sb b;
    sb_fixed(&b, random, sizeof random);
    sb_printf(&b, "%016llx", (unsigned long long)random_u64());
    sb_fixed(&b, j->token, sizeof j->token);
    sb_printf(&b, "/journey-%s/", random);
    response_set_kind(page->response, RESPONSE_DOWNLOAD);
    response_set_filename(page->response, file_name(page, chosen->folder));
    enum status st = put_beginning(j, chosen);
    for (size_t i = chosen->uids.n; i > 0 && st == STATUS_OK; i--)
        st = put_letter(j, chosen->uids.p[i - 1], i);
    if (st == STATUS_OK)
        st = put(j, SV("</main>\n</body>\n</html>\n"));
    return st == STATUS_OK ? response_end(page->response) : st;
}

/* The newest of the selected folder, by UID. */
static enum status choose_newest(struct page *page, struct imap *imap, struct chosen *chosen)
{
    struct imap_call call = page_call(page);
    struct imap_messages messages;
    const struct imap_items none = {0};
    uint32_t newest = 50, total;
    if (request_has(page->request, "newest") &&
        request_u32(page->request, "newest", &newest) != STATUS_OK)
        return STATUS_INVALID;
    const struct imap_window window = {.count = newest < NEWEST_MAX ? newest : NEWEST_MAX,
                                       .newest_first = true};
    enum status st = imap_fetch_window(imap, &call, &window, &none, &messages, &total);
    if (st != STATUS_OK)
        return st;
    uint32_t *uids = arena_array(page->arena, messages.n + 1, sizeof *uids);
    for (size_t i = 0; i < messages.n; i++)
        uids[i] = messages.p[i].uid;
    chosen->uids = imap_uids_sorted(page->arena, (struct imap_uids){uids, messages.n});
    return STATUS_OK;
}

static enum status run(struct journey *j, struct chosen *chosen)
{
    struct page *page = j->page;
    const struct place place = chosen_place(chosen);
    enum status st = opening_wait(page, &place, lasting_still, &j->lasting);
    if (st == STATUS_OK)
        st = lasting_still(&j->lasting);
    if (st == STATUS_OK)
        st = page_imap(page, chosen->folder->name, &j->imap);
    if (st != STATUS_OK)
        return st;
    session_connection_slow(page->session, j->imap);
    st = chosen_find(page, j->imap, chosen);
    if (st == STATUS_OK && !chosen->some)
        st = choose_newest(page, j->imap, chosen);
    if (st != STATUS_OK)
        return st;
    j->arena = arena_new(LETTER_BUDGET);
    st = send(j, chosen);
    arena_free(&j->arena);
    return st;
}

enum status page_journey(struct page *page)
{
    struct journey j = {.page = page};
    struct folders folders;
    struct chosen chosen;
    enum status st = folder_list_load(page, SV(""), &j.imap, &folders);
    if (st == STATUS_OK)
        st = chosen_read(page, &folders, &chosen);
    if (st == STATUS_OK && !chosen.folder)
        st = STATUS_INVALID;
    if (st == STATUS_OK)
        st = lasting_begin(page, &j.lasting);
    if (st != STATUS_OK)
        return st;
    st = run(&j, &chosen);
    lasting_end(&j.lasting);
    return st;
}

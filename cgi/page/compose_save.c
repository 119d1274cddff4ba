#include "compose_save.h"

#include "carry.h"
#include "compose_send.h"
#include "folder_list.h"
#include "letter.h"

enum { FIRST_ATTACHMENT = 2, SPOOL_FACTOR = 2 }; /* what is encoded needs more room */

/* The attachments of the version to come, and how the form will show them. */
struct gathering {
    struct desk *desk;
    struct imap_call call;
    struct attachment *items;
    struct compose_file *files;
    size_t n, room;
};

enum status desk_open(struct desk *desk, struct page *page, struct compose *compose)
{
    *desk = (struct desk){.page = page, .compose = compose, .spool = {.fd = -1}};
    struct imap_call call = page_call(page);
    enum status st = folder_list_load(page, SV(""), &desk->imap, &desk->folders);
    if (st == STATUS_OK)
        st = folder_ensure(desk->imap, &call, &desk->folders, IMAP_USE_DRAFTS, &desk->drafts);
    if (st != STATUS_OK)
        return st;
    st = draft_find(desk->imap, &call, desk->drafts, compose->draft.message_id, compose->version,
                    &desk->old);
    return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}

void desk_close(struct desk *desk)
{
    spool_close(&desk->spool);
}

/* ---- gathering ---- */

static enum status add(struct gathering *g, const struct attachment *attachment,
                       const struct compose_file *file)
{
    if (g->n == g->room)
        return STATUS_TOO_LARGE;
    g->items[g->n] = *attachment;
    g->files[g->n] = *file;
    g->files[g->n].id = arena_printf(g->call.arena, "%zu", g->n + FIRST_ATTACHMENT);
    g->n++;
    return STATUS_OK;
}

static enum status open_spool(struct desk *desk)
{
    const struct site *site = desk->page->site;
    return desk->spool.fd >= 0
               ? STATUS_OK
               : spool_open(&desk->spool, site->spool_directory, SPOOL_FACTOR * site->upload_max);
}

static enum status carry(struct gathering *g, uint32_t uid, const struct imap_part *structure,
                         const struct compose_file *file, struct sv nested)
{
    struct attachment attachment;
    struct desk *desk = g->desk;
    enum status st = open_spool(desk);
    if (st == STATUS_OK)
        st = sv_eq(file->id, SV(COMPOSE_WHOLE))
                 ? carry_message(desk->imap, &g->call, uid, structure, nested, file->name,
                                 &desk->spool, &attachment)
                 : carry_part(desk->imap, &g->call, uid, structure, file->id, &desk->spool,
                              &attachment);
    return st == STATUS_OK ? add(g, &attachment, file) : st;
}

static struct compose_file file_of(struct arena *arena, const struct imap_part *part)
{
    return (struct compose_file){.id = part->id,
                                 .size = letter_decoded_size(part),
                                 .media_type = letter_media_type(arena, part),
                                 .name = letter_part_name(arena, part)};
}

static bool lists(struct compose_files files, struct sv id)
{
    for (size_t i = 0; i < files.n; i++)
        if (sv_eq(files.p[i].id, id))
            return true;
    return false;
}

/* Of the version that the form shows, those that it still shows. Of another one, which was saved
 * elsewhere meanwhile, all: one too many can be seen and taken off. */
static enum status gather_kept(struct gathering *g)
{
    struct desk *desk = g->desk;
    const struct draft_found *old = &desk->old;
    const struct compose_files *kept = &desk->compose->kept;
    const struct imap_part *text, *parts = NULL;
    size_t n = 0;
    enum status st = STATUS_OK;
    bool there = old->version.uid > 0 && draft_is_ours(old->structure, &text, &parts, &n);
    desk->lost = kept->n > (there ? n : 0);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        struct compose_file file = file_of(g->call.arena, &parts[i]);
        if (!old->expected || lists(*kept, file.id))
            st = carry(g, old->version.uid, old->structure, &file, SV(""));
    }
    return st;
}

static enum status gather_carried(struct gathering *g)
{
    struct letter letter;
    struct desk *desk = g->desk;
    const struct compose_files *carried = &desk->compose->carried;
    const struct draft_origin *origin = &desk->compose->draft.origin;
    if (carried->n == 0)
        return STATUS_OK;
    if (origin->uid == 0)
        return STATUS_INVALID;
    enum status st = imap_select(desk->imap, &g->call, origin->folder, IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(desk->imap)->uidvalidity != origin->uidvalidity)
        st = STATUS_NOT_FOUND;
    if (st == STATUS_OK)
        st = letter_load(desk->imap, &g->call, origin->uid, SV(""), LETTER_TEXT, &letter);
    for (size_t i = 0; st == STATUS_OK && i < carried->n; i++)
        st = carry(g, origin->uid, letter.structure, &carried->p[i], origin->nested);
    if (st != STATUS_NOT_FOUND)
        return st;
    desk->lost = true; /* the message they were in is gone */
    desk->page->diagnosis = (struct diagnosis){0};
    return STATUS_OK;
}

/* What is in Drafts already is never refused: only what comes to it. */
static bool fits(const struct gathering *g)
{
    const struct page *page = g->desk->page;
    const struct request *request = page->request;
    uint64_t total = 0;
    for (size_t i = 0; i < g->n; i++)
        total += g->files[i].size;
    for (size_t i = 0; i < request->upload_count; i++)
        total += request->uploads[i].length;
    return request->upload_count == 0 || total <= page->site->upload_max;
}

static enum status gather_uploads(struct gathering *g)
{
    struct page *page = g->desk->page;
    struct request *request = page->request;
    enum status st = fits(g) ? STATUS_OK : STATUS_TOO_LARGE;
    request->upload_failed = st;
    for (size_t i = 0; st == STATUS_OK && i < request->upload_count; i++) {
        const struct upload *upload = &request->uploads[i];
        const struct attachment attachment = {
            .kind = ATTACHMENT_FILE,
            .content = {.fd = page->spool.fd, .offset = upload->offset, .length = upload->length},
            .filename = upload->filename,
            .media_type = upload->media_type};
        const struct compose_file file = {
            .size = upload->length, .media_type = upload->media_type, .name = upload->filename};
        st = add(g, &attachment, &file);
    }
    return st;
}

static enum status gather(struct gathering *g, struct desk *desk)
{
    struct arena *arena = desk->page->arena;
    *g = (struct gathering){.desk = desk, .call = page_call(desk->page)};
    g->room = ATTACHMENT_COUNT_MAX;
    g->items = arena_array(arena, g->room, sizeof *g->items);
    g->files = arena_array(arena, g->room, sizeof *g->files);
    enum status st = gather_kept(g);
    if (st == STATUS_OK)
        st = gather_carried(g);
    return st == STATUS_OK ? gather_uploads(g) : st;
}

/* ---- saving ---- */

void desk_part(struct desk *desk)
{
    struct compose *compose = desk->compose;
    const struct page *page = desk->page;
    compose->draft.message_id = msgid_new(page->arena, page->site->domain);
    compose->version = (struct draft_version){0, 0};
    compose->warning = locale_text(page->locale, "compose.parted");
    compose->ask = false;
    desk->parted = true;
}

static enum status save_apart(struct desk *desk)
{
    const struct outbox outbox = compose_outbox(desk->page);
    struct outbox_use use;
    enum status st = outbox_in_use(&outbox, desk->compose->draft.message_id, &use);
    if (st != STATUS_OK)
        return st;
    desk->busy = use.busy;
    /* who has been asked whether it was sent goes on with it, and stays asked */
    if (use.sent || desk->old.submitted || (use.busy && !desk->compose->ask))
        desk_part(desk);
    return desk_save(desk, true);
}

enum status desk_keep(struct desk *desk, struct page *page, struct compose *compose)
{
    enum status st = desk_open(desk, page, compose);
    if (st == STATUS_OK)
        st = save_apart(desk);
    desk_close(desk);
    return st;
}

/* What the version to come may replace. */
static struct draft_found replaced(const struct desk *desk)
{
    struct draft_found old = {0};
    if (!desk->parted)
        old = desk->old;
    old.expected = old.expected && !desk->busy;
    /* a session that is over saves, and destroys nothing: who sits there now may be anybody */
    if (desk->page->rescue) {
        const struct folder *trash = folder_of_use(&desk->folders, IMAP_USE_TRASH);
        old.aside = trash ? trash->name : SV("");
        old.expected = old.expected && trash;
    }
    return old;
}

static struct date now(const struct page *page)
{
    struct tm tm = zone_time(page->dates.zone, page->dates.now);
    return (struct date){page->dates.now, (int32_t)(tm.tm_gmtoff / 60)};
}

enum status desk_save(struct desk *desk, bool keep)
{
    struct page *page = desk->page;
    struct compose *compose = desk->compose;
    struct gathering *g = arena_alloc(page->arena, sizeof *g);
    struct draft_version saved;
    const struct draft_found old = replaced(desk);
    enum status st = gather(g, desk);
    if (st != STATUS_OK)
        return st;
    struct draft draft = compose->draft;
    draft.date = now(page);
    draft.attachments = g->items;
    draft.attachment_n = g->n;
    st = draft_compose(page->arena, &draft, keep, &desk->message);
    if (st == STATUS_OK)
        st = draft_save(desk->imap, &g->call, desk->drafts, draft.message_id, &desk->message, &old,
                        &saved);
    if (st != STATUS_OK)
        return st;
    compose->version = saved;
    compose->kept = (struct compose_files){g->files, g->n};
    compose->carried.n = 0;
    compose->saved = locale_format(page->locale, page->arena, "compose.saved",
                                   date_clock(&page->dates, page->arena, page->dates.now));
    if (desk->lost)
        compose->errors[COMPOSE_ATTACH] = locale_text(page->locale, "compose.lost");
    return STATUS_OK;
}

/* GET and POST /space: making room. What takes it up, and deleting for good, which needs no room
 * itself: nothing is copied, so that it works when the account is full. */
#include "space.h"

#include "confirm.h"
#include "costly.h"
#include "flash.h"
#include "folder_list.h"
#include "imap_change.h"
#include "pages.h"
#include "word.h"

enum { STEP_MS = 60 * 1000, PICKED_MAX = 200 };

/* ---- the look into the account, at the gate ---- */

struct work {
    struct space *space;
    bool done;
};

static void work_free(void *value)
{
    struct work *work = value;
    if (work->space)
        space_free(work->space);
    free(work);
}

static enum status use(struct gate_turn *turn, struct imap *imap, const struct imap_call *call,
                       void *context)
{
    struct work *work = context;
    (void)turn;
    return space_step(work->space, imap, call, &work->done);
}

static enum status step(struct gate_turn *turn, void *context)
{
    struct work *work = context;
    enum status st = gate_imap(turn, SV(""), deadline_in(STEP_MS), use, work);
    turn->again = st == STATUS_OK && !work->done;
    if (st == STATUS_OK && work->done) {
        work->space->at = clock_wall();
        session_slot_put(turn->session, SESSION_SLOT_SPACE, work->space, space_free);
        work->space = NULL;
    }
    return st;
}

/* The result of a moment ago, or a new look. */
static enum status look(struct page *page, const struct folders *folders, struct space **space,
                        bool *waiting)
{
    *waiting = false;
    *space = session_slot_take(page->session, SESSION_SLOT_SPACE);
    if (*space && clock_wall() - (*space)->at <= SPACE_FRESH_S)
        return STATUS_OK;
    if (*space)
        space_free(*space);
    *space = NULL;
    struct work *work = calloc(1, sizeof *work);
    if (!work)
        abort();
    work->space = space_new(folders);
    const struct costly costly = {.key = SV("space"),
                                  .step = step,
                                  .context = work,
                                  .free_context = work_free,
                                  .what = locale_text(page->locale, "space.looking")};
    enum status st = page_costly(page, &costly, waiting);
    if (st == STATUS_OK && !*waiting)
        *space = session_slot_take(page->session, SESSION_SLOT_SPACE);
    return st;
}

/* ---- showing ---- */

static struct sv label_of(struct page *page, const struct folders *folders, struct sv name)
{
    const struct folder *folder = folder_find(folders, name);
    return folder ? folder_label(page, folder, true) : name;
}

static void put_folders(struct page *page, const struct folders *folders, const struct space *space)
{
    struct node root = view_root(page_view(page));
    for (size_t i = 0; i < space->folder_count && i < SPACE_LOOK_MAX; i++) {
        const struct space_folder *one = &space->folders[i];
        const struct folder *folder = folder_find(folders, one->name);
        struct node item = node_item(root, "Heavy", i);
        node_put(item, "label", label_of(page, folders, one->name));
        node_put(item, "url", folder_page_url(page, one->name));
        node_put_cstr(item, "icon", folder_kind(folder ? folder->use : IMAP_USE_NONE));
        node_put(item, "total",
                 locale_plural(page->locale, page->arena, "one.messages", one->messages));
        if (one->bytes != IMAP_SIZE_UNKNOWN)
            node_put(item, "size", locale_size(page->locale, page->arena, one->bytes));
    }
}

static struct sv message_url(struct page *page, const struct space *space,
                             const struct space_message *m)
{
    struct sb out;
    sb_init(&out, page->arena, REQUEST_URI_MAX);
    sb_add(&out, SV("/message?"));
    query_append(&out, "folder", space->folders[m->folder].name);
    sb_printf(&out, "&v=%u&uid=%u", m->uidvalidity, m->uid);
    return sb_view(&out);
}

static void put_messages(struct page *page, const struct folders *folders,
                         const struct space *space)
{
    struct node root = view_root(page_view(page));
    for (size_t i = 0; i < space->message_count; i++) {
        const struct space_message *m = &space->messages[i];
        struct node item = node_item(root, "Large", i);
        struct sv folder = space->folders[m->folder].name;
        struct sv who = word_decode(page->arena, m->who);
        struct sv subject = word_decode(page->arena, m->subject);
        node_put(item, "pick",
                 arena_printf(page->arena, "%u %u %.*s", m->uidvalidity, m->uid, SV_ARG(folder)));
        node_put(item, "url", message_url(page, space, m));
        node_put(item, "from", who.n > 0 ? who : locale_text(page->locale, "message.no_sender"));
        node_put(item, "subject",
                 subject.n > 0 ? subject : locale_text(page->locale, "message.no_subject"));
        node_put(item, "folder", label_of(page, folders, folder));
        node_put(item, "size", locale_size(page->locale, page->arena, m->bytes));
        node_put(item, "date", date_day(&page->dates, page->arena, m->date));
    }
}

/* Trash and Junk: what is in there goes first. */
static void put_bins(struct page *page, const struct folders *folders)
{
    struct node root = view_root(page_view(page));
    size_t n = 0;
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        bool bin = folder->use == IMAP_USE_TRASH || folder->use == IMAP_USE_JUNK;
        if (!bin || !folder->counted || folder->counts.messages == 0)
            continue;
        struct node item = node_item(root, "Bins", n++);
        node_put(item, "name", folder->name);
        node_put_number(item, "v", folder->counts.uidvalidity);
        node_put(item, "label",
                 locale_format(page->locale, page->arena, "space.empty",
                               folder_label(page, folder, false),
                               locale_number(page->locale, page->arena, folder->counts.messages)));
    }
}

static enum status show(struct page *page)
{
    struct imap *imap;
    struct folders folders;
    struct space *space;
    bool waiting;
    enum status st = folder_list_load(page, SV(""), &imap, &folders);
    if (st == STATUS_OK)
        st = look(page, &folders, &space, &waiting);
    if (st != STATUS_OK || waiting)
        return st;
    struct node root = view_root(page_view(page));
    node_put_text(root, "Page.title", "space.title");
    node_put(root, "Page.url", SV("/space"));
    folder_list_put(page, &folders, SV(""));
    folder_list_search(page, &folders, SV("INBOX"), SV(""));
    put_bins(page, &folders);
    if (space) {
        put_folders(page, &folders, space);
        put_messages(page, &folders, space);
        session_slot_put(page->session, SESSION_SLOT_SPACE, space, space_free);
    }
    return page_render(page, 200, "space");
}

/* ---- deleting ---- */

struct picked {
    uint32_t uidvalidity, uid;
    struct sv folder;
};

static enum status read_picked(struct page *page, struct picked *list, size_t *n)
{
    size_t at = 0;
    struct sv value;
    *n = 0;
    while (inputs_next(&page->request->form, "pick", &at, &value)) {
        if (*n == PICKED_MAX)
            return STATUS_TOO_LARGE;
        struct picked *one = &list[(*n)++];
        if (sv_to_u32(sv_cut(&value, ' '), &one->uidvalidity) != STATUS_OK ||
            sv_to_u32(sv_cut(&value, ' '), &one->uid) != STATUS_OK || one->uid == 0 || value.n == 0)
            return STATUS_INVALID;
        one->folder = value;
    }
    return STATUS_OK;
}

/* Those of one folder; a folder that is another by now keeps its messages. */
static enum status purge(struct page *page, struct imap *imap, const struct picked *list, size_t n,
                         size_t first, size_t *count)
{
    struct imap_call call = page_call(page);
    uint32_t *uids = arena_array(page->arena, n + 1, sizeof *uids);
    size_t found = 0;
    for (size_t i = first; i < n; i++)
        if (sv_eq(list[i].folder, list[first].folder) &&
            list[i].uidvalidity == list[first].uidvalidity)
            uids[found++] = list[i].uid;
    enum status st = imap_select(imap, &call, list[first].folder, IMAP_READ_WRITE);
    if (st == STATUS_OK && imap_selected(imap)->uidvalidity != list[first].uidvalidity)
        return STATUS_CHANGED;
    if (st == STATUS_OK)
        st = imap_expunge(imap, &call, (struct imap_uids){uids, found});
    if (st == STATUS_OK)
        *count += found;
    return st;
}

static enum status purge_all(struct page *page, const struct picked *list, size_t n)
{
    struct imap *imap;
    size_t count = 0;
    enum status st = page_imap(page, SV(""), &imap);
    for (size_t i = 0; i < n && (st == STATUS_OK || st == STATUS_CHANGED); i++) {
        size_t before = 0;
        while (before < i && !(sv_eq(list[before].folder, list[i].folder) &&
                               list[before].uidvalidity == list[i].uidvalidity))
            before++;
        if (before == i)
            st = purge(page, imap, list, n, i, &count);
    }
    folders_quota_stale(page->session);
    session_slot_put(page->session, SESSION_SLOT_SPACE, NULL, NULL);
    if (st == STATUS_CHANGED) {
        page->diagnosis = (struct diagnosis){0};
        flash_set(page, locale_text(page->locale, "flash.changed"), SV(""), true);
    } else if (st == STATUS_OK)
        flash_set(page, locale_plural(page->locale, page->arena, "flash.purge", count), SV(""),
                  false);
    else
        return st;
    return page_redirect(page, SV("/space"));
}

static enum status ask(struct page *page, size_t n)
{
    struct imap *imap;
    struct folders folders;
    const struct confirm confirm = {
        .title = locale_text(page->locale, "confirm.purge_title"),
        .text = locale_plural(page->locale, page->arena, "confirm.empty_text", n),
        .button = locale_text(page->locale, "confirm.purge"),
        .action = "/space",
        .act = SV("purge"),
        .cancel_url = SV("/space")};
    enum status st = folder_list_load(page, SV(""), &imap, &folders);
    if (st != STATUS_OK)
        return st;
    folder_list_put(page, &folders, SV(""));
    return confirm_ask(page, &confirm);
}

enum status page_space(struct page *page)
{
    if (page->request->method != METHOD_POST)
        return show(page);
    struct picked *list = arena_array(page->arena, PICKED_MAX, sizeof *list);
    size_t n = 0;
    enum status st = read_picked(page, list, &n);
    if (st != STATUS_OK)
        return st;
    if (n == 0) {
        flash_set(page, locale_text(page->locale, "flash.nothing"), SV(""), true);
        return page_redirect(page, SV("/space"));
    }
    return confirm_given(page) ? purge_all(page, list, n) : ask(page, n);
}

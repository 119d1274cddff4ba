#include "folder_list.h"

#include "compose_send.h"
#include "flash.h"
#include "job_words.h"
#include "log.h"
#include "search_saved.h"

enum { LABEL_MAX = 1000, QUOTA_HIGH = 80, QUOTA_FULL = 95 };

static struct sv own_label(const struct page *page, const struct folder *folder)
{
    static const char *const KEYS[] = {
        [IMAP_USE_INBOX] = "folder.inbox", [IMAP_USE_DRAFTS] = "folder.drafts",
        [IMAP_USE_SENT] = "folder.sent",   [IMAP_USE_ARCHIVE] = "folder.archive",
        [IMAP_USE_JUNK] = "folder.junk",   [IMAP_USE_TRASH] = "folder.trash",
    };
    if (folder->use == IMAP_USE_NONE && folder->realm == IMAP_REALM_OTHERS && !folder->parent)
        return locale_format(page->locale, page->arena, "folder.of", folder->label);
    return folder->use == IMAP_USE_NONE ? folder->label
                                        : locale_text(page->locale, KEYS[folder->use]);
}

struct sv folder_label(const struct page *page, const struct folder *folder, bool path)
{
    struct sv label = own_label(page, folder);
    if (!path || !folder->parent)
        return label;
    struct sv above = folder_label(page, folder->parent, true);
    return above.n > LABEL_MAX
               ? label
               : arena_printf(page->arena, "%.*s / %.*s", SV_ARG(above), SV_ARG(label));
}

static struct sv url_of(struct page *page, struct sv path, struct sv name)
{
    struct sb out;
    sb_init(&out, page->arena, REQUEST_URI_MAX);
    sb_add(&out, path);
    query_append(&out, "folder", name);
    return sb_view(&out);
}

struct sv folder_url(struct page *page, struct sv name)
{
    return url_of(page, SV("/mail?"), name);
}

struct sv folder_page_url(struct page *page, struct sv name)
{
    return url_of(page, SV("/folder?"), name);
}

const char *folder_realm(enum imap_realm realm)
{
    return realm == IMAP_REALM_OTHERS ? "others" : realm == IMAP_REALM_SHARED ? "shared" : "own";
}

static bool under_special(const struct folder *folder)
{
    while (folder->parent)
        folder = folder->parent;
    return folder->use != IMAP_USE_NONE;
}

static void put_folder(struct page *page, struct node item, const struct folder *folder,
                       bool current)
{
    node_put(item, "label", folder_label(page, folder, false));
    node_put(item, "url", folder_url(page, folder->name));
    node_put_cstr(item, "icon", folder_kind(folder->use));
    node_put_number(item, "level", folder->level);
    node_put_cstr(item, "realm", folder_realm(folder->realm));
    if (folder->colour != COLOUR_NONE)
        node_put_cstr(item, "colour", colour_names[folder->colour]);
    node_put_flag(item, "current", current);
    node_put_flag(item, "selectable", folder->selectable);
    node_put_flag(item, "special", under_special(folder));
    if (folder->counted && folder->counts.unseen > 0)
        node_put(item, "unread", locale_number(page->locale, page->arena, folder->counts.unseen));
}

static void put_quota(struct page *page, struct node root, const struct imap_quota *quota)
{
    if (!quota->known || quota->limit == 0)
        return;
    struct node node = node_child(root, "Quota");
    uint64_t used = quota->used < quota->limit ? quota->used : quota->limit;
    node_put(node, "text",
             locale_format(page->locale, page->arena, "nav.quota_text",
                           locale_size(page->locale, page->arena, quota->used),
                           locale_size(page->locale, page->arena, quota->limit)));
    int64_t percent = (int64_t)((double)used / (double)quota->limit * 100);
    node_put_number(node, "percent", percent);
    node_put_flag(node, "high", percent >= QUOTA_HIGH);
    node_put_flag(node, "full", percent >= QUOTA_FULL);
}

void folder_list_doubts(struct page *page, const struct outbox_doubts *doubts)
{
    if (doubts->count > 0)
        flash_set(page,
                  locale_plural_of(page->locale, page->arena, "flash.perhaps_sent", doubts->count,
                                   doubts->subject.n > 0
                                       ? doubts->subject
                                       : locale_text(page->locale, "message.no_subject")),
                  SV(""), true);
}

/* What became of messages that were being sent when something broke. The mailbox that the page has
 * selected stays selected. A Drafts folder that cannot be looked through is no reason not to show
 * the others. */
static enum status recover(struct page *page, struct imap *imap, const struct folders *folders)
{
    const struct outbox outbox = compose_outbox(page);
    struct imap_call call = page_call(page);
    const struct imap_mailbox *selected = imap_selected(imap);
    enum imap_mode mode = selected && selected->read_only ? IMAP_READ_ONLY : IMAP_READ_WRITE;
    struct sv name = selected ? arena_sv(page->arena, selected->name) : SV("");
    struct outbox_doubts doubts = {0};
    enum status st = outbox_recover(&outbox, imap, &call, folders, &doubts);
    if (st != STATUS_OK && !imap_usable(imap))
        return st;
    if (st != STATUS_OK) {
        log_event(LOG_LEVEL_WARNING, "drafts-not-looked-through", "status=%s detail=\"%.*s\"",
                  status_name(st), SV_ARG(page_log_words(page, sv_of(page->diagnosis.detail))));
        page->diagnosis = (struct diagnosis){0};
    }
    folder_list_doubts(page, &doubts);
    return name.n > 0 ? imap_select(imap, &call, name, mode) : STATUS_OK;
}

enum status folder_list_ask(struct page *page, struct imap *imap, struct folders *folders)
{
    struct imap_call call = page_call(page);
    enum status st = folders_load(page->session, imap, &call, folders);
    /* a session that only reads could not file what was sent */
    return st == STATUS_OK && !session_reading(page->session) ? recover(page, imap, folders) : st;
}

void folder_list_put(struct page *page, const struct folders *folders, struct sv current)
{
    struct node root = view_root(page_view(page));
    size_t shown = 0;
    for (size_t i = 0; i < folders->n; i++) {
        bool is_current = sv_eq(folders->p[i].name, current);
        if (folders->p[i].shown || is_current)
            put_folder(page, node_item(root, "Folders", shown++), &folders->p[i], is_current);
    }
    search_saved_put(page);
    put_quota(page, root, &folders->quota);
    job_strip_put(page, folders);
    flash_show(page);
}

enum status folder_list_fill(struct page *page, struct imap *imap, struct sv current,
                             struct folders *folders)
{
    enum status st = folder_list_ask(page, imap, folders);
    if (st == STATUS_OK)
        folder_list_put(page, folders, current);
    return st;
}

enum status folder_list_around(struct page *page, struct folders *folders)
{
    struct imap *imap;
    enum status st = page_imap(page, SV(""), &imap);
    return st == STATUS_OK ? folder_list_fill(page, imap, SV(""), folders) : st;
}

void folder_list_read(struct page *page, const struct folders *folders, struct sv current)
{
    size_t shown = 0;
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        uint32_t unseen = folder->counted ? folder->counts.unseen : 0;
        if (sv_eq(folder->name, current)) {
            struct node item = node_item(view_root(page_view(page)), "Folders", shown);
            if (unseen > 0)
                node_put(item, "unread",
                         unseen > 1 ? locale_number(page->locale, page->arena, unseen - 1)
                                    : SV(""));
            return;
        }
        shown += folder->shown;
    }
}

enum status folder_list_load(struct page *page, struct sv mailbox, struct imap **imap,
                             struct folders *folders)
{
    struct imap_call call = page_call(page);
    enum status st = page_imap(page, mailbox, imap);
    if (st == STATUS_OK)
        st = folders_load(page->session, *imap, &call, folders);
    if (st != STATUS_CLOSED || !page->imap)
        return st;
    session_connection_give(page->session, &page->imap);
    page->diagnosis = (struct diagnosis){0};
    st = page_imap(page, mailbox, imap);
    return st == STATUS_OK ? folders_load(page->session, *imap, &call, folders) : st;
}

void folder_list_search(struct page *page, const struct folders *folders, struct sv folder,
                        struct sv q)
{
    struct node search = node_child(view_root(page_view(page)), "Search");
    const struct folder *found = folder_find(folders, folder);
    node_put(search, "folder", folder);
    node_put(search, "label", found ? folder_label(page, found, false) : folder);
    if (q.n > 0)
        node_put(search, "q", q);
}

static void put_target(struct page *page, struct node item, const struct folder *folder)
{
    node_put(item, "name", folder->name);
    node_put(item, "label", folder_label(page, folder, true));
}

/* The latest but those that are there already. */
static const struct folder *next_recent(const struct folders *folders, struct sv except,
                                        int64_t before)
{
    const struct folder *found = NULL;
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        if (folder->selectable && folder->target > 0 && folder->target < before &&
            (!found || folder->target > found->target) && !sv_eq(folder->name, except))
            found = folder;
    }
    return found;
}

void folder_list_targets(struct page *page, const struct folders *folders, struct sv except)
{
    struct node root = view_root(page_view(page));
    size_t n = 0, recent = 0;
    const struct folder *last = next_recent(folders, except, INT64_MAX);
    for (; last && recent < STORE_TARGETS_MAX; recent++) {
        put_target(page, node_item(root, "Recent", recent), last);
        last = next_recent(folders, except, last->target);
    }
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        if (folder->shown && folder->selectable && !sv_eq(folder->name, except))
            put_target(page, node_item(root, "Targets", n++), folder);
    }
}

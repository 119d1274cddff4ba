#include "folder_one.h"

#include "folder_size.h"

static struct sv text(const struct folder_one *one, const char *key)
{
    return locale_text(one->page->locale, key);
}

static struct sv number(const struct folder_one *one, uint64_t n)
{
    return locale_number(one->page->locale, one->page->arena, n);
}

/* ---- rights ---- */

const char *const share_level_names[SHARE_LEVELS] = {"read", "mark", "file", "all"};
const unsigned share_level_rights[SHARE_LEVELS] = {
    [SHARE_READ] = IMAP_RIGHT_LOOKUP | IMAP_RIGHT_READ,
    [SHARE_MARK] = IMAP_RIGHT_LOOKUP | IMAP_RIGHT_READ | IMAP_RIGHT_SEEN,
    [SHARE_FILE] = IMAP_RIGHT_LOOKUP | IMAP_RIGHT_READ | IMAP_RIGHT_SEEN | IMAP_RIGHT_WRITE |
                   IMAP_RIGHT_INSERT | IMAP_RIGHT_REMOVE | IMAP_RIGHT_EXPUNGE,
    [SHARE_ALL] = IMAP_RIGHTS_ALL,
};

enum share_level share_level_of(struct imap_rights rights)
{
    int level = 0;
    while (level < SHARE_LEVELS && share_level_rights[level] != rights.bits)
        level++;
    return (enum share_level)level;
}

bool folder_one_may_place(const struct folder_one *one)
{
    return one->folder->use == IMAP_USE_NONE && (one->rights & IMAP_RIGHT_DELETE);
}

bool folder_one_may_remove(const struct folder_one *one)
{
    unsigned needed = IMAP_RIGHT_REMOVE | IMAP_RIGHT_EXPUNGE;
    return one->folder->selectable && (one->rights & needed) == needed;
}

bool folder_one_may_discard(const struct folder_one *one)
{
    return folder_one_may_place(one) && folder_may_discard(&one->folders, one->folder);
}

static void put_rights(const struct folder_one *one, struct node node)
{
    static const struct {
        unsigned right;
        const char *key;
    } WORDS[] = {
        {IMAP_RIGHT_READ, "share.may_read"},        {IMAP_RIGHT_SEEN, "share.may_mark"},
        {IMAP_RIGHT_INSERT, "share.may_file"},      {IMAP_RIGHT_EXPUNGE, "share.may_delete"},
        {IMAP_RIGHT_CREATE, "share.may_create"},    {IMAP_RIGHT_DELETE, "share.may_rename"},
        {IMAP_RIGHT_ADMINISTER, "share.may_share"},
    };
    size_t n = 0;
    if (one->folder->realm == IMAP_REALM_OWN)
        return;
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (one->rights & WORDS[i].right)
            node_put(node_item(node, "Rights", n++), "text", text(one, WORDS[i].key));
}

static void put_levels(const struct folder_one *one, struct node node, enum share_level current)
{
    static const char *const LABELS[] = {"share.read", "share.mark", "share.file", "share.all"};
    for (size_t i = 0; i < SHARE_LEVELS; i++) {
        struct node item = node_item(node, "Levels", i);
        node_put_cstr(item, "value", share_level_names[i]);
        node_put(item, "label", text(one, LABELS[i]));
        node_put_flag(item, "current", i == (size_t)current);
    }
}

static void put_acl(const struct folder_one *one, struct node node)
{
    struct page *page = one->page;
    node_put_flag(node, "sharable", one->acl_known);
    for (size_t i = 0; i < one->acl.n; i++) {
        const struct imap_acl_entry *entry = &one->acl.p[i];
        struct node item = node_item(node, "Acl", i);
        enum share_level level = share_level_of(entry->rights);
        bool own = sv_eq_nocase(entry->who, session_user(page->session));
        bool all = sv_eq_nocase(entry->who, SV("anyone"));
        node_put(item, "who", entry->who);
        node_put(item, "label", all ? text(one, "share.anyone") : entry->who);
        node_put_flag(item, "own", own);
        node_put_flag(item, "negative", entry->who.p[0] == '-');
        node_put(item, "letters", imap_rights_write(page->arena, entry->rights, true));
        node_put_flag(item, "odd", level == SHARE_LEVELS);
        put_levels(one, item, level);
    }
    put_levels(one, node_child(node, "Share"), SHARE_READ);
}

/* ---- the forms ---- */

static void put_parents(const struct folder_one *one, struct node root)
{
    const struct folders *folders = &one->folders;
    struct sv above = folder_above(folders, one->folder);
    struct node top = node_item(root, "Parents", 0);
    size_t n = 1;
    node_put(top, "name", SV(""));
    node_put(top, "label", text(one, "folders.top"));
    node_put_flag(top, "current", above.n == 0);
    for (size_t i = 0; i < folders->n; i++) {
        const struct folder *folder = &folders->p[i];
        if (!folder->may_have_children || folder == one->folder ||
            folder_is_below(folders, one->folder, folder))
            continue;
        struct node item = node_item(root, "Parents", n++);
        node_put(item, "name", folder->name);
        node_put(item, "label", folder_label(one->page, folder, true));
        node_put_flag(item, "current", sv_eq(folder->name, above));
    }
}

static void put_uses(const struct folder_one *one, struct node node)
{
    static const char *const LABELS[] = {
        [IMAP_USE_DRAFTS] = "folder.drafts",   [IMAP_USE_SENT] = "folder.sent",
        [IMAP_USE_ARCHIVE] = "folder.archive", [IMAP_USE_JUNK] = "folder.junk",
        [IMAP_USE_TRASH] = "folder.trash",
    };
    const struct folder *folder = one->folder;
    size_t n = 0;
    if (folder->use == IMAP_USE_INBOX || !folder->selectable || folder->realm != IMAP_REALM_OWN)
        return;
    if (folder->use == IMAP_USE_NONE || folder->use_chosen) {
        struct node none = node_item(node, "Uses", n++);
        node_put_cstr(none, "value", "folder");
        node_put(none, "label", text(one, "one.no_use"));
    }
    for (int use = IMAP_USE_DRAFTS; use <= IMAP_USE_TRASH; use++) {
        struct node item = node_item(node, "Uses", n++);
        node_put_cstr(item, "value", folder_kind((enum imap_use)use));
        node_put(item, "label", text(one, LABELS[use]));
        node_put_flag(item, "current", (int)folder->use == use);
    }
}

static void put_counts(const struct folder_one *one, struct node node)
{
    struct page *page = one->page;
    const struct folder *folder = one->folder;
    uint64_t bytes;
    const struct imap_call quiet = {.arena = page->arena, .deadline = page->deadline};
    if (folder->counted) {
        node_put(node, "total",
                 locale_plural(page->locale, page->arena, "one.messages", folder->counts.messages));
        node_put(node, "unread", number(one, folder->counts.unseen));
        node_put_flag(node, "has_unread", folder->counts.unseen > 0);
    }
    if (!folder->selectable)
        return;
    enum status st = folder_size(one->imap, &quiet, folder, &bytes);
    if (st == STATUS_OK || folder_size_measured(one, &bytes))
        node_put(node, "size", locale_size(page->locale, page->arena, bytes));
    else
        node_put(
            node, "size_url",
            arena_printf(page->arena, "%.*s&size=1", SV_ARG(folder_page_url(page, folder->name))));
}

static void put_may(const struct folder_one *one, struct node node)
{
    const struct folder *folder = one->folder;
    bool place = folder_one_may_place(one), remove = folder_one_may_remove(one);
    bool holds = folder->counted && folder->counts.messages > 0;
    node_put_flag(node, "may_place", place);
    node_put_flag(node, "may_discard", folder_one_may_discard(one));
    node_put_flag(node, "may_destroy", place);
    node_put_flag(node, "may_empty", remove && holds);
    node_put_flag(node, "purges", folder->use == IMAP_USE_TRASH || folder->use == IMAP_USE_JUNK);
    node_put_flag(node, "may_read", folder->selectable && (one->rights & IMAP_RIGHT_SEEN));
    node_put_flag(node, "subscribed", folder->subscribed);
    node_put_flag(node, "special", folder->use != IMAP_USE_NONE);
}

/* ---- the page ---- */

static void put_folder(const struct folder_one *one, struct node root)
{
    struct page *page = one->page;
    const struct folder *folder = one->folder;
    struct node node = node_child(root, "Folder");
    struct sv typed = inputs_get(&page->request->form, "name");
    node_put(node, "name", folder->name);
    node_put(node, "label", folder_label(page, folder, false));
    node_put(node, "path", folder_label(page, folder, true));
    node_put(node, "last", one->error && typed.n > 0 ? typed : folder->last);
    node_put(node, "url", folder_url(page, folder->name));
    node_put_cstr(node, "icon", folder_kind(folder->use));
    node_put_cstr(node, "realm", folder_realm(folder->realm));
    node_put_cstr(node, "colour", colour_names[folder->colour]);
    node_put_flag(node, "selectable", folder->selectable);
    put_counts(one, node);
    put_may(one, node);
    put_uses(one, node);
    put_rights(one, node);
    put_acl(one, node);
    node_put(node, "who", inputs_get(&page->request->form, "who"));
}

enum status folder_one_show(struct folder_one *one, unsigned code)
{
    struct page *page = one->page;
    struct node root = view_root(page_view(page));
    const struct imap_call quiet = {.arena = page->arena, .deadline = page->deadline};
    if (one->rights & IMAP_RIGHT_ADMINISTER)
        one->acl_known = imap_acl_get(one->imap, &quiet, one->folder->name, &one->acl) == STATUS_OK;
    if (!imap_usable(one->imap))
        return STATUS_CLOSED;
    folder_list_put(page, &one->folders, one->folder->name);
    folder_list_search(page, &one->folders, one->folder->name, SV(""));
    node_put(root, "Page.title", folder_label(page, one->folder, false));
    node_put(root, "Page.url", folder_page_url(page, one->folder->name));
    put_folder(one, root);
    put_parents(one, root);
    if (one->error) {
        struct node errors = node_child(root, "Errors");
        node_put(errors, "text", one->error_text);
        node_put_flag(errors, "place", sv_eq(sv_of(one->error), SV("place")));
        node_put_flag(errors, "share", sv_eq(sv_of(one->error), SV("share")));
    }
    return page_render(page, code, "folder");
}

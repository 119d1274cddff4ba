/* GET and POST /folder: one folder, and all that can be done with it as a whole. */
#include "folder_one.h"

#include "act.h"
#include "confirm.h"
#include "filter_words.h"
#include "flash.h"
#include "folder_size.h"
#include "imap_fetch.h"
#include "imap_search.h"
#include "job_act.h"
#include "job_words.h"
#include "pages.h"
#include "rights.h"
#include "word.h"

enum { NAMED_MAX = 20, SUBJECTS_MAX = 5 };

static struct sv field(const struct folder_one *one, const char *name)
{
    return inputs_get(&one->page->request->form, name);
}

static struct sv label(const struct folder_one *one)
{
    return folder_label(one->page, one->folder, false);
}

/* ---- what was done, and what went wrong ---- */

static enum status tell(struct folder_one *one, struct sv words, struct sv undo, struct sv where)
{
    flash_set(one->page, words, undo, false);
    return page_redirect(one->page, where);
}

static enum status done(struct folder_one *one, const char *key, struct sv what, struct sv where)
{
    return tell(one, locale_format(one->page->locale, one->page->arena, key, what), SV(""), where);
}

static struct sv here(struct folder_one *one)
{
    return folder_page_url(one->page, one->folder->name);
}

/* What the server or the rules of names say against it stands on the page again; all else is a
 * failure like any other. */
static enum status refuse(struct folder_one *one, const char *where, enum status st)
{
    struct page *page = one->page;
    char delimiter[2] = {one->folders.delimiter, '\0'};
    if (!imap_usable(one->imap) || (st != STATUS_EXISTS && st != STATUS_INVALID &&
                                    st != STATUS_REFUSED && st != STATUS_DENIED))
        return st;
    one->error = where;
    if (st == STATUS_EXISTS)
        one->error_text = locale_text(page->locale, "folders.exists");
    else if (page->diagnosis.detail[0])
        one->error_text = locale_format(page->locale, page->arena, "folders.refused",
                                        sv_of(page->diagnosis.detail));
    else if (st == STATUS_DENIED)
        one->error_text = locale_text(page->locale, "one.denied");
    else if (sv_eq(sv_of(where), SV("share")))
        one->error_text = locale_text(page->locale, "share.bad_who");
    else
        one->error_text =
            locale_format(page->locale, page->arena, "folders.bad_name", sv_of(delimiter));
    page->diagnosis = (struct diagnosis){0};
    return folder_one_show(one, 422);
}

/* ---- name, place, use, colour ---- */

/* By conversation or not, as before. The folder has its name already: a failure is only logged. */
static void stay_listed(struct folder_one *one, struct sv to)
{
    struct page *page = one->page;
    struct preferences preferences = page->preferences;
    if (preferences.thread_folders.n == 0)
        return;
    preferences.thread_folders = preferences_threads_follow(
        page->arena, &page->preferences, one->folder->name, to, one->folders.delimiter);
    enum status st = preferences_save(page->session, page->app->store, page->arena, &preferences);
    if (st != STATUS_OK)
        page_log_failure(page, st);
}

static enum status place(struct folder_one *one)
{
    struct sv name = sv_trim(field(one, "name")), parent = field(one, "parent"), to;
    if (!folder_one_may_place(one))
        return STATUS_DENIED;
    enum status st = folder_place(one->page->session, one->imap, &one->call, &one->folders,
                                  one->folder, parent, name);
    if (st != STATUS_OK)
        return refuse(one, "place", st);
    to = parent.n > 0 ? arena_printf(one->page->arena, "%.*s%c%.*s", SV_ARG(parent),
                                     one->folders.delimiter, SV_ARG(name))
                      : arena_printf(one->page->arena, "%.*s%.*s", SV_ARG(one->folders.prefix),
                                     SV_ARG(name));
    if (sv_eq(to, one->folder->name))
        return page_redirect(one->page, here(one));
    stay_listed(one, to);
    struct filter_call call = page_filter_call(one->page);
    st = filters_follow(&call, one->folder->name, to, one->folders.delimiter);
    if (st != STATUS_OK) { /* what arrives would make the old folder anew */
        page_log_failure(one->page, st);
        one->page->diagnosis = (struct diagnosis){0};
    }
    return done(one, st == STATUS_OK ? "flash.placed" : "flash.placed_alone", name,
                folder_page_url(one->page, to));
}

static enum status choose_use(struct folder_one *one)
{
    struct page *page = one->page;
    struct sv wanted = field(one, "use");
    int use = IMAP_USE_DRAFTS;
    if (one->folder->use == IMAP_USE_INBOX || !one->folder->selectable ||
        one->folder->realm != IMAP_REALM_OWN)
        return STATUS_INVALID;
    while (use <= IMAP_USE_TRASH && !sv_eq(wanted, sv_of(folder_kind((enum imap_use)use))))
        use++;
    if (use > IMAP_USE_TRASH && !sv_eq(wanted, SV("folder")))
        return STATUS_INVALID;
    enum status st = store_folder_use_put(page->app->store, session_user(page->session),
                                          one->folder->name, use <= IMAP_USE_TRASH ? use : 0);
    return st == STATUS_OK ? done(one, "flash.used", label(one), here(one)) : st;
}

static enum status look(struct folder_one *one)
{
    struct page *page = one->page;
    enum colour colour;
    bool shown = field(one, "shown").n > 0;
    enum status st = colour_find(field(one, "colour"), &colour);
    if (st == STATUS_OK)
        st = store_folder_colour_put(page->app->store, session_user(page->session),
                                     one->folder->name, (int)colour);
    if (st == STATUS_OK && one->folder->use == IMAP_USE_NONE && shown != one->folder->subscribed)
        st = imap_subscribe(one->imap, &one->call, one->folder->name, shown);
    return st == STATUS_OK ? done(one, "flash.look", label(one), here(one)) : st;
}

/* ---- messages ---- */

/* More than a request should do at once, of all that the folder holds now. */
static enum status as_job(struct folder_one *one, const struct job_act *what,
                          const struct imap_counts *counts)
{
    struct page *page = one->page;
    struct job_act wish = *what;
    int64_t id;
    wish.folder = one->folder->name;
    wish.uidvalidity = counts->uidvalidity;
    wish.uidnext = counts->uidnext;
    wish.all = true;
    wish.total = wish.unread ? counts->unseen : counts->messages;
    enum status st = job_act_start(page->app->jobs, page->session, &wish, &id);
    if (st == STATUS_UNAVAILABLE) {
        flash_set(page, locale_text(page->locale, "job.too_many"), SV(""), true);
        return page_redirect(page, here(one));
    }
    return st == STATUS_OK ? job_follow(page, &one->folders, id, here(one)) : st;
}

static enum status empty_as_job(struct folder_one *one, const struct imap_counts *counts)
{
    struct job_act wish = {.act = act_empties(one->folder) ? ACT_PURGE : ACT_DELETE};
    enum status st = STATUS_OK;
    if (wish.act == ACT_DELETE)
        st = folder_ensure(one->imap, &one->call, &one->folders, IMAP_USE_TRASH, &wish.target);
    return st == STATUS_OK ? as_job(one, &wish, counts) : st;
}

static enum status read_all(struct folder_one *one)
{
    struct page *page = one->page;
    struct act_result result;
    struct imap_counts counts;
    struct act_request request = {.act = ACT_READ_ALL, .folder = one->folder->name};
    if (!one->folder->selectable || !(one->rights & IMAP_RIGHT_SEEN))
        return STATUS_DENIED;
    enum status st = folder_counts(one->imap, &one->call, one->folder, &counts);
    if (st == STATUS_OK && counts.unseen > ACT_AT_ONCE_MAX)
        return as_job(one, &(struct job_act){.act = ACT_READ, .unread = true}, &counts);
    request.uidvalidity = st == STATUS_OK ? counts.uidvalidity : 0;
    if (st == STATUS_OK)
        st = act_run(one->imap, &one->call, &one->folders, &request, &result);
    if (st != STATUS_OK)
        return st;
    return tell(one, locale_plural(page->locale, page->arena, "flash.read", result.count),
                result.undo, here(one));
}

/* ---- asking first ---- */

struct question {
    const char *title, *button;
    struct sv text;
    const struct sv *lines;
    size_t line_count;
    const struct imap_counts *counts;
    struct sv stamp;
};

static enum status ask(struct folder_one *one, const struct question *q)
{
    struct page *page = one->page;
    const struct confirm confirm = {
        .title = locale_format(page->locale, page->arena, q->title, label(one)),
        .text = q->text,
        .button = locale_text(page->locale, q->button),
        .action = "/folder",
        .act = field(one, "act"),
        .cancel_url = here(one),
        .lines = q->lines,
        .line_count = q->line_count,
        .stamp = q->stamp,
        .counts = q->counts};
    folder_list_put(page, &one->folders, one->folder->name);
    return confirm_ask(page, &confirm);
}

/* Trash and Junk are emptied for good; what is elsewhere goes to Trash and can come back. */
static enum status empty(struct folder_one *one)
{
    struct page *page = one->page;
    struct act_result result;
    struct imap_counts counts;
    bool purges = act_empties(one->folder);
    struct act_request request = {.act = purges ? ACT_EMPTY : ACT_DELETE,
                                  .folder = one->folder->name,
                                  .uidnext = confirm_uidnext(page)};
    if (!folder_one_may_remove(one))
        return STATUS_DENIED;
    enum status st = folder_counts(one->imap, &one->call, one->folder, &counts);
    if (st != STATUS_OK)
        return st;
    if (!confirm_covers(page, &counts))
        return ask(one, &(struct question){.title = "confirm.empty_title",
                                           .button = "confirm.empty",
                                           .text = locale_plural(page->locale, page->arena,
                                                                 purges ? "confirm.empty_text"
                                                                        : "confirm.clear_text",
                                                                 counts.messages),
                                           .counts = &counts});
    if (counts.messages > ACT_AT_ONCE_MAX)
        return empty_as_job(one, &counts);
    request.uidvalidity = counts.uidvalidity;
    if (!purges)
        st = imap_select(one->imap, &one->call, one->folder->name, IMAP_READ_WRITE);
    if (st == STATUS_OK && !purges)
        st = imap_search(one->imap, &one->call, NULL, &request.uids);
    if (st == STATUS_OK && (purges || request.uids.n > 0))
        st = act_run(one->imap, &one->call, &one->folders, &request, &result);
    if (st != STATUS_OK)
        return st;
    folders_quota_stale(page->session);
    return tell(one, locale_format(page->locale, page->arena, "flash.emptied", label(one)),
                purges || request.uids.n == 0 ? SV("") : result.undo, here(one));
}

/* The newest subjects of the folder: by these one knows what it is. */
static enum status newest(struct folder_one *one, struct sv *lines, size_t *n)
{
    struct page *page = one->page;
    const struct imap_window window = {.count = SUBJECTS_MAX, .newest_first = true};
    const struct imap_items envelope = {.bits = IMAP_ITEM_ENVELOPE};
    struct imap_messages messages;
    uint32_t total;
    if (!one->folder->selectable)
        return STATUS_OK;
    enum status st = imap_select(one->imap, &one->call, one->folder->name, IMAP_READ_ONLY);
    if (st == STATUS_OK)
        st = imap_fetch_window(one->imap, &one->call, &window, &envelope, &messages, &total);
    for (size_t i = 0; st == STATUS_OK && i < messages.n && i < SUBJECTS_MAX; i++) {
        struct sv subject = messages.p[i].envelope
                                ? word_decode(page->arena, messages.p[i].envelope->subject)
                                : SV("");
        lines[(*n)++] = locale_format(
            page->locale, page->arena, "confirm.message",
            subject.n > 0 ? subject : locale_text(page->locale, "message.no_subject"));
    }
    return st;
}

static size_t name_below(struct folder_one *one, const struct folder_contents *in, struct sv *lines)
{
    struct page *page = one->page;
    size_t n = 0;
    for (; n < in->n && n < NAMED_MAX; n++)
        lines[n] = locale_format(page->locale, page->arena, "confirm.subfolder",
                                 folder_label(page, in->below[n], true));
    if (in->n > NAMED_MAX)
        lines[n++] =
            locale_plural(page->locale, page->arena, "confirm.more_folders", in->n - NAMED_MAX);
    return n;
}

/* Rules that go on filing into a folder make it anew. Filters that cannot be read are no reason not
 * to delete. */
static bool rules_reach(struct folder_one *one)
{
    struct page *page = one->page;
    struct filter_call call = page_filter_call(page);
    struct filters *filters = arena_alloc(page->arena, sizeof *filters);
    if (page->site->filters.way == FILTER_NONE)
        return false;
    enum status st = filters_load(&call, filters);
    if (st == STATUS_OK)
        return filters->ours_run &&
               filters_reach(&filters->set, one->folder->name, one->folders.delimiter);
    page_log_failure(page, st);
    page->diagnosis = (struct diagnosis){0};
    return false;
}

static enum status ask_delete(struct folder_one *one, const struct folder_contents *in,
                              bool for_good, struct sv stamp)
{
    struct page *page = one->page;
    struct sv lines[NAMED_MAX + 2 + SUBJECTS_MAX];
    size_t n = name_below(one, in, lines);
    if (rules_reach(one))
        lines[n++] = locale_text(page->locale, "confirm.rules");
    enum status st = newest(one, lines, &n);
    if (st != STATUS_OK)
        return st;
    const char *words = for_good ? "confirm.folder_text" : "confirm.discard_text";
    return ask(one, &(struct question){
                        .title = for_good ? "confirm.folder_title" : "confirm.discard_title",
                        .button = for_good ? "confirm.destroy" : "confirm.discard",
                        .text = locale_plural(page->locale, page->arena, words, in->messages),
                        .lines = lines,
                        .line_count = n,
                        .stamp = stamp});
}

static enum status delete_folder(struct folder_one *one, bool for_good)
{
    struct page *page = one->page;
    char stamp[SESSION_CSRF_TEXT + 1];
    struct folder_contents in;
    struct sv to = SV(""), name = label(one);
    if (for_good ? !folder_one_may_place(one) : !folder_one_may_discard(one))
        return STATUS_DENIED;
    enum status st = folder_look_into(one->imap, &one->call, &one->folders, one->folder, &in);
    if (st != STATUS_OK)
        return st;
    /* the answer is about what was there when it was asked */
    session_sign(
        page->session, for_good ? "destroy" : "discard",
        arena_printf(page->arena, "%.*s %.*s", SV_ARG(one->folder->name), SV_ARG(in.stamp)), stamp);
    if (!confirm_given(page) || !sv_eq(field(one, "stamp"), sv_of(stamp)))
        return ask_delete(one, &in, for_good, sv_of(stamp));
    if (for_good)
        st = folder_destroy(page->session, one->imap, &one->call, &one->folders, one->folder, &in);
    else
        st = folder_discard(page->session, one->imap, &one->call, &one->folders, one->folder, &to);
    if (st != STATUS_OK)
        return refuse(one, "", st);
    folders_quota_stale(page->session);
    return done(one, for_good ? "flash.removed" : "flash.trashed", name, SV("/folders"));
}

/* ---- sharing ---- */

static const struct imap_acl_entry *entry_of(const struct folder_one *one, struct sv who)
{
    for (size_t i = 0; i < one->acl.n; i++)
        if (sv_eq(one->acl.p[i].who, who))
            return &one->acl.p[i];
    return NULL;
}

/* Letters that we do not know stay as they were. One's own rights are not changed here: nobody is
 * to lock himself out by a slip. */
static enum status share(struct folder_one *one, bool add)
{
    struct page *page = one->page;
    struct sv who = sv_trim(field(one, "who"));
    struct imap_acl_entry entry = {.who = who};
    int level = 0;
    if (sv_eq_nocase(who, session_user(page->session)))
        return refuse(one, "share", STATUS_INVALID);
    enum status st = imap_acl_get(one->imap, &one->call, one->folder->name, &one->acl);
    if (st != STATUS_OK)
        return st;
    const struct imap_acl_entry *now = entry_of(one, who);
    while (level < SHARE_LEVELS && !sv_eq(field(one, "level"), sv_of(share_level_names[level])))
        level++;
    if (add && level == SHARE_LEVELS) /* as it is */
        return page_redirect(page, here(one));
    if (add) {
        entry.rights.bits = share_level_rights[level];
        entry.rights.others = now ? now->rights.others : SV("");
        st = imap_acl_set(one->imap, &one->call, one->folder->name, &entry);
    } else
        st = imap_acl_delete(one->imap, &one->call, one->folder->name, who);
    if (st != STATUS_OK)
        return refuse(one, "share", st);
    return done(one, add ? "flash.shared" : "flash.unshared",
                sv_eq_nocase(who, SV("anyone")) ? locale_text(page->locale, "share.anyone") : who,
                here(one));
}

/* ---- the page ---- */

static enum status run(struct folder_one *one)
{
    struct sv act = field(one, "act");
    if (sv_eq(act, SV("place")))
        return place(one);
    if (sv_eq(act, SV("use")))
        return choose_use(one);
    if (sv_eq(act, SV("look")))
        return look(one);
    if (sv_eq(act, SV("readall")))
        return read_all(one);
    if (sv_eq(act, SV("empty")))
        return empty(one);
    if (sv_eq(act, SV("discard")) || sv_eq(act, SV("destroy")))
        return delete_folder(one, sv_eq(act, SV("destroy")));
    if (sv_eq(act, SV("share")) || sv_eq(act, SV("unshare")))
        return share(one, sv_eq(act, SV("share")));
    return STATUS_INVALID;
}

enum status page_folder_one(struct page *page)
{
    struct folder_one *one = arena_alloc(page->arena, sizeof *one);
    one->page = page;
    one->call = page_call(page);
    enum status st = folder_list_load(page, SV(""), &one->imap, &one->folders);
    if (st != STATUS_OK)
        return st;
    one->folder = folder_find(&one->folders, request_param(page->request, "folder"));
    if (!one->folder) {
        diagnosis_set(&page->diagnosis, STAGE_COMMAND, CAUSE_MAILBOX_MISSING, "", 0, "");
        return STATUS_NOT_FOUND;
    }
    st = rights_load(page, one->imap, one->folder, true, &one->rights);
    if (st != STATUS_OK)
        return st;
    if (page->request->method == METHOD_POST)
        return run(one);
    bool waiting;
    st = folder_size_measure(one, &waiting);
    return st == STATUS_OK && !waiting ? folder_one_show(one, 200) : st;
}

#include "costly.h"

#include "folder_list.h"

enum { FOLDERS_MS = 2000 };

static struct share waiting_requests = SHARE_NEW;

/* Requests that wait must use up neither the threads that those already in are served by nor, if
 * they are one user's, the patience that there is for others. */
void costly_wait_begin(const struct page *page, struct costly_wait *out)
{
    unsigned all = page->app->costly_slots;
    bool slot = share_take(&waiting_requests, session_user(page->session), all, share_half(all),
                           &out->part);
    out->ms = slot && !request_by_itself(page->request) ? COSTLY_WAIT_MS : COSTLY_GLANCE_MS;
}

void costly_wait_end(struct costly_wait *wait)
{
    share_give(&waiting_requests, &wait->part);
}

static enum status wait_a_little(struct page *page, struct gate_ticket *ticket,
                                 struct diagnosis *diagnosis)
{
    struct costly_wait wait;
    costly_wait_begin(page, &wait);
    enum status st = gate_wait(ticket, deadline_in(wait.ms), diagnosis);
    costly_wait_end(&wait);
    return st;
}

/* ---- the page to wait on ---- */

static void put_state(struct page *page, struct node waiting, struct gate_ticket *ticket)
{
    size_t place = ticket ? gate_place(ticket) : 0;
    int64_t age = ticket ? gate_age(ticket) / 1000 : 0;
    struct sv text = locale_text(page->locale, "waiting.next");
    if (place == 0)
        text = locale_plural(page->locale, page->arena, "waiting.running", (uint64_t)age);
    else if (place > 1)
        text = locale_format(page->locale, page->arena, "waiting.place",
                             locale_number(page->locale, page->arena, place));
    node_put(waiting, "state", text);
}

/* The way on to other folders, as far as they can be told without new work: over another connection
 * than the one that the work holds. Without them the page is poorer, not wrong. */
static void put_folders(struct page *page)
{
    const struct imap_call quiet = {
        .arena = page->arena, .deadline = deadline_min(page->deadline, deadline_in(FOLDERS_MS))};
    struct imap *imap = NULL;
    struct folders folders;
    if (!folders_known(page->session) ||
        session_connection_take(page->session, SV(""), quiet.deadline, &imap, NULL) != STATUS_OK)
        return;
    if (folders_load(page->session, imap, &quiet, &folders) == STATUS_OK)
        folder_list_put(page, &folders, SV(""));
    session_connection_give(page->session, &imap);
}

/* A form is asked for again with what was in it. */
static void put_form(struct page *page, struct node waiting, const struct costly *costly)
{
    const struct inputs *form = &page->request->form;
    node_put(waiting, "action_url",
             arena_printf(page->arena, "%.*s%s", SV_ARG(request_target(page->request)),
                          costly->anchor ? costly->anchor : ""));
    for (size_t i = 0, n = 0; i < form->n; i++) {
        if (sv_eq(form->at[i].name, SV("csrf")))
            continue;
        struct node field = node_item(waiting, "Fields", n++);
        node_put(field, "name", form->at[i].name);
        node_put(field, "value", form->at[i].value);
    }
}

static enum status render(struct page *page, const struct costly *costly,
                          struct gate_ticket *ticket)
{
    struct node root = view_root(page_view(page)), waiting = node_child(root, "Waiting");
    node_put(root, "Page.title", costly->what);
    node_put(waiting, "what", costly->what);
    node_put(waiting, "key", costly->key);
    node_put(waiting, "leave_url", costly->leave_url.n > 0 ? costly->leave_url : SV("/mail"));
    put_state(page, waiting, ticket);
    if (costly->back_act.n > 0)
        node_put(waiting, "back_act", costly->back_act);
    if (page->request->method == METHOD_POST)
        put_form(page, waiting, costly);
    else
        node_put(waiting, "again_url", request_target(page->request));
    if (!request_by_itself(page->request))
        put_folders(page);
    return page_render(page, 202, "waiting");
}

/* ---- the work ---- */

static enum status look(struct page *page, const struct costly *costly, struct gate_ticket *ticket,
                        bool *waiting)
{
    struct diagnosis diagnosis = {0};
    enum status st = wait_a_little(page, ticket, &diagnosis);
    if (gate_finished(ticket)) {
        if (st != STATUS_OK)
            page->diagnosis = diagnosis;
        *waiting = false;
        return st;
    }
    *waiting = true;
    return render(page, costly, ticket);
}

enum status page_costly(struct page *page, const struct costly *costly, bool *waiting)
{
    struct gate_ticket *ticket;
    session_connection_give(page->session, &page->imap);
    if (request_by_itself(page->request) && !costly->by_itself) {
        if (costly->free_context)
            costly->free_context(costly->context);
        *waiting = true;
        return render(page, costly, NULL);
    }
    const struct gate_work work = {.key = costly->key,
                                   .urgency = GATE_PAGE,
                                   .step = costly->step,
                                   .context = costly->context,
                                   .free_context = costly->free_context};
    enum status st = gate_submit(page->app->gate, page->session, &work, &ticket);
    if (st == STATUS_UNAVAILABLE)
        diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_BUSY, "", 0, "");
    if (st != STATUS_OK)
        return st;
    st = look(page, costly, ticket, waiting);
    gate_release(&ticket);
    return st;
}

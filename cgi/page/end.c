/* GET and POST /end: ends a public session by the code that its pages show, from any telephone and
 * without signing in. Whoever types a code learns whether it was one: its owner must know that the
 * machine in the café is shut, and a guess is right once in 2^40 for each session that is open. */
#include "door.h"
#include "failure.h"
#include "log.h"
#include "pages.h"
#include "pre_session.h"
#include "roll.h"

enum { WRONG = 403 };

static enum status show(struct page *page, unsigned code, bool done, struct sv error)
{
    struct node root = view_root(page_view(page)), end = node_child(root, "End");
    pre_session_put(page, root);
    node_put_text(root, "Page.title", "end.title");
    node_put_flag(end, "done", done);
    if (error.n > 0)
        node_put(end, "error", error);
    return page_render(page, code, "end");
}

static enum status end_it(struct page *page)
{
    struct door door;
    struct sv user;
    struct sv typed = inputs_get(&page->request->form, "code");
    if (door_enter_code(page, SV(""), &door) != STATUS_OK)
        return show(page, door.code, false, door.words);
    door.cause = "end-code";
    door.passing = true;
    enum status st = roll_end_code(page->app->sessions, page->app->gate, typed, page->arena, &user);
    bool wrong = st == STATUS_NOT_FOUND || st == STATUS_INVALID;
    door_leave(&door, st == STATUS_OK ? DOOR_RIGHT : wrong ? DOOR_WRONG : DOOR_UNKNOWN);
    if (wrong)
        return show(page, WRONG, false, locale_text(page->locale, "end.wrong"));
    if (st != STATUS_OK)
        return st;
    log_event(LOG_LEVEL_INFO, "session-ended", "by=code address=%s user=\"%.*s\"",
              page->request->client, SV_ARG(page_log_words(page, user)));
    return show(page, 200, true, SV(""));
}

enum status page_end(struct page *page)
{
    return page->request->method == METHOD_POST ? end_it(page) : show(page, 200, false, SV(""));
}

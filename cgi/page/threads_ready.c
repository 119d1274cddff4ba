#include "threads_ready.h"

#include "conversation.h"
#include "costly.h"
#include "folder_list.h"

enum { ROUNDS = 3, WORK_MS = 10 * 60 * 1000 };

static enum status compute(struct gate_turn *turn, struct imap *imap, const struct imap_call *call,
                           void *context)
{
    const char *folder = context;
    enum status st = imap_select(imap, call, sv_of(folder), IMAP_READ_WRITE);
    return st == STATUS_OK ? threads_compute(turn->session, imap, call) : st;
}

static enum status step(struct gate_turn *turn, void *context)
{
    const char *folder = context;
    return gate_imap(turn, sv_of(folder), deadline_in(WORK_MS), compute, context);
}

/* For a context that outlives the request. */
static enum status through_gate(struct page *page, const struct folders *folders, struct sv name,
                                bool *waiting)
{
    const struct folder *folder = folder_find(folders, name);
    struct sv label = folder ? folder_label(page, folder, false) : name;
    const struct costly costly = {
        .key = arena_printf(page->arena, "threads %.*s", SV_ARG(name)),
        .step = step,
        .context = sv_copy(name),
        .free_context = free,
        .what = locale_format(page->locale, page->arena, "thread.finding", label)};
    return page_costly(page, &costly, waiting);
}

enum status threads_ready(struct page *page, struct imap **imap, const struct folders *folders,
                          struct sv folder, bool *waiting)
{
    const struct folder *known = folder_find(folders, folder);
    uint32_t uidnext = known && known->counted ? known->counts.uidnext : 0;
    struct imap_call call = page_call(page);
    bool costly = true;
    *waiting = false;
    /* what the work has kept may have been replaced by another request's before we come back */
    for (int i = 0; costly && i < ROUNDS; i++) {
        enum status st =
            conversation_prepare(page->session, *imap, &call, folder, uidnext, i > 0, &costly);
        if (st == STATUS_OK && costly)
            st = through_gate(page, folders, folder, waiting);
        if (st != STATUS_OK || *waiting)
            return st;
        st = page_imap(page, folder, imap);
        if (st != STATUS_OK)
            return st;
    }
    if (costly)
        diagnosis_set(&page->diagnosis, STAGE_NONE, CAUSE_BUSY, "", 0, "");
    return costly ? STATUS_UNAVAILABLE : STATUS_OK;
}

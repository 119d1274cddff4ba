#include "act_across.h"

enum { UNDO_ALL_MAX = 1024 * 1024 }; /* bytes of all tokens together: half of a form's field */

/* The folder that the messages would go to; empty: none, or it is not there yet. */
static struct sv destination(const struct folders *folders, enum act act, struct sv target)
{
    enum imap_use use = act == ACT_ARCHIVE   ? IMAP_USE_ARCHIVE
                        : act == ACT_JUNK    ? IMAP_USE_JUNK
                        : act == ACT_NOTJUNK ? IMAP_USE_INBOX
                                             : IMAP_USE_NONE;
    if (act == ACT_MOVE)
        return target;
    const struct folder *folder = use == IMAP_USE_NONE ? NULL : folder_of_use(folders, use);
    return folder ? folder->name : SV("");
}

static void note(const struct selection_group *group, enum status st,
                 struct act_across_result *result)
{
    if (result->left == 0)
        result->failure = st;
    result->left += group->uids.n;
}

enum status act_across(struct imap *imap, const struct imap_call *call,
                       const struct folders *folders, enum act act, struct sv target,
                       const struct selection *selection, struct act_across_result *result)
{
    struct sb undo;
    struct sv there = destination(folders, act, target);
    bool whole = true; /* all that was moved can be moved back */
    enum status st = STATUS_OK;
    *result = (struct act_across_result){0};
    sb_init(&undo, call->arena, UNDO_ALL_MAX);
    for (size_t i = 0; i < selection->n && st == STATUS_OK; i++) {
        const struct selection_group *group = &selection->p[i];
        struct act_request request = {.act = act,
                                      .folder = group->folder,
                                      .uidvalidity = group->uidvalidity,
                                      .uids = group->uids,
                                      .target = target,
                                      .tag = target};
        struct act_result one;
        if (group->uids.n == 0 || sv_eq(group->folder, there))
            continue;
        enum status done = act_run(imap, call, folders, &request, &one);
        if (done != STATUS_OK) {
            note(group, done, result);
            st = imap_usable(imap) ? STATUS_OK : done;
            continue;
        }
        result->count += one.count;
        if (one.target.n > 0)
            result->target = one.target;
        if (one.undo.n > 0 && undo.n > 0)
            sb_add_char(&undo, ';');
        sb_add(&undo, one.undo);
        whole = whole && (one.undo.n > 0 || one.count == 0);
    }
    result->undo = whole && !undo.over ? sb_view(&undo) : SV("");
    return st;
}

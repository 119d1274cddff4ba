#include "act.h"

#include "imap_change.h"
#include "imap_search.h"
#include "undo.h"

const char *const act_names[ACT_COUNT] = {"read",  "unread",  "flag", "unflag",  "move",
                                          "copy",  "archive", "junk", "notjunk", "delete",
                                          "purge", "empty",   "tag",  "untag",   "readall"};

enum status act_find(struct sv name, enum act *act)
{
    for (int i = 0; i < ACT_COUNT; i++)
        if (sv_eq(name, sv_of(act_names[i]))) {
            *act = (enum act)i;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

bool act_destroys(enum act act, const struct folder *folder)
{
    bool in_trash = folder && folder->use == IMAP_USE_TRASH;
    return act == ACT_PURGE || act == ACT_EMPTY || (act == ACT_DELETE && in_trash);
}

bool act_empties(const struct folder *folder)
{
    return folder && (folder->use == IMAP_USE_TRASH || folder->use == IMAP_USE_JUNK);
}

bool act_takes_all(enum act act)
{
    return act == ACT_EMPTY || act == ACT_READ_ALL;
}

/* ---- moves ---- */

static enum status mark(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                        unsigned bits, bool add)
{
    const struct imap_flags flags = {.bits = bits};
    return imap_store(imap, call, uids, &flags, add);
}

/* What a filter has learnt to look at: the marks travel with the messages. */
static enum status mark_junk(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                             bool junk)
{
    enum status st = mark(imap, call, uids, junk ? IMAP_NOT_JUNK : IMAP_JUNK, false);
    return st == STATUS_OK ? mark(imap, call, uids, junk ? IMAP_JUNK : IMAP_NOT_JUNK, true) : st;
}

static enum undo_mark undo_mark_of(enum act act)
{
    return act == ACT_JUNK ? UNDO_JUNK : act == ACT_NOTJUNK ? UNDO_NOTJUNK : UNDO_MOVE;
}

/* Where the server tells no new UIDs: as many as have left the folder. None is what it comes to
 * when they were gone already. */
static size_t count_left(struct imap *imap, const struct imap_call *call, uint32_t before,
                         size_t asked)
{
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    if (imap_selected(imap)->exists >= before && imap_refresh(imap, &quiet) != STATUS_OK)
        return asked;
    uint32_t now = imap_selected(imap)->exists;
    size_t left = now < before ? before - now : 0;
    return left < asked ? left : asked;
}

/* The same for a copy, which leaves them where they are. */
static size_t count_there(struct imap *imap, const struct imap_call *call, struct imap_uids asked)
{
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    const struct imap_criteria these = {.key = IMAP_KEY_UIDS, .uids = asked};
    struct imap_uids there;
    return imap_search(imap, &quiet, &these, &there) == STATUS_OK ? there.n : asked.n;
}

static enum status move_to(struct imap *imap, const struct imap_call *call,
                           const struct act_request *request, struct sv target,
                           struct act_result *result)
{
    struct imap_copied copied = {0};
    if (sv_eq(target, request->folder))
        return STATUS_INVALID;
    enum status st = STATUS_OK;
    if (request->act == ACT_JUNK || request->act == ACT_NOTJUNK)
        st = mark_junk(imap, call, request->uids, request->act == ACT_JUNK);
    uint32_t before = imap_selected(imap)->exists;
    if (st == STATUS_OK)
        st = imap_move(imap, call, request->uids, target, &copied);
    if (st != STATUS_OK)
        return st;
    result->target = target;
    if (!copied.known)
        result->count = count_left(imap, call, before, request->uids.n);
    if (copied.known) {
        const struct undo undo = {.mark = undo_mark_of(request->act),
                                  .folder = target,
                                  .origin = request->folder,
                                  .uidvalidity = copied.uidvalidity,
                                  .uids = copied.to};
        result->count = copied.to.n;
        result->undo = undo_write(call->arena, &undo);
    }
    return STATUS_OK;
}

static enum status move_to_use(struct imap *imap, const struct imap_call *call,
                               const struct folders *folders, const struct act_request *request,
                               enum imap_use use, struct act_result *result)
{
    struct sv target;
    enum status st = folder_ensure(imap, call, folders, use, &target);
    return st == STATUS_OK ? move_to(imap, call, request, target, result) : st;
}

static enum status copy_to(struct imap *imap, const struct imap_call *call,
                           const struct act_request *request, struct act_result *result)
{
    struct imap_copied copied = {0};
    enum status st = imap_copy(imap, call, request->uids, request->target, &copied);
    if (st != STATUS_OK)
        return st;
    result->target = request->target;
    result->count = copied.known ? copied.to.n : count_there(imap, call, request->uids);
    return STATUS_OK;
}

/* ---- deleting ---- */

static enum status empty(struct imap *imap, const struct imap_call *call,
                         const struct folder *folder, uint32_t uidnext, struct act_result *result)
{
    struct imap_uids all;
    if (!act_empties(folder) || uidnext == 0)
        return STATUS_INVALID;
    enum status st = imap_search(imap, call, NULL, &all);
    while (st == STATUS_OK && all.n > 0 && all.p[all.n - 1] >= uidnext)
        all.n--;
    if (st == STATUS_OK && all.n > 0)
        st = imap_expunge(imap, call, all);
    if (st == STATUS_OK)
        result->count = all.n;
    return st;
}

static enum status discard(struct imap *imap, const struct imap_call *call,
                           const struct folders *folders, const struct act_request *request,
                           struct act_result *result)
{
    if (act_destroys(request->act, folder_find(folders, request->folder)))
        return imap_expunge(imap, call, request->uids);
    return move_to_use(imap, call, folders, request, IMAP_USE_TRASH, result);
}

/* ---- tags, and all at once ---- */

static enum status store_mark(struct imap *imap, const struct imap_call *call,
                              enum undo_mark mark_of, struct imap_uids uids, struct sv keyword,
                              bool add)
{
    const struct imap_flags tag = {.keywords = &keyword, .keyword_count = 1};
    if (mark_of == UNDO_SEEN)
        return mark(imap, call, uids, IMAP_SEEN, add);
    return imap_store(imap, call, uids, &tag, add);
}

static void undo_of_mark(const struct imap_call *call, const struct act_request *request,
                         enum undo_mark mark_of, const struct imap *imap, struct imap_uids changed,
                         struct act_result *result)
{
    bool seen = mark_of == UNDO_SEEN;
    const struct undo undo = {.mark = mark_of,
                              .folder = request->folder,
                              .origin = seen ? request->folder : request->tag,
                              .uidvalidity = imap_selected(imap)->uidvalidity,
                              .uids = changed};
    if (changed.n > 0)
        result->undo = undo_write(call->arena, &undo);
}

/* Only those that it changes, so that Undo does not change others. */
static enum status retag(struct imap *imap, const struct imap_call *call,
                         const struct act_request *request, struct act_result *result)
{
    bool add = request->act == ACT_TAG;
    const struct imap_criteria has = {.key = IMAP_KEY_KEYWORD, .text = request->tag};
    const struct imap_criteria not_yet = {.key = IMAP_KEY_NOT, .children = &has};
    struct imap_criteria these = {.key = IMAP_KEY_UIDS, .uids = request->uids};
    const struct imap_criteria both = {.key = IMAP_KEY_AND, .children = &these};
    struct imap_uids changed;
    these.next = add ? &not_yet : &has;
    if (request->tag.n == 0)
        return STATUS_INVALID;
    if (add && !imap_selected(imap)->read_only && !imap_keeps_keyword(imap, request->tag))
        return STATUS_UNSUPPORTED;
    enum status st = imap_search(imap, call, &both, &changed);
    if (st == STATUS_TOO_LARGE) { /* more UIDs than a search may name */
        changed = request->uids;
        st = STATUS_OK;
    }
    if (st == STATUS_OK)
        st = store_mark(imap, call, UNDO_TAG, changed, request->tag, add);
    if (st == STATUS_OK)
        undo_of_mark(call, request, add ? UNDO_TAG : UNDO_UNTAG, imap, changed, result);
    return st;
}

static enum status read_all(struct imap *imap, const struct imap_call *call,
                            const struct act_request *request, struct act_result *result)
{
    const struct imap_criteria seen = {.key = IMAP_KEY_FLAG, .number = IMAP_SEEN};
    const struct imap_criteria unseen = {.key = IMAP_KEY_NOT, .children = &seen};
    struct imap_uids found;
    enum status st = imap_search(imap, call, &unseen, &found);
    if (st == STATUS_OK && found.n > 0)
        st = mark(imap, call, found, IMAP_SEEN, true);
    if (st != STATUS_OK)
        return st;
    result->count = found.n;
    undo_of_mark(call, request, UNDO_SEEN, imap, found, result);
    return STATUS_OK;
}

/* ---- all of them ---- */

static enum status run(struct imap *imap, const struct imap_call *call,
                       const struct folders *folders, const struct act_request *request,
                       struct act_result *result)
{
    switch (request->act) {
    case ACT_READ:
    case ACT_UNREAD:
        return mark(imap, call, request->uids, IMAP_SEEN, request->act == ACT_READ);
    case ACT_FLAG:
    case ACT_UNFLAG:
        return mark(imap, call, request->uids, IMAP_FLAGGED, request->act == ACT_FLAG);
    case ACT_MOVE:
        return move_to(imap, call, request, request->target, result);
    case ACT_COPY:
        return copy_to(imap, call, request, result);
    case ACT_ARCHIVE:
        return move_to_use(imap, call, folders, request, IMAP_USE_ARCHIVE, result);
    case ACT_JUNK:
        return move_to_use(imap, call, folders, request, IMAP_USE_JUNK, result);
    case ACT_NOTJUNK:
        return move_to_use(imap, call, folders, request, IMAP_USE_INBOX, result);
    case ACT_DELETE:
    case ACT_PURGE:
        return discard(imap, call, folders, request, result);
    case ACT_EMPTY:
        return empty(imap, call, folder_find(folders, request->folder), request->uidnext, result);
    case ACT_TAG:
    case ACT_UNTAG:
        return retag(imap, call, request, result);
    case ACT_READ_ALL:
        return read_all(imap, call, request, result);
    case ACT_COUNT:
        break;
    }
    return STATUS_INVALID;
}

enum status act_run(struct imap *imap, const struct imap_call *call, const struct folders *folders,
                    const struct act_request *request, struct act_result *result)
{
    struct act_request sorted = *request;
    bool targeted = request->act == ACT_MOVE || request->act == ACT_COPY;
    const struct folder *target = targeted ? folder_find(folders, request->target) : NULL;
    if (targeted && (!target || !target->selectable))
        return STATUS_INVALID;
    if (request->uids.n > ACT_UIDS_MAX)
        return STATUS_TOO_LARGE;
    sorted.uids = imap_uids_sorted(call->arena, request->uids);
    if (sorted.uids.n == 0 && !act_takes_all(request->act))
        return STATUS_INVALID;
    enum status st =
        imap_select_same(imap, call, request->folder, IMAP_READ_WRITE, request->uidvalidity);
    struct act_result done = {.count = sorted.uids.n};
    if (st == STATUS_OK)
        st = run(imap, call, folders, &sorted, &done);
    if (st == STATUS_OK)
        *result = done;
    return st;
}

static enum status undo_one(struct imap *imap, const struct imap_call *call, struct sv token,
                            size_t *count)
{
    struct undo undo = {0};
    struct imap_copied copied;
    enum status st = undo_read(call->arena, token, &undo);
    if (st == STATUS_OK)
        st = imap_select_same(imap, call, undo.folder, IMAP_READ_WRITE, undo.uidvalidity);
    bool moved = undo.mark < UNDO_TAG;
    if (st == STATUS_OK && !moved)
        st = store_mark(imap, call, undo.mark, undo.uids, undo.origin, undo.mark == UNDO_UNTAG);
    if (st == STATUS_OK && moved && undo.mark != UNDO_MOVE)
        st = mark(imap, call, undo.uids, undo.mark == UNDO_JUNK ? IMAP_JUNK : IMAP_NOT_JUNK, false);
    if (st == STATUS_OK && moved)
        st = imap_move(imap, call, undo.uids, undo.origin, &copied);
    if (st == STATUS_OK)
        *count += undo.uids.n;
    return st;
}

/* What one folder does not let be undone is no reason to leave the others. */
enum status act_undo(struct imap *imap, const struct imap_call *call, struct sv undo, size_t *count)
{
    enum status first = STATUS_OK;
    size_t n = 0;
    struct sv rest = undo;
    do {
        enum status st = undo_one(imap, call, sv_cut(&rest, ';'), &n);
        first = first == STATUS_OK ? st : first;
    } while (rest.n > 0 && imap_usable(imap));
    if (first == STATUS_OK)
        *count = n;
    return first;
}

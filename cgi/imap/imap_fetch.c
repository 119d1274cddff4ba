#include "imap_fetch.h"

#include "imap_collect.h"
#include "imap_search.h"
#include "imap_veil.h"
#include "sorted.h"

/* ---- by UID ---- */

static const struct imap_message *message_find(const struct collection *all, uint32_t uid)
{
    return all->n > 0 ? bsearch(&uid, all->p, all->n, sizeof *all->p, sorted_by_u32) : NULL;
}

/* True if everything asked for has come: what came for others is news, not an answer. */
static bool is_complete(const struct imap_message *message, const struct imap_items *items)
{
    const unsigned sure = IMAP_ITEM_FLAGS | IMAP_ITEM_DATE | IMAP_ITEM_SIZE | IMAP_ITEM_ENVELOPE |
                          IMAP_ITEM_STRUCTURE;
    return (items->bits & sure & ~message->got) == 0;
}

static enum status uids_fetch(struct imap *imap, const struct imap_call *call,
                              struct imap_uids sorted, const struct imap_items *items,
                              struct collection *all)
{
    enum status status = STATUS_OK;
    const struct imap_listener listener = {.reply = collection_reply, .context = all};
    for (size_t at = 0; at < sorted.n && status == STATUS_OK;) {
        struct imap_batch batch;
        size_t from = at;
        batch_init(&batch, imap, call);
        batch_command(&batch, "UID FETCH ");
        batch_set(&batch, sorted, &at);
        batch_add(&batch, " ");
        items_add(&batch, items);
        batch_end(&batch);
        status = batch_run(&batch, &listener);
        if (status != STATUS_OK)
            break;
        if (items_preview_missed(&batch, 0, items))
            at = from;
        else
            status = command_status_some(&batch, 0);
    }
    return status;
}

enum status imap_fetch_uids(struct imap *imap, const struct imap_call *call, struct imap_uids uids,
                            const struct imap_items *items, struct imap_messages *messages)
{
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    if (uids.n > IMAP_MESSAGES_MAX)
        return STATUS_TOO_LARGE;
    const struct imap_items asked = veil_items(imap, items);
    struct collection all = {.arena = call->arena, .items = &asked, .by_uid = true};
    enum status status = uids_fetch(imap, call, imap_uids_sorted(call->arena, uids), &asked, &all);
    if (status != STATUS_OK)
        return status;
    struct imap_message *ordered = arena_array(call->arena, uids.n, sizeof *ordered);
    size_t n = 0;
    for (size_t i = 0; i < uids.n; i++) {
        const struct imap_message *found = message_find(&all, uids.p[i]);
        if (found && is_complete(found, &asked))
            ordered[n++] = *found;
    }
    veil_draw(imap, ordered, &n);
    if (uids.n == 1)
        imap->admitted = n == 1 && !ordered[0].veiled ? ordered[0].uid : 0;
    *messages = (struct imap_messages){ordered, n};
    return STATUS_OK;
}

/* UID FETCH would tell of those as well that are not there. */
static enum status search_new_uids(struct imap *imap, const struct imap_call *call, uint32_t first,
                                   struct imap_uids *uids)
{
    const struct imap_criteria from = {.key = IMAP_KEY_UID_FROM, .number = first};
    struct imap_uids found;
    size_t skip = 0;
    enum status status = imap_search(imap, call, &from, &found);
    if (status != STATUS_OK)
        return status;
    while (skip < found.n && found.p[skip] < first) /* the last message, always */
        skip++;
    *uids = (struct imap_uids){found.p + skip, found.n - skip};
    return STATUS_OK;
}

enum status imap_fetch_new_uids(struct imap *imap, const struct imap_call *call, uint32_t first,
                                struct imap_uids *uids)
{
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    if (imap_partial(imap))
        return search_new_uids(imap, call, first, uids);
    const struct imap_items none = {0};
    struct collection all = {.arena = call->arena, .items = &none, .by_uid = true};
    const struct imap_listener listener = {.reply = collection_reply, .context = &all};
    struct imap_batch batch;
    batch_init(&batch, imap, call);
    batch_command(&batch, "UID FETCH ");
    batch_number(&batch, first > 0 ? first : 1);
    batch_add(&batch, ":* (UID)");
    batch_end(&batch);
    enum status status = batch_do(&batch, &listener);
    if (status != STATUS_OK)
        return status;
    uint32_t *list = arena_array(call->arena, all.n, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i].uid >= first) /* n:* always includes the last message */
            list[n++] = all.p[i].uid;
    *uids = (struct imap_uids){list, n};
    return STATUS_OK;
}

/* ---- by position ---- */

struct range {
    uint32_t first, last; /* first > last: empty */
};

static struct range range_of(const struct imap_window *window, uint32_t exists)
{
    if (window->skip >= exists || window->count == 0)
        return (struct range){1, 0};
    uint32_t count = exists - window->skip;
    if (count > window->count)
        count = window->count;
    if (window->newest_first)
        return (struct range){exists - window->skip - count + 1, exists - window->skip};
    return (struct range){window->skip + 1, window->skip + count};
}

static void range_fetch_add(struct imap_batch *batch, struct range range,
                            const struct imap_items *items)
{
    batch_command(batch, "FETCH ");
    batch_number(batch, range.first);
    batch_add(batch, ":");
    batch_number(batch, range.last);
    batch_add(batch, " ");
    items_add(batch, items);
    batch_end(batch);
}

/* One attempt; *again if what the server told meanwhile has moved the window. */
static enum status window_try(struct imap *imap, const struct imap_call *call,
                              const struct imap_window *window, bool refresh,
                              const struct imap_items *items, struct collection *all, bool *again)
{
    struct imap_batch batch;
    const struct imap_listener listener = {.reply = collection_reply, .context = all};
    uint32_t exists = imap->mailbox.exists;
    struct range range = range_of(window, exists);
    *again = false;
    batch_init(&batch, imap, call);
    if (refresh) {
        batch_command(&batch, "NOOP");
        batch_end(&batch);
    }
    if (range.first <= range.last)
        range_fetch_add(&batch, range, items);
    if (batch.count == 0)
        return STATUS_OK;
    uint64_t expunges = imap->expunges;
    enum status status = batch_run(&batch, &listener);
    if (status != STATUS_OK)
        return status;
    *again = imap->mailbox.exists != exists || imap->expunges != expunges ||
             items_preview_missed(&batch, batch.count - 1, items);
    return *again ? STATUS_OK : command_status_some(&batch, batch.count - 1);
}

/* The window of what is there. */
static enum status partial_window(struct imap *imap, const struct imap_call *call,
                                  const struct imap_window *window, const struct imap_items *items,
                                  struct imap_messages *messages, uint32_t *total)
{
    struct imap_uids there, chosen = {0};
    enum status status = window->refresh ? imap_refresh(imap, call) : STATUS_OK;
    if (status == STATUS_OK)
        status = imap_search(imap, call, NULL, &there);
    if (status != STATUS_OK)
        return status;
    veil_learn(imap, there);
    uint32_t *uids = arena_array(call->arena, (size_t)window->count + 1, sizeof *uids);
    for (size_t i = window->skip; i < there.n && chosen.n < window->count; i++)
        uids[chosen.n++] = there.p[window->newest_first ? there.n - 1 - i : i];
    chosen.p = uids;
    *messages = (struct imap_messages){0};
    if (chosen.n > 0)
        status = imap_fetch_uids(imap, call, chosen, items, messages);
    if (status == STATUS_OK)
        *total = (uint32_t)there.n;
    return status;
}

enum status imap_fetch_window(struct imap *imap, const struct imap_call *call,
                              const struct imap_window *window, const struct imap_items *items,
                              struct imap_messages *messages, uint32_t *total)
{
    enum { ATTEMPTS = 4 };
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    if (window->count > IMAP_MESSAGES_MAX)
        return STATUS_TOO_LARGE;
    if (imap_partial(imap))
        return partial_window(imap, call, window, items, messages, total);
    const struct imap_items asked = veil_items(imap, items);
    struct collection all = {.arena = call->arena, .items = &asked};
    bool again = true;
    for (int i = 0; again && i < ATTEMPTS; i++) {
        all.n = 0;
        enum status status =
            window_try(imap, call, window, window->refresh && i == 0, &asked, &all, &again);
        if (status != STATUS_OK)
            return status;
    }
    struct range range = range_of(window, imap->mailbox.exists);
    struct imap_message *ordered = arena_array(call->arena, all.n, sizeof *ordered);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++) {
        const struct imap_message *message = &all.p[window->newest_first ? all.n - 1 - i : i];
        if (message->position >= range.first && message->position <= range.last &&
            is_complete(message, &asked))
            ordered[n++] = *message;
    }
    veil_draw(imap, ordered, &n);
    *messages = (struct imap_messages){ordered, n};
    *total = imap->mailbox.exists;
    return STATUS_OK;
}

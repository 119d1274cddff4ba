#include "imap_folders.h"

#include "imap_listing.h"

#define COUNTS "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)"

/* ---- listing ---- */

static enum status list_extended(struct imap *imap, const struct imap_call *call,
                                 struct listing *all, bool *bad)
{
    struct imap_batch batch;
    const struct imap_listener listener = {.reply = listing_reply, .context = all};
    batch_init(&batch, imap, call);
    batch_command(&batch, "LIST \"\" \"*\" RETURN (SUBSCRIBED CHILDREN");
    if (imap_can(imap, IMAP_CAN_SPECIAL_USE))
        batch_add(&batch, " SPECIAL-USE");
    if (imap_can(imap, IMAP_CAN_LIST_STATUS))
        batch_add(&batch, " STATUS " COUNTS);
    batch_add(&batch, ")");
    batch_end(&batch);
    enum status status = batch_run(&batch, &listener);
    if (status != STATUS_OK)
        return status;
    *bad = command_is_bad(&batch, 0);
    return *bad ? STATUS_OK : command_status(&batch, 0);
}

static enum status list_plain(struct imap *imap, const struct imap_call *call, struct listing *all)
{
    struct imap_batch batch;
    const struct imap_listener listener = {.reply = listing_reply, .context = all};
    batch_init(&batch, imap, call);
    batch_command(&batch, "LIST \"\" \"*\"");
    batch_end(&batch);
    enum status status = batch_do(&batch, &listener);
    if (status != STATUS_OK)
        return status;
    all->cursor = 0;
    batch_init(&batch, imap, call);
    batch_command(&batch, "LSUB \"\" \"*\"");
    batch_end(&batch);
    return batch_do(&batch, &listener);
}

/* Asks for what LIST did not count, several at once; a mailbox that will not tell stays uncounted.
 */
static enum status counts_ask(struct imap *imap, const struct imap_call *call, struct listing *all)
{
    const struct imap_listener listener = {.reply = listing_reply, .context = all};
    enum status status = STATUS_OK;
    size_t asked = 0;
    all->cursor = 0;
    for (size_t i = 0; i < all->n && status == STATUS_OK && asked < IMAP_STATUS_MAX;) {
        struct imap_batch batch;
        batch_init(&batch, imap, call);
        for (; i < all->n && batch.count < BATCH_MAX / 2 && asked < IMAP_STATUS_MAX; i++) {
            if (!all->p[i].selectable || all->p[i].counted)
                continue;
            batch_command(&batch, "STATUS ");
            batch_string(&batch, all->wire[i]);
            batch_add(&batch, " " COUNTS);
            batch_end(&batch);
            asked++;
        }
        if (batch.count > 0)
            status = batch_run(&batch, &listener);
    }
    return status;
}

enum status imap_list(struct imap *imap, const struct imap_call *call, struct imap_folders *folders)
{
    static const enum imap_capability doubtful[] = {IMAP_CAN_LIST_STATUS, IMAP_CAN_SPECIAL_USE,
                                                    IMAP_CAN_LIST_EXTENDED};
    struct listing all = {.arena = call->arena};
    bool bad = true;
    /* Dovecot counts the selected mailbox as the session knows it, and puts the sync of a pipelined
     * NOOP off until LIST is done: the news needs a round trip of its own. */
    enum status status = imap->selected ? imap_refresh(imap, call) : STATUS_OK;
    while (bad && status == STATUS_OK && imap_can(imap, IMAP_CAN_LIST_EXTENDED)) {
        all.n = all.cursor = 0;
        status = list_extended(imap, call, &all, &bad);
        for (size_t i = 0; bad && status == STATUS_OK && i < 3; i++) {
            if (imap_can(imap, doubtful[i])) {
                imap_capability_miss(&imap->can, doubtful[i]);
                break;
            }
        }
    }
    if (bad && status == STATUS_OK) {
        all.n = 0;
        status = list_plain(imap, call, &all);
    }
    if (status != STATUS_OK)
        return status;
    listing_complete(&all);
    /* With LIST-STATUS what is not counted cannot be. */
    if (bad || !imap_can(imap, IMAP_CAN_LIST_STATUS))
        status = counts_ask(imap, call, &all);
    if (status == STATUS_OK)
        *folders = (struct imap_folders){all.p, all.n};
    return status;
}

struct counting {
    struct arena *arena;
    struct imap_counts counts;
    bool told;
};

static bool counting_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct counting *c = context;
    (void)number;
    if (!sv_eq_nocase(name, SV("STATUS")))
        return false;
    lexer_nstring(&imap->lexer, c->arena);
    lexer_expect(&imap->lexer, ' ');
    counts_read(&imap->lexer, &c->counts);
    c->told = true;
    return true;
}

enum status imap_status(struct imap *imap, const struct imap_call *call, struct sv name,
                        struct imap_counts *counts)
{
    struct counting c = {.arena = call->arena};
    const struct imap_listener listener = {.reply = counting_reply, .context = &c};
    struct imap_batch batch;
    batch_init(&batch, imap, call);
    batch_command(&batch, "STATUS ");
    batch_mailbox(&batch, name);
    batch_add(&batch, " " COUNTS);
    batch_end(&batch);
    enum status status = batch_do(&batch, &listener);
    if (status == STATUS_OK && !c.told)
        status = STATUS_REFUSED;
    if (status == STATUS_OK)
        *counts = c.counts;
    return status;
}

/* ---- changing ---- */

static void subscribe_add(struct imap_batch *batch, struct sv name, bool subscribed)
{
    batch_command(batch, subscribed ? "SUBSCRIBE " : "UNSUBSCRIBE ");
    batch_mailbox(batch, name);
    batch_end(batch);
}

/* Runs a batch whose first command counts; the others are done if they can be. */
static enum status first_do(struct imap_batch *batch)
{
    enum status status = batch_run(batch, NULL);
    return status == STATUS_OK ? command_status(batch, 0) : status;
}

/* For servers that refuse without a reason. */
static bool is_there(struct imap *imap, const struct imap_call *call, struct sv name)
{
    struct imap_counts ignored;
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    return imap_usable(imap) && imap_status(imap, &quiet, name, &ignored) == STATUS_OK;
}

enum status imap_create(struct imap *imap, const struct imap_call *call, struct sv name,
                        enum imap_use use)
{
    struct imap_batch batch;
    const char *attribute = use_attribute(use);
    bool told = attribute && imap_can(imap, IMAP_CAN_CREATE_SPECIAL_USE);
    batch_init(&batch, imap, call);
    batch_command(&batch, "CREATE ");
    batch_mailbox(&batch, name);
    if (told) {
        batch_add(&batch, " (USE (");
        batch_add(&batch, attribute);
        batch_add(&batch, "))");
    }
    batch_end(&batch);
    enum status status = first_do(&batch);
    /* [USEATTR], or any other dislike of the attribute: it is known by its name then. */
    if (told && imap_usable(imap) && (status == STATUS_REFUSED || status == STATUS_INVALID)) {
        if (command_is_bad(&batch, 0))
            imap_capability_miss(&imap->can, IMAP_CAN_CREATE_SPECIAL_USE);
        return imap_create(imap, call, name, IMAP_USE_NONE);
    }
    if (status == STATUS_REFUSED && is_there(imap, call, name))
        status = STATUS_EXISTS;
    return status == STATUS_OK ? imap_subscribe(imap, call, name, true) : status;
}

enum status imap_delete(struct imap *imap, const struct imap_call *call, struct sv name)
{
    struct imap_batch batch;
    /* Some servers refuse to delete the mailbox that is selected, others hang up. */
    enum status status = imap_unselect(imap, call);
    if (status != STATUS_OK)
        return status;
    batch_init(&batch, imap, call);
    batch_command(&batch, "DELETE ");
    batch_mailbox(&batch, name);
    batch_end(&batch);
    status = first_do(&batch);
    if (status != STATUS_OK)
        return status;
    batch_init(&batch, imap, call);
    subscribe_add(&batch, name, false);
    return batch_run(&batch, NULL);
}

enum status imap_rename(struct imap *imap, const struct imap_call *call, struct sv from,
                        struct sv to)
{
    struct imap_batch batch;
    enum status status = imap_unselect(imap, call);
    if (status != STATUS_OK)
        return status;
    batch_init(&batch, imap, call);
    batch_command(&batch, "RENAME ");
    batch_mailbox(&batch, from);
    batch_add(&batch, " ");
    batch_mailbox(&batch, to);
    batch_end(&batch);
    status = first_do(&batch);
    if (status != STATUS_OK)
        return status;
    batch_init(&batch, imap, call);
    subscribe_add(&batch, to, true);
    subscribe_add(&batch, from, false);
    return batch_run(&batch, NULL);
}

enum status imap_subscribe(struct imap *imap, const struct imap_call *call, struct sv name,
                           bool subscribed)
{
    struct imap_batch batch;
    batch_init(&batch, imap, call);
    subscribe_add(&batch, name, subscribed);
    return batch_do(&batch, NULL);
}

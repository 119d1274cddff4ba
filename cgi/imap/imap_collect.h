/* imap_collect.h — FETCH replies gathered into messages, inside imap/. */
#ifndef VM_IMAP_COLLECT_H
#define VM_IMAP_COLLECT_H

#include "imap_fetch.h"
#include "imap_talk.h"

/* Sorted by position or by UID, whichever the command went by. A server may tell of one message in
 * several replies, and of others that we did not ask for. */
struct collection {
    struct arena *arena;
    const struct imap_items *items;
    bool by_uid;
    struct imap_message *p;
    size_t n, room;
};

/* For imap_listener.reply; the context is a struct collection. */
bool collection_reply(void *context, struct imap *imap, struct sv name, uint32_t number);
/* Writes "(UID FLAGS …)", leaving out what the server does not have. */
void items_add(struct imap_batch *batch, const struct imap_items *items);
/* If a BAD may be PREVIEW's fault: marks it as missing, and the caller asks again. */
bool items_preview_missed(struct imap_batch *batch, size_t command, const struct imap_items *items);

#endif

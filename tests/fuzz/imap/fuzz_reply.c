/* The server's half of a session: the first byte chooses the size of the pieces, the rest is what
 * it says, "@n@" being the n-th tag. */
#include "../../unit/imap/wire.h"
#include "imap_change.h"
#include "imap_fetch.h"
#include "imap_folders.h"
#include "imap_search.h"
#include "imap_thread.h"

/* What a reply may take: the budget, and the one string that went over it. */
enum { BUDGET = 4 << 20, OVER = 2 << 20 };

static enum status begin(void *context, uint64_t size)
{
    *(uint64_t *)context = size;
    return STATUS_OK;
}

static enum status take(void *context, struct sv piece)
{
    if (piece.n > *(uint64_t *)context)
        abort(); /* more than was announced */
    *(uint64_t *)context -= piece.n;
    return STATUS_OK;
}

static void everything(struct imap *imap, const struct imap_call *call)
{
    const struct imap_items items = {.bits = 255, .fields = {"REFERENCES", 10}};
    const struct imap_window window = {.count = 50, .newest_first = true, .refresh = true};
    const uint32_t uids[] = {1, 2, 3};
    const struct imap_uids list = {uids, 3};
    uint64_t left = 0;
    const struct imap_section section = {.name = {"1", 1}, .begin = begin, .sink = {take, &left}};
    struct imap_folders folders;
    struct imap_quota quota;
    struct imap_messages messages;
    struct imap_uids found;
    struct imap_sorted sorted;
    struct imap_copied copied;
    struct imap_threads threads;
    struct sv prefix;
    char delimiter;
    uint32_t total;
    bool good = imap_namespace(imap, call, &prefix, &delimiter) == STATUS_OK;
    good &= imap_quota_get(imap, call, &quota) == STATUS_OK;
    good &= imap_list(imap, call, &folders) == STATUS_OK;
    good &= imap_select(imap, call, SV("INBOX"), IMAP_READ_WRITE) == STATUS_OK;
    good &= imap_fetch_window(imap, call, &window, &items, &messages, &total) == STATUS_OK;
    good &= imap_fetch_uids(imap, call, list, &items, &messages) == STATUS_OK;
    good &= imap_fetch_sections(imap, call, 1, &section, 1) == STATUS_OK;
    good &= imap_search(imap, call, NULL, &found) == STATUS_OK;
    good &= imap_sort(imap, call, (struct imap_sorting){IMAP_ORDER_DATE, true}, NULL, 0, 5,
                      &sorted) == STATUS_OK;
    good &= imap_move(imap, call, list, SV("x"), &copied) == STATUS_OK;
    good &= imap_thread(imap, call, &threads) == STATUS_OK;
    (void)good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const struct imap_login login = {.user = {"u", 1}, .password = {"p", 1}};
    struct wire wire = {0};
    struct imap *imap = NULL;
    struct arena *arena = arena_new(BUDGET);
    const struct imap_call call = {.arena = arena, .deadline = deadline_in(5000)};
    if (n > 1) {
        wire.piece = bytes[0];
        wire_script(&wire, "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@1@ OK\r\n"
                           "@2@ OK [CAPABILITY IMAP4rev1 SORT ESEARCH LIST-EXTENDED QUOTA MOVE "
                           "UIDPLUS CONDSTORE NAMESPACE THREAD=REFERENCES] in\r\n");
        wire_add(&wire, true, (const char *)bytes + 1, n - 1);
        if (imap_start(wire_transport(&wire), "h", 1, &login, deadline_in(5000), &imap, NULL) ==
            STATUS_OK)
            everything(imap, &call);
    }
    if (arena_used(arena) > BUDGET + OVER)
        abort();
    imap_close(&imap);
    wire_free(&wire);
    arena_free(&arena);
    return 0;
}

#include "imap_thread.h"

#include "imap_talk.h"
#include "imap_veil.h"

struct gathered {
    struct uid_list uids;
    size_t *ends;
    size_t n, room;
    size_t depth; /* open parentheses: a number is enough, since only the outermost tell threads */
};

static void thread_end(struct gathered *all)
{
    size_t last = all->n > 0 ? all->ends[all->n - 1] : 0;
    if (all->uids.n == last) /* "()" */
        return;
    if (all->n == all->room) {
        all->room = all->room ? all->room * 2 : 64;
        size_t *more = arena_array(all->uids.arena, all->room, sizeof *more);
        if (all->n > 0)
            memcpy(more, all->ends, all->n * sizeof *more);
        all->ends = more;
    }
    all->ends[all->n++] = all->uids.n;
}

/* "(3 6 (4 23)(44 7 96))(2)", and the same without blanks or with too many. */
static void threads_read(struct gathered *all, struct imap_lexer *lexer)
{
    for (int c; (c = lexer_peek(lexer)) >= 0 && c != '\r' && c != '\n';) {
        if (lexer_skip(lexer, ' '))
            continue;
        if (lexer_skip(lexer, '(')) {
            if (++all->depth > IMAP_THREAD_DEPTH_MAX)
                lexer_fail(lexer, STATUS_TOO_LARGE);
        } else if (all->depth == 0) {
            lexer_fail(lexer, STATUS_PROTOCOL);
        } else if (lexer_skip(lexer, ')')) {
            if (--all->depth == 0)
                thread_end(all);
        } else {
            uint32_t uid = lexer_u32(lexer);
            if (uid == 0)
                lexer_fail(lexer, STATUS_PROTOCOL);
            else
                uid_list_add(lexer, &all->uids, uid);
        }
    }
    if (all->depth > 0)
        lexer_fail(lexer, STATUS_PROTOCOL);
}

static bool thread_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    (void)number;
    if (!sv_eq_nocase(name, SV("THREAD")))
        return false;
    threads_read(context, &imap->lexer);
    return true;
}

static enum status thread_by(struct imap *imap, const struct imap_call *call,
                             enum imap_capability capability, const char *algorithm,
                             struct imap_threads *threads)
{
    struct gathered all = {.uids = {.arena = call->arena}};
    const struct imap_listener listener = {.reply = thread_reply, .context = &all};
    struct imap_batch batch;
    batch_init(&batch, imap, call);
    batch_command(&batch, "UID THREAD ");
    batch_add(&batch, algorithm);
    batch_add(&batch, " UTF-8 ");
    veil_criteria_add(&batch);
    batch_add(&batch, "ALL");
    batch_end(&batch);
    enum status status = batch_run(&batch, &listener);
    if (status != STATUS_OK)
        return status;
    if (command_is_bad(&batch, 0)) {
        imap_capability_miss(&imap->can, capability);
        return STATUS_UNSUPPORTED;
    }
    status = command_status(&batch, 0);
    if (status == STATUS_OK)
        *threads = (struct imap_threads){.uids = {all.uids.p, all.uids.n},
                                         .ends = all.ends,
                                         .n = all.n,
                                         .by_subject = capability == IMAP_CAN_THREAD_REFERENCES};
    return status;
}

enum status imap_thread(struct imap *imap, const struct imap_call *call,
                        struct imap_threads *threads)
{
    if (state_need_mailbox(imap) != STATUS_OK)
        return STATUS_INVALID;
    enum status status = STATUS_UNSUPPORTED;
    if (imap_can(imap, IMAP_CAN_THREAD_REFERENCES))
        status = thread_by(imap, call, IMAP_CAN_THREAD_REFERENCES, "REFERENCES", threads);
    if (status == STATUS_UNSUPPORTED && imap_can(imap, IMAP_CAN_THREAD_REFS))
        status = thread_by(imap, call, IMAP_CAN_THREAD_REFS, "REFS", threads);
    return status;
}

#include "imap_acl.h"

#include "imap_talk.h"

static const char LETTERS[] = "lrswipkxtea"; /* in the order of the bits */

enum { OLD_DELETE = IMAP_RIGHT_DELETE | IMAP_RIGHT_REMOVE | IMAP_RIGHT_EXPUNGE };

/* ---- letters ---- */

/* A server of RFC 4314 repeats c and d beside the letters that they stand for (2.1.1). */
struct imap_rights imap_rights_read(struct arena *arena, struct sv letters, bool modern)
{
    struct imap_rights rights = {0};
    struct sb others;
    sb_init(&others, arena, letters.n);
    for (size_t i = 0; i < letters.n; i++) {
        char letter = letters.p[i];
        const char *at = letter ? strchr(LETTERS, letter) : NULL;
        if (at)
            rights.bits |= 1u << (at - LETTERS);
        else if (letter == 'c')
            rights.bits |= modern ? 0u : (unsigned)IMAP_RIGHT_CREATE;
        else if (letter == 'd')
            rights.bits |= modern ? 0u : (unsigned)OLD_DELETE;
        else if (ascii_is_alnum(letter))
            sb_add_char(&others, letter);
    }
    rights.others = sb_view(&others);
    return rights;
}

struct sv imap_rights_write(struct arena *arena, struct imap_rights rights, bool modern)
{
    struct sb out;
    sb_init(&out, arena, sizeof LETTERS + 2 + rights.others.n);
    for (size_t i = 0; LETTERS[i]; i++) {
        bool newer = !modern && strchr("kxte", LETTERS[i]);
        if ((rights.bits >> i & 1) && !newer)
            sb_add_char(&out, LETTERS[i]);
    }
    if (!modern && (rights.bits & IMAP_RIGHT_CREATE))
        sb_add_char(&out, 'c');
    if (!modern && (rights.bits & OLD_DELETE))
        sb_add_char(&out, 'd');
    sb_add(&out, rights.others);
    return sb_view(&out);
}

/* ---- asking ---- */

struct rights_hearing {
    struct arena *arena;
    bool modern;
    struct imap_rights rights;
    bool told;
    struct imap_acl_entry *p; /* room for IMAP_ACL_MAX; NULL: MYRIGHTS was asked */
    size_t n;
};

static bool my_rights_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct rights_hearing *h = context;
    (void)number;
    if (!sv_eq_nocase(name, SV("MYRIGHTS")))
        return false;
    lexer_nstring(&imap->lexer, h->arena);
    lexer_expect(&imap->lexer, ' ');
    h->rights = imap_rights_read(h->arena, lexer_nstring(&imap->lexer, h->arena), h->modern);
    h->told = true;
    return true;
}

/* ACL mailbox *(SP identifier SP rights) */
static bool acl_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct rights_hearing *h = context;
    struct imap_lexer *lexer = &imap->lexer;
    (void)number;
    if (!sv_eq_nocase(name, SV("ACL")))
        return false;
    lexer_nstring(lexer, h->arena);
    while (lexer_more(lexer) && lexer_skip(lexer, ' ') && lexer_peek(lexer) != '\r') {
        if (h->n == IMAP_ACL_MAX) {
            lexer_skip_value(lexer);
            continue;
        }
        struct imap_acl_entry *entry = &h->p[h->n];
        entry->who = lexer_nstring(lexer, h->arena);
        lexer_expect(lexer, ' ');
        entry->rights = imap_rights_read(h->arena, lexer_nstring(lexer, h->arena), h->modern);
        if (entry->who.n > 0 && entry->who.n <= IMAP_ACL_WHO_MAX && !sv_has_control(entry->who))
            h->n++;
    }
    h->told = true;
    return true;
}

static enum status ask(struct imap *imap, const struct imap_call *call, const char *command,
                       struct sv mailbox, const struct imap_listener *listener)
{
    struct imap_batch batch;
    if (!imap_can(imap, IMAP_CAN_ACL))
        return STATUS_UNSUPPORTED;
    batch_init(&batch, imap, call);
    batch_command(&batch, command);
    batch_mailbox(&batch, mailbox);
    batch_end(&batch);
    enum status status = batch_do(&batch, listener);
    if (status == STATUS_REFUSED && command_is_bad(&batch, 0)) {
        imap_capability_miss(&imap->can, IMAP_CAN_ACL);
        return STATUS_UNSUPPORTED;
    }
    struct rights_hearing *h = listener->context;
    return status == STATUS_OK && !h->told ? STATUS_REFUSED : status;
}

enum status imap_my_rights(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                           struct imap_rights *rights)
{
    struct rights_hearing h = {.arena = call->arena, .modern = imap_can(imap, IMAP_CAN_RIGHTS)};
    const struct imap_listener listener = {.reply = my_rights_reply, .context = &h};
    enum status status = ask(imap, call, "MYRIGHTS ", mailbox, &listener);
    if (status == STATUS_OK)
        *rights = h.rights;
    return status;
}

enum status imap_acl_get(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                         struct imap_acl *acl)
{
    struct rights_hearing h = {.arena = call->arena,
                               .modern = imap_can(imap, IMAP_CAN_RIGHTS),
                               .p = arena_array(call->arena, IMAP_ACL_MAX, sizeof *h.p)};
    const struct imap_listener listener = {.reply = acl_reply, .context = &h};
    enum status status = ask(imap, call, "GETACL ", mailbox, &listener);
    if (status == STATUS_OK)
        *acl = (struct imap_acl){h.p, h.n};
    return status;
}

/* ---- changing ---- */

static bool who_valid(struct sv who)
{
    return who.n > 0 && who.n <= IMAP_ACL_WHO_MAX && !sv_has_control(who) && who.p[0] != '-';
}

enum status imap_acl_set(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                         const struct imap_acl_entry *entry)
{
    struct imap_batch batch;
    bool modern = imap_can(imap, IMAP_CAN_RIGHTS);
    if (!imap_can(imap, IMAP_CAN_ACL))
        return STATUS_UNSUPPORTED;
    if (!who_valid(entry->who))
        return STATUS_INVALID;
    batch_init(&batch, imap, call);
    batch_command(&batch, "SETACL ");
    batch_mailbox(&batch, mailbox);
    batch_add(&batch, " ");
    batch_string(&batch, entry->who);
    batch_add(&batch, " ");
    batch_string(&batch, imap_rights_write(call->arena, entry->rights, modern));
    batch_end(&batch);
    return batch_do(&batch, NULL);
}

enum status imap_acl_delete(struct imap *imap, const struct imap_call *call, struct sv mailbox,
                            struct sv who)
{
    struct imap_batch batch;
    if (!imap_can(imap, IMAP_CAN_ACL))
        return STATUS_UNSUPPORTED;
    if (!who_valid(who))
        return STATUS_INVALID;
    batch_init(&batch, imap, call);
    batch_command(&batch, "DELETEACL ");
    batch_mailbox(&batch, mailbox);
    batch_add(&batch, " ");
    batch_string(&batch, who);
    batch_end(&batch);
    return batch_do(&batch, NULL);
}

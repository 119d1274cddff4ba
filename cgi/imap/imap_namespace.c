/* Namespaces (RFC 2342). */
#include "imap_folders.h"
#include "imap_talk.h"

struct namespace_hearing {
    struct arena *arena;
    struct imap_namespace *p; /* room for IMAP_NAMESPACES_MAX */
    size_t n;
    bool told;
};

/* ((prefix delimiter …)…), or NIL */
static void read_realm(struct namespace_hearing *ns, struct imap_lexer *lexer,
                       enum imap_realm realm)
{
    if (!lexer_skip(lexer, '(')) {
        lexer_skip_value(lexer);
        return;
    }
    while (lexer_element(lexer)) {
        struct imap_namespace one = {.realm = realm};
        lexer_expect(lexer, '(');
        struct sv prefix = lexer_nstring(lexer, ns->arena);
        lexer_expect(lexer, ' ');
        struct sv delimiter = lexer_nstring(lexer, ns->arena);
        while (lexer_element(lexer))
            lexer_skip_value(lexer);
        if (!lexer_more(lexer) || ns->n == IMAP_NAMESPACES_MAX || prefix.n > MAILBOX_NAME_MAX)
            continue;
        one.delimiter = delimiter.n == 1 ? delimiter.p[0] : '\0';
        one.prefix = prefix.n > 0 ? mailbox_decode(ns->arena, prefix) : SV("");
        ns->p[ns->n++] = one;
    }
}

static bool namespace_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct namespace_hearing *ns = context;
    (void)number;
    if (!sv_eq_nocase(name, SV("NAMESPACE")))
        return false;
    read_realm(ns, &imap->lexer, IMAP_REALM_OWN);
    if (lexer_skip(&imap->lexer, ' '))
        read_realm(ns, &imap->lexer, IMAP_REALM_OTHERS);
    if (lexer_skip(&imap->lexer, ' '))
        read_realm(ns, &imap->lexer, IMAP_REALM_SHARED);
    ns->told = ns->n > 0 && ns->p[0].realm == IMAP_REALM_OWN;
    return false; /* extensions may follow */
}

/* LIST "" "" tells the delimiter without listing anything. */
static bool delimiter_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct namespace_hearing *ns = context;
    (void)number;
    if (!sv_eq_nocase(name, SV("LIST")))
        return false;
    lexer_skip_value(&imap->lexer);
    lexer_expect(&imap->lexer, ' ');
    struct sv delimiter = lexer_nstring(&imap->lexer, ns->arena);
    ns->p[0].delimiter = delimiter.n == 1 ? delimiter.p[0] : '\0';
    return false;
}

static enum status ask(struct imap *imap, const struct imap_call *call, const char *words,
                       const struct imap_listener *listener, bool *bad)
{
    struct imap_batch batch;
    batch_init(&batch, imap, call);
    batch_command(&batch, words);
    batch_end(&batch);
    enum status status = batch_run(&batch, listener);
    *bad = status == STATUS_OK && command_is_bad(&batch, 0);
    return status == STATUS_OK ? command_status(&batch, 0) : status;
}

enum status imap_namespaces(struct imap *imap, const struct imap_call *call,
                            struct imap_namespace namespaces[IMAP_NAMESPACES_MAX], size_t *n)
{
    struct namespace_hearing ns = {
        .arena = call->arena, .p = arena_array(call->arena, IMAP_NAMESPACES_MAX, sizeof *ns.p)};
    const struct imap_listener all = {.reply = namespace_reply, .context = &ns};
    const struct imap_listener own = {.reply = delimiter_reply, .context = &ns};
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    enum status status = STATUS_OK;
    bool bad = false;
    if (imap_can(imap, IMAP_CAN_NAMESPACE)) {
        status = ask(imap, &quiet, "NAMESPACE", &all, &bad);
        if (bad)
            imap_capability_miss(&imap->can, IMAP_CAN_NAMESPACE);
        if (status != STATUS_OK && !imap_usable(imap))
            return status;
    }
    if (!ns.told) {
        ns.p[0] = (struct imap_namespace){.prefix = SV("")};
        ns.n = 1;
        status = ask(imap, call, "LIST \"\" \"\"", &own, &bad);
    }
    if (status != STATUS_OK)
        return status;
    memcpy(namespaces, ns.p, ns.n * sizeof *ns.p);
    *n = ns.n;
    return STATUS_OK;
}

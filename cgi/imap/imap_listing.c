#include "imap_listing.h"

static const struct {
    enum imap_use use;
    const char *attribute;
} attributes[] = {
    {IMAP_USE_DRAFTS, "\\Drafts"},   {IMAP_USE_SENT, "\\Sent"},   {IMAP_USE_ARCHIVE, "\\Archive"},
    {IMAP_USE_JUNK, "\\Junk"},       {IMAP_USE_TRASH, "\\Trash"}, {IMAP_USE_ALL, "\\All"},
    {IMAP_USE_FLAGGED, "\\Flagged"},
};
enum { ATTRIBUTES = sizeof attributes / sizeof attributes[0] };

const char *use_attribute(enum imap_use use)
{
    for (size_t i = 0; i < ATTRIBUTES; i++)
        if (attributes[i].use == use)
            return attributes[i].attribute;
    return NULL;
}

/* ---- replies ---- */

static void attribute_apply(struct imap_folder *folder, bool *told, struct sv word)
{
    if (sv_eq_nocase(word, SV("\\Noselect")) || sv_eq_nocase(word, SV("\\NonExistent")))
        folder->selectable = false;
    else if (sv_eq_nocase(word, SV("\\NoInferiors")))
        folder->may_have_children = false;
    else if (sv_eq_nocase(word, SV("\\Subscribed")))
        folder->subscribed = true;
    else if (sv_eq_nocase(word, SV("\\HasChildren")))
        folder->has_children = *told = true;
    else if (sv_eq_nocase(word, SV("\\HasNoChildren")))
        *told = true;
    for (size_t i = 0; i < ATTRIBUTES; i++)
        if (sv_eq_nocase(word, sv_of(attributes[i].attribute)))
            folder->use = attributes[i].use;
}

static void *grown(struct arena *arena, const void *p, size_t n, size_t room, size_t size)
{
    void *more = arena_array(arena, room, size);
    if (n > 0)
        memcpy(more, p, n * size);
    return more;
}

static void folder_add(struct listing *all, const struct imap_folder *folder, struct sv wire,
                       bool told)
{
    if (all->n == all->room) {
        all->room = all->room ? all->room * 2 : 64;
        all->p = grown(all->arena, all->p, all->n, all->room, sizeof *all->p);
        all->wire = grown(all->arena, all->wire, all->n, all->room, sizeof *all->wire);
        all->told = grown(all->arena, all->told, all->n, all->room, sizeof *all->told);
    }
    all->p[all->n] = *folder;
    all->wire[all->n] = wire;
    all->told[all->n++] = told;
}

/* From the cursor on and round, as replies come in the list's order. */
static size_t folder_find(struct listing *all, struct sv wire)
{
    for (size_t i = 0; i < all->n; i++) {
        size_t at = all->cursor + i < all->n ? all->cursor + i : all->cursor + i - all->n;
        bool inbox = all->p[at].use == IMAP_USE_INBOX && sv_eq_nocase(wire, SV("INBOX"));
        if (inbox || sv_eq(all->wire[at], wire)) {
            all->cursor = at + 1 < all->n ? at + 1 : 0;
            return at;
        }
    }
    return SIZE_MAX;
}

/* An astring whose bytes may reach a command again. */
static struct sv name_read(struct imap_lexer *lexer, struct arena *arena)
{
    struct sv name = lexer_nstring(lexer, arena);
    bool sane = name.n > 0 && name.n <= MAILBOX_NAME_MAX;
    for (size_t i = 0; i < name.n && sane; i++)
        sane = name.p[i] != '\0' && name.p[i] != '\r' && name.p[i] != '\n';
    return sane ? name : SV("");
}

static void list_read(struct listing *all, struct imap_lexer *lexer)
{
    struct imap_folder folder = {.selectable = true, .may_have_children = true};
    bool told = false;
    lexer_expect(lexer, '(');
    while (lexer_element(lexer))
        attribute_apply(&folder, &told, lexer_word(lexer, "()"));
    if (!folder.selectable) /* a name that is kept for its children serves no use */
        folder.use = IMAP_USE_NONE;
    lexer_expect(lexer, ' ');
    struct sv delimiter = lexer_nstring(lexer, all->arena);
    folder.delimiter = delimiter.n == 1 && delimiter.p[0] > ' ' ? delimiter.p[0] : '\0';
    lexer_expect(lexer, ' ');
    struct sv wire = name_read(lexer, all->arena);
    while (lexer_skip(lexer, ' '))
        lexer_skip_value(lexer); /* RFC 5258 extended data */
    if (!lexer_more(lexer) || wire.n == 0)
        return;
    folder.name = mailbox_decode(all->arena, wire);
    if (sv_eq_nocase(wire, SV("INBOX"))) {
        folder.name = SV("INBOX");
        folder.use = IMAP_USE_INBOX;
    }
    if (all->n == IMAP_FOLDERS_MAX)
        lexer_fail(lexer, STATUS_TOO_LARGE);
    else
        folder_add(all, &folder, wire, told);
}

static void lsub_read(struct listing *all, struct imap_lexer *lexer)
{
    bool selectable = true;
    lexer_expect(lexer, '(');
    while (lexer_element(lexer))
        selectable &= !sv_eq_nocase(lexer_word(lexer, "()"), SV("\\Noselect"));
    lexer_expect(lexer, ' ');
    lexer_skip_value(lexer);
    lexer_expect(lexer, ' ');
    size_t at = folder_find(all, name_read(lexer, all->arena));
    if (at != SIZE_MAX && selectable)
        all->p[at].subscribed = true;
}

void counts_read(struct imap_lexer *lexer, struct imap_counts *counts)
{
    lexer_expect(lexer, '(');
    while (lexer_element(lexer)) {
        struct sv word = lexer_word(lexer, "()");
        uint32_t *count = sv_eq_nocase(word, SV("MESSAGES"))      ? &counts->messages
                          : sv_eq_nocase(word, SV("UNSEEN"))      ? &counts->unseen
                          : sv_eq_nocase(word, SV("UIDNEXT"))     ? &counts->uidnext
                          : sv_eq_nocase(word, SV("UIDVALIDITY")) ? &counts->uidvalidity
                                                                  : NULL;
        lexer_expect(lexer, ' ');
        if (count)
            *count = lexer_u32(lexer);
        else
            lexer_skip_value(lexer);
    }
}

static void status_read(struct listing *all, struct imap *imap)
{
    struct imap_lexer *lexer = &imap->lexer;
    struct imap_counts counts = {0};
    size_t at = folder_find(all, name_read(lexer, all->arena));
    lexer_expect(lexer, ' ');
    counts_read(lexer, &counts);
    if (at == SIZE_MAX || !lexer_more(lexer))
        return;
    if (imap_partial(imap))
        counts.unseen = 0; /* what of it is there STATUS does not tell */
    all->p[at].counts = counts;
    all->p[at].counted = true;
}

bool listing_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    (void)number;
    if (sv_eq_nocase(name, SV("LIST")))
        list_read(context, &imap->lexer);
    else if (sv_eq_nocase(name, SV("LSUB")))
        lsub_read(context, &imap->lexer);
    else if (sv_eq_nocase(name, SV("STATUS")))
        status_read(context, imap);
    else
        return false;
    return true;
}

/* ---- what servers leave unsaid ---- */

static const struct {
    enum imap_use use;
    const char *name; /* the more likely first */
} known_names[] = {
    {IMAP_USE_SENT, "Sent"},
    {IMAP_USE_SENT, "Sent Messages"},
    {IMAP_USE_SENT, "Sent Items"},
    {IMAP_USE_SENT, "Sent Mail"},
    {IMAP_USE_SENT, "sent-mail"},
    {IMAP_USE_SENT, "Envoyés"},
    {IMAP_USE_SENT, "Messages envoyés"},
    {IMAP_USE_SENT, "Éléments envoyés"},
    {IMAP_USE_DRAFTS, "Drafts"},
    {IMAP_USE_DRAFTS, "Draft"},
    {IMAP_USE_DRAFTS, "Brouillons"},
    {IMAP_USE_TRASH, "Trash"},
    {IMAP_USE_TRASH, "Deleted Messages"},
    {IMAP_USE_TRASH, "Deleted Items"},
    {IMAP_USE_TRASH, "Corbeille"},
    {IMAP_USE_TRASH, "Éléments supprimés"},
    {IMAP_USE_JUNK, "Junk"},
    {IMAP_USE_JUNK, "Spam"},
    {IMAP_USE_JUNK, "Junk E-mail"},
    {IMAP_USE_JUNK, "Indésirables"},
    {IMAP_USE_JUNK, "Courrier indésirable"},
    {IMAP_USE_JUNK, "Pourriel"},
    {IMAP_USE_ARCHIVE, "Archive"},
    {IMAP_USE_ARCHIVE, "Archives"},
};

/* The name without "INBOX." in front, below which some servers keep everything. */
static struct sv own_name(const struct imap_folder *folder)
{
    struct sv name = folder->name;
    if (folder->delimiter && sv_starts_nocase(name, SV("INBOX")) && name.n > 6 &&
        name.p[5] == folder->delimiter)
        return sv_slice(name, 6, name.n);
    return name;
}

static void uses_guess(struct listing *all)
{
    bool taken[IMAP_USE_FLAGGED + 1] = {false};
    for (size_t i = 0; i < all->n; i++) {
        enum imap_use use = all->p[i].use;
        if (taken[use])
            all->p[i].use = IMAP_USE_NONE;
        taken[use] = use != IMAP_USE_NONE;
    }
    for (size_t k = 0; k < sizeof known_names / sizeof known_names[0]; k++) {
        for (size_t i = 0; i < all->n && !taken[known_names[k].use]; i++) {
            struct imap_folder *folder = &all->p[i];
            if (folder->use != IMAP_USE_NONE || !folder->selectable ||
                !sv_eq_nocase(own_name(folder), sv_of(known_names[k].name)))
                continue;
            folder->use = known_names[k].use;
            folder->use_guessed = true;
            taken[folder->use] = true;
        }
    }
}

static int by_name(const void *a, const void *b)
{
    const struct imap_folder *const *x = a, *const *y = b;
    return sv_compare((*x)->name, (*y)->name);
}

/* Servers without CHILDREN leave it to us. */
static void children_find(struct listing *all)
{
    struct imap_folder **sorted = arena_array(all->arena, all->n, sizeof(struct imap_folder *));
    for (size_t i = 0; i < all->n; i++)
        sorted[i] = &all->p[i];
    if (all->n > 0)
        qsort(sorted, all->n, sizeof(struct imap_folder *), by_name);
    for (size_t i = 0; i < all->n; i++) {
        struct imap_folder parent = all->p[i];
        const struct imap_folder *key = &parent;
        size_t cut = parent.delimiter ? sv_find_last_char(parent.name, parent.delimiter) : SIZE_MAX;
        if (cut == SIZE_MAX)
            continue;
        parent.name.n = cut;
        struct imap_folder **found =
            bsearch(&key, sorted, all->n, sizeof(struct imap_folder *), by_name);
        if (found && !all->told[*found - all->p])
            (*found)->has_children = true;
    }
}

void listing_complete(struct listing *all)
{
    size_t inbox = 0;
    while (inbox < all->n && all->p[inbox].use != IMAP_USE_INBOX)
        inbox++;
    if (inbox == all->n) {
        const struct imap_folder folder = {.name = SV("INBOX"),
                                           .delimiter = all->n > 0 ? all->p[0].delimiter : '\0',
                                           .selectable = true,
                                           .may_have_children = true,
                                           .subscribed = true,
                                           .use = IMAP_USE_INBOX};
        folder_add(all, &folder, SV("INBOX"), false);
    }
    uses_guess(all);
    children_find(all);
}

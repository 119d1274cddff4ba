#include "imap_collect.h"

#include "sorted.h"

/* PREVIEW's value is a string, or in the draft that some servers still speak (FUZZY "text"). */
static struct sv preview_read(struct imap_lexer *lexer, struct arena *arena)
{
    struct sv preview;
    if (!lexer_skip(lexer, '('))
        return lexer_nstring(lexer, arena);
    lexer_skip_value(lexer);
    lexer_expect(lexer, ' ');
    preview = lexer_nstring(lexer, arena);
    lexer_expect(lexer, ')');
    return preview;
}

/* BODY[…] in a listing: the header fields asked for. Its name ends at the ']'. */
static void fields_read(struct imap_lexer *lexer, struct arena *arena, struct imap_message *message)
{
    for (int c; (c = lexer_take(lexer)) != ']' && lexer_more(lexer);)
        if (c < ' ')
            lexer_fail(lexer, STATUS_PROTOCOL);
    if (lexer_peek(lexer) == '<')
        lexer_word(lexer, "()");
    lexer_expect(lexer, ' ');
    message->fields = lexer_nstring(lexer, arena);
    message->got |= IMAP_ITEM_FIELDS;
}

static void large_item_read(struct imap_lexer *lexer, const struct collection *all, struct sv item,
                            struct imap_message *message)
{
    struct arena *arena = all->arena;
    size_t people = all->items->people_most ? all->items->people_most : IMAP_ADDRESSES_MAX;
    if (sv_eq_nocase(item, SV("ENVELOPE"))) {
        struct imap_envelope *envelope = arena_alloc(arena, sizeof *envelope);
        reply_envelope(lexer, arena, people, envelope);
        message->envelope = envelope;
        message->got |= IMAP_ITEM_ENVELOPE;
    } else if (sv_eq_nocase(item, SV("BODYSTRUCTURE"))) {
        struct imap_part *root = arena_alloc(arena, sizeof *root);
        reply_structure(lexer, arena, people, root);
        message->structure = root;
        message->got |= IMAP_ITEM_STRUCTURE;
    } else {
        lexer_skip_value(lexer);
    }
}

static void item_read(struct imap_lexer *lexer, const struct collection *all,
                      struct imap_message *message)
{
    struct arena *arena = all->arena;
    char kept[32];
    struct sb name;
    sb_fixed(&name, kept, sizeof kept);
    sb_add(&name, lexer_word(lexer, "()["));
    struct sv item = sb_view(&name);
    if (lexer_skip(lexer, '[')) {
        fields_read(lexer, arena, message);
        return;
    }
    lexer_expect(lexer, ' ');
    if (sv_eq_nocase(item, SV("UID"))) {
        message->uid = lexer_u32(lexer);
    } else if (sv_eq_nocase(item, SV("FLAGS"))) {
        reply_flags(lexer, arena, &message->flags, NULL);
        message->got |= IMAP_ITEM_FLAGS;
    } else if (sv_eq_nocase(item, SV("INTERNALDATE"))) {
        message->internal_date = reply_date(lexer, arena);
        message->got |= IMAP_ITEM_DATE;
    } else if (sv_eq_nocase(item, SV("RFC822.SIZE"))) {
        message->size = lexer_number(lexer);
        message->got |= IMAP_ITEM_SIZE;
    } else if (sv_eq_nocase(item, SV("MODSEQ"))) {
        lexer_expect(lexer, '(');
        message->modseq = lexer_number(lexer);
        lexer_expect(lexer, ')');
        message->got |= IMAP_ITEM_MODSEQ;
    } else if (sv_eq_nocase(item, SV("PREVIEW"))) {
        message->preview = preview_read(lexer, arena);
        message->got |= IMAP_ITEM_PREVIEW;
    } else {
        large_item_read(lexer, all, item, message);
    }
}

/* Takes over from a later reply what it tells. */
static void message_merge(struct imap_message *message, const struct imap_message *later)
{
    if (later->uid)
        message->uid = later->uid;
    if (later->got & IMAP_ITEM_FLAGS)
        message->flags = later->flags;
    if (later->got & IMAP_ITEM_DATE)
        message->internal_date = later->internal_date;
    if (later->got & IMAP_ITEM_SIZE)
        message->size = later->size;
    if (later->got & IMAP_ITEM_MODSEQ)
        message->modseq = later->modseq;
    if (later->got & IMAP_ITEM_ENVELOPE)
        message->envelope = later->envelope;
    if (later->got & IMAP_ITEM_STRUCTURE)
        message->structure = later->structure;
    if (later->got & IMAP_ITEM_PREVIEW)
        message->preview = later->preview;
    if (later->got & IMAP_ITEM_FIELDS)
        message->fields = later->fields;
    message->got |= later->got;
}

static uint32_t key_of(const struct collection *all, const struct imap_message *message)
{
    return all->by_uid ? message->uid : message->position;
}

static int by_position(const void *key, const void *row)
{
    return sorted_by_u32(key, &((const struct imap_message *)row)->position);
}

/* Where the message is or belongs; nearly always at the end, since servers answer in order. */
static size_t place_of(const struct collection *all, const struct imap_message *message)
{
    uint32_t key = key_of(all, message);
    if (all->n > 0 && key_of(all, &all->p[all->n - 1]) < key)
        return all->n;
    return sorted_place(&key, all->p, all->n, sizeof *all->p,
                        all->by_uid ? sorted_by_u32 : by_position);
}

static void collection_add(struct collection *all, struct imap_lexer *lexer,
                           const struct imap_message *message)
{
    size_t at = place_of(all, message);
    if (at < all->n && key_of(all, &all->p[at]) == key_of(all, message)) {
        message_merge(&all->p[at], message);
        return;
    }
    if (all->n == IMAP_MESSAGES_MAX) {
        lexer_fail(lexer, STATUS_TOO_LARGE);
        return;
    }
    if (all->n == all->room) {
        all->room = all->room ? all->room * 2 : 64;
        struct imap_message *more = arena_array(all->arena, all->room, sizeof *more);
        if (all->n > 0)
            memcpy(more, all->p, all->n * sizeof *more);
        all->p = more;
    }
    memmove(all->p + at + 1, all->p + at, (all->n - at) * sizeof *all->p);
    all->p[at] = *message;
    all->n++;
}

bool collection_reply(void *context, struct imap *imap, struct sv name, uint32_t number)
{
    struct collection *all = context;
    struct imap_lexer *lexer = &imap->lexer;
    struct imap_message message = {.position = number};
    if (!sv_eq_nocase(name, SV("FETCH")))
        return false;
    lexer_expect(lexer, '(');
    while (lexer_element(lexer))
        item_read(lexer, all, &message);
    if (!lexer_more(lexer))
        return true;
    state_flags_seen(imap, message.uid, message.modseq);
    /* Without a UID it is news about flags, and says nothing that a window does not find out. */
    if (message.uid > 0)
        collection_add(all, lexer, &message);
    return true;
}

void items_add(struct imap_batch *batch, const struct imap_items *items)
{
    static const struct {
        enum imap_item item;
        const char *word;
    } words[] = {
        {IMAP_ITEM_FLAGS, " FLAGS"},
        {IMAP_ITEM_DATE, " INTERNALDATE"},
        {IMAP_ITEM_SIZE, " RFC822.SIZE"},
        {IMAP_ITEM_ENVELOPE, " ENVELOPE"},
        {IMAP_ITEM_STRUCTURE, " BODYSTRUCTURE"},
    };
    batch_add(batch, "(UID");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (items->bits & words[i].item)
            batch_add(batch, words[i].word);
    if ((items->bits & IMAP_ITEM_PREVIEW) && imap_can(batch->imap, IMAP_CAN_PREVIEW))
        batch_add(batch, " PREVIEW (LAZY)");
    if ((items->bits & IMAP_ITEM_MODSEQ) && imap_can(batch->imap, IMAP_CAN_CONDSTORE))
        batch_add(batch, " MODSEQ");
    struct sv rest = items->fields;
    if (rest.n > 0)
        batch_add(batch, " BODY.PEEK[HEADER.FIELDS (");
    while (rest.n > 0) {
        batch_atom(batch, sv_cut(&rest, ' '));
        batch_add(batch, rest.n > 0 ? " " : ")]");
    }
    if (items->fields.n > 0 && items->fields_most > 0) {
        batch_add(batch, "<0.");
        batch_number(batch, items->fields_most);
        batch_add(batch, ">");
    }
    batch_add(batch, ")");
}

bool items_preview_missed(struct imap_batch *batch, size_t command, const struct imap_items *items)
{
    if (!(items->bits & IMAP_ITEM_PREVIEW) || !imap_can(batch->imap, IMAP_CAN_PREVIEW) ||
        !command_is_bad(batch, command))
        return false;
    imap_capability_miss(&batch->imap->can, IMAP_CAN_PREVIEW);
    return true;
}

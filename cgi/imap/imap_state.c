#include "imap_talk.h"

/* What the server tells at any time about itself and about the selected mailbox. */

enum { MEMORY_BUDGET = 512 * 1024 };

void state_forget_mailbox(struct imap *imap)
{
    arena_free(&imap->memory);
    imap->selected = false;
    imap->admitted = imap->floor = 0;
    imap->selected_wire = SV("");
    imap->mailbox = (struct imap_mailbox){.generation = imap->mailbox.generation + 1};
}

enum status state_need_mailbox(const struct imap *imap)
{
    return imap->selected ? STATUS_OK : STATUS_INVALID;
}

void state_flags_seen(struct imap *imap, uint32_t uid, uint64_t modseq)
{
    if (uid >= imap->mailbox.uidnext && uid < UINT32_MAX)
        imap->mailbox.uidnext = uid + 1;
    if (modseq > imap->mailbox.highestmodseq && imap->mailbox.highestmodseq > 0)
        imap->mailbox.highestmodseq = modseq;
}

static void capabilities_read(struct imap *imap)
{
    struct imap_lexer *lexer = &imap->lexer;
    if (!imap->can_known)
        imap->can.told = 0;
    imap->can_known = true;
    for (;;) {
        while (lexer_skip(lexer, ' '))
            ;
        int c = lexer_peek(lexer);
        if (c < 0 || c == ']' || c == '\r' || c == '\n')
            return;
        imap_capability_add(&imap->can, lexer_word(lexer, "]"));
    }
}

/* Takes in a list of flags; all that the mailbox remembers moves to a new arena, so that a server
 * that repeats the list for weeks does not make it grow. */
static void keywords_read(struct imap *imap, bool permanent)
{
    struct imap_mailbox *mailbox = &imap->mailbox;
    struct arena *fresh = arena_new(MEMORY_BUDGET);
    struct imap_flags flags;
    bool any = false;
    reply_flags(&imap->lexer, fresh, &flags, &any);
    if (arena_over(fresh))
        lexer_fail(&imap->lexer, STATUS_TOO_LARGE);
    mailbox->name = arena_sv(fresh, mailbox->name);
    imap->selected_wire = arena_sv(fresh, imap->selected_wire);
    arena_free(&imap->memory);
    imap->memory = fresh;
    mailbox->keywords = flags.keywords;
    mailbox->keyword_count = flags.keyword_count;
    mailbox->kept = flags.bits;
    if (permanent)
        mailbox->any_keyword = any;
}

/* A FETCH that nobody asked for: somebody else changed flags. */
static void fetch_overhear(struct imap *imap)
{
    struct imap_lexer *lexer = &imap->lexer;
    uint32_t uid = 0;
    uint64_t modseq = 0;
    lexer_expect(lexer, '(');
    while (lexer_element(lexer)) {
        struct sv item = lexer_word(lexer, "()[");
        bool is_uid = sv_eq_nocase(item, SV("UID"));
        bool is_modseq = sv_eq_nocase(item, SV("MODSEQ"));
        if (lexer_skip(lexer, '['))
            for (int c; (c = lexer_take(lexer)) >= 0 && c != ']' && c != '\n';)
                ;
        if (lexer_peek(lexer) == '<')
            lexer_word(lexer, "()");
        lexer_expect(lexer, ' ');
        if (is_uid) {
            uid = lexer_u32(lexer);
        } else if (is_modseq) {
            lexer_expect(lexer, '(');
            modseq = lexer_number(lexer);
            lexer_expect(lexer, ')');
        } else {
            lexer_skip_value(lexer);
        }
    }
    imap->mailbox.generation++;
    state_flags_seen(imap, uid, modseq);
}

static bool numbered_reply(struct imap *imap, struct sv name, uint32_t number)
{
    struct imap_mailbox *mailbox = &imap->mailbox;
    if (sv_eq_nocase(name, SV("EXISTS"))) {
        if (mailbox->exists != number)
            mailbox->generation++;
        mailbox->exists = number;
        return true;
    }
    if (sv_eq_nocase(name, SV("EXPUNGE"))) {
        mailbox->exists -= mailbox->exists > 0 ? 1 : 0;
        imap->expunges++;
        mailbox->generation++;
        return true;
    }
    if (sv_eq_nocase(name, SV("FETCH"))) {
        fetch_overhear(imap);
        return true;
    }
    return false;
}

bool state_reply(struct imap *imap, struct sv name, uint32_t number)
{
    if (sv_eq_nocase(name, SV("CAPABILITY"))) {
        capabilities_read(imap);
        return true;
    }
    if (!imap->selected)
        return false;
    if (sv_eq_nocase(name, SV("VANISHED"))) {
        imap->mailbox.generation++;
        imap->expunges++;
        return false; /* how many, EXISTS or the next SELECT tells */
    }
    if (sv_eq_nocase(name, SV("FLAGS"))) {
        keywords_read(imap, false);
        return true;
    }
    return numbered_reply(imap, name, number);
}

void state_code(struct imap *imap, struct sv name)
{
    struct imap_lexer *lexer = &imap->lexer;
    struct imap_mailbox *mailbox = &imap->mailbox;
    if (sv_eq_nocase(name, SV("CAPABILITY"))) {
        capabilities_read(imap);
        return;
    }
    if (!imap->selected)
        return;
    if (sv_eq_nocase(name, SV("READ-ONLY"))) {
        mailbox->read_only = true;
    } else if (sv_eq_nocase(name, SV("READ-WRITE"))) {
        mailbox->read_only = false;
    } else if (lexer_peek(lexer) == ' ') {
        bool validity = sv_eq_nocase(name, SV("UIDVALIDITY"));
        bool next = sv_eq_nocase(name, SV("UIDNEXT"));
        bool modseq = sv_eq_nocase(name, SV("HIGHESTMODSEQ"));
        bool flags = sv_eq_nocase(name, SV("PERMANENTFLAGS"));
        if (validity || next || modseq || flags)
            lexer_expect(lexer, ' ');
        if (validity)
            mailbox->uidvalidity = lexer_u32(lexer);
        else if (next)
            mailbox->uidnext = lexer_u32(lexer);
        else if (modseq)
            mailbox->highestmodseq = lexer_number(lexer);
        else if (flags)
            keywords_read(imap, true);
    }
}

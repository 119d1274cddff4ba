#include "thread_relatives.h"

#include "imap_search.h"
#include "msgid.h"
#include "subject.h"
#include "thread_headers.h"
#include "word.h"

enum { NAMED_MAX = 4, WORDS_LEAST = 3, WORDS_MOST = 60 };

struct search {
    struct imap *imap;
    const struct imap_call *call;
    const struct thread_forest *forest;
    bool by_subject;
    const struct imap_message *mails; /* of the added ones */
    size_t mail_count;
    struct thread_link *link;
    struct imap_uids linked;    /* the old ones in it; ascending */
    struct imap_criteria *keys; /* the children of an OR */
    size_t key_count, key_most, key_room;
};

/* ---- what is looked for ---- */

static void add_key(struct search *s, enum imap_key key, const char *field, struct sv text)
{
    if (s->key_count == s->key_most)
        return;
    struct imap_criteria *made = &s->keys[s->key_count];
    *made = (struct imap_criteria){.key = key, .field = sv_of(field), .text = text};
    if (s->key_count > 0)
        s->keys[s->key_count - 1].next = made;
    s->key_count++;
}

static void add_id(struct search *s, const char *field, struct sv id)
{
    if (msgid_valid(id))
        add_key(s, IMAP_KEY_HEADER, field, id);
}

/* The ancestors that are likely to be here: the nearest ones, and where it all began. */
static struct msgids named(struct arena *arena, const struct thread_mail *mail)
{
    struct msgids ids = msgid_list(arena, mail->references);
    if (ids.n == 0) {
        ids = msgid_list(arena, mail->in_reply_to);
        ids.n = ids.n > 0;
    }
    if (ids.n > NAMED_MAX) {
        struct sv first = ids.items[0];
        ids.items += ids.n - NAMED_MAX;
        ids.items[0] = first;
        ids.n = NAMED_MAX;
    }
    return ids;
}

/* The longest run of ASCII letters and blanks in a base subject: what comes of it is compared by
 * the whole of it, and not every server searches for more than ASCII. */
static struct sv plain_words(struct sv base)
{
    struct sv best = SV("");
    for (size_t from = 0; from < base.n;) {
        size_t to = from;
        while (to < base.n && to - from < WORDS_MOST &&
               (ascii_is_alnum(base.p[to]) || base.p[to] == ' '))
            to++;
        struct sv run = sv_trim(sv_slice(base, from, to));
        if (run.n > best.n)
            best = run;
        from = to + 1;
    }
    return best;
}

/* The messages that this one names, and those that name it. */
static void add_names(struct search *s, const struct thread_mail *mail)
{
    struct arena *arena = s->call->arena;
    struct msgids above = named(arena, mail), own = msgid_list(arena, mail->message_id);
    for (size_t i = 0; i < above.n; i++)
        add_id(s, "Message-ID", above.items[i]);
    if (own.n > 0) {
        add_id(s, "References", own.items[0]);
        add_id(s, "In-Reply-To", own.items[0]);
    }
}

static void add_far_names(struct search *s, const struct thread_mail *mail)
{
    struct msgids above = named(s->call->arena, mail);
    if (above.n > 0)
        add_id(s, "Message-ID", above.items[0]);
    if (above.n > 1)
        add_id(s, "Message-ID", above.items[above.n - 1]);
}

static void add_subject(struct search *s, const struct thread_mail *mail)
{
    struct arena *arena = s->call->arena;
    struct sv words = plain_words(subject_base(arena, word_decode(arena, mail->subject), NULL));
    if (words.n >= WORDS_LEAST)
        add_key(s, IMAP_KEY_SUBJECT, "", words);
}

/* ---- what is found ---- */

/* A message that others stand before says nothing by its subject: RFC 5256 compares those of
 * roots. */
static bool is_root(const struct thread_forest *forest, uint32_t uid)
{
    size_t thread;
    return thread_forest_find(forest, uid, &thread) &&
           thread_forest_members(forest, thread).p[0] == uid;
}

static bool known(const struct search *s, uint32_t uid)
{
    size_t thread;
    return thread_forest_find(s->forest, uid, &thread);
}

/* The UIDs from which on the newest `most` messages are. */
static uint32_t from_uid(const struct thread_forest *forest, size_t most)
{
    return forest->n > most ? forest->uids[forest->n - most] : 1;
}

static struct imap_uids united(struct arena *arena, struct imap_uids a, struct imap_uids b)
{
    uint32_t *both = arena_array(arena, a.n + b.n + 1, sizeof *both);
    for (size_t i = 0; i < a.n + b.n; i++)
        both[i] = i < a.n ? a.p[i] : b.p[i - a.n];
    return imap_uids_sorted(arena, (struct imap_uids){both, a.n + b.n});
}

/* Each once: a second one with its Message-ID would be taken for another message. */
static enum status take_hits(struct search *s, struct imap_uids found)
{
    uint32_t *hits = arena_array(s->call->arena, THREAD_HITS_MAX + 1, sizeof *hits);
    struct imap_messages messages;
    size_t n = 0;
    for (size_t i = found.n; i-- > 0 && n < THREAD_HITS_MAX;)
        if (known(s, found.p[i]) && !imap_uids_has(s->linked, found.p[i]))
            hits[n++] = found.p[i];
    if (n == 0)
        return STATUS_OK;
    s->linked = united(s->call->arena, s->linked, (struct imap_uids){hits, n});
    enum status st =
        imap_fetch_uids(s->imap, s->call, (struct imap_uids){hits, n}, &THREAD_ITEMS, &messages);
    for (size_t i = 0; st == STATUS_OK && i < messages.n; i++) {
        struct thread_mail mail = thread_mail_of(&messages.p[i]);
        if (!s->by_subject || !is_root(s->forest, mail.uid))
            mail.subject = SV("");
        thread_link_add(s->link, s->call->arena, &mail);
    }
    return st;
}

static enum status look(struct search *s, size_t most)
{
    struct imap_criteria any = {.key = IMAP_KEY_OR, .children = s->keys};
    struct imap_criteria newest = {
        .key = IMAP_KEY_UID_FROM, .number = from_uid(s->forest, most), .next = &any};
    const struct imap_criteria both = {.key = IMAP_KEY_AND, .children = &newest};
    struct imap_uids found;
    if (s->key_count == 0 || s->forest->n == 0)
        return STATUS_OK;
    enum status st = imap_search(s->imap, s->call, &both, &found);
    return st == STATUS_OK ? take_hits(s, found) : st;
}

/* ---- what comes of it ---- */

/* Conversations of the link as pairs of neighbours. */
static size_t pairs_of(struct search *s, struct thread_pair **out)
{
    uint32_t *uids, *labels;
    size_t n, count = 0;
    thread_link_labels(s->link, s->call->arena, &uids, &labels, &n);
    struct thread_pair *pairs = arena_array(s->call->arena, n + 1, sizeof *pairs);
    for (size_t i = 0; i < n; i++)
        if (labels[i] != i)
            pairs[count++] = (struct thread_pair){uids[labels[i]], uids[i]};
    *out = pairs;
    return count;
}

static bool is_joined(const struct search *s, const struct thread_pair *pairs, size_t count,
                      uint32_t uid)
{
    for (size_t i = 0; i < count; i++)
        if (pairs[i].b == uid && known(s, pairs[i].a))
            return true;
    return false;
}

typedef void add_function(struct search *s, const struct thread_mail *mail);

/* Looks among the newest `most` for those that stand alone so far, or for all. */
static enum status look_for(struct search *s, bool all, add_function *add, size_t keys_most,
                            size_t most)
{
    struct thread_pair *pairs;
    size_t count = pairs_of(s, &pairs);
    s->key_count = 0;
    s->key_most = keys_most;
    for (size_t i = 0; i < s->mail_count; i++) {
        struct thread_mail mail = thread_mail_of(&s->mails[i]);
        if (all || !is_joined(s, pairs, count, mail.uid))
            add(s, &mail);
    }
    return look(s, most);
}

static void link_added(struct search *s)
{
    for (size_t i = 0; i < s->mail_count; i++) {
        struct thread_mail mail = thread_mail_of(&s->mails[i]);
        if (!s->by_subject)
            mail.subject = SV("");
        thread_link_add(s->link, s->call->arena, &mail);
    }
}

/* Subjects apart: what many bear would otherwise crowd out the few that are named. */
static enum status search_all(struct search *s, size_t near)
{
    enum status st = look_for(s, true, add_names, s->key_room, near);
    if (st != STATUS_OK)
        return st;
    link_added(s);
    if (s->forest->n > near)
        st = look_for(s, false, add_far_names, THREAD_FAR_IDS, THREAD_FAR);
    if (st == STATUS_OK && s->by_subject)
        st = look_for(s, false, add_subject, s->key_room, near);
    return st;
}

enum status thread_relatives(struct imap *imap, const struct imap_call *call,
                             const struct thread_forest *forest, struct imap_uids added,
                             bool by_subject, struct thread_pair **pairs, size_t *count)
{
    struct imap_messages mails;
    size_t near = THREAD_NEAR / (added.n > 0 ? added.n : 1);
    enum status st = imap_fetch_uids(imap, call, added, &THREAD_ITEMS, &mails);
    if (st != STATUS_OK)
        return st;
    struct search s = {.imap = imap,
                       .call = call,
                       .forest = forest,
                       .by_subject = by_subject,
                       .mails = mails.p,
                       .mail_count = mails.n,
                       .key_room = mails.n * (NAMED_MAX + 2) + THREAD_FAR_IDS};
    s.keys = arena_array(call->arena, s.key_room, sizeof *s.keys);
    s.link = thread_link_new();
    st = search_all(&s, near > THREAD_NEAR_LEAST ? near : THREAD_NEAR_LEAST);
    if (st == STATUS_OK)
        *count = pairs_of(&s, pairs);
    thread_link_free(&s.link);
    return st;
}

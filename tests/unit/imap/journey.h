/* journey.h — every operation once, with what must be true on any server. Run against real servers
 * to make the recordings in tests/corpus, and on the recordings ever after. */
#ifndef VM_TEST_JOURNEY_H
#define VM_TEST_JOURNEY_H

#include "imap_append.h"
#include "imap_change.h"
#include "imap_fetch.h"
#include "imap_folders.h"
#include "imap_search.h"
#include "test.h"

struct journey {
    struct imap *imap;
    struct arena *arena;
    struct imap_call call;
    struct sv first, second; /* mailboxes that it makes */
    struct sv missing;
};

static const char *const letters[] = {
    "From: =?utf-8?q?Ren=C3=A9?= <rene@example.org>\r\n"
    "To: \"A \\\"B\\\" C\" <abc@example.org>, group: x@example.org;\r\n"
    "Subject: charlie\r\nDate: Mon, 3 Jun 2024 10:00:00 +0200\r\n"
    "Message-ID: <one@example.org>\r\nList-Post: <mailto:l@example.org>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nUn \xc3\xa9t\xc3\xa9 chaud.\r\n",
    "From: bob@example.org\r\nTo: abc@example.org\r\nCc: dan@example.org\r\n"
    "Subject: alpha\r\nDate: Tue, 4 Jun 2024 10:00:00 +0200\r\n"
    "Message-ID: <two@example.org>\r\nIn-Reply-To: <one@example.org>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nplain part\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    "From: in@example.org\r\nSubject: inner\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/alternative; boundary=\"c\"\r\n\r\n"
    "--c\r\nContent-Type: text/plain\r\n\r\ninner plain\r\n"
    "--c\r\nContent-Type: text/html\r\n\r\n<p>inner html</p>\r\n--c--\r\n"
    "--b\r\nContent-Type: application/pdf; name=\"r.pdf\"\r\n"
    "Content-Disposition: attachment; filename=\"r.pdf\"\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--b--\r\n",
    "From: carol@example.org\r\nTo: abc@example.org\r\nSubject: bravo\r\n"
    "Date: Wed, 5 Jun 2024 10:00:00 +0200\r\nMessage-ID: <three@example.org>\r\n\r\n"
    "Third.\r\n",
};

struct journey_text {
    struct sv rest;
};

static inline enum status journey_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct journey_text *text = context;
    *n = text->rest.n < room ? text->rest.n : room;
    if (*n > 0)
        memcpy(buffer, text->rest.p, *n);
    text->rest = sv_slice(text->rest, *n, text->rest.n);
    return STATUS_OK;
}

static inline void journey_append(struct journey *j, size_t letter, unsigned flags)
{
    struct journey_text text = {sv_of(letters[letter])};
    static const struct sv keywords[] = {{"vaguekey", 8}};
    struct imap_letter out = {.source = {journey_read, &text},
                              .size = text.rest.n,
                              .flags = {.bits = flags, .keywords = keywords, .keyword_count = 1},
                              .date = 1717400000 + (int64_t)letter * 86400};
    struct imap_appended appended;
    assert_int_equal(imap_append(j->imap, &j->call, j->first, &out, &appended), STATUS_OK);
    if (imap_can(j->imap, IMAP_CAN_UIDPLUS)) {
        assert_true(appended.known);
        assert_true(appended.uid > 0 && appended.uidvalidity > 0);
    }
}

static inline const struct imap_folder *journey_folder(struct imap_folders folders, struct sv name)
{
    for (size_t i = 0; i < folders.n; i++)
        if (sv_eq(folders.p[i].name, name))
            return &folders.p[i];
    return NULL;
}

static inline void journey_folders(struct journey *j)
{
    struct imap_namespace spaces[IMAP_NAMESPACES_MAX];
    size_t space_count = 0;
    struct imap_folders folders;
    struct imap_quota quota;
    struct imap_counts counts;
    assert_int_equal(imap_namespaces(j->imap, &j->call, spaces, &space_count), STATUS_OK);
    assert_true(space_count > 0 && spaces[0].realm == IMAP_REALM_OWN);
    assert_true(spaces[0].delimiter == '/' || spaces[0].delimiter == '.');
    struct sv prefix = spaces[0].prefix;
    j->first = arena_printf(j->arena, "%.*sPr\xc3\xa9vu & \"d\xc3\xa9j\xc3\xa0\" \xf0\x9f\x8c\x8a",
                            SV_ARG(prefix));
    j->second = arena_printf(j->arena, "%.*sBack (two)", SV_ARG(prefix));
    j->missing = arena_printf(j->arena, "%.*sNo such", SV_ARG(prefix));
    assert_int_equal(imap_quota_get(j->imap, &j->call, &quota), STATUS_OK);
    /* Courier takes nothing beyond the basic plane, Cyrus no quotes */
    if (imap_create(j->imap, &j->call, j->first, IMAP_USE_NONE) != STATUS_OK) {
        j->first = arena_printf(j->arena, "%.*sPr\xc3\xa9vu & d\xc3\xa9j\xc3\xa0", SV_ARG(prefix));
        assert_int_equal(imap_create(j->imap, &j->call, j->first, IMAP_USE_NONE), STATUS_OK);
    }
    assert_int_equal(imap_create(j->imap, &j->call, j->first, IMAP_USE_NONE), STATUS_EXISTS);
    assert_int_equal(imap_create(j->imap, &j->call, j->second, IMAP_USE_ARCHIVE), STATUS_OK);
    journey_append(j, 0, IMAP_SEEN);
    journey_append(j, 1, 0);
    journey_append(j, 2, IMAP_FLAGGED);
    assert_int_equal(imap_list(j->imap, &j->call, &folders), STATUS_OK);
    assert_non_null(journey_folder(folders, SV("INBOX")));
    const struct imap_folder *made = journey_folder(folders, j->first);
    assert_non_null(made);
    assert_true(made->selectable && made->subscribed && made->counted);
    assert_int_equal(made->counts.messages, 3);
    assert_int_equal(made->counts.unseen, 2);
    assert_int_equal(imap_status(j->imap, &j->call, j->first, &counts), STATUS_OK);
    assert_int_equal(counts.uidnext, made->counts.uidnext);
    assert_int_equal(imap_select(j->imap, &j->call, j->missing, IMAP_READ_WRITE), STATUS_NOT_FOUND);
    assert_null(imap_selected(j->imap));
}

static inline void journey_read_list(struct journey *j, uint32_t uids[3])
{
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_DATE | IMAP_ITEM_SIZE |
                                             IMAP_ITEM_ENVELOPE | IMAP_ITEM_STRUCTURE |
                                             IMAP_ITEM_PREVIEW | IMAP_ITEM_MODSEQ,
                                     .fields = SV("REFERENCES LIST-POST")};
    const struct imap_window window = {.count = 2, .newest_first = true, .refresh = true};
    struct imap_messages messages;
    uint32_t total = 0;
    assert_int_equal(imap_fetch_window(j->imap, &j->call, &window, &items, &messages, &total),
                     STATUS_OK);
    assert_int_equal(total, 3);
    assert_int_equal(messages.n, 2);
    assert_sv(messages.p[0].envelope->subject, "bravo");
    assert_true(messages.p[0].flags.bits & IMAP_FLAGGED);
    const struct imap_message *two = &messages.p[1];
    assert_sv(two->envelope->in_reply_to, "<one@example.org>");
    assert_sv(two->envelope->cc.p[0].mailbox, "dan");
    assert_int_equal(two->internal_date, 1717400000 + 86400);
    assert_int_equal(two->size, strlen(letters[1]));
    assert_int_equal(two->structure->child_count, 3);
    const struct imap_part *pdf = imap_part_find(two->structure, SV("3"));
    assert_sv(imap_parameter_get(pdf->disposition_parameters, SV("FILENAME")), "r.pdf");
    const struct imap_part *html = imap_part_find(two->structure, SV("2.2"));
    assert_true(sv_eq_nocase(html->subtype, SV("html")));
    assert_sv(two->structure->children[1].envelope->subject, "inner");
    const struct imap_window oldest = {.skip = 0, .count = 1};
    assert_int_equal(imap_fetch_window(j->imap, &j->call, &oldest, &items, &messages, &total),
                     STATUS_OK);
    assert_sv(messages.p[0].envelope->from.p[0].name, "=?utf-8?q?Ren=C3=A9?=");
    assert_sv(messages.p[0].envelope->to.p[0].name, "A \"B\" C");
    assert_true(sv_find_nocase(messages.p[0].fields, SV("list-post: <mailto:l@")) != SIZE_MAX);
    struct imap_uids found;
    assert_int_equal(imap_fetch_new_uids(j->imap, &j->call, 1, &found), STATUS_OK);
    assert_int_equal(found.n, 3);
    memcpy(uids, found.p, 3 * sizeof *uids);
    const uint32_t asked[] = {uids[2], 4000000, uids[0]};
    assert_int_equal(
        imap_fetch_uids(j->imap, &j->call, (struct imap_uids){asked, 3}, &items, &messages),
        STATUS_OK);
    assert_int_equal(messages.n, 2);
    assert_int_equal(messages.p[1].uid, uids[0]);
}

struct journey_sink {
    uint64_t told;
    size_t n;
    char bytes[4096];
};

static inline enum status journey_begin(void *context, uint64_t size)
{
    ((struct journey_sink *)context)->told = size;
    return STATUS_OK;
}

static inline enum status journey_write(void *context, struct sv piece)
{
    struct journey_sink *sink = context;
    if (sink->n + piece.n > sizeof sink->bytes)
        return STATUS_TOO_LARGE;
    memcpy(sink->bytes + sink->n, piece.p, piece.n);
    sink->n += piece.n;
    return STATUS_OK;
}

static inline void journey_bodies(struct journey *j, const uint32_t uids[3])
{
    struct sv text;
    bool whole;
    struct journey_sink all = {0}, part = {0}, head = {0};
    const struct imap_section sections[] = {
        {.name = SV(""), .begin = journey_begin, .sink = {journey_write, &all}},
        {.name = SV("2.1"), .begin = journey_begin, .sink = {journey_write, &part}},
        {.name = SV("3.MIME"), .begin = journey_begin, .sink = {journey_write, &head}},
    };
    assert_int_equal(imap_fetch_sections(j->imap, &j->call, uids[1], sections, 3), STATUS_OK);
    assert_int_equal(all.told, strlen(letters[1]));
    assert_memory_equal(all.bytes, letters[1], all.n);
    assert_sv(((struct sv){part.bytes, part.n}), "inner plain");
    assert_true(sv_find((struct sv){head.bytes, head.n}, SV("application/pdf")) != SIZE_MAX);
    assert_int_equal(imap_fetch_text(j->imap, &j->call, uids[2], SV("1"), 100, &text, &whole),
                     STATUS_OK);
    assert_sv(text, "Third.\r\n");
    assert_true(whole);
    assert_int_equal(imap_fetch_text(j->imap, &j->call, uids[2], SV("TEXT"), 3, &text, &whole),
                     STATUS_OK);
    assert_sv(text, "Thi");
    assert_false(whole);
    assert_int_equal(imap_fetch_text(j->imap, &j->call, 4000000, SV("1"), 9, &text, &whole),
                     STATUS_NOT_FOUND);
}

static inline void journey_find(struct journey *j, const uint32_t uids[3])
{
    struct imap_uids found;
    uint32_t count = 0;
    const struct imap_criteria accents = {.key = IMAP_KEY_BODY, .text = SV("\xc3\xa9t\xc3\xa9")};
    assert_int_equal(imap_search(j->imap, &j->call, &accents, &found), STATUS_OK);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.p[0], uids[0]);
    const struct imap_criteria bob = {.key = IMAP_KEY_FROM, .text = SV("bob")};
    const struct imap_criteria flagged = {
        .key = IMAP_KEY_FLAG, .number = IMAP_FLAGGED, .next = &bob};
    const struct imap_criteria either = {.key = IMAP_KEY_OR, .children = &flagged};
    assert_int_equal(imap_search_count(j->imap, &j->call, &either, &count), STATUS_OK);
    assert_int_equal(count, 2);
    const struct imap_criteria since = {.key = IMAP_KEY_SENT_SINCE, .day = {2024, 6, 4}};
    const struct imap_criteria before = {.key = IMAP_KEY_NOT, .children = &since};
    assert_int_equal(imap_search(j->imap, &j->call, &before, &found), STATUS_OK);
    assert_int_equal(found.n, 1);
    const struct imap_sorting by_subject = {IMAP_ORDER_SUBJECT, true};
    struct imap_sorted sorted;
    enum status status = imap_sort(j->imap, &j->call, by_subject, NULL, 0, 2, &sorted);
    if (!imap_can(j->imap, IMAP_CAN_SORT)) {
        assert_int_equal(status, STATUS_UNSUPPORTED);
        return;
    }
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(sorted.total, 3);
    assert_int_equal(sorted.uids.n, sorted.whole ? 3 : 2);
    assert_int_equal(sorted.uids.p[0], uids[0]); /* charlie, bravo, alpha */
    assert_int_equal(sorted.uids.p[1], uids[2]);
}

static inline void journey_change(struct journey *j, uint32_t uids[3])
{
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS};
    const struct imap_flags answered = {.bits = IMAP_ANSWERED | IMAP_SEEN};
    const struct imap_flags deleted = {.bits = IMAP_DELETED};
    struct imap_copied copied;
    struct imap_messages messages;
    struct imap_counts counts;
    assert_int_equal(imap_store(j->imap, &j->call, (struct imap_uids){uids, 2}, &answered, true),
                     STATUS_OK);
    assert_int_equal(imap_copy(j->imap, &j->call, (struct imap_uids){uids, 2}, j->second, &copied),
                     STATUS_OK);
    if (imap_can(j->imap, IMAP_CAN_UIDPLUS)) {
        assert_true(copied.known);
        assert_int_equal(copied.from.n, 2);
        assert_int_equal(copied.from.p[1], uids[1]);
    }
    assert_int_equal(imap_copy(j->imap, &j->call, (struct imap_uids){uids, 1}, j->missing, &copied),
                     STATUS_NOT_FOUND);
    /* somebody else's deletion must survive ours */
    assert_int_equal(imap_store(j->imap, &j->call, (struct imap_uids){uids, 1}, &deleted, true),
                     STATUS_OK);
    assert_int_equal(
        imap_move(j->imap, &j->call, (struct imap_uids){uids + 2, 1}, j->second, &copied),
        STATUS_OK);
    assert_int_equal(imap_expunge(j->imap, &j->call, (struct imap_uids){uids + 1, 1}), STATUS_OK);
    assert_int_equal(imap_refresh(j->imap, &j->call), STATUS_OK);
    assert_int_equal(imap_selected(j->imap)->exists, 1);
    assert_int_equal(
        imap_fetch_uids(j->imap, &j->call, (struct imap_uids){uids, 3}, &items, &messages),
        STATUS_OK);
    assert_int_equal(messages.n, 1);
    assert_int_equal(messages.p[0].uid, uids[0]);
    assert_int_equal(messages.p[0].flags.bits & (IMAP_SEEN | IMAP_ANSWERED | IMAP_DELETED),
                     IMAP_SEEN | IMAP_ANSWERED | IMAP_DELETED);
    assert_int_equal(imap_unselect(j->imap, &j->call), STATUS_OK);
    assert_int_equal(imap_status(j->imap, &j->call, j->second, &counts), STATUS_OK);
    assert_int_equal(counts.messages, 3);
    assert_int_equal(imap_status(j->imap, &j->call, j->first, &counts), STATUS_OK);
    assert_int_equal(counts.messages, 1);
}

static inline void journey_end(struct journey *j)
{
    struct sv renamed = arena_printf(j->arena, "%.*s again", SV_ARG(j->second));
    struct imap_folders folders;
    assert_int_equal(imap_subscribe(j->imap, &j->call, j->first, false), STATUS_OK);
    assert_int_equal(imap_rename(j->imap, &j->call, j->second, renamed), STATUS_OK);
    assert_int_equal(imap_list(j->imap, &j->call, &folders), STATUS_OK);
    assert_false(journey_folder(folders, j->first)->subscribed);
    assert_true(journey_folder(folders, renamed)->subscribed);
    assert_null(journey_folder(folders, j->second));
    /* Cyrus keeps what has a special use */
    bool kept = imap_can(j->imap, IMAP_CAN_CREATE_SPECIAL_USE);
    assert_int_equal(imap_delete(j->imap, &j->call, renamed), kept ? STATUS_REFUSED : STATUS_OK);
    assert_int_equal(imap_delete(j->imap, &j->call, j->first), STATUS_OK);
    assert_int_not_equal(imap_delete(j->imap, &j->call, j->first), STATUS_OK);
    assert_true(imap_usable(j->imap));
}

static inline void journey_run(struct imap *imap)
{
    struct journey j = {.imap = imap, .arena = arena_new(8 * 1024 * 1024)};
    uint32_t uids[3];
    j.call = (struct imap_call){.arena = j.arena, .deadline = deadline_in(20000)};
    journey_folders(&j);
    assert_int_equal(imap_select(imap, &j.call, j.first, IMAP_READ_WRITE), STATUS_OK);
    const struct imap_mailbox *box = imap_selected(imap);
    assert_true(sv_eq(box->name, j.first) && box->exists == 3 && !box->read_only);
    journey_read_list(&j, uids);
    journey_bodies(&j, uids);
    journey_find(&j, uids);
    journey_change(&j, uids);
    journey_end(&j);
    arena_free(&j.arena);
}

#endif

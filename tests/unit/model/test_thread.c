/* Conversations without a server: the forest, the linking, the folders that are listed by them. */
#include "test.h"

#include "preferences.h"
#include "thread_forest.h"
#include "thread_link.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(256 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* ---- the forest ---- */

/* "1 4|2 3 6|", the one with the newest message last. */
static struct sv forest_written(const struct thread_forest *f)
{
    struct sb out;
    sb_init(&out, arena, 10000);
    for (size_t t = 0; t < f->threads; t++) {
        struct imap_uids members = thread_forest_members(f, t);
        for (size_t i = 0; i < members.n; i++)
            sb_printf(&out, "%s%u", i ? " " : "", members.p[i]);
        sb_add_char(&out, '|');
        assert_int_equal(thread_forest_newest(f, t), members.p[members.n - 1]);
    }
    return sb_view(&out);
}

static struct thread_forest example(void)
{
    static const uint32_t uids[] = {2, 3, 5, 7, 11, 13}, labels[] = {4, 1, 1, 4, 0, 1};
    struct thread_forest f = {0};
    thread_forest_build(&f, uids, labels, 6);
    return f;
}

static void conversations_are_numbered_by_their_newest_message(void **state)
{
    struct thread_forest f = example();
    size_t thread;
    (void)state;
    assert_sv(forest_written(&f), "2 7|11|3 5 13|");
    assert_true(thread_forest_find(&f, 5, &thread));
    assert_int_equal(thread, 2);
    assert_false(thread_forest_find(&f, 4, &thread));
    assert_false(thread_forest_find(&f, 14, &thread));
    thread_forest_build(&f, NULL, NULL, 0);
    assert_sv(forest_written(&f), "");
    assert_false(thread_forest_find(&f, 1, &thread));
    thread_forest_deinit(&f);
}

static void what_is_gone_leaves_the_rest_in_its_new_order(void **state)
{
    struct thread_forest f = example();
    static const uint32_t left[] = {1, 2, 3, 5, 7, 11, 99};
    (void)state;
    thread_forest_keep(&f, (struct imap_uids){left, 7});
    assert_sv(forest_written(&f), "3 5|2 7|11|");
    thread_forest_keep(&f, (struct imap_uids){left + 5, 1});
    assert_sv(forest_written(&f), "11|");
    thread_forest_keep(&f, (struct imap_uids){left, 0});
    assert_sv(forest_written(&f), "");
    thread_forest_deinit(&f);
}

static void what_comes_joins_and_brings_together(void **state)
{
    struct thread_forest f = example();
    static const uint32_t added[] = {20, 21, 22};
    static const struct thread_pair pairs[] = {{7, 20}, {20, 2}, {99, 21}, {22, 11}, {3, 22}};
    (void)state;
    thread_forest_add(&f, (struct imap_uids){added, 3}, pairs, 5);
    assert_sv(forest_written(&f), "2 7 20|21|3 5 11 13 22|");
    thread_forest_add(&f, (struct imap_uids){NULL, 0}, NULL, 0);
    assert_sv(forest_written(&f), "2 7 20|21|3 5 11 13 22|");
    thread_forest_deinit(&f);
}

/* ---- linking ---- */

struct mail {
    uint32_t uid;
    const char *id, *references, *in_reply_to, *subject;
};

static void add(struct thread_link *link, const struct mail *m)
{
    const struct thread_mail mail = {.uid = m->uid,
                                     .message_id = sv_of(m->id),
                                     .references = sv_of(m->references),
                                     .in_reply_to = sv_of(m->in_reply_to),
                                     .subject = sv_of(m->subject)};
    thread_link_add(link, arena, &mail);
}

static struct sv link_written(const struct thread_link *link)
{
    uint32_t *uids, *labels;
    size_t n;
    struct thread_forest f = {0};
    thread_link_labels(link, arena, &uids, &labels, &n);
    thread_forest_build(&f, uids, labels, n);
    struct sv written = forest_written(&f);
    thread_forest_deinit(&f);
    return written;
}

#define linked(expected, ...)                                                                      \
    do {                                                                                           \
        static const struct mail mails_[] = {__VA_ARGS__};                                         \
        struct thread_link *link_ = thread_link_new();                                             \
        for (size_t i_ = 0; i_ < sizeof mails_ / sizeof mails_[0]; i_++)                           \
            add(link_, &mails_[i_]);                                                               \
        assert_sv(link_written(link_), expected);                                                  \
        thread_link_free(&link_);                                                                  \
        assert_null(link_);                                                                        \
    } while (0)

static void references_link_and_in_reply_to_where_there_are_none(void **state)
{
    (void)state;
    linked("1 2 3|4|", {1, "<a@x>", "", "", "A"}, {2, "<b@x>", "<a@x>", "", "B"},
           {3, "<c@x>", "", "<b@x> (of yesterday)", "C"}, {4, "<d@x>", "", "", "D"});
    linked("1|2 3|", {1, "<a@x>", "", "", "A"},
           {2, "<b@x>", "", "", "B"}, /* References weigh more */
           {3, "<c@x>", "<b@x>", "<a@x>", "C"});
    linked("1 2|", {1, "<b@x>", "<a@x>", "", "B"},
           {2, "<a@x>", "", "", "A"}); /* the parent is late */
    linked("1 2|", {1, "<c@x>", "<a@x>", "", "C"}, {2, "<d@x>", "<a@x> <b@x>", "", "D"});
    linked("1 2|", {1, "<\"a\"@x>", "", "", "A"}, {2, "<b@x>", "<a@x>", "", "B"});
}

static void what_a_message_says_of_itself_outweighs_what_others_say(void **state)
{
    (void)state;
    linked("2|1 3 4|", {1, "<a@x>", "", "", "A"}, {2, "<p@x>", "", "", "P"},
           {3, "<q@x>", "<p@x> <r@x>", "", "Q"}, {4, "<r@x>", "<a@x>", "", "R"});
}

static void equal_subjects_of_whole_conversations_are_one(void **state)
{
    (void)state;
    linked("1 2 3|", {1, "<a@x>", "", "", "Budget"}, {2, "<b@x>", "", "", "RE : budget"},
           {3, "<c@x>", "", "", "[liste] Fwd: Budget (fwd)"});
    linked("1|2|", {1, "<a@x>", "", "", ""}, {2, "<b@x>", "", "", "Re:"}); /* none is no subject */
    linked("1 2|3|", {1, "<a@x>", "", "", "A"}, {2, "<b@x>", "<a@x>", "", "Else"},
           {3, "<c@x>", "", "", "Else"}); /* that of an answer says nothing */
    linked("1 2 3|", {1, "<a@x>", "<gone@x>", "", "Re: A"}, {2, "<b@x>", "<gone@x>", "", "Re: B"},
           {3, "<c@x>", "", "", "A"}); /* the first of those below a missing one speaks */
}

static void names_that_are_wrong_or_taken_link_nothing(void **state)
{
    (void)state;
    linked("1|2|3|", {1, "", "", "", "A"}, {2, "", "", "", "B"}, {3, "<>", "<> x", "", "C"});
    linked("1|2|3|", {1, "<a@x>", "", "", "A"}, {2, "<a@x>", "", "", "B"},
           {3, "<a@x>", "", "", "C"});
    linked("1|", {1, "<a@x>", "<a@x> <a@x>", "", "A"}); /* its own parent */
    linked("1 2|", {1, "<a@x>", "<b@x>", "", "A"}, {2, "<b@x>", "<a@x>", "", "B"}); /* a ring */
    linked("1 2 3|", {1, "<a@x>", "<b@x>", "", "A"}, {2, "<b@x>", "<c@x>", "", "B"},
           {3, "<c@x>", "<a@x> <b@x>", "", "C"});
}

static void one_that_is_gone_goes_on_holding_the_others_together(void **state)
{
    static const struct mail mails[] = {
        {1, "<a@x>", "", "", "A"}, {2, "<b@x>", "<a@x>", "", "B"}, {3, "<c@x>", "<a@x>", "", "C"}};
    struct thread_link *link = thread_link_new();
    (void)state;
    for (size_t i = 0; i < 3; i++)
        add(link, &mails[i]);
    thread_link_remove(link, 1);
    assert_sv(link_written(link), "2 3|");
    thread_link_remove(link, 2);
    thread_link_remove(link, 3);
    assert_sv(link_written(link), "");
    thread_link_free(&link);
}

/* A chain of answers as long as a mailbox, both ways round, and a fan. */
static void long_chains_take_no_long_time(void **state)
{
    enum { LONG = 20000 };
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct thread_link *link = thread_link_new();
        struct arena *scratch = arena_new(16 << 20);
        for (uint32_t i = 1; i <= LONG; i++) {
            uint32_t n = way == 1 ? LONG + 1 - i : i;
            struct thread_mail mail = {.uid = i,
                                       .message_id = arena_printf(scratch, "<%u@x>", n),
                                       .subject = arena_printf(scratch, "%u", n)};
            mail.in_reply_to = arena_printf(scratch, "<%u@x>", way == 2 ? 1 : n - 1);
            thread_link_add(link, scratch, &mail);
            arena_reset(scratch);
        }
        uint32_t *uids, *labels;
        size_t n, apart = 0;
        thread_link_labels(link, arena, &uids, &labels, &n);
        assert_int_equal(n, LONG);
        for (size_t i = 0; i < n; i++)
            apart += labels[i] == i;
        assert_true(apart <= 1 + LONG / THREAD_LINK_DEPTH);
        arena_free(&scratch);
        thread_link_free(&link);
    }
}

/* ---- which folders are listed so ---- */

static void a_folder_keeps_what_was_chosen_for_it(void **state)
{
    struct preferences p = preferences_default();
    (void)state;
    assert_false(preferences_threads(&p, SV("INBOX")));
    p.thread_folders = preferences_thread_folders(arena, &p, SV("INBOX"), true);
    p.thread_folders = preferences_thread_folders(arena, &p, SV("+INBOX"), false);
    p.thread_folders = preferences_thread_folders(arena, &p, SV("a \"b\" +\xc3\xa9"), true);
    assert_true(preferences_threads(&p, SV("INBOX")));
    assert_true(preferences_threads(&p, SV("a \"b\" +\xc3\xa9")));
    assert_false(preferences_threads(&p, SV("+INBOX")));
    assert_false(preferences_threads(&p, SV("")));
    p.threads = true; /* the account's way changes what was not chosen, and only that */
    assert_false(preferences_threads(&p, SV("+INBOX")));
    assert_true(preferences_threads(&p, SV("Else")));
    p.thread_folders = preferences_thread_folders(arena, &p, SV("INBOX"), false);
    assert_false(preferences_threads(&p, SV("INBOX")));
    assert_sv(p.thread_folders, "-INBOX\n+a \"b\" +\xc3\xa9\n-+INBOX\n");
}

static void a_folder_takes_its_choice_along(void **state)
{
    struct preferences p = preferences_default();
    (void)state;
    p.thread_folders = SV("+Amis\n-Amis/Anne\n+Amistad\n-Autre\n");
    assert_sv(preferences_threads_follow(arena, &p, SV("Amis"), SV("Gens/Amis"), '/'),
              "+Gens/Amis\n-Gens/Amis/Anne\n+Amistad\n-Autre\n");
    assert_sv(preferences_threads_follow(arena, &p, SV("Amis"), SV("Gens"), '\0'),
              "+Gens\n-Amis/Anne\n+Amistad\n-Autre\n");
}

static void the_oldest_choices_are_forgotten(void **state)
{
    struct preferences p = preferences_default();
    (void)state;
    for (unsigned i = 0; i < 3000; i++)
        p.thread_folders =
            preferences_thread_folders(arena, &p, arena_printf(arena, "folder number %u", i), true);
    assert_true(p.thread_folders.n <= PREFERENCE_FOLDERS_MAX);
    assert_true(preferences_threads(&p, SV("folder number 2999")));
    assert_false(preferences_threads(&p, SV("folder number 0")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations_are_numbered_by_their_newest_message),
        cmocka_unit_test(what_is_gone_leaves_the_rest_in_its_new_order),
        cmocka_unit_test(what_comes_joins_and_brings_together),
        cmocka_unit_test(references_link_and_in_reply_to_where_there_are_none),
        cmocka_unit_test(what_a_message_says_of_itself_outweighs_what_others_say),
        cmocka_unit_test(equal_subjects_of_whole_conversations_are_one),
        cmocka_unit_test(names_that_are_wrong_or_taken_link_nothing),
        cmocka_unit_test(one_that_is_gone_goes_on_holding_the_others_together),
        cmocka_unit_test(long_chains_take_no_long_time),
        cmocka_unit_test(a_folder_keeps_what_was_chosen_for_it),
        cmocka_unit_test(a_folder_takes_its_choice_along),
        cmocka_unit_test(the_oldest_choices_are_forgotten),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

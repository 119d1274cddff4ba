/* Where new messages belong, found by searches: a server from a script answers them. */
#include "../imap/wire.h"
#include "test.h"
#include "thread_relatives.h"

enum { OLD = 30000 }; /* UIDs 2, 4, 6… */

static const struct imap_login login = {.user = {"u", 1}, .password = {"p", 1}};

#define WELCOME                                                                                    \
    "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n@1@ OK\r\n@2@ OK [CAPABILITY IMAP4rev1 ESEARCH]" \
    " in\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n@3@ OK [READ-WRITE] done\r\n"
#define FIELDS "BODY[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES SUBJECT)]<0> "

struct talk {
    struct wire wire;
    struct imap *imap;
    struct arena *arena;
    struct imap_call call;
    struct thread_forest forest;
    struct thread_pair *pairs;
    size_t count;
};

static void talk_begin(struct talk *t, const char *server)
{
    uint32_t *uids = calloc(OLD, sizeof *uids), *labels = calloc(OLD, sizeof *labels);
    *t = (struct talk){.arena = arena_new(64 << 20)};
    t->call = (struct imap_call){.arena = t->arena, .deadline = deadline_in(10000)};
    wire_script(&t->wire, server);
    assert_int_equal(imap_start(wire_transport(&t->wire), "mail.example.org", 143, &login,
                                deadline_in(10000), &t->imap, NULL),
                     STATUS_OK);
    assert_int_equal(imap_select(t->imap, &t->call, SV("INBOX"), IMAP_READ_WRITE), STATUS_OK);
    for (uint32_t i = 0; i < OLD; i++) {
        uids[i] = 2 * (i + 1);
        labels[i] = i < 2 ? 0 : i; /* 2 and 4 are one conversation */
    }
    thread_forest_build(&t->forest, uids, labels, OLD);
    free(uids);
    free(labels);
}

static void talk_end(struct talk *t)
{
    imap_close(&t->imap);
    wire_free(&t->wire);
    thread_forest_deinit(&t->forest);
    arena_free(&t->arena);
}

static struct sv written(struct talk *t)
{
    struct sb out;
    sb_init(&out, t->arena, 10000);
    for (size_t i = 0; i < t->count; i++)
        sb_printf(&out, "%u-%u|", t->pairs[i].a, t->pairs[i].b);
    return sb_view(&out);
}

static void relatives(struct talk *t, const char *server, bool by_subject, enum status status)
{
    static const uint32_t added = 60002;
    talk_begin(t, server);
    assert_int_equal(thread_relatives(t->imap, &t->call, &t->forest, (struct imap_uids){&added, 1},
                                      by_subject, &t->pairs, &t->count),
                     status);
}

#define ANSWER                                                                                     \
    WELCOME "* 4 FETCH (UID 60002 " FIELDS "{72}\r\nMessage-ID: <new@x>\r\n"                       \
            "References: <a@x> <b@x>\r\nSubject: Re: Le budget\r\n\r\n)\r\n@4@ OK\r\n"

static void an_answer_is_joined_to_what_it_names(void **state)
{
    struct talk t;
    (void)state;
    relatives(&t,
              ANSWER "* ESEARCH (TAG \"@5@\") UID ALL 59998\r\n@5@ OK\r\n"
                     "* 3 FETCH (UID 59998 " FIELDS
                     "{21}\r\nMessage-ID: <b@x>\r\n\r\n)\r\n@6@ OK\r\n",
              true, STATUS_OK);
    assert_sv(written(&t), "59998-60002|"); /* found near: nothing else is asked */
    talk_end(&t);
}

static void what_is_not_near_is_looked_for_by_name_further_back(void **state)
{
    struct talk t;
    (void)state;
    relatives(&t,
              ANSWER "* ESEARCH (TAG \"@5@\") UID\r\n@5@ OK\r\n"
                     "* ESEARCH (TAG \"@6@\") UID ALL 30000\r\n@6@ OK\r\n"
                     "* 3 FETCH (UID 30000 " FIELDS
                     "{21}\r\nMessage-ID: <a@x>\r\n\r\n)\r\n@7@ OK\r\n",
              true, STATUS_OK);
    assert_sv(written(&t), "30000-60002|");
    talk_end(&t);
}

static void a_subject_counts_where_nothing_is_named_and_only_that_of_roots(void **state)
{
    struct talk t;
    (void)state;
    static const char *const server = ANSWER
        "* ESEARCH (TAG \"@5@\") UID\r\n@5@ OK\r\n* ESEARCH (TAG \"@6@\") UID\r\n@6@ OK\r\n"
        "* ESEARCH (TAG \"@7@\") UID ALL 4,59000,59002\r\n@7@ OK\r\n"
        "* 1 FETCH (UID 4 " FIELDS "{41}\r\nMessage-ID: <o@x>\r\nSubject: Le budget\r\n\r\n)\r\n"
        "* 2 FETCH (UID 59000 " FIELDS
        "{45}\r\nMessage-ID: <p@x>\r\nSubject: Le budget bis\r\n\r\n)\r\n"
        "* 3 FETCH (UID 59002 " FIELDS
        "{46}\r\nMessage-ID: <q@x>\r\nSubject: RE: Le  budget\r\n\r\n)\r\n@8@ OK\r\n";
    relatives(&t, server, true, STATUS_OK);
    assert_sv(written(&t), "59002-60002|");
    talk_end(&t);
}

static void where_the_server_looks_at_no_subject_neither_do_we(void **state)
{
    struct talk t;
    (void)state;
    relatives(&t,
              ANSWER "* ESEARCH (TAG \"@5@\") UID\r\n@5@ OK\r\n"
                     "* ESEARCH (TAG \"@6@\") UID\r\n@6@ OK\r\n",
              false, STATUS_OK);
    assert_sv(written(&t), "");
    assert_true(imap_usable(t.imap)); /* a third search would have no answer */
    talk_end(&t);
}

static void a_first_letter_finds_answers_that_came_before_it(void **state)
{
    struct talk t;
    (void)state;
    relatives(&t,
              WELCOME "* 4 FETCH (UID 60002 " FIELDS
                      "{36}\r\nMessage-ID: <b@x>\r\nSubject: Late\r\n\r\n)\r\n@4@ OK\r\n"
                      "* ESEARCH (TAG \"@5@\") UID ALL 60000\r\n@5@ OK\r\n"
                      "* 3 FETCH (UID 60000 " FIELDS
                      "{41}\r\nMessage-ID: <c@x>\r\nIn-Reply-To: <b@x>\r\n\r\n)\r\n@6@ OK\r\n",
              true, STATUS_OK);
    assert_sv(written(&t), "60000-60002|");
    talk_end(&t);
}

static void a_server_that_refuses_says_so(void **state)
{
    struct talk t;
    (void)state;
    relatives(&t, ANSWER "@5@ NO I do not search headers\r\n", true, STATUS_REFUSED);
    assert_true(imap_usable(t.imap));
    talk_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_joined_to_what_it_names),
        cmocka_unit_test(what_is_not_near_is_looked_for_by_name_further_back),
        cmocka_unit_test(a_subject_counts_where_nothing_is_named_and_only_that_of_roots),
        cmocka_unit_test(where_the_server_looks_at_no_subject_neither_do_we),
        cmocka_unit_test(a_first_letter_finds_answers_that_came_before_it),
        cmocka_unit_test(a_server_that_refuses_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

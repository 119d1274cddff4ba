/* What counts as costly: the first time in a large folder, and all of an account that is unknown.
 */
#include <unistd.h>

#include "base64.h"
#include "test.h"
#include "warm.h"

enum { MANY = WARM_FOLDERS_MAX + 3 };

struct fixture {
    struct arena *arena;
    char dir[32];
    struct sv path;
    struct store *store;
    struct sessions *table;
    struct session *session;
};

static const struct server_key key = {{7}};
static const struct stream_target server = {.host = "imap.invalid", .port = 143};
static const struct session_limits limits = {
    .idle_s = 600, .absolute_s = 3600, .connections_each = 2, .connections_total = 10};

static struct session *session_new(struct fixture *f)
{
    uint8_t secret[SESSION_TOKEN_SIZE] = {1};
    struct sv secret_view = {(char *)secret, sizeof secret};
    struct session_record record = {.user = SV("u"),
                                    .created = clock_wall(),
                                    .used = clock_wall(),
                                    .address = SV("192.0.2.1"),
                                    .agent = SV("w3m")};
    struct session *session = NULL;
    struct sb context, sealed, token;
    seal_hash(secret_view, record.id);
    sb_init(&context, f->arena, 400);
    sb_add(&context, (struct sv){(char *)record.id, sizeof record.id});
    sb_add(&context, record.user);
    sb_init(&sealed, f->arena, 400);
    assert_int_equal(seal_close(&key, secret_view, sb_view(&context), SV("s3cret"), &sealed),
                     STATUS_OK);
    record.sealed = sb_view(&sealed);
    assert_int_equal(store_session_put(f->store, &record), STATUS_OK);
    sb_init(&token, f->arena, 100);
    base64url_encode(&token, secret, sizeof secret);
    assert_int_equal(session_find(f->table, sb_view(&token), SESSION_USE_PAGE, &session),
                     STATUS_OK);
    return session;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct sv reason;
    f->arena = arena_new(10000000);
    memcpy(f->dir, "/tmp/vm-warm-XXXXXX", sizeof "/tmp/vm-warm-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    f->path = arena_printf(f->arena, "%s/store", f->dir);
    *state = f;
    if (store_open(f->path.p, f->arena, &f->store, &reason) != STATUS_OK)
        return -1;
    f->table = sessions_new(f->store, &key, &server, &limits);
    f->session = session_new(f);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    session_release(&f->session);
    sessions_free(&f->table);
    store_close(&f->store);
    const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++)
        unlink(arena_printf(f->arena, "%s%s", f->path.p, suffixes[i]).p);
    rmdir(f->dir);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct folder folder(const char *name, uint32_t messages)
{
    return (struct folder){
        .name = sv_of(name), .selectable = true, .counted = true, .counts = {.messages = messages}};
}

static void an_account_that_nobody_has_listed_is_costly(void **state)
{
    struct fixture *f = *state;
    assert_true(warm_is_costly(f->session, SV("INBOX"), WARM_OPENED));
    assert_int_equal(warm_account(f->session), WARM_UNKNOWN);
    warm_done(f->session, SV("INBOX"), WARM_OPENED);
    assert_true(warm_is_costly(f->session, SV("INBOX"), WARM_OPENED));
}

static void the_first_time_in_a_large_folder_is_costly(void **state)
{
    struct fixture *f = *state;
    struct folder all[] = {folder("large", WARM_LARGE), folder("small", WARM_LARGE - 1),
                           folder("uncounted", 0), folder("parent", 0)};
    const struct folders folders = {.p = all, .n = 4};
    const unsigned by_date = WARM_SORTED << IMAP_ORDER_DATE,
                   by_size = WARM_SORTED << IMAP_ORDER_SIZE;
    all[2].counted = false;
    all[3].counted = all[3].selectable = false;
    const struct folders one = {.p = all + 1, .n = 1};
    warm_learn(f->session, &one);
    assert_int_equal(warm_account(f->session), WARM_ACCOUNT_SMALL);
    warm_learn(f->session, &folders);
    assert_int_equal(warm_account(f->session), WARM_ACCOUNT_LARGE);
    assert_true(warm_is_costly(f->session, SV("large"), WARM_OPENED));
    assert_true(warm_is_costly(f->session, SV("uncounted"), WARM_OPENED));
    assert_false(warm_is_costly(f->session, SV("small"), WARM_OPENED | by_date | WARM_SEARCHED));
    assert_false(warm_is_costly(f->session, SV("parent"), WARM_OPENED));
    assert_false(warm_is_costly(f->session, SV("no such"), WARM_OPENED));
    warm_done(f->session, SV("large"), WARM_OPENED | by_date);
    assert_false(warm_is_costly(f->session, SV("large"), WARM_OPENED | by_date));
    assert_true(warm_is_costly(f->session, SV("large"), WARM_OPENED | by_size));
    assert_true(warm_is_costly(f->session, SV("large"), WARM_OPENED | WARM_SEARCHED));
    warm_learn(f->session, &folders);
    assert_false(warm_is_costly(f->session, SV("large"), WARM_OPENED | by_date));
    all[1].counts.messages++;
    warm_learn(f->session, &folders);
    assert_true(warm_is_costly(f->session, SV("small"), WARM_OPENED));
}

static void folders_beyond_those_remembered_stay_costly(void **state)
{
    struct fixture *f = *state;
    static struct folder all[MANY];
    for (unsigned i = 0; i < MANY; i++)
        all[i] = folder(arena_printf(f->arena, "f%u", i).p, WARM_LARGE);
    const struct folders folders = {.p = all, .n = MANY};
    warm_learn(f->session, &folders);
    for (unsigned i = 0; i < MANY; i++)
        warm_done(f->session, all[i].name, WARM_OPENED);
    assert_false(warm_is_costly(f->session, SV("f0"), WARM_OPENED));
    assert_true(warm_is_costly(f->session, all[MANY - 1].name, WARM_OPENED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_account_that_nobody_has_listed_is_costly, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_first_time_in_a_large_folder_is_costly, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(folders_beyond_those_remembered_stay_costly, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

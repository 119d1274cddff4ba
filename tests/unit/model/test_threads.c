/* What a session keeps of conversations, seen by those who ask while there is nothing. */
#include <unistd.h>

#include "base64.h"
#include "test.h"
#include "threads.h"

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
    memcpy(f->dir, "/tmp/vm-thrd-XXXXXX", sizeof "/tmp/vm-thrd-XXXXXX");
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

/* A row stands for its conversation: whoever cannot tell which that is must not act on less. */
static void what_is_not_kept_is_not_taken_for_the_ticked_ones(void **state)
{
    struct fixture *f = *state;
    const uint32_t ticked[] = {7, 9};
    struct imap_uids out = {NULL, 0};
    assert_int_equal(threads_expand(f->session, f->arena, SV("INBOX"), 1,
                                    (struct imap_uids){ticked, 2}, 10, &out),
                     STATUS_NOT_FOUND);
    assert_int_equal(out.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_not_kept_is_not_taken_for_the_ticked_ones, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

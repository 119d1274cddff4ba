/* The texts by which a job_act stands in the store, and its chunks. */
#include "arena.h"
#include "job.h"
#include "job_act_plan.h"
#include "test.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void a_plan_comes_back(void **state)
{
    (void)state;
    const struct act_plan plan = {.way = ACT_WAY_MOVE,
                                  .set = IMAP_JUNK,
                                  .unset = IMAP_NOT_JUNK,
                                  .uidvalidity = 7,
                                  .folder = SV("INBOX"),
                                  .target = SV("Éclairs au café"),
                                  .uids = SV("1:5,9")};
    struct act_plan got;
    struct sv text = act_plan_write(arena, &plan);
    assert_int_equal(act_plan_read(arena, text, &got), STATUS_OK);
    assert_int_equal(got.way, ACT_WAY_MOVE);
    assert_int_equal(got.set, IMAP_JUNK);
    assert_int_equal(got.unset, IMAP_NOT_JUNK);
    assert_int_equal(got.uidvalidity, 7);
    assert_sv(got.folder, "INBOX");
    assert_sv(got.target, "Éclairs au café");
    assert_sv(got.uids, "1:5,9");
    assert_sv(got.marked, "");
    assert_sv(act_plan_write(arena, &got), arena_cstr(arena, text));
    got.marked = SV("2,9");
    text = act_plan_write(arena, &got);
    assert_int_equal(act_plan_read(arena, text, &got), STATUS_OK);
    assert_sv(got.uids, "1:5,9");
    assert_sv(got.marked, "2,9");
}

static void a_plan_is_strict(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "",
        "move",
        "move 0 0 7 SU5CT1g - 1:5",        /* no target */
        "move 0 0 7 SU5CT1g SU5CT1g 1:5",  /* to where they are */
        "move 0 0 0 SU5CT1g VHJhc2g 1:5",  /* no UIDVALIDITY */
        "mark 0 0 7 SU5CT1g - 1:5",        /* no mark */
        "mark 1 1 7 SU5CT1g - 1:5",        /* two */
        "mark 32 0 7 SU5CT1g - 1:5",       /* \Recent */
        "mark 4096 0 7 SU5CT1g - 1:5",     /* none of ours */
        "purge 0 0 7 SU5CT1g VHJhc2g 1:5", /* a target */
        "eat 0 0 7 SU5CT1g VHJhc2g 1:5",
        "copy 0 0 7 SU5C*T1g VHJhc2g 1:5",
        "copy 0 0 7 _w VHJhc2g 1:5", /* no UTF-8 */
        "copy 0 0 7  VHJhc2g 1:5",
    };
    struct act_plan plan;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(act_plan_read(arena, sv_of(WRONG[i]), &plan), STATUS_INVALID);
    assert_int_equal(act_plan_read(arena, SV("purge 0 0 7 SU5CT1g - 1:5"), &plan), STATUS_OK);
    assert_int_equal(act_plan_read(arena, SV("tag 0 0 7 SU5CT1g JGxhYmVsMQ 1:5"), &plan),
                     STATUS_OK);
    assert_int_equal(plan.way, ACT_WAY_TAG);
    assert_sv(plan.target, "$label1");
    assert_int_equal(act_plan_read(arena, SV("untag 0 0 7 SU5CT1g - 1:5"), &plan), STATUS_INVALID);
}

static void a_memo_comes_back(void **state)
{
    (void)state;
    const uint32_t keys[] = {0, 77, 4294967295u};
    const struct act_memo memo = {.pos = 12,
                                  .at = 345,
                                  .chunk = 2000,
                                  .begun = true,
                                  .v = 6,
                                  .next = 900,
                                  .keys = keys,
                                  .key_count = 3};
    struct act_memo got;
    assert_int_equal(act_memo_read(arena, act_memo_write(arena, &memo), &got), STATUS_OK);
    assert_int_equal(got.pos, 12);
    assert_int_equal(got.at, 345);
    assert_int_equal(got.chunk, 2000);
    assert_true(got.begun);
    assert_int_equal(got.v, 6);
    assert_int_equal(got.next, 900);
    assert_int_equal(got.key_count, 3);
    assert_int_equal(got.keys[2], 4294967295u);
    assert_int_equal(act_memo_read(arena, SV(""), &got), STATUS_OK);
    assert_int_equal(got.chunk, ACT_CHUNK_FIRST);
    assert_false(got.begun);
    assert_int_equal(act_memo_read(arena, SV("0 0 500 0 0 -"), &got), STATUS_OK);
    assert_true(got.begun && !got.keys);
    static const char *const WRONG[] = {"1",         "0 0",           "0 0 0",          "0 0 8001",
                                        "0 0 500 1", "0 0 500 1 1 A", "0 0 500 1 1 **", "x 0 500"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(act_memo_read(arena, sv_of(WRONG[i]), &got), STATUS_INVALID);
}

static void the_memo_of_several_folders_comes_back(void **state)
{
    (void)state;
    struct imap_uids chunk = {(const uint32_t[]){3, 4, 9, 12}, 4};
    struct act_memo memo = {
        .leg = 7, .pos = 12, .at = 2, .chunk = 500, .why = STATUS_DENIED, .cause = CAUSE_RIGHTS};
    struct act_memo got;
    act_skip(arena, &memo, chunk, (struct imap_uids){(const uint32_t[]){4}, 1});
    act_skip(arena, &memo, chunk, (struct imap_uids){(const uint32_t[]){12}, 1});
    memo.begun = true;
    memo.v = 5;
    memo.next = 6;
    assert_int_equal(act_memo_read(arena, act_memo_write(arena, &memo), &got), STATUS_OK);
    assert_int_equal(got.leg, 7);
    assert_int_equal(got.why, STATUS_DENIED);
    assert_int_equal(got.cause, CAUSE_RIGHTS);
    assert_true(got.begun && got.next == 6);
    struct imap_uids rest = act_unskipped(arena, &got, chunk);
    assert_int_equal(rest.n, 2);
    assert_int_equal(rest.p[0], 3);
    assert_int_equal(rest.p[1], 9);
    static const char *const WRONG[] = {
        "0 0 500 @x",    "0 0 500 @10000", "0 0 500 !0.1", "0 0 500 !4",    "0 0 500 !4.999",
        "0 0 500 !99.1", "0 0 500 =",      "0 0 500 =*",   "0 0 500 @1 @2", "0 0 500 !4.1 @1"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(act_memo_read(arena, sv_of(WRONG[i]), &got), STATUS_INVALID);
}

static void what_is_left_of_a_folder_is_counted(void **state)
{
    (void)state;
    struct imap_uids chunk;
    struct act_memo memo = {.chunk = ACT_CHUNK_MIN}, after;
    const struct sv uids = SV("1:100,200,300:309");
    assert_int_equal(act_left(uids, &memo), 111);
    assert_int_equal(act_chunk(arena, uids, &memo, &chunk, &after), STATUS_OK);
    assert_int_equal(act_left(uids, &after), 111 - ACT_CHUNK_MIN);
    act_skip(arena, &after, chunk, (struct imap_uids){chunk.p, 3});
    assert_int_equal(act_left(uids, &after), 111 - ACT_CHUNK_MIN - 3);
    after = (struct act_memo){.pos = uids.n, .at = 309, .chunk = 50};
    assert_int_equal(act_left(uids, &after), 0);
}

static void each_folder_has_its_line(void **state)
{
    (void)state;
    struct sv line;
    bool more;
    assert_int_equal(act_leg(SV("one\ntwo"), 0, &line, &more), STATUS_OK);
    assert_sv(line, "one");
    assert_true(more);
    assert_int_equal(act_leg(SV("one\ntwo"), 1, &line, &more), STATUS_OK);
    assert_sv(line, "two");
    assert_false(more);
    assert_int_equal(act_leg(SV("one\ntwo"), 2, &line, &more), STATUS_NOT_FOUND);
    assert_int_equal(act_leg(SV(""), 0, &line, &more), STATUS_NOT_FOUND);
}

static void the_fullest_memo_fits(void **state)
{
    (void)state;
    static uint32_t keys[ACT_CHUNK_MAX];
    for (size_t i = 0; i < ACT_CHUNK_MAX; i++)
        keys[i] = 0xffffffffu;
    static const unsigned char skip[ACT_CHUNK_MAX / 8] = {255};
    const struct act_memo memo = {.leg = ACT_LEGS_MAX - 1,
                                  .why = STATUS_COUNT - 1,
                                  .cause = CAUSE_COUNT - 1,
                                  .skip = skip,
                                  .skip_n = sizeof skip,
                                  .pos = JOB_PLAN_MAX,
                                  .at = UINT32_MAX,
                                  .chunk = ACT_CHUNK_MAX,
                                  .begun = true,
                                  .v = UINT32_MAX,
                                  .next = UINT32_MAX,
                                  .keys = keys,
                                  .key_count = ACT_CHUNK_MAX};
    struct act_memo got;
    struct sv text = act_memo_write(arena, &memo);
    assert_true(text.n <= JOB_MEMO_MAX);
    assert_int_equal(act_memo_read(arena, text, &got), STATUS_OK);
    assert_int_equal(got.key_count, ACT_CHUNK_MAX);
}

/* All UIDs of a set, chunk by chunk; the size of the chunks changes on the way. */
static size_t walk(struct sv set, uint32_t size, uint32_t *out, size_t most, size_t *chunks)
{
    struct act_memo memo = {.chunk = size}, after;
    struct imap_uids chunk;
    size_t n = 0;
    *chunks = 0;
    for (;;) {
        assert_int_equal(act_chunk(arena, set, &memo, &chunk, &after), STATUS_OK);
        if (chunk.n == 0)
            return n;
        assert_true(n + chunk.n <= most && chunk.n <= memo.chunk);
        memcpy(out + n, chunk.p, chunk.n * sizeof *out);
        n += chunk.n;
        memo = after;
        memo.chunk = memo.chunk == size ? size + 7 : size;
        ++*chunks;
    }
}

static void chunks_give_each_uid_once(void **state)
{
    (void)state;
    static uint32_t got[70000];
    size_t chunks, n = walk(SV("3,5:1204,2000,2002:2003,70000"), 50, got, 70000, &chunks);
    assert_int_equal(n, 1205);
    assert_int_equal(got[0], 3);
    assert_int_equal(got[1], 5);
    assert_int_equal(got[1200], 1204);
    assert_int_equal(got[1204], 70000);
    for (size_t i = 1; i < n; i++)
        assert_true(got[i] > got[i - 1]);
    assert_true(chunks >= 22);
    assert_int_equal(walk(SV("4294967290:4294967295"), 50, got, 70000, &chunks), 6);
    assert_int_equal(walk(SV(""), 50, got, 70000, &chunks), 0);
}

static void a_chunk_fits_into_one_command(void **state)
{
    (void)state;
    static uint32_t got[20000];
    struct sb set;
    size_t chunks;
    sb_init(&set, arena, 1 << 20);
    for (uint32_t i = 0; i < 20000; i++)
        sb_printf(&set, i ? ",%u" : "%u", 1000000000 + 2 * i);
    assert_int_equal(walk(sb_view(&set), 4000, got, 20000, &chunks), 20000);
    assert_true(chunks >= 20000 * 11 / 8000);
    assert_int_equal(got[19999], 1000000000 + 2 * 19999);
}

static void a_set_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"*", "5:3", "0", "1:*", "a", "7,3", "1,1", ",1", "1,,2"};
    struct act_memo memo = {.chunk = 50}, after;
    struct imap_uids chunk;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(act_chunk(arena, sv_of(WRONG[i]), &memo, &chunk, &after), STATUS_INVALID);
}

static void a_part_comes_back(void **state)
{
    (void)state;
    const uint32_t uids[] = {9, 1, 2, 3};
    struct act_part part = {.uidvalidity = 8, .uids = {uids, 4}}, got;
    struct sv text = act_part_write(arena, &part);
    assert_sv(text, "8 1:3,9");
    assert_int_equal(act_part_read(arena, text, &got), STATUS_OK);
    assert_int_equal(got.uidvalidity, 8);
    assert_int_equal(got.uids.n, 4);
    assert_int_equal(got.marked.n, 0);
    part.marked = (struct imap_uids){uids + 1, 2};
    assert_sv(act_part_write(arena, &part), "8 1:3,9 1:2");
    assert_int_equal(act_part_read(arena, SV("8 1:3,9 1:2"), &got), STATUS_OK);
    assert_int_equal(got.marked.n, 2);
    part.leg = 12;
    assert_sv(act_part_write(arena, &part), "@12 8 1:3,9 1:2");
    assert_int_equal(act_part_read(arena, SV("@12 8 1:3,9 1:2"), &got), STATUS_OK);
    assert_int_equal(got.leg, 12);
    assert_int_equal(act_part_read(arena, SV("@x 8 1"), &got), STATUS_INVALID);
    part.uids.n = 0;
    assert_sv(act_part_write(arena, &part), "");
    assert_int_equal(act_part_read(arena, SV("x 1"), &got), STATUS_INVALID);
    assert_int_equal(act_part_read(arena, SV("8 1 x"), &got), STATUS_INVALID);
    assert_int_equal(act_part_read(arena, SV("8 1:4000000000"), &got), STATUS_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_comes_back),
        cmocka_unit_test(a_plan_is_strict),
        cmocka_unit_test(a_memo_comes_back),
        cmocka_unit_test(the_memo_of_several_folders_comes_back),
        cmocka_unit_test(what_is_left_of_a_folder_is_counted),
        cmocka_unit_test(each_folder_has_its_line),
        cmocka_unit_test(the_fullest_memo_fits),
        cmocka_unit_test(chunks_give_each_uid_once),
        cmocka_unit_test(a_chunk_fits_into_one_command),
        cmocka_unit_test(a_set_that_is_none_is_refused),
        cmocka_unit_test(a_part_comes_back),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

#include "jail.h"
#include "pieces.h"
#include "test.h"
#include "verify.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

static char program[512];
static struct jail jail = {program, 1 << 20, 1 << 20};
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    return 0;
}

/* No child is left behind, not even a dead one. */
static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : 1;
}

static enum status run_in(struct arena *memory, const struct jail_request *request, struct sv body,
                          int64_t ms, struct jail_result *result)
{
    struct pieces bytes = {body, 1000, STATUS_OK};
    return jail_run(&jail, request, pieces_source(&bytes), memory, deadline_in(ms), result);
}

static enum status run(const struct jail_request *request, struct sv body,
                       struct jail_result *result)
{
    return run_in(arena, request, body, 10000, result);
}

static const struct jail_request html = {.input = JAIL_INPUT_HTML};
static const struct jail_request plain = {.input = JAIL_INPUT_PLAIN};

static void html_becomes_a_document(void **state)
{
    (void)state;
    static const struct jail_cid cids[] = {{{"a@b", 3}, {"/part?uid=3&part=2", 18}}};
    struct jail_request request = {.input = JAIL_INPUT_HTML,
                                   .encoding = SV("Quoted-Printable"),
                                   .charset = SV("iso-8859-15"),
                                   .cids = cids,
                                   .cid_count = 1};
    struct jail_result result;
    assert_int_equal(run(&request,
                         SV("<p>caf=E9 =A4</p><img src=3D\"cid:a@b\"><img src=3Dhttp://x.example/>"
                            "<scr=\r\nipt>x</script>"),
                         &result),
                     STATUS_OK);
    assert_sv(result.document.html,
              "<div class=\"vm-letter\"><p>caf\xc3\xa9 \xe2\x82\xac</p>"
              "<img src=\"/part?uid=3&amp;part=2\"><span class=\"vm-image\"></span></div>");
    assert_int_equal(result.remote_blocked, 1);
    assert_int_equal(result.fallback, JAIL_FALLBACK_NONE);
    assert_false(result.truncated || result.charset_replaced);
    assert_sv(sv_of(result.charset), "ISO-8859-15");
}

static void text_becomes_a_document(void **state)
{
    (void)state;
    struct jail_request request = {.input = JAIL_INPUT_PLAIN,
                                   .encoding = SV("base64"),
                                   .charset = SV("iso-2022-jp"),
                                   .flowed = true};
    struct jail_result result;
    /* "> a \r\n> b\r\n" ESC $ B $ 3 ESC ( B */
    assert_int_equal(run(&request, SV("PiBhIA0KPiBiDQobJEIkMxsoQg=="), &result), STATUS_OK);
    assert_sv(result.document.html,
              "<div class=\"vm-letter vm-plain\"><blockquote><div>a b</div></blockquote>"
              "<div>\xe3\x81\x93</div></div>");
}

static void letters_are_quoted_as_text(void **state)
{
    (void)state;
    struct jail_request request = {.input = JAIL_INPUT_HTML, .output = JAIL_OUTPUT_TEXT};
    struct jail_result result;
    assert_int_equal(run(&request, SV("<p>a<br>b<p>c"), &result), STATUS_OK);
    assert_sv(result.text, "a\nb\n\nc\n");
    request = (struct jail_request){.input = JAIL_INPUT_PLAIN, .output = JAIL_OUTPUT_TEXT};
    assert_int_equal(run(&request, SV("> a\r\nb\001\r\n"), &result), STATUS_OK);
    assert_sv(result.text, "> a\nb\n");
}

static void a_file_keeps_its_lines(void **state)
{
    (void)state;
    struct jail_request request = {.input = JAIL_INPUT_FILE};
    struct jail_result result;
    struct sv diff = SV("> a\r\n< b\n-- \n2.39.2\n\n<script>");
    assert_int_equal(run(&request, diff, &result), STATUS_OK);
    assert_sv(result.document.html,
              "<div class=\"vm-letter vm-plain\"><div>&gt; a<br>\n&lt; b<br>\n"
              "-- <br>\n2.39.2<br>\n<br>\n&lt;script&gt;</div></div>");
    request.output = JAIL_OUTPUT_TEXT;
    assert_int_equal(run(&request, diff, &result), STATUS_OK);
    assert_sv(result.text, "> a\n< b\n-- \n2.39.2\n\n<script>\n");
    request.output = JAIL_OUTPUT_DOCUMENT;
    assert_int_equal(run(&request, SV(""), &result), STATUS_OK);
}

static void cards_become_facts(void **state)
{
    (void)state;
    struct jail_request request = {.input = JAIL_INPUT_CALENDAR,
                                   .output = JAIL_OUTPUT_TEXT,
                                   .encoding = SV("quoted-printable"),
                                   .charset = SV("iso-8859-1")};
    struct jail_result result;
    assert_int_equal(
        run(&request, SV("BEGIN:VEVENT\r\nSUMMARY:=E9t=E9 <b>\r\nEND:VEVENT\r\n"), &result),
        STATUS_OK);
    assert_sv(result.text, "summary\t\xc3\xa9t\xc3\xa9 <b>\n");
    request = (struct jail_request){.input = JAIL_INPUT_CONTACT, .output = JAIL_OUTPUT_TEXT};
    /* a converter of the C library cannot be opened any more in there, and is not tried */
    assert_int_equal(run(&request,
                         SV("BEGIN:VCARD\nFN;CHARSET=KOI8-R;ENCODING=QUOTED-PRINTABLE:=F0=D2\n"
                            "END:VCARD\n"),
                         &result),
                     STATUS_OK);
    assert_sv(result.text, "name\t\xc3\xb0\xc3\x92\n");
    request.input = JAIL_INPUT_REPORT;
    assert_int_equal(run(&request, SV("Final-Recipient: rfc822; a@b\nAction: failed\n"), &result),
                     STATUS_OK);
    assert_sv(result.text, "recipient\ta@b\naction\tfailed\n");
    assert_int_equal(run(&request, SV("nothing"), &result), STATUS_OK);
    assert_sv(result.text, "");
    request.output = JAIL_OUTPUT_DOCUMENT;
    assert_int_equal(run(&request, SV("x"), &result), STATUS_INVALID);
}

static void what_is_refused_is_shown_as_text(void **state)
{
    (void)state;
    struct jail_result result;
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    for (int i = 0; i < 1000; i++)
        sb_add(&b, SV("<div>"));
    sb_add(&b, SV("hello <b>you</b>"));
    assert_int_equal(run(&html, sb_view(&b), &result), STATUS_OK);
    assert_int_equal(result.fallback, JAIL_FALLBACK_LIMITS);
    assert_sv(result.document.html, "<div class=\"vm-letter vm-plain\"><div>hello you</div></div>");
}

static void too_long_a_body_is_cut(void **state)
{
    (void)state;
    struct jail_result result;
    char *long_text = arena_alloc(arena, 3 << 20);
    memset(long_text, 'x', 3 << 20);
    jail.max_output = 2 << 20;
    assert_int_equal(run(&plain, (struct sv){long_text, 3 << 20}, &result), STATUS_OK);
    assert_true(result.truncated);
    assert_int_equal(result.document.html.n, (1 << 20) + 37 + 12);
    assert_int_equal(run(&plain, (struct sv){long_text, 1 << 20}, &result), STATUS_OK);
    assert_false(result.truncated);
    jail.max_output = 1 << 20;
}

/* Whatever a text grows to: what fits is shown, in the form of a document. */
static void what_grows_beyond_the_answer_is_cut(void **state)
{
    (void)state;
    static const char *const texts[] = {"\"", "www.ok.example ", "\n", ">>>>>>>x\ny\n", "&<>\n"};
    struct jail_request as_text = {.input = JAIL_INPUT_PLAIN, .output = JAIL_OUTPUT_TEXT};
    struct jail_result result;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct sb body;
        sb_init(&body, arena, 1 << 20);
        while (body.n < (1 << 20) - 32)
            sb_add_cstr(&body, texts[i]);
        jail.max_output = 100000;
        assert_int_equal(run(&plain, sb_view(&body), &result), STATUS_OK);
        assert_true(result.truncated);
        assert_true(result.document.html.n > 40000 && result.document.html.n <= 100000);
        assert_int_equal(run(&as_text, sb_view(&body), &result), STATUS_OK);
        assert_true(result.truncated);
        assert_true(result.text.n > 40000 && result.text.n <= 100000);
        jail.max_output = 1 << 20;
    }
}

static void walls_hold(void **state)
{
    (void)state;
    static const char *const attempts[] = {
        "open",   "openat", "socket", "connect", "sendmsg", "fork",    "clone",  "exec",  "kill",
        "ptrace", "dup",    "stderr", "code",    "file",    "protect", "memory", "stack", "crash"};
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        char body[64];
        struct jail_result result;
        snprintf(body, sizeof body, "probe:%s", attempts[i]);
        enum status status = run(&plain, sv_of(body), &result);
        if (status != STATUS_IO)
            fail_msg("%s: %s", attempts[i], status_name(status));
    }
    struct jail_result result;
    assert_int_equal(run(&plain, SV("probe:nothing"), &result), STATUS_OK);
}

static void time_is_limited(void **state)
{
    (void)state;
    struct jail_result result;
    int64_t start = clock_ms();
    assert_int_equal(run_in(arena, &plain, SV("probe:cpu"), 200, &result), STATUS_TIMEOUT);
    assert_true(clock_ms() - start < 1000);
    start = clock_ms();
    assert_int_equal(run_in(arena, &plain, SV("probe:cpu"), 60000, &result), STATUS_TIMEOUT);
    assert_true(clock_ms() - start < 30000);
}

static void nothing_is_inherited(void **state)
{
    (void)state;
    struct jail_result result;
    int fd = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
    assert_true(fd >= 0);
    assert_int_equal(setenv("SECRET", "x", 1), 0);
    assert_int_equal(run(&plain, SV("probe:clean"), &result), STATUS_OK);
    close(fd);
}

static void forged_answers_are_refused(void **state)
{
    (void)state;
    static const char *const forged[] = {
        "silent",
        "garbage",
        "huge",
        "short",
        "more",
        "form=",
        "form=<div class=\"vm-letter\"><script></script></div>",
        "form=<div class=\"vm-letter\"><p onclick=\"x\"></p></div>",
        "form=<div class=\"vm-letter\"></div><p></p>",
        "form=<div class=\"vm-letter\"></div></div>",
        "form=<div class=\"vm-letter\"><p></div>",
        "form=<div class=\"vm-letter\"><a href=\"javascript:x\"></a></div>",
        "form=<div class=\"vm-letter\"><a href=\"/settings\"></a></div>",
        "form=<div class=\"vm-letter\"><img src=\"https://x.example/\"></div>",
        "form=<div class=\"vm-letter\"><img src=\"//x.example/\"></div>",
        "form=<div class=\"vm-letter\"><p style=\"background:url(x)\"></p></div>",
        "form=<div class=\"vm-letter\"><style>b{background:url(x)}</style></div>",
        "form=<div class=\"vm-letter\"><style>@import 'x'</style></div>",
        "form=<div class=\"vm-letter\">\x01</div>",
        "form=<div class=\"vm-letter\">\xff</div>",
        "form=<div class=\"vm-letter\"><!-- --></div>",
        "form=<div class=\"vm-letter\"><p title=x></p></div>",
        "form=<div class=\"vm-letter\"><p title=\"<\"></p></div>",
        "form=<div class=\"vm-letter\"><p style=\"background:url&#40;x&#41;\"></p></div>",
        "form=<div class=\"vm-letter\"><img src=\"/&#47;x.example/\"></div>",
        "form=<div class=\"vm-letter\"><p title=\"&\"></p></div>",
        "form=<p></p>",
    };
    struct jail_result result;
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        struct sv body = arena_printf(arena, "probe:%s", forged[i]);
        enum status status = run(&html, body, &result);
        if (status != STATUS_PROTOCOL)
            fail_msg("%s: %s", forged[i], status_name(status));
    }
    assert_int_equal(run(&html,
                         SV("probe:form=<div class=\"vm-letter\"><p "
                            "title=\"&amp;&lt;&gt;&quot;&#39;\"></p></div>"),
                         &result),
                     STATUS_OK);
}

static void a_missing_wall_means_no_reading(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct sock_filter code[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog filter = {sizeof code / sizeof code[0], code};
        struct jail_result result;
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
            _exit(100);
        _exit((int)run(&plain, SV("x"), &result));
    }
    int how;
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), STATUS_REFUSED);
}

static void failures_of_the_body_and_the_program_are_told(void **state)
{
    (void)state;
    struct jail_result result;
    struct pieces broken = {SV("abc"), 1000, STATUS_CLOSED};
    struct jail missing = {"/nonexistent", 1000, 1000};
    assert_int_equal(
        jail_run(&jail, &plain, pieces_source(&broken), arena, deadline_in(5000), &result),
        STATUS_CLOSED);
    assert_int_equal(
        jail_run(&missing, &plain, pieces_source(&broken), arena, deadline_in(5000), &result),
        STATUS_IO);
    const struct jail_cid foreign = {SV("a"), SV("https://x.example/")};
    struct jail_request request = {.input = JAIL_INPUT_HTML, .cids = &foreign, .cid_count = 1};
    assert_int_equal(run(&request, SV("x"), &result), STATUS_INVALID);
}

static void *many_runs(void *context)
{
    size_t *good = context;
    struct arena *memory = arena_new((size_t)64 << 20);
    for (int i = 0; i < 20; i++) {
        struct jail_result result;
        struct sv body = i % 5 == 4 ? SV("probe:crash") : SV("<b>x</b>");
        enum status status = run_in(memory, &html, body, 20000, &result);
        *good += status == (i % 5 == 4 ? STATUS_IO : STATUS_OK);
        arena_reset(memory);
    }
    arena_free(&memory);
    return NULL;
}

static void many_threads_may_run_at_once(void **state)
{
    (void)state;
    pthread_t threads[8];
    size_t good[8] = {0};
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, many_runs, &good[i]), 0);
    for (size_t i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(good[i], 20);
    }
}

/* The test programs stand in BUILD/unit/jail. */
static void find_program(void)
{
    char self[256] = "";
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    struct sv directory = {self, n > 0 ? (size_t)n : 0};
    for (int i = 0; i < 3; i++)
        directory = sv_slice(directory, 0, sv_find_last_char(directory, '/'));
    snprintf(program, sizeof program, "%.*s/jail-probe", SV_ARG(directory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(html_becomes_a_document, setup, teardown),
        cmocka_unit_test_setup_teardown(text_becomes_a_document, setup, teardown),
        cmocka_unit_test_setup_teardown(letters_are_quoted_as_text, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_keeps_its_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(cards_become_facts, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_refused_is_shown_as_text, setup, teardown),
        cmocka_unit_test_setup_teardown(too_long_a_body_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(what_grows_beyond_the_answer_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(walls_hold, setup, teardown),
        cmocka_unit_test_setup_teardown(time_is_limited, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_inherited, setup, teardown),
        cmocka_unit_test_setup_teardown(forged_answers_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_wall_means_no_reading, setup, teardown),
        cmocka_unit_test_setup_teardown(failures_of_the_body_and_the_program_are_told, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(many_threads_may_run_at_once, setup, teardown),
    };
    find_program();
    log_init(LOG_TO_STDERR, LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

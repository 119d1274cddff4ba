#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "arena.h"
#include "fcgi.h"
#include "test.h"

enum { BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

static char path[] = "/tmp/vm-test-fcgi-XXXXXX";
static int listener;
static int peer;
static FCGX_Request request;

static void record(int type, const void *content, size_t n)
{
    unsigned char head[8] = {1, (unsigned char)type,     0,
                             1, (unsigned char)(n >> 8), (unsigned char)n};
    assert_int_equal(write(peer, head, sizeof(head)), sizeof(head));
    if (n > 0)
        assert_int_equal(write(peer, content, n), n);
}

/* The web server's side of a request, up to its body. */
static int accept_one(void **state)
{
    (void)state;
    static const unsigned char begin[8] = {0, 1};
    static const char params[] = "\x0e\x04REQUEST_METHODPOST";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct sb b;
    sb_fixed(&b, address.sun_path, sizeof(address.sun_path));
    sb_add_cstr(&b, path);
    peer = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(peer, (struct sockaddr *)&address, sizeof(address)), 0);
    record(BEGIN_REQUEST, begin, sizeof(begin));
    record(PARAMS, params, sizeof(params) - 1);
    record(PARAMS, NULL, 0);
    assert_int_equal(FCGX_InitRequest(&request, listener, 0), 0);
    assert_int_equal(FCGX_Accept_r(&request), 0);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    FCGX_Finish_r(&request);
    (void)close(peer);
    return 0;
}

static void a_body_is_read_to_its_end(void **state)
{
    (void)state;
    struct fcgi fcgi;
    static char large[20000];
    memset(large, 'x', sizeof(large));
    record(STDIN, "abc", 3);
    record(STDIN, large, sizeof(large));
    record(STDIN, NULL, 0);
    fcgi_init(&fcgi, &request, deadline_in(2000));
    struct request_env env = fcgi_env(&fcgi);
    assert_string_equal(env.get(env.context, "REQUEST_METHOD"), "POST");
    assert_null(env.get(env.context, "REQUEST_URI"));
    char buffer[7000];
    size_t total = 0;
    size_t n = 1;
    while (n > 0) {
        assert_int_equal(source_read(fcgi_source(&fcgi), buffer, sizeof(buffer), &n), STATUS_OK);
        if (total == 0)
            assert_memory_equal(buffer, "abc", 3);
        total += n;
    }
    assert_int_equal(total, sizeof(large) + 3);
}

static void a_silent_peer_meets_the_deadline(void **state)
{
    (void)state;
    struct fcgi fcgi;
    record(STDIN, "abc", 3);
    fcgi_init(&fcgi, &request, deadline_in(150));
    int64_t start = clock_ms();
    char buffer[100];
    size_t n = 0;
    assert_int_equal(source_read(fcgi_source(&fcgi), buffer, sizeof(buffer), &n), STATUS_OK);
    assert_int_equal(n, 3);
    assert_int_equal(source_read(fcgi_source(&fcgi), buffer, sizeof(buffer), &n), STATUS_TIMEOUT);
    assert_true(clock_ms() - start < 1500);
    assert_int_equal(n, 3);
}

static void a_peer_that_leaves_is_noticed(void **state)
{
    (void)state;
    struct fcgi fcgi;
    static char large[100000];
    memset(large, 'x', sizeof(large));
    record(STDIN, "abc", 3);
    (void)shutdown(peer, SHUT_RDWR);
    fcgi_init(&fcgi, &request, deadline_in(2000));
    char buffer[100];
    size_t n = 0;
    assert_int_equal(source_read(fcgi_source(&fcgi), buffer, sizeof(buffer), &n), STATUS_OK);
    assert_int_equal(source_read(fcgi_source(&fcgi), buffer, sizeof(buffer), &n), STATUS_CLOSED);
    assert_int_equal(sink_write(fcgi_sink(&fcgi), (struct sv){large, sizeof(large)}),
                     STATUS_CLOSED);
}

/* Types of the records that came back, in order, repeats left out. */
static struct sv answer(char *types, size_t size)
{
    struct sb b;
    sb_fixed(&b, types, size);
    unsigned char head[8];
    static char content[70000];
    while (read(peer, head, sizeof(head)) == (ssize_t)sizeof(head)) {
        char type = (char)('0' + head[1]);
        size_t n = (size_t)head[4] << 8 | head[5];
        n += head[6];
        for (size_t done = 0; done < n;) {
            ssize_t got = read(peer, content + done, n - done);
            assert_true(got > 0);
            done += (size_t)got;
        }
        if (b.n == 0 || b.p[b.n - 1] != type)
            sb_add_char(&b, type);
    }
    return sb_view(&b);
}

static void an_aborted_answer_has_no_end(void **state)
{
    (void)state;
    struct fcgi fcgi;
    static char large[50000];
    char types[16];
    memset(large, 'x', sizeof(large));
    fcgi_init(&fcgi, &request, deadline_in(2000));
    assert_int_equal(sink_write(fcgi_sink(&fcgi), (struct sv){large, sizeof(large)}), STATUS_OK);
    fcgi_abort(&fcgi);
    assert_sv(answer(types, sizeof(types)), "6");
    (void)close(peer);
    (void)accept_one(NULL);
    fcgi_init(&fcgi, &request, deadline_in(2000));
    assert_int_equal(sink_write(fcgi_sink(&fcgi), (struct sv){large, sizeof(large)}), STATUS_OK);
    FCGX_Finish_r(&request);
    assert_sv(answer(types, sizeof(types)), "63");
}

#define test(name) cmocka_unit_test_setup_teardown(name, accept_one, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_body_is_read_to_its_end),
        test(a_silent_peer_meets_the_deadline),
        test(a_peer_that_leaves_is_noticed),
        test(an_aborted_answer_has_no_end),
    };
    (void)signal(SIGPIPE, SIG_IGN);
    int fd = mkstemp(path);
    (void)close(fd);
    (void)unlink(path);
    listener = FCGX_OpenSocket(path, 10);
    int failed = FCGX_Init() != 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    return failed;
}

/* Whole conversations with real servers, recorded and heard again cut at every byte.
 *
 * To make a recording:  test_recorded FILE HOST PORT plain|tls CA USER PASSWORD
 * on an account without mail. */
#include "journey.h"
#include "stream.h"
#include "wire.h"

static const struct imap_login login = {
    .user = {"recorded", 8}, .password = {"secret", 6}, .client = {"192.0.2.7", 9}};

static void replay(const char *name, size_t piece, size_t split)
{
    char path[256];
    struct wire wire = {.strict = true, .piece = piece, .split = split};
    struct imap *imap = NULL;
    snprintf(path, sizeof path, "tests/corpus/imap-recorded/%s", name);
    assert_true(wire_load(&wire, path));
    assert_int_equal(imap_start(wire_transport(&wire), "localhost", 143, &login, deadline_in(20000),
                                &imap, NULL),
                     STATUS_OK);
    journey_run(imap);
    assert_false(wire.mismatch);
    imap_close(&imap);
    wire_free(&wire);
}

static size_t longest_turn(const char *name)
{
    char path[256];
    size_t longest = 0;
    struct wire wire = {0};
    snprintf(path, sizeof path, "tests/corpus/imap-recorded/%s", name);
    assert_true(wire_load(&wire, path));
    for (size_t i = 0; i < wire.count; i++)
        if (wire.turns[i].server && wire.turns[i].n > longest)
            longest = wire.turns[i].n;
    wire_free(&wire);
    return longest;
}

static void heard_in_all_cuts(const char *name)
{
    replay(name, 0, 0);
    replay(name, 1, 0);
    replay(name, 7, 0);
    /* each answer cut at its first byte, then at its second… */
    size_t longest = longest_turn(name);
    for (size_t split = 1; split < longest; split++)
        replay(name, 0, split);
}

static void dovecot_is_understood_in_all_cuts(void **state)
{
    (void)state;
    heard_in_all_cuts("dovecot-2.3.txt");
}

static void cyrus_is_understood_in_all_cuts(void **state)
{
    (void)state;
    heard_in_all_cuts("cyrus-3.6.txt");
}

static void courier_is_understood_in_all_cuts(void **state)
{
    (void)state;
    heard_in_all_cuts("courier-5.0.txt");
}

/* ---- recording ---- */

struct recorder {
    struct transport line;
    struct wire wire;
};

static enum status recorder_send(void *context, struct sv bytes, struct deadline deadline)
{
    struct recorder *r = context;
    wire_add(&r->wire, false, bytes.p, bytes.n);
    return r->line.send(r->line.context, bytes, deadline);
}

static enum status recorder_receive(void *context, void *buffer, size_t room,
                                    struct deadline deadline, size_t *n)
{
    struct recorder *r = context;
    enum status status = r->line.receive(r->line.context, buffer, room, deadline, n);
    if (status == STATUS_OK)
        wire_add(&r->wire, true, buffer, *n);
    return status;
}

static bool recorder_alive(void *context)
{
    struct recorder *r = context;
    return r->line.alive(r->line.context);
}

static void recorder_close(void *context)
{
    struct recorder *r = context;
    r->line.close(r->line.context);
}

static void turn_write(const struct wire_turn *turn, FILE *file)
{
    bool start = true;
    for (size_t k = 0; k < turn->n; k++) {
        unsigned char c = (unsigned char)turn->bytes[k];
        if (start)
            fputs(turn->server ? "S " : "C ", file);
        start = c == '\n';
        if (c == '\r')
            fputs("\\r", file);
        else if (c == '\n')
            fputs("\\n\n", file);
        else if (c == '\\')
            fputs("\\\\", file);
        else if (c < ' ' || c >= 0x7f)
            fprintf(file, "\\x%02x", c);
        else
            fputc(c, file);
    }
    if (!start)
        fputc('\n', file);
}

static struct recorder recorder;
static char **arguments;

/* Also after a failure, to see where it was. */
static int recorder_write(void **state)
{
    FILE *file = fopen(arguments[1], "w");
    (void)state;
    for (size_t i = 0; file && i < recorder.wire.count; i++) {
        const struct wire_turn *turn = &recorder.wire.turns[i];
        struct wire_turn written = {.server = turn->server};
        wire_generalise(&recorder.wire.tags, (struct sv){turn->bytes, turn->n}, !turn->server,
                        &written);
        turn_write(&written, file);
        free(written.bytes);
    }
    if (file)
        fclose(file);
    wire_free(&recorder.wire);
    return 0;
}

static void record(void **state)
{
    struct trust *trust = NULL;
    struct stream *stream = NULL;
    struct imap *imap = NULL;
    struct diagnosis d = {0};
    bool tls = strcmp(arguments[4], "tls") == 0;
    (void)state;
    assert_int_equal(net_init(), STATUS_OK);
    if (tls)
        assert_int_equal(trust_new(arguments[5], &trust), STATUS_OK);
    const struct stream_target target = {
        .host = arguments[2],
        .port = (uint16_t)strtoul(arguments[3], NULL, 10),
        .security = tls ? STREAM_TLS : STREAM_PLAIN,
        .trust = trust,
    };
    const struct imap_login who = {
        .user = sv_of(arguments[6]), .password = sv_of(arguments[7]), .client = SV("192.0.2.7")};
    enum status status = stream_open(&target, deadline_in(5000), &stream, &d);
    if (status != STATUS_OK)
        print_error("%s %s\n", diagnosis_code(d.cause), d.detail);
    assert_int_equal(status, STATUS_OK);
    recorder.line = stream_transport(stream);
    const struct transport line = {recorder_send, recorder_receive, recorder_alive, recorder_close,
                                   &recorder};
    status = imap_start(line, target.host, target.port, &who, deadline_in(5000), &imap, &d);
    if (status != STATUS_OK)
        print_error("%s %s\n", diagnosis_code(d.cause), d.detail);
    assert_int_equal(status, STATUS_OK);
    journey_run(imap);
    imap_close(&imap);
    trust_free(&trust);
}

int main(int count, char **values)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dovecot_is_understood_in_all_cuts),
        cmocka_unit_test(cyrus_is_understood_in_all_cuts),
        cmocka_unit_test(courier_is_understood_in_all_cuts),
    };
    const struct CMUnitTest recording[] = {cmocka_unit_test_teardown(record, recorder_write)};
    arguments = values;
    return count == 8 ? cmocka_run_group_tests(recording, NULL, NULL)
                      : cmocka_run_group_tests(tests, NULL, NULL);
}

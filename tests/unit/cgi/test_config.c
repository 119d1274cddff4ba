#include <unistd.h>

#include "config.h"
#include "test.h"

struct fixture {
    struct arena *arena;
    char path[32];
    struct sv reason;
    struct config *config;
};

static const char good[] = "imap {\n"
                           "  host = imap.example.org\n"
                           "  security = none\n"
                           "}\n"
                           "smtp {\n"
                           "  host = smtp.example.org\n"
                           "  security = none\n"
                           "  domain = example.org\n"
                           "}\n"
                           "# a comment\n"
                           "store.path = /var/lib/x\n"
                           "store.key_file = /etc/x.key\n";

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new(10000000);
    memcpy(f->path, "/tmp/vm-conf-XXXXXX", sizeof "/tmp/vm-conf-XXXXXX");
    int fd = mkstemp(f->path);
    if (fd < 0)
        return -1;
    close(fd);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    config_free(&f->config);
    unlink(f->path);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static enum status load(struct fixture *f, const char *first, const char *second)
{
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    fputs(first, file);
    fputs(second, file);
    fclose(file);
    config_free(&f->config);
    return config_load(f->path, f->arena, &f->config, &f->reason);
}

static void assert_reason(struct fixture *f, const char *words)
{
    if (sv_find(f->reason, sv_of(words)) == SIZE_MAX)
        print_error("\"%.*s\" lacks \"%s\"\n", SV_ARG(f->reason), words);
    assert_true(sv_find(f->reason, sv_of(words)) != SIZE_MAX);
}

static void defaults_fill_what_is_not_said(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, ""), STATUS_OK);
    assert_string_equal(f->config->imap.host, "imap.example.org");
    assert_int_equal(f->config->imap.port, 143);
    assert_int_equal(f->config->site.smtp.port, 587);
    assert_int_equal(f->config->threads, 16);
    assert_int_equal(f->config->costly, 2);
    assert_int_equal(f->config->site.limits.public_idle_s, 300);
    assert_int_equal(f->config->site.public_from.n, 0);
    assert_int_equal(f->config->site.limits.public_days, 0);
    assert_null(f->config->site.limits.public_hides);
    assert_false(f->config->site.limits.public_bind_address);
    assert_int_equal(f->config->site.language, LANGUAGE_FR);
    assert_string_equal(f->config->listen, "");
    assert_false(f->config->site.web.image_proxy);
    assert_false(f->config->site.web.unsubscribe);
    assert_sv(f->config->site.authentication, "");
    assert_int_equal(f->config->site.web.also.n, 0);
    assert_int_equal(f->config->site.web.image_max, 10000000);
    assert_null(f->config->site.web.trust);
    assert_int_equal(f->config->site.filters.way, FILTER_NONE);
    assert_true(f->config->site.filters.rules.forwarding);
}

static void filters_have_a_server_of_their_own(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        load(f, good, "imap.security = tls\nfilters.way = sieve\nfilters.forwarding = no\n"),
        STATUS_OK);
    assert_int_equal(f->config->site.filters.way, FILTER_SIEVE);
    assert_false(f->config->site.filters.rules.forwarding);
    assert_string_equal(f->config->site.filters.sieve.host, "imap.example.org");
    assert_int_equal(f->config->site.filters.sieve.port, 4190);
    assert_int_equal(f->config->site.filters.sieve.security, STREAM_STARTTLS);
    assert_ptr_equal(f->config->site.filters.sieve.trust, f->config->imap.trust);
    assert_int_equal(load(f, good, "filters.way = sieve\nsieve.host = s.example.org\n"), STATUS_OK);
    assert_string_equal(f->config->site.filters.sieve.host, "s.example.org");
    assert_int_equal(load(f, good, "filters.way = maildrop\n"), STATUS_INVALID);
    assert_reason(f, "must be one of none sieve procmail");
}

static void filters_by_procmail_need_a_directory(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, "filters.way = procmail\n"), STATUS_INVALID);
    assert_reason(f, "is needed for filters.way = procmail");
    assert_int_equal(load(f, good, "procmail.separator = ab\n"), STATUS_INVALID);
    assert_reason(f, "must be one character");
    assert_int_equal(load(f, good, "procmail.layout = dbox\n"), STATUS_INVALID);
    assert_int_equal(
        load(f, good,
             "filters.way = procmail\nfilters.forwarding = no\nprocmail.directory = /r\n"
             "procmail.layout = fs\nprocmail.separator = /\nprocmail.prefix = INBOX/\n"
             "procmail.domain = site.example\nprocmail.capitals = fold\n"),
        STATUS_OK);
    const struct filter_procmail_site *p = &f->config->site.filters.procmail;
    assert_int_equal(p->capitals, PROCMAIL_CAPITALS_FOLD);
    assert_string_equal(p->directory, "/r");
    assert_int_equal(p->site.layout, PROCMAIL_FS);
    assert_int_equal(p->site.separator, '/');
    assert_sv(p->site.prefix, "INBOX/");
    assert_false(p->site.forwarding);
    assert_sv(p->domain, "site.example");
}

static void public_computers_are_named_by_their_networks(void **state)
{
    struct fixture *f = *state;
    struct ip reading_room, home;
    assert_int_equal(ip_parse(SV("2001:db8:5::7"), &reading_room), STATUS_OK);
    assert_int_equal(ip_parse(SV("192.0.2.1"), &home), STATUS_OK);
    assert_int_equal(load(f, good,
                          "session.public_from = 198.51.100.0/24 2001:db8:5::/48\n"
                          "session.public_days = 14\nsession.public_hide_codes = yes\n"
                          "session.public_bind_address = yes\n"),
                     STATUS_OK);
    assert_true(networks_hold(&f->config->site.public_from, &reading_room));
    assert_false(networks_hold(&f->config->site.public_from, &home));
    assert_int_equal(f->config->site.web.also.n, 0);
    assert_int_equal(f->config->site.limits.public_days, 14);
    assert_non_null(f->config->site.limits.public_hides);
    assert_true(f->config->site.limits.public_bind_address);
    assert_int_equal(load(f, good, "session.public_from = library\n"), STATUS_INVALID);
    assert_reason(f, "session.public_from: must be addresses or networks, separated by spaces");
    assert_int_equal(load(f, good, "session.public_days = -1\n"), STATUS_INVALID);
}

static void the_gate_lets_at_least_one_through(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, "limits.costly = 1\n"), STATUS_OK);
    assert_int_equal(f->config->costly, 1);
    assert_int_equal(load(f, good, "limits.costly = 0\n"), STATUS_INVALID);
    assert_reason(f, "limits.costly: must be a number from 1 to 64");
}

static void passwords_are_checked_one_at_a_time_at_least(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, ""), STATUS_OK);
    assert_int_equal(f->config->sign_ins, 8);
    assert_int_equal(load(f, good, "limits.sign_ins = 1\n"), STATUS_OK);
    assert_int_equal(f->config->sign_ins, 1);
    assert_int_equal(load(f, good, "limits.sign_ins = 0\n"), STATUS_INVALID);
    assert_reason(f, "limits.sign_ins: must be a number from 1 to 512");
}

static void public_computers_send_less_unless_nothing_is_limited(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, ""), STATUS_OK);
    const struct sending *sending = &f->config->site.sending;
    assert_int_equal(sending->any.recipients, 100);
    assert_int_equal(sending->any.lately.messages_hour, 60);
    assert_int_equal(sending->any.lately.recipients_day, 500);
    assert_int_equal(sending->public_only.recipients, 20);
    assert_int_equal(sending->public_only.lately.messages_hour, 20);
    assert_int_equal(sending->public_only.lately.recipients_day, 60);
    assert_int_equal(load(f, good, "sending.recipients_day = 0\n"), STATUS_OK);
    assert_int_equal(f->config->site.sending.any.lately.recipients_day, 0);
    assert_int_equal(load(f, good, "sending.recipients = 1001\n"), STATUS_INVALID);
    assert_reason(f, "sending.recipients: must be a number from 0 to 1000");
}

static void an_import_is_counted_in_megabytes(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, "limits.import = 3\n"), STATUS_OK);
    assert_int_equal(f->config->site.import_max, 3000000);
    assert_int_equal(load(f, good, "limits.import = 0\n"), STATUS_INVALID);
    assert_reason(f, "limits.import: must be a number from 1 to 1000000");
}

static void an_unknown_key_is_named_with_file_and_line(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, "imap {\n  hots = typo\n}\n"), STATUS_INVALID);
    assert_reason(f, ":14: unknown key imap.hots");
    assert_reason(f, f->path);
}

static void a_bad_value_is_named_with_its_bounds(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, "threads = 0\n"), STATUS_INVALID);
    assert_reason(f, ":13: threads: must be a number from 1 to 512");
    assert_int_equal(load(f, good, "imap.security = ssl\n"), STATUS_INVALID);
    assert_reason(f, "must be one of none starttls tls");
    assert_int_equal(load(f, good, "spool = relative\n"), STATUS_INVALID);
    assert_reason(f, "must be an absolute path");
    assert_int_equal(load(f, good, "trusted_proxies = 127.0.0.1 nonsense\n"), STATUS_INVALID);
    assert_reason(f, "addresses or networks");
    assert_int_equal(load(f, good, "web.also = 10.0.0.0/8 unix:\n"), STATUS_INVALID);
    assert_reason(f, ":13: web.also: must be addresses or networks");
    assert_int_equal(load(f, good, "authentication.servers = mx.example;pass\n"), STATUS_INVALID);
    assert_reason(f, ":13: authentication.servers: must be names of servers");
    assert_int_equal(load(f, good, "web.image_proxy = maybe\n"), STATUS_INVALID);
    assert_reason(f, "must be one of no yes");
}

static void an_address_is_a_site_as_browsers_write_it(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[] = {"http://a.example",   "https://",
                                        "a.example",          "https://a.example/",
                                        "https://A.example",  "https://a.example/mail",
                                        "https://u@a.example"};
    assert_int_equal(load(f, good, "site.address = https://a.example:8443\n"), STATUS_OK);
    assert_sv(f->config->site.address, "https://a.example:8443");
    assert_false(f->config->site.second_required);
    assert_int_equal(load(f, good, "second.required = yes\n"), STATUS_OK);
    assert_true(f->config->site.second_required);
    assert_sv(f->config->site.address, "");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char line[100];
        snprintf(line, sizeof line, "site.address = %s\n", wrong[i]);
        assert_int_equal(load(f, good, line), STATUS_INVALID);
        assert_reason(f, ":13: site.address: must be https:// and a name");
    }
}

static void the_same_certificates_are_read_once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        load(f, good, "imap.security = tls\nsmtp.security = tls\nweb.unsubscribe = yes\n"),
        STATUS_OK);
    assert_ptr_equal(f->config->imap.trust, f->config->site.smtp.trust);
    assert_ptr_equal(f->config->imap.trust, f->config->site.web.trust);
    assert_int_equal(load(f, good, "web.image_proxy = yes\nweb.ca_file = /nowhere/ca.pem\n"),
                     STATUS_IO);
    assert_reason(f, ":14: web.ca_file");
    assert_int_equal(load(f, good, "web.also = 10.0.0.0/8  ::1\nweb.image_proxy = yes\n"),
                     STATUS_OK);
    assert_int_equal(f->config->site.web.also.n, 2);
    assert_true(f->config->site.web.image_proxy);
}

static void what_is_needed_is_asked_for(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, "smtp.host = x\n", ""), STATUS_INVALID);
    assert_reason(f, "imap.host: is needed");
}

static void broken_syntax_is_refused_with_its_line(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, "imap {\n"), STATUS_INVALID);
    assert_reason(f, ":13: what begins here is not closed");
    assert_reason(f, f->path);
    assert_int_equal(load(f, good, "threads 5\n"), STATUS_INVALID);
    assert_reason(f, ":13");
    assert_int_equal(load(f, good, "#include \"/etc/passwd\"\n"), STATUS_INVALID);
    assert_reason(f, "#include");
    assert_null(f->config);
}

static void a_missing_ca_file_is_named(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, "imap.security = tls\nimap.ca_file = /nowhere/ca.pem\n"),
                     STATUS_IO);
    assert_reason(f, "imap.ca_file");
}

static void the_files_of_passes_come_together_and_apart_from_the_store(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, good, "passes.pepper_file = /etc/p\n"), STATUS_INVALID);
    assert_reason(f, "passes.generation_file: is needed");
    assert_int_equal(load(f, good, "passes.generation_file = /var/lib/p/g\n"), STATUS_INVALID);
    assert_reason(f, "passes.pepper_file: is needed");
    assert_int_equal(
        load(f, good, "passes.pepper_file = /etc/p\npasses.generation_file = /var/lib/g\n"),
        STATUS_INVALID);
    assert_reason(f, "must not lie beside the store");
    assert_int_equal(
        load(f, good, "passes.pepper_file = /etc/p\npasses.generation_file = /var/lib/p/g\n"),
        STATUS_OK);
    assert_string_equal(f->config->passes.pepper_file, "/etc/p");
    assert_string_equal(f->config->passes.generation_file, "/var/lib/p/g");
}

static void the_shipped_file_is_understood(void **state)
{
    struct fixture *f = *state;
    f->reason = SV("");
    enum status st = config_load("conf/vaguemestre.conf", f->arena, &f->config, &f->reason);
    if (st != STATUS_OK)
        print_error("%.*s\n", SV_ARG(f->reason));
    assert_int_equal(st, STATUS_OK);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static int start(void **state)
{
    (void)state;
    return net_init() == STATUS_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    net_deinit();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(defaults_fill_what_is_not_said),
        test(filters_have_a_server_of_their_own),
        test(filters_by_procmail_need_a_directory),
        test(public_computers_are_named_by_their_networks),
        test(the_gate_lets_at_least_one_through),
        test(passwords_are_checked_one_at_a_time_at_least),
        test(public_computers_send_less_unless_nothing_is_limited),
        test(an_import_is_counted_in_megabytes),
        test(an_unknown_key_is_named_with_file_and_line),
        test(a_bad_value_is_named_with_its_bounds),
        test(an_address_is_a_site_as_browsers_write_it),
        test(the_same_certificates_are_read_once),
        test(what_is_needed_is_asked_for),
        test(broken_syntax_is_refused_with_its_line),
        test(a_missing_ca_file_is_named),
        test(the_files_of_passes_come_together_and_apart_from_the_store),
        test(the_shipped_file_is_understood),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

/* Which addresses are the public Internet's, by a table. */
#include "network.h"
#include "test.h"

static struct ip ip_of(const char *text)
{
    struct ip address;
    assert_int_equal(ip_parse(sv_of(text), &address), STATUS_OK);
    return address;
}

static const char *const closed[] = {
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "64:ff9b::a00:1",
    "64:ff9b::127.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:53aa::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:1ff::1",
    "2001:db8::1",
    "2001:db8:ffff::",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "3fff:fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ffff::1",
    "1fff::1",
    "4000::1",
};

static void no_closed_address_is_public(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        struct ip address = ip_of(closed[i]);
        if (ip_is_public(&address))
            print_error("%s counts as public\n", closed[i]);
        assert_false(ip_is_public(&address));
    }
}

static void their_neighbours_are_public(void **state)
{
    static const char *const open[] = {
        "1.0.0.0",          "8.8.8.8",      "9.255.255.255",   "11.0.0.0",
        "100.63.255.255",   "100.128.0.0",  "126.255.255.255", "128.0.0.0",
        "169.253.255.255",  "169.255.0.0",  "172.15.255.255",  "172.32.0.0",
        "192.0.1.0",        "192.0.3.0",    "192.88.98.255",   "192.167.255.255",
        "192.169.0.0",      "198.17.255.0", "198.20.0.0",      "198.51.101.0",
        "203.0.112.255",    "203.0.114.0",  "223.255.255.255", "::ffff:8.8.8.8",
        "64:ff9b::808:808", "2000::1",      "2001:200::1",     "2001:4860:4860::8888",
        "2001:db7::1",      "2001:db9::1",  "2003::1",         "2a00:1450::1",
        "3ffe:ffff::1",     "3fff:1000::1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        struct ip address = ip_of(open[i]);
        if (!ip_is_public(&address))
            print_error("%s does not count as public\n", open[i]);
        assert_true(ip_is_public(&address));
    }
}

static void addresses_have_one_form(void **state)
{
    static const char *const forms[][2] = {{"192.0.2.1", "192.0.2.1"},
                                           {"::ffff:192.0.2.1", "192.0.2.1"},
                                           {"2001:DB8:0:0::0:1", "2001:db8::1"}};
    static const char *const bad[] = {"",           "127.1",     "0x7f.0.0.1",
                                      "2130706433", "1.2.3.4.5", "localhost",
                                      "fe80::1%lo", "[::1]",     "1.2.3.4 "};
    char text[IP_TEXT_MAX];
    struct ip address;
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        address = ip_of(forms[i][0]);
        ip_write(&address, text);
        assert_string_equal(text, forms[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(ip_parse(sv_of(bad[i]), &address), STATUS_INVALID);
    assert_int_equal(ip_parse((struct sv){"1.2.3.4\0x", 9}, &address), STATUS_INVALID);
}

static void networks_hold_their_addresses(void **state)
{
    static const char *const bad[] = {"", "/8", "10.0.0.0/33", "10.0.0.0/", "::/129", "a/8"};
    struct networks networks = {.n = 0};
    struct ip in[] = {ip_of("10.1.2.3"), ip_of("192.0.2.129"), ip_of("2001:db8:7fff::1"),
                      ip_of("::ffff:10.1.2.3")};
    struct ip out[] = {ip_of("11.0.0.0"), ip_of("192.0.2.127"), ip_of("2001:db8:8000::1"),
                       ip_of("::a01:203")};
    (void)state;
    assert_false(networks_hold(&networks, &in[0]));
    assert_int_equal(networks_add(&networks, SV("10.0.0.0/8")), STATUS_OK);
    assert_int_equal(networks_add(&networks, SV("192.0.2.128/25")), STATUS_OK);
    assert_int_equal(networks_add(&networks, SV("2001:db8::/33")), STATUS_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_true(networks_hold(&networks, &in[i]));
        assert_false(networks_hold(&networks, &out[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(networks_add(&networks, sv_of(bad[i])), STATUS_INVALID);
    assert_int_equal(networks.n, 3);
}

static void a_line_is_an_ipv4_address_or_64_bits(void **state)
{
    static const char *const lines[][2] = {{"192.0.2.1", "192.0.2.1"},
                                           {"::ffff:192.0.2.1", "192.0.2.1"},
                                           {"2001:db8:0:1:a:b:c:d", "2001:db8:0:1::"},
                                           {"2001:db8:0:2::", "2001:db8:0:2::"},
                                           {"::1", "::"}};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct ip line = ip_line(ip_of(lines[i][0])), want = ip_of(lines[i][1]);
        assert_memory_equal(line.bytes, want.bytes, sizeof want.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_closed_address_is_public),
        cmocka_unit_test(their_neighbours_are_public),
        cmocka_unit_test(addresses_have_one_form),
        cmocka_unit_test(networks_hold_their_addresses),
        cmocka_unit_test(a_line_is_an_ipv4_address_or_64_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

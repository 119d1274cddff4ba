#include "agent.h"
#include "test.h"

static const struct {
    const char *text, *browser, *system;
} cases[] = {
    {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox", "Linux"},
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox",
     "Windows"},
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
     " Chrome/130.0.0.0 Safari/537.36",
     "Chrome", "Windows"},
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
     " Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
     "Edge", "Windows"},
    {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 "
     "Safari/537.36"
     " OPR/115.0",
     "Opera", "Windows"},
    {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
     " Version/17.4 Safari/605.1.15",
     "Safari", "macOS"},
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko)"
     " Version/17.4 Mobile/15E148 Safari/604.1",
     "Safari", "iPhone"},
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko)"
     " CriOS/130.0 Mobile/15E148 Safari/604.1",
     "Chrome", "iPhone"},
    {"Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 FxiOS/131.0 "
     "Safari/605.1.15",
     "Firefox", "iPad"},
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 EdgiOS/130.0"
     " Safari/604.1",
     "Edge", "iPhone"},
    {"Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko)"
     " SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
     "Samsung Internet", "Android"},
    {"Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0", "Firefox", "Android"},
    {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0"
     " Safari/537.36",
     "Chrome", "ChromeOS"},
    {"Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer",
     "Windows"},
    {"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "Internet Explorer", "Windows"},
    {"w3m/0.5.3+git20230121", "w3m", ""},
    {"Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8", "Lynx", ""},
    {"Links (2.28; Linux 6.1.0 x86_64; GNU C 12.2; text)", "Links", "Linux"},
    {"ELinks/0.13.2 (textmode; Linux; 80x24-2)", "ELinks", "Linux"},
    {"curl/8.5.0", "curl", ""},
    /* nothing that we know, and words that only look like it */
    {"", "", ""},
    {"Mozilla/5.0", "", ""},
    {"Wedge/1.0 (Penguinux)", "", ""},
    {"notFirefox/1.0", "", ""},
    {"<script>alert(1)</script>", "", ""},
};

static void browsers_are_called_by_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct agent agent = agent_read(sv_of(cases[i].text));
        if (strcmp(agent.browser, cases[i].browser) || strcmp(agent.system, cases[i].system))
            print_error("%s\n", cases[i].text);
        assert_string_equal(agent.browser, cases[i].browser);
        assert_string_equal(agent.system, cases[i].system);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(browsers_are_called_by_their_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

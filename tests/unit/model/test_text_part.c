#include "test.h"
#include "text_part.h"

static void only_text_is_read_in_the_browser(void **state)
{
    (void)state;
    static const struct {
        const char *type, *name;
        enum text_reading reading;
    } cases[] = {
        {"text/plain", "", TEXT_READING_FILE},
        {"text/plain", "a.exe", TEXT_READING_FILE},
        {"text/csv", "a.csv", TEXT_READING_FILE},
        {"text/x-patch", "a", TEXT_READING_FILE},
        {"text/x-anything", "", TEXT_READING_FILE},
        {"text/html", "a.html", TEXT_READING_HTML},
        {"application/xhtml+xml", "", TEXT_READING_HTML},
        {"application/json", "", TEXT_READING_FILE},
        {"message/delivery-status", "", TEXT_READING_FILE},
        {"application/octet-stream", "trace.LOG", TEXT_READING_FILE},
        {"application/octet-stream", "a.patch", TEXT_READING_FILE},
        {"application/octet-stream", "a.log.exe", TEXT_READING_NONE},
        {"application/octet-stream", "a.html", TEXT_READING_NONE},
        {"application/octet-stream", ".log", TEXT_READING_NONE},
        {"application/octet-stream", "", TEXT_READING_NONE},
        {"application/pdf", "a.txt", TEXT_READING_NONE},
        {"image/svg+xml", "a.svg", TEXT_READING_NONE},
        {"text/plainer", "", TEXT_READING_NONE},
        {"text/rtf", "", TEXT_READING_NONE},
        {"message/rfc822", "a.txt", TEXT_READING_NONE},
        {"multipart/mixed", "a.txt", TEXT_READING_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(text_reading_of(sv_of(cases[i].type), sv_of(cases[i].name)),
                         cases[i].reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_text_is_read_in_the_browser)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

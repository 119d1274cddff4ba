#include "cards.h"
#include "test.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(4 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void what_can_be_a_card_is_fetched(void **state)
{
    (void)state;
    static const struct {
        const char *id, *type;
        uint64_t size;
    } parts[] = {
        {"1", "application/pdf", 100},
        {"2", "text/calendar", CARD_BYTES_MAX + 1}, /* its end could change its meaning */
        {"3", "text/calendar", CARD_BYTES_MAX},
        {"4", "application/ics", 100},
        {"5", "text/x-vcard", 10 * CARD_BYTES_MAX}, /* a portrait stands at its end */
        {"6", "text/vcards", 100},
        {"7", "message/delivery-status", 100},
        {"8", "message/rfc822", 100},
        {"9", "message/disposition-notification", 100},
        {"10", "text/calendar", 100}, /* one too many */
    };
    enum { COUNT = sizeof parts / sizeof *parts };
    struct imap_part raw[COUNT];
    struct letter_attachment attachments[COUNT];
    memset(raw, 0, sizeof raw);
    memset(attachments, 0, sizeof attachments);
    for (size_t i = 0; i < COUNT; i++) {
        raw[i].id = sv_of(parts[i].id);
        raw[i].size = parts[i].size;
        attachments[i].part = &raw[i];
        attachments[i].media_type = sv_of(parts[i].type);
    }
    const struct letter letter = {.attachments = attachments, .attachment_count = COUNT};
    struct imap_section sections[LETTER_CARDS_MAX];
    struct cards cards;
    struct sb ids;
    sb_init(&ids, arena, 100);
    cards_choose(&letter, &cards);
    size_t n = cards_sections(arena, &cards, sections);
    for (size_t i = 0; i < n; i++) {
        sb_printf(&ids, "%.*s ", SV_ARG(sections[i].name));
        assert_int_equal(sections[i].count, CARD_BYTES_MAX + 1);
        assert_int_equal(cards.items[i].card.n, 0);
    }
    assert_sv(sb_view(&ids), "3 4 5 7 9 ");
    assert_int_equal(cards.items[2].kind, CARD_CONTACT);
    assert_int_equal(cards.items[4].kind, CARD_REPORT);
    const struct letter none = {.attachment_count = 0};
    cards_choose(&none, &cards);
    assert_int_equal(cards_sections(arena, &cards, sections), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_can_be_a_card_is_fetched, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

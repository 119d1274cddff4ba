#include "arena.h"
#include "card_write.h"
#include "utf8.h"

enum form { FORM_TEXT, FORM_WORD, FORM_NUMBER, FORM_TIME, FORM_CODE };

struct rule {
    const char *name;
    enum card_kind kind; /* CARD_KIND_COUNT: all */
    enum form form;
    uint32_t count;    /* how often it may stand */
    uint32_t most;     /* FORM_TEXT: bytes; FORM_NUMBER: the value */
    const char *words; /* FORM_WORD: parted by single spaces */
};

enum { EVENTS_MOST = 100000, SHORT = 200, LONG = CARD_VALUE_MAX, PEOPLE = 10 };

static const struct rule rules[CARD_KEY_COUNT] = {
    [CARD_METHOD] = {"method", CARD_CALENDAR, FORM_WORD, 1, 0,
                     "publish request reply add cancel refresh counter declinecounter"},
    [CARD_STATE] = {"state", CARD_CALENDAR, FORM_WORD, 1, 0, "confirmed tentative cancelled"},
    [CARD_SUMMARY] = {"summary", CARD_CALENDAR, FORM_TEXT, 1, 300, NULL},
    [CARD_START] = {"start", CARD_CALENDAR, FORM_TIME, 1, 0, NULL},
    [CARD_END] = {"end", CARD_CALENDAR, FORM_TIME, 1, 0, NULL},
    [CARD_PLACE] = {"place", CARD_CALENDAR, FORM_TEXT, 1, 300, NULL},
    [CARD_ORGANIZER] = {"organizer", CARD_CALENDAR, FORM_TEXT, 1, SHORT, NULL},
    [CARD_ATTENDEES] = {"attendees", CARD_CALENDAR, FORM_NUMBER, 1, EVENTS_MOST, NULL},
    [CARD_ANSWER] = {"answer", CARD_CALENDAR, FORM_WORD, 1, 0,
                     "accepted declined tentative delegated"},
    [CARD_ANSWERER] = {"answerer", CARD_CALENDAR, FORM_TEXT, 1, SHORT, NULL},
    [CARD_REPEAT] = {"repeat", CARD_CALENDAR, FORM_WORD, 1, 0, "daily weekly monthly yearly other"},
    [CARD_REPEAT_EVERY] = {"every", CARD_CALENDAR, FORM_NUMBER, 1, EVENTS_MOST, NULL},
    [CARD_REPEAT_COUNT] = {"count", CARD_CALENDAR, FORM_NUMBER, 1, EVENTS_MOST, NULL},
    [CARD_REPEAT_UNTIL] = {"until", CARD_CALENDAR, FORM_TIME, 1, 0, NULL},
    [CARD_DESCRIPTION] = {"description", CARD_CALENDAR, FORM_TEXT, 1, LONG, NULL},
    [CARD_NAME] = {"name", CARD_CONTACT, FORM_TEXT, 1, SHORT, NULL},
    [CARD_ORGANIZATION] = {"organization", CARD_CONTACT, FORM_TEXT, 1, SHORT, NULL},
    [CARD_TITLE] = {"title", CARD_CONTACT, FORM_TEXT, 1, SHORT, NULL},
    [CARD_PHONE] = {"phone", CARD_CONTACT, FORM_TEXT, 6, SHORT, NULL},
    [CARD_EMAIL] = {"email", CARD_CONTACT, FORM_TEXT, 6, SHORT, NULL},
    [CARD_POSTAL] = {"postal", CARD_CONTACT, FORM_TEXT, 3, 300, NULL},
    [CARD_NOTE] = {"note", CARD_CONTACT, FORM_TEXT, 1, LONG, NULL},
    [CARD_REPORTER] = {"reporter", CARD_REPORT, FORM_TEXT, 1, SHORT, NULL},
    [CARD_RECIPIENT] = {"recipient", CARD_REPORT, FORM_TEXT, PEOPLE, 300, NULL},
    [CARD_ACTION] = {"action", CARD_REPORT, FORM_WORD, PEOPLE, 0,
                     "failed delayed delivered relayed expanded displayed deleted dispatched "
                     "processed denied"},
    [CARD_CODE] = {"code", CARD_REPORT, FORM_CODE, PEOPLE, 0, NULL},
    [CARD_REASON] = {"reason", CARD_REPORT, FORM_TEXT, PEOPLE, 600, NULL},
    [CARD_SERVER] = {"server", CARD_REPORT, FORM_TEXT, PEOPLE, SHORT, NULL},
    [CARD_MORE] = {"more", CARD_KIND_COUNT, FORM_NUMBER, 1, EVENTS_MOST, NULL},
};

/* ---- forms ---- */

static bool knows_word(const struct rule *rule, struct sv word)
{
    struct sv words = sv_of(rule->words);
    while (words.n > 0)
        if (sv_eq(sv_cut(&words, ' '), word))
            return word.n > 0;
    return false;
}

/* "5.1.1": class, subject, detail (RFC 3463 section 2). */
static bool is_code(struct sv code)
{
    for (int part = 0; part < 3; part++) {
        struct sv digits = sv_cut(&code, '.');
        uint32_t value;
        if (digits.n > 3 || sv_to_u32(digits, &value) != STATUS_OK ||
            (part == 0 && value != 2 && value != 4 && value != 5))
            return false;
    }
    return code.n == 0;
}

static bool is_fit(const struct rule *rule, struct sv value)
{
    struct card_time time;
    uint64_t number;
    if (value.n == 0 || sv_has_control(value))
        return false;
    switch (rule->form) {
    case FORM_TEXT:
        return value.n <= rule->most;
    case FORM_WORD:
        return knows_word(rule, value);
    case FORM_NUMBER:
        return sv_to_u64(value, rule->most, &number) == STATUS_OK && number > 0;
    case FORM_TIME:
        return card_time_read(value, &time) == STATUS_OK;
    case FORM_CODE:
        return value.n <= 11 && is_code(value);
    }
    return false;
}

/* ---- writing ---- */

static void put_line(struct card_writer *w, enum card_key key, struct sv value)
{
    if (!is_fit(&rules[key], value))
        return;
    sb_add_cstr(w->out, rules[key].name);
    sb_add_char(w->out, '\t');
    sb_add(w->out, value);
    sb_add_char(w->out, '\n');
}

/* Control characters and line ends become spaces, and spaces one; what turns the direction of
 * writing stays where it is, inside its value. */
static struct sv one_line(struct arena *arena, struct sv text)
{
    struct sb out;
    text = sv_slice(text, 0, 8 * (size_t)CARD_VALUE_MAX); /* the rest would be cut anyhow */
    text = utf8_line(arena, text);
    sb_init(&out, arena, text.n);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != ' ' || (out.n > 0 && out.p[out.n - 1] != ' '))
            sb_add_char(&out, text.p[i]);
    return sv_trim(sb_view(&out));
}

void card_put(struct card_writer *w, enum card_key key, struct sv text)
{
    if (rules[key].form == FORM_TEXT)
        text = sv_trim(utf8_cut(one_line(w->arena, text), rules[key].most));
    put_line(w, key, text);
}

void card_put_word(struct card_writer *w, enum card_key key, struct sv word)
{
    char kept[32];
    struct sb lower;
    sb_fixed(&lower, kept, sizeof kept);
    word = sv_trim(word);
    for (size_t i = 0; i < word.n && !lower.over; i++)
        sb_add_char(&lower, ascii_lower(word.p[i]));
    if (!lower.over)
        put_line(w, key, sb_view(&lower));
}

void card_put_number(struct card_writer *w, enum card_key key, uint32_t number)
{
    char kept[32];
    struct sb digits;
    sb_fixed(&digits, kept, sizeof kept);
    sb_add_u64(&digits, number < rules[key].most ? number : rules[key].most);
    put_line(w, key, sb_view(&digits));
}

void card_put_time(struct card_writer *w, enum card_key key, const struct card_time *time)
{
    char kept[CARD_ZONE_MAX + 40];
    struct sb text;
    sb_fixed(&text, kept, sizeof kept);
    card_time_write(&text, time);
    put_line(w, key, sb_view(&text));
}

void card_write(struct arena *arena, enum card_kind kind, struct sv text, struct sb *out)
{
    struct card_writer writer = {arena, out};
    switch (kind) {
    case CARD_CALENDAR:
        card_write_calendar(&writer, text);
        break;
    case CARD_CONTACT:
        card_write_contact(&writer, text);
        break;
    case CARD_REPORT:
        card_write_report(&writer, text);
        break;
    case CARD_KIND_COUNT:
        break;
    }
}

/* ---- reading ---- */

static enum card_key key_find(struct sv name)
{
    unsigned key = 0;
    while (key < CARD_KEY_COUNT && !sv_eq(sv_of(rules[key].name), name))
        key++;
    return (enum card_key)key;
}

enum status card_read(struct arena *arena, enum card_kind kind, struct sv lines, struct card *out)
{
    uint32_t counts[CARD_KEY_COUNT] = {0};
    struct card card = {arena_array(arena, CARD_ITEMS_MAX, sizeof *card.items), 0};
    while (lines.n > 0) {
        size_t end = sv_find_char(lines, '\n'), tab = sv_find_char(lines, '\t');
        if (card.n == CARD_ITEMS_MAX || end == SIZE_MAX || tab >= end)
            return STATUS_INVALID;
        enum card_key key = key_find(sv_slice(lines, 0, tab));
        if (key == CARD_KEY_COUNT)
            return STATUS_INVALID;
        const struct rule *rule = &rules[key];
        struct sv value = sv_slice(lines, tab + 1, end);
        if ((rule->kind != kind && rule->kind != CARD_KIND_COUNT) || ++counts[key] > rule->count ||
            !is_fit(rule, value))
            return STATUS_INVALID;
        card.items[card.n++] = (struct card_item){key, value};
        lines = sv_slice(lines, end + 1, lines.n);
    }
    *out = card;
    return STATUS_OK;
}

struct sv card_get(const struct card *card, enum card_key key)
{
    for (size_t i = 0; i < card->n; i++)
        if (card->items[i].key == key)
            return card->items[i].value;
    return SV("");
}

#include "arena.h"
#include "card_write.h"
#include "content_line.h"

enum { EVENT_TEXT_MAX = 400, DURATION_MOST = 366 * 86400 };

/* Raw values of one VEVENT; empty where missing. */
struct event {
    bool exception; /* of a series: one day that is otherwise */
    struct sv summary, place, description, organizer, state, rule, answer, answerer;
    struct card_time start, end;
    bool has_start, has_end;
    int64_t duration;
    uint32_t attendees;
};

struct calendar {
    struct arena *arena;
    struct sv method;
    struct event chosen, now;
    uint32_t events;
    unsigned depth; /* inside of the event that is read: 0 outside, 1 its own lines */
};

/* ---- values ---- */

/* ";TZID=Europe/Paris:20261124T140000"; seconds may be missing, and a place that is no time. */
static bool time_of(const struct content_line *line, struct card_time *out)
{
    char kept[CARD_ZONE_MAX + 40];
    struct sb text;
    struct sv zone = sv_trim(content_line_parameter(line, SV("TZID"))),
              value = sv_trim(line->value);
    sb_fixed(&text, kept, sizeof kept);
    bool utc = sv_ends(value, SV("Z"));
    if (utc)
        value.n--;
    sb_add(&text, value);
    if (value.n == sizeof "20261124T1400" - 1)
        sb_add(&text, SV("00"));
    struct card_time time;
    if (text.over || card_time_read(sb_view(&text), &time) != STATUS_OK || time.zone.n > 0)
        return false;
    time.utc = utc && !time.day;
    if (!time.utc && !time.day && zone.n <= CARD_ZONE_MAX)
        time.zone = zone;
    *out = time;
    return true;
}

/* "P1DT2H30M" (RFC 5545 section 3.3.6); 0 if it is none, or goes backwards. */
static int64_t duration_of(struct sv value)
{
    static const struct {
        char letter;
        int32_t seconds;
    } units[] = {{'W', 7 * 86400}, {'D', 86400}, {'H', 3600}, {'M', 60}, {'S', 1}};
    int64_t total = 0, number = 0;
    value = sv_trim(value);
    if (sv_starts(value, SV("+")))
        value = sv_slice(value, 1, value.n);
    if (!sv_starts(value, SV("P")))
        return 0;
    for (size_t i = 1; i < value.n; i++) {
        char c = value.p[i];
        int32_t seconds = 0;
        if (ascii_is_digit(c)) {
            number = number * 10 + (c - '0');
        } else if (c != 'T') {
            for (size_t u = 0; u < sizeof units / sizeof *units; u++)
                if (units[u].letter == c)
                    seconds = units[u].seconds;
            if (seconds == 0)
                return 0;
            total += number * seconds;
            number = 0;
        }
        if (number > DURATION_MOST || total > DURATION_MOST)
            return 0;
    }
    return total;
}

/* "Claire Morel <claire@example.org>", or either alone. */
static struct sv person_of(struct arena *arena, const struct content_line *line)
{
    struct sv name = sv_trim(content_line_parameter(line, SV("CN"))),
              address = sv_trim(line->value);
    if (sv_starts_nocase(address, SV("mailto:")))
        address = sv_slice(address, sizeof "mailto:" - 1, address.n);
    else if (sv_find_char(address, '@') == SIZE_MAX)
        address = SV("");
    name = sv_slice(name, 0, EVENT_TEXT_MAX);
    address = sv_slice(address, 0, EVENT_TEXT_MAX);
    if (name.n == 0 || sv_eq_nocase(name, address))
        return address;
    if (address.n == 0)
        return name;
    return arena_printf(arena, "%.*s <%.*s>", SV_ARG(name), SV_ARG(address));
}

/* ---- one event ---- */

static void add_attendee(struct calendar *c, const struct content_line *line)
{
    struct event *e = &c->now;
    if (e->attendees++ > 0)
        return;
    e->answer = content_line_parameter(line, SV("PARTSTAT"));
    e->answerer = person_of(c->arena, line);
}

static void add_line(struct calendar *c, const struct content_line *line)
{
    struct event *e = &c->now;
    const struct {
        const char *name;
        struct sv *text;
    } texts[] = {
        {"SUMMARY", &e->summary}, {"LOCATION", &e->place}, {"DESCRIPTION", &e->description}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (sv_eq_nocase(line->name, sv_of(texts[i].name)) && texts[i].text->n == 0)
            *texts[i].text = content_line_text(c->arena, line->value);
    if (sv_eq_nocase(line->name, SV("STATUS")))
        e->state = line->value;
    else if (sv_eq_nocase(line->name, SV("RRULE")))
        e->rule = line->value;
    else if (sv_eq_nocase(line->name, SV("RECURRENCE-ID")))
        e->exception = true;
    else if (sv_eq_nocase(line->name, SV("ORGANIZER")))
        e->organizer = person_of(c->arena, line);
    else if (sv_eq_nocase(line->name, SV("ATTENDEE")))
        add_attendee(c, line);
    else if (sv_eq_nocase(line->name, SV("DURATION")))
        e->duration = duration_of(line->value);
    else if (sv_eq_nocase(line->name, SV("DTSTART")))
        e->has_start = time_of(line, &e->start);
    else if (sv_eq_nocase(line->name, SV("DTEND")))
        e->has_end = time_of(line, &e->end);
}

/* The series itself rather than one of its exceptions, else the first. */
static void end_event(struct calendar *c)
{
    c->depth = 0;
    if (c->events++ == 0 || (c->chosen.exception && !c->now.exception))
        c->chosen = c->now;
}

static void read_line(struct calendar *c, const struct content_line *line)
{
    if (sv_eq_nocase(line->name, SV("BEGIN"))) {
        if (c->depth > 0) {
            c->depth++; /* an alarm has a summary of its own */
        } else if (sv_eq_nocase(sv_trim(line->value), SV("VEVENT"))) {
            c->depth = 1;
            c->now = (struct event){0};
        }
    } else if (sv_eq_nocase(line->name, SV("END"))) {
        if (c->depth == 1)
            end_event(c);
        else if (c->depth > 1)
            c->depth--;
    } else if (c->depth == 1) {
        add_line(c, line);
    } else if (c->depth == 0 && sv_eq_nocase(line->name, SV("METHOD"))) {
        c->method = line->value;
    }
}

/* ---- writing ---- */

static void write_rule(struct card_writer *w, struct sv rule)
{
    static const char *const known[] = {"daily", "weekly", "monthly", "yearly"};
    if (rule.n == 0)
        return;
    const char *frequency = "other";
    uint32_t every = 0, count = 0;
    struct content_line until = {.value = SV("")};
    while (rule.n > 0) {
        struct sv value = sv_cut(&rule, ';');
        struct sv name = sv_trim(sv_cut(&value, '='));
        value = sv_trim(value);
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (sv_eq_nocase(name, SV("FREQ")) && sv_eq_nocase(value, sv_of(known[i])))
                frequency = known[i];
        if (sv_eq_nocase(name, SV("INTERVAL")) && sv_to_u32(value, &every) != STATUS_OK)
            every = 0;
        if (sv_eq_nocase(name, SV("COUNT")) && sv_to_u32(value, &count) != STATUS_OK)
            count = 0;
        if (sv_eq_nocase(name, SV("UNTIL")))
            until.value = value;
    }
    struct card_time last;
    card_put_word(w, CARD_REPEAT, sv_of(frequency));
    card_put_number(w, CARD_REPEAT_EVERY, every);
    card_put_number(w, CARD_REPEAT_COUNT, count);
    if (time_of(&until, &last))
        card_put_time(w, CARD_REPEAT_UNTIL, &last);
}

static void write_event(struct card_writer *w, const struct calendar *c)
{
    const struct event *e = &c->chosen;
    card_put_word(w, CARD_METHOD, c->method);
    card_put_word(w, CARD_STATE, e->state);
    card_put(w, CARD_SUMMARY, e->summary);
    if (e->has_start)
        card_put_time(w, CARD_START, &e->start);
    if (e->has_start && e->has_end) {
        card_put_time(w, CARD_END, &e->end);
    } else if (e->has_start && e->duration > 0) {
        struct card_time end = e->start;
        end.at += e->duration;
        card_put_time(w, CARD_END, &end);
    }
    card_put(w, CARD_PLACE, e->place);
    card_put(w, CARD_ORGANIZER, e->organizer);
    card_put_number(w, CARD_ATTENDEES, e->attendees);
    if (sv_eq_nocase(sv_trim(c->method), SV("REPLY"))) {
        card_put_word(w, CARD_ANSWER, e->answer);
        card_put(w, CARD_ANSWERER, e->answerer);
    }
    write_rule(w, e->rule);
    card_put(w, CARD_DESCRIPTION, e->description);
    card_put_number(w, CARD_MORE, c->events - 1);
}

void card_write_calendar(struct card_writer *w, struct sv text)
{
    struct calendar *c = arena_alloc(w->arena, sizeof *c);
    struct content_line line;
    c->arena = w->arena;
    for (size_t at = 0; content_line_next(w->arena, text, &at, &line);)
        read_line(c, &line);
    if (c->events > 0)
        write_event(w, c);
}

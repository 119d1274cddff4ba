#include "imap_reply.h"

static const struct {
    const char *name; /* the first of each flag is the one that is stored */
    enum imap_flag flag;
} flag_names[] = {
    {"\\Seen", IMAP_SEEN},          {"\\Answered", IMAP_ANSWERED},
    {"\\Flagged", IMAP_FLAGGED},    {"\\Deleted", IMAP_DELETED},
    {"\\Draft", IMAP_DRAFT},        {"\\Recent", IMAP_RECENT},
    {"$Forwarded", IMAP_FORWARDED}, {"Forwarded", IMAP_FORWARDED},
    {"$Junk", IMAP_JUNK},           {"Junk", IMAP_JUNK},
    {"$NotJunk", IMAP_NOT_JUNK},    {"NonJunk", IMAP_NOT_JUNK},
    {"NotJunk", IMAP_NOT_JUNK},     {"$MDNSent", IMAP_MDN_SENT},
};
enum { FLAG_NAMES = sizeof flag_names / sizeof flag_names[0] };

unsigned flag_of_name(struct sv name)
{
    for (size_t i = 0; i < FLAG_NAMES; i++)
        if (sv_eq_nocase(name, sv_of(flag_names[i].name)))
            return flag_names[i].flag;
    return 0;
}

const char *flag_name(enum imap_flag flag)
{
    for (size_t i = 0; i < FLAG_NAMES; i++)
        if (flag_names[i].flag == flag)
            return flag_names[i].name;
    return "";
}

void reply_flags(struct imap_lexer *lexer, struct arena *arena, struct imap_flags *flags, bool *any)
{
    struct sv *keywords = NULL;
    size_t room = 0;
    *flags = (struct imap_flags){0};
    lexer_expect(lexer, '(');
    while (lexer_element(lexer)) {
        struct sv word = lexer_word(lexer, "()");
        unsigned flag = flag_of_name(word);
        flags->bits |= flag;
        if (any && sv_eq(word, SV("\\*")))
            *any = true;
        if (flag || !lexer_more(lexer) || word.p[0] == '\\' ||
            flags->keyword_count == IMAP_KEYWORDS_MAX)
            continue;
        if (flags->keyword_count == room) {
            room = room ? IMAP_KEYWORDS_MAX : 8;
            struct sv *more = arena_array(arena, room, sizeof *more);
            if (keywords)
                memcpy(more, keywords, flags->keyword_count * sizeof *more);
            keywords = more;
        }
        keywords[flags->keyword_count++] = arena_sv(arena, word);
        flags->keywords = keywords;
    }
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* A number in fixed columns, a space counting as 0; -1 otherwise. */
static int columns(struct sv s, size_t at, size_t n)
{
    int value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (!ascii_is_digit(s.p[i]) && s.p[i] != ' ')
            return -1;
        value = value * 10 + (s.p[i] == ' ' ? 0 : s.p[i] - '0');
    }
    return value;
}

int64_t reply_date(struct imap_lexer *lexer, struct arena *arena)
{
    struct sv s = lexer_nstring(lexer, arena);
    if (s.n != 26)
        return 0;
    size_t month = sv_find_nocase(SV("JanFebMarAprMayJunJulAugSepOctNovDec"), sv_slice(s, 3, 6));
    struct tm parts = {.tm_mday = columns(s, 0, 2),
                       .tm_mon = (int)(month / 3),
                       .tm_year = columns(s, 7, 4) - 1900,
                       .tm_hour = columns(s, 12, 2),
                       .tm_min = columns(s, 15, 2),
                       .tm_sec = columns(s, 18, 2)};
    int zone = columns(s, 22, 4);
    if (month == SIZE_MAX || month % 3 != 0 || parts.tm_mday < 1 || parts.tm_year < -1900 ||
        parts.tm_hour < 0 || parts.tm_min < 0 || parts.tm_sec < 0 || zone < 0)
        return 0;
    int64_t offset = (zone / 100) * 3600 + (zone % 100) * 60;
    return (int64_t)timegm(&parts) - (s.p[21] == '-' ? -offset : offset);
}

void date_add(struct sb *out, int64_t seconds)
{
    time_t time = (time_t)seconds;
    struct tm parts;
    if (!gmtime_r(&time, &parts) || parts.tm_year < 0 || parts.tm_year > 8099)
        return;
    sb_printf(out, "%02d-%.3s-%04d %02d:%02d:%02d +0000", parts.tm_mday,
              months + (size_t)parts.tm_mon * 3, parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
              parts.tm_sec);
}

/* What servers write where a header has no mailbox or no host, since NIL means a group there. */
static struct sv without_stand_in(struct sv word)
{
    static const char *const stand_ins[] = {"MISSING_MAILBOX",    "MISSING_DOMAIN",
                                            "unspecified-domain", ".MISSING-HOST-NAME.",
                                            "missing_mailbox",    "missing_domain"};
    for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++)
        if (sv_eq(word, sv_of(stand_ins[i])))
            return SV("");
    return word;
}

static void address_read(struct imap_lexer *lexer, struct arena *arena, struct imap_address *out)
{
    lexer_expect(lexer, '(');
    out->name = lexer_nstring(lexer, arena);
    lexer_expect(lexer, ' ');
    lexer_skip_value(lexer); /* source route */
    lexer_expect(lexer, ' ');
    out->mailbox = without_stand_in(lexer_nstring(lexer, arena));
    lexer_expect(lexer, ' ');
    out->host = without_stand_in(lexer_nstring(lexer, arena));
    lexer_expect(lexer, ')');
}

static struct imap_addresses addresses_read(struct imap_lexer *lexer, struct arena *arena,
                                            size_t most)
{
    struct imap_addresses none = {NULL, 0};
    if (lexer_peek(lexer) != '(') {
        lexer_skip_value(lexer);
        return none;
    }
    struct imap_address *list = NULL;
    size_t n = 0, room = 0;
    lexer_expect(lexer, '(');
    while (lexer_element(lexer) && !arena_over(arena)) {
        if (n == most) {
            lexer_skip_value(lexer);
            continue;
        }
        if (n == room) {
            room = room ? room * 2 : 2;
            struct imap_address *more = arena_array(arena, room, sizeof *more);
            if (n > 0)
                memcpy(more, list, n * sizeof *more);
            list = more;
        }
        address_read(lexer, arena, &list[n++]);
    }
    return lexer_more(lexer) ? (struct imap_addresses){list, n} : none;
}

void reply_envelope(struct imap_lexer *lexer, struct arena *arena, size_t people,
                    struct imap_envelope *envelope)
{
    struct imap_addresses *lists[] = {&envelope->from, &envelope->sender, &envelope->reply_to,
                                      &envelope->to,   &envelope->cc,     &envelope->bcc};
    lexer_expect(lexer, '(');
    envelope->date = lexer_nstring(lexer, arena);
    lexer_expect(lexer, ' ');
    envelope->subject = lexer_nstring(lexer, arena);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        lexer_expect(lexer, ' ');
        *lists[i] = addresses_read(lexer, arena, people);
    }
    lexer_expect(lexer, ' ');
    envelope->in_reply_to = lexer_nstring(lexer, arena);
    lexer_expect(lexer, ' ');
    envelope->message_id = lexer_nstring(lexer, arena);
    lexer_expect(lexer, ')');
}

void uid_list_add(struct imap_lexer *lexer, struct uid_list *list, uint32_t uid)
{
    if (list->n == IMAP_UIDS_MAX) {
        lexer_fail(lexer, STATUS_TOO_LARGE);
        return;
    }
    if (list->n == list->room) {
        list->room = list->room ? list->room * 2 : 64;
        uint32_t *more = arena_array(list->arena, list->room, sizeof *more);
        if (list->n > 0)
            memcpy(more, list->p, list->n * sizeof *more);
        list->p = more;
    }
    list->p[list->n++] = uid;
}

void reply_set(struct imap_lexer *lexer, struct uid_list *list)
{
    do {
        uint32_t from = lexer_u32(lexer);
        uint32_t to = lexer_skip(lexer, ':') ? lexer_u32(lexer) : from;
        size_t count = (from < to ? to - from : from - to) + (size_t)1;
        if (from == 0 || to == 0)
            lexer_fail(lexer, STATUS_PROTOCOL);
        if (count > IMAP_UIDS_MAX - list->n)
            lexer_fail(lexer, STATUS_TOO_LARGE);
        for (size_t i = 0; i < count && lexer_more(lexer); i++)
            uid_list_add(lexer, list, from < to ? from + (uint32_t)i : from - (uint32_t)i);
    } while (lexer_skip(lexer, ','));
}

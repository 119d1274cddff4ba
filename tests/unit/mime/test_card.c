#include "arena.h"
#include "card.h"
#include "content_line.h"
#include "test.h"
#include "utf8.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* "key=value|key=value": what is made of the text, after the parent's check. */
static struct sv said(enum card_kind kind, struct sv text)
{
    struct sb lines;
    struct card card;
    sb_init(&lines, arena, 65536);
    card_write(arena, kind, text, &lines);
    assert_false(lines.over);
    assert_int_equal(card_read(arena, kind, sb_view(&lines), &card), STATUS_OK);
    for (size_t i = 0; i < lines.n; i++) {
        if (lines.p[i] == '\t')
            lines.p[i] = '=';
        if (lines.p[i] == '\n')
            lines.p[i] = '|';
    }
    return sb_view(&lines);
}

#define EVENT(lines) "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" lines "END:VEVENT\r\nEND:VCALENDAR\r\n"

static void calendars_say_what_when_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *card;
    } cases[] = {
        {"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\n"
         "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
         "BEGIN:VEVENT\r\nSUMMARY;LANGUAGE=fr:R\xc3\xa9union\\, salle \\;\\\\\r\n"
         "DTSTART;TZID=Europe/Paris:20261124T140000\r\nDTEND;TZID=\"Europe/Paris\":20261124T1530"
         "00\r\nLOCATION:B\xc3\xa2timent\r\n  12\r\nORGANIZER;CN=\"Morel; Claire\":MAILTO:claire@a"
         ".example\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@b\r\nATTENDEE:mailto:c@d\r\n"
         "STATUS:CONFIRMED\r\nBEGIN:VALARM\r\nSUMMARY:bell\r\nDURATION:PT5M\r\nEND:VALARM\r\n"
         "DESCRIPTION:Un\\nDeux\\n\\n trois\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
         "method=request|state=confirmed|summary=R\xc3\xa9union, salle ;\\|start=20261124T140000 "
         "Europe/Paris|end=20261124T153000 Europe/Paris|place=B\xc3\xa2timent 12|organizer=Morel; "
         "Claire <claire@a.example>|attendees=2|description=Un Deux trois|"},
        {EVENT("DTSTART:20261124T1400Z\nDURATION:P1DT1H30M\nSUMMARY:x\n"),
         "summary=x|start=20261124T140000Z|end=20261125T153000Z|"},
        {EVENT("DTSTART;VALUE=DATE:20261231\nDTEND;VALUE=DATE:20270102\n"),
         "start=20261231|end=20270102|"},
        {EVENT("DTSTART:20260228T230000\nDURATION:PT2H\n"),
         "start=20260228T230000|end=20260301T010000|"},
        {EVENT("SUMMARY:x\nRRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000Z;BYDAY=MO\n"),
         "summary=x|repeat=weekly|every=2|until=20270101T000000Z|"},
        {EVENT("SUMMARY:x\nRRULE:COUNT=5;FREQ=HOURLY\n"), "summary=x|repeat=other|count=5|"},
        {EVENT("SUMMARY:x\nRRULE:FREQ=DAILY;INTERVAL=-1;COUNT=99999999999\n"),
         "summary=x|repeat=daily|"},
        {"BEGIN:VCALENDAR\nMETHOD:REPLY\n" EVENT(
             "SUMMARY:x\nATTENDEE;PARTSTAT=ACCEPTED;CN=Z:mailto:z@a\n"),
         "method=reply|summary=x|attendees=1|answer=accepted|answerer=Z <z@a>|"},
        {"METHOD:CANCEL\n" EVENT("SUMMARY:x\nSTATUS:CANCELLED\n"),
         "method=cancel|state=cancelled|summary=x|"},
        /* the series rather than its exception; what else there is is counted */
        {EVENT("SUMMARY:one day\nRECURRENCE-ID:20261124\n") EVENT("SUMMARY:series\n")
             EVENT("SUMMARY:third\n"),
         "summary=series|more=2|"},
        /* lies and nonsense say nothing */
        {EVENT(
             "DTSTART:20261324T140000\nDTEND:tomorrow\nSTATUS:DRAFT\nSUMMARY:  \nORGANIZER:urn:x\n"
             "DURATION:-PT1H\nATTENDEE\nLOCATION:\tx\x01y\n"),
         "place=x y|"},
        {EVENT("DTSTART;TZID=A\x01"
               "B:20261124T140000\n"),
         "start=20261124T140000|"},
        {EVENT("DTSTART:20261124T140000 Europe/Paris\n"), ""},
        {"METHOD:<script>\n" EVENT("SUMMARY:<b>\n"), "summary=<b>|"},
        {"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR\n", ""},
        {"BEGIN:VEVENT\nSUMMARY:never ended\n", ""},
        {"", ""},
        {"\r\n\r\n ::: \n;;;:\n", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_sv(said(CARD_CALENDAR, sv_of(cases[i].text)), cases[i].card);
}

#define PERSON(lines) "BEGIN:VCARD\r\n" lines "END:VCARD\r\n"

static void contacts_say_who_and_how_to_reach(void **state)
{
    (void)state;
    static const struct {
        const char *text, *card;
    } cases[] = {
        {PERSON("VERSION:4.0\r\nFN:Zo\xc3\xab Martin\r\nORG:Universit\xc3\xa9;Service\\, nord\r\n"
                "TITLE:Directrice\r\nTEL;TYPE=work;VALUE=uri:tel:+33-1-23\r\nitem1.EMAIL:zoe@a\r\n"
                "EMAIL;TYPE=home:mailto:z@b\r\nADR:;;12 rue X;Paris;;75005;France\r\nNOTE:a\\nb\r\n"
                "PHOTO:data:image/png;base64,AAAA\r\n"),
         "name=Zo\xc3\xab Martin|organization=Universit\xc3\xa9, Service, nord|title=Directrice|"
         "phone=+33-1-23|email=zoe@a|email=z@b|postal=12 rue X, Paris, 75005, France|note=a b|"},
        {PERSON("VERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dupr=C3=A9;Andr=C3=A9\r\n"
                "TEL;WORK;VOICE:1\r\nNOTE;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:un =\r\nd=E9but=0D=0A"
                "fin\r\n"),
         "name=Andr\xc3\xa9 Dupr\xc3\xa9|phone=1|note=un d\xc3\xa9"
         "but fin|"},
        {PERSON("FN:A\n") PERSON("FN:B\n") PERSON("FN:C\n"), "name=A|more=2|"},
        {PERSON("FN:A\nTEL:1\nTEL:2\nTEL:3\nTEL:4\nTEL:5\nTEL:6\nTEL:7\n"),
         "name=A|phone=1|phone=2|phone=3|phone=4|phone=5|phone=6|"},
        {PERSON("NOTE;ENCODING=QUOTED-PRINTABLE:=FF\n"), "note=\xc3\xbf|"},
        {"FN:outside\n", ""},
        {PERSON(""), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_sv(said(CARD_CONTACT, sv_of(cases[i].text)), cases[i].card);
}

static void reports_say_who_failed_and_why(void **state)
{
    (void)state;
    static const struct {
        const char *text, *card;
    } cases[] = {
        {"Reporting-MTA: dns; mx.a.example\r\nArrival-Date: Mon, 1 Jan 2026 00:00:00 +0000\r\n\r\n"
         "Final-Recipient: rfc822; nobody@b.example\r\nOriginal-Recipient: rfc822;x@y\r\n"
         "Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mail.b.example\r\nDiagnostic-Code: "
         "smtp; 550 5.1.1\r\n  <nobody@b.example>: no such user\r\n\r\nFinal-Recipient: rfc822; c@d"
         "\r\nAction: delayed\r\nStatus: 4.4.1 (later)\r\n",
         "reporter=mx.a.example|recipient=nobody@b.example|action=failed|code=5.1.1|reason=550 5.1."
         "1 <nobody@b.example>: no such user|server=mail.b.example|recipient=c@d|action=delayed|"
         "code=4.4.1|"},
        {"Reporting-UA: joes-pc.cs.example; Foomail 97.1\nFinal-Recipient: rfc822;joe@b\n"
         "Original-Message-ID: <x@y>\nDisposition: manual-action/MDN-sent-manually; displayed/error"
         "\n",
         "reporter=joes-pc.cs.example|recipient=joe@b|action=displayed|"},
        {"\n\n\nFinal-Recipient: x@y\nAction: exploded\nStatus: 9.1.1\n", "recipient=x@y|"},
        {"Final-Recipient: ;\nAction: failed\n", ""},
        {"Action: failed\nStatus: 5.0.0\n", ""},
        {"no field at all", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_sv(said(CARD_REPORT, sv_of(cases[i].text)), cases[i].card);
    struct sb many;
    sb_init(&many, arena, 100000);
    for (int i = 0; i < 12; i++)
        sb_printf(&many, "Final-Recipient: rfc822; %d@x\r\nAction: failed\r\n\r\n", i);
    struct sv card = said(CARD_REPORT, sb_view(&many));
    assert_true(sv_ends(card, SV("|recipient=9@x|action=failed|more=2|")));
}

static void values_are_short(void **state)
{
    (void)state;
    struct sb text;
    struct card card;
    sb_init(&text, arena, 1 << 20);
    sb_add(&text, SV("BEGIN:VEVENT\nSUMMARY:"));
    for (int i = 0; i < 20000; i++)
        sb_add(&text, SV("\xc3\xa9"));
    sb_add(&text, SV("\nEND:VEVENT\n"));
    struct sb lines;
    sb_init(&lines, arena, 65536);
    card_write(arena, CARD_CALENDAR, sb_view(&text), &lines);
    assert_int_equal(card_read(arena, CARD_CALENDAR, sb_view(&lines), &card), STATUS_OK);
    assert_int_equal(card_get(&card, CARD_SUMMARY).n, 300);
    assert_true(utf8_valid(sb_view(&lines)));
}

static void the_parent_believes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *lines;
        enum card_kind kind;
        bool right;
    } cases[] = {
        {"", CARD_CALENDAR, true},
        {"summary\tx\n", CARD_CALENDAR, true},
        {"summary\ta\xe2\x80\xae"
         "b\n",
         CARD_CALENDAR, true},
        {"name\tx\nmore\t3\n", CARD_CONTACT, true},
        {"summary\tx", CARD_CALENDAR, false},
        {"summary x\n", CARD_CALENDAR, false},
        {"\n", CARD_CALENDAR, false},
        {"summary\t\n", CARD_CALENDAR, false},
        {"summary\tx\nsummary\ty\n", CARD_CALENDAR, false},
        {"summary\tx\n", CARD_CONTACT, false},
        {"unknown\tx\n", CARD_CALENDAR, false},
        {"Summary\tx\n", CARD_CALENDAR, false},
        {"summary\ta\tb\n", CARD_CALENDAR, false},
        {"summary\ta\rb\n", CARD_CALENDAR, false},
        {"method\tREQUEST\n", CARD_CALENDAR, false},
        {"method\trequest publish\n", CARD_CALENDAR, false},
        {"attendees\t0\n", CARD_CALENDAR, false},
        {"attendees\t-1\n", CARD_CALENDAR, false},
        {"attendees\t4294967296\n", CARD_CALENDAR, false},
        {"start\t20261124T1400\n", CARD_CALENDAR, false},
        {"code\t5.1\n", CARD_REPORT, false},
        {"code\t5.1.1.1\n", CARD_REPORT, false},
        {"code\t5.1.1\n", CARD_REPORT, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct card card = {0};
        enum status st = card_read(arena, cases[i].kind, sv_of(cases[i].lines), &card);
        if ((st == STATUS_OK) != cases[i].right)
            print_error("%s\n", cases[i].lines);
        assert_int_equal(st, cases[i].right ? STATUS_OK : STATUS_INVALID);
    }
    struct sb many;
    struct card card;
    sb_init(&many, arena, 10000);
    for (int i = 0; i < 7; i++)
        sb_add(&many, SV("phone\t1\n"));
    assert_int_equal(card_read(arena, CARD_CONTACT, sb_view(&many), &card), STATUS_INVALID);
}

static void times_go_both_ways(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t at;
    } right[] = {
        {"19700101T000000Z", 0},
        {"19700101", 0},
        {"20261124T140000Z", 1795528800},
        {"20000229T235959", 951868799},
        {"19691231T235959Z", -1},
        {"00010101T000000Z", -62135596800},
        {"99991231T235959Z", 253402300799},
        {"20261124T140000 A/B c", 1795528800},
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct card_time time;
        struct sb text;
        sb_init(&text, arena, 200);
        assert_int_equal(card_time_read(sv_of(right[i].text), &time), STATUS_OK);
        assert_true(time.at == right[i].at);
        card_time_write(&text, &time);
        assert_sv(sb_view(&text), right[i].text);
    }
    static const char *const wrong[] = {"",
                                        "2026",
                                        "20261301",
                                        "20261132",
                                        "20260000",
                                        "20261124T",
                                        "00001124",
                                        "20261124T240000",
                                        "20261124T140000z",
                                        "20261124T140000 ",
                                        "20261124T140000Zx",
                                        "2026-11-24",
                                        "20261124T140000  x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct card_time time;
        assert_int_equal(card_time_read(sv_of(wrong[i]), &time), STATUS_INVALID);
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(calendars_say_what_when_where),  test(contacts_say_who_and_how_to_reach),
        test(reports_say_who_failed_and_why), test(values_are_short),
        test(the_parent_believes_nothing),    test(times_go_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

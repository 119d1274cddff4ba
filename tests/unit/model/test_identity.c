#include "arena_fixture.h"
#include "identity.h"
#include "idn.h"
#include "script.h"

/* One letter a sign. */
static struct sv letters_of(unsigned signs)
{
    static const char LETTERS[] = "AOMHDLBFW";
    struct sb out;
    sb_init(&out, arena, sizeof LETTERS);
    for (size_t i = 0; i < sizeof LETTERS - 1; i++)
        if (signs & (1U << i))
            sb_add_char(&out, LETTERS[i]);
    return sb_view(&out);
}

/* "box@domain" at its last "@". */
static struct address address_of(const char *name, const char *spec)
{
    struct sv text = sv_of(spec);
    size_t at = sv_find_last_char(text, '@');
    return (struct address){.name = sv_of(name),
                            .mailbox = sv_slice(text, 0, at),
                            .domain = sv_slice(text, at + 1, text.n)};
}

struct name {
    const char *name, *address, *signs, *claimed;
};

static void check_names(const struct name *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct identity got;
        struct identity_question q = {.from = address_of(names[i].name, names[i].address),
                                      .own_domain = SV("univ.fr")};
        identity_judge(arena, &q, &got);
        if (!sv_eq(letters_of(got.signs), sv_of(names[i].signs)))
            print_error("%s <%s>\n", names[i].name, names[i].address);
        assert_sv(letters_of(got.signs), names[i].signs);
        assert_sv(letters_of(identity_signs(arena, q.from, q.own_domain)), names[i].signs);
        if (names[i].claimed)
            assert_sv(got.claimed, names[i].claimed);
    }
}

static const struct name HONEST[] = {
    {"Anne Lefèvre", "anne.lefevre@univ.fr", "", ""},
    {"", "anne@x.example", "", ""},
    {"Dr. Łukasz O'Neil (IT)", "lukasz@it.example", "", ""},
    {"Lefèvre, Anne-Élise d’Estaing", "a@x.example", "", ""},
    {"François Œuvrard & Cie — SARL", "f@x.example", "", ""},
    {"Søren Åström", "s@x.example", "", ""},
    {"Nguyễn Thị Ánh", "n@x.example", "", ""},
    {"İlker Şahin ığdır", "i@x.example", "", ""},
    {"Zoe\xcc\x88 decomposed", "z@x.example", "", ""},
    {"Γιώργος Παπαδόπουλος", "g@x.example", "", ""},
    {"Юрий Гагарин", "yuri@x.example", "", ""},
    {"Юрий Гагарин (Yuri Gagarin)", "yuri@x.example", "", ""},
    {"Яндекс.Go", "go@yandex.ru", "", ""},
    {"ООО «Ромашка» Ltd", "o@x.example", "", ""},
    {"Українська Ґалерея", "u@x.example", "", ""},
    {"محمد علي", "m@x.example", "", ""},
    {"\xe2\x80\xab"
     "محمد علي"
     "\xe2\x80\xac",
     "m@x.example", "", ""},                                /* embedding */
    {"דוד כהן\xe2\x80\x8f (David)", "d@x.example", "", ""}, /* RLM */
    {"می\xe2\x80\x8cخواهم", "p@x.example", "", ""},         /* ZWNJ, Persian */
    {"क्\xe2\x80\x8dष राम", "r@x.example", "", ""},          /* ZWJ, Hindi */
    {"ไทย\xe2\x80\x8bแลนด์", "t@x.example", "", ""},         /* ZWSP, Thai */
    {"山田太郎", "yamada@x.example", "", ""},
    {"株式会社サンプルのABCサポート", "s@x.example", "", ""},
    {"ヤマダ・タロウ Yamada", "y@x.example", "", ""},
    {"楽天トラベルINFO", "r@x.example", "", ""},
    {"王小明Wang", "w@x.example", "", ""},
    {"김철수 KIM", "k@x.example", "", ""},
    {"삼성SDS漢字", "k@x.example", "", ""},
    {"LINEไทย", "l@x.example", "", ""},
    {"საქართველო Georgia", "g@x.example", "", ""},
    {"Հայաստան", "h@x.example", "", ""},
    {"🎉 Fête de l’été 🏖️", "f@x.example", "", ""},
    {"👩\xe2\x80\x8d💻 Dev Team", "d@x.example", "", ""}, /* joined emoji */
    {"🏴\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xa5\xf3\xa0\x81\xae\xf3\xa0\x81\xa7\xf3"
     "\xa0\x81\xbf England",
     "e@x.example", "", ""},
    {"1️⃣ First", "f@x.example", "", ""},
    {"Team @ Work", "team@work.example", "", ""},
    {"Team @ Work.com", "team@mailer.example", "", ""},
    {"@home", "x@home.example", "", ""},
    {"@jean_dupont", "notify@social.example", "", ""},
    {"Jean @Mastodon", "x@y.example", "", ""},
    {"C@fé des Arts", "cafe@x.example", "", ""},
    {"a@b", "c@d.example", "", ""}, /* no host name */
    {"jean@univ.fr", "jean@univ.fr", "", ""},
    {"JEAN@UNIV.FR", "jean@univ.fr", "", ""},
    {"jean.dupont@univ.fr", "jdupont@mail.univ.fr", "", ""},
    {"jean@mail.univ.fr", "jean@univ.fr", "", ""},
    {"“jean@x.example”", "jean@x.example", "", ""},
    {"«\xc2\xa0jean@x.example\xc2\xa0»", "jean@x.example", "", ""},
    {"x@université.fr", "x@xn--universit-j4a.fr", "", ""},
    {"Booking.com", "noreply@mailer.booking.com", "", ""},
    {"Amazon.fr via Partenaire", "x@seller.example", "", ""},
    {"univ.france", "x@x.example", "", ""},
    {"Service myuniv.fr", "x@x.example", "", ""},
    {"Scolarité univ.fr", "scol@listes.univ.fr", "", ""},
    {"µTorrent 5 Ω", "m@x.example", "", ""},
    {"Soirée n° 3, 2ᵉ étage", "n@x.example", "", ""},
    {"\xef\xbb\xbfLettre", "l@x.example", "", ""}, /* a byte order mark in front */
    {"Col·lectiu", "c@x.example", "", ""},
    {"Ａｎｎｅ", "a@x.example", "", ""}, /* fullwidth */
    {"x", "x@пример.рф", "", ""},
    {"x", "x@xn--e1afmkfd.xn--p1ai", "", ""},
    {"x", "x@сахар.ru", "", ""}, /* Cyrillic is at home there */
    {"x", "x@münchen.de", "", ""},
    {"x", "x@例え.jp", "", ""},
    {"x", "x@tokyo東京タワー.jp", "", ""},
    {"x", "x@παράδειγμα.gr", "", ""},
    {"x", "x@موقع.example", "", ""},
    {"x", "x@xn--", "", ""},
    {"x", "\"jean dupont\"@x.example", "", ""},
    {"x", "SRS0=abc=de=univ.fr=jean@forward.example", "", ""},
    {"x", "почта@пример.рф", "", ""},
    {"no address at all", "x@", "", ""},
};

static void honest_names_are_left_alone(void **state)
{
    (void)state;
    check_names(HONEST, sizeof HONEST / sizeof HONEST[0]);
}

static const struct name OTHERS[] = {
    {"direction@univ.fr", "x@evil.example", "A", "direction@univ.fr"},
    {"Direction <direction@univ.fr>", "x@evil.example", "A", "direction@univ.fr"},
    {"Direction (direction@univ.fr)", "x@evil.example", "A", "direction@univ.fr"},
    {"Direction [mailto:direction@univ.fr]", "x@evil.example", "A", "direction@univ.fr"},
    {"DIRECTION@UNIV.FR", "x@evil.example", "A", "direction@univ.fr"},
    {"direction＠univ.fr", "x@evil.example", "A", "direction@univ.fr"},
    {"direction﹫univ．fr", "x@evil.example", "A", "direction@univ.fr"},
    {"direction＠univ。fr", "x@evil.example", "A", "direction@univ.fr"},
    {"ｄｉｒｅｃｔｉｏｎ＠ｕｎｉｖ．ｆｒ", "x@evil.example", "A", "direction@univ.fr"},
    {"𝐝𝐢𝐫𝐞𝐜𝐭𝐢𝐨𝐧@𝐮𝐧𝐢𝐯.𝐟𝐫", "x@evil.example", "A", "direction@univ.fr"},
    {"direction@ univ.fr", "x@evil.example", "A", "direction@ univ.fr"},
    {"direction @univ.fr", "x@evil.example", "A", "direction @univ.fr"},
    {"direction@  univ.fr", "x@evil.example", "A", "direction@ univ.fr"},
    {"direction \t@univ.fr", "x@evil.example", "A", "direction @univ.fr"},
    {"direction @ univ.fr", "x@evil.example", "O", "univ.fr"},
    {"direction\xe2\x80\x8b@univ.fr", "x@evil.example", "AH", "direction@univ.fr"},
    {"di\xc2\xadrection@univ.fr", "x@evil.example", "AH", "direction@univ.fr"},
    {"x@evil.example, direction@univ.fr", "x@evil.example", "A", "direction@univ.fr"},
    {"a+b@univ.fr.", "x@evil.example", "A", "a+b@univ.fr"},
    {"direction@univ.fr", "direction@univ.fr.evil.example", "A", "direction@univ.fr"},
    {"jean@univ.fr via Liste", "liste@lists.example", "A", "jean@univ.fr"},
    {"jean@université.fr", "x@evil.example", "A", "jean@université.fr"},
    {"x@xn--universit-j4a.xn--p1ai", "x@evil.example", "A", NULL},
    {"Webmail univ.fr", "x@evil.example", "O", "univ.fr"},
    {"Webmail UNIV.FR.", "x@evil.example", "O", "univ.fr"},
    {"https://univ.fr/aide", "x@evil.example", "O", "univ.fr"},
    {"www.univ.fr", "x@evil.example", "O", "univ.fr"},
    {"Pаypal", "x@evil.example", "M", ""},         /* Cyrillic а */
    {"Service Сlient", "x@evil.example", "M", ""}, /* Cyrillic С */
    {"Cбербанк", "x@evil.example", "M", ""},       /* Latin C */
    {"Micrοsoft 365", "x@evil.example", "M", ""},  /* Greek ο */
    {"Bаnk24", "x@evil.example", "M", ""},
    {"Amazօn", "x@evil.example", "M", ""}, /* Armenian օ */
    {"Αdmin", "x@evil.example", "M", ""},  /* Greek Α */
    {"ᏢayPal", "x@evil.example", "M", ""}, /* Cherokee Ꮲ */
    {"Jean"
     "\xd0\xb5",
     "x@evil.example", "M", ""},
    {"日本Юрий", "x@evil.example", "M", ""},
    {"\xe2\x80\xae"
     "rf.vinu@noitcerid",
     "x@evil.example", "H", ""}, /* RLO */
    {"Anne \xe2\x80\xad"
     "Lefèvre",
     "x@evil.example", "H", ""},                                         /* LRO */
    {"Anne \xe2\x81\xa7Lefèvre\xe2\x81\xa9", "x@evil.example", "H", ""}, /* RLI */
    {"\xe2\x80\xae"
     "محمد",
     "x@evil.example", "H", ""},
    {"Pay\xe2\x80\x8bpal", "x@evil.example", "H", ""}, /* ZWSP */
    {"Pay\xe2\x80\x8dpal", "x@evil.example", "H", ""}, /* ZWJ */
    {"Pay\xef\xbb\xbfpal", "x@evil.example", "H", ""},
    {"Pay\xe2\x81\xa0pal", "x@evil.example", "H", ""},
    {"Поч\xe2\x80\x8cта", "x@evil.example", "H", ""},
    {"x", "x@pаypal.example", "D", ""},    /* Cyrillic а */
    {"x", "x@xn--pypal-4ve.com", "D", ""}, /* the same as it travels */
    {"x", "x@www.gοogle.com", "D", ""},    /* Greek ο */
    {"x", "x@аррӏе.com", "L", ""},
    {"x", "x@xn--80ak6aa92e.com", "L", ""},
    {"x", "x@ехаmple.com", "D", ""},
    {"x", "x@ρορ.com", "L", ""},
    {"x", "direction@univ.fr@evil.example", "B", ""},
    {"x", "direction＠univ.fr@evil.example", "B", ""},
    {"x", "dirеction@evil.example", "B", ""}, /* Cyrillic е */
    {"x", "x@uni\xe2\x80\x8bv.fr", "D", ""},
    {"x",
     "x@univ.fr\xe2\x88\x95"
     "aide.evil.example",
     "D", ""},                                            /* U+2215 */
    {"x", "x@univ.fr\xef\xbc\x8f.evil.example", "D", ""}, /* U+FF0F */
    {"Pаypal direction@univ.fr", "x@pаypal.com", "AMD", "direction@univ.fr"},
};

static void other_names_are_flagged(void **state)
{
    (void)state;
    check_names(OTHERS, sizeof OTHERS / sizeof OTHERS[0]);
}

static void lists_may_name_their_writers(void **state)
{
    (void)state;
    static const struct {
        const char *name, *address, *signs;
        bool list;
    } cases[] = {
        {"jean@autre.example via Liste", "liste@lists.example", "", true},
        {"'jean@autre.example' via Liste", "liste@lists.example", "", true},
        {"jean@autre.example via Liste", "liste@lists.example", "A", false},
        {"jean@autre.example", "liste@lists.example", "A", true},
        {"jean@univ.fr via Liste", "liste@lists.example", "A", true},
        {"jean@univ.fr via Liste", "liste@listes.univ.fr", "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct identity got;
        struct identity_question q = {.from = address_of(cases[i].name, cases[i].address),
                                      .own_domain = SV("univ.fr"),
                                      .list = cases[i].list};
        identity_judge(arena, &q, &got);
        assert_sv(letters_of(got.signs), cases[i].signs);
    }
}

#define SPF(result, domain)                                                                        \
    {                                                                                              \
        AUTHRES_SPF, AUTHRES_##result,                                                             \
        {                                                                                          \
            domain, sizeof domain - 1                                                              \
        }                                                                                          \
    }
#define DKIM(result, domain)                                                                       \
    {                                                                                              \
        AUTHRES_DKIM, AUTHRES_##result,                                                            \
        {                                                                                          \
            domain, sizeof domain - 1                                                              \
        }                                                                                          \
    }
#define DMARC(result, domain)                                                                      \
    {                                                                                              \
        AUTHRES_DMARC, AUTHRES_##result,                                                           \
        {                                                                                          \
            domain, sizeof domain - 1                                                              \
        }                                                                                          \
    }

static const struct {
    const char *from;
    struct authres results;
    enum identity_proof proof;
    const char *signs;
    bool list;
} RESULTS[] = {
    {"a.example", {.n = 0}, IDENTITY_UNPROVEN, "", false},
    {"a.example", {{DMARC(PASS, "a.example")}, 1}, IDENTITY_PROVEN, "", false},
    {"A.Example", {{DMARC(PASS, "a.example")}, 1}, IDENTITY_PROVEN, "", false},
    {"m.a.example", {{DMARC(PASS, "a.example")}, 1}, IDENTITY_PROVEN, "", false},
    {"b.example", {{DMARC(PASS, "a.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"b.example", {{DMARC(FAIL, "a.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example", {{DMARC(FAIL, "a.example")}, 1}, IDENTITY_REFUTED, "F", false},
    {"a.example", {{DMARC(FAIL, "")}, 1}, IDENTITY_REFUTED, "F", false},
    {"a.example", {{DMARC(FAIL, "a.example")}, 1}, IDENTITY_REFUTED, "", true},
    {"univ.fr", {{DMARC(FAIL, "univ.fr")}, 1}, IDENTITY_REFUTED, "W", false},
    {"univ.fr", {{DMARC(FAIL, "univ.fr")}, 1}, IDENTITY_REFUTED, "W", true},
    {"x.univ.fr", {{DMARC(FAIL, "x.univ.fr")}, 1}, IDENTITY_REFUTED, "W", false},
    {"a.example",
     {{DMARC(FAIL, "a.example"), DKIM(PASS, "a.example")}, 2},
     IDENTITY_REFUTED,
     "F",
     false},
    {"a.example", {{DKIM(PASS, "a.example")}, 1}, IDENTITY_PROVEN, "", false},
    {"m.a.example", {{DKIM(PASS, "a.example")}, 1}, IDENTITY_PROVEN, "", false},
    {"a.example", {{DKIM(PASS, "evil.a.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example", {{DKIM(PASS, "example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example", {{DKIM(PASS, "")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example", {{DKIM(PASS, "xa.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"xa.example", {{DKIM(PASS, "a.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example", {{DKIM(FAIL, "a.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example",
     {{DKIM(FAIL, "a.example"), DKIM(PASS, "m.example"), DKIM(PASS, "a.example")}, 3},
     IDENTITY_PROVEN,
     "",
     false},
    {"a.example", {{SPF(PASS, "a.example")}, 1}, IDENTITY_PROVEN, "", false},
    {"a.example", {{SPF(PASS, "evil.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example", {{SPF(FAIL, "a.example")}, 1}, IDENTITY_REFUTED, "F", false},
    {"a.example", {{SPF(SOFTFAIL, "a.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example", {{SPF(FAIL, "b.example")}, 1}, IDENTITY_UNPROVEN, "", false},
    {"a.example",
     {{SPF(FAIL, "a.example"), DKIM(PASS, "list.example")}, 2},
     IDENTITY_UNPROVEN,
     "",
     false},
    {"a.example",
     {{SPF(FAIL, "a.example"), DMARC(PASS, "a.example")}, 2},
     IDENTITY_PROVEN,
     "",
     false},
    {"université.fr", {{DKIM(PASS, "xn--universit-j4a.fr")}, 1}, IDENTITY_PROVEN, "", false},
    {"", {{DMARC(PASS, "")}, 1}, IDENTITY_UNPROVEN, "", false},
};

static void results_prove_or_refute(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof RESULTS / sizeof RESULTS[0]; i++) {
        struct identity got;
        struct identity_question q = {
            .from = {.name = SV("X"), .mailbox = SV("x"), .domain = sv_of(RESULTS[i].from)},
            .own_domain = SV("univ.fr"),
            .list = RESULTS[i].list,
            .results = &RESULTS[i].results};
        identity_judge(arena, &q, &got);
        if (got.proof != RESULTS[i].proof)
            print_error("case %zu\n", i);
        assert_int_equal(got.proof, RESULTS[i].proof);
        assert_sv(letters_of(got.signs), RESULTS[i].signs);
    }
}

static void domains_have_two_forms(void **state)
{
    (void)state;
    assert_sv(idn_letters(arena, SV("XN--Universit-J4A.FR")), "université.fr");
    assert_sv(idn_letters(arena, SV("univ.fr")), "univ.fr");
    assert_sv(idn_letters(arena, SV("xn--.fr")), "xn--.fr");
    assert_sv(idn_letters(arena, SV("xn--99999999999.fr")), "xn--99999999999.fr");
    assert_sv(idn_ascii(arena, SV("université.fr")), "xn--universit-j4a.fr");
    assert_sv(idn_ascii(arena, SV("uni\xe2\x80\xaev.fr")), "uni\xe2\x80\xaev.fr");
    struct identity got;
    struct identity_question q = {.from = address_of("", "x@xn--universit-j4a.fr")};
    identity_judge(arena, &q, &got);
    assert_sv(got.letters, "université.fr");
    assert_sv(got.ascii, "xn--universit-j4a.fr");
    q.from = address_of("", "x@université.fr");
    identity_judge(arena, &q, &got);
    assert_sv(got.letters, "université.fr");
    assert_sv(got.ascii, "xn--universit-j4a.fr");
    q.from = address_of("", "x@univ.fr");
    identity_judge(arena, &q, &got);
    assert_sv(got.letters, "");
}

static void directions_are_taken_out(void **state)
{
    (void)state;
    assert_sv(script_undirected(arena, SV("a\xe2\x80\xae"
                                          "b\xe2\x81\xa6"
                                          "c")),
              "abc");
    assert_sv(script_marked(arena, SV("a\xe2\x80\xae"
                                      "b\xe2\x81\xa6")),
              "a\xef\xbf\xbd"
              "b\xef\xbf\xbd");
    assert_sv(letters_of(identity_signs(arena, address_of("", "x@a\xef\xbf\xbd.example"), SV(""))),
              "D");
    struct sv same = SV("دوست\xe2\x80\x8f");
    assert_ptr_equal(script_undirected(arena, same).p, same.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(honest_names_are_left_alone, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(other_names_are_flagged, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(lists_may_name_their_writers, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(results_prove_or_refute, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(domains_have_two_forms, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(directions_are_taken_out, arena_up, arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

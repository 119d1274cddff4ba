#include "arena.h"
#include "filename.h"
#include "filename_look.h"
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

#define RLO "\xe2\x80\xae"
#define LRM "\xe2\x80\x8e"
#define ZERO "\xe2\x80\x8b"
#define ONE_DOT "\xe2\x80\xa4"
#define WIDE_DOT "\xef\xbc\x8e"
#define NBSP "\xc2\xa0"
#define TURN "\xe2\x87\x84"
#define BOX "\xe2\x96\xaf"
#define OPEN "\xe2\x90\xa3"

static void a_saved_name_has_one_meaning(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *clean;
    } cases[] = {
        {"facture" RLO "fdp.exe", "facturefdp.exe"},
        {"a" ZERO "b" LRM ".e" ZERO "xe", "ab.exe"},
        {"facture.pdf                 .exe", "facture.pdf.exe"},
        {"facture.pdf" NBSP NBSP NBSP ".exe", "facture.pdf.exe"},
        {"a  b   c.pdf", "a b c.pdf"},
        {"Facture n\xc2\xb0" NBSP "3.pdf", "Facture n\xc2\xb0" NBSP "3.pdf"},
        {"a.exe.", "a.exe"},
        {"a.exe. . .", "a.exe"},
        {"a .exe .", "a.exe"},
        {"a.exe ", "a.exe"},
        {"photo" ONE_DOT "jpg", "photo_jpg"},
        {"a" WIDE_DOT "exe", "a_exe"},
        {". . a.txt", "a.txt"},
        {"M. Dupont etc.", "M. Dupont etc"},
        {RLO ZERO " . ", "file"},
        {"\xd9\x86\xd8\xa7\xd9\x85\xe2\x80\x8c\xd9\x87.pdf",
         "\xd9\x86\xd8\xa7\xd9\x85\xe2\x80\x8c\xd9\x87.pdf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sv clean = filename_clean(arena, sv_of(cases[i].given));
        assert_sv(clean, cases[i].clean);
        assert_sv(filename_clean(arena, clean), cases[i].clean); /* once is enough */
    }
}

static void words_are_no_path(void **state)
{
    (void)state;
    assert_sv(filename_of_words(arena, SV("Devis 1/2 \\ x"), ".eml"), "Devis 1_2 _ x.eml");
    assert_sv(filename_of_words(arena, SV(""), ".zip"), ".zip");
}

enum { TURNED = 1, HIDDEN = 2, OTHER = 4 };
static const struct {
    const char *name, *type, *stem, *extension, *pretended;
    enum file_danger danger;
    unsigned signs;
} looks[] = {
    {"rapport.pdf", "application/pdf", "rapport", ".pdf", "", FILE_HARMLESS, 0},
    {"r\xc3\xa9sum\xc3\xa9.tar.gz", "application/gzip", "r\xc3\xa9sum\xc3\xa9.tar", ".gz", "",
     FILE_HARMLESS, 0},
    {"sans extension", "application/pdf", "sans extension", "", "", FILE_HARMLESS, 0},
    {"Lettre de M. Dupont", "text/plain", "Lettre de M. Dupont", "", "", FILE_HARMLESS, 0},
    {"rapport.v2", "text/plain", "rapport", ".v2", "", FILE_HARMLESS, 0},
    {"rapport.docx.pdf", "application/pdf", "rapport.docx", ".pdf", "", FILE_HARMLESS, 0},
    {"", "text/plain", "", "", "", FILE_HARMLESS, 0},
    {"facture.pdf.exe", "application/octet-stream", "facture.pdf", ".exe", ".pdf", FILE_PROGRAM, 0},
    {"facture.PDF.Exe", "application/pdf", "facture.PDF", ".Exe", ".PDF", FILE_PROGRAM, OTHER},
    {"facture.pdf.wsc", "", "facture.pdf", ".wsc", ".pdf", FILE_SCRIPT, 0},
    {"facture.pdf.one", "", "facture.pdf", ".one", ".pdf", FILE_MACRO, 0},
    {"facture.pdf.jnlp", "", "facture.pdf", ".jnlp", ".pdf", FILE_PROGRAM, 0},
    {"facture.pdf.rdp", "", "facture.pdf", ".rdp", ".pdf", FILE_SHORTCUT, 0},
    {"logo.png.svgz", "", "logo.png", ".svgz", ".png", FILE_PAGE, 0},
    {"setup.exe", "application/x-msdownload", "setup", ".exe", "", FILE_PROGRAM, 0},
    {"image.v2.exe", "", "image.v2", ".exe", "", FILE_PROGRAM, 0},
    {"photo.jpg.scr", "image/jpeg", "photo.jpg", ".scr", ".jpg", FILE_PROGRAM, OTHER},
    {"facture.pdf          .exe", "application/pdf", "facture.pdf" OPEN, ".exe", ".pdf",
     FILE_PROGRAM, HIDDEN | OTHER},
    {"facture.pdf" NBSP NBSP NBSP ".js", "", "facture.pdf" OPEN, ".js", ".pdf", FILE_SCRIPT,
     HIDDEN},
    {"facture_" RLO "fdp.exe", "application/pdf", "facture_" TURN "fdp", ".exe", "", FILE_PROGRAM,
     TURNED | OTHER},
    {"a.e" RLO "xe", "", "a" TURN, ".exe", "", FILE_PROGRAM, TURNED},
    {"a" ZERO ".vbs", "text/plain", "a" BOX, ".vbs", "", FILE_SCRIPT, HIDDEN},
    {"facture.pdf" ONE_DOT ".exe", "", "facture.pdf" BOX, ".exe", ".pdf", FILE_PROGRAM, HIDDEN},
    {"facture" ONE_DOT "pdf", "application/pdf", "facture" BOX "pdf", "", "", FILE_HARMLESS,
     HIDDEN},
    {"facture.pdf.lnk...", "", "facture.pdf", ".lnk", ".pdf", FILE_SHORTCUT, HIDDEN},
    {"etc.", "text/plain", "etc", "", "", FILE_HARMLESS, 0},
    {"../../x/page.html", "text/html", "page", ".html", "", FILE_PAGE, 0},
    {"logo.svg", "image/svg+xml", "logo", ".svg", "", FILE_PAGE, 0},
    {"disque.iso", "application/x-iso9660-image", "disque", ".iso", "", FILE_DISK, 0},
    {"budget.xlsm", "application/vnd.ms-excel.sheet.macroenabled.12", "budget", ".xlsm", "",
     FILE_MACRO, 0},
    {"a.pdf", "image/png", "a", ".pdf", "", FILE_HARMLESS, OTHER},
    {"a.docx", "application/zip", "a", ".docx", "", FILE_HARMLESS, 0},
    {"a.csv", "application/vnd.ms-excel", "a", ".csv", "", FILE_HARMLESS, 0},
    {"a.ics", "text/plain", "a", ".ics", "", FILE_HARMLESS, 0},
    {"a.xyz", "image/png", "a", ".xyz", "", FILE_HARMLESS, 0},
    {"a\nb\x01.txt", "text/plain", "a b ", ".txt", "", FILE_HARMLESS, 0},
};

static void the_end_of_a_name_is_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        struct filename_look look;
        filename_look(arena, sv_of(looks[i].name), sv_of(looks[i].type), &look);
        assert_sv(look.stem, looks[i].stem);
        assert_sv(look.extension, looks[i].extension);
        assert_sv(look.pretended, looks[i].pretended);
        unsigned signs = (look.turned ? TURNED : 0u) | (look.hidden ? HIDDEN : 0u) |
                         (look.mismatch ? OTHER : 0u);
        if (signs != looks[i].signs || look.danger != looks[i].danger)
            print_error("%s: %u %d\n", looks[i].name, signs, look.danger);
        assert_int_equal(signs, looks[i].signs);
        assert_int_equal(look.danger, looks[i].danger);
        /* what is shown at the end is what is saved at the end */
        assert_true(sv_ends(filename_clean(arena, sv_of(looks[i].name)), look.extension));
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_saved_name_has_one_meaning),
        test(words_are_no_path),
        test(the_end_of_a_name_is_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "filename_look.h"

#include "filename.h"
#include "utf8.h"

/* ---- what extensions and types mean ---- */

enum family {
    TEXT = 1 << 0,
    PAGE = 1 << 1,
    PDF = 1 << 2,
    PICTURE = 1 << 3,
    SOUND = 1 << 4,
    VIDEO = 1 << 5,
    ARCHIVE = 1 << 6,
    DOCUMENT = 1 << 7,
    SHEET = 1 << 8,
    SLIDES = 1 << 9,
    CALENDAR = 1 << 10,
    CONTACT = 1 << 11,
    LETTER = 1 << 12,
    PROGRAM = 1 << 13,
};

struct ending {
    const char *name; /* lower case, without the dot */
    unsigned families;
    enum file_danger danger;
};

static const struct ending endings[] = {
    /* programs */
    {"exe", PROGRAM, FILE_PROGRAM},
    {"scr", PROGRAM, FILE_PROGRAM},
    {"com", PROGRAM, FILE_PROGRAM},
    {"pif", PROGRAM, FILE_PROGRAM},
    {"cpl", PROGRAM, FILE_PROGRAM},
    {"msi", PROGRAM, FILE_PROGRAM},
    {"msp", PROGRAM, FILE_PROGRAM},
    {"dll", PROGRAM, FILE_PROGRAM},
    {"xll", PROGRAM, FILE_PROGRAM},
    {"jar", PROGRAM | ARCHIVE, FILE_PROGRAM},
    {"apk", PROGRAM | ARCHIVE, FILE_PROGRAM},
    {"app", PROGRAM, FILE_PROGRAM},
    {"pkg", PROGRAM, FILE_PROGRAM},
    {"deb", PROGRAM | ARCHIVE, FILE_PROGRAM},
    {"rpm", PROGRAM | ARCHIVE, FILE_PROGRAM},
    {"run", PROGRAM, FILE_PROGRAM},
    {"gadget", PROGRAM | ARCHIVE, FILE_PROGRAM},
    {"appx", PROGRAM | ARCHIVE, FILE_PROGRAM},
    {"msix", PROGRAM | ARCHIVE, FILE_PROGRAM},
    {"appinstaller", PROGRAM, FILE_PROGRAM},
    {"application", PROGRAM, FILE_PROGRAM},
    {"jnlp", PROGRAM, FILE_PROGRAM},
    {"msu", PROGRAM, FILE_PROGRAM},
    {"mst", PROGRAM, FILE_PROGRAM},
    {"ocx", PROGRAM, FILE_PROGRAM},
    {"wll", PROGRAM, FILE_PROGRAM},
    {"xbap", PROGRAM, FILE_PROGRAM},
    {"diagcab", PROGRAM | ARCHIVE, FILE_PROGRAM},
    {"appimage", PROGRAM, FILE_PROGRAM},
    /* scripts, and settings that are carried out */
    {"js", PROGRAM | TEXT, FILE_SCRIPT},
    {"jse", PROGRAM | TEXT, FILE_SCRIPT},
    {"vbs", PROGRAM | TEXT, FILE_SCRIPT},
    {"vbe", PROGRAM | TEXT, FILE_SCRIPT},
    {"vb", PROGRAM | TEXT, FILE_SCRIPT},
    {"ws", PROGRAM | TEXT, FILE_SCRIPT},
    {"wsc", PROGRAM | TEXT, FILE_SCRIPT},
    {"wsf", PROGRAM | TEXT, FILE_SCRIPT},
    {"wsh", PROGRAM | TEXT, FILE_SCRIPT},
    {"hta", PROGRAM | PAGE, FILE_SCRIPT},
    {"bat", PROGRAM | TEXT, FILE_SCRIPT},
    {"cmd", PROGRAM | TEXT, FILE_SCRIPT},
    {"ps1", PROGRAM | TEXT, FILE_SCRIPT},
    {"psm1", PROGRAM | TEXT, FILE_SCRIPT},
    {"reg", PROGRAM | TEXT, FILE_SCRIPT},
    {"inf", PROGRAM | TEXT, FILE_SCRIPT},
    {"sct", PROGRAM | TEXT, FILE_SCRIPT},
    {"msc", PROGRAM | TEXT, FILE_SCRIPT},
    {"chm", PROGRAM, FILE_SCRIPT},
    {"py", PROGRAM | TEXT, FILE_SCRIPT},
    {"pyw", PROGRAM | TEXT, FILE_SCRIPT},
    {"sh", PROGRAM | TEXT, FILE_SCRIPT},
    {"command", PROGRAM | TEXT, FILE_SCRIPT},
    {"terminal", PROGRAM | TEXT, FILE_SCRIPT},
    {"scpt", PROGRAM, FILE_SCRIPT},
    /* shortcuts */
    {"lnk", PROGRAM, FILE_SHORTCUT},
    {"url", PROGRAM | TEXT, FILE_SHORTCUT},
    {"scf", PROGRAM | TEXT, FILE_SHORTCUT},
    {"website", PROGRAM | TEXT, FILE_SHORTCUT},
    {"desktop", PROGRAM | TEXT, FILE_SHORTCUT},
    {"webloc", PROGRAM | TEXT, FILE_SHORTCUT},
    {"inetloc", PROGRAM | TEXT, FILE_SHORTCUT},
    {"rdp", PROGRAM | TEXT, FILE_SHORTCUT},
    {"iqy", SHEET | TEXT, FILE_SHORTCUT},
    {"searchconnector-ms", PROGRAM | TEXT, FILE_SHORTCUT},
    {"library-ms", PROGRAM | TEXT, FILE_SHORTCUT},
    {"search-ms", PROGRAM | TEXT, FILE_SHORTCUT},
    {"settingcontent-ms", PROGRAM | TEXT, FILE_SHORTCUT},
    /* pages */
    {"html", PAGE, FILE_PAGE},
    {"htm", PAGE, FILE_PAGE},
    {"xhtml", PAGE, FILE_PAGE},
    {"xht", PAGE, FILE_PAGE},
    {"shtml", PAGE, FILE_PAGE},
    {"mht", PAGE | LETTER, FILE_PAGE},
    {"mhtml", PAGE | LETTER, FILE_PAGE},
    {"svg", PICTURE | TEXT, FILE_PAGE},
    {"svgz", PICTURE, FILE_PAGE},
    /* disks */
    {"iso", ARCHIVE, FILE_DISK},
    {"img", ARCHIVE, FILE_DISK},
    {"vhd", ARCHIVE, FILE_DISK},
    {"vhdx", ARCHIVE, FILE_DISK},
    {"udf", ARCHIVE, FILE_DISK},
    {"dmg", ARCHIVE, FILE_DISK},
    /* documents with programs */
    {"docm", DOCUMENT, FILE_MACRO},
    {"dotm", DOCUMENT, FILE_MACRO},
    {"xlsm", SHEET, FILE_MACRO},
    {"xltm", SHEET, FILE_MACRO},
    {"xlam", SHEET, FILE_MACRO},
    {"pptm", SLIDES, FILE_MACRO},
    {"ppsm", SLIDES, FILE_MACRO},
    {"potm", SLIDES, FILE_MACRO},
    {"ppam", SLIDES, FILE_MACRO},
    {"xlsb", SHEET, FILE_MACRO},
    {"xla", SHEET, FILE_MACRO},
    {"slk", SHEET | TEXT, FILE_MACRO},
    {"ppa", SLIDES, FILE_MACRO},
    {"sldm", SLIDES, FILE_MACRO},
    {"accdb", DOCUMENT, FILE_MACRO},
    {"accde", DOCUMENT, FILE_MACRO},
    {"mdb", DOCUMENT, FILE_MACRO},
    {"mde", DOCUMENT, FILE_MACRO},
    {"one", DOCUMENT, FILE_MACRO},
    /* what one opens without a thought */
    {"pdf", PDF, FILE_HARMLESS},
    {"doc", DOCUMENT, FILE_HARMLESS},
    {"docx", DOCUMENT, FILE_HARMLESS},
    {"odt", DOCUMENT, FILE_HARMLESS},
    {"rtf", DOCUMENT | TEXT, FILE_HARMLESS},
    {"xls", SHEET, FILE_HARMLESS},
    {"xlsx", SHEET, FILE_HARMLESS},
    {"ods", SHEET, FILE_HARMLESS},
    {"csv", SHEET | TEXT, FILE_HARMLESS},
    {"ppt", SLIDES, FILE_HARMLESS},
    {"pptx", SLIDES, FILE_HARMLESS},
    {"pps", SLIDES, FILE_HARMLESS},
    {"odp", SLIDES, FILE_HARMLESS},
    {"txt", TEXT, FILE_HARMLESS},
    {"log", TEXT, FILE_HARMLESS},
    {"jpg", PICTURE, FILE_HARMLESS},
    {"jpeg", PICTURE, FILE_HARMLESS},
    {"png", PICTURE, FILE_HARMLESS},
    {"gif", PICTURE, FILE_HARMLESS},
    {"webp", PICTURE, FILE_HARMLESS},
    {"bmp", PICTURE, FILE_HARMLESS},
    {"tif", PICTURE, FILE_HARMLESS},
    {"tiff", PICTURE, FILE_HARMLESS},
    {"heic", PICTURE, FILE_HARMLESS},
    {"mp3", SOUND, FILE_HARMLESS},
    {"wav", SOUND, FILE_HARMLESS},
    {"m4a", SOUND | VIDEO, FILE_HARMLESS},
    {"mp4", SOUND | VIDEO, FILE_HARMLESS},
    {"mov", VIDEO, FILE_HARMLESS},
    {"avi", VIDEO, FILE_HARMLESS},
    {"zip", ARCHIVE, FILE_HARMLESS},
    {"rar", ARCHIVE, FILE_HARMLESS},
    {"7z", ARCHIVE, FILE_HARMLESS},
    {"gz", ARCHIVE, FILE_HARMLESS},
    {"ics", CALENDAR | TEXT, FILE_HARMLESS},
    {"vcf", CONTACT | TEXT, FILE_HARMLESS},
    {"eml", LETTER | TEXT, FILE_HARMLESS},
};

/* The first that fits. Types that say nothing certain are not in it. */
static const struct {
    const char *prefix;
    unsigned families; /* of the extensions that go with it */
} types[] = {
    {"text/html", PAGE},
    {"text/calendar", CALENDAR},
    {"text/vcard", CONTACT},
    {"text/x-vcard", CONTACT},
    {"text/rtf", DOCUMENT},
    {"text/", TEXT | PAGE},
    {"image/", PICTURE},
    {"audio/", SOUND | VIDEO},
    {"video/", SOUND | VIDEO},
    {"message/rfc822", LETTER},
    {"application/pdf", PDF},
    {"application/ics", CALENDAR},
    {"application/zip", ARCHIVE | DOCUMENT | SHEET | SLIDES},
    {"application/x-zip", ARCHIVE | DOCUMENT | SHEET | SLIDES},
    {"application/gzip", ARCHIVE},
    {"application/x-7z-compressed", ARCHIVE},
    {"application/vnd.oasis.opendocument.spreadsheet", SHEET},
    {"application/vnd.oasis.opendocument.presentation", SLIDES},
    {"application/vnd.oasis.opendocument.text", DOCUMENT},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml", SHEET},
    {"application/vnd.openxmlformats-officedocument.presentationml", SLIDES},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml", DOCUMENT},
    {"application/vnd.ms-excel", SHEET},
    {"application/vnd.ms-powerpoint", SLIDES},
    {"application/msword", DOCUMENT},
    {"application/rtf", DOCUMENT},
    {"application/x-msdownload", PROGRAM},
    {"application/x-dosexec", PROGRAM},
    {"application/vnd.microsoft.portable-executable", PROGRAM},
};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const struct ending *ending_find(struct sv extension)
{
    for (size_t i = 0; i < COUNT(endings) && extension.n > 1; i++)
        if (sv_eq_nocase(sv_slice(extension, 1, extension.n), sv_of(endings[i].name)))
            return &endings[i];
    return NULL;
}

static unsigned families_of(struct sv media_type)
{
    for (size_t i = 0; i < COUNT(types); i++)
        if (sv_starts(media_type, sv_of(types[i].prefix)))
            return types[i].families;
    return 0;
}

/* ---- extensions ---- */

enum { EXTENSION_MAX = 20 };

/* Behind the last dot, with it; empty if the name has none, or only a sentence's end. */
static struct sv extension_of(struct sv name)
{
    size_t dot = sv_find_last_char(name, '.');
    if (dot == SIZE_MAX || dot == 0)
        return SV("");
    struct sv extension = sv_slice(name, dot, name.n);
    for (size_t i = 1; i < extension.n; i++)
        if (!ascii_is_alnum(extension.p[i]) && extension.p[i] != '-' && extension.p[i] != '_')
            return SV("");
    return extension.n > 1 && extension.n <= EXTENSION_MAX ? extension : SV("");
}

/* ".pdf" of "facture.pdf", ".pdf " of "facture.pdf " and "facture.pdf_": the last known harmless
 * one, with anything but a letter or digit behind it. */
static struct sv pretended_in(struct sv stem)
{
    while (stem.n > 0 && !ascii_is_alnum(stem.p[stem.n - 1]))
        stem.n--;
    struct sv extension = extension_of(stem);
    const struct ending *ending = ending_find(extension);
    return ending && ending->danger == FILE_HARMLESS ? extension : SV("");
}

/* ---- what is shown ---- */

static bool is_long_space(struct sv name, size_t at)
{
    size_t count = 0;
    while (at < name.n && filename_is_space(utf8_next(name, &at)))
        count++;
    return count > 2;
}

/* The name with marks in the place of what hides something. */
static struct sv mark(struct arena *arena, struct sv name, struct filename_look *look)
{
    struct sb out;
    sb_init(&out, arena, name.n * 3);
    bool in_spaces = false;
    for (size_t at = 0; at < name.n;) {
        size_t start = at;
        uint32_t c = utf8_next(name, &at);
        bool space = filename_is_space(c);
        if (filename_turns(c)) {
            look->turned = true;
            sb_add(&out, SV("\xe2\x87\x84"));
        } else if (filename_is_hidden(c) || filename_is_false_dot(c)) {
            look->hidden = true;
            sb_add(&out, SV("\xe2\x96\xaf"));
        } else if (space && !in_spaces && is_long_space(name, start)) {
            look->hidden = in_spaces = true;
            sb_add(&out, SV("\xe2\x90\xa3"));
        } else if (!in_spaces || !space) {
            utf8_add(&out, c);
        }
        in_spaces = in_spaces && space;
    }
    return sb_view(&out);
}

/* Everything of the shown name but the extension; marks that stood inside that go before it. */
static struct sv stem_of(struct arena *arena, struct sv shown, struct sv extension)
{
    size_t dot = sv_find_last_char(shown, '.');
    if (extension.n == 0 || dot == SIZE_MAX)
        return shown;
    struct sb out;
    sb_init(&out, arena, shown.n);
    sb_add(&out, sv_slice(shown, 0, dot));
    struct sv end = sv_slice(shown, dot, shown.n);
    if (sv_eq(end, extension))
        return sb_view(&out);
    for (size_t at = 0; at < end.n;) {
        uint32_t c = utf8_next(end, &at);
        if (c == 0x21c4 || c == 0x25af)
            utf8_add(&out, c);
    }
    return sb_view(&out);
}

/* Systems drop them: "a.exe..." is saved as "a.exe". */
static struct sv without_end(struct sv name)
{
    while (name.n > 0 && (name.p[name.n - 1] == '.' || name.p[name.n - 1] == ' '))
        name.n--;
    return name;
}

void filename_look(struct arena *arena, struct sv name, struct sv media_type,
                   struct filename_look *out)
{
    struct filename_look look = {.pretended = SV("")};
    struct sv own = utf8_line(arena, filename_without_path(name));
    struct sv bare = without_end(own);
    look.extension = extension_of(filename_clean(arena, name));
    const struct ending *ending = ending_find(look.extension);
    look.stem = stem_of(arena, mark(arena, bare, &look), look.extension);
    look.hidden = look.hidden || (ending && sv_ends(own, SV(".")));
    if (ending) {
        unsigned families = families_of(media_type);
        look.danger = ending->danger;
        look.mismatch = families != 0 && (families & ending->families) == 0;
        struct sv clean = filename_clean(arena, name);
        if (ending->danger != FILE_HARMLESS)
            look.pretended = pretended_in(sv_slice(clean, 0, clean.n - look.extension.n));
    }
    *out = look;
}

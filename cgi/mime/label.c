#include "label.h"

/* Left out on purpose: ISO-2022-CN-EXT and ISO-2022-JP-3 (memory errors in the C library's
 * converters). What is rarer stands in label_more.c. */
enum which {
    GUESS,
    UTF8,
    W1252,
    UTF16,
    UTF16LE,
    UTF16BE,
    UTF32,
    UTF32LE,
    UTF32BE,
    UTF7,
    HZ,
    JIS,
    SJIS,
    EUCJP,
    GB18030,
    BIG5,
    UHC,
    JOHAB,
    ISO2022KR,
    EUCTW,
    L2,
    L3,
    L4,
    CYRILLIC,
    ARABIC,
    GREEK,
    HEBREW,
    L6,
    L7,
    L8,
    L9,
    L10,
    W1250,
    W1251,
    W1253,
    W1254,
    W1255,
    W1256,
    W1257,
    W1258,
    THAI,
    KOI8R,
    KOI8U,
    DOS437,
    DOS850,
    DOS852,
    DOS858,
    DOS866,
    MACROMAN,
    MACCYRILLIC,
    MACCE,
    VISCII,
    TCVN,
    CONVERTER_COUNT
};

_Static_assert((int)CONVERTER_COUNT + (int)CONVERTER_MORE_MAX <= (int)CONVERTER_COUNT_MAX,
               "charset.c keeps an array of this size");

#define BY_ICONV(name, iconv)                                                                      \
    {                                                                                              \
        name, iconv, READ_ICONV, 1, true, NULL, NULL                                               \
    }

static const struct converter converters[CONVERTER_COUNT] = {
    [GUESS] = {"", NULL, READ_GUESS, 1, true, NULL, NULL},
    [UTF8] = {"UTF-8", NULL, READ_UTF8, 1, true, NULL, NULL},
    [W1252] = {"windows-1252", NULL, READ_WINDOWS_1252, 1, true, NULL, NULL},
    [UTF16] = {"UTF-16", "UTF-16", READ_ICONV, 2, true, "UTF-16BE", NULL},
    [UTF16LE] = {"UTF-16LE", "UTF-16LE", READ_ICONV, 2, true, NULL, NULL},
    [UTF16BE] = {"UTF-16BE", "UTF-16BE", READ_ICONV, 2, true, NULL, NULL},
    [UTF32] = {"UTF-32", "UTF-32", READ_ICONV, 4, true, "UTF-32BE", NULL},
    [UTF32LE] = {"UTF-32LE", "UTF-32LE", READ_ICONV, 4, true, NULL, NULL},
    [UTF32BE] = {"UTF-32BE", "UTF-32BE", READ_ICONV, 4, true, NULL, NULL},
    [UTF7] = {"UTF-7", "UTF-7", READ_ICONV, 1, false, NULL, NULL},
    [HZ] = {"HZ-GB-2312", "GB18030", READ_HZ, 1, false, NULL, NULL},
    [JIS] = {"ISO-2022-JP", "EUC-JP-MS", READ_ISO_2022_JP, 1, true, NULL, NULL},
    [SJIS] = BY_ICONV("Shift_JIS", "CP932"),
    [EUCJP] = BY_ICONV("EUC-JP", "EUC-JP-MS"),
    [GB18030] = BY_ICONV("GB18030", "GB18030"),
    [BIG5] = BY_ICONV("Big5", "BIG5-HKSCS"),
    [UHC] = BY_ICONV("EUC-KR", "CP949"),
    [JOHAB] = BY_ICONV("JOHAB", "JOHAB"),
    [ISO2022KR] = BY_ICONV("ISO-2022-KR", "ISO-2022-KR"),
    [EUCTW] = BY_ICONV("EUC-TW", "EUC-TW"),
    [L2] = BY_ICONV("ISO-8859-2", "ISO-8859-2"),
    [L3] = BY_ICONV("ISO-8859-3", "ISO-8859-3"),
    [L4] = BY_ICONV("ISO-8859-4", "ISO-8859-4"),
    [CYRILLIC] = BY_ICONV("ISO-8859-5", "ISO-8859-5"),
    [ARABIC] = BY_ICONV("ISO-8859-6", "ISO-8859-6"),
    [GREEK] = BY_ICONV("ISO-8859-7", "ISO-8859-7"),
    [HEBREW] = BY_ICONV("ISO-8859-8", "ISO-8859-8"),
    [L6] = BY_ICONV("ISO-8859-10", "ISO-8859-10"),
    [L7] = BY_ICONV("ISO-8859-13", "ISO-8859-13"),
    [L8] = BY_ICONV("ISO-8859-14", "ISO-8859-14"),
    [L9] = BY_ICONV("ISO-8859-15", "ISO-8859-15"),
    [L10] = BY_ICONV("ISO-8859-16", "ISO-8859-16"),
    [W1250] = BY_ICONV("windows-1250", "CP1250"),
    [W1251] = BY_ICONV("windows-1251", "CP1251"),
    [W1253] = BY_ICONV("windows-1253", "CP1253"),
    [W1254] = BY_ICONV("windows-1254", "CP1254"),
    [W1255] = BY_ICONV("windows-1255", "CP1255"),
    [W1256] = BY_ICONV("windows-1256", "CP1256"),
    [W1257] = BY_ICONV("windows-1257", "CP1257"),
    [W1258] = BY_ICONV("windows-1258", "CP1258"),
    [THAI] = BY_ICONV("windows-874", "CP874"),
    [KOI8R] = BY_ICONV("KOI8-R", "KOI8-R"),
    [KOI8U] = BY_ICONV("KOI8-U", "KOI8-U"),
    [DOS437] = BY_ICONV("IBM437", "CP437"),
    [DOS850] = BY_ICONV("IBM850", "CP850"),
    [DOS852] = BY_ICONV("IBM852", "CP852"),
    [DOS858] = BY_ICONV("IBM00858", "CP858"),
    [DOS866] = BY_ICONV("IBM866", "CP866"),
    [MACROMAN] = BY_ICONV("macintosh", "MACINTOSH"),
    [MACCYRILLIC] = BY_ICONV("x-mac-cyrillic", "MAC-CYRILLIC"),
    [MACCE] = BY_ICONV("x-mac-ce", "MAC-CENTRALEUROPE"),
    [VISCII] = BY_ICONV("VISCII", "VISCII"),
    [TCVN] = BY_ICONV("TCVN", "TCVN"),
};

/* Squeezed: lower case, letters and digits only; the most frequent first. */
static const struct {
    const char *squeezed;
    enum which which;
} labels[] = {
    {"utf8", UTF8},
    {"iso88591", W1252},
    {"windows1252", W1252},
    {"usascii", GUESS},
    {"iso885915", L9},
    {"iso2022jp", JIS},
    {"gb2312", GB18030},
    {"gbk", GB18030},
    {"gb18030", GB18030},
    {"big5", BIG5},
    {"shiftjis", SJIS},
    {"euckr", UHC},
    {"ksc56011987", UHC},
    {"koi8r", KOI8R},
    {"windows1251", W1251},
    {"windows1250", W1250},
    {"iso88592", L2},
    {"ascii", GUESS},
    {"646", GUESS},
    {"iso646us", GUESS},
    {"ansix341968", GUESS},
    {"latin1", W1252},
    {"l1", W1252},
    {"iso8859", W1252},
    {"isolatin1", W1252},
    {"cp1252", W1252},
    {"win1252", W1252},
    {"ansi", W1252},
    {"cp819", W1252},
    {"ibm819", W1252},
    {"unicode11utf8", UTF8},
    {"cp65001", UTF8},
    {"utf8mb4", UTF8},
    {"cesu8", UTF8},
    {"utf7", UTF7},
    {"unicode11utf7", UTF7},
    {"unicode20utf7", UTF7},
    {"cp65000", UTF7},
    {"utf16", UTF16},
    {"ucs2", UTF16},
    {"unicode", UTF16},
    {"iso10646ucs2", UTF16},
    {"utf16le", UTF16LE},
    {"utf16be", UTF16BE},
    {"utf32", UTF32},
    {"iso2022jp1", JIS},
    {"iso2022jp2", JIS},
    {"iso2022jpms", JIS},
    {"cp50220", JIS},
    {"cp50221", JIS},
    {"cp50222", JIS},
    {"sjis", SJIS},
    {"mskanji", SJIS},
    {"windows31j", SJIS},
    {"cp932", SJIS},
    {"ms932", SJIS},
    {"eucjp", EUCJP},
    {"ujis", EUCJP},
    {"cp51932", EUCJP},
    {"eucpkdfmtjapanese", EUCJP},
    {"cp936", GB18030},
    {"ms936", GB18030},
    {"windows936", GB18030},
    {"euccn", GB18030},
    {"gb231280", GB18030},
    {"iso58gb231280", GB18030},
    {"chinese", GB18030},
    {"big5hkscs", BIG5},
    {"cp950", BIG5},
    {"windows950", BIG5},
    {"cnbig5", BIG5},
    {"euctw", EUCTW},
    {"ksc5601", UHC},
    {"ksc56011989", UHC},
    {"korean", UHC},
    {"windows949", UHC},
    {"cp949", UHC},
    {"uhc", UHC},
    {"johab", JOHAB},
    {"cp1361", JOHAB},
    {"iso2022kr", ISO2022KR},
    {"latin2", L2},
    {"iso88593", L3},
    {"latin3", L3},
    {"iso88594", L4},
    {"latin4", L4},
    {"iso88595", CYRILLIC},
    {"cyrillic", CYRILLIC},
    {"iso88596", ARABIC},
    {"iso88596i", ARABIC},
    {"arabic", ARABIC},
    {"iso88597", GREEK},
    {"greek", GREEK},
    {"iso88598", HEBREW},
    {"iso88598i", HEBREW},
    {"iso88598e", HEBREW},
    {"logical", HEBREW},
    {"hebrew", HEBREW},
    {"iso88599", W1254},
    {"latin5", W1254},
    {"iso885910", L6},
    {"latin6", L6},
    {"iso885911", THAI},
    {"tis620", THAI},
    {"windows874", THAI},
    {"cp874", THAI},
    {"iso885913", L7},
    {"iso885914", L8},
    {"latin9", L9},
    {"latin0", L9},
    {"iso885916", L10},
    {"cp1250", W1250},
    {"cp1251", W1251},
    {"win1251", W1251},
    {"windows1253", W1253},
    {"cp1253", W1253},
    {"windows1254", W1254},
    {"cp1254", W1254},
    {"windows1255", W1255},
    {"cp1255", W1255},
    {"windows1256", W1256},
    {"cp1256", W1256},
    {"windows1257", W1257},
    {"cp1257", W1257},
    {"windows1258", W1258},
    {"cp1258", W1258},
    {"koi8", KOI8R},
    {"koi8u", KOI8U},
    {"koi8ru", KOI8U},
    {"ibm437", DOS437},
    {"cp437", DOS437},
    {"ibm850", DOS850},
    {"cp850", DOS850},
    {"ibm852", DOS852},
    {"cp852", DOS852},
    {"ibm00858", DOS858},
    {"cp858", DOS858},
    {"ibm866", DOS866},
    {"cp866", DOS866},
    {"macintosh", MACROMAN},
    {"mac", MACROMAN},
    {"macroman", MACROMAN},
    {"maccyrillic", MACCYRILLIC},
    {"macce", MACCE},
    {"maccentraleurope", MACCE},
    {"maclatin2", MACCE},
    {"viscii", VISCII},
    {"tcvn", TCVN},
    {"tcvn5712", TCVN},
    {"tcvn57121", TCVN},
    {"ansix34", GUESS},
    {"ansix341986", GUESS},
    {"cp367", GUESS},
    {"88591", W1252},
    {"88592", L2},
    {"88593", L3},
    {"88594", L4},
    {"88595", CYRILLIC},
    {"88596", ARABIC},
    {"88597", GREEK},
    {"88598", HEBREW},
    {"88599", W1254},
    {"cp912", L2},
    {"cp915", CYRILLIC},
    {"cp1089", ARABIC},
    {"cp813", GREEK},
    {"cp916", HEBREW},
    {"cp920", W1254},
    {"cp1282", MACCE},
    {"106461", UTF32},
    {"106461ucs4", UTF32},
    {"iso10646", UTF32},
    {"iso10646utf8", UTF8},
    {"isoir193", UTF8},
    {"isoir6", GUESS},
    {"iso646irv", GUESS},
    {"us", GUESS},
    {"ucs2be", UTF16BE},
    {"ucs2le", UTF16LE},
    {"ucs4be", UTF32BE},
    {"ucs4le", UTF32LE},
    {"unicodebig", UTF16BE},
    {"unicodelittle", UTF16LE},
    {"utf32le", UTF32LE},
    {"utf32be", UTF32BE},
    {"ucs4", UTF32},
    {"iso10646ucs4", UTF32},
    {"unicodefeff", UTF16LE},
    {"unicodefffe", UTF16BE},
    {"unicode20utf8", UTF8},
    {"hz", HZ},
    {"hzgb2312", HZ},
    {"isoir100", W1252},
    {"msansi", W1252},
    {"isoir203", L9},
    {"isoir101", L2},
    {"l2", L2},
    {"isolatin2", L2},
    {"isoir109", L3},
    {"l3", L3},
    {"isolatin3", L3},
    {"isoir110", L4},
    {"l4", L4},
    {"isolatin4", L4},
    {"isoir144", CYRILLIC},
    {"isolatincyrillic", CYRILLIC},
    {"isoir127", ARABIC},
    {"ecma114", ARABIC},
    {"asmo708", ARABIC},
    {"isolatinarabic", ARABIC},
    {"iso88596e", ARABIC},
    {"isoir126", GREEK},
    {"elot928", GREEK},
    {"ecma118", GREEK},
    {"greek8", GREEK},
    {"suneugreek", GREEK},
    {"isolatingreek", GREEK},
    {"isoir138", HEBREW},
    {"isolatinhebrew", HEBREW},
    {"visual", HEBREW},
    {"isoir148", W1254},
    {"l5", W1254},
    {"isolatin5", W1254},
    {"ts5881", W1254},
    {"ecma128", W1254},
    {"isoir157", L6},
    {"l6", L6},
    {"isolatin6", L6},
    {"isoir179", L7},
    {"latin7", L7},
    {"l7", L7},
    {"baltic", L7},
    {"isoir199", L8},
    {"latin8", L8},
    {"l8", L8},
    {"isoceltic", L8},
    {"l9", L9},
    {"isoir226", L10},
    {"latin10", L10},
    {"l10", L10},
    {"dos874", THAI},
    {"isoir166", THAI},
    {"tis6200", THAI},
    {"tis62025291", THAI},
    {"tis62025330", THAI},
    {"koi", KOI8R},
    {"sjisopen", SJIS},
    {"sjiswin", SJIS},
    {"eucjpms", EUCJP},
    {"eucjpopen", EUCJP},
    {"eucjpwin", EUCJP},
    {"jis", JIS},
    {"isoir58", GB18030},
    {"cngb", GB18030},
    {"gb13000", GB18030},
    {"bigfive", BIG5},
    {"xbig5", BIG5},
    {"isoir149", UHC},
    {"mscp949", UHC},
    {"mscp1361", JOHAB},
    {"msee", W1250},
    {"mscyrl", W1251},
    {"msgreek", W1253},
    {"msturk", W1254},
    {"mshebr", W1255},
    {"msarab", W1256},
    {"winbaltrim", W1257},
    {"macuk", MACCYRILLIC},
    {"macukrainian", MACCYRILLIC},
    {"pc8codepage437", DOS437},
    {"pc850multilingual", DOS850},
    {"pc858multilingual", DOS858},
    {"ccsid00858", DOS858},
    {"pcp852", DOS852},
};

static struct sv squeeze(struct sv label, char *buffer, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < label.n && label.p[i] != '*' && label.p[i] != ':'; i++)
        if (ascii_is_alnum(label.p[i])) {
            if (n == room)
                return SV("");
            buffer[n++] = ascii_lower(label.p[i]);
        }
    return (struct sv){buffer, n};
}

/* Among the names of the rarer ones, which stand with a space between them. */
static bool has_name(const char *names, struct sv squeezed)
{
    struct sv rest = sv_of(names);
    while (rest.n > 0)
        if (sv_eq(sv_cut(&rest, ' '), squeezed))
            return true;
    return false;
}

static const struct converter *find(struct sv squeezed)
{
    for (size_t i = 0; squeezed.n > 0 && i < sizeof labels / sizeof *labels; i++)
        if (labels[i].squeezed[0] == squeezed.p[0] && sv_eq(squeezed, sv_of(labels[i].squeezed)))
            return &converters[labels[i].which];
    for (size_t i = 0; squeezed.n > 1 && i < label_more_count; i++)
        if (has_name(label_more[i].names, squeezed))
            return &label_more[i];
    return NULL;
}

/* "862", "dos862" and the like: a code page that the C library calls IBM862 or CP862. */
static const struct converter *find_page(struct sv squeezed)
{
    static const char *const before[] = {"", "cp", "ibm", "pc", "dos", "oem", "windows", "win"};
    size_t digits = 0;
    while (digits < squeezed.n && ascii_is_digit(squeezed.p[squeezed.n - digits - 1]))
        digits++;
    struct sv word = sv_slice(squeezed, 0, squeezed.n - digits);
    bool page = false;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        page = page || sv_eq(word, sv_of(before[i]));
    if (!page || digits < 3 || digits > 5)
        return NULL;
    static const char *const names[] = {"ibm", "cp"};
    const struct converter *found = NULL;
    for (size_t i = 0; i < 2 && !found; i++) {
        char buffer[16];
        struct sb name;
        sb_fixed(&name, buffer, sizeof buffer);
        sb_add_cstr(&name, names[i]);
        sb_add(&name, sv_slice(squeezed, squeezed.n - digits, squeezed.n));
        found = find(sb_view(&name));
    }
    return found;
}

const struct converter *label_find(struct sv label)
{
    static const char *const before[] = {"charset", "x", "cs"};
    char buffer[40];
    struct sv squeezed = squeeze(label, buffer, sizeof buffer);
    const struct converter *found = find(squeezed);
    for (size_t i = 0; i < sizeof before / sizeof *before && !found; i++)
        if (sv_starts(squeezed, sv_of(before[i]))) {
            squeezed = sv_slice(squeezed, strlen(before[i]), squeezed.n);
            found = find(squeezed);
        }
    return found ? found : find_page(squeezed);
}

size_t label_index(const struct converter *converter)
{
    bool more = converter >= label_more && converter < label_more + label_more_count;
    return more ? CONVERTER_COUNT + (size_t)(converter - label_more)
                : (size_t)(converter - converters);
}

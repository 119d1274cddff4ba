#include "label.h"

/* Left out on purpose: ISO-2022-CN-EXT and ISO-2022-JP-3 (memory errors in the C library's
 * converters), EBCDIC and HZ (no mail, but a way past filters). */
enum which {
    GUESS,
    UTF8,
    W1252,
    UTF16,
    UTF16LE,
    UTF16BE,
    UTF32,
    UTF7,
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

_Static_assert((int)CONVERTER_COUNT <= (int)CONVERTER_COUNT_MAX,
               "charset.c keeps an array of this size");

#define BY_ICONV(name, iconv)                                                                      \
    {                                                                                              \
        name, iconv, READ_ICONV, 1                                                                 \
    }

static const struct converter converters[CONVERTER_COUNT] = {
    [GUESS] = {"", NULL, READ_GUESS, 1},
    [UTF8] = {"UTF-8", NULL, READ_UTF8, 1},
    [W1252] = {"windows-1252", NULL, READ_WINDOWS_1252, 1},
    [UTF16] = {"UTF-16", "UTF-16", READ_ICONV, 2},
    [UTF16LE] = {"UTF-16LE", "UTF-16LE", READ_ICONV, 2},
    [UTF16BE] = {"UTF-16BE", "UTF-16BE", READ_ICONV, 2},
    [UTF32] = {"UTF-32", "UTF-32", READ_ICONV, 4},
    [UTF7] = BY_ICONV("UTF-7", "UTF-7"),
    [JIS] = {"ISO-2022-JP", "EUC-JP-MS", READ_ISO_2022_JP, 1},
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
    {"viscii", VISCII},
    {"tcvn", TCVN},
    {"tcvn5712", TCVN},
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

static const struct converter *find(struct sv squeezed)
{
    for (size_t i = 0; squeezed.n > 0 && i < sizeof labels / sizeof *labels; i++)
        if (labels[i].squeezed[0] == squeezed.p[0] && sv_eq(squeezed, sv_of(labels[i].squeezed)))
            return &converters[labels[i].which];
    return NULL;
}

const struct converter *label_find(struct sv label)
{
    char buffer[40];
    struct sv squeezed = squeeze(label, buffer, sizeof buffer);
    const struct converter *found = find(squeezed);
    if (found == NULL && sv_starts(squeezed, SV("charset")))
        found = find(squeezed = sv_slice(squeezed, 7, squeezed.n));
    if (found == NULL && sv_starts(squeezed, SV("x")))
        found = find(squeezed = sv_slice(squeezed, 1, squeezed.n));
    if (found == NULL && sv_starts(squeezed, SV("cs")))
        found = find(sv_slice(squeezed, 2, squeezed.n));
    return found;
}

size_t label_index(const struct converter *converter)
{
    return (size_t)(converter - converters);
}

#include "codepage.h"

#include "charset.h"
#include "decode.h"

/* The first one stands for those that are not in the table. */
static const struct {
    uint32_t page;
    const char *label;
} pages[] = {
    {20127, "us-ascii"},     {CODEPAGE_UTF16, "utf-16le"},
    {1201, "utf-16be"},      {CODEPAGE_UTF8, "utf-8"},
    {1250, "windows-1250"},  {1251, "windows-1251"},
    {1252, "windows-1252"},  {1253, "windows-1253"},
    {1254, "windows-1254"},  {1255, "windows-1255"},
    {1256, "windows-1256"},  {1257, "windows-1257"},
    {1258, "windows-1258"},  {874, "windows-874"},
    {932, "cp932"},          {936, "cp936"},
    {949, "cp949"},          {950, "cp950"},
    {1361, "cp1361"},        {437, "cp437"},
    {850, "cp850"},          {852, "cp852"},
    {858, "cp858"},          {866, "cp866"},
    {10000, "macintosh"},    {10007, "x-mac-cyrillic"},
    {10029, "x-mac-ce"},     {20866, "koi8-r"},
    {21866, "koi8-u"},       {28591, "iso-8859-1"},
    {28592, "iso-8859-2"},   {28593, "iso-8859-3"},
    {28594, "iso-8859-4"},   {28595, "iso-8859-5"},
    {28596, "iso-8859-6"},   {28597, "iso-8859-7"},
    {28598, "iso-8859-8"},   {28599, "iso-8859-9"},
    {28603, "iso-8859-13"},  {28605, "iso-8859-15"},
    {38598, "iso-8859-8-i"}, {50220, "iso-2022-jp"},
    {50221, "iso-2022-jp"},  {50222, "iso-2022-jp"},
    {51932, "euc-jp"},       {51936, "gb2312"},
    {51949, "euc-kr"},       {54936, "gb18030"},
};

enum { PAGES = sizeof pages / sizeof *pages };

struct codepages {
    struct charset *open[PAGES];
};

static size_t find(uint32_t page)
{
    size_t i = PAGES - 1;
    while (i > 0 && pages[i].page != page)
        i--;
    return i;
}

const char *codepage_label(uint32_t page)
{
    size_t i = find(page);
    return pages[i].page == page ? pages[i].label : NULL;
}

struct codepages *codepages_open(void)
{
    struct codepages *set = calloc(1, sizeof *set);
    if (!set)
        abort();
    for (size_t i = 0; i < PAGES; i++)
        set->open[i] = charset_open(sv_of(pages[i].label), CHARSET_PLAIN);
    return set;
}

void codepages_close(struct codepages **set)
{
    if (!set || !*set)
        return;
    for (size_t i = 0; i < PAGES; i++)
        charset_close(&(*set)->open[i]);
    free(*set);
    *set = NULL;
}

void codepages_add(struct codepages *set, uint32_t page, struct sv bytes, struct sb *out)
{
    struct charset *charset = set->open[find(page)];
    enum status status = charset_write(charset, bytes, sb_sink(out));
    enum status last = charset_finish(charset, sb_sink(out));
    if (status != STATUS_OK || last != STATUS_OK)
        out->over = true;
}

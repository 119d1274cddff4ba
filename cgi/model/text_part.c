#include "text_part.h"

/* Text types that a person can read as they are. A type that ends in '-' stands for all that begin
 * so. */
static const char *const types[] = {
    "text/plain",
    "text/csv",
    "text/tab-separated-values",
    "text/markdown",
    "text/calendar",
    "text/vcard",
    "text/x-",
    "text/css",
    "text/javascript",
    "text/xml",
    "text/rfc822-headers",
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "application/json",
    "application/xml",
    "application/x-patch",
    "application/x-tex",
    "application/x-sh",
    "application/pgp-keys",
};
static const char *const endings[] = {".txt",   ".text", ".log",  ".csv", ".tsv",  ".md",
                                      ".patch", ".diff", ".json", ".xml", ".tex",  ".bib",
                                      ".ics",   ".vcf",  ".c",    ".h",   ".py",   ".asc",
                                      ".srt",   ".yml",  ".yaml", ".ini", ".conf", ".sql"};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool type_matches(struct sv media_type, struct sv type)
{
    return sv_ends(type, SV("-")) ? sv_starts(media_type, type) : sv_eq(media_type, type);
}

static bool name_ends(struct sv name, struct sv ending)
{
    return name.n > ending.n && sv_eq_nocase(sv_slice(name, name.n - ending.n, name.n), ending);
}

enum text_reading text_reading_of(struct sv media_type, struct sv name)
{
    if (sv_eq(media_type, SV("text/html")) || sv_eq(media_type, SV("application/xhtml+xml")))
        return TEXT_READING_HTML;
    for (size_t i = 0; i < COUNT(types); i++)
        if (type_matches(media_type, sv_of(types[i])))
            return TEXT_READING_FILE;
    if (!sv_eq(media_type, SV("application/octet-stream")))
        return TEXT_READING_NONE;
    for (size_t i = 0; i < COUNT(endings); i++)
        if (name_ends(name, sv_of(endings[i])))
            return TEXT_READING_FILE;
    return TEXT_READING_NONE;
}

#include "part_kind.h"

bool part_is(const struct imap_part *part, const char *type, const char *subtype)
{
    return sv_eq_nocase(part->type, sv_of(type)) &&
           (!subtype || sv_eq_nocase(part->subtype, sv_of(subtype)));
}

static bool any_of(struct sv name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq_nocase(name, sv_of(list[i])))
            return true;
    return false;
}
#define ANY_OF(name, list) any_of((name), (list), sizeof(list) / sizeof *(list))

enum part_kind part_kind(const struct imap_part *part)
{
    static const char *const data[] = {"calendar",   "x-vcalendar", "vcard",      "x-vcard",
                                       "directory",  "rtf",         "x-amp-html", "rfc822-headers",
                                       "watch-html", "xml"};
    if (part->subtype.n == 0)
        return PART_PLAIN;
    if (!part_is(part, "text", NULL))
        return PART_FILE;
    if (part_is(part, "text", "plain"))
        return PART_PLAIN;
    if (part_is(part, "text", "html"))
        return PART_HTML;
    if (part_is(part, "text", "enriched") || part_is(part, "text", "richtext"))
        return PART_ENRICHED;
    return ANY_OF(part->subtype, data) ? PART_FILE : PART_OTHER;
}

enum part_note part_note(const struct imap_part *part)
{
    static const char *const smime[] = {"pkcs7-mime", "x-pkcs7-mime"};
    if (part_is(part, "multipart", "encrypted"))
        return PART_NOTE_ENCRYPTED;
    if (part_is(part, "message", "partial"))
        return PART_NOTE_PARTIAL;
    if (part_is(part, "message", "external-body"))
        return PART_NOTE_EXTERNAL;
    if (!part_is(part, "application", NULL) || !ANY_OF(part->subtype, smime))
        return PART_NOTE_NONE;
    struct sv type = imap_parameter_get(part->parameters, SV("smime-type"));
    if (sv_eq_nocase(type, SV("signed-data")))
        return PART_NOTE_WRAPPED;
    return sv_eq_nocase(type, SV("certs-only")) ? PART_NOTE_NONE : PART_NOTE_ENCRYPTED;
}

bool part_is_hollow(const struct imap_part *part)
{
    if (!part_is(part, "multipart", NULL) || part->child_count > 1)
        return false;
    if (part->child_count == 0)
        return true;
    const struct imap_part *only = &part->children[0];
    struct sv charset = imap_parameter_get(only->parameters, SV("charset"));
    return part_is(only, "text", "plain") && only->size == 0 && !only->disposition.p &&
           !only->content_id.p && !only->description.p &&
           (only->parameters.n == 0 ||
            (only->parameters.n == 1 && sv_eq_nocase(charset, SV("us-ascii"))));
}

#include "attachment.h"

static bool is_signature(const struct imap_part *part)
{
    return sv_eq_nocase(part->type, SV("application")) &&
           (sv_eq_nocase(part->subtype, SV("pgp-signature")) ||
            sv_eq_nocase(part->subtype, SV("pkcs7-signature")) ||
            sv_eq_nocase(part->subtype, SV("x-pkcs7-signature")));
}

static bool is_attachment(const struct imap_part *leaf, const struct imap_part *parent)
{
    if (is_signature(leaf))
        return false;
    if (sv_eq_nocase(leaf->disposition, SV("attachment")))
        return true;
    bool related = parent && sv_eq_nocase(parent->subtype, SV("related"));
    return !sv_eq_nocase(leaf->type, SV("text")) && !(related && leaf->content_id.n > 0);
}

/* The parser of structures bounds their depth (IMAP_DEPTH_MAX). */
static bool look(const struct imap_part *part, const struct imap_part *parent)
{
    if (!sv_eq_nocase(part->type, SV("multipart")))
        return is_attachment(part, parent);
    if (sv_eq_nocase(part->subtype, SV("report")))
        return false;
    for (size_t i = 0; i < part->child_count; i++)
        if (look(&part->children[i], part))
            return true;
    return false;
}

bool attachment_any(const struct imap_part *structure)
{
    return structure && look(structure, NULL);
}

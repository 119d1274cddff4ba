/* open_verify.c — no check of the jail's answer: see open_sanitise.c. */
#include "verify.h"

bool verify_text(struct sv text)
{
    (void)text;
    return true;
}

bool verify_document(struct sv html, bool allow_remote)
{
    (void)html;
    (void)allow_remote;
    return true;
}

bool verify_name(struct sv name)
{
    (void)name;
    return true;
}

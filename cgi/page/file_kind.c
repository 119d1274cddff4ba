#include "file_kind.h"

/* The first that fits; the last one always does. */
static const struct file_kind kinds[] = {
    {"application/pdf", "type.pdf", "file"},
    {"text/html", "type.html", "file"},
    {"text/calendar", "type.calendar", "file"},
    {"text/vcard", "type.contact", "file"},
    {"text/x-vcard", "type.contact", "file"},
    {"text/", "type.text", "file"},
    {"image/", "type.picture", "picture"},
    {"audio/", "type.sound", "sound"},
    {"video/", "type.video", "file"},
    {"message/rfc822", "type.message", "message"},
    {"message/partial", "type.partial", "message"},
    {"message/external-body", "type.external", "file"},
    {"application/pgp-signature", "type.signature", "file"},
    {"application/pkcs7-signature", "type.signature", "file"},
    {"application/x-pkcs7-signature", "type.signature", "file"},
    {"application/pgp-encrypted", "type.encryption", "file"},
    {"application/pkcs7-mime", "type.encrypted", "file"},
    {"application/x-pkcs7-mime", "type.encrypted", "file"},
    {"message/", "type.text", "file"},
    {"application/zip", "type.archive", "archive"},
    {"application/gzip", "type.archive", "archive"},
    {"application/x-tar", "type.archive", "archive"},
    {"application/x-7z-compressed", "type.archive", "archive"},
    {"application/vnd.oasis.opendocument.spreadsheet", "type.sheet", "file"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml", "type.sheet", "file"},
    {"application/vnd.ms-excel", "type.sheet", "file"},
    {"application/vnd.oasis.opendocument.presentation", "type.slides", "file"},
    {"application/vnd.openxmlformats-officedocument.presentationml", "type.slides", "file"},
    {"application/vnd.ms-powerpoint", "type.slides", "file"},
    {"application/vnd.oasis.opendocument.text", "type.document", "file"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml", "type.document", "file"},
    {"application/msword", "type.document", "file"},
    {"", "type.other", "file"},
};

const struct file_kind *file_kind_of(struct sv media_type)
{
    size_t kind = 0;
    while (!sv_starts(media_type, sv_of(kinds[kind].prefix)))
        kind++;
    return &kinds[kind];
}

/* qr.h — QR codes (ISO/IEC 18004) as pictures; the one owner of libqrencode. */
#ifndef VM_QR_H
#define VM_QR_H

#include "arena.h"
#include "str.h"

enum {
    QR_TEXT_MAX = 1000, /* bytes */
    QR_QUIET = 4,       /* modules of white around it, as the standard asks for */
    QR_SCALE = 4,       /* pixels of a module */
};

/* A picture (BMP of one bit a pixel: black on white, nothing compressed, nothing to go wrong) of
 * that text, at error correction M. STATUS_TOO_LARGE: it does not fit; STATUS_INVALID: there is
 * none. */
enum status qr_picture(struct sv text, struct arena *arena, struct sv *out) MUST_USE;

#endif

#include "totp.h"

#include "seal.h"
#include "utf8.h"

enum { MILLION = 1000000 };

int64_t totp_step(int64_t now)
{
    return now / TOTP_STEP_S;
}

/* RFC 4226, 5.3: four bytes of the MAC, from where its last nibble says, without the sign bit. */
void totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t step, char out[TOTP_DIGITS + 1])
{
    uint8_t moving[8], mac[SEAL_SHA1_SIZE];
    for (int i = 0; i < 8; i++)
        moving[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    seal_mac_sha1((struct sv){(const char *)secret, TOTP_SECRET_SIZE},
                  (struct sv){(const char *)moving, sizeof moving}, mac);
    const uint8_t *at = mac + (mac[SEAL_SHA1_SIZE - 1] & 0x0f);
    uint32_t number =
        ((uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]) %
        MILLION;
    struct sb text;
    sb_fixed(&text, out, TOTP_DIGITS + 1);
    sb_add_padded(&text, number, TOTP_DIGITS);
    seal_wipe(mac, sizeof mac);
}

/* As people type it: "123 456". */
static bool read_code(struct sv code, char out[TOTP_DIGITS])
{
    size_t n = 0;
    for (size_t i = 0; i < code.n; i++) {
        if (ascii_is_space(code.p[i]))
            continue;
        if (!ascii_is_digit(code.p[i]) || n == TOTP_DIGITS)
            return false;
        out[n++] = code.p[i];
    }
    return n == TOTP_DIGITS;
}

enum status totp_find(const uint8_t secret[TOTP_SECRET_SIZE], struct sv code, int64_t now,
                      int64_t *step)
{
    char typed[TOTP_DIGITS], want[TOTP_DIGITS + 1];
    enum status st = STATUS_DENIED;
    if (!read_code(code, typed))
        return STATUS_DENIED;
    int64_t here = totp_step(now), found = 0;
    for (int64_t at = here - TOTP_WINDOW; at <= here + TOTP_WINDOW; at++) {
        totp_code(secret, at, want);
        if (seal_equal(typed, want, TOTP_DIGITS)) {
            found = at;
            st = STATUS_OK;
        }
    }
    seal_wipe(want, sizeof want);
    if (st == STATUS_OK)
        *step = found;
    return st;
}

void totp_secret_text(const uint8_t secret[TOTP_SECRET_SIZE], char out[TOTP_SECRET_TEXT + 1])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    size_t bits = 0, n = 0;
    uint32_t held = 0;
    for (size_t i = 0; i < TOTP_SECRET_SIZE; i++) {
        held = held << 8 | secret[i];
        for (bits += 8; bits >= 5; bits -= 5)
            out[n++] = alphabet[held >> (bits - 5) & 31];
    }
    out[n] = '\0';
}

/* RFC 3986: all but the unreserved characters as %XX. */
static void add_label(struct sb *out, struct sv text)
{
    text = utf8_cut(text, TOTP_SAID_MAX);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i] == ':' ? ' ' : text.p[i];
        if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
            sb_add_char(out, c);
        else
            sb_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

void totp_link(const uint8_t secret[TOTP_SECRET_SIZE], struct sv site, struct sv account,
               struct sb *out)
{
    char text[TOTP_SECRET_TEXT + 1];
    totp_secret_text(secret, text);
    sb_add(out, SV("otpauth://totp/"));
    add_label(out, site);
    sb_add_char(out, ':');
    add_label(out, account);
    sb_add(out, SV("?secret="));
    sb_add_cstr(out, text);
    sb_add(out, SV("&issuer="));
    add_label(out, site);
    seal_wipe(text, sizeof text);
}

/* fuzz_client_data — what a browser says of a security key, from anybody. Whatever the bytes are,
 * they are only taken if they hold type, challenge and origin as they must stand there: nothing
 * that names another origin passes, and blanks around it change nothing. The same bytes are
 * authenticator data too, of a new key and of an assertion (libfido2 reads them). */
#include <stdlib.h>

#include "arena.h"
#include "client_data.h"
#include "passkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHALLENGE "Y2hhbGxlbmdlIG9mIDMyIGJ5dGVzLCBhdCByYW5kb20"
#define ORIGIN "https://mail.example.org"

static void check(bool right)
{
    if (!right)
        abort();
}

static void read_client_data(struct sv json)
{
    const struct client_data want = {
        .type = SV("webauthn.get"), .challenge = SV(CHALLENGE), .origin = SV(ORIGIN)};
    const struct client_data other = {.type = SV("webauthn.get"),
                                      .challenge = SV(CHALLENGE),
                                      .origin = SV("https://evil.example")};
    enum status st = client_data_check(json, &want);
    check(st == STATUS_OK || st == STATUS_DENIED || st == STATUS_INVALID);
    check(st != STATUS_OK || json.n <= CLIENT_DATA_MAX);
    enum status elsewhere = client_data_check(json, &other);
    check(st != STATUS_OK || elsewhere == STATUS_DENIED);
    check((st == STATUS_INVALID) == (elsewhere == STATUS_INVALID));
    if (json.n > CLIENT_DATA_MAX - 2)
        return;
    struct arena *arena = arena_new(2 * CLIENT_DATA_MAX);
    struct sb wider;
    sb_init(&wider, arena, CLIENT_DATA_MAX);
    sb_add_char(&wider, ' ');
    sb_add(&wider, json);
    sb_add_char(&wider, '\n');
    check(client_data_check(sb_view(&wider), &want) == st);
    arena_free(&arena);
}

static void read_authenticator_data(struct sv bytes)
{
    struct passkey key, other = {.algorithm = PASSKEY_ES256, .bytes_n = 64};
    const struct passkey_answer answer = {
        .rp_id = SV("mail.example.org"), .data = bytes, .signature = sv_slice(bytes, 0, 70)};
    uint32_t counter;
    if (passkey_read(&answer, &key) == STATUS_OK)
        check(key.id_n > 0 && key.id_n <= sizeof key.id && key.bytes_n > 0 &&
              key.bytes_n <= sizeof key.bytes);
    check(passkey_verify(&other, &answer, &counter) == STATUS_DENIED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv bytes = {(const char *)data, size};
    read_client_data(bytes);
    read_authenticator_data(bytes);
    return 0;
}

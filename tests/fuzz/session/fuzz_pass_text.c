/* A pass as it is typed: what is read is what is written again, and no pass is read from a text
 * that differs from it in one character. */
#include <stdlib.h>
#include <string.h>

#include "pass_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pass_code code, again;
    char text[PASS_TEXT + 1];
    if (pass_text_read((struct sv){(const char *)data, size}, &code) != STATUS_OK) {
        /* as bytes of a code: most inputs are no pass, but each of these is one */
        code = (struct pass_code){0};
        for (size_t i = 0; i < PASS_SECRET_SIZE && i < size; i++)
            code.secret[i] = data[i];
        code.selector = size > PASS_SECRET_SIZE + 1U ? data[12] * 256U + data[13] : 0;
    }
    if (code.selector >= PASS_SELECTOR_LIMIT)
        abort();
    pass_text_write(&code, text);
    if (pass_text_read(sv_of(text), &again) != STATUS_OK || again.selector != code.selector ||
        memcmp(again.secret, code.secret, PASS_SECRET_SIZE) != 0)
        abort();
    size_t at = size > 0 ? data[0] % (size_t)PASS_TEXT : 0;
    if (text[at] != '-') {
        text[at] = text[at] == '7' ? '8' : '7';
        if (pass_text_read(sv_of(text), &again) == STATUS_OK)
            abort();
    }
    return 0;
}

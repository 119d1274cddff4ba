#include "cbor.h"

enum major { UNSIGNED = 0, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };
enum { FALSE_VALUE = 20, NULL_VALUE = 22 };

/* The head of an item: its kind, and the number that belongs to it. */
static bool take_head(struct sv *rest, enum major *major, uint64_t *value)
{
    if (rest->n == 0)
        return false;
    uint8_t first = (uint8_t)rest->p[0], info = first & 0x1f;
    size_t more = info < 24 ? 0 : info < 28 ? (size_t)1 << (info - 24) : SIZE_MAX;
    if (more == SIZE_MAX || rest->n - 1 < more)
        return false;
    *major = (enum major)(first >> 5);
    *value = more == 0 ? info : 0;
    for (size_t i = 1; i <= more; i++)
        *value = *value << 8 | (uint8_t)rest->p[i];
    *rest = sv_slice(*rest, 1 + more, rest->n);
    return true;
}

static bool skip_item(struct sv *rest, unsigned depth)
{
    enum major major;
    uint64_t value;
    if (depth == 0 || !take_head(rest, &major, &value))
        return false;
    switch (major) {
    case UNSIGNED:
    case NEGATIVE:
        return true;
    case BYTES:
    case TEXT:
        if (value > rest->n)
            return false;
        *rest = sv_slice(*rest, (size_t)value, rest->n);
        return true;
    case ARRAY:
    case MAP:
        if (value > rest->n / (major == MAP ? 2 : 1))
            return false;
        for (uint64_t i = 0; i < (major == MAP ? 2 * value : value); i++)
            if (!skip_item(rest, depth - 1))
                return false;
        return true;
    case SIMPLE:
        return value >= FALSE_VALUE && value <= NULL_VALUE;
    case TAG:
        return false;
    }
    return false;
}

bool cbor_sound(struct sv bytes)
{
    while (bytes.n > 0)
        if (!skip_item(&bytes, CBOR_DEPTH))
            return false;
    return true;
}

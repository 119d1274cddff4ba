#include "colour.h"

const char *const colour_names[COLOUR_COUNT] = {"none", "red",    "orange", "green",
                                                "blue", "purple", "pink",   "brown"};

enum status colour_find(struct sv name, enum colour *out)
{
    for (int i = 0; i < COLOUR_COUNT; i++)
        if (sv_eq(name, sv_of(colour_names[i]))) {
            *out = (enum colour)i;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

enum colour colour_of(int number)
{
    return number > 0 && number < COLOUR_COUNT ? (enum colour)number : COLOUR_NONE;
}

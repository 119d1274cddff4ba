/* Not a test of its own: a program without sanitizers, whose allocator is the one that people run.
 * It looks where things lay that have been given back; its end says how many of them are left. */
#include <stdbool.h>
#include <stddef.h>

static bool holds(const volatile unsigned char *place, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (place[i] == 0xa7)
            return true;
    return false;
}

int main(void)
{
    enum { SMALL = 200, LARGE = 20000 };
    int left = 0;
    unsigned char *neighbours[3], *p = malloc(LARGE);
    for (int i = 0; i < 3; i++)
        neighbours[i] = malloc(SMALL); /* so that what is given back stays with us */
    memset(p, 0xa7, LARGE);
    const volatile unsigned char *place = p;
    p = realloc(p, 4 * LARGE);
    left += p[LARGE - 1] != 0xa7; /* it has moved whole… */
    left += place != p && holds(place, 0, LARGE);
    place = p;
    free(p);
    left += holds(place, 0, LARGE); /* …and leaves nothing */
    memset(neighbours[1], 0xa7, SMALL);
    place = neighbours[1];
    free(neighbours[1]);
    left += holds(place, 0, SMALL);
    p = realloc(NULL, 10);
    left += !p;
    left += realloc(p, 0) != NULL;
    free(neighbours[0]);
    free(neighbours[2]);
    free(NULL);
    return left;
}

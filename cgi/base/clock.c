#include "clock.h"

#include <limits.h>

int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall(void)
{
    return (int64_t)time(NULL);
}

int64_t clock_lasting_of(_Atomic int64_t *ahead, int64_t wall_ms, int64_t steady_ms)
{
    int64_t now = wall_ms - steady_ms, known = atomic_load(ahead);
    while (now > known && !atomic_compare_exchange_weak(ahead, &known, now))
        continue;
    return ((now > known ? now : known) + steady_ms) / 1000;
}

int64_t clock_lasting(void)
{
    static _Atomic int64_t ahead = INT64_MIN;
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    return clock_lasting_of(&ahead, (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000,
                            clock_ms());
}

struct deadline deadline_in(int64_t ms)
{
    return (struct deadline){clock_ms() + ms};
}

struct deadline deadline_min(struct deadline a, struct deadline b)
{
    return a.at_ms < b.at_ms ? a : b;
}

int deadline_left(struct deadline d)
{
    int64_t left = d.at_ms - clock_ms();
    if (left <= 0)
        return 0;
    return left > INT_MAX ? INT_MAX : (int)left;
}

bool deadline_passed(struct deadline d)
{
    return clock_ms() >= d.at_ms;
}

struct timespec deadline_timespec(struct deadline d)
{
    return (struct timespec){.tv_sec = (time_t)(d.at_ms / 1000),
                             .tv_nsec = (long)(d.at_ms % 1000) * 1000000};
}

void deadline_cond_init(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

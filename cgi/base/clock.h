/* clock.h — time that only moves forward, for deadlines, and the wall's, for people. */
#ifndef VM_CLOCK_H
#define VM_CLOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* A point on the monotonic clock. Every wait takes one. */
struct deadline {
    int64_t at_ms;
};

int64_t clock_ms(void);   /* monotonic milliseconds */
int64_t clock_wall(void); /* seconds since 1970 */
struct deadline deadline_in(int64_t ms);
/* Seconds since 1970 for what lasts in this process (a session's age is counted so, and compared
 * with this alone): goes with clock_wall() but never back, and never stands still while it is set
 * back. */
int64_t clock_lasting(void);
/* The same of these readings; *ahead is what it remembers, at first INT64_MIN. Thread-safe. */
int64_t clock_lasting_of(_Atomic int64_t *ahead, int64_t wall_ms, int64_t steady_ms);
/* The earlier of the two. */
struct deadline deadline_min(struct deadline a, struct deadline b);
/* Milliseconds left, 0 when it has passed, at most INT_MAX: fit for poll(). */
int deadline_left(struct deadline d);
bool deadline_passed(struct deadline d);
/* The deadline on CLOCK_MONOTONIC, for pthread_cond_timedwait and its like. */
struct timespec deadline_timespec(struct deadline d);
/* A condition whose timed waits go by that clock. */
void deadline_cond_init(pthread_cond_t *condition);

#endif

/* agent.h — which browser a User-Agent names, as people call it.
 *
 * The header (RFC 9110, 10.1.5) is whatever a client likes to say: what comes out of here are names
 * of our own list alone, and nothing that anybody has written. Most browsers also claim to be those
 * that were there before them; the order of the lists sees to that.
 */
#ifndef VM_AGENT_H
#define VM_AGENT_H

#include "str.h"

/* Names as their makers write them, static, the same in every language; "" if we know it not. */
struct agent {
    const char *browser; /* "Firefox" */
    const char *system;  /* "Linux" */
};
struct agent agent_read(struct sv user_agent);

#endif

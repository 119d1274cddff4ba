#include <stdlib.h>
#include <string.h>

#include "agent.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

/* A name of ours: a few letters, and nothing that could do any harm where it is shown. */
static void check_name(const char *name)
{
    size_t n = strlen(name);
    CHECK(n <= 20);
    for (size_t i = 0; i < n; i++)
        CHECK(ascii_is_alnum(name[i]) || name[i] == ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *exact = malloc(size ? size : 1); /* so that a byte too far is seen */
    if (size)
        memcpy(exact, data, size);
    struct agent agent = agent_read((struct sv){exact, size});
    free(exact);
    check_name(agent.browser);
    check_name(agent.system);
    return 0;
}

/* The configuration reader: HDF syntax, line numbers, schema. */
#include <sys/mman.h>
#include <unistd.h>

#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    char path[32];
    struct sv reason = SV("");
    struct config *config = NULL;
    if (fd < 0)
        fd = memfd_create("conf", 0);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct arena *arena = arena_new(16 * 1024 * 1024);
    if (config_load(path, arena, &config, &reason) != STATUS_OK && reason.n == 0)
        abort(); /* a refusal must say why */
    config_free(&config);
    arena_free(&arena);
    return 0;
}

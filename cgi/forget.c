/* What this program gives back to the allocator is wiped first, whoever gives it back: libcurl's
 * and libfcgi's buffers, OpenSSL's, SQLite's pages, ours. A password that went through them, or a
 * letter that was shown, does not lie about in free memory until something else happens to be
 * written there (free() alone leaves all but the first sixteen bytes as they are).
 *
 * The C library's own names are taken over for that, as it allows; __libc_* are what it calls them
 * inside. With sanitizers, which have an allocator of their own, the same is asked of that. */
#include <malloc.h>

#ifdef VM_SANITIZED

/* Found by name when the sanitizer starts. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "max_free_fill_size=1073741824:free_fill_byte=0";
}

#else

void *__libc_malloc(size_t size);
void __libc_free(void *p);

void free(void *p)
{
    if (!p)
        return;
    explicit_bzero(p, malloc_usable_size(p));
    __libc_free(p);
}

/* The library's would free the old place as it is. */
void *realloc(void *p, size_t size)
{
    size_t old = p ? malloc_usable_size(p) : 0;
    if (p && size == 0) {
        free(p);
        return NULL;
    }
    if (p && size <= old && size >= old / 2)
        return p;
    void *fresh = __libc_malloc(size);
    if (!fresh)
        return NULL;
    if (p)
        memcpy(fresh, p, old < size ? old : size);
    free(p);
    return fresh;
}

#endif

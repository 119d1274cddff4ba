#include "secret.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>

#include "log.h"

/* A page is cut into pieces of one size, so that a bit says which of them are taken. */
enum { PAGE = 4096, LEAST = 64, PIECES_MAX = PAGE / LEAST };

struct page {
    struct page *next;
    unsigned char *bytes;
    size_t piece;
    uint64_t taken;
    bool locked;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct page *pages;
static bool told;

static void out_of_memory(void)
{
    fputs("vaguemestre: out of memory for secrets\n", stderr);
    abort();
}

void secret_wipe(void *p, size_t n)
{
    if (n > 0)
        explicit_bzero(p, n);
}

static size_t piece_for(size_t size)
{
    size_t piece = LEAST;
    if (size > SECRET_MAX)
        out_of_memory();
    while (piece < size)
        piece *= 2;
    return piece;
}

static bool is_full(const struct page *page)
{
    size_t pieces = PAGE / page->piece;
    return page->taken == (pieces == PIECES_MAX ? UINT64_MAX : ((uint64_t)1 << pieces) - 1);
}

/* *failed: it could not be locked, which is for the caller to tell outside the lock. */
static struct page *page_new(size_t piece, bool *failed)
{
    struct page *page = calloc(1, sizeof *page);
    void *bytes = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!page || bytes == MAP_FAILED)
        out_of_memory();
    *page = (struct page){.next = pages, .bytes = bytes, .piece = piece};
    page->locked = mlock(bytes, PAGE) == 0;
    *failed = !page->locked;
    /* both only ever fail on kernels without them */
    (void)!madvise(bytes, PAGE, MADV_DONTDUMP);
    (void)!madvise(bytes, PAGE, MADV_DONTFORK);
    pages = page;
    return page;
}

static void page_free(struct page **at)
{
    struct page *page = *at;
    *at = page->next;
    munmap(page->bytes, PAGE); /* unlocks too */
    free(page);
}

void *secret_new(size_t size)
{
    bool failed = false;
    size_t piece = piece_for(size), index = 0;
    pthread_mutex_lock(&lock);
    struct page *page = pages;
    while (page && (page->piece != piece || is_full(page)))
        page = page->next;
    if (!page)
        page = page_new(piece, &failed);
    while (page->taken >> index & 1)
        index++;
    page->taken |= (uint64_t)1 << index;
    bool tell = failed && !told;
    told |= failed;
    void *secret = page->bytes + index * piece;
    pthread_mutex_unlock(&lock);
    if (tell)
        log_event(LOG_LEVEL_WARNING, "memory-not-locked",
                  "effect=\"passwords may reach the swap\" remedy=\"raise LimitMEMLOCK\"");
    return secret;
}

void secret_free(void *secret)
{
    unsigned char *bytes = secret;
    if (!secret)
        return;
    pthread_mutex_lock(&lock);
    struct page **at = &pages;
    while (*at && (bytes < (*at)->bytes || bytes >= (*at)->bytes + PAGE))
        at = &(*at)->next;
    if (!*at)
        out_of_memory(); /* not one of ours: nothing can be trusted any more */
    secret_wipe(bytes, (*at)->piece);
    (*at)->taken &= ~((uint64_t)1 << ((size_t)(bytes - (*at)->bytes) / (*at)->piece));
    if ((*at)->taken == 0)
        page_free(at);
    pthread_mutex_unlock(&lock);
}

char *secret_copy(struct sv text)
{
    char *copy = secret_new(text.n + 1);
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    return copy;
}

void secret_keep(void *p, size_t n)
{
    uintptr_t first = (uintptr_t)p / PAGE * PAGE, end = (uintptr_t)p + n;
    size_t length = (end - first + PAGE - 1) / PAGE * PAGE;
    (void)!mlock((void *)first, length); /* where it fails, page_new() tells */
    (void)!madvise((void *)first, length, MADV_DONTDUMP);
}

/* Its frame lies where the last ones lay. */
__attribute__((noinline)) static void wipe_below(void)
{
    unsigned char room[3 * PAGE];
    explicit_bzero(room, sizeof room);
}

/* The pages further down are given back, which costs less than writing to all of them, and takes
 * less memory until they are needed again. */
__attribute__((noinline)) void secret_forget_stack(void)
{
    static _Thread_local uintptr_t lowest;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (!lowest) {
        pthread_attr_t attributes;
        void *stack;
        size_t size;
        if (pthread_getattr_np(pthread_self(), &attributes) != 0)
            return;
        pthread_attr_getstack(&attributes, &stack, &size);
        pthread_attr_destroy(&attributes);
        lowest = (uintptr_t)stack;
    }
    uintptr_t end = (here - PAGE) / PAGE * PAGE;
    wipe_below();
    if (end > lowest)
        (void)!madvise((void *)lowest, end - lowest, MADV_DONTNEED);
}

struct secret_use secret_used(void)
{
    struct secret_use use = {0};
    pthread_mutex_lock(&lock);
    for (const struct page *page = pages; page; page = page->next) {
        use.pages++;
        use.locked += page->locked;
        use.secrets += (size_t)__builtin_popcountll(page->taken);
    }
    pthread_mutex_unlock(&lock);
    return use;
}

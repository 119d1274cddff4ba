/* pass_fixture.h — one-time passes over a store, a pepper and a generation of their own. */
#ifndef VM_PASS_FIXTURE_H
#define VM_PASS_FIXTURE_H

#include <fcntl.h>
#include <sys/stat.h>

#include "pass.h"
#include "store_fixture.h"

struct pass_fixture {
    struct store_fixture kept;
    struct sv pepper, generation, backup;
    struct passes *passes;
};
typedef char pass_text[PASS_TEXT + 1];

static inline enum status pass_fixture_start(struct pass_fixture *f)
{
    struct sv reason = SV("");
    const struct passes_site site = {.pepper_file = f->pepper.p,
                                     .generation_file = f->generation.p,
                                     .domain = SV("example.org")};
    return passes_open(f->kept.store, &site, f->kept.arena, &f->passes, &reason);
}

/* As a program that has died and is started again. */
static inline void pass_fixture_restart(struct pass_fixture *f)
{
    passes_close(&f->passes);
    store_close(&f->kept.store);
    assert_true(store_fixture_reopen(&f->kept));
    assert_int_equal(pass_fixture_start(f), STATUS_OK);
}

static inline void pass_fixture_write(struct sv path, struct sv bytes)
{
    int fd = open(path.p, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
    close(fd);
}

static inline struct sv pass_fixture_read(struct pass_fixture *f, struct sv path)
{
    struct stat info;
    int fd = open(path.p, O_RDONLY);
    if (fd < 0)
        return SV("");
    assert_int_equal(fstat(fd, &info), 0);
    char *bytes = arena_alloc(f->kept.arena, (size_t)info.st_size + 1);
    assert_int_equal(read(fd, bytes, (size_t)info.st_size), (ssize_t)info.st_size);
    close(fd);
    return (struct sv){bytes, (size_t)info.st_size};
}

/* True if the database or its journal holds these bytes. */
static inline bool pass_fixture_holds(struct pass_fixture *f, struct sv needle)
{
    struct sv journal = arena_printf(f->kept.arena, "%s-wal", f->kept.path.p);
    return sv_find(pass_fixture_read(f, f->kept.path), needle) != SIZE_MAX ||
           sv_find(pass_fixture_read(f, journal), needle) != SIZE_MAX;
}

static inline int pass_fixture_set_up(void **state)
{
    struct pass_fixture *f = calloc(1, sizeof *f);
    char pepper[SEAL_KEY_SIZE];
    *state = f;
    if (!store_fixture_open(&f->kept))
        return -1;
    f->pepper = arena_printf(f->kept.arena, "%s/pepper", f->kept.dir);
    f->generation = arena_printf(f->kept.arena, "%s/generation", f->kept.dir);
    f->backup = arena_printf(f->kept.arena, "%s/backup", f->kept.dir);
    memset(pepper, 5, sizeof pepper);
    pass_fixture_write(f->pepper, (struct sv){pepper, sizeof pepper});
    return pass_fixture_start(f) == STATUS_OK ? 0 : -1;
}

static inline int pass_fixture_tear_down(void **state)
{
    struct pass_fixture *f = *state;
    passes_close(&f->passes);
    unlink(f->pepper.p);
    unlink(f->generation.p);
    unlink(f->backup.p);
    store_fixture_close(&f->kept);
    free(f);
    return 0;
}

static inline void pass_fixture_make(struct pass_fixture *f, const char *user, size_t n,
                                     pass_text *out)
{
    const struct pass_order order = {.user = sv_of(user),
                                     .password = SV("OPEN-SESAME-4711"),
                                     .policy = PASS_READING,
                                     .expires = clock_wall() + 1000,
                                     .count = n};
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, out), STATUS_OK);
}

static inline enum status pass_fixture_claim(struct pass_fixture *f, const char *user,
                                             const char *typed, struct pass_claim *out)
{
    const struct pass_try try = {.user = sv_of(user),
                                 .typed = sv_of(typed),
                                 .address = SV("192.0.2.7"),
                                 .agent = SV("kiosk")};
    return pass_claim(f->passes, &try, f->kept.arena, out);
}

static inline void pass_fixture_use(struct pass_fixture *f, const char *typed)
{
    struct pass_claim claim;
    assert_int_equal(pass_fixture_claim(f, "claire", typed, &claim), STATUS_OK);
    assert_int_equal(pass_done(f->passes, &claim, PASS_SIGNED_IN), STATUS_OK);
}

/* One of claire's. */
static inline struct pass_record pass_fixture_row(struct pass_fixture *f, const char *typed)
{
    struct pass_code code;
    struct pass_record row;
    assert_int_equal(pass_text_read(sv_of(typed), &code), STATUS_OK);
    assert_int_equal(
        store_pass_get(f->kept.store, SV("claire"), code.selector, f->kept.arena, &row), STATUS_OK);
    return row;
}

/* The same pass with another secret. */
static inline void pass_fixture_forge(const char *typed, pass_text out)
{
    struct pass_code code;
    assert_int_equal(pass_text_read(sv_of(typed), &code), STATUS_OK);
    code.secret[PASS_SECRET_SIZE - 1] ^= 1;
    pass_text_write(&code, out);
}

#endif

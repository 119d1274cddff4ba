#include "recipe_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "procmail.h"
#include "procmail_file.h"
#include "random.h"

enum { OTHERS_WRITE = S_IWGRP | S_IWOTH };

/* O_NONBLOCK: a pipe with that name does not hold the delivery up. */
static enum status read_at(struct arena *arena, int dir, const char *name, const uid_t owners[2],
                           struct sv *text)
{
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : errno == ELOOP ? STATUS_DENIED : STATUS_IO;
    enum status status = fstat(fd, &st) == 0 ? STATUS_OK : STATUS_IO;
    if (status == STATUS_OK && (!S_ISREG(st.st_mode) || (st.st_mode & OTHERS_WRITE) ||
                                (st.st_uid != owners[0] && st.st_uid != owners[1])))
        status = STATUS_DENIED;
    if (status == STATUS_OK && st.st_size > PROCMAIL_FILE_MAX)
        status = STATUS_TOO_LARGE;
    if (status == STATUS_OK)
        status = file_read(arena, fd, (size_t)st.st_size, text);
    close(fd);
    return status;
}

enum status recipe_file_read(struct arena *arena, const char *directory, struct sv account,
                             uid_t owner, struct sv *text)
{
    const uid_t owners[2] = {owner, 0};
    struct sv name;
    enum status status = procmail_file_name(arena, account, &name);
    if (status != STATUS_OK)
        return status;
    /* O_PATH: the directory may be searched, but not listed */
    int dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    status = read_at(arena, dir, arena_cstr(arena, name), owners, text);
    close(dir);
    return status;
}

/* ---- the copy ---- */

static enum status write_new(struct arena *arena, int home, const char *name, struct sv text)
{
    const char *temporary =
        arena_printf(arena, "%s.%016llx", name, (unsigned long long)random_u64()).p;
    int fd = openat(home, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return STATUS_IO;
    enum status status = STATUS_OK;
    while (text.n > 0 && status == STATUS_OK) {
        ssize_t put = write(fd, text.p, text.n);
        if (put >= 0)
            text = sv_slice(text, (size_t)put, text.n);
        else if (errno != EINTR)
            status = STATUS_IO;
    }
    /* on some file systems a full disk shows only here */
    if (close(fd) != 0)
        status = STATUS_IO;
    if (status == STATUS_OK && renameat(home, temporary, home, name) != 0)
        status = STATUS_IO;
    if (status != STATUS_OK)
        (void)unlinkat(home, temporary, 0);
    return status;
}

static enum status home_check(int home)
{
    struct stat st;
    if (fstat(home, &st) != 0)
        return STATUS_IO;
    bool own = st.st_uid == geteuid() || st.st_uid == 0;
    return own && !(st.st_mode & OTHERS_WRITE) ? STATUS_OK : STATUS_DENIED;
}

enum status recipe_file_write(struct arena *arena, const char *home, const char *name,
                              struct sv recipes)
{
    const uid_t owners[2] = {geteuid(), geteuid()};
    struct sv there;
    int dir = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return STATUS_IO;
    enum status status = home_check(dir);
    if (status == STATUS_OK &&
        (read_at(arena, dir, name, owners, &there) != STATUS_OK || !sv_eq(there, recipes)))
        status = write_new(arena, dir, name, recipes);
    close(dir);
    return status;
}

enum status recipe_place_check(const char *home)
{
    struct stat here, there;
    if (stat(".", &here) != 0 || stat(home, &there) != 0)
        return STATUS_IO;
    return here.st_dev == there.st_dev && here.st_ino == there.st_ino ? STATUS_DENIED : STATUS_OK;
}

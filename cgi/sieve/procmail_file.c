#include "procmail_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "procmail.h"
#include "random.h"

enum { LOCK_WAIT_MS = 2000 };

/* ---- names ---- */

static bool has_capitals(struct sv name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] >= 'A' && name.p[i] <= 'Z')
            return true;
    return false;
}

enum status procmail_account(struct arena *arena, struct sv login, struct sv domain,
                             enum procmail_capitals capitals, struct sv *account)
{
    struct sv name = login;
    size_t at = sv_find_last_char(login, '@');
    if (at != SIZE_MAX) {
        if (domain.n == 0 || !sv_eq_nocase(sv_slice(login, at + 1, login.n), domain))
            return STATUS_UNSUPPORTED;
        name = sv_slice(login, 0, at);
    }
    if (name.n == 0)
        return STATUS_UNSUPPORTED;
    if (capitals == PROCMAIL_CAPITALS_REFUSE && has_capitals(name))
        return STATUS_DENIED;
    *account = capitals == PROCMAIL_CAPITALS_FOLD ? arena_lower(arena, name) : name;
    return STATUS_OK;
}

enum status procmail_file_name(struct arena *arena, struct sv account, struct sv *name)
{
    struct sb out;
    sb_init(&out, arena, PROCMAIL_NAME_MAX);
    for (size_t i = 0; i < account.n; i++) {
        char c = account.p[i];
        bool plain = (c >= 'a' && c <= 'z') || ascii_is_digit(c) || c == '_' || c == '-';
        if (plain || (c == '.' && i > 0))
            sb_add_char(&out, c);
        else
            sb_printf(&out, "=%02X", (unsigned)(unsigned char)c);
    }
    if (out.n == 0 || out.over)
        return STATUS_INVALID;
    *name = sb_view(&out);
    return STATUS_OK;
}

struct sv procmail_version(struct arena *arena, struct sv text)
{
    return rule_text_digest(arena, text);
}

/* ---- reading ---- */

static int directory_open(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static enum status load_at(struct arena *arena, int dir, struct sv name, struct sv *text)
{
    struct stat st;
    int fd = openat(dir, arena_cstr(arena, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : errno == ELOOP ? STATUS_INVALID : STATUS_IO;
    enum status status = STATUS_INVALID;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        status = st.st_size > PROCMAIL_FILE_MAX ? STATUS_TOO_LARGE
                                                : file_read(arena, fd, (size_t)st.st_size, text);
    close(fd);
    return status;
}

enum status procmail_load(struct arena *arena, const char *directory, struct sv account,
                          struct sv *text)
{
    struct sv name;
    enum status status = procmail_file_name(arena, account, &name);
    int dir = status == STATUS_OK ? directory_open(directory) : -1;
    if (status != STATUS_OK)
        return status;
    if (dir < 0)
        return STATUS_IO;
    status = load_at(arena, dir, name, text);
    close(dir);
    return status;
}

/* ---- writing ---- */

static enum status write_all(int fd, struct sv text)
{
    while (text.n > 0) {
        ssize_t put = write(fd, text.p, text.n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno == ENOSPC || errno == EDQUOT ? STATUS_UNAVAILABLE : STATUS_IO;
        text = sv_slice(text, (size_t)put, text.n);
    }
    return STATUS_OK;
}

/* Begins with a dot, which no account's file does. */
static enum status replace_at(struct arena *arena, int dir, struct sv name, struct sv text)
{
    const char *temporary = arena_printf(arena, ".%016llx", (unsigned long long)random_u64()).p;
    int fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == ENOSPC || errno == EDQUOT ? STATUS_UNAVAILABLE : STATUS_IO;
    enum status status = write_all(fd, text);
    if (status == STATUS_OK && (fchmod(fd, 0644) != 0 || fsync(fd) != 0))
        status = STATUS_IO;
    close(fd);
    if (status == STATUS_OK && renameat(dir, temporary, dir, arena_cstr(arena, name)) != 0)
        status = STATUS_IO;
    if (status != STATUS_OK)
        (void)unlinkat(dir, temporary, 0);
    else if (fsync(dir) != 0)
        status = STATUS_IO;
    return status;
}

static enum status save_at(struct arena *arena, int dir, struct sv name, struct sv version,
                           struct sv text)
{
    struct sv there = {0};
    enum status status = file_lock(dir, deadline_in(LOCK_WAIT_MS));
    if (status != STATUS_OK)
        return status;
    status = load_at(arena, dir, name, &there);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (!sv_eq(procmail_version(arena, there), version))
        return STATUS_CHANGED;
    return replace_at(arena, dir, name, text);
}

enum status procmail_save(struct arena *arena, const char *directory, struct sv account,
                          struct sv version, struct sv text)
{
    struct sv name;
    if (text.n > PROCMAIL_FILE_MAX)
        return STATUS_TOO_LARGE;
    enum status status = procmail_file_name(arena, account, &name);
    if (status != STATUS_OK)
        return status;
    int dir = directory_open(directory);
    if (dir < 0)
        return STATUS_IO;
    status = save_at(arena, dir, name, version, text);
    close(dir); /* and its lock with it */
    return status;
}

enum status procmail_directory_check(const char *directory)
{
    struct stat st;
    int dir = directory_open(directory);
    if (dir < 0)
        return STATUS_IO;
    enum status status = fstat(dir, &st) == 0 ? STATUS_OK : STATUS_IO;
    if (status == STATUS_OK && (st.st_uid != geteuid() || (st.st_mode & 07777) != 0711))
        status = STATUS_DENIED;
    if (status == STATUS_OK && faccessat(dir, ".", W_OK | X_OK, AT_EACCESS) != 0)
        status = STATUS_IO;
    close(dir);
    return status;
}

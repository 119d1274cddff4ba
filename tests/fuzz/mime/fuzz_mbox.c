/* fuzz_mbox — the input as a file: what is read of it does not depend on how it is cut, and written
 * by us and read again it is the same messages. The same input is the path of a file in an archive.
 */
#include "mbox.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "maildir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
    struct sb all; /* the messages, each behind its marks */
    struct mbox_writer *writer;
    struct sb written;
    struct sb one;
};

static void check(bool right)
{
    if (!right)
        abort();
}

static enum status begin(void *context)
{
    struct reading *r = context;
    sb_clear(&r->one);
    return STATUS_OK;
}

static enum status data(void *context, struct sv piece)
{
    struct reading *r = context;
    sb_add(&r->one, piece);
    return STATUS_OK;
}

static enum status end(void *context, const struct mbox_marks *marks)
{
    struct reading *r = context;
    sb_printf(&r->all, "%lld %u [%.*s]\n", (long long)marks->date, marks->flags,
              SV_ARG(marks->keywords));
    sb_add(&r->all, sb_view(&r->one));
    sb_add_char(&r->all, '\n');
    if (r->writer) {
        check(mbox_writer_begin(r->writer, marks) == STATUS_OK);
        check(mbox_writer_feed(r->writer, sb_view(&r->one)) == STATUS_OK);
        check(mbox_writer_end(r->writer) == STATUS_OK);
    }
    return STATUS_OK;
}

static enum status add(void *context, struct sv piece)
{
    sb_add(context, piece);
    return STATUS_OK;
}

static bool read_in(struct arena *arena, struct sv file, size_t step, bool write, struct reading *r)
{
    struct mbox *m = arena_alloc(arena, sizeof *m);
    *r = (struct reading){.writer = write ? arena_alloc(arena, sizeof *r->writer) : NULL};
    sb_init(&r->all, arena, (size_t)8 << 20);
    sb_init(&r->one, arena, (size_t)4 << 20);
    sb_init(&r->written, arena, (size_t)8 << 20);
    if (write)
        mbox_writer_init(r->writer, (struct sink){add, &r->written});
    mbox_init(m, (struct mbox_handler){begin, data, end, r});
    for (size_t at = 0; at < file.n; at += step)
        if (mbox_feed(m, sv_slice(file, at, at + step)) != STATUS_OK)
            return false;
    return mbox_finish(m) == STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0 || size > 1 << 16)
        return 0;
    struct arena *arena = arena_new((size_t)256 << 20);
    struct sv file = {(const char *)bytes + 1, size - 1};
    struct reading whole, cut, again;
    struct maildir_name name;
    bool good = read_in(arena, file, SIZE_MAX / 2, true, &whole);
    check(read_in(arena, file, 1 + bytes[0], false, &cut) == good);
    check(sv_eq(sb_view(&whole.all), sb_view(&cut.all)));
    if (good && whole.all.n > 0) {
        check(read_in(arena, sb_view(&whole.written), 1 + bytes[0], false, &again));
        check(sv_eq(sb_view(&whole.all), sb_view(&again.all)));
    }
    if (maildir_name_read(arena, file, &name) == STATUS_OK)
        check(sv_find(name.folder, SV("//")) == SIZE_MAX && name.keywords.n <= MBOX_KEYWORDS_MAX);
    arena_free(&arena);
    return 0;
}

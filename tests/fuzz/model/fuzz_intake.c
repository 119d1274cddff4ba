/* fuzz_intake — a memo or a line of an import, as it stands in the store: what is read is written
 * again, and that is read as the same. */
#include "intake.h"

#include <stdlib.h>

#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool right)
{
    if (!right)
        abort();
}

static void check_text(struct sv text)
{
    check(text.n <= 3 * INTAKE_TEXT_MAX && utf8_valid(text) && !sv_has_control(text));
}

static void memo(struct arena *arena, struct sv text)
{
    struct intake_counts counts, again;
    if (intake_memo_read(arena, text, &counts) != STATUS_OK)
        return;
    check_text(counts.file);
    counts.file = utf8_cut(counts.file, INTAKE_TEXT_MAX);
    struct sv written = intake_memo_write(arena, &counts);
    check(intake_memo_read(arena, written, &again) == STATUS_OK);
    check(sv_eq(again.file, counts.file) && again.seen == counts.seen && again.in == counts.in &&
          again.known == counts.known && again.refused == counts.refused &&
          again.folders == counts.folders);
}

static void line(struct arena *arena, struct sv text)
{
    struct intake_refused refused, again;
    struct sb out;
    if (intake_line_read(arena, text, &refused) != STATUS_OK)
        return;
    check_text(refused.where);
    check_text(refused.subject);
    check_text(refused.words);
    sb_init(&out, arena, 2000);
    intake_line_write(&out, &refused);
    check(!out.over && intake_line_read(arena, sb_view(&out), &again) == STATUS_OK);
    check(again.number == refused.number && again.why == refused.why &&
          sv_eq(again.subject, utf8_cut(refused.subject, INTAKE_TEXT_MAX)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    struct arena *arena = arena_new(1 << 20);
    memo(arena, (struct sv){(const char *)data, size});
    line(arena, (struct sv){(const char *)data, size});
    arena_free(&arena);
    return 0;
}

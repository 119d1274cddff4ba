/* How an import stands in the store: "SEEN IN KNOWN REFUSED FOLDERS FILE" is its memo, "NUMBER WHY
 * WHERE SUBJECT WORDS" a line for each refused message; texts in base64url, "-" if they are empty.
 */
#include "base64.h"
#include "intake.h"
#include "utf8.h"

enum { COUNTS = 5, CODED_MAX = BASE64_LENGTH(INTAKE_TEXT_MAX) };

const char *const intake_why_names[INTAKE_WHY_COUNT] = {"nul",        "empty",  "large",
                                                        "no_message", "folder", "not_wanted"};

static void text_write(struct sb *out, struct sv text)
{
    text = utf8_cut(text, INTAKE_TEXT_MAX);
    sb_add_char(out, ' ');
    if (text.n == 0)
        sb_add_char(out, '-');
    else
        base64url_encode(out, text.p, text.n);
}

static enum status text_read(struct arena *arena, struct sv coded, struct sv *out)
{
    size_t n = INTAKE_TEXT_MAX;
    *out = SV("");
    if (sv_eq(coded, SV("-")))
        return STATUS_OK;
    char *bytes = arena_alloc(arena, n);
    if (coded.n == 0 || coded.n > CODED_MAX || base64url_decode(coded, bytes, &n) != STATUS_OK)
        return STATUS_INVALID;
    *out = utf8_line(arena, (struct sv){bytes, n});
    return STATUS_OK;
}

/* ---- the memo ---- */

struct sv intake_memo_write(struct arena *arena, const struct intake_counts *counts)
{
    const uint64_t numbers[COUNTS] = {counts->seen, counts->in, counts->known, counts->refused,
                                      counts->folders};
    struct sb out;
    sb_init(&out, arena, STORE_JOB_MEMO_LISTED);
    for (size_t i = 0; i < COUNTS; i++) {
        if (i > 0)
            sb_add_char(&out, ' ');
        sb_add_u64(&out, numbers[i]);
    }
    text_write(&out, counts->file);
    return sb_view(&out);
}

enum status intake_memo_read(struct arena *arena, struct sv text, struct intake_counts *out)
{
    uint64_t numbers[COUNTS];
    struct intake_counts counts = {0};
    for (size_t i = 0; i < COUNTS; i++)
        if (sv_to_u64(sv_cut(&text, ' '), INT64_MAX, &numbers[i]) != STATUS_OK)
            return STATUS_INVALID;
    if (text_read(arena, text, &counts.file) != STATUS_OK)
        return STATUS_INVALID;
    counts.seen = numbers[0];
    counts.in = numbers[1];
    counts.known = numbers[2];
    counts.refused = numbers[3];
    counts.folders = numbers[4];
    *out = counts;
    return STATUS_OK;
}

/* ---- a refused message ---- */

void intake_line_write(struct sb *out, const struct intake_refused *refused)
{
    sb_add_u64(out, refused->number);
    sb_add_char(out, ' ');
    sb_add_cstr(out, intake_why_names[refused->why]);
    text_write(out, refused->where);
    text_write(out, refused->subject);
    text_write(out, refused->words);
}

enum status intake_line_read(struct arena *arena, struct sv line, struct intake_refused *out)
{
    struct intake_refused refused = {.why = INTAKE_WHY_COUNT};
    if (sv_to_u64(sv_cut(&line, ' '), INT64_MAX, &refused.number) != STATUS_OK)
        return STATUS_INVALID;
    struct sv why = sv_cut(&line, ' ');
    for (int i = 0; i < INTAKE_WHY_COUNT; i++)
        if (sv_eq(why, sv_of(intake_why_names[i])))
            refused.why = (enum intake_why)i;
    if (refused.why == INTAKE_WHY_COUNT ||
        text_read(arena, sv_cut(&line, ' '), &refused.where) != STATUS_OK ||
        text_read(arena, sv_cut(&line, ' '), &refused.subject) != STATUS_OK ||
        text_read(arena, line, &refused.words) != STATUS_OK)
        return STATUS_INVALID;
    *out = refused;
    return STATUS_OK;
}

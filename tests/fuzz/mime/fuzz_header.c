#include "arena.h"
#include "date.h"
#include "header.h"
#include "msgid.h"
#include "param.h"
#include "subject.h"
#include "utf8.h"
#include "word.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static bool is_line(struct sv s)
{
    return utf8_valid(s) && !sv_has_control(s);
}

static void check_value(struct arena *arena, struct sv raw)
{
    struct params params;
    struct sv value, text = word_decode(arena, raw);
    struct date date;
    struct sb out;
    CHECK(is_line(text) && text.n <= WORD_TEXT_MAX);
    param_parse(arena, raw, &params);
    for (size_t i = 0; i < params.n; i++)
        if (param_get(arena, params, params.items[i].name, &value))
            CHECK(is_line(value) && value.n <= PARAM_VALUE_MAX);
    struct msgids ids = msgid_list(arena, raw);
    for (size_t i = 0; i < ids.n; i++)
        CHECK(!sv_has_control(ids.items[i]) && ids.items[i].n <= MSGID_LENGTH_MAX);
    sb_init(&out, arena, DATE_LENGTH_MAX);
    if (date_parse(raw, &date) == STATUS_OK) {
        struct date back;
        date_format(&out, date);
        if (!out.over && date_parse(sb_view(&out), &back) == STATUS_OK)
            CHECK(back.time == date.time);
    }
    subject_base(arena, text, NULL);
    subject_prefix(arena, SV("Re: "), text);
    /* Whatever is written comes back. */
    sb_init(&out, arena, 16 * text.n + 200);
    word_encode_text(&out, text, 9);
    CHECK(!out.over && sv_eq(word_decode(arena, sb_view(&out)), text));
    value = utf8_cut(text, PARAM_VALUE_MAX);
    sb_init(&out, arena, 16 * text.n + 1000);
    sb_add(&out, SV("attachment"));
    param_add(&out, SV("filename"), value, 20);
    CHECK(!out.over);
    struct sv back = SV("");
    param_parse(arena, sb_view(&out), &params);
    CHECK(param_get(arena, params, SV("filename"), &back));
    CHECK(sv_starts(value, back) && (back.n == value.n || params.n == PARAM_COUNT_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv block = {(const char *)data, size};
    struct arena *arena = arena_new((size_t)256 << 20);
    struct field field;
    for (size_t at = 0; header_next(block, &at, &field);) {
        CHECK(header_name_valid(field.name));
        check_value(arena, field.value);
        arena_reset(arena);
    }
    check_value(arena, block);
    arena_free(&arena);
    return 0;
}

#include "address.h"
#include "arena.h"
#include "utf8.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static bool is_line(struct sv s)
{
    return utf8_valid(s) && !sv_has_control(s);
}

static void check_list(struct addresses list)
{
    CHECK(list.n <= ADDRESS_COUNT_MAX);
    for (size_t i = 0; i < list.n; i++) {
        struct address a = list.items[i];
        CHECK(is_line(a.name) && is_line(a.mailbox) && is_line(a.domain) && is_line(a.group));
        CHECK(a.name.n <= ADDRESS_NAME_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv text = {(const char *)data, size};
    struct arena *arena = arena_new((size_t)256 << 20);
    struct addresses list = address_list_parse(arena, text);
    struct typed_addresses typed;
    struct sb out;
    check_list(list);
    sb_init(&out, arena, 32 * size + 1000);
    address_add_header(&out, list, 4);
    CHECK(!out.over);
    /* Folds are the only line ends that are written, and no address appears or goes. */
    size_t good = 0, again = 0;
    for (size_t i = 0; i < list.n; i++)
        good += address_check(list.items[i]) == ADDRESS_FAULT_NONE;
    list = address_list_parse(arena, sb_view(&out));
    for (size_t i = 0; i < list.n; i++)
        again += address_check(list.items[i]) == ADDRESS_FAULT_NONE;
    CHECK(good == again);
    for (size_t i = 0; i < out.n; i++)
        CHECK(out.p[i] != '\n' || (out.p[i - 1] == '\r' && out.p[i + 1] == ' '));
    if (address_list_typed(arena, text, &typed) == STATUS_OK) {
        check_list(typed.good);
        for (size_t i = 0; i < typed.good.n; i++)
            CHECK(address_check(typed.good.items[i]) == ADDRESS_FAULT_NONE);
        for (size_t i = 0; i < typed.bad_n; i++)
            CHECK(is_line(typed.bad[i].text) && typed.bad[i].fault != ADDRESS_FAULT_NONE);
        sb_init(&out, arena, 32 * size + 1000);
        address_add_display(&out, typed.good);
        size_t before = typed.good.n;
        CHECK(address_list_typed(arena, sb_view(&out), &typed) == STATUS_OK);
        CHECK(typed.bad_n == 0 && typed.good.n == before);
    }
    arena_free(&arena);
    return 0;
}

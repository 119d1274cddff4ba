#include "tnef_list.h"
#include "utf8.h"
#include "verify.h"

enum { SIZE_LIMIT = 1000 };

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

/* Whatever passes can be used as it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv text = {(const char *)data, size};
    struct tnef_list list;
    if (!verify_text(text))
        return 0;
    struct arena *arena = arena_new((size_t)16 << 20);
    if (tnef_list_parse(arena, text, SIZE_LIMIT, &list) == STATUS_OK) {
        CHECK(list.message_count <= TNEF_LIST_MESSAGES_MAX);
        CHECK(list.file_count <= TNEF_LIST_FILES_MAX);
        for (size_t i = 0; i < list.message_count; i++)
            CHECK(list.messages[i].text.n <= size && !sv_has_control(list.messages[i].subject));
        for (size_t i = 0; i < list.file_count; i++) {
            const struct tnef_list_file *file = &list.files[i];
            CHECK(file->message < list.message_count && file->opened < list.message_count);
            CHECK(file->content < TNEF_LIST_CONTENT_COUNT);
            CHECK(file->offset + file->length <= SIZE_LIMIT);
            CHECK(!sv_has_control(file->name) && file->name.n <= TNEF_LIST_NAME_MAX);
            CHECK(!sv_has_control(file->media_type) && !sv_has_control(file->content_id));
        }
    }
    arena_free(&arena);
    return 0;
}

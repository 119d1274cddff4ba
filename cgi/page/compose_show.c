#include "compose_show.h"

#include "failure.h"

struct sv compose_failure_text(struct page *page, enum status why)
{
    struct page_words words = page_words(page, why, &page->diagnosis);
    const char *code = diagnosis_code(page->diagnosis.cause);
    return arena_printf(page->arena, code[0] ? "%.*s %.*s (%s)" : "%.*s %.*s%s",
                        SV_ARG(words.cause), SV_ARG(words.remedy), code);
}

enum status compose_show_failure(struct page *page, struct compose *compose, enum status why)
{
    page_log_failure(page, why);
    compose->error = compose_failure_text(page, why);
    compose->full = why == STATUS_QUOTA;
    struct sv again = locale_text(page->locale, "compose.files_again");
    struct sv limit = locale_size(page->locale, page->arena, page->site->upload_max);
    if (page->request->upload_failed != STATUS_OK)
        compose->errors[COMPOSE_ATTACH] = arena_printf(
            page->arena, "%.*s %.*s",
            SV_ARG(locale_format(page->locale, page->arena, "compose.too_large", limit)),
            SV_ARG(again));
    else if (page->request->upload_count > 0)
        compose->errors[COMPOSE_ATTACH] = again;
    return compose_render(page, compose, failure_of(why)->code);
}

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
    if (page->request->upload_count > 0 || page->upload_failure != STATUS_OK)
        compose->errors[COMPOSE_ATTACH] = locale_text(page->locale, "compose.files_again");
    return compose_render(page, compose, failure_of(why)->code);
}

#include "sender.h"

/* By a signature that our own server found valid. */
static bool way_is_signed(struct page *page, const struct letter *letter,
                          const struct authres *results)
{
    for (size_t i = 0; i < results->n; i++)
        if (results->items[i].method == AUTHRES_DKIM && results->items[i].result == AUTHRES_PASS &&
            unsubscribe_covered(page->arena, letter->fields, results->items[i].domain))
            return true;
    return false;
}

void sender_load(struct page *page, const struct letter *letter, struct sender *out)
{
    struct identity_question question = {.own_domain = page_user_domain(page),
                                         .list = letter->list_id.n > 0 || letter->list_post.n > 0,
                                         .results = &out->results};
    if (letter->from.n > 0)
        question.from = letter->from.items[0];
    question.from.name = letter->from_name;
    out->domain = question.from.domain;
    out->list = question.list;
    authres_collect(page->arena, letter->fields, page->site->authentication, &out->results);
    identity_judge(page->arena, &question, &out->identity);
    unsubscribe_read(page->arena, letter->fields, &out->unsubscribe);
    out->one_click =
        out->unsubscribe.one_click && page->site->web.unsubscribe &&
        (page->site->authentication.n == 0 || way_is_signed(page, letter, &out->results));
}

size_t sender_warnings(struct page *page, const struct letter *letter, const struct sender *sender,
                       struct sv out[SENDER_WARNINGS_MAX])
{
    static const struct {
        enum identity_sign sign;
        const char *key;
    } WARNINGS[] = {
        {IDENTITY_FORGED_OWN, "sender.forged_own"},
        {IDENTITY_FORGED, "sender.forged"},
        {IDENTITY_NAME_ADDRESS, "sender.name_shows"},
        {IDENTITY_NAME_OWN, "sender.name_shows"},
        {IDENTITY_MAILBOX_ADDRESS, "sender.mailbox"},
        {IDENTITY_DOMAIN_MIXED, "sender.domain_mixed"},
        {IDENTITY_DOMAIN_READS_LATIN, "sender.domain_reads"},
        {IDENTITY_NAME_MIXED, "sender.name_mixed"},
        {IDENTITY_NAME_HIDES, "sender.name_hides"},
    };
    const struct identity *identity = &sender->identity;
    size_t n = 0;
    if (identity->signs == 0)
        return 0;
    struct sv address = address_spec(page->arena, letter->from.items[0]);
    struct sv letters = identity->letters.n > 0 ? identity->letters : sender->domain;
    struct sv ascii = identity->letters.n > 0 ? identity->ascii : sender->domain;
    for (size_t i = 0; i < sizeof WARNINGS / sizeof WARNINGS[0] && n < SENDER_WARNINGS_MAX; i++)
        if (identity->signs & WARNINGS[i].sign)
            out[n++] = locale_format(page->locale, page->arena, WARNINGS[i].key, address, letters,
                                     ascii, identity->claimed);
    return n;
}

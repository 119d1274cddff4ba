/* Searching everywhere: how soon the first results are there, and all of them, beside a raw client
 * that asks each folder with one command over one warm connection and shows nothing until then. */
#include "bench.h"

enum { SEARCHES = 5, TEXTS = 2, LOOKS_MAX = 2000 };

struct side {
    struct mailbox raw;
    struct web web;
    const struct settings *settings;
    struct arena *arena;
};

struct measure {
    const char *name;
    const char *criteria; /* of the raw client, up to a number that is another one each time */
    const char *query;    /* likewise; percent-encoded */
    int first, step, repeats;
};

static const struct measure MEASURES[] = {
    {"by subject", "SUBJECT ", "subject%3A", 101, 37, SEARCHES},
    {"in texts, many found", "TEXT rendez NOT SUBJECT zq", "texte%3Arendez%20-objet%3Azq", 1, 1,
     TEXTS},
    {"in texts, none found", "TEXT zq", "texte%3Azq", 1, 1, TEXTS},
};

static double raw_search(struct side *s, const char *criteria)
{
    double start = now_ms();
    for (struct sv folders = s->settings->folders; folders.n > 0;) {
        struct sv folder = sv_cut(&folders, ':');
        mailbox_command(&s->raw, arena_printf(s->arena, "SELECT \"%.*s\"", SV_ARG(folder)).p);
        mailbox_command(&s->raw, arena_printf(s->arena, "UID SEARCH RETURN (ALL) %s", criteria).p);
    }
    return now_ms() - start;
}

/* *first: until some page has a row; as *whole where none ever has. */
static void our_search(struct side *s, struct sv target, double *first, double *whole)
{
    struct answer answer;
    double start = now_ms();
    *first = 0;
    for (int i = 0; i < LOOKS_MAX; i++) {
        web_get(&s->web, target, &answer);
        if (*first == 0 && sv_find(answer.body, SV("<tr class=\"row")) != SIZE_MAX)
            *first = now_ms() - start;
        if (sv_find(answer.body, SV("data-running")) == SIZE_MAX)
            break;
        if (i + 1 == LOOKS_MAX)
            fail("%.*s does not come to an end", SV_ARG(target));
    }
    *whole = now_ms() - start;
    if (*first == 0)
        *first = *whole;
}

static void measure(struct side *s, const struct measure *m)
{
    double raw[SEARCHES], first[SEARCHES], whole[SEARCHES];
    for (int i = 0; i < m->repeats; i++) {
        int number = m->first + i * m->step;
        struct sv criteria = arena_printf(s->arena, "%s%d", m->criteria, number);
        struct sv query = arena_printf(s->arena, "%s%d", m->query, number);
        raw[i] = raw_search(s, criteria.p);
        our_search(s, arena_printf(s->arena, "/search?q=%.*s&in=all", SV_ARG(query)), &first[i],
                   &whole[i]);
    }
    times_sort(raw, (size_t)m->repeats);
    times_sort(first, (size_t)m->repeats);
    times_sort(whole, (size_t)m->repeats);
    int middle = (m->repeats - 1) / 2;
    printf("| search everywhere, %s | %.1f | %.1f | %.1f | %.2f |\n", m->name, raw[middle],
           first[middle], whole[middle], whole[middle] / raw[middle]);
}

void bench_search(const struct settings *settings)
{
    struct side side = {.settings = settings, .arena = arena_new(SIZE_MAX)};
    struct answer answer;
    mailbox_open(&side.raw, &settings->account);
    web_at(&side.web, settings, false);
    web_sign_in(&side.web, settings->account.user, settings->account.password, &answer);
    printf("| milliseconds | raw IMAP, all | first results | all | all / raw |\n"
           "|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof(MEASURES) / sizeof(MEASURES[0]); i++)
        measure(&side, &MEASURES[i]);
    web_close(&side.web);
    mailbox_close(&side.raw);
    arena_free(&side.arena);
}

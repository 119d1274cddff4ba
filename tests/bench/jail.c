/* The jail: what one letter costs, how many a second two of them read at once, and what the hardest
 * letters cost in time and memory. Each hard letter is read from a process of its own, so that the
 * kernel's account of the dead child is of that child alone. */
#include <gumbo.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "jail.h"

enum { LETTER = 50 * 1024, ROUNDS = 200, AT_ONCE = 2, DEADLINE_MS = 20000 };

/* ---- letters ---- */

/* A letter that is made while it is read: `start`, then `again` up to `size` bytes in all. */
struct letter_bytes {
    struct sv start, again;
    uint64_t size, at;
};

static enum status letter_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct letter_bytes *l = context;
    size_t done = 0;
    while (done < room && l->at < l->size) {
        bool first = l->at < l->start.n;
        struct sv text = first ? l->start : l->again;
        size_t from = first ? (size_t)l->at : (size_t)((l->at - l->start.n) % text.n);
        size_t most = text.n - from;
        if (most > room - done)
            most = room - done;
        if (most > l->size - l->at)
            most = (size_t)(l->size - l->at);
        memcpy((char *)buffer + done, text.p + from, most);
        done += most;
        l->at += most;
    }
    *n = done;
    return STATUS_OK;
}

struct sample {
    const char *name;
    enum jail_input input;
    const char *encoding, *charset; /* NULL: none */
    const char *start, *again;
    uint64_t size;
};

static struct sv text_of(const char *text)
{
    return sv_of(text ? text : "");
}

static enum status sample_read(const struct settings *s, const struct sample *sample,
                               struct jail_result *result, struct arena *arena)
{
    const struct jail jail = {s->jail, JAIL_MAX_INPUT_DEFAULT, JAIL_MAX_OUTPUT_DEFAULT};
    const struct jail_request request = {.input = sample->input,
                                         .encoding = text_of(sample->encoding),
                                         .charset = text_of(sample->charset)};
    struct letter_bytes bytes = {
        .start = text_of(sample->start), .again = text_of(sample->again), .size = sample->size};
    return jail_run(&jail, &request, (struct source){letter_read, &bytes}, arena,
                    deadline_in(DEADLINE_MS), result);
}

/* A letter as a mail program of a desk writes it, and a newsletter, which is nearly all markup. */
static const struct sample letters[] = {
    {.name = "letter of 50 KB",
     .start = "<html><head><style>p.MsoNormal { margin: 0cm; font-size: 11pt; font-family: "
              "\"Calibri\", sans-serif }</style></head><body lang=\"FR\">",
     .again = "<p class=\"MsoNormal\">Bonjour \xc3\xa0 tous,<br>la r\xc3\xa9union du "
              "conseil est report\xc3\xa9"
              "e au <b>12 mars</b>, salle 204 ; l\xe2\x80\x99ordre du jour suit, avec le "
              "compte rendu de la derni\xc3\xa8re s\xc3\xa9"
              "ance et les budgets.</p>\r\n<p class=\"MsoNormal\">&nbsp;</p>\r\n"
              "<blockquote><p class=\"MsoNormal\">Le 3 mars, Claire Martin a \xc3\xa9"
              "crit : pourriez-vous confirmer votre pr\xc3\xa9sence avant lundi ? Les "
              "documents sont <a href=\"https://ok.example/doc?id=12&amp;p=3\">ici</a>."
              "</p></blockquote>\r\n",
     .input = JAIL_INPUT_HTML,
     .size = LETTER},
    {.name = "newsletter of 50 KB",
     .start = "<style>.x { color: #333 } @media (max-width: 600px) { .x { width: 100% } }"
              "</style>",
     .again = "<table width=\"600\" cellpadding=\"0\" cellspacing=\"0\" "
              "style=\"background-color:#ffffff;border-collapse:collapse\"><tr><td class=\"x\" "
              "style=\"padding:12px 24px;font:14px/21px Arial,sans-serif;color:#333\"><h2 "
              "style=\"margin:0 0 8px\">Une nouvelle</h2><p>Le texte de la nouvelle, avec "
              "<b>un mot</b> et <a href=\"https://ok.example/?a=1&amp;b=2\">un lien</a>.</p><img "
              "src=\"https://ok.example/i.gif\" width=\"200\" height=\"80\" alt=\"\"></td></tr>"
              "</table>",
     .input = JAIL_INPUT_HTML,
     .size = LETTER},
};

/* ---- ordinary letters ---- */

struct reader {
    const struct settings *s;
    const struct sample *letter;
    double ms[ROUNDS];
    pthread_t thread;
};

static void *read_many(void *context)
{
    struct reader *reader = context;
    for (int i = 0; i < ROUNDS; i++) {
        struct jail_result result;
        struct arena *arena = arena_new(SIZE_MAX);
        double start = now_ms();
        enum status st = sample_read(reader->s, reader->letter, &result, arena);
        reader->ms[i] = now_ms() - start;
        if (st != STATUS_OK || result.fallback != JAIL_FALLBACK_NONE)
            fail("the jail gave %s", status_name(st));
        arena_free(&arena);
    }
    return NULL;
}

/* What the parser alone takes for the same bytes, in this process. */
static double parser_alone(const struct sample *letter)
{
    static char text[LETTER];
    double ms[ROUNDS];
    size_t n;
    struct letter_bytes bytes = {
        .start = text_of(letter->start), .again = text_of(letter->again), .size = LETTER};
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;
    if (letter_read(&bytes, text, sizeof text, &n) != STATUS_OK)
        fail("no letter");
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ms();
        gumbo_destroy_output(&options, gumbo_parse_with_options(&options, text, n));
        ms[i] = now_ms() - start;
    }
    times_sort(ms, ROUNDS);
    return ms[ROUNDS / 2];
}

static void bench_letter(const struct settings *s, const struct sample *letter)
{
    struct reader readers[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++)
        readers[i] = (struct reader){.s = s, .letter = letter};
    read_many(&readers[0]); /* warm */
    read_many(&readers[0]);
    times_sort(readers[0].ms, ROUNDS);
    double start = now_ms();
    for (int i = 0; i < AT_ONCE; i++)
        if (pthread_create(&readers[i].thread, NULL, read_many, &readers[i]) != 0)
            fail("no thread");
    double median = readers[0].ms[ROUNDS / 2];
    for (int i = 0; i < AT_ONCE; i++)
        pthread_join(readers[i].thread, NULL);
    printf("| %s | %.1f ms | %.1f ms | %.0f |\n", letter->name, parser_alone(letter), median,
           AT_ONCE * ROUNDS / ((now_ms() - start) / 1000));
}

/* ---- hard letters ---- */

#define MB ((uint64_t)1 << 20)

static const struct sample hards[] = {
    {"a million nested elements", JAIL_INPUT_HTML, "", "", "", "<b>", 3000000},
    {"nesting as deep as it is read", JAIL_INPUT_HTML, "", "", "",
     "<b><i><u><s><tt><p>x</p></tt></s></u></i></b>", MB - 1},
    {"formatting that is opened again", JAIL_INPUT_HTML, "", "",
     "<b 1><b 2><b 3><b 4><i 1><i 2><i 3>", "<p>", 140000},
    {"a million attributes", JAIL_INPUT_HTML, "", "", "<p", " a", 2000000},
    {"sixty attributes a tag", JAIL_INPUT_HTML, "", "", "",
     "<p a b c d e f g h i j k l m n o q r s t u v w x y z aa ab ac ad ae af ag ah ai aj ak "
     "al am an ao ap aq ar as at au av aw ax ay az ba bb bc bd be bf bg bh bi bj>",
     MB - 1},
    {"a line of 100 MB", JAIL_INPUT_PLAIN, "", "utf-8", "", "x", 100 * MB},
    {"a line of 100 MB of HTML", JAIL_INPUT_HTML, "", "utf-8", "", "x", 100 * MB},
    {"text that grows most", JAIL_INPUT_PLAIN, "", "", "", "\"", 2 * MB},
    {"quotes in quotes", JAIL_INPUT_PLAIN, "", "", "", ">>>>>>>>>>>>>>>>x\nx\n", 2 * MB},
    {"empty lines", JAIL_INPUT_PLAIN, "", "", "", "\n", 2 * MB},
    {"links", JAIL_INPUT_PLAIN, "", "", "", "www.a.fr ", 2 * MB},
    {"bytes of a wrong charset", JAIL_INPUT_PLAIN, "", "utf-16", "", "\xd8\x41", 2 * MB},
    {"a charset of states", JAIL_INPUT_PLAIN, "", "iso-2022-jp", "", "\x1b$B\x1b(B", 2 * MB},
    {"a style sheet of 1 MB", JAIL_INPUT_HTML, "", "", "<style>", "a,b,c,d,e,f,g,h{color:red}",
     MB - 1},
    {"declarations", JAIL_INPUT_HTML, "", "", "",
     "<p style=\"color:red;margin:1px 2px 3px 4px;font:12px a,b,c;border:1px solid red\">", MB - 1},
    {"references", JAIL_INPUT_HTML, "", "", "", "&ngt;&amp;&#1;", MB - 1},
    {"tables in tables", JAIL_INPUT_HTML, "", "", "", "<table><tr><td>", MB - 1},
    {"what tables push out", JAIL_INPUT_HTML, "", "", "<table>", "<i>x<tr>", MB - 1},
};

struct verdict {
    enum status status;
    enum jail_fallback fallback;
    double ms;
    long kb;
};

static struct verdict read_hard(const struct settings *s, const struct sample *hard)
{
    struct verdict v = {STATUS_IO, JAIL_FALLBACK_NONE, 0, 0};
    struct jail_result result = {.remote_blocked = 0};
    struct rusage usage;
    double start = now_ms();
    v.status = sample_read(s, hard, &result, arena_new(SIZE_MAX)); /* the process ends with it */
    v.ms = now_ms() - start;
    v.fallback = result.fallback;
    getrusage(RUSAGE_CHILDREN, &usage);
    v.kb = usage.ru_maxrss;
    return v;
}

static void bench_hard(const struct settings *s, const struct sample *hard)
{
    struct verdict v;
    int ends[2], how;
    if (pipe(ends) != 0)
        fail("no pipe");
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        v = read_hard(s, hard);
        _exit(write(ends[1], &v, sizeof v) == (ssize_t)sizeof v ? 0 : 1);
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], &v, sizeof v) != (ssize_t)sizeof v ||
        waitpid(child, &how, 0) != child)
        fail("%s: no verdict", hard->name);
    close(ends[0]);
    const char *shown = v.status != STATUS_OK              ? status_name(v.status)
                        : v.fallback != JAIL_FALLBACK_NONE ? "as text"
                        : hard->input == JAIL_INPUT_HTML   ? "as HTML"
                                                           : "as text";
    printf("| %s | %.0f ms | %.0f MB | %s |\n", hard->name, v.ms, (double)v.kb / 1024, shown);
}

void bench_jail(const struct settings *s)
{
    printf("| the jail | parser alone | whole | a second, two at once |\n|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        bench_letter(s, &letters[i]);
    printf("\n| hard letters | time | memory | shown |\n|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof hards / sizeof hards[0]; i++)
        bench_hard(s, &hards[i]);
}

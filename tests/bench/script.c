#include "script.h"

#include <dirent.h>

#include "link.h"

enum { LINE_MAX_ = 64 * 1024, LINES_MAX = 20000 };

struct line {
    double time;
    unsigned file;
    size_t number;
    bool begins; /* a command; else it goes on behind a literal */
    struct sv text;
};

double wall_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* "1795494765.288686 A1 SELECT INBOX". What came before `since` (a large message, perhaps) is
 * passed over. */
static void file_read(struct arena *arena, const char *path, double since, unsigned file,
                      struct line *lines, size_t *n)
{
    static char text[LINE_MAX_];
    bool literal = false;
    FILE *in = fopen(path, "r");
    if (!in)
        fail("cannot read the recording %s", path);
    while (fgets(text, sizeof(text), in)) {
        struct sv rest = sv_trim(sv_of(text));
        char *end;
        double time = strtod(text, &end);
        if (end == text || rest.n == 0 || time < since)
            continue;
        (void)sv_cut(&rest, ' ');
        if (*n == LINES_MAX)
            fail("the recording is too long");
        lines[*n] = (struct line){time, file, *n, !literal, arena_sv(arena, rest)};
        (*n)++;
        literal = sv_ends(rest, SV("}"));
    }
    (void)fclose(in);
}

static int by_time(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static struct batch *batch_add(struct arena *arena, struct window *window, unsigned connection)
{
    struct batch *batch = arena_alloc(arena, sizeof(*batch));
    batch->connection = connection;
    sb_init(&batch->commands, arena, 1 << 20);
    if (window->last)
        window->last->next = batch;
    else
        window->first = batch;
    window->last = batch;
    return batch;
}

static void window_fill(struct arena *arena, struct window *window, const struct line *lines,
                        size_t n, unsigned *names, unsigned *connections)
{
    double last = 0;
    for (size_t i = 0; i < n; i++) {
        const struct line *line = &lines[i];
        if (line->time < window->start || line->time > window->end)
            continue;
        unsigned c = 0;
        while (c < *connections && names[c] != line->file)
            c++;
        if (c == SCRIPT_CONNECTIONS)
            fail("a session has too many connections");
        if (c == *connections)
            names[(*connections)++] = line->file;
        struct batch *batch = window->last;
        if (!batch || batch->connection != c || (line->time > last && line->begins))
            batch = batch_add(arena, window, c);
        last = line->time;
        batch->replies += line->begins ? 1 : 0;
        sb_add(&batch->commands, line->text);
        sb_add(&batch->commands, SV("\r\n"));
    }
}

void script_load(struct arena *arena, const char *directory, struct window *windows, size_t n)
{
    struct line *lines = arena_array(arena, LINES_MAX, sizeof(*lines));
    unsigned names[SCRIPT_CONNECTIONS];
    unsigned files = 0, connections = 0;
    size_t count = 0;
    DIR *dir = opendir(directory);
    if (!dir)
        fail("there are no recordings in %s", directory);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (!sv_ends(sv_of(entry->d_name), SV(".in")))
            continue;
        struct sv path = arena_printf(arena, "%s/%s", directory, entry->d_name);
        file_read(arena, path.p, windows[0].start, files++, lines, &count);
    }
    (void)closedir(dir);
    qsort(lines, count, sizeof(*lines), by_time);
    for (size_t i = 0; i < n; i++)
        window_fill(arena, &windows[i], lines, count, names, &connections);
}

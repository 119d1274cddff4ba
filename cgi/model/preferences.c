#include "preferences.h"

#include "arena.h"

const char *const theme_names[THEME_COUNT] = {"auto", "light", "dark"};
const char *const density_names[DENSITY_COUNT] = {"comfortable", "compact"};
const char *const pane_names[PANE_COUNT] = {"right", "below", "none"};
const char *const body_names[BODY_COUNT] = {"html", "plain"};
const char *const seen_names[SEEN_COUNT] = {"open", "manual"};
const char *const remote_names[REMOTE_COUNT] = {"ask", "never"};
const char *const notify_names[NOTIFY_COUNT] = {"no", "yes"};

enum status preference_choice(const char *const *names, int count, struct sv name, int *choice)
{
    for (int i = 0; i < count; i++)
        if (sv_eq(sv_of(names[i]), name)) {
            *choice = i;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

struct preferences preferences_default(void)
{
    return (struct preferences){.language = SV(""),
                                .zone = SV(""),
                                .thread_folders = SV(""),
                                .keys = true,
                                .page_size = PREFERENCE_PAGE_SIZE_DEFAULT,
                                .name = SV(""),
                                .signature = SV("")};
}

static bool page_size_offered(uint32_t size)
{
    return size == 25 || size == 50 || size == 100 || size == 200;
}

static int choice_or_default(const char *const *names, int count, struct sv name)
{
    int choice = 0;
    return preference_choice(names, count, name, &choice) == STATUS_OK ? choice : 0;
}

static void take(struct preferences *p, struct sv name, struct sv value)
{
    uint32_t number;
    if (sv_eq(name, SV("language")))
        p->language = value;
    else if (sv_eq(name, SV("zone")))
        p->zone = value;
    else if (sv_eq(name, SV("theme")))
        p->theme = (enum theme)choice_or_default(theme_names, THEME_COUNT, value);
    else if (sv_eq(name, SV("density")))
        p->density = (enum density)choice_or_default(density_names, DENSITY_COUNT, value);
    else if (sv_eq(name, SV("pane")))
        p->pane = (enum pane)choice_or_default(pane_names, PANE_COUNT, value);
    else if (sv_eq(name, SV("body")))
        p->body = (enum body_choice)choice_or_default(body_names, BODY_COUNT, value);
    else if (sv_eq(name, SV("seen")))
        p->seen = (enum seen_rule)choice_or_default(seen_names, SEEN_COUNT, value);
    else if (sv_eq(name, SV("remote")))
        p->remote = (enum remote_rule)choice_or_default(remote_names, REMOTE_COUNT, value);
    else if (sv_eq(name, SV("notify")))
        p->notify = (enum notify_rule)choice_or_default(notify_names, NOTIFY_COUNT, value);
    else if (sv_eq(name, SV("announce")))
        p->announce = sv_eq(value, SV("1"));
    else if (sv_eq(name, SV("keys")))
        p->keys = !sv_eq(value, SV("0"));
    else if (sv_eq(name, SV("threads")))
        p->threads = sv_eq(value, SV("1"));
    else if (sv_eq(name, SV("thread_folders")))
        p->thread_folders = value;
    else if (sv_eq(name, SV("page_size")) && sv_to_u32(value, &number) == STATUS_OK &&
             page_size_offered(number))
        p->page_size = number;
    else if (sv_eq(name, SV("name")))
        p->name = value;
    else if (sv_eq(name, SV("signature")))
        p->signature = value;
    else if (sv_eq(name, SV("small")))
        p->small = sv_eq(value, SV("1"));
}

/* What guards the account is not left behind by spelling its name otherwise. */
static enum status load_guards(struct session *session, struct store *store, struct arena *arena,
                               struct preferences *out)
{
    struct preference *rows;
    size_t count;
    if (sv_eq(session_account(session), session_user(session)))
        return STATUS_OK;
    enum status st = store_preferences_get(store, session_account(session), arena, &rows, &count);
    for (size_t i = 0; st == STATUS_OK && i < count; i++)
        if (sv_eq(rows[i].name, SV("announce")))
            take(out, rows[i].name, rows[i].value);
    return st;
}

enum status preferences_load(struct session *session, struct store *store, struct arena *arena,
                             struct preferences *out)
{
    struct preference *rows;
    size_t count;
    enum status st = store_preferences_get(store, session_user(session), arena, &rows, &count);
    struct preferences loaded = preferences_default();
    for (size_t i = 0; st == STATUS_OK && i < count; i++)
        take(&loaded, rows[i].name, rows[i].value);
    if (st == STATUS_OK)
        st = load_guards(session, store, arena, &loaded);
    if (st == STATUS_OK)
        *out = loaded;
    return st;
}

enum status preferences_save(struct session *session, struct store *store, struct arena *arena,
                             const struct preferences *p)
{
    if (p->name.n > PREFERENCE_NAME_MAX || p->signature.n > PREFERENCE_SIGNATURE_MAX ||
        p->zone.n > PREFERENCE_NAME_MAX)
        return STATUS_TOO_LARGE;
    if (!page_size_offered(p->page_size))
        return STATUS_INVALID;
    const struct preference rows[] = {
        {SV("language"), p->language},
        {SV("zone"), p->zone},
        {SV("theme"), sv_of(theme_names[p->theme])},
        {SV("density"), sv_of(density_names[p->density])},
        {SV("pane"), sv_of(pane_names[p->pane])},
        {SV("body"), sv_of(body_names[p->body])},
        {SV("seen"), sv_of(seen_names[p->seen])},
        {SV("remote"), sv_of(remote_names[p->remote])},
        {SV("notify"), sv_of(notify_names[p->notify])},
        {SV("announce"), p->announce ? SV("1") : SV("0")},
        {SV("keys"), p->keys ? SV("1") : SV("0")},
        {SV("threads"), p->threads ? SV("1") : SV("0")},
        {SV("thread_folders"), p->thread_folders},
        {SV("page_size"), arena_printf(arena, "%u", p->page_size)},
        {SV("name"), p->name},
        {SV("signature"), p->signature},
    };
    enum status st =
        store_preferences_put(store, session_user(session), rows, sizeof rows / sizeof rows[0]);
    if (st != STATUS_OK || sv_eq(session_account(session), session_user(session)))
        return st;
    const struct preference guard = {SV("announce"), p->announce ? SV("1") : SV("0")};
    return store_preferences_put(store, session_account(session), &guard, 1);
}

enum status preferences_note_small(struct session *session, struct store *store, bool small)
{
    const struct preference row = {SV("small"), small ? SV("1") : SV("0")};
    return store_preferences_put(store, session_user(session), &row, 1);
}

/* ---- folders by conversation ---- */

/* The mark of a line for this folder, or 0. */
static char mark_of(struct sv line, struct sv folder)
{
    bool mine = line.n > 1 && sv_eq(sv_slice(line, 1, line.n), folder);
    return mine && (line.p[0] == '+' || line.p[0] == '-') ? line.p[0] : '\0';
}

bool preferences_threads(const struct preferences *p, struct sv folder)
{
    struct sv rest = p->thread_folders;
    while (rest.n > 0) {
        char mark = mark_of(sv_cut(&rest, '\n'), folder);
        if (mark)
            return mark == '+';
    }
    return p->threads;
}

struct sv preferences_thread_folders(struct arena *arena, const struct preferences *p,
                                     struct sv folder, bool on)
{
    struct sb out;
    struct sv rest = p->thread_folders;
    sb_init(&out, arena, PREFERENCE_FOLDERS_MAX);
    if (sv_find_char(folder, '\n') == SIZE_MAX) /* no folder's name has one */
        sb_printf(&out, "%c%.*s\n", on ? '+' : '-', SV_ARG(folder));
    while (rest.n > 0) {
        struct sv line = sv_cut(&rest, '\n');
        if (!mark_of(line, folder) && out.n + line.n + 1 <= PREFERENCE_FOLDERS_MAX)
            sb_printf(&out, "%.*s\n", SV_ARG(line));
    }
    return sb_view(&out);
}

struct sv preferences_threads_follow(struct arena *arena, const struct preferences *p,
                                     struct sv from, struct sv to, char delimiter)
{
    struct sb out;
    struct sv rest = p->thread_folders;
    sb_init(&out, arena, PREFERENCE_FOLDERS_MAX);
    while (rest.n > 0) {
        struct sv line = sv_cut(&rest, '\n'), name = sv_slice(line, 1, line.n);
        bool below = delimiter && name.n > from.n && name.p[from.n] == delimiter;
        bool follows = sv_starts(name, from) && (name.n == from.n || below);
        struct sv first = follows ? to : SV("");
        struct sv last = follows ? sv_slice(name, from.n, name.n) : name;
        if (line.n > 0 && out.n + first.n + last.n + 2 <= PREFERENCE_FOLDERS_MAX)
            sb_printf(&out, "%c%.*s%.*s\n", line.p[0], SV_ARG(first), SV_ARG(last));
    }
    return sb_view(&out);
}

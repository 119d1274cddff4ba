#include "maildir.h"

#include "utf8.h"

static const struct {
    char letter;
    enum mbox_flag flag;
} letters[] = {
    {'D', MBOX_DRAFT}, {'F', MBOX_FLAGGED}, {'R', MBOX_ANSWERED},
    {'S', MBOX_SEEN},  {'T', MBOX_DELETED},
};
enum { LETTER_COUNT = sizeof letters / sizeof letters[0], KEYWORDS_ROOM = 120 };

/* ---- reading ---- */

static bool is_plain(char c)
{
    return ascii_is_alnum(c) || c == '$' || c == '_' || c == '-' || c == '.';
}

static void keyword_add(struct sb *out, struct sv word)
{
    if (word.n > 0 && out->n > 0)
        sb_add_char(out, ' ');
    for (size_t i = 0; i < word.n; i++) {
        bool coded = word.p[i] == '%' && i + 2 < word.n && ascii_hex(word.p[i + 1]) >= 0 &&
                     ascii_hex(word.p[i + 2]) >= 0;
        int value = coded ? ascii_hex(word.p[i + 1]) * 16 + ascii_hex(word.p[i + 2]) : 0;
        sb_add_char(out, coded ? (char)value : word.p[i]);
        i += coded ? 2 : 0;
    }
}

/* Where ":2," or its like stands last; SIZE_MAX: nowhere. */
static size_t find_info(struct sv file)
{
    for (size_t i = file.n; i-- > 0;)
        if (i + 2 < file.n && file.p[i + 1] == '2' && file.p[i + 2] == ',' &&
            (file.p[i] == ':' || file.p[i] == ';' || file.p[i] == '!'))
            return i;
    return SIZE_MAX;
}

static void flags_read(struct arena *arena, struct sv file, struct maildir_name *out)
{
    struct sb keywords;
    size_t at = find_info(file);
    sb_init(&keywords, arena, MBOX_KEYWORDS_MAX);
    if (at == SIZE_MAX)
        return;
    struct sv rest = sv_slice(file, at + 3, file.n);
    if (rest.n >= 4 && sv_eq_nocase(sv_slice(rest, rest.n - 4, rest.n), SV(".eml")))
        rest = sv_slice(rest, 0, rest.n - 4);
    struct sv flags = sv_cut(&rest, ';');
    for (size_t i = 0; i < flags.n; i++) {
        for (size_t k = 0; k < LETTER_COUNT; k++)
            if (flags.p[i] == letters[k].letter)
                out->flags |= letters[k].flag;
        if (flags.p[i] == 'P')
            keyword_add(&keywords, SV("$Forwarded"));
    }
    while (rest.n > 0)
        keyword_add(&keywords, sv_cut(&rest, ','));
    out->keywords = sb_view(&keywords);
}

static bool is_upkeep(struct sv file)
{
    static const char *const names[] = {"maildirfolder", "maildirsize", "subscriptions",
                                        ".DS_Store",     "Thumbs.db",   "desktop.ini"};
    static const char *const starts[] = {"dovecot", "courier", "._", ".nfs", "cyrus."};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (sv_eq(file, sv_of(names[i])))
            return true;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (sv_starts(file, sv_of(starts[i])))
            return true;
    return false;
}

/* One directory's name as levels of a folder: ".A.B" is A and B. */
static void level_add(struct sb *folder, struct sv level, bool in_maildir)
{
    bool plus = in_maildir && level.n > 1 && level.p[0] == '.';
    if (plus)
        level = sv_slice(level, 1, level.n);
    while (level.n > 0) {
        struct sv one = plus ? sv_cut(&level, '.') : level;
        if (!plus)
            level = SV("");
        if (one.n > 0 && folder->n > 0)
            sb_add_char(folder, '/');
        sb_add(folder, one);
    }
}

enum status maildir_name_read(struct arena *arena, struct sv path, struct maildir_name *out)
{
    struct maildir_name name = {0};
    struct sb folder;
    if (path.n == 0 || path.n > MAILDIR_PATH_MAX)
        return STATUS_INVALID;
    size_t slash = sv_find_last_char(path, '/');
    name.file = slash == SIZE_MAX ? path : sv_slice(path, slash + 1, path.n);
    struct sv directories = slash == SIZE_MAX ? SV("") : sv_slice(path, 0, slash);
    size_t before = sv_find_last_char(directories, '/');
    struct sv last =
        before == SIZE_MAX ? directories : sv_slice(directories, before + 1, directories.n);
    name.in_maildir = sv_eq(last, SV("cur")) || sv_eq(last, SV("new")) || sv_eq(last, SV("tmp"));
    if (name.in_maildir)
        directories = sv_slice(directories, 0, before == SIZE_MAX ? 0 : before);
    name.upkeep = is_upkeep(name.file) || name.file.n == 0 || sv_eq(last, SV("tmp"));
    sb_init(&folder, arena, MAILDIR_PATH_MAX);
    while (directories.n > 0) {
        struct sv level = sv_cut(&directories, '/');
        if (sv_eq(level, SV("..")))
            return STATUS_INVALID;
        if (level.n > 0 && !sv_eq(level, SV(".")))
            level_add(&folder, level, name.in_maildir);
    }
    name.folder = sb_view(&folder);
    flags_read(arena, name.file, &name);
    *out = name;
    return STATUS_OK;
}

/* ---- writing ---- */

static void keywords_write(struct sb *out, struct sv keywords)
{
    size_t end = out->n + KEYWORDS_ROOM;
    while (keywords.n > 0) {
        char coded[KEYWORDS_ROOM + 1];
        struct sb one;
        struct sv word = sv_cut(&keywords, ' ');
        sb_fixed(&one, coded, sizeof coded);
        for (size_t i = 0; i < word.n; i++)
            if (is_plain(word.p[i]))
                sb_add_char(&one, word.p[i]);
            else
                sb_printf(&one, "%%%02x", (unsigned char)word.p[i]);
        if (one.n == 0 || one.over || out->n + one.n + 1 > end)
            continue;
        sb_add_char(out, out->n + KEYWORDS_ROOM == end ? ';' : ',');
        sb_add(out, sb_view(&one));
    }
}

void maildir_name_write(struct sb *out, uint32_t number, struct sv day, struct sv subject,
                        unsigned flags, struct sv keywords)
{
    sb_add_padded(out, number, 6);
    if (day.n > 0) {
        sb_add_char(out, ' ');
        sb_add(out, day);
    }
    subject = utf8_cut(subject, MAILDIR_SUBJECT_MAX);
    if (subject.n > 0)
        sb_add_char(out, ' ');
    for (size_t i = 0; i < subject.n; i++) {
        unsigned char c = (unsigned char)subject.p[i];
        sb_add_char(out, c < ' ' || c == 0x7f || strchr("<>:\"/\\|?*", c) ? '_' : (char)c);
    }
    sb_add_cstr(out, ";2,");
    for (size_t i = 0; i < LETTER_COUNT; i++)
        if (flags & letters[i].flag)
            sb_add_char(out, letters[i].letter);
    keywords_write(out, keywords);
    sb_add_cstr(out, ".eml");
}

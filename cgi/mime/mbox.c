#include "mbox.h"

#include <string.h>

#include "date.h"

static const struct sv OURS[] = {
    {"Status:", 7}, {"X-Status:", 9}, {"X-Keywords:", 11}, {"X-Mbox: mboxrd", 14}};
enum { OURS_COUNT = sizeof OURS / sizeof OURS[0] };

/* ---- postmarks ---- */

static bool is_one_of(const char *names, struct sv word)
{
    struct sv all = sv_of(names);
    while (all.n > 0)
        if (sv_eq(sv_cut(&all, ' '), word))
            return true;
    return false;
}

static bool is_number(struct sv word, size_t least, size_t most)
{
    uint64_t value;
    return word.n >= least && word.n <= most && sv_to_u64(word, UINT64_MAX, &value) == STATUS_OK;
}

static struct sv word_cut(struct sv *rest)
{
    while (rest->n > 0 && ascii_is_space(rest->p[0]))
        *rest = sv_slice(*rest, 1, rest->n);
    return sv_cut(rest, ' ');
}

static bool is_zone(struct sv word)
{
    if (word.n == 5 && (word.p[0] == '+' || word.p[0] == '-'))
        return is_number(sv_slice(word, 1, 5), 4, 4);
    for (size_t i = 0; i < word.n; i++)
        if (!ascii_is_alpha(word.p[i]))
            return false;
    return word.n >= 1 && word.n <= 6;
}

/* "Thu Jan  1 00:00:00 1970", with a zone before or behind the year. */
static bool is_postmark_date(struct sv rest)
{
    if (!is_one_of("Mon Tue Wed Thu Fri Sat Sun", word_cut(&rest)) ||
        !is_one_of("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", word_cut(&rest)) ||
        !is_number(word_cut(&rest), 1, 2))
        return false;
    struct sv time = word_cut(&rest);
    for (size_t i = 0; i < time.n; i++)
        if (!ascii_is_digit(time.p[i]) && time.p[i] != ':')
            return false;
    if (time.n < 4 || time.n > 8 || sv_find_char(time, ':') == SIZE_MAX)
        return false;
    struct sv year = word_cut(&rest);
    if (!is_number(year, 4, 4)) {
        if (!is_zone(year))
            return false;
        year = word_cut(&rest);
    }
    rest = sv_trim(rest);
    return is_number(year, 4, 4) && (rest.n == 0 || is_zone(rest));
}

/* sender and date are views of the line, empty where it has none. */
static bool postmark_read(struct sv line, struct sv *sender, struct sv *date)
{
    line = sv_slice(line, 0, line.n - (sv_ends(line, SV("\n")) ? 1 : 0));
    if (!sv_starts(line, SV("From ")) || line.n > MBOX_POSTMARK_MAX)
        return false;
    struct sv rest = sv_slice(line, 5, line.n), bare = sv_trim(rest);
    *sender = *date = SV("");
    if (bare.n == 0 || sv_eq(bare, SV("-")))
        return true;
    for (size_t i = 0; i + 3 < rest.n; i++) {
        if ((i == 0 || rest.p[i - 1] == ' ') &&
            is_postmark_date(sv_trim(sv_slice(rest, i, rest.n)))) {
            *sender = sv_trim(sv_slice(rest, 0, i));
            *date = sv_trim(sv_slice(rest, i, rest.n));
            return true;
        }
    }
    return false;
}

bool mbox_begins(struct sv head)
{
    struct sv sender, date;
    while (head.n > 0 && (head.p[0] == '\n' || head.p[0] == '\r'))
        head = sv_slice(head, 1, head.n);
    size_t end = sv_find_char(head, '\n');
    if (end == SIZE_MAX)
        return head.n >= 5 && head.n < MBOX_POSTMARK_MAX && sv_starts(head, SV("From "));
    return postmark_read(sv_slice(head, 0, end), &sender, &date);
}

/* ---- reading ---- */

void mbox_init(struct mbox *m, struct mbox_handler handler)
{
    memset(m, 0, offsetof(struct mbox, line));
    m->handler = handler;
}

static enum status out_flush(struct mbox *m)
{
    size_t n = m->out_n;
    m->out_n = 0;
    return n > 0 ? m->handler.data(m->handler.context, (struct sv){m->out, n}) : STATUS_OK;
}

static enum status out_add(struct mbox *m, struct sv s)
{
    while (s.n > 0) {
        size_t room = MBOX_BUFFER - m->out_n, n = s.n < room ? s.n : room;
        memcpy(m->out + m->out_n, s.p, n);
        m->out_n += n;
        s = sv_slice(s, n, s.n);
        enum status st = m->out_n == MBOX_BUFFER ? out_flush(m) : STATUS_OK;
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

/* What was kept back while it was not known whether the message goes on. */
static enum status owed_pay(struct mbox *m)
{
    enum status st = m->owes_end ? out_add(m, SV("\r\n")) : STATUS_OK;
    if (st == STATUS_OK && m->owes_blank)
        st = out_add(m, m->owes_cr ? SV("\r\r\n") : SV("\r\n"));
    m->owes_end = m->owes_blank = false;
    return st;
}

static enum status message_begin(struct mbox *m, struct sv sender, struct sv date)
{
    struct date when = {0};
    m->started = m->header = m->first = true;
    m->ours = m->in_line = m->owes_end = m->owes_blank = false;
    m->marks_lines = 0;
    m->marks_n = m->keywords_n = 0;
    memcpy(m->sender, sender.p, sender.n);
    m->here = (struct mbox_marks){.sender = {m->sender, sender.n}};
    if (date.n > 0 && date_parse(date, &when) == STATUS_OK && when.time > 0)
        m->here.date = when.time;
    return m->handler.begin(m->handler.context);
}

/* ---- flags ---- */

static void flags_read(struct mbox *m, struct sv letters, bool ours)
{
    static const struct {
        char letter;
        enum mbox_flag flag;
    } known[] = {{'R', MBOX_SEEN}, {'A', MBOX_ANSWERED}, {'F', MBOX_FLAGGED}, {'T', MBOX_DRAFT}};
    for (size_t i = 0; i < letters.n; i++) {
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            if (letters.p[i] == known[k].letter)
                m->here.flags |= known[k].flag;
        if (letters.p[i] == 'D' && ours)
            m->here.flags |= MBOX_DELETED;
    }
}

/* nsMsgMessageFlags: read 1, replied 2, marked 4. */
static void mozilla_read(struct mbox *m, struct sv hex)
{
    unsigned bits = 0;
    for (size_t i = 0; i < hex.n && ascii_hex(hex.p[i]) >= 0; i++)
        bits = bits << 4 | (unsigned)ascii_hex(hex.p[i]);
    m->here.flags |= (bits & 1 ? MBOX_SEEN : 0u) | (bits & 2 ? MBOX_ANSWERED : 0u) |
                     (bits & 4 ? MBOX_FLAGGED : 0u);
}

static void keywords_read(struct mbox *m, struct sv words)
{
    while (words.n > 0) {
        struct sv word = word_cut(&words);
        if (word.n == 0 || word.n + 1 > MBOX_KEYWORDS_MAX - m->keywords_n || sv_has_control(word))
            continue;
        if (m->keywords_n > 0)
            m->keywords[m->keywords_n++] = ' ';
        memcpy(m->keywords + m->keywords_n, word.p, word.n);
        m->keywords_n += word.n;
    }
}

static void field_read(struct mbox *m, struct sv line, bool ours)
{
    struct sv value = line, name = sv_cut(&value, ':');
    value = sv_trim(value);
    if (sv_eq_nocase(name, SV("Status")) || sv_eq_nocase(name, SV("X-Status")))
        flags_read(m, value, ours);
    else if (sv_eq_nocase(name, SV("X-Keywords")) || sv_eq_nocase(name, SV("X-Mozilla-Keys")))
        keywords_read(m, value);
    else if (sv_eq_nocase(name, SV("X-Mozilla-Status")) && value.n == 4)
        mozilla_read(m, value);
}

/* ---- lines ---- */

static enum status message_end(struct mbox *m)
{
    enum status st = STATUS_OK;
    /* in a file of ours it is the missing empty line that tells of a last line without an end */
    if (m->ours && !m->owes_blank)
        m->owes_end = false;
    m->owes_blank = false;
    st = owed_pay(m);
    if (st == STATUS_OK)
        st = out_flush(m);
    m->here.keywords = (struct sv){m->keywords, m->keywords_n};
    m->started = false;
    return st == STATUS_OK ? m->handler.end(m->handler.context, &m->here) : st;
}

/* "From " behind any number of '>'. */
static bool is_quoted_from(struct sv s)
{
    size_t i = 0;
    while (i < s.n && s.p[i] == '>')
        i++;
    return i > 0 && i <= MBOX_QUOTES_MAX && sv_starts(sv_slice(s, i, s.n), SV("From "));
}

/* A line without its end, or the first piece of a long one. */
static enum status text_pass(struct mbox *m, struct sv s)
{
    enum status st = owed_pay(m);
    if (is_quoted_from(s))
        s = sv_slice(s, 1, s.n);
    return st == STATUS_OK ? out_add(m, s) : st;
}

/* The line's end is taken off. ended: it has one, which is owed until it is known what follows. */
static enum status content_line(struct mbox *m, struct sv s, bool ended)
{
    bool cr = sv_ends(s, SV("\r"));
    if (m->first)
        m->lf = ended && !cr;
    m->first = false;
    struct sv bare = cr && ended ? sv_slice(s, 0, s.n - 1) : s;
    bool text_cr = cr && m->ours && m->lf; /* ours are parted by nothing but LF */
    if (bare.n == 0 && ended && !text_cr) {
        enum status st = owed_pay(m);
        m->header = false;
        m->owes_blank = true;
        m->owes_cr = cr && m->lf;
        return st;
    }
    if (m->header && !m->ours)
        field_read(m, bare, false);
    enum status st = text_pass(m, m->lf ? s : bare);
    m->owes_end = ended;
    return st;
}

/* Our fields are held until there are four of them: then they are no part of the message. */
static bool marks_hold(struct mbox *m, struct sv line)
{
    if (m->marks_lines == OURS_COUNT || !sv_starts(line, OURS[m->marks_lines]) ||
        line.n > MBOX_MARKS_MAX - m->marks_n)
        return false;
    memcpy(m->marks + m->marks_n, line.p, line.n);
    m->marks_n += line.n;
    m->marks_lines++;
    if (m->marks_lines < OURS_COUNT)
        return true;
    for (struct sv all = {m->marks, m->marks_n}; all.n > 0;)
        field_read(m, sv_cut(&all, '\n'), true);
    m->ours = true;
    m->marks_n = 0;
    m->lf = !sv_ends(line, SV("\r\n"));
    m->first = false;
    return true;
}

/* They were not ours: lines like others. */
static enum status marks_pass(struct mbox *m)
{
    enum status st = STATUS_OK;
    struct sv all = {m->marks, m->marks_n};
    m->marks_lines = OURS_COUNT;
    m->marks_n = 0;
    while (all.n > 0 && st == STATUS_OK)
        st = content_line(m, sv_cut(&all, '\n'), true);
    return st;
}

/* One line with its end; without one only at the end of the file. */
static enum status line_whole(struct mbox *m, struct sv line)
{
    struct sv sender, date;
    bool ended = sv_ends(line, SV("\n"));
    enum status st = STATUS_OK;
    bool may_part = !m->started || m->owes_blank || m->ours;
    if (may_part && postmark_read(line, &sender, &date)) {
        if (m->started)
            st = message_end(m);
        return st == STATUS_OK ? message_begin(m, sender, date) : st;
    }
    if (!m->started)
        return sv_trim(line).n == 0 ? STATUS_OK : STATUS_INVALID;
    if (m->marks_lines < OURS_COUNT) {
        if (ended && marks_hold(m, line))
            return STATUS_OK;
        st = marks_pass(m);
    }
    return st == STATUS_OK ? content_line(m, sv_slice(line, 0, line.n - ended), ended) : st;
}

/* A line that does not fit: its beginning. */
static enum status line_begin(struct mbox *m, struct sv piece)
{
    enum status st = STATUS_OK;
    if (!m->started)
        return STATUS_INVALID;
    if (m->marks_lines < OURS_COUNT)
        st = marks_pass(m);
    if (m->first)
        m->lf = false;
    m->first = false;
    m->in_line = true;
    return st == STATUS_OK ? text_pass(m, piece) : st;
}

/* A CR may be cut from its LF: the last byte of what does not end the line is kept back. */
static enum status line_go_on(struct mbox *m, struct sv piece, bool ended)
{
    enum status st = STATUS_OK;
    if (m->line_n > 0 && piece.n > 0) {
        m->line_n = 0;
        st = out_add(m, SV("\r"));
    }
    struct sv text = piece;
    bool cr = sv_ends(text, SV("\r"));
    if (cr && !(ended && m->lf))
        text = sv_slice(text, 0, text.n - 1);
    if (st == STATUS_OK)
        st = out_add(m, text);
    if (!ended && cr) {
        m->line[0] = '\r';
        m->line_n = 1;
    } else if (ended) {
        if (m->line_n > 0 && m->lf && st == STATUS_OK)
            st = out_add(m, SV("\r"));
        m->line_n = 0;
        m->in_line = false;
        m->owes_end = true;
    }
    return st;
}

/* The beginning of a line waits in m->line until its end is there or it is too long. */
static enum status line_take(struct mbox *m, struct sv piece, bool ended)
{
    struct sv text = sv_slice(piece, 0, piece.n - (ended ? 1 : 0));
    if (m->in_line)
        return line_go_on(m, text, ended);
    if (m->line_n == 0 && ended)
        return line_whole(m, piece);
    if (piece.n <= MBOX_LINE_ROOM - m->line_n) {
        memcpy(m->line + m->line_n, piece.p, piece.n);
        m->line_n += piece.n;
        if (!ended)
            return STATUS_OK;
        struct sv line = {m->line, m->line_n};
        m->line_n = 0;
        return line_whole(m, line);
    }
    size_t take = MBOX_LINE_ROOM - m->line_n;
    memcpy(m->line + m->line_n, text.p, take);
    const struct sv begun = {m->line, MBOX_LINE_ROOM};
    bool cr = sv_ends(begun, SV("\r"));
    m->line_n = 0;
    enum status st = line_begin(m, sv_slice(begun, 0, begun.n - cr));
    if (cr) {
        m->line[0] = '\r';
        m->line_n = 1;
    }
    return st == STATUS_OK ? line_go_on(m, sv_slice(text, take, text.n), ended) : st;
}

enum status mbox_feed(struct mbox *m, struct sv piece)
{
    enum status st = STATUS_OK;
    while (piece.n > 0 && st == STATUS_OK) {
        const char *lf = memchr(piece.p, '\n', piece.n);
        size_t n = lf ? (size_t)(lf - piece.p) + 1 : piece.n;
        st = line_take(m, sv_slice(piece, 0, n), lf != NULL);
        piece = sv_slice(piece, n, piece.n);
    }
    return st;
}

enum status mbox_finish(struct mbox *m)
{
    enum status st = STATUS_OK;
    struct sv line = {m->line, m->line_n};
    m->line_n = 0;
    if (m->in_line)
        st = out_add(m, line);
    else if (line.n > 0)
        st = line_whole(m, line);
    if (st == STATUS_OK && m->started && m->marks_lines < OURS_COUNT)
        st = marks_pass(m);
    if (st == STATUS_OK && m->started)
        st = message_end(m);
    return st;
}

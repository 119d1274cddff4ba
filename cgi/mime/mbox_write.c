#include "mbox.h"

#include <string.h>
#include <time.h>

static const struct sv FROM = {"From ", 5};

void mbox_writer_init(struct mbox_writer *w, struct sink out)
{
    memset(w, 0, offsetof(struct mbox_writer, buffer));
    w->out = out;
}

static enum status flush(struct mbox_writer *w)
{
    size_t n = w->n;
    w->n = 0;
    return sink_write(w->out, (struct sv){w->buffer, n});
}

static enum status add(struct mbox_writer *w, struct sv s)
{
    while (s.n > 0) {
        size_t room = MBOX_BUFFER - w->n, n = s.n < room ? s.n : room;
        memcpy(w->buffer + w->n, s.p, n);
        w->n += n;
        s = sv_slice(s, n, s.n);
        enum status st = w->n == MBOX_BUFFER ? flush(w) : STATUS_OK;
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

static enum status add_line(struct mbox_writer *w, const char *name, struct sv value)
{
    enum status st = add(w, sv_of(name));
    for (size_t i = 0; i < value.n && st == STATUS_OK; i++) {
        unsigned char c = (unsigned char)value.p[i];
        st = add(w, c < ' ' || c == 0x7f ? SV(" ") : sv_slice(value, i, i + 1));
    }
    return st == STATUS_OK ? add(w, SV("\n")) : st;
}

/* A sender with spaces would look like the beginning of the date. */
static enum status add_postmark(struct mbox_writer *w, const struct mbox_marks *marks)
{
    char line[MBOX_POSTMARK_MAX];
    struct sb b;
    struct tm tm;
    time_t when = (time_t)marks->date;
    struct sv sender = sv_slice(marks->sender, 0, MBOX_POSTMARK_MAX / 2);
    if (sender.n == 0)
        sender = SV("MAILER-DAEMON");
    sb_fixed(&b, line, sizeof line);
    for (size_t i = 0; i < sender.n; i++)
        sb_add_char(&b, (unsigned char)sender.p[i] <= ' ' ? '_' : sender.p[i]);
    if (!gmtime_r(&when, &tm) || tm.tm_year + 1900 > 9999) {
        when = 0;
        gmtime_r(&when, &tm);
    }
    sb_printf(&b, " %.3s %.3s %2d %02d:%02d:%02d %04d", &"SunMonTueWedThuFriSat"[3 * tm.tm_wday],
              &"JanFebMarAprMayJunJulAugSepOctNovDec"[3 * tm.tm_mon], tm.tm_mday, tm.tm_hour,
              tm.tm_min, tm.tm_sec, tm.tm_year + 1900);
    return add_line(w, "From ", sb_view(&b));
}

enum status mbox_writer_begin(struct mbox_writer *w, const struct mbox_marks *marks)
{
    char letters[8];
    struct sb status;
    sb_fixed(&status, letters, sizeof letters);
    sb_add_cstr(&status, marks->flags & MBOX_ANSWERED ? "A" : "");
    sb_add_cstr(&status, marks->flags & MBOX_FLAGGED ? "F" : "");
    sb_add_cstr(&status, marks->flags & MBOX_DRAFT ? "T" : "");
    sb_add_cstr(&status, marks->flags & MBOX_DELETED ? "D" : "");
    enum status st = add_postmark(w, marks);
    if (st == STATUS_OK)
        st = add_line(w, "Status: ", marks->flags & MBOX_SEEN ? SV("RO") : SV("O"));
    if (st == STATUS_OK)
        st = add_line(w, "X-Status: ", sb_view(&status));
    if (st == STATUS_OK)
        st = add_line(w, "X-Keywords: ", sv_slice(marks->keywords, 0, MBOX_KEYWORDS_MAX));
    if (st == STATUS_OK)
        st = add_line(w, "X-Mbox: mboxrd", SV(""));
    w->quotes = 0;
    w->matched = 0;
    w->at_start = true;
    w->cr = false;
    return st;
}

/* Writes what was held of the beginning of a line; quoted if it turned out to be "From ". */
static enum status held_pass(struct mbox_writer *w)
{
    bool quote = w->matched == FROM.n && w->quotes < MBOX_QUOTES_MAX;
    enum status st = quote ? add(w, SV(">")) : STATUS_OK;
    for (; w->quotes > 0 && st == STATUS_OK; w->quotes--)
        st = add(w, SV(">"));
    if (st == STATUS_OK)
        st = add(w, sv_slice(FROM, 0, w->matched));
    w->matched = 0;
    w->at_start = false;
    return st;
}

/* One byte at the beginning of a line; true if it was taken. */
static bool hold(struct mbox_writer *w, char c)
{
    if (c == '>' && w->matched == 0 && w->quotes < MBOX_QUOTES_MAX)
        w->quotes++;
    else if (w->matched < FROM.n && c == FROM.p[w->matched])
        w->matched++;
    else
        return false;
    return true;
}

/* Up to the next CR or LF, or the end of the piece. */
static enum status run_pass(struct mbox_writer *w, struct sv *piece)
{
    size_t n = 0;
    while (n < piece->n && piece->p[n] != '\r' && piece->p[n] != '\n')
        n++;
    struct sv run = sv_slice(*piece, 0, n);
    *piece = sv_slice(*piece, n, piece->n);
    return add(w, run);
}

enum status mbox_writer_feed(struct mbox_writer *w, struct sv piece)
{
    enum status st = STATUS_OK;
    while (piece.n > 0 && st == STATUS_OK) {
        char c = piece.p[0];
        if (w->cr && c != '\n')
            st = add(w, SV("\r"));
        w->cr = false;
        if (st == STATUS_OK && w->at_start) {
            if (w->matched < FROM.n && hold(w, c)) {
                piece = sv_slice(piece, 1, piece.n);
                continue;
            }
            st = held_pass(w);
        }
        if (st != STATUS_OK)
            break;
        if (c != '\r' && c != '\n') {
            st = run_pass(w, &piece);
            continue;
        }
        piece = sv_slice(piece, 1, piece.n);
        w->cr = c == '\r';
        if (c == '\n') {
            st = add(w, SV("\n"));
            w->at_start = true;
        }
    }
    return st;
}

enum status mbox_writer_end(struct mbox_writer *w)
{
    enum status st = w->cr ? add(w, SV("\r")) : STATUS_OK;
    if (st == STATUS_OK && w->at_start && (w->quotes > 0 || w->matched > 0))
        st = held_pass(w);
    /* the empty line; or, where the last line has no end, that end, and no empty line */
    if (st == STATUS_OK)
        st = add(w, SV("\n"));
    return st == STATUS_OK ? flush(w) : st;
}

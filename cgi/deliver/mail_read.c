#include "mail_read.h"

#include "arena.h"
#include "header.h"
#include "param.h"

/* ---- the header ---- */

struct intake {
    struct source in;
    char *bytes;
    size_t n, at;
    bool ended;
};

/* Index behind the empty line that ends a header, or SIZE_MAX. */
static size_t body_start(struct sv s)
{
    size_t from = 0;
    if (sv_starts(s, SV("\n")))
        return 1;
    for (;;) {
        size_t at = sv_find(sv_slice(s, from, s.n), SV("\n"));
        if (at == SIZE_MAX)
            return SIZE_MAX;
        from += at + 1;
        struct sv rest = sv_slice(s, from, s.n);
        if (sv_starts(rest, SV("\n")))
            return from + 1;
        if (sv_starts(rest, SV("\r\n")))
            return from + 2;
    }
}

static enum status fill(struct intake *in)
{
    size_t got = 0;
    if (in->at < in->n || in->ended)
        return STATUS_OK;
    enum status status = source_read(in->in, in->bytes, MAIL_HEADER_MAX, &got);
    in->n = got;
    in->at = 0;
    in->ended = got == 0;
    return status;
}

/* The first MAIL_HEADER_MAX bytes; what is behind the header in them stays to be read. */
static enum status header_read(struct arena *arena, struct intake *in, struct sv *header)
{
    while (in->n < MAIL_HEADER_MAX && !in->ended) {
        size_t got = 0;
        enum status status = source_read(in->in, in->bytes + in->n, MAIL_HEADER_MAX - in->n, &got);
        if (status != STATUS_OK)
            return status;
        in->n += got;
        in->ended = got == 0;
    }
    struct sv all = {in->bytes, in->n};
    size_t end = body_start(all);
    in->at = end == SIZE_MAX ? in->n : end;
    *header = arena_sv(arena, sv_slice(all, 0, in->at));
    return STATUS_OK;
}

/* ---- the parts ---- */

struct parts {
    struct arena *arena;
    struct sv boundaries[MAIL_DEPTH_MAX];
    size_t depth;
    struct sb header; /* of the part, while in_header */
    bool in_header;
    bool found;
};

static void part_opens(struct parts *p)
{
    sb_clear(&p->header);
    p->in_header = true;
}

/* A header is complete: the message's own or a part's. */
static void part_begins(struct parts *p, struct sv header)
{
    struct sv raw, type = SV(""), boundary;
    struct params params = {0};
    p->in_header = false;
    if (header_find(header, SV("Content-Disposition"), &raw) &&
        sv_eq(param_parse(p->arena, raw, &params), SV("attachment")))
        p->found = true;
    if (header_find(header, SV("Content-Type"), &raw))
        type = param_parse(p->arena, raw, &params);
    if (sv_eq(type, SV("message/rfc822")) || sv_eq(type, SV("message/global")))
        part_opens(p);
    else if (sv_starts(type, SV("multipart/")) && p->depth < MAIL_DEPTH_MAX &&
             param_get(p->arena, params, SV("boundary"), &boundary) && boundary.n > 0)
        p->boundaries[p->depth++] = arena_sv(p->arena, boundary);
}

/* True if the line is a delimiter of one of the multiparts that are open; those within are over. */
static bool delimits(struct parts *p, struct sv line)
{
    if (!sv_starts(line, SV("--")))
        return false;
    line = sv_trim(sv_slice(line, 2, line.n));
    for (size_t i = p->depth; i-- > 0;) {
        struct sv b = p->boundaries[i];
        bool opens = sv_eq(line, b);
        bool closes = sv_starts(line, b) && sv_eq(sv_slice(line, b.n, line.n), SV("--"));
        if (!opens && !closes)
            continue;
        p->depth = opens ? i + 1 : i;
        p->in_header = false;
        if (opens)
            part_opens(p);
        return true;
    }
    return false;
}

static void parts_line(struct parts *p, struct sv line)
{
    if (delimits(p, line) || !p->in_header)
        return;
    if (sv_trim(line).n == 0) {
        part_begins(p, sb_view(&p->header));
        return;
    }
    sb_add(&p->header, line);
    sb_add_char(&p->header, '\n');
}

static enum status parts_read(struct parts *p, struct intake *in)
{
    char line[MAIL_LINE_MAX];
    size_t n = 0;
    for (;;) {
        enum status status = fill(in);
        if (status != STATUS_OK)
            return status;
        if (in->at == in->n)
            break;
        struct sv rest = {in->bytes + in->at, in->n - in->at};
        size_t end = sv_find_char(rest, '\n');
        struct sv piece = sv_slice(rest, 0, end);
        size_t room = sizeof line - n, take = piece.n < room ? piece.n : room;
        if (p->depth > 0 || p->in_header)
            memcpy(line + n, piece.p, take);
        n += take;
        in->at += piece.n + (end != SIZE_MAX);
        if (end == SIZE_MAX)
            continue;
        /* hostile mail may have any number of parts; what is beyond the budget is not looked at */
        if ((p->depth > 0 || p->in_header) && !p->found && !arena_over(p->arena))
            parts_line(p, (struct sv){line, n});
        n = 0;
    }
    return STATUS_OK;
}

/* ---- the envelope ---- */

/* procmail itself writes "From MAILER-DAEMON" for the empty sender. */
static void envelope_read(struct arena *arena, struct mail *mail)
{
    struct sv rest = mail->header, raw, type;
    struct params params;
    struct sv line = sv_cut(&rest, '\n');
    if (sv_starts(line, SV("From "))) {
        line = sv_slice(line, 5, line.n);
        mail->sender = sv_cut(&line, ' ');
    } else if (header_find(mail->header, SV("Return-Path"), &raw)) {
        mail->sender = header_unfold(arena, raw);
        if (sv_starts(mail->sender, SV("<")) && sv_ends(mail->sender, SV(">")))
            mail->sender = sv_slice(mail->sender, 1, mail->sender.n - 1);
    }
    struct sv local = mail->sender;
    if (sv_eq_nocase(sv_cut(&local, '@'), SV("MAILER-DAEMON")))
        mail->sender = SV("");
    mail->has_sender = mail->sender.n > 0;
    mail->is_returned = !mail->has_sender;
    if (header_find(mail->header, SV("Content-Type"), &raw)) {
        type = param_parse(arena, raw, &params);
        mail->is_returned |= sv_eq(type, SV("multipart/report"));
    }
}

enum status mail_read(struct arena *arena, struct source in, bool bodies, struct mail *out)
{
    struct mail mail = {0};
    struct intake intake = {.in = in, .bytes = arena_alloc(arena, MAIL_HEADER_MAX)};
    enum status status = header_read(arena, &intake, &mail.header);
    if (status != STATUS_OK)
        return status;
    envelope_read(arena, &mail);
    struct parts *parts = arena_alloc(arena, sizeof *parts);
    parts->arena = arena;
    sb_init(&parts->header, arena, MAIL_PART_HEADER_MAX);
    if (bodies)
        part_begins(parts, mail.header);
    status = parts_read(parts, &intake);
    if (status != STATUS_OK)
        return status;
    mail.has_attachment = parts->found;
    *out = mail;
    return STATUS_OK;
}

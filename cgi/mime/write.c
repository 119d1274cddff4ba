#include "write.h"

#include "arena.h"
#include "base64.h"
#include "decode.h"
#include "flowed.h"
#include "header.h"
#include "random.h"
#include "utf8.h"
#include "word.h"
#include "write_part.h"

enum {
    HEADER_MAX = 4 * 1024 * 1024,
    TEXT_INPUT_MAX = 16 * 1024 * 1024,
    LINE_COLUMN_MAX = 76,
    LINE_LENGTH_MAX = 998
};

struct writer {
    struct arena *arena;
    const struct composition *in;
    struct message out;
    char boundary[40];
};

/* ---- segments ---- */

static void add_segment(struct writer *w, enum segment_kind kind, struct content content)
{
    uint64_t n = content_length(&content);
    uint64_t length = kind == SEGMENT_BASE64 ? base64_lines_length(n) : n;
    if (length > 0)
        w->out.segments[w->out.n++] = (struct segment){kind, false, content, length};
}

static void add_memory(struct writer *w, const struct sb *b)
{
    add_segment(w, SEGMENT_MEMORY, (struct content){.memory = sb_view(b), .fd = -1});
}

/* ---- the header ---- */

static enum status check_addresses(struct addresses list)
{
    for (size_t i = 0; i < list.n; i++) {
        struct address a = list.items[i];
        bool empty_group = a.group.n > 0 && a.name.n + a.mailbox.n + a.domain.n == 0;
        if (!empty_group && address_check(a) != ADDRESS_FAULT_NONE)
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

/* Fields that are ours to write, or would give away what must not be sent. */
static bool is_reserved(struct sv name)
{
    static const char *const reserved[] = {"From",     "To",         "Cc",           "Bcc",
                                           "Reply-To", "Subject",    "Date",         "Message-ID",
                                           "Sender",   "References", "MIME-Version", "In-Reply-To"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (sv_eq_nocase(name, sv_of(reserved[i])))
            return true;
    return sv_starts_nocase(name, SV("Content-")) || sv_starts_nocase(name, SV("Resent-"));
}

static enum status check(const struct composition *in)
{
    const struct addresses lists[] = {in->from, in->reply_to, in->to, in->cc, in->bcc};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (check_addresses(lists[i]) != STATUS_OK)
            return STATUS_INVALID;
    if (in->message_id.n > 0 && !msgid_valid(in->message_id))
        return STATUS_INVALID;
    if (in->extra_n > EXTRA_FIELD_COUNT_MAX || in->attachment_n > ATTACHMENT_COUNT_MAX ||
        in->text.n > TEXT_INPUT_MAX)
        return STATUS_TOO_LARGE;
    for (size_t i = 0; i < in->extra_n; i++) {
        struct sv name = in->extra[i].name;
        for (size_t k = 0; k < name.n; k++)
            if ((unsigned char)name.p[k] >= 0x7f)
                return STATUS_INVALID;
        if (!header_name_valid(name) || is_reserved(name))
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

static void add_address_field(struct sb *out, struct sv name, struct addresses list)
{
    if (list.n == 0)
        return;
    sb_add(out, name);
    sb_add(out, SV(": "));
    address_add_header(out, list, name.n + 2);
    sb_add(out, SV("\r\n"));
}

static void add_text_field(struct sb *out, struct sv name, struct sv value)
{
    if (value.n == 0)
        return;
    sb_add(out, name);
    sb_add(out, SV(": "));
    word_encode_text(out, utf8_cut(value, WORD_TEXT_MAX), name.n + 2);
    sb_add(out, SV("\r\n"));
}

/* Other people's identifiers are carried on even if they are odd, but not if they would break the
 * field. */
static bool id_fits(struct sv id)
{
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] <= ' ' || id.p[i] >= 0x7f)
            return false;
    return id.n > 2 && id.n <= MSGID_LENGTH_MAX && id.p[0] == '<' && id.p[id.n - 1] == '>';
}

/* The first index, behind item 0, from which on the rest fits into REFERENCES_BYTES_MAX. */
static size_t last_that_fit(struct msgids ids)
{
    size_t from = ids.n, bytes = ids.n > 0 ? ids.items[0].n : 0;
    while (from > 1 && bytes + ids.items[from - 1].n <= REFERENCES_BYTES_MAX)
        bytes += ids.items[--from].n;
    return from;
}

static void add_msgids_field(struct sb *out, struct sv name, struct msgids ids)
{
    size_t from = last_that_fit(ids), column = name.n + 2;
    bool any = false;
    for (size_t i = 0; i < ids.n; i = i == 0 ? from : i + 1) {
        struct sv id = ids.items[i];
        if (!id_fits(id))
            continue;
        if (!any) {
            sb_printf(out, "%.*s: ", SV_ARG(name));
        } else if (column + 1 + id.n > LINE_COLUMN_MAX) {
            sb_add(out, SV("\r\n "));
            column = 1;
        } else {
            sb_add_char(out, ' ');
            column++;
        }
        sb_add(out, id);
        column += id.n;
        any = true;
    }
    if (any)
        sb_add(out, SV("\r\n"));
}

static void add_header(struct writer *w, struct sb *first, struct sb *own, struct sb *rest)
{
    const struct composition *in = w->in;
    sb_add(first, SV("Date: "));
    date_format(first, in->date);
    sb_add(first, SV("\r\n"));
    add_address_field(first, SV("From"), in->from);
    add_address_field(first, SV("Reply-To"), in->reply_to);
    add_address_field(first, SV("To"), in->to);
    add_address_field(first, SV("Cc"), in->cc);
    add_address_field(own, SV("Bcc"), in->bcc);
    add_text_field(rest, SV("Subject"), in->subject);
    struct sv own_id = in->message_id;
    add_msgids_field(rest, SV("Message-ID"), (struct msgids){&own_id, own_id.n > 0 ? 1 : 0});
    add_msgids_field(rest, SV("In-Reply-To"), in->in_reply_to);
    add_msgids_field(rest, SV("References"), in->references);
    for (size_t i = 0; i < in->extra_n; i++)
        add_text_field(in->extra[i].own_only ? own : rest, in->extra[i].name, in->extra[i].value);
    add_text_field(rest, SV("User-Agent"), in->user_agent);
    sb_add(rest, SV("MIME-Version: 1.0\r\n"));
}

/* ---- the text ---- */

/* True if a line could pass every relay as it is. */
static bool is_plain(struct sv text)
{
    size_t line = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        line = c == '\n' ? 0 : line + 1;
        if (c >= 0x7f || (c < 0x20 && c != '\t' && c != '\r' && c != '\n') ||
            line > LINE_LENGTH_MAX)
            return false;
    }
    return true;
}

static void add_text(struct writer *w, struct sb *header)
{
    struct sb flowed, quoted;
    struct sv text = utf8_clean(w->arena, w->in->text);
    sb_init(&flowed, w->arena, text.n * 4 + 16);
    flowed_write(&flowed, text);
    struct sv body = sb_view(&flowed);
    bool plain = is_plain(body), base64 = false;
    sb_init(&quoted, w->arena, body.n * 4 + 16);
    if (!plain) {
        quoted_encode(&quoted, body);
        base64 = quoted.n > base64_lines_length(body.n);
    }
    sb_printf(header,
              "Content-Type: text/plain; charset=%s; format=flowed\r\n"
              "Content-Transfer-Encoding: %s\r\n\r\n",
              plain ? "us-ascii" : "utf-8",
              plain    ? "7bit"
              : base64 ? "base64"
                       : "quoted-printable");
    header->over = header->over || flowed.over || quoted.over;
    add_memory(w, header);
    if (base64)
        add_segment(w, SEGMENT_BASE64, (struct content){.memory = body, .fd = -1});
    else
        add_memory(w, plain ? &flowed : &quoted);
}

/* ---- the parts ---- */

static void add_delimiter(struct writer *w, struct sb *out)
{
    sb_printf(out, "\r\n--%s\r\n", w->boundary);
}

static enum status add_attachment(struct writer *w, const struct attachment *a)
{
    struct sb header;
    bool base64, eight_bit;
    sb_init(&header, w->arena, HEADER_MAX);
    add_delimiter(w, &header);
    enum status status = part_header(w->arena, &header, a, w->in->seven_bit, &base64, &eight_bit);
    if (status != STATUS_OK)
        return status;
    if (header.over)
        return STATUS_TOO_LARGE;
    w->out.eight_bit = w->out.eight_bit || eight_bit;
    add_memory(w, &header);
    enum segment_kind plain = a->content.fd < 0 ? SEGMENT_MEMORY : SEGMENT_FILE;
    add_segment(w, base64 ? SEGMENT_BASE64 : plain, a->content);
    return STATUS_OK;
}

/* "=_" stands in no base64 and in no quoted-printable text. */
static void make_boundary(struct writer *w)
{
    unsigned char bytes[18];
    struct sb b;
    random_bytes(bytes, sizeof bytes);
    sb_fixed(&b, w->boundary, sizeof w->boundary);
    sb_add(&b, SV("=_"));
    base64url_encode(&b, bytes, sizeof bytes);
}

static enum status add_body(struct writer *w, struct sb *header)
{
    enum status status = STATUS_OK;
    struct sb end;
    bool mixed = w->in->attachment_n > 0;
    if (mixed) {
        sb_printf(header, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n", w->boundary);
        add_delimiter(w, header);
    }
    add_text(w, header);
    if (header->over)
        return STATUS_TOO_LARGE;
    for (size_t i = 0; i < w->in->attachment_n && status == STATUS_OK; i++)
        status = add_attachment(w, &w->in->attachments[i]);
    sb_init(&end, w->arena, 64);
    if (mixed)
        sb_printf(&end, "\r\n--%s--\r\n", w->boundary);
    add_memory(w, &end);
    return status;
}

enum status message_compose(struct arena *arena, const struct composition *in, struct message *out)
{
    struct writer w = {.arena = arena, .in = in};
    struct sb first, own, rest;
    enum status status = check(in);
    if (status != STATUS_OK)
        return status;
    w.out.segments = arena_array(arena, 5 + 2 * in->attachment_n, sizeof *w.out.segments);
    make_boundary(&w);
    sb_init(&first, arena, HEADER_MAX);
    sb_init(&own, arena, HEADER_MAX);
    sb_init(&rest, arena, HEADER_MAX);
    add_header(&w, &first, &own, &rest);
    if (first.over || own.over)
        return STATUS_TOO_LARGE;
    add_memory(&w, &first);
    if (own.n > 0) {
        add_memory(&w, &own);
        w.out.segments[w.out.n - 1].own_only = true;
    }
    status = add_body(&w, &rest);
    if (status == STATUS_OK && arena_over(arena))
        status = STATUS_TOO_LARGE;
    if (status == STATUS_OK)
        *out = w.out;
    return status;
}

uint64_t message_size(const struct message *m, bool own_copy)
{
    uint64_t size = 0;
    for (size_t i = 0; i < m->n; i++)
        if (own_copy || !m->segments[i].own_only)
            size += m->segments[i].length;
    return size;
}

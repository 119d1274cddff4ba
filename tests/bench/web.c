#include "web.h"

#include <unistd.h>

enum { ENTER_AGAIN = 20, ENTER_PAUSE_US = 1000 * 1000 };
enum { BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

static char kept[WEB_BODY_KEPT];

static void cookie_take(struct web *web, struct sv value)
{
    struct sv pair = sv_cut(&value, ';');
    size_t name = sv_find_char(pair, '=');
    bool expired = sv_find(value, SV("Max-Age=0")) != SIZE_MAX;
    char *place = NULL;
    for (size_t i = 0; i < WEB_COOKIES; i++) {
        struct sv held = sv_of(web->cookies[i]);
        if (held.n > 0 && sv_starts(held, sv_slice(pair, 0, name + 1)))
            place = web->cookies[i];
        else if (held.n == 0 && !place)
            place = web->cookies[i];
    }
    struct sb b;
    if (!place || pair.n >= WEB_COOKIE_MAX)
        fail("too many or too long cookies");
    sb_fixed(&b, place, WEB_COOKIE_MAX);
    if (!expired)
        sb_add(&b, pair);
}

static void cookies_write(const struct web *web, struct sb *out)
{
    for (size_t i = 0, n = 0; i < WEB_COOKIES; i++)
        if (web->cookies[i][0])
            sb_printf(out, "%s%s", n++ > 0 ? "; " : "", web->cookies[i]);
}

static void copy(char *out, size_t size, struct sv text)
{
    struct sb b;
    sb_fixed(&b, out, size);
    sb_add(&b, text);
}

static void header_take(struct web *web, struct answer *answer, struct sv line)
{
    struct sv value = line;
    struct sv name = sv_cut(&value, ':');
    uint32_t code;
    value = sv_trim(value);
    if (sv_eq_nocase(name, SV("Set-Cookie")))
        cookie_take(web, value);
    else if (sv_eq_nocase(name, SV("Location")))
        copy(answer->location, sizeof(answer->location), value);
    else if (sv_eq_nocase(name, SV("Content-Type")))
        copy(answer->type, sizeof(answer->type), value);
    else if (sv_eq_nocase(name, SV("Status")) &&
             sv_to_u32(sv_slice(value, 0, 3), &code) == STATUS_OK)
        answer->code = code;
}

static void body_take(struct answer *answer, struct sv piece)
{
    if (answer->body.n < WEB_BODY_KEPT) {
        struct sv part = sv_slice(piece, 0, WEB_BODY_KEPT - answer->body.n);
        memcpy(kept + answer->body.n, part.p, part.n);
        answer->body = (struct sv){kept, answer->body.n + part.n};
    }
    answer->length += piece.n;
}

/* ---- FastCGI ---- */

static void record_add(struct sb *out, int type, struct sv content)
{
    char head[8] = {1, (char)type, 0, 1, (char)(content.n >> 8), (char)content.n, 0, 0};
    sb_add(out, (struct sv){head, sizeof(head)});
    sb_add(out, content);
}

static void param_add(struct sb *out, const char *name, struct sv value)
{
    sb_add_char(out, (char)strlen(name));
    char length[4] = {(char)(0x80 | value.n >> 24), (char)(value.n >> 16), (char)(value.n >> 8),
                      (char)value.n};
    sb_add(out, (struct sv){length, sizeof(length)});
    sb_add_cstr(out, name);
    sb_add(out, value);
}

static void request_write(struct web *web, struct arena *arena, struct sv target, struct sv form)
{
    struct sb out, params, cookies;
    sb_init(&out, arena, 256 * 1024);
    sb_init(&params, arena, 60 * 1024);
    sb_init(&cookies, arena, 8 * 1024);
    cookies_write(web, &cookies);
    param_add(&params, "REQUEST_METHOD", form.p ? SV("POST") : SV("GET"));
    param_add(&params, "REQUEST_URI", target);
    param_add(&params, "SERVER_PROTOCOL", SV("HTTP/1.1"));
    param_add(&params, "REMOTE_ADDR", SV("127.0.0.1"));
    param_add(&params, "HTTPS", SV("on"));
    param_add(&params, "HTTP_HOST", arena_printf(arena, "%s:%s", web->host, web->port));
    param_add(&params, "HTTP_ACCEPT_LANGUAGE", SV("fr"));
    param_add(&params, "HTTP_COOKIE", sb_view(&cookies));
    if (form.p) {
        param_add(&params, "CONTENT_TYPE", SV("application/x-www-form-urlencoded"));
        param_add(&params, "CONTENT_LENGTH", arena_printf(arena, "%zu", form.n));
    }
    record_add(&out, BEGIN_REQUEST, (struct sv){"\0\1\0\0\0\0\0", 8});
    record_add(&out, PARAMS, sb_view(&params));
    record_add(&out, PARAMS, SV(""));
    if (form.n > 0)
        record_add(&out, STDIN, form);
    record_add(&out, STDIN, SV(""));
    link_write(&web->link, sb_view(&out));
}

/* The CGI head stands at the beginning of what STDOUT brings, in one record or several. */
struct cgi_head {
    bool over;
    struct sb text;
};

static void output_take(struct web *web, struct cgi_head *head, struct answer *answer,
                        struct sv piece)
{
    if (head->over) {
        body_take(answer, piece);
        return;
    }
    sb_add(&head->text, piece);
    struct sv text = sb_view(&head->text);
    size_t end = sv_find(text, SV("\r\n\r\n"));
    if (end == SIZE_MAX)
        return;
    struct sv lines = sv_slice(text, 0, end);
    while (lines.n > 0)
        header_take(web, answer, sv_trim(sv_cut(&lines, '\n')));
    head->over = true;
    body_take(answer, sv_slice(text, end + 4, text.n));
}

static void fetch_fastcgi(struct web *web, struct arena *arena, struct sv target, struct sv form,
                          struct answer *answer)
{
    struct cgi_head head = {.over = false};
    unsigned char record[8];
    sb_init(&head.text, arena, 256 * 1024);
    link_unix(&web->link, web->socket);
    request_write(web, arena, target, form);
    do {
        link_exactly(&web->link, record, sizeof(record));
        size_t left = (size_t)record[4] << 8 | record[5];
        while (left > 0) {
            struct sv some = link_some(&web->link, left);
            if (some.n == 0)
                fail("the program broke its answer off: %.*s", SV_ARG(target));
            if (record[1] == STDOUT)
                output_take(web, &head, answer, some);
            left -= some.n;
        }
        link_skip(&web->link, record[6]);
    } while (record[1] != END_REQUEST);
    link_close(&web->link);
}

/* ---- HTTPS ---- */

static void https_body(struct web *web, struct answer *answer, uint64_t left)
{
    while (left > 0) {
        struct sv some = link_some(&web->link, left < LINK_BUFFER ? (size_t)left : LINK_BUFFER);
        if (some.n == 0)
            fail("the web server broke its answer off");
        body_take(answer, some);
        left -= some.n;
    }
}

static void https_chunks(struct web *web, struct answer *answer)
{
    char line[64];
    unsigned long n;
    do {
        if (!link_line(&web->link, line, sizeof(line)))
            fail("the web server broke its answer off");
        n = strtoul(line, NULL, 16);
        https_body(web, answer, n);
        (void)link_line(&web->link, line, sizeof(line));
    } while (n > 0);
}

static void https_answer(struct web *web, struct answer *answer)
{
    static char text[LINK_BUFFER];
    bool chunked = false;
    uint64_t length = 0;
    uint32_t code;
    if (!link_line(&web->link, text, sizeof(text)) ||
        sv_to_u32(sv_slice(sv_of(text), 9, 12), &code) != STATUS_OK)
        fail("the web server does not speak HTTP/1.1");
    answer->code = code;
    while (link_line(&web->link, text, sizeof(text)) && text[0]) {
        struct sv value = sv_of(text);
        struct sv name = sv_cut(&value, ':');
        if (sv_eq_nocase(name, SV("Transfer-Encoding")))
            chunked = true;
        else if (sv_eq_nocase(name, SV("Content-Length")))
            (void)!sv_to_u64(sv_trim(value), UINT64_MAX, &length);
        else if (sv_eq_nocase(name, SV("Connection")) && sv_eq_nocase(sv_trim(value), SV("close")))
            web->open = false;
        else
            header_take(web, answer, sv_of(text));
    }
    if (chunked)
        https_chunks(web, answer);
    else
        https_body(web, answer, length);
}

static void fetch_https(struct web *web, struct arena *arena, struct sv target, struct sv form,
                        struct answer *answer)
{
    struct sb out, cookies;
    if (!web->open)
        link_tls(&web->link, web->host, web->port, web->ca);
    web->open = true;
    sb_init(&cookies, arena, 8 * 1024);
    cookies_write(web, &cookies);
    sb_init(&out, arena, 256 * 1024);
    sb_printf(
        &out,
        "%s %.*s HTTP/1.1\r\nHost: %s:%s\r\nAccept-Language: fr\r\nAccept-Encoding: gzip;q=0\r\n"
        "Cookie: %s\r\n",
        form.p ? "POST" : "GET", SV_ARG(target), web->host, web->port, cookies.p);
    if (form.p)
        sb_printf(&out,
                  "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n",
                  form.n);
    sb_add(&out, SV("\r\n"));
    sb_add(&out, form);
    link_write(&web->link, sb_view(&out));
    https_answer(web, answer);
    if (!web->open)
        link_close(&web->link);
}

/* ---- what a person does ---- */

void web_fetch(struct web *web, struct sv target, struct sv form, struct answer *answer)
{
    struct arena *arena = arena_new(SIZE_MAX);
    *answer = (struct answer){.code = 200, .body = {kept, 0}};
    if (web->socket)
        fetch_fastcgi(web, arena, target, form, answer);
    else
        fetch_https(web, arena, target, form, answer);
    arena_free(&arena);
}

void web_get(struct web *web, struct sv target, struct answer *answer)
{
    web_fetch(web, target, (struct sv){NULL, 0}, answer);
    while (answer->code == 202) { /* the waiting page, which asks again by itself */
        usleep(WEB_AGAIN_MS * 1000);
        web_fetch(web, target, (struct sv){NULL, 0}, answer);
    }
    if (answer->code != 200)
        fail("%u for %.*s", answer->code, SV_ARG(target));
}

void web_close(struct web *web)
{
    if (web->open && !web->socket)
        link_close(&web->link);
    web->open = false;
}

static void form_add(struct sb *form, const char *name, struct sv value)
{
    sb_printf(form, "%s%s=", form->n > 0 ? "&" : "", name);
    for (size_t i = 0; i < value.n; i++)
        sb_printf(form, "%%%02X", (unsigned char)value.p[i]);
}

void web_enter(struct web *web, const char *user, const char *password, struct answer *answer)
{
    struct arena *arena = arena_new(SIZE_MAX);
    struct sb form;
    memset(web->cookies, 0, sizeof(web->cookies));
    web_get(web, SV("/login"), answer);
    sb_init(&form, arena, 8 * 1024);
    form_add(&form, "csrf", page_attribute(arena, answer->body, "name=\"csrf\"", "value"));
    form_add(&form, "user", sv_of(user));
    form_add(&form, "password", sv_of(password));
    web_fetch(web, SV("/login"), sb_view(&form), answer);
    for (unsigned i = 0; answer->code == 503 && i < ENTER_AGAIN; i++) { /* too many at once */
        usleep(ENTER_PAUSE_US);
        web_fetch(web, SV("/login"), sb_view(&form), answer);
    }
    if (answer->code != 303)
        fail("signing in was answered by %u", answer->code);
    arena_free(&arena);
}

void web_sign_in(struct web *web, const char *user, const char *password, struct answer *answer)
{
    struct arena *arena = arena_new(SIZE_MAX);
    web_enter(web, user, password, answer);
    web_get(web, arena_sv(arena, sv_of(answer->location)), answer);
    arena_free(&arena);
}

struct sv page_attribute(struct arena *arena, struct sv page, const char *mark,
                         const char *attribute)
{
    size_t at = sv_find(page, sv_of(mark));
    if (at == SIZE_MAX)
        return (struct sv){NULL, 0};
    size_t start = sv_find_last_char(sv_slice(page, 0, at + 1), '<');
    struct sv tag = sv_slice(page, start, page.n);
    tag = sv_slice(tag, 0, sv_find_char(tag, '>'));
    struct sv wanted = arena_printf(arena, " %s=\"", attribute);
    at = sv_find(tag, wanted);
    if (at == SIZE_MAX)
        return (struct sv){NULL, 0};
    struct sv value = sv_slice(tag, at + wanted.n, tag.n);
    value = sv_slice(value, 0, sv_find_char(value, '"'));
    struct sb out;
    sb_init(&out, arena, value.n);
    for (size_t i = 0; i < value.n; i++) {
        sb_add_char(&out, value.p[i]);
        if (sv_starts(sv_slice(value, i, value.n), SV("&amp;")))
            i += sizeof("&amp;") - 2;
    }
    return sb_view(&out);
}

#include "mailbox.h"

#include "arena.h"
#include "utf8.h"

/* The length of a literal that the line announces, or 0. */
static uint64_t literal_length(struct sv line)
{
    size_t brace = sv_find_last_char(line, '{');
    uint64_t n = 0;
    if (brace == SIZE_MAX || !sv_ends(line, SV("}")) ||
        sv_to_u64(sv_slice(line, brace + 1, line.n - 1), UINT64_MAX, &n) != STATUS_OK)
        return 0;
    return n;
}

static void number_after(struct sv line, const char *word, uint32_t *out)
{
    size_t at = sv_find(line, sv_of(word));
    if (at == SIZE_MAX)
        return;
    struct sv rest = sv_slice(line, at + strlen(word), line.n);
    size_t n = 0;
    while (n < rest.n && ascii_is_digit(rest.p[n]))
        n++;
    (void)!sv_to_u32(sv_slice(rest, 0, n), out);
}

static void untagged_note(struct mailbox *mailbox, struct sv line)
{
    if (sv_ends(line, SV(" EXISTS")))
        number_after(line, "* ", &mailbox->exists);
    number_after(line, "[UIDVALIDITY ", &mailbox->uidvalidity);
}

static bool tagged_ok(struct mailbox *mailbox, struct sv line)
{
    size_t space = sv_find_char(line, ' ');
    size_t uid = sv_find(line, SV("[APPENDUID "));
    if (uid != SIZE_MAX) {
        struct sv rest = sv_slice(line, uid + sizeof("[APPENDUID ") - 1, line.n);
        (void)sv_cut(&rest, ' ');
        number_after(rest, "", &mailbox->appended_uid);
    }
    return sv_starts(sv_slice(line, space + 1, line.n), SV("OK"));
}

unsigned mailbox_talk(struct mailbox *mailbox, struct sv commands, unsigned replies)
{
    static char text[LINK_BUFFER];
    unsigned refused = 0;
    bool in_response = false; /* behind a literal the same response goes on */
    link_write(&mailbox->link, commands);
    while (replies > 0) {
        if (!link_line(&mailbox->link, text, sizeof(text)))
            fail("the IMAP server closed the connection");
        struct sv line = sv_of(text);
        uint64_t literal = literal_length(line);
        link_skip(&mailbox->link, literal);
        if (!in_response && sv_starts(line, SV("* "))) {
            untagged_note(mailbox, line);
        } else if (!in_response && !sv_starts(line, SV("+"))) {
            replies--;
            if (!tagged_ok(mailbox, line)) {
                refused++;
                struct sb b;
                sb_fixed(&b, mailbox->refusal, sizeof(mailbox->refusal));
                sb_add(&b, utf8_cut(line, sizeof(mailbox->refusal) - 1));
            }
        }
        in_response = literal > 0;
    }
    return refused;
}

void mailbox_command(struct mailbox *mailbox, const char *command)
{
    struct arena *arena = arena_new(SIZE_MAX);
    if (mailbox_talk(mailbox, arena_printf(arena, "own %s\r\n", command), 1) != 0)
        fail("refused: %s: %s", command, mailbox->refusal);
    arena_free(&arena);
}

void mailbox_open(struct mailbox *mailbox, const struct account *account)
{
    char line[1024];
    struct sb login;
    *mailbox = (struct mailbox){.exists = 0};
    link_tls(&mailbox->link, account->host, account->port, account->ca);
    if (!link_line(&mailbox->link, line, sizeof(line)) || !sv_starts(sv_of(line), SV("* OK")))
        fail("the IMAP server does not greet");
    sb_fixed(&login, line, sizeof(line));
    sb_printf(&login, "LOGIN {%zu+}\r\n%s {%zu+}\r\n%s", strlen(account->user), account->user,
              strlen(account->password), account->password);
    mailbox_command(mailbox, line);
}

void mailbox_close(struct mailbox *mailbox)
{
    link_close(&mailbox->link);
}

void mailbox_append_large(struct mailbox *mailbox, const char *name, size_t size)
{
    static const char head[] =
        "Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nFrom: Bench <bench@demo.example>\r\n"
        "To: bench@demo.example\r\nSubject: A large attachment\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n"
        "--b\r\nContent-Type: application/octet-stream; name=large.bin\r\n"
        "Content-Disposition: attachment; filename=large.bin\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n";
    static const char line[] =
        "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gU3BoaW54IG9mIGJs\r\n";
    static const char tail[] = "--b--\r\n";
    size_t lines = size / 57;
    struct arena *arena = arena_new(SIZE_MAX);
    struct sb b;
    size_t length = sizeof(head) - 1 + lines * (sizeof(line) - 1) + sizeof(tail) - 1;
    sb_init(&b, arena, length + 256);
    sb_printf(&b, "make CREATE \"%s\"\r\nadd APPEND \"%s\" (\\Seen) {%zu+}\r\n", name, name,
              length);
    sb_add(&b, sv_of(head));
    for (size_t i = 0; i < lines; i++)
        sb_add(&b, sv_of(line));
    sb_add(&b, sv_of(tail));
    sb_add(&b, SV("\r\n"));
    (void)mailbox_talk(mailbox, sb_view(&b), 2);
    arena_free(&arena);
    if (mailbox->appended_uid == 0)
        fail("the large message was not taken");
}

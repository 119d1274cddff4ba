/* mailbox_server.h — an IMAP server on loopback, just large enough for an import: its folders are
 * arrays in the test's own memory, and it has the accidents that the test asks for.
 *
 * One connection at a time, in a thread of its own; the test looks at the folders when it has
 * nothing under way.
 */
#ifndef VM_MAILBOX_SERVER_H
#define VM_MAILBOX_SERVER_H

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SERVER_FOLDERS = 8, SERVER_LETTERS = 600, SERVER_LINE = 8192 };

struct server_letter {
    char *bytes;
    size_t n;
    char flags[200], date[40];
    unsigned uid;
};

struct server_folder {
    char name[100];
    struct server_letter letters[SERVER_LETTERS];
    size_t n;
    unsigned uidnext;
};

struct mailbox_server {
    int listener, line;
    unsigned short port;
    pthread_t thread;
    const char *capabilities;
    struct server_folder folders[SERVER_FOLDERS], *selected;
    size_t folder_count;
    /* accidents */
    int cut_before, cut_after; /* so many APPENDs are not done, or done and cut off */
    int late;                  /* so many are done and never answered */
    size_t refuse_over;        /* larger letters are refused; 0: none is */
    const char *no_create;     /* the server's words; NULL: folders are made */
    long cut_body;             /* after so many bytes of a body the line breaks, once; -1: never */
    int appends, bodies;       /* commands, and bodies sent */
};

static inline void server_say(struct mailbox_server *s, const char *bytes, size_t n)
{
    for (ssize_t sent; n > 0 && (sent = send(s->line, bytes, n, MSG_NOSIGNAL)) > 0;) {
        bytes += sent;
        n -= (size_t)sent;
    }
}

#define server_printf(s, ...)                                                                      \
    do {                                                                                           \
        char said[SERVER_LINE];                                                                    \
        int length = snprintf(said, sizeof said, __VA_ARGS__);                                     \
        server_say(s, said, (size_t)length);                                                       \
    } while (0)

/* Without its CRLF; false at the end of the connection. */
static inline bool server_hear(struct mailbox_server *s, char *line)
{
    size_t n = 0;
    while (n < SERVER_LINE && recv(s->line, line + n, 1, 0) == 1)
        if (line[n++] == '\n') {
            line[n - 2] = '\0';
            return true;
        }
    return false;
}

static inline struct server_folder *server_folder(struct mailbox_server *s, const char *name,
                                                  bool make)
{
    size_t n = strcspn(name, "\" ");
    for (size_t i = 0; i < s->folder_count; i++)
        if (strlen(s->folders[i].name) == n && memcmp(s->folders[i].name, name, n) == 0)
            return &s->folders[i];
    if (!make || s->folder_count == SERVER_FOLDERS)
        return NULL;
    struct server_folder *f = &s->folders[s->folder_count++];
    snprintf(f->name, sizeof f->name, "%.*s", (int)n, name);
    f->uidnext = 1;
    return f;
}

static inline const char *server_name(const char *text)
{
    return text + (*text == '"');
}

static inline void server_put(struct server_folder *f, const char *head, char *bytes, size_t n)
{
    struct server_letter *letter = &f->letters[f->n++];
    *letter = (struct server_letter){.bytes = bytes, .n = n, .uid = f->uidnext++};
    const char *open = strchr(head, '('), *date = open ? strchr(strchr(open, ')'), '"') : NULL;
    if (open)
        snprintf(letter->flags, sizeof letter->flags, "%.*s", (int)(strchr(open, ')') - open + 1),
                 open);
    if (date)
        snprintf(letter->date, sizeof letter->date, "%.*s", 26, date + 1);
}

/* False: the connection has ended. All of the letters are taken, or none. */
static inline bool server_append(struct mailbox_server *s, const char *tag, char *line)
{
    struct server_folder *f = server_folder(s, server_name(line), false), taken = {.uidnext = 1};
    char head[SERVER_LINE];
    bool too_large = false, heard = true;
    s->appends++;
    for (char *brace; heard && (brace = strrchr(line, '{'));) {
        size_t size = strtoul(brace + 1, NULL, 10), n = 0;
        char *bytes = malloc(size + 1);
        snprintf(head, sizeof head, "%s", line);
        if (!strchr(brace, '+'))
            server_printf(s, "+ go\r\n");
        for (ssize_t got; n < size && (got = recv(s->line, bytes + n, size - n, 0)) > 0;)
            n += (size_t)got;
        too_large |= s->refuse_over > 0 && size > s->refuse_over;
        server_put(&taken, head, bytes, n);
        heard = n == size && server_hear(s, line);
    }
    bool cut = s->cut_before > 0, take = heard && f && !cut && !too_large;
    for (size_t i = 0; i < taken.n; i++)
        if (take) {
            f->letters[f->n] = taken.letters[i];
            f->letters[f->n++].uid = f->uidnext++;
        } else {
            free(taken.letters[i].bytes);
        }
    if (cut)
        s->cut_before--;
    else if (s->cut_after > 0)
        cut = s->cut_after-- > 0;
    if (!heard || cut)
        return false;
    if (s->late > 0) {
        s->late--;
        return true;
    }
    if (!f)
        server_printf(s, "%s NO [TRYCREATE] no such folder\r\n", tag);
    else if (too_large)
        server_printf(s, "%s NO not on a Sunday\r\n", tag);
    else
        server_printf(s, "%s OK\r\n", tag);
    return true;
}

static inline bool server_wants(const char *set, unsigned uid, unsigned last)
{
    while (isdigit((unsigned char)*set)) {
        char *end;
        unsigned long from = strtoul(set, &end, 10), to = from;
        if (*end == ':' && end[1] == '*') {
            to = last > from ? last : from;
            from = last < from ? last : from;
            end += 2;
        } else if (*end == ':') {
            to = strtoul(end + 1, &end, 10);
        }
        if (uid >= from && uid <= to)
            return true;
        set = end + (*end == ',');
    }
    return false;
}

/* By UIDs or by sequence numbers. False: the connection ends in the middle of a body. */
static inline bool server_fetch(struct mailbox_server *s, const char *tag, const char *set,
                                bool by_uid)
{
    struct server_folder *f = s->selected;
    const char *items = strchr(set, ' ');
    for (size_t i = 0; i < f->n; i++) {
        struct server_letter *m = &f->letters[i];
        if (!server_wants(set, by_uid ? m->uid : (unsigned)i + 1,
                          by_uid ? f->uidnext - 1 : (unsigned)f->n))
            continue;
        server_printf(s, "* %zu FETCH (UID %u RFC822.SIZE %zu INTERNALDATE \"%s\"", i + 1, m->uid,
                      m->n, m->date);
        if (strstr(items, "BODY.PEEK[]")) {
            s->bodies++;
            server_printf(s, " BODY[] {%zu}\r\n", m->n);
            bool cut = s->cut_body >= 0 && (size_t)s->cut_body < m->n;
            server_say(s, m->bytes, cut ? (size_t)s->cut_body : m->n);
            if (cut) {
                s->cut_body = -1;
                return false;
            }
        }
        server_printf(s, ")\r\n");
    }
    server_printf(s, "%s OK\r\n", tag);
    return true;
}

static inline bool server_do(struct mailbox_server *s, char *line)
{
    char tag[40];
    size_t n = strcspn(line, " ");
    snprintf(tag, sizeof tag, "%.*s", (int)n, line);
    char *command = line + n + (line[n] == ' '), *space = strchr(command, ' ');
    char *rest = space ? space + 1 : command + strlen(command);
    struct server_folder *f = server_folder(s, server_name(rest), false);
    if (strncmp(command, "APPEND ", 7) == 0)
        return server_append(s, tag, rest);
    if (strncmp(command, "UID FETCH ", 10) == 0)
        return server_fetch(s, tag, rest + 6, true);
    if (strncmp(command, "FETCH ", 6) == 0)
        return server_fetch(s, tag, rest, false);
    if (strncmp(command, "STATUS ", 7) == 0 && f)
        server_printf(s, "* STATUS %s (MESSAGES %zu UIDNEXT %u UIDVALIDITY 7 UNSEEN 0)\r\n",
                      f->name, f->n, f->uidnext);
    bool opens = strncmp(command, "SELECT ", 7) == 0 || strncmp(command, "EXAMINE ", 8) == 0;
    bool lacks = !f && (opens || strncmp(command, "STATUS ", 7) == 0);
    if (opens && f) {
        s->selected = f;
        server_printf(s, "* %zu EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT %u]\r\n", f->n,
                      f->uidnext);
    }
    if (strncmp(command, "CREATE ", 7) == 0 && s->no_create)
        server_printf(s, "%s NO %s\r\n", tag, s->no_create);
    else if (lacks)
        server_printf(s, "%s NO [NONEXISTENT] no such folder\r\n", tag);
    else {
        if (strncmp(command, "CREATE ", 7) == 0)
            (void)server_folder(s, server_name(rest), true);
        if (strncmp(command, "CAPABILITY", 10) == 0)
            server_printf(s, "* CAPABILITY IMAP4rev1 %s\r\n", s->capabilities);
        server_printf(s, "%s OK\r\n", tag);
    }
    return strncmp(command, "LOGOUT", 6) != 0;
}

static inline void *server_run(void *context)
{
    struct mailbox_server *s = context;
    char line[SERVER_LINE];
    while ((s->line = accept(s->listener, NULL, NULL)) >= 0) {
        s->selected = NULL;
        (void)setsockopt(s->line, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        server_printf(s, "* OK [CAPABILITY IMAP4rev1 %s] hello\r\n", s->capabilities);
        while (server_hear(s, line) && server_do(s, line))
            ;
        close(s->line);
    }
    return NULL;
}

static inline bool mailbox_server_start(struct mailbox_server *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    s->cut_body = -1;
    s->capabilities = "AUTH=PLAIN SASL-IR LITERAL+ MULTIAPPEND";
    (void)server_folder(s, "INBOX", true);
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s->listener, (struct sockaddr *)&address, size) != 0 || listen(s->listener, 4) != 0 ||
        getsockname(s->listener, (struct sockaddr *)&address, &size) != 0)
        return false;
    s->port = ntohs(address.sin_port);
    return pthread_create(&s->thread, NULL, server_run, s) == 0;
}

/* When no connection is open any more. */
static inline void mailbox_server_stop(struct mailbox_server *s)
{
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
    for (size_t i = 0; i < s->folder_count; i++)
        for (size_t k = 0; k < s->folders[i].n; k++)
            free(s->folders[i].letters[k].bytes);
}

#endif

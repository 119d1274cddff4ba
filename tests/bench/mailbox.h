/* mailbox.h — the raw reference: a plain IMAP client over one warm TLS connection. */
#ifndef BENCH_MAILBOX_H
#define BENCH_MAILBOX_H

#include "link.h"

struct account {
    const char *host, *port, *ca;
    const char *user, *password;
};

struct mailbox {
    struct link link;
    uint32_t uidvalidity, exists, appended_uid; /* as last told */
    char refusal[256];                          /* the last one, in the server's words */
};

void mailbox_open(struct mailbox *mailbox, const struct account *account);
void mailbox_close(struct mailbox *mailbox);
/* Sends these bytes as they are and reads until `replies` commands have been answered. Returns how
 * many were refused. */
unsigned mailbox_talk(struct mailbox *mailbox, struct sv commands, unsigned replies);
/* One command, without tag and line end; it must succeed. */
void mailbox_command(struct mailbox *mailbox, const char *command);
/* Appends a message with an attachment of `size` bytes to that mailbox, made if missing. */
void mailbox_append_large(struct mailbox *mailbox, const char *name, size_t size);

#endif

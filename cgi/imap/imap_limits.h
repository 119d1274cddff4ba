/* imap_limits.h — how much of what a server says we are willing to hear. Reaching one makes the
 * connection unusable and the operation STATUS_TOO_LARGE or STATUS_PROTOCOL. */
#ifndef VM_IMAP_LIMITS_H
#define VM_IMAP_LIMITS_H

enum {
    IMAP_BUFFER = 16 * 1024,            /* read buffer, held during an operation only */
    IMAP_ATOM_MAX = 1024,               /* one atom, flag or number */
    IMAP_STRING_MAX = 1024 * 1024,      /* one string kept in memory, quoted or literal */
    IMAP_TEXT_MAX = 1024,               /* of a response's text; the rest is skipped */
    IMAP_REPLY_MAX = 64 * 1024 * 1024,  /* one reply, without streamed sections */
    IMAP_REPLIES_MAX = 4 * 1000 * 1000, /* replies to one command */
    IMAP_COMMAND_MAX = 64 * 1024,       /* one command that we send, without streamed literals */
    IMAP_SET_MAX = 8000,                /* bytes of a UID set in one command (RFC 7162, 4) */
    IMAP_FOLDERS_MAX = 20000,           /* folders listed */
    IMAP_STATUS_MAX = 500,              /* STATUS commands in place of LIST-STATUS */
    IMAP_UIDS_MAX = 2 * 1000 * 1000,    /* UIDs in a result */
    IMAP_MESSAGES_MAX = 100 * 1000,     /* messages in one fetch */
    IMAP_KEYWORDS_MAX = 200,            /* keywords of a message or a mailbox */
    IMAP_ADDRESSES_MAX = 5000,          /* in one envelope field; the rest is skipped */
    IMAP_DEPTH_MAX = 100,               /* nesting of a BODYSTRUCTURE or an unknown reply */
    IMAP_THREAD_DEPTH_MAX = 100 * 1000, /* nesting of a thread, which is counted only */
    IMAP_PARTS_MAX = 2000,              /* parts of a message */
    IMAP_PARAMETERS_MAX = 200,          /* parameters of a part; the rest is skipped */
    IMAP_LETTERS_MAX = 128,             /* messages in one APPEND */
    IMAP_SECTIONS_MAX = 32,             /* sections in one fetch */
    IMAP_DRAIN_MAX = 256 * 1024,        /* read and dropped after a sink failed, to keep the line */
    IMAP_CREDENTIAL_MAX = 1024,         /* user name or password */
};

#endif

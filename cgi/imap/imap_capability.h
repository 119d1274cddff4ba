/* imap_capability.h — what the server can do, as it says and as it turns out.
 *
 * A capability that is advertised and then answered BAD is marked as missing, and so is one that is
 * only probed (IMAP_CAN_PARTIAL: Dovecot answers PARTIAL without advertising it). What stands in:
 *   LIST-EXTENDED, LIST-STATUS, SPECIAL-USE  LIST, LSUB, pipelined STATUS, well-known names
 *   ESEARCH               plain SEARCH, SORT
 *   PARTIAL               the whole result, cut here
 *   SORT                  STATUS_UNSUPPORTED: the caller sorts
 *   THREAD                STATUS_UNSUPPORTED: the caller links (model/thread_link.h)
 *   MOVE                  COPY, STORE \Deleted, and an expunge of just those
 *   UIDPLUS               EXPUNGE, after the other deleted messages have been unmarked for its time
 *   COPYUID of UIDPLUS    STATUS of the target before and after a move
 *   MULTIAPPEND           STATUS_UNSUPPORTED: the caller appends one by one
 *   UNSELECT              EXAMINE of a mailbox that is not there
 *   LITERAL+, LITERAL-    literals that wait for the server
 *   SASL-IR               one more round trip
 *   STATUS=SIZE           RFC822.SIZE of each message, asked for in windows
 *   FUZZY                 a search that reads the messages; also until FUZZY has found something
 *   NOT, of texts         two searches, of which one is taken from the other
 *   QUOTA, PREVIEW, CONDSTORE, ID, ACL       done without
 */
#ifndef VM_IMAP_CAPABILITY_H
#define VM_IMAP_CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

enum imap_capability {
    IMAP_CAN_LITERAL_PLUS,       /* RFC 7888 */
    IMAP_CAN_LITERAL_MINUS,      /* RFC 7888 */
    IMAP_CAN_SASL_IR,            /* RFC 4959 */
    IMAP_CAN_AUTH_PLAIN,         /* RFC 4616 */
    IMAP_CAN_LOGINDISABLED,      /* RFC 3501: LOGIN is refused */
    IMAP_CAN_ID,                 /* RFC 2971 */
    IMAP_CAN_NAMESPACE,          /* RFC 2342 */
    IMAP_CAN_LIST_EXTENDED,      /* RFC 5258 */
    IMAP_CAN_LIST_STATUS,        /* RFC 5819 */
    IMAP_CAN_SPECIAL_USE,        /* RFC 6154 */
    IMAP_CAN_CREATE_SPECIAL_USE, /* RFC 6154 */
    IMAP_CAN_CHILDREN,           /* RFC 3348 */
    IMAP_CAN_QUOTA,              /* RFC 9208 */
    IMAP_CAN_UIDPLUS,            /* RFC 4315 */
    IMAP_CAN_MOVE,               /* RFC 6851 */
    IMAP_CAN_UNSELECT,           /* RFC 3691 */
    IMAP_CAN_CONDSTORE,          /* RFC 7162 */
    IMAP_CAN_ESEARCH,            /* RFC 4731 */
    IMAP_CAN_SORT,               /* RFC 5256 */
    IMAP_CAN_ESORT,              /* RFC 5267 */
    IMAP_CAN_PARTIAL,            /* RFC 5267 CONTEXT=SORT, RFC 9394 */
    IMAP_CAN_PREVIEW,            /* RFC 8970 */
    IMAP_CAN_MULTIAPPEND,        /* RFC 3502 */
    IMAP_CAN_THREAD_REFERENCES,  /* RFC 5256 */
    IMAP_CAN_THREAD_REFS,        /* Dovecot's: as REFERENCES, without the subjects */
    IMAP_CAN_FUZZY,              /* RFC 6203: there is a full-text index */
    IMAP_CAN_ACL,                /* RFC 4314, 2086 */
    IMAP_CAN_RIGHTS,             /* RFC 4314: RIGHTS=, the newer letters */
    IMAP_CAN_STATUS_SIZE,        /* RFC 8438 */
    IMAP_CAPABILITY_COUNT
};

struct imap_capabilities {
    uint64_t told;         /* bit 1 << capability: advertised */
    uint64_t missing;      /* answered BAD */
    uint64_t append_limit; /* RFC 7889; 0: not told */
    bool fuzzy_proven;     /* FUZZY has found something */
    enum {
        NOT_UNKNOWN,
        NOT_RIGHT,
        NOT_WRONG
    } negation; /* whether NOT is answered rightly (imap_negation.h) */
};

/* Enters one word of a CAPABILITY reply; unknown words are ignored. */
void imap_capability_add(struct imap_capabilities *set, struct sv word);
bool imap_capability_has(const struct imap_capabilities *set, enum imap_capability capability);
void imap_capability_miss(struct imap_capabilities *set, enum imap_capability capability);

#endif

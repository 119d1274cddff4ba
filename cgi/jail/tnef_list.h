/* tnef_list.h — what the jail tells of a winmail.dat: what is in it, and where.
 *
 * The answer to JAIL_INPUT_TNEF is text of lines, fields parted by HT, each line ended by LF:
 *
 *     tnef MESSAGES FILES INCOMPLETE DAMAGED LEFT_OUT
 *     message TEXT_BYTES SUBJECT                                          MESSAGES times
 *     file MESSAGE CONTENT OPENED OFFSET LENGTH DAMAGED CUT TYPE CID NAME    FILES times
 *
 * and then the texts of the messages, one directly behind the other. Numbers are decimal, flags 0
 * or 1. MESSAGES is 0 for what is no TNEF at all, otherwise the first is the outer one. The child
 * may have been taken over: tnef_list_parse() believes nothing that it does not find in this form.
 */
#ifndef VM_TNEF_LIST_H
#define VM_TNEF_LIST_H

#include "arena.h"

enum { TNEF_LIST_MESSAGES_MAX = 16, TNEF_LIST_FILES_MAX = 500, TNEF_LIST_NAME_MAX = 500 };

enum tnef_list_content {
    TNEF_LIST_ABSENT,  /* only a name: its bytes are not here */
    TNEF_LIST_BYTES,   /* a file */
    TNEF_LIST_MESSAGE, /* a message, as TNEF */
    TNEF_LIST_OBJECT,  /* an embedded object, as a compound file */
    TNEF_LIST_CONTENT_COUNT
};

struct tnef_list_message {
    struct sv subject; /* one line, may be empty */
    struct sv text;    /* lines ended by LF, may be empty */
};

struct tnef_list_file {
    size_t message; /* that it is attached to */
    enum tnef_list_content content;
    size_t opened;   /* TNEF_LIST_MESSAGE: the message that it holds; 0: not read */
    uint64_t offset; /* of its bytes in the decoded winmail.dat */
    uint64_t length;
    bool damaged;         /* its checksum is wrong */
    bool cut;             /* its end is missing */
    struct sv media_type; /* as told, not checked; may be empty */
    struct sv content_id; /* the same, without < > */
    struct sv name;       /* one line, may be empty */
};

struct tnef_list {
    struct tnef_list_message *messages;
    size_t message_count;
    struct tnef_list_file *files;
    size_t file_count;
    bool incomplete; /* it ends too early, or breaks its form */
    bool damaged;    /* a checksum is wrong */
    bool left_out;   /* it holds more than the limits allow */
};

/* text: what verify_text() has passed; views in *out point into it, arrays live in the arena.
 * size_max: no file ends behind it. STATUS_PROTOCOL: not of the form above. */
enum status tnef_list_parse(struct arena *arena, struct sv text, uint64_t size_max,
                            struct tnef_list *out) MUST_USE;

#endif

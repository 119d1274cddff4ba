/* wire.h — what passes over the socket between the program and vaguemestre-jail.
 *
 * Parent to child: a wire_request; cid_count times a wire_cid, the Content-ID and the URL; the
 * body's bytes up to the end of the stream. Child to parent: a wire_answer, `length` bytes, and
 * file_count times a wire_file and the file's name: files_length bytes in all.
 * Both ends are of the same build on the same machine, so integers are in its own order; each end
 * checks every field all the same.
 */
#ifndef VM_WIRE_H
#define VM_WIRE_H

#include "jail.h"

enum { WIRE_MAGIC = 0x314a4d56, WIRE_LABEL = JAIL_LABEL_MAX + 1 };

/* The child's exit codes other than 0. */
enum { WIRE_EXIT_WALL = 3, WIRE_EXIT_REQUEST = 4, WIRE_EXIT_IO = 5 };

struct wire_request {
    uint32_t magic;
    uint32_t max_input;
    uint32_t max_output;
    uint32_t cid_count;
    uint8_t input;
    uint8_t output;
    uint8_t flowed;
    uint8_t delsp;
    uint8_t keep_files;
    uint8_t allow_remote;
    char encoding[WIRE_LABEL]; /* NUL-terminated */
    char charset[WIRE_LABEL];
};

struct wire_cid {
    uint16_t cid;
    uint16_t url;
};

struct wire_file {
    uint64_t size;
    uint16_t name;
};

enum { WIRE_FILES_MAX = JAIL_FILES_MAX * (sizeof(struct wire_file) + JAIL_FILE_NAME_MAX) };

struct wire_answer {
    uint32_t magic;
    uint32_t length;
    uint32_t files_length;
    uint32_t remote_blocked;
    uint8_t too_large; /* no bytes follow */
    uint8_t truncated;
    uint8_t charset_replaced;
    uint8_t fallback;
    uint8_t file_count;
    char charset[WIRE_LABEL];
};

#endif

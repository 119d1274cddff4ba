/* tnef_files.h — what is inside a part that is a winmail.dat (application/ms-tnef). */
#ifndef VM_TNEF_FILES_H
#define VM_TNEF_FILES_H

#include "imap_fetch.h"
#include "jail.h"
#include "tnef_list.h"

/* Bytes read of one, as encoded. */
#define TNEF_FILES_INPUT_MAX (64u << 20)

/* True if the part says that it is one, by its type or, where the type says nothing, by its name.
 */
bool tnef_files_in(struct sv media_type, struct sv name);

/* Reads the part of the selected mailbox in the jail. What cannot be read as TNEF, or crashes the
 * child, is STATUS_OK and a list without messages; another status is that of the server. */
enum status tnef_files_load(struct imap *imap, const struct imap_call *call,
                            const struct jail *jail, uint32_t uid, const struct imap_part *part,
                            struct tnef_list *out) MUST_USE;

/* Writes the bytes of one of its files into out, as they stand in the part. STATUS_PROTOCOL: the
 * part ends before the file does. */
enum status tnef_files_write(struct imap *imap, const struct imap_call *call, uint32_t uid,
                             const struct imap_part *part, const struct tnef_list_file *file,
                             struct sink out) MUST_USE;

/* "type/subtype", lower case: as told, else by the name's extension. */
struct sv tnef_files_media_type(struct arena *arena, const struct tnef_list_file *file);

#endif

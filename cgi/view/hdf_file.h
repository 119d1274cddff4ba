/* hdf_file.h — reads a configuration file in ClearSilver's HDF syntax as a flat list. */
#ifndef VM_HDF_FILE_H
#define VM_HDF_FILE_H

#include "str.h"

enum { HDF_FILE_MAX = 256 * 1024, HDF_ENTRIES_MAX = 1000, HDF_DEPTH_MAX = 8 };

struct hdf_entry {
    struct sv name; /* "imap.host" */
    struct sv value;
    unsigned line; /* where it was set; 0 if that could not be found out */
};

/* Fills *entries with every name that has a value. On failure *reason says file, line and cause:
 * STATUS_IO (unreadable), STATUS_INVALID (syntax), STATUS_TOO_LARGE. Strings live in the arena.
 * Included files (#include) are refused, so that every line is one of this file. */
enum status hdf_file_read(const char *path, struct arena *arena, struct hdf_entry **entries,
                          size_t *count, struct sv *reason) MUST_USE;

#endif

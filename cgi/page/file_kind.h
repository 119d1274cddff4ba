/* file_kind.h — what kind of file a media type is, for people. */
#ifndef VM_FILE_KIND_H
#define VM_FILE_KIND_H

#include "str.h"

struct file_kind {
    const char *prefix; /* of the media type */
    const char *key;    /* catalogue key of its name */
    const char *icon;
};

/* media_type: lower case. */
const struct file_kind *file_kind_of(struct sv media_type);

#endif

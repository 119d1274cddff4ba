/* text_part.h — which attachments can be read in the browser: those that are text. */
#ifndef VM_TEXT_PART_H
#define VM_TEXT_PART_H

#include "str.h"

enum text_reading {
    TEXT_READING_NONE, /* not text: a download */
    TEXT_READING_FILE, /* text that stands as it is */
    TEXT_READING_HTML  /* through the sanitiser */
};

/* From an allow-list, by the media type ("type/subtype", lower case); where that says nothing
 * (application/octet-stream) by the end of the name. */
enum text_reading text_reading_of(struct sv media_type, struct sv name);

#endif

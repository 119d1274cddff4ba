/* picture.h — which raster format bytes are, by how they begin: a label may lie, and what a browser
 * makes of a lie is not for a stranger to choose. */
#ifndef VM_PICTURE_H
#define VM_PICTURE_H

#include "str.h"

enum { PICTURE_HEAD = 64 }; /* bytes of the beginning that suffice */

/* "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp" or "image/avif"; the empty view
 * for anything else, SVG above all. head: the first PICTURE_HEAD bytes, or all if there are fewer.
 */
struct sv picture_type(struct sv head);

#endif

/* sanitise_writer.h — what sanitise.c (elements) and sanitise_attribute.c share. */
#ifndef VM_SANITISE_WRITER_H
#define VM_SANITISE_WRITER_H

#include "sanitise.h"
#include "tree.h"

struct writer {
    const struct sanitise_options *options;
    struct arena *arena; /* of this pass */
    struct sb body;      /* what stands in the root element */
    struct sb sheet;     /* rules of all <style> elements */
    bool coloured;
    uint32_t remote_blocked;
    struct sb url; /* buffer of url_read() */
    struct sb scratch;
};

/* Appends ' name="value"' for each attribute that is kept. */
void writer_add_attributes(struct writer *w, const GumboNode *node);

/* Whether an element's content is shown. */
bool writer_shows(const GumboNode *node);

/* Whether the element itself stands in the result, and not only what it holds. */
bool writer_keeps(const GumboNode *node);

/* True for an image that is left out, alternative text and all, if it is not of the message. */
bool writer_is_speck(const GumboNode *node);

/* An <img>, or what stands in its place. */
void writer_add_image(struct writer *w, const GumboNode *node);

/* The classes in value as they stand in the result, each with a space before it. */
void writer_add_classes(struct writer *w, struct sv value, struct sb *out);

#endif

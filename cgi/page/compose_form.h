/* compose_form.h — the form of /compose: what it carries from one request to the next, and how it
 * is shown. */
#ifndef VM_COMPOSE_FORM_H
#define VM_COMPOSE_FORM_H

#include "draft.h"
#include "page.h"

/* An attachment as the form tells it. Only its id is ever acted on. */
struct compose_file {
    struct sv id; /* part id; COMPOSE_WHOLE: the whole message */
    uint64_t size;
    struct sv media_type;
    struct sv name;
};

#define COMPOSE_WHOLE "message"

struct compose_files {
    struct compose_file *p;
    size_t n;
};

enum compose_field { COMPOSE_TO, COMPOSE_CC, COMPOSE_BCC, COMPOSE_ATTACH, COMPOSE_FIELD_COUNT };

struct compose {
    struct draft draft; /* all but date and attachments */
    enum draft_mode mode;
    struct draft_version version; /* the one in Drafts that the form shows */
    struct compose_files kept;    /* attachments of that version */
    struct compose_files carried; /* of the origin, to be taken over at the next save */
    struct sv back;               /* a place of our own */
    bool marked;                  /* that version carries $SubmitPending */
    bool ask;                     /* the message may have been sent: "send anyway" is offered… */
    bool sure;                    /* …and ticked… */
    int64_t seen;                 /* …for what was known of it then */
    /* what the form says besides */
    struct sv error, warning, saved;
    bool full; /* the error is that the account is full */
    struct sv errors[COMPOSE_FIELD_COUNT];
    const char *focus;
};

/* A recipient field as it was typed. */
struct draft_people compose_people(struct page *page, struct sv typed);
/* One to be shown: "Zoé <zoe@outside.example>, …". */
struct draft_people compose_people_of(struct page *page, struct addresses list);
/* The writer's own address with name. */
struct addresses compose_identity(struct page *page);

/* From the posted form. STATUS_INVALID for one that we have not written. */
enum status compose_read(struct page *page, struct compose *out) MUST_USE;
enum status compose_render(struct page *page, const struct compose *compose,
                           unsigned code) MUST_USE;

#endif

/* filter_form.h — the form of one rule (templates/filter_edit.cs): as typed, as a rule, and back.
 */
#ifndef VM_FILTER_FORM_H
#define VM_FILTER_FORM_H

#include "filter_words.h"

struct filter_row {
    struct sv field, header, test, value; /* as the form says them */
};

struct filter_form {
    struct sv rule;    /* index of the rule that is edited; empty: a new one */
    struct sv version; /* of the filters that it began with */
    struct sv name, mode;
    struct filter_row rows[RULE_CONDITIONS_MAX];
    size_t rows_n;   /* at least 1 */
    struct sv place; /* where the message goes: "none" "keep" "move" "redirect" "reject" "delete" */
    struct sv folder, folder_new, redirect, reason; /* of the places */
    struct sv copies[RULE_ACTIONS_MAX];             /* mailboxes; empty: not chosen yet */
    size_t copies_n;
    struct sv tags, send_copy; /* several, parted by spaces */
    bool on, read, flag, stop;
};

/* From the fields of the form that was sent. */
void filter_form_read(struct page *page, struct filter_form *form);
/* A new one, with what links to this page say: from, to, subject, list, words, larger (a size),
 * attachment=1. */
void filter_form_start(struct page *page, struct filter_form *form);
/* One that is there. */
void filter_form_load(struct page *page, const struct rule *rule, struct filter_form *form);
/* The rule that it describes; unchecked. folders: for a new folder, whose name is completed. */
void filter_form_rule(struct page *page, const struct filter_form *form,
                      const struct folders *folders, struct rule *out);
/* Fills Filter.* and Conditions.N of the view; fault: what is wrong, or NULL. */
void filter_form_put(struct page *page, const struct filter_form *form,
                     const struct folders *folders, const struct rule_fault *fault);

#endif

/* filter_words.h — filters in plain words, and what all pages about them share. */
#ifndef VM_FILTER_WORDS_H
#define VM_FILTER_WORDS_H

#include "folder.h"
#include "page.h"

/* For filters_load() and filters_save(). */
struct filter_call page_filter_call(struct page *page);

/* "De contient « penible@ » ou Objet est « x »" */
struct sv filter_conditions_words(struct page *page, const struct rule *rule);
/* "déplacer vers Corbeille, puis s’arrêter là" */
struct sv filter_actions_words(struct page *page, const struct folders *folders,
                               const struct rule *rule);
/* Its name, or what it says. */
struct sv filter_rule_title(struct page *page, const struct folders *folders,
                            const struct rule *rule);
/* Why a set is refused, in one sentence. */
struct sv filter_fault_words(struct page *page, const struct rule_fault *fault);
/* Several lines as a form sends them, with LF alone. */
struct sv filter_lines_read(struct page *page, struct sv text);
/* "5 Mo", exact: what filter_size_read() reads again. */
struct sv filter_size_write(struct page *page, uint64_t size);
/* "5 Mo", "5M", "500 K", "12": 0 if it is no size. */
uint64_t filter_size_read(struct sv text);

/* Saves a changed set, with everything that may come in between:
 *   STATUS_OK        saved
 *   STATUS_INVALID   *sentence says what is wrong, and *fault where
 *   STATUS_CHANGED   somebody else has saved meanwhile; *sentence says so
 *   anything else    a failure with page->diagnosis
 * Another program's script that runs now goes on running, before ours; where the server cannot do
 * that, *sentence says what to do, unless the form has the field replace=1. */
enum status filter_commit(struct page *page, const struct filters *was, struct filter_wish *wish,
                          struct rule_fault *fault, struct sv *sentence) MUST_USE;

#endif

/* import_words.h — an import (model/intake.h), running or over, in the reader's language: what
 * job_words.h says of other jobs. */
#ifndef VM_IMPORT_WORDS_H
#define VM_IMPORT_WORDS_H

#include "folder.h"
#include "page.h"

bool import_is(const struct job *job);
/* The newest that is kept: false if there is none. */
bool import_last(struct page *page, struct job *out);
/* "Import dans « Archives »"; folders: for the folder's label; NULL: its raw name does. */
struct sv import_title(struct page *page, const struct folders *folders, const struct job *job);
/* "1 200 messages importés · 12 Mo sur 40 Mo · encore 2 minutes", "Arrêté à 12 Mo sur 40 Mo."… */
struct sv import_progress(struct page *page, const struct job *job);
/* "9 998 messages importés, 2 refusés (lus dans le fichier : 10 000)." */
struct sv import_counts(struct page *page, const struct job *job);
/* Of one that is over: the counts, and how it ended if that was too early. */
struct sv import_result(struct page *page, const struct job *job);
/* What to do about one that ended too early; empty: nothing. */
struct sv import_remedy(struct page *page, const struct job *job);
/* Refused.N of at most `most` behind the first `skip` (see macros.cs); how many there are. */
uint64_t import_put_refused(struct page *page, struct node node, const struct job *job, size_t skip,
                            size_t most);

#endif

/* job_words.h — jobs (model/job.h) in the reader's language, on any page. */
#ifndef VM_JOB_WORDS_H
#define VM_JOB_WORDS_H

#include "folder.h"
#include "page.h"

/* folders: for the labels of folders; NULL: their raw names do. */

/* "Déplacement de messages de « Réception » vers « Archives »": "job.what.WHAT" of the catalogues,
 * {0} the folder, {1} the target; "job.across.WHAT" of several folders. */
struct sv job_title(struct page *page, const struct folders *folders, const struct job *job);
/* "12 500 sur 20 412 · encore 2 minutes", "Arrêté après 500 messages"… */
struct sv job_progress(struct page *page, const struct job *job);
/* "encore 2 minutes" */
struct sv job_time_left(struct page *page, int64_t seconds);
/* What has come of one that has ended, in a sentence: "job.result.WHAT" or "flash.WHAT". */
struct sv job_result(struct page *page, const struct folders *folders, const struct job *job);
/* What helps now: to make room when it was full, another order of the list when what was put back
 * stands above newer messages. False: nothing. */
bool job_way(struct page *page, const struct job *job, struct sv *url, struct sv *label);
/* Why it failed, with the name of the server, which the store does not keep. */
struct diagnosis job_diagnosis(struct page *page, const struct job *job);
/* 0 to 100 */
int64_t job_percent(const struct job *job);
/* "/job?id=…" */
struct sv job_url(struct page *page, int64_t id);
/* What the field `undo` of POST /act must hold to undo it ("job.123"); empty: it cannot be undone.
 */
struct sv job_undo_token(struct page *page, const struct job *job);
/* The id in such a token: STATUS_INVALID if it is none. */
enum status job_undo_read(struct sv token, int64_t *id) MUST_USE;

/* Jobs.N of the layout: those that run; and Flash of one that has ended unseen, if nothing else is
 * to be told. */
void job_strip_put(struct page *page, const struct folders *folders);

/* After a job was started: waits a moment, so that most have ended, sets what the next page tells,
 * and goes there. */
enum status job_follow(struct page *page, const struct folders *folders, int64_t id,
                       struct sv way) MUST_USE;
/* Undoes it, and follows that. way empty: to the page of the job that undoes it. */
enum status job_take_back(struct page *page, int64_t id, struct sv way) MUST_USE;

#endif

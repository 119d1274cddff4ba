/* job_act_plan.h — the plan, the memo and the parts of a job_act as texts, in the store. */
#ifndef VM_JOB_ACT_PLAN_H
#define VM_JOB_ACT_PLAN_H

#include "imap_message.h"
#include "imap_set.h"

enum act_way {
    ACT_WAY_MARK,
    ACT_WAY_MOVE,
    ACT_WAY_COPY,
    ACT_WAY_PURGE,
    ACT_WAY_TAG, /* target is a keyword */
    ACT_WAY_UNTAG,
    ACT_WAY_COUNT
};

/* "move 256 128 7 SW5ib3g VHJhc2g 1:5,9": way, marks to set and to take, UIDVALIDITY, folder and
 * target in base64url ("-": none), the UIDs; after these, where not all of them lose a mark, those
 * that do ("-": none). A job on several folders has a line for each, its legs, done one after the
 * other. */
struct act_plan {
    enum act_way way;
    unsigned set, unset; /* enum imap_flag; of ACT_WAY_MARK just one; of a move, before it */
    uint32_t uidvalidity;
    struct sv folder, target;
    struct sv uids;   /* ranges, ascending, as uid_set_write() gives them */
    struct sv marked; /* those that `unset` is taken from, in the same form; empty: all */
};
struct sv act_plan_write(struct arena *arena, const struct act_plan *plan);
/* STATUS_INVALID for anything that act_plan_write() would not have written; the UIDs are checked as
 * they are taken. */
enum status act_plan_read(struct arena *arena, struct sv text, struct act_plan *out) MUST_USE;

enum { ACT_LEGS_MAX = 10 * 1000 };
/* The line of a leg: STATUS_NOT_FOUND behind the last one. *more: another one follows. */
enum status act_leg(struct sv plans, size_t leg, struct sv *line, bool *more) MUST_USE;

/* How far it is: "POS AT CHUNK"; " @LEG" behind the first leg; " !WHY.CAUSE" when some folder would
 * not have it done; " =SKIP" after a refusal in the midst of a chunk; and, once a chunk has been
 * begun, " V NEXT KEYS". */
struct act_memo {
    size_t leg;
    size_t pos;           /* in plan.uids: the range that comes next */
    uint32_t at;          /* UIDs up to this one are done */
    uint32_t chunk;       /* so many UIDs next */
    bool begun;           /* that chunk */
    uint32_t v, next;     /* UIDVALIDITY and UIDNEXT of the target before it; 0: there is none */
    const uint32_t *keys; /* of each message of the chunk (0: none), or NULL */
    size_t key_count;
    const unsigned char *skip; /* a bit, the lowest first, for each UID of the chunk: it is done
                                  already; or NULL */
    size_t skip_n;             /* bytes */
    enum status why;           /* the first folder's reason; STATUS_OK: all went well */
    enum cause cause;
};
enum { ACT_CHUNK_MIN = 50, ACT_CHUNK_FIRST = 1000, ACT_CHUNK_MAX = 8000 };
struct sv act_memo_write(struct arena *arena, const struct act_memo *memo);
/* An empty text is the beginning. */
enum status act_memo_read(struct arena *arena, struct sv text, struct act_memo *out) MUST_USE;

/* The next `memo->chunk` UIDs at most, as many as fit into one command; *after: the memo for what
 * follows. None: all is done. */
enum status act_chunk(struct arena *arena, struct sv uids, const struct act_memo *memo,
                      struct imap_uids *chunk, struct act_memo *after) MUST_USE;
/* Those of the chunk that the memo does not say are done. */
struct imap_uids act_unskipped(struct arena *arena, const struct act_memo *memo,
                               struct imap_uids chunk);
/* Says of these of the chunk that they are done, too. */
void act_skip(struct arena *arena, struct act_memo *memo, struct imap_uids chunk,
              struct imap_uids done);
/* How many UIDs of the leg are still to be done; those that are no set count for nothing. */
uint64_t act_left(struct sv uids, const struct act_memo *memo);

/* "V 1:5,9": UIDs under their UIDVALIDITY; after these, those that a move has given its marks. Of
 * another leg than the first it begins with "@LEG ". */
struct act_part {
    size_t leg;
    uint32_t uidvalidity;
    struct imap_uids uids, marked;
};
/* Empty without UIDs. */
struct sv act_part_write(struct arena *arena, const struct act_part *part);
enum status act_part_read(struct arena *arena, struct sv text, struct act_part *out) MUST_USE;

#endif

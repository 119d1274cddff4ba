#include "imap_criteria.h"

#include "clock.h"
#include "imap_veil.h"
#include "utf8.h"

enum { LATELY_DAYS = 2, LATELY_UIDS = 100 }; /* what has come within either is read itself */
enum kind { PLAIN, GROUP, TEXT, FIELD, DAY, NUMBER, FLAG, KEYWORD, UID_FROM, UIDS, RANGE };

static const struct {
    const char *word;
    enum kind kind;
} keys[] = {
    [IMAP_KEY_ALL] = {"ALL", PLAIN},
    [IMAP_KEY_AND] = {"", GROUP},
    [IMAP_KEY_OR] = {"", GROUP},
    [IMAP_KEY_NOT] = {"", GROUP},
    [IMAP_KEY_FROM] = {"FROM ", TEXT},
    [IMAP_KEY_TO] = {"TO ", TEXT},
    [IMAP_KEY_CC] = {"CC ", TEXT},
    [IMAP_KEY_BCC] = {"BCC ", TEXT},
    [IMAP_KEY_SUBJECT] = {"SUBJECT ", TEXT},
    [IMAP_KEY_BODY] = {"BODY ", TEXT},
    [IMAP_KEY_TEXT] = {"TEXT ", TEXT},
    [IMAP_KEY_HEADER] = {"HEADER ", FIELD},
    [IMAP_KEY_SINCE] = {"SINCE ", DAY},
    [IMAP_KEY_BEFORE] = {"BEFORE ", DAY},
    [IMAP_KEY_ON] = {"ON ", DAY},
    [IMAP_KEY_SENT_SINCE] = {"SENTSINCE ", DAY},
    [IMAP_KEY_SENT_BEFORE] = {"SENTBEFORE ", DAY},
    [IMAP_KEY_SENT_ON] = {"SENTON ", DAY},
    [IMAP_KEY_LARGER] = {"LARGER ", NUMBER},
    [IMAP_KEY_SMALLER] = {"SMALLER ", NUMBER},
    [IMAP_KEY_FLAG] = {"", FLAG},
    [IMAP_KEY_KEYWORD] = {"KEYWORD ", KEYWORD},
    [IMAP_KEY_UID_FROM] = {"UID ", UID_FROM},
    [IMAP_KEY_UIDS] = {"UID ", UIDS},
    [IMAP_KEY_RANGE] = {"UID ", RANGE},
};

static void refuse(struct imap_batch *batch, enum status status)
{
    if (batch->status == STATUS_OK)
        batch->status = status;
}

static bool charset_needed(const struct imap_criteria *criteria, size_t depth)
{
    if (!sv_is_ascii(criteria->text))
        return true;
    for (const struct imap_criteria *c = criteria->children; c && depth < IMAP_DEPTH_MAX;
         c = c->next)
        if (charset_needed(c, depth + 1))
            return true;
    return false;
}

static bool fuzzy_asked(const struct imap_criteria *criteria, size_t depth)
{
    bool asked = criteria->fuzzy;
    for (const struct imap_criteria *c = criteria->children; c && !asked && depth < IMAP_DEPTH_MAX;
         c = c->next)
        asked = fuzzy_asked(c, depth + 1);
    return asked;
}

/* Nothing is found but what FUZZY has found. */
static bool fuzzy_needed(const struct imap_criteria *criteria, size_t depth)
{
    bool needed = criteria->fuzzy;
    if (criteria->key != IMAP_KEY_AND || depth == IMAP_DEPTH_MAX)
        return needed;
    for (const struct imap_criteria *c = criteria->children; c && !needed; c = c->next)
        needed = fuzzy_needed(c, depth + 1);
    return needed;
}

static bool asks_index(const struct imap *imap, const struct imap_criteria *criteria)
{
    return criteria && imap_can(imap, IMAP_CAN_FUZZY) && fuzzy_asked(criteria, 0);
}

bool imap_search_by_index(const struct imap *imap, const struct imap_criteria *criteria)
{
    return imap->can.fuzzy_proven && asks_index(imap, criteria);
}

bool criteria_fuzzy_missed(struct imap_batch *batch, size_t command,
                           const struct imap_criteria *criteria)
{
    if (!command_is_bad(batch, command) || !asks_index(batch->imap, criteria))
        return false;
    imap_capability_miss(&batch->imap->can, IMAP_CAN_FUZZY);
    return true;
}

bool criteria_fuzzy_again(struct imap *imap, const struct imap_criteria *criteria, size_t n)
{
    if (imap->can.fuzzy_proven || !asks_index(imap, criteria))
        return false;
    imap->can.fuzzy_proven = n > 0 && fuzzy_needed(criteria, 0);
    if (!imap->can.fuzzy_proven)
        imap_capability_miss(&imap->can, IMAP_CAN_FUZZY);
    return true;
}

void criteria_fuzzy_settle(struct imap *imap, const struct imap_criteria *criteria, size_t n)
{
    if (n == 0 || !fuzzy_needed(criteria, 0)) /* there was nothing to find, or by it */
        imap->can.missing &= ~(UINT64_C(1) << IMAP_CAN_FUZZY);
}

bool criteria_need_charset(const struct imap_criteria *criteria)
{
    return criteria && charset_needed(criteria, 0);
}

static void day_add(struct imap_batch *batch, struct imap_day day)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (day.year < 1900 || day.year > 9999 || day.month < 1 || day.month > 12 || day.day < 1 ||
        day.day > 31)
        refuse(batch, STATUS_INVALID);
    else
        sb_printf(&batch->out, "%d-%.3s-%04d", day.day, months + (day.month - 1) * 3, day.year);
}

static void text_add(struct imap_batch *batch, struct sv text)
{
    if (sv_has_control(text) || !utf8_valid(text))
        refuse(batch, STATUS_INVALID);
    batch_string(batch, text);
}

/* System flags have search keys of their own; the others are keywords. */
static void flag_add(struct imap_batch *batch, uint64_t flag)
{
    const char *name = flag <= IMAP_MDN_SENT ? flag_name((enum imap_flag)flag) : "";
    if (!name[0])
        refuse(batch, STATUS_INVALID);
    else if (name[0] != '\\')
        batch_add(batch, "KEYWORD ");
    batch_add(batch, name[0] == '\\' ? name + 1 : name);
}

static void uids_add(struct imap_batch *batch, struct imap_uids uids)
{
    struct imap_uids sorted = imap_uids_sorted(batch->call->arena, uids);
    size_t at = 0;
    batch_set(batch, sorted, &at);
    if (at < sorted.n)
        refuse(batch, STATUS_TOO_LARGE);
}

static void range_add(struct imap_batch *batch, uint32_t first, uint32_t last)
{
    if (first == 0 || last < first)
        refuse(batch, STATUS_INVALID);
    batch_number(batch, first);
    batch_add(batch, ":");
    batch_number(batch, last);
}

static void key_add(struct imap_batch *batch, const struct imap_criteria *criteria, size_t depth);

static void children_add(struct imap_batch *batch, const struct imap_criteria *child, size_t depth)
{
    batch_add(batch, "(");
    for (; child; child = child->next) {
        key_add(batch, child, depth);
        batch_add(batch, child->next ? " " : "");
    }
    batch_add(batch, ")");
}

static void group_add(struct imap_batch *batch, const struct imap_criteria *criteria, size_t depth)
{
    const struct imap_criteria *child = criteria->children;
    if (criteria->key == IMAP_KEY_OR) {
        /* OR takes two: OR a OR b c */
        for (; child; child = child->next) {
            batch_add(batch, child->next ? "OR " : "");
            key_add(batch, child, depth);
            batch_add(batch, child->next ? " " : "");
        }
        batch_add(batch, criteria->children ? "" : "NOT ALL");
        return;
    }
    if (criteria->key == IMAP_KEY_NOT)
        batch_add(batch, "NOT ");
    if (child)
        children_add(batch, child, depth);
    else
        batch_add(batch, "ALL");
}

/* Some indexes are filled by and by, each night perhaps. (Cyrus is asked so: its FUZZY does not
 * know what has not been indexed. Dovecot does, and indexes it first.) */
static void lately_add(struct imap_batch *batch)
{
    const struct imap_mailbox *box = imap_selected(batch->imap);
    time_t from = (time_t)clock_wall() - LATELY_DAYS * 24 * 3600;
    struct tm tm = {0};
    gmtime_r(&from, &tm);
    batch_add(batch, "OR SINCE ");
    day_add(batch, (struct imap_day){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday});
    batch_add(batch, " UID ");
    batch_number(batch, box && box->uidnext > LATELY_UIDS ? box->uidnext - LATELY_UIDS : 1);
    batch_add(batch, ":*");
}

static void plain_add(struct imap_batch *batch, const struct imap_criteria *criteria, size_t depth);

/* As long as no FUZZY has found anything it is asked alone, so that what it finds tells of it. */
static void fuzzy_add(struct imap_batch *batch, const struct imap_criteria *criteria, size_t depth)
{
    bool proven = batch->imap->can.fuzzy_proven;
    batch_add(batch, proven ? "OR FUZZY " : "FUZZY ");
    plain_add(batch, criteria, depth);
    if (!proven)
        return;
    batch_add(batch, " (");
    lately_add(batch);
    batch_add(batch, " ");
    plain_add(batch, criteria, depth);
    batch_add(batch, ")");
}

static void key_add(struct imap_batch *batch, const struct imap_criteria *criteria, size_t depth)
{
    if (depth > IMAP_DEPTH_MAX || batch->out.over || (unsigned)criteria->key > IMAP_KEY_RANGE)
        refuse(batch, STATUS_TOO_LARGE);
    else if (criteria->fuzzy && imap_can(batch->imap, IMAP_CAN_FUZZY))
        fuzzy_add(batch, criteria, depth);
    else
        plain_add(batch, criteria, depth);
}

static void plain_add(struct imap_batch *batch, const struct imap_criteria *criteria, size_t depth)
{
    batch_add(batch, keys[criteria->key].word);
    switch (keys[criteria->key].kind) {
    case PLAIN:
        break;
    case GROUP:
        group_add(batch, criteria, depth + 1);
        break;
    case FIELD:
        batch_atom(batch, criteria->field);
        batch_add(batch, " ");
        text_add(batch, criteria->text);
        break;
    case TEXT:
        text_add(batch, criteria->text);
        break;
    case DAY:
        day_add(batch, criteria->day);
        break;
    case NUMBER:
        batch_number(batch, criteria->number < UINT32_MAX ? criteria->number : UINT32_MAX);
        break;
    case FLAG:
        flag_add(batch, criteria->number);
        break;
    case KEYWORD:
        batch_atom(batch, criteria->text);
        break;
    case UID_FROM:
        batch_number(batch, criteria->number > 0 ? criteria->number : 1);
        batch_add(batch, ":*");
        break;
    case UIDS:
        uids_add(batch, criteria->uids);
        break;
    case RANGE:
        range_add(batch, criteria->first, criteria->last);
        break;
    }
}

void criteria_add(struct imap_batch *batch, const struct imap_criteria *criteria)
{
    veil_criteria_add(batch);
    if (criteria)
        key_add(batch, criteria, 0);
    else
        batch_add(batch, "ALL");
}

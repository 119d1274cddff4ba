/* list_rows.h — the rows of templates/rows.cs, put one after the other, whatever list they are of.
 */
#ifndef VM_LIST_ROWS_H
#define VM_LIST_ROWS_H

#include "listing.h"
#include "tag_list.h"

struct list_rows {
    struct page *page;
    const struct tags *tags; /* may be empty */
    bool by_date;            /* under postmarks */
    struct node group;
    struct sv label; /* of the group */
    size_t groups, in_group;
};

void list_rows_begin(struct list_rows *rows, struct page *page, const struct tags *tags,
                     bool by_date);
/* Groups.N.Rows.M of the next row, with what the message itself says: from, doubt, subject,
 * preview, dates, flags, Tags. The caller adds uid, url, and what only its list knows. */
struct node list_rows_add(struct list_rows *rows, const struct listing_row *row);
void list_rows_end(struct list_rows *rows);

#endif

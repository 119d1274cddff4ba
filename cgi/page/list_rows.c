#include "list_rows.h"

void list_rows_begin(struct list_rows *rows, struct page *page, const struct tags *tags,
                     bool by_date)
{
    *rows = (struct list_rows){.page = page, .tags = tags, .by_date = by_date};
    page->dates.grouped = by_date;
}

static struct node next(struct list_rows *rows, const struct listing_row *row)
{
    struct page *page = rows->page;
    struct sv label = rows->by_date ? date_group(&page->dates, page->arena, row->date) : SV("");
    if (rows->groups == 0 || !sv_eq(label, rows->label)) {
        rows->group = node_item(view_root(page_view(page)), "Groups", rows->groups++);
        if (label.n > 0)
            node_put(rows->group, "label", label);
        rows->label = label;
        rows->in_group = 0;
    }
    return node_item(rows->group, "Rows", rows->in_group++);
}

static void put_flags(struct node node, const struct listing_row *row)
{
    node_put_flag(node, "unread", row->unread > 0);
    node_put_flag(node, "flagged", row->flags & IMAP_FLAGGED);
    node_put_flag(node, "answered", row->flags & IMAP_ANSWERED);
    node_put_flag(node, "forwarded", row->flags & IMAP_FORWARDED);
    node_put_flag(node, "deleted", row->flags & IMAP_DELETED);
    node_put_flag(node, "draft", row->flags & IMAP_DRAFT);
    node_put_flag(node, "attachment", row->attachment);
}

struct node list_rows_add(struct list_rows *rows, const struct listing_row *row)
{
    struct page *page = rows->page;
    const struct locale *l = page->locale;
    struct node node = next(rows, row);
    node_put(node, "from",
             row->veiled      ? locale_text(l, "public.hidden_from")
             : row->who.n > 0 ? row->who
                              : locale_text(l, "message.no_sender"));
    if (row->doubt.n > 0)
        node_put(node, "doubt", row->doubt);
    node_put(node, "subject",
             row->veiled          ? locale_text(l, "public.hidden")
             : row->subject.n > 0 ? row->subject
                                  : locale_text(l, "message.no_subject"));
    if (row->preview.n > 0)
        node_put(node, "preview", row->preview);
    node_put(node, "time", date_short(&page->dates, page->arena, row->date));
    node_put(node, "datetime", date_iso(&page->dates, page->arena, row->date));
    node_put(node, "date", date_full(&page->dates, page->arena, row->date));
    put_flags(node, row);
    tag_list_put(page, node, rows->tags, row->labels, row->label_count);
    return node;
}

void list_rows_end(struct list_rows *rows)
{
    rows->page->dates.grouped = false;
}

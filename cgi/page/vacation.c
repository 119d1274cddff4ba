/* GET and POST /vacation: the reply that goes out while its writer is away. */
#include "filter_words.h"
#include "flash.h"
#include "folder_list.h"
#include "pages.h"

enum { DAYS_USUAL = 7, DAY_BAD = 1 };

struct away {
    struct page *page;
    struct imap *imap;
    struct folders folders;
    struct filters filters;
    struct sv version, first, last, days, subject, text, addresses; /* as typed */
    bool on;
};

static struct sv field(const struct page *page, const char *name)
{
    return sv_trim(inputs_get(&page->request->form, name));
}

/* ---- as typed ---- */

/* "2026-12-24", as <input type=date> sends it; "24/12/2026" where it is typed. */
static rule_day day_read(struct sv text)
{
    uint32_t parts[3] = {0};
    bool slashes = sv_find_char(text, '/') != SIZE_MAX;
    for (size_t i = 0; i < 3; i++)
        if (sv_to_u32(sv_cut(&text, slashes ? '/' : '-'), &parts[i]) != STATUS_OK ||
            parts[i] > 9999)
            return DAY_BAD;
    uint32_t year = parts[slashes ? 2 : 0], month = parts[1], day = parts[slashes ? 0 : 2];
    return text.n > 0 || month > 12 || day > 31 ? DAY_BAD : year * 10000 + month * 100 + day;
}

static struct sv day_write(struct page *page, rule_day day)
{
    return day == 0 ? SV("")
                    : arena_printf(page->arena, "%04u-%02u-%02u", day / 10000, day / 100 % 100,
                                   day % 100);
}

static void typed_read(struct away *a)
{
    struct page *page = a->page;
    a->version = field(page, "version");
    a->on = field(page, "on").n > 0;
    a->first = field(page, "first");
    a->last = field(page, "last");
    a->days = field(page, "days");
    a->subject = field(page, "subject");
    a->addresses = field(page, "addresses");
    a->text = filter_lines_read(page, inputs_get(&page->request->form, "text"));
}

static void saved_read(struct away *a)
{
    struct page *page = a->page;
    const struct vacation *v = &a->filters.set.vacation;
    struct sb addresses;
    sb_init(&addresses, page->arena, (RULE_ADDRESS_MAX + 2) * (VACATION_ADDRESSES_MAX + 1));
    for (size_t i = 0; i < v->addresses_n; i++) {
        sb_add_cstr(&addresses, i > 0 ? ", " : "");
        sb_add(&addresses, v->addresses[i]);
    }
    a->version = a->filters.version;
    a->on = v->on;
    a->first = day_write(page, v->first);
    a->last = day_write(page, v->last);
    a->days = arena_printf(page->arena, "%u", v->days ? v->days : DAYS_USUAL);
    a->subject = v->subject;
    a->text = v->text;
    a->addresses = v->text.n > 0 ? sb_view(&addresses) : page_user_address(page);
}

static struct vacation vacation_of(const struct away *a)
{
    struct vacation v = {.on = a->on, .subject = a->subject, .text = a->text};
    struct sv rest = a->addresses;
    if (sv_to_u32(a->days, &v.days) != STATUS_OK)
        v.days = 0;
    v.first = a->first.n > 0 ? day_read(a->first) : 0;
    v.last = a->last.n > 0 ? day_read(a->last) : 0;
    v.addresses = arena_array(a->page->arena, VACATION_ADDRESSES_MAX + 1, sizeof *v.addresses);
    while (rest.n > 0 && v.addresses_n <= VACATION_ADDRESSES_MAX) {
        struct sv one = sv_trim(sv_cut(&rest, ','));
        if (one.n > 0)
            v.addresses[v.addresses_n++] = one;
    }
    return v;
}

/* ---- showing ---- */

static enum status show(struct away *a, unsigned code, struct sv error)
{
    struct page *page = a->page;
    struct node root = view_root(page_view(page)), node = node_child(root, "Vacation");
    folder_list_put(page, &a->folders, SV(""));
    folder_list_search(page, &a->folders, SV("INBOX"), SV(""));
    node_put_text(root, "Page.title", "vacation.title");
    node_put(root, "Page.url", SV("/vacation"));
    node_put(node, "version", a->version);
    node_put_flag(node, "on", a->on);
    node_put(node, "first", a->first);
    node_put(node, "last", a->last);
    node_put(node, "days", a->days);
    node_put(node, "subject", a->subject);
    node_put(node, "text", a->text);
    node_put(node, "addresses", a->addresses);
    if (error.n > 0)
        node_put(node, "error", error);
    return page_render(page, code, "vacation");
}

static enum status show_failure(struct away *a, enum status st)
{
    page_put_failure(a->page, st);
    page_log_failure(a->page, st);
    return show(a, 502, SV(""));
}

/* ---- saving ---- */

static enum status save(struct away *a)
{
    struct page *page = a->page;
    struct rule_fault fault;
    struct sv sentence = SV("");
    struct filter_wish wish = {
        .set = a->filters.set, .include = a->filters.include, .version = a->version};
    wish.set.vacation = vacation_of(a);
    enum status st = filter_commit(page, &a->filters, &wish, &fault, &sentence);
    if (st == STATUS_CHANGED) /* what is typed here wins if it is sent once more */
        a->version = a->filters.version;
    if (sentence.n > 0 && (st == STATUS_INVALID || st == STATUS_CHANGED))
        return show(a, st == STATUS_CHANGED ? 409 : 422, sentence);
    if (st != STATUS_OK)
        return show_failure(a, st);
    flash_set(page, locale_text(page->locale, a->on ? "vacation.saved_on" : "vacation.saved_off"),
              SV(""), false);
    return page_redirect(page, SV("/vacation"));
}

enum status page_vacation(struct page *page)
{
    struct away *a = arena_alloc(page->arena, sizeof *a);
    struct filter_call call = page_filter_call(page);
    bool posted = page->request->method == METHOD_POST;
    a->page = page;
    if (page->site->filters.way == FILTER_NONE)
        return STATUS_NOT_FOUND;
    if (posted)
        typed_read(a);
    enum status st = folder_list_load(page, SV(""), &a->imap, &a->folders);
    if (st != STATUS_OK)
        return st;
    st = filters_load(&call, &a->filters);
    if (st != STATUS_OK)
        return posted ? show_failure(a, st) : st;
    if (posted)
        return save(a);
    saved_read(a);
    return show(a, 200, SV(""));
}

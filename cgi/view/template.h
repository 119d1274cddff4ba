/* template.h — pages from templates; the one owner of ClearSilver.
 *
 * Templates and catalogues are read once, before threads start (templates_load). In the text of a
 * template, L.key inside a <?cs ?> tag is replaced at that time by the catalogue's text as a string
 * literal: one copy a language, read-only, shared by all threads. (A catalogue in a shared HDF
 * would not be: looking a name up writes to its parent's cache.) A missing key or include is an
 * error then, not later. A template is parsed when it is first rendered, and kept (parsed.h).
 *
 * A view is the data of one page: a tree of names and values that lives as long as its request.
 * Every value is text: & < > " and ' are escaped wherever a template shows it. Names are string
 * literals (the macros do not compile with anything else) and indices; they never derive from data.
 * Values become valid UTF-8 without control characters other than tab and line ends. What each
 * template reads stands in a comment at its top; what every page has, in top.cs.
 */
#ifndef VM_TEMPLATE_H
#define VM_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "locale.h"
#include "str.h"

struct templates;
struct view;

/* Before threads start. Reads DIRECTORY/NAME.cs for all names and DIRECTORY/locale/LANGUAGE.hdf.
 * On failure logs file and reason. */
enum status templates_load(const char *directory, struct templates **out) MUST_USE;
void templates_free(struct templates **templates);
const struct locale *templates_locale(const struct templates *t, enum language language);

/* Never NULL. Memory for cleaned values comes from the arena, the tree's from the heap. */
struct view *view_new(const struct templates *templates, enum language language,
                      struct arena *arena);
void view_free(struct view **view);
const struct locale *view_locale(const struct view *view);
struct arena *view_arena(const struct view *view);

/* A place in the tree. Copied freely, valid as long as its view. */
struct node {
    struct view *view;
    struct _hdf *hdf;
};

struct node view_root(struct view *view);
/* The place below; made if it is not there. name: a literal such as "Message" or "Page.title". */
#define node_child(node, name) node_child_((node), "" name)
/* LIST.INDEX below; lists start at 0 and are shown in the order of their making. */
#define node_item(node, list, index) node_item_((node), "" list, (index))
#define node_put(node, name, value) node_put_((node), "" name, (value))
#define node_put_cstr(node, name, value) node_put_((node), "" name, sv_of(value))
#define node_put_number(node, name, value) node_put_number_((node), "" name, (value))
/* True is "1", false leaves the name out. */
#define node_put_flag(node, name, value) node_put_flag_((node), "" name, (value))
/* The catalogue's text of a key. */
#define node_put_text(node, name, key)                                                             \
    node_put_((node), "" name, locale_text(view_locale((node).view), "" key))

/* Renders the template NAME into out. A value that could not be set, a fault in the template and a
 * page that does not fit are STATUS_IO and a line in the log with the template and the reason; what
 * out holds then is not to be sent. */
#define view_render(view, name, out) view_render_((view), "" name, (out))

struct node node_child_(struct node node, const char *name);
struct node node_item_(struct node node, const char *list, size_t index);
void node_put_(struct node node, const char *name, struct sv value);
void node_put_number_(struct node node, const char *name, int64_t value);
void node_put_flag_(struct node node, const char *name, bool value);
enum status view_render_(struct view *view, const char *name, struct sb *out) MUST_USE;

#endif

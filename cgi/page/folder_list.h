/* folder_list.h — the folder list, quota and search field around every signed-in page, and the
 * menus of folders. */
#ifndef VM_FOLDER_LIST_H
#define VM_FOLDER_LIST_H

#include "folder.h"
#include "outbox.h"
#include "page.h"

/* Asks for the folders over `imap` (the connection with the current folder selected, so that this
 * also refreshes it), and looks after what was being sent when something broke. */
enum status folder_list_ask(struct page *page, struct imap *imap, struct folders *folders) MUST_USE;
/* Tells of messages that were perhaps sent, as folder_list_ask() does. */
void folder_list_doubts(struct page *page, const struct outbox_doubts *doubts);
/* Fills Folders.N, Searches.N, Quota and Flash. current: the raw name of the folder shown, or
 * empty. */
void folder_list_put(struct page *page, const struct folders *folders, struct sv current);
/* Both. */
enum status folder_list_fill(struct page *page, struct imap *imap, struct sv current,
                             struct folders *folders) MUST_USE;
/* The same around a page that shows no folder of its own, over the connection of the page. */
enum status folder_list_around(struct page *page, struct folders *folders) MUST_USE;
/* Takes one unread message off the current folder: a page that opens it shows it as read, though it
 * is marked only when the answer is out. */
void folder_list_read(struct page *page, const struct folders *folders, struct sv current);
/* The connection (page_imap) and the folders over it, without showing them: what a form needs
 * before it does anything. Nothing has been done yet, so a warm connection that turns out to be
 * dead is replaced, which a POST gets nowhere else. */
enum status folder_list_load(struct page *page, struct sv mailbox, struct imap **imap,
                             struct folders *folders) MUST_USE;
/* Search.folder, Search.label and Search.q. */
void folder_list_search(struct page *page, const struct folders *folders, struct sv folder,
                        struct sv q);
/* Targets.N: the folders, other than `except`, that a message may be moved to; Recent.N: those of
 * them that something was moved to last, the latest first. */
void folder_list_targets(struct page *page, const struct folders *folders, struct sv except);

/* "Réception", or the folder's own label; with its levels if path. */
struct sv folder_label(const struct page *page, const struct folder *folder, bool path);
/* "/mail?folder=…" */
struct sv folder_url(struct page *page, struct sv name);
/* "/folder?folder=…": the folder's own page. */
struct sv folder_page_url(struct page *page, struct sv name);
/* "own", "others", "shared": stable, for templates. */
const char *folder_realm(enum imap_realm realm);

#endif

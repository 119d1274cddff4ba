/* flash.h — the status line of the next page: what has just been done, with its Undo.
 *
 * It waits with the session and is shown once, so that a reload does not repeat it. */
#ifndef VM_FLASH_H
#define VM_FLASH_H

#include "page.h"

/* undo: the token for POST /act (act=undo), or empty. error: the text says what failed. */
void flash_set(struct page *page, struct sv text, struct sv undo, bool error);
/* The same with a link that leads on. */
void flash_set_way(struct page *page, struct sv text, struct sv undo, bool error, struct sv url,
                   struct sv way);
/* True if something waits. */
bool flash_waits(struct page *page);
/* Fills Flash.text, .undo, .url, .way and .error of the page's view, if something waits. Every page
 * that is rendered after a redirect calls it: folder_list_put() does. */
void flash_show(struct page *page);

#endif

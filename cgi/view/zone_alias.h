/* zone_alias.h — time zones as calendars of others call them. */
#ifndef VM_ZONE_ALIAS_H
#define VM_ZONE_ALIAS_H

#include "str.h"

/* The name for zone_find(): of a Windows zone ("Romance Standard Time", as Outlook and Exchange
 * write) that of the place that stands for it in Unicode's table; what stands behind a vendor's
 * path ("/mozilla.org/20050126_1/Europe/Paris"); else the name itself. */
struct sv zone_alias(struct sv name);

#endif

/* config_value.h — whether a value of the configuration is what its key wants. */
#ifndef VM_CONFIG_VALUE_H
#define VM_CONFIG_VALUE_H

#include "str.h"

/* Names of servers as they stand in headers, separated by spaces: no signs that would end them. */
bool value_is_names(struct sv value);
/* A site as browsers write it: https, a name in small letters, perhaps a port; nothing behind it.
 */
bool value_is_address(struct sv value);

#endif

/* child_walls.h — what vaguemestre-jail gives up before it reads a letter.
 *
 * Each returns false if a wall could not be raised; the child then exits without reading on. Under
 * VM_SANITIZED the filter, the address space and the descriptors stay open, because sanitizers do
 * not live without; such a build is for tests only.
 */
#ifndef VM_CHILD_WALLS_H
#define VM_CHILD_WALLS_H

#include <stdbool.h>

enum { WALL_CPU_SECONDS = 2, WALL_ADDRESS_SPACE_MB = 64, WALL_STACK_MB = 8 };

/* First thing: descriptors but 0, 1 and 2 closed, no new privileges, not dumpable, and the limits
 * under which converters can still be loaded. */
bool walls_raise_first(void);

/* When all files have been opened: no descriptor can be opened, and of the system calls only read
 * from 0, write to 1, exit and memory are left; any other kills the process. */
bool walls_raise_last(void);

#endif

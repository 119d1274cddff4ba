/* banned.h — functions that have no bounded use. Included by the compiler before every file
 * (-include), after the system headers that declare them, so that using one does not compile. */
#ifndef VM_BANNED_H
#define VM_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok strncpy strncat
#pragma GCC poison atoi atol atoll atof
#pragma GCC poison gmtime localtime ctime asctime
#pragma GCC poison srand srandom drand48 tmpnam tempnam mktemp

#endif

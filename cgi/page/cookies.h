/* cookies.h — the names of our two cookies. */
#ifndef VM_COOKIES_H
#define VM_COOKIES_H

#include "str.h"

#define COOKIE_TOKEN SV("__Host-vaguemestre")
#define COOKIE_PRE_SESSION SV("__Host-vaguemestre-login")

#endif

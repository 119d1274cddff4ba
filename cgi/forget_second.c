#include "forget_second.h"

#include <stdio.h>

#include "account.h"
#include "second.h"

static enum status forget(struct store *store, struct sv account, struct arena *arena,
                          struct sv *reason)
{
    struct store_second_counts had;
    enum status st = store_second_count(store, account, &had);
    *reason = SV("the store could not be read or written");
    if (st == STATUS_OK && !second_on(&had)) {
        *reason = arena_printf(arena, "%.*s has no second factor", SV_ARG(account));
        return STATUS_NOT_FOUND;
    }
    if (st == STATUS_OK)
        st = store_second_forget(store, account);
    if (st != STATUS_OK)
        return st;
    printf("%.*s: forgotten: %s, %zu keys, %zu recovery codes\n", SV_ARG(account),
           had.totp ? "an app" : "no app", had.keys, had.codes);
    log_event(LOG_LEVEL_WARNING, "second-forgotten", "user=\"%.*s\"", SV_ARG(account));
    return STATUS_OK;
}

enum status forget_second(struct config *config, const char *user, struct arena *arena,
                          struct sv *reason)
{
    struct store *store;
    struct sv account;
    log_init(config->log_target, config->log_level);
    enum status st = account_full(sv_of(user), config->site.domain, arena, &account);
    if (st != STATUS_OK) {
        *reason = SV("that is no name of a user");
    } else if ((st = store_open(config->store_path, arena, &store, reason)) == STATUS_OK) {
        st = forget(store, account, arena, reason);
        store_close(&store);
    }
    config_free(&config);
    return st;
}

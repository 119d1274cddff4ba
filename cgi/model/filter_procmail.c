#include "filter_procmail.h"

#include <errno.h>
#include <string.h>

#include "arena.h"

static const struct sv none_saved = {"-", 1};

static enum status blame(const struct filter_call *call, enum status status, const char *detail)
{
    bool ours = status == STATUS_IO || status == STATUS_UNAVAILABLE || status == STATUS_TIMEOUT;
    diagnosis_set(call->diagnosis, ours ? STAGE_STORE : STAGE_NONE,
                  ours ? CAUSE_STORE : CAUSE_REFUSED, "", 0, detail);
    return status;
}

static enum status account_of(const struct filter_call *call, struct sv *account)
{
    const struct filter_procmail_site *site = &call->site->procmail;
    enum status st = procmail_account(call->arena, session_user(call->session), site->domain,
                                      site->capitals, account);
    if (st == STATUS_OK)
        return st;
    diagnosis_set(call->diagnosis, STAGE_NONE,
                  st == STATUS_DENIED ? CAUSE_LOGIN_CAPITALS : CAUSE_LOGIN_DOMAIN,
                  site->domain.n > 0 ? arena_cstr(call->arena, site->domain) : "…", 0, NULL);
    return STATUS_UNSUPPORTED;
}

static enum status file_load(const struct filter_call *call, struct sv account, struct sv *text)
{
    const char *directory = call->site->procmail.directory;
    enum status st = procmail_load(call->arena, directory, account, text);
    if (st == STATUS_OK || st == STATUS_NOT_FOUND)
        return st;
    return blame(call, st,
                 arena_printf(call->arena, "%s: %s", directory,
                              st == STATUS_IO ? strerror(errno) : status_name(st))
                     .p);
}

enum status filter_procmail_load(const struct filter_call *call, struct filters *out)
{
    struct filters found = {.version = none_saved, .ours_run = true};
    struct sv account, text = SV("");
    enum status st = account_of(call, &account);
    if (st != STATUS_OK)
        return st;
    st = file_load(call, account, &text);
    if (st != STATUS_OK && st != STATUS_NOT_FOUND)
        return st;
    if (st == STATUS_OK) {
        found.version = procmail_version(call->arena, text);
        found.edited = procmail_read(call->arena, text, &found.set) != STATUS_OK;
        found.text = found.edited ? sv_slice(text, 0, FILTER_OTHER_SHOWN) : SV("");
    }
    *out = found;
    return STATUS_OK;
}

/* What procmail cannot do, in a word and with the value that is to blame. */
static struct sv cannot_words(struct arena *arena, const struct rule_set *set,
                              const struct procmail_fault *fault)
{
    static const char *const words[] = {"", "mark", "mailbox", "address", "forward"};
    const struct rule_action *action = &set->rules[fault->rule].actions[fault->action];
    return arena_printf(arena, "%s %.*s", words[fault->why], SV_ARG(action->value));
}

enum status filter_procmail_save(const struct filter_call *call, const struct filter_wish *wish,
                                 struct sv *missing)
{
    const struct filter_procmail_site *site = &call->site->procmail;
    struct sv account, text, there = SV("");
    struct rule_set set;
    struct procmail_fault fault = procmail_check(&wish->set, &site->site);
    if (fault.why != PROCMAIL_CAN) {
        *missing = cannot_words(call->arena, &wish->set, &fault);
        return STATUS_UNSUPPORTED;
    }
    enum status st = account_of(call, &account);
    if (st == STATUS_OK)
        st = file_load(call, account, &there);
    if (st != STATUS_OK && st != STATUS_NOT_FOUND)
        return st;
    if (st == STATUS_OK && !wish->overwrite && procmail_read(call->arena, there, &set) != STATUS_OK)
        return STATUS_EXISTS;
    st = procmail_write(call->arena, &wish->set, &site->site, &text);
    if (st != STATUS_OK)
        return st;
    bool none = sv_eq(wish->version, none_saved);
    st = procmail_save(call->arena, site->directory, account,
                       none ? procmail_version(call->arena, SV("")) : wish->version, text);
    if (st == STATUS_IO || st == STATUS_UNAVAILABLE || st == STATUS_TIMEOUT)
        return blame(call, st,
                     arena_printf(call->arena, "%s: %s", site->directory, strerror(errno)).p);
    return st;
}

#include "imap_capability.h"

static const struct {
    const char *word;
    enum imap_capability capability;
} words[] = {
    {"LITERAL+", IMAP_CAN_LITERAL_PLUS},
    {"LITERAL-", IMAP_CAN_LITERAL_MINUS},
    {"SASL-IR", IMAP_CAN_SASL_IR},
    {"AUTH=PLAIN", IMAP_CAN_AUTH_PLAIN},
    {"LOGINDISABLED", IMAP_CAN_LOGINDISABLED},
    {"ID", IMAP_CAN_ID},
    {"NAMESPACE", IMAP_CAN_NAMESPACE},
    {"LIST-EXTENDED", IMAP_CAN_LIST_EXTENDED},
    {"LIST-STATUS", IMAP_CAN_LIST_STATUS},
    {"SPECIAL-USE", IMAP_CAN_SPECIAL_USE},
    {"CREATE-SPECIAL-USE", IMAP_CAN_CREATE_SPECIAL_USE},
    {"CHILDREN", IMAP_CAN_CHILDREN},
    {"QUOTA", IMAP_CAN_QUOTA},
    {"UIDPLUS", IMAP_CAN_UIDPLUS},
    {"MOVE", IMAP_CAN_MOVE},
    {"UNSELECT", IMAP_CAN_UNSELECT},
    {"CONDSTORE", IMAP_CAN_CONDSTORE},
    {"ESEARCH", IMAP_CAN_ESEARCH},
    {"SORT", IMAP_CAN_SORT},
    {"ESORT", IMAP_CAN_ESORT},
    {"CONTEXT=SORT", IMAP_CAN_PARTIAL},
    {"PREVIEW", IMAP_CAN_PREVIEW},
    {"MULTIAPPEND", IMAP_CAN_MULTIAPPEND},
    {"THREAD=REFERENCES", IMAP_CAN_THREAD_REFERENCES},
    {"THREAD=REFS", IMAP_CAN_THREAD_REFS},
    {"SEARCH=FUZZY", IMAP_CAN_FUZZY},
    {"ACL", IMAP_CAN_ACL},
    {"STATUS=SIZE", IMAP_CAN_STATUS_SIZE},
};

void imap_capability_add(struct imap_capabilities *set, struct sv word)
{
    const struct sv limit = SV("APPENDLIMIT=");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (sv_eq_nocase(word, sv_of(words[i].word)))
            set->told |= UINT64_C(1) << words[i].capability;
    if (sv_starts_nocase(word, SV("RIGHTS=")))
        set->told |= UINT64_C(1) << IMAP_CAN_RIGHTS;
    if (sv_starts_nocase(word, limit) &&
        sv_to_u64(sv_slice(word, limit.n, word.n), INT64_MAX, &set->append_limit) != STATUS_OK)
        set->append_limit = 0;
}

bool imap_capability_has(const struct imap_capabilities *set, enum imap_capability capability)
{
    return (set->told & ~set->missing) >> capability & 1;
}

void imap_capability_miss(struct imap_capabilities *set, enum imap_capability capability)
{
    set->missing |= UINT64_C(1) << capability;
}

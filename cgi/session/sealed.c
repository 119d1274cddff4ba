/* Texts in the store that only their user's sessions can read. */
#include "table.h"

/* No secret: what keeps the text is the server's key, which is not in the store. */
static struct sv owner(const struct session *session)
{
    return (struct sv){session->user, session->user_n};
}

enum status session_seal(const struct session *session, const char *purpose, struct sv text,
                         struct sb *out)
{
    return seal_close(&session->table->key, owner(session), sv_of(purpose), text, out);
}

enum status session_unseal(const struct session *session, const char *purpose, struct sv sealed,
                           struct sb *out)
{
    return seal_open(&session->table->key, owner(session), sv_of(purpose), sealed, out);
}

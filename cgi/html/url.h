/* url.h — which links of a letter may be followed (RFC 3986, as browsers read it).
 *
 * Control characters and white space that browsers drop are dropped before the scheme is judged;
 * entities have been decoded by the parser. What remains is percent-encoded where it must be.
 */
#ifndef VM_URL_H
#define VM_URL_H

#include "str.h"

/* URL_HOST_MAX: the 253 octets that a name may have (RFC 1035), each percent-encoded, and a bit. */
enum { URL_MAX = 4096, URL_HOST_MAX = 768 };

enum url_kind { URL_NONE, URL_HTTP, URL_MAILTO, URL_TEL, URL_CID, URL_FRAGMENT };

struct url {
    enum url_kind kind;
    struct sv text; /* the whole URL, canonical; lives in the sb */
    struct sv host; /* URL_HTTP: in lower case, without user, port or "www."; part of text's sb */
};

/* buffer is emptied first and holds what *url points to. kind is URL_NONE for anything that may not
 * be followed. */
void url_read(struct sv raw, struct sb *buffer, struct url *url);

/* The host that a link's visible text names ("www.bank.example", "https://bank.example/x"), in
 * lower case and without "www.", written to out; "" when it names none. */
void url_host_in_text(struct sv text, struct sb *out);

/* "/compose?to=..." for a mailto: URL as url_read() returns it (RFC 6068): to, cc, subject and
 * text, percent-encoded. out is emptied first. */
void url_write_compose(struct sv mailto, struct sb *out);
/* True if url is of that form. */
bool url_is_compose(struct sv url);

void url_write_percent(struct sv s, struct sb *out); /* all but unreserved */

#endif

#include "pre_session.h"

#include "base64.h"
#include "cookie.h"
#include "cookies.h"
#include "random.h"

enum { PRE_SESSION_BYTES = 18 };

static struct sv pre_session_cookie(struct page *page)
{
    struct sv value;
    if (cookie_get(page->request->cookie, COOKIE_PRE_SESSION, &value) == STATUS_OK)
        return value;
    uint8_t bytes[PRE_SESSION_BYTES];
    struct sb text;
    random_bytes(bytes, sizeof bytes);
    sb_init(&text, page->arena, 64);
    base64url_encode(&text, bytes, sizeof bytes);
    cookie_set(page->response, COOKIE_PRE_SESSION, sb_view(&text), COOKIE_SESSION);
    return sb_view(&text);
}

void pre_session_put(struct page *page, struct node root)
{
    char token[SESSION_CSRF_TEXT + 1];
    session_login_token(page->app->sessions, pre_session_cookie(page), token);
    node_put_cstr(root, "Csrf", token);
}

#include "second_app.h"

#include "door.h"

enum { LINK_MAX = 1024, GROUP = 4 };

static struct sv link_of(struct page *page, const struct second_step *step,
                         const uint8_t secret[TOTP_SECRET_SIZE])
{
    struct sb link;
    sb_init(&link, page->arena, LINK_MAX);
    totp_link(secret, page->site->name, step->account, &link);
    return sb_view(&link);
}

void second_app_put(struct page *page, const struct second_step *step, struct sv picture_url)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    char text[TOTP_SECRET_TEXT + 1];
    struct sb groups;
    struct node app = node_child(node_child(view_root(page_view(page)), "Second"), "App");
    second_desk_secret(step->desk, secret);
    totp_secret_text(secret, text);
    sb_init(&groups, page->arena, 2 * TOTP_SECRET_TEXT);
    for (size_t i = 0; i < TOTP_SECRET_TEXT; i++) {
        if (i > 0 && i % GROUP == 0)
            sb_add_char(&groups, ' ');
        sb_add_char(&groups, text[i]);
    }
    node_put(app, "secret", sb_view(&groups));
    node_put(app, "app_url", link_of(page, step, secret));
    node_put(app, "picture_url", picture_url);
    seal_wipe(secret, sizeof secret);
    seal_wipe(text, sizeof text);
}

enum status second_first_codes(struct page *page, const struct second_step *step,
                               char (*codes)[SECOND_CODE_TEXT + 1], bool *fresh)
{
    *fresh = false;
    if (step->state.codes > 0)
        return STATUS_OK;
    enum status st = second_codes_make(page->app->sessions, step->account, codes);
    *fresh = st == STATUS_OK;
    return st;
}

static void say(struct page *page, struct sv words)
{
    struct node second = node_child(view_root(page_view(page)), "Second");
    node_put(second, "App.error", words);
}

enum status second_app_take(struct page *page, const struct second_step *step,
                            char (*codes)[SECOND_CODE_TEXT + 1], bool *fresh, unsigned *code)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    struct door door;
    *code = 403;
    if (!second_desk_secret_there(step->desk, secret)) {
        say(page, locale_text(page->locale, "second.app_again"));
        return STATUS_DENIED;
    }
    if (door_enter_code(page, step->account, &door) != STATUS_OK) {
        say(page, door.words);
        *code = door.code;
        return STATUS_DENIED;
    }
    enum status st = second_totp_set(page->app->sessions, step->account, secret,
                                     inputs_get(&page->request->form, "code"), clock_wall());
    seal_wipe(secret, sizeof secret);
    /* a slip of the person who holds the secret: nobody guesses here */
    door_leave(&door, DOOR_UNKNOWN);
    if (st == STATUS_DENIED)
        say(page, locale_text(page->locale, "second.app_wrong"));
    if (st != STATUS_OK)
        return st;
    second_desk_secret_forget(step->desk);
    return second_first_codes(page, step, codes, fresh);
}

void second_codes_put(struct page *page, char (*codes)[SECOND_CODE_TEXT + 1])
{
    struct node second = node_child(view_root(page_view(page)), "Second");
    for (size_t i = 0; i < SECOND_CODES; i++)
        node_put_cstr(node_item(second, "Codes", i), "text", codes[i]);
}

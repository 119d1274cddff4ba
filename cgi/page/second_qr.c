/* GET /second/qr and /login/second/qr: the secret that is being set up, for the telephone's camera.
 */
#include "pages.h"
#include "qr.h"
#include "second_step.h"

enum { LINK_MAX = 1024 };

static enum status picture(struct page *page, const struct second_step *step, struct sv *out)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    struct sb link;
    if (!second_desk_secret_there(step->desk, secret))
        return STATUS_NOT_FOUND;
    sb_init(&link, page->arena, LINK_MAX);
    totp_link(secret, page->site->name, step->account, &link);
    seal_wipe(secret, sizeof secret);
    return qr_picture(sb_view(&link), page->arena, out);
}

enum status page_second_qr(struct page *page)
{
    struct second_step step;
    struct sv bytes;
    enum status st = second_step_open(page, &step);
    if (st != STATUS_OK)
        return st;
    st = picture(page, &step, &bytes);
    second_step_close(&step);
    if (st == STATUS_NOT_FOUND)
        return response_text(page->response, 404, SV("no picture\n"));
    if (st != STATUS_OK)
        return st;
    response_set_kind(page->response, RESPONSE_IMAGE);
    response_set_image_type(page->response, SV("image/bmp"));
    st = response_write(page->response, bytes);
    return st == STATUS_OK ? response_end(page->response) : st;
}

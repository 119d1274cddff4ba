#include "sniffer.h"

#include "public.h"

void sniffer_init(struct sniffer *s, struct page *page, struct sv media_type)
{
    *s = (struct sniffer){.response = page->response,
                          .wanted = response_image_type(media_type).n > 0 &&
                                    request_has(page->request, "open"),
                          .strict = public_warns_first(page)};
}

static enum status decide(struct sniffer *s)
{
    struct sv first = {s->held, s->n}, image = picture_type(first);
    s->decided = true;
    if (s->strict && (!s->wanted || image.n == 0))
        return STATUS_UNSUPPORTED;
    if (s->wanted && image.n > 0) {
        response_set_kind(s->response, RESPONSE_IMAGE);
        response_set_image_type(s->response, image);
    } else {
        response_set_kind(s->response, RESPONSE_DOWNLOAD);
    }
    return response_write(s->response, first);
}

static enum status take(void *context, struct sv piece)
{
    struct sniffer *s = context;
    if (!s->decided) {
        struct sv taken = sv_slice(piece, 0, sizeof s->held - s->n);
        memcpy(s->held + s->n, taken.p, taken.n);
        s->n += taken.n;
        piece = sv_slice(piece, taken.n, piece.n);
        if (s->n < sizeof s->held)
            return STATUS_OK;
        enum status st = decide(s);
        if (st != STATUS_OK)
            return st;
    }
    return response_write(s->response, piece);
}

struct sink sniffer_sink(struct sniffer *s)
{
    return (struct sink){take, s};
}

enum status sniffer_finish(struct sniffer *s)
{
    enum status st = s->decided ? STATUS_OK : decide(s);
    return st == STATUS_OK ? response_end(s->response) : st;
}

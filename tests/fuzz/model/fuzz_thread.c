/* Messages that strangers have written, linked: whatever their names say, each message is in one
 * conversation, and the forest made of them is in order. Messages are parted by empty lines; a line
 * is a field by its first letter: m Message-ID, r References, i In-Reply-To, s Subject; x: the
 * message of that number is gone. */
#include <stdlib.h>

#include "thread_forest.h"
#include "thread_link.h"

enum { MAILS_MAX = 2000 };

static void check_forest(const struct thread_forest *f, size_t n)
{
    size_t members = 0, thread;
    uint32_t newest = 0;
    if (f->n != n)
        abort();
    for (size_t t = 0; t < f->threads; t++) {
        struct imap_uids uids = thread_forest_members(f, t);
        if (uids.n == 0 || thread_forest_newest(f, t) <= newest)
            abort();
        newest = thread_forest_newest(f, t);
        for (size_t i = 0; i < uids.n; i++)
            if ((i > 0 && uids.p[i] <= uids.p[i - 1]) ||
                !thread_forest_find(f, uids.p[i], &thread) || thread != t)
                abort();
        members += uids.n;
    }
    if (members != n)
        abort();
}

static void take_line(struct sv line, struct thread_mail *mail)
{
    struct sv value = sv_slice(line, 1, line.n);
    switch (line.p[0]) {
    case 'm':
        mail->message_id = value;
        break;
    case 'r':
        mail->references = value;
        break;
    case 'i':
        mail->in_reply_to = value;
        break;
    case 's':
        mail->subject = value;
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(16 << 20);
    struct thread_link *link = thread_link_new();
    struct sv rest = {(const char *)data, size};
    struct thread_forest forest = {0};
    struct thread_mail mail = {.uid = 0};
    uint32_t *uids, *labels, last = 0, gone = 0, number;
    bool left[MAILS_MAX + 1] = {false};
    size_t n;
    while (rest.n > 0 && last < MAILS_MAX) {
        struct sv line = sv_cut(&rest, '\n');
        if (line.n > 1 && line.p[0] == 'x' &&
            sv_to_u32(sv_slice(line, 1, line.n), &number) == STATUS_OK) {
            thread_link_remove(link, number);
            gone += number >= 1 && number <= last && left[number];
            if (number >= 1 && number <= last)
                left[number] = false;
        } else if (line.n > 1) {
            take_line(line, &mail);
        } else {
            mail.uid = ++last;
            left[last] = true;
            thread_link_add(link, arena, &mail);
            mail = (struct thread_mail){.uid = 0};
        }
    }
    thread_link_labels(link, arena, &uids, &labels, &n);
    for (size_t i = 0; i < n; i++)
        if (labels[i] > i || labels[labels[i]] != labels[i] || !left[uids[i]])
            abort();
    thread_forest_build(&forest, uids, labels, n);
    check_forest(&forest, last - gone);
    thread_forest_keep(&forest, (struct imap_uids){uids, n / 2});
    check_forest(&forest, n / 2);
    thread_forest_deinit(&forest);
    thread_link_free(&link);
    arena_free(&arena);
    return 0;
}

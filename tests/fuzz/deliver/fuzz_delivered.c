/* Any message: its description is lines that cannot be taken for others, and a reply to it is a
 * message.
 */
#include "arena.h"
#include "mail_lines.h"
#include "pieces.h"
#include "utf8.h"
#include "vacation_reply.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static void check_lines(struct sv lines)
{
    CHECK(lines.n <= MAIL_LINES_MAX && utf8_valid(lines) && sv_starts(lines, SV("checked\n")));
    (void)sv_cut(&lines, '\n');
    while (lines.n > 0) {
        struct sv line = sv_cut(&lines, '\n');
        CHECK(!sv_has_control(line));
        CHECK(sv_eq(line, SV("returned")) || sv_eq(line, SV("attachment")) ||
              sv_starts(line, SV("from address: ")) || sv_starts(line, SV("to address: ")) ||
              sv_starts(line, SV("cc address: ")) || sv_starts(line, SV("from: ")) ||
              sv_starts(line, SV("subject: ")) || sv_starts(line, SV("list-id: ")));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)256 << 20);
    struct pieces text = {.left = {(const char *)data, size}, .each = 1000};
    struct sv fields[] = {SV("from"), SV("subject"), SV("list-id")};
    struct recipe_needs needs = {fields, 3, true, true, true};
    const struct vacation vacation = {.on = true, .days = 7, .text = SV("x")};
    const struct reply_person person = {
        .account = SV("a"), .domains = {SV("b.c")}, .domains_n = 1, .delivered_to = true};
    struct mail mail;
    struct reply reply;
    struct message message;
    CHECK(mail_read(arena, pieces_source(&text), true, &mail) == STATUS_OK);
    check_lines(mail_lines_write(arena, &mail, &needs, false));
    if (reply_is_due(arena, &mail, &vacation, &person, 20260101, &reply)) {
        CHECK(address_check(reply.to) == ADDRESS_FAULT_NONE && reply.to.mailbox.p[0] != '-');
        CHECK(!mail.is_returned && mail.has_sender);
        CHECK(reply_compose(arena, &reply, 1764028800, &message) == STATUS_OK);
    }
    arena_free(&arena);
    return 0;
}

/* Any bytes as the text of a rule set: what is read passes the check, is written as the very same
 * text, compiles, becomes a script that comes back, and evaluates on any header. */
#include <stdlib.h>

#include "arena.h"
#include "rule_match.h"
#include "sieve_script.h"

#define CHECK(x)                                                                                   \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

/* Outside of quoted strings no byte of a value shows. */
static void check_commands(struct sv script)
{
    bool quoted = false;
    for (size_t i = 0; i < script.n; i++) {
        char c = script.p[i];
        if (!quoted && c == '#') { /* a comment: to the end of its line */
            size_t end = sv_find_char(sv_slice(script, i, script.n), '\n');
            CHECK(end != SIZE_MAX);
            i += end;
        } else if (c == '"')
            quoted = !quoted;
        else if (quoted && c == '\\')
            i++;
        else
            CHECK(quoted || ascii_is_alnum(c) || memchr(" \r\n{}()[],;:-", c, 12));
    }
    CHECK(!quoted);
}

static void check_script(struct arena *arena, const struct rule_set *set, struct sv text)
{
    struct sieve_script script = {.set = *set}, again;
    struct sv written, missing;
    enum status st = sieve_script_write(
        arena, &script,
        SV("fileinto reject imap4flags vacation copy relational date include mailbox regex mime"),
        &written, &missing);
    if (st == STATUS_TOO_LARGE)
        return;
    CHECK(st == STATUS_OK);
    check_commands(written);
    CHECK(sieve_script_read(arena, written, &again) == SIEVE_SCRIPT_OURS);
    CHECK(sv_eq(rule_text_write(arena, &again.set), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(256 << 20);
    struct sv all = {(const char *)data, size}, text = all;
    size_t cut = sv_find(all, SV("\n\n"));
    struct rule_set set;
    struct rule_matcher *m;
    struct rule_outcome outcome;
    /* a header may follow behind an empty line */
    struct rule_message message = {.header = SV("From: a@b\r\n\r\n"), .size = size};
    if (cut != SIZE_MAX) {
        text = sv_slice(all, 0, cut + 1);
        message.header = sv_slice(all, cut + 2, size);
    }
    if (rule_text_read(arena, text, &set) == STATUS_OK) {
        CHECK(sv_eq(rule_text_write(arena, &set), text));
        CHECK(rule_matcher_new(&set, &m) == STATUS_OK);
        rule_evaluate(m, arena, &message, &outcome);
        CHECK(outcome.winner == SIZE_MAX ||
              (outcome.winner < set.n && outcome.matched[outcome.winner]));
        rule_matcher_free(&m);
        check_script(arena, &set, text);
    }
    arena_free(&arena);
    return 0;
}

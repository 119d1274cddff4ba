#include "reply.h"

#include "identity.h"

/* ---- people ---- */

static bool has(struct addresses list, struct address a)
{
    for (size_t i = 0; i < list.n; i++)
        if (address_same(list.items[i], a))
            return true;
    return false;
}

/* Those of `from` that may be written to and stand in none of the lists yet. */
static void add(struct addresses *to, struct addresses from, const struct addresses *other,
                const struct address *me)
{
    for (size_t i = 0; i < from.n; i++) {
        struct address a = from.items[i];
        a.group = SV("");
        if (address_check(a) == ADDRESS_FAULT_NONE && !has(*to, a) && !(other && has(*other, a)) &&
            !(me && address_same(*me, a)))
            to->items[to->n++] = a;
    }
}

/* A name that shows another address is not repeated: the form must show whom one writes to. */
static void drop_false_names(struct arena *arena, struct addresses list, struct address me)
{
    const unsigned false_names = IDENTITY_NAME_ADDRESS | IDENTITY_NAME_OWN | IDENTITY_NAME_HIDES;
    for (size_t i = 0; i < list.n; i++)
        if (identity_signs(arena, list.items[i], me.domain) & false_names)
            list.items[i].name = SV("");
}

static struct addresses list_for(struct arena *arena, size_t n)
{
    return (struct addresses){arena_array(arena, n ? n : 1, sizeof(struct address)), 0};
}

struct reply_people reply_people(struct arena *arena, const struct letter *letter,
                                 struct address me, enum draft_mode mode)
{
    size_t most = letter->from.n + letter->reply_to.n + letter->to.n + letter->cc.n + 1;
    struct reply_people people = {list_for(arena, most), list_for(arena, most)};
    struct addresses post = address_list_parse(arena, letter->list_post);
    bool mine = has(letter->from, me), all = mode == DRAFT_REPLY_ALL;
    if (mode == DRAFT_REPLY_LIST && post.n > 0) {
        add(&people.to, post, NULL, NULL);
        return people;
    }
    if (!mine)
        add(&people.to, letter->reply_to, NULL, NULL);
    if (people.to.n == 0 && !mine)
        add(&people.to, letter->from, NULL, NULL);
    if (mine || all)
        add(&people.to, letter->to, NULL, &me);
    if (all)
        add(&people.cc, letter->cc, &people.to, &me);
    if (people.to.n == 0 && people.cc.n == 0) /* a note to oneself */
        add(&people.to, letter->from, NULL, NULL);
    drop_false_names(arena, people.to, me);
    drop_false_names(arena, people.cc, me);
    return people;
}

/* ---- threads ---- */

void reply_thread(struct arena *arena, const struct letter *letter, struct msgids *in_reply_to,
                  struct msgids *references)
{
    struct msgids before = letter->references;
    if (before.n == 0 && letter->in_reply_to.n == 1)
        before = letter->in_reply_to;
    struct msgids all = {arena_array(arena, before.n + 1, sizeof *all.items), 0};
    for (size_t i = 0; i < before.n; i++)
        if (!sv_eq(before.items[i], letter->message_id))
            all.items[all.n++] = before.items[i];
    *in_reply_to = (struct msgids){NULL, 0};
    if (letter->message_id.n > 0) {
        all.items[all.n++] = letter->message_id;
        *in_reply_to = (struct msgids){&all.items[all.n - 1], 1};
    }
    *references = all;
}

/* ---- text ---- */

static bool is_blank(struct sv s)
{
    return sv_trim(s).n == 0;
}

/* What stands before the last line that is a signature's mark. */
static struct sv without_signature(struct sv text)
{
    size_t cut = text.n, at = 0;
    while (at < text.n) {
        struct sv rest = sv_slice(text, at, text.n);
        struct sv line = sv_cut(&rest, '\n');
        if (sv_eq(line, SV("-- ")) || sv_eq(line, SV("-- \r")))
            cut = at;
        at += line.n + 1;
    }
    return sv_slice(text, 0, cut);
}

struct sv reply_quote(struct arena *arena, struct sv text)
{
    struct sb out;
    struct sv rest = without_signature(text);
    if (is_blank(rest))
        rest = text;
    while (rest.n > 0 && ascii_is_space(rest.p[rest.n - 1]))
        rest.n--;
    sb_init(&out, arena, 3 * rest.n + 3);
    while (rest.n > 0) {
        struct sv line = sv_cut(&rest, '\n');
        if (sv_ends(line, SV("\r")))
            line.n--;
        sb_add(&out, line.n > 0 && line.p[0] != '>' ? SV("> ") : SV(">"));
        sb_add(&out, line);
        sb_add_char(&out, '\n');
    }
    return sb_view(&out);
}

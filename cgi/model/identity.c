#include "identity.h"

#include "arena.h"
#include "idn.h"
#include "script.h"
#include "utf8.h"

enum { NAME_READ_MAX = 2000 }; /* bytes: nobody reads further */

/* ---- domains ---- */

/* `s` is `domain`, or ends with it behind a dot. */
static bool is_below(struct sv s, struct sv domain)
{
    if (s.n < domain.n || sv_find_char(domain, '.') == SIZE_MAX)
        return false;
    struct sv end = sv_slice(s, s.n - domain.n, s.n);
    return sv_eq_nocase(end, domain) && (s.n == domain.n || s.p[s.n - domain.n - 1] == '.');
}

bool identity_related(struct sv a, struct sv b)
{
    return (a.n > 0 && sv_eq_nocase(a, b)) || is_below(a, b) || is_below(b, a);
}

/* ---- names that show an address ---- */

static bool in_domain(char c)
{
    return ascii_is_alnum(c) || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

static bool in_mailbox(char c)
{
    return in_domain(c) || sv_find_char(SV("!#$%&'*+/=?^_{|}~"), c) != SIZE_MAX;
}

/* "univ.fr": a dot, and behind the last one two letters at least. */
static bool is_domain(struct sv s)
{
    size_t dot = sv_find_last_char(s, '.');
    if (dot == SIZE_MAX || dot == 0 || s.n - dot < 3)
        return false;
    for (size_t i = dot + 1; i < s.n; i++)
        if (!ascii_is_alpha(s.p[i]) && (unsigned char)s.p[i] < 0x80 && s.p[i] != '-' &&
            !(ascii_is_digit(s.p[i]) && sv_starts(sv_slice(s, dot + 1, s.n), SV("xn--"))))
            return false;
    return true;
}

static struct sv domain_at(struct sv text, size_t at)
{
    size_t end = at;
    while (end < text.n && in_domain(text.p[end]))
        end++;
    while (end > at && (text.p[end - 1] == '.' || text.p[end - 1] == '-'))
        end--;
    return sv_slice(text, at, end);
}

/* The address around the "@" at `at`, a space at one of its sides allowed: with one at both it is a
 * word ("Team @ Work"). */
static bool address_around(struct sv text, size_t at, struct sv *whole, struct sv *domain)
{
    size_t start = at, behind = at + 1;
    bool space_before = start > 0 && text.p[start - 1] == ' ';
    bool space_behind = behind < text.n && text.p[behind] == ' ';
    if (space_before && space_behind)
        return false;
    start -= space_before;
    behind += space_behind;
    size_t end = start;
    while (start > 0 && in_mailbox(text.p[start - 1]))
        start--;
    *domain = domain_at(text, behind);
    if (start == end || !is_domain(*domain))
        return false;
    *whole = sv_slice(text, start, behind + domain->n);
    return true;
}

/* The first address in `plain` whose domain is not related to `domain`. */
static bool find_address(struct arena *arena, struct sv plain, struct sv domain, struct sv *out)
{
    struct sv whole, other, letters = idn_letters(arena, domain);
    for (size_t at = 0; at < plain.n; at++)
        if (plain.p[at] == '@' && address_around(plain, at, &whole, &other) &&
            !identity_related(other, domain) && !identity_related(other, letters)) {
            *out = whole;
            return true;
        }
    return false;
}

/* The domain as a word of its own: "Webmail univ.fr", not "univ.france". */
static bool names_domain(struct sv plain, struct sv domain)
{
    size_t at = 0;
    while (domain.n > 0 && sv_find_char(domain, '.') != SIZE_MAX) {
        size_t found = sv_find_nocase(sv_slice(plain, at, plain.n), domain);
        if (found == SIZE_MAX)
            return false;
        size_t start = at + found, end = start + domain.n;
        bool before = start == 0 || !in_domain(plain.p[start - 1]) || plain.p[start - 1] == '.';
        bool behind = end == plain.n || !in_domain(plain.p[end]) ||
                      (plain.p[end] == '.' && (end + 1 == plain.n || plain.p[end + 1] == ' '));
        if (before && behind)
            return true;
        at = start + 1;
    }
    return false;
}

/* ---- signs ---- */

/* "univ.fr∕aide.example", whose stroke is a letter of its label, has no form that travels: no
 * server bears such a name, and it reads as another one. */
static bool can_travel(struct arena *arena, struct sv letters)
{
    struct sv form = idn_ascii(arena, letters);
    for (size_t i = 0; i < form.n; i++)
        if (!ascii_is_alnum(form.p[i]) && sv_find_char(SV("-._"), form.p[i]) == SIZE_MAX)
            return false;
    return true;
}

static unsigned domain_signs(struct arena *arena, struct sv domain)
{
    /* where these scripts are at home nobody takes their letters for Latin ones */
    static const char *const HOMES[] = {"bg", "by", "cy", "gr", "kz", "mk",
                                        "mn", "rs", "ru", "su", "ua", "uz"};
    struct sv rest = idn_letters(arena, domain), last = SV("");
    if (sv_is_ascii(rest))
        return 0;
    size_t dot = sv_find_last_char(rest, '.');
    if (dot != SIZE_MAX)
        last = sv_slice(rest, dot + 1, rest.n);
    bool home = !sv_is_ascii(last);
    for (size_t i = 0; i < sizeof HOMES / sizeof HOMES[0]; i++)
        home = home || sv_eq_nocase(last, sv_of(HOMES[i]));
    bool hides = script_hides(rest) || !can_travel(arena, rest);
    unsigned signs = hides ? IDENTITY_DOMAIN_MIXED : 0;
    while (rest.n > 0) {
        struct sv label = sv_cut(&rest, '.');
        if (script_mixed_label(label))
            signs |= IDENTITY_DOMAIN_MIXED;
        else if (!home && script_reads_as_latin(label))
            signs |= IDENTITY_DOMAIN_READS_LATIN;
    }
    return signs;
}

static unsigned name_signs(struct arena *arena, struct address from, struct sv own,
                           struct sv *claimed)
{
    unsigned signs = 0;
    bool ascii = sv_is_ascii(from.name);
    bool plain_words = ascii && sv_find_char(from.name, '@') == SIZE_MAX;
    if (!ascii && script_hides(from.name))
        signs |= IDENTITY_NAME_HIDES;
    if (!ascii && script_mixed(from.name))
        signs |= IDENTITY_NAME_MIXED;
    if (plain_words && sv_find_char(from.name, '.') == SIZE_MAX)
        return signs;
    struct sv plain = script_plain(arena, from.name);
    if (!plain_words && find_address(arena, plain, from.domain, claimed))
        return signs | IDENTITY_NAME_ADDRESS;
    if (!identity_related(from.domain, own) && names_domain(plain, own)) {
        *claimed = own;
        return signs | IDENTITY_NAME_OWN;
    }
    return signs;
}

static unsigned signs_of(struct arena *arena, struct address from, struct sv own,
                         struct sv *claimed)
{
    struct sv ignored;
    if (from.domain.n == 0)
        return 0;
    from.name = utf8_cut(from.name, NAME_READ_MAX);
    unsigned signs = name_signs(arena, from, own, claimed) | domain_signs(arena, from.domain);
    bool at = !sv_is_ascii(from.mailbox) || sv_find_char(from.mailbox, '@') != SIZE_MAX;
    if (at && find_address(arena, script_plain(arena, from.mailbox), from.domain, &ignored))
        signs |= IDENTITY_MAILBOX_ADDRESS;
    if (!sv_is_ascii(from.mailbox) && (script_hides(from.mailbox) || script_mixed(from.mailbox)))
        signs |= IDENTITY_MAILBOX_ADDRESS;
    return signs;
}

unsigned identity_signs(struct arena *arena, struct address from, struct sv own_domain)
{
    struct sv ignored;
    return signs_of(arena, from, own_domain, &ignored);
}

/* A list that writes on behalf of its members puts "their@address via List" into the name. It is
 * not excused for our own people: nobody here writes to us from there. */
static bool is_via_list(struct arena *arena, const struct identity_question *q, struct sv claimed)
{
    struct sv plain = script_plain(arena, q->from.name);
    size_t at = sv_find_last_char(claimed, '@');
    return q->list && sv_find(plain, SV(" via ")) != SIZE_MAX && at != SIZE_MAX &&
           !identity_related(sv_trim(sv_slice(claimed, at + 1, claimed.n)), q->own_domain);
}

/* ---- proof ---- */

static int rank(const struct authres_item *item, struct sv domain)
{
    return (item->result == AUTHRES_PASS ? 2 : 0) +
           (identity_related(item->domain, domain) ? 1 : 0);
}

const struct authres_item *identity_result(const struct authres *results,
                                           enum authres_method method, struct sv domain)
{
    const struct authres_item *best = NULL;
    for (size_t i = 0; results && i < results->n; i++) {
        const struct authres_item *item = &results->items[i];
        if (item->method == method && (!best || rank(item, domain) > rank(best, domain)))
            best = item;
    }
    return best;
}

/* Without a list of public suffixes only the domain itself and those above it can speak for it:
 * whoever has evil.pages.example is not pages.example. */
static bool says(const struct authres_item *item, enum authres_result result, struct sv domain)
{
    return item && item->result == result && item->domain.n > 0 &&
           (sv_eq_nocase(domain, item->domain) || is_below(domain, item->domain));
}

/* DMARC (RFC 7489) asks for one of the others to pass about the From's domain. Where the domain has
 * no such policy we ask the same; there, a DKIM that fails says nothing (lists change letters), an
 * SPF that fails does, unless the letter is signed by somebody. */
static enum identity_proof proof_of(const struct authres *results, struct sv domain)
{
    const struct authres_item *spf = identity_result(results, AUTHRES_SPF, domain);
    const struct authres_item *dkim = identity_result(results, AUTHRES_DKIM, domain);
    const struct authres_item *dmarc = identity_result(results, AUTHRES_DMARC, domain);
    bool judged = dmarc && (dmarc->domain.n == 0 || identity_related(dmarc->domain, domain));
    if (domain.n == 0)
        return IDENTITY_UNPROVEN;
    if (judged && dmarc->result == AUTHRES_FAIL)
        return IDENTITY_REFUTED;
    if ((judged && dmarc->result == AUTHRES_PASS) || says(dkim, AUTHRES_PASS, domain) ||
        says(spf, AUTHRES_PASS, domain))
        return IDENTITY_PROVEN;
    bool is_signed = dkim && dkim->result == AUTHRES_PASS;
    return says(spf, AUTHRES_FAIL, domain) && !is_signed ? IDENTITY_REFUTED : IDENTITY_UNPROVEN;
}

void identity_judge(struct arena *arena, const struct identity_question *q, struct identity *out)
{
    struct sv domain = q->from.domain, letters = idn_letters(arena, domain);
    *out = (struct identity){.claimed = SV(""), .letters = SV(""), .ascii = SV("")};
    out->signs = signs_of(arena, q->from, q->own_domain, &out->claimed);
    if (out->signs & IDENTITY_NAME_ADDRESS && is_via_list(arena, q, out->claimed))
        out->signs &= ~(unsigned)IDENTITY_NAME_ADDRESS;
    if (!sv_is_ascii(letters)) {
        out->letters = letters;
        out->ascii = idn_ascii(arena, domain);
    }
    out->proof = proof_of(q->results, sv_is_ascii(letters) ? domain : out->ascii);
    if (out->proof != IDENTITY_REFUTED)
        return;
    if (identity_related(domain, q->own_domain))
        out->signs |= IDENTITY_FORGED_OWN;
    else if (!q->list)
        out->signs |= IDENTITY_FORGED;
}

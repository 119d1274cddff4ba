#include "agent.h"

enum { READ_MAX = 1000 }; /* bytes; browsers say a few hundred */

struct known {
    const char *word, *name;
};

/* Who claims to be others comes before them. */
static const struct known browsers[] = {
    {"Edg", "Edge"},
    {"OPR", "Opera"},
    {"Opera", "Opera"},
    {"SamsungBrowser", "Samsung Internet"},
    {"Vivaldi", "Vivaldi"},
    {"YaBrowser", "Yandex Browser"},
    {"UCBrowser", "UC Browser"},
    {"DuckDuckGo", "DuckDuckGo"},
    {"Ddg", "DuckDuckGo"},
    {"SeaMonkey", "SeaMonkey"},
    {"PaleMoon", "Pale Moon"},
    {"FxiOS", "Firefox"},
    {"Firefox", "Firefox"},
    {"Konqueror", "Konqueror"},
    {"Falkon", "Falkon"},
    {"Epiphany", "GNOME Web"},
    {"CriOS", "Chrome"},
    {"HeadlessChrome", "Chrome"},
    {"Chromium", "Chromium"},
    {"Chrome", "Chrome"},
    {"MSIE", "Internet Explorer"},
    {"Trident", "Internet Explorer"},
    {"Safari", "Safari"},
    {"w3m", "w3m"},
    {"Lynx", "Lynx"},
    {"ELinks", "ELinks"},
    {"Links", "Links"},
    {"NetSurf", "NetSurf"},
    {"Dillo", "Dillo"},
    {"curl", "curl"},
};

static const struct known systems[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},       {"iPod", "iPod"},       {"Android", "Android"},
    {"CrOS", "ChromeOS"},   {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Mac OS X", "macOS"},
    {"FreeBSD", "FreeBSD"}, {"OpenBSD", "OpenBSD"}, {"NetBSD", "NetBSD"},   {"Haiku", "Haiku"},
    {"SunOS", "Solaris"},   {"Linux", "Linux"},
};

/* Where a word begins, not in the middle of another: "Edg" is in "EdgiOS" and not in "Wedge". */
static bool has(struct sv text, struct sv word)
{
    for (size_t at = 0; at + word.n <= text.n;) {
        size_t found = sv_find(sv_slice(text, at, text.n), word);
        if (found == SIZE_MAX)
            return false;
        at += found;
        if (at == 0 || !ascii_is_alnum(text.p[at - 1]))
            return true;
        at++;
    }
    return false;
}

static const char *first_of(struct sv text, const struct known *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (has(text, sv_of(list[i].word)))
            return list[i].name;
    return "";
}

struct agent agent_read(struct sv user_agent)
{
    struct sv text = sv_slice(user_agent, 0, READ_MAX);
    return (struct agent){.browser = first_of(text, browsers, sizeof browsers / sizeof *browsers),
                          .system = first_of(text, systems, sizeof systems / sizeof *systems)};
}

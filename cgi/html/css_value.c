#include "css_value.h"

#include "markup.h"
#include "utf8.h"

/* clang-format off */
static const char *const colour_names[] = {
    "aliceblue", "antiquewhite", "aqua", "aquamarine", "azure", "beige", "bisque", "black",
    "blanchedalmond", "blue", "blueviolet", "brown", "burlywood", "cadetblue", "chartreuse",
    "chocolate", "coral", "cornflowerblue", "cornsilk", "crimson", "currentcolor", "cyan",
    "darkblue", "darkcyan", "darkgoldenrod", "darkgray", "darkgreen", "darkgrey", "darkkhaki",
    "darkmagenta", "darkolivegreen", "darkorange", "darkorchid", "darkred", "darksalmon",
    "darkseagreen", "darkslateblue", "darkslategray", "darkslategrey", "darkturquoise",
    "darkviolet", "deeppink", "deepskyblue", "dimgray", "dimgrey", "dodgerblue", "firebrick",
    "floralwhite", "forestgreen", "fuchsia", "gainsboro", "ghostwhite", "gold", "goldenrod",
    "gray", "green", "greenyellow", "grey", "honeydew", "hotpink", "indianred", "indigo",
    "ivory", "khaki", "lavender", "lavenderblush", "lawngreen", "lemonchiffon", "lightblue",
    "lightcoral", "lightcyan", "lightgoldenrodyellow", "lightgray", "lightgreen", "lightgrey",
    "lightpink", "lightsalmon", "lightseagreen", "lightskyblue", "lightslategray",
    "lightslategrey", "lightsteelblue", "lightyellow", "lime", "limegreen", "linen", "magenta",
    "maroon", "mediumaquamarine", "mediumblue", "mediumorchid", "mediumpurple",
    "mediumseagreen", "mediumslateblue", "mediumspringgreen", "mediumturquoise",
    "mediumvioletred", "midnightblue", "mintcream", "mistyrose", "moccasin", "navajowhite",
    "navy", "oldlace", "olive", "olivedrab", "orange", "orangered", "orchid", "palegoldenrod",
    "palegreen", "paleturquoise", "palevioletred", "papayawhip", "peachpuff", "peru", "pink",
    "plum", "powderblue", "purple", "rebeccapurple", "red", "rosybrown", "royalblue",
    "saddlebrown", "salmon", "sandybrown", "seagreen", "seashell", "sienna", "silver",
    "skyblue", "slateblue", "slategray", "slategrey", "snow", "springgreen", "steelblue", "tan",
    "teal", "thistle", "tomato", "transparent", "turquoise", "violet", "wheat", "white",
    "whitesmoke", "windowtext", "yellow", "yellowgreen",
};
/* clang-format on */

/* Tenths of a pixel that one of the unit stands for, for the bound only. */
static const struct {
    const char *name;
    int tenths;
} units[] = {{"ch", 80},   {"cm", 378}, {"em", 160}, {"ex", 80}, {"in", 960},
             {"mm", 38},   {"pc", 160}, {"pt", 14},  {"px", 10}, {"q", 10},
             {"rem", 160}, {"vh", 100}, {"vw", 100}};

enum { NUMBER_MAX = 100000 };

struct cursor {
    struct sv s;
    size_t at;
};

static char peek(const struct cursor *c)
{
    return c->at < c->s.n ? c->s.p[c->at] : '\0';
}

static void skip_space(struct cursor *c)
{
    while (c->at < c->s.n && ascii_is_space(c->s.p[c->at]))
        c->at++;
}

static bool is_name_char(char ch)
{
    return ascii_is_alnum(ch) || ch == '-' || ch == '_';
}

static struct sv read_name(struct cursor *c)
{
    size_t from = c->at;
    while (c->at < c->s.n && is_name_char(c->s.p[c->at]))
        c->at++;
    return sv_slice(c->s, from, c->at);
}

/* Decimal, three places kept. */
static bool read_number(struct cursor *c, int64_t *thousandths)
{
    bool negative = peek(c) == '-', any = false;
    int64_t value = 0;
    if (peek(c) == '-' || peek(c) == '+')
        c->at++;
    for (; ascii_is_digit(peek(c)); c->at++, any = true)
        value = value > NUMBER_MAX ? value : value * 10 + (peek(c) - '0');
    value *= 1000;
    if (peek(c) == '.') {
        c->at++;
        for (int64_t weight = 100; ascii_is_digit(peek(c)); c->at++, weight /= 10, any = true)
            value += (peek(c) - '0') * weight;
    }
    if (!any || value > (int64_t)NUMBER_MAX * 1000)
        return false;
    *thousandths = negative ? -value : value;
    return true;
}

static bool read_measure(struct cursor *c, struct css_token *token)
{
    if (!read_number(c, &token->thousandths))
        return false;
    if (peek(c) == '%') {
        c->at++;
        token->kind = CSS_PERCENT;
        return true;
    }
    struct sv unit = read_name(c);
    size_t row;
    if (unit.n == 0) {
        token->kind = CSS_NUMBER;
        return true;
    }
    if (!markup_find_name(units, sizeof units / sizeof units[0], sizeof units[0], unit, &row))
        return false;
    token->kind = CSS_LENGTH;
    token->unit = units[row].name;
    return true;
}

/* 3, 4, 6 or 8 digits. */
static bool read_hex(struct cursor *c, struct css_token *token)
{
    struct sv digits = read_name(c);
    size_t each = digits.n >= 6 ? 2 : 1;
    if (digits.n != 3 && digits.n != 4 && digits.n != 6 && digits.n != 8)
        return false;
    token->kind = CSS_COLOUR;
    token->rgba[3] = 255;
    for (size_t i = 0; i < digits.n; i += each) {
        int high = ascii_hex(digits.p[i]), low = ascii_hex(digits.p[i + each - 1]);
        if (high < 0 || low < 0)
            return false;
        token->rgba[i / each] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* Numbers of a colour function, separated by commas, spaces or a slash. */
static size_t read_arguments(struct cursor *c, struct css_token *arguments, size_t max)
{
    size_t n = 0;
    for (;;) {
        skip_space(c);
        if (peek(c) == ')' && n > 0) {
            c->at++;
            return n;
        }
        if (n > 0 && (peek(c) == ',' || peek(c) == '/')) {
            c->at++;
            skip_space(c);
        }
        if (n == max || !read_measure(c, &arguments[n]) || arguments[n].kind == CSS_LENGTH)
            return 0;
        n++;
    }
}

/* In thousandths of the whole. */
static int64_t share(const struct css_token *t, int64_t whole)
{
    int64_t value = t->kind == CSS_PERCENT ? t->thousandths / 100 : t->thousandths / whole;
    return value < 0 ? 0 : value > 1000 ? 1000 : value;
}

static unsigned char to_byte(int64_t thousandths)
{
    return (unsigned char)((thousandths * 255 + 500) / 1000);
}

/* CSS Color 4, section 7.1: one channel of hsl(); hue in degrees, the rest in thousandths. */
static int64_t hsl_channel(int64_t n, int64_t hue, int64_t saturation, int64_t light)
{
    int64_t k = (n * 30 + hue) % 360; /* thirtieths of a circle, in degrees */
    int64_t smaller = light < 1000 - light ? light : 1000 - light;
    int64_t a = saturation * smaller / 1000;
    int64_t rising = k - 90, falling = 270 - k, slope = rising < falling ? rising : falling;
    slope = slope > 30 ? 30 : slope < -30 ? -30 : slope;
    return light - a * slope / 30;
}

static bool read_colour_function(struct cursor *c, struct sv name, struct css_token *token)
{
    bool rgb = sv_eq_nocase(name, SV("rgb")) || sv_eq_nocase(name, SV("rgba"));
    bool hsl = sv_eq_nocase(name, SV("hsl")) || sv_eq_nocase(name, SV("hsla"));
    struct css_token v[4] = {0};
    size_t n = rgb || hsl ? read_arguments(c, v, 4) : 0;
    if (n < 3)
        return false;
    token->kind = CSS_COLOUR;
    token->rgba[3] = n == 4 ? to_byte(share(&v[3], 1)) : 255;
    if (rgb) {
        for (size_t i = 0; i < 3; i++)
            token->rgba[i] = to_byte(share(&v[i], 255));
        return true;
    }
    int64_t hue = ((v[0].thousandths / 1000) % 360 + 360) % 360;
    int64_t offsets[3] = {0, 8, 4};
    for (size_t i = 0; i < 3; i++) {
        int64_t value = hsl_channel(offsets[i], hue, share(&v[1], 100), share(&v[2], 100));
        token->rgba[i] = to_byte(value < 0 ? 0 : value > 1000 ? 1000 : value);
    }
    return true;
}

static bool read_string(struct cursor *c, struct css_token *token)
{
    char quote = c->s.p[c->at++];
    size_t from = c->at;
    for (; c->at < c->s.n; c->at++) {
        char ch = c->s.p[c->at];
        if (ch == quote) {
            token->kind = CSS_STRING;
            token->text = sv_slice(c->s, from, c->at++);
            return token->text.n > 0 && utf8_valid(token->text);
        }
        if (!is_name_char(ch) && ch != ' ' && ch != '.' && !(ch & 0x80))
            return false;
    }
    return false;
}

static bool read_token(struct cursor *c, struct css_token *token)
{
    char ch = peek(c), next = c->at + 1 < c->s.n ? c->s.p[c->at + 1] : '\0';
    *token = (struct css_token){0};
    if (ch == ',' || ch == '/') {
        c->at++;
        token->kind = ch == ',' ? CSS_COMMA : CSS_SLASH;
        return true;
    }
    if (ch == '#') {
        c->at++;
        return read_hex(c, token);
    }
    if (ch == '"' || ch == '\'')
        return read_string(c, token);
    if (ascii_is_digit(ch) || ch == '.' || ch == '+' || (ch == '-' && !ascii_is_alpha(next)))
        return read_measure(c, token);
    token->kind = CSS_IDENT;
    token->text = read_name(c);
    if (peek(c) == '(') {
        c->at++;
        return read_colour_function(c, token->text, token);
    }
    return token->text.n > 0;
}

bool css_tokens_read(struct sv value, struct css_tokens *tokens)
{
    struct cursor c = {value, 0};
    tokens->n = 0;
    for (skip_space(&c); c.at < c.s.n; skip_space(&c)) {
        if (tokens->n == CSS_TOKENS_MAX || !read_token(&c, &tokens->items[tokens->n]))
            return false;
        tokens->n++;
    }
    return tokens->n > 0;
}

bool css_length_bounded(const struct css_token *token, bool negative)
{
    int64_t tenths = 10;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (token->unit == units[i].name)
            tenths = units[i].tenths;
    if (token->kind == CSS_PERCENT)
        return token->thousandths >= 0 && token->thousandths <= 1000 * 1000;
    int64_t pixels = token->thousandths * tenths / 10000;
    return pixels <= CSS_PIXELS_MAX && (negative ? pixels >= -16 : token->thousandths >= 0);
}

static void write_number(int64_t thousandths, struct sb *out)
{
    if (thousandths < 0)
        sb_add_char(out, '-');
    uint64_t value = (uint64_t)(thousandths < 0 ? -thousandths : thousandths);
    sb_add_u64(out, value / 1000);
    unsigned rest = (unsigned)(value % 1000);
    if (rest == 0)
        return;
    char digits[4] = {'.', (char)('0' + rest / 100), (char)('0' + rest / 10 % 10),
                      (char)('0' + rest % 10)};
    size_t n = 4;
    while (digits[n - 1] == '0')
        n--;
    sb_add(out, (struct sv){digits, n});
}

static void write_colour(const unsigned char *rgba, struct sb *out)
{
    if (rgba[3] == 255) {
        sb_printf(out, "#%02x%02x%02x", rgba[0], rgba[1], rgba[2]);
        return;
    }
    sb_printf(out, "rgba(%u,%u,%u,", rgba[0], rgba[1], rgba[2]);
    write_number((rgba[3] * 1000 + 127) / 255, out);
    sb_add_char(out, ')');
}

void css_token_write(const struct css_token *token, struct sb *out)
{
    switch (token->kind) {
    case CSS_NUMBER:
        write_number(token->thousandths, out);
        break;
    case CSS_LENGTH:
        write_number(token->thousandths, out);
        sb_add_cstr(out, token->unit);
        break;
    case CSS_PERCENT:
        write_number(token->thousandths, out);
        sb_add_char(out, '%');
        break;
    case CSS_IDENT:
        for (size_t i = 0; i < token->text.n; i++)
            sb_add_char(out, ascii_lower(token->text.p[i]));
        break;
    case CSS_COLOUR:
        write_colour(token->rgba, out);
        break;
    case CSS_STRING:
        sb_add_char(out, '\'');
        sb_add(out, token->text);
        sb_add_char(out, '\'');
        break;
    case CSS_COMMA:
        sb_add_char(out, ',');
        break;
    case CSS_SLASH:
        sb_add_char(out, '/');
        break;
    }
}

bool css_is_colour(const struct css_token *token)
{
    size_t row;
    return token->kind == CSS_COLOUR ||
           (token->kind == CSS_IDENT &&
            markup_find_name(colour_names, sizeof colour_names / sizeof colour_names[0],
                             sizeof colour_names[0], token->text, &row));
}

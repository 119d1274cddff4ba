#include "network.h"

#include <arpa/inet.h>

static const unsigned char MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_v4(const struct ip *address)
{
    return memcmp(address->bytes, MAPPED, sizeof MAPPED) == 0;
}

enum status ip_parse(struct sv text, struct ip *out)
{
    char cstr[IP_TEXT_MAX];
    struct sb b;
    sb_fixed(&b, cstr, sizeof cstr);
    sb_add(&b, text);
    if (text.n == 0 || b.over || sv_find_char(text, '\0') != SIZE_MAX)
        return STATUS_INVALID;
    struct ip address;
    if (inet_pton(AF_INET, cstr, address.bytes + sizeof MAPPED) == 1)
        memcpy(address.bytes, MAPPED, sizeof MAPPED);
    else if (inet_pton(AF_INET6, cstr, address.bytes) != 1)
        return STATUS_INVALID;
    *out = address;
    return STATUS_OK;
}

void ip_write(const struct ip *address, char out[IP_TEXT_MAX])
{
    if (is_v4(address))
        (void)inet_ntop(AF_INET, address->bytes + sizeof MAPPED, out, IP_TEXT_MAX);
    else
        (void)inet_ntop(AF_INET6, address->bytes, out, IP_TEXT_MAX);
}

static bool holds(const unsigned char network[16], unsigned bits, const struct ip *address)
{
    size_t whole = bits / 8;
    unsigned rest = bits % 8;
    if (memcmp(network, address->bytes, whole) != 0)
        return false;
    return rest == 0 || (network[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

/* ---- which are public ---- */

static const struct {
    unsigned char bytes[4];
    unsigned bits;
} closed_v4[] = {
    {{0, 0, 0, 0}, 8},       /* this network (RFC 791) */
    {{10, 0, 0, 0}, 8},      /* private (RFC 1918) */
    {{100, 64, 0, 0}, 10},   /* a provider's own (RFC 6598) */
    {{127, 0, 0, 0}, 8},     /* loopback (RFC 1122) */
    {{169, 254, 0, 0}, 16},  /* link-local (RFC 3927); clouds keep their secrets there */
    {{172, 16, 0, 0}, 12},   /* private */
    {{192, 0, 0, 0}, 24},    /* protocols (RFC 6890) */
    {{192, 0, 2, 0}, 24},    /* documentation (RFC 5737) */
    {{192, 88, 99, 0}, 24},  /* 6to4 relays (RFC 7526) */
    {{192, 168, 0, 0}, 16},  /* private */
    {{198, 18, 0, 0}, 15},   /* benchmarks (RFC 2544) */
    {{198, 51, 100, 0}, 24}, /* documentation */
    {{203, 0, 113, 0}, 24},  /* documentation */
    {{224, 0, 0, 0}, 3},     /* multicast, reserved, broadcast */
};

/* Within 2000::/3, outside of which nothing is global unicast (RFC 4291, 2.4). */
static const struct {
    unsigned char bytes[16];
    unsigned bits;
} closed_v6[] = {
    {{0x20, 0x01}, 23},             /* protocols (RFC 2928): Teredo, ORCHID, benchmarks */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation (RFC 3849) */
    {{0x20, 0x02}, 16},             /* 6to4 (RFC 3056) */
    {{0x3f, 0xff}, 20},             /* documentation (RFC 9637) */
};

static bool is_public_v4(const unsigned char *four)
{
    for (size_t i = 0; i < sizeof closed_v4 / sizeof closed_v4[0]; i++) {
        struct ip one, network;
        memcpy(one.bytes, MAPPED, sizeof MAPPED);
        memcpy(one.bytes + sizeof MAPPED, four, 4);
        memcpy(network.bytes, MAPPED, sizeof MAPPED);
        memcpy(network.bytes + sizeof MAPPED, closed_v4[i].bytes, 4);
        if (holds(network.bytes, 96 + closed_v4[i].bits, &one))
            return false;
    }
    return true;
}

bool ip_is_public(const struct ip *address)
{
    static const unsigned char nat64[16] = {0x00, 0x64, 0xff, 0x9b}, global[16] = {0x20};
    if (is_v4(address) || holds(nat64, 96, address))
        return is_public_v4(address->bytes + sizeof MAPPED);
    for (size_t i = 0; i < sizeof closed_v6 / sizeof closed_v6[0]; i++)
        if (holds(closed_v6[i].bytes, closed_v6[i].bits, address))
            return false;
    return holds(global, 3, address);
}

struct ip ip_line(struct ip address)
{
    if (!is_v4(&address))
        memset(address.bytes + 8, 0, 8);
    return address;
}

/* ---- networks ---- */

enum status networks_add(struct networks *networks, struct sv text)
{
    struct sv bits_text = text;
    struct sv address = sv_cut(&bits_text, '/');
    struct network network;
    if (ip_parse(address, &network.address) != STATUS_OK)
        return STATUS_INVALID;
    bool short_form = sv_find_char(address, ':') == SIZE_MAX;
    uint64_t bits = short_form ? 32 : 128;
    if (address.n < text.n && sv_to_u64(bits_text, bits, &bits) != STATUS_OK)
        return STATUS_INVALID;
    network.bits = (unsigned char)(short_form ? bits + 96 : bits);
    if (networks->n == NETWORKS_MAX)
        return STATUS_TOO_LARGE;
    networks->at[networks->n++] = network;
    return STATUS_OK;
}

bool networks_hold(const struct networks *networks, const struct ip *address)
{
    for (size_t i = 0; i < networks->n; i++)
        if (holds(networks->at[i].address.bytes, networks->at[i].bits, address))
            return true;
    return false;
}

#include "proxy.h"

#include <arpa/inet.h>

static const unsigned char MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* Every address as 16 bytes, so that IPv4 and its mapped form are one and the same. */
static bool address_parse(struct sv text, unsigned char out[16], bool *is_v4)
{
    char cstr[PROXY_ADDRESS_MAX];
    struct sb b;
    sb_fixed(&b, cstr, sizeof(cstr));
    sb_add(&b, text);
    if (text.n == 0 || b.over || sv_find_char(text, '\0') != SIZE_MAX)
        return false;
    unsigned char bytes[16];
    *is_v4 = inet_pton(AF_INET, cstr, bytes + sizeof(MAPPED)) == 1;
    if (*is_v4)
        memcpy(bytes, MAPPED, sizeof(MAPPED));
    else if (inet_pton(AF_INET6, cstr, bytes) != 1)
        return false;
    memcpy(out, bytes, sizeof(bytes));
    return true;
}

enum status proxies_add(struct proxies *proxies, struct sv text)
{
    if (sv_eq(text, SV("unix:"))) {
        proxies->unix_socket = true;
        return STATUS_OK;
    }
    struct sv bits_text = text;
    struct sv address = sv_cut(&bits_text, '/');
    struct proxy_network network;
    bool is_v4;
    if (!address_parse(address, network.address, &is_v4))
        return STATUS_INVALID;
    uint64_t bits = is_v4 ? 32 : 128;
    if (address.n < text.n && sv_to_u64(bits_text, bits, &bits) != STATUS_OK)
        return STATUS_INVALID;
    network.bits = (unsigned char)(is_v4 ? bits + 96 : bits);
    if (proxies->n == PROXIES_MAX)
        return STATUS_TOO_LARGE;
    proxies->at[proxies->n++] = network;
    return STATUS_OK;
}

static bool network_holds(const struct proxy_network *network, const unsigned char address[16])
{
    size_t whole = network->bits / 8u;
    unsigned rest = network->bits % 8u;
    if (memcmp(network->address, address, whole) != 0)
        return false;
    return rest == 0 || (network->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static bool is_trusted(const struct proxies *proxies, const unsigned char address[16])
{
    for (size_t i = 0; i < proxies->n; i++)
        if (network_holds(&proxies->at[i], address))
            return true;
    return false;
}

/* "192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]:443" */
static bool hop_parse(struct sv text, unsigned char out[16])
{
    bool is_v4;
    struct sv address = text;
    if (sv_starts(text, SV("["))) {
        address = sv_slice(text, 1, text.n);
        address = sv_cut(&address, ']');
    } else if (sv_find_char(text, ':') == sv_find_last_char(text, ':')) {
        struct sv rest = text;
        address = sv_cut(&rest, ':');
    }
    return address_parse(address, out, &is_v4);
}

static void address_write(const unsigned char address[16], char out[PROXY_ADDRESS_MAX])
{
    if (memcmp(address, MAPPED, sizeof(MAPPED)) == 0)
        (void)inet_ntop(AF_INET, address + sizeof(MAPPED), out, PROXY_ADDRESS_MAX);
    else
        (void)inet_ntop(AF_INET6, address, out, PROXY_ADDRESS_MAX);
}

void proxies_client(const struct proxies *proxies, struct sv peer, struct sv forwarded,
                    char out[PROXY_ADDRESS_MAX])
{
    unsigned char address[16];
    bool is_v4;
    bool known = address_parse(peer, address, &is_v4);
    bool trusted =
        known ? is_trusted(proxies, address) : proxies->unix_socket && sv_eq(peer, SV("unix:"));
    while (trusted && forwarded.n > 0) {
        size_t comma = sv_find_last_char(forwarded, ',');
        size_t start = comma == SIZE_MAX ? 0 : comma + 1;
        struct sv hop = sv_trim(sv_slice(forwarded, start, forwarded.n));
        forwarded = sv_slice(forwarded, 0, comma == SIZE_MAX ? 0 : comma);
        if (!hop_parse(hop, address))
            break;
        known = true;
        trusted = is_trusted(proxies, address);
    }
    struct sb b;
    sb_fixed(&b, out, PROXY_ADDRESS_MAX);
    if (known)
        address_write(address, out);
    else
        sb_add(&b, SV("unknown"));
}

#include "proxy.h"

enum status proxies_add(struct proxies *proxies, struct sv text)
{
    if (!sv_eq(text, SV("unix:")))
        return networks_add(&proxies->networks, text);
    proxies->unix_socket = true;
    return STATUS_OK;
}

/* "192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]:443" */
static bool hop_parse(struct sv text, struct ip *out)
{
    struct sv address = text;
    if (sv_starts(text, SV("["))) {
        address = sv_slice(text, 1, text.n);
        address = sv_cut(&address, ']');
    } else if (sv_find_char(text, ':') == sv_find_last_char(text, ':')) {
        struct sv rest = text;
        address = sv_cut(&rest, ':');
    }
    return ip_parse(address, out) == STATUS_OK;
}

void proxies_client(const struct proxies *proxies, struct sv peer, struct sv forwarded,
                    char out[PROXY_ADDRESS_MAX])
{
    struct ip address;
    bool known = ip_parse(peer, &address) == STATUS_OK;
    bool trusted = known ? networks_hold(&proxies->networks, &address)
                         : proxies->unix_socket && sv_eq(peer, SV("unix:"));
    while (trusted && forwarded.n > 0) {
        size_t comma = sv_find_last_char(forwarded, ',');
        size_t start = comma == SIZE_MAX ? 0 : comma + 1;
        struct sv hop = sv_trim(sv_slice(forwarded, start, forwarded.n));
        forwarded = sv_slice(forwarded, 0, comma == SIZE_MAX ? 0 : comma);
        if (!hop_parse(hop, &address))
            break;
        known = true;
        trusted = networks_hold(&proxies->networks, &address);
    }
    struct sb b;
    sb_fixed(&b, out, PROXY_ADDRESS_MAX);
    if (known)
        ip_write(&address, out);
    else
        sb_add(&b, SV("unknown"));
}

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "codes.h"
#include "config_keys.h"
#include "config_value.h"
#include "hdf_file.h"

enum { ARENA_BUDGET = 4 * 1024 * 1024, MB = 1000 * 1000 };

struct load {
    const char *path;
    struct arena *arena; /* for reasons */
    struct config *config;
    struct sv values[CONFIG_KEYS_MAX];
    unsigned lines[CONFIG_KEYS_MAX];
    struct sv *reason;
};

static enum status refuse(struct load *load, size_t key, const char *why)
{
    *load->reason =
        load->lines[key] > 0
            ? arena_printf(load->arena, "%s:%u: %s: %s", load->path, load->lines[key],
                           config_keys[key].name, why)
            : arena_printf(load->arena, "%s: %s: %s", load->path, config_keys[key].name, why);
    return STATUS_INVALID;
}

/* ---- checking ---- */

static size_t choice_of(const struct key *key, struct sv value)
{
    for (size_t i = 0; key->choices[i]; i++)
        if (sv_eq(sv_of(key->choices[i]), value))
            return i;
    return SIZE_MAX;
}

static enum status check_choice(struct load *load, size_t i)
{
    struct sb text;
    if (choice_of(&config_keys[i], load->values[i]) != SIZE_MAX)
        return STATUS_OK;
    sb_init(&text, load->arena, 200);
    sb_add_cstr(&text, "must be one of");
    for (size_t c = 0; config_keys[i].choices[c]; c++)
        sb_printf(&text, " %s", config_keys[i].choices[c]);
    return refuse(load, i, text.p);
}

static enum status add_network(struct site *site, enum kind kind, struct sv one)
{
    if (kind == PROXIES)
        return proxies_add(&site->proxies, one);
    return networks_add(kind == VISITORS ? &site->public_from : &site->web.also, one);
}

static enum status check_networks(struct load *load, size_t i)
{
    struct sv rest = load->values[i];
    while (rest.n > 0) {
        struct sv one = sv_trim(sv_cut(&rest, ' '));
        if (one.n > 0 && add_network(&load->config->site, config_keys[i].kind, one) != STATUS_OK)
            return refuse(load, i, "must be addresses or networks, separated by spaces");
    }
    return STATUS_OK;
}

static enum status check_value(struct load *load, size_t i)
{
    const struct key *key = &config_keys[i];
    struct sv value = load->values[i];
    uint64_t number;
    if (key->needed && value.n == 0)
        return refuse(load, i, "is needed");
    if (value.n > 1000 || sv_has_control(value))
        return refuse(load, i, "is too long or holds control characters");
    switch (key->kind) {
    case TEXT:
        return STATUS_OK;
    case PATH:
        return value.n == 0 || value.p[0] == '/' ? STATUS_OK
                                                 : refuse(load, i, "must be an absolute path");
    case NUMBER:
        if (sv_to_u64(value, key->most, &number) == STATUS_OK && number >= key->least)
            return STATUS_OK;
        return refuse(load, i,
                      arena_printf(load->arena, "must be a number from %llu to %llu",
                                   (unsigned long long)key->least, (unsigned long long)key->most)
                          .p);
    case CHOICE:
        return check_choice(load, i);
    case PROXIES:
    case NETWORKS:
    case VISITORS:
        return check_networks(load, i);
    case NAMES:
        return value_is_names(value)
                   ? STATUS_OK
                   : refuse(load, i, "must be names of servers, separated by spaces");
    case ADDRESS:
        return value.n == 0 || value_is_address(value)
                   ? STATUS_OK
                   : refuse(load, i,
                            "must be https:// and a name in small letters, nothing behind it");
    }
    return STATUS_INVALID;
}

static enum status match_entry(struct load *load, const struct hdf_entry *entry)
{
    for (size_t i = 0; i < config_key_count; i++)
        if (sv_eq(sv_of(config_keys[i].name), entry->name)) {
            load->values[i] = arena_sv(load->config->arena, sv_trim(entry->value));
            load->lines[i] = entry->line;
            return STATUS_OK;
        }
    *load->reason = arena_printf(load->arena, "%s:%u: unknown key %.*s", load->path, entry->line,
                                 SV_ARG(entry->name));
    return STATUS_INVALID;
}

static enum status read_values(struct load *load)
{
    struct hdf_entry *entries;
    size_t count;
    enum status st = hdf_file_read(load->path, load->arena, &entries, &count, load->reason);
    for (size_t i = 0; i < config_key_count; i++)
        load->values[i] = sv_of(config_keys[i].fallback);
    for (size_t i = 0; st == STATUS_OK && i < count; i++)
        st = match_entry(load, &entries[i]);
    for (size_t i = 0; st == STATUS_OK && i < config_key_count; i++)
        st = check_value(load, i);
    return st;
}

/* ---- using: after the checks nothing here can fail but files ---- */

static size_t index_of(const char *name)
{
    size_t i = 0;
    while (strcmp(config_keys[i].name, name) != 0)
        if (++i == config_key_count)
            abort(); /* a key that is not in the table: a fault of ours that every start shows */
    return i;
}

static struct sv text(struct load *load, const char *name)
{
    return load->values[index_of(name)];
}

static const char *cstr(struct load *load, const char *name)
{
    return arena_cstr(load->config->arena, text(load, name));
}

static uint64_t number(struct load *load, const char *name)
{
    uint64_t value;
    return sv_to_u64(text(load, name), UINT64_MAX, &value) == STATUS_OK ? value : 0;
}

static size_t choice(struct load *load, const char *name)
{
    return choice_of(&config_keys[index_of(name)], text(load, name));
}

/* One trust for all keys that name the same file: reading the system's takes 30 ms and 0.9 MB. */
static enum status use_trust(struct load *load, const char *ca_key, struct trust **out)
{
    struct config *c = load->config;
    struct sv file = text(load, ca_key);
    size_t i = 0;
    while (i < c->trust_count && !sv_eq(c->trusts[i].file, file))
        i++;
    if (i == c->trust_count) {
        const char *path = cstr(load, ca_key);
        enum status st = trust_new(path[0] ? path : NULL, &c->trusts[i].trust);
        if (st != STATUS_OK) {
            (void)refuse(load, index_of(ca_key),
                         "cannot be read, or holds no certificate in PEM form");
            return st;
        }
        c->trusts[i].file = file;
        c->trust_count++;
    }
    *out = c->trusts[i].trust;
    return STATUS_OK;
}

static enum status use_server(struct load *load, const char *ca_key, struct stream_target *target)
{
    return target->security == STREAM_PLAIN ? STATUS_OK : use_trust(load, ca_key, &target->trust);
}

static enum status use_web(struct load *load, struct web *web)
{
    web->unsubscribe = choice(load, "web.unsubscribe") == 1;
    web->image_proxy = choice(load, "web.image_proxy") == 1;
    web->image_max = number(load, "web.image_max") * MB;
    if (!web->unsubscribe && !web->image_proxy)
        return STATUS_OK;
    return use_trust(load, "web.ca_file", &web->trust);
}

static const enum stream_security security_of[] = {STREAM_PLAIN, STREAM_STARTTLS, STREAM_TLS};

static enum status use_procmail(struct load *load, struct filter_site *filters)
{
    struct filter_procmail_site *p = &filters->procmail;
    struct sv separator = text(load, "procmail.separator");
    if (separator.n != 1)
        return refuse(load, index_of("procmail.separator"), "must be one character");
    *p = (struct filter_procmail_site){
        .directory = cstr(load, "procmail.directory"),
        .domain = text(load, "procmail.domain"),
        .capitals = (enum procmail_capitals)choice(load, "procmail.capitals")};
    p->site =
        (struct procmail_site){.layout = (enum procmail_layout)choice(load, "procmail.layout"),
                               .separator = separator.p[0],
                               .prefix = text(load, "procmail.prefix"),
                               .forwarding = filters->rules.forwarding};
    if (filters->way == FILTER_PROCMAIL && !p->directory[0])
        return refuse(load, index_of("procmail.directory"), "is needed for filters.way = procmail");
    return STATUS_OK;
}

static enum status use_filters(struct load *load, const char *imap_host,
                               struct filter_site *filters)
{
    struct sv host = text(load, "sieve.host");
    filters->way = (enum filter_way)choice(load, "filters.way");
    filters->rules.forwarding = choice(load, "filters.forwarding") == 1;
    filters->sieve =
        (struct stream_target){.host = host.n > 0 ? cstr(load, "sieve.host") : imap_host,
                               .port = (uint16_t)number(load, "sieve.port"),
                               .security = security_of[choice(load, "sieve.security")]};
    enum status st = use_procmail(load, filters);
    if (st == STATUS_OK && filters->way == FILTER_SIEVE)
        st = use_server(load, "sieve.ca_file", &filters->sieve);
    return st;
}

static void use_limits(struct load *load, struct session_limits *limits)
{
    *limits = (struct session_limits){
        .idle_s = (int64_t)number(load, "session.idle"),
        .absolute_s = (int64_t)number(load, "session.absolute"),
        .public_idle_s = (int64_t)number(load, "session.public_idle"),
        .public_absolute_s = (int64_t)number(load, "session.public_absolute"),
        .public_days = (int64_t)number(load, "session.public_days"),
        .public_hides = choice(load, "session.public_hide_codes") == 1 ? codes_in_envelope : NULL,
        .public_bind_address = choice(load, "session.public_bind_address") == 1,
        .rescue_s = 15 * 60,
        .connections_each = (size_t)number(load, "limits.connections_each"),
        .connections_total = (size_t)number(load, "limits.connections_total"),
        .connection_idle_s = (int64_t)number(load, "limits.connection_idle"),
    };
}

static void use_sending(struct load *load, struct sending *sending)
{
    *sending = (struct sending){
        .any = {(uint32_t)number(load, "sending.recipients"),
                {(uint32_t)number(load, "sending.messages_hour"),
                 (uint32_t)number(load, "sending.recipients_day")}},
        .public_only = {(uint32_t)number(load, "sending.public_recipients"),
                        {(uint32_t)number(load, "sending.public_messages_hour"),
                         (uint32_t)number(load, "sending.public_recipients_day")}},
    };
}

static void use_site(struct load *load, struct site *site)
{
    site->name = text(load, "site.name");
    site->address = text(load, "site.address");
    site->second_required = choice(load, "second.required") == 1;
    site->tagline[LANGUAGE_FR] = text(load, "site.tagline.fr");
    site->tagline[LANGUAGE_EN] = text(load, "site.tagline.en");
    site->motd[LANGUAGE_FR] = text(load, "site.motd.fr");
    site->motd[LANGUAGE_EN] = text(load, "site.motd.en");
    site->help_url = text(load, "site.help_url");
    site->language = choice(load, "site.language") == 0 ? LANGUAGE_FR : LANGUAGE_EN;
    site->zone = text(load, "site.time_zone");
    site->domain = text(load, "smtp.domain");
    site->authentication = text(load, "authentication.servers");
    site->smtp_client_name = text(load, "smtp.client_name");
    site->jail = (struct jail){.program = cstr(load, "jail"),
                               .max_input = JAIL_MAX_INPUT_DEFAULT,
                               .max_output = JAIL_MAX_OUTPUT_DEFAULT};
    site->spool_directory = cstr(load, "spool");
    site->upload_max = number(load, "limits.upload") * MB;
    site->import_max = number(load, "limits.import") * MB;
    site->request_ms = (int64_t)number(load, "limits.request") * 1000;
    site->app_passwords = choice(load, "passes.app_passwords") == 1;
    use_limits(load, &site->limits);
    use_sending(load, &site->sending);
}

static struct sv directory_of(struct sv path)
{
    return sv_slice(path, 0, sv_find_last_char(path, '/') + 1);
}

static enum status use_passes(struct load *load, struct passes_site *passes)
{
    struct sv generation = text(load, "passes.generation_file");
    size_t key = index_of("passes.generation_file");
    *passes = (struct passes_site){.pepper_file = cstr(load, "passes.pepper_file"),
                                   .generation_file = cstr(load, "passes.generation_file"),
                                   .domain = text(load, "smtp.domain")};
    if (!passes->pepper_file[0] && generation.n == 0)
        return STATUS_OK;
    if (generation.n == 0)
        return refuse(load, key, "is needed for passes.pepper_file");
    if (!passes->pepper_file[0])
        return refuse(load, index_of("passes.pepper_file"), "is needed for passes.generation_file");
    /* what is restored together tells nothing of the other */
    if (sv_eq(directory_of(generation), directory_of(text(load, "store.path"))))
        return refuse(load, key, "must not lie beside the store");
    return STATUS_OK;
}

static enum status use(struct load *load)
{
    struct config *c = load->config;
    use_site(load, &c->site);
    c->listen = cstr(load, "listen");
    c->threads = (uint32_t)number(load, "threads");
    c->costly = (uint32_t)number(load, "limits.costly");
    c->sign_ins = (uint32_t)number(load, "limits.sign_ins");
    c->templates = cstr(load, "templates");
    c->store_path = cstr(load, "store.path");
    c->key_path = cstr(load, "store.key_file");
    c->log_target = choice(load, "log.target") == 0 ? LOG_TO_STDERR : LOG_TO_SYSLOG;
    c->log_level = (enum log_level)choice(load, "log.level");
    c->imap = (struct stream_target){.protocol = STREAM_IMAP,
                                     .host = cstr(load, "imap.host"),
                                     .port = (uint16_t)number(load, "imap.port"),
                                     .security = security_of[choice(load, "imap.security")]};
    c->site.smtp = (struct stream_target){.protocol = STREAM_SMTP,
                                          .host = cstr(load, "smtp.host"),
                                          .port = (uint16_t)number(load, "smtp.port"),
                                          .security = security_of[choice(load, "smtp.security")]};
    enum status st = use_server(load, "imap.ca_file", &c->imap);
    if (st == STATUS_OK)
        st = use_server(load, "smtp.ca_file", &c->site.smtp);
    if (st == STATUS_OK)
        st = use_filters(load, c->imap.host, &c->site.filters);
    if (st == STATUS_OK)
        st = use_passes(load, &c->passes);
    return st == STATUS_OK ? use_web(load, &c->site.web) : st;
}

enum status config_load(const char *path, struct arena *arena, struct config **out,
                        struct sv *reason)
{
    struct config *config = calloc(1, sizeof *config);
    if (!config)
        return STATUS_IO;
    config->arena = arena_new(ARENA_BUDGET);
    struct load load = {.path = path, .arena = arena, .config = config, .reason = reason};
    enum status st = read_values(&load);
    if (st == STATUS_OK)
        st = use(&load);
    if (st == STATUS_OK)
        *out = config;
    else
        config_free(&config);
    return st;
}

void config_free(struct config **config)
{
    if (!config || !*config)
        return;
    for (size_t i = 0; i < (*config)->trust_count; i++)
        trust_free(&(*config)->trusts[i].trust);
    arena_free(&(*config)->arena);
    free(*config);
    *config = NULL;
}

/* GET and POST /settings. */
#include "flash.h"
#include "folder_list.h"
#include "pages.h"
#include "zone.h"

/* What the form says, as typed, and what is wrong with it. */
struct form {
    struct preferences values;
    const char *bad_name, *bad_zone, *bad_signature; /* catalogue keys; NULL: fine */
};

/* ---- reading ---- */

static int choose(const struct page *page, const char *field, const char *const *names, int count,
                  int otherwise)
{
    int choice = otherwise;
    if (preference_choice(names, count, inputs_get(&page->request->form, field), &choice) !=
        STATUS_OK)
        return otherwise;
    return choice;
}

static void read_language(struct page *page, struct preferences *values)
{
    enum language language;
    struct sv lang = inputs_get(&page->request->form, "lang");
    bool known = language_find(lang, &language) == STATUS_OK;
    values->language = known ? sv_of(language_code(language)) : SV("");
}

static struct form read_form(struct page *page)
{
    const struct inputs *inputs = &page->request->form;
    const struct preferences *old = &page->preferences;
    const struct zone *zone;
    struct form form = {.values = *old};
    struct preferences *v = &form.values;
    read_language(page, v);
    v->theme = (enum theme)choose(page, "theme", theme_names, THEME_COUNT, (int)old->theme);
    v->density =
        (enum density)choose(page, "density", density_names, DENSITY_COUNT, (int)old->density);
    v->pane = (enum pane)choose(page, "pane", pane_names, PANE_COUNT, (int)old->pane);
    v->body = (enum body_choice)choose(page, "body", body_names, BODY_COUNT, (int)old->body);
    v->seen = (enum seen_rule)choose(page, "seen", seen_names, SEEN_COUNT, (int)old->seen);
    v->remote =
        (enum remote_rule)choose(page, "remote", remote_names, REMOTE_COUNT, (int)old->remote);
    v->notify =
        (enum notify_rule)choose(page, "notify", notify_names, NOTIFY_COUNT, (int)old->notify);
    v->keys = inputs_get(inputs, "keys").n > 0;
    v->announce = inputs_get(inputs, "announce").n > 0;
    if (inputs_get(inputs, "threads").n > 0)
        v->threads = sv_eq(inputs_get(inputs, "threads"), SV("1"));
    if (sv_to_u32(inputs_get(inputs, "page_size"), &v->page_size) != STATUS_OK)
        v->page_size = old->page_size;
    v->zone = inputs_get(inputs, "zone");
    v->name = sv_trim(inputs_get(inputs, "name"));
    v->signature = form_lines(page->arena, inputs_get(inputs, "signature"));
    if (zone_find(v->zone, &zone) != STATUS_OK)
        form.bad_zone = "settings.bad_zone";
    if (v->name.n > PREFERENCE_NAME_MAX || sv_has_control(v->name))
        form.bad_name = "settings.bad_name";
    if (v->signature.n > PREFERENCE_SIGNATURE_MAX)
        form.bad_signature = "settings.bad_signature";
    return form;
}

/* ---- showing ---- */

static void put_zones(struct page *page, struct node root)
{
    struct sv *names;
    size_t n = zone_names(page->arena, &names);
    for (size_t i = 0; i < n; i++)
        node_put(node_item(root, "Zones", i), "name", names[i]);
    if (n == 0)
        node_put(node_item(root, "Zones", 0), "name", page->site->zone);
}

static void put_values(struct page *page, struct node settings, const struct preferences *v)
{
    node_put(settings, "lang", v->language);
    node_put(settings, "zone", v->zone.n > 0 ? v->zone : page->site->zone);
    node_put_cstr(settings, "theme", theme_names[v->theme]);
    node_put_cstr(settings, "density", density_names[v->density]);
    node_put_cstr(settings, "pane", pane_names[v->pane]);
    node_put_cstr(settings, "body", body_names[v->body]);
    node_put_cstr(settings, "seen", seen_names[v->seen]);
    node_put_cstr(settings, "remote", remote_names[v->remote]);
    node_put_flag(settings, "remote_proxy", page->site->web.image_proxy);
    if (session_kind(page->session) == SESSION_FULL)
        node_put_cstr(settings, "notify", notify_names[v->notify]);
    node_put_number(settings, "page_size", v->page_size);
    node_put_flag(settings, "keys", v->keys);
    node_put_flag(settings, "announce", v->announce);
    node_put_cstr(settings, "threads", v->threads ? "1" : "0");
    node_put(settings, "name", v->name);
    node_put(settings, "signature", v->signature);
    node_put(settings, "address", page_user_address(page));
}

static enum status put_senders(struct page *page, struct node settings)
{
    struct sv *senders;
    size_t n;
    enum status st = store_remote_sender_list(page->app->store, session_user(page->session),
                                              page->arena, &senders, &n);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        node_put(node_item(settings, "Senders", i), "address", senders[i]);
    return st;
}

static enum status show(struct page *page, unsigned code, const struct form *form)
{
    struct folders folders;
    enum status st = folder_list_around(page, &folders);
    if (st != STATUS_OK)
        return st;
    struct node root = view_root(page_view(page)), settings = node_child(root, "Settings");
    st = put_senders(page, settings);
    if (st != STATUS_OK)
        return st;
    node_put_text(root, "Page.title", "settings.title");
    put_zones(page, root);
    put_values(page, settings, &form->values);
    if (form->bad_name)
        node_put(settings, "Errors.name", locale_text(page->locale, form->bad_name));
    if (form->bad_zone)
        node_put(settings, "Errors.zone", locale_text(page->locale, form->bad_zone));
    if (form->bad_signature)
        node_put(settings, "Errors.signature", locale_text(page->locale, form->bad_signature));
    return page_render(page, code, "settings");
}

enum status page_settings(struct page *page)
{
    if (page->request->method != METHOD_POST)
        return show(page, 200, &(struct form){.values = page->preferences});
    struct form form = read_form(page);
    if (form.bad_name || form.bad_zone || form.bad_signature)
        return show(page, 422, &form);
    enum status st = preferences_save(page->session, page->app->store, page->arena, &form.values);
    if (st != STATUS_OK)
        return st;
    /* in the language that has just been chosen */
    enum language language = page->language;
    if (form.values.language.n == 0)
        language = language_negotiate(page->request->accept_language, page->site->language);
    else if (language_find(form.values.language, &language) != STATUS_OK)
        language = page->language;
    const struct locale *locale = templates_locale(page->app->templates, language);
    flash_set(page, locale_text(locale, "settings.saved"), SV(""), false);
    return page_redirect(page, SV("/settings"));
}

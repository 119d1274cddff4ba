<?cs #
GET and POST /settings.

Settings.lang       "" (as the browser), fr, en
Settings.zone       IANA name      Zones.N.name: the names to choose from
Settings.theme      auto light dark          Settings.density    comfortable compact
Settings.pane       right below none         Settings.body       html plain
Settings.seen       open manual              Settings.page_size  25 50 100 200
Settings.remote     ask never
Settings.remote_proxy   flag: remote images are fetched by the site
Settings.Senders.N.address   whose remote images are shown; each with POST /remote: csrf, here, sender,
                    act=forget
Settings.notify     no yes; absent on a public computer. Only scripts can do it: they make the field
Settings.announce   flag: a sign-in from a new place is told in the inbox
Settings.keys       flag             Settings.threads    0 1: folders by conversation
Settings.name       Settings.signature       Settings.address (shown, not a field)
Settings.error      one sentence; Settings.Errors.name, zone, signature: for a field
Fields: csrf, lang, zone, theme, density, pane, body, seen, remote, notify, page_size, keys (1 or absent), announce (likewise), threads, name,
signature.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1><?cs call:until() ?>
<p class="do"><a class="button" href="/sessions"><?cs var:L.sessions.title ?></a> <?cs if:Site.filters ?><a class="button" href="/filters"><?cs var:L.filter.title ?></a> <a class="button" href="/vacation"><?cs var:L.vacation.title ?></a> <?cs /if ?><?cs if:Site.passes ?><a class="button" href="/passes"><?cs var:L.pass.title ?></a> <?cs /if ?><a class="button" href="/second"><?cs var:L.second.title ?></a></p>
<?cs if:Settings.error ?><p class="error" role="alert"><?cs var:Settings.error ?></p><?cs /if ?>
<form method="post" action="/settings"><?cs call:csrf() ?>
<fieldset class="panel"><legend><?cs var:L.settings.you ?></legend>
<p class="field"><label for="name"><?cs var:L.settings.name ?></label> <input id="name" name="name" type="text" maxlength="200" autocomplete="name" value="<?cs var:Settings.name ?>" aria-describedby="name-hint<?cs if:Settings.Errors.name ?> name-error<?cs /if ?>"> <small id="name-hint"><?cs var:L.settings.address ?> <b><?cs var:Settings.address ?></b></small></p>
<?cs call:error("name-error", Settings.Errors.name) ?>
<p class="field"><label for="signature"><?cs var:L.settings.signature ?></label> <textarea id="signature" name="signature" rows="4" maxlength="4000">
<?cs var:Settings.signature ?></textarea></p>
<?cs call:error("signature-error", Settings.Errors.signature) ?>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.settings.place ?></legend>
<p class="field"><label for="lang"><?cs var:L.settings.lang ?></label> <select id="lang" name="lang"><?cs call:option("", L.settings.lang_auto, Settings.lang) ?><?cs call:option("fr", L.settings.lang_fr, Settings.lang) ?><?cs call:option("en", L.settings.lang_en, Settings.lang) ?></select></p>
<p class="field"><label for="zone"><?cs var:L.settings.zone ?></label> <select id="zone" name="zone"><?cs each:zone = Zones ?><?cs call:option(zone.name, zone.name, Settings.zone) ?><?cs /each ?></select></p>
<?cs call:error("zone-error", Settings.Errors.zone) ?>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.settings.look ?></legend>
<p class="field"><label for="theme"><?cs var:L.settings.theme ?></label> <select id="theme" name="theme"><?cs call:option("auto", L.settings.theme_auto, Settings.theme) ?><?cs call:option("light", L.settings.theme_light, Settings.theme) ?><?cs call:option("dark", L.settings.theme_dark, Settings.theme) ?></select></p>
<p class="field"><label for="density"><?cs var:L.settings.density ?></label> <select id="density" name="density"><?cs call:option("comfortable", L.settings.comfortable, Settings.density) ?><?cs call:option("compact", L.settings.compact, Settings.density) ?></select></p>
<p class="field"><label for="pane"><?cs var:L.settings.pane ?></label> <select id="pane" name="pane"><?cs call:option("right", L.settings.pane_right, Settings.pane) ?><?cs call:option("below", L.settings.pane_below, Settings.pane) ?><?cs call:option("none", L.settings.pane_none, Settings.pane) ?></select></p>
<p class="field"><label for="threads"><?cs var:L.thread.set ?></label> <select id="threads" name="threads" aria-describedby="threads-hint"><?cs call:option("0", L.thread.set_messages, Settings.threads) ?><?cs call:option("1", L.thread.set_threads, Settings.threads) ?></select> <small id="threads-hint"><?cs var:L.thread.set_hint ?></small></p>
<p class="field"><label for="page_size"><?cs var:L.settings.page_size ?></label> <select id="page_size" name="page_size"><?cs call:option("25", "25", Settings.page_size) ?><?cs call:option("50", "50", Settings.page_size) ?><?cs call:option("100", "100", Settings.page_size) ?><?cs call:option("200", "200", Settings.page_size) ?></select></p>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.settings.reading ?></legend>
<p class="field"><label for="body"><?cs var:L.settings.body ?></label> <select id="body" name="body"><?cs call:option("html", L.settings.body_html, Settings.body) ?><?cs call:option("plain", L.settings.body_plain, Settings.body) ?></select></p>
<p class="field"><label for="seen"><?cs var:L.settings.seen ?></label> <select id="seen" name="seen"><?cs call:option("open", L.settings.seen_open, Settings.seen) ?><?cs call:option("manual", L.settings.seen_manual, Settings.seen) ?></select></p>
<p class="field"><label for="remote"><?cs var:L.settings.remote ?></label> <select id="remote" name="remote" aria-describedby="remote-hint"><?cs call:option("ask", L.settings.remote_ask, Settings.remote) ?><?cs call:option("never", L.settings.remote_never, Settings.remote) ?></select> <small id="remote-hint"><?cs if:Settings.remote_proxy ?><?cs var:L.settings.remote_hint_proxy ?><?cs else ?><?cs var:L.settings.remote_hint ?><?cs /if ?></small></p>
<?cs if:Settings.notify ?><div id="notify-field" data-value="<?cs var:Settings.notify ?>" data-label="<?cs var:L.settings.notify ?>" data-no="<?cs var:L.settings.notify_no ?>" data-yes="<?cs var:L.settings.notify_yes ?>" data-hint="<?cs var:L.settings.notify_hint ?>" data-refused="<?cs var:L.settings.notify_refused ?>"></div>
<?cs /if ?><p class="tick"><input type="checkbox" id="keys" name="keys" value="1" aria-describedby="keys-hint"<?cs if:Settings.keys ?> checked<?cs /if ?>><label for="keys"><?cs var:L.settings.keys ?></label> <small id="keys-hint"><?cs var:L.settings.keys_hint ?></small></p>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.sessions.set ?></legend>
<p class="tick"><input type="checkbox" id="announce" name="announce" value="1" aria-describedby="announce-hint"<?cs if:Settings.announce ?> checked<?cs /if ?>><label for="announce"><?cs var:L.sessions.set_tick ?></label> <small id="announce-hint"><?cs var:L.sessions.set_hint ?></small></p>
</fieldset>
<p class="do"><button class="button first" type="submit"><?cs var:L.settings.save ?></button></p>
</form>
<?cs if:subcount(Settings.Senders) > #0 ?><section class="panel" aria-labelledby="senders"><h2 id="senders"><?cs var:L.settings.senders ?></h2>
<ul class="lines"><?cs each:one = Settings.Senders ?><li><form method="post" action="/remote"><?cs call:csrf() ?><?cs call:hidden("here", "/settings#senders") ?><?cs call:hidden("sender", one.address) ?><bdi><?cs var:one.address ?></bdi> <button class="button" type="submit" name="act" value="forget"><?cs var:L.remote.forget ?><span class="vh"> <?cs var:one.address ?></span></button></form></li>
<?cs /each ?></ul></section><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

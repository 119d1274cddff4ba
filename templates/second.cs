<?cs #
GET and POST /second: the second factor of the account.

Second.on  Second.totp  Second.required   flags: there is one; by an app; the site wants one
Second.codes_left   "8 recovery codes left"; Second.codes_few: flag
Second.Codes.N      text: recovery codes, shown this once; Second.next_url: where to go on to
Second.error        one sentence
Second.open         flag: the password has been given, and the second factor that there is
Second.ask          flag: the password has, the second factor is asked for now (second_parts.cs)
                    neither: the password is asked for
Second.action_url   where these forms go: here
Second.App          as in login_second.cs: an app is being set up
Second.Keys.N       id, name, facts
Second.New          challenge, rp, ids, handle, account: a key may be added; no challenge: not here
Fields: csrf, act = password (password), step (as in login_second.cs), app (code), app-remove,
key (name, client_data, data), key-remove (key), codes, off.
?>
<?cs include:"macros.cs" ?><?cs include:"second_parts.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs set:Layout.still = "1" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<?cs if:subcount(Second.Codes) > #0 ?><section class="panel recovery" aria-labelledby="codes-now"><h2 id="codes-now"><?cs var:L.second.codes_now ?></h2>
<p><?cs var:L.second.codes_keep ?></p>
<p class="facts"><?cs var:Site.name ?> · <?cs var:User.address ?></p>
<ol class="steps"><?cs each:one = Second.Codes ?><li><code><?cs var:one.text ?></code></li><?cs /each ?></ol>
<?cs if:Second.next_url ?><p class="do"><a class="button first" href="<?cs var:Second.next_url ?>"><?cs var:L.second.go_on ?></a></p><?cs else ?><p class="do"><a class="button first" href="/second"><?cs var:L.second.noted ?></a></p><?cs /if ?></section>
<?cs else ?><?cs if:!Second.open && !Second.ask ?><p class="facts"><?cs if:Second.on ?><?cs var:L.second.is_on ?><?cs else ?><?cs var:L.second.is_off ?><?cs /if ?></p>
<?cs /if ?><?cs if:Second.on ?><p class="<?cs if:Second.codes_few ?>strip<?cs else ?>facts<?cs /if ?>"><?cs var:Second.codes_left ?><?cs if:Second.codes_few ?> · <?cs var:L.second.codes_few ?><?cs /if ?></p>
<?cs /if ?><?cs call:second_error() ?>
<?cs if:Second.open ?><?cs if:Second.on ?><p class="facts"><?cs var:L.second.live ?> <a href="/sessions"><?cs var:L.sessions.title ?></a></p><?cs /if ?>
<section class="panel" aria-labelledby="app"><h2 id="app"><?cs var:L.second.app ?></h2>
<?cs if:Second.App.secret ?><p><?cs var:L.second.app_intro ?></p><?cs call:second_app() ?>
<?cs else ?><p><?cs var:L.second.app_on ?></p>
<form class="do" method="post" action="/second"><?cs call:csrf() ?><a class="button" href="/second?app=1"><?cs var:L.second.app_other ?></a> <button class="button danger" type="submit" name="act" value="app-remove"><?cs var:L.second.app_remove ?></button></form>
<?cs /if ?></section>
<section class="panel" aria-labelledby="keys"><h2 id="keys"><?cs var:L.second.keys ?></h2>
<p class="facts"><?cs var:L.second.keys_intro ?></p>
<?cs if:subcount(Second.Keys) > #0 ?><ul class="lines"><?cs each:one = Second.Keys ?><li><form method="post" action="/second"><?cs call:csrf() ?><?cs call:hidden("key", one.id) ?><span><b><bdi><?cs var:one.name ?></bdi></b> <?cs var:one.facts ?></span> <button class="button" type="submit" name="act" value="key-remove"><?cs var:L.second.remove ?><span class="vh"> <?cs var:one.name ?></span></button></form></li>
<?cs /each ?></ul>
<?cs /if ?><?cs if:Second.New.challenge ?><form method="post" action="/second" data-key="create" data-challenge="<?cs var:Second.New.challenge ?>" data-rp="<?cs var:Second.New.rp ?>" data-ids="<?cs var:Second.New.ids ?>" data-handle="<?cs var:Second.New.handle ?>" data-account="<?cs var:Second.New.account ?>" data-site="<?cs var:Site.name ?>" data-failed="<?cs var:L.second.key_failed ?>"><?cs call:csrf() ?><?cs call:hidden("act", "key") ?>
<p class="field"><label for="key-name"><?cs var:L.second.key_name ?></label> <input id="key-name" name="name" type="text" maxlength="60" autocomplete="off"></p>
<p class="do"><button class="button" type="submit" hidden><?cs var:L.second.key_add ?></button></p>
<p role="status"></p><noscript><p><?cs var:L.second.key_noscript ?></p></noscript></form>
<script type="module" src="/static/webauthn.js?v=<?cs var:Version ?>"></script>
<?cs else ?><p><?cs var:L.second.key_nowhere ?></p>
<?cs /if ?></section>
<?cs if:Second.on ?><section class="panel" aria-labelledby="codes"><h2 id="codes"><?cs var:L.second.codes ?></h2>
<p><?cs var:L.second.codes_intro ?></p>
<form class="do" method="post" action="/second"><?cs call:csrf() ?><button class="button" type="submit" name="act" value="codes"><?cs var:L.second.codes_renew ?></button></form></section>
<?cs if:!Second.required ?><section class="panel" aria-labelledby="off"><h2 id="off"><?cs var:L.second.off ?></h2>
<p><?cs var:L.second.off_intro ?></p>
<form class="do" method="post" action="/second"><?cs call:csrf() ?><button class="button danger" type="submit" name="act" value="off"><?cs var:L.second.off_go ?></button></form></section>
<?cs /if ?><?cs /if ?>
<?cs elif:Second.ask ?><section class="panel" aria-labelledby="ask"><h2 id="ask"><?cs var:L.second.login_title ?></h2>
<?cs call:second_ask() ?></section>
<?cs else ?><form class="panel" method="post" action="/second"><?cs call:csrf() ?>
<h2><?cs if:Second.on ?><?cs var:L.second.change ?><?cs else ?><?cs var:L.second.begin ?><?cs /if ?></h2>
<p class="field"><label for="password"><?cs var:L.second.password ?></label> <input id="password" name="password" type="password" required autocomplete="current-password" maxlength="1024" aria-describedby="password-hint<?cs if:Second.error ?> second-error<?cs /if ?>"> <small id="password-hint"><?cs var:L.second.password_hint ?></small></p>
<p class="do"><button class="button first" type="submit" name="act" value="password"><?cs var:L.second.go_on ?></button></p></form>
<?cs /if ?><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

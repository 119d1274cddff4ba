<?cs #
GET and POST /login. User.* is not set.

Login.user       what was typed, kept after an error
Login.public     flag: the tick box "public computer"
Login.pass       flag: the form for a one-time pass, without any field for a password
Login.code       a pass that was mistyped, to be corrected
Login.other_url  the same page with the other form; shown if Site.passes
Login.url        this page's own address, with lang and next where they were given
Login.forced     flag: the site knows by the address that the computer is public: the box cannot be unticked
Login.public_text  one line on what the tick box changes (times from the configuration)
Login.error      one sentence; absent if none. Login.notice: "Vous êtes sorti", "session expired"
Failure.*        as in failure.cs, when the server and not the user is to blame
Login.turn       after a wait that is not over: for the field `turn`, empty if there is none
Languages.N      label, code, url (/login?lang=…), flag current
Query: lang, next (local path to go to afterwards; absent: the inbox), pass (1: Login.pass).
Fields: csrf, user, password, public, turn; or csrf, user, code.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "door-page" ?><?cs include:"top.cs" ?>
<main id="main" class="door" tabindex="-1">
<h1 class="brand"><i></i><?cs var:Site.name ?></h1>
<?cs if:Site.tagline ?><p class="tagline"><?cs var:Site.tagline ?></p><?cs /if ?>
<?cs if:Login.notice ?><p class="strip"><?cs var:Login.notice ?></p><?cs /if ?>
<?cs if:Failure.cause ?><div class="error" role="alert"><?cs call:failure() ?></div><?cs elif:Login.error ?><p class="error" role="alert" id="login-error"><?cs var:Login.error ?></p><?cs /if ?>
<form method="post" action="<?cs var:Login.url    ?>">
<?cs call:csrf() ?>
<?cs if:Login.pass ?><p><?cs var:L.login.pass_about ?></p>
<p class="field"><label for="user"><?cs var:L.login.user ?></label> <input id="user" name="user" type="text" required autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="255" value="<?cs var:Login.user ?>"<?cs if:!Login.user ?> autofocus<?cs /if ?>></p>
<p class="field"><label for="code"><?cs var:L.login.pass ?></label> <input id="code" name="code" type="text" required autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="100" value="<?cs var:Login.code ?>" aria-describedby="code-hint<?cs if:Login.error ?> login-error<?cs /if ?>"<?cs if:Login.user ?> autofocus<?cs /if ?>> <small id="code-hint"><?cs var:L.login.pass_hint ?></small></p>
<p class="facts"><?cs var:Login.public_text ?></p>
<?cs else ?><?cs if:Login.turn ?><?cs call:hidden("turn", Login.turn) ?><?cs /if ?><p class="field"><label for="user"><?cs var:L.login.user ?></label> <input id="user" name="user" type="text" required autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="255" value="<?cs var:Login.user ?>"<?cs if:!Login.user ?> autofocus<?cs /if ?>></p>
<p class="field"><label for="password"><?cs var:L.login.password ?></label> <input id="password" name="password" type="password" required autocomplete="current-password" maxlength="1024"<?cs if:Login.error ?> aria-describedby="login-error"<?cs /if ?><?cs if:Login.user ?> autofocus<?cs /if ?>></p>
<p class="tick"><input type="checkbox" id="public" name="public" value="1" aria-describedby="public-text"<?cs if:Login.public ?> checked<?cs /if ?><?cs if:Login.forced ?> disabled<?cs /if ?>><label for="public"><?cs if:Login.forced ?><?cs var:L.public.forced ?><?cs else ?><?cs var:L.login.public ?><?cs /if ?></label> <small id="public-text"><?cs var:Login.public_text ?> <?cs var:L.public.keyboard ?></small></p>
<?cs /if ?><button class="button first" type="submit"><?cs var:L.login.go ?></button>
</form>
<?cs if:Login.pass ?><p><a href="<?cs var:Login.other_url ?>"><?cs var:L.login.by_password ?></a></p>
<details><summary><?cs var:L.login.pass_how ?></summary><p><?cs var:L.login.pass_how_text ?> <a href="/passes"><?cs var:L.login.pass_how_link ?></a></p></details>
<?cs elif:Site.passes ?><p><a href="<?cs var:Login.other_url ?>"><?cs var:L.login.by_pass ?></a></p>
<?cs /if ?><?cs if:Site.motd || Site.help_url ?><p class="motd"><?cs var:Site.motd ?><?cs if:Site.help_url ?> <a href="<?cs var:Site.help_url ?>"><?cs var:L.nav.help ?></a><?cs /if ?></p><?cs /if ?>
<p class="motd"><a href="/end"><?cs var:L.end.way ?></a></p>
<?cs if:subcount(Languages) > #1 ?><p class="languages"><?cs each:language = Languages ?><a href="<?cs var:language.url ?>" lang="<?cs var:language.code ?>" hreflang="<?cs var:language.code ?>"<?cs if:language.current ?> aria-current="true"<?cs /if ?>><?cs var:language.label ?></a> <?cs /each ?></p><?cs /if ?>
</main>
<?cs include:"bottom.cs" ?>

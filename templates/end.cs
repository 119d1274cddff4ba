<?cs #
GET and POST /end: ends a public session by the code that its pages show. Nobody is signed in here.

End.done    flag: it is over      End.error: one sentence; absent if none
Fields: csrf, code.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "door-page" ?><?cs include:"top.cs" ?>
<main id="main" class="door" tabindex="-1">
<h1 class="brand"><i></i><?cs var:Site.name ?></h1>
<?cs if:End.done ?><p class="strip" role="status"><?cs var:L.end.done ?></p>
<p class="tagline"><?cs var:L.end.after ?></p>
<?cs else ?><p class="tagline"><?cs var:L.end.about ?></p>
<?cs if:End.error ?><p class="error" role="alert" id="end-error"><?cs var:End.error ?></p><?cs /if ?>
<form method="post" action="/end">
<?cs call:csrf() ?>
<p class="field"><label for="code"><?cs var:L.end.code ?></label> <input id="code" name="code" type="text" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" aria-describedby="code-hint<?cs if:End.error ?> end-error<?cs /if ?>"> <small id="code-hint"><?cs var:L.end.hint ?></small></p>
<p class="field"><button class="button first" type="submit"><?cs var:L.end.go ?></button></p>
</form>
<p><a href="/login?next=/sessions"><?cs var:L.end.without ?></a></p>
<?cs /if ?><p class="motd"><a href="/login"><?cs var:L.failure.back_login ?></a></p>
</main>
<?cs include:"bottom.cs" ?>

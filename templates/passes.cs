<?cs #
GET and POST /passes: one-time passes.

Items.N         number (the first group of the pass), selector, kind, made, state (one sentence), agent (of the browser
                that used it); flags: alive (it can be used, and voided), used
Alive           flag: one of them at least can be used
Make.left       how many more can be made; Make.left_text: the same as a sentence
Make.kind       reading answering           Make.life   day week month quarter
Make.count      Make.error (one sentence)     Make.second  flag: the second factor is asked for too
Make.app        flag: a password for one program may be put into them instead of the real one
Fields: csrf, act = make (kind, life, count, password, app, second), void (selector), void_all.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs set:Layout.still = "1" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<p class="facts"><?cs var:L.pass.about ?></p>
<?cs if:Make.left > #0 ?><form class="panel" method="post" action="/passes"><?cs call:csrf() ?>
<h2><?cs var:L.pass.make ?></h2>
<?cs if:Make.error ?><p class="error" role="alert" id="make-error"><?cs var:Make.error ?></p><?cs /if ?>
<fieldset><legend class="vh"><?cs var:L.pass.kind ?></legend>
<p class="tick"><input type="radio" id="reading" name="kind" value="reading" aria-describedby="reading-hint"<?cs if:Make.kind == "reading" ?> checked<?cs /if ?>><label for="reading"><?cs var:L.pass.reading ?></label> <small id="reading-hint"><?cs var:L.pass.reading_hint ?></small></p>
<p class="tick"><input type="radio" id="answering" name="kind" value="answering" aria-describedby="answering-hint"<?cs if:Make.kind == "answering" ?> checked<?cs /if ?>><label for="answering"><?cs var:L.pass.answering ?></label> <small id="answering-hint"><?cs var:L.pass.answering_hint ?></small></p>
</fieldset>
<p class="field"><label for="life"><?cs var:L.pass.life ?></label> <select id="life" name="life"><?cs call:option("day", L.pass.day, Make.life) ?><?cs call:option("week", L.pass.week, Make.life) ?><?cs call:option("month", L.pass.month, Make.life) ?><?cs call:option("quarter", L.pass.quarter, Make.life) ?></select></p>
<p class="field"><label for="count"><?cs var:L.pass.count ?></label> <input id="count" name="count" type="number" required min="1" max="<?cs var:Make.left ?>" value="<?cs var:Make.count ?>" aria-describedby="count-hint"> <small id="count-hint"><?cs var:Make.left_text ?></small></p>
<p class="field"><label for="password"><?cs var:L.pass.password ?></label> <input id="password" name="password" type="password" required autocomplete="current-password" maxlength="1024" aria-describedby="password-hint<?cs if:Make.error ?> make-error<?cs /if ?>"> <small id="password-hint"><?cs var:L.pass.password_hint ?></small></p>
<?cs if:Make.app ?><p class="field"><label for="app"><?cs var:L.pass.app ?></label> <input id="app" name="app" type="password" autocomplete="off" maxlength="1024" aria-describedby="app-hint"> <small id="app-hint"><?cs var:L.pass.app_hint ?></small></p>
<?cs /if ?><?cs if:Make.second ?><p class="field"><label for="second"><?cs var:L.second.again ?></label> <input id="second" name="second" type="text" required autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="40" aria-describedby="second-hint"> <small id="second-hint"><?cs var:L.second.again_hint ?></small></p>
<?cs /if ?><p class="do"><button class="button first" type="submit" name="act" value="make"><?cs var:L.pass.go ?></button></p>
</form>
<?cs else ?><p class="strip"><?cs var:L.pass.too_many ?></p><?cs /if ?>
<section class="panel" aria-labelledby="list"><h2 id="list"><?cs var:L.pass.list ?></h2>
<?cs if:subcount(Items) > #0 ?><ul class="lines"><?cs each:item = Items ?><li><?cs if:item.alive ?><form method="post" action="/passes"><?cs call:csrf() ?><?cs call:hidden("selector", item.selector) ?><?cs /if ?><div><b class="pass"><?cs var:item.number ?></b> <?cs var:item.kind ?><p class="facts"><?cs if:item.used ?><b><?cs var:item.state ?></b><?cs else ?><?cs var:item.state ?><?cs /if ?><?cs if:item.agent ?> · <bdi><?cs var:item.agent ?></bdi><?cs /if ?> · <?cs var:item.made ?></p></div><?cs if:item.alive ?> <button class="button" type="submit" name="act" value="void"><?cs var:L.pass.void ?><span class="vh"> <?cs var:item.number ?></span></button></form><?cs /if ?></li>
<?cs /each ?></ul><?cs else ?><p class="empty"><?cs var:L.pass.none ?></p><?cs /if ?>
<?cs if:Alive ?><form method="post" action="/passes"><?cs call:csrf() ?><p class="do"><button class="button danger" type="submit" name="act" value="void_all"><?cs var:L.pass.void_all ?></button></p></form><?cs /if ?></section>
</div></main>
<?cs include:"bottom.cs" ?>

<?cs #
GET and POST /sessions: who is signed in, and what was done on public computers.

Roll.N           browser ("Firefox on Linux"), agent (the User-Agent as it came), address, kind, began, used,
                 flag self; name: for the field `name`, absent for the own one
Sessions.others  flag: there are others than this one
Visits.N         began, kind, browser, agent, address; of a public session: end, deeds; url: with its lines, if
                 they are not here; flag fresh; Lines.N: what, text, time; more: how many are not kept
Fields: csrf, act (end with name, others, seen).
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<section class="panel" aria-labelledby="now"><h2 id="now"><?cs var:L.sessions.now ?></h2>
<ul class="lines"><?cs each:one = Roll ?><li><?cs if:one.name ?><form method="post" action="/sessions"><?cs call:csrf() ?><?cs call:hidden("name", one.name) ?><?cs /if ?><p title="<?cs var:one.agent ?>"><b><?cs var:one.browser ?></b><?cs if:one.self ?> <span class="tag"><?cs var:L.sessions.this_one ?></span><?cs /if ?> · <?cs var:one.kind ?><br>
<small><?cs var:L.sessions.address ?> <bdi><?cs var:one.address ?></bdi> · <?cs var:L.sessions.began ?> <?cs var:one.began ?> · <?cs var:L.sessions.used ?> <?cs var:one.used ?></small></p><?cs if:one.name ?> <button class="button" type="submit" name="act" value="end"><?cs var:L.sessions.end ?><span class="vh"> <?cs var:one.browser ?>, <?cs var:one.began ?></span></button></form><?cs /if ?></li>
<?cs /each ?></ul>
<?cs if:Sessions.others ?><form method="post" action="/sessions"><?cs call:csrf() ?><p><?cs var:L.sessions.others_hint ?></p><p class="do"><button class="button danger" type="submit" name="act" value="others"><?cs var:L.sessions.others ?></button></p></form><?cs /if ?></section>
<section class="panel" aria-labelledby="visits"><h2 id="visits"><?cs var:L.sessions.visits ?></h2>
<?cs if:subcount(Visits) > #0 ?><ul class="lines"><?cs each:one = Visits ?><li><p title="<?cs var:one.agent ?>"><b><?cs var:one.began ?></b><?cs if:one.fresh ?> <span class="tag"><?cs var:L.sessions.fresh ?></span><?cs /if ?> · <?cs var:one.kind ?><br>
<small><?cs var:one.browser ?><?cs if:one.address ?> · <?cs var:L.sessions.address ?> <bdi><?cs var:one.address ?></bdi><?cs /if ?><?cs if:one.end ?> · <?cs var:one.end ?><?cs /if ?></small><?cs if:one.deeds ?><br>
<?cs var:one.deeds ?><?cs /if ?><?cs if:one.url ?> · <a href="<?cs var:one.url ?>"><?cs var:L.sessions.show ?><span class="vh"> <?cs var:one.began ?></span></a><?cs /if ?></p>
<?cs if:subcount(one.Lines) > #0 ?><ul class="lines"><?cs each:line = one.Lines ?><li><time><?cs var:line.time ?></time> <?cs var:line.what ?> <bdi><?cs var:line.text ?></bdi></li>
<?cs /each ?><?cs if:one.more ?><li><?cs var:one.more ?></li><?cs /if ?></ul><?cs /if ?></li>
<?cs /each ?></ul>
<?cs else ?><p><?cs var:L.sessions.no_visits ?></p><?cs /if ?><p><small><?cs var:L.sessions.kept ?></small></p></section>
</div></main>
<?cs include:"bottom.cs" ?>

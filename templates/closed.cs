<?cs #
GET /closed: a public session is over. Nobody's name, mail or address is on this page.

Closed.alive     flag: this page has been closed, the session goes on in another one
Closed.saved     flag: what was being written is in Drafts; Closed.lost: some attachment is not
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "door-page" ?><?cs include:"top.cs" ?>
<main id="main" class="door" tabindex="-1"><div class="page closed">
<p class="brand"><i></i><?cs var:Site.name ?></p>
<h1><?cs var:L.closed.title ?></h1>
<?cs if:Closed.alive ?><p><?cs var:L.closed.alive ?></p>
<p class="do"><a class="button first" href="/mail"><?cs var:L.closed.go_on ?></a></p><?cs else ?>
<?cs if:Closed.saved ?><p class="strip"><?cs var:L.closed.saved ?><?cs if:Closed.lost ?> <?cs var:L.compose.lost ?><?cs /if ?></p><?cs /if ?>
<p><?cs var:L.closed.over ?></p>
<ul><li><?cs var:L.closed.windows ?></li><li><?cs var:L.closed.files ?></li></ul>
<p class="do"><a class="button first" href="/login?pass=1&amp;public=1"><?cs var:L.closed.enter ?></a></p><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

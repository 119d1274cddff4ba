<?cs #
GET /passes?new=1: the passes that have just been made, once.

Cards.N         text (the pass, in groups), kind, until, lost (what to do then): sentences
Card.host       the site's address as it is typed
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<?cs if:subcount(Cards) > #0 ?><p class="strip"><?cs var:L.pass.once ?></p>
<ul class="passes"><?cs each:card = Cards ?><li class="panel"><h2><?cs var:Site.name ?></h2>
<p><?cs var:L.pass.card_go ?> <b><bdi><?cs var:Card.host ?></bdi></b>. <?cs var:L.pass.card_choose ?> <?cs var:L.pass.card_type ?></p>
<p class="pass"><?cs var:card.text ?></p>
<p><?cs var:card.kind ?>. <?cs var:card.until ?></p>
<p class="facts"><?cs var:card.lost ?></p></li>
<?cs /each ?></ul>
<?cs else ?><p class="strip"><?cs var:L.pass.shown ?></p>
<?cs /if ?><p class="do"><a class="button" href="/passes"><?cs if:subcount(Cards) > #0 ?><?cs var:L.pass.noted ?><?cs else ?><?cs var:L.pass.title ?><?cs /if ?></a></p>
</div></main>
<?cs include:"bottom.cs" ?>

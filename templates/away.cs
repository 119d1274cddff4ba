<?cs #
GET /link: where a link of a letter leads, before one goes there from a public computer.

Link.url        the whole address          Link.host   the site it is on
Link.open       flag: on the way everybody can read along (http)
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page told">
<h1><?cs var:L.link.title ?></h1>
<p><?cs var:L.link.site ?> <b><bdi><?cs var:Link.host ?></bdi></b></p>
<p><bdi><?cs var:Link.url ?></bdi></p>
<p><?cs var:L.link.text ?></p>
<?cs if:Link.open ?><p class="strip"><?cs var:L.link.open ?></p>
<?cs /if ?><p class="do"><a class="button" href="<?cs var:Link.url ?>" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer"><?cs var:L.link.go ?></a>
<a class="button" href="/mail"><?cs var:L.link.no ?></a></p>
</div></main>
<?cs include:"bottom.cs" ?>

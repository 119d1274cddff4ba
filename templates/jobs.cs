<?cs #
GET /jobs: the long works of this user, newest first.

Items.N     id, url, title, state (one sentence), time, date (in full), percent, way and way_url (as in job.cs), flag runs
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<p><?cs var:L.job.about ?></p>
<?cs if:subcount(Items) > #0 ?><ul class="jobs">
<?cs each:item = Items ?><li<?cs if:item.runs ?> data-job="<?cs var:item.id ?>"<?cs /if ?>><a href="<?cs var:item.url ?>"><?cs var:item.title ?></a> <time title="<?cs var:item.date ?>"><?cs var:item.time ?></time>
<?cs if:item.runs ?><?cs call:progress(item.percent, L.job.bar) ?> <?cs /if ?><span><?cs var:item.state ?></span><?cs if:item.way ?> <a href="<?cs var:item.way_url ?>"><?cs var:item.way ?></a><?cs /if ?></li>
<?cs /each ?></ul>
<?cs else ?><p class="empty"><?cs var:L.job.none ?></p><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

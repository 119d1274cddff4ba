<?cs #
GET and POST /space: making room.

Quota.text, Quota.percent  as in top.cs; absent: the account has no limit
Bins.N          name (raw), v, label ("Empty Trash (12)"): forms of POST /act, act=empty
Heavy.N         label, url (the folder's own page), icon, total, size (absent where the server does
                not say): the heaviest first
Large.N         pick (the field's value), url, from, subject, folder (label), size, date: the largest
                messages of these folders
Fields: csrf, pick (repeats), act = purge (asks first).
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<?cs if:Quota.text ?><p class="facts"><?cs call:quota() ?></p><?cs else ?><p class="facts"><?cs var:L.space.no_limit ?></p><?cs /if ?>
<?cs if:subcount(Bins) > #0 ?><div class="do"><?cs each:bin = Bins ?><form method="post" action="/act"><?cs call:csrf() ?><?cs call:hidden("folder", bin.name) ?><?cs call:hidden("v", bin.v) ?><?cs call:hidden("back", "/space") ?><button class="button danger" type="submit" name="act" value="empty"><?cs var:bin.label ?></button></form><?cs /each ?></div><?cs /if ?>
<section class="panel" aria-labelledby="large"><h2 id="large"><?cs var:L.space.large ?></h2>
<?cs if:subcount(Large) > #0 ?><form method="post" action="/space"><?cs call:csrf() ?>
<table class="large"><thead class="vh"><tr><th scope="col"><?cs var:L.list.tick ?></th><th scope="col"><?cs var:L.list.subject ?></th><th scope="col"><?cs var:L.list.size ?></th></tr></thead><tbody>
<?cs each:one = Large ?><tr><td><label><input type="checkbox" name="pick" value="<?cs var:one.pick ?>" aria-label="<?cs var:L.list.tick ?> <?cs var:one.from ?>, <?cs var:one.subject ?>"></label></td>
<td><a href="<?cs var:one.url ?>"><bdi><?cs var:one.subject ?></bdi></a> <small><bdi><?cs var:one.from ?></bdi> · <?cs var:one.date ?> · <bdi><?cs var:one.folder ?></bdi></small></td>
<td class="number"><?cs var:one.size ?></td></tr>
<?cs /each ?></tbody></table>
<p class="do"><button class="button danger" type="submit" name="act" value="purge"><?cs var:L.act.purge ?></button></p>
</form><?cs else ?><p><?cs var:L.list.empty_search ?></p><?cs /if ?></section>
<section class="panel" aria-labelledby="heavy"><h2 id="heavy"><?cs var:L.space.heavy ?></h2>
<table class="large"><thead class="vh"><tr><th scope="col"><?cs var:L.folders.folder ?></th><th scope="col"><?cs var:L.folders.total ?></th><th scope="col"><?cs var:L.list.size ?></th></tr></thead><tbody>
<?cs each:one = Heavy ?><tr><td><?cs call:icon(one.icon) ?> <a href="<?cs var:one.url ?>"><bdi><?cs var:one.label ?></bdi></a></td><td class="number"><?cs var:one.total ?></td><td class="number"><?cs var:one.size ?></td></tr>
<?cs /each ?></tbody></table></section>
</div></main>
<?cs include:"bottom.cs" ?>

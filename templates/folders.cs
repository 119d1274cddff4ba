<?cs #
GET and POST /folders: the whole tree.

Items.N         name (raw), label, level, url (its list), page_url (its own page), realm, icon, total, unread (texts), flags: special,
                selectable, subscribed, renamable, deletable, discardable (to Trash), emptiable (junk
                and trash)
Items.N.rename  the last part of the name, for the rename field
Parents.N       name (raw, "" for the top), label, flag current: where a folder may be made
Create.name     what was typed; Create.error: one sentence
Folder.error    one sentence over the page: why renaming or deleting failed
Fields: csrf, act = create (parent, name), rename (folder, name), empty (folder; asks
first), subscribe, unsubscribe (folder). Deleting is for the folder's own page: folder.cs.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1><?cs call:until() ?>
<?cs if:Folder.error ?><p class="error" role="alert"><?cs var:Folder.error ?></p><?cs /if ?>
<form class="panel" method="post" action="/folders"><?cs call:csrf() ?>
<h2><?cs var:L.folders.create ?></h2>
<p class="field"><label for="name"><?cs var:L.folders.name ?></label> <input id="name" name="name" type="text" required maxlength="200" value="<?cs var:Create.name ?>"<?cs if:Create.error ?> aria-invalid="true" aria-describedby="name-error"<?cs /if ?>></p>
<?cs call:error("name-error", Create.error) ?>
<p class="field"><label for="parent"><?cs var:L.folders.parent ?></label> <select id="parent" name="parent"><?cs each:parent = Parents ?><option value="<?cs var:parent.name ?>"<?cs if:parent.current ?> selected<?cs /if ?>><?cs var:parent.label ?></option><?cs /each ?></select></p>
<button class="button first" type="submit" name="act" value="create"><?cs var:L.folders.make ?></button>
</form>
<table class="tree">
<thead><tr><th scope="col"><?cs var:L.folders.folder ?></th><th scope="col" class="number"><?cs var:L.folders.total ?></th><th scope="col" class="number"><?cs var:L.folders.unread ?></th><th scope="col"><?cs var:L.folders.manage ?></th></tr></thead>
<tbody>
<?cs each:item = Items ?><?cs if:item.realm != "own" && !Layout.apart ?><?cs set:Layout.apart = "1" ?><tr class="apart"><th colspan="4" scope="rowgroup"><?cs var:L.nav.shared ?></th></tr>
<?cs /if ?><tr<?cs if:item.colour ?> class="c-<?cs var:item.colour ?>"<?cs /if ?>>
<th scope="row" class="level<?cs var:item.level ?>"<?cs if:!item.selectable && item.realm != "own" ?> colspan="4"<?cs /if ?>><?cs call:icon(item.icon) ?><?cs if:item.selectable ?><a href="<?cs var:item.url ?>"><bdi><?cs var:item.label ?></bdi></a><?cs else ?><bdi><?cs var:item.label ?></bdi><?cs /if ?></th>
<?cs if:item.selectable || item.realm == "own" ?><td class="number"><?cs var:item.total ?></td><td class="number"><?cs var:item.unread ?></td>
<td><?cs if:item.realm == "own" && (!item.special || item.emptiable) ?><details><summary><?cs var:L.folders.change ?><span class="vh"> <?cs var:item.label ?></span></summary>
<form method="post" action="/folders"><?cs call:csrf() ?><?cs call:hidden("folder", item.name) ?>
<?cs if:item.renamable ?><p><label><?cs var:L.folders.new_name ?> <input name="name" type="text" maxlength="200" value="<?cs var:item.rename ?>"></label> <button class="button" type="submit" name="act" value="rename"><?cs var:L.folders.rename ?></button></p><?cs /if ?>
<p><a class="button" href="<?cs var:item.page_url ?>"><?cs var:L.one.more ?><span class="vh"> <?cs var:item.label ?></span></a> <?cs if:!item.special ?><?cs if:item.subscribed ?><button class="button" type="submit" name="act" value="unsubscribe"><?cs var:L.folders.unsubscribe ?></button><?cs else ?><button class="button" type="submit" name="act" value="subscribe"><?cs var:L.folders.subscribe ?></button><?cs /if ?> <?cs /if ?><?cs if:item.emptiable ?><button class="button danger" type="submit" name="act" value="empty"><?cs var:L.act.empty ?></button> <?cs /if ?></p>
</form><?cs if:item.deletable ?>
<form method="post" action="/folder"><?cs call:csrf() ?><?cs call:hidden("folder", item.name) ?><p><?cs if:item.discardable ?><button class="button" type="submit" name="act" value="discard"><?cs var:L.one.discard ?></button> <?cs /if ?><button class="button danger" type="submit" name="act" value="destroy"><?cs var:L.act.purge ?></button></p></form><?cs /if ?></details><?cs elif:item.selectable ?><a class="alone" href="<?cs var:item.page_url ?>"><?cs var:L.folders.change ?><span class="vh"> <?cs var:item.label ?></span></a><?cs /if ?></td><?cs /if ?>
</tr>
<?cs /each ?></tbody>
</table>
</div></main>
<?cs include:"bottom.cs" ?>

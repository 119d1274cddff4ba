<?cs #
GET and POST /folder: one folder.

Folder.name (raw)  label  path ("Travaux / Été")  last (what a rename begins with)  url (its list)
Folder.icon  realm (own others shared)  colour (none red orange green blue purple pink brown)
Folder.total        "123 messages"     Folder.unread "4"   flag has_unread
Folder.size         "12 MB"; where that takes long, Folder.size_url instead: this page with it
Folder flags:       selectable special subscribed may_place may_discard may_destroy may_empty
                    purges (emptying is for good) may_read (mark all) sharable
Folder.Uses.N       value, label, current: what it can be used as; none for the inbox
Folder.Rights.N     text: what the reader may do in another's folder
Folder.Acl.N        who, label, letters, Levels.M; flags own, negative, odd (letters are no level)
Folder.Share.Levels.N  value, label, current     Folder.who: what was typed
Parents.N           name (raw, "" for the top), label, current
Errors.text         one sentence; flags place, share: at that form, else over the page
Fields: csrf, folder, act = place (name, parent), use (use), look (colour, shown), readall, empty
(asks first), discard, destroy (both ask first), share (who, level), unshare (who).
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><bdi><?cs var:Folder.path ?></bdi></h1><?cs call:until() ?>
<?cs if:Errors.text && !Errors.place && !Errors.share ?><p class="error" role="alert"><?cs var:Errors.text ?></p><?cs /if ?>
<?cs if:Folder.selectable ?><p class="facts"><?cs var:Folder.total ?><?cs if:Folder.has_unread ?> · <?cs var:Folder.unread ?> <?cs call:unread(Folder.unread) ?><?cs /if ?><?cs if:Folder.size ?> · <?cs var:Folder.size ?><?cs elif:Folder.size_url ?> · <a href="<?cs var:Folder.size_url ?>"><?cs var:L.one.size ?></a><?cs /if ?></p><?cs /if ?>
<?cs if:subcount(Folder.Rights) > #0 ?><p class="facts"><?cs var:L.share.you_may ?> <?cs each:right = Folder.Rights ?><?cs var:right.text ?><?cs if:!last(right) ?>, <?cs /if ?><?cs /each ?>.</p><?cs /if ?>
<form class="do" method="post" action="/folder"><?cs call:csrf() ?><?cs call:hidden("folder", Folder.name) ?>
<?cs if:Folder.selectable ?><a class="button" href="<?cs var:Folder.url ?>"><?cs var:L.one.open ?></a><?cs /if ?>
<?cs if:Folder.may_read ?><button class="button" type="submit" name="act" value="readall"><?cs var:L.one.read_all ?></button><?cs /if ?>
<?cs if:Folder.may_empty ?><button class="button<?cs if:Folder.purges ?> danger<?cs /if ?>" type="submit" name="act" value="empty"><?cs if:Folder.purges ?><?cs var:L.act.empty ?><?cs else ?><?cs var:L.one.clear ?><?cs /if ?></button><?cs /if ?>
</form>
<?cs if:Folder.may_place ?><form class="panel" method="post" action="/folder"><?cs call:csrf() ?><?cs call:hidden("folder", Folder.name) ?>
<h2><?cs var:L.one.place ?></h2>
<p class="field"><label for="name"><?cs var:L.folders.name ?></label> <input id="name" name="name" type="text" required maxlength="200" value="<?cs var:Folder.last ?>"<?cs if:Errors.place ?> aria-invalid="true" aria-describedby="name-error"<?cs /if ?>></p>
<?cs if:Errors.place ?><?cs call:error("name-error", Errors.text) ?><?cs /if ?>
<p class="field"><label for="parent"><?cs var:L.folders.parent ?></label> <select id="parent" name="parent"><?cs each:parent = Parents ?><option value="<?cs var:parent.name ?>"<?cs if:parent.current ?> selected<?cs /if ?>><?cs var:parent.label ?></option><?cs /each ?></select></p>
<button class="button first" type="submit" name="act" value="place"><?cs var:L.settings.save ?></button>
</form><?cs /if ?>
<form class="panel" method="post" action="/folder"><?cs call:csrf() ?><?cs call:hidden("folder", Folder.name) ?>
<h2><?cs var:L.one.look ?></h2>
<?cs call:colours("colour", Folder.colour) ?>
<?cs if:!Folder.special ?><p class="tick"><input type="checkbox" id="shown" name="shown" value="1"<?cs if:Folder.subscribed ?> checked<?cs /if ?>><label for="shown"><?cs var:L.folders.subscribe ?></label></p><?cs else ?><?cs call:hidden("shown", "1") ?><?cs /if ?>
<p class="do"><button class="button first" type="submit" name="act" value="look"><?cs var:L.settings.save ?></button></p>
</form>
<?cs if:subcount(Folder.Uses) > #0 ?><form class="panel" method="post" action="/folder"><?cs call:csrf() ?><?cs call:hidden("folder", Folder.name) ?>
<h2><?cs var:L.one.use ?></h2>
<p class="field"><label for="use"><?cs var:L.one.use_as ?></label> <select id="use" name="use" aria-describedby="use-hint"><?cs each:use = Folder.Uses ?><option value="<?cs var:use.value ?>"<?cs if:use.current ?> selected<?cs /if ?>><?cs var:use.label ?></option><?cs /each ?></select> <small id="use-hint"><?cs var:L.one.use_hint ?></small></p>
<button class="button first" type="submit" name="act" value="use"><?cs var:L.settings.save ?></button>
</form><?cs /if ?>
<?cs if:Folder.sharable ?><section class="panel" aria-labelledby="share"><h2 id="share"><?cs var:L.share.title ?></h2>
<ul class="lines"><?cs each:entry = Folder.Acl ?><li><?cs if:entry.own || entry.negative ?><p><bdi><?cs var:entry.label ?></bdi> <span class="facts"><?cs if:entry.own ?><?cs var:L.share.you ?><?cs else ?><?cs var:L.share.denied ?> <?cs var:entry.letters ?><?cs /if ?></span></p><?cs else ?><form method="post" action="/folder"><?cs call:csrf() ?><?cs call:hidden("folder", Folder.name) ?><?cs call:hidden("who", entry.who) ?>
<bdi><?cs var:entry.label ?></bdi> <span class="pair"><select name="level" aria-label="<?cs var:L.share.level ?> <?cs var:entry.label ?>"><?cs if:entry.odd ?><option value="" selected><?cs var:L.share.odd ?> <?cs var:entry.letters ?></option><?cs /if ?><?cs each:level = entry.Levels ?><option value="<?cs var:level.value ?>"<?cs if:level.current ?> selected<?cs /if ?>><?cs var:level.label ?></option><?cs /each ?></select>
<button class="button" type="submit" name="act" value="share"><?cs var:L.settings.save ?><span class="vh"> <?cs var:entry.label ?></span></button> <button class="button" type="submit" name="act" value="unshare"><?cs var:L.share.stop ?><span class="vh"> <?cs var:entry.label ?></span></button></span></form><?cs /if ?></li>
<?cs /each ?></ul>
<form method="post" action="/folder"><?cs call:csrf() ?><?cs call:hidden("folder", Folder.name) ?>
<p class="field"><label for="who"><?cs var:L.share.who ?></label> <input id="who" name="who" type="text" required maxlength="320" value="<?cs var:Folder.who ?>" autocomplete="off" aria-describedby="who-hint<?cs if:Errors.share ?> who-error<?cs /if ?>"<?cs if:Errors.share ?> aria-invalid="true"<?cs /if ?>> <small id="who-hint"><?cs var:L.share.who_hint ?></small></p>
<?cs if:Errors.share ?><?cs call:error("who-error", Errors.text) ?><?cs /if ?>
<p class="field"><label for="level"><?cs var:L.share.may ?></label> <select id="level" name="level"><?cs each:level = Folder.Share.Levels ?><option value="<?cs var:level.value ?>"<?cs if:level.current ?> selected<?cs /if ?>><?cs var:level.label ?></option><?cs /each ?></select></p>
<button class="button first" type="submit" name="act" value="share"><?cs var:L.share.add ?></button>
</form></section><?cs /if ?>
<?cs if:Folder.may_destroy ?><form class="panel" method="post" action="/folder"><?cs call:csrf() ?><?cs call:hidden("folder", Folder.name) ?>
<h2><?cs var:L.folders.delete ?></h2>
<p class="do"><?cs if:Folder.may_discard ?><button class="button" type="submit" name="act" value="discard"><?cs var:L.one.discard ?></button> <?cs /if ?><button class="button danger" type="submit" name="act" value="destroy"><?cs var:L.act.purge ?></button></p>
</form><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

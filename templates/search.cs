<?cs #
GET /search: the form (Form.folder is there), or the result (Seek.in is there).

Form.q         what stands in the field of words
Form.folder    raw name of the folder that it was asked from; Form.label: its label
Form.in        here below subscribed all
Fields of GET /search: q, from, to, subject, text, list, tag, after, before, larger, attachment, unread,
flagged, in, folder; and refine (more words).

Seek.title     the query or the saved name; absent: every message       Seek.q
Seek.in        all subscribed below    Seek.folder   raw name    Seek.where   "everywhere"
Seek.state     "Searching…"            Seek.since    "back to 3 March 2024"; absent mostly
Seek.looked    "12 of 40 folders, 1,234 of 70,000 messages"      Seek.percent   number 0 to 100
Seek.running   Seek.stopped            flags; neither: it is done
Seek.total  Seek.range  Seek.url_prev  Seek.url_next  Seek.ticked  Seek.ticked_text   as Listing.*
Seek.moved     flag: some of what was found has been taken elsewhere from here
Seek.notice    one sentence            Seek.Troubles.N.text   a folder that was left out
Seek.again_url the same from the beginning
Seek.unknown   instead of a result: the folder of dans: is not there
Seek.All.*     as Listing.All
Seek.saved     the name, if it is a saved search                 Seek.filter_url   absent: no filter does it
Groups.N.Rows.M as in listing.cs, with folder (its label); uid is a text of the selection
Targets.N, Tags.N  as in listing.cs

POST /search: csrf, q, in, folder, page, saved, and act = stop continue save (name) rename (name) forget.
POST /act: csrf, across, back, uid (repeats), ticked, or all and mark; to, tag, and turn or act.
?>
<?cs include:"macros.cs" ?><?cs if:Form.folder ?><?cs set:Layout.class = "app form-page" ?><?cs else ?><?cs set:Layout.class = "app list-page" ?><?cs /if ?><?cs include:"top.cs" ?><?cs include:"rows.cs" ?><?cs
def:seek_query() ?><?cs call:hidden("q", Seek.q) ?><?cs call:hidden("in", Seek.in) ?><?cs call:hidden("folder", Seek.folder) ?><?cs /def ?><?cs
def:seek_place() ?><?cs call:seek_query() ?><?cs if:Seek.saved ?><?cs call:hidden("saved", Seek.saved) ?><?cs /if ?><?cs /def ?><?cs
def:text_field(field_name, field_label, field_hint) ?><p class="field"><label for="<?cs var:field_name ?>"><?cs var:field_label ?></label> <input id="<?cs var:field_name ?>" name="<?cs var:field_name ?>" type="text" maxlength="300" autocomplete="off"<?cs if:field_hint ?> aria-describedby="<?cs var:field_name ?>-hint"<?cs /if ?>><?cs if:field_hint ?> <small id="<?cs var:field_name ?>-hint"><?cs var:field_hint ?></small><?cs /if ?></p>
<?cs /def ?>
<?cs if:Form.folder ?><main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<form action="/search" role="search" aria-label="<?cs var:L.search.form_title ?>"><?cs call:hidden("folder", Form.folder) ?>
<fieldset class="panel"><legend><?cs var:L.search.what ?></legend>
<p class="field"><label for="words"><?cs var:L.search.words ?></label> <input id="words" name="q" type="text" maxlength="500" autocomplete="off" value="<?cs var:Form.q ?>" aria-describedby="words-hint"> <small id="words-hint"><?cs var:L.search.words_hint ?></small></p>
<?cs call:text_field("from", L.list.from, "") ?><?cs call:text_field("to", L.list.to, "") ?><?cs call:text_field("subject", L.list.subject, "") ?><?cs call:text_field("text", L.search.text, L.search.text_hint) ?><?cs call:text_field("list", L.search.list, "") ?><?cs call:text_field("tag", L.search.tag, "") ?>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.search.when ?></legend>
<p class="field"><label for="after"><?cs var:L.search.after ?></label> <input id="after" name="after" type="date"></p>
<p class="field"><label for="before"><?cs var:L.search.before ?></label> <input id="before" name="before" type="date"></p>
<p class="field"><label for="larger"><?cs var:L.search.larger ?></label> <select id="larger" name="larger"><option value=""><?cs var:L.search.any_size ?></option><option value="100k"><?cs var:L.search.size_100k ?></option><option value="1M"><?cs var:L.search.size_1m ?></option><option value="5M"><?cs var:L.search.size_5m ?></option><option value="20M"><?cs var:L.search.size_20m ?></option></select></p>
<p class="tick"><input type="checkbox" id="attachment" name="attachment" value="1"><label for="attachment"><?cs var:L.search.attachment ?></label></p>
<p class="tick"><input type="checkbox" id="unread" name="unread" value="1"><label for="unread"><?cs var:L.list.unread_only ?></label></p>
<p class="tick"><input type="checkbox" id="flagged" name="flagged" value="1"><label for="flagged"><?cs var:L.list.flagged_only ?></label></p>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.search.where ?></legend>
<p class="field"><label for="in"><?cs var:L.search.where_in ?></label> <select id="in" name="in"><?cs call:option("here", Form.label, Form.in) ?><?cs call:option("below", L.search.below, Form.in) ?><?cs call:option("subscribed", L.search.subscribed, Form.in) ?><?cs call:option("all", L.search.all, Form.in) ?></select></p>
</fieldset>
<p class="do"><button class="button first" type="submit"><?cs var:L.search.go ?></button></p>
</form>
</div></main>
<?cs else ?><main id="main" tabindex="-1">
<section class="list" aria-labelledby="list-title">
<?cs call:jobs() ?>
<div id="seek"<?cs if:Seek.running ?> data-running="1"<?cs /if ?>>
<div class="bar"><h1 id="list-title"><?cs if:Seek.title ?><bdi><?cs var:Seek.title ?></bdi><?cs else ?><?cs var:L.search.everything ?><?cs /if ?><?cs if:Seek.total ?> <span>· <?cs var:Seek.total ?></span><?cs /if ?></h1>
<details class="menu"><summary><?cs var:L.search.tools ?></summary><div class="tools">
<?cs if:User.public || User.reading ?><?cs elif:Seek.saved ?><form class="move" method="post" action="/search"><?cs call:csrf() ?><?cs call:seek_place() ?><label><?cs var:L.search.new_name ?> <input name="name" type="text" required maxlength="100" value="<?cs var:Seek.saved ?>"></label>
<button class="button" type="submit" name="act" value="rename"><?cs var:L.search.rename ?></button> <button class="button danger" type="submit" name="act" value="forget" formnovalidate><?cs var:L.search.forget ?></button></form>
<?cs else ?><form class="move" method="post" action="/search"><?cs call:csrf() ?><?cs call:seek_place() ?><label><?cs var:L.search.save_as ?> <input name="name" type="text" required maxlength="100" autocomplete="off"></label>
<button class="button" type="submit" name="act" value="save"><?cs var:L.search.save ?></button></form>
<?cs /if ?><?cs if:!Seek.unknown && (subcount(Groups) > #0 || Seek.running || Seek.stopped) ?><form class="move" action="/search" role="search" aria-label="<?cs var:L.search.refine ?>"><?cs call:seek_query() ?><label><?cs var:L.search.refine ?> <input id="refine" name="refine" type="search" required maxlength="300" autocomplete="off"></label>
<button class="button" type="submit"><?cs var:L.search.refine_go ?></button></form>
<?cs /if ?><?cs call:line(Seek.again_url, "search", L.search.again) ?>
<?cs if:!User.public ?><?cs call:line(Seek.filter_url, "archive", L.search.filter) ?><?cs /if ?>
<?cs call:line(Search.more_url, "only", L.search.more) ?>
</div></details></div>
<?cs if:Seek.unknown ?><p class="strip"><?cs var:Seek.unknown ?></p>
<?cs else ?><div class="strip seeking"><p id="seek-state"><span><?cs var:Seek.where ?><?cs if:Lang == "fr" ?> <?cs /if ?>: <b><?cs var:Seek.state ?></b></span><?cs if:Seek.since ?> · <?cs var:Seek.since ?><?cs /if ?> · <?cs var:Seek.looked ?></p><?cs if:Seek.running ?><?cs call:progress(Seek.percent, L.search.progress) ?><?cs /if ?>
<?cs if:Seek.running ?><form class="choices" method="post" action="/search"><?cs call:csrf() ?><?cs call:seek_place() ?><a class="button update" href="<?cs var:Page.url ?>"><?cs var:L.search.update ?></a> <button class="button" type="submit" name="act" value="stop"><?cs var:L.search.stop ?></button></form>
<?cs elif:Seek.stopped ?><form class="choices" method="post" action="/search"><?cs call:csrf() ?><?cs call:seek_place() ?><button class="button" type="submit" name="act" value="continue"><?cs var:L.search.continue ?></button></form>
<?cs /if ?></div>
<?cs each:trouble = Seek.Troubles ?><p class="strip doubt"><?cs call:icon("doubt") ?> <span><?cs var:trouble.text ?></span></p>
<?cs /each ?><?cs if:Seek.notice ?><p class="strip"><?cs var:Seek.notice ?></p><?cs /if ?>
<?cs /if ?></div>
<?cs if:subcount(Groups) > #0 ?><?cs if:User.reading ?><div id="ticks"><?cs else ?><form method="post" action="/act" id="ticks">
<?cs call:csrf() ?><?cs call:hidden("across", "1") ?><?cs call:hidden("back", Page.url) ?><?cs if:Seek.ticked ?><?cs call:hidden("ticked", Seek.ticked) ?><?cs /if ?><?cs call:all_fields(Seek.All) ?>
<?cs /if ?><div class="bar" id="list-bar"><span class="range wide"><?cs var:Seek.range ?></span>
<?cs call:turn_icons(Seek) ?></div>
<?cs if:!User.reading ?><div class="bar acts" role="group" aria-label="<?cs var:L.list.actions ?>">
<?cs call:act("read", "read", L.act.read) ?>
<?cs call:act("unread", "unread", L.act.unread) ?>
<?cs call:act("flag", "star", L.act.flag) ?>
<?cs call:act("archive", "archive", L.act.archive) ?>
<?cs call:act("junk", "junk", L.act.junk) ?>
<?cs call:act("delete", "trash", L.act.delete) ?>
<details class="menu"><summary><?cs var:L.act.more ?></summary><div>
<?cs if:subcount(Targets) > #0 ?><?cs call:move_to("") ?><?cs /if ?>
<?cs if:subcount(Tags) > #0 ?><?cs call:tag_as() ?><?cs /if ?>
<?cs call:act_line("unflag", "star", L.act.unflag) ?>
<?cs call:line(Seek.All.url, "read", Seek.All.label) ?>
</div></details>
</div>
<?cs /if ?><?cs call:all_strip(Seek.All) ?>
<?cs if:Seek.ticked_text ?><p class="strip" id="elsewhere"><?cs var:Seek.ticked_text ?></p><?cs /if ?>
<?cs call:list_rows("", Seek.All.chosen) ?><?cs call:turns(Seek) ?>
<?cs if:User.reading ?></div><?cs else ?></form><?cs /if ?>
<?cs elif:!Seek.unknown ?><div class="empty"><?cs if:Seek.running || Seek.stopped ?><p><?cs var:L.search.nothing_yet ?></p><?cs elif:Seek.moved ?><p><?cs var:L.search.moved ?></p><p><?cs var:L.search.moved_hint ?></p><?cs else ?><p><?cs var:L.list.empty_search ?></p><p><?cs var:L.search.empty_hint ?></p><?cs /if ?></div>
<?cs /if ?></section>
</main><?cs /if ?>
<?cs include:"bottom.cs" ?>

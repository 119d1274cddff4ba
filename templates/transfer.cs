<?cs #
GET /transfer: import and export.

State.*           how the last import went or goes; absent: none is kept.
State.text        "9 998 messages importés, 2 refusés (lus dans le fichier : 10 000)."; State.file: the
                  file's name, may be absent; State.id, .job_url: as a job
State.folder, .url  where to, if that is known; State.percent; State.when; flag running
State.error       why it ended before the end; State.remedy; mostly absent
State.Refused.N, .more  see macros.cs
Choices.N         name (raw), label, flag current: folders that hold messages
Chosen.text       "3 messages choisis dans …": what was ticked, with Chosen.Fields.N (name, value)
                  that say which; absent: none
Transfer.limit    "2 Go au plus"; Transfer.limit_bytes
Fields of POST /import: csrf, folder, name, flat, skip, file (last: what follows it is not read).
Query of GET /export: folder ("" for all), form = mbox | eml, or Chosen.Fields and form; of GET
/journey: folder and newest, or Chosen.Fields.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<?cs if:State.text ?><section class="panel" id="last" aria-labelledby="last-title">
<h2 id="last-title"><?cs if:State.running ?><?cs var:L.transfer.running ?><?cs else ?><?cs var:L.transfer.last ?><?cs /if ?></h2>
<p><?cs if:State.file ?><q><?cs var:State.file ?></q><?cs /if ?><?cs if:State.folder ?> → <a href="<?cs var:State.url ?>"><bdi><?cs var:State.folder ?></bdi></a><?cs /if ?><?cs if:State.when ?> · <?cs var:State.when ?><?cs /if ?></p>
<?cs if:State.running ?><div class="jobs" data-job="<?cs var:State.id ?>"><?cs call:progress(State.percent, L.job.bar) ?> <span><?cs var:State.text ?></span></div>
<p><a class="button" href="<?cs var:State.job_url ?>"><?cs var:L.transfer.look ?></a></p>
<?cs else ?><p><?cs var:State.text ?></p><?cs /if ?>
<?cs if:State.error ?><p class="error" role="alert"><?cs var:State.error ?></p><p><?cs var:State.remedy ?></p><?cs /if ?>
<?cs if:subcount(State.Refused) > #0 ?><h3><?cs var:L.transfer.refused_title ?></h3>
<?cs call:refused(State.Refused) ?><?cs /if ?><?cs if:State.more ?><p><a href="<?cs var:State.job_url ?>"><?cs var:State.more ?></a></p><?cs /if ?>
</section><?cs /if ?>
<form class="panel" method="post" action="/import" enctype="multipart/form-data" id="import" data-limit="<?cs var:Transfer.limit_bytes ?>" data-too-large="<?cs var:Transfer.limit ?>" data-sending="<?cs var:L.transfer.sending ?>" data-failed="<?cs var:L.transfer.end_upload ?>" data-drop="<?cs var:L.transfer.drop ?>" data-stop="<?cs var:L.job.cancel ?>"><?cs call:csrf() ?>
<h2><?cs var:L.transfer.import ?></h2>
<p><?cs var:L.transfer.import_hint ?></p>
<p class="field"><label for="folder"><?cs var:L.transfer.into ?></label> <select id="folder" name="folder"><?cs each:one = Choices ?><option value="<?cs var:one.name ?>"<?cs if:one.current ?> selected<?cs /if ?>><?cs var:one.label ?></option><?cs /each ?><option value=""><?cs var:L.transfer.top ?></option></select></p>
<p class="field"><label for="name"><?cs var:L.transfer.new ?></label> <input id="name" name="name" type="text" maxlength="200" aria-describedby="name-hint"> <small id="name-hint"><?cs var:L.transfer.new_hint ?></small></p>
<p class="tick"><input type="checkbox" id="skip" name="skip" value="1" checked aria-describedby="skip-hint"><label for="skip"><?cs var:L.transfer.skip ?></label> <small id="skip-hint"><?cs var:L.transfer.skip_hint ?></small></p>
<p class="tick"><input type="checkbox" id="flat" name="flat" value="1"><label for="flat"><?cs var:L.transfer.flat ?></label></p>
<p class="field"><label for="file"><?cs var:L.transfer.file ?></label> <input id="file" name="file" type="file" multiple required accept=".mbox,.mbx,.eml,.zip,.tar,.tgz,.gz,.bz2,message/rfc822,application/mbox" aria-describedby="file-hint"> <small id="file-hint"><?cs var:Transfer.limit ?></small></p>
<p class="do"><button class="button first" type="submit"><?cs var:L.transfer.import_do ?></button></p>
</form>
<form class="panel" method="get" action="/export" id="export">
<h2><?cs var:L.transfer.export ?></h2>
<p><?cs var:L.transfer.export_hint ?></p>
<?cs if:Chosen.text ?><p><b><?cs var:Chosen.text ?></b> <a href="/transfer"><?cs var:L.transfer.whole ?></a></p><?cs each:field = Chosen.Fields ?><?cs call:hidden(field.name, field.value) ?><?cs /each ?>
<?cs else ?><p class="field"><label for="from"><?cs var:L.transfer.from ?></label> <select id="from" name="folder"><option value=""><?cs var:L.transfer.all ?></option><?cs each:one = Choices ?><option value="<?cs var:one.name ?>"<?cs if:one.current ?> selected<?cs /if ?>><?cs var:one.label ?></option><?cs /each ?></select></p><?cs /if ?>
<p class="field"><label for="form"><?cs var:L.transfer.form ?></label> <select id="form" name="form"><option value="mbox"><?cs var:L.transfer.mbox ?></option><option value="eml"><?cs var:L.transfer.eml ?></option></select></p>
<p class="do"><button class="button first" type="submit"><?cs var:L.transfer.export_do ?></button></p>
</form>
<form class="panel" method="get" action="/journey" id="journey">
<h2><?cs var:L.transfer.journey ?></h2>
<p><?cs var:L.transfer.journey_hint ?></p>
<?cs if:Chosen.text ?><p><b><?cs var:Chosen.text ?></b></p><?cs each:field = Chosen.Fields ?><?cs call:hidden(field.name, field.value) ?><?cs /each ?>
<?cs else ?><p class="field"><label for="of"><?cs var:L.transfer.from ?></label> <select id="of" name="folder"><?cs each:one = Choices ?><option value="<?cs var:one.name ?>"<?cs if:one.current ?> selected<?cs /if ?>><?cs var:one.label ?></option><?cs /each ?></select></p>
<p class="field"><label for="newest"><?cs var:L.transfer.newest ?></label> <select id="newest" name="newest"><option value="20">20</option><option value="50" selected>50</option><option value="100">100</option><option value="200">200</option></select></p><?cs /if ?>
<p class="do"><button class="button first" type="submit"><?cs var:L.transfer.journey_do ?></button></p>
</form>
</div></main>
<script type="module" src="/static/transfer.js?v=<?cs var:Version ?>"></script>
<?cs include:"bottom.cs" ?>

<?cs #
GET /job?id=…: one long work.

Job.id  Job.title     "Déplacement de messages de « Réception » vers « Archives »"
Job.progress          "12 500 sur 20 412 · encore 2 minutes", or how it has ended
Job.percent           0 to 100
Job.result            what has come of it, in a sentence; absent while it runs, or if nothing has
Job.gone              "12 messages n'étaient plus là"; absent: none
Job.date              when it was begun
Job.undone_url        the job that undoes it; absent: none
Job.back_url          its folder
Job.remedy            what to do about it; mostly absent
Job.file, .Refused.N  of an import: the file's name; see macros.cs
Job.way, Job.way_url  what helps now, such as another order of the list; absent: nothing
flags: runs cancellable continuable undoable; sends: only while its tab is open
Job.range             "501–1 000", where not all of them are here; prev_url, next_url: the others
Failure.*             why it stopped; absent: it did not
POST /job: csrf, id, act = cancel continue undo.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs if:Job.runs ?><?cs set:Layout.again = "3" ?><?cs /if ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Job.title ?></h1>
<?cs if:Job.file ?><p><q><?cs var:Job.file ?></q></p>
<?cs /if ?><div class="jobs"<?cs if:Job.runs ?> data-job="<?cs var:Job.id ?>"<?cs /if ?>><?cs if:Job.runs ?><?cs call:progress(Job.percent, L.job.bar) ?> <?cs /if ?><span id="job-state"><?cs var:Job.progress ?></span></div>
<?cs if:Job.result ?><p><?cs var:Job.result ?></p><?cs /if ?>
<?cs if:Job.remedy ?><p><?cs var:Job.remedy ?></p><?cs /if ?>
<?cs if:Job.gone ?><p><?cs var:Job.gone ?></p><?cs /if ?>
<?cs if:Job.way ?><p class="do"><a class="button" href="<?cs var:Job.way_url ?>"><?cs var:Job.way ?></a></p><?cs /if ?>
<?cs if:Failure.cause ?><div class="error"><?cs call:failure() ?></div><?cs /if ?>
<?cs if:Job.undone_url ?><p><a href="<?cs var:Job.undone_url ?>"><?cs var:L.job.undone ?></a></p><?cs /if ?>
<?cs if:Job.runs && Job.cancellable ?><p><?cs if:Job.sends ?><?cs var:L.transfer.leave ?><?cs else ?><?cs var:L.job.leave ?><?cs /if ?></p><?cs /if ?>
<p class="detail"><?cs var:L.job.begun ?> <?cs var:Job.date ?></p>
<?cs if:Job.undoable || Job.continuable || Job.cancellable ?><form class="do" method="post" action="/job"><?cs call:csrf() ?><?cs call:hidden("id", Job.id) ?>
<?cs if:Job.undoable ?><button class="button" type="submit" name="act" value="undo"><?cs var:L.act.undo ?></button> <?cs /if ?><?cs if:Job.continuable ?><button class="button first" type="submit" name="act" value="continue"><?cs var:L.job.continue ?></button> <?cs /if ?><?cs if:Job.cancellable ?><button class="button" type="submit" name="act" value="cancel"><?cs var:L.job.cancel ?></button><?cs /if ?>
</form><?cs /if ?>
<p class="do"><a class="button" href="<?cs var:Job.back_url ?>"><?cs var:L.job.back ?></a> <a class="button" href="/jobs"><?cs var:L.nav.jobs ?></a></p>
<?cs if:subcount(Job.Refused) > #0 ?><section class="panel"><h2 id="refused"><?cs var:L.transfer.refused_title ?></h2>
<?cs call:refused(Job.Refused) ?><?cs if:Job.range ?><p class="turns"><?cs if:Job.prev_url ?><a class="button" href="<?cs var:Job.prev_url ?>"><?cs call:icon("left") ?><?cs var:L.list.previous ?></a><?cs /if ?> <span class="range"><?cs var:Job.range ?></span> <?cs if:Job.next_url ?><a class="button" href="<?cs var:Job.next_url ?>"><?cs var:L.list.next ?><?cs call:icon("right") ?></a><?cs /if ?></p><?cs /if ?></section>
<?cs /if ?></div></main>
<?cs include:"bottom.cs" ?>

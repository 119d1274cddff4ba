<?cs #
GET and POST /vacation: the reply that goes out while its writer is away.

Vacation.version first last (days, "2026-12-24") days subject text addresses   as the form says them;
                 flag on
Vacation.error   one sentence over the form
Failure          as in failure.cs, if the server cannot be reached: the form is kept
Fields: csrf, version, on, first, last, days, subject, text, addresses.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<p class="do"><a class="button" href="/filters"><?cs call:icon("left") ?><?cs var:L.filter.back ?></a></p>
<h1><?cs var:Page.title ?></h1><?cs call:until() ?>
<?cs if:Vacation.error ?><p class="error panel" role="alert"><?cs var:Vacation.error ?></p><?cs /if ?>
<?cs if:Failure.cause ?><div class="strip doubt" role="alert"><div><?cs call:failure() ?></div></div><?cs /if ?>
<form method="post" action="/vacation"><?cs call:csrf() ?><?cs call:hidden("version", Vacation.version) ?>
<fieldset class="panel"><legend><?cs var:L.vacation.when ?></legend>
<p class="tick"><input type="checkbox" id="on" name="on" value="1"<?cs if:Vacation.on ?> checked<?cs /if ?>><label for="on"><?cs var:L.vacation.on ?></label></p>
<p class="field"><label for="first"><?cs var:L.vacation.first ?></label> <input id="first" name="first" type="date" value="<?cs var:Vacation.first ?>"></p>
<p class="field"><label for="last"><?cs var:L.vacation.last ?></label> <input id="last" name="last" type="date" value="<?cs var:Vacation.last ?>" aria-describedby="last-hint"> <small id="last-hint"><?cs var:L.vacation.last_hint ?></small></p>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.vacation.what ?></legend>
<p class="field"><label for="subject"><?cs var:L.vacation.subject ?></label> <input id="subject" name="subject" type="text" maxlength="200" value="<?cs var:Vacation.subject ?>" aria-describedby="subject-hint"> <small id="subject-hint"><?cs var:L.vacation.subject_hint ?></small></p>
<p class="field"><label for="text"><?cs var:L.vacation.text ?></label> <textarea id="text" name="text" rows="8" maxlength="4000">
<?cs var:Vacation.text ?></textarea></p>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.vacation.whom ?></legend>
<p class="field"><label for="addresses"><?cs var:L.vacation.addresses ?></label> <input id="addresses" name="addresses" type="text" maxlength="3300" value="<?cs var:Vacation.addresses ?>" aria-describedby="addresses-hint"> <small id="addresses-hint"><?cs var:L.vacation.addresses_hint ?></small></p>
<p class="field"><label for="days"><?cs var:L.vacation.days ?></label> <input id="days" name="days" type="number" min="1" max="30" value="<?cs var:Vacation.days ?>" aria-describedby="days-hint"> <small id="days-hint"><?cs var:L.vacation.days_hint ?></small></p>
</fieldset>
<p class="do"><button class="button first" type="submit"><?cs var:L.filter.save ?></button> <a class="button" href="/filters"><?cs var:L.filter.cancel ?></a></p>
</form>
</div></main>
<?cs include:"bottom.cs" ?>

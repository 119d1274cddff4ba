<?cs #
GET and POST /filters/edit: one rule.

Filter.rule version name mode place folder folder_new redirect reason tags send_copy   as the form
                 says them; flags on read flag stop
Filter.error     one sentence over the form; error_url: where below it is said what is wrong (mostly
                 absent): one of name_error, action_error, an error of Conditions
Filter.theirs    the rule as somebody else has saved it meanwhile; mostly absent
Filter.displaces another program's script that would not run any more; mostly absent
Filter.marks     flag: rules may mark and tag    Filter.reasons: flag, a refusal says why
Filter.forwarding  flag: rules may send on        Filter.full: flag, no more conditions fit
Filter.several   flag: more than one condition
Conditions.N     number (from 1), index, field, header, test, value, error
Copies.N         number (from 1), folder (raw, or empty); Filter.copies_full: flag, no more fit
Targets.N        name (raw), label: folders
Preview.text     what the rule would have done to the last messages; absent before the button
Preview.taken    how many of them go elsewhere before
Samples.N        from, subject, date, url, winner (the rule that takes it instead; may be absent)
Failure          as in failure.cs, if the server cannot be reached: the form is kept
Fields: csrf, rule, version, name, mode, field header test value (one each a condition), place…, copy
(repeats), act = add, remove.INDEX, copy (one more), edit (shows it as it was), preview, save.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?><?cs
def:place(place_value, place_label) ?><input type="radio" id="place-<?cs var:place_value ?>" name="place" value="<?cs var:place_value ?>"<?cs if:Filter.place == place_value ?> checked<?cs /if ?>><label for="place-<?cs var:place_value ?>"><?cs var:place_label ?></label><?cs /def ?><?cs
def:tick(tick_name, tick_label, tick_on) ?><p class="tick"><input type="checkbox" id="<?cs var:tick_name ?>" name="<?cs var:tick_name ?>" value="1"<?cs if:tick_on ?> checked<?cs /if ?>><label for="<?cs var:tick_name ?>"><?cs var:tick_label ?></label></p><?cs /def ?>
<main id="main" tabindex="-1"><div class="page">
<p class="do"><a class="button" href="/filters"><?cs call:icon("left") ?><?cs var:L.filter.back ?></a></p>
<h1><?cs var:Page.title ?></h1><?cs call:until() ?>
<?cs if:Filter.error ?><p class="error panel" role="alert"><?cs if:Filter.error_url ?><a href="<?cs var:Filter.error_url ?>"><?cs var:Filter.error ?></a><?cs else ?><?cs var:Filter.error ?><?cs /if ?></p><?cs /if ?>
<?cs if:Filter.theirs ?><p class="strip"><span><?cs var:L.filter.theirs ?> <bdi><?cs var:Filter.theirs ?></bdi></span></p><?cs /if ?>
<?cs if:Failure.cause ?><div class="strip doubt" role="alert"><div><?cs call:failure() ?></div></div><?cs /if ?>
<form method="post" action="/filters/edit"><?cs call:csrf() ?><?cs call:hidden("rule", Filter.rule) ?><?cs call:hidden("version", Filter.version) ?><?cs if:Filter.on ?><?cs call:hidden("on", "1") ?><?cs /if ?><?cs # Enter in a field presses the first button of a form
?><button class="vh" type="submit" name="act" value="preview" formaction="/filters/edit#preview" tabindex="-1"><?cs var:L.filter.try ?></button>
<fieldset class="panel"><legend><?cs var:L.filter.if ?></legend>
<p class="field"><label class="vh" for="mode"><?cs var:L.filter.mode ?></label> <select id="mode" name="mode"><?cs call:option("all", L.filter.mode_all, Filter.mode) ?><?cs call:option("any", L.filter.mode_any, Filter.mode) ?><?cs call:option("every", L.filter.mode_every, Filter.mode) ?></select></p>
<?cs each:one = Conditions ?><fieldset class="condition"><legend class="vh"><?cs var:L.filter.condition ?> <?cs var:one.number ?></legend>
<label><span class="vh"><?cs var:L.filter.look_at ?></span> <select id="condition-<?cs var:one.index ?>" name="field"<?cs if:one.error ?> aria-invalid="true"<?cs /if ?>><?cs call:option("from", L.filter.field.from, one.field) ?><?cs call:option("to", L.filter.field.to, one.field) ?><?cs call:option("subject", L.filter.field.subject, one.field) ?><?cs call:option("list", L.filter.field.list, one.field) ?><?cs call:option("size", L.filter.field.size, one.field) ?><?cs call:option("attachment", L.filter.field.attachment, one.field) ?><?cs call:option("header", L.filter.field.header, one.field) ?></select></label>
<label class="header"><span class="vh"><?cs var:L.filter.header ?></span> <input name="header" type="text" maxlength="76" placeholder="X-Spam-Flag" value="<?cs var:one.header ?>"></label>
<label><span class="vh"><?cs var:L.filter.how ?></span> <select name="test"><optgroup class="texts" label="<?cs var:L.filter.texts ?>"><?cs call:option("contains", L.filter.test.contains, one.test) ?><?cs call:option("not-contains", L.filter.test.not_contains, one.test) ?><?cs call:option("is", L.filter.test.is, one.test) ?><?cs call:option("not-is", L.filter.test.not_is, one.test) ?><?cs call:option("begins", L.filter.test.begins, one.test) ?><?cs call:option("not-begins", L.filter.test.not_begins, one.test) ?><?cs call:option("matches", L.filter.test.matches, one.test) ?><?cs call:option("not-matches", L.filter.test.not_matches, one.test) ?><?cs call:option("regex", L.filter.test.regex, one.test) ?><?cs call:option("not-regex", L.filter.test.not_regex, one.test) ?></optgroup><optgroup class="sizes" label="<?cs var:L.filter.field.size ?>"><?cs call:option("over", L.filter.test.over, one.test) ?><?cs call:option("not-over", L.filter.test.not_over, one.test) ?><?cs call:option("under", L.filter.test.under, one.test) ?><?cs call:option("not-under", L.filter.test.not_under, one.test) ?></optgroup><optgroup class="parts" label="<?cs var:L.filter.field.attachment ?>"><?cs call:option("present", L.filter.test.present, one.test) ?><?cs call:option("not-present", L.filter.test.absent, one.test) ?></optgroup></select></label>
<label class="value"><span class="vh"><?cs var:L.filter.value ?></span> <input name="value" type="text" maxlength="500" value="<?cs var:one.value ?>"<?cs if:one.error ?> aria-invalid="true" aria-describedby="condition-<?cs var:one.index ?>-error"<?cs /if ?>></label>
<?cs if:Filter.several ?><button class="quiet" type="submit" name="act" value="remove.<?cs var:one.index ?>"><?cs call:icon("cross") ?><span class="vh"><?cs var:L.filter.remove ?> <?cs var:one.number ?></span></button><?cs /if ?>
<?cs if:one.error ?><p class="error" id="condition-<?cs var:one.index ?>-error"><?cs var:one.error ?></p><?cs /if ?></fieldset>
<?cs /each ?><p class="do"><?cs if:!Filter.full ?><button class="button" type="submit" name="act" value="add" formaction="/filters/edit#condition-<?cs var:subcount(Conditions) ?>"><?cs var:L.filter.add ?></button><?cs /if ?></p>
<details class="help"><summary><?cs var:L.filter.help ?></summary><p><?cs var:L.filter.help_text ?></p><p><?cs var:L.filter.help_matches ?></p><p><?cs var:L.filter.help_regex ?></p><p><?cs var:L.filter.help_size ?></p></details>
</fieldset>
<fieldset class="panel"><legend><?cs var:L.filter.then ?></legend>
<?cs if:Filter.action_error ?><p class="error" id="action-error"><?cs var:Filter.action_error ?></p><?cs /if ?>
<p class="goes"><?cs call:place("move", L.filter.place.move) ?> <span><select name="folder" aria-label="<?cs var:L.filter.folder ?>"><option value=""><?cs var:L.filter.choose ?></option><?cs each:target = Targets ?><?cs call:option(target.name, target.label, Filter.folder) ?><?cs /each ?></select> <label><?cs var:L.filter.folder_new ?> <input name="folder_new" type="text" maxlength="200" value="<?cs var:Filter.folder_new ?>"></label></span></p>
<p class="goes"><?cs call:place("keep", L.filter.place.keep) ?></p>
<p class="goes"><?cs call:place("none", L.filter.place.none) ?></p>
<?cs if:Filter.forwarding ?><p class="goes"><?cs call:place("redirect", L.filter.place.redirect) ?> <span><input name="redirect" type="text" inputmode="email" maxlength="320" aria-label="<?cs var:L.filter.address ?>" value="<?cs var:Filter.redirect ?>"></span></p><?cs /if ?>
<p class="goes"><?cs if:Filter.reasons ?><?cs call:place("reject", L.filter.place.reject) ?> <span><textarea name="reason" rows="3" maxlength="1000" aria-label="<?cs var:L.filter.reason ?>">
<?cs var:Filter.reason ?></textarea></span><?cs else ?><?cs call:place("reject", L.filter.place.reject_plain) ?><?cs if:Filter.reason ?><?cs call:hidden("reason", Filter.reason) ?><?cs else ?><?cs call:hidden("reason", L.filter.rejected) ?><?cs /if ?><?cs /if ?></p>
<p class="goes"><?cs call:place("delete", L.filter.place.delete) ?></p>
<p class="do"><b><?cs var:L.filter.besides ?></b></p>
<?cs if:Filter.marks ?><?cs call:tick("read", L.act.read, Filter.read) ?><?cs call:tick("flag", L.act.flag, Filter.flag) ?>
<?cs /if ?><?cs each:one = Copies ?><p class="field"><label for="copy-<?cs var:one.number ?>"><?cs var:L.filter.copy ?><?cs if:one.number != #1 ?><span class="vh"> <?cs var:one.number ?></span><?cs /if ?></label> <select id="copy-<?cs var:one.number ?>" name="copy"><option value=""><?cs var:L.filter.no_copy ?></option><?cs each:target = Targets ?><?cs call:option(target.name, target.label, one.folder) ?><?cs /each ?></select></p>
<?cs /each ?><?cs if:!Filter.copies_full ?><p class="do"><button class="button" type="submit" name="act" value="copy" formaction="/filters/edit#copy-<?cs var:subcount(Copies) + #1 ?>"><?cs var:L.filter.copy_more ?></button></p>
<?cs /if ?>
<?cs if:Filter.marks ?><p class="field"><label for="tags"><?cs var:L.filter.tags ?></label> <input id="tags" name="tags" type="text" maxlength="820" value="<?cs var:Filter.tags ?>"></p>
<?cs /if ?><?cs if:Filter.forwarding ?><p class="field"><label for="send_copy"><?cs var:L.filter.send_copy ?></label> <input id="send_copy" name="send_copy" type="text" inputmode="email" maxlength="2600" value="<?cs var:Filter.send_copy ?>"></p><?cs else ?><p><?cs var:L.filter.no_forwarding ?></p><?cs /if ?>
<?cs call:tick("stop", L.filter.stop, Filter.stop) ?>
<?cs if:!Filter.marks ?><p><small><?cs var:L.filter.no_marks ?></small></p>
<?cs /if ?></fieldset>
<p class="field panel"><label for="name"><?cs var:L.filter.name ?></label> <input id="name" name="name" type="text" maxlength="200" value="<?cs var:Filter.name ?>" aria-describedby="name-hint<?cs if:Filter.name_error ?> name-error<?cs /if ?>"> <small id="name-hint"><?cs var:L.filter.name_hint ?></small></p>
<?cs call:error("name-error", Filter.name_error) ?>
<?cs if:Preview.text ?><section class="panel" id="preview" tabindex="-1" aria-labelledby="preview-title"><h2 id="preview-title"><?cs var:L.filter.preview_title ?></h2>
<p role="status"><b><?cs var:Preview.text ?></b><?cs if:Preview.taken ?> <?cs var:Preview.taken ?><?cs /if ?></p>
<?cs if:subcount(Samples) > #0 ?><ul class="samples"><?cs each:sample = Samples ?><li><a href="<?cs var:sample.url ?>"><bdi><?cs var:sample.subject ?></bdi></a> <small><bdi><?cs var:sample.from ?></bdi> · <?cs var:sample.date ?></small><?cs if:sample.winner ?> <small><?cs var:L.filter.won_by ?> <bdi><?cs var:sample.winner ?></bdi></small><?cs /if ?></li>
<?cs /each ?></ul><?cs /if ?></section><?cs /if ?>
<?cs if:Filter.displaces ?><p class="tick panel"><input type="checkbox" id="replace" name="replace" value="1"><label for="replace"><?cs var:L.filter.replace ?> <bdi><?cs var:Filter.displaces ?></bdi></label></p><?cs /if ?>
<p class="do"><button class="button first" type="submit" name="act" value="save"><?cs var:L.filter.save ?></button> <button class="button" type="submit" name="act" value="preview" formaction="/filters/edit#preview"><?cs var:L.filter.try ?></button> <a class="button" href="/filters"><?cs var:L.filter.cancel ?></a></p>
</form>
</div></main>
<?cs include:"bottom.cs" ?>

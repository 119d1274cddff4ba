<?cs # Small parts that several templates share. ?><?cs
def:icon(icon_name) ?><svg class="icon" aria-hidden="true"><use href="/static/icons.svg?v=<?cs var:Version ?>#<?cs var:icon_name ?>"/></svg><?cs /def ?><?cs
def:hidden(field, field_value) ?><input type="hidden" name="<?cs var:field ?>" value="<?cs var:field_value ?>"><?cs /def ?><?cs
def:csrf() ?><?cs call:hidden("csrf", Csrf) ?><?cs /def ?><?cs
# A button of POST /act that shows its icon; the text is for readers of another kind. ?><?cs
def:act(act_value, act_icon, act_label) ?><button class="quiet" type="submit" name="act" value="<?cs var:act_value ?>" title="<?cs var:act_label ?>"><?cs call:icon(act_icon) ?><span class="vh"><?cs var:act_label ?></span></button><?cs /def ?><?cs
def:act_line(act_value, act_icon, act_label) ?><button class="quiet" type="submit" name="act" value="<?cs var:act_value ?>"><?cs call:icon(act_icon) ?><span><?cs var:act_label ?></span></button><?cs /def ?><?cs
def:line(line_url, line_icon, line_label) ?><?cs if:line_url ?><a class="quiet" href="<?cs var:line_url ?>"><?cs call:icon(line_icon) ?><span><?cs var:line_label ?></span></a><?cs /if ?><?cs /def ?><?cs
def:folder(f) ?><li class="level<?cs var:f.level ?>"><?cs if:f.selectable ?><a href="<?cs var:f.url ?>"<?cs if:f.current ?> aria-current="page"<?cs /if ?>><?cs call:icon(f.icon) ?><span class="name" title="<?cs var:f.label ?>"><bdi><?cs var:f.label ?></bdi></span><?cs if:f.unread ?> <b><?cs var:f.unread ?><span class="vh"> <?cs var:L.nav.unread ?></span></b><?cs /if ?></a><?cs else ?><span class="parent"><?cs call:icon(f.icon) ?><span class="name" title="<?cs var:f.label ?>"><bdi><?cs var:f.label ?></bdi></span></span><?cs /if ?></li>
<?cs /def ?><?cs
def:move_to() ?><p class="move"><label><?cs var:L.act.move_to ?> <select name="to"><?cs each:target = Targets ?><option value="<?cs var:target.name ?>"><?cs var:target.label ?></option><?cs /each ?></select></label>
<button class="button" type="submit" name="act" value="move"><?cs var:L.act.move ?></button> <button class="button" type="submit" name="act" value="copy"><?cs var:L.act.copy ?></button></p><?cs /def ?><?cs
def:option(option_value, option_label, option_current) ?><option value="<?cs var:option_value ?>"<?cs if:option_value == option_current ?> selected<?cs /if ?>><?cs var:option_label ?></option><?cs /def ?><?cs
# Message.Charsets, Message.Again, Message.again_url: as in reading.cs ?><?cs
def:charset_form() ?><form class="charset" method="get" action="<?cs var:Message.again_url ?>"><?cs each:field = Message.Again ?><?cs call:hidden(field.name, field.value) ?><?cs /each ?><label><?cs var:L.message.charset ?> <select name="charset"><option value=""><?cs var:L.charset.auto ?></option><?cs each:charset = Message.Charsets ?><option value="<?cs var:charset.value ?>"<?cs if:charset.chosen ?> selected<?cs /if ?>><?cs var:charset.label ?></option><?cs /each ?></select></label>
<button class="button" type="submit"><?cs var:L.message.charset_go ?></button></form><?cs /def ?><?cs
def:people(people_label, people_list) ?><?cs if:subcount(people_list) > #0 ?><dt><?cs var:people_label ?></dt><dd><?cs each:one = people_list ?><?cs if:one.url ?><a href="<?cs var:one.url ?>"><?cs /if ?><bdi><?cs var:one.name ?></bdi><?cs if:one.address ?> <bdi>&lt;<?cs var:one.address ?>&gt;</bdi><?cs /if ?><?cs if:one.url ?></a><?cs /if ?><?cs if:!last(one) ?>, <?cs /if ?><?cs /each ?></dd><?cs /if ?><?cs /def ?><?cs
def:cards(card_list) ?><?cs each:card = card_list ?><section class="card<?cs if:card.warning ?> warned<?cs /if ?>"><p class="kind"><?cs call:icon(card.icon) ?><span><?cs var:card.title ?></span></p>
<h2><?cs if:card.url ?><a href="<?cs var:card.url ?>"><bdi><?cs var:card.heading ?></bdi></a><?cs else ?><bdi><?cs var:card.heading ?></bdi><?cs /if ?></h2>
<?cs if:subcount(card.Lines) > #0 ?><dl><?cs each:line = card.Lines ?><dt><?cs var:line.label ?></dt><dd><?cs if:line.url ?><a href="<?cs var:line.url ?>"><bdi><?cs var:line.value ?></bdi></a><?cs else ?><bdi><?cs var:line.value ?></bdi><?cs /if ?></dd><?cs /each ?></dl><?cs /if ?></section>
<?cs /each ?><?cs /def ?><?cs
# One file of a list, as in reading.cs; note: a few words, if something is wrong with it. ?><?cs
def:file_name(file) ?><?cs if:file.dangerous ?><bdi><?cs var:file.stem ?></bdi><bdi class="end"><?cs var:file.extension ?></bdi><?cs else ?><bdi><?cs var:file.name ?></bdi><?cs /if ?><?cs /def ?><?cs
def:file(one) ?><li class="file"><?cs call:icon(one.icon) ?><span><?cs if:one.url ?><a href="<?cs var:one.url ?>"><?cs call:file_name(one) ?></a><?cs else ?><?cs call:file_name(one) ?><?cs /if ?> <small><?cs var:one.type ?><?cs if:one.size ?> · <?cs var:one.size ?><?cs /if ?><?cs if:one.note ?> · <?cs var:one.note ?><?cs /if ?><?cs if:one.open_url ?> · <a href="<?cs var:one.open_url ?>"><?cs var:L.message.open ?><span class="vh"> <?cs var:one.name ?></span></a><?cs /if ?></small><?cs each:warning = one.Warnings ?> <small class="warning"><?cs var:warning.text ?></small><?cs /each ?></span></li>
<?cs /def ?><?cs
# Jobs.N of top.cs, as a line each. ?><?cs
def:jobs() ?><?cs each:job = Jobs ?><p class="strip job" data-job="<?cs var:job.id ?>"><a href="<?cs var:job.url ?>"><?cs var:job.title ?></a> <progress max="100" value="<?cs var:job.percent ?>" aria-label="<?cs var:L.job.bar ?>"></progress> <span><?cs var:job.progress ?></span></p>
<?cs /each ?><?cs /def ?><?cs
# Messages of a conversation, as in reading.cs ?><?cs
def:thread_earlier() ?><?cs if:Message.Thread.Earlier.url ?><p><a href="<?cs var:Message.Thread.Earlier.url ?>"><?cs var:Message.Thread.Earlier.text ?></a></p><?cs /if ?><?cs /def ?><?cs
def:thread_items(item_list) ?><?cs if:subcount(item_list) > #0 ?><ol><?cs each:one = item_list ?>
<li<?cs if:one.unread ?> class="new"<?cs /if ?>><a href="<?cs var:one.url ?>"><?cs if:one.unread ?><span class="vh"><?cs var:L.list.unread ?> </span><?cs /if ?><b><bdi><?cs var:one.name ?></bdi></b><?cs if:one.sent ?> <span class="tag"><?cs var:L.thread.in_sent ?></span><?cs /if ?><?cs if:one.flagged ?> <span class="flagged"><?cs call:icon("star") ?><span class="vh"><?cs var:L.list.flagged ?></span></span><?cs /if ?> <span class="preview"><bdi><?cs var:one.preview ?></bdi></span> <time datetime="<?cs var:one.datetime ?>" title="<?cs var:one.date_full ?>"><?cs var:one.date ?></time></a></li><?cs /each ?>
</ol><?cs /if ?><?cs /def ?><?cs
def:error(error_id, error_text) ?><?cs if:error_text ?><p class="error" id="<?cs var:error_id ?>"><?cs var:error_text ?></p><?cs /if ?><?cs /def ?><?cs
def:failure() ?><p class="cause"><?cs var:Failure.cause ?></p><p><?cs var:Failure.remedy ?></p><?cs if:Failure.detail ?><p class="detail"><?cs var:L.failure.words ?> <q><?cs var:Failure.detail ?></q></p><?cs /if ?><?cs if:Failure.code ?><p class="code"><?cs var:L.failure.code ?> <b><?cs var:Failure.code ?></b><?cs if:Failure.request ?> · <?cs var:Failure.request ?><?cs /if ?></p><?cs /if ?><?cs /def ?>

<?cs #
GET and POST /compose (multipart/form-data).

Compose.title       "Nouveau message", "Répondre"…
Compose.to  cc  bcc  subject  text      as typed
Compose.show_cc     flag: Cc or Bcc are in use
Compose.from        the chosen identity's value; Identities.N: value, label. One: shown as text
Compose.reply_to    where answers go, if a draft of another program says so; absent otherwise
Compose.focus       to, subject or text: where the writer starts
Compose.full        flag: the account is full: the way to make room, beside the letter
Compose.error       one sentence over the form; Compose.Errors.to cc bcc subject attach from: one
                    sentence for a field
Compose.warning     may have been sent already, attachment forgotten…: a sentence that is no error
Compose.sure        flag: the tick box "send anyway" (field sure) is there
Compose.unsaved     flag: what was typed is nowhere but on this page
Compose.saved       "Enregistré à 14:02"; absent when nothing is saved yet
Compose.limit       "25 Mo au plus": size that all attachments together may have; limit_bytes: number
Compose.back_url    where Cancel goes
Attachments.N       id, name, type, size, flag carried (from the forwarded message)
Hidden.N            name, value: the draft's state (draft_uid, draft_v, message_id, in_reply_to,
                    references, mode…); written as hidden fields, in this order
Fields: csrf, Hidden, from, to, cc, bcc, subject, text, attach (repeats), act = send, save, attach,
discard (asks first, confirm.cs) or remove:ID.
A save by the script is the same POST with act=save and the header "X-Requested-With: fetch"; the
page that comes back is read for Hidden, Attachments, Compose.saved and the errors.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "sheet-page" ?><?cs set:Layout.bare = "1" ?><?cs include:"top.cs" ?><?cs
def:recipients(rcpt_field, rcpt_label, rcpt_value, rcpt_error) ?><p class="line"><label for="<?cs var:rcpt_field ?>"><?cs var:rcpt_label ?></label> <textarea class="grow" id="<?cs var:rcpt_field ?>" name="<?cs var:rcpt_field ?>" rows="1" spellcheck="false" autocomplete="off"<?cs if:rcpt_error ?> aria-invalid="true" aria-describedby="<?cs var:rcpt_field ?>-error"<?cs /if ?><?cs if:Compose.focus == rcpt_field ?> autofocus<?cs /if ?>><?cs var:rcpt_value ?></textarea></p>
<?cs if:rcpt_error ?><p class="error" id="<?cs var:rcpt_field ?>-error"><?cs var:rcpt_error ?></p><?cs /if ?><?cs /def ?>
<main id="main" tabindex="-1">
<form class="sheet" id="compose" method="post" action="/compose" enctype="multipart/form-data"<?cs if:Compose.limit_bytes ?> data-limit="<?cs var:Compose.limit_bytes ?>"<?cs /if ?><?cs if:Compose.unsaved ?> data-unsaved="1"<?cs /if ?>>
<button class="vh" type="submit" name="act" value="save" tabindex="-1"><?cs var:L.compose.save ?></button>
<?cs call:csrf() ?>
<div id="state"><?cs each:field = Hidden ?><?cs call:hidden(field.name, field.value) ?><?cs /each ?></div>
<h1 class="title"><a href="<?cs var:Compose.back_url ?>"><?cs call:icon("left") ?><span class="vh"><?cs var:L.compose.back ?></span></a><?cs var:Compose.title ?> <?cs call:left() ?></h1>
<div id="messages">
<?cs if:Compose.error ?><p class="error" role="alert"><?cs var:Compose.error ?><?cs if:Compose.full && !User.public ?> <a href="/space" target="_blank" rel="noopener"><?cs var:L.space.title ?></a><?cs /if ?></p><?cs /if ?>
<?cs if:Compose.warning ?><p class="strip"><?cs var:Compose.warning ?></p><?cs /if ?>
<?cs if:Compose.sure ?><p class="tick"><input type="checkbox" id="sure" name="sure" value="1"><label for="sure"><?cs var:L.compose.sure ?></label></p><?cs /if ?>
</div>
<?cs if:subcount(Identities) > #1 ?><p class="line"><label for="from"><?cs var:L.compose.from ?></label> <select id="from" name="from" class="grow"><?cs each:identity = Identities ?><?cs call:option(identity.value, identity.label, Compose.from) ?><?cs /each ?></select></p><?cs else ?><p class="line"><span class="label"><?cs var:L.compose.from ?></span><span class="grow"><?cs each:identity = Identities ?><bdi><?cs var:identity.label ?></bdi><?cs call:hidden("from", identity.value) ?><?cs /each ?></span></p><?cs /if ?>
<?cs call:error("from-error", Compose.Errors.from) ?>
<?cs if:Compose.reply_to ?><p class="line"><span class="label"><?cs var:L.message.reply_to ?></span><span class="grow"><bdi><?cs var:Compose.reply_to ?></bdi></span></p>
<?cs /if ?><?cs call:recipients("to", L.compose.to, Compose.to, Compose.Errors.to) ?>
<details class="copies"<?cs if:Compose.show_cc ?> open<?cs /if ?>><summary><?cs var:L.compose.copies ?></summary>
<?cs call:recipients("cc", L.compose.cc, Compose.cc, Compose.Errors.cc) ?>
<?cs call:recipients("bcc", L.compose.bcc, Compose.bcc, Compose.Errors.bcc) ?>
</details>
<p class="line subject"><label class="vh" for="subject"><?cs var:L.compose.subject ?></label> <input class="grow" id="subject" name="subject" type="text" maxlength="900" autocomplete="off" placeholder="<?cs var:L.compose.subject ?>" value="<?cs var:Compose.subject ?>"<?cs if:Compose.Errors.subject ?> aria-invalid="true" aria-describedby="subject-error"<?cs /if ?><?cs if:Compose.focus == "subject" ?> autofocus<?cs /if ?>></p>
<?cs call:error("subject-error", Compose.Errors.subject) ?>
<p class="text"><label class="vh" for="text"><?cs var:L.compose.text ?></label> <textarea id="text" name="text" rows="16" maxlength="600000"<?cs if:User.public ?> autocomplete="off"<?cs /if ?><?cs if:Compose.focus == "text" ?> autofocus<?cs /if ?>>
<?cs var:Compose.text ?></textarea></p>
<div class="attached" id="attached">
<?cs if:subcount(Attachments) > #0 ?><ul class="files"><?cs each:file = Attachments ?><li class="file"><?cs call:icon("file") ?><span><bdi><?cs var:file.name ?></bdi><small><?cs var:file.type ?> · <?cs var:file.size ?></small></span><button class="quiet" type="submit" name="act" value="remove:<?cs var:file.id ?>" title="<?cs var:L.compose.remove ?>"><?cs call:icon("cross") ?><span class="vh"><?cs var:L.compose.remove ?> <?cs var:file.name ?></span></button></li>
<?cs /each ?></ul><?cs /if ?>
<?cs call:error("attach-error", Compose.Errors.attach) ?>
</div>
<p class="choose" id="choose"><label for="attach"><?cs call:icon("clip") ?><?cs var:L.compose.attach ?></label> <input type="file" id="attach" name="attach" multiple<?cs if:Compose.Errors.attach ?> aria-describedby="attach-error"<?cs /if ?>> <button class="button" type="submit" name="act" value="attach"><?cs var:L.compose.add ?></button><?cs if:Compose.limit ?> <small><?cs var:Compose.limit ?></small><?cs /if ?></p>
<?cs if:Session.until ?><noscript><p class="strip until"><span><?cs var:L.countdown.until ?> <b><?cs var:Session.until ?></b>. <?cs var:L.countdown.save_before ?></span> <button class="button" type="submit" name="act" value="save"><?cs var:L.countdown.save ?></button></p></noscript>
<?cs /if ?><p class="foot"><button class="button first" type="submit" name="act" value="send"><?cs call:icon("sent") ?><?cs var:L.compose.send ?></button>
<button class="quiet" type="submit" name="act" value="save"><?cs call:icon("drafts") ?><span><?cs var:L.compose.save ?></span></button>
<button class="quiet" type="submit" name="act" value="discard"><?cs call:icon("trash") ?><span><?cs var:L.compose.discard ?></span></button>
<span class="state" id="saved" aria-live="polite"><?cs var:Compose.saved ?></span></p>
</form>
</main>
<?cs include:"bottom.cs" ?>

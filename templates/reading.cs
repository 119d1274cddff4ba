<?cs #
One message, for message.cs and for the reading pane of listing.cs.

Message.folder  Message.v  Message.uid   Message.kind (the folder's, as Listing.kind)
Message.subject     never empty: "(sans objet)"
Message.from_name   the name, or the address if there is none
Message.from_address  absent if from_name is it
Message.date        "hier, 17:48"   Message.datetime  ISO   Message.date_full
Message.summary     "à moi, Anne Lefèvre et 14 autres"
Message.From.N      all authors, where there are several; as the next
Message.To.N  Message.Cc.N  Message.Bcc.N  Message.ReplyTo.N:   name (the address if there is
                    none), address (if there is a name), url (/compose?to=…, absent if that would not do)
Message.Details.N   label, value: further lines (sender, list, message id, size)
Message.Warnings.N  text: sentences about a sender who is not as he looks; mostly absent
Message.proven      "authenticated by univ.fr"; absent where that is not known
Message.Sender.N    label, value: further lines about the sender (results of SPF…, receipts asked for)
Message.unsubscribe_url  a page of ours on the way off a list (a question, or a letter to
                    send); Message.unsubscribe: its words
Message.unsubscribe_site_url  the sender's own page for it; Message.unsubscribe_site: its words
Message.unread  flagged  answered  forwarded   flags
Message.no_seen  no_write  no_remove  no_file  flags: what the reader has no right to
Message.Tags.N      label, colour
Message.notice      one sentence over the body: why it is shown as text, what was left out
Message.notice_url  the download of what could not be shown as it is; may be absent
Message.Notes.N     text: what else to know of its form (encrypted, one part of several…);
                    save: flag, it is of use to another program
Message.charset_url where another charset can be chosen: this page with that choice; absent there
Message.charset_wrong  flag: some characters could not be read
Message.Charsets.N  value, label, chosen: the charsets to choose from, where that is wanted
Message.again_url   and Message.Again.N (name, value): then this page's own address, as a form
Message.remote_blocked  flag; Message.allow_url: the same page with remote content this once
                    (absent: the settings say never); Message.always: flag, the sender can be
                    remembered (POST /remote: csrf, folder, v, uid, here, act)
Message.remote_sender   the remembered sender because of whom remote content is shown
Message.body_url    the framed document; absent: Message.no_body, a sentence, for want of any other
Message.switch_url  the same message as text or as HTML; Message.switch_label
Message.Cards.N     what parts of the message say: invitations and reports, above the body
Message.CardsBelow.N  the same of contacts and messages, below it. Of both:
                    title ("Invitation"), heading, url (of the heading; may be absent), icon
                    (calendar person message), warning (flag), Lines.M: label, value, url (may be
                    absent)
Message.Attachments.N  name; dangerous (flag), and then the name in two: stem, extension (".exe");
                    Warnings.N.text (sentences on the name); type ("PDF"), size ("84 Ko",
                    may be absent),
                    url (download), open_url (where that is safe: pictures, text, nested messages, a
                    winmail.dat),
                    icon (file picture message archive sound)
Message.zip_url     all attachments as one archive; absent with fewer than two
Message.position    "4 sur 20 412"    Message.prev_url  Message.next_url   absent at the ends
Message.back_url    the list as it was     Message.back_label  "Réception"
Message.next_back   where to go after the message has been moved or deleted: next message or list
Message.here        this message itself: where to go after it has been starred or copied
Message.source_url  Message.headers_url  Message.eml_url  Message.print_url
Message.journey_url a copy to read offline; absent on a public computer
Message.filter_url  a new rule from this message; Message.why_url: which rule files it. Both may be absent
Message.draft_url   /compose?… to go on writing; only in drafts. Absent elsewhere
Message.reply_url  Message.reply_all_url  Message.reply_list_url  Message.forward_url
Message.forward_attach_url  Message.edit_url (edit as new)   each absent where it makes no sense
Message.Thread      the conversation around the message; all absent where there is none:
  title             "Conversation de 5 messages", with those in Sent
  several           flag: more than one is in this folder; acts_on: "4 messages", these
  until             the hidden field of that name (listing.cs)
  folded            "9 messages plus anciens": how many more come with Folded and Earlier
  Folded.N Before.N After.N  the others: name, url (opens it), date, datetime, date_full, preview (may be
                    absent), flags unread flagged sent (in Sent)
  Earlier Later     url and text, if there are more: "12 messages plus anciens"
Tags.N, Recent.N, Targets.N   as in listing.cs

POST /act fields: csrf, folder, v, uid, back, here, to, tag, act (as in listing.cs).
?>
<section class="read" id="read" aria-labelledby="subject">
<p class="crumb"><a class="back" href="<?cs var:Message.back_url ?>"><?cs call:icon("left") ?><span><?cs var:Message.back_label ?></span></a>
<span class="place"><?cs var:Message.position ?></span>
<?cs if:Message.prev_url ?><a class="quiet turn" rel="prev" href="<?cs var:Message.prev_url ?>"><?cs call:icon("left") ?><span class="vh"><?cs var:L.message.previous ?></span></a><?cs /if ?>
<?cs if:Message.next_url ?><a class="quiet turn" rel="next" href="<?cs var:Message.next_url ?>"><?cs call:icon("right") ?><span class="vh"><?cs var:L.message.next ?></span></a><?cs /if ?></p>
<?cs if:User.reading ?><div class="bar" id="message-acts"><?cs else ?><form class="bar" method="post" action="/act" id="message-acts">
<?cs call:csrf() ?><?cs call:hidden("folder", Message.folder) ?><?cs call:hidden("v", Message.v) ?><?cs call:hidden("uid", Message.uid) ?><?cs call:hidden("back", Message.next_back) ?><?cs call:hidden("here", Message.here) ?><?cs /if ?>
<?cs call:line(Message.draft_url, "pen", L.message.go_on) ?>
<?cs call:line(Message.reply_url, "reply", L.message.reply) ?>
<?cs if:Message.reply_all_url ?><a class="quiet wide" href="<?cs var:Message.reply_all_url ?>"><?cs call:icon("all") ?><span><?cs var:L.message.reply_all ?></span></a><?cs /if ?>
<?cs if:Message.forward_url ?><a class="quiet wide" href="<?cs var:Message.forward_url ?>"><?cs call:icon("forward") ?><span><?cs var:L.message.forward ?></span></a><?cs /if ?>
<?cs if:!Message.no_remove ?><?cs if:Message.kind != "archive" ?><?cs call:act_line("archive", "archive", L.act.archive) ?><?cs /if ?>
<?cs if:Message.kind == "trash" ?><?cs if:!User.public ?><button class="quiet brief" type="submit" name="act" value="purge" title="<?cs var:L.act.purge ?>"><?cs call:icon("trash") ?><span><?cs var:L.act.purge ?></span></button><?cs /if ?><?cs else ?><button class="quiet brief" type="submit" name="act" value="delete" title="<?cs var:L.act.delete ?>"><?cs call:icon("trash") ?><span><?cs var:L.act.delete ?></span></button><?cs /if ?><?cs /if ?>
<details class="menu more"><summary class="quiet brief" title="<?cs var:L.act.more ?>"><?cs call:icon("more") ?><span><?cs var:L.act.more ?></span></summary><div>
<?cs if:Message.reply_all_url ?><a class="quiet small" href="<?cs var:Message.reply_all_url ?>"><?cs call:icon("all") ?><span><?cs var:L.message.reply_all ?></span></a><?cs /if ?>
<?cs if:Message.forward_url ?><a class="quiet small" href="<?cs var:Message.forward_url ?>"><?cs call:icon("forward") ?><span><?cs var:L.message.forward ?></span></a><?cs /if ?>
<?cs call:line(Message.reply_list_url, "all", L.message.reply_list) ?>
<?cs call:line(Message.forward_attach_url, "clip", L.message.forward_attach) ?>
<?cs call:line(Message.edit_url, "pen", L.message.edit) ?>
<?cs call:line(Message.unsubscribe_url, "cross", Message.unsubscribe) ?>
<?cs if:Message.unsubscribe_site_url ?><a class="quiet" href="<?cs var:Message.unsubscribe_site_url ?>" target="_blank" rel="noopener noreferrer nofollow"><?cs call:icon("cross") ?><span><?cs var:Message.unsubscribe_site ?></span></a><?cs /if ?>
<?cs if:!Message.no_seen ?><?cs call:act_line("unread", "unread", L.act.unread) ?><?cs /if ?>
<?cs if:!Message.no_write ?><?cs if:Message.flagged ?><?cs call:act_line("unflag", "star", L.act.unflag) ?><?cs else ?><?cs call:act_line("flag", "star", L.act.flag) ?><?cs /if ?><?cs /if ?>
<?cs if:Message.no_remove ?><?cs elif:Message.kind == "junk" ?><?cs call:act_line("notjunk", "inbox", L.act.notjunk) ?><?cs elif:Message.kind != "sent" && Message.kind != "drafts" ?><?cs call:act_line("junk", "junk", L.act.junk) ?><?cs /if ?>
<?cs if:subcount(Targets) > #0 && !User.reading ?><?cs call:move_to(Message.no_remove) ?><?cs /if ?>
<?cs if:!Message.no_write ?><?cs call:tag_as() ?><?cs /if ?>
<?cs call:line(Message.filter_url, "folder", L.filter.make) ?><?cs call:line(Message.why_url, "doubt", L.filter.why) ?>
<?cs call:line(Message.switch_url, "file", Message.switch_label) ?>
<?cs call:line(Message.charset_url, "file", L.message.garbled) ?>
<?cs call:line(Message.print_url, "print", L.message.print) ?>
<?cs call:line(Message.eml_url, "file", L.message.save) ?>
<?cs call:line(Message.journey_url, "archive", L.transfer.journey) ?>
<?cs call:line(Message.headers_url, "file", L.message.headers) ?>
<?cs call:line(Message.source_url, "file", L.message.source) ?>
</div></details>
<?cs if:User.reading ?></div><?cs else ?></form><?cs /if ?>
<article class="letter">
<?cs if:Message.Thread.title ?><section class="thread" aria-labelledby="thread">
<div class="title"><h2 id="thread"><?cs var:Message.Thread.title ?></h2><?cs if:Message.Thread.several && !User.reading ?>
<details class="menu"><summary><?cs var:L.thread.acts ?></summary><div><form class="acts" method="post" action="/act">
<?cs call:csrf() ?><?cs call:hidden("folder", Message.folder) ?><?cs call:hidden("v", Message.v) ?><?cs call:hidden("uid", Message.uid) ?><?cs call:hidden("back", Message.next_back) ?><?cs call:hidden("here", Message.here) ?><?cs call:hidden("threads", "1") ?><?cs call:hidden("until", Message.Thread.until) ?>
<p><?cs var:Message.Thread.acts_on ?></p>
<?cs if:!Message.no_seen ?><?cs call:act_line("read", "read", L.act.read) ?>
<?cs call:act_line("unread", "unread", L.act.unread) ?><?cs /if ?>
<?cs if:!Message.no_write ?><?cs call:act_line("flag", "star", L.act.flag) ?><?cs /if ?>
<?cs if:!Message.no_remove ?><?cs if:Message.kind != "archive" ?><?cs call:act_line("archive", "archive", L.act.archive) ?><?cs /if ?>
<?cs if:Message.kind == "trash" ?><?cs if:!User.public ?><?cs call:act_line("purge", "trash", L.act.purge) ?><?cs /if ?><?cs else ?><?cs call:act_line("delete", "trash", L.act.delete) ?><?cs /if ?><?cs /if ?>
<?cs if:subcount(Targets) > #0 ?><?cs call:move_to(Message.no_remove) ?><?cs /if ?>
<?cs if:!Message.no_write ?><?cs call:tag_as() ?><?cs /if ?>
<?cs if:!User.public ?><?cs call:act_line("export", "archive", L.transfer.export_ticked) ?><?cs /if ?>
</form></div></details><?cs /if ?></div>
<?cs if:Message.Thread.folded ?><details><summary><?cs var:Message.Thread.folded ?></summary><?cs call:thread_earlier() ?><?cs call:thread_items(Message.Thread.Folded) ?></details><?cs else ?><?cs call:thread_earlier() ?><?cs /if ?>
<?cs call:thread_items(Message.Thread.Before) ?></section>
<?cs /if ?><h1 id="subject"><bdi><?cs var:Message.subject ?></bdi></h1>
<p class="by"><b><bdi><?cs var:Message.from_name ?></bdi></b><?cs if:Message.from_address ?> <span><bdi><?cs var:Message.from_address ?></bdi></span><?cs /if ?><?cs if:Message.proven ?> <span class="sign proven"><?cs call:icon("proven") ?><?cs var:Message.proven ?></span><?cs /if ?><?cs if:Message.flagged ?> <span class="sign flagged"><?cs call:icon("star") ?><span class="vh"><?cs var:L.list.flagged ?></span></span><?cs /if ?><?cs if:Message.answered ?> <span class="sign"><?cs call:icon("reply") ?><?cs var:L.list.answered ?></span><?cs /if ?><?cs if:Message.forwarded ?> <span class="sign"><?cs call:icon("forward") ?><?cs var:L.list.forwarded ?></span><?cs /if ?><?cs each:tag = Message.Tags ?> <span class="tag c-<?cs var:tag.colour ?>"><bdi><?cs var:tag.label ?></bdi></span><?cs /each ?> <time datetime="<?cs var:Message.datetime ?>" title="<?cs var:Message.date_full ?>"><?cs var:Message.date ?></time></p>
<details class="people"><summary><bdi><?cs var:Message.summary ?></bdi> · <u><?cs var:L.message.details ?></u></summary>
<dl>
<?cs if:subcount(Message.From) > #0 ?><?cs call:people(L.list.from, Message.From) ?><?cs else ?><dt><?cs var:L.list.from ?></dt><dd><bdi><?cs var:Message.from_name ?></bdi><?cs if:Message.from_address ?> <bdi>&lt;<?cs var:Message.from_address ?>&gt;</bdi><?cs /if ?></dd><?cs /if ?>
<?cs call:people(L.message.to, Message.To) ?><?cs call:people(L.message.cc, Message.Cc) ?><?cs call:people(L.message.bcc, Message.Bcc) ?><?cs call:people(L.message.reply_to, Message.ReplyTo) ?>
<dt><?cs var:L.list.date ?></dt><dd><?cs var:Message.date_full ?></dd>
<?cs each:detail = Message.Details ?><dt><?cs var:detail.label ?></dt><dd><?cs var:detail.value ?></dd><?cs /each ?>
<?cs each:line = Message.Sender ?><dt><?cs var:line.label ?></dt><dd><bdi><?cs var:line.value ?></bdi></dd><?cs /each ?>
<?cs if:Message.unsubscribe_url || Message.unsubscribe_site_url ?><dt><?cs var:L.message.subscription ?></dt><dd><?cs if:Message.unsubscribe_url ?><a href="<?cs var:Message.unsubscribe_url ?>"><?cs var:Message.unsubscribe ?></a><?cs /if ?><?cs if:Message.unsubscribe_site_url ?><?cs if:Message.unsubscribe_url ?> · <?cs /if ?><a href="<?cs var:Message.unsubscribe_site_url ?>" target="_blank" rel="noopener noreferrer nofollow"><?cs var:Message.unsubscribe_site ?></a><?cs /if ?></dd><?cs /if ?>
</dl><?cs if:Message.remote_sender && !User.public ?><form method="post" action="/remote"><?cs call:csrf() ?><?cs call:hidden("here", Message.here) ?><?cs call:hidden("sender", Message.remote_sender) ?><span><?cs var:L.remote.shown ?></span> <button class="button" type="submit" name="act" value="forget"><?cs var:L.remote.forget ?></button></form><?cs /if ?></details>
<?cs if:subcount(Message.Warnings) > #0 ?><div class="strip doubt" role="note"><?cs call:icon("doubt") ?><div><?cs each:warning = Message.Warnings ?><p><bdi><?cs var:warning.text ?></bdi></p><?cs /each ?></div></div><?cs /if ?>
<?cs call:cards(Message.Cards) ?>
<?cs if:Message.notice ?><p class="strip"><span><?cs var:Message.notice ?></span><?cs if:Message.notice_url ?> <a class="button" href="<?cs var:Message.notice_url ?>"><?cs var:L.message.original ?></a><?cs /if ?></p><?cs /if ?>
<?cs each:note = Message.Notes ?><p class="strip"><span><?cs var:note.text ?></span><?cs if:note.save ?> <a class="button" href="<?cs var:Message.eml_url ?>"><?cs var:L.message.save ?></a><?cs /if ?></p>
<?cs /each ?><?cs if:subcount(Message.Charsets) > #0 ?><div class="strip"><?cs if:Message.charset_wrong ?><p><?cs var:L.message.charset_wrong ?></p><?cs /if ?><?cs call:charset_form() ?></div>
<?cs /if ?><?cs if:Message.remote_blocked && User.public ?><p class="strip"><?cs var:L.public.remote ?></p>
<?cs elif:Message.remote_blocked ?><div class="strip"><p><?cs var:L.message.blocked ?></p> <div class="choices"><?cs if:Message.allow_url ?><a class="button" href="<?cs var:Message.allow_url ?>"><?cs var:L.message.allow ?></a><?cs else ?><a class="button" href="/settings#remote"><?cs var:L.nav.settings ?></a><?cs /if ?><?cs if:Message.always ?> <form method="post" action="/remote"><?cs call:csrf() ?><?cs call:hidden("folder", Message.folder) ?><?cs call:hidden("v", Message.v) ?><?cs call:hidden("uid", Message.uid) ?><?cs call:hidden("here", Message.here) ?><button class="button" type="submit" name="act" value="always"><?cs var:L.message.always ?></button></form><?cs /if ?></div></div><?cs /if ?>
<?cs if:Message.body_url ?><iframe class="frame" src="<?cs var:Message.body_url ?>" title="<?cs var:L.message.body ?> <?cs var:Message.subject ?>" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>
<p class="alone"><a href="<?cs var:Message.body_url ?>"><?cs var:L.message.alone ?></a></p><?cs elif:subcount(Message.Notes) == #0 && subcount(Message.Cards) == #0 && subcount(Message.CardsBelow) == #0 ?><p class="empty"><?cs var:Message.no_body ?></p><?cs /if ?>
<?cs call:cards(Message.CardsBelow) ?>
<?cs if:subcount(Message.Attachments) > #0 ?><h2 class="vh"><?cs var:L.message.attachments ?></h2>
<ul class="files"><?cs each:file = Message.Attachments ?><?cs call:file(file) ?><?cs /each ?></ul>
<?cs if:Message.zip_url && !User.public ?><p class="together"><a class="quiet" href="<?cs var:Message.zip_url ?>"><?cs call:icon("archive") ?><span><?cs var:L.message.zip ?></span></a></p><?cs /if ?><?cs /if ?>
<?cs if:subcount(Message.Thread.After) > #0 || Message.Thread.Later.url ?><section class="thread" aria-label="<?cs var:L.thread.after ?>">
<?cs call:thread_items(Message.Thread.After) ?><?cs if:Message.Thread.Later.url ?><p><a href="<?cs var:Message.Thread.Later.url ?>"><?cs var:Message.Thread.Later.text ?></a></p><?cs /if ?></section>
<?cs /if ?></article>
</section>

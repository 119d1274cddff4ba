<?cs #
GET /mail: one page of a folder or of a search, and the message of the reading pane if there is one
(then everything that reading.cs names is set too).

Listing.folder      raw name       Listing.v       UIDVALIDITY
Listing.label       "Réception"    Listing.kind    inbox drafts sent archive junk trash folder
Listing.total       "20 412"       Listing.range   "1–50" (absent when empty)
Listing.url_prev  Listing.url_next    absent at the ends: values of the button `turn`, which takes the
                    ticks along
Listing.ticked      UIDs ticked on other pages ("3,7:9"): the hidden field `ticked`; absent: none
Listing.ticked_text "3 messages are ticked on other pages"
Listing.All.url, .label     the same list with all chosen: "Select all 20,412 messages in this folder";
                    absent: all are on this page
Listing.All.chosen  flag: they are. Then .text says so, .total is how many messages, .none_url leaves that,
                    .Fields.N name, value mean them in the form, and single boxes do not count
Listing.sort        the order's label, "Date"
Listing.Sorts.N     label, url, flag current
Listing.threads     flag: the rows are conversations; Listing.messages: how many the folder holds, then; Listing.until: the hidden field of that name
Listing.unread_url  the same folder, unread only (or, when that is on, without); flag unread_on
Listing.flagged_url the same; flag flagged_on
Listing.clear_url   present when a search or a restriction is on: the whole folder
Listing.empty       the sentence when there is no row; Listing.empty_hint: what to do next
Listing.notice      e.g. what is missing from the result; absent mostly
Listing.poll_url    GET /poll?folder=… for the script; absent: no polling
Groups.N.label      the postmark, absent when the order is not by date
Groups.N.Rows.M     uid, url, from, subject, preview, time, datetime (ISO), date (in full),
                    doubt: the sender's address, where the name is not what it looks like
                    count ("4") and count_text ("messages") of a conversation of several; uid is that
                    of its first message then
                    flags: unread flagged answered forwarded attachment deleted draft current checked
Groups.N.Rows.M.Tags.K  label, colour
Listing.no_seen  no_write  no_remove  no_file   flags: what the reader has no right to
Listing.settings_url  the folder's own page; may be absent
Tags.N              keyword, label, colour, url (these messages alone), current
Recent.N, Targets.N name (raw), label (with its path): folders that a message may be moved to

POST /act fields: csrf, folder, v, back, uid (repeats), ticked, to, tag, threads (1: each uid stands for its
conversation, as far as it was known below UID `until`), or instead of uid and ticked all=1
with total, uidnext, q, only; and turn (a local address: goes
there, nothing else) or list (threads messages: how this folder is listed from now on) or act = read
unread flag unflag tag untag move
copy archive junk notjunk delete purge empty. `empty` and `purge` ask first (confirm.cs).
?>
<?cs include:"macros.cs" ?><?cs if:Message.subject ?><?cs set:Layout.class = "app list-page open" ?><?cs else ?><?cs set:Layout.class = "app list-page" ?><?cs /if ?><?cs include:"top.cs" ?><?cs include:"rows.cs" ?>
<main id="main" tabindex="-1">
<section class="list" aria-labelledby="list-title">
<?cs if:subcount(Groups) > #0 && !User.reading ?><form method="post" action="/act" id="ticks"<?cs if:Listing.poll_url ?> data-poll="<?cs var:Listing.poll_url ?>"<?cs /if ?><?cs if:Listing.threads ?> data-messages="<?cs var:Listing.messages ?>"<?cs /if ?>>
<?cs call:csrf() ?><?cs call:hidden("folder", Listing.folder) ?><?cs call:hidden("v", Listing.v) ?><?cs call:hidden("back", Page.url) ?><?cs if:Listing.ticked ?><?cs call:hidden("ticked", Listing.ticked) ?><?cs /if ?><?cs call:all_fields(Listing.All) ?><?cs if:Listing.threads ?><?cs call:hidden("threads", "1") ?><?cs call:hidden("until", Listing.until) ?><?cs /if ?><?cs else ?><div id="ticks"<?cs if:Listing.poll_url ?> data-poll="<?cs var:Listing.poll_url ?>"<?cs /if ?>><?cs /if ?>
<div class="bar" id="list-bar">
<h1 id="list-title"><?cs if:Listing.settings_url && !User.public ?><a href="<?cs var:Listing.settings_url ?>" title="<?cs var:L.one.title ?>"><bdi><?cs var:Listing.label ?></bdi></a><?cs else ?><bdi><?cs var:Listing.label ?></bdi><?cs /if ?><?cs if:Listing.total ?> <span>· <?cs var:Listing.total ?></span><?cs /if ?></h1>
<details class="menu more only"><summary title="<?cs var:L.list.only ?>"><?cs call:icon("only") ?><span class="vh"><?cs var:L.list.only ?></span></summary><ul>
<?cs if:Listing.unread_url ?><li><a href="<?cs var:Listing.unread_url ?>"<?cs if:Listing.unread_on ?> aria-current="true"<?cs /if ?>><?cs call:icon("unread") ?><?cs var:L.list.unread_only ?></a></li>
<?cs /if ?><?cs if:Listing.flagged_url ?><li><a href="<?cs var:Listing.flagged_url ?>"<?cs if:Listing.flagged_on ?> aria-current="true"<?cs /if ?>><?cs call:icon("star") ?><?cs var:L.list.flagged_only ?></a></li>
<?cs /if ?><?cs each:tag = Tags ?><li><a href="<?cs var:tag.url ?>"<?cs if:tag.current ?> aria-current="true"<?cs /if ?>><span class="icon"><i class="dot c-<?cs var:tag.colour ?>"></i></span><bdi><?cs var:tag.label ?></bdi></a></li>
<?cs /each ?><li><a href="<?cs var:Search.more_url ?>"><?cs call:icon("search") ?><?cs var:L.search.more ?></a></li>
<?cs if:!User.public && !User.reading ?><li><a href="/tags"><?cs call:icon("tag") ?><?cs var:L.tag.manage ?></a></li><?cs /if ?></ul></details>
<?cs if:Listing.sort ?><details class="menu"><summary><span class="vh"><?cs var:L.list.sorted ?> </span><?cs var:Listing.sort ?></summary><ul>
<?cs each:sort = Listing.Sorts ?><li><a href="<?cs var:sort.url ?>"<?cs if:sort.current ?> aria-current="true"<?cs /if ?>><?cs var:sort.label ?></a></li>
<?cs /each ?><?cs if:subcount(Groups) > #0 && !User.public && !User.reading ?><li><?cs if:Listing.threads ?><button class="quiet" type="submit" name="list" value="messages"><?cs var:L.thread.off ?></button><?cs else ?><button class="quiet" type="submit" name="list" value="threads"><?cs var:L.thread.on ?></button><?cs /if ?></li><?cs /if ?></ul></details><?cs /if ?>
<?cs if:Listing.range ?><span class="range"><?cs var:Listing.range ?></span><?cs /if ?>
<?cs call:turn_icons(Listing) ?></div>
<?cs if:subcount(Groups) > #0 && !User.reading ?><div class="bar acts" role="group" aria-label="<?cs var:L.list.actions ?>">
<?cs if:!Listing.no_seen ?><?cs call:act("read", "read", L.act.read) ?>
<?cs call:act("unread", "unread", L.act.unread) ?><?cs /if ?>
<?cs if:!Listing.no_write ?><?cs call:act("flag", "star", L.act.flag) ?><?cs /if ?>
<?cs if:!Listing.no_remove ?><?cs if:Listing.kind != "archive" ?><?cs call:act("archive", "archive", L.act.archive) ?><?cs /if ?>
<?cs if:Listing.kind == "junk" ?><?cs call:act("notjunk", "inbox", L.act.notjunk) ?><?cs elif:Listing.kind != "sent" && Listing.kind != "drafts" ?><?cs call:act("junk", "junk", L.act.junk) ?><?cs /if ?>
<?cs if:Listing.kind == "trash" ?><?cs if:!User.public ?><?cs call:act("purge", "trash", L.act.purge) ?><?cs /if ?><?cs else ?><?cs call:act("delete", "trash", L.act.delete) ?><?cs /if ?><?cs /if ?>
<details class="menu"><summary><?cs var:L.act.more ?></summary><div>
<?cs if:subcount(Targets) > #0 ?><?cs call:move_to(Listing.no_remove) ?><?cs /if ?>
<?cs if:!Listing.no_write ?><?cs call:tag_as() ?>
<?cs call:act_line("unflag", "star", L.act.unflag) ?><?cs /if ?>
<?cs if:!User.public ?><?cs call:act_line("export", "archive", L.transfer.export_ticked) ?><?cs /if ?>
<?cs call:line(Listing.All.url, "read", Listing.All.label) ?>
</div></details>
</div><?cs /if ?>
<?cs if:Quota.full && !User.public ?><p class="strip"><?cs var:L.space.full ?> <a class="button" href="/space"><?cs var:L.space.title ?></a></p><?cs /if ?>
<?cs call:jobs() ?>
<?cs call:all_strip(Listing.All) ?>
<?cs if:Listing.ticked_text ?><p class="strip" id="elsewhere"><?cs var:Listing.ticked_text ?></p><?cs /if ?>
<?cs if:Listing.notice ?><p class="strip"><?cs var:Listing.notice ?></p><?cs /if ?>
<?cs if:Listing.clear_url ?><p class="strip"><?cs if:Search.q ?><span class="sought"><?cs var:L.list.search_of ?> <b><?cs var:Search.q ?></b></span><?cs else ?><?cs var:L.list.restricted ?><?cs /if ?> <span class="choices"><?cs if:Search.everywhere_url ?><a class="button" href="<?cs var:Search.everywhere_url ?>"><?cs var:L.search.everywhere ?></a> <?cs /if ?><a class="button" href="<?cs var:Listing.clear_url ?>"><?cs var:L.list.clear ?></a></span></p><?cs /if ?>
<?cs if:subcount(Groups) > #0 ?>
<?cs if:!Listing.no_remove && !User.public && (Listing.kind == "trash" || Listing.kind == "junk") ?><p class="strip"><?cs if:Listing.kind == "trash" ?><?cs var:L.list.trash_note ?><?cs else ?><?cs var:L.list.junk_note ?><?cs /if ?> <button class="button" type="submit" name="act" value="empty"><?cs var:L.act.empty ?></button></p><?cs /if ?>
<?cs call:list_rows(Listing.kind == "sent" || Listing.kind == "drafts", Listing.All.chosen) ?><?cs call:turns(Listing) ?>
<?cs if:User.reading ?></div><?cs else ?></form><?cs /if ?>
<?cs else ?><div class="empty"><p><?cs var:Listing.empty ?></p><?cs if:Listing.empty_hint ?><p><?cs var:Listing.empty_hint ?></p><?cs /if ?></div>
</div><?cs /if ?>
</section>
<?cs if:Message.subject ?><?cs include:"reading.cs" ?><?cs elif:Pane != "none" ?><section class="read none" aria-label="<?cs var:L.message.label ?>"><p><?cs var:L.message.choose ?></p></section><?cs /if ?>
</main>
<?cs include:"bottom.cs" ?>

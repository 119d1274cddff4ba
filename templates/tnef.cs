<?cs #
What is inside a winmail.dat.

Tnef.subject    of the letter that it is attached to   Tnef.contents   "Contenu de winmail.dat"
Tnef.back_url   that letter   Tnef.part_url   the winmail.dat itself, to save
Tnef.Notices.N  text: a sentence on what is wrong with it
Tnef.Messages.N     the first is the outer one, the others are attached to it or to one of them
    number, subject (never empty; absent for the first), text (may be empty)
    Files.N     name, dangerous, stem, extension, Warnings, type, icon: as Message.Attachments.N in
                reading.cs; note: a few words, if something is wrong with it
                size, url (download): absent if its bytes are not there
                open_url   a picture, or where on this page the message stands
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page wide">
<p class="do"><a class="button" href="<?cs var:Tnef.back_url ?>"><?cs call:icon("left") ?><?cs var:L.headers.back ?></a> <a class="button" href="<?cs var:Tnef.part_url ?>"><?cs var:L.tnef.save ?></a></p>
<h1><bdi><?cs var:Tnef.contents ?></bdi></h1>
<p><?cs var:L.tnef.of ?> <bdi><?cs var:Tnef.subject ?></bdi></p>
<?cs each:notice = Tnef.Notices ?><p class="strip"><?cs var:notice.text ?></p>
<?cs /each ?>
<?cs each:one = Tnef.Messages ?><section class="inside" id="message-<?cs var:one.number ?>">
<?cs if:one.subject ?><h2><?cs call:icon("message") ?><bdi><?cs var:one.subject ?></bdi></h2><?cs /if ?>
<?cs if:one.text ?><pre><?cs var:one.text ?></pre><?cs /if ?>
<?cs if:subcount(one.Files) > #0 ?><ul class="files"><?cs each:file = one.Files ?><?cs call:file(file) ?><?cs /each ?></ul><?cs /if ?>
</section>
<?cs /each ?>
</div></main>
<?cs include:"bottom.cs" ?>

<?cs #
One letter of GET /journey: its head, behind which the page writes its body and closes <article>.

Letter.number, .subject, .from, .to, .cc (to and cc may be empty), .date
Letter.Warnings.N.text   what is not as it looks about the sender
Letter.Files.N           name, size: attachments, which do not come along
?><article class="letter" id="n<?cs var:Letter.number ?>" aria-labelledby="t<?cs var:Letter.number ?>"><h2 id="t<?cs var:Letter.number ?>"><bdi><?cs var:Letter.subject ?></bdi></h2>
<dl><dt><?cs var:L.list.from ?></dt><dd><bdi><?cs var:Letter.from ?></bdi></dd><?cs if:Letter.to ?><dt><?cs var:L.message.to ?></dt><dd><bdi><?cs var:Letter.to ?></bdi></dd><?cs /if ?><?cs if:Letter.cc ?><dt><?cs var:L.message.cc ?></dt><dd><bdi><?cs var:Letter.cc ?></bdi></dd><?cs /if ?><dt><?cs var:L.list.date ?></dt><dd><?cs var:Letter.date ?></dd></dl>
<?cs each:one = Letter.Warnings ?><p class="warning"><?cs var:one.text ?></p>
<?cs /each ?><?cs if:subcount(Letter.Files) > #0 ?><p class="notice"><?cs var:L.journey.files ?></p><ul class="files"><?cs each:one = Letter.Files ?><li><bdi><?cs var:one.name ?></bdi> (<?cs var:one.size ?>)</li><?cs /each ?></ul>
<?cs /if ?>

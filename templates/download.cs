<?cs #
Instead of a file, in a session on a public computer: what saving it there means. One may all the same.

Download.name   the file's      Download.url    the file, now      Download.back_url  its message
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page told">
<h1><?cs var:L.download.title ?></h1>
<p><b><bdi><?cs var:Download.name ?></bdi></b></p>
<p><?cs var:L.download.text ?></p>
<p><?cs var:L.download.instead ?></p>
<p class="do"><a class="button first" href="<?cs var:Download.back_url ?>"><?cs var:L.download.no ?></a>
<a class="button danger" href="<?cs var:Download.url ?>" data-plain="1"><?cs var:L.download.go ?></a></p>
</div></main>
<?cs include:"bottom.cs" ?>

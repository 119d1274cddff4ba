<?cs #
All headers of a message as they are.

Headers.subject   Headers.text (lines)   Headers.back_url   Headers.source_url
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page wide">
<p class="do"><a class="button" href="<?cs var:Headers.back_url ?>"><?cs call:icon("left") ?><?cs var:L.headers.back ?></a> <a class="button" href="<?cs var:Headers.source_url ?>"><?cs var:L.message.source ?></a></p>
<h1><bdi><?cs var:Headers.subject ?></bdi></h1>
<pre tabindex="0"><?cs var:Headers.text ?></pre>
</div></main>
<?cs include:"bottom.cs" ?>

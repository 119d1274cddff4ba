<?cs #
Asks before something that cannot be undone.

Confirm.title       the question: "Vider la corbeille ?"
Confirm.text        what it will do, with numbers
Confirm.Lines.N     text: what it is about, by name; mostly absent
Confirm.action      where the form posts: "/act", "/folders", "/compose", "/unsubscribe?…"
Confirm.act         the button's value          Confirm.button  its label
Confirm.cancel_url  where No goes
Hidden.N            name, value: the fields of the first form. The page adds confirmed=1 itself
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Confirm.title ?></h1>
<p><?cs var:Confirm.text ?></p>
<?cs if:subcount(Confirm.Lines) > #0 ?><ul class="about"><?cs each:line = Confirm.Lines ?><li><bdi><?cs var:line.text ?></bdi></li><?cs /each ?></ul><?cs /if ?>
<form class="do" method="post" action="<?cs var:Confirm.action ?>"><?cs call:csrf() ?><?cs call:hidden("confirmed", "1") ?><?cs each:field = Hidden ?><?cs call:hidden(field.name, field.value) ?><?cs /each ?>
<button class="button danger" type="submit" name="act" value="<?cs var:Confirm.act ?>"><?cs var:Confirm.button ?></button>
<a class="button" href="<?cs var:Confirm.cancel_url ?>"><?cs var:L.confirm.no ?></a>
</form>
</div></main>
<?cs include:"bottom.cs" ?>

<?cs #
GET and POST /tags: names and colours of tags.

Tags.N          id (a number), keyword, label, colour, url (the messages of the inbox that have it); flags: known (all
                mail programs have it: it cannot be deleted), named (it has a name of the user's own)
Create.name     what was typed; Create.colour
Errors.text     one sentence; Errors.create: flag, at the form for a new one
Fields: csrf, act = create (name, colour), change (keyword, name, colour), delete (keyword;
everywhere=1: off the messages too).
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1><?cs call:until() ?>
<p class="facts"><?cs var:L.tag.intro ?></p>
<?cs if:Errors.text && !Errors.create ?><p class="error" role="alert"><?cs var:Errors.text ?></p><?cs /if ?>
<form class="panel" method="post" action="/tags"><?cs call:csrf() ?>
<h2><?cs var:L.tag.create ?></h2>
<p class="field"><label for="name"><?cs var:L.folders.name ?></label> <input id="name" name="name" type="text" required maxlength="100" value="<?cs var:Create.name ?>"<?cs if:Errors.create ?> aria-invalid="true" aria-describedby="name-error"<?cs /if ?>></p>
<?cs if:Errors.create ?><?cs call:error("name-error", Errors.text) ?><?cs /if ?>
<?cs call:colours("colour", Create.colour) ?>
<p class="do"><button class="button first" type="submit" name="act" value="create"><?cs var:L.folders.make ?></button></p>
</form>
<section class="panel" aria-labelledby="all"><h2 id="all"><?cs var:L.tag.all ?></h2>
<ul class="lines"><?cs each:tag = Tags ?><li><details class="edit"><summary><span class="tag c-<?cs var:tag.colour ?>"><bdi><?cs var:tag.label ?></bdi></span> <u><?cs var:L.folders.change ?><span class="vh"> <?cs var:tag.label ?></span></u></summary>
<form method="post" action="/tags"><?cs call:csrf() ?><?cs call:hidden("keyword", tag.keyword) ?>
<p class="field"><label for="name-<?cs var:tag.id ?>"><?cs var:L.folders.name ?></label> <input id="name-<?cs var:tag.id ?>" name="name" type="text" maxlength="100" value="<?cs var:tag.label ?>"></p>
<p class="field"><label for="colour-<?cs var:tag.id ?>"><?cs var:L.colour.label ?></label> <select id="colour-<?cs var:tag.id ?>" name="colour"><?cs call:colour_options(tag.colour) ?></select></p>
<p class="do"><button class="button" type="submit" name="act" value="change"><?cs var:L.settings.save ?></button> <a class="button" href="<?cs var:tag.url ?>"><?cs var:L.tag.show ?></a></p></form>
<?cs if:!tag.known || tag.named ?><form method="post" action="/tags"><?cs call:csrf() ?><?cs call:hidden("keyword", tag.keyword) ?>
<?cs if:!tag.known ?><p class="tick"><input type="checkbox" id="off-<?cs var:tag.id ?>" name="everywhere" value="1"><label for="off-<?cs var:tag.id ?>"><?cs var:L.tag.everywhere ?></label></p><?cs /if ?>
<p class="do"><button class="button<?cs if:!tag.known ?> danger<?cs /if ?>" type="submit" name="act" value="delete"><?cs if:tag.known ?><?cs var:L.tag.reset ?><?cs else ?><?cs var:L.tag.delete ?><?cs /if ?></button></p></form><?cs /if ?></details></li>
<?cs /each ?></ul></section>
</div></main>
<?cs include:"bottom.cs" ?>

<?cs #
GET /again, where a sign-in ends that was made beside a page which waits for it; and a form that came
when its session was over, to be sent again.

Again.typed       what was typed, to read and copy; absent: it is the first of the two
Again.late        flag: nobody is signed in; absent: signed in again, one more press sends it
Again.action_url  where the form goes again         Again.Fields.N  name, value: what was in it
Csrf              the form's old token where Again.late is set
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "door-page" ?><?cs set:Layout.bare = "1" ?><?cs include:"top.cs" ?>
<main id="main" class="door" tabindex="-1"><div class="page">
<p class="brand"><i></i><?cs var:Site.name ?></p>
<?cs if:Again.action_url ?><h1><?cs var:L.again.title ?></h1>
<?cs if:Again.late ?><p><?cs var:L.again.late ?></p>
<p class="do"><a class="button" href="/login?next=/again" target="_blank" rel="noopener"><?cs var:L.again.enter ?></a></p><?cs else ?><p><?cs var:L.again.here ?> <bdi><?cs var:User.address ?></bdi></p><?cs /if ?>
<p class="field"><label for="kept"><?cs var:L.failure.typed ?></label><textarea id="kept" rows="12" readonly>
<?cs var:Again.typed ?></textarea></p>
<form method="post" action="<?cs var:Again.action_url ?>"><?cs call:csrf() ?><?cs each:field = Again.Fields ?><?cs call:hidden(field.name, field.value) ?><?cs /each ?>
<p class="do"><button class="button first" type="submit"><?cs var:L.again.send ?></button></p></form>
<?cs else ?><h1><?cs var:L.again.in ?></h1>
<p><bdi><?cs var:User.address ?></bdi></p>
<p><?cs var:L.again.close ?></p>
<form class="do" method="post" action="/logout"><?cs call:csrf() ?><a class="button" href="/mail"><?cs var:L.failure.back_inbox ?></a> <button class="button" type="submit"><?cs var:L.nav.sign_out ?></button></form><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

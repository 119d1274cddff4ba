<?cs #
Costly work waits for its turn at the gate, or runs. The same address is asked for again by itself;
leaving drops what has not begun.

Waiting.what        "Premier tri de « Amis »"
Waiting.state       "Votre demande est la prochaine."
Waiting.key         the work's name, for POST /leave
Waiting.leave_url   where leaving goes
Waiting.again_url   the same address, of a GET; absent for a POST, which has instead:
Waiting.action_url  where the form goes again    Waiting.Fields.N  name, value: what was in it
Waiting.back_act    value of a further field `act`, the last, that shows the form as it was: in the place of
                    leaving; mostly absent
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs if:Waiting.again_url ?><?cs set:Layout.again = "2" ?><?cs /if ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page failure" id="waiting">
<h1><?cs var:Waiting.what ?></h1>
<p class="cause" id="waiting-state" role="status"><?cs var:Waiting.state ?></p>
<p class="detail"><?cs var:L.waiting.why ?></p>
<?cs if:Waiting.action_url ?><form id="again" method="post" action="<?cs var:Waiting.action_url ?>"><?cs call:csrf() ?><?cs each:field = Waiting.Fields ?><?cs call:hidden(field.name, field.value) ?><?cs /each ?></form>
<?cs /if ?><?cs if:Waiting.back_act ?><p class="do"><button class="button first" type="submit" form="again"><?cs var:L.waiting.again ?></button> <button class="button" type="submit" form="again" name="act" value="<?cs var:Waiting.back_act ?>"><?cs var:L.waiting.leave ?></button></p>
<?cs else ?><form class="do" method="post" action="/leave"><?cs call:csrf() ?><?cs call:hidden("key", Waiting.key) ?><?cs call:hidden("back", Waiting.leave_url) ?>
<?cs if:Waiting.action_url ?><button class="button first" type="submit" form="again"><?cs var:L.waiting.again ?></button><?cs else ?><a class="button first" id="again" href="<?cs var:Waiting.again_url ?>"><?cs var:L.waiting.again ?></a><?cs /if ?>
<button class="button" type="submit"><?cs var:L.waiting.leave ?></button></form><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

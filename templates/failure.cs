<?cs #
Any failure, signed in or not.

Failure.title       "Le serveur de courrier ne répond pas"
Failure.cause       a sentence with host, cause, dates
Failure.remedy      what to do
Failure.detail      the server's own words; absent if none
Failure.code        "TLS-12"; absent if none        Failure.request  the request's id in the log
Failure.retry_url   present when the same GET may be tried again
Failure.back_url    where to go instead; Failure.back_label
Failure.typed       what was typed, recipients and subject first, when it could not be saved
?>
<?cs include:"macros.cs" ?><?cs if:User.login ?><?cs set:Layout.class = "app form-page" ?><?cs else ?><?cs set:Layout.class = "door-page" ?><?cs /if ?><?cs include:"top.cs" ?>
<main id="main"<?cs if:!User.login ?> class="door"<?cs /if ?> tabindex="-1"><div class="page failure">
<?cs if:!User.login ?><p class="brand"><i></i><?cs var:Site.name ?></p><?cs /if ?>
<h1><?cs var:Failure.title ?></h1>
<?cs call:failure() ?>
<?cs if:Failure.typed ?><p class="field"><label for="kept"><?cs var:L.failure.typed ?></label><textarea id="kept" rows="12" readonly>
<?cs var:Failure.typed ?></textarea></p><?cs /if ?>
<p class="do"><?cs if:Failure.retry_url ?><a class="button first" href="<?cs var:Failure.retry_url ?>"><?cs var:L.failure.retry ?></a> <?cs /if ?><?cs if:Failure.back_url ?><a class="button" href="<?cs var:Failure.back_url ?>"><?cs var:Failure.back_label ?></a><?cs /if ?></p>
<?cs if:Site.help_url ?><p><a href="<?cs var:Site.help_url ?>"><?cs var:L.nav.help ?></a></p><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

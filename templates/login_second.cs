<?cs #
GET and POST /login/second: the second step of a sign-in. User.* is not set.

Second.action_url   where the forms go: this page, with lang and next where they were given
Second.error        one sentence; absent if none
Second.setup        flag: the site wants a second factor and there is none; it is set up here
Second.missing      flag: the same on a public computer, where that cannot be done
Second.totp         flag: one-time codes are asked for
Second.Key          challenge, rp, ids (of the keys): a key may be used; absent: none
Second.App          secret (in groups), picture_url, app_url (otpauth:), error
Fields: csrf, act = step (code, or recovery, or client_data, data, id, signature), app (code), leave.
?>
<?cs include:"macros.cs" ?><?cs include:"second_parts.cs" ?><?cs set:Layout.class = "door-page" ?><?cs include:"top.cs" ?>
<main id="main" class="door" tabindex="-1">
<p class="brand"><i></i><?cs var:Site.name ?></p>
<div class="page"><h1><?cs var:Page.title ?></h1>
<?cs call:second_error() ?>
<?cs if:Second.missing ?><p><?cs var:L.second.missing ?></p>
<?cs elif:Second.setup ?><p><?cs var:L.second.setup ?></p>
<p><?cs var:L.second.app_intro ?></p>
<?cs call:second_app() ?>
<?cs else ?><?cs call:second_ask() ?>
<?cs /if ?><form class="do" method="post" action="<?cs var:Second.action_url ?>"><?cs call:csrf() ?><button class="button" type="submit" name="act" value="leave"><?cs var:L.second.leave ?></button></form>
</div>
<?cs if:Site.help_url ?><p class="motd"><a href="<?cs var:Site.help_url ?>"><?cs var:L.nav.help ?></a></p><?cs /if ?>
</main>
<?cs include:"bottom.cs" ?>

<?cs # What /second and /login/second share. Second.* as there. ?><?cs
def:second_error() ?><?cs if:Second.error ?><p class="error" role="alert" id="second-error"><?cs var:Second.error ?></p><?cs /if ?><?cs /def ?><?cs
# The questions: a code, a key (only scripts can ask for one: they show the button), a recovery code. ?><?cs
def:second_ask() ?><?cs if:Second.totp ?><form method="post" action="<?cs var:Second.action_url ?>"><?cs call:csrf() ?><?cs call:hidden("act", "step") ?>
<p class="field"><label for="code"><?cs var:L.second.code ?></label> <input id="code" name="code" type="text" required inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="12" spellcheck="false" autofocus aria-describedby="code-hint<?cs if:Second.error ?> second-error<?cs /if ?>"> <small id="code-hint"><?cs var:L.second.code_hint ?></small></p>
<p class="do"><button class="button first" type="submit"><?cs var:L.second.go ?></button></p></form>
<?cs /if ?><?cs if:Second.Key.challenge ?><form method="post" action="<?cs var:Second.action_url ?>" data-key="get" data-challenge="<?cs var:Second.Key.challenge ?>" data-rp="<?cs var:Second.Key.rp ?>" data-ids="<?cs var:Second.Key.ids ?>" data-failed="<?cs var:L.second.key_failed ?>"><?cs call:csrf() ?><?cs call:hidden("act", "step") ?>
<p class="do"><button class="button<?cs if:!Second.totp ?> first<?cs /if ?>" type="submit" hidden><?cs var:L.second.use_key ?></button></p>
<p role="status"></p><noscript><p><?cs var:L.second.key_noscript ?></p></noscript></form>
<script type="module" src="/static/webauthn.js?v=<?cs var:Version ?>"></script>
<?cs /if ?><details class="edit"><summary><?cs var:L.second.no_device ?></summary>
<form method="post" action="<?cs var:Second.action_url ?>"><?cs call:csrf() ?><?cs call:hidden("act", "step") ?>
<p class="field"><label for="recovery"><?cs var:L.second.recovery ?></label> <input id="recovery" name="recovery" type="text" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" aria-describedby="recovery-hint"> <small id="recovery-hint"><?cs var:L.second.recovery_hint ?></small></p>
<p class="do"><button class="button" type="submit"><?cs var:L.second.go ?></button></p></form></details><?cs /def ?><?cs
# Setting an app up. ?><?cs
def:second_app() ?><ol class="steps">
<li><?cs var:L.second.app_scan ?>
<p><img class="qr" src="<?cs var:Second.App.picture_url ?>" alt="<?cs var:L.second.app_picture ?>"></p>
<p><?cs var:L.second.app_type ?> <code><?cs var:Second.App.secret ?></code></p>
<p><a class="button" href="<?cs var:Second.App.app_url ?>"><?cs var:L.second.app_open ?></a></p></li>
<li><form method="post" action="<?cs var:Second.action_url ?>"><?cs call:csrf() ?>
<p class="field"><label for="app-code"><?cs var:L.second.app_code ?></label> <input id="app-code" name="code" type="text" required inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="12" spellcheck="false"<?cs if:Second.App.error ?> aria-invalid="true" aria-describedby="app-error"<?cs /if ?>></p>
<?cs call:error("app-error", Second.App.error) ?>
<p class="do"><button class="button first" type="submit" name="act" value="app"><?cs var:L.second.app_go ?></button></p></form></li>
</ol><?cs /def ?>

<?cs #
GET and POST /filters/apply: one rule applied to what is there already.

Apply.rule version   as the form says them
Apply.name       of the rule; may be absent
Apply.conditions actions   of the rule, in words: of the actions those that are done to what is there
Apply.error      one sentence over the form
Targets.N        name (raw), label: the folders in which the rule does something
Fields: csrf, rule, version, folder (raw; empty: all in which mail arrives).
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<p class="do"><a class="button" href="/filters"><?cs call:icon("left") ?><?cs var:L.filter.back ?></a></p>
<h1><?cs var:Page.title ?></h1>
<?cs if:Apply.error ?><p class="error panel" role="alert"><?cs var:Apply.error ?></p><?cs /if ?>
<form method="post" action="/filters/apply"><?cs call:csrf() ?><?cs call:hidden("rule", Apply.rule) ?><?cs call:hidden("version", Apply.version) ?>
<div class="panel"><?cs if:Apply.name ?><h2><bdi><?cs var:Apply.name ?></bdi></h2><?cs /if ?>
<p class="facts"><bdi><?cs var:Apply.conditions ?></bdi> → <bdi><?cs var:Apply.actions ?></bdi></p>
<p class="field"><label for="folder"><?cs var:L.filter.apply_to ?></label> <select id="folder" name="folder" aria-describedby="folder-hint"><?cs each:target = Targets ?><?cs call:option(target.name, target.label, "INBOX") ?><?cs /each ?><option value=""><?cs var:L.filter.apply_all ?></option></select> <small id="folder-hint"><?cs var:L.filter.apply_hint ?></small></p></div>
<p class="do"><button class="button first" type="submit"><?cs var:L.filter.apply_go ?></button> <a class="button" href="/filters"><?cs var:L.filter.cancel ?></a></p>
</form>
</div></main>
<?cs include:"bottom.cs" ?>

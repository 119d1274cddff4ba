<?cs #
GET /filters/why: which rule files this message.

Why.here        the folder in which it lies       Why.back_url  the message
Why.title       the rule that takes it, its number, conditions, does (in words), edit_url; absent: none
Why.elsewhere   flag: it does not lie where the rules would put it
Why.include     another program's script that decides before; Why.asleep: flag, the rules do not run
Also.N          number, title, actions: other rules that hold for it
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<p class="do"><a class="button" href="<?cs var:Why.back_url ?>"><?cs call:icon("left") ?><?cs var:L.headers.back ?></a></p>
<h1><?cs var:Page.title ?></h1>
<section class="panel"><?cs if:Why.title ?><p><?cs var:L.filter.why_rule ?> <b><?cs var:Why.number ?>. <bdi><?cs var:Why.title ?></bdi></b></p>
<p><bdi><?cs var:Why.conditions ?></bdi> → <bdi><?cs var:Why.does ?></bdi></p>
<p class="do"><a class="button" href="<?cs var:Why.edit_url ?>"><?cs var:L.filter.edit ?></a></p><?cs else ?><p><?cs var:L.filter.why_none ?></p><?cs /if ?>
<?cs if:Why.elsewhere ?><p><?cs var:L.filter.why_elsewhere ?> <b><bdi><?cs var:Why.here ?></bdi></b></p><?cs /if ?>
<?cs if:Why.include ?><p><?cs var:L.filter.why_include ?> <b><bdi><?cs var:Why.include ?></bdi></b></p><?cs /if ?>
<?cs if:Why.asleep ?><p><?cs var:L.filter.why_asleep ?></p><?cs /if ?></section>
<?cs if:subcount(Also) > #0 ?><section class="panel" aria-labelledby="also"><h2 id="also"><?cs var:L.filter.why_also ?></h2><ul class="samples"><?cs each:one = Also ?><li><?cs var:one.number ?>. <bdi><?cs var:one.title ?></bdi> → <bdi><?cs var:one.actions ?></bdi></li>
<?cs /each ?></ul></section><?cs /if ?>
<p class="do"><a class="button" href="/filters"><?cs var:L.filter.all ?></a></p>
</div></main>
<?cs include:"bottom.cs" ?>

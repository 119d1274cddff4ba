<?cs #
GET and POST /filters: the rules in their order, the vacation reply, and other programs' scripts.

Filters.version     of what is shown: the field `version` of every form
Filters.vacation    one sentence: whether the reply is on
Filters.error       one sentence over the page
Filters.edited_text flag and text: ours, changed by hand
Filters.other       another program's script that runs now; Filters.joins: flag, it goes on, before ours
Rules.N             index (field `rule`), number (from 1), title, name (may be absent), conditions,
                    actions (in words), edit_url, apply_url (absent: nothing to do to what is there),
                    flags: on, first, last
Others.N            name, text, flags: active, included, includable
Fields: csrf, version, act = up, down, on, off, delete (rule; each with Undo), include, exclude (name), adopt.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app form-page" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1"><div class="page">
<h1><?cs var:Page.title ?></h1>
<?cs if:Filters.error ?><p class="error panel" role="alert"><?cs var:Filters.error ?></p><?cs /if ?>
<?cs if:Filters.edited_text ?><form class="strip doubt" method="post" action="/filters"><?cs call:csrf() ?><?cs call:hidden("version", Filters.version) ?><?cs call:icon("doubt") ?><div><p><?cs var:L.filter.edited ?></p>
<details><summary><?cs var:L.filter.show ?></summary><pre tabindex="0"><?cs var:Filters.edited_text ?></pre></details>
<p><button class="button" type="submit" name="act" value="adopt"><?cs var:L.filter.adopt ?></button></p></div></form><?cs /if ?>
<?cs if:Filters.other ?><p class="strip"><span><?cs if:Filters.joins ?><?cs var:L.filter.joins ?><?cs else ?><?cs var:L.filter.alone ?><?cs /if ?> <b><bdi><?cs var:Filters.other ?></bdi></b></span></p><?cs /if ?>
<p class="do"><a class="button first" href="/filters/edit"><?cs var:L.filter.new ?></a></p>
<?cs if:subcount(Rules) > #0 ?><p><?cs var:L.filter.order ?></p>
<ul class="rules">
<?cs each:rule = Rules ?><li class="panel<?cs if:!rule.on ?> off<?cs /if ?>"><h2><span class="vh"><?cs var:L.filter.rule ?> </span><?cs var:rule.number ?>. <a href="<?cs var:rule.edit_url ?>"><bdi><?cs var:rule.title ?></bdi></a><?cs if:!rule.on ?> <span class="tag"><?cs var:L.filter.is_off ?></span><?cs /if ?></h2>
<?cs if:rule.name ?><p><bdi><?cs var:rule.conditions ?></bdi> → <bdi><?cs var:rule.actions ?></bdi></p><?cs /if ?>
<form class="do" method="post" action="/filters"><?cs call:csrf() ?><?cs call:hidden("version", Filters.version) ?><?cs call:hidden("rule", rule.index) ?>
<a class="button" href="<?cs var:rule.edit_url ?>"><?cs var:L.filter.edit ?><span class="vh"> <?cs var:L.filter.rule ?> <?cs var:rule.number ?></span></a>
<?cs if:rule.on ?><button class="button" type="submit" name="act" value="off"><?cs var:L.filter.turn_off ?><span class="vh"> <?cs var:L.filter.rule ?> <?cs var:rule.number ?></span></button><?cs else ?><button class="button" type="submit" name="act" value="on"><?cs var:L.filter.turn_on ?><span class="vh"> <?cs var:L.filter.rule ?> <?cs var:rule.number ?></span></button><?cs /if ?>
<?cs if:rule.apply_url ?><a class="button" href="<?cs var:rule.apply_url ?>"><?cs var:L.filter.apply ?><span class="vh"> <?cs var:L.filter.rule ?> <?cs var:rule.number ?></span></a><?cs /if ?>
<?cs if:!rule.first ?><button class="button" type="submit" name="act" value="up"><?cs var:L.filter.up ?><span class="vh"> <?cs var:L.filter.rule ?> <?cs var:rule.number ?></span></button><?cs /if ?>
<?cs if:!rule.last ?><button class="button" type="submit" name="act" value="down"><?cs var:L.filter.down ?><span class="vh"> <?cs var:L.filter.rule ?> <?cs var:rule.number ?></span></button><?cs /if ?>
<button class="button danger" type="submit" name="act" value="delete"><?cs var:L.filter.delete ?><span class="vh"> <?cs var:L.filter.rule ?> <?cs var:rule.number ?></span></button>
</form></li>
<?cs /each ?></ul>
<?cs else ?><div class="empty"><p><?cs var:L.filter.empty ?></p><p><?cs var:L.filter.empty_hint ?></p></div><?cs /if ?>
<section class="panel" aria-labelledby="away"><h2 id="away"><?cs var:L.vacation.title ?></h2>
<p><?cs var:Filters.vacation ?></p><p class="do"><a class="button" href="/vacation"><?cs var:L.filter.edit ?><span class="vh"> <?cs var:L.vacation.title ?></span></a></p></section>
<?cs if:subcount(Others) > #0 ?><section class="panel" aria-labelledby="others"><h2 id="others"><?cs var:L.filter.others ?></h2>
<p><?cs var:L.filter.others_hint ?></p>
<?cs each:other = Others ?><div class="other"><h3><bdi><?cs var:other.name ?></bdi><?cs if:other.active ?> <span class="tag"><?cs var:L.filter.runs ?></span><?cs elif:other.included ?> <span class="tag"><?cs var:L.filter.runs_first ?></span><?cs /if ?></h3>
<details><summary><?cs var:L.filter.show ?><span class="vh"> <?cs var:other.name ?></span></summary><pre tabindex="0"><?cs var:other.text ?></pre></details>
<?cs if:other.included || other.includable ?><form class="do" method="post" action="/filters"><?cs call:csrf() ?><?cs call:hidden("version", Filters.version) ?><?cs call:hidden("name", other.name) ?>
<?cs if:other.included ?><button class="button" type="submit" name="act" value="exclude"><?cs var:L.filter.exclude ?><span class="vh"> <?cs var:other.name ?></span></button><?cs else ?><button class="button" type="submit" name="act" value="include"><?cs var:L.filter.include ?><span class="vh"> <?cs var:other.name ?></span></button><?cs /if ?></form><?cs /if ?></div>
<?cs /each ?></section><?cs /if ?>
</div></main>
<?cs include:"bottom.cs" ?>

<?cs #
GET /journey: lines of its table of contents.

Journey.Letters.N   number, subject, from, date
?><?cs each:one = Journey.Letters ?><li><a href="#n<?cs var:one.number ?>"><bdi><?cs var:one.subject ?></bdi></a><br><bdi><?cs var:one.from ?></bdi> · <?cs var:one.date ?></li>
<?cs /each ?>
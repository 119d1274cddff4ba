<?cs #
The table of messages of a list, and how one turns its pages. Reads Groups.N.Rows.M as in listing.cs;
there may be `folder`, the label of the folder where the message is (search.cs).
list_rows(to, fixed): `to`: the rows name recipients; `fixed`: single boxes do not count.
turn_icons(place), turns(place): of place.url_prev, place.url_next, place.range. Where nothing may be
changed (User.reading) there are no ticks, and one turns by links.
?><?cs
def:turn_icon(turn_url, turn_icon_name, turn_label) ?><?cs if:turn_url && User.reading ?><a class="quiet turn" href="<?cs var:turn_url ?>" title="<?cs var:turn_label ?>"><?cs call:icon(turn_icon_name) ?><span class="vh"><?cs var:turn_label ?></span></a><?cs elif:turn_url ?><button class="quiet turn" type="submit" name="turn" value="<?cs var:turn_url ?>" title="<?cs var:turn_label ?>"><?cs call:icon(turn_icon_name) ?><span class="vh"><?cs var:turn_label ?></span></button><?cs /if ?>
<?cs /def ?><?cs
def:turn_icons(place) ?><?cs call:turn_icon(place.url_prev, "left", L.list.previous) ?><?cs call:turn_icon(place.url_next, "right", L.list.next) ?><?cs /def ?><?cs
def:turn(turn_url, turn_left, turn_label, turn_right) ?><?cs if:turn_url && User.reading ?><a class="button turn" href="<?cs var:turn_url ?>"><?cs if:turn_left ?><?cs call:icon(turn_left) ?><?cs /if ?><?cs var:turn_label ?><?cs if:turn_right ?><?cs call:icon(turn_right) ?><?cs /if ?></a><?cs elif:turn_url ?><button class="button turn" type="submit" name="turn" value="<?cs var:turn_url ?>"><?cs if:turn_left ?><?cs call:icon(turn_left) ?><?cs /if ?><?cs var:turn_label ?><?cs if:turn_right ?><?cs call:icon(turn_right) ?><?cs /if ?></button><?cs /if ?><?cs /def ?><?cs
def:turns(place) ?><?cs if:place.url_prev || place.url_next ?><p class="turns"><?cs call:turn(place.url_prev, "left", L.list.previous, "") ?> <span class="range"><?cs var:place.range ?></span> <?cs call:turn(place.url_next, "", L.list.next, "right") ?></p><?cs /if ?><?cs /def ?><?cs
def:list_mark(mark_on, mark_icon, mark_text) ?><?cs if:mark_on ?><?cs call:icon(mark_icon) ?><span class="vh"><?cs var:mark_text ?> </span><?cs /if ?><?cs /def ?><?cs
def:list_row(row, row_fixed) ?><tr class="row<?cs if:row.unread ?> new<?cs /if ?><?cs if:row.deleted ?> gone<?cs /if ?>"<?cs if:row.current ?> aria-current="true"<?cs /if ?>>
<td class="tick"><?cs if:!User.reading ?><label><input type="checkbox" name="uid" value="<?cs var:row.uid ?>"<?cs if:row.checked ?> checked<?cs /if ?><?cs if:row_fixed ?> disabled<?cs /if ?> aria-label="<?cs var:L.list.tick ?> <?cs var:row.from ?>, <?cs var:row.subject ?>"></label><?cs /if ?></td>
<td class="from"><?cs if:row.unread ?><span class="vh"><?cs var:L.list.unread ?> </span><?cs /if ?><?cs if:row.doubt ?><span class="doubt"><?cs call:icon("doubt") ?></span><?cs /if ?><bdi><?cs var:row.from ?></bdi><?cs if:row.count ?> <span class="many"><?cs var:row.count ?><span class="vh"> <?cs var:row.count_text ?></span></span><?cs /if ?><?cs if:row.doubt ?><span class="vh"> <?cs var:L.list.doubt ?> <bdi><?cs var:row.doubt ?></bdi></span><?cs /if ?></td>
<td class="subject"><?cs if:row.folder ?><span class="tag"><span class="vh"><?cs var:L.search.in_folder ?> </span><bdi><?cs var:row.folder ?></bdi></span> <?cs /if ?><?cs if:row.draft ?><span class="tag"><?cs var:L.list.draft ?></span> <?cs /if ?><?cs each:tag = row.Tags ?><span class="tag c-<?cs var:tag.colour ?>"><bdi><?cs var:tag.label ?></bdi></span> <?cs /each ?><a href="<?cs var:row.url ?>"><bdi><?cs var:row.subject ?></bdi></a><?cs if:row.preview ?><span class="preview"> — <bdi><?cs var:row.preview ?></bdi></span><?cs /if ?></td>
<td class="mark"><?cs if:row.flagged ?><span class="flagged"><?cs call:icon("star") ?></span><span class="vh"><?cs var:L.list.flagged ?> </span><?cs /if ?><?cs call:list_mark(row.answered, "reply", L.list.answered) ?><?cs call:list_mark(row.forwarded, "forward", L.list.forwarded) ?><?cs call:list_mark(row.attachment, "clip", L.list.attachment) ?><?cs if:row.deleted ?><span class="vh"><?cs var:L.list.deleted ?> </span><?cs /if ?><time datetime="<?cs var:row.datetime ?>" title="<?cs var:row.date ?>"><?cs var:row.time ?></time></td>
</tr>
<?cs /def ?><?cs
def:list_rows(rows_to, rows_fixed) ?><table class="rows">
<thead class="vh"><tr><?cs if:User.reading ?><td></td><?cs else ?><th scope="col"><?cs var:L.list.tick ?></th><?cs /if ?><th scope="col"><?cs if:rows_to ?><?cs var:L.list.to ?><?cs else ?><?cs var:L.list.from ?><?cs /if ?></th><th scope="col"><?cs var:L.list.subject ?></th><th scope="col"><?cs var:L.list.date ?></th></tr></thead>
<?cs each:group = Groups ?><tbody>
<?cs if:group.label ?><tr class="day"><th colspan="4" scope="rowgroup"><?cs var:group.label ?></th></tr>
<?cs /if ?><?cs each:one = group.Rows ?><?cs call:list_row(one, rows_fixed) ?><?cs /each ?></tbody>
<?cs /each ?></table>
<?cs /def ?>

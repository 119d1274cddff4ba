<?cs #
GET /mail: one page of a folder or of a search, and the message of the reading pane if there is one
(then everything that reading.cs names is set too).

Listing.folder      raw name       Listing.v       UIDVALIDITY
Listing.label       "Réception"    Listing.kind    inbox drafts sent archive junk trash folder
Listing.total       "20 412"       Listing.range   "1–50" (absent when empty)
Listing.url_prev  Listing.url_next    absent at the ends
Listing.sort        the order's label, "Date"
Listing.Sorts.N     label, url, flag current
Listing.unread_url  the same folder, unread only (or, when that is on, without); flag unread_on
Listing.flagged_url the same; flag flagged_on
Listing.clear_url   present when a search or a restriction is on: the whole folder
Listing.empty       the sentence when there is no row; Listing.empty_hint: what to do next
Listing.notice      e.g. what is missing from the result; absent mostly
Listing.poll_url    GET /poll?folder=… for the script; absent: no polling
Groups.N.label      the postmark, absent when the order is not by date
Groups.N.Rows.M     uid, url, from, subject, preview, time, datetime (ISO), date (in full),
                    flags: unread flagged answered forwarded attachment deleted draft current checked
Groups.N.Rows.M.Tags.K.label
Targets.N           name (raw), label (with its path): folders that a message may be moved to

POST /act fields: csrf, folder, v, back, uid (repeats), to, and act = read unread flag unflag move
copy archive junk notjunk delete purge empty. `empty` and `purge` ask first (confirm.cs).
?>

<?cs #
GET and POST /settings.

Settings.lang       "" (as the browser), fr, en
Settings.zone       IANA name      Zones.N.name: the names to choose from
Settings.theme      auto light dark          Settings.density    comfortable compact
Settings.pane       right below none         Settings.body       html plain
Settings.seen       open manual              Settings.page_size  25 50 100 200
Settings.keys       flag
Settings.name       Settings.signature       Settings.address (shown, not a field)
Settings.error      one sentence; Settings.Errors.name, zone, signature: for a field
Fields: csrf, lang, zone, theme, density, pane, body, seen, page_size, keys (1 or absent), name,
signature.
?>

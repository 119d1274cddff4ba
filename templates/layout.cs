<?cs #
What every page has. A page's template sets nothing; it includes macros.cs and top.cs, writes its
<main>, and includes bottom.cs.

Lang            "fr" or "en" (set by view_new)
Version         in the address of each static file, so that it may be cached for ever
Theme           "auto", "light", "dark"
Density         "comfortable", "compact"
Pane            "right", "below", "none": the reading pane
Keys            flag: keyboard shortcuts are on
Csrf            the token of every form
Page.title      without the site's name
Page.unread     text, "12": shown before the title; absent for none
Page.url        this page's own local address: where an action comes back to (field `back`)
Site.name  Site.tagline  Site.help_url  Site.motd     (the last three may be absent)
User.login  User.address       absent: nobody is signed in, no header and no folder list
Flash.text      what has just been done: the status line. Flash.error: flag
Flash.undo      what the field `undo` of POST /act (act=undo) must hold; absent: no Undo
Search.folder   raw name, the hidden field `folder` of GET /mail; absent: the field is not shown
Search.label    the folder's label; Search.q: what was sought
Folders.N       label, url, icon (inbox drafts sent archive junk trash folder), level (0 = top),
                unread (text, absent for none), and flags: current, selectable, special
Quota.text      "6,2 Go sur 10 Go"; Quota.percent: number 0 to 100
?>

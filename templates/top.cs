<?cs #
What every page has. A page's template includes macros.cs, may set Layout.class (and Layout.again: the
seconds after which it is asked for again where there are no scripts; Layout.still: app.js does not run), includes top.cs, writes its <main id="main"> and includes bottom.cs.

Lang            "fr" or "en" (set by view_new)
Version         in the address of each static file, so that it may be cached for ever
Theme           "auto", "light", "dark"
Density         "comfortable", "compact"
Pane            "right", "below", "none": the reading pane
Keys            flag: keyboard shortcuts are on
Notify          flag: the browser tells of new mail
Csrf            the token of every form
Page.id         the template's name; Page.title without the site's name
Page.unread     text, "12": shown before the title; absent for none
Page.url        this page's own local address: where an action comes back to (field `back`)
Site.filters    flag: rules and a vacation reply can be set here
Site.passes     flag: one-time passes can be made here
Site.name  Site.tagline  Site.help_url  Site.motd     (the last three may be absent)
Session.left  most  warn        seconds until the session ends if nothing is done, until it ends whatever
                is done, and before its end when one is warned; absent: no session
Session.until   "14:32"; Session.typing: flag, a page where one types
Session.text    of a public session: "Encore 5 min"; Session.refresh: seconds after which a page of it on
                which nobody types goes to /closed where there are no scripts
User.login  User.address       absent: nobody is signed in, no header and no folder list
User.public User.pass User.reading   flags: a session on a public computer; by a one-time pass; in which
                nothing may be changed
Flash.text      what has just been done: the status line. Flash.error: flag
Flash.url, .way a link that leads on, and its label; absent: none
Flash.undo      what the field `undo` of POST /act (act=undo) must hold; absent: no Undo
Search.folder   raw name, the hidden field `folder` of GET /mail; absent: the field is not shown
Search.label    the folder's label; Search.q: what was sought
Search.in       here below subscribed all: what the field offers first; Search.more_url: more criteria
Searches.N      saved searches: as Folders.N
Folders.N       label, url, icon (inbox drafts sent archive junk trash folder), level (0 = top),
                realm (own others shared), colour (absent for none),
                unread (text, absent for none), and flags: current, selectable, special
Jobs.N          id, url, title, progress ("12 500 sur 20 412"), percent: long works that run now
News.N.text     a sign-in, or what was done on public computers, that the user has not been told of: shown
                until POST /sessions (act=seen); News.N.doubt: flag, was that you?
User.code       of a public session: what ends it from a telephone; User.end_hint: how, in a sentence
Quota.text      "6,2 Go sur 10 Go"; Quota.percent: number 0 to 100; flags high (80 %), full (95 %)
?>
<!doctype html>
<html lang="<?cs var:Lang ?>" data-theme="<?cs var:Theme ?>" data-density="<?cs var:Density ?>" data-pane="<?cs var:Pane ?>"<?cs if:User.public ?> data-public="1"<?cs /if ?><?cs if:Keys ?> data-keys="1"<?cs /if ?><?cs if:Notify ?> data-notify="1"<?cs /if ?>>
<head>
<meta charset="utf-8">
<title><?cs if:Page.unread ?>(<?cs var:Page.unread ?>) <?cs /if ?><?cs var:Page.title ?><?cs if:Page.title != Site.name ?> · <?cs var:Site.name ?><?cs /if ?></title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<?cs if:Layout.again ?><noscript><meta http-equiv="refresh" content="<?cs var:Layout.again ?>"></noscript>
<?cs elif:Session.refresh ?><noscript><meta http-equiv="refresh" content="<?cs var:Session.refresh ?>;url=/closed"></noscript>
<?cs /if ?><link rel="stylesheet" href="/static/papier.css?v=<?cs var:Version ?>">
<link rel="icon" type="image/svg+xml" href="/static/favicon.svg?v=<?cs var:Version ?>">
<?cs # where a password is typed no script runs ?><?cs if:User.login && !Layout.still ?><script type="module" src="/static/app.js?v=<?cs var:Version ?>"></script>
<?cs /if ?></head>
<body class="<?cs var:Layout.class ?>">
<a class="skip" href="#main"><?cs var:L.nav.skip ?></a>
<?cs if:User.login && !Layout.bare ?>
<header class="head">
<a class="burger" href="#folders"><?cs call:icon("menu") ?><span class="vh"><?cs var:L.nav.folders ?></span></a>
<a class="brand" href="/mail"><i></i><?cs var:Site.name ?></a>
<?cs if:Search.folder ?>
<form class="search" action="/mail" role="search">
<?cs call:icon("search") ?>
<input type="hidden" name="folder" value="<?cs var:Search.folder ?>">
<input type="search" name="q" id="q" value="<?cs var:Search.q ?>" aria-label="<?cs var:L.search.label ?>" placeholder="<?cs var:L.search.in ?> <?cs var:Search.label ?>" autocomplete="off" maxlength="500">
<?cs if:Search.in ?><select name="in" aria-label="<?cs var:L.search.where_in ?>"><?cs call:option("here", L.search.here, Search.in) ?><?cs call:option("below", L.search.below, Search.in) ?><?cs call:option("subscribed", L.search.subscribed, Search.in) ?><?cs call:option("all", L.search.all, Search.in) ?></select><?cs /if ?>
<button class="vh" type="submit"><?cs var:L.search.go ?></button>
</form>
<?cs /if ?>
<?cs call:left() ?>
<div class="who">
<?cs if:User.code ?><a href="/end" title="<?cs var:User.end_hint ?>"><?cs var:L.end.header ?> <b><?cs var:User.code ?></b></a>
<?cs /if ?><span class="address"><?cs var:User.address ?></span>
<?cs if:!User.public ?><a href="/sessions"<?cs if:Page.id == "sessions" ?> aria-current="page"<?cs /if ?>><?cs var:L.sessions.title ?></a>
<a href="/settings"<?cs if:Page.id == "settings" ?> aria-current="page"<?cs /if ?>><?cs var:L.nav.settings ?></a>
<?cs /if ?><?cs if:Site.help_url ?><a href="<?cs var:Site.help_url ?>"><?cs var:L.nav.help ?></a><?cs /if ?>
<?cs if:!User.public ?><form method="post" action="/logout"><?cs call:csrf() ?><button class="link" type="submit"><?cs var:L.nav.sign_out ?></button></form>
<?cs /if ?></div>
</header>
<nav class="side" aria-label="<?cs var:L.nav.folders ?>">
<?cs if:!User.reading ?><a class="button first write" href="/compose"><?cs call:icon("pen") ?><span><?cs var:L.nav.write ?></span></a>
<?cs /if ?><div class="folders" id="folders">
<a class="close" href="#main"><?cs call:icon("left") ?><?cs var:L.nav.close ?></a>
<?cs if:subcount(Folders) > #0 ?><ul>
<?cs each:f = Folders ?><?cs if:f.special ?><?cs call:folder(f) ?><?cs /if ?><?cs /each ?>
</ul>
<h2><?cs var:L.nav.folders ?></h2>
<ul>
<?cs each:f = Folders ?><?cs if:!f.special && f.realm == "own" ?><?cs call:folder(f) ?><?cs elif:f.realm != "own" ?><?cs set:Layout.shared = "1" ?><?cs /if ?><?cs /each ?>
</ul><?cs if:Layout.shared ?>
<h2><?cs var:L.nav.shared ?></h2>
<ul>
<?cs each:f = Folders ?><?cs if:f.realm != "own" ?><?cs call:folder(f) ?><?cs /if ?><?cs /each ?>
</ul><?cs /if ?><?cs /if ?>
<?cs if:subcount(Searches) > #0 ?><h2><?cs var:L.search.saved ?></h2>
<ul>
<?cs each:f = Searches ?><?cs call:folder(f) ?><?cs /each ?>
</ul><?cs /if ?>
<?cs if:!User.public ?><a class="manage" href="/folders"<?cs if:Page.id == "folders" ?> aria-current="page"<?cs /if ?>><?cs var:L.nav.manage ?></a>
<a class="manage" href="/transfer"<?cs if:Page.id == "transfer" ?> aria-current="page"<?cs /if ?>><?cs var:L.transfer.title ?></a>
<?cs /if ?><?cs if:Site.filters && !User.public ?><a class="manage" href="/filters"<?cs if:Page.id == "filters" ?> aria-current="page"<?cs /if ?>><?cs var:L.nav.filters ?></a>
<?cs /if ?><?cs if:!User.reading ?><a class="manage" href="/jobs"<?cs if:Page.id == "jobs" ?> aria-current="page"<?cs /if ?>><?cs var:L.nav.jobs ?><?cs if:subcount(Jobs) > #0 ?> <b><?cs var:subcount(Jobs) ?><span class="vh"> <?cs var:L.job.running ?></span></b><?cs /if ?></a>
<?cs /if ?><?cs if:Quota.text ?><p class="quota<?cs if:Quota.high ?> high<?cs /if ?>"><?cs call:quota() ?><?cs if:Quota.high && !User.public ?> · <a href="/space"><?cs var:L.space.title ?></a><?cs /if ?></p><?cs /if ?>
</div>
</nav>
<?cs call:news() ?><?cs /if ?>
<?cs # on a public computer one leaves from anywhere, whatever scripts do
?><?cs if:User.public ?><section id="leave" aria-label="<?cs var:L.public.session ?>"><form method="post" action="/logout"><?cs call:csrf() ?><button class="button" type="submit" title="<?cs var:L.public.leave_title ?>"><?cs var:L.public.leave ?></button></form></section>
<?cs /if ?><div id="status" role="status"<?cs # with what scripts say, in attributes: nobody else sees it
?><?cs if:Session.left ?> data-left="<?cs var:Session.left ?>" data-most="<?cs var:Session.most ?>" data-warn="<?cs var:Session.warn ?>" data-user="<?cs var:User.login ?>" data-site="<?cs var:Site.name ?>" data-soon="<?cs var:L.countdown.soon ?>" data-last="<?cs var:L.countdown.last ?>" data-stay="<?cs var:L.countdown.stay ?>" data-over="<?cs var:L.countdown.over ?>" data-open="<?cs var:L.countdown.open ?>" data-saved="<?cs var:L.countdown.saved ?>" data-other="<?cs var:L.countdown.other ?>" data-again="<?cs var:L.again.enter ?>" data-later="<?cs var:L.countdown.later ?>"<?cs if:Session.typing ?> data-typing="1"<?cs /if ?><?cs if:User.public ?> data-public="<?cs var:L.countdown.clock ?>"<?cs /if ?><?cs /if
?><?cs if:User.login ?> data-ended="<?cs var:L.login.expired ?>" data-enter="<?cs var:L.login.go ?>"<?cs if:Layout.bare
?> data-compose-saving="<?cs var:L.compose.saving ?>" data-compose-unsaved="<?cs var:L.compose.unsaved ?>" data-compose-offline="<?cs var:L.compose.offline ?>" data-compose-expired="<?cs var:L.compose.expired ?>" data-compose-missing="<?cs var:L.compose.missing ?>" data-compose-retry="<?cs var:L.compose.retry ?>" data-compose-without="<?cs var:L.compose.without ?>"<?cs else
?> data-unanswered="<?cs var:L.nav.unanswered ?>" data-reload="<?cs var:L.nav.reload ?>" data-tick-all="<?cs var:L.list.tick_all ?>" data-move-to="<?cs var:L.act.move_to ?>" data-selected-one="<?cs var:L.list.selected.one ?>" data-selected-other="<?cs var:L.list.selected.other ?>" data-new-one="<?cs var:L.list.new.one ?>" data-new-other="<?cs var:L.list.new.other ?>" data-new-show="<?cs var:L.list.new_show ?>" data-undo="<?cs var:L.act.undo ?>"<?cs if:Keys
?> data-keys-title="<?cs var:L.keys.title ?>" data-keys-next="<?cs var:L.keys.next ?>" data-keys-open="<?cs var:L.keys.open ?>" data-keys-tick="<?cs var:L.keys.tick ?>" data-keys-file="<?cs var:L.keys.file ?>" data-keys-answer="<?cs var:L.keys.answer ?>" data-keys-star="<?cs var:L.keys.star ?>" data-keys-read="<?cs var:L.keys.read ?>" data-keys-move="<?cs var:L.act.move ?>" data-keys-undo="<?cs var:L.keys.undo ?>" data-keys-search="<?cs var:L.keys.search ?>" data-keys-write="<?cs var:L.keys.write ?>" data-keys-go="<?cs var:L.keys.go ?>" data-keys-send="<?cs var:L.compose.send ?>" data-keys-close="<?cs var:L.keys.close ?>"<?cs /if ?><?cs /if ?><?cs /if ?>><?cs if:Flash.text ?>
<div class="toast<?cs if:Flash.error ?> bad<?cs /if ?>"><p><?cs var:Flash.text ?></p><?cs if:Flash.url ?> <a class="link" href="<?cs var:Flash.url ?>"><?cs var:Flash.way ?></a><?cs /if ?><?cs if:Flash.undo ?>
<form method="post" action="/act"><?cs call:csrf() ?><?cs call:hidden("back", Page.url) ?><?cs call:hidden("undo", Flash.undo) ?><button class="link" type="submit" name="act" value="undo"><?cs var:L.act.undo ?></button></form><?cs /if ?></div><?cs /if ?></div>

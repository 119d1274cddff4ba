<?cs #
GET and POST /login. User.* is not set.

Login.user       what was typed, kept after an error
Login.public     flag: the tick box "public computer"
Login.next       local path to go to afterwards (hidden field `next`); absent: the inbox
Login.public_text  one line on what the tick box changes (times from the configuration)
Login.error      one sentence; absent if none. Login.notice: "Vous êtes sorti", "session expired"
Failure.*        as in failure.cs, when the server and not the user is to blame
Languages.N      label, code, url (/login?lang=…), flag current
Fields: csrf, next, user, password, public.
?>

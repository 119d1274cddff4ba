<?cs #
Any failure, signed in or not.

Failure.title       "Le serveur de courrier ne répond pas"
Failure.cause       a sentence with host, cause, dates
Failure.remedy      what to do
Failure.detail      the server's own words; absent if none
Failure.code        "TLS-12"; absent if none        Failure.request  the request's id in the log
Failure.retry_url   present when the same GET may be tried again
Failure.back_url    where to go instead; Failure.back_label
Failure.Text.subject, Failure.Text.text   what was typed, when it could not be saved anywhere
?>

<?cs #
GET and POST /compose (multipart/form-data).

Compose.title       "Nouveau message", "Répondre"…
Compose.to  cc  bcc  subject  text      as typed
Compose.show_cc     flag: Cc or Bcc are in use
Compose.from        the chosen identity's value; Identities.N: value, label. One: shown as text
Compose.focus       to, subject or text: where the writer starts
Compose.error       one sentence over the form; Compose.Errors.to cc bcc subject attach from: one
                    sentence for a field
Compose.warning     may have been sent already, attachment forgotten…: a sentence that is no error
Compose.saved       "Enregistré à 14:02"; absent when nothing is saved yet
Compose.limit       "25 Mo au plus": size that all attachments together may have; limit_bytes: number
Compose.back_url    where Cancel goes
Attachments.N       id, name, type, size, flag carried (from the forwarded message)
Hidden.N            name, value: the draft's state (draft_uid, draft_v, message_id, in_reply_to,
                    references, mode…); written as hidden fields, in this order
Fields: csrf, Hidden, from, to, cc, bcc, subject, text, attach (repeats), act = send, save, attach,
discard (asks first, confirm.cs) or remove:ID.
A save by the script is the same POST with act=save and the header "X-Requested-With: fetch"; the
page that comes back is read for Hidden, Attachments, Compose.saved and the errors.
?>

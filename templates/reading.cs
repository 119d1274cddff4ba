<?cs #
One message, for message.cs and for the reading pane of listing.cs.

Message.folder  Message.v  Message.uid   Message.kind (the folder's, as Listing.kind)
Message.subject     never empty: "(sans objet)"
Message.from_name   the name, or the address if there is none
Message.from_address  absent if from_name is it
Message.date        "hier, 17:48"   Message.datetime  ISO   Message.date_full
Message.summary     "à moi, Anne Lefèvre et 14 autres"
Message.To.N  Message.Cc.N  Message.Bcc.N  Message.ReplyTo.N:   name, address, url (/compose?to=…)
Message.Details.N   label, value: further lines (sender, list, message id, size)
Message.flags:      unread flagged answered forwarded
Message.notice      one sentence over the body: why it is shown as text, what was left out
Message.remote_blocked  flag; Message.allow_url: the same page with remote content this once
Message.body_url    the framed document; absent: Message.no_body, a sentence
Message.switch_url  the same message as text or as HTML; Message.switch_label
Message.Attachments.N  name, type ("PDF"), size ("84 Ko"), url (download), open_url (where that is
                    safe: pictures, text, nested messages), icon (file picture message archive sound)
Message.position    "4 sur 20 412"    Message.prev_url  Message.next_url   absent at the ends
Message.back_url    the list as it was     Message.back_label  "Réception"
Message.next_back   where to go after the message has been moved or deleted: next message or list
Message.source_url  Message.headers_url  Message.eml_url  Message.print_url
Message.draft_url   /compose?… to go on writing; only in drafts. Absent elsewhere
Message.reply_url  Message.reply_all_url  Message.reply_list_url  Message.forward_url
Message.forward_attach_url  Message.edit_url (edit as new)   each absent where it makes no sense
Targets.N           as in listing.cs

POST /act fields: csrf, folder, v, uid, back, to, act (as in listing.cs).
?>

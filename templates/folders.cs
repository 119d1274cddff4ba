<?cs #
GET and POST /folders: the whole tree.

Items.N         name (raw), label, level, url (its list), icon, total, unread (texts), flags: special,
                selectable, subscribed, renamable, deletable, emptiable (junk and trash)
Items.N.rename  the last part of the name, for the rename field
Parents.N       name (raw, "" for the top), label, flag current: where a folder may be made
Create.name     what was typed; Create.error: one sentence
Folder.error    one sentence over the page: why renaming or deleting failed
Fields: csrf, act = create (parent, name), rename (folder, name), delete (folder; asks first), empty
(folder; asks first), subscribe, unsubscribe (folder).
?>

<?cs #
Asks before something that cannot be undone.

Confirm.title       the question: "Vider la corbeille ?"
Confirm.text        what it will do, with numbers
Confirm.action      where the form posts: "/act", "/folders", "/compose"
Confirm.act         the button's value          Confirm.button  its label
Confirm.cancel_url  where No goes
Hidden.N            name, value: the fields of the first form. The page adds confirmed=1 itself
?>

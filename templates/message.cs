<?cs #
GET /message: one message on a page of its own. Reads what reading.cs names.
?>

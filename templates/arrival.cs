<?cs #
After an arrival from another site the Strict cookie is not sent: this page, which holds no data,
goes on to the same local path by itself.

Arrival.url         a local path with its query
?>

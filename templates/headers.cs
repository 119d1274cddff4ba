<?cs #
All headers of a message as they are.

Headers.subject   Headers.text (lines)   Headers.back_url   Headers.source_url
?>

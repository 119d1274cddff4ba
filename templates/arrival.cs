<?cs #
After an arrival from another site the Strict cookie is not sent: this page, which holds no data,
goes on to the same local path by itself.

Arrival.url         a local path with its query
?>
<!doctype html>
<html lang="<?cs var:Lang ?>">
<head>
<meta charset="utf-8">
<title><?cs var:Site.name ?></title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0;url=<?cs var:Arrival.url ?>">
<link rel="stylesheet" href="/static/papier.css?v=<?cs var:Version ?>">
</head>
<body class="door-page">
<main class="door"><p><a href="<?cs var:Arrival.url ?>"><?cs var:L.arrival.go ?></a></p></main>
</body>
</html>

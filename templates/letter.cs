<?cs #
GET /body: the head of the framed document, up to where the sanitised letter is written behind it
(never through a template). The page closes <body> and <html> itself.

Letter.title        the subject, for the document's own title
Letter.Print.N      label, value: sender, recipients, date; only in the print view
Letter.notice       one sentence over the text; mostly absent
Letter.attached     flag: a file that was attached, opened on its own
?><!doctype html>
<html lang="<?cs var:Lang ?>" data-theme="<?cs var:Theme ?>">
<head>
<meta charset="utf-8">
<title><?cs var:Letter.title ?></title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/static/letter.css?v=<?cs var:Version ?>">
</head>
<body<?cs if:Letter.attached ?> class="vm-alone"<?cs /if ?>>
<?cs if:subcount(Letter.Print) > #0 ?><header class="vm-print"><h1><?cs var:Letter.title ?></h1>
<dl><?cs each:line = Letter.Print ?><dt><?cs var:line.label ?></dt><dd><?cs var:line.value ?></dd><?cs /each ?></dl></header>
<?cs /if ?><?cs if:Letter.notice ?><p class="vm-notice"><?cs var:Letter.notice ?></p>
<?cs /if ?>

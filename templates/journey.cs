<?cs #
GET /journey: the beginning of a page to keep; the contents follow it (journey_contents.cs), then the
letters (journey_letter.cs, then what the jail made of each), and the page closes the list, <header>,
<main>, <body> and <html> itself. Nothing in it comes from
elsewhere: its policy stands in it, for when it is opened from a disk.

Journey.title       the folder's label      Journey.made   when
Journey.count       "12 messages"
?><!doctype html>
<html lang="<?cs var:Lang ?>">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><?cs var:Journey.title ?> · <?cs var:Journey.made ?></title>
<style>
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2430; --muted: #5a6270; --rule: #e3dfd6; --accent: #1f5f5b; --warning: #a32018; }
@media (prefers-color-scheme: dark) { :root { --paper: #1b1f26; --ink: #e7e4dc; --muted: #a3a9b4; --rule: #3a404b; --accent: #7cc7be; --warning: #f08a6b; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/22px system-ui, sans-serif; overflow-wrap: anywhere; }
main, .contents { max-width: 860px; margin: 0 auto; padding: 24px; }
h1, h2 { margin: 0 0 8px; font: 600 24px/32px Charter, "Bitstream Charter", Cambria, Georgia, serif; }
.contents p, .letter dl, .files, .notice { color: var(--muted); }
.contents ol { margin: 16px 0 0; padding: 0; list-style: none; }
.contents li { padding: 6px 0; border-top: 1px solid var(--rule); }
.contents a { color: var(--accent); }
.letter { margin: 0 0 32px; padding: 24px 0 0; border-top: 2px solid var(--rule); contain: paint; }
.letter > dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 12px; margin: 0 0 16px; }
.letter > dl dd { margin: 0; }
.files { margin: 0 0 16px; padding: 0 0 0 20px; }
.warning { color: var(--warning); margin: 0 0 8px; }
.vm-letter { overflow-x: auto !important; background: var(--paper); color: var(--ink); font: 17px/1.59 Charter, "Bitstream Charter", Cambria, serif; }
.vm-coloured { color-scheme: light; --paper: #fff; --ink: #1d2430; --muted: #5a6270; --rule: #e3dfd6; --accent: #1f5f5b; --warning: #a32018; padding: 8px 12px; }
.vm-plain { max-width: 68ch; }
.vm-plain div + blockquote, .vm-plain blockquote + div, .vm-plain div + .vm-signature { margin-top: 12px; }
.vm-letter a { color: var(--accent); }
.vm-letter img, .vm-letter table { max-width: 100%; }
.vm-letter pre { overflow-x: auto; font: 14px/22px ui-monospace, monospace; }
.vm-letter blockquote { margin: 12px 0; padding-left: 12px; border-left: 2px solid var(--rule); }
.vm-plain blockquote, .vm-signature { color: var(--muted); }
.vm-image { display: inline-block; box-sizing: border-box; max-width: 100%; min-width: 16px; min-height: 16px; overflow: hidden; border: 1px dashed var(--rule); font: 13px/18px system-ui, sans-serif; vertical-align: middle; }
a[data-host], .vm-letter :has(a[data-host]) { overflow: visible !important; opacity: 1 !important; }
.vm-letter:has(a[data-host]) { overflow: auto !important; opacity: 1 !important; }
a[data-host]::after { content: " [\2192 " attr(data-host) "]" !important; display: inline !important; position: relative !important; z-index: 1 !important; visibility: visible !important; background: var(--paper) !important; color: var(--warning) !important; font: 600 13px/18px system-ui, sans-serif !important; letter-spacing: normal !important; white-space: normal !important; text-transform: none !important; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --muted: #444; --rule: #bbb; --accent: #000; }
  .letter { break-before: page; border: 0; contain: none; }
  .contents, main { padding: 0; max-width: none; }
}
</style>
</head>
<body>
<header class="contents"><h1><?cs var:Journey.title ?></h1>
<p><?cs var:Journey.count ?> · <?cs var:Journey.made ?></p>
<nav aria-label="<?cs var:L.journey.contents ?>"><ol>

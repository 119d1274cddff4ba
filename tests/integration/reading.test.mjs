// Reading: bodies through the jail in all charsets, pictures, nested letters, the pages beside the
// letter, the way from one to the next, and what is blocked.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { PROGRAM, TOP, eventually } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { attributes, faults, formTo, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { PNG, base64Part, hostileVectors, letterOf, multipart, part } from "../lib/mime.mjs";
import { Program } from "../lib/program.mjs";
import { folders, mail, rows } from "../lib/rows.mjs";

const BOX = "Lecture & Cie";
let account, imap, client, uidvalidity;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  await imap.fresh("Lecture &- Cie");
  ({ uidvalidity } = await imap.select("Lecture &- Cie"));
  client = await signedIn(account);
});
after(() => {
  imap?.close();
  client?.close();
});

const append = (message, flags) => imap.append("Lecture &- Cie", message, flags);
const url = (path, uid, query = {}) => `${path}?` + new URLSearchParams({ folder: BOX, v: uidvalidity, uid, ...query });

async function get(path, status = 200) {
  const answer = await client.get(path);
  assert.equal(answer.status, status, `${path}: ${text(answer.text).slice(0, 400)}`);
  return answer;
}
async function open(message, query) {
  const uid = Buffer.isBuffer(message) || typeof message === "string" ? await append(message) : message;
  const page = await get(url("/message", uid, query));
  return { uid, page: page.text, frame: tags(page.text, "iframe")[0]?.src };
}
// The framed document of a message.
async function body(message, query) {
  const { uid, page, frame } = await open(message, query);
  const answer = await get(frame);
  return { uid, page, frame, html: answer.text, text: text(answer.text.replace(/^[\s\S]*<body>/, "")), headers: answer.headers };
}
// The links of the page of a message by their words.
function link(page, words) {
  const found = [...page.matchAll(/<a\b(?:[^>"]|"[^"]*")*>[\s\S]*?<\/a>/g)].find(([one]) => words.test(text(one)));
  return found && attributes(/<a\b(?:[^>"]|"[^"]*")*>/.exec(found[0])[0]).href;
}

// ---- bodies ------------------------------------------------------------------------------------

test("a plain letter is shown as text, and nothing in it is markup", async () => {
  const shown = await body(letter({ subject: "Plain <i>&amp;", body: "Bonjour <b>x</b> &amp; ça\r\n\r\nhttps://ok.example/?a=1&b=2\r\n" }));
  assert.match(shown.text, /Bonjour <b>x<\/b> &amp; ça/);
  assert.deepEqual(tags(shown.html, "b"), []);
  assert.equal(tags(shown.html, "a")[0].href, "https://ok.example/?a=1&b=2");
  assert.match(shown.page, /Plain &lt;i&gt;&amp;amp;/);
  assert.deepEqual(await faults(shown.page), []);
  assert.deepEqual(await faults(shown.html), []);
});

test("an HTML letter keeps its form, in a document that can run nothing", async () => {
  const shown = await body(letterOf("HTML", part(["Content-Type: text/html; charset=utf-8"],
    '<p style="color:red">Bon<b>jour</b> <a href="https://ok.example/">ici</a></p><script>alert(1)</script>')));
  assert.match(shown.text, /^Bon ?jour ici/);
  assert.equal(tags(shown.html, "b").length, 1);
  assert.deepEqual(tags(shown.html, "script"), []);
  const policy = shown.headers["content-security-policy"];
  for (const words of ["sandbox", "default-src 'none'", "script-src 'none'", "form-action 'none'", "frame-ancestors 'self'"]) assert.ok(policy.includes(words), policy);
  assert.doesNotMatch(policy, /allow-scripts|allow-forms|allow-top-navigation/);
  assert.equal(shown.headers["x-content-type-options"], "nosniff");
  assert.match(shown.headers["cache-control"], /no-store/);
  assert.doesNotMatch(tags(shown.page, "iframe")[0].sandbox, /allow-scripts|allow-top/);
});

test("of two alternatives one is shown, and the other is one click away", async () => {
  const { uid, ...first } = await body(letterOf("Both", multipart("alternative", [
    part(["Content-Type: text/plain; charset=utf-8"], "the plain one"), part(["Content-Type: text/html"], "<p>the <i>rich</i> one</p>")])));
  assert.match(first.text, /the rich one/);
  assert.doesNotMatch(first.text, /plain one/);
  const plain = await get(link(first.page, /Read as plain text/));
  const frame = await get(tags(plain.text, "iframe")[0].src);
  assert.match(text(frame.text), /the plain one/);
  assert.doesNotMatch(text(frame.text), /rich/);
  const back = await get(link(plain.text, /Read as HTML/));
  assert.match(text((await get(tags(back.text, "iframe")[0].src)).text), /the rich one/);
  assert.match((await body(uid, { view: "plain" })).text, /the plain one/);
});

// [charset, its declaration, bytes, what must be read]
const bytes = (...all) => Buffer.from(all.flatMap((one) => (typeof one === "string" ? [...Buffer.from(one, "latin1")] : one)));
const charsets = [
  ["iso-8859-1", "; charset=iso-8859-1", bytes("d\xe9j\xe0 vu"), "déjà vu"],
  ["windows-1252", '; charset="Windows-1252"', bytes("\x93prix\x94 \x80 5"), "“prix” € 5"],
  ["windows-1252 called iso-8859-1", "; charset=ISO-8859-1", bytes("\x93prix\x94"), "“prix”"],
  ["iso-2022-jp", "; charset=ISO-2022-JP", bytes("\x1b$BF|K\\8l\x1b(B."), "日本語."],
  ["koi8-r", "; charset=koi8-r", bytes([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]), "Привет"],
  ["shift_jis", "; charset=Shift_JIS", bytes([0x93, 0xfa, 0x96, 0x7b]), "日本"],
  ["gb18030 called gb2312", "; charset=gb2312", bytes([0xc4, 0xe3, 0xba, 0xc3]), "你好"],
  ["utf-16 with a byte order mark", "; charset=utf-16", Buffer.from("\ufeffZoë 日本", "utf16le"), "Zoë 日本"],
  ["no label, UTF-8", "", Buffer.from("Zoë 日本"), "Zoë 日本"],
  ["no label, Latin", "", bytes("d\xe9j\xe0 vu"), "déjà vu"],
  ["a charset that does not exist", "; charset=x-nonsense", Buffer.from("Zoë"), "Zoë"],
  ["us-ascii with other bytes", "; charset=us-ascii", Buffer.from("Zoë"), "Zoë"],
];
for (const [name, declared, content, words] of charsets) {
  test(`text in ${name}`, async () => {
    const shown = await body(letterOf(name, base64Part([`Content-Type: text/plain${declared}`], content)));
    assert.ok(shown.text.includes(words), shown.text);
    const html = await body(letterOf(name, base64Part([`Content-Type: text/html${declared}`],
      declared.includes("utf-16") ? Buffer.from("\ufeff<p>Zoë 日本</p>", "utf16le") : Buffer.concat([Buffer.from("<p>"), content, Buffer.from("</p>")]))));
    assert.ok(html.text.includes(words), html.text);
  });
}

test("quoted-printable, and bytes as they are", async () => {
  const quoted = await body(letterOf("qp", part(["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"], "caf=C3=A9 =\r\nnoir=3D1")));
  assert.match(quoted.text, /café noir=1/);
  const raw = await body(letterOf("8bit", part(["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"], "café")));
  assert.match(raw.text, /café/);
});

test("flowed text is joined, quotes are quotes, and the signature is one", async () => {
  const shown = await body(letter({ headers: ["Content-Type: text/plain; charset=utf-8; format=flowed"],
    body: "one two \r\nthree\r\n> said \r\n> before\r\n-- \r\nZoé\r\n" }));
  assert.match(shown.html, /one two three/);
  assert.match(shown.html, /<blockquote[^>]*>[\s\S]*said before[\s\S]*<\/blockquote>/);
  const joined = await body(letter({ headers: ["Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes"], body: "日本 \r\n語\r\n" }));
  assert.match(joined.html, /日本語/);
});

test("a letter without text says so, one without anything too", async () => {
  const only = await open(letterOf("Only a file", base64Part(["Content-Type: application/pdf; name=a.pdf"], "%PDF")));
  assert.equal(only.frame, undefined);
  assert.match(text(only.page), /This message has no text/);
  const empty = await open("\r\n");
  assert.match(text(empty.page), /\(no subject\)/);
  assert.match(text(empty.page), /\(no sender\)/);
});

test("a very long letter is cut, and says so", async () => {
  const shown = await body(letter({ body: ("x".repeat(70) + "\r\n").repeat(60000) }));
  assert.match(text(shown.page), /its end is not shown/);
});

// ---- pictures in the letter --------------------------------------------------------------------

test("a picture that the letter brings along stands in it", async () => {
  const shown = await body(letterOf("Inline", multipart("related", [
    part(["Content-Type: text/html"], '<p>before <img src="cid:logo@x" alt="logo"> after</p>'),
    base64Part(["Content-Type: image/png; name=logo.png", "Content-ID: <logo@x>", "Content-Disposition: inline"], PNG)])));
  const [img] = tags(shown.html, "img");
  assert.match(img.src, /^\/part\?/);
  assert.equal(img.alt, "logo");
  const picture = await get(img.src);
  assert.deepEqual(picture.body, PNG);
  assert.equal(picture.headers["content-type"], "image/png");
  assert.equal(picture.headers["x-content-type-options"], "nosniff");
  assert.match(picture.headers["content-security-policy"], /^sandbox;/);
  assert.doesNotMatch(shown.page, /class="files"/);
});

test("a picture that is no picture is not shown as one", async () => {
  for (const type of ["image/svg+xml", "text/html", "image/png2", "application/octet-stream"]) {
    const shown = await body(letterOf(type, multipart("related", [part(["Content-Type: text/html"], '<img src="cid:a@x">'),
      base64Part([`Content-Type: ${type}`, "Content-ID: <a@x>", "Content-Disposition: inline"], "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")])));
    for (const { src } of tags(shown.html, "img")) {
      if (!src) continue;
      const answer = await get(src);
      assert.equal(answer.headers["content-type"], "application/octet-stream", type);
      assert.match(answer.headers["content-disposition"], /^attachment/);
    }
  }
});

// ---- remote content ----------------------------------------------------------------------------

const REMOTE = part(["Content-Type: text/html"], '<p>news</p><img src="https://evil.example/t.gif"><img src="http://evil.example/u.gif">');

test("remote pictures are blocked, and shown once with the session's own token", async () => {
  const shown = await body(letterOf("Remote", REMOTE));
  assert.match(text(shown.page), /Remote images are blocked/);
  assert.doesNotMatch(shown.html, /evil\.example/);
  assert.doesNotMatch(shown.headers["content-security-policy"], /https:|http:/);
  const allow = link(shown.page, /Show once/);
  const page = await get(allow);
  assert.doesNotMatch(text(page.text), /Remote images are blocked/);
  const frame = await get(tags(page.text, "iframe")[0].src);
  assert.deepEqual(tags(frame.text, "img").map((one) => one.src), ["https://evil.example/t.gif", "http://evil.example/u.gif"]);
  assert.match(frame.headers["content-security-policy"], /script-src 'none'/);
  assert.equal(frame.headers["referrer-policy"], "no-referrer");
  // once: the next opening blocks again
  assert.doesNotMatch((await body(shown.uid)).html, /evil\.example/);
});

test("a forged token, another message's and another session's allow nothing", async () => {
  const one = await body(letterOf("Remote A", REMOTE)), two = await body(letterOf("Remote B", REMOTE));
  const token = (page) => new URL(link(page, /Show once/), "https://x").searchParams.get("remote");
  const other = await signedIn(account);
  const theirs = token((await other.get(url("/message", one.uid))).text);
  other.close();
  const own = token(one.page);
  assert.ok(own && theirs && own !== theirs);
  for (const remote of ["1", "", "true", own.slice(1), own.toUpperCase() + "x", theirs, token(two.page)]) {
    const page = await get(url("/message", one.uid, { remote }));
    assert.match(text(page.text), /Remote images are blocked/, remote);
    for (const path of [url("/body", one.uid, { remote }), url("/body", one.uid, { remote, print: 1 }), tags(page.text, "iframe")[0].src]) {
      const frame = await get(path);
      assert.doesNotMatch(frame.text, /evil\.example/, remote);
      assert.doesNotMatch(frame.headers["content-security-policy"], /https:/, remote);
    }
  }
});

test("a sender is remembered and forgotten, and lies about nobody else", async () => {
  const remote = (from) => letterOf("Images", part(["Content-Type: text/html"], '<p>news <img src="https://evil.example/n.gif"></p>'), { from });
  const first = await open(remote("News <News@ok.example>"));
  const shown = await body(first.uid);
  assert.doesNotMatch(shown.html, /evil\.example/);
  const answer = await client.submit({ text: first.page }, "/remote", { act: "always" });
  assert.equal(answer.status, 303);
  const again = await body(await append(remote("news@OK.example")));
  assert.deepEqual(tags(again.html, "img").map((one) => one.src), ["https://evil.example/n.gif"]);
  assert.match(again.headers["content-security-policy"], /img-src 'self' data: https: http:/);
  assert.doesNotMatch(again.page, /Remote images are blocked/);
  for (const other of ["News <news@evil.example>", '"news@ok.example" <x@evil.example>', "news@ok.example, x@evil.example"])
    assert.doesNotMatch((await body(await append(remote(other)))).html, /evil\.example\/n/, other);
  // nor does a letter that somebody else has attached to his own
  const outer = await append(letterOf("Forwarded", multipart("mixed", [part(["Content-Type: text/plain"], "see"),
    part(["Content-Type: message/rfc822"], remote("news@ok.example"))]), { from: "x@evil.example" }));
  const nested = await body(outer, { nested: "2" });
  assert.doesNotMatch(nested.html, /evil\.example\/n/);
  assert.match(text(nested.page), /Remote images are blocked/);
  assert.doesNotMatch(nested.page, /value="always"/);
  const form = formTo(again.page, "/remote").fields;
  assert.equal((await client.post("/remote", { ...Object.fromEntries(form), act: "always", folder: BOX, v: uidvalidity, uid: outer, nested: "2" })).status, 400);
  const forgotten = await client.submit({ text: again.page }, "/remote", { act: "forget" });
  assert.match(text((await client.follow(forgotten)).text), /news@ok\.example will no longer be shown/);
  assert.doesNotMatch((await body(await append(remote("news@ok.example")))).html, /evil\.example/);
  assert.equal((await client.post("/remote", { act: "always", folder: BOX, v: uidvalidity, uid: first.uid })).status, 403, "no token");
});

test("with the preference never, nothing shows remote pictures", async () => {
  const settings = await client.get("/settings");
  assert.equal((await client.submit(settings, "/settings", { remote: "never" })).status, 303);
  try {
    const sent = letterOf("Images", part(["Content-Type: text/html"], '<img src="https://evil.example/n.gif">'), { from: "n@ok.example" });
    const { uid, page } = await open(sent);
    assert.match(text(page), /Remote images are blocked/);
    assert.equal(link(page, /Show once/), undefined);
    assert.doesNotMatch(page, /value="always"/);
    await client.post("/remote", { ...Object.fromEntries(new URLSearchParams(formTo(settings.text, "/settings").fields)), act: "always", folder: BOX, v: uidvalidity, uid });
    assert.doesNotMatch((await body(uid)).html, /evil\.example/);
  } finally {
    await client.submit(await client.get("/settings"), "/settings", { remote: "ask" });
  }
});

// A sample, as a server would send it to any browser; tests/browser/hostile.test.mjs opens them all.
test("hostile letters never become script, handler or remote address", async () => {
  for (const { text: hostile } of hostileVectors().filter((_, i) => i % 8 === 0)) {
    const shown = await body(letterOf("Hostile", base64Part(["Content-Type: text/html; charset=utf-8"], hostile)));
    const letterHtml = shown.html.slice(shown.html.indexOf("<body>"));
    const all = [...letterHtml.matchAll(/<([a-z][a-z0-9-]*)\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi)];
    for (const [tag, name] of all) {
      assert.doesNotMatch(name, /^(script|iframe|object|embed|form|input|button|link|meta|base|svg|math|template|frame|frameset|portal|video|audio|textarea|select)$/i, `${hostile}\n${tag}`);
      for (const [attribute, value] of Object.entries(attributes(tag))) {
        assert.doesNotMatch(attribute, /^on|^(srcdoc|formaction|ping|background|poster|srcset|xlink:href)$/, `${hostile}\n${tag}`);
        if (attribute === "src") assert.match(value, /^(\/part\?|data:image\/(png|jpeg|gif|webp);base64,|$)/, `${hostile}\n${tag}`);
        if (attribute === "href") assert.match(value, /^(https?:\/\/|mailto:|tel:|\/compose\?to=|#)/i, `${hostile}\n${tag}`);
        if (attribute === "style") assert.doesNotMatch(value, /url|expression|import|image-set|var\(/i, `${hostile}\n${tag}`);
      }
    }
    for (const [, css] of letterHtml.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)) assert.doesNotMatch(css, /url\(|@import|evil|</i, String(hostile));
  }
});

// ---- nested letters, headers, source, print ----------------------------------------------------

const inner = () => letterOf("Inside =?utf-8?q?=C3=A9t=C3=A9?=", multipart("mixed", [part(["Content-Type: text/plain"], "inner words"),
  base64Part(["Content-Type: application/pdf; name=deep.pdf", "Content-Disposition: attachment; filename=deep.pdf"], "%PDF deep")]), { from: "In <in@outside.example>" });

test("a letter of many large parts is shown as far as it goes, in bounded memory", async () => {
  const one = await Program.start({}, { environment: { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS || ""}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64` } });
  const reader = new SocketClient(one.socket);
  await reader.login(account);
  const parts = Array.from({ length: 11 }, () => part(["Content-Type: text/plain"], `${"'".repeat(900)}\r\n`.repeat(2100)));
  const uid = await append(letterOf("Apostrophes", multipart("mixed", parts)));
  const before = one.memory();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, one.memory())), 5);
  const page = await reader.get(url("/message", uid));
  clearInterval(watch);
  await one.stop();
  assert.equal(page.status, 200);
  assert.match(text(page.text), /its end is not shown/);
  assert.ok(peak - before < 150000, `${before} KB, then ${peak} KB`);
});

test("a letter that breaks its jail is shown as its text, with a note and a download", async () => {
  const probe = join(PROGRAM, "..", "jail-probe");
  const made = spawnSync("make", ["-s", "VARIANT=asan", "build/asan/jail-probe"], { cwd: TOP, encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  const one = await Program.start({ jail: probe });
  const reader = new SocketClient(one.socket);
  const html = (words) => part(["Content-Type: text/html; charset=utf-8"], words);
  const plain = (words) => part(["Content-Type: text/plain; charset=utf-8"], words);
  const cases = [ // what the letter is, what must be read
    [multipart("alternative", [plain("the plain one"), html("probe:crash-html")]), /^the plain one$/],
    [html("probe:crash-markup"), /^probe:crash-markup$/],
    [html("probe:crash-html"), /^probe:crash-html$/],
    [html("probe:crash"), /^$/],
    [multipart("mixed", [plain("probe:memory"), plain("the second part")]), /^the second part$/],
    [plain("probe:fork"), /^$/],
    [plain("probe:socket"), /^$/],
  ];
  try {
    await reader.login(account);
    for (const [content, wanted] of cases) {
      const uid = await append(letterOf("Probe", content));
      const page = await reader.get(url("/message", uid));
      assert.equal(page.status, 200);
      assert.match(text(page.text), /could not be shown safely/, String(content));
      const frame = await reader.get(tags(page.text, "iframe")[0].src);
      assert.equal(frame.status, 200);
      assert.match(text(frame.text.replace(/^[\s\S]*<body>/, "")).trim(), wanted, String(content));
      const original = await reader.get(link(page.text, /^Download the original$/));
      assert.match(original.text, /^probe:/);
      assert.match(original.header("content-disposition"), /^attachment/);
    }
    const both = await append(letterOf("Both", multipart("alternative", [plain("Words\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n"), html("probe:crash-html")])));
    const file = await reader.get(link((await reader.get(url("/message", both))).text, /^cat\.txt$/));
    assert.deepEqual([file.status, file.text], [200, "Cat"], "a file in the alternative comes from there");
    const uid = await append(letterOf("Fine", html("<b>fine</b>")));
    const page = await reader.get(url("/message", uid));
    assert.doesNotMatch(text(page.text), /could not be shown/);
  } finally {
    await one.stop();
  }
});

test("the hardest letters are answered within 64 MB", async () => {
  const html = (markup) => part(["Content-Type: text/html; charset=utf-8"], markup);
  const plain = (words) => part(["Content-Type: text/plain; charset=utf-8"], words);
  let parts = plain("innermost");
  for (let i = 0; i < 300; i++) parts = multipart("mixed", [parts]);
  const hard = {
    "a line of 100 MB": plain("x".repeat(100 << 20)),
    "a million nested elements": html("<b>".repeat(1e6)),
    "a million attributes": html("<p" + " a".repeat(1e6) + ">x"),
    "text that grows": plain("www.ok.example ".repeat(140000)),
    "a thousand and more parts": multipart("mixed", Array.from({ length: 1500 }, () => plain("x"))),
    "three hundred levels": parts,
  };
  const one = await Program.start({}, { environment: { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS || ""}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64` } });
  const reader = new SocketClient(one.socket);
  try {
    await reader.login(account);
    for (const [name, content] of Object.entries(hard)) {
      const uid = await append(letterOf(name, content));
      const before = one.memory();
      let peak = before;
      const watch = setInterval(() => (peak = Math.max(peak, one.memory())), 5);
      const page = await reader.get(url("/message", uid));
      const frame = page.status === 200 && tags(page.text, "iframe")[0]?.src;
      if (frame) assert.equal((await reader.get(frame)).status, 200, name);
      clearInterval(watch);
      assert.equal(page.status, 200, `${name}: ${text(page.text).slice(0, 300)}`);
      assert.ok(peak - before < 64 << 10, `${name}: ${before} KB, then ${peak} KB`);
    }
  } finally {
    await one.stop();
  }
});

test("the card of a nested letter shows no sender that turns the direction of writing", async () => {
  const nested = letterOf("Inside", part(["Content-Type: text/plain"], "x"), { from: "=?utf-8?q?lia=E2=80=AEmoc=2Eknab?= <x@evil.example>" });
  const { page } = await open(letterOf("Outside", multipart("mixed", [part(["Content-Type: text/plain"], "outer"), part(["Content-Type: message/rfc822"], nested)])));
  assert.match(text(page), /From liamoc\.knab <x@evil\.example>/);
});

test("a nested letter is read like a letter: its body, files, headers and source", async () => {
  const nested = inner();
  const { page } = await open(letterOf("Outside", multipart("mixed", [part(["Content-Type: text/plain"], "outer words"), part(["Content-Type: message/rfc822"], nested)])));
  const within = await get(link(page, /^open/));
  assert.match(text(within.text), /Inside été/);
  assert.match(text(within.text), /in@outside\.example/);
  assert.doesNotMatch(text(within.text), /<>/);
  const frame = await get(tags(within.text, "iframe")[0].src);
  assert.match(text(frame.text), /inner words/);
  assert.doesNotMatch(text(frame.text), /outer words/);
  assert.equal((await get(link(within.text, /^deep\.pdf$/))).text, "%PDF deep");
  assert.match(text((await get(link(within.text, /^All headers$/))).text), /From: In <in@outside\.example>/);
  assert.deepEqual((await get(link(within.text, /^Source$/))).body, nested);
  assert.deepEqual((await get(link(within.text, /^Save/))).body, nested);
  assert.match(text((await get(link(within.text, /^Print$/))).text), /Inside été.*inner words/);
  assert.deepEqual(await faults(within.text), []);
});

test("all headers, decoded and in order; the source as it is; the same bytes to keep", async () => {
  const message = letterOf("Réunion d'été", part(["Content-Type: text/plain", "X-Evil: <script>alert(1)</script>", "X-Long: a\r\n b",
    "X-Word: =?iso-8859-1?q?d=E9j=E0?="], "caf\xe9 \r\nend"));
  const { uid, page } = await open(message);
  const headers = await get(link(page, /^All headers$/));
  assert.match(headers.text, /X-Evil: &lt;script&gt;/);
  assert.match(text(headers.text), /X-Long: a b X-Word: déjà/);
  assert.deepEqual(await faults(headers.text), []);
  const source = await get(link(page, /^Source$/));
  assert.match(source.headers["content-type"], /^text\/plain/);
  assert.equal(source.headers["x-content-type-options"], "nosniff");
  assert.match(source.headers["content-security-policy"], /^sandbox;/);
  assert.equal(source.body.toString("latin1"), await imap.source(uid));
  const kept = await get(link(page, /^Save/));
  assert.deepEqual(kept.body, message);
  assert.equal(kept.headers["content-type"], "application/octet-stream");
  assert.equal(Number(kept.headers["content-length"]), message.length);
  assert.match(kept.headers["content-disposition"], /^attachment; .*filename\*=UTF-8''R%C3%A9union%20d%27%C3%A9t%C3%A9\.eml$/);
});

test("the print view has the head, the text and no strangers", async () => {
  const { page } = await open(letterOf("Printed <b>", REMOTE));
  const print = await get(link(page, /^Print$/));
  const words = text(print.text.replace(/^[\s\S]*<body>/, ""));
  for (const one of ["Printed <b>", "Zoé", "claire.morel", "news"]) assert.ok(words.includes(one), words);
  assert.doesNotMatch(print.text, /evil\.example/);
  assert.match(print.headers["content-security-policy"], /sandbox/);
  assert.deepEqual(await faults(print.text), []);
});

// ---- marks -------------------------------------------------------------------------------------

test("a letter counts as read once its page is out, and says when it was answered", async () => {
  const { uid, page } = await open(letter({ subject: "Unread" }));
  assert.doesNotMatch(page, />Answered</);
  await eventually(async () => (await imap.flags(uid)).includes("\\Seen"));
  const answered = await open(await append(letter({ subject: "Answered" }), ["\\Answered", "\\Flagged", "$Forwarded"]));
  for (const words of [/Answered/, /Forwarded/, /Starred/]) assert.match(text(answered.page.replace(/^[\s\S]*<article/, "<article")), words);
});

test("looking at source, headers, parts or the frame alone marks nothing", async () => {
  const uid = await append(letter({ subject: "Not opened" }));
  for (const path of ["/source", "/headers", "/body"]) await get(url(path, uid));
  await get(url("/part", uid, { part: "1" }));
  await client.get(url("/mail", 1));
  // a picture in a letter, with pictures allowed, that bears the address of another
  const picture = { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
  for (const path of ["/message", "/mail", "/compose", "/settings", "/source", "/login"]) assert.equal((await client.get(url(path, uid), picture)).status, 403, path);
  assert.equal((await client.get(url("/part", uid, { part: "1" }), picture)).status, 200);
  await client.get(url("/mail", 1)); // whatever would have run after the answer has run by now
  assert.ok(!(await imap.flags(uid)).includes("\\Seen"));
});

test("the page that opens an unread message shows it as read and counts one less", async (t) => {
  const other = await newAccount();
  const own = await Imap.open(other), one = await signedIn(other);
  t.after(() => own.close());
  t.after(() => one.close());
  const shown = (page) => ({ title: /<title>(\(\d+\) )?/.exec(page.text)[1], count: folders(page.text).find((item) => item.label === "Inbox").unread,
    unread: rows(page.text).filter((row) => row.classes.includes("new")).map((row) => row.subject) });
  for (const subject of ["a", "b", "c"]) await own.append("INBOX", letter({ subject }));
  const list = await one.get("/mail");
  assert.deepEqual(shown(list), { title: "(3) ", count: 3, unread: ["c", "b", "a"] });
  const [, b, a] = rows(list.text);
  assert.deepEqual(shown(await one.get(b.url)), { title: "(2) ", count: 2, unread: ["c", "a"] });
  const news = JSON.parse((await one.get("/poll?folder=INBOX")).text);
  assert.equal(news.unseen, 2, "and so does the server");
  const alone = await one.get(a.url.replace("/mail?", "/message?"));
  assert.equal(folders(alone.text).find((item) => item.label === "Inbox").unread, 1);
  assert.deepEqual(shown(await one.get(b.url)), { title: "(1) ", count: 1, unread: ["c"] });
  const last = shown(await one.get(rows(list.text)[0].url));
  assert.deepEqual(last, { title: undefined, count: 0, unread: [] });
});

test("who marks by hand finds nothing marked", async () => {
  const other = await newAccount();
  const own = await Imap.open(other), hand = await signedIn(other);
  const uid = await own.append("INBOX", letter({}));
  const { uidvalidity: v } = await own.select("INBOX");
  const settings = await hand.get("/settings");
  await hand.submit(settings, "/settings", { seen: "manual" });
  const page = await hand.get(`/message?folder=INBOX&v=${v}&uid=${uid}`);
  assert.equal(page.status, 200);
  assert.equal(folders(page.text).find((item) => item.label === "Inbox").unread, 1);
  await hand.get("/mail"); // whatever would have run after the answer has run by now
  assert.ok(!(await own.flags(uid)).includes("\\Seen"));
  own.close();
  hand.close();
});

// ---- the way from one to the next --------------------------------------------------------------

async function walk(from, words, most) {
  const seen = [];
  for (let path = from; path && seen.length < most; ) {
    const page = await get(path);
    seen.push(text(/<h1 id="subject">([\s\S]*?)<\/h1>/.exec(page.text)[1]));
    path = link(page.text, words);
  }
  return seen;
}

test("previous and next follow the list over its pages, in every order and in a search", async () => {
  await imap.fresh("Suite");
  const count = 55;
  for (let n = 1; n <= count; n++)
    await imap.append("Suite", letter({ subject: `Step ${String(n).padStart(2, "0")}`, from: `S <s${n % 4}@outside.example>`, body: "x".repeat(n * 7 % 50) + (n % 2 ? "odd" : "even") }));
  for (const query of [{}, { order: "asc" }, { sort: "from" }, { sort: "size", order: "asc" }, { sort: "subject", order: "desc" }, { q: "step" }, { q: "step", sort: "from", order: "desc" }, { only: "flagged" }]) {
    if (query.only) await imap.select("Suite").then(() => imap.command("STORE 10:12 +FLAGS (\\Flagged)"));
    const listed = [];
    for (let page = 1; page <= 2; page++) listed.push(...rows((await get(mail("Suite", { ...query, page }))).text).filter((row) => !listed.some((one) => one.uid === row.uid)));
    const name = JSON.stringify(query);
    assert.equal(listed.length, query.only ? 3 : count, name);
    const subjects = listed.map((row) => row.subject);
    // four steps over the border between the pages, both ways, and both ends
    const path = (row) => row.url.replace(/^\/mail\?/, "/message?");
    const near = Math.min(47, listed.length - 1);
    assert.deepEqual(await walk(path(listed[near]), /^Next message$/, 5), subjects.slice(near, near + 5), name);
    const last = listed.length - 1;
    assert.deepEqual(await walk(path(listed[last]), /^Previous message$/, 7), subjects.slice(Math.max(0, last - 6)).reverse(), name);
    assert.deepEqual(await walk(path(listed[last]), /^Next message$/, 3), [subjects[last]], name);
    assert.deepEqual(await walk(path(listed[0]), /^Previous message$/, 3), [subjects[0]], name);
    await imap.select("Lecture &- Cie");
  }
});

// ---- what is no longer there -------------------------------------------------------------------

test("an address of the mailbox before it was made anew says that the mailbox has changed", async () => {
  const uid = await append(letter({}));
  for (const path of ["/message", "/body", "/source", "/headers", "/part"]) {
    const page = await get(url(path, uid, { v: uidvalidity + 1, part: "1" }), 409);
    assert.match(page.text, /BOX-31/, path);
    assert.match(text(page.text), /changed/i, path);
  }
});

test("a letter that has gone is missed by name, with a remedy", async () => {
  const uid = await append(letter({}));
  await get(url("/message", uid));
  await get(url("/body", uid)); // the one that waited for the frame
  await imap.command(`UID STORE ${uid} +FLAGS (\\Deleted)`);
  await imap.command("EXPUNGE");
  for (const path of ["/message", "/body", "/source", "/headers", "/part"]) {
    const page = await get(url(path, uid, { part: "1" }), 404);
    assert.match(page.text, /BOX-35/, path);
    assert.ok(link(page.text, /inbox/i), "a way on");
  }
});

test("nonsense in the address is refused, not guessed", async () => {
  const uid = await append(letter({}));
  for (const query of [{ uid: "0" }, { uid: "-1" }, { uid: "4294967296" }, { uid: "1:*" }, { v: "x" }, { folder: "" }, { nested: "1]" }, { nested: "1 2" }])
    await get(url("/message", uid, query), 400);
  for (const part of ["", "0", "1.1.1.1", "TEXT", "HEADER", "1.MIME", "99999999999999999999", "1]\r\nX"]) await get(url("/part", uid, { part }), 404);
  await get(url("/message", uid, { nested: "1" }), 404);
  for (const folder of ["Lecture\r\nA1 LOGOUT", "Lecture\0x", "*", "%", "../INBOX"]) {
    const page = await client.get(url("/message", uid, { folder }));
    assert.ok([400, 404].includes(page.status), `${JSON.stringify(folder)}: ${page.status}`);
  }
});

// Decoding, as a reader meets it: another charset for a letter that lies, files inside a text,
// structures of every kind, and that nothing of them is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { attributes, faults, forms, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { PNG, base64Part, letterOf, multipart, part } from "../lib/mime.mjs";

const BOX = "Alphabets";
let account, imap, client, uidvalidity;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  await imap.fresh(BOX);
  ({ uidvalidity } = await imap.select(BOX));
  client = await signedIn(account);
});
after(() => {
  imap?.close();
  client?.close();
});

const url = (path, uid, query = {}) => `${path}?` + new URLSearchParams({ folder: BOX, v: uidvalidity, uid, ...query });
async function get(path, status = 200) {
  const answer = await client.get(path);
  assert.equal(answer.status, status, `${path}: ${text(answer.text).slice(0, 400)}`);
  return answer;
}
const frameOf = (page) => tags(page, "iframe")[0]?.src;
const words = (document) => text(document.replace(/^[\s\S]*<body>/, ""));
// { uid, page, text of the frame } of a message.
async function read(message, query) {
  const uid = await imap.append(BOX, message);
  const page = (await get(url("/message", uid, query))).text;
  const frame = frameOf(page);
  return { uid, page, text: frame ? words((await get(frame)).text) : null };
}
function link(page, pattern) {
  const found = [...page.matchAll(/<a\b(?:[^>"]|"[^"]*")*>[\s\S]*?<\/a>/g)].find(([one]) => pattern.test(text(one)));
  return found && attributes(/<a\b(?:[^>"]|"[^"]*")*>/.exec(found[0])[0]).href;
}
// What the page lists as files: { name, details, href }.
const files = (page) => [...page.matchAll(/<li class="file">([\s\S]*?)<\/li>/g)].map(([, item]) => ({
  name: text(/<bdi>([\s\S]*?)<\/bdi>/.exec(item)[1]), details: text(/<small>([\s\S]*?)<\/small>/.exec(item)[1]), href: tags(item, "a")[0].href }));
const charsetForm = (page) => forms(page).find((one) => one.class === "charset");
const choose = (page, charset) => {
  const form = charsetForm(page);
  form.fields.set("charset", charset);
  return get(`${form.action}?${form.fields}`);
};

// The page with the choice, to which the one without leads.
const asked = async (page) => (await get(link(page, /^Wrong characters\?$/))).text;

// ---- another charset ---------------------------------------------------------------------------

const PRIVET = Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]); // "Привет" in KOI8-R
const lying = (subject, type, content) => Buffer.concat([Buffer.from(`From: Zo\u00eb <zoe@outside.example>\r\nTo: a@b.example\r\nSubject: `),
  subject, Buffer.from(`\r\nDate: Tue, 3 Mar 2026 14:02:00 +0100\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`), content, Buffer.from("\r\n")]);

test("the reader chooses another charset: page, frame, print view, answer and subject follow", async () => {
  const first = await read(lying(PRIVET, "text/plain; charset=iso-8859-5", PRIVET));
  assert.doesNotMatch(first.text, /Привет/);
  assert.ok(!charsetForm(first.page), "nothing of it in an ordinary letter");
  const page = await choose(await asked(first.page), "KOI8-R");
  assert.match(page.url, /charset=KOI8-R/);
  assert.equal(words((await get(frameOf(page.text))).text), "Привет");
  assert.match(text(/<h1 id="subject">([\s\S]*?)<\/h1>/.exec(page.text)[1]), /^Привет$/);
  assert.match(words((await get(link(page.text, /^Print$/))).text), /Привет.*Привет/);
  const answer = await get(link(page.text, /^Reply$/));
  assert.match(answer.text, /&gt; Привет/);
  assert.match(answer.text, /Re: Привет/);
  assert.equal(tags(charsetForm(page.text).html, "option").find((one) => "selected" in one).value, "KOI8-R");
  assert.deepEqual(await faults(page.text), []);
  // back to what the letter says
  const again = await choose(page.text, "");
  assert.equal(words((await get(frameOf(again.text))).text), first.text);
  // the frame by itself does not take what waited for another choice
  await get(url("/message", first.uid, { charset: "KOI8-R" }));
  assert.equal(words((await get(url("/body", first.uid))).text), first.text);
});

test("in the reading pane the choice keeps the place", async () => {
  const uid = await imap.append(BOX, lying(PRIVET, "text/html; charset=us-ascii", Buffer.concat([Buffer.from("<p>"), PRIVET])));
  const pane = await get(url("/mail", uid, { sort: "subject", q: "zo", view: "html" }));
  const page = await choose(await asked(pane.text), "KOI8-R");
  assert.equal(words((await get(frameOf(page.text))).text), "Привет");
  assert.match(page.url, /^\/mail\?/);
  for (const one of ["sort=subject", "q=zo", "view=html"]) assert.ok(page.url.includes(one), page.url);
});

test("characters that cannot be read are told, with the choice beside", async () => {
  const shown = await read(lying(Buffer.from("x"), "text/plain; charset=utf-8", Buffer.from("d\xe9j\xe0", "latin1")));
  assert.match(shown.page, /Some characters of this message could not be read/);
  const page = await choose(shown.page, "windows-1252");
  assert.equal(words((await get(frameOf(page.text))).text), "déjà");
  assert.doesNotMatch(text(page.text), /could not be read/);
  assert.ok(charsetForm(page.text), "and can choose anew");
  const right = await read(letter({ body: "déjà\r\n" }));
  assert.doesNotMatch(text(right.page), /could not be read/);
});

test("a long text without a label is read in the charset it looks like, as a short one is", async () => {
  const sentence = Buffer.concat([PRIVET, Buffer.from([0x2c, 0x20, 0xcb, 0xcf, 0xcc, 0xcc, 0xc5, 0xc7, 0xc9, 0x2c, 0x20, 0xda, 0xc1, 0xd7, 0xd4, 0xd2, 0xc1, 0x20, 0xd3, 0xcf, 0xc2, 0xd2, 0xc1, 0xce, 0xc9, 0xc5, 0x2e, 0x0d, 0x0a])]);
  for (const times of [3, 2000]) {
    const shown = await read(lying(Buffer.from("x"), "text/plain", Buffer.concat(Array(times).fill(sentence))));
    assert.match(shown.text, /^Привет, коллеги, завтра собрание\./, String(times));
  }
});

test("every charset that is offered is known, and one that is not is refused", async () => {
  const { uid, page } = await read(letter({}));
  const offered = tags(charsetForm(await asked(page)).html, "option").map((one) => one.value).filter(Boolean);
  assert.ok(offered.length >= 25, String(offered.length));
  for (const charset of [...offered, "x-sjis", "latin1"]) assert.match(words((await get(url("/body", uid, { charset }))).text), /Bonjour/, charset);
  for (const charset of ["nonsense", "a".repeat(2000), "utf-8\r\nX: y"]) await get(url("/body", uid, { charset }), 400);
});

// ---- files in a text ---------------------------------------------------------------------------

const uuLine = (bytes) => {
  let line = String.fromCharCode(32 + bytes.length);
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) line += String.fromCharCode(32 + ((bits >> shift) & 63));
  }
  return line;
};
function uuencode(name, bytes, { zero = "`", end = "\r\n", trim = false } = {}) {
  const lines = [`begin 644 ${name}`];
  for (let at = 0; at < bytes.length; at += 45) {
    const line = uuLine(bytes.subarray(at, at + 45)).replace(/ /g, zero);
    lines.push(trim ? line.replace(/ +$/, "") : line);
  }
  return [...lines, zero === " " && trim ? "" : zero, "end", ""].join(end);
}

test("uuencoded files leave the text and are offered, each byte for byte", async () => {
  const large = Buffer.from(Array.from({ length: 200000 }, (_, i) => (i * i * 7 + (i >> 8)) & 255));
  const zeros = Buffer.concat([Buffer.from("start"), Buffer.alloc(1000), Buffer.from("end")]);
  const blocks = [["photo.png", PNG, {}], ["été.txt", Buffer.from("Cat"), { end: "\n" }], ["zéros", zeros, { zero: " ", trim: true }], ["a large one.bin", large, {}]];
  const body = `Before\r\n\r\n${blocks.map(([name, bytes, how]) => uuencode(name, bytes, how)).join("between\r\n")}After\r\n`;
  for (const head of [[], ["Content-Transfer-Encoding: base64"], ["Content-Transfer-Encoding: quoted-printable"]]) {
    const encoded = /base64/.test(head) ? Buffer.from(body).toString("base64").replace(/.{76}/g, "$&\r\n")
      : head.length ? body.replace(/[=]/g, "=3D").replace(/ (?=\r?\n)/g, "=20") : body;
    const shown = await read(letter({ headers: ["Content-Type: text/plain; charset=utf-8", ...head], body: encoded }));
    assert.equal(shown.text, "Before [photo.png] between [été.txt] between [zéros] between [a large one.bin] After", String(head));
    const listed = files(shown.page);
    assert.deepEqual(listed.map((one) => one.name), blocks.map(([name]) => name));
    assert.match(listed[3].details, /KB|kB|Ko/);
    assert.deepEqual(await faults(shown.page), []);
    for (const [i, [name, bytes]] of blocks.entries()) {
      const file = await get(listed[i].href);
      assert.ok(file.body.equals(bytes), `${name}: ${file.body.length} for ${bytes.length}`);
      assert.match(file.headers["content-disposition"], /^attachment; /);
      assert.ok(decodeURIComponent(file.headers["content-disposition"]).includes(name));
      assert.equal(file.headers["content-type"], "application/octet-stream");
    }
    await get(listed[0].href.replace(/file=1/, "file=9"), 404);
  }
});

test("the name of a file in a text that pretends is told", async () => {
  const { page } = await read(letter({ body: uuencode("facture.pdf.exe", Buffer.from("Cat")) }));
  assert.match(page, /<bdi>facture\.pdf<\/bdi><bdi class="end">\.exe<\/bdi>/);
  assert.match(page, /<small class="warning">/);
});

test("a text that speaks of uuencode stays as it is", async () => {
  const shown = await read(letter({ body: "A file starts with\r\nbegin 644 name\r\nand then come lines, up to\r\nend\r\n" }));
  assert.equal(shown.text, "A file starts with begin 644 name and then come lines, up to end");
  assert.deepEqual(files(shown.page), []);
});

test("more files than can be listed stay in the text", async () => {
  const shown = await read(letter({ body: Array.from({ length: 33 }, (_, i) => uuencode(`f${i}`, Buffer.from("Cat"))).join("") }));
  assert.equal(files(shown.page).length, 32);
  assert.match(shown.text, /\[f31\] begin 644 f32 #0V%T ` end$/);
});

test("a file that is cut by the limit of what is read is offered whole", async () => {
  const bytes = Buffer.from(Array.from({ length: 2200000 }, (_, i) => (i * 31 + (i >> 9)) & 255));
  const shown = await read(letter({ body: uuencode("huge.bin", bytes) }));
  const [file] = files(shown.page);
  assert.equal(file.name, "huge.bin");
  assert.ok((await get(file.href)).body.equals(bytes));
});

test("an answer leaves the file out of its quote; a forward and a copy keep it in the text", async () => {
  const shown = await read(letter({ headers: ["Content-Type: text/plain"], body: `Before\r\n${uuencode("cat.txt", Buffer.from("Cat"))}After\r\n` }));
  const written = async (label) => forms((await get(link(shown.page, label))).text).find((one) => one.fields.has("text")).fields.get("text");
  assert.match(await written(/^Reply$/), /> Before\n> \[cat\.txt\]\n> After/);
  for (const label of [/^Forward$/, /^Edit as new$/]) assert.match(await written(label), /Before\nbegin 644 cat\.txt\n#0V%T\n`\nend\nAfter/, String(label));
});

// ---- structures --------------------------------------------------------------------------------

const plain = (words) => part(["Content-Type: text/plain"], words);

test("enriched text is read, without its commands", async () => {
  const shown = await read(letterOf("Rich", part(["Content-Type: text/enriched"], "<bold>Now</bold> is\r\nthe time <<\r\n\r\n<fixed>for</fixed> all")));
  assert.equal(shown.text, "Now is the time < for all");
});

test("a multipart whose boundary never comes shows all its text; an empty one nothing", async () => {
  const head = (type) => `From: a@outside.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n`;
  const lost = await read(head('multipart/mixed; boundary="y"') + "The real words\r\n--x\r\n\r\nand more\r\n--x--\r\n");
  assert.match(lost.text, /The real words --x and more/);
  const none = await read(head("multipart/mixed") + "--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n");
  assert.match(none.text, /hello/);
  const inner = await read(letterOf("x", multipart("mixed", [plain("first"), part(["Content-Type: multipart/alternative; boundary=zz"], "lost words")])));
  assert.match(inner.text, /first.*lost words/);
  const empty = await read(head("multipart/mixed; boundary=x") + "--x\r\nContent-Type: text/plain\r\n\r\n--x--\r\n");
  assert.equal(empty.text, "");
  const open = await read(head("multipart/mixed; boundary=x") + "--x\r\nContent-Type: text/html\r\n\r\n<b>never closed</b>\r\n");
  assert.equal(open.text, "never closed");
  const nothing = await read(head("text/plain"));
  assert.match(text(nothing.page), /This message has no text/);
});

test("a file in a multipart whose boundary never comes is offered too", async () => {
  const shown = await read(`From: a@outside.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n${uuencode("cat.txt", Buffer.from("Cat"))}`);
  const [file] = files(shown.page);
  assert.equal(file.name, "cat.txt");
  assert.equal((await get(file.href)).text, "Cat");
});

test("a letter without a type that one could read is text", async () => {
  assert.equal((await read("From: a@b.example\r\nContent-Type: nonsense\r\n\r\nstill words\r\n")).text, "still words");
});

test("an address without a domain is shown as it is, not as the server fills it up", async () => {
  const shown = await read("From: root\r\nTo: Staff <everybody>, b@example.org\r\nSubject: cron\r\n\r\nwords\r\n");
  assert.match(text(/<p class="by">([\s\S]*?)<time/.exec(shown.page)[1]), /^root$/);
  assert.match(text(shown.page), /To Staff <everybody> , b@example\.org/);
  assert.equal(tags(shown.page, "a").filter((one) => one.href === "").length, 0);
  const nobody = await read("From: MAILER DAEMON <>\r\nTo: a@example.org\r\nSubject: bounce\r\n\r\nwords\r\n");
  assert.match(text(/<p class="by">([\s\S]*?)<time/.exec(nobody.page)[1]), /^MAILER DAEMON$/);
  for (const page of [shown.page, nobody.page, (await get(`/mail?folder=${BOX}`)).text]) assert.doesNotMatch(page, /MISSING|&lt;&gt;/);
});

test("a signature is named and said not to be checked", async () => {
  const shown = await read(letterOf("Signed", multipart("signed", [plain("I said so"), part(["Content-Type: application/pgp-signature; name=signature.asc"], "-----BEGIN PGP SIGNATURE-----")],
    [])));
  assert.equal(shown.text, "I said so");
  assert.deepEqual(files(shown.page).map(({ name }) => name), ["signature.asc"]);
  assert.match(files(shown.page)[0].details, /Signature, not checked/);
});

test("what is encrypted, wrapped, divided or elsewhere says so and can be taken", async () => {
  const cases = [
    [multipart("encrypted", [part(["Content-Type: application/pgp-encrypted"], "Version: 1"), part(["Content-Type: application/octet-stream; name=encrypted.asc"], "secret")]), /is encrypted/, "encrypted.asc", "secret"],
    [base64Part(["Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"], "0secret"), /is encrypted/, "smime.p7m", "0secret"],
    [base64Part(["Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"], "0wrapped"), /packed into its signature/, "smime.p7m", "0wrapped"],
    [part(['Content-Type: message/partial; id="a@b"; number=2; total=3'], "the second piece"), /one part of a message/, "Part 2 of a message in 3 parts", "the second piece"],
    [part(["Content-Type: message/external-body; access-type=URL; URL=\"https://evil.example/x\""], "Content-Type: image/gif\r\n\r\n"), /kept elsewhere/, "unnamed", "Content-Type: image/gif\r\n\r\n"],
  ];
  for (const [content, notice, name, bytes] of cases) {
    const shown = await read(letterOf("Sealed", content));
    assert.match(text(shown.page), notice);
    const file = files(shown.page).find((one) => one.name === name);
    assert.ok(file, JSON.stringify(files(shown.page)));
    assert.equal((await get(file.href)).text, bytes);
    assert.doesNotMatch(shown.page, /evil\.example|has no text/);
    const save = /<p class="strip">[\s\S]*?<\/p>/.exec(shown.page)[0];
    if (/save/i.test(text(save))) assert.match((await get(link(save, /^Save/))).text, /Subject: Sealed/);
    else assert.match(text(save), /nothing is fetched/);
    assert.deepEqual(await faults(shown.page), []);
  }
});

test("of two texts of one kind in an alternative the second is offered", async () => {
  const shown = await read(letterOf("Twice", multipart("alternative", [plain("the first"), plain("the second")])));
  assert.equal(shown.text, "the first");
  assert.equal((await get(files(shown.page)[0].href)).text, "the second");
});

test("a digest offers its letters, a report its parts", async () => {
  const shown = await read(letterOf("Digest", multipart("digest", [part([""], "Subject: one\r\n\r\nfirst"), part([""], "Subject: two\r\n\r\nsecond")].map((one) => one.subarray(2)))));
  assert.deepEqual(files(shown.page).map(({ name }) => name), ["one", "two"]);
  const report = await read(letterOf("Report", multipart("report", [plain("It failed"), part(["Content-Type: message/delivery-status"], "Action: failed\r\n"), part(["Content-Type: text/rfc822-headers"], "Subject: mine\r\n")])));
  assert.equal(report.text, "It failed");
  assert.ok(files(report.page).length >= 1);
});

test("a letter nested a hundred and thirty deep opens, and its depth can be taken", async () => {
  let content = plain("bottom");
  for (let i = 0; i < 130; i++) content = multipart("mixed", [plain(`level ${i}`), content]);
  const shown = await read(letterOf("Deep", content));
  assert.match(shown.text, /^level 129 level 128/);
  const all = files(shown.page);
  const deepest = await get(all.at(-1).href);
  assert.match(deepest.text, /bottom/);
});

test("more parts than can be listed are said to be in the source", async () => {
  const shown = await read(letterOf("Many", multipart("mixed", Array.from({ length: 520 }, (_, i) => part([`Content-Type: image/png; name=${i}.png`], "x")))));
  assert.equal(files(shown.page).length, 500);
  assert.match(text(shown.page), /more parts than can be listed/);
});

// A winmail.dat from its mailbox to the files in it: listed, read, downloaded byte by byte; broken
// ones answered in words.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { attributes, faults, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap } from "../lib/imap.mjs";
import { PNG, base64Part, letterOf, multipart, part } from "../lib/mime.mjs";
import { Program, scratch } from "../lib/program.mjs";
import { property, rtf, tnef, u32 } from "../lib/tnef.mjs";

let account, imap, client, uidvalidity;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  client = await signedIn(account);
});
after(() => {
  imap?.close();
  client?.close();
});

const HEAD = ["Content-Type: application/ms-tnef; name=\"winmail.dat\"", "Content-Disposition: attachment; filename=\"winmail.dat\""];
const withWinmail = (bytes, head = HEAD) => letterOf("A letter from Outlook", multipart("mixed", [
  part(["Content-Type: text/plain; charset=utf-8"], "See what is attached.\r\n"), base64Part(head, bytes)]));

async function get(path, status = 200) {
  const answer = await client.get(path);
  assert.equal(answer.status, status, `${path}: ${text(answer.text).slice(0, 400)}`);
  return answer;
}
// Each file of a page: { name, words, href, open }.
const files = (page) => [...page.matchAll(/<li class="file">[\s\S]*?<\/li>/g)].map(([item]) => {
  const [, span] = /<span>([\s\S]*)<\/span>/.exec(item);
  const links = [...span.matchAll(/<a\b(?:[^>"]|"[^"]*")*>/g)].map(([tag]) => attributes(tag).href);
  const opened = /<small>[\s\S]*?(<a\b(?:[^>"]|"[^"]*")*>)/.exec(span);
  return { name: text(/<bdi>([\s\S]*?)<\/bdi>/.exec(span)[1]), words: text(/<small>([\s\S]*?)<\/small>/.exec(span)[1]),
    href: span.startsWith("<a") ? links[0] : undefined, open: opened && attributes(opened[1]).href };
});
// Opens the letter, then what is inside its winmail.dat: { url, page, list, notices }.
async function inside(message) {
  const uid = await imap.append("INBOX", message);
  const page = await get(`/message?folder=INBOX&v=${uidvalidity}&uid=${uid}`);
  const [winmail] = files(page.text);
  assert.match(winmail.name, /winmail\.dat/i);
  assert.match(winmail.open, /^\/tnef\?/);
  const opened = await get(winmail.open);
  return { url: winmail.open, page: opened.text, list: files(opened.text),
    notices: [...opened.text.matchAll(/<p class="strip">([\s\S]*?)<\/p>/g)].map(([, one]) => text(one)) };
}

const REPORT = Buffer.from(Array.from({ length: 70001 }, (_, i) => (i * 31 + (i >> 8)) & 255));
const LETTER = { codePage: 1251,
  messageProperties: [property(0x10090102, rtf("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 Arial;}}\\f0 Voil\\'e0 le rapport \\u8364?\\par <b>fin</b>\\par}"))],
  files: [{ name: "Rapport d’été 日本.pdf", title: "RAPPOR~1.PDF", bytes: REPORT, type: "application/pdf" },
    { title: Buffer.from("\xcf\xf0\xe8\xe2\xe5\xf2.png\0", "latin1"), bytes: PNG }] };

test("the files and the text of a winmail.dat are shown, and come out byte for byte", async () => {
  const { page, list, notices } = await inside(withWinmail(tnef(LETTER)));
  assert.deepEqual(notices, []);
  assert.match(text(page), /Contents of winmail\.dat/);
  assert.match(page, /<pre[^>]*>Voilà le rapport €\n&lt;b&gt;fin&lt;\/b&gt;\n<\/pre>/);
  assert.deepEqual(list.map(({ name }) => name), ["Rapport d’été 日本.pdf", "Привет.png"]);
  assert.match(list[0].words, /^PDF · 70 KB$/);
  assert.match(list[1].words, /^Picture · /);
  assert.equal(list[0].open, null);
  assert.deepEqual(await faults(page), []);
  const report = await get(list[0].href);
  assert.ok(report.body.equals(REPORT));
  assert.equal(report.headers["content-type"], "application/octet-stream");
  assert.equal(report.headers["content-length"], String(REPORT.length));
  assert.equal(report.headers["x-content-type-options"], "nosniff");
  assert.match(report.headers["content-security-policy"], /sandbox/);
  assert.match(report.headers["content-disposition"], /^attachment;.*filename\*=UTF-8''Rapport%20d%E2%80%99%C3%A9t%C3%A9%20%E6%97%A5/);
  const picture = await get(list[1].open);
  assert.equal(picture.headers["content-type"], "image/png");
  assert.ok(picture.body.equals(PNG));
  assert.match((await get(list[1].href)).headers["content-disposition"], /^attachment/);
});

test("names that pretend are told in a winmail.dat too, and a picture is one by its bytes", async () => {
  const { page, list } = await inside(withWinmail(tnef({ files: [{ name: "facture.pdf.exe", bytes: Buffer.from("MZ"), type: "application/pdf" },
    { name: "holiday.png", bytes: Buffer.from("<html>"), type: "image/png" }] })));
  assert.match(page, /<bdi>facture\.pdf<\/bdi><bdi class="end">\.exe<\/bdi>/);
  assert.match(page, /<small class="warning">/);
  assert.equal(list[0].open, null);
  const lie = await get(list[1].open);
  assert.equal(lie.headers["content-type"], "application/octet-stream");
  assert.match(lie.headers["content-disposition"], /^attachment/);
  assert.deepEqual(await faults(page), []);
});

// Another reader, from Debian, judges what our tests write and what we make of it.
test("another program finds the same files, bytes and text in it", async () => {
  const bytes = tnef(LETTER), directory = scratch(), source = join(directory, "winmail.dat"), out = join(directory, "out");
  mkdirSync(out);
  writeFileSync(source, bytes);
  execFileSync("tnef", ["-f", source, "-C", out, "--save-body=body", "--body-pref=R"], { env: { ...process.env, LC_ALL: "C.UTF-8" } });
  const { list } = await inside(withWinmail(bytes));
  // it takes names of 8 bits as they are
  const names = readdirSync(out, { encoding: "buffer" });
  assert.equal(names.length, list.length + 1);
  assert.ok((await get(list[0].href)).body.equals(readFileSync(join(out, list[0].name))));
  const other = names.find((one) => one.includes(Buffer.from("\xcf\xf0\xe8\xe2\xe5\xf2", "latin1")));
  assert.ok((await get(list[1].href)).body.equals(readFileSync(Buffer.concat([Buffer.from(out + "/"), other]))));
  assert.match(readFileSync(join(out, "body.rtf"), "latin1"), /Voil\\'e0 le rapport \\u8364\?\\par <b>fin<\/b>\\par\}$/);
});

test("it is known by its other type and by its name, in any encoding", async () => {
  const bytes = tnef({ files: [{ name: "a.txt", bytes: Buffer.from("abc") }] });
  const quoted = [...bytes].map((one) => `=${one.toString(16).toUpperCase().padStart(2, "0")}`).join("").replace(/.{72}/g, "$&=\r\n");
  for (const message of [withWinmail(bytes, ["Content-Type: application/vnd.ms-tnef; name=WINMAIL.DAT"]),
    withWinmail(bytes, ["Content-Type: application/octet-stream; name=\"Winmail.dat\""]),
    letterOf("Quoted", part([...HEAD, "Content-Transfer-Encoding: quoted-printable"], quoted))]) {
    const { list } = await inside(message);
    assert.deepEqual(list.map(({ name }) => name), ["a.txt"]);
    assert.equal((await get(list[0].href)).text, "abc");
  }
});

test("a file that is larger than a piece of what the server is asked for", async () => {
  const large = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7 + (i >> 10)) & 255));
  const { list } = await inside(withWinmail(tnef({ files: [{ name: "a.bin", bytes: large }, { name: "b.bin", bytes: REPORT }] })));
  assert.ok((await get(list[0].href)).body.equals(large));
  assert.ok((await get(list[1].href)).body.equals(REPORT));
});

test("messages and objects inside are named for what they are", async () => {
  const inner = tnef({ subject: "Inner subject", messageProperties: [property(0x1000001f, "The inner text é 日本")],
    files: [{ name: "deep.txt", bytes: Buffer.from("deep") }] });
  const { page, list, notices } = await inside(withWinmail(tnef({ files: [{ name: "Fwd: a/b", title: "Untitled Attachment", message: inner },
    { name: "sheet", object: Buffer.from("compound") }, { name: "linked.doc" }] })));
  assert.deepEqual(notices, []);
  assert.deepEqual(list.map(({ name }) => name), ["Fwd: a/b", "sheet", "linked.doc", "deep.txt"]);
  const [message, object, linked, deep] = list;
  assert.equal(message.open, "#message-1");
  assert.equal(tags(page, "section").filter(({ id }) => id === "message-1").length, 1);
  assert.match(text(page), /Inner subject The inner text é 日本/);
  assert.ok((await get(message.href)).body.equals(inner));
  assert.match((await get(message.href)).headers["content-disposition"], /\.tnef"/);
  assert.match(object.words, /^Embedded object/);
  assert.equal((await get(object.href)).text, "compound");
  assert.equal(linked.href, undefined);
  assert.match(linked.words, /only its name is here/);
  assert.equal((await get(deep.href)).text, "deep");
  assert.deepEqual(await faults(page), []);
});

test("what is damaged is answered in words, with what could be read", async () => {
  const whole = tnef(LETTER);
  const cut = await inside(withWinmail(whole.subarray(0, whole.indexOf(REPORT) + 5000)));
  assert.match(cut.notices.join(" "), /damaged or incomplete/);
  assert.deepEqual(cut.list.map(({ name }) => name), ["RAPPOR~1.PDF"]);
  assert.match(cut.list[0].words, /incomplete/);
  assert.ok((await get(cut.list[0].href)).body.equals(REPORT.subarray(0, 5000)));
  const sums = await inside(withWinmail(tnef({ files: [{ name: "a.txt", bytes: Buffer.from("abc"), sum: 1 }] })));
  assert.match(sums.notices.join(" "), /checksum is wrong/);
  assert.match(sums.list[0].words, /wrong checksum/);
  assert.equal((await get(sums.list[0].href)).text, "abc");
  for (const bytes of [Buffer.from("not at all"), Buffer.alloc(0)]) {
    const none = await inside(withWinmail(bytes));
    assert.match(none.notices.join(" "), /cannot be read/);
    assert.deepEqual(none.list, []);
    assert.ok(tags(none.page, "a").some(({ href }) => href.startsWith("/part?")), "it can be downloaded as it is");
    assert.deepEqual(await faults(none.page), []);
  }
  const empty = await inside(withWinmail(tnef()));
  assert.match(empty.notices.join(" "), /nothing in this file/);
  const endless = Buffer.concat([u32(0x223e9f78), Buffer.from([0, 0, 2]), u32(0x0006800f), u32(0xffffffff), Buffer.from("what there is")]);
  const { list } = await inside(withWinmail(endless));
  assert.equal((await get(list[0].href)).text, "what there is");
});

test("names that lie are harmless, and markup in them is text", async () => {
  const { page, list } = await inside(withWinmail(tnef({ messageProperties: [property(0x1000001f, "<script>alert(1)</script>")],
    files: [{ name: "..\\..\\etc\\<img src=x>.txt", bytes: Buffer.from("a") }, { name: "a\u202Egnp.exe", bytes: Buffer.from("b"), type: "text/html\r\nX: y" }] })));
  assert.deepEqual(tags(page, "img"), []);
  assert.match(page, /&lt;script&gt;alert/);
  assert.deepEqual(list.map(({ name }) => name), ["<img src=x>.txt", "a⇄gnp"]);
  assert.match(page, /<bdi class="end">\.exe<\/bdi>/);
  const answer = await get(list[1].href);
  assert.equal(answer.headers["content-type"], "application/octet-stream");
  assert.equal(answer.headers.x, undefined);
});

test("what is not there is not found, and nobody else's", async () => {
  const { url } = await inside(withWinmail(tnef({ files: [{ name: "a.txt", bytes: Buffer.from("abc") }, { name: "link" }] })));
  for (const file of ["1", "2", "99", "-1", "x", "18446744073709551616"]) await get(`${url}&file=${file}`, 404);
  await get(url.replace(/part=[^&]*/, "part=9"), 404);
  await get(url.replace(/part=[^&]*/, "part="), 404);
  const stranger = await signedIn(await newAccount());
  try {
    const answer = await stranger.get(url);
    assert.ok([404, 409].includes(answer.status), `${answer.status}`);
  } finally {
    stranger.close();
  }
});

// ---- what the server is asked for --------------------------------------------------------------

// The program behind a proxy that sees its commands, with the letter in a mailbox of its own.
async function watched(message, run) {
  const proxy = await imapProxy({});
  // with sanitizers: what is given back counts as given back
  const environment = { ASAN_OPTIONS: [process.env.ASAN_OPTIONS, "quarantine_size_mb=0"].filter(Boolean).join(":") };
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } }, { environment });
  try {
    const uid = await imap.append("INBOX", message);
    const browser = new SocketClient(program.socket);
    await browser.login(account);
    await run({ proxy, program, browser, url: (path, rest = "") => `${path}?folder=INBOX&v=${uidvalidity}&uid=${uid}${rest}` });
  } finally {
    assert.deepEqual(await program.stop(), { code: 0, signal: null }, program.log());
    await proxy.close();
  }
}
const PIECE = 512 * 1024;
const asked = (proxy) => proxy.commands.filter((one) => one.includes("BODY.PEEK[2]"));

test("opening the letter does not read the winmail.dat, and no file is whole in memory", async () => {
  const large = Buffer.alloc(16_000_000, "large ");
  await watched(withWinmail(tnef({ files: [{ name: "large.bin", bytes: large }] })), async ({ proxy, program, browser, url }) => {
    const letter = await browser.get(url("/message"));
    assert.match(letter.text, /\/tnef\?/);
    assert.deepEqual(asked(proxy), []);
    const before = program.memory();
    assert.match((await browser.get(url("/tnef", "&part=2"))).text, /large\.bin/);
    const pieces = asked(proxy);
    assert.equal(pieces.length, Math.ceil((Math.ceil(large.length / 57) * 78) / PIECE));
    assert.ok(pieces.every((one) => one.endsWith(`.${PIECE}>)`)), pieces[0]);
    assert.ok((await browser.get(url("/tnef", "&part=2&file=0"))).body.equals(large));
    assert.ok(program.memory() - before < 10_000, `${program.memory() - before} KB more`);
  });
});

test("the end of a part is found where it falls on the end of a piece, whatever the server says there", async () => {
  const encoded = tnef({ files: [{ name: "a.txt", bytes: Buffer.from("abc") }] }).toString("base64").padEnd(PIECE, "\r\n");
  const message = letterOf("Even", multipart("mixed", [part(["Content-Type: text/plain"], "x\r\n"), part([...HEAD, "Content-Transfer-Encoding: base64"], encoded)]));
  await watched(message, async ({ proxy, browser, url }) => {
    assert.match((await browser.get(url("/tnef", "&part=2"))).text, /a\.txt/);
    assert.equal(asked(proxy).length, 2);
    const [, uid] = /^UID FETCH (\d+)/.exec(asked(proxy)[0]);
    proxy.rules = [{ match: new RegExp(`<${PIECE}\\.`), action: "answer", text: `* 1 FETCH (UID ${uid} BODY[2]<${PIECE}> NIL)\r\n$TAG OK done` }];
    assert.match((await browser.get(url("/tnef", "&part=2"))).text, /a\.txt/);
    assert.equal((await browser.get(url("/tnef", "&part=2&file=0"))).text, "abc");
  });
});

test("a server that fails in between is told as what it is", async () => {
  await watched(withWinmail(tnef({ files: [{ name: "a.bin", bytes: Buffer.alloc(2_000_000) }] })), async ({ proxy, browser, url }) => {
    proxy.rules = [{ match: new RegExp(`<${PIECE}\\.`), action: "answer", text: "$TAG NO [UNAVAILABLE] later" }];
    const answer = await browser.get(url("/tnef", "&part=2"));
    assert.equal(answer.status, 503);
    assert.doesNotMatch(answer.text, /cannot be read/);
  });
});

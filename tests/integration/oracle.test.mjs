// A second opinion: another mail library reads the same letters as the program does through a real
// server. Where the two differ, the difference stands in a list with its reason, and is checked to
// be one still. Letters: our own corpus, what two packages of Debian test themselves with
// (deploy/deps mail), one in each charset that the other library can write, and what the program
// composes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { compose, write } from "../lib/compose.mjs";
import { TOP } from "../lib/env.mjs";
import { decode, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap } from "../lib/imap.mjs";

const ORACLE = join(TOP, "tests", "lib", "oracle.py");
const MAIL = join(TOP, "build", "mail", "usr");
const oracle = (args, input) => JSON.parse(execFileSync("/usr/bin/python3", [ORACLE, ...args], { input, maxBuffer: 1 << 28 }));

const files = (directory, pattern, label) => readdirSync(directory).filter((name) => pattern.test(name))
  .map((name) => ({ name: `${label}/${name}`, data: readFileSync(join(directory, name)) }));
// As a server stores them: lines ended by CRLF, no envelope line of a mailbox file, no NUL.
const crlf = (data) => Buffer.from(data.toString("latin1").replace(/^From [^\n]*\n/, "").replace(/\r?\n/g, "\r\n").replaceAll("\0", ""), "latin1");

const letters = [
  ...files(join(TOP, "tests", "corpus", "mail"), /\.eml$/, "own"),
  ...files(join(MAIL, "lib", "python3.11", "test", "test_email", "data"), /^msg_\w+\.txt$/, "python"),
  ...["low-quality", "mail", "parts"].flatMap((kind) =>
    files(join(MAIL, "share", "gocode", "src", "github.com", "jhillyerd", "enmime", "testdata", kind), /\.raw$/, `enmime/${kind}`)),
  ...oracle(["letters"], "").map(({ name, data }) => ({ name: `charset/${name}`, data: Buffer.from(data, "base64") })),
].map(({ name, data }) => ({ name, data: crlf(data) })).sort((a, b) => (a.name < b.name ? -1 : 1));

// What both say alike: white space, marks of quoting and of direction do not count.
const alike = (words) => words.normalize("NFC").replace(/[\s\p{Cc}\p{Cf}]/gu, "");
const alikeText = (words) => alike(words).replaceAll(">", "");

let account, imap, client;
before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  client = await signedIn(account);
});
after(() => {
  imap?.close();
  client?.close();
});

// A name, and its address in brackets behind it.
const PERSON = /<bdi>([\s\S]*?)<\/bdi>(?:\s*<bdi>(&lt;[\s\S]*?)<\/bdi>)?/g;
const line = (page, label) => new RegExp(`<dt>${label}</dt><dd>([\\s\\S]*?)</dd>`).exec(page)?.[1] ?? "";
const each = (html) => [...html.matchAll(PERSON)].map(([, name, address]) => text([name, address].join(" ")));
const fileName = (item) => text(/<a\b[^>]*>([\s\S]*?)<\/a>/.exec(item)[1].replace(/<\/?bdi\b[^>]*>/g, ""));

async function read(folder, v, uid) {
  const url = (path, view) => `${path}?folder=${folder}&v=${v}&uid=${uid}&view=${view}`;
  const page = await client.get(url("/message", "html"));
  assert.equal(page.status, 200);
  const subject = text(/<h1 id="subject">([\s\S]*?)<\/h1>/.exec(page.text)[1]);
  const bodies = [];
  for (const view of ["plain", "html"]) {
    const body = await client.get(url("/body", view));
    assert.equal(body.status, 200);
    bodies.push(decode(body.text.replace(/^[\s\S]*<body>/, "").replace(/<style\b[\s\S]*?<\/style>|<[^>]*>/g, "")));
  }
  return {
    subject: subject === "(no subject)" ? "" : subject,
    from: each(line(page.text, "From")).filter((one) => one !== "(no sender)"),
    to: each(line(page.text, "To")),
    files: [...page.text.matchAll(/<li class="file">([\s\S]*?)<\/li>/g)].map(([, item]) => fileName(item)),
    bodies: alikeText(bodies.join("\n")), framed: tags(page.text, "iframe").length,
  };
}

// What differs: { field: [ours, theirs] }.
function differences(ours, theirs) {
  const found = {};
  const compare = (field, one, other) => { if (alike(one) !== alike(other)) found[field] = [one, other]; };
  compare("subject", ours.subject, theirs.subject);
  compare("from", ours.from[0] ?? "", theirs.from[0] ?? "");
  compare("to", ours.to.join(), theirs.to.join());
  for (const name of theirs.files) if (!ours.files.some((one) => alike(one) === alike(name))) found.files = [ours.files.join(), name];
  for (const field of ["plain", "html"])
    for (const one of theirs[field]) if (!ours.bodies.includes(alikeText(one))) found[field] = [ours.bodies.slice(0, 300), alikeText(one).slice(0, 300)];
  return found;
}

// Where the two may differ: field → why.
const DOT = "they drop a name with a dot that is not quoted", RAW = "they do not guess at 8-bit text in headers",
  LABEL = "they believe a label that lies, or guess at none", SECOND = "the second text of an alternative is offered, not shown",
  HEADERS = "the server takes lines before the first empty one for headers", LARGER = "they read the charset that is named, we the larger one that is meant",
  ERRORS = "they give up on an encoding with errors", BOTH = "of the two forms of a name they take the older";
const allowed = {
  "enmime/low-quality/bad-header-start.raw": { plain: SECOND },
  "enmime/parts/chardet-success-big-5.raw": { plain: LABEL },
  "enmime/parts/chardet-success-iso-8859-1.raw": { plain: LABEL },
  "enmime/low-quality/empty-header.raw": { plain: SECOND },
  "enmime/mail/erroneous.raw": { plain: HEADERS },
  "enmime/low-quality/incorrect-charset.raw": { plain: LABEL },
  "enmime/mail/mime-alternative.raw": { plain: SECOND },
  "enmime/mail/mime-bad-content-transfer-encoding.raw": { plain: "they show what says base64 and is none as it stands" },
  "enmime/low-quality/missing-content-type2.raw": { plain: SECOND },
  "enmime/mail/non-mime-missing-charset.raw": { html: "they do not read <meta charset>" },
  "enmime/mail/qp-utf8-header-recursed.raw": { error: "a line end in an encoded word is too much for them" },
  "own/address-comment.eml": { from: "they drop a name in a comment" },
  "own/address-quoted-comma.eml": { to: RAW },
  "own/base64-cut.eml": { plain: ERRORS },
  "own/label-ascii-is-utf8.eml": { plain: LABEL },
  "own/label-gb2312-is-gbk.eml": { plain: LARGER },
  "own/label-latin1-is-1252.eml": { plain: LARGER },
  "own/label-sjis-is-cp932.eml": { plain: LARGER },
  "own/name-2231-both.eml": { files: BOTH },
  "own/quoted-soft-blank.eml": { plain: ERRORS },
  "own/raw-jis-unlabelled.eml": { plain: LABEL },
  "own/raw-latin1.eml": { subject: RAW },
  "own/raw-utf8-name.eml": { from: RAW },
  "own/transfer-case.eml": { plain: "they do not know an encoding's name with a blank behind" },
  "own/word-padded-twice.eml": { subject: ERRORS },
  "python/msg_01.txt": { from: DOT },
  "python/msg_03.txt": { from: DOT },
  "python/msg_04.txt": { from: DOT },
  "python/msg_06.txt": { from: DOT },
  "python/msg_14.txt": { from: DOT },
  "python/msg_19.txt": { plain: HEADERS },
  "python/msg_20.txt": { from: DOT },
  "python/msg_25.txt": { to: "they read one of two fields, the server joins them" },
  "python/msg_27.txt": { from: DOT, to: DOT },
  "python/msg_29.txt": { from: DOT },
  "python/msg_35.txt": { plain: HEADERS },
  "python/msg_36.txt": { plain: "they show what stands for a file kept elsewhere, we offer it" },
  "python/msg_38.txt": { plain: "the server ends an inner part at the boundary of an outer one, as RFC 2046 asks" },
  "python/msg_43.txt": { from: "they show the brackets of an empty address" },
  "python/msg_44.txt": { from: DOT },
};

// ---- letters of others -------------------------------------------------------------------------

test("another library reads the same in more than two hundred letters", async () => {
  const theirs = oracle([], JSON.stringify(letters.map(({ data }) => ({ data: data.toString("base64") }))));
  const { uidvalidity } = await imap.select("INBOX");
  const unexpected = [], counts = { subject: 0, from: 0, to: 0, files: 0, plain: 0, html: 0, letters: 0 };
  for (const [i, { name, data }] of letters.entries()) {
    const reasons = { ...allowed[name] };
    if (theirs[i].error) {
      if (!reasons.error) unexpected.push(`${name}: ${theirs[i].error}`);
      continue;
    }
    const found = differences(await read("INBOX", uidvalidity, await imap.append("INBOX", data)), theirs[i]);
    for (const [field, [one, other]] of Object.entries(found)) {
      if (!reasons[field]) unexpected.push(`${name}: ${field}\n  we:   ${JSON.stringify(one)}\n  they: ${JSON.stringify(other)}`);
      delete reasons[field];
    }
    for (const [field, reason] of Object.entries(reasons)) unexpected.push(`${name}: ${field} differs no more (${reason})`);
    counts.letters++;
    for (const field of ["subject", "from", "to"]) counts[field] += theirs[i][field].length > 0;
    for (const field of ["files", "plain", "html"]) counts[field] += theirs[i][field].length;
  }
  for (const name of Object.keys(allowed)) if (!letters.some((one) => one.name === name)) unexpected.push(`${name} is no letter`);
  assert.deepEqual(unexpected, []);
  assert.ok(counts.letters >= 200, JSON.stringify(counts));
  assert.ok(counts.subject >= 150 && counts.plain >= 200 && counts.files >= 100 && counts.html >= 20, JSON.stringify(counts));
});

// ---- letters of ours ---------------------------------------------------------------------------

// The same ones each time, in all scripts and of all lengths.
let seed = 7;
const draw = (below) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below;
const RANGES = [[0x61, 0x7a], [0xe0, 0xff], [0x410, 0x44f], [0x3b1, 0x3c9], [0x5d0, 0x5ea], [0x621, 0x64a], [0x4e00, 0x9fa5], [0xac00, 0xd7a3], [0x1f600, 0x1f64f], [0x30, 0x39]];
function phrase(most) {
  const [from, to] = RANGES[draw(RANGES.length)], [also, until] = RANGES[draw(RANGES.length)];
  const one = () => (draw(3) ? String.fromCodePoint(from + draw(to - from + 1)) : String.fromCodePoint(also + draw(until - also + 1)));
  return Array.from({ length: 1 + draw(most) }, () => Array.from({ length: 1 + draw(12) }, one).join("")).join(" ");
}

test("what is composed is read as it was typed, by both", async () => {
  const typed = Array.from({ length: 24 }, (_, i) => ({ subject: `${phrase(12)} =?x?q?${i}?=`.slice(0, i % 2 ? undefined : -9), name: phrase(5), file: `${phrase(8)}.txt`,
    text: Array.from({ length: 1 + draw(8) }, () => phrase(40)).join("\n") }));
  const sources = [], uids = [];
  for (const { subject, name, file, text: words } of typed) {
    const saved = await write(client, await client.get(compose()), "save", { to: `"${name}" <a@example.org>`, subject, text: words }, [{ filename: file, bytes: Buffer.from("file") }]);
    assert.equal(saved.status, 200, text(saved.text));
    await imap.select("Drafts");
    uids.push(Math.max(...(await imap.search("ALL"))));
    sources.push(await imap.source(uids.at(-1)));
  }
  const { uidvalidity } = await imap.select("Drafts");
  const theirs = oracle([], JSON.stringify(sources.map((source) => ({ data: Buffer.from(source, "latin1").toString("base64") }))));
  for (const [i, { subject, name, file, text: words }] of typed.entries()) {
    const ours = await read("Drafts", uidvalidity, uids[i]);
    for (const [who, found] of [["we", ours], ["they", { ...theirs[i], bodies: alikeText(theirs[i].plain?.join("") ?? "") }]]) {
      assert.equal(found.error, undefined, who);
      assert.equal(alike(found.subject), alike(subject), who);
      assert.equal(alike(found.to.join()), alike(`${name} <a@example.org>`), who);
      assert.deepEqual(found.files.map(alike), [alike(file)], who);
      assert.ok(found.bodies.includes(alikeText(words)), `${who}: ${found.bodies}\n${words}`);
    }
  }
});

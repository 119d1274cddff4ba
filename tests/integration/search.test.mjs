// The search field: what each word and operator finds; results sort and page like a folder.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ACCOUNT2 } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { mail, rows, subjects } from "../lib/rows.mjs";

const BOX = "Test recherche";
let imap, client;

const pdf = { headers: ["Content-Type: multipart/mixed; boundary=b"],
  body: "--b\r\nContent-Type: text/plain\r\n\r\nvoici\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n--b--\r\n" };
// A mixed message without any attachment: only its structure tells.
const mixed = { headers: ["Content-Type: multipart/mixed; boundary=b"],
  body: "--b\r\nContent-Type: text/plain\r\n\r\nun\r\n--b\r\nContent-Type: text/plain\r\n\r\ndeux\r\n--b--\r\n" };
const LETTERS = [
  ["A", { from: "Anne Lefèvre <anne@outside.example>", subject: "A compte rendu", body: "rien\r\n" }, ["\\Seen"], "01-Mar-2026 10:00:00 +0000"],
  ["B", { from: "bob@outside.example", subject: "B facture", body: "le compte est bon\r\n" }, [], "15-Apr-2026 10:00:00 +0000"],
  ["C", { from: "carl@outside.example", to: "anne@outside.example", subject: "C", ...pdf }, ["\\Flagged"], "20-Apr-2026 10:00:00 +0000"],
  ["D", { from: "dora@outside.example", subject: "D long", body: ("x".repeat(70) + "\r\n").repeat(300) }, ["\\Seen", "\\Answered"], "01-May-2026 10:00:00 +0000"],
  ["E", { from: "=?utf-8?q?=C3=89lo=C3=AFse?= <e@outside.example>", subject: "=?utf-8?q?E_=C3=A9t=C3=A9?=", ...mixed }, [], "02-May-2026 10:00:00 +0000"],
];

before(async () => {
  imap = await Imap.open(ACCOUNT2);
  await imap.fresh(BOX);
  for (const [, parts, flags, date] of LETTERS)
    await imap.command(`APPEND "${BOX}" (${flags.join(" ")}) "${date}" `, Buffer.from(letter(parts)));
  client = await signedIn(ACCOUNT2);
});
after(async () => {
  await imap.remove(BOX);
  imap.close();
  client.close();
});

const search = async (q, query = {}) => {
  const page = await client.get(mail(BOX, { q, ...query }));
  assert.equal(page.status, 200, text(page.text));
  return page.text;
};
// The first letters of what is found, newest first.
const found = async (q, query) => subjects(await search(q, query)).map((one) => one[0]).join("");

const CASES = [
  ["facture", "B"], ["anne", "CA"], ["compte", "A"], ["compte rendu", "A"], ['"rendu compte"', ""], ["texte:compte", "BA"],
  ["de:anne", "A"], ["from:anne", "A"], ["à:anne", "C"], ["to:anne", "C"], ["objet:facture", "B"], ["subject:FACTURE", "B"],
  ["été", "E"], ["éloïse", "E"], ["est:nonlu", "ECB"], ["is:read", "DA"], ["est:suivi", "C"], ["is:answered", "D"],
  ["avant:2026-04-15", "A"], ["après:2026-04-15", "EDCB"], ["le:20/04/2026", "C"], ["on:2026-04", "CB"], ["since:2026-05", "ED"],
  ["plus:10k", "D"], ["moins:10k", "ECBA"], ["a:pièce", "C"], ["has:attachment", "C"], ["-a:pièce", "EDBA"], ["a:pièce de:anne", ""],
  ["-de:anne", "EDCB"], ["de:anne OR de:bob", "BA"], ["de:anne OU objet:facture est:nonlu", "B"], ["zzz", ""], ["de:", ""], ['"', "EDCBA"],
];
for (const [q, letters] of CASES)
  test(`${q} finds ${letters || "nothing"}`, async () => assert.equal(await found(q), letters));

test("results sort like a folder", async () => {
  assert.equal(await found("outside.example", { sort: "subject" }), "ABCDE");
  assert.equal(await found("outside.example", { sort: "arrival", order: "asc" }), "ABCDE");
  assert.equal((await found("outside.example", { sort: "size" }))[0], "D");
  assert.equal(await found("-a:pièce", { sort: "subject", order: "desc" }), "EDBA");
});

test("results page like a folder, and keep the search", async () => {
  const box = BOX + " long";
  await imap.fresh(box);
  for (let n = 0; n < 70; n++) await imap.append(box, letter({ subject: `Longue ${n}` }));
  const first = await client.get(mail(box, { q: "longue" }));
  assert.equal(rows(first.text).length, 50);
  const next = tags(first.text, "button").find((one) => one.name === "turn").value;
  assert.match(next, /q=longue/);
  const second = await client.get(next);
  assert.equal(rows(second.text).length, 20);
  for (const row of rows(second.text)) assert.match(row.url, /q=longue/);
  await imap.append(box, letter({ subject: "Longue 70" }));
  assert.equal(subjects((await client.get(mail(box, { q: "longue" }))).text)[0], "Longue 70", "the kept result is not stale");
  await imap.remove(box);
});

test("a search that depends on marks sees them change", async () => {
  assert.equal(await found("est:nonlu"), "ECB");
  await imap.select(BOX);
  const [uid] = await imap.search('SUBJECT "B facture"');
  await imap.command(`UID STORE ${uid} +FLAGS (\\Seen)`);
  assert.equal(await found("est:nonlu"), "EC");
  await imap.command(`UID STORE ${uid} -FLAGS (\\Seen)`);
  assert.equal(await found("est:nonlu"), "ECB");
});

test("nothing found is said, with a way back to the whole folder", async () => {
  const html = await search("zzz");
  assert.match(text(html), /No message matches/);
  assert.match(text(html), /The whole folder/);
  assert.deepEqual(await faults(html), []);
});

test("what was sought stands in the field, whatever it holds", async () => {
  for (const q of ['"><script>alert(1)</script>', "a'b\"c", "été"]) {
    const html = await search(q);
    assert.equal(tags(html, "input").find((one) => one.name === "q").value, q);
    assert.doesNotMatch(html, /<script>alert/);
  }
});

test("line ends and literals in a search reach no protocol line", async () => {
  for (const q of ["a\r\nA9 DELETE INBOX", "{5}", "(", ")", "\\", "*", "x".repeat(5000), "\u0000"]) {
    const page = await client.get(mail(BOX, { q }));
    assert.ok([200, 400].includes(page.status), `${page.status} for ${JSON.stringify(q)}`);
  }
  assert.ok((await imap.list()).includes("INBOX"));
});

test("a server that searches ASCII only is told of, and the page stays usable", async () => {
  const proxy = await imapProxy({ rules: [{ match: /SEARCH.*(CHARSET|UTF-8)/i, action: "answer", text: "$TAG NO [BADCHARSET (US-ASCII)] ASCII only", times: 9 }] });
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  try {
    const one = new SocketClient(program.socket);
    await one.login(ACCOUNT2);
    const page = await one.get(mail(BOX, { q: "été" }));
    assert.equal(page.status, 200, text(page.text));
    assert.match(text(page.text), /cannot search for letters with accents/);
    assert.equal(rows((await one.get(mail(BOX, { q: "facture" }))).text).length, 1);
  } finally {
    await program.stop();
    await proxy.close();
  }
});

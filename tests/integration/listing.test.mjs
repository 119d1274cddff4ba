// The message list: rows and their marks, paging, orders, restrictions, ticks; with the server's own
// means and without them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ACCOUNT2 } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { folders, mail, rows, subjects } from "../lib/rows.mjs";

const BOX = "Test liste", COUNT = 120;
const two = (n) => String(n).padStart(2, "0");
let imap, client;

// 120 letters; the Date field runs against the order of arrival.
function numbered(n) {
  return letter({ id: `${1000 + n}@test.example`, from: `Sender ${two(n % 7)} <s${two(n % 7)}@outside.example>`, to: `t${two(n % 5)}@demo.example`,
    subject: `Letter ${String(n).padStart(3, "0")}`, date: new Date(Date.UTC(2025, 0, 1 + COUNT - n)).toUTCString(), body: "x".repeat(n) + "\r\n" });
}

before(async () => {
  imap = await Imap.open(ACCOUNT2);
  await imap.fresh(BOX);
  for (let n = 1; n <= COUNT; n++) await imap.append(BOX, numbered(n), n % 3 ? ["\\Seen"] : []);
  client = await signedIn(ACCOUNT2);
});
after(async () => {
  await imap.remove(BOX);
  imap.close();
  client.close();
});

const get = async (query = {}, folder = BOX) => {
  const page = await client.get(mail(folder, query));
  assert.equal(page.status, 200, text(page.text));
  return page.text;
};
const range = (from, to) => Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => `Letter ${String(from + (to > from ? i : -i)).padStart(3, "0")}`);

test("a page holds the newest fifty and is valid HTML", async () => {
  const html = await get();
  assert.deepEqual(subjects(html), range(120, 71));
  assert.match(text(html), /1–50/);
  assert.match(text(html), /· 120/);
  assert.deepEqual(await faults(html), []);
});

test("pages follow each other to the end, and one beyond it is the last", async () => {
  assert.deepEqual(subjects(await get({ page: 2 })), range(70, 21));
  const last = await get({ page: 3 });
  assert.deepEqual(subjects(last), range(20, 1));
  assert.deepEqual(subjects(await get({ page: 99 })), range(20, 1));
  assert.ok(!tags(last, "button").some((one) => one.name === "turn" && /page=4/.test(one.value)));
});

test("an empty folder is a page like any other: folders, search field, orders", async () => {
  await imap.fresh(`${BOX} vide`);
  await get({}, `${BOX} vide`);
  const html = await get({}, `${BOX} vide`); // selected already: nothing is left to ask for its rows
  await imap.remove(`${BOX} vide`);
  const links = tags(html, "a").map((one) => one.href);
  assert.equal(rows(html).length, 0);
  assert.ok(links.includes("/mail?folder=INBOX"));
  assert.ok(links.some((href) => /sort=subject/.test(href)));
  assert.ok(tags(html, "input").some((one) => one.name === "q"));
});

test("nonsense in the address is the first page", async () => {
  for (const query of [{ page: "0" }, { page: "-1" }, { page: "4294967296" }, { sort: "colour" }, { page: "x" }])
    assert.equal(rows(await get(query)).length, 50, JSON.stringify(query));
});

test("a folder that does not exist says so, and shows those that do", async () => {
  const page = await client.get(mail("No such folder"));
  assert.equal(page.status, 404);
  assert.match(page.text, /BOX-32/);
  assert.ok(tags(page.text, "a").some((one) => one.href === "/mail?folder=INBOX"));
});

const size = (n) => numbered(n).length;
const all = Array.from({ length: COUNT }, (_, i) => i + 1);
// [sort, key of letter n; equal ones in any order]
const orders = [["arrival", (n) => n], ["date", (n) => -n], ["from", (n) => n % 7], ["to", (n) => n % 5], ["subject", (n) => n], ["size", size]];

async function checkOrders(read) {
  for (const [sort, key] of orders)
    for (const order of ["asc", "desc"]) {
      const found = [];
      for (const page of [1, 2, 3]) found.push(...subjects(await read({ sort, order, page })).map((s) => Number(s.slice(7))));
      assert.deepEqual([...found].sort((a, b) => a - b), all, `${sort} ${order}: each letter once`);
      const keys = found.map(key);
      assert.deepEqual(keys, [...keys].sort((a, b) => (order === "asc" ? a - b : b - a)), `${sort} ${order}`);
    }
}

test("all orders, both ways, over all pages", () => checkOrders(get));

test("marks say what a letter is", async () => {
  const alternative = (inner) => `--a\r\nContent-Type: text/plain\r\n\r\nx\r\n${inner}--a--\r\n`;
  const mixed = ["Content-Type: multipart/mixed; boundary=a"];
  await imap.append(BOX, letter({ subject: "Mark flagged" }), ["\\Flagged", "\\Seen"]);
  await imap.append(BOX, letter({ subject: "Mark answered" }), ["\\Answered"]);
  await imap.append(BOX, letter({ subject: "Mark deleted" }), ["\\Deleted"]);
  await imap.append(BOX, letter({ subject: "Mark label" }), ["Wichtig", "$Internal"]);
  await imap.append(BOX, letter({ subject: "Mark attachment", headers: mixed,
    body: alternative("--a\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n") }));
  await imap.append(BOX, letter({ subject: "Mark inline", headers: ['Content-Type: multipart/related; boundary=a'],
    body: alternative("--a\r\nContent-Type: image/png\r\nContent-ID: <i@x>\r\n\r\nx\r\n") }));
  await imap.append(BOX, letter({ subject: "=?utf-8?q?Mark_=C3=A9t=C3=A9?= =?utf-8?q?_<b>?=", from: "=?utf-8?b?w4ls?=\r\n =?utf-8?b?b8Ovc2U=?= <e@outside.example>" }));
  const html = await get();
  const of = (subject) => rows(html).find((row) => row.subject === subject);
  assert.match(of("Mark flagged").marks, /Starred/);
  assert.ok(!of("Mark flagged").classes.includes("new"));
  assert.match(of("Mark answered").marks, /Answered/);
  assert.ok(of("Mark answered").classes.includes("new"));
  assert.ok(of("Mark deleted").classes.includes("gone"));
  assert.match(of("Mark attachment").marks, /Attachment/);
  assert.doesNotMatch(of("Mark inline").marks, /Attachment/);
  assert.equal(of("Mark été <b>").from, "Éloïse");
  assert.match(html, /<span class="tag c-none"><bdi>Wichtig<\/bdi><\/span>/);
  assert.doesNotMatch(html, /Internal/);
  const gone = (await imap.select(BOX), await imap.search("SUBJECT Mark"));
  await imap.command(`UID STORE ${gone.join()} +FLAGS (\\Deleted)`);
  await imap.command("EXPUNGE");
});

test("unread only and flagged only are one click, and one click back", async () => {
  const unread = await get({ only: "unread" });
  assert.equal(rows(unread).length, 40);
  assert.ok(rows(unread).every((row) => row.classes.includes("new")));
  assert.ok(tags(unread, "a").some((one) => one["aria-current"] && one.href === mail(BOX).replace(/\+/g, "%20")));
  assert.equal(rows(await get({ only: "flagged" })).length, 0);
  assert.match(text(await get({ only: "flagged" })), /No starred message/);
});

test("what another program does shows on the next page", async () => {
  await get();
  await imap.select(BOX);
  const uid = await imap.append(BOX, letter({ subject: "Just come" }));
  assert.equal(subjects(await get())[0], "Just come");
  await imap.command(`UID STORE ${uid} +FLAGS (\\Seen \\Flagged)`);
  const [row] = rows(await get());
  assert.ok(!row.classes.includes("new"));
  assert.match(row.marks, /Starred/);
  assert.equal(rows(await get({ only: "flagged" })).length, 1);
  await imap.command(`UID STORE ${uid} -FLAGS (\\Flagged)`);
  assert.equal(rows(await get({ only: "flagged" })).length, 0);
  await imap.command(`UID STORE ${uid} +FLAGS (\\Deleted)`);
  await imap.command("EXPUNGE");
  assert.equal(subjects(await get())[0], "Letter 120");
  assert.equal(subjects(await get({ sort: "size" }))[0], "Letter 120");
});

test("ticks survive turning the page, both ways, without a script", async () => {
  const first = await client.get(mail(BOX));
  const ticked = rows(first.text).slice(0, 2).map((row) => row.uid);
  const next = tags(first.text, "button").find((one) => one.name === "turn").value;
  const second = await client.follow(await client.submit(first, "/act", { turn: next, uid: ticked.map(String) }));
  assert.deepEqual(subjects(second.text), range(70, 21));
  assert.match(text(second.text), /2 more messages are selected/);
  const third = rows(second.text)[0].uid;
  const back = tags(second.text, "button").find((one) => one.name === "turn").value;
  const again = await client.follow(await client.submit(second, "/act", { turn: back, uid: [String(third)] }));
  assert.deepEqual(rows(again.text).filter((row) => row.checked).map((row) => row.uid), ticked);
  assert.match(text(again.text), /1 more message is selected/);
  const done = await client.submit(again, "/act", { act: "flag", uid: ticked.map(String) });
  assert.equal(done.status, 303);
  assert.doesNotMatch(done.headers.location, /ticked/);
  assert.equal(rows(await get({ only: "flagged" })).length, 3);
  await imap.select(BOX);
  await imap.command("STORE 1:* -FLAGS (\\Flagged)");
});

test("an address of another site is no page to turn to", async () => {
  const first = await client.get(mail(BOX));
  const answer = await client.submit(first, "/act", { turn: "//evil.example/", uid: [] });
  assert.equal(answer.status, 400);
});

test("the script's poll tells counts and extends no session", async () => {
  const answer = await client.get("/poll?" + new URLSearchParams({ folder: BOX }));
  assert.equal(answer.status, 200);
  assert.match(answer.headers["content-type"], /json/);
  const told = JSON.parse(answer.text);
  assert.equal(told.messages, COUNT);
  assert.equal(told.unseen, 40);
  assert.deepEqual(told.folders.find((one) => one.name === BOX), { name: BOX, unseen: 40 });
});

test("Sent and Drafts show the recipients", async () => {
  await client.get("/mail");
  await imap.append("Sent", letter({ from: "me@demo.example", to: "Zoé Recipient <zoe@outside.example>", subject: "To Zoé" }), ["\\Seen"]);
  const row = rows(await get({}, "Sent")).find((one) => one.subject === "To Zoé");
  assert.equal(row.from, "Zoé Recipient");
  await imap.select("Sent");
  await imap.command(`UID STORE ${row.uid} +FLAGS (\\Deleted)`);
  await imap.command(`UID EXPUNGE ${row.uid}`);
});

// The same page through a server that lacks things: [hidden capabilities, what must not be sent]
for (const hide of [["SORT"], ["ESORT", "ESEARCH"], ["SORT", "ESEARCH", "CONDSTORE", "LIST-STATUS", "LIST-EXTENDED", "SPECIAL-USE", "LITERAL+", "QUOTA", "UNSELECT"]])
  test(`orders and restrictions without ${hide.join(", ")}`, async () => {
    const proxy = await imapProxy({ hide });
    const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
    try {
      const one = new SocketClient(program.socket);
      await one.login(ACCOUNT2);
      const read = async (query = {}) => {
        const page = await one.get(mail(BOX, query));
        assert.equal(page.status, 200, text(page.text) + program.log());
        return page.text;
      };
      await checkOrders(read);
      assert.equal(rows(await read({ only: "unread" })).length, 40);
      assert.equal(rows(await read({ q: '"letter 05"' })).length, 10);
      const uid = await imap.append(BOX, letter({ subject: "Letter 000" }));
      assert.equal(subjects(await read({ sort: "subject" }))[0], "Letter 000");
      await imap.select(BOX);
      await imap.command(`UID STORE ${uid} +FLAGS (\\Deleted)`);
      await imap.command(`UID EXPUNGE ${uid}`);
      assert.equal(subjects(await read({ sort: "subject" }))[0], "Letter 001");
      assert.ok(folders(await read()).some((one) => one.label === BOX && one.unread === 40));
    } finally {
      await program.stop();
      await proxy.close();
    }
  });

// What costs the mail server much passes a gate: so many at once, everybody in turn, with a page that
// says so and can be left. What costs little never waits behind it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { eventually, sleep } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, tags, text } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { mail, subjects } from "../lib/rows.mjs";

const LARGE = 2048, SLOW_MS = 2200, CHEAP_MS = 500;
const OPEN = mail("INBOX"), SORTED = mail("INBOX", { sort: "subject" }), BY_SENDER = mail("INBOX", { sort: "from" });

let proxy, program;
const accounts = [];

// 2,048 messages by copying: a large folder.
async function fill(account) {
  const imap = await Imap.open(account);
  for (const subject of ["beta", "alpha"]) await imap.append("INBOX", letter({ subject, body: "a needle in a letter\r\n" }));
  for (const folder of ["Drafts", "Sent", "Trash"]) await imap.command(`CREATE ${folder}`);
  await imap.select("INBOX");
  for (let n = 2; n < LARGE; n *= 2) await imap.command("UID COPY 1:* INBOX");
  await imap.close();
}

before(async () => {
  proxy = await imapProxy();
  program = await Program.start({ imap: { port: proxy.port, security: "tls" }, threads: 8, limits: { costly: 2 } });
  accounts.push(...(await Promise.all(Array.from({ length: 4 }, () => newAccount()))));
  await Promise.all(accounts.map(fill));
});
after(async () => {
  await program?.stop();
  await proxy?.close();
});

async function signedIn(account) {
  const client = new SocketClient(program.socket);
  assert.equal((await client.login(account)).status, 303);
  return client;
}

// One who has the inbox before them.
async function inside(account) {
  const client = await signedIn(account);
  assert.equal((await arrived(client, OPEN)).status, 200);
  return client;
}

const arrived = (client, url) => eventually(async () => {
  const page = await client.get(url);
  return page.status !== 202 && page;
}, 20000);

const stateOf = (page) => text(/<p [^>]*id="waiting-state"[^>]*>[^]*?<\/p>/.exec(page.text)?.[0] ?? "");
const slow = (match, times, ms = SLOW_MS) => proxy.rules.push({ match, action: "late", ms, times });
const seen = (pattern) => proxy.commands.filter((command) => pattern.test(command)).length;

async function timed(what) {
  const from = Date.now();
  return { page: await what, ms: Date.now() - from };
}

test("a first opening that takes long is waited for on a page that says so", async () => {
  slow(/^LIST/, 1);
  const client = await signedIn(accounts[0]);
  const page = await client.get(OPEN);
  assert.equal(page.status, 202);
  assert.match(text(page.text), /Opening your mailbox/);
  assert.match(stateOf(page), /working on it\. Asked [12] seconds? ago/);
  // a page on which nobody types or reads for long may reload itself, where there are no scripts
  assert.deepEqual((await faults(page.text)).filter((fault) => !/meta-refresh/.test(fault)), []);
  assert.match(page.text, /<noscript><meta http-equiv="refresh" content="2"><\/noscript>/);
  assert.ok(tags(page.text, "a").some((link) => link.id === "again" && link.href === OPEN));
  let lists; // before the request that brings the list: pages to wait on ask for folders themselves
  const result = await eventually(async () => {
    lists = seen(/^LIST/);
    const now = await client.get(OPEN);
    return now.status !== 202 && now;
  }, 20000);
  assert.equal(result.status, 200);
  assert.equal(subjects(result.text).length, 50);
  assert.equal(seen(/^LIST/), lists, "the folders and rows of the work itself are shown");
});

test("it is waited for once in a session, and not at all where it is quick", async () => {
  const client = await signedIn(accounts[0]);
  assert.equal((await client.get(OPEN)).status, 200);
  slow(/^LIST/, 1, 1500);
  const { page, ms } = await timed(client.get(OPEN));
  assert.equal(page.status, 200);
  assert.ok(ms >= 1500, "straight, over the page's own connection");
});

test("so many run, the next wait, each at their place", async () => {
  slow(/^LIST/, 2);
  const clients = await Promise.all(accounts.map(signedIn));
  const pages = [];
  for (const client of clients) {
    pages.push(client.get(OPEN));
    await sleep(100);
  }
  const states = (await Promise.all(pages)).map(stateOf);
  assert.match(states[0], /working/);
  assert.match(states[1], /working/);
  assert.match(states[2], /Your request is next\./);
  assert.match(states[3], /number 2 in the queue/);
  for (const client of clients) assert.equal((await arrived(client, OPEN)).status, 200);
});

test("a small account does not wait behind large ones once it is known", async () => {
  const small = await newAccount();
  const first = await signedIn(small);
  assert.equal((await first.get(OPEN)).status, 200);
  const clients = await Promise.all(accounts.slice(0, 2).map(signedIn));
  slow(/^LIST/, 2);
  const pages = clients.map((client) => client.get(OPEN));
  await sleep(100);
  const { page, ms } = await timed(signedIn(small).then((client) => client.get(OPEN)));
  assert.equal(page.status, 200);
  assert.ok(ms < 2 * CHEAP_MS, `${ms} ms with the sign-in`);
  for (const one of await Promise.all(pages)) assert.equal(one.status, 202);
  for (const client of clients) assert.equal((await arrived(client, OPEN)).status, 200);
});

test("what is cheap does not wait: for others, and within the session", async () => {
  const [busy, other, third] = await Promise.all(accounts.slice(0, 3).map(inside));
  slow(/SORT/, 2);
  const sorts = [busy.get(SORTED), third.get(SORTED)];
  await sleep(100);
  for (const url of [mail("INBOX", { page: 3 }), mail("INBOX", { only: "unread" }), "/settings"]) {
    const mine = await timed(busy.get(url)), theirs = await timed(other.get(url));
    assert.deepEqual([mine.page.status, theirs.page.status], [200, 200]);
    assert.ok(mine.ms < CHEAP_MS && theirs.ms < CHEAP_MS, `${url}: ${mine.ms} and ${theirs.ms} ms`);
  }
  assert.deepEqual((await Promise.all(sorts)).map(({ status }) => status), [202, 202]);
  assert.match(text((await sorts[0]).text), /First sort of “Inbox”/);
  assert.equal(tags((await sorts[0]).text, "a").some(({ href }) => href?.startsWith("/mail?folder=")), true, "other folders can be gone to");
  const done = await arrived(busy, SORTED);
  assert.deepEqual(subjects(done.text).slice(0, 2), ["alpha", "alpha"]);
  slow(/SORT/, 1, 1500);
  assert.equal((await busy.get(SORTED)).status, 200, "a second sort by the same field goes straight");
  await arrived(third, SORTED);
});

test("requests that wait do not use up the threads", async () => {
  const [waiting, reader] = await Promise.all([inside(accounts[0]), inside(accounts[1])]);
  slow(/SORT/, 1);
  const sorts = Array.from({ length: 12 }, () => waiting.get(SORTED));
  await sleep(200);
  const { page, ms } = await timed(reader.get(mail("INBOX", { page: 2 })));
  assert.equal(page.status, 200);
  assert.ok(ms < CHEAP_MS, `${ms} ms`);
  for (const { status } of await Promise.all(sorts)) assert.equal(status, 202);
  await arrived(waiting, SORTED);
  assert.ok(seen(/SORT/) > 0);
});

test("one who asks for much leaves to others the time that a request may wait", async () => {
  const [greedy, other] = await Promise.all([inside(accounts[0]), inside(accounts[1])]);
  slow(/SORT.*SUBJECT/, 1);
  slow(/SORT.*FROM/, 1, 400);
  const many = Array.from({ length: 6 }, () => greedy.get(SORTED));
  await sleep(200);
  assert.equal((await other.get(BY_SENDER)).status, 200, "what takes half a second comes without a page to wait on");
  for (const { status } of await Promise.all(many)) assert.equal(status, 202);
  await arrived(greedy, SORTED);
});

test("who leaves is back where they were, and what had not begun is not done", async () => {
  const clients = await Promise.all(accounts.slice(0, 3).map(inside)), before = seen(/SORT/);
  slow(/SORT/, 2);
  const sorts = seen(/SORT.*FROM/);
  const pages = [];
  for (const client of clients) {
    pages.push(client.get(client === clients[2] ? BY_SENDER : SORTED));
    await sleep(100);
  }
  await eventually(() => seen(/SORT/) === before + 2);
  const page = (await Promise.all(pages))[2];
  assert.match(stateOf(page), /next/);
  const form = formTo(page.text, "/leave");
  const answer = await clients[2].post("/leave", form.fields);
  assert.deepEqual([answer.status, answer.header("location")], [303, OPEN]);
  assert.equal(seen(/SORT.*FROM/), sorts, "it had not begun");
  await Promise.all(clients.slice(0, 2).map((client) => arrived(client, SORTED)));
  await sleep(200);
  assert.equal(seen(/SORT.*FROM/), sorts);
  assert.equal((await clients[2].get(OPEN)).status, 200);
  assert.equal((await clients[2].post("/leave", { key: "x" })).status, 403, "a form without its token");
});

test("a search in texts is done once and then kept", async () => {
  const client = await inside(accounts[0]);
  const found = mail("INBOX", { q: "text:needle" });
  slow(/SEARCH/, 1);
  const page = await client.get(found);
  assert.equal(page.status, 202);
  assert.match(text(page.text), /Searching “Inbox”/);
  assert.equal(subjects((await arrived(client, found)).text).length, 50);
  const searches = seen(/SEARCH/);
  assert.equal((await client.get(mail("INBOX", { q: "text:needle", page: 2 }))).status, 200);
  assert.equal(seen(/SEARCH/), searches);
  const imap = await Imap.open(accounts[0]);
  await imap.append("INBOX", letter({ subject: "new", body: "another needle\r\n" }));
  await imap.close();
  slow(/SEARCH/, 1);
  const byItself = await client.request("GET", found, { headers: { "x-requested-with": "poll" } });
  assert.equal(byItself.status, 202);
  assert.equal(seen(/SEARCH/), searches, "a page's own script begins no search");
  assert.equal((await client.get(found)).status, 202, "the folder has changed: it is searched anew, at the gate");
  assert.equal(subjects((await arrived(client, found)).text)[0], "new");
});

test("a query may be longer than what names a work", async () => {
  const client = await inside(accounts[1]);
  const page = await arrived(client, mail("INBOX", { q: "text:needle " + "é".repeat(2000) }));
  assert.equal(page.status, 200);
});

test("what goes wrong in the work is told as ever", async () => {
  const client = await inside(accounts[3]);
  proxy.rules.push({ match: /SORT/, action: "cut", times: 2 });
  const failed = await client.get(SORTED);
  assert.equal(failed.status, 502);
  assert.match(failed.text, /NET-4/);
  assert.equal((await client.get(SORTED)).status, 200);
  proxy.rules.push({ match: /UID SORT/, action: "cut", times: 1 });
  assert.equal((await client.get(BY_SENDER)).status, 200, "a warm connection that had died is replaced");
  const missing = await client.get(mail("No such folder", { sort: "from" }));
  assert.equal(missing.status, 404);
});

test("a session that ends takes along what it waits for", async () => {
  const clients = await Promise.all(accounts.slice(0, 3).map(inside)), before = seen(/SORT/);
  slow(/SORT/, 2);
  const sorts = seen(/SORT.*FROM/);
  const pages = [];
  for (const client of clients) {
    pages.push(client.get(client === clients[2] ? BY_SENDER : SORTED));
    await sleep(100);
  }
  await eventually(() => seen(/SORT/) === before + 2);
  const page = (await Promise.all(pages))[2];
  assert.equal((await clients[2].post("/logout", formTo(page.text, "/logout").fields)).status, 303);
  assert.equal(seen(/SORT.*FROM/), sorts, "it had not begun");
  await Promise.all(clients.slice(0, 2).map((client) => arrived(client, SORTED)));
  await sleep(200);
  assert.equal(seen(/SORT.*FROM/), sorts);
});

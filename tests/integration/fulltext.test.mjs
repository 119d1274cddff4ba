// Servers with a real full-text index: Cyrus and Dovecot, both with Xapian. What each says of itself,
// what it finds, and what becomes of letters that the index does not know yet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { write } from "../lib/compose.mjs";
import { Cyrus } from "../lib/cyrus.mjs";
import { Dovecot, xapian } from "../lib/dovecot.mjs";
import { ACCOUNT1 } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { text } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { mail, subjects } from "../lib/rows.mjs";

const INDEXED = /Found by the mail server’s index/;
const WORDS = ["jardin", "hippocampe", "fontaine"];
const sorted = (list) => [...list].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

// 60 letters in two folders, years ago; each third has a word.
async function fill(imap) {
  await imap.command('CREATE "Amis"');
  for (let n = 0; n < 60; n++)
    await imap.command(`APPEND ${n % 2 ? "Amis" : "INBOX"} (${n % 5 ? "" : "\\Flagged"}) "${String(n % 28 + 1).padStart(2, "0")}-Mar-2024 10:00:00 +0000" `,
      Buffer.from(letter({ subject: `Lettre ${n}`, body: `Le ${WORDS[n % 3]} du n° ${n} est été.\r\n` })));
}
// And as many without one behind them as are read themselves all the same.
async function bury(imap) {
  for (let n = 0; n < 220; n++)
    await imap.command(`APPEND ${n % 2 ? "Amis" : "INBOX"} (\\Seen) "01-Apr-2024 10:00:00 +0000" `, Buffer.from(letter({ subject: `Rien ${n}` })));
}
const numbers = (word, more = () => true) => sorted(Array.from({ length: 60 }, (_, n) => n).filter((n) => WORDS[n % 3] === word && more(n)).map((n) => `Lettre ${n}`));

// A program before a server, and what it asks of that.
async function inFront(account, port) {
  const proxy = await imapProxy({ upstream: port });
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  const client = new SocketClient(program.socket);
  assert.equal((await client.login(account)).status, 303);
  const follow = async (answer) => answer.status === 303 ? follow(await client.get(answer.header("location"))) : answer;
  const everywhere = async (q, more = {}) => {
    for (let i = 0; i < 60; i++) {
      const page = await follow(await client.get("/search?" + new URLSearchParams({ q, in: "all", ...more })));
      assert.equal(page.status, 200, text(page.text));
      if (!/data-running/.test(page.text)) return page.text;
    }
    throw new Error("the search does not come to an end");
  };
  const found = async (q, more) => sorted(subjects(await everywhere(q, more)));
  return { client, program, follow, everywhere, found, rules: proxy.rules, asked: (what) => proxy.commands.filter((one) => what.test(one)),
    stop: async () => { await program.stop(); await proxy.close(); } };
}

const account = { user: "anne", password: "a word of hers" };
let sender, cyrus, dovecot, imap, there, web, site;
before(async () => {
  cyrus = await Cyrus.start([account], { indexed: true });
  imap = await Imap.open(account, cyrus.port);
  await fill(imap);
  await bury(imap);
  cyrus.index();
  web = await inFront(account, cyrus.port);
  sender = await newAccount(); // whom the demonstration's Postfix knows
  dovecot = await Dovecot.start([sender], { settings: xapian() });
  there = await Imap.open(sender, dovecot.port);
  await fill(there);
  site = await inFront(sender, dovecot.port);
});
after(async () => {
  for (const one of [imap, there]) one?.close();
  for (const one of [web, site, cyrus, dovecot]) await one?.stop();
});

test("Cyrus says that it has an index: it is asked, and the page says so", async () => {
  assert.match((await imap.command("CAPABILITY")).untagged[0], /SEARCH=FUZZY/);
  const page = await web.everywhere("text:hippocampe");
  assert.deepEqual(sorted(subjects(page)), numbers("hippocampe"));
  assert.match(text(page), INDEXED);
  assert.ok(web.asked(/FUZZY TEXT/).length > 0);
  assert.deepEqual(await web.found("text:hippocampes"), numbers("hippocampe"), "an index knows words by their stems");
  assert.match(text((await web.follow(await web.client.get(mail("INBOX", { q: "text:hippocampe" })))).text), INDEXED, "in one folder as well");
  assert.doesNotMatch(text(await web.everywhere("subject:Lettre")), INDEXED, "nothing is said where it was not asked");
});

test("an index knows no parts of words; in quotation marks the letters themselves are read", async () => {
  const before = web.asked(/FUZZY/).length;
  assert.deepEqual(await web.found("text:pocamp"), []);
  assert.ok(web.asked(/FUZZY/).length > before);
  const unquoted = web.asked(/FUZZY/).length;
  const page = await web.everywhere('text:"pocamp"');
  assert.equal(web.asked(/FUZZY/).length, unquoted);
  assert.deepEqual(sorted(subjects(page)), numbers("hippocampe"));
  assert.doesNotMatch(text(page), INDEXED);
});

test("operators, what is left out, alternatives and refining stay right with it", async () => {
  assert.deepEqual(await web.found("text:jardin is:flagged"), numbers("jardin", (n) => n % 5 === 0));
  assert.deepEqual(await web.found("-text:jardin is:flagged"), sorted([...numbers("hippocampe"), ...numbers("fontaine")].filter((one) => Number(one.slice(7)) % 5 === 0)));
  assert.deepEqual(await web.found("text:jardin OR subject:\"Lettre 7\""), sorted([...numbers("jardin"), "Lettre 7"]));
  assert.deepEqual(await web.found("text:jardin before:2024-03-11"), numbers("jardin", (n) => n % 28 < 10));
  const refined = await web.follow(await web.client.get("/search?" + new URLSearchParams({ q: "text:jardin", in: "all", refine: "is:flagged" })));
  assert.deepEqual(sorted(subjects(refined.text)), numbers("jardin", (n) => n % 5 === 0));
});

test("a letter that is not in the index yet is found all the same", async () => {
  await imap.append("Amis", letter({ subject: "Toute neuve", body: "Encore un hippocampe.\r\n" }));
  await imap.select("Amis", "EXAMINE");
  assert.equal((await imap.search('FUZZY TEXT "hippocampe" SUBJECT neuve')).length, 0, "the index does not have it");
  await imap.attempt("UNSELECT");
  assert.deepEqual(await web.found("text:hippocampe", { again: "1" }), sorted([...numbers("hippocampe"), "Toute neuve"]));
  const amis = await web.follow(await web.client.get(mail("Amis", { q: "text:hippocampe" })));
  assert.equal(subjects(amis.text)[0], "Toute neuve");
  const byDate = await web.follow(await web.client.get(mail("Amis", { q: "text:hippocampe", sort: "date", order: "asc" })));
  assert.ok(subjects(byDate.text).includes("Toute neuve"), "nor is it missing in another order");
});

test("what another criterion finds is no proof of an index", async () => {
  const bare = await Cyrus.start([account], { indexed: true }); // with nothing in it yet
  const one = await Imap.open(account, bare.port);
  await fill(one);
  const through = await inFront(account, bare.port);
  try {
    assert.deepEqual(await through.found("text:jardin OR subject:\"Lettre 10\""), sorted([...numbers("jardin"), "Lettre 10"]));
    assert.deepEqual(await through.found("text:fontaine"), numbers("fontaine"));
  } finally {
    one.close();
    await through.stop();
    await bare.stop();
  }
});

test("Dovecot does not say that it has one, and finds by it", async () => {
  assert.doesNotMatch((await there.command("CAPABILITY")).untagged[0], /SEARCH=FUZZY/);
  assert.deepEqual(await site.found("text:hippocampe"), numbers("hippocampe"));
  assert.deepEqual(await site.found("text:hippo is:flagged"), numbers("hippocampe", (n) => n % 5 === 0));
  await there.append("Amis", letter({ subject: "Toute neuve", body: "Encore un hippocampe.\r\n" }));
  assert.deepEqual(await site.found("text:hippocampe", { again: "1" }), sorted([...numbers("hippocampe"), "Toute neuve"]), "it indexes first what it does not have");
  assert.equal(site.asked(/FUZZY TEXT/).length, 0);
});

test("what the server has at hand of a text stands behind the subject", async () => {
  await there.select("Amis", "EXAMINE");
  await there.command("UID FETCH 1:9 (PREVIEW)"); // Dovecot keeps it from then on
  await there.attempt("UNSELECT");
  assert.match(text(await site.everywhere("text:fontaine before:2024-03-10", { again: "1" })), /Lettre 5 — Le fontaine du n° 5 est été\./);
});

test("what is left out is left out, though its index answers every NOT with nothing", async () => {
  await there.select("INBOX", "EXAMINE");
  assert.equal((await there.search("NOT TEXT jardin")).length, 0, "this is what Debian's says");
  await there.attempt("UNSELECT");
  const others = [...numbers("hippocampe"), ...numbers("fontaine")], flagged = (one) => Number(one.slice(7)) % 5 === 0;
  assert.deepEqual(await site.found("-text:jardin subject:lettre"), sorted(others));
  assert.deepEqual(await site.found("-text:jardin -text:fontaine is:flagged"), sorted(numbers("hippocampe").filter(flagged)));
  assert.deepEqual(await site.found("-subject:rien -text:fontaine subject:lettre"), sorted([...numbers("jardin"), ...numbers("hippocampe")]));
  const even = sorted(others.filter((one) => Number(one.slice(7)) % 2 === 0 && flagged(one)));
  for (const query of [{}, { sort: "date" }, { threads: "1" }]) {
    const page = await site.follow(await site.client.get(mail("INBOX", { q: "-text:jardin is:flagged", ...query })));
    assert.deepEqual(sorted(subjects(page.text)), even, JSON.stringify(query));
  }
});

// An index takes what is searched to pieces and leaves short ones out, also of a Message-ID.
test("a draft is not taken for another that an index confuses with it", async () => {
  assert.equal((await there.select("Amis", "EXAMINE")).exists > 30, true);
  assert.ok((await there.search('SUBJECT "Lettre 7"')).length > 1, "Debian's does so");
  await there.attempt("UNSELECT");
  site.rules.push({ match: /SEARCH.*HEADER "?Message-ID/i, action: "answer", text: '* ESEARCH (TAG "$TAG") UID ALL 1:9\r\n$TAG OK found' , times: 9 });
  const saved = await write(site.client, await site.client.get("/compose"), "save", { to: "zoe@outside.example", subject: "Premier", text: "à finir" });
  assert.equal(saved.status, 200);
  const sent = await write(site.client, await site.client.get("/compose"), "send", { to: ACCOUNT1.user, subject: "Second", text: "fini" });
  assert.equal(sent.status, 303, text(sent.text));
  assert.deepEqual(subjects((await site.client.get(mail("Drafts"))).text), ["Premier"]);
  assert.deepEqual(subjects((await site.client.get(mail("Sent"))).text), ["Second"]);
});

// A full account: warned early, and room is made without any to spare.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { flash, press, rows } from "../lib/rows.mjs";

const open = [];
after(() => open.forEach((one) => one.close()));
const big = (subject, kilobytes) => letter({ subject, body: ("x".repeat(78) + "\r\n").repeat((kilobytes * 1000) / 80) });

// An account of 200 KB with so much in it.
async function filled(kilobytes) {
  const account = await newAccount({ quota_rule: "*:storage=200K" }), imap = await Imap.open(account);
  for (const name of ["Dossier lourd", "Drafts", "Sent", "Trash"]) await imap.attempt(`CREATE "${name}"`);
  for (const [i, size] of kilobytes.entries()) await imap.append(i % 2 ? "INBOX" : "Dossier lourd", big(`Letter of ${size} KB`, size));
  const client = await signedIn(account);
  open.push(imap, client);
  return { account, imap, client };
}

test("the bar says nothing more below 80 %, where to make room from there on, and a strip over the list at 95 %", async () => {
  for (const [sizes, high, full] of [[[60, 60], false, false], [[85, 85], true, false], [[97, 97], true, true]]) {
    const { client } = await filled(sizes);
    const { text: html } = await client.get("/mail");
    assert.match(html, /<p class="quota[^>]*><meter/);
    assert.equal(/<p class="quota high">[\s\S]*?href="\/space"/.test(html), high, `${sizes}`);
    assert.equal(/<p class="strip">Your account is almost full\./.test(html), full, `${sizes}`);
    assert.deepEqual(await faults(html), []);
  }
});

test("at 100 % a move that needs a copy leads to the helper, which names the heaviest and deletes them", async () => {
  const { account, imap, client } = await filled([60, 70, 65]);
  const refused = await imap.attempt('APPEND "INBOX" ', Buffer.from(big("No room", 20)));
  assert.match(refused.text, /OVERQUOTA/);
  const list = await client.get("/mail");
  const answer = await press(client, list, "copy", [rows(list.text)[0].uid], { to: "Dossier lourd" });
  assert.equal(answer.headers.location, "/space");
  const page = await client.get("/space");
  assert.match(flash(page.text).text, /The account is full/);
  assert.deepEqual(await faults(page.text), []);
  const picks = tags(page.text, "input").filter((one) => one.name === "pick");
  assert.deepEqual(picks.map((one) => /Letter of (\d+) KB/.exec(one["aria-label"])[1]), ["70", "65", "60"]);
  assert.match(text(page.text), /Folders by size Folder Messages Size Dossier lourd 2 messages 12\d KB Inbox 1 message 7\d KB/);
  assert.equal((await client.post("/space", { csrf: /name="csrf" value="([^"]*)"/.exec(page.text)[1], act: "purge" })).headers.location, "/space");
  const question = await client.submit(page, "/space", { act: "purge", pick: picks.slice(0, 2).map((one) => one.value) });
  assert.match(text(question.text), /2 messages will be deleted for good/);
  await imap.select("INBOX");
  assert.equal((await imap.search("ALL")).length, 1, "nothing is done before the answer");
  const done = await client.follow(await client.submit(question, "/space", { act: "purge" }));
  assert.match(flash(done.text).text, /2 messages deleted for good/);
  assert.match(text(done.text), /6\d KB of 20\d KB/, "the bar knows at once");
  assert.equal(tags(done.text, "input").filter((one) => one.name === "pick").length, 1);
  await imap.command("NOOP");
  assert.equal((await imap.search("ALL")).length, 0);
  await imap.append("INBOX", big("There is room", 20));
  assert.ok(account.user);
});

test("what is another message by now is left alone", async () => {
  const { imap, client } = await filled([30, 40]);
  const page = await client.get("/space");
  const [pick] = tags(page.text, "input").filter((one) => one.name === "pick");
  const question = await client.submit(page, "/space", { act: "purge", pick: pick.value.replace(/^\d+/, "1") });
  const done = await client.follow(await client.submit(question, "/space", { act: "purge" }));
  assert.match(flash(done.text).text, /has changed meanwhile/);
  await imap.select("INBOX");
  assert.equal((await imap.search("ALL")).length, 1);
  for (const value of ["", "x", "1 0 INBOX", "1 2", "1 2 "]) assert.equal((await client.submit(page, "/space", { act: "purge", pick: value })).status, 400, value);
});

test("a server that neither sorts nor tells sizes gives the same largest messages", async (t) => {
  const { account } = await filled([10, 50, 20, 40]);
  const proxy = await imapProxy({ hide: ["SORT", "ESORT", "STATUS=SIZE", "CONTEXT=SEARCH"] });
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  t.after(async () => {
    await program.stop();
    await proxy.close();
  });
  const one = new SocketClient(program.socket);
  await one.login(account);
  const page = await one.get("/space");
  const picks = tags(page.text, "input").filter((input) => input.name === "pick");
  assert.deepEqual(picks.map((input) => /Letter of (\d+) KB/.exec(input["aria-label"])[1]), ["50", "40", "20", "10"]);
});

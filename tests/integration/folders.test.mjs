// The folder list and the folder page: special folders, any name, subscriptions, counts, quota.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { ACCOUNT2 } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, forms, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { flash, folders, mail, subjects } from "../lib/rows.mjs";

const NAMES = ["Été à la mer", "100 % *", 'Dits "guillemets"', "Barre\\oblique", "R&D", "日本語", "📷 photos", "a b  c", "<script>", "til~de", "It's", "%2F", "+plus+", "#1 ?x=y"];
let imap, client;
after(() => {
  imap.close();
  client.close();
});

const send = async (fields) => {
  const page = await client.get("/folders");
  const csrf = formTo(page.text, "/folders").fields.get("csrf");
  return client.post(fields.act === "destroy" ? "/folder" : "/folders", { csrf, ...fields });
};
// Asks, and answers the question, if there is such a folder.
const remove = async (folder) => {
  const question = await send({ act: "destroy", folder });
  return question.status === 200 ? client.submit(question, "/folder", { act: "destroy" }) : question;
};
before(async () => {
  imap = await Imap.open(ACCOUNT2);
  client = await signedIn(ACCOUNT2);
  // what a run that was cut short has left
  for (const name of NAMES.flatMap((one) => [one, one + " bis"])) await remove(name);
});

const labels = async () => folders((await client.get("/mail")).text).map((one) => one.label);
// The form of one folder on the page.
const formOf = (html, name) => forms(html).find((form) => form.action === "/folders" && form.fields.get("folder") === name);

test("special folders come first under translated names, made when missing", async () => {
  assert.deepEqual((await labels()).slice(0, 3), ["Inbox", "Drafts", "Sent"]);
  assert.ok((await labels()).includes("Trash"));
  const french = await signedIn(ACCOUNT2, { language: "fr" });
  const there = folders((await french.get("/mail")).text).map((one) => one.label);
  assert.deepEqual(there.slice(0, 3), ["Réception", "Brouillons", "Envoyés"]);
  assert.ok(there.includes("Corbeille"));
  french.close();
  const listed = await imap.list();
  for (const name of ["Drafts", "Sent", "Trash"]) assert.equal(listed.filter((one) => one === name).length, 1, name);
});

test("a special folder that was deleted above its child is made again", async (t) => {
  const account = await newAccount(), own = await Imap.open(account);
  t.after(() => own.close());
  for (const name of ["Drafts", "Sent", "Trash"]) {
    await own.attempt(`CREATE ${name}`);
    await own.command(`CREATE ${name}/enfant`);
    await own.command(`DELETE ${name}`);
  }
  const one = await signedIn(account);
  t.after(() => one.close());
  const page = await one.get("/mail");
  assert.deepEqual(folders(page.text).filter((item) => item.level === 0).slice(0, 4).map((item) => item.label), ["Inbox", "Drafts", "Sent", "Trash"]);
  for (const name of ["Drafts", "Sent", "Trash"]) assert.equal((await one.get(mail(name))).status, 200, name);
});

for (const name of NAMES)
  test(`a folder named ${name} is made, holds mail, is renamed and deleted`, async () => {
    const clean = name.trim();
    assert.equal((await send({ act: "create", parent: "", name })).status, 303);
    const page = await client.get("/folders");
    const told = flash(page.text).text;
    assert.ok(told.includes(clean.replace(/\s+/g, " ")), told);
    const form = formOf(page.text, clean);
    assert.ok(form, "on the page");
    const url = folders(page.text).find((one) => one.label === clean.replace(/\s+/g, " "))?.url;
    assert.ok(url, "in the list");
    const opened = await client.get(url);
    assert.equal(opened.status, 200);
    assert.deepEqual(await faults(opened.text), []);
    assert.equal((await send({ act: "rename", folder: clean, name: clean + " bis" })).status, 303);
    const renamed = await client.get(mail(clean + " bis"));
    assert.equal(renamed.status, 200);
    const question = await send({ act: "destroy", folder: clean + " bis" });
    assert.equal(question.status, 200);
    assert.match(text(question.text), /Delete the folder “/);
    assert.equal((await client.submit(question, "/folder", { act: "destroy" })).status, 303);
    assert.equal((await client.get(mail(clean + " bis"))).status, 404);
  });

test("a tree keeps parents before children, and renaming moves them with their subscriptions", async () => {
  await send({ act: "create", parent: "", name: "Tige" });
  const page = await client.get("/folders");
  const parent = formTo(page.text, "/folders").html.match(/<option value="([^"]*)"[^>]*>Tige</)[1];
  assert.equal((await send({ act: "create", parent, name: "Feuille" })).status, 303);
  let list = folders((await client.get("/mail")).text);
  let at = list.findIndex((one) => one.label === "Tige");
  assert.deepEqual([list[at + 1].label, list[at + 1].level], ["Feuille", 1]);
  assert.equal((await send({ act: "rename", folder: "Tige", name: "Tronc" })).status, 303);
  list = folders((await client.get("/mail")).text);
  at = list.findIndex((one) => one.label === "Tronc");
  assert.deepEqual([list[at + 1].label, list[at + 1].level], ["Feuille", 1]);
  assert.ok(!list.some((one) => one.label === "Tige"));
  const leaf = decodeURIComponent(list[at + 1].url.replace(/.*folder=/, "").replace(/\+/g, " "));
  for (const folder of [leaf, "Tronc"]) {
    const question = await send({ act: "destroy", folder });
    assert.equal((await client.submit(question, "/folder", { act: "destroy" })).status, 303);
  }
});

test("unsubscribed folders leave the list and stay on the page", async () => {
  await send({ act: "create", parent: "", name: "Caché" });
  await send({ act: "create", parent: "", name: "Montré" });
  assert.equal((await send({ act: "unsubscribe", folder: "Caché" })).status, 303);
  assert.ok(!(await labels()).includes("Caché"));
  assert.ok((await labels()).includes("Montré"));
  const page = await client.get("/folders");
  assert.ok(formOf(page.text, "Caché"));
  await send({ act: "subscribe", folder: "Caché" });
  assert.ok((await labels()).includes("Caché"));
  for (const folder of ["Caché", "Montré"]) assert.equal((await remove(folder)).status, 303);
});

test("impossible names are told, with what was typed", async () => {
  await send({ act: "create", parent: "", name: "Unique" });
  for (const [name, words] of [["", /not possible/], ["a/b", /not possible/], ["x".repeat(201), /not possible/], ["Unique", /already/]]) {
    const answer = await send({ act: "create", parent: "", name });
    assert.equal(answer.status, 422, name);
    assert.match(text(answer.text), words);
    assert.ok(answer.text.includes(`value="${name}"`), "what was typed");
  }
  const refused = await send({ act: "create", parent: "", name: "~tilde" });
  assert.equal(refused.status, 422);
  assert.match(text(refused.text), /The server refuses/);
  const answer = await send({ act: "create", parent: "", name: "a\r\nA1 DELETE INBOX" });
  assert.equal(answer.status, 422);
  assert.equal((await remove("Unique")).status, 303);
});

test("a folder that grew while it was asked is asked about again", async () => {
  const name = "Grandissant";
  await send({ act: "create", parent: "", name });
  const asked = await send({ act: "destroy", folder: name });
  assert.match(text(asked.text), /holds 0 messages/);
  await imap.append(name, letter());
  const again = await client.submit(asked, "/folder", { act: "destroy" });
  assert.equal(again.status, 200);
  assert.match(text(again.text), /holds 1 message/);
  assert.ok((await labels()).includes(name));
  assert.equal((await client.submit(again, "/folder", { act: "destroy" })).status, 303);
  assert.ok(!(await labels()).includes(name));
});

test("special folders can be neither renamed nor deleted", async () => {
  for (const folder of ["INBOX", "Trash"]) {
    assert.notEqual((await send({ act: "rename", folder, name: "Autre" })).status, 303);
    assert.notEqual((await send({ act: "destroy", folder, confirmed: "1" })).status, 303);
  }
  assert.equal((await send({ act: "destroy", folder: "No such folder", confirmed: "1" })).status, 404);
});

test("counts are fresh on each page, and the quota is told", async () => {
  const unread = async () => folders((await client.get("/mail")).text).find((one) => one.label === "Inbox").unread;
  const before_ = await unread();
  const uid = await imap.append("INBOX", letter({ subject: "Counted" }));
  assert.equal(await unread(), before_ + 1);
  const page = await client.get("/mail");
  assert.equal(subjects(page.text)[0], "Counted");
  assert.match(page.text, new RegExp(`<title>\\(${before_ + 1}\\) Inbox`));
  assert.match(page.text, /<meter[^>]*value="\d+"/);
  await imap.select("INBOX");
  await imap.command(`UID STORE ${uid} +FLAGS (\\Deleted)`);
  await imap.command(`UID EXPUNGE ${uid}`);
  await imap.attempt("UNSELECT");
  assert.equal(await unread(), before_);
});

test("the page is valid HTML", async () => {
  assert.deepEqual(await faults((await client.get("/folders")).text), []);
});

const no = (match) => ({ match, action: "answer", text: "$TAG NO not for you", times: 99 });
for (const [what, options] of [
  ["without NAMESPACE, QUOTA and LIST-EXTENDED", { hide: ["NAMESPACE", "QUOTA", "LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE"] }],
  ["refused quota, namespace and new folders", { rules: [no(/^GETQUOTAROOT/i), no(/^NAMESPACE/i), no(/^CREATE/i)] }],
])
  test(`the list stands: ${what}`, async () => {
    const proxy = await imapProxy(options);
    const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
    try {
      const one = new SocketClient(program.socket);
      await one.login(ACCOUNT2);
      for (let i = 0; i < 2; i++) {
        const page = await one.get("/mail");
        assert.equal(page.status, 200, text(page.text) + program.log());
        assert.deepEqual(folders(page.text).slice(0, 3).map((item) => item.label), ["Inbox", "Drafts", "Sent"]);
        assert.deepEqual(folders(page.text), folders((await client.get("/mail")).text), "as with everything");
      }
    } finally {
      await program.stop();
      await proxy.close();
    }
  });

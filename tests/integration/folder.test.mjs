// A folder's own page: name and place, use, colour, all read, emptied, deleted to Trash and for good.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { eventually } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, forms, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { fill } from "../lib/many.mjs";
import { Program } from "../lib/program.mjs";
import { flash, folders, mail, press, rows, subjects } from "../lib/rows.mjs";

let account, imap, client;
before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  client = await signedIn(account);
});
after(() => {
  imap.close();
  client.close();
});

const url = (folder) => "/folder?" + new URLSearchParams({ folder });
const page = (folder) => client.get(url(folder));
// The form of the page with this button, sent with changes.
async function send(folder, act, changes = {}, from = null) {
  const shown = from || (await page(folder));
  const form = forms(shown.text).find((one) => tags(one.html, "button").some((button) => button.value === act));
  assert.ok(form, `a button ${act} on ${folder}: ${text(shown.text).slice(0, 300)}`);
  const fields = new URLSearchParams(form.fields);
  for (const [name, value] of Object.entries({ act, ...changes })) fields.delete(name), value !== null && fields.append(name, value);
  return client.post(form.action, fields);
}
const said = async (answer) => flash((await client.follow(answer)).text).text;
const names = async () => (await imap.list()).filter((name) => !["INBOX", "Drafts", "Sent", "Trash"].includes(name)).sort();
async function clear() {
  await imap.attempt("UNSELECT");
  for (const name of (await names()).reverse()) await imap.remove(name);
}

test("one form gives another name and another place; what is inside comes along, colours and subscriptions too", async () => {
  await clear();
  for (const name of ["Tige", "Tige/Feuille", "Terre"]) await imap.fresh(name);
  await send("Tige/Feuille", "look", { colour: "green", shown: "1" });
  const answer = await send("Tige", "place", { name: "Tronc d’été", parent: "Terre" });
  assert.equal(answer.status, 303);
  assert.match(await said(answer), /“Tronc d’été” saved/);
  const moved = folders((await client.get("/mail")).text);
  const at = moved.findIndex((one) => one.label === "Terre");
  assert.deepEqual(moved.slice(at, at + 3).map(({ label, level }) => [label, level]), [["Terre", 0], ["Tronc d’été", 1], ["Feuille", 2]]);
  const leaf = await page("Terre/Tronc d’été/Feuille");
  assert.equal(leaf.status, 200);
  assert.match(leaf.text, /<option value="green" selected>/);
  assert.match((await client.get("/mail")).text, /<li class="level2 c-green">/);
  assert.deepEqual(await faults(leaf.text), []);
  const back = await send("Terre/Tronc d’été", "place", { parent: "" });
  assert.equal(decodeURIComponent(back.headers.location), "/folder?folder=Tronc%20d’été".replace("%20", back.headers.location.includes("+") ? "+" : " "));
});

test("impossible places are refused with what was typed", async () => {
  await clear();
  for (const name of ["A", "A/B", "C"]) await imap.fresh(name);
  for (const [folder, changes, words] of [["A", { parent: "A/B" }, /not possible/], ["A", { parent: "A" }, /not possible/], ["A", { parent: "Nowhere" }, /not possible/],
    ["A", { name: "x/y" }, /not possible/], ["A", { name: "C" }, /already/]]) {
    const answer = await send(folder, "place", changes);
    assert.equal(answer.status, 422, JSON.stringify(changes));
    assert.match(text(answer.text), words);
  }
  assert.deepEqual(await names(), ["A", "A/B", "C"]);
  assert.equal((await client.get(url("Not there"))).status, 404);
  const inbox = await page("INBOX");
  for (const act of ["place", "discard", "destroy", "use"]) assert.ok(!inbox.text.includes(`value="${act}"`), act);
  const { fields } = forms(inbox.text).find((one) => one.action === "/folder");
  for (const act of ["place", "destroy", "discard"])
    assert.notEqual((await client.post("/folder", { csrf: fields.get("csrf"), folder: "INBOX", act, name: "X", confirmed: "1" })).status, 303, act);
});

test("any folder can become Sent, Trash…; the choice stands above the server's word, and falls when the folder goes", async () => {
  await clear();
  await imap.fresh("Ma poubelle");
  assert.equal((await send("Ma poubelle", "use", { use: "trash" })).status, 303);
  let list = folders((await client.get("/mail")).text);
  assert.equal(list.filter((one) => one.label === "Trash").length, 2, "the chosen one by its use, the server's by its name");
  await imap.append("INBOX", letter({ subject: "Deleted into mine" }));
  const inbox = await client.get("/mail");
  await press(client, inbox, "delete", [rows(inbox.text)[0].uid]);
  assert.deepEqual(subjects((await client.get(mail("Ma poubelle"))).text), ["Deleted into mine"]);
  const trash = await page("Ma poubelle");
  assert.ok(!trash.text.includes('value="destroy"'), "a special folder is not deleted");
  const other = await signedIn(account);
  assert.equal(folders((await other.get("/mail")).text).filter((one) => one.label === "Trash").length, 2, "another session knows it too");
  other.close();
  // gone behind our back: what the server says counts again
  await imap.remove("Ma poubelle");
  list = folders((await client.get("/mail")).text);
  assert.equal(list.filter((one) => one.label === "Trash").length, 1);
  await imap.fresh("Envois");
  await send("Envois", "use", { use: "sent" });
  await send("Envois", "use", { use: "folder" });
  assert.ok(folders((await client.get("/mail")).text).some((one) => one.label === "Envois"));
});

test("all is marked as read, and Undo marks as unread what was, and nothing else", async () => {
  await clear();
  await imap.fresh("Lu");
  for (let i = 0; i < 5; i++) await imap.append("Lu", letter({ subject: `Letter ${i}` }), i === 2 ? ["\\Seen"] : []);
  const answer = await client.follow(await send("Lu", "readall"));
  assert.match(flash(answer.text).text, /4 messages marked as read/);
  await imap.select("Lu");
  assert.deepEqual(await imap.search("UNSEEN"), []);
  await client.submit(answer, "/act", { act: "undo", undo: flash(answer.text).undo, back: "/mail" });
  await imap.command("NOOP");
  assert.deepEqual(await imap.search("UNSEEN"), [1, 2, 4, 5]);
  await imap.attempt("UNSELECT");
});

test("an ordinary folder is emptied into Trash, after a question about what is there now", async () => {
  await clear();
  await imap.fresh("Plein");
  await imap.append("Plein", letter({ subject: "Empty me 1" }));
  const asked = await send("Plein", "empty");
  assert.match(text(asked.text), /1 message will be moved to Trash/);
  await imap.append("Plein", letter({ subject: "Empty me 2" }));
  const again = await client.submit(asked, "/folder", { act: "empty" });
  assert.match(text(again.text), /2 messages will be moved to Trash/);
  const done = await client.follow(await client.submit(again, "/folder", { act: "empty" }));
  assert.match(flash(done.text).text, /“Plein” emptied/);
  assert.deepEqual(subjects((await client.get(mail("Plein"))).text), []);
  assert.deepEqual(subjects((await client.get(mail("Trash"))).text).filter((one) => /Empty me/.test(one)).sort(), ["Empty me 1", "Empty me 2"]);
  await client.submit(done, "/act", { act: "undo", undo: flash(done.text).undo, back: "/mail" });
  assert.deepEqual(subjects((await client.get(mail("Plein"))).text).sort(), ["Empty me 1", "Empty me 2"]);
});

test("deleting names what is inside, puts it into Trash whole, and from there deletes it for good", async () => {
  await clear();
  for (const name of ["Vieux", "Vieux/Sous-dossier"]) await imap.fresh(name);
  await imap.append("Vieux", letter({ subject: "The last words" }));
  await imap.append("Vieux/Sous-dossier", letter({ subject: "Inside" }));
  const question = await send("Vieux", "discard");
  for (const words of [/2 messages/, /Vieux \/ Sous-dossier/, /The last words/]) assert.match(text(question.text), words);
  assert.deepEqual(await faults(question.text), []);
  assert.deepEqual(await names(), ["Vieux", "Vieux/Sous-dossier"], "nothing is done before the answer");
  assert.match(await said(await client.submit(question, "/folder", { act: "discard" })), /moved to Trash/);
  assert.deepEqual(await names(), ["Trash/Vieux", "Trash/Vieux/Sous-dossier"]);
  // a second of the same name
  await imap.fresh("Vieux");
  const second = await send("Vieux", "discard");
  await client.submit(second, "/folder", { act: "discard" });
  assert.ok((await names()).includes("Trash/Vieux 2"));
  const inTrash = await page("Trash/Vieux");
  assert.ok(!inTrash.text.includes('value="discard"'));
  const last = await send("Trash/Vieux", "destroy");
  assert.match(text(last.text), /2 messages, which will be deleted for good/);
  await imap.append("Trash/Vieux/Sous-dossier", letter({ subject: "Come meanwhile" }));
  const anew = await client.submit(last, "/folder", { act: "destroy" });
  assert.equal(anew.status, 200, "asked about what has come meanwhile");
  assert.match(text(anew.text), /3 messages/);
  assert.match(await said(await client.submit(anew, "/folder", { act: "destroy" })), /deleted/);
  assert.deepEqual(await names(), ["Trash/Vieux 2"]);
});

test("a folder with a special one inside is not deleted with it", async () => {
  await clear();
  for (const name of ["Tout", "Tout/Anciens"]) await imap.fresh(name);
  await send("Tout/Anciens", "use", { use: "archive" });
  const shown = await page("Tout");
  assert.ok(!shown.text.includes('value="discard"'));
  const asked = await send("Tout", "destroy");
  const answer = await client.submit(asked, "/folder", { act: "destroy" });
  assert.equal(answer.status, 422);
  assert.deepEqual(await names(), ["Tout", "Tout/Anciens"]);
});

test("what takes longer becomes a job, with the same Undo: all read, all tagged, all emptied", async () => {
  await clear();
  await imap.fresh("Long");
  await fill(account, "Long", 1200, "l");
  const count = async (what, folder = "Long") => {
    await imap.select(folder);
    return (await imap.search(what)).length;
  };
  // the newest job, once it has come to its end
  const ended = () => eventually(async () => {
    const jobs = await client.get("/jobs");
    const one = await client.get(/href="(\/job\?id=[^"]*)"/.exec(/<main[\s\S]*/.exec(jobs.text)[0])[1].replaceAll("&amp;", "&"));
    return /Finished|undone/.test(text(one.text)) && one;
  }, 30000);
  const undo = async () => {
    await client.submit(await ended(), "/job", { act: "undo" });
    await ended();
  };
  assert.equal((await send("Long", "readall")).status, 303);
  await ended();
  assert.equal(await count("UNSEEN"), 0);
  await undo();
  assert.equal(await count("UNSEEN"), 800);
  const all = await client.get(mail("Long", { all: "1" }));
  await imap.command("STORE 1:7 +FLAGS ($label3)");
  assert.equal((await press(client, all, "tag", [], { tag: "$label3" })).status, 303);
  const job = await ended();
  assert.match(text(job.text), /Setting the tag “Personal” in “Long”/);
  assert.equal(await count("KEYWORD $label3"), 1200);
  await undo();
  assert.equal(await count("KEYWORD $label3"), 7);
  const before_ = await count("ALL", "Trash");
  const asked = await send("Long", "empty");
  assert.match(text(asked.text), /1,200 messages will be moved to Trash/);
  assert.equal((await client.submit(asked, "/folder", { act: "empty" })).status, 303);
  await ended();
  assert.equal(await count("ALL"), 0);
  assert.equal(await count("ALL", "Trash"), before_ + 1200);
  await undo();
  assert.equal(await count("ALL"), 1200);
});

test("the size is told by STATUS=SIZE, and counted out on demand without it", async (t) => {
  await clear();
  await imap.fresh("Taille");
  for (let i = 0; i < 3; i++) await imap.append("Taille", letter({ body: "x".repeat(20000) + "\r\n" }));
  const direct = text((await page("Taille")).text);
  assert.match(direct, /3 messages · 3 unread · 61 KB|3 messages · 3 unread · 60 KB/);
  const proxy = await imapProxy({ hide: ["STATUS=SIZE"] });
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  t.after(async () => {
    await program.stop();
    await proxy.close();
  });
  const one = new SocketClient(program.socket);
  await one.login(account);
  const plain = await one.get(url("Taille"));
  assert.match(text(plain.text), /3 unread · Work out the size/);
  proxy.rules = [{ match: /FETCH .*RFC822\.SIZE/i, action: "late", ms: 1500, times: 1 }];
  const waiting = await one.get(url("Taille") + "&size=1");
  assert.equal(waiting.status, 202, "it waits at the gate, not in the request");
  assert.match(text(waiting.text), /Measuring the size of “Taille”/);
  const counted = await eventually(async () => {
    const got = await one.get(url("Taille") + "&size=1");
    return got.status === 200 && got;
  }, 10000);
  assert.equal(/· (6[01] KB)/.exec(text(counted.text))[1], /· (6[01] KB)/.exec(direct)[1]);
});

test("the menu of targets begins with the last ones, and chooses none by itself", async () => {
  await clear();
  for (const name of ["Un", "Deux", "Trois"]) await imap.fresh(name);
  for (let i = 0; i < 3; i++) await imap.append("INBOX", letter({ subject: `Move ${i}` }));
  const menu = async () => {
    const html = /<select name="to">[\s\S]*?<\/select>/.exec((await client.get("/mail")).text)[0];
    return [...html.matchAll(/<option value="([^"]*)"/g)].map((one) => one[1]);
  };
  assert.equal((await menu())[0], "", "nothing is chosen beforehand");
  for (const to of ["Deux", "Un"]) {
    const inbox = await client.get("/mail");
    assert.equal((await press(client, inbox, "move", [rows(inbox.text)[0].uid], { to })).status, 303);
  }
  assert.deepEqual((await menu()).slice(0, 3), ["", "Un", "Deux"]);
});

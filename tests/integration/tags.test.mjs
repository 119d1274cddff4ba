// Tags: keywords with names and colours, the same as Thunderbird's; set, taken off, undone, sought.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { faults, forms, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { flash, mail, press, rows, subjects } from "../lib/rows.mjs";

let account, imap, client;
const uids = [];
before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  client = await signedIn(account);
  for (let i = 0; i < 4; i++) uids.push(await imap.append("INBOX", letter({ subject: `Tagged ${i}` })));
  await imap.select("INBOX");
});
after(() => {
  imap.close();
  client.close();
});

const keywords = async (uid) => (await imap.command("NOOP"), (await imap.flags(uid)).filter((flag) => !flag.startsWith("\\")));
async function send(act, changes, keyword = "") {
  const page = await client.get("/tags");
  const form = forms(page.text).find((one) => one.action === "/tags" && (one.fields.get("keyword") || "") === keyword && tags(one.html, "button").some((button) => button.value === act));
  assert.ok(form, `${act} ${keyword}`);
  const fields = new URLSearchParams(form.fields);
  for (const [name, value] of Object.entries({ act, ...changes })) fields.set(name, value);
  return client.post("/tags", fields);
}

test("Thunderbird's five are there, by name and colour, in both languages", async () => {
  const html = (await client.get("/tags")).text;
  assert.deepEqual(await faults(html), []);
  for (const name of ["Important", "Work", "Personal", "To do", "Later"]) assert.ok(text(html).includes(name), name);
  const french = await signedIn(account, { language: "fr" });
  for (const name of ["Important", "Travail", "Personnel", "À faire", "Plus tard"]) assert.ok(text((await french.get("/tags")).text).includes(name), name);
  french.close();
});

test("what is set here is the other program's own keyword, and the other way round", async () => {
  const done = await client.follow(await press(client, await client.get("/mail"), "tag", [uids[0], uids[1]], { tag: "$label1" }));
  assert.match(flash(done.text).text, /“Important” set on 2 messages/);
  assert.deepEqual(await keywords(uids[0]), ["$label1"]);
  assert.match(done.text, /<span class="tag c-red"><bdi>Important<\/bdi><\/span>/);
  await imap.command(`UID STORE ${uids[2]} +FLAGS ($label4)`);
  assert.match((await client.get("/mail")).text, /<span class="tag c-blue"><bdi>To do<\/bdi><\/span>/);
  const { uidvalidity } = await imap.select("INBOX");
  const one = await client.get(`/message?folder=INBOX&v=${uidvalidity}&uid=${uids[2]}`);
  assert.match(one.text, /<span class="tag c-blue"><bdi>To do<\/bdi><\/span>/);
});

test("Undo takes a tag off those alone that got it, and gives it back to those that lost it", async () => {
  await imap.command(`UID STORE ${uids.join()} -FLAGS ($label1 $label2)`);
  await imap.command(`UID STORE ${uids[0]} +FLAGS ($label2)`);
  const done = await client.follow(await press(client, await client.get("/mail"), "tag", uids.slice(0, 3), { tag: "$label2" }));
  await client.submit(done, "/act", { act: "undo", undo: flash(done.text).undo, back: "/mail" });
  assert.deepEqual(await Promise.all(uids.map(keywords)).then((all) => all.map((one) => one.includes("$label2"))), [true, false, false, false]);
  const off = await client.follow(await press(client, await client.get("/mail"), "untag", uids, { tag: "$label2" }));
  assert.ok(!(await keywords(uids[0])).includes("$label2"));
  await client.submit(off, "/act", { act: "undo", undo: flash(off.text).undo, back: "/mail" });
  assert.deepEqual(await Promise.all(uids.map(keywords)).then((all) => all.map((one) => one.includes("$label2"))), [true, false, false, false]);
});

test("only one tag is one click in the list", async () => {
  await imap.command(`UID STORE ${uids.join()} -FLAGS ($label3)`);
  await imap.command(`UID STORE ${uids[1]},${uids[3]} +FLAGS ($label3)`);
  const html = (await client.get("/mail")).text;
  const menu = /<details class="menu more only">[\s\S]*?<\/details>/.exec(html)[0];
  const link = tags(menu, "a").find((one) => /label3/.test(one.href));
  assert.deepEqual(subjects((await client.get(link.href)).text), ["Tagged 3", "Tagged 1"]);
});

// The names beside the keys that Thunderbird's own AddTag() makes of them.
for (const [name, keyword] of [["Budget 2026", "budget_2026"], ["Été", "&amk-t&aok-"], ["R&D (labo)", "r&-d__labo_"], ["À/B%*", "&ama-_b__"], ['Dits "x"', "dits__x_"], ["日本", "&zevnla-"]])
  test(`a new tag ${name} has Thunderbird's keyword`, async () => {
    const answer = await send("create", { name, colour: "pink" });
    assert.equal(answer.status, 303, text(answer.text));
    await press(client, await client.get("/mail"), "tag", [uids[3]], { tag: keyword });
    assert.ok((await keywords(uids[3])).includes(keyword));
    const list = await client.get("/mail");
    assert.ok(text(list.text).includes(name));
    assert.deepEqual(await faults(list.text), []);
    assert.equal((await send("create", { name: name.toUpperCase(), colour: "red" })).status, 422, "there already");
    await press(client, list, "untag", [uids[3]], { tag: keyword });
    assert.equal((await send("delete", {}, keyword)).status, 303);
    await client.get("/tags"); // says so
    assert.ok(!text((await client.get("/tags")).text).includes(name));
  });

test("a tag is renamed without touching the messages; deleted, it goes off them if that is wanted", async () => {
  await send("create", { name: "Chantier", colour: "brown" });
  await imap.command(`UID STORE ${uids[0]} +FLAGS (chantier)`);
  await imap.attempt("CREATE Ailleurs");
  const there = await imap.append("Ailleurs", letter(), ["chantier"]);
  assert.equal((await send("change", { name: "Travaux", colour: "green" }, "chantier")).status, 303);
  assert.match((await client.get("/mail")).text, /<span class="tag c-green"><bdi>Travaux<\/bdi><\/span>/);
  assert.ok((await keywords(uids[0])).includes("chantier"));
  assert.equal((await send("change", { name: "Mon travail", colour: "pink" }, "$label2")).status, 303);
  assert.ok(text((await client.get("/tags")).text).includes("Mon travail"));
  assert.equal((await send("delete", {}, "$label2")).status, 303);
  await client.get("/tags");
  assert.ok(text((await client.get("/tags")).text).includes("Work"));
  await send("delete", { everywhere: "1" }, "chantier");
  assert.ok(!(await keywords(uids[0])).includes("chantier"));
  await imap.select("Ailleurs");
  assert.ok(!(await imap.flags(there)).includes("chantier"));
  await imap.select("INBOX");
});

test("impossible names and keywords are refused", async () => {
  for (const name of ["", "   ", "$forwarded", "x".repeat(101)]) {
    const answer = await send("create", { name, colour: "red" });
    assert.equal(answer.status, 422, name);
    assert.match(text(answer.text), /not possible/);
  }
  const list = await client.get("/mail");
  for (const tag of ["a b", "x)", "a\r\nA1 DELETE INBOX", "(", "é"]) assert.equal((await press(client, list, "tag", [uids[0]], { tag })).status, 400, tag);
  const none = await client.follow(await press(client, list, "tag", [uids[0]], { tag: "" }));
  assert.match(flash(none.text).text, /Choose a tag/);
  assert.equal((await client.get(mail("INBOX"))).status, 200);
  assert.equal(rows((await client.get("/mail")).text).length, 4);
});

test("a search names a tag as people do, in either language, or by its keyword", async () => {
  await imap.command(`UID STORE ${uids.join()} -FLAGS ($label3 $label2)`);
  await imap.command(`UID STORE ${uids[0]} +FLAGS ($label3)`);
  await imap.command(`UID STORE ${uids[1]} +FLAGS ($label2)`);
  const french = await signedIn(account, { language: "fr" });
  const found = async (one, q) => subjects((await one.get("/mail?" + new URLSearchParams({ folder: "INBOX", q }))).text).sort();
  assert.deepEqual(await found(client, "tag:personal"), ["Tagged 0"]);
  assert.deepEqual(await found(french, "étiquette:personnel"), ["Tagged 0"]);
  assert.deepEqual(await found(client, "tag:$label3"), ["Tagged 0"]);
  assert.deepEqual(await found(client, "tag:Personal OR tag:Work"), ["Tagged 0", "Tagged 1"]);
  assert.deepEqual(await found(client, "-tag:Personal subject:Tagged tag:Work"), ["Tagged 1"]);
  assert.deepEqual(await found(client, 'tag:"To do"'), ["Tagged 2"]);
  await send("create", { name: "Projet Orion", colour: "green" });
  const page = (await client.get("/tags")).text;
  const keyword = [...page.matchAll(/name="keyword" value="([^"]*)"/g)].map((one) => one[1]).find((one) => /orion/i.test(one));
  await imap.command(`UID STORE ${uids[2]} +FLAGS (${keyword})`);
  assert.deepEqual(await found(client, 'tag:"projet orion"'), ["Tagged 2"]);
  const everywhere = await client.get("/search?" + new URLSearchParams({ q: 'tag:"Projet Orion"', in: "all" }));
  assert.match(everywhere.text, /Tagged 2/);
  french.close();
});

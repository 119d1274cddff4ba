// Folders of other users and of nobody: listed apart, with no more than one has a right to; and who
// may do what, seen and changed, on Dovecot and on Cyrus.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Cyrus } from "../lib/cyrus.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { faults, forms, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { flash, folders, mail, press, rows } from "../lib/rows.mjs";
import { publicFolder, sharer } from "../lib/sharing.mjs";

let anne, bob, imap, client;
before(async () => {
  publicFolder("Annonces", "lr");
  [anne, bob] = await Promise.all([sharer(), sharer()]);
  imap = await Imap.open(anne);
  for (const name of ["Projets", "Projets/Plans"]) await imap.fresh(name);
  await imap.append("Projets", letter({ subject: "Shared words" }));
  client = await signedIn(anne);
});
after(() => {
  imap.close();
  client.close();
});

const url = (folder) => "/folder?" + new URLSearchParams({ folder });
async function send(by, folder, act, changes = {}, pick = () => true) {
  const shown = await by.get(url(folder));
  const form = forms(shown.text).find((one) => tags(one.html, "button").some((button) => button.value === act) && pick(one));
  assert.ok(form, `a button ${act} on ${folder}: ${text(shown.text).slice(-600)}`);
  const fields = new URLSearchParams(form.fields);
  for (const [name, value] of Object.entries({ act, ...changes })) fields.set(name, value);
  return by.post(form.action, fields);
}
const entry = (who) => (form) => form.fields.get("who") === who;
const rights = async (folder) => (await imap.command(`GETACL "${folder}"`)).untagged.join();
const acts = (html) => tags(html, "button").filter((one) => one.name === "act").map((one) => one.value);

test("a folder is shared by a form, with the levels of the letters, and taken back", async () => {
  const page = await client.get(url("Projets"));
  assert.deepEqual(await faults(page.text), []);
  assert.match(text(page.text), /Shared with/);
  const done = await client.follow(await send(client, "Projets", "share", { who: bob.user, level: "read" }, (form) => !form.fields.get("who")));
  assert.match(flash(done.text).text, new RegExp(`“${bob.user}” saved`));
  assert.match(await rights("Projets"), new RegExp(`${bob.user} (lr|rl)\\b`));
  await send(client, "Projets", "share", { level: "mark" }, entry(bob.user));
  assert.match(await rights("Projets"), new RegExp(`${bob.user} lrs\\b`));
  // other letters than those of a level are shown as they are, and kept
  await imap.command(`SETACL Projets "${bob.user}" lrp`);
  const odd = await client.get(url("Projets"));
  assert.match(text(odd.text), /as it is now: lrp\b/);
  await send(client, "Projets", "share", { level: "" }, entry(bob.user));
  assert.match(await rights("Projets"), new RegExp(`${bob.user} lpr\\b`));
  await send(client, "Projets", "unshare", {}, entry(bob.user));
  assert.ok(!(await rights("Projets")).includes(bob.user));
  for (const who of ["", "-bob", anne.user]) {
    const answer = await send(client, "Projets", "share", { who, level: "all" }, (form) => !form.fields.get("who"));
    assert.equal(answer.status, 422, who);
    assert.match(text(answer.text), /not possible/);
  }
  assert.match(await rights("Projets"), new RegExp(`${anne.user} [a-z]*a`), "one's own rights stay");
});

test("the other one finds it in a group of its own, and no button that writes", async (t) => {
  await imap.command(`SETACL Projets "${bob.user}" lr`);
  await imap.command(`SETACL Projets/Plans "${bob.user}" lrswite`);
  const other = await signedIn(bob);
  t.after(() => other.close());
  const list = await other.get("/mail");
  assert.match(text(list.text), /Shared folders/);
  const labels = folders(list.text).map((one) => [one.label, one.level]);
  const at = labels.findIndex(([label]) => label === `From ${anne.user}`);
  assert.ok(at > 0, JSON.stringify(labels));
  assert.deepEqual(labels.slice(at, at + 3), [[`From ${anne.user}`, 0], ["Projets", 1], ["Plans", 2]]);
  assert.ok(labels.some(([label]) => label === "Annonces"));
  assert.ok(!labels.some(([label]) => label === "Partage" || label === "Public"), "the prefix is no folder");
  const projects = `Partage/${anne.user}/Projets`;
  const read = await other.get(mail(projects));
  assert.equal(rows(read.text).length, 1);
  assert.deepEqual(acts(read.text), ["copy", "export"]);
  assert.deepEqual(await faults(read.text), []);
  const message = await other.get(rows(read.text)[0].url);
  assert.deepEqual(acts(message.text).filter((one) => one !== "copy"), ["export"]);
  const plans = await other.get(mail(`${projects}/Plans`));
  assert.equal(plans.status, 200);
  await imap.append("Projets/Plans", letter({ subject: "Writable" }));
  const full = acts((await other.get(mail(`${projects}/Plans`))).text);
  for (const act of ["read", "flag", "delete", "move", "tag"]) assert.ok(full.includes(act), act);
  const page = await other.get(url(projects));
  assert.match(text(page.text), /You may: read\./);
  for (const act of ["place", "discard", "destroy", "readall", "empty", "share"]) assert.ok(!acts(page.text).includes(act), act);
  // whoever makes the request himself gets no further
  const csrf = forms(page.text)[0].fields.get("csrf");
  for (const act of ["place", "destroy", "empty", "readall"])
    assert.equal((await other.post("/folder", { csrf, folder: projects, act, name: "Mine", confirmed: "1" })).status, 403, act);
  assert.deepEqual((await imap.list()).filter((one) => /^Projets/.test(one)).sort(), ["Projets", "Projets/Plans"]);
});

test("a message goes from one's own folder into another's, and a copy out of one that is read-only", async (t) => {
  await imap.command(`SETACL Projets/Plans "${bob.user}" lrswite`);
  await imap.command(`SETACL Projets "${bob.user}" lr`);
  const other = await signedIn(bob), own = await Imap.open(bob), target = `Partage/${anne.user}/Projets/Plans`;
  t.after(() => (other.close(), own.close()));
  await own.append("INBOX", letter({ subject: "Handed over" }));
  const inbox = await other.get("/mail");
  assert.equal((await press(other, inbox, "move", [rows(inbox.text)[0].uid], { to: target })).status, 303);
  await imap.select("Projets/Plans");
  assert.equal((await imap.search('SUBJECT "Handed over"')).length, 1);
  const shared = await other.get(mail(`Partage/${anne.user}/Projets`));
  assert.equal((await press(other, shared, "copy", [rows(shared.text)[0].uid], { to: "INBOX" })).status, 303);
  await own.select("INBOX");
  assert.equal((await own.search('SUBJECT "Shared words"')).length, 1);
  await imap.attempt("UNSELECT");
});

test("on Cyrus too: who may do what, and the other's folder with what one may", async (t) => {
  const accounts = ["anne", "bob"].map((user) => ({ user, password: "it is a test" }));
  const cyrus = await Cyrus.start(accounts);
  const program = await Program.start({ imap: { port: cyrus.port, security: "tls" } });
  t.after(async () => {
    await program.stop();
    await cyrus.stop();
  });
  const [one, other] = await Promise.all(accounts.map(async (account) => {
    const socket = new SocketClient(program.socket);
    await socket.login(account);
    return socket;
  }));
  await one.get("/mail");
  await other.get("/mail");
  const direct = await Imap.open(accounts[0], cyrus.port);
  t.after(() => direct.close());
  await direct.fresh("Projets");
  await direct.append("Projets", letter({ subject: "By Cyrus" }));
  const answer = await send(one, "Projets", "share", { who: "bob", level: "mark" }, (form) => !form.fields.get("who"));
  assert.equal(answer.status, 303, text(answer.text));
  assert.match((await direct.command("GETACL Projets")).untagged.join(), /bob lrs\b/);
  const labels = folders((await other.get("/mail")).text);
  const shared = labels.find((item) => item.label === "From anne / Projets");
  assert.ok(shared, JSON.stringify(labels));
  const list = await other.get(shared.url);
  assert.equal(rows(list.text).length, 1);
  assert.deepEqual(acts(list.text).filter((act) => !["read", "unread", "copy"].includes(act)), ["export"]);
});

// Filters on a real Pigeonhole: the form, what becomes of mail that really arrives, other programs'
// scripts, and everything that can come in between.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import net from "node:net";
import { after, test } from "node:test";
import tls from "node:tls";
import { newAccount } from "../lib/account.mjs";
import { Authority } from "../lib/certificates.mjs";
import { ACCOUNT2, PROGRAM, eventually } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { faults, formTo, forms, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { ManageSieve } from "../lib/managesieve.mjs";
import { Program, run, scratch } from "../lib/program.mjs";
import { flash } from "../lib/rows.mjs";
import { sendMail } from "../lib/smtp.mjs";

const open = [];
after(() => open.forEach((one) => one.close()));
const keep = (one) => (open.push(one), one);
const unique = () => Math.random().toString(36).slice(2, 10);

// One condition, one action: the form as a person fills it.
const save = async (client, fields, act = "save", path = "/filters/edit") =>
  client.submit(await client.get(path), "/filters/edit", { act, ...fields });
const rules = async (client) => [...(await client.get("/filters")).text.matchAll(/<h2><span class="vh">[^<]*<\/span>([\s\S]*?)<\/h2>/g)].map(([, one]) => text(one).trim().replace(/\s+/g, " "));
const press = async (client, rule, act) => {
  const page = await client.get("/filters");
  const form = forms(page.text).find((one) => one.fields.get("rule") === String(rule));
  const fields = new URLSearchParams(form.fields);
  fields.set("act", act);
  return client.post("/filters", fields);
};
// Rule and folder as somebody chooses them; "": all.
const apply = async (client, rule, folder = "INBOX") => client.submit(await client.get(`/filters/apply?rule=${rule}`), "/filters/apply", { folder });
// The page that tells of it: a job that lasted for more than a second is told later.
const told = (client, words) => eventually(async () => {
  const page = await client.get("/filters");
  return words.test(flash(page.text).text) && page;
}, 20000);
const undo = async (client, page) => {
  const { undo } = flash(page.text);
  assert.ok(undo, text(page.text));
  return client.post("/act", { csrf: formTo(page.text, "/act").fields.get("csrf"), act: "undo", undo, back: "/filters" });
};

test("the founding example, through the real MTA", async (t) => {
  const mark = unique(), client = keep(await signedIn(ACCOUNT2)), imap = keep(await Imap.open(ACCOUNT2));
  const friends = `Amis ${mark}`;
  t.after(async () => {
    while ((await rules(client)).length) await press(client, 0, "delete");
    await imap.remove(friends);
  });
  const from = (who) => `${who}.${mark}@outside.example`;
  for (const fields of [
    { field: "from", test: "contains", value: `penible.${mark}@`, place: "move", folder: "Trash" },
    { field: "from", test: "begins", value: `direction.${mark}@`, place: "keep" },
    { field: "from", test: "is", value: from("copain"), place: "move", folder_new: friends },
  ]) {
    const answer = await save(client, fields);
    assert.equal(answer.status, 303, text(answer.text));
  }
  assert.match(flash((await client.get("/filters")).text).text, /folder created/);
  assert.ok((await imap.list()).includes(friends));
  assert.match((await imap.command('LSUB "" "*"')).untagged.join("\n"), new RegExp(friends));
  for (const who of ["penible", "direction", "copain"])
    await sendMail({ from: from(who), to: ACCOUNT2.user, message: letter({ from: `Quelqu’un <${from(who)}>`, to: ACCOUNT2.user, subject: `${who} ${mark}` }) });
  for (const [who, folder] of [["penible", "Trash"], ["direction", "INBOX"], ["copain", friends]]) {
    const uid = await eventually(async () => {
      await imap.select(folder);
      return (await imap.search(`SUBJECT "${who} ${mark}"`))[0];
    }, 15000);
    const { uidvalidity } = await imap.select(folder);
    const why = text((await client.get(`/filters/why?${new URLSearchParams({ folder, v: uidvalidity, uid })}`)).text);
    assert.match(why, who === "penible" ? /1\. From contains .*move to Trash/s : who === "direction" ? /2\. From begins.*keep in the inbox/s : /3\. From is/);
    assert.doesNotMatch(why, /lies here/);
    if (folder !== friends) await imap.command(`UID STORE ${uid} +FLAGS (\\Deleted)`).then(() => imap.command("EXPUNGE"));
  }
});

test("rules come back as they were typed, whatever is in them", async () => {
  const client = keep(await signedIn(await newAccount()));
  const value = `a"; discard; # \\ \${x} * ? %41 « é » <b>`;
  let answer = await save(client, { name: 'Le "nom" %0A; stop', mode: "any", field: ["subject", "size", "attachment", "header", "list"],
    header: ["", "", "", "X-Spam-Flag", ""], test: ["not-contains", "under", "not-present", "matches", "is"], value: [value, "500 KB", "", "Y*S?", "amis.example"],
    place: "reject", reason: 'Non "merci".', read: "1", flag: "1", tags: "$Label1 urgent", stop: "1" });
  assert.equal(answer.status, 303, text(answer.text));
  const form = formTo((await client.get("/filters/edit?rule=0")).text, "/filters/edit").fields;
  assert.deepEqual(form.getAll("field"), ["subject", "size", "attachment", "header", "list"]);
  assert.deepEqual(form.getAll("test"), ["not-contains", "under", "not-present", "matches", "is"]);
  assert.deepEqual(form.getAll("value"), [value, "500 KB", "", "Y*S?", "amis.example"]);
  assert.equal(form.get("name"), 'Le "nom" %0A; stop');
  assert.equal(form.get("reason"), 'Non "merci".');
  assert.equal(form.get("tags"), "$Label1 urgent");
  assert.equal(form.get("mode"), "any");
  assert.equal(form.get("read") + form.get("flag") + form.get("stop"), "111");
  assert.deepEqual(await faults((await client.get("/filters/edit?rule=0")).text), []);
  assert.deepEqual(await faults((await client.get("/filters")).text), []);
});

test("copies go to several folders, a rejection has several lines, and saving once more changes nothing", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), sieve = keep(await ManageSieve.open(account)), imap = keep(await Imap.open(account));
  for (const box of ["Un", "Deux"]) await imap.fresh(box);
  // one field for a copy, and one more for each that is asked for
  let page = await save(client, { value: "a@", copy: "Un" }, "copy");
  assert.deepEqual(formTo(page.text, "/filters/edit").fields.getAll("copy"), ["Un", ""]);
  page = await client.submit(page, "/filters/edit", { act: "save", place: "none", copy: ["Un", "Deux"] });
  assert.equal(page.status, 303);
  const reason = "Non, merci.\n\n.\nVoyez \"ailleurs\" ; stop";
  await save(client, { value: "b@", place: "reject", reason: reason.replace(/\n/g, "\r\n"), stop: null });
  const script = await sieve.get("vaguemestre");
  assert.match(script, /fileinto :copy :create "Un";\s*fileinto :copy :create "Deux";/);
  assert.ok(script.includes(`reject "${reason.replace(/"/g, '\\"').replace(/\n/g, "\r\n")}"`), script);
  for (const rule of [0, 1]) {
    const form = await client.get(`/filters/edit?rule=${rule}`), { fields } = formTo(form.text, "/filters/edit");
    if (rule === 0) assert.deepEqual(fields.getAll("copy"), ["Un", "Deux"]);
    if (rule === 1) assert.equal(fields.get("reason").replace(/\r/g, ""), reason);
    assert.deepEqual(await faults(form.text), []);
    assert.equal((await client.submit(form, "/filters/edit", { act: "save" })).status, 303);
    assert.equal(await sieve.get("vaguemestre"), script, "as it was");
  }
});

test("conditions are added and taken away, and what is wrong is said beside it, with all that was typed", async () => {
  const client = keep(await signedIn(await newAccount()));
  let page = await save(client, { value: "un" }, "add");
  page = await client.submit(page, "/filters/edit", { act: "add", value: ["un", "deux"] });
  page = await client.submit(page, "/filters/edit", { act: "remove.1", value: ["un", "deux", "trois"] });
  assert.deepEqual(formTo(page.text, "/filters/edit").fields.getAll("value"), ["un", "trois"]);
  for (const [fields, sentence] of [
    [{ test: ["contains", "regex"], value: ["un", "(a"], place: "keep" }, /regular expression is not possible/],
    [{ place: "move", folder: "" }, /value is missing/],
    [{ place: "redirect", redirect: "x; rm" }, /no address/],
    [{ place: "none", stop: null }, /what is to be done/],
    [{ place: "keep", tags: "\\Deleted" }, /tag is written/],
    [{ place: "reject", reason: "no", copy: "Sent" }, /exclude each other/],
    [{ field: "size", test: "over", value: "big", place: "keep" }, /no size/],
    [{ field: "header", header: "X: y", value: "z", place: "keep" }, /no name of a header/],
  ]) {
    const answer = await client.submit(page, "/filters/edit", { act: "save", ...fields });
    assert.equal(answer.status, 422, JSON.stringify(fields));
    assert.equal(text(answer.text).match(new RegExp(sentence, "g")).length, 1, "said once");
    assert.match(answer.text, /<p class="error panel" role="alert"><a href="#((condition-\d|action)-error)">Nothing is saved[^]*id="\1"/);
    assert.deepEqual(await faults(answer.text), []);
    const typed = formTo(answer.text, "/filters/edit").fields;
    for (const [name, value] of Object.entries(fields)) if (value) assert.deepEqual(typed.getAll(name), [value].flat(), name);
  }
  assert.deepEqual(await rules(client), []);
});

test("order, on and off, deletion, each with Undo", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), sieve = keep(await ManageSieve.open(account));
  for (const name of ["un", "deux", "trois"]) await save(client, { name, value: name, place: "keep" });
  assert.deepEqual(await rules(client), ["1. un", "2. deux", "3. trois"]);
  await press(client, 2, "up");
  await press(client, 0, "down");
  assert.deepEqual(await rules(client), ["1. trois", "2. un", "3. deux"]);
  await press(client, 1, "off");
  assert.deepEqual(await rules(client), ["1. trois", "2. un off", "3. deux"]);
  const script = await sieve.get("vaguemestre");
  assert.match(script, /"trois"[\s\S]*"deux"/);
  assert.doesNotMatch(script, /^[^#]*"un"/m);
  await press(client, 1, "delete");
  const page = await client.get("/filters");
  assert.match(flash(page.text).text, /Rule “un” deleted/);
  assert.deepEqual(await rules(client), ["1. trois", "2. deux"]);
  assert.doesNotMatch(await sieve.get("vaguemestre"), /"un"|rule off/);
  assert.equal((await undo(client, page)).headers.location, "/filters");
  assert.deepEqual(await rules(client), ["1. trois", "2. un off", "3. deux"]);
  assert.equal(await sieve.get("vaguemestre"), script, "to the letter");
  for (const [rule, act] of [[0, "down"], [2, "up"], [1, "on"], [0, "off"]]) {
    await press(client, rule, act);
    assert.notEqual(await sieve.get("vaguemestre"), script, act);
    await undo(client, await client.get("/filters"));
    assert.equal(await sieve.get("vaguemestre"), script, act);
  }
  // what has been changed since is not overwritten
  await press(client, 1, "delete");
  const late = await client.get("/filters");
  await save(client, { name: "quatre", value: "quatre", place: "keep" });
  await undo(client, late);
  assert.deepEqual(await rules(client), ["1. trois", "2. deux", "3. quatre"]);
});

test("two windows: the second is told, sees both, and may save again", async () => {
  const client = keep(await signedIn(await newAccount()));
  await save(client, { name: "un", value: "un", place: "keep" });
  const first = await client.get("/filters/edit?rule=0"), second = await client.get("/filters/edit?rule=0"), list = await client.get("/filters");
  assert.equal((await client.submit(first, "/filters/edit", { act: "save", value: "premier" })).status, 303);
  const told = await client.submit(second, "/filters/edit", { act: "save", value: "second" });
  assert.equal(told.status, 409);
  assert.match(text(told.text), /changed meanwhile[\s\S]*premier/);
  assert.equal(formTo(told.text, "/filters/edit").fields.get("value"), "second");
  assert.equal((await client.submit(list, "/filters", { act: "off" })).status, 409);
  assert.equal((await client.submit(told, "/filters/edit", { act: "save" })).status, 303);
  assert.match((await client.get("/filters/edit?rule=0")).text, /value="second"/);
});

test("a trial says how many, shows samples, and which rule wins", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), imap = keep(await Imap.open(account));
  assert.match(text((await save(client, { value: "x", place: "keep" }, "preview")).text), /inbox is empty/);
  for (let i = 0; i < 9; i++)
    await imap.append("INBOX", letter({ from: i < 7 ? "Liste <liste@outside.example>" : "Autre <autre@outside.example>", subject: `essai ${i}${i < 2 ? " important" : ""}`,
      headers: i === 3 ? ["List-Id: Amis <amis.example>", "Content-Type: multipart/mixed; boundary=q"] : [],
      body: i === 3 ? "--q\r\nContent-Type: text/plain\r\n\r\nx\r\n--q\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n--q--\r\n" : "x\r\n" }));
  const tried = async (fields) => text((await save(client, fields, "preview")).text);
  assert.match(await tried({ field: "from", test: "is", value: "LISTE@outside.example", place: "keep" }), /last 9 messages in the inbox this rule matches 7\./);
  await save(client, { name: "D’abord", field: "subject", value: "important", place: "keep" });
  const page = await tried({ field: "from", test: "contains", value: "liste", place: "move", folder: "Trash" });
  assert.match(page, /this rule matches 7\. 2 of them are already taken/);
  assert.match(page, /essai 6[\s\S]*essai 5[\s\S]*essai 4/);
  assert.match(await tried({ field: "subject", test: "regex", value: "^essai [01]", place: "move", folder: "Trash" }), /but taken by the rule D’abord/);
  assert.match(await tried({ field: "attachment", test: "present", value: "", place: "keep" }), /this rule matches 1\./);
  assert.match(await tried({ field: "list", test: "is", value: "amis.example", place: "keep" }), /this rule matches 1\./);
  assert.match(await tried({ field: "size", test: "over", value: "5 MB", place: "keep" }), /this rule matches 0\./);
  assert.deepEqual((await rules(client)).length, 1);
});

test("a rule is applied to what is there, but not to what an earlier rule takes; and it is undone", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), imap = keep(await Imap.open(account));
  for (let i = 0; i < 60; i++) await imap.append("INBOX", letter({ from: i % 3 ? "liste@outside.example" : "autre@outside.example", subject: `essai ${i}${i < 9 ? " important" : ""}` }));
  await save(client, { name: "Important", field: "subject", value: "important", place: "keep" });
  await save(client, { name: "Liste", field: "from", test: "is", value: "liste@outside.example", place: "move", folder_new: "Listes", read: "1" });
  await save(client, { name: "Ailleurs", field: "from", test: "is", value: "autre@outside.example", place: "redirect", redirect: "a@b.example" });
  const list = async () => forms((await client.get("/filters")).text).filter((one) => one.fields.has("rule")).map((one) => /filters\/apply/.test(one.html));
  assert.deepEqual(await list(), [false, true, false]);
  const inbox = async () => (await imap.select("INBOX")).exists;
  await inbox();
  await imap.command("STORE 11:20 +FLAGS.SILENT (\\Seen)");
  const read = (await imap.search("SEEN")).length;
  assert.equal((await apply(client, 1)).status, 303);
  // 40 are of the list, and six of those are important
  await eventually(async () => (await inbox()) === 26, 20000);
  const moved = await imap.select("Listes");
  assert.equal(moved.exists, 34);
  assert.equal((await imap.search("SEEN")).length, 34);
  await imap.select("INBOX");
  assert.equal((await imap.search('SUBJECT "important"')).length, 9);
  await undo(client, await told(client, /applied to 34 messages/));
  await eventually(async () => (await inbox()) === 60, 20000);
  assert.equal((await imap.search("SEEN")).length, read, "read is what was read before the rule marked the others");
  await save(client, { name: "Rien", field: "subject", value: "nothing of the kind", place: "move", folder_new: "Rien" });
  await apply(client, 3);
  await told(client, /No message was concerned: nothing was done/);
});

test("a rule that is turned on again has its folder again", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), imap = keep(await Imap.open(account));
  await save(client, { field: "from", value: "amie@", place: "move", folder_new: "Amies" });
  await press(client, 0, "off");
  await imap.command('UNSUBSCRIBE "Amies"');
  await imap.command('DELETE "Amies"');
  assert.equal((await press(client, 0, "on")).status, 303);
  assert.match((await imap.command('LSUB "" "*"')).untagged.join("\n"), /Amies/);
  assert.ok((await imap.list()).includes("Amies"));
  assert.doesNotMatch((await client.get("/filters")).text, /value="on"/);
});

test("rules follow a folder that gets another name, with what is below it", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), sieve = keep(await ManageSieve.open(account)), imap = keep(await Imap.open(account));
  const move = async (from, fields) => client.submit(await client.get("/folder?" + new URLSearchParams({ folder: from })), "/folder", { act: "place", ...fields });
  await imap.command("CREATE Rives");
  await save(client, { name: "Dessous", field: "from", value: "un@", place: "move", folder_new: "Rives/Droite" });
  await save(client, { name: "Tout près", field: "from", value: "deux@", place: "move", folder_new: "Rivesaltes" });
  const answer = await move("Rives", { name: "Bords", parent: "" });
  assert.equal(answer.status, 303, text(answer.text));
  assert.match(flash((await client.follow(answer)).text).text, /saved$/);
  const script = await sieve.get("vaguemestre");
  assert.match(script, /"Bords\/Droite"/);
  assert.match(script, /"Rivesaltes"/);
  assert.doesNotMatch(script, /Rives\//);
  // what was changed by hand is left alone, and said
  await sieve.put("vaguemestre", script.replace("Rivesaltes", "Bords/Gauche"));
  assert.match(flash((await client.follow(await move("Bords", { name: "Quais", parent: "" }))).text).text, /look at your filters/);
  assert.match(await sieve.get("vaguemestre"), /Bords\/Gauche/);
});

test("who deletes a folder is told before that rules would make it again", async () => {
  const account = await newAccount(), client = keep(await signedIn(account));
  const question = async (folder) => text((await client.submit(await client.get("/folder?" + new URLSearchParams({ folder })), "/folder", { act: "discard" })).text);
  await save(client, { field: "from", value: "amie@", place: "move", folder_new: "Cibles/Proche" });
  await save(client, { field: "from", value: "autre@", place: "move", folder_new: "Ciblesque" });
  assert.match(await question("Cibles"), /Rules file mail into it/);
  assert.match(await question("Cibles/Proche"), /Rules file mail into it/);
  await press(client, 0, "off");
  assert.doesNotMatch(await question("Cibles"), /Rules file mail into it/);
});

test("another program's script is kept, shown, runs first, and can be left out", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), sieve = keep(await ManageSieve.open(account));
  const theirs = 'require ["fileinto"];\r\nif header :contains "subject" "<pub>" { fileinto "Trash"; stop; }\r\n';
  await sieve.put("roundcube", theirs);
  await sieve.activate("roundcube");
  let page = await client.get("/filters");
  assert.match(text(page.text), /will go on running, before your rules[\s\S]*roundcube/);
  assert.ok(page.text.includes("&lt;pub&gt;"));
  assert.equal((await save(client, { value: "un", place: "keep" })).status, 303);
  assert.deepEqual(await sieve.list(), { roundcube: false, vaguemestre: true });
  assert.match(await sieve.get("vaguemestre"), /include :personal "roundcube";/);
  assert.equal(await sieve.get("roundcube"), theirs);
  page = await client.get("/filters");
  await client.submit({ text: forms(page.text).find((one) => one.fields.get("name") === "roundcube").html }, "/filters", { act: "exclude" });
  assert.doesNotMatch(await sieve.get("vaguemestre"), /include/);
  assert.equal(await sieve.get("roundcube"), theirs);
});

test("a script of ours that was changed by hand is not overwritten without a question", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), sieve = keep(await ManageSieve.open(account));
  await save(client, { name: "un", value: "un", place: "keep" });
  const ours = await sieve.get("vaguemestre"), edited = ours + "# mine\r\n";
  await sieve.put("vaguemestre", edited);
  const page = await client.get("/filters");
  assert.match(text(page.text), /changed by hand[\s\S]*# mine/);
  const refused = await save(client, { value: "deux", place: "keep" });
  assert.equal(refused.status, 422);
  assert.match(text(refused.text), /changed by hand/);
  assert.equal(await sieve.get("vaguemestre"), edited);
  await client.submit(page, "/filters", { act: "adopt" });
  assert.equal(await sieve.get("vaguemestre"), ours);
});

test("a vacation reply has its days and addresses", async () => {
  const account = await newAccount(), client = keep(await signedIn(account)), sieve = keep(await ManageSieve.open(account));
  const set = async (fields) => client.submit(await client.get("/vacation"), "/vacation", fields);
  await save(client, { name: "un", value: "un", place: "keep" });
  assert.equal((await set({ on: "1", first: "2026-12-24", last: "2027-01-04", subject: 'Absente "loin"', text: "Je suis loin.\r\n.\r\nZoé", days: "3", addresses: "a@b.example, c@d.example" })).status, 303);
  const script = await sieve.get("vaguemestre");
  assert.match(script, /"ge" "date" "2026-12-24"[\s\S]*"le" "date" "2027-01-04"[\s\S]*vacation :days 3 :subject "Absente \\"loin\\"" :addresses \["a@b.example", "c@d.example"\] "Je suis loin.\r\n.\r\nZoé"/);
  const form = formTo((await client.get("/vacation")).text, "/vacation").fields;
  assert.equal(form.get("text").replace(/\r/g, ""), "Je suis loin.\n.\nZoé");
  assert.equal(form.get("addresses"), "a@b.example, c@d.example");
  assert.match(text((await client.get("/filters")).text), /until 4 January 2027/);
  const wrong = await set({ first: "2027-02-01" });
  assert.equal(wrong.status, 422);
  assert.match(text(wrong.text), /end is before the beginning/);
  assert.deepEqual(await faults(wrong.text), []);
  assert.equal((await set({ on: null, first: "", last: "31/12/2099" })).status, 303);
  assert.equal(formTo((await client.get("/vacation")).text, "/vacation").fields.get("last"), "2099-12-31");
  for (const last of ["31/12", "2099-13-01", "2099-02-30", "1/1/1/1", "demain"]) assert.equal((await set({ last })).status, 422, last);
  assert.doesNotMatch(await sieve.get("vaguemestre"), /^\s*vacation/m);
  assert.deepEqual(await rules(client), ["1. un"]);
});

const house = async (t, changes) => {
  const program = await Program.start(changes);
  t.after(() => program.stop());
  const account = await newAccount(), client = new SocketClient(program.socket);
  await client.login(account);
  return { program, client, account };
};

test("where the site forbids forwarding none is offered, and none is saved", async (t) => {
  const { client, account } = await house(t, { filters: { forwarding: "no" } });
  const page = await client.get("/filters/edit");
  assert.match(text(page.text), /does not allow sending on/);
  assert.doesNotMatch(page.text, /value="redirect"|name="send_copy"/);
  for (const fields of [{ place: "redirect", redirect: "a@b.example" }, { place: "keep", send_copy: "a@b.example" }]) {
    const all = formTo(page.text, "/filters/edit").fields;
    for (const [name, value] of Object.entries({ act: "save", value: "x", ...fields })) all.set(name, value);
    const answer = await client.post("/filters/edit", all);
    assert.equal(answer.status, 422);
    assert.match(text(answer.text), /does not allow sending on/);
  }
  const sieve = keep(await ManageSieve.open(account));
  assert.deepEqual(await sieve.list(), {});
});

test("a site without filters has none of these pages and no link to them", async (t) => {
  const { client } = await house(t, { filters: { way: "none" } });
  for (const path of ["/filters", "/filters/edit", "/vacation"]) assert.equal((await client.get(path)).status, 404, path);
  assert.doesNotMatch((await client.get("/mail")).text, /\/filters/);
});

test("a server that cannot be reached loses nothing that was typed", async (t) => {
  const listener = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  const { client } = await house(t, { sieve: { port } });
  const failed = await client.get("/filters");
  assert.match(text(failed.text), /NET-2/);
  const { fields } = formTo((await client.get("/settings")).text, "/settings");
  const answer = await client.post("/filters/edit", { csrf: fields.get("csrf"), field: "from", header: "", test: "is", value: "tout ceci", place: "keep", act: "save" });
  assert.equal(answer.status, 502);
  assert.match(text(answer.text), /NET-2/);
  assert.equal(formTo(answer.text, "/filters/edit").fields.get("value"), "tout ceci");
});

// A ManageSieve server that gets as far as its certificate.
const withCertificate = async (t, certificate, greeting = '"SIEVE" "fileinto"\r\n"STARTTLS"\r\nOK\r\n') => {
  const sockets = new Set();
  const server = net.createServer((plain) => {
    sockets.add(plain);
    plain.on("error", () => {}).write(greeting);
    plain.once("data", () => {
      plain.write("OK\r\n");
      new tls.TLSSocket(plain, { isServer: true, ...certificate }).on("error", () => {});
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => {
    sockets.forEach((one) => one.destroy());
    server.close();
  });
  return server.address().port;
};

test("an expired certificate is named with its day, on the page and by --check", async (t) => {
  const port = await withCertificate(t, new Authority(scratch()).issue({ from: -40, to: -3 }));
  const { client, program } = await house(t, { sieve: { port } });
  const answer = text((await client.get("/filters")).text);
  assert.match(answer, /TLS-12/);
  assert.match(answer, /expired on \d+ \w+ \d{4}/);
  // not run(): this very process is the server
  const checked = spawn(PROGRAM, ["--config", program.conf, "--check"], { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  for await (const chunk of checked.stdout) said += chunk;
  assert.match(said, /^sieve +WRONG: .*expired on \d+ \w+ \d{4}.*TLS-12/m);
});

test("the name is checked, and nothing is sent to a server without STARTTLS", async (t) => {
  const other = await withCertificate(t, new Authority(scratch()).issue({ names: ["DNS:mail.elsewhere.example"] }));
  const first = await house(t, { sieve: { port: other } });
  const answer = text((await first.client.get("/filters")).text);
  assert.match(answer, /TLS-14/);
  assert.match(answer, /mail\.elsewhere\.example/);
  const bare = await withCertificate(t, {}, '"SIEVE" "fileinto"\r\n"SASL" "PLAIN"\r\nOK\r\n');
  const second = await house(t, { sieve: { port: bare } });
  assert.match(text((await second.client.get("/filters")).text), /TLS-10/);
});

test("--check tries the server for real", async () => {
  const program = await Program.start();
  const { stdout } = run(["--config", program.conf, "--check"]);
  await program.stop();
  assert.match(stdout, /^sieve +ok: localhost port \d+ answers, its certificate is good/m);
});

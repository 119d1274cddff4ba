// A rule applied to what is there: in any folder, with all that it does, while the line breaks and the
// program is killed, cancelled on the way, undone; and the trial before it, on a slow server.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eventually } from "../lib/env.mjs";
import { faults, formTo, forms, text } from "../lib/html.mjs";
import { Imap } from "../lib/imap.mjs";
import { Site, closeSites } from "../lib/job-site.mjs";
import { astray, census, fill } from "../lib/many.mjs";
import { flash } from "../lib/rows.mjs";

const servers = [];
after(() => Promise.all([closeSites(), ...servers.map((server) => server.close())]));
const opened = async (account) => (servers.push(await Imap.open(account)), servers.at(-1));

class RuleSite extends Site {
  save(fields) {
    return this.press("/filters/edit", "/filters/edit", { act: "save", ...fields });
  }

  apply(rule, folder) {
    return this.press(`/filters/apply?rule=${rule}`, "/filters/apply", { folder });
  }

  // "BOX Message-ID flags" of all messages but those in Trash, in order.
  async state() {
    const imap = await Imap.open(this.account), all = [];
    for (const box of await imap.list()) {
      const { exists } = await imap.select(box, "EXAMINE");
      if (!exists || box === "Trash") continue;
      for (const line of (await imap.command("UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")).untagged) {
        const [, flags] = /FLAGS \(([^)]*)\)/.exec(line) || [], [, id] = /Message-ID: <([^>]*)>/i.exec(line) || [];
        if (id) all.push(`${box} ${id} ${flags.split(" ").filter((one) => one !== "\\Recent").sort().join(" ")}`.trim());
      }
    }
    imap.close();
    return all.sort();
  }
}

test("marks, tags, copies and the move all come, and all go again", async () => {
  const site = await RuleSite.open({}, { Source: 620, Autre: 5 });
  // every third is read already; some bear the tag
  const imap = await opened(site.account);
  await imap.select("Source");
  await imap.command("UID STORE 1:40 +FLAGS.SILENT (urgent)");
  await imap.command("UID STORE 30:60 +FLAGS.SILENT (\\Flagged)");
  const before = await site.state();
  await site.save({ field: "subject", test: "regex", value: "^Source [0-9]*[05]$", place: "move", folder_new: "Cible", copy: "Autre", read: "1", flag: "1", tags: "urgent Travail", stop: "1" });
  await site.apply(0, "Source");
  await site.rest();
  const now = await site.state(), marked = "Travail \\Flagged \\Seen urgent".split(" ").sort().join(" ");
  assert.equal(now.filter((one) => one.startsWith("Cible ")).length, 124);
  for (let n = 5; n <= 620; n += 5)
    for (const box of ["Cible", "Autre"]) assert.ok(now.includes(`${box} Source.${n}@many.example ${marked}`), `${box} ${n}`);
  assert.equal(now.filter((one) => one.startsWith("Source ")).length, 496);
  assert.deepEqual(now.filter((one) => one.startsWith("Source ")), before.filter((one) => one.startsWith("Source ") && !/\.\d*[05]@/.test(one)), "the others are as they were");
  assert.match(text((await site.client.get(await site.newest())).text), /Rule “.*” applied to 124 messages/);
  await site.undo();
  assert.deepEqual(await site.state(), before);
  const trash = await imap.select("Trash");
  assert.equal(trash.exists, 124, "the copies are not gone for good");
  await site.program.stop();
});

test("a rule that only tags goes through all folders in which mail arrives", async () => {
  const site = await RuleSite.open({}, { INBOX: 30, Listes: 300, Sent: 20, Archive: 10, Vide: 0 });
  const before = await site.state();
  await site.save({ field: "subject", test: "regex", value: "[27]$", place: "none", tags: "Deux", stop: [] });
  await site.apply(0, "");
  await site.rest();
  const tagged = (await site.state()).filter((one) => /Deux/.test(one)), in_ = (box) => tagged.filter((one) => one.startsWith(box + " ")).length;
  assert.deepEqual([in_("INBOX"), in_("Listes"), in_("Archive"), in_("Sent"), tagged.length], [6, 60, 2, 0, 68]);
  const page = text((await site.client.get(await site.newest())).text);
  assert.match(page, /to all folders/);
  assert.match(page, /applied to 68 messages/);
  await site.undo();
  assert.deepEqual(await site.state(), before);
  // in a folder of one's choice, too
  await site.apply(0, "Sent");
  await site.rest();
  assert.equal((await site.state()).filter((one) => /^Sent .*Deux/.test(one)).length, 4);
  await site.program.stop();
});

// What may go wrong on the way. Each rule strikes once.
const rule = (match, action, text) => ({ match, action, text, times: 1 });
const accidents = [
  ["the answer to a MOVE is lost", {}, [rule(/^UID MOVE/i, "cut-after")]],
  ["neither MOVE nor UIDPLUS; the answer to a COPY is lost", { hide: ["MOVE", "UIDPLUS"] }, [rule(/^UID COPY/i, "cut-after")]],
  ["the line breaks while it looks, and at the tags", {}, [rule(/^UID FETCH/i, "cut"), rule(/^UID STORE/i, "cut-after")]],
  ["the server refuses the move, and takes it later", {}, [rule(/^UID MOVE/i, "answer", "$TAG NO [OVERQUOTA] Full\r\n")]],
];
for (const [name, options, rules] of accidents)
  test(`${name}: nothing is lost, nothing comes twice`, async () => {
    const site = await RuleSite.open(options, { Source: 700 });
    await site.save({ field: "subject", test: "regex", value: "[0-4]$", place: "move", folder_new: "Cible", tags: "Travail", read: "1" });
    const before = await site.state();
    site.proxy.rules.push(...rules);
    await site.apply(0, "Source");
    await site.rest();
    if (rules[0].text) await site.press(await site.newest(), "/job", { act: "continue" });
    await site.rest();
    assert.deepEqual(site.proxy.rules.map((one) => one.times), rules.map(() => 0), "they have struck");
    const now = await site.state(), there = now.filter((one) => one.startsWith("Cible "));
    assert.deepEqual(astray(await census(site.account), 700, "Source"), []);
    assert.equal(there.length, 350);
    assert.deepEqual(there.filter((one) => !/Travail/.test(one) || !/Seen/.test(one)), []);
    await site.undo();
    const after = await site.state();
    assert.deepEqual(astray(await census(site.account), 700, "Source"), []);
    if (!options.hide) assert.deepEqual(after, before);
    await site.program.stop();
  });

test("a process that is killed leaves off where the next goes on", async () => {
  const site = await RuleSite.open({}, { Source: 2600 });
  await site.save({ field: "subject", test: "regex", value: "[0-4]$", place: "move", folder_new: "Cible", tags: "Travail" });
  site.proxy.rules.push({ match: /^UID MOVE/i, action: "late", ms: 150 });
  await site.apply(0, "Source");
  const imap = await opened(site.account);
  await eventually(async () => (await imap.select("Cible")).exists >= 200, 20000);
  await site.program.stop("SIGKILL");
  const moved = (await imap.select("Cible")).exists;
  assert.ok(moved < 1300, "it was on the way");
  site.proxy.rules.splice(0);
  const asked = site.proxy.commands.length;
  await site.start();
  await site.client.get("/mail");
  await eventually(async () => (await imap.select("Cible")).exists === 1300, 30000);
  await site.rest();
  const looked = site.proxy.commands.slice(asked).filter((one) => /^UID FETCH .*SUBJECT/i.test(one)).length;
  assert.ok(looked <= (2600 - moved) / 250 + 4, `${looked} windows: it did not look at everything again`);
  assert.deepEqual(astray(await census(site.account), 2600, "Source"), []);
  await imap.select("Cible");
  assert.equal((await imap.search("KEYWORD Travail")).length, 1300);
  await site.program.stop();
});

test("it is cancelled between two windows, and what was done is undone", async () => {
  const site = await RuleSite.open({}, { Source: 2600 });
  await site.save({ field: "subject", test: "regex", value: "[0-4]$", place: "move", folder_new: "Cible", tags: "Travail" });
  const before = await site.state();
  site.proxy.rules.push({ match: /^UID MOVE/i, action: "late", ms: 1500 });
  await site.apply(0, "Source");
  const running = await eventually(async () => (await site.jobs()).find((one) => /^[\d,]+ of 2,600/.test(one.text)), 20000);
  assert.ok(running.percent > 0 && running.percent < 100, JSON.stringify(running));
  await site.press(await site.newest(), "/job", { act: "cancel" });
  await site.rest();
  site.proxy.rules.splice(0);
  const now = await site.state(), there = now.filter((one) => one.startsWith("Cible "));
  assert.ok(there.length > 0 && there.length < 1300, String(there.length));
  assert.deepEqual(there.filter((one) => !/Travail/.test(one)), [], "what was begun with them was done with them");
  assert.deepEqual(astray(await census(site.account), 2600, "Source"), []);
  await site.undo();
  assert.deepEqual(await site.state(), before);
  await site.program.stop();
});

test("a folder of copies that has gone meanwhile takes nothing else from Undo", async () => {
  const site = await RuleSite.open({}, { Aaa: 20, Bbb: 20, Copies: 0 });
  await site.save({ field: "subject", test: "regex", value: "[05]$", place: "move", folder_new: "Cible", copy: "Copies" });
  const before = await site.state();
  await site.apply(0, "");
  await site.rest();
  const imap = await opened(site.account);
  assert.equal((await imap.select("Copies")).exists, 8);
  await imap.command("CLOSE");
  await imap.command("DELETE Copies");
  await site.undo();
  assert.deepEqual(await site.state(), before);
  assert.match(text((await site.client.get(await site.newest())).text), /It could not be done to 8 messages: There is no such folder/);
  // where the folder from which they came is gone they stay where they are, and that is told
  await site.apply(0, "Aaa");
  await site.rest();
  await imap.command("DELETE Aaa");
  await site.undo();
  assert.equal((await imap.select("Cible")).exists, 4);
  await site.program.stop();
});

test("an Undo of what was done to a rule may be pressed again after a failure", async () => {
  const site = await RuleSite.open({}, {});
  await site.save({ name: "un", value: "un", place: "move", folder_new: "Cible" });
  await site.press("/filters", "/filters", { rule: "0", act: "delete" });
  const page = await site.page("/filters"), fields = formTo(page.text, "/act").fields;
  for (const [name, value] of Object.entries({ act: "undo", undo: flash(page.text).undo, back: "/filters" })) fields.set(name, value);
  site.proxy.rules.push({ match: /^(LIST|LSUB|STATUS|NOOP)/i, action: "cut", times: 9 });
  assert.ok((await site.client.post("/act", fields)).status >= 500);
  site.proxy.rules.splice(0);
  assert.equal((await site.client.post("/act", fields)).status, 303);
  assert.match(text((await site.page("/filters")).text), /From contains “un”/);
  await site.program.stop();
});

test("the form offers folders in which there is something to do, and nothing where there is none", async () => {
  const site = await RuleSite.open({}, { Cible: 3 });
  await site.save({ value: "a@", place: "move", folder: "Cible" });
  await site.save({ value: "b@", place: "redirect", redirect: "b@outside.example" });
  await site.save({ value: "c@", place: "keep" });
  // in words that are true for what is there
  await site.save({ name: "Ôter", value: "e@", place: "delete", copy: "Cible", send_copy: "b@outside.example" });
  assert.match(text((await site.client.get("/filters/apply?rule=3")).text), /Ôter From contains “e@” → copy to Cible, move to Trash To the messages of/);
  assert.deepEqual(await faults((await site.client.get("/filters/apply?rule=3")).text), []);
  const page = await site.client.get("/filters/apply?rule=0"), [, menu] = /<select id="folder"([^]*?)<\/select>/.exec(page.text);
  assert.match(menu, /value="INBOX" selected/);
  assert.doesNotMatch(menu, /value="Cible"/);
  for (const at of ["1", "2", "4", "x"]) assert.equal((await site.client.get(`/filters/apply?rule=${at}`)).status, 404, at);
  const links = forms((await site.client.get("/filters")).text).filter((one) => one.fields.has("rule")).map((one) => /\/filters\/apply/.test(one.html));
  assert.deepEqual(links, [true, false, false, true]);
  const { fields } = formTo(page.text, "/filters/apply");
  fields.set("folder", "Cible");
  assert.equal((await site.client.post("/filters/apply", fields)).status, 422);
  // of another version the number is another rule's
  await site.save({ value: "d@", place: "keep" });
  fields.set("folder", "INBOX");
  assert.equal((await site.client.post("/filters/apply", fields)).status, 303);
  assert.match(flash((await site.client.get("/filters")).text).text, /changed meanwhile/);
  await site.program.stop();
});

test("on a slow server a trial is waited for on a page, holds no other, and loses nothing that was typed", async () => {
  const site = await RuleSite.open({}, { INBOX: 600 });
  await site.page("/mail");
  const { fields } = formTo((await site.page("/filters/edit")).text, "/filters/edit");
  for (const [name, value] of Object.entries({ act: "preview", field: "subject", test: "regex", value: "INBOX [0-9]*7$", place: "move", folder_new: "À lire", name: "Sept" })) fields.set(name, value);
  site.proxy.rules.push({ match: /^FETCH .*SUBJECT/i, action: "late", ms: 2500, times: 1 });
  const from = Date.now(), waiting = await site.client.post("/filters/edit", fields);
  assert.equal(waiting.status, 202, text(waiting.text));
  assert.ok(Date.now() - from < 2000, "the thread was held for a second");
  assert.match(text(waiting.text), /Trying the rule/);
  assert.deepEqual(await faults(waiting.text), []);
  assert.equal((await site.client.get("/mail")).status, 200);
  const again = formTo(waiting.text, "/filters/edit#preview").fields;
  const back = new URLSearchParams(again);
  back.append("act", "edit");
  const form = await site.client.post("/filters/edit", back);
  assert.equal(form.status, 200);
  const typed = formTo(form.text, "/filters/edit").fields;
  assert.deepEqual(["value", "folder_new", "name"].map((one) => typed.get(one)), ["INBOX [0-9]*7$", "À lire", "Sept"]);
  const result = await eventually(async () => {
    const got = await site.client.post("/filters/edit", again);
    return got.status !== 202 && got;
  }, 20000);
  assert.match(text(result.text), /last 600 messages in the inbox this rule matches 60\./);
  // a line that breaks is tried once more; a server that is gone is told, beside what was typed
  site.proxy.rules.push({ match: /^FETCH .*SUBJECT/i, action: "cut", times: 4 });
  const failed = await site.client.post("/filters/edit", again);
  assert.equal(failed.status, 502);
  assert.equal(formTo(failed.text, "/filters/edit").fields.get("name"), "Sept");
  await site.program.stop();
});

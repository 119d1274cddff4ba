// Work on messages of several folders at once, as one job: all that a search has found, many ticks, a
// tag that goes; and what servers and people do to it meanwhile.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { eventually } from "../lib/env.mjs";
import { faults, formTo, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap } from "../lib/imap.mjs";
import { Site, closeSites } from "../lib/job-site.mjs";
import { astray, census, fill } from "../lib/many.mjs";

const COUNTS = { Alpha: 300, Beta: 250, Gamma: 5 }, ALL = 555;
let account, imap, web;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  web = await signedIn(account);
});
after(async () => {
  imap?.close();
  web?.close();
  await closeSites();
});

const exists = async (mailbox) => (await imap.select(mailbox, "EXAMINE")).exists;
async function counts(...boxes) {
  const found = {};
  for (const box of boxes) found[box] = await exists(box);
  return found;
}
const rest = () => eventually(async () => JSON.parse((await web.get("/poll?jobs=1")).text).jobs.length === 0, 60000);
const newestJob = async () => /href="(\/job\?id=\d+)"/.exec((await web.get("/jobs")).text.split('<ul class="jobs">')[1])[1];
const url = (q, more = "") => "/search?" + new URLSearchParams({ q, in: "all" }) + more;

// What the last action said has a form of its own.
const plain = (page) => ({ ...page, text: page.text.replace(/<div class="toast[^]*?<\/div>/, "") });

async function settled(path, one = web) {
  return plain(await eventually(async () => {
    const page = await one.get(path);
    return page.status === 200 && !/data-running/.test(page.text) && page;
  }, 20000));
}

// Folders of a test's own, with messages "NAMEAlpha 1"… that a search for its name finds; and one to
// move to. Their names.
async function fresh(name, wanted = COUNTS) {
  const boxes = Object.keys(wanted).map((box) => name + box);
  for (const [box, count] of Object.entries(wanted)) {
    await imap.fresh(name + box);
    await fill(account, name + box, count, name + box);
  }
  await imap.fresh(`${name}Dest`);
  return [...boxes, `${name}Dest`];
}

// Presses a button of the result with everything chosen.
async function actOnAll(q, act, fields = {}) {
  await web.get(url(q, "&again=1"));
  await settled(url(q));
  return web.submit(await settled(url(q, "&all=1")), "/act", { act, uid: null, ...fields });
}

test("all that a search has found is chosen, moved by one job, and put back where each was", async () => {
  const [alpha, beta, gamma, dest] = await fresh("eins");
  await fill(account, gamma, 10, "other");
  const offered = await settled(url("objet:eins"));
  assert.match(offered.text, /<a [^>]*href="[^"]*&amp;all=1"[^>]*>[^]{0,200}?Select all 555 messages of this search/);
  const chosen = await settled(url("objet:eins", "&all=1"));
  assert.match(chosen.text, /All 555 messages of this search are selected/);
  assert.deepEqual(new URLSearchParams(formTo(chosen.text, "/act").fields).getAll("uid"), [], "single boxes do not count");
  assert.deepEqual(await faults(chosen.text), []);
  assert.match((await web.get(url("objet:eins", "&all=1&page=2"))).text, /All 555 messages/);
  // what comes now is not meant
  await fill(account, alpha, 3, "einsLate");
  assert.equal((await web.submit(chosen, "/act", { act: "move", to: dest, uid: null })).status, 303);
  await rest();
  assert.deepEqual(await counts(alpha, beta, gamma, dest), { [alpha]: 3, [beta]: 0, [gamma]: 10, [dest]: ALL });
  const job = await web.get(await newestJob());
  assert.match(job.text, /<h1>Moving messages from several folders to “einsDest”/);
  assert.match(job.text, /555 messages moved to “einsDest”/);
  const left = await settled(url("objet:eins"));
  assert.doesNotMatch(left.text, /class="row/, "what has gone elsewhere is no longer in the result");
  assert.match(left.text, /What was found has been taken elsewhere/);
  await web.submit(plain(job), "/job", { act: "undo" });
  await rest();
  assert.deepEqual(await counts(alpha, beta, gamma, dest), { [alpha]: 303, [beta]: 250, [gamma]: 15, [dest]: 0 });
  assert.match((await web.get(await newestJob())).text, /<h1>Undo: messages back to their folders<[^]*555 messages moved back to their folders/);
  const found = await census(account);
  for (const [box, count] of Object.entries(COUNTS)) {
    assert.deepEqual(astray(found, count, `eins${box}`), []);
    assert.deepEqual(found.get(`eins${box}.1@many.example`), [`eins${box}`]);
  }
});

test("marks and tags of a whole result, and taken back only where they were set", async () => {
  const [alpha, beta, gamma, dest] = await fresh("zwei");
  await imap.select(alpha);
  await imap.command("STORE 1:10 +FLAGS (\\Flagged)");
  await actOnAll("objet:zwei", "flag");
  await rest();
  const job = await web.get(await newestJob());
  assert.match(job.text, /Starring messages of several folders/);
  assert.match(job.text, /555 messages starred/);
  const flagged = async (criteria = "FLAGGED") => {
    let n = 0;
    for (const box of [alpha, beta, gamma]) {
      await imap.select(box, "EXAMINE");
      n += (await imap.search(criteria)).length;
    }
    return n;
  };
  assert.equal(await flagged(), ALL);
  await web.submit(plain(job), "/job", { act: "undo" });
  await rest();
  assert.equal(await flagged(), 10);
  await actOnAll("objet:zwei", "tag", { tag: "$label2" });
  await rest();
  assert.equal(await flagged("KEYWORD $label2"), ALL);
});

test("a folder that has gone or was made anew is left out, the others are done, and that is said", async () => {
  const [alpha, beta, gamma, dest] = await fresh("drei");
  await settled(url("objet:drei"));
  const chosen = await settled(url("objet:drei", "&all=1"));
  await imap.fresh(gamma);
  await fill(account, gamma, 5, "fresh");
  await imap.command(`DELETE ${beta}`);
  await web.submit(chosen, "/act", { act: "move", to: dest, uid: null });
  await rest();
  assert.deepEqual(await counts(alpha, gamma, dest), { [alpha]: 0, [gamma]: 5, [dest]: 300 });
  assert.match(text((await web.get(await newestJob())).text), /300 messages moved to “dreiDest”\. It could not be done to 255 messages:/);
});

test("deleting goes to Trash; what is there already is asked for, gone for good, and Undo brings back the rest", async () => {
  const [alpha, beta, dest] = await fresh("vier", { Alpha: 30, Beta: 30 });
  await imap.select(beta);
  await imap.command('UID MOVE 1:20 "Trash"');
  await settled(url("objet:vier"));
  const asked = await web.submit(await settled(url("objet:vier", "&all=1")), "/act", { act: "delete", uid: null });
  assert.equal(asked.status, 200);
  assert.match(asked.text, /20 messages will be deleted for good/);
  assert.deepEqual(await counts(alpha, beta, "Trash"), { [alpha]: 30, [beta]: 10, Trash: 20 });
  await web.submit(asked, "/act", { act: "delete" });
  await rest();
  assert.deepEqual(await counts(alpha, beta, "Trash"), { [alpha]: 0, [beta]: 0, Trash: 40 });
  await web.submit(plain(await web.get(await newestJob())), "/job", { act: "undo" });
  await rest();
  assert.deepEqual(await counts(alpha, beta, "Trash"), { [alpha]: 30, [beta]: 10, Trash: 0 });
});

test("more ticks than a request should do become a job, too", async () => {
  const [alpha, beta, gamma, dest] = await fresh("fuenf");
  const v = async (box) => /UIDVALIDITY (\d+)/.exec((await imap.command(`STATUS ${box} (UIDVALIDITY)`)).untagged.join())[1];
  const ticked = `${await v(alpha)}.1:300.${Buffer.from(alpha).toString("base64url")};${await v(beta)}.1:210.${Buffer.from(beta).toString("base64url")}`;
  const page = await settled(url("objet:fuenf"));
  await web.submit(page, "/act", { act: "move", to: dest, uid: null, ticked });
  await rest();
  assert.deepEqual(await counts(alpha, beta, dest), { [alpha]: 0, [beta]: 40, [dest]: 510 });
  assert.match((await web.get(await newestJob())).text, /510 messages moved to “fuenfDest”/);
});

test("a mark of another session, or of a search that is no longer kept, does nothing", async () => {
  const [alpha] = await fresh("sechs", { Alpha: 60 });
  await settled(url("objet:sechs"));
  const chosen = await settled(url("objet:sechs", "&all=1"));
  const mark = new URLSearchParams(formTo(chosen.text, "/act").fields).get("mark");
  const other = await signedIn(account);
  const csrf = new URLSearchParams(formTo((await other.get(url("objet:sechs"))).text, "/act")?.fields).get("csrf");
  const fields = { across: "1", all: "1", act: "purge", confirmed: "1", back: url("objet:sechs") };
  await other.post("/act", { ...fields, csrf, mark });
  assert.equal(await exists(alpha), 60);
  const mine = new URLSearchParams(formTo(chosen.text, "/act").fields).get("csrf");
  for (const wrong of ["", "1.2.3.4.5", mark.replace(/\d$/, (d) => (Number(d) + 1) % 10).replace(/^\d/, (d) => (Number(d) + 1) % 10 || 1), "x"]) {
    const answer = await web.post("/act", { ...fields, csrf: mine, mark: wrong });
    assert.ok([303, 400].includes(answer.status));
  }
  assert.equal(await exists(alpha), 60);
  await web.get(url("objet:sechs", "&again=1"));
  const answer = await web.submit(chosen, "/act", { act: "flag", uid: null });
  assert.match((await web.follow(answer)).text, /this search is no longer kept/);
  other.close();
});

test("a tag goes off thousands of messages in several folders as a job", async () => {
  const [alpha, beta] = await fresh("sieben", { Alpha: 700, Beta: 700 });
  const tags = await web.get("/tags");
  await web.submit(tags, "/tags", { act: "create", name: "Passager", colour: "blue" });
  for (const box of [alpha, beta]) {
    await imap.select(box);
    await imap.command("STORE 1:* +FLAGS (passager)");
  }
  const csrf = new URLSearchParams(formTo(tags.text, "/tags").fields).get("csrf");
  assert.equal((await web.post("/tags", { csrf, act: "delete", keyword: "passager", everywhere: "1" })).status, 303);
  await rest();
  for (const box of [alpha, beta]) {
    await imap.select(box, "EXAMINE");
    assert.deepEqual(await imap.search("KEYWORD passager"), []);
  }
  assert.match((await web.get(await newestJob())).text, /Removing the tag “passager” in all folders[^]*removed from 1,400 messages/);
  assert.doesNotMatch((await web.get("/tags")).text, /Passager/);
});

test("what Undo has put above newer messages is said, with the way to the order by date; else nothing is", async () => {
  const [alpha, dest] = await fresh("acht", { Alpha: 800 });
  const move = async (ticked) => {
    const page = plain(await eventually(async () => {
      const got = await web.get("/mail?folder=achtAlpha");
      return got.status === 200 && got;
    }, 20000));
    await web.submit(page, "/act", { act: "move", to: dest, uid: null, ticked });
    await rest();
    await web.submit(plain(await web.get(await newestJob())), "/job", { act: "undo" });
    await rest();
    assert.equal(await exists(alpha), 800);
    return (await web.get(await newestJob())).text;
  };
  assert.doesNotMatch(await move("200:800"), /above newer ones/, "the newest ones are where they were");
  const told = await move("1:600"); // the oldest 199 and some
  assert.match(told, /In the order of arrival they now stand above newer ones/);
  const way = /href="([^"]*)">Sort by date/.exec(told)[1].replaceAll("&amp;", "&");
  const sorted = await eventually(async () => {
    const got = await web.get(way);
    return got.status === 200 && got;
  }, 20000);
  assert.match(way, /folder=achtAlpha/);
  assert.match(way, /sort=date/);
  assert.match(sorted.text, /class="row/);
});

// ---- while things break ----

async function ready(site, q) {
  await settled(url(q), site.client);
}

test("while a search goes on, what it has found so far is meant, and nothing else", async () => {
  const site = await Site.open({}, 0);
  await fill(site.account, "Source", 70, "q");
  await fill(site.account, "Other", 40, "q2");
  await fill(site.account, "Other", 3000, "q3", 90 * 86400); // beyond the first stretch of time
  site.proxy.rules = [{ match: /UID SEARCH.*BEFORE.*TEXT/i, action: "late", ms: 20000 }];
  const path = url("texte:q");
  const page = await eventually(async () => {
    const got = await site.client.get(path);
    return /href="[^"]*&amp;all=1"/.test(got.text) && got;
  }, 20000);
  assert.match(page.text, /data-running/);
  assert.match(page.text, /Select all messages found so far/);
  const chosen = await site.client.get(`${path}&all=1`);
  assert.doesNotMatch(chosen.text, /data-running/, "it rests");
  assert.match(chosen.text, /The 110 messages found so far are selected. What the search finds later is not/);
  await site.client.post("/act", new URLSearchParams([...formTo(plain(chosen).text, "/act").fields, ["act", "move"], ["to", "Target"]].filter(([name], i, all) => all.findLastIndex(([one]) => one === name) === i)));
  site.proxy.rules = [];
  site.proxy.cutAll();
  await site.rest();
  const { counts: now } = await site.places();
  assert.deepEqual(now, { Target: 110, Other: 3000 });
  await site.stop();
});

describe("one job on several folders when", { concurrency: 3 }, () => {
  async function across(options = {}) {
    const site = await Site.open(options, 600);
    await fill(site.account, "Other", 600, "n");
    await ready(site, "objet:m OU objet:n");
    return site;
  }
  const q = "objet:m OU objet:n", path = url(q, "&all=1");
  async function whole(site) {
    const { found, counts: now } = await site.places();
    assert.deepEqual(astray(found, 600), []);
    assert.deepEqual(astray(found, 600, "n"), []);
    return now;
  }

  test("the program is killed in the midst of the second folder", async () => {
    const site = await across();
    let moves = 0, heard = false;
    site.proxy.rules = [{ match: { test: (command) => /^UID MOVE/i.test(command) && ++moves === 2 && (heard = true) }, action: "stall" }];
    await site.press(path, "/act", { act: "move", to: "Target" });
    await eventually(() => heard, 20000);
    await site.kill();
    site.proxy.cutAll();
    site.proxy.rules = [];
    await site.start();
    assert.equal((await site.client.get("/mail")).status, 200);
    await site.rest();
    assert.deepEqual(await whole(site), { Target: 1200 });
    await site.undo();
    assert.deepEqual(await whole(site), { Source: 600, Other: 600 });
    await site.stop();
  });

  test("answers are lost", async () => {
    const site = await across({ hide: ["MOVE"] });
    site.proxy.rules = [{ match: /^UID COPY/i, action: "cut-after", times: 1 }, { match: /^UID EXPUNGE/i, action: "cut-after", times: 1 }];
    await site.press(path, "/act", { act: "move", to: "Target" });
    await site.rest();
    assert.ok(site.proxy.rules.every(({ times }) => times === 0));
    assert.deepEqual(await whole(site), { Target: 1200 });
    await site.undo();
    assert.deepEqual(await whole(site), { Source: 600, Other: 600 });
    await site.stop();
  });

  test("it is stopped and taken back", async () => {
    const site = await across();
    let held = 0;
    site.proxy.rules = [{ match: { test: (command) => /^UID MOVE/i.test(command) && ++held === 1 }, action: "late", ms: 1500 }];
    await site.press(path, "/act", { act: "move", to: "Target" });
    await eventually(() => held > 0, 20000);
    await site.press(await site.newest(), "/job", { act: "cancel" });
    await site.rest();
    assert.equal((await whole(site)).Target, 600, "the folder in hand is finished");
    await site.undo();
    assert.deepEqual(await whole(site), { Source: 600, Other: 600 });
    await site.stop();
  });
});

// Against the RFC, as some do at the limit of a quota.
describe("a server that does a part and then says no", { concurrency: 3 }, () => {
  const part = (command) => command.replace(/^(UID \w+) \d\S*/i, "$1 1:400");
  for (const [name, act, options, command] of [["COPY", "copy", {}, /^UID COPY/i], ["MOVE", "move", {}, /^UID MOVE/i], ["COPY, for a move", "move", { hide: ["MOVE"] }, /^UID COPY/i]])
    test(name, async () => {
      const site = await Site.open(options);
      site.proxy.rules = [{ match: command, action: "partly", part, times: 1 }];
      await site.act(act);
      await site.rest();
      const job = await site.newest(), page = await site.client.get(job);
      assert.match(page.text, /Stopped by an error at 400 of 1,120/);
      assert.match(page.text, /BOX-30/);
      assert.match(page.text, /<a class="button" href="\/space">Make room/);
      assert.match((await site.client.get("/jobs")).text, /<a href="\/space">Make room/);
      // somebody has read and filed some of them before it goes on
      const imap = await Imap.open(site.account);
      await imap.select("Target");
      if (act === "copy") await imap.command('UID MOVE 1:100 "Other"');
      imap.close();
      await site.press(job, "/job", { act: "continue" });
      await site.rest();
      const { found, counts: now } = await site.places();
      const copies = act === "copy" ? { Source: 1120, Target: 1020, Other: 100 } : { Target: 1120 };
      assert.deepEqual(now, copies, "nothing is there twice");
      for (let n = 1; n <= 1120; n++) assert.equal((found.get(`m.${n}@many.example`) || []).length, act === "copy" ? 2 : 1, `m.${n}`);
      assert.match((await site.client.get(job)).text, act === "copy" ? /1,120 messages copied/ : /1,120 messages moved/);
      await site.undo();
      assert.deepEqual((await site.places()).counts, act === "copy" ? { Source: 1120, Other: 100, Trash: 1020 } : { Source: 1120 });
      await site.stop();
    });
});

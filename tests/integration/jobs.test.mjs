// Work on whole folders and searches: as a job, with progress, cancel and Undo; nothing lost and
// nothing twice, whatever breaks and whoever else works in the same mailbox.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { eventually } from "../lib/env.mjs";
import { formTo } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap } from "../lib/imap.mjs";
import { astray, census, fill } from "../lib/many.mjs";

let account, imap, web;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  web = await signedIn(account);
});

after(() => {
  imap?.close();
  web?.close();
});

const listUrl = (folder, more = "") => `/mail?folder=${encodeURIComponent(folder)}${more}`;

// The list without what the last action said, which has a form of its own.
async function list(folder, more = "") {
  const page = await web.get(listUrl(folder, more));
  return { ...page, text: page.text.replace(/<div class="toast[^]*?<\/div>/, "") };
}

// Presses a button of the list with everything chosen; the answer to the POST.
async function actOnAll(folder, act, fields = {}, more = "") {
  const page = await list(folder, `${more}&all=1`);
  return web.submit(page, "/act", { act, uid: null, ...fields });
}

const exists = async (mailbox) => (await imap.select(mailbox, "EXAMINE")).exists;

// What a search finds now: a server tells a client nothing new in the midst of a search.
async function found(criteria) {
  await imap.command("NOOP");
  return imap.search(criteria);
}

// Until none of this user's jobs runs any more.
const rest = () => eventually(async () => JSON.parse((await web.get("/poll?jobs=1")).text).jobs.length === 0, 60000);

const newestJob = async () => /href="(\/job\?id=\d+)"/.exec((await web.get("/jobs")).text.split('<ul class="jobs">')[1])[1];

test("the list offers to choose all, says how many, and takes it back", async () => {
  await imap.fresh("Choix");
  await fill(account, "Choix", 60, "c");
  const page = await list("Choix");
  assert.match(page.text, /Select all 60 messages in this folder/);
  const chosen = await list("Choix", "&all=1");
  assert.match(chosen.text, /All 60 messages in this folder are selected/);
  const form = new URLSearchParams(formTo(chosen.text, "/act").fields);
  assert.equal(form.get("all"), "1");
  assert.equal(form.get("total"), "60");
  assert.deepEqual(form.getAll("uid"), [], "single boxes do not count");
  const searched = await list("Choix", "&only=unread");
  assert.doesNotMatch(searched.text, /Select all \d/, "40 are all on one page");
});

test("all of a folder moves, also what is on other pages, and comes back", async () => {
  await imap.fresh("Vers");
  await imap.fresh("Source");
  await fill(account, "Source", 1200, "m");
  const answer = await actOnAll("Source", "move", { to: "Vers" });
  assert.equal(answer.status, 303);
  await rest();
  assert.equal(await exists("Source"), 0);
  assert.equal(await exists("Vers"), 1200);
  const job = await web.get(await newestJob());
  assert.match(job.text, /1,200 messages moved to “Vers”/);
  const undoing = (await web.submit(job, "/job", { act: "undo" })).headers.location;
  assert.notEqual(undoing, new URL(job.url, "http://x").pathname + new URL(job.url, "http://x").search, "it goes to the job that undoes");
  assert.match((await web.get(undoing)).text, /<h1>Undo: /);
  await rest();
  assert.equal(await exists("Source"), 1200);
  assert.equal(await exists("Vers"), 0);
  assert.deepEqual(astray(await census(account), 1200), []);
  const again = await web.get(new URL(job.url, "http://x").pathname + new URL(job.url, "http://x").search);
  assert.match(again.text, /Undoing it was asked for/);
  assert.doesNotMatch(again.text, /value="undo"/);
});

test("what came after the list was shown is not meant", async () => {
  await imap.fresh("Tard");
  await fill(account, "Tard", 60, "t");
  const page = await list("Tard", "&all=1");
  await fill(account, "Tard", 3, "late");
  await web.submit(page, "/act", { act: "move", to: "Vers", uid: null });
  await rest();
  assert.equal(await exists("Tard"), 3);
  assert.equal(await exists("Vers"), 60);
});

test("all of a search, and of the unread ones, and nothing else", async () => {
  await imap.fresh("Cherche");
  await imap.fresh("Trouvé".replace("é", "e"));
  await fill(account, "Cherche", 300, "s");
  const answer = await actOnAll("Cherche", "copy", { to: "Trouve" }, "&q=objet%3A%22s%201%22");
  assert.equal(answer.status, 303);
  await rest();
  const hits = 1 + 10 + 100; // "s 1", "s 10"…, "s 100"…
  assert.equal(await exists("Trouve"), hits);
  assert.equal(await exists("Cherche"), 300);
  await actOnAll("Cherche", "read", {}, "&only=unread");
  await rest();
  await imap.select("Cherche", "EXAMINE");
  assert.equal((await found("UNSEEN")).length, 0);
  const job = await web.get(await newestJob());
  assert.match(job.text, /200 messages marked as read/);
  await web.submit(job, "/job", { act: "undo" });
  await rest();
  assert.equal((await found("UNSEEN")).length, 200, "those that were read before stay so");
});

test("an undone copy goes to Trash, not for good", async () => {
  const jobs = await web.get("/jobs");
  const copy = /href="(\/job\?id=\d+)">Copying messages/.exec(jobs.text)[1];
  await web.submit(await web.get(copy), "/job", { act: "undo" });
  await rest();
  assert.equal(await exists("Trouve"), 0);
  assert.equal(await exists("Trash"), 111);
  assert.equal(await exists("Cherche"), 300);
});

test("marks of a folder are set only where they are not, and taken back only there", async () => {
  await imap.fresh("Marques");
  await fill(account, "Marques", 700, "f");
  await imap.select("Marques");
  await imap.command("STORE 1:10 +FLAGS (\\Flagged)");
  await actOnAll("Marques", "flag");
  await rest();
  assert.equal((await found("FLAGGED")).length, 700);
  await web.submit(await web.get(await newestJob()), "/job", { act: "undo" });
  await rest();
  assert.deepEqual(await found("FLAGGED"), await imap.search("1:10"));
});

test("deleting for good asks first, with the number, and cannot be undone", async () => {
  await imap.fresh("Fini");
  await fill(account, "Fini", 60, "p");
  const page = await list("Fini", "&all=1");
  const asked = await web.submit(page, "/act", { act: "purge", uid: null });
  assert.equal(asked.status, 200);
  assert.match(asked.text, /60 messages will be deleted for good/);
  assert.equal(await exists("Fini"), 60);
  await web.submit(asked, "/act", { act: "purge" });
  await rest();
  assert.equal(await exists("Fini"), 0);
  assert.doesNotMatch((await web.get(await newestJob())).text, /value="undo"/);
});

test("more ticks than a request should do become a job, with the same Undo on the next page", async () => {
  await imap.fresh("Cochés".replace("é", "e"));
  await fill(account, "Coches", 800, "k");
  await imap.select("Coches", "EXAMINE");
  const page = await list("Coches");
  const answer = await web.submit(page, "/act", { act: "move", to: "Vers", uid: null, ticked: "1:700" });
  await rest();
  assert.equal(await exists("Coches"), 100);
  const next = await web.follow(answer);
  const told = /undo/.test(next.text) ? next : await web.get("/mail");
  assert.match(told.text, /700 messages moved to “Vers”/);
  await web.submit(told, "/act", { act: "undo" });
  await rest();
  assert.equal(await exists("Coches"), 800);
});

test("nobody reaches the jobs of others, and no id that is none", async () => {
  const other = await signedIn();
  const url = await newestJob();
  assert.equal((await other.get(url)).status, 404);
  const csrf = new URLSearchParams(formTo((await other.get("/mail")).text, "/act").fields).get("csrf");
  const id = new URL(url, "http://x").searchParams.get("id");
  for (const act of ["cancel", "continue", "undo"]) {
    const answer = await other.post("/job", { csrf, id, act });
    assert.ok([303, 404].includes(answer.status));
  }
  for (const wrong of ["", "-1", "x", "99999999999999999999", "1'"]) assert.equal((await web.get(`/job?id=${encodeURIComponent(wrong)}`)).status, 404);
  assert.doesNotMatch((await web.get(url)).text, /Undoing it was asked for/);
  other.close();
});

test("a folder that is another one by now is left alone, and that is told in plain words", async () => {
  await imap.fresh("Reste");
  await imap.fresh("Absent");
  await fill(account, "Reste", 60, "r");
  const page = await list("Reste", "&all=1"), v = new URLSearchParams(formTo(page.text, "/act").fields).get("v");
  await imap.command('DELETE "Absent"');
  assert.equal((await web.submit(page, "/act", { act: "move", to: "Absent", uid: null })).status, 400, "a target that is not in the list");
  assert.equal((await web.submit(page, "/act", { act: "move", to: "Vers", uid: null, v: String(Number(v) + 1) })).status, 303);
  await rest();
  assert.match((await web.get(await newestJob())).text, /BOX-31/);
  assert.equal(await exists("Reste"), 60);
});

// The founding case is a server that keeps each folder in one file: the ways through the program on
// a Dovecot with mbox, from the file that comes in to the file that goes out.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Dovecot } from "../lib/dovecot.mjs";
import { eventually } from "../lib/env.mjs";
import { text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { entry } from "../lib/mbox.mjs";
import { Program } from "../lib/program.mjs";
import { mail, press, rows, subjects } from "../lib/rows.mjs";
import { serve } from "../lib/site.mjs";

const account = { user: "mbox@demo.example", password: "in one file" };
const MANY = 400, TALKS = 40, BOX = "Projets"; // each conversation has 10 letters
let dovecot, program, web, imap;

const id = (n) => `<b.${n}@many.example>`;
const talk = (n) => n % TALKS;
// Letter n answers the one before it in its conversation.
const one = (n) => letter({ subject: `${n < TALKS ? "" : "Re: "}Affaire ${talk(n)}`, id: id(n).slice(1, -1), from: `Zoe <zoe${n}@outside.example>`,
  headers: n < TALKS ? [] : [`References: ${id(n - TALKS)}`, `In-Reply-To: ${id(n - TALKS)}`], body: `Voici le n° ${n}.\r\n${n === 123 ? "Un hippocampe.\r\n" : ""}` });
const sent = (n) => ({ message: Buffer.from(one(n)).toString("latin1"), sender: `zoe${n}@outside.example`, date: 1.7e9 + n, flags: n % 3 ? "" : "R" });
const FILE = Array.from({ length: MANY }, (_, n) => entry(sent(n))).join("");

before(async () => {
  dovecot = await Dovecot.start([account], { format: "mbox" });
  program = await Program.start({ imap: { port: dovecot.port, security: "tls" } });
  web = await signedIn(account, { origin: await serve(program) });
  imap = await Imap.open(account, dovecot.port);
});
after(async () => {
  web?.close();
  imap?.close();
  await program?.stop();
  await dovecot?.stop();
});

const rest = () => eventually(async () => JSON.parse((await web.get("/poll?jobs=1")).text).jobs.length === 0, 20000);
const newestJob = async () => /href="(\/job\?id=\d+)"/.exec((await web.get("/jobs")).text.split('<ul class="jobs">')[1])[1];
async function ids(mailbox) {
  const { exists } = await imap.select(mailbox, "EXAMINE");
  if (!exists) return [];
  const { untagged } = await imap.command("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
  return untagged.map((line) => /Message-ID: (<[^>]*>)/i.exec(line)?.[1]).filter(Boolean);
}
const ALL = Array.from({ length: MANY }, (_, n) => id(n)).sort();

test("an mbox comes in, one file becomes another", async () => {
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec((await web.get("/transfer")).text);
  const answer = await web.postMultipart("/import", [["csrf", csrf], ["folder", "INBOX"], ["skip", "1"], ["name", BOX],
    ["file", { filename: "projets.mbox", bytes: Buffer.from(FILE, "latin1") }]]);
  assert.match(text((await web.follow(answer)).text), /400 messages imported \(read in the file: 400\)/);
  assert.ok(existsSync(join(dovecot.home(account), "mail", BOX, "mBoX-MeSsAgEs")), "it is kept in one file");
  assert.deepEqual((await ids(BOX)).sort(), ALL);
});

test("the list, its pages and orders", async () => {
  const page = await web.get(mail(BOX));
  assert.equal(page.status, 200);
  const list = rows(page.text);
  assert.equal(list.length, 50);
  assert.equal(list[0].subject, `Re: Affaire ${talk(MANY - 1)}`);
  assert.equal(list.filter((row) => row.classes.includes("new")).length, Array.from({ length: 50 }, (_, i) => MANY - 1 - i).filter((n) => n % 3).length);
  assert.equal(rows((await web.get(mail(BOX, { page: 8 }))).text).at(-1).subject, "Affaire 0");
  const sorted = subjects((await web.get(mail(BOX, { sort: "subject", order: "asc" }))).text).slice(0, 11);
  assert.deepEqual(new Set(sorted.slice(0, 10)), new Set(["Affaire 0", "Re: Affaire 0"]));
  assert.ok(list[1].classes.includes("new"));
  const opened = await web.get(list[1].url.replace("/mail", "/message"));
  assert.match(opened.text, new RegExp(`zoe${MANY - 2}@`));
  assert.equal(rows((await web.get(mail(BOX))).text)[1].classes.includes("new"), false, "it is read now");
  await imap.select(BOX);
  await imap.command(`STORE ${MANY - 1} -FLAGS (\\Seen)`);
  await imap.attempt("UNSELECT");
});

test("conversations", async () => {
  const list = rows((await web.get(mail(BOX, { threads: 1 }))).text);
  assert.equal(list.length, TALKS);
  assert.deepEqual(new Set(list.map((row) => Number(row.count))), new Set([MANY / TALKS]));
});

test("all of a folder moves and comes back", async () => {
  await imap.command('CREATE "Vers"');
  await imap.attempt("UNSELECT");
  const page = await web.get(mail(BOX, { all: 1 }));
  assert.match(page.text, /All 400 messages in this folder are selected/);
  assert.equal((await press(web, page, "move", [], { to: "Vers" })).status, 303);
  await rest();
  assert.deepEqual([await ids(BOX), (await ids("Vers")).sort()], [[], ALL]);
  await imap.attempt("UNSELECT");
  const job = await web.get(await newestJob());
  assert.match(job.text, /400 messages moved to “Vers”/);
  await web.submit(job, "/job", { act: "undo" });
  await rest();
  assert.deepEqual([(await ids(BOX)).sort(), await ids("Vers")], [ALL, []]);
  await imap.attempt("UNSELECT");
});

test("a search everywhere, in texts too", async () => {
  await imap.append("INBOX", letter({ subject: "Affaire 7", id: "inbox@many.example", body: "Encore un hippocampe.\r\n" }));
  const settled = (q) => eventually(async () => {
    const found = await web.get("/search?" + new URLSearchParams({ q }));
    return !/data-running/.test(found.text) && subjects(found.text);
  });
  assert.deepEqual(await settled("texte:hippocampe"), ["Affaire 7", "Re: Affaire 3"]);
  assert.equal((await settled('objet:"affaire 7"')).length, 11);
});

test("it goes out as it came in, dates and flags too", async () => {
  const out = await web.get(`/export?${new URLSearchParams({ folder: BOX })}`);
  assert.equal(out.status, 200);
  const entries = (file) => file.split(/^(?=From )/m).sort();
  assert.deepEqual(entries(out.body.toString("latin1")), entries(FILE));
  assert.match(readFileSync(join(dovecot.home(account), "mail", BOX, "mBoX-MeSsAgEs"), "latin1"), /^From /);
});

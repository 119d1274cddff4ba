// A whole day's use, and then: is anything of it left where a thief of files would look?
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { compose, write } from "../lib/compose.mjs";
import { RUN_DIR, eventually, sleep } from "../lib/env.mjs";
import { smtpProxy } from "../lib/fault-proxy.mjs";
import { formTo, text } from "../lib/html.mjs";
import { Client } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { entry } from "../lib/mbox.mjs";
import { Program, scratch } from "../lib/program.mjs";
import { secretOf, setUpApp, step, unlock } from "../lib/second.mjs";
import { serve } from "../lib/site.mjs";
import { files, found, inFiles, openFiles } from "../lib/traces.mjs";
import { importFiles } from "../lib/transfer.mjs";

// Each is somewhere in the day, and nowhere else in the world.
const DAY = {
  password: "Kw3+password/of&the=day%7", "another's password": "Jn8+careful/with&a=code%2", "a mistyped password": "Kw3+pasword/typo=9182", letter: "Ornithological-Syllabus-4471", subject: "Hieroglyph-Lantern-2209",
  draft: "Marmalade-Quarterly-5518", attachment: "Parchment-Ledger-8834", "an attachment's name": "Secret-Dossier-6402", "a search": "Gooseberry-Treaty-7713", "a kept search's name": "Weathervane-List-3390",
  recipient: "clandestine.recipient@outside.example", "a correspondent": "discreet.sender@outside.example", "a rule": "Chrysanthemum-Clause-1507", "an imported letter": "Velocipede-Chapter-9046", "a refused letter": "Astrolabe-Refusal-2856",
  "what was cut off": "Semaphore-Sentence-6127",
};
const PICTURE = '<p>Ornithological-Syllabus-4471</p><img src="http://pictures.example/a.png">';

let program, origin, account, careful, dir, web, smtp, settings;
const clients = [], logs = [];
const client = () => (clients.push(new Client({ origin })), clients.at(-1));
const started = Date.now();

async function signIn(changes = {}) {
  const one = client();
  assert.equal((await one.login({ ...account, password: DAY["a mistyped password"] })).status, 403);
  assert.equal((await one.login(account, changes)).status, 303);
  return one;
}
const start = async () => (program = await Program.start(settings));

before(async () => {
  [account, careful] = await Promise.all([newAccount({}, DAY.password), newAccount({}, DAY["another's password"])]);
  dir = scratch();
  web = scratch();
  smtp = await smtpProxy();
  for (const name of ["spool", "passes"]) mkdirSync(join(dir, name), { mode: 0o700 });
  settings = { listen: join(dir, "socket"), spool: join(dir, "spool"), passes: { pepper_file: join(dir, "passes", "pepper"), generation_file: join(dir, "passes", "generation") }, store: { path: join(dir, "store.sqlite"), key_file: join(dir, "server.key") }, log: { level: "debug" },
    smtp: { port: smtp.port, security: "tls" }, session: { public_idle: 2 } };
  await start();
  origin = await serve(program, web);
  const imap = await Imap.open(account);
  for (let i = 0; i < 40; i++) await imap.append("INBOX", letter({ subject: `${DAY.subject} ${i % 2 ? DAY["a search"] : i}`, from: `Discreet <${DAY["a correspondent"]}>`, body: `${DAY.letter}\r\n` }));
  await imap.append("INBOX", letter({ subject: "with a picture", from: `Discreet <${DAY["a correspondent"]}>`, headers: ["Content-Type: text/html"], body: PICTURE }));
  imap.close();
});
after(async () => {
  clients.forEach((one) => one.close());
  await smtp.close();
});

const at = (page, pattern) => pattern.exec(page.text)[1].replaceAll("&amp;", "&");
const rest = (one) => eventually(async () => JSON.parse((await one.get("/poll?jobs=1")).text).jobs.length === 0, 30000);

async function read(one) {
  const list = await one.get("/mail");
  assert.match(list.text, new RegExp(DAY.subject));
  const page = await one.get(at(list, /href="(\/mail\?[^"]*uid=\d+)"/));
  assert.match((await one.get(at(page, /src="(\/body\?[^"]+)"/))).text, new RegExp(DAY.letter));
  const remote = formTo(page.text, "/remote");
  const fields = new URLSearchParams(remote.fields);
  fields.set("act", "always");
  assert.equal((await one.post("/remote", fields)).status, 303, "pictures of this sender, always");
}

async function search(one) {
  const done = await eventually(async () => {
    const page = await one.get(`/search?q=${DAY["a search"]}&in=folder&folder=INBOX`);
    return page.status === 200 && /Weathervane|name="name"/.test(page.text) && page;
  }, 20000);
  assert.equal((await one.post("/search", { ...Object.fromEntries(formTo(done.text.slice(done.text.indexOf('name="name"') - 900), "/search").fields), act: "save", name: DAY["a kept search's name"] })).status, 303);
  // all that it finds, by a job, and back again
  const list = await eventually(async () => {
    const page = await one.get(`/mail?folder=INBOX&q=${DAY["a search"]}&all=1`);
    return page.status === 200 && page;
  }, 20000);
  const fields = new URLSearchParams(formTo(list.text.replace(/<div class="toast[^]*?<\/div>/, ""), "/act").fields);
  fields.set("act", "read");
  assert.equal((await one.post("/act", fields)).status, 303);
  await rest(one);
}

async function writing(one) {
  let form = await one.get(compose());
  const fields = { to: DAY.recipient, subject: DAY.subject, text: DAY.draft };
  form = await write(one, form, "save", fields, [{ filename: `${DAY["an attachment's name"]}.txt`, bytes: DAY.attachment.repeat(20000) }]);
  assert.equal(form.status, 200);
  assert.equal((await write(one, form, "send", fields)).status, 303);
}

async function filtering(one) {
  const form = formTo((await one.get("/filters/edit")).text, "/filters/edit"), fields = new URLSearchParams(form.fields);
  for (const [name, value] of Object.entries({ act: "save", field: "subject", test: "contains", value: DAY["a rule"], place: "none", flag: "1" })) fields.set(name, value);
  assert.equal((await one.post("/filters/edit", fields)).status, 303);
  const apply = new URLSearchParams(formTo((await one.get("/filters/apply?rule=0")).text, "/filters/apply").fields);
  apply.set("folder", "INBOX");
  assert.equal((await one.post("/filters/apply", apply)).status, 303);
  await rest(one);
}

async function transfer(one) {
  const good = entry({ message: letter({ subject: DAY["an imported letter"], body: `${DAY["an imported letter"]}\r\n` }), sender: "a@outside.example", date: 1.6e9 });
  const bad = entry({ message: `Subject: ${DAY["a refused letter"]}\r\n\r\nnul \0 here\r\n`, sender: "a@outside.example", date: 1.6e9 });
  const page = await importFiles(one, [{ filename: "all.mbox", bytes: Buffer.from(good + bad, "latin1") }]);
  assert.match(page.text, new RegExp(DAY["a refused letter"]), "what was refused is told");
  assert.equal((await one.get("/export?folder=INBOX")).status, 200);
}

// On a trusted machine, with the password given once more; then at the kiosk.
async function passes(one) {
  const form = formTo((await one.get("/passes")).text, "/passes"), fields = new URLSearchParams(form.fields);
  for (const [name, value] of Object.entries({ act: "make", kind: "answering", count: 2, password: account.password })) fields.set(name, value);
  const made = await one.post("/passes", fields);
  assert.equal(made.status, 303, text(made.text));
  const [used, kept] = [...(await one.get(made.headers.location)).text.matchAll(/<p class="pass">([^<]+)<\/p>/g)].map(([, pass]) => pass);
  Object.assign(DAY, { "a pass": used, "a pass, written together": used.replace(/[^0-9A-Z]/g, ""), "a pass that was not used": kept });
  const kiosk = client();
  assert.equal((await kiosk.submit(await kiosk.get("/login?pass=1"), "/login", { user: account.user, code: used })).status, 303);
  const list = await kiosk.get("/mail");
  assert.match(list.text, new RegExp(DAY.subject));
  // what is opened and sent is noted for the receipt
  await kiosk.get(at(await kiosk.get(at(list, /href="(\/mail\?[^"]*uid=\d+)"/)), /src="(\/body\?[^"]+)"/));
  assert.equal((await write(kiosk, await kiosk.get(compose()), "send", { to: DAY.recipient, subject: DAY.subject, text: DAY.draft })).status, 303);
  assert.equal((await kiosk.post("/logout", { csrf: formTo((await kiosk.get("/mail")).text, "/logout").fields.get("csrf") })).status, 303);
}

// Of another account, so that nobody else is asked for a code.
async function secondFactor() {
  const one = client();
  assert.equal((await one.login(careful)).status, 303);
  DAY["an app's secret"] = secretOf(await unlock(one, careful.password));
  DAY["an app's secret, written together"] = DAY["an app's secret"].replaceAll(" ", "");
  const { codes } = await setUpApp(one, careful.password);
  DAY["a recovery code"] = codes[0];
  const again = client();
  assert.match((await again.login(careful)).headers.location, /second/);
  assert.equal((await step(again, { recovery: codes[0] })).status, 303);
}

test("of a day nothing is left in any file, journal, log, spool or temporary directory", async () => {
  const one = await signIn();
  await read(one);
  await search(one);
  await writing(one);
  await filtering(one);
  await transfer(one);
  await passes(one);
  await secondFactor();
  // cut off in mid-sentence
  const kiosk = await signIn({ public: "1" });
  const form = await kiosk.get(compose());
  await sleep(2200);
  const cut = await write(kiosk, form, "save", { to: DAY.recipient, subject: "cut", text: DAY["what was cut off"] });
  assert.ok([200, 303, 401].includes(cut.status), String(cut.status));
  // while everything is going on: what is open without a name is only in the spool's own file system
  const watching = inFiles([...files(dir), ...files(web)], DAY);
  assert.deepEqual(watching, [], "while people are signed in");
  // killed in the midst of sending
  smtp.rules = [{ match: { test: (command) => /^DATA/.test(command) && program.child.kill("SIGKILL") }, action: "cut" }];
  const last = await one.get(compose());
  await write(one, last, "send", { to: DAY.recipient, subject: DAY.subject, text: DAY.draft }).catch(() => null);
  await program.ended;
  logs.push(program.log());
  assert.deepEqual(inFiles([...files(dir), ...files(web)], DAY), [], "after it was killed");
  smtp.rules = [];
  await start();
  assert.equal((await one.get("/mail")).status, 200, "an ordinary session outlives it");
  assert.equal((await one.post("/logout", { csrf: formTo((await one.get("/mail")).text, "/logout").fields.get("csrf") })).status, 303);
  assert.deepEqual(openFiles(program.child.pid).flatMap((path) => inFiles([path], DAY)), []);
  await program.stop();
  logs.push(program.log());

  assert.deepEqual(inFiles([...files(dir), ...files(web)], DAY), [], "at the end of the day");
  logs.forEach((log) => assert.deepEqual(found(Buffer.from(log), DAY, "the program's log"), []));
  for (const log of ["vaguemestre.log", "nginx.log", "nginx-access.log"].map((name) => join(RUN_DIR, "log", name))) assert.deepEqual(inFiles([log], DAY), []);
  // whatever else appeared in /tmp since, but for the servers' own mail and queues
  const strays = readdirSync(tmpdir(), { withFileTypes: true }).map((entry) => join(tmpdir(), entry.name)).filter((path) => !RUN_DIR.startsWith(path) && (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= started);
  assert.deepEqual(strays.flatMap((path) => statSync(path).isFile() && statSync(path).size < 1e8 ? inFiles([path], DAY) : []), []);
});

test("the store holds the day all the same, for who has signed in", async () => {
  await start();
  const one = await signIn();
  assert.match(text((await one.get("/mail")).text), new RegExp(DAY["a kept search's name"]));
  assert.ok((await one.get("/jobs")).text.includes("/job?id="));
  await program.stop();
});

test("what it keeps is for its own user alone", () => {
  for (const path of files(dir)) assert.equal(statSync(path).mode & 0o077, 0, path);
  assert.equal(readFileSync(join(dir, "server.key")).length, 32);
});

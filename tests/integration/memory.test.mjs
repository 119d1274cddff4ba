// What is left in the program's memory: of a password while one is signed in, of a password and of
// letters afterwards.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { compose, write } from "../lib/compose.mjs";
import { PROGRAM, eventually } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { formTo, text } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { inMemory } from "../lib/traces.mjs";

const PASSWORD = "Qz7/wiped+after%use=Kx";
const LETTER = "syllabus-of-Ornithology-0417", SUBJECT = "Hieroglyph-and-Lantern-2209", DRAFT = "Quarterly-Marmalade-5518", WRONG = "Mistyped/Secret+9931";

let program, account;
before(async () => {
  // a sanitizer keeps what was freed, wiped, for a while: less of it is quicker looked through
  program = await Program.start({ threads: 2 }, { environment: { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ""}:quarantine_size_mb=16` } });
  account = await newAccount({}, PASSWORD);
  const imap = await Imap.open(account);
  for (let i = 0; i < 3; i++) await imap.append("INBOX", letter({ subject: `${SUBJECT} ${i}`, from: "a@outside.example", body: `${LETTER} and more\r\n` }));
  imap.close();
});
after(() => program.stop());

const skip = process.getuid() !== 0 && "reading another process's memory needs root";
const memory = (texts) => inMemory(program.child.pid, texts);
const told = (hits) => hits.map(({ what, form, where, flags, around }) => `${what} (${form}) at ${where} [${flags.join(" ")}]: ${around}`).join("\n");

// Lists, reads, writes, sends, sets filters: all that sends the password somewhere or shows letters.
async function use(one) {
  const list = await one.get("/mail");
  assert.match(text(list.text), new RegExp(SUBJECT));
  for (const [, href] of list.text.matchAll(/href="(\/mail\?[^"]*uid=\d+)"/g)) {
    const page = await one.get(href.replaceAll("&amp;", "&"));
    const [, body] = /src="(\/body\?[^"]+)"/.exec(page.text);
    assert.match((await one.get(body.replaceAll("&amp;", "&"))).text, new RegExp(LETTER));
  }
  await one.get("/search?q=" + LETTER);
  const form = await write(one, await one.get(compose()), "save", { to: "b@outside.example", subject: "s", text: DRAFT });
  assert.equal((await write(one, form, "send", { to: "b@outside.example", subject: "s", text: DRAFT })).status, 303);
  await one.get("/filters");
}

async function signIn(changes = {}) {
  const one = new SocketClient(program.socket);
  const csrf = formTo((await one.get("/login")).text, "/login").fields.get("csrf");
  assert.equal((await one.post("/login", { ...account, password: WRONG, csrf, ...changes })).status, 403);
  assert.equal((await one.post("/login", { ...account, csrf, ...changes })).status, 303);
  return one;
}
// By a pass that was made in a session which is over.
async function signInByPass(texts) {
  const home = await signIn(), form = formTo((await home.get("/passes")).text, "/passes");
  const made = await home.post("/passes", { ...Object.fromEntries(form.fields), act: "make", kind: "answering", count: 1, password: PASSWORD });
  const [, pass] = /<p class="pass">([^<]+)<\/p>/.exec((await home.get(made.header("location"))).text);
  await signOut(home);
  texts.pass = pass;
  const one = new SocketClient(program.socket), csrf = formTo((await one.get("/login?pass=1")).text, "/login").fields.get("csrf");
  assert.equal((await one.post("/login?pass=1", { user: account.user, code: pass, csrf })).status, 303);
  return one;
}
async function signOut(one) {
  const csrf = formTo((await one.get("/mail")).text, "/logout").fields.get("csrf");
  assert.equal((await one.post("/logout", { csrf })).status, 303);
}

test("no core file of it can be written, nor of anything it starts", () => {
  const limits = readFileSync(`/proc/${program.child.pid}/limits`, "utf8");
  assert.match(limits, /^Max core file size +0 +0 /m);
});

const texts = { PASSWORD, WRONG, LETTER, SUBJECT, DRAFT };
const ways = { "an ordinary session": () => signIn(), "a public session": () => signIn({ public: "1" }), "a session by a pass": () => signInByPass(texts) };
for (const [name, enter] of Object.entries(ways)) {
  test(`${name} has its password in one place, out of swap, core files and children`, { skip }, async () => {
    const one = await enter();
    texts[`the token of ${name}`] = [...one.cookies.values()].find((value) => value.length === 43);
    await use(one);
    const hits = await eventually(() => {
      const now = memory({ PASSWORD });
      return now.length === 1 && now;
    }, 3000).catch(() => assert.fail(told(memory({ PASSWORD }))));
    assert.equal(hits[0].form, "raw");
    // a sanitizer lets nothing be locked
    for (const flag of PROGRAM.includes("/asan/") ? ["dd", "dc"] : ["lo", "dd", "dc"]) assert.ok(hits[0].flags.includes(flag), told(hits));
    await signOut(one);
  });
}

test("when all have signed out nothing is left: no password, letter, draft, pass or token", { skip }, async () => {
  await eventually(() => memory(texts).length === 0, 3000).catch(() => assert.fail(told(memory(texts))));
});

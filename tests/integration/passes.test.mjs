// One-time passes: made at home, typed at a kiosk, used once; what a thief of the store gets, and what an
// older store brings back. All against the demonstration's Dovecot, through a proxy that shows the wire.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createDecipheriv, hkdfSync } from "node:crypto";
import { chmodSync, cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { arrival, write } from "../lib/compose.mjs";
import { ACCOUNT2, RUN_DIR, env, eventually } from "../lib/env.mjs";
import { Dovecot } from "../lib/dovecot.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, forms, text } from "../lib/html.mjs";
import { Imap } from "../lib/imap.mjs";
import { Program, scratch } from "../lib/program.mjs";

const TOKEN = "__Host-vaguemestre";
const USERS = join(RUN_DIR, "dovecot", "users");
const ROWS = `import json, sqlite3, sys
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
db.row_factory = sqlite3.Row
print(json.dumps([{k: r[k].hex() if isinstance(r[k], bytes) else r[k] for k in r.keys()} for r in db.execute("SELECT * FROM pass ORDER BY made, selector")]))`;

let proxy, program, settings, account;
let places = 0;

before(async () => {
  account = await newAccount();
  proxy = await imapProxy({});
  const dir = scratch();
  execFileSync("mkdir", [join(dir, "outside")]);
  settings = { imap: { port: proxy.port, security: "tls" }, store: { path: join(dir, "store.sqlite"), key_file: join(dir, "server.key") },
    passes: { pepper_file: join(dir, "outside", "pepper"), generation_file: join(dir, "outside", "generation") } };
  program = await Program.start(settings);
});
after(async () => {
  await program?.stop();
  await proxy?.close();
});

const start = async () => (program = await Program.start({ ...settings, listen: program.socket }));
async function restart() {
  await program.stop();
  await start();
}

// Whoever tries wrong ones waits longer each time: each of these comes from another address.
const visitor = () => new SocketClient(program.socket, { "x-forwarded-for": `198.51.100.${++places}`, "user-agent": "kiosk" });

async function home(who = account) {
  const client = new SocketClient(program.socket);
  assert.equal((await client.login(who)).status, 303, program.log());
  return client;
}

async function order(client, fields, who = account) {
  const page = await client.get("/passes");
  const csrf = formTo(page.text, "/passes").fields.get("csrf");
  return client.post("/passes", { csrf, act: "make", kind: "reading", life: "week", count: "1", password: who.password, ...fields });
}

const written = (page) => [...page.text.matchAll(/<p class="pass">([^<]*)<\/p>/g)].map(([, one]) => one);

async function make(client, fields, who) {
  const answer = await order(client, fields, who);
  assert.equal(answer.status, 303, text(answer.text));
  return written(await client.get(answer.header("location")));
}

async function type(client, user, code, url = "/login?pass=1") {
  const page = await client.get(url);
  return client.post(url, { csrf: formTo(page.text, "/login").fields.get("csrf"), user, code });
}

// Signed in at a kiosk by a pass.
async function kiosk(pass, user = account.user) {
  const client = visitor(), answer = await type(client, user, pass);
  assert.equal(answer.status, 303, text(answer.text) + program.log());
  return client;
}

const refusal = async (pass, user = account.user) => {
  const answer = await type(visitor(), user, pass);
  return { status: answer.status, said: text(/<p class="error"[^>]*>([\s\S]*?)<\/p>/.exec(answer.text)?.[1] || answer.text) };
};
const rows = () => JSON.parse(execFileSync("python3", ["-c", ROWS, settings.store.path]).toString());
const rowOf = (pass) => rows().find(({ selector }) => selector === selectorOf(pass));
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const bitsOf = (pass) => [...pass.replaceAll("-", "")].reduce((all, c) => (all << 5n) | BigInt(ALPHABET.indexOf(c)), 0n);
const selectorOf = (pass) => Number(bitsOf(pass) >> 110n);

// Another secret under the same selector, with its checksum.
function forged(pass) {
  const data = (bitsOf(pass) >> 14n) ^ 1n;
  let rest = data << 14n;
  for (let i = 129n; i >= 14n; i--) if ((rest >> i) & 1n) rest ^= 0x602dn << (i - 14n);
  const all = (data << 14n) | (~rest & 0x3fffn);
  return Array.from({ length: 26 }, (_, i) => ALPHABET[Number((all >> BigInt(5 * (25 - i))) & 31n)]).join("");
}

const saidWrong = "Wrong user name or pass, or the pass has been used.";

test("passes are made after the password is given again, and shown once", async () => {
  const client = await home();
  for (const [fields, status] of [[{ password: "" }, 403], [{ password: "guess" }, 403], [{ count: "0" }, 422], [{ count: "21" }, 422]]) {
    const answer = await order(client, fields);
    assert.equal(answer.status, status);
    assert.match(answer.text, /role="alert"/);
    assert.deepEqual(await faults(answer.text), []);
  }
  assert.deepEqual(rows(), []);
  const answer = await order(client, { count: "2" });
  assert.equal(answer.header("location"), "/passes?new=1");
  const shown = await client.get("/passes?new=1");
  const made = written(shown);
  assert.equal(made.length, 2);
  for (const pass of made) assert.match(pass, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}(-[0-9A-HJKMNP-TV-Z]{5}){2}$/);
  assert.notEqual(...made);
  assert.deepEqual(await faults(shown.text), []);
  assert.match(shown.header("cache-control"), /no-store/);
  const cards = text(/<ul class="passes">([\s\S]*?)<\/ul>/.exec(shown.text)[1]);
  assert.match(cards, /localhost/);
  assert.ok(!cards.includes(account.user.split("@")[0]), "whoever finds a card does not know whose it is");
  for (const url of ["/passes?new=1", "/passes"]) {
    const again = await client.get(url);
    for (const pass of made) assert.ok(!again.text.includes(pass) && !again.text.includes(pass.slice(5)), `not again at ${url}`);
    assert.deepEqual(await faults(again.text), []);
  }
  for (const pass of made) assert.ok(!program.log().includes(pass.slice(5)));
});

test("whoever presses twice sees the passes of both times", async () => {
  const client = await home();
  for (const kind of ["reading", "answering"]) assert.equal((await order(client, { kind, count: "2" })).status, 303);
  const shown = await client.get("/passes?new=1");
  assert.equal(new Set(written(shown)).size, 4);
  assert.deepEqual([/Reading only\./g, /Reading and answering\./g].map((one) => text(shown.text).match(one).length), [2, 2]);
});

test("the page where a pass is typed has no field for a password, and no script", async () => {
  const page = await visitor().get("/login?pass=1");
  assert.ok(!/type="password"/.test(page.text));
  assert.ok(!/<script/.test(page.text));
  assert.match(page.text, /<input id="code" name="code" type="text"[^>]*autocomplete="one-time-code"/);
  assert.deepEqual(await faults(page.text), []);
  const plain = await visitor().get("/login");
  assert.match(plain.text, /href="\/login\?pass=1"/);
});

test("a reading pass, however it is typed, opens mailboxes with EXAMINE and changes nothing", async () => {
  const imap = await Imap.open(account);
  const letters = [];
  for (let i = 0; i < 60; i++) letters.push(await imap.append("INBOX", `From: Anne <anne@demo.example>\r\nTo: ${account.user}\r\nSubject: Salle ${i}\r\nMessage-ID: <s${i}@demo.example>\r\nDate: Wed, 25 Nov 2026 10:00:00 +0100\r\n\r\nBonjour.\r\n`));
  const { uidvalidity } = await imap.select("INBOX");
  const [pass] = await make(await home(), {});
  proxy.commands.length = 0;
  const client = await kiosk(pass.toLowerCase().replaceAll("0", "o").replaceAll("1", "l").replaceAll("-", " "), account.user.split("@")[0].toUpperCase());
  assert.match(program.log(), new RegExp(`login .*kind=pass user="${account.user}"`));
  const message = `folder=INBOX&v=${uidvalidity}&uid=${letters[7]}`;
  const urls = ["/mail", "/mail?folder=INBOX&page=2", `/mail?${message}`, `/message?${message}`, `/body?${message}`, `/headers?${message}`, `/source?${message}`,
    "/mail?folder=INBOX&q=salle", "/mail?folder=INBOX&only=unread", "/search?q=salle&in=all", "/poll?folder=INBOX", "/"];
  for (const url of urls) {
    const page = await client.get(url);
    assert.ok(page.status < 400, `${url}: ${page.status}\n${program.log()}`);
    const posts = forms(page.text).filter(({ method }) => method?.toLowerCase() === "post").map(({ action }) => action);
    assert.deepEqual(posts.filter((action) => !["/logout", "/search"].includes(action)), [], `forms at ${url}`);
    assert.ok(!/\/compose|name="uid"|href="\/(folders|tags|jobs)"/.test(page.text), `what it offers at ${url}`);
    if (/^text\/html/.test(page.header("content-type"))) assert.deepEqual((await faults(page.text)).filter((one) => !/meta-refresh/.test(one)), [], url); // the session's own end
  }
  const first = await client.get("/mail");
  assert.match(first.text, /<a class="quiet turn" href="\/mail\?[^"]*"/, "one turns pages without a form");
  const csrf = formTo(first.text, "/logout").fields.get("csrf");
  for (const [url, fields] of [["/act", { act: "delete", folder: "INBOX", v: uidvalidity, uid: letters[3], back: "/mail" }],
    ["/act", { act: "flag", folder: "INBOX", v: uidvalidity, uid: letters[3], back: "/mail" }], ["/job", { act: "stop" }],
    ["/search", { act: "save", name: "x", q: "x", in: "all" }]]) {
    const answer = await client.post(url, { csrf, ...fields });
    assert.equal(answer.status, 403, url);
    assert.match(text(answer.text), url === "/folders" ? /on a public computer/ : /lets you read, not write/, url);
  }
  for (const url of ["/compose", "/settings", "/passes", "/filters", "/folders"]) assert.equal((await client.get(url)).status, 403, url);
  assert.ok(proxy.commands.some((one) => /^EXAMINE /.test(one)));
  const changing = proxy.commands.filter((one) => /^(UID )?(SELECT|STORE|COPY|MOVE|EXPUNGE|APPEND|CREATE|DELETE|RENAME|SUBSCRIBE|SETACL|CLOSE)\b/i.test(one));
  assert.deepEqual(changing, []);
  assert.ok(!(await imap.flags(letters[7])).includes("\\Seen"), "what has been read is not marked as read");
  imap.close();
});

test("a pass for answering sends, and marks as read; it is a public session all the same", async () => {
  const imap = await Imap.open(ACCOUNT2), own = await Imap.open(account);
  const subject = `Du kiosque ${Date.now()}`;
  const [pass] = await make(await home(), { kind: "answering" });
  const client = await kiosk(pass);
  const page = await client.get("/compose?to=" + encodeURIComponent(ACCOUNT2.user));
  assert.ok(page.status < 300);
  const sent = await write(client, page, "send", { subject, text: "Par laissez-passer." });
  assert.equal(sent.status, 303, text(sent.text));
  const { uid } = await arrival(imap, subject);
  await imap.select("INBOX");
  await imap.command(`UID STORE ${uid} +FLAGS (\\Deleted)`);
  await imap.command(`UID EXPUNGE ${uid}`);
  const { uidvalidity } = await own.select("INBOX");
  const letter = await own.append("INBOX", `From: Anne <anne@demo.example>\r\nSubject: Lu\r\n\r\nBonjour.\r\n`);
  assert.ok((await client.get(`/message?folder=INBOX&v=${uidvalidity}&uid=${letter}`)).status < 300);
  assert.ok(await eventually(async () => (await own.flags(letter)).includes("\\Seen")));
  for (const url of ["/settings", "/passes", "/filters"]) assert.equal((await client.get(url)).status, 403, url);
  imap.close();
  own.close();
});

test("a used pass is gone from the store; unknown, used, forged, void and another's get one answer", async () => {
  const client = await home(), other = await newAccount();
  const [used, kept, voided] = await make(client, { count: "3" });
  const [others] = await make(await home(other), {}, other);
  const sealed = rowOf(used).sealed;
  assert.ok(sealed.length >= 200);
  await kiosk(used);
  assert.equal(rowOf(used).sealed, "");
  for (const end of ["", "-wal"]) {
    const file = settings.store.path + end;
    if (existsSync(file)) assert.ok(!readFileSync(file).includes(Buffer.from(sealed.slice(0, 80), "hex")), `wiped from ${file}`);
  }
  const page = await client.get("/passes");
  const form = forms(page.text).find(({ fields }) => fields.get("selector") === String(selectorOf(voided)));
  assert.equal((await client.post("/passes", [...form.fields, ["act", "void"]])).status, 303);
  const answers = [await refusal(used), await refusal(forged(kept)), await refusal(voided), await refusal(others), await refusal(kept, "nobody@demo.example")];
  for (const one of answers) assert.deepEqual(one, { status: 403, said: saidWrong });
  assert.match((await refusal(kept.slice(0, -1) + (kept.endsWith("7") ? "8" : "7"))).said, /copied wrongly/);
  const list = text((await client.get("/passes")).text);
  assert.match(list, new RegExp(`${used.slice(0, 4)} .*Used today.*, from 198\\.51\\.100\\.`));
  assert.match(list, new RegExp(`${voided.slice(0, 4)} .*Voided today`));
  assert.match(program.log(), /login-failure .*address=198\.51\.100\.\d+ cause=pass user="/);
  await kiosk(kept); // none of that has cost the good one anything
});

test("of two who type the same pass at the same time one comes in", async () => {
  const passes = await make(await home(), { count: "3" });
  for (const pass of passes) {
    const answers = await Promise.all([1, 2, 3].map(() => type(visitor(), account.user, pass)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 403, 403]);
  }
});

test("store, pepper and server key hold no password; only the card opens a row", async () => {
  const [pass] = await make(await home(), {});
  const row = rowOf(pass), sealed = Buffer.from(row.sealed, "hex");
  const places = [settings.store.path, settings.store.path + "-wal", settings.store.key_file, settings.passes.pepper_file, settings.passes.generation_file];
  for (const file of places.filter(existsSync)) {
    const bytes = readFileSync(file);
    assert.ok(!bytes.includes(account.password), file);
    assert.ok(!bytes.includes(pass.slice(5)) && !bytes.includes(Buffer.from((bitsOf(pass) >> 14n & (1n << 96n) - 1n).toString(16).padStart(24, "0"), "hex")), file);
  }
  for (const name of readdirSync(program.dir)) if (!/socket|spool|passes/.test(name)) assert.ok(!readFileSync(join(program.dir, name)).includes(account.password), name);
  assert.ok(!program.log().includes(account.password));
  // what a thief of all of these has, and what he lacks: the secret of 96 bits
  const number = (value, n) => Buffer.from(BigInt(value).toString(16).padStart(2 * n, "0"), "hex");
  const owner = Buffer.concat([Buffer.from(row.user + "\0"), number(row.selector, 3)]);
  const open = (secret, pepper, context) => {
    const key = hkdfSync("sha256", Buffer.concat([secret, pepper]), sealed.subarray(0, 16), Buffer.concat([Buffer.from("vaguemestre pass 1\0"), owner]), 32);
    const gcm = createDecipheriv("aes-256-gcm", Buffer.from(key), sealed.subarray(16, 28));
    gcm.setAAD(context).setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([gcm.update(sealed.subarray(28, -16)), gcm.final()]);
    return plain.subarray(2, 2 + plain.readUInt16BE()).toString();
  };
  const secret = number(bitsOf(pass) >> 14n & (1n << 96n) - 1n, 12), pepper = readFileSync(settings.passes.pepper_file);
  const context = Buffer.concat([owner, number(row.policy, 1), number(row.expires, 8)]);
  assert.equal(open(secret, pepper, context), account.password, "this is how it is sealed");
  assert.throws(() => open(Buffer.alloc(12), pepper, context));
  assert.throws(() => open(secret, Buffer.alloc(32), context));
  assert.throws(() => open(secret, readFileSync(settings.store.key_file), context));
  assert.throws(() => open(secret, pepper, Buffer.concat([owner, number(2, 1), number(row.expires, 8)])), "no stronger pass is made of it");
});

test("a server that cannot be reached gives the pass back", async () => {
  const [pass] = await make(await home(), {});
  for (const rule of [{ action: "cut", times: 2 }, { action: "answer", text: "$TAG NO [UNAVAILABLE] Later.", times: 1 }]) {
    proxy.rules = [{ match: /^(AUTHENTICATE|LOGIN)/i, ...rule }];
    const answer = await type(visitor(), account.user, pass);
    assert.ok(answer.status >= 500, String(answer.status));
    assert.equal(rowOf(pass).state, 0);
  }
  await kiosk(pass);
});

test("a process that dies while a pass is claimed leaves it void", async () => {
  const [pass, other] = await make(await home(), { count: "2" });
  proxy.rules = [{ match: /^(AUTHENTICATE|LOGIN)/i, action: "stall", times: 1 }];
  const lost = type(visitor(), account.user, pass).catch(() => null);
  await eventually(() => proxy.rules[0].times === 0);
  assert.equal(rowOf(pass).state, 1, "claimed before the server is asked");
  await program.stop("SIGKILL");
  await lost;
  await start();
  assert.deepEqual([rowOf(pass).state, rowOf(pass).sealed], [3, ""]);
  assert.deepEqual(await refusal(pass), { status: 403, said: saidWrong });
  assert.match(text((await (await home()).get("/passes")).text), /a sign-in broke off/);
  await kiosk(other);
});

// The list of users, with another password for one of them.
function changePassword(who, password) {
  writeFileSync(USERS, readFileSync(USERS, "utf8").replace(new RegExp(`^(${who.user}:\\{PLAIN\\})[^:]*`, "m"), `$1${password}`));
  const now = { user: who.user, password };
  return eventually(async () => (await Imap.open(now)).close() ?? now);
}

test("a changed password voids all of them, found out by a pass or by a session", async () => {
  const who = await newAccount();
  const [first, second] = await make(await home(who), { count: "2" }, who);
  const now = await changePassword(who, "another one");
  assert.match((await refusal(first, who.user)).said, /password has changed/);
  assert.deepEqual(await refusal(second, who.user), { status: 403, said: saidWrong });
  assert.deepEqual([first, second].map((one) => rowOf(one).sealed), ["", ""]);
  const client = await home(now);
  const [third] = await make(client, {}, now);
  await changePassword(now, "a third one");
  proxy.cutAll();
  assert.equal((await client.get("/mail")).status, 403);
  assert.deepEqual([rowOf(third).state, rowOf(third).sealed], [3, ""]);
  assert.deepEqual(await refusal(third, who.user), { status: 403, said: saidWrong });
});

test("an application password is sealed instead of the real one, where the site has them", async (t) => {
  const who = { user: `apps@${env.MAIL_DOMAIN}`, password: "the real one" }, app = "for one program alone", dir = scratch();
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, "apps"), `${who.user}:{PLAIN}${app}\n`);
  const dovecot = await Dovecot.start([who], { settings: `passdb {\n  driver = passwd-file\n  args = ${dir}/apps\n}` });
  const own = await Program.start({ imap: { port: dovecot.port, security: "tls" }, passes: { app_passwords: "yes" } });
  t.after(() => Promise.all([own.stop(), dovecot.stop()]));
  const client = new SocketClient(own.socket);
  await client.login(who);
  assert.equal((await order(client, { app: "no such" }, who)).status, 403);
  assert.match(own.log(), new RegExp(`login-failure request=\\S+ address=\\S+ cause=password user="${who.user}"`), "nobody guesses one password beside another");

  const [pass] = await make(client, { app }, who);
  const there = new SocketClient(own.socket);
  assert.equal((await type(there, who.user, pass)).status, 303);
  const [late] = await make(client, { app }, who);
  writeFileSync(join(dir, "apps"), "");
  await eventually(() => Imap.open({ user: who.user, password: app }, dovecot.port).then((one) => one.close(), () => true));
  assert.match((await type(new SocketClient(own.socket), who.user, late)).text, /password has changed/);
});

test("one click voids all", async () => {
  const client = await home();
  const passes = await make(client, { count: "3" });
  const page = await client.get("/passes");
  assert.equal((await client.post("/passes", { csrf: formTo(page.text, "/passes").fields.get("csrf"), act: "void_all" })).status, 303);
  for (const pass of passes) assert.deepEqual(await refusal(pass), { status: 403, said: saidWrong });
  assert.equal(rows().filter(({ user, state }) => user === account.user && state < 2).length, 0);
});

test("a restored store revives no pass", async () => {
  const [used, unused] = await make(await home(), { count: "2" });
  await program.stop();
  const backup = join(scratch(), "store.sqlite");
  cpSync(settings.store.path, backup);
  await start();
  await kiosk(used);
  await program.stop();
  cpSync(backup, settings.store.path);
  assert.equal(rowOf(used).state, 0, "the backup has it unused");
  await start();
  for (const pass of [used, unused]) assert.deepEqual(await refusal(pass), { status: 403, said: saidWrong });
  assert.match(program.log(), /passes-void .*cause=restored/);
  const client = await home();
  assert.match(text((await client.get("/passes")).text), /the server went back to a backup/);
  const [fresh] = await make(client, {});
  await restart();
  await kiosk(fresh);
});

test("without its files there are no passes, and no word of them", async () => {
  const bare = await Program.start({ passes: undefined });
  const client = new SocketClient(bare.socket);
  assert.ok(!/pass=1/.test((await client.get("/login")).text));
  assert.match((await client.get("/login?pass=1")).text, /type="password"/);
  await client.login(account);
  assert.equal((await client.get("/passes")).status, 404);
  assert.ok(!/\/passes/.test((await client.get("/settings")).text));
  await bare.stop();
});

test("the session of a pass has no token of anybody else's, and ends as a public one", async () => {
  const [pass] = await make(await home(), {});
  const client = await kiosk(pass);
  const token = client.cookies.get(TOKEN);
  assert.match(token, /^[A-Za-z0-9_-]{43}$/);
  await restart(); // its password was in memory alone
  assert.equal((await client.get("/mail")).status, 303);
});

// The second factor: what the password alone opens no more.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { addAccount } from "../lib/account.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { decode, faults, formTo, text } from "../lib/html.mjs";
import { Program, run, scratch } from "../lib/program.mjs";
import { routes } from "../lib/routes.mjs";
import { codeOf, formWith, recoveryOf, secretOf, send, setUpApp, step, unlock, withinStep } from "../lib/second.mjs";

const TOKEN = "__Host-vaguemestre";
const ACCOUNTS = 9;
const passes = { pepper_file: join(scratch(), "pepper"), generation_file: join(scratch(), "generation") };
let program, required, accounts, addresses = 0;
before(async () => {
  accounts = Array.from({ length: ACCOUNTS }, () => addAccount());
  [program, required] = await Promise.all([Program.start({ passes }), Program.start({ second: { required: "yes" }, site: { address: "https://mail.example.org:8443" } }), ...accounts.map((one) => one.ready())]);
});
after(() => Promise.all([program?.stop(), required?.stop()]));

// Each in a network of its own, so that what one tries slows nobody else down.
const client = (at = program) => new SocketClient(at.socket, { "x-forwarded-for": `192.0.2.${++addresses}` });
const location = (answer) => answer.header("location");
async function signedIn(account, at = program) {
  const one = client(at);
  assert.equal(location(await one.login(account)), "/mail");
  return one;
}
async function half(account, at = program) {
  const one = client(at);
  assert.equal(location(await one.login(account)), "/login/second");
  return one;
}

// The picture as lines of # and blanks, without its margin; and what qrencode's own command makes.
function modulesOf(bmp) {
  const at = bmp.readUInt32LE(10), side = bmp.readInt32LE(18), row = Math.ceil(side / 32) * 4, scale = 4, quiet = 4;
  const dark = (x, y) => bmp[at + (side - 1 - y) * row + (x >> 3)] >> (7 - (x & 7)) & 1;
  const modules = side / scale - 2 * quiet;
  for (let i = 0; i < side; i++) assert.ok(!dark(i, 0) && !dark(0, i) && !dark(i, side - 1), "a margin of white");
  return Array.from({ length: modules }, (_, y) => Array.from({ length: modules }, (_, x) =>
    dark((x + quiet) * scale + 1, (y + quiet) * scale + 1) ? "#" : " ").join(""));
}
const qrencode = (words) => execFileSync("qrencode", ["-t", "ASCII", "-l", "M", "-m", "0", "-8", "-o", "-", words], { encoding: "utf8" })
  .split("\n").filter(Boolean).map((line) => line.replace(/(.)\1/g, "$1"));

test("an app is set up after the password, and from then on the password alone opens nothing", async () => {
  const account = accounts[0];
  const one = await signedIn(account);
  assert.match((await one.get("/settings")).text, /href="\/second"/);
  const shut = await one.get("/second");
  assert.doesNotMatch(shut.text, /\/second\/qr|<script/, "where a password is typed no script runs");
  assert.equal((await one.get("/second/qr")).status, 404);
  const wrong = await send(one, shut, "password", { password: "no", act: "password" });
  assert.equal(wrong.status, 403);
  assert.match(text(wrong.text), /not the right password/);
  assert.match(program.log(), new RegExp(`login-failure request=\\S+ address=192\\.0\\.2\\.\\d+ cause=password user="${account.user}"`));

  const page = await unlock(one, account.password);
  assert.deepEqual(await faults(page.text), []);
  const secret = secretOf(page);
  assert.match(page.text, new RegExp(`href="otpauth://totp/Vaguemestre:${account.user.replace("@", "%40")}\\?secret=${secret.replaceAll(" ", "")}&amp;issuer=Vaguemestre"`));
  const picture = await one.get("/second/qr");
  assert.equal(picture.header("content-type"), "image/bmp");
  const [, link] = /href="(otpauth:[^"]*)"/.exec(page.text);
  assert.deepEqual(modulesOf(picture.body), qrencode(decode(link)));
  assert.equal((await send(one, page, "code", { code: "12345", act: "app" })).status, 403);
  const at = await withinStep(), code = (away = 0) => codeOf(secret, away, at);
  assert.equal((await send(one, page, "code", { code: code(-1), act: "app" })).status, 303);
  const codes = await one.get("/second");
  assert.equal(new Set(recoveryOf(codes)).size, 10);
  assert.deepEqual(await faults(codes.text), []);
  const again = await one.get("/second");
  assert.equal(recoveryOf(again).length, 0, "they are shown once");
  assert.match(text(again.text), /10 recovery codes/);
  assert.equal((await one.get("/second/qr")).status, 404, "the secret is not shown again");

  const two = await half(account);
  const before_ = two.cookies.get(TOKEN);
  const question = await two.get("/login/second");
  assert.deepEqual(await faults(question.text), []);
  assert.match(question.text, /name="code"[^>]*inputmode="numeric"[^>]*autocomplete="one-time-code"/);
  assert.ok(!question.text.includes(account.user), "nobody is in yet");
  assert.equal((await step(two, { code: code(-1) })).status, 403, "it has served when the app was set up");
  assert.equal(location(await step(two, { code: code() })), "/mail");
  const token = two.cookies.get(TOKEN);
  assert.notEqual(token, before_);
  assert.equal((await two.get("/mail")).status, 200);
  const thief = client();
  for (const path of ["/mail", "/login/second"]) {
    thief.cookies.set(TOKEN, before_);
    assert.match(location(await thief.get(path)), /^\/login\?/, "the half session's token is dead");
  }

  const three = await half(account);
  const replay = await step(three, { code: code() });
  assert.equal(replay.status, 403);
  assert.match(text(replay.text), /has been used already/);
  assert.match(program.log(), new RegExp(`login-failure request=\\S+ address=\\S+ cause=code user="${account.user}"`));

  // nor after a restart
  await program.stop();
  program = await Program.start({ store: program.tree.store, passes });
  const four = await half(account);
  assert.equal((await step(four, { code: code() })).status, 403);
  assert.equal(location(await step(four, { code: code(1) })), "/mail", "a clock that is half a minute behind");
});

test("of two that come with the same code at once, one comes in", async () => {
  const account = accounts[1];
  const { codes, code } = await setUpApp(await signedIn(account), account.password);
  const two = await Promise.all([half(account), half(account)]);
  const statuses = (await Promise.all(two.map((one) => step(one, { code: code() })))).map((answer) => answer.status);
  assert.deepEqual(statuses.sort(), [303, 403]);

  // and with the same recovery code, written as people write; after it, never again
  const typed = codes[0].toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
  const pair = await Promise.all([half(account), half(account)]);
  const results = (await Promise.all(pair.map((one) => step(one, { recovery: typed })))).map((answer) => answer.status);
  assert.deepEqual(results.sort(), [303, 403]);
  const in_ = pair.find((one) => one.cookies.size === 1);
  assert.ok(in_);
  const late = await half(account);
  const answer = await step(late, { recovery: codes[0] });
  assert.equal(answer.status, 403);
  assert.equal(location(await step(late, { recovery: codes[1] })), "/mail");
  assert.match(text((await late.get("/mail")).text), /8 recovery codes are left/);
});

test("a half session gets nothing but the second step, whatever it asks for", async () => {
  const account = accounts[2];
  await setUpApp(await signedIn(account), account.password);
  const one = await half(account);
  const page = await one.get("/login/second");
  const csrf = formTo(page.text, "/login/second").fields.get("csrf");
  assert.match(csrf, /^[\w-]{43}$/, "a token that is good for this session alone");
  let closed = 0;
  for (const { method, path, needs } of routes()) {
    if (!needs.has("NEED_SIGN_IN") || needs.has("NEED_HALF")) continue;
    const answer = method === "GET" ? await one.get(path) : await one.post(path, { csrf, act: "delete", folder: "INBOX" });
    const refused = answer.status === 303 ? location(answer) === "/login/second" : answer.status === 401;
    assert.ok(refused, `${method} ${path}: ${answer.status} ${location(answer)}`);
    assert.ok(!answer.text.includes(account.user));
    closed++;
  }
  assert.ok(closed > 40, String(closed));
  assert.equal((await one.get("/login/second/qr")).status, 404, "nothing is set up there");
  const app = await one.post("/login/second", { csrf, act: "app", code: "123456" });
  assert.notEqual(app.status, 303, "nor can the second factor be replaced");
  assert.equal(location(await one.post("/login/second", { csrf, act: "leave" })), "/login");
  assert.equal(location(await one.get("/login/second")), "/login?next=%2Flogin%2Fsecond");
});

test("the second step needs its own token, keeps the place one wanted to go to, and no other site's", async () => {
  const account = accounts[3];
  const { codes, code } = await setUpApp(await signedIn(account), account.password);
  const login = async (next) => {
    const one = client();
    const form = formTo((await one.get(`/login?next=${encodeURIComponent(next)}`)).text, "/login");
    const answer = await one.post(form.action.replaceAll("&amp;", "&"), { ...Object.fromEntries(form.fields), ...account });
    return [one, location(answer)];
  };
  const [one, url] = await login("/mail?folder=INBOX&page=2");
  assert.equal(url, "/login/second?next=%2Fmail%3Ffolder%3DINBOX%26page%3D2");
  for (const csrf of ["", "x".repeat(43)])
    assert.equal((await one.post(url, { csrf, act: "step", code: code() })).status, 403);
  assert.equal(location(await step(one, { code: code() }, url)), "/mail?folder=INBOX&page=2");
  const [two] = await login("/mail");
  assert.equal(location(await step(two, { recovery: codes[0] }, "/login/second?next=//evil.example/")), "/mail");
});

test("who tries codes waits longer and longer, under every spelling of the name", async () => {
  const account = accounts[4];
  const { codes } = await setUpApp(await signedIn(account), account.password);
  const statuses = [], spellings = [account.user, account.user.toUpperCase(), `  ${account.user} `];
  for (let i = 0; i < 8; i++) {
    const one = client();
    assert.equal(location(await one.login({ ...account, user: spellings[i % 3] })), "/login/second", `signed in as ${spellings[i % 3]}`);
    statuses.push((await step(one, { code: "000000" })).status);
  }
  assert.deepEqual(statuses.slice(0, 4), [403, 403, 403, 403]);
  assert.ok(statuses.slice(4).includes(429), statuses.join());
  assert.match(program.log(), /login-delayed .*seconds=\d+/);
  assert.equal(codes.length, 10);
});

test("a name that a server might take for somebody else's is let in by nobody once there is a second factor", async () => {
  const account = accounts[4];
  for (const user of [`${account.user}\u00a0`, account.user.replace("t", "\uff54"), `"${account.user}"`]) {
    const answer = await client().login({ ...account, user });
    assert.equal(answer.status, 403, user);
  }
});

test("keys are offered under the name that the browser came by, and at a bare address not at all", async () => {
  const account = accounts[5];
  for (const [host, rp] of [["localhost:8443", "localhost"], ["Mail.Example.org", "mail.example.org"], ["192.0.2.1", null], ["[2001:db8::1]:443", null]]) {
    const one = new SocketClient(program.socket, { "x-forwarded-for": `192.0.2.${++addresses}`, host });
    await one.login(account);
    const page = await unlock(one, account.password);
    assert.equal(/data-rp="([^"]*)"/.exec(page.text)?.[1] ?? null, rp, host);
    assert.equal(/publickey-credentials-create=\(self\)/.test(page.header("permissions-policy")), rp !== null);
    assert.match(page.text, /otpauth:/);
  }
});

test("changing it takes the second factor as well as the password; switching it off too", async () => {
  const account = accounts[5];
  const one = await signedIn(account);
  const { codes, code } = await setUpApp(one, account.password);
  // a session that is only stolen has no password; one with the password has no code
  const stolen = client();
  assert.equal(location(await step(Object.assign(stolen, { cookies: (await half(account)).cookies }), { code: code() })), "/mail");
  const shut = await stolen.get("/second");
  const csrf = formWith(shut, "password").fields.get("csrf");
  for (const act of ["off", "codes", "app", "app-remove", "key", "key-remove", "step"])
    assert.equal(location(await stolen.post("/second", { csrf, act, code: code(1) })), "/second");
  const asked = await unlock(stolen, account.password);
  assert.match(asked.text, /name="recovery"/);
  for (const act of ["off", "codes", "app", "app-remove", "key"]) await stolen.post("/second", { csrf, act });
  assert.equal(location(await client().login(account)), "/login/second", "still on");
  const wrong = await send(stolen, asked, "recovery", { recovery: "AAAA-AAAA-AAAA-AAAA" });
  assert.equal(wrong.status, 403);

  const open = await unlock(stolen, account.password, { recovery: codes[0] });
  assert.match(open.text, /value="off"/);
  assert.equal((await stolen.post("/second", { csrf, act: "codes" })).status, 303);
  const fresh = recoveryOf(await stolen.get("/second"));
  assert.equal(fresh.length, 10);
  const other = await half(account);
  assert.equal((await step(other, { recovery: codes[1] })).status, 403, "the old ones are void");
  assert.equal(location(await step(other, { recovery: fresh[0] })), "/mail");
  assert.equal((await stolen.post("/second", { csrf, act: "off" })).status, 303);
  assert.equal(location(await client().login(account)), "/mail");
  assert.match(program.log(), /second-changed .*what=off/);
});

test("who had the password before there was a second factor changes it no more", async () => {
  const account = accounts[8];
  const thief = await signedIn(account), owner = await signedIn(account);
  assert.match((await unlock(thief, account.password)).text, /otpauth:/);
  const csrf = formWith(await thief.get("/passes"), "password").fields.get("csrf");
  const { codes } = await setUpApp(owner, account.password);
  for (const act of ["off", "codes", "app-remove", "app", "key"]) assert.equal(location(await thief.post("/second", { csrf, act, code: "123456" })), "/second", act);
  assert.equal(location(await client().login(account)), "/login/second", "still on");
  assert.match((await thief.get("/passes")).text, /name="second"/, "nor makes passes");
  const asked = await thief.get("/second");
  assert.doesNotMatch(asked.text, /value="off"|otpauth:/);
  assert.equal((await send(thief, asked, "recovery", { recovery: "AAAA-AAAA-AAAA-AAAA" })).status, 403);
  const other = await half(account);
  assert.equal(location(await step(other, { recovery: codes[0] })), "/mail", "the owner's codes are those they were");
  assert.match((await owner.get("/second")).text, /value="off"/, "who has just set it up goes on");
});

test("a pass goes round the second step, so that making one takes it", async () => {
  const account = accounts[7];
  const one = await signedIn(account);
  assert.doesNotMatch((await one.get("/passes")).text, /name="second"/);
  const { codes, code } = await setUpApp(one, account.password);
  assert.doesNotMatch((await one.get("/passes")).text, /name="second"/, "it has just been set up");
  const other = await half(account);
  await step(other, { recovery: codes[0] });
  const page = await other.get("/passes");
  assert.deepEqual(await faults(page.text), []);
  const order = (fields) => send(other, page, "second", { act: "make", kind: "reading", life: "day", count: "1", password: account.password, ...fields });
  for (const second of ["", "000000", codes[0]]) {
    const answer = await order({ second });
    assert.ok([403, 422].includes(answer.status), `${second}: ${answer.status}`);
    assert.match(answer.text, /id="make-error"/);
  }
  assert.doesNotMatch((await other.get("/passes")).text, /name="selector"/);
  assert.equal(location(await order({ second: code() })), "/passes?new=1");
  assert.equal((await order({ second: code() })).status, 403, "nor does that code serve again");
  assert.equal(location(await order({ second: codes[1] })), "/passes?new=1");
});

test("a site may want it of everybody: it is set up right after the password, and nothing else can be done", async () => {
  const account = accounts[6];
  const one = await half(account, required);
  const page = await one.get("/login/second");
  assert.deepEqual(await faults(page.text), []);
  assert.match(text(page.text), /wants a two-step sign-in/);
  assert.equal(location(await one.get("/mail")), "/login/second");
  assert.equal((await one.get("/login/second/qr")).header("content-type"), "image/bmp");
  const secret = secretOf(page), at = await withinStep();
  assert.equal((await send(one, page, "code", { code: "000000", act: "app" })).status, 403);
  const answer = await send(one, page, "code", { code: codeOf(secret, -1, at), act: "app" });
  assert.equal(location(answer), "/second");
  const codes = recoveryOf(await one.get("/second"));
  assert.equal(codes.length, 10);
  assert.equal((await one.get("/mail")).status, 200);
  await unlock(one, account.password, { code: codeOf(secret, 0, at) });
  const csrf = formTo((await one.get("/second")).text, "/second").fields.get("csrf");
  for (const act of ["off", "app-remove"]) assert.equal((await one.post("/second", { csrf, act })).status, 403, "it can be replaced, not removed");

  // keys are bound to the site's own word for itself, whatever the browser calls it
  assert.match((await one.get("/second")).text, /data-rp="mail\.example\.org"/);

  // on a public computer there is nothing to set up, and no other way in
  const shared = client(required), other = accounts[5];
  const form = formTo((await shared.get("/login")).text, "/login");
  await shared.post("/login", { ...Object.fromEntries(form.fields), ...other, public: "1" });
  const missing = await shared.get("/login/second");
  assert.match(text(missing.text), /Set it up first, on a computer that you trust/);
  assert.doesNotMatch(missing.text, /otpauth|name="code"/);
  assert.equal((await shared.get("/login/second/qr")).status, 404);
  assert.equal(location(await shared.get("/mail")), "/login/second");
});

test("the administrator forgets it for somebody who has lost everything, while the program runs", async () => {
  const account = accounts[3];
  assert.equal(location(await client().login(account)), "/login/second");
  const result = run(["--config", program.conf, "--forget-second", account.user.toUpperCase()]);
  assert.equal(result.status, 0, result.stderr);
  assert.match(result.stdout, new RegExp(`${account.user}.*app.*9 recovery codes`));
  assert.equal(location(await client().login(account)), "/mail");
  const nobody = run(["--config", program.conf, "--forget-second", account.user]);
  assert.equal(nobody.status, 1);
  assert.match(nobody.stderr, /no second factor/);
});

test("the store alone, with all that is in it, tells no secret and no code", async () => {
  const account = accounts[0];
  const bytes = execFileSync("python3", ["-c", `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for table in ("second", "second_code"):
    for row in db.execute(f"SELECT * FROM {table}"): print(row)
`, program.tree.store.path]).toString();
  assert.ok(bytes.includes(account.user));
  assert.ok(bytes.length > 500);
  // somebody who writes into the store moves one account's secret to another: it opens nothing there
  execFileSync("python3", ["-c", `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE second SET sealed = (SELECT sealed FROM second WHERE account = ?), step = 0 WHERE account = ?", sys.argv[2:4])
db.execute("INSERT INTO second_code(account, mac) SELECT ?, mac FROM second_code WHERE account = ?", (sys.argv[3], sys.argv[2]))
db.commit()
`, program.tree.store.path, accounts[1].user, accounts[2].user]);
  const one = await half(accounts[2]);
  assert.equal((await step(one, { code: "123456" })).status, 403);
  assert.match(program.log(), /second-unreadable .*account=/);
});

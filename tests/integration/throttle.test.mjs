// Who tries passwords too often waits, and is told so; nobody elsewhere holds up the owner; a mail
// server that hangs at sign-ins holds up nobody who is in; and what fail2ban makes of the log.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { ACCOUNT1, TOP, eventually, sleep } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, text } from "../lib/html.mjs";
import { Client } from "../lib/http.mjs";
import { Program, scratch } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

let proxy, program, origin, owner;
before(async () => {
  proxy = await imapProxy();
  program = await Program.start({ imap: { port: proxy.port, security: "tls" }, threads: 8 });
  [origin, owner] = await Promise.all([serve(program), newAccount()]);
});
after(async () => {
  await proxy?.close();
  await program?.stop();
});

// Somebody at an address (the tests' own machine is a trusted proxy, as a load balancer would be).
const at = (address, options) => new Client({ origin, headers: { "x-forwarded-for": address }, ...options });
const socketAt = (address) => new SocketClient(program.socket, { "x-forwarded-for": address });
const SIGN_IN = /^(AUTHENTICATE|LOGIN)/i;
// The mail server refuses everybody meanwhile, without the pause that Dovecot makes.
async function refusing(what) {
  proxy.rules = [{ match: SIGN_IN, action: "answer", text: "$TAG NO [AUTHENTICATIONFAILED] No", times: Infinity }];
  await what();
  proxy.rules = [];
}
const wrong = (user) => ({ user, password: "Rosebud-42" });

test("after a few wrong passwords one is asked to wait, with the form kept, and not even the right one helps", async () => {
  const one = at("192.0.2.1"), french = at("192.0.2.1", { language: "fr" }), other = at("192.0.2.1");
  const spelling = owner.user.split("@")[0].toUpperCase(); // of the same account
  assert.equal((await one.login(wrong(owner.user))).status, 403);
  const [form, frenchForm, otherForm] = await Promise.all([one, french, other].map((each) => each.get("/login")));
  await refusing(async () => {
    for (let i = 0; i < 4; i++) assert.equal((await one.submit(form, "/login", wrong(owner.user))).status, 403);
  });
  const sent = Date.now();
  const [answer, inFrench, spelled] = await Promise.all([one.submit(form, "/login", { ...owner, public: "1" }),
    french.submit(frenchForm, "/login", owner), other.submit(otherForm, "/login", { ...owner, user: spelling })]);
  const took = Date.now() - sent;
  assert.equal(answer.status, 429);
  assert.ok(took < 1500, `${took} ms: it is answered, not slept`);
  assert.match(answer.headers["retry-after"], /^[12]$/);
  assert.match(text(answer.text), /Too many failed attempts\. Try again in [12] seconds?\./);
  assert.match(text(inFrench.text), /Trop d’essais manqués\. Réessayez dans [12]\s*secondes?\./);
  assert.equal(spelled.status, 429);
  const again = formTo(answer.text, "/login");
  assert.equal(again.fields.get("user"), owner.user);
  assert.equal(again.fields.get("public"), "1");
  assert.ok(!answer.text.includes(owner.password));
  assert.deepEqual(await faults(answer.text), []);
  await sleep(2100 - (Date.now() - sent));
  assert.equal((await one.submit(answer, "/login", { password: owner.password })).status, 303);
  assert.equal((await one.login(wrong(owner.user))).status, 403, "which begins anew");
});

test("an IPv6 address is counted with its neighbours, another is not", async () => {
  const account = await newAccount();
  await refusing(async () => {
    for (let i = 0; i < 5; i++) assert.equal((await socketAt(`2001:db8:0:7::${i}`).login(wrong(account.user))).status, 403);
  });
  assert.equal((await socketAt("2001:db8:0:7:1:2:3:4").login(account)).status, 429);
  assert.equal((await socketAt("2001:db8:0:8::1").login(account)).status, 303);
});

test("who hammers a name from everywhere does not hold up its owner where he has been before", async () => {
  const account = await newAccount();
  assert.equal((await socketAt("198.51.100.7").login(account)).status, 303);
  await refusing(async () => {
    for (let round = 0; round < 2; round++)
      for (let i = 0; i < 10; i++) assert.equal((await socketAt(`203.0.113.${i}`).login(wrong(account.user))).status, 403);
  });
  const stranger = await socketAt("203.0.113.200").login(account);
  assert.equal(stranger.status, 429);
  assert.ok(Number(stranger.header("retry-after")) <= 32);
  assert.match(formTo(stranger.text, "/login").fields.get("turn"), /^\d+-\d+$/);
  assert.equal((await socketAt("198.51.100.7").login(account)).status, 303);
  const other = await Program.start({ store: program.tree.store });
  assert.equal((await new SocketClient(other.socket, { "x-forwarded-for": "198.51.100.7" }).login(account)).status, 303);
  await other.stop();
});

test("a mail server that hangs while many sign in holds up nobody who is in", async () => {
  const reader = at("198.51.100.8");
  assert.equal((await reader.login(ACCOUNT1)).status, 303);
  assert.equal((await reader.get("/mail")).status, 200);
  const before = proxy.commands.length;
  const logins = () => proxy.commands.slice(before).filter((line) => SIGN_IN.test(line)).length;
  proxy.rules = [{ match: SIGN_IN, action: "stall", times: Infinity }];
  const answers = [];
  const hanging = Array.from({ length: 24 }, async (_, i) => {
    const one = at(`192.0.2.${100 + i}`);
    const sent = Date.now();
    const answer = await one.login({ user: `stranger${i}`, password: "x" });
    answers.push({ ...answer, ms: Date.now() - sent });
    one.close();
  });
  await eventually(() => answers.length === 24 - 5, 15000);
  assert.equal(logins(), 5, "of 8 threads 6 may check passwords, one of these for people who are known");
  for (const { status, headers, text: html } of answers) {
    assert.equal(status, 503);
    assert.match(headers["retry-after"], /^\d+$/);
    assert.match(text(html), /Too many people are signing in at this moment/);
  }
  assert.ok(answers.every(({ ms }) => ms < 10000), "at once, or after a moment: those who are tried wait for 30 s");
  for (const path of ["/mail", "/mail?page=2", "/settings", "/mail"]) {
    const sent = Date.now();
    assert.equal((await reader.get(path)).status, 200);
    assert.ok(Date.now() - sent < 5000, `${path}: ${Date.now() - sent} ms`);
  }
  proxy.rules = [];
  proxy.cutAll();
  await Promise.all(hanging);
  assert.equal((await at("192.0.2.100").login(owner)).status, 303, "and when it answers again, one comes in");
});

test("who signs in again and again holds no more connections than all may have", async () => {
  const door = await imapProxy(), account = await newAccount();
  const small = await Program.start({ imap: { port: door.port, security: "tls" }, limits: { connections_total: 4 } });
  const people = Array.from({ length: 12 }, () => new SocketClient(small.socket, { "x-forwarded-for": "198.51.100.20" }));
  try {
    for (const one of people) assert.equal((await one.login(account)).status, 303);
    await eventually(() => door.sockets.size / 2 <= 4);
    for (const one of people) assert.equal((await one.get("/mail")).status, 200, "whose connection was closed gets another");
    await eventually(() => door.sockets.size / 2 <= 4);
  } finally {
    await small.stop();
    await door.close();
  }
});

test("one address alone does not take all there is", async () => {
  const before = proxy.commands.length;
  const logins = () => proxy.commands.slice(before).filter((line) => SIGN_IN.test(line)).length;
  proxy.rules = [{ match: SIGN_IN, action: "stall", times: 3 }];
  const hanging = Array.from({ length: 3 }, (_, i) => socketAt("192.0.2.150").login({ user: `neighbour${i}`, password: "x" }));
  await eventually(() => logins() === 3);
  assert.equal((await socketAt("192.0.2.150").login({ user: "neighbour", password: "x" })).status, 503);
  assert.equal((await socketAt("192.0.2.151").login(owner)).status, 303);
  proxy.cutAll();
  await Promise.all(hanging);
});

// ---- fail2ban, as `deploy/deps fail2ban` has unpacked it ----

const FAIL2BAN = join(TOP, "build", "fail2ban");
function fail2ban(name, ...args) {
  const config = scratch();
  cpSync(join(FAIL2BAN, "etc", "fail2ban"), config, { recursive: true });
  for (const kind of ["filter.d", "jail.d"]) cpSync(join(TOP, "deploy", "fail2ban", kind), join(config, kind), { recursive: true });
  const run = spawnSync("python3", [join(FAIL2BAN, "usr", "bin", name), "-c", config, ...args],
    { encoding: "utf8", env: { ...process.env, PYTHONPATH: join(FAIL2BAN, "usr", "lib", "python3", "dist-packages") } });
  assert.equal(run.status, 0, run.stdout + run.stderr);
  return run.stdout;
}

// The addresses that would be counted, once for each line.
function counted(lines) {
  const log = join(scratch(), "log");
  writeFileSync(log, lines.map((line) => line + "\n").join(""));
  return [...fail2ban("fail2ban-regex", "-o", "row", log, "vaguemestre").matchAll(/^\['([^']*)'/gm)].map(([, address]) => address);
}

test("fail2ban reads the real lines, and no name gets somebody else banned", async () => {
  const from = program.log().length;
  const names = [
    "mallory", 'x" address=198.51.100.99 cause=password user="', "address=198.51.100.99",
    'x\r\n2026-11-25T22:53:51Z warning login-failure request=1 address=198.51.100.99 cause=password user="x"',
    'warning login-failure request=1 address=198.51.100.99 cause=password user="x"',
    "2026-11-25T22:53:51Z warning login-failure request=1 address=198.51.100.99 cause=password user=", "\u2028é\ud83d\ude00", "y".repeat(2000),
  ];
  const addresses = names.map((_, i) => (i % 2 ? `2001:db8:0:9${i}::1` : `192.0.2.${200 + i}`));
  await refusing(async () => {
    for (const [i, user] of names.entries()) assert.equal((await socketAt(addresses[i]).login({ user, password: "no" })).status, 403);
    await socketAt('192.0.2.221, warning login-failure request=1 address=198.51.100.99 cause=a user="').login(wrong("nobody"));
    for (let i = 0; i < 6; i++) await socketAt("192.0.2.222").login({ user: 'warning login-failure request=1 address=198.51.100.99 cause=a user="', password: "no" });
  });
  await socketAt("192.0.2.220").get("/x%20warning%20login-failure%20request=1%20address=198.51.100.99%20cause=password%20user=");
  const lines = await eventually(() => / login-delayed .*address=192\.0\.2\.222 /.test(program.log().slice(from)) && program.log().slice(from).trimEnd().split("\n"));
  const found = counted(lines);
  assert.deepEqual(found.slice(0, names.length), addresses);
  assert.equal(found.filter((one) => one === "192.0.2.222").length, 5, "who waits already is not counted again");
  assert.ok(!found.includes("198.51.100.99"), lines.join("\n"));
  // as syslog writes them, which has its own date and the program's name before, with and without our date
  const failures = lines.filter((line) => / warning login-failure /.test(line)).slice(0, names.length);
  for (const strip of [(line) => line, (line) => line.replace(/^\S+ /, "")])
    assert.deepEqual(counted(failures.map((line) => `Nov 25 22:53:51 mail vaguemestre[123]: ${strip(line)}`)), addresses);
  assert.deepEqual(counted(failures.map((line) => line.replace("login-failure", "login-refused"))), []);
});

test("the jail is complete: journal, ports, filter", () => {
  const commands = fail2ban("fail2ban-client", "-d");
  assert.match(commands, /\['add', 'vaguemestre', 'systemd'\]/);
  assert.match(commands, /'vaguemestre', 'addjournalmatch', '_SYSTEMD_UNIT=vaguemestre\.service'/);
  assert.match(commands, /'vaguemestre', 'addfailregex', .*warning login-failure/);
  assert.match(commands, /\['start', 'vaguemestre'\]/);
});

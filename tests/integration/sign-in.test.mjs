// Who comes in, and who does not: sign-in, cookies, tokens, headers, sign-out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { ACCOUNT1, ACCOUNT2, eventually, logFromNow, sleep } from "../lib/env.mjs";
import { SocketClient, ask } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, text } from "../lib/html.mjs";
import { Client, ORIGIN, signedIn } from "../lib/http.mjs";
import { Program } from "../lib/program.mjs";

const TOKEN = "__Host-vaguemestre", PRE = "__Host-vaguemestre-login";
const clients = [];
const client = (options) => (clients.push(new Client(options)), clients.at(-1));
after(() => clients.forEach((one) => one.close()));

let alice;
before(async () => {
  alice = await signedIn();
  clients.push(alice);
});

test("the sign-in page is a valid form in the browser's language", async () => {
  for (const [language, word] of [["fr", /Mot de passe/], ["en", /Password/]]) {
    const page = await client({ language }).get("/login");
    assert.equal(page.status, 200);
    assert.match(page.headers["content-type"], /^text\/html; charset=utf-8$/i);
    assert.match(text(page.text), word);
    assert.match(page.text, new RegExp(`<html[^>]*lang="${language}"`));
    assert.deepEqual(await faults(page.text), []);
    const form = formTo(page.text, "/login");
    assert.equal(form.method.toLowerCase(), "post");
    for (const name of ["user", "password", "csrf"]) assert.ok(form.fields.has(name), name);
    assert.match(form.html, /name="public"/);
  }
});

test("a right password opens the inbox, with a strict cookie", async () => {
  const one = client();
  const answer = await one.login();
  assert.equal(answer.status, 303);
  assert.match(answer.headers.location, /^\/mail/);
  const [cookie] = answer.setCookies.filter((line) => line.startsWith(TOKEN + "="));
  const [pair, ...rest] = cookie.split(/;\s*/);
  assert.match(pair.slice(TOKEN.length + 1), /^[A-Za-z0-9_-]{43}$/);
  const flags = rest.map((word) => word.toLowerCase());
  for (const flag of ["secure", "httponly", "samesite=strict", "path=/"]) assert.ok(flags.includes(flag), `${flag} in ${cookie}`);
  assert.ok(!flags.some((flag) => flag.startsWith("domain")));
  assert.equal(one.cookies.has(PRE), false, "the pre-session cookie has gone");
  assert.equal((await one.get("/mail")).status, 200);
});

test("each sign-in has a new token, and the one before it is over", async () => {
  const one = client();
  await one.login();
  const first = one.cookies.get(TOKEN);
  await one.login();
  const second = one.cookies.get(TOKEN);
  assert.notEqual(first, second);
  const thief = client();
  thief.cookies.set(TOKEN, first);
  assert.equal((await thief.get("/mail")).status, 303);
});

test("a token chosen by somebody else does not become a session", async () => {
  const one = client();
  one.cookies.set(TOKEN, "A".repeat(43));
  assert.equal((await one.get("/mail")).status, 303);
  await one.login();
  assert.notEqual(one.cookies.get(TOKEN), "A".repeat(43));
});

test("a wrong password is said, logged with the address, and written nowhere", async () => {
  const since = logFromNow();
  const one = client();
  const answer = await one.login({ user: ACCOUNT1.user, password: "Rosebud-42" });
  assert.equal(answer.status, 403);
  assert.match(text(answer.text), /password/i);
  assert.equal(formTo(answer.text, "/login").fields.get("user"), ACCOUNT1.user);
  assert.ok(!answer.text.includes("Rosebud-42"));
  assert.equal(one.cookies.has(TOKEN), false);
  const log = await eventually(() => /login-failure/.test(since()) && since());
  assert.match(log, new RegExp(`login-failure request=\\S+ address=127\\.0\\.0\\.1 cause=password user="${ACCOUNT1.user}"`));
  assert.ok(!log.includes("Rosebud"));
  assert.deepEqual(await faults(answer.text), []);
});

test("neither passwords nor cookies are in the log", async () => {
  const since = logFromNow();
  const one = client();
  await one.login();
  await one.get("/mail");
  const log = await eventually(() => / login /.test(since()) && since());
  assert.ok(!log.includes(ACCOUNT1.password));
  assert.ok(!log.includes(one.cookies.get(TOKEN)));
});

for (const [name, fields] of [
  ["a line break in the user name", { user: `a${Date.now()}\r\nA1 LOGOUT` }], ["a NUL in the password", { password: "a\0b" }],
  ["a line feed in the password", { password: "a\nb" }], ["an empty user name", { user: "" }], ["an empty password", { password: "" }]]) {
  test(`${name} is refused before it reaches a server`, async () => {
    const one = client();
    const answer = await one.login({ user: ACCOUNT1.user, password: ACCOUNT1.password, ...fields });
    assert.ok([400, 403].includes(answer.status), String(answer.status));
    assert.equal(one.cookies.has(TOKEN), false);
  });
}

test("the sign-in form needs its own token and the cookie it is bound to", async () => {
  const one = client();
  const page = await one.get("/login");
  const csrf = formTo(page.text, "/login").fields.get("csrf");
  const good = { ...ACCOUNT1, csrf };
  const refused = async (fields, prepare = () => {}) => {
    const other = client();
    await other.get("/login");
    prepare(other);
    const answer = await other.post("/login", fields);
    assert.equal(answer.status, 403);
    assert.equal(other.cookies.has(TOKEN), false);
  };
  await refused({ ...good, csrf: "" });
  await refused({ ...ACCOUNT1 });
  await refused(good); // somebody else's token
  await refused(good, (other) => other.cookies.clear());
  assert.equal((await one.post("/login?csrf=" + csrf, { ...ACCOUNT1 })).status, 403);
  assert.equal((await one.post("/login", good)).status, 303);
});

test("a POST without the session's token does nothing", async () => {
  const one = await signedIn();
  clients.push(one);
  for (const fields of [{}, { csrf: "" }, { csrf: "x".repeat(43) }]) assert.equal((await one.post("/logout", fields)).status, 403);
  const other = formTo((await (await signedIn(ACCOUNT2)).get("/mail")).text, "/logout").fields.get("csrf");
  assert.equal((await one.post("/logout", { csrf: other })).status, 403);
  assert.equal((await one.get("/mail")).status, 200);
});

for (const [name, headers, accepted] of [
  ["no Origin at all (a text browser)", {}, true],
  ["our own Origin", { origin: ORIGIN, "sec-fetch-site": "same-origin" }, true],
  ["another Origin", { origin: "https://evil.example" }, false],
  ["the Origin null", { origin: "null" }, false],
  ["our host on another port", { origin: ORIGIN.replace(/:\d+$/, ":1") }, false],
  ["our host without TLS", { origin: ORIGIN.replace("https", "http") }, false],
  ["Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" }, false],
  ["Sec-Fetch-Site: same-site", { "sec-fetch-site": "same-site" }, false],
]) {
  test(`a form with ${name} is ${accepted ? "taken" : "refused"}`, async () => {
    const one = await signedIn();
    clients.push(one);
    const page = await one.get("/mail");
    const answer = await one.submit(page, "/logout", {}, headers);
    assert.equal(answer.status, accepted ? 303 : 403);
    assert.equal((await one.get("/mail")).status, accepted ? 303 : 200);
  });
}

test("signing out ends the session on the server and clears the browser, not the university", async () => {
  const one = await signedIn();
  clients.push(one);
  const token = one.cookies.get(TOKEN);
  const answer = await one.submit(await one.get("/mail"), "/logout");
  assert.equal(answer.status, 303);
  assert.match(answer.headers.location, /^\/login/);
  assert.equal(one.cookies.has(TOKEN), false);
  const clear = answer.headers["clear-site-data"];
  assert.match(clear, /"cache"/);
  assert.match(clear, /"storage"/);
  assert.ok(!/cookies|\*/.test(clear));
  one.cookies.set(TOKEN, token);
  assert.equal((await one.get("/mail")).status, 303);
});

test("who is not signed in is asked to, and is then where he wanted to be", async () => {
  const one = client();
  const wanted = "/mail?folder=INBOX&page=2";
  const answer = await one.get(wanted);
  assert.equal(answer.status, 303);
  assert.match(answer.headers.location, /^\/login\?/);
  const form = await one.get(answer.headers.location);
  const after_ = await one.submit(form, "/login", ACCOUNT1);
  assert.equal(after_.headers.location, wanted);
});

test("the way back is on this site only", async () => {
  for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example", "/%0d%0aX: y", "javascript:alert(1)"]) {
    const one = client();
    const answer = await one.submit(await one.get("/login?next=" + encodeURIComponent(next)), "/login", { ...ACCOUNT1, next });
    assert.equal(answer.status, 303);
    assert.match(answer.headers.location, /^\/[a-z%]/, next);
    assert.ok(!/evil\.example\/?$/.test(new URL(answer.headers.location, ORIGIN).host), next);
  }
});

test("an arrival from another site gets a page without data that goes on by itself", async () => {
  const one = client();
  const answer = await one.get("/mail?folder=INBOX&q=%22x%22", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" });
  assert.equal(answer.status, 200);
  assert.match(answer.text, /<meta[^>]*http-equiv="refresh"[^>]*\/mail\?folder=INBOX&amp;q=%22x%22/i);
  assert.match(answer.text, /<a[^>]*href="\/mail\?folder=INBOX&amp;q=%22x%22"/);
  assert.ok(!answer.text.includes(ACCOUNT1.user));
  assert.deepEqual(await faults(answer.text), []);
});

test("nothing that a stranger has prepared comes with an arrival: neither ticks nor hidden recipients", async () => {
  const from = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  for (const [path, target] of [["/mail?folder=INBOX&ticked=1:100000&q=a", "/mail?folder=INBOX&amp;q=a"], ["/compose?bcc=spy%40evil.example&to=a%40b.example", "/compose?to=a%40b.example"]]) {
    const { text: html } = await client().get(path, from);
    assert.ok(html.includes(`href="${target}"`), html);
    assert.doesNotMatch(html, /ticked|bcc/);
  }
});

test("no address in the log is what a visitor has written into a path", async () => {
  const log = logFromNow();
  await client().get("/x%20login-failure%20request=1%20address=203.0.113.9%20cause=password%20user=");
  const line = await eventually(() => /^.*203\.0\.113\.9.*$/m.exec(log())?.[0]);
  assert.doesNotMatch(line, / login-failure /);
});

test("a language chosen on the sign-in page stays, with the place one wanted to go to", async () => {
  const one = client({ language: "en" }), account = await newAccount();
  const page = await one.get("/login?next=%2Ffolders");
  const [, french] = /<a href="([^"]*lang=fr[^"]*)"/.exec(page.text);
  const chosen = await one.get(french.replaceAll("&amp;", "&"));
  assert.match(chosen.text, /<html[^>]*lang="fr"/);
  const wrong = await one.submit(chosen, "/login", { user: account.user, password: "faux" });
  assert.match(wrong.text, /<html[^>]*lang="fr"/);
  const answer = await one.submit(wrong, "/login", account);
  assert.equal(answer.headers.location, "/folders");
  assert.match((await one.get("/mail")).text, /<html[^>]*lang="fr"/);
  const elsewhere = client({ language: "en" });
  await elsewhere.login(account);
  assert.match((await elsewhere.get("/mail")).text, /<html[^>]*lang="fr"/, "it is a preference from now on");
});

// Every page that is there without knowing a message, and one that is not.
for (const path of ["/login", "/", "/mail", "/health", "/settings", "/folders", "/compose", "/nothing", "/static-not"]) {
  test(`${path} has the strict headers`, async () => {
    const page = await alice.get(path);
    const { headers } = page;
    const policy = headers["content-security-policy"];
    assert.match(policy, /default-src 'none'/);
    assert.ok(!/script-src[^;]*('unsafe|\*|data:|https:)/.test(policy), policy);
    assert.ok(!/style-src[^;]*'unsafe/.test(policy), policy);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(headers["cache-control"], /no-store/);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
    assert.match(headers["permissions-policy"], /camera=\(\)/);
    assert.ok(headers["referrer-policy"]);
    assert.match(headers["strict-transport-security"], /max-age/);
    assert.equal(headers["x-powered-by"], undefined);
    if (!/html/.test(headers["content-type"])) return;
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
    // what the policy forbids is not there either
    assert.ok(!/<script(?![^>]*\bsrc=)[^>]*>/i.test(page.text), "inline script");
    assert.ok(!/\son[a-z]+\s*=\s*["']/i.test(page.text.replace(/"[^"]*"/g, '""')), "inline handler");
    assert.ok(!/<style\b|\sstyle=/i.test(page.text), "inline style");
  });
}

test("an unknown page is 404, a wrong method 405, and neither is more than a page", async () => {
  assert.equal((await alice.get("/nothing")).status, 404);
  assert.equal((await alice.request("PUT", "/login")).status, 405);
  assert.equal((await alice.request("GET", "/logout")).status, 405);
  assert.equal((await alice.get("/mail")).status, 200, "a GET of /logout signs nobody out");
});

test("HEAD has the headers of GET and no body", async () => {
  const answer = await client().request("HEAD", "/login");
  assert.equal(answer.status, 200);
  assert.equal(answer.body.length, 0);
  assert.match(answer.headers["content-security-policy"], /default-src 'none'/);
});

test("paths that try to leave, and queries beyond all bounds, are refused and harm nothing", async () => {
  for (const path of ["/../etc/passwd", "/%2e%2e/x", "/mail/%00", "/mail?" + "a=1&".repeat(5000), "/" + "x".repeat(20000)]) {
    const answer = await alice.get(path).catch((error) => ({ status: 400, error }));
    assert.ok(answer.status >= 400 && answer.status < 500, `${path.slice(0, 30)}: ${answer.status}`);
  }
  assert.equal((await alice.get("/health")).status, 200);
});

test("the address in the log is the client's, told by a trusted proxy only", async () => {
  const trusted = await Program.start({ trusted_proxies: "127.0.0.1" });
  const bare = await Program.start({ trusted_proxies: undefined });
  for (const [program, address] of [[trusted, "192.0.2.7"], [bare, "127.0.0.1"]]) {
    const one = new SocketClient(program.socket, { "x-forwarded-for": "192.0.2.7" });
    await one.login({ user: "eve", password: "no" });
    await program.stop();
    assert.match(program.log(), new RegExp(`login-failure .*address=${address.replaceAll(".", "\\.")} `));
  }
});

test("a session ends after its idle time, and a request that a page makes by itself does not count", async () => {
  const program = await Program.start({ session: { idle: 2, absolute: 60 } });
  const one = new SocketClient(program.socket);
  assert.equal((await one.login(ACCOUNT1)).status, 303);
  assert.equal((await one.get("/folders")).status, 200);
  for (let i = 0; i < 6; i++) {
    await sleep(600);
    await one.get("/poll");
  }
  const answer = await one.get("/folders");
  assert.equal(answer.status, 303);
  assert.match(answer.header("location"), /expired=1/);
  await program.stop();
});

test("a session ends after its absolute time, however busy it is", async () => {
  const program = await Program.start({ session: { idle: 60, absolute: 2 } });
  const one = new SocketClient(program.socket);
  await one.login(ACCOUNT1);
  let status = 200;
  for (let i = 0; i < 8 && status === 200; i++) {
    await sleep(400);
    status = (await one.get("/folders")).status;
  }
  assert.equal(status, 303);
  await program.stop();
});

test("a session outlives a restart of the program; a public one does not", async () => {
  const program = await Program.start();
  const full = new SocketClient(program.socket), shared = new SocketClient(program.socket);
  await full.login(ACCOUNT1);
  const page = await shared.get("/login");
  const csrf = formTo(page.text, "/login").fields.get("csrf");
  assert.equal((await shared.post("/login", { ...ACCOUNT1, csrf, public: "1" })).status, 303);
  await program.stop();
  const again = await Program.start({ listen: program.socket, store: program.tree.store });
  assert.equal((await full.get("/mail")).status, 200);
  assert.equal((await shared.get("/mail")).status, 303);
  await again.stop();
});

test("one refused login of a session is tried again, two end it", async (t) => {
  const proxy = await imapProxy({});
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  t.after(() => Promise.all([program.stop(), proxy.close()]));
  const one = new SocketClient(program.socket);
  await one.login(ACCOUNT1);
  for (const [times, status] of [[1, 200], [2, 403]]) {
    proxy.rules = [{ match: /^(AUTHENTICATE|LOGIN)/i, action: "answer", text: "$TAG NO Authentication failed.", times }];
    proxy.cutAll();
    assert.equal((await one.get("/folders")).status, status, program.log());
    assert.equal(proxy.rules[0].times, 0);
  }
});

test("a stolen store without the server's key opens nothing", async () => {
  const program = await Program.start();
  const one = new SocketClient(program.socket);
  await one.login(ACCOUNT1);
  await program.stop();
  const other = await Program.start({ listen: program.socket, store: { path: program.tree.store.path } });
  assert.equal((await one.get("/mail")).status, 303);
  await other.stop();
});

test("a request body that is no form, or too large a one, is refused", async () => {
  const program = await Program.start();
  const wrong = await ask(program.socket, "POST", "/login", { body: "{}", headers: { "content-type": "application/json" } });
  assert.ok(wrong.status >= 400 && wrong.status !== 500, String(wrong.status));
  const large = await ask(program.socket, "POST", "/login", { body: "user=" + "x".repeat(20e6), headers: { "content-type": "application/x-www-form-urlencoded" } })
    .catch(() => ({ status: 413 }));
  assert.ok(large.status >= 400 && large.status < 500, String(large.status));
  assert.equal((await ask(program.socket, "GET", "/health")).status, 200);
  await program.stop();
});

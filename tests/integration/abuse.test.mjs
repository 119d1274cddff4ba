// What somebody does who wants in, wants to be somebody else, or wants nobody served: over HTTP
// through nginx. What can be is generated from the route table, so that a new page is tried too.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { compose, errors, having, header, write } from "../lib/compose.mjs";
import { TOP, eventually, sleep } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { formTo, text } from "../lib/html.mjs";
import { Client } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program, scratch } from "../lib/program.mjs";
import { connect, exchange, get } from "../lib/raw.mjs";
import { returnNames, routes } from "../lib/routes.mjs";
import { serve } from "../lib/site.mjs";
import { files } from "../lib/traces.mjs";

const TOKEN = "__Host-vaguemestre", PRE = "__Host-vaguemestre-login";
const EVIL = "evil.example";
const table = routes();
const posts = table.filter((route) => route.method === "POST"), gets = table.filter((route) => route.method === "GET");
const inside = posts.filter((route) => route.needs.has("NEED_SIGN_IN") && !route.needs.has("NEED_HALF"));

let program, origin, account, own, fresh;
const LIMITS = { recipients: 5, messages_hour: 4, recipients_day: 12, public_recipients: 2, public_messages_hour: 1 };
const clients = [];
const client = (options) => (clients.push(new Client({ origin, ...options })), clients.at(-1));
async function signedIn(who = account, changes = {}) {
  const one = client();
  const answer = await one.login(who, changes);
  assert.equal(answer.status, 303, text(answer.text));
  return one;
}
const csrfOf = async (one) => formTo((await one.get("/mail")).text, "/logout").fields.get("csrf");
const alive = async (one) => (await one.get("/settings")).status === 200;
const part = (route) => route.needs.has("NEED_STREAM") || route.needs.has("NEED_UPLOADS");
const send = (one, route, fields, headers) => part(route) ? one.postMultipart(route.path, Object.entries(fields), headers) : one.post(route.path, fields, headers);

before(async () => {
  program = await Program.start({ threads: 8, sending: LIMITS });
  origin = await serve(program);
  // at once: the mail server looks for new accounts once a second
  [account, ...fresh] = await Promise.all(Array.from({ length: 9 }, () => newAccount()));
  own = await Imap.open(account);
});
after(async () => {
  own.close();
  clients.forEach((one) => one.close());
  await program.stop();
});

describe("forged requests", () => {
  test("the table that all this is generated from is the program's", () => {
    for (const path of ["/login", "/logout", "/act", "/compose", "/import", "/settings", "/filters/edit"]) assert.ok(posts.some((route) => route.path === path), path);
  });

  test("no POST of the table does anything without the token of this very session", async () => {
    const one = await signedIn(), other = await signedIn(fresh.at(-1)), own = await csrfOf(one);
    const forgeries = { "no token": {}, "an empty one": { csrf: "" }, "another person's": { csrf: await csrfOf(other) },
      "the right one but for a letter": { csrf: (own[0] === "A" ? "B" : "A") + own.slice(1, 43) } };
    for (const route of inside) for (const [name, fields] of Object.entries(forgeries)) {
      const from = program.log().length;
      const answer = await send(one, route, { ...fields, act: "delete", text: "x" });
      assert.equal(answer.status, 403, `POST ${route.path} with ${name}`);
      await eventually(() => program.log().slice(from).includes(`forged-request`) && program.log().slice(from).includes(`cause=token path=${route.path} `));
    }
    // a form of an earlier session of one's own is shown again, to be sent from there, and not obeyed
    const before = await csrfOf(await signedIn());
    for (const route of inside.filter((route) => !route.needs.has("NEED_RESCUE")))
      assert.ok([403, 409].includes((await send(one, route, { csrf: before, act: "delete", text: "x" })).status), `POST ${route.path} with an older form`);
    const inLink = await one.post(`/logout?csrf=${own}`, {});
    assert.equal(inLink.status, 403, "a token in the address is none");
    assert.ok(await alive(one), "nobody was signed out by it");
  });

  test("no POST of the table is taken from another site, whatever token it carries", async () => {
    const one = await signedIn(), csrf = await csrfOf(one);
    for (const route of inside) for (const headers of [{ origin: `https://${EVIL}` }, { "sec-fetch-site": "cross-site" }, { origin: "null" }]) {
      const answer = await send(one, route, { csrf }, headers);
      assert.equal(answer.status, 403, `POST ${route.path} from ${JSON.stringify(headers)}`);
    }
    assert.ok(await alive(one));
  });

  test("with the token and from here each of them gets past the gate", async () => {
    // or the two tests above would prove nothing
    const one = await signedIn(), csrf = await csrfOf(one), from = program.log().length;
    for (const route of inside) if (route.path !== "/logout") await send(one, route, { csrf, act: "nothing" });
    assert.doesNotMatch(program.log().slice(from), /forged-request/);
  });

  test("no POST of the table is anybody's who is not signed in", async () => {
    for (const route of posts.filter((route) => !route.needs.has("NEED_LOGIN_TOKEN"))) {
      const answer = await send(client(), route, { csrf: "x".repeat(43), text: "my words" });
      assert.ok([303, 401, 403].includes(answer.status), `POST ${route.path}: ${answer.status}`);
      if (answer.status === 303) assert.match(answer.headers.location, /^\/login/);
      assert.equal(answer.setCookies.some((line) => line.startsWith(TOKEN + "=") && !/max-age=0/i.test(line)), false);
    }
  });

  test("nor is what half a session may do", async () => {
    const other = await Program.start({ second: { required: "yes" } }), one = new SocketClient(other.socket);
    assert.match((await one.login(account)).header("location"), /^\/login\/second/);
    const csrf = formTo((await one.get("/login/second")).text, "/login/second").fields.get("csrf"), full = await csrfOf(await signedIn());
    const halves = posts.filter((route) => route.needs.has("NEED_HALF"));
    assert.ok(halves.length > 0);
    for (const { path } of halves) for (const fields of [{}, { csrf: full }, { csrf: csrf.slice(1) }])
      assert.equal((await one.post(path, { ...fields, act: "app", code: "123456" })).status, 403, path);
    assert.notEqual((await one.post(halves[0].path, { csrf, act: "app", code: "123456" })).status, 303, "a code that is none, past the gate");
    assert.match(other.log(), /forged-request request=\S+ cause=token path=\/login\/second /);
    await other.stop();
  });

  test("the forms of the door need their own token and its cookie", async () => {
    for (const route of posts.filter((route) => route.needs.has("NEED_LOGIN_TOKEN"))) {
      const one = client(), csrf = formTo((await one.get("/login")).text, "/login").fields.get("csrf");
      for (const [who, fields] of [[one, {}], [one, { csrf: "x".repeat(43) }], [client(), { csrf }]]) {
        const answer = await send(who, route, { ...account, ...fields });
        assert.equal(answer.status, 403, route.path);
        assert.equal(who.cookies.has(TOKEN), false);
      }
      assert.equal((await send(one, route, { ...account, csrf }, { origin: `https://${EVIL}` })).status, 403);
    }
  });
});

describe("planted and replayed", () => {
  test("a session that somebody has prepared does not become that of who signs in", async () => {
    const thief = await signedIn(fresh.pop()), planted = thief.cookies.get(TOKEN);
    const victim = client();
    victim.cookies.set(TOKEN, planted);
    await victim.login(account);
    assert.notEqual(victim.cookies.get(TOKEN), planted);
    assert.match(text((await victim.get("/settings")).text), new RegExp(account.user));
    assert.equal(await alive(thief), false, "and what was planted is over");
  });

  test("who knows the cookie of the sign-in form has nothing of what comes after it", async () => {
    const thief = client(), victim = client();
    const csrf = formTo((await thief.get("/login")).text, "/login").fields.get("csrf");
    victim.cookies.set(PRE, thief.cookies.get(PRE));
    assert.equal((await victim.login(account)).status, 303);
    assert.equal((await thief.get("/settings")).status, 303);
    assert.equal(thief.cookies.has(TOKEN), false);
    // the form itself, sent again without the password, is nothing
    assert.equal((await thief.post("/login", { user: account.user, csrf })).status, 403);
  });

  test("a token is nothing after sign-out, and not even good for saving a form", async () => {
    const one = await signedIn(), token = one.cookies.get(TOKEN), csrf = await csrfOf(one);
    assert.equal((await one.post("/logout", { csrf })).status, 303);
    one.cookies.set(TOKEN, token);
    for (const route of gets.filter((route) => route.needs.has("NEED_SIGN_IN"))) {
      const answer = await one.get(route.path);
      assert.ok([303, 401].includes(answer.status), `${route.path}: ${answer.status}`);
    }
    const answer = await one.post("/compose", { csrf, act: "save", subject: "afterwards", text: "x" });
    assert.equal(answer.status, 401);
    assert.equal((await having(own, "Drafts", "afterwards")).length, 0);
  });

  test("a form of the session before is not one of this session", async () => {
    const one = await signedIn(), old = await csrfOf(one);
    await one.login(account);
    assert.equal((await one.post("/logout", { csrf: old })).status, 403);
    assert.ok(await alive(one));
  });

  test("what is done twice is done once", async () => {
    const one = await signedIn();
    await own.append("INBOX", letter({ subject: "moved once", from: "a@outside.example" }));
    const list = await one.get("/mail"), fields = new URLSearchParams(formTo(list.text, "/act").fields);
    fields.append("uid", /name="uid" value="([^"]+)"/.exec(list.text)[1]);
    fields.append("act", "delete");
    const answers = await Promise.all([one.post("/act", fields), one.post("/act", fields)]);
    for (const answer of answers) assert.ok(answer.status < 500, String(answer.status));
    await one.post("/act", fields);
    assert.equal((await having(own, "INBOX", "moved once")).length, 0);
    assert.equal((await having(own, "Trash", "moved once")).length, 1);
  });
});

describe("elsewhere", () => {
  const names = returnNames(readdirSync(join(TOP, "cgi", "page")).filter((name) => name.endsWith(".c")).map((name) => readFileSync(join(TOP, "cgi", "page", name), "utf8")));
  const nasty = [`https://${EVIL}/`, `//${EVIL}/`, `/\\${EVIL}`, `\\\\${EVIL}`, `/\t/${EVIL}`, ` //${EVIL}`, `https:${EVIL}`, `javascript:alert(1)//${EVIL}`,
    `/mail\r\nX-Evil: ${EVIL}`, `/mail\nSet-Cookie: a=${EVIL}`, `/mail\0${EVIL}`, `///${EVIL}`, `/%0d%0aX-Evil:${EVIL}`, `@${EVIL}`, `/mail\u2028${EVIL}`];
  const leads = (value) => {
    try {
      return new URL(value, origin).origin !== origin;
    } catch {
      return false;
    }
  };
  const decode = (html) => html.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replace(/&#(\d+);/g, (_, n) => String.fromCharCode(n));
  const checkAnswer = (answer, what) => {
    assert.ok(answer.status < 500, `${what}: ${answer.status}`);
    assert.equal(answer.headers["x-evil"], undefined, what);
    assert.ok(!answer.setCookies.some((line) => line.includes(EVIL)), what);
    const target = answer.headers.location;
    if (target !== undefined) assert.ok(/^\/(?![\/\\])[\x21-\x7e]*$/.test(target) && !leads(target), `${what}: Location: ${target}`);
    if (!/html/.test(answer.headers["content-type"] || "")) return;
    for (const [, name, value] of answer.text.matchAll(/\s(href|action|formaction|src)="([^"]*)"/g)) assert.ok(!leads(decode(value)), `${what}: ${name}=${value}`);
    for (const [, value] of answer.text.matchAll(/http-equiv="refresh"[^>]*content="[^"]*url=([^"]*)"/gi)) assert.ok(!leads(decode(value)), `${what}: ${value}`);
  };

  test("no page of the table sends anybody away, or writes a header that was sent to it", async () => {
    const one = await signedIn();
    for (const value of nasty) {
      const query = "?" + names.map((name) => `${name}=${encodeURIComponent(value)}`).join("&");
      const work = gets.filter((route) => !route.needs.has("NEED_POLL")).map(async (route) => checkAnswer(await one.get(route.path + query), `GET ${route.path} ${JSON.stringify(value)}`));
      await Promise.all(work);
    }
  });

  test("no form of the table does so either", async () => {
    const one = await signedIn(), csrf = await csrfOf(one);
    for (const value of nasty) {
      const fields = Object.fromEntries(names.map((name) => [name, value]));
      await Promise.all(inside.filter((route) => route.path !== "/logout" && !route.needs.has("NEED_STREAM")).map(async (route) =>
        checkAnswer(await send(one, route, { csrf, act: "nothing", ...fields }), `POST ${route.path} ${JSON.stringify(value)}`)));
      const door = client(), form = formTo((await door.get("/login")).text, "/login").fields.get("csrf");
      checkAnswer(await door.post("/login", { ...account, csrf: form, ...fields }), `POST /login ${JSON.stringify(value)}`);
    }
    const out = await signedIn();
    checkAnswer(await out.post("/logout?next=//" + EVIL, { csrf: await csrfOf(out), next: `//${EVIL}`, back: `//${EVIL}` }), "POST /logout");
  });

  test("the page before a link of a letter shows none that no letter of this session had", async () => {
    const one = await signedIn(), url = Buffer.from(`https://${EVIL}/`).toString("base64url");
    for (const sig of ["", "x".repeat(43), await csrfOf(one), (await csrfOf(one)).slice(0, 43)]) for (const path of ["/link", "/image"]) {
      const answer = await one.get(`${path}?folder=INBOX&v=1&uid=1&url=${url}&sig=${sig}`);
      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
      assert.ok(!answer.text.includes(EVIL));
    }
  });

  test("no page derives anything from the Host that it is asked under", async () => {
    const one = await signedIn(), cookie = `Cookie: ${TOKEN}=${one.cookies.get(TOKEN)}`;
    for (const host of [EVIL, `localhost@${EVIL}`, `localhost:80@${EVIL}`, `${EVIL}:443`]) {
      for (const target of ["/", "/login?next=/mail", "/mail", "/settings", "/compose", "/nothing"]) {
        const answer = await get(origin, target, [cookie, `X-Forwarded-Host: ${EVIL}`, `Forwarded: host=${EVIL}`], host);
        assert.ok(!answer.head.includes(EVIL) && !answer.text.includes(EVIL), `${target} under ${host}:\n${answer.head}`);
      }
      const arrival_ = await get(origin, "/mail?folder=INBOX", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"], host);
      assert.ok(!arrival_.text.includes(EVIL));
    }
  });

  test("a line break in a file's name is none in a header, nor one in a field in a message", async () => {
    const one = await signedIn();
    const names_ = { "star.eml": "filename*=utf-8''a%0d%0aX-Evil%3A%201.txt", "word.eml": 'filename="=?utf-8?q?a=0D=0AX-Evil:_1.txt?="' };
    for (const [subject, name] of Object.entries(names_))
      await own.append("INBOX", `From: a@outside.example\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; ${name}\r\n\r\nbytes\r\n--b--\r\n`);
    const list = await one.get("/mail");
    let tried = 0;
    for (const [, href] of list.text.matchAll(/href="(\/mail\?[^"]*uid=\d+)"/g)) {
      const page = await one.get(decode(href));
      for (const [, part] of page.text.matchAll(/href="(\/part\?[^"]+)"/g)) {
        const answer = await one.get(decode(part));
        assert.equal(answer.status, 200);
        assert.equal(answer.headers["x-evil"], undefined);
        tried++;
      }
    }
    assert.ok(tried >= 2, "both were downloaded");
    const saved = await write(one, await one.get(compose()), "save", { to: `b@outside.example\r\nBcc: spy@${EVIL}`, subject: `broken\r\nBcc: spy@${EVIL}`, text: "x" });
    assert.ok(saved.status < 500);
    for (const { source } of await having(own, "Drafts", "broken")) assert.equal(header(source, "Bcc"), undefined);
  });
});

describe("paths, cookies, sizes", () => {
  test("no path leads anywhere but to the table", async () => {
    const one = await signedIn(), cookie = `Cookie: ${TOKEN}=${one.cookies.get(TOKEN)}`;
    const tricks = ["/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/static/..%2f..%2fconf/vaguemestre.conf", "/static../conf/vaguemestre.conf", "/static/%2e%2e/conf/vaguemestre.conf",
      "/mail/../settings", "/mail/%2e%2e/settings", "/mail%00", "/mail%00.css", "/static/%00", "/mail%c0%af..%c0%afsettings", "/%c0%ae%c0%ae/settings", "/mail%2fsettings", "/mail/extra", "/settings/", "/SETTINGS",
      "/settings;x=1", "/settings%3fx", "/%5c..%5csettings", "/./settings", `//${EVIL}/settings`, "/settings%20", "/%", "/%zz", "/%u002e%u002e/settings", "*", "/unavailable.html"];
    for (const target of tricks) {
      const answer = await get(origin, target, [cookie]);
      // nginx takes dots that are there in clear away, as browsers do; the program sees them as they came
      assert.ok(answer.status >= 400 && answer.status < 500, `${target}: ${answer.status}`);
      assert.ok(!/root:|key_file|form[^>]*settings/.test(answer.text), target);
    }
    const nul = await get(origin, "/mail\0/../settings", [cookie]);
    assert.ok(nul.status >= 400 && nul.status < 500, String(nul.status));
    assert.ok(await alive(one));
  });

  test("two cookies of our name are none, and strange ones beside ours are nothing", async () => {
    const one = await signedIn(), token = one.cookies.get(TOKEN), planted = "A".repeat(43);
    const ask = (cookie) => get(origin, "/settings", [].concat(cookie).map((line) => `Cookie: ${line}`));
    for (const cookie of [`${TOKEN}=${planted}; ${TOKEN}=${token}`, `${TOKEN}=${token}; ${TOKEN}=${planted}`, `${TOKEN}=${token}; ${TOKEN}=${token}`, [`${TOKEN}=${planted}`, `${TOKEN}=${token}`],
      `${TOKEN}=`, `${TOKEN}=${token.slice(1)}`, `${TOKEN}=${token}A`, `${TOKEN}="${token}"`, `${TOKEN}=${token}${"A".repeat(900)}`, `${TOKEN.toLowerCase()}=${token}`, `X${TOKEN}=${token}`, `${TOKEN}=${planted}`])
      assert.equal((await ask(cookie)).status, 303, String(cookie));
    const many = Array.from({ length: 200 }, (_, i) => `c${i}=${i}`);
    assert.equal((await ask([...many.slice(100), `${TOKEN}=${token}`, ...many.slice(0, 100)].join("; "))).status, 200);
    const huge = await ask(`a=${"x".repeat(30000)}; ${TOKEN}=${token}`);
    assert.ok([303, 400, 414, 431].includes(huge.status), String(huge.status));
    assert.ok(await alive(one));
  });

  test("ten thousand fields, a body beyond all bounds, a length that lies: refused, and the next one is served", async () => {
    const one = await signedIn(), csrf = await csrfOf(one);
    const door = client(), form = formTo((await door.get("/login")).text, "/login").fields.get("csrf");
    const fields = Array.from({ length: 10000 }, (_, i) => `f${i}=${i}`).join("&"), type = { "content-type": "application/x-www-form-urlencoded" };
    assert.equal((await door.request("POST", "/login", { body: `csrf=${form}&${fields}`, headers: type })).status, 413, "at the door much less is enough");
    const much = await one.request("POST", "/act", { body: `csrf=${csrf}&${fields}&${fields}&${fields}`, headers: type });
    assert.equal(much.status, 413);
    const head = (length) => `POST /compose HTTP/1.1\r\nHost: localhost\r\nCookie: ${TOKEN}=${one.cookies.get(TOKEN)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`;
    for (const length of ["500000000", "-1", "18446744073709551616", "1e3", "5, 6"]) {
      const answer = await exchange(origin, head(length) + "csrf=");
      assert.ok([400, 411, 413].includes(answer.status), `${length}: ${answer.status}`);
    }
    const both = await exchange(origin, head("5").replace("\r\nConnection", "\r\nTransfer-Encoding: chunked\r\nConnection") + "0\r\n\r\n");
    assert.ok(both.status >= 400 && both.status < 500, `two lengths: ${both.status}`);
    assert.ok(await alive(one));
  });

  test("who sends slowly, at the head or in the body, keeps nobody waiting", async () => {
    const one = await signedIn(), csrf = await csrfOf(one);
    const starts = ["GET /mail HTTP/1.1\r\nHost: loc", "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\ncsrf=",
      `POST /compose HTTP/1.1\r\nHost: localhost\r\nCookie: ${TOKEN}=${one.cookies.get(TOKEN)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\ncsrf=${csrf}`,
      `POST /import HTTP/1.1\r\nHost: localhost\r\nCookie: ${TOKEN}=${one.cookies.get(TOKEN)}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 60000\r\n\r\n--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n${csrf}\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.mbox"\r\n\r\nFrom `];
    const slow = [];
    // three times as many of each as there are threads
    for (const start of starts) for (let i = 0; i < 24; i++) slow.push(connect(origin).then((socket) => (socket.write(start), socket)));
    const sockets = await Promise.all(slow);
    const drip = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write("a")), 200);
    try {
      await sleep(600);
      for (let i = 0; i < 5; i++) {
        const began = Date.now();
        assert.equal((await client().get("/login")).status, 200);
        assert.equal((await one.get("/folders")).status, 200);
        assert.ok(Date.now() - began < 3000, `${Date.now() - began} ms`);
      }
    } finally {
      clearInterval(drip);
      sockets.forEach((socket) => socket.destroy());
    }
  });

  test("one token used by fifty at once: from the sign-out on, it opens nothing", async () => {
    const one = await signedIn(), token = one.cookies.get(TOKEN), csrf = await csrfOf(one);
    const others = Array.from({ length: 50 }, () => client());
    const states = [];
    let out = Infinity;
    const work = others.map(async (other, i) => {
      for (let round = 0; round < 3; round++) {
        other.cookies.set(TOKEN, token);
        const began = performance.now();
        const { status } = await other.get(i % 2 ? "/settings" : "/folders");
        states.push({ began, status });
      }
    });
    await sleep(150);
    assert.equal((await one.post("/logout", { csrf })).status, 303);
    out = performance.now();
    await Promise.all(work);
    assert.ok(states.every(({ status }) => [200, 303].includes(status)), JSON.stringify(states.map(({ status }) => status)));
    const late = states.filter(({ began }) => began > out);
    assert.ok(late.every(({ status }) => status === 303));
    for (const other of others.slice(0, 5)) {
      other.cookies.set(TOKEN, token);
      assert.equal((await other.get("/settings")).status, 303);
    }
  });
});

describe("clocks", () => {
  test("one that is set back makes nobody immortal, one that is set forward a little ends nothing, and far it does", async () => {
    // two hours ahead at first: the certificates of the demonstration may be younger than an hour
    const clock = join(scratch(), "clock"), set = (seconds) => writeFileSync(clock, `+${seconds}`);
    const library = files(join(TOP, "build", "faketime")).find((path) => path.endsWith("/libfaketimeMT.so.1"));
    set(7200);
    const other = await Program.start({ session: { idle: 2 } }, { environment: { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1", ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ""}:verify_asan_link_order=0` } });
    const there = await serve(other), one = client({ origin: there });
    assert.equal((await one.login(account)).status, 303);
    set(3600);
    await sleep(2200); // and nothing is asked meanwhile
    assert.equal(await alive(one), false, "its idle time has passed all the same");
    assert.equal((await one.login(account)).status, 303);
    set(1800);
    assert.ok(await alive(one), "half an hour back");
    set(1801);
    assert.ok(await alive(one), "a second forward");
    set(4 * 3600);
    assert.equal(await alive(one), false, "three hours forward");
    assert.equal((await one.login(account)).status, 303, "and a new session is one");
    assert.ok(await alive(one));
    await other.stop();
  });
});

// What a thief of a session would want it for.
describe("sending", () => {
  const OUT = "nobody@outside.example";
  const people = (n, from = 0) => Array.from({ length: n }, (_, i) => `p${from + i}@outside.example`).join(", ");
  let stamp = 0;
  const sendOne = async (one, to) => {
    const subject = `limit ${++stamp} end`;
    const answer = await write(one, await one.get(compose()), "send", { to, subject, text: "x" });
    return { subject, answer };
  };
  const drafts = async (who, subject) => {
    const imap = await Imap.open(who);
    const found = await having(imap, "Drafts", subject);
    imap.close();
    return found.length;
  };

  test("a message has so many recipients and no more; it is kept", async () => {
    const who = fresh.pop(), one = await signedIn(who);
    const { answer, subject } = await sendOne(one, people(6));
    assert.equal(answer.status, 422);
    assert.match(errors(answer).join(), /5 at most/);
    assert.equal(await drafts(who, subject), 1);
  });

  test("of the messages of an hour the next one waits in Drafts, in every session", async () => {
    const who = fresh.pop(), one = await signedIn(who);
    for (let i = 0; i < 4; i++) assert.equal((await sendOne(one, OUT)).answer.status, 303);
    const from = program.log().length;
    const { answer, subject } = await sendOne(one, OUT);
    assert.equal(answer.status, 429, text(answer.text));
    assert.match(errors(answer).join(), /not been sent\. It is in Drafts\. .*You can send again: (today|\d+ \w+)[^.]*, \d\d:\d\d/);
    const wait = Number(answer.headers["retry-after"]);
    assert.ok(wait > 3500 && wait <= 3600, String(wait));
    assert.equal(await drafts(who, subject), 1);
    assert.match(program.log().slice(from), new RegExp(`warning sending-limit request=\\S+ address=127\\.0\\.0\\.1 kind=full recipients=1 until=\\d+ user="${who.user}"`));
    const two = await signedIn(who);
    assert.equal((await sendOne(two, OUT)).answer.status, 429, "another sign-in begins nothing anew");
    const others = await signedIn(fresh.pop());
    assert.equal((await sendOne(others, OUT)).answer.status, 303, "others are others");
  });

  test("of ten presses at once no more go out than may", async () => {
    const who = fresh.pop(), one = await signedIn(who);
    const forms = [];
    for (let i = 0; i < 10; i++) forms.push(await one.get(compose()));
    const answers = await Promise.all(forms.map((form, i) => write(one, form, "send", { to: OUT, subject: `flood ${i}`, text: "x" })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 303, 303, 303, 429, 429, 429, 429, 429, 429]);
  });

  test("recipients of a day are counted; what was refused is not", async () => {
    const who = fresh.pop(), one = await signedIn(who);
    assert.equal((await sendOne(one, people(5))).answer.status, 303);
    const refused = await sendOne(one, people(4).replace("p0@outside.example", `missing-${Date.now()}@${who.user.split("@")[1]}`));
    assert.notEqual(refused.answer.status, 303, "an unknown one of ours is refused");
    assert.equal((await sendOne(one, people(5, 10))).answer.status, 303);
    const much = await sendOne(one, people(3, 20));
    assert.equal(much.answer.status, 429);
    assert.ok(Number(much.answer.headers["retry-after"]) > 86000);
    assert.equal((await sendOne(one, people(2, 20))).answer.status, 303, "two still fit");
  });

  test("from a public computer less, and the rest of the day stays the owner's", async () => {
    const who = fresh.pop(), kiosk = await signedIn(who, { public: "1" });
    assert.match(errors((await sendOne(kiosk, people(3))).answer).join(), /2 at most/);
    assert.equal((await sendOne(kiosk, people(2))).answer.status, 303);
    assert.equal((await sendOne(kiosk, OUT)).answer.status, 429);
    const home = await signedIn(who);
    assert.equal((await sendOne(home, OUT)).answer.status, 303);
  });

  test("the same message again, after an answer that got lost, counts once", async () => {
    const who = fresh.pop(), one = await signedIn(who);
    const form = await one.get(compose()), fields = { to: people(5), subject: "again", text: "x" };
    for (let i = 0; i < 3; i++) assert.equal((await write(one, form, "send", fields)).status, 303);
    assert.equal((await sendOne(one, people(5, 10))).answer.status, 303);
    const imap = await Imap.open(who);
    assert.equal((await having(imap, "Sent", "again")).length, 1);
    imap.close();
  });

  test("and a restart begins nothing anew", async () => {
    const who = fresh.pop(), one = await signedIn(who);
    for (let i = 0; i < 4; i++) assert.equal((await sendOne(one, OUT)).answer.status, 303);
    await program.stop();
    program = await Program.start({ listen: program.socket, store: program.tree.store, sending: LIMITS });
    assert.equal((await sendOne(one, OUT)).answer.status, 429);
  });
});

// Remote images that come through us: what is fetched and what is not, what their server learns, who
// may ask. The servers of the images are here; what they hear is counted from the TCP connection on.
import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { Authority } from "../lib/certificates.mjs";
import { env } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { attributes, formTo, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap } from "../lib/imap.mjs";
import { PNG, letterOf, part } from "../lib/mime.mjs";
import { Program, run, scratch } from "../lib/program.mjs";

const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const BOX = "Images";
let account, imap, uidvalidity, origin, origin6, secure, forbidden, allowed, closed, reader, stranger;

// ---- the servers of the images -----------------------------------------------------------------

// path → what is answered; the query is left out. A text is where a redirect goes.
const answers = {
  "/ok.png": (res) => res.writeHead(200, { "content-type": "image/png", "set-cookie": "spy=1", "x-origin": "1", refresh: "0; url=/", "cache-control": "public" }).end(PNG),
  "/ok.gif": (res) => res.writeHead(200, { "content-type": "IMAGE/GIF; charset=x" }).end(GIF),
  "/called-jpeg": (res) => res.writeHead(200, { "content-type": "image/jpg" }).end(PNG),
  "/megabyte": (res) => res.writeHead(200, { "content-type": "image/png" }).end(Buffer.concat([PNG, Buffer.alloc(1e6 - PNG.length)])),
  "/pieces": async (res) => {
    res.writeHead(200, { "content-type": "image/png" });
    for (const byte of PNG) await new Promise((resolve) => res.write(Buffer.from([byte]), resolve));
    res.end();
  },
  "/0": "/1", "/1": "2?secret", "/2": "//127.0.0.1:PORT/3", "/3": "/4", "/4": "/ok.png", "/many": "/0",
  "/to-tls": "https://localhost:SECURE/ok.png", "/from-tls": "http://127.0.0.1:PORT/ok.png",
  "/to-private": "http://127.0.0.2:FORBIDDEN/ok.png", "/to-odd": "http://0x7f000002:FORBIDDEN/ok.png", "/to-mapped": "http://[::ffff:127.0.0.2]:FORBIDDEN/ok.png",
  "/to-any": "http://0.0.0.0:FORBIDDEN/ok.png", "/to-self": "/to-self", "/to-file": "file:///etc/hostname", "/to-ftp": "ftp://127.0.0.2:FORBIDDEN/ok.png",
  "/to-gopher": "gopher://127.0.0.2:FORBIDDEN/x", "/to-user": "http://user:password@127.0.0.1:PORT/ok.png", "/to-mail": "http://127.0.0.1:25/", "/to-nowhere": "",
  "/html": (res) => res.writeHead(200, { "content-type": "text/html" }).end("<script>alert(1)</script>"),
  "/html-called-png": (res) => res.writeHead(200, { "content-type": "image/png" }).end("<html><script>alert(1)</script>"),
  "/svg": (res) => res.writeHead(200, { "content-type": "image/svg+xml" }).end(SVG),
  "/svg-called-png": (res) => res.writeHead(200, { "content-type": "image/png" }).end(SVG),
  "/png-called-html": (res) => res.writeHead(200, { "content-type": "text/html" }).end(PNG),
  "/png-called-nothing": (res) => res.writeHead(200).end(PNG),
  "/empty": (res) => res.writeHead(200, { "content-type": "image/png" }).end(),
  "/missing": (res) => res.writeHead(404, { "content-type": "image/png" }).end(PNG),
  "/partial": (res) => res.writeHead(206, { "content-type": "image/png" }).end(PNG),
  "/forbidden": (res) => res.writeHead(401, { "www-authenticate": "Basic realm=x" }).end(),
  "/announced": (res) => res.writeHead(200, { "content-type": "image/png", "content-length": 1e6 + 1 }).write(PNG),
  "/cut-short": (res) => res.writeHead(200, { "content-type": "image/png", "content-length": 1000 }).write(PNG, () => res.destroy()),
  "/endless": (res) => {
    res.writeHead(200, { "content-type": "image/png" }).write(PNG);
    const more = () => res.destroyed || res.write(Buffer.alloc(65536), more);
    more();
  },
  "/never": () => {},
  "/drips": (res) => {
    res.writeHead(200, { "content-type": "image/png" }).write(PNG);
    const drip = setInterval(() => res.write("."), 300);
    res.on("close", () => clearInterval(drip));
  },
};

// Counts connections and keeps requests.
async function listen(server, host) {
  Object.assign(server, { connections_: 0, requests: [] });
  server.on("connection", () => server.connections_++);
  server.on("request", (req, res) => {
    server.requests.push({ url: req.url, method: req.method, headers: req.rawHeaders, agent: req.headers["user-agent"] });
    const answer = answers[req.url.split("?")[0]];
    if (typeof answer === "function") return answer(res);
    if (answer === undefined) return res.writeHead(410).end();
    const location = answer.replace("PORT", origin.address().port).replace("SECURE", secure.address().port).replace("FORBIDDEN", forbidden.address().port);
    return res.writeHead(302, location ? { location, "content-type": "image/png" } : {}).end(PNG);
  });
  await new Promise((resolve, reject) => server.on("error", reject).listen(0, host, resolve));
  return server;
}
const at = (server, path, host = "127.0.0.1", scheme = "http") => `${scheme}://${host}:${server.address().port}${path}`;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  await imap.fresh(BOX);
  ({ uidvalidity } = await imap.select(BOX));
  origin = await listen(http.createServer(), "127.0.0.1");
  origin6 = await listen(http.createServer(), "::1");
  forbidden = await listen(http.createServer(), "127.0.0.2");
  secure = await listen(https.createServer(new Authority(scratch()).issue({ names: ["DNS:localhost"] })), "127.0.0.1");
  allowed = await Program.start({ threads: 1, web: { image_proxy: "yes", image_max: 1, also: "127.0.0.1 ::1", ca_file: env.CA } });
  closed = await Program.start({ web: { image_proxy: "yes", ca_file: env.CA } });
  reader = new SocketClient(allowed.socket, { "user-agent": "Secret/1.0", "accept-language": "br", referer: "https://webmail.example/secret", "x-forwarded-for": "192.0.2.77" });
  stranger = new SocketClient(closed.socket);
  for (const client of [reader, stranger]) assert.equal((await client.login(account)).status, 303);
});
after(() => {
  for (const server of [origin, origin6, forbidden, secure]) server?.close(), server?.closeAllConnections();
  imap?.close();
});

// ---- the letter --------------------------------------------------------------------------------

const url = (path, uid) => `${path}?` + new URLSearchParams({ folder: BOX, v: uidvalidity, uid });
const append = (urls) => imap.append(BOX, letterOf("Images", part(["Content-Type: text/html; charset=utf-8"],
  `<p>news</p>${urls.map((one) => `<img alt="words" src="${one.replaceAll("&", "&amp;")}">`).join("")}`)));

// The frame of a letter whose reader has allowed its images.
async function allowedFrame(uid, client = reader) {
  const page = await client.get(url("/message", uid));
  const allow = [...page.text.matchAll(/<a\b(?:[^>"]|"[^"]*")*>/g)].map(([tag]) => attributes(tag).href).find((href) => /[?&]remote=/.test(href));
  assert.ok(allow, text(page.text).slice(0, 300));
  const again = await client.get(allow);
  return client.get(tags(again.text, "iframe")[0].src);
}
async function links(urls, client = reader) {
  const frame = await allowedFrame(await append(urls), client);
  return tags(frame.text, "img").map((one) => one.src);
}
const fetched = async (remote, client = reader) => client.get((await links([remote], client))[0]);

// An answer that shows nothing and tells nothing.
function assertNothing(answer, status, why) {
  assert.equal(answer.status, status, why);
  assert.equal(answer.body.length, 0, why);
  assert.match(answer.header("content-type"), /^text\/plain/);
  assert.equal(answer.header("x-content-type-options"), "nosniff");
}
const heard = () => [origin, origin6, secure, forbidden].reduce((sum, server) => sum + server.connections_, 0);

// ---- tests -------------------------------------------------------------------------------------

test("the letter's document names no other server, and may ask none", async () => {
  const remote = [at(origin, "/ok.png?a=1&b=2"), "https://evil.example/t.gif", "//evil.example/none.png"];
  const before = heard();
  const uid = await append(remote);
  const blocked = await reader.get(url("/body", uid));
  assert.deepEqual(tags(blocked.text, "img"), []);
  const frame = await allowedFrame(uid);
  const images = tags(frame.text, "img");
  assert.equal(images.length, 2);
  for (const image of images) {
    assert.match(image.src, /^\/image\?/);
    assert.equal(image.alt, "words");
  }
  assert.doesNotMatch(frame.text, /evil\.example|127\.0\.0\.1/);
  assert.match(frame.header("content-security-policy"), /img-src 'self' data:;/);
  assert.equal(heard(), before, "nobody was asked by showing the letter");
});

test("an image is passed on as what it is, without anything of its server's", async () => {
  const answer = await fetched(at(origin, "/ok.png?a=1&b=2"));
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, PNG);
  assert.equal(origin.requests.at(-1).url, "/ok.png?a=1&b=2");
  assert.equal(answer.header("content-type"), "image/png");
  assert.equal(answer.header("x-content-type-options"), "nosniff");
  assert.match(answer.header("content-security-policy"), /^sandbox; default-src 'none'/);
  assert.match(answer.header("cache-control"), /no-store/);
  assert.equal(answer.header("cross-origin-resource-policy"), "same-origin");
  for (const name of ["set-cookie", "x-origin", "refresh", "location"]) assert.equal(answer.header(name), undefined, name);
});

test("its server learns nothing about the reader", async () => {
  await fetched(at(origin, "/ok.png"));
  const { method, headers } = origin.requests.at(-1);
  assert.equal(method, "GET");
  const names = headers.filter((_, i) => i % 2 === 0);
  assert.deepEqual(names.sort(), ["Accept", "Host", "User-Agent"]);
  assert.doesNotMatch(headers.join("\n"), /Secret|192\.0\.2\.77|webmail|cookie/i);
  // nor does a cookie that it set the time before come back
  await fetched(at(origin, "/ok.png"));
  assert.deepEqual(origin.requests.at(-1).headers, headers);
});

for (const [path, type, bytes] of [["/ok.gif", "image/gif", GIF], ["/called-jpeg", "image/png", PNG], ["/pieces", "image/png", PNG]])
  test(`${path} is shown`, async () => {
    const answer = await fetched(at(origin, path));
    assert.equal(answer.status, 200);
    assert.equal(answer.header("content-type"), type);
    assert.deepEqual(answer.body, bytes);
  });

test("an image of exactly the limit is shown whole", async () => {
  const answer = await fetched(at(origin, "/megabyte"));
  assert.equal(answer.status, 200);
  assert.equal(answer.body.length, 1e6);
});

test("by name, over TLS with a known certificate, and over IPv6", async () => {
  for (const remote of [at(origin, "/ok.png", "localhost"), at(secure, "/ok.png", "localhost", "https"), at(origin6, "/ok.png", "[::1]"),
    at(origin, "/ok.png", "[::ffff:127.0.0.1]"), at(origin, "/ok.png", "0x7f000001")])
    assert.deepEqual((await fetched(remote)).body, PNG, remote);
  assertNothing(await fetched(at(secure, "/ok.png", "127.0.0.1", "https")), 502, "a certificate of another name");
});

test("redirects are followed, five at most", async () => {
  const from = origin.requests.length;
  assert.deepEqual((await fetched(at(origin, "/0"))).body, PNG);
  assert.deepEqual(origin.requests.slice(from).map((one) => one.url), ["/0", "/1", "/2?secret", "/3", "/4", "/ok.png"]);
  assertNothing(await fetched(at(origin, "/many")), 502);
  assertNothing(await fetched(at(origin, "/to-self")), 502);
  assert.deepEqual((await fetched(at(origin, "/to-tls"))).body, PNG, "to TLS");
});

test("each redirect is checked anew", async () => {
  const refused = ["/to-private", "/to-odd", "/to-mapped", "/to-any", "/to-file", "/to-ftp", "/to-gopher", "/to-user", "/to-mail", "/to-nowhere"];
  const images = await links(refused.map((path) => at(origin, path)));
  for (const [i, path] of refused.entries()) {
    const from = origin.requests.length;
    assertNothing(await reader.get(images[i]), 502, path);
    assert.deepEqual(origin.requests.slice(from).map((one) => one.url), [path]);
  }
  assert.equal(forbidden.connections_, 0);
  const from = origin.connections_;
  assertNothing(await fetched(at(secure, "/from-tls", "localhost", "https")), 502, "away from TLS");
  assert.equal(origin.connections_, from);
});

for (const path of ["/html", "/html-called-png", "/svg", "/svg-called-png", "/png-called-html", "/png-called-nothing", "/empty", "/missing", "/partial",
  "/forbidden", "/announced", "/cut-short"])
  test(`${path} is not shown`, async () => assertNothing(await fetched(at(origin, path)), 502));

test("an image that grows beyond the limit is cut off, so that nobody takes it for whole", async () => {
  const [link] = await links([at(origin, "/endless")]);
  await assert.rejects(reader.get(link), /closed without an answer/);
});

test("nothing that is not public is asked, however it is written", async () => {
  const { port } = origin.address();
  const hosts = ["127.0.0.1", "localhost", "localhost.", "LOCALHOST", "127.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0", "0.0.0.0",
    "127.0.0.2", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "%31%32%37.0.0.1", "10.0.0.1", "192.168.0.1", "169.254.169.254", "[fe80::1]", "[fd00::1]",
    "[2002:7f00:1::]", "[64:ff9b::7f00:1]", "224.0.0.1", "255.255.255.255"];
  const before = heard();
  const images = await links(hosts.map((host) => `http://${host}:${port}/ok.png`), stranger);
  assert.equal(images.length, hosts.length);
  for (const [i, host] of hosts.entries()) assertNothing(await stranger.get(images[i]), 502, host);
  assert.equal(heard(), before);
  assert.match(closed.log(), /image-failure .*status=denied .*stage=connect host=localhost .*detail="(::1|127\.0\.0\.1) is no public address"/);
});

test("only this session may ask, and only for what this message names", async () => {
  const [one, other] = [await append([at(origin, "/ok.png")]), await append([at(origin, "/ok.gif")])];
  const link = async (uid, client) => new URL(tags((await allowedFrame(uid, client)).text, "img")[0].src, "https://x");
  const mine = await link(one), second = await link(other);
  const elsewhere = new SocketClient(allowed.socket);
  await elsewhere.login(account);
  const theirs = await link(one, elsewhere);
  const changed = (changes) => {
    const query = new URLSearchParams(mine.search);
    for (const [name, value] of Object.entries(changes)) value === null ? query.delete(name) : query.set(name, value);
    return `/image?${query}`;
  };
  const sig = mine.searchParams.get("sig");
  const encoded = (text) => Buffer.from(text).toString("base64url");
  const before = heard();
  for (const [changes, status] of [
    [{ sig: null }, 403], [{ sig: "" }, 403], [{ sig: sig.slice(1) }, 403], [{ sig: sig.slice(1) + sig[0] }, 403],
    [{ sig: theirs.searchParams.get("sig") }, 403], [{ sig: second.searchParams.get("sig") }, 403],
    [{ uid: other }, 403], [{ v: uidvalidity + 1 }, 403], [{ folder: "INBOX" }, 403], [{ url: second.searchParams.get("url") }, 403],
    [{ url: encoded(at(forbidden, "/ok.png")) }, 403], [{ url: encoded(at(origin, "/ok.png\0")) }, 403], [{ url: mine.searchParams.get("url") + "AAAA" }, 403],
    [{ url: null }, 403], [{ url: "%" }, 404], [{ url: "A".repeat(6000) }, 404], [{ uid: null }, 404], [{ uid: "0" }, 404], [{ folder: null }, 404],
  ])
    assertNothing(await reader.get(changed(changes)), status, JSON.stringify(changes));
  assertNothing(await elsewhere.get(mine.pathname + mine.search), 403, "another session's");
  assertNothing(await stranger.get(mine.pathname + mine.search), 403, "another site's");
  assert.equal((await new SocketClient(allowed.socket).get(mine.pathname + mine.search)).status, 401);
  assert.equal((await reader.post(mine.pathname + mine.search, {})).status, 405);
  assert.equal(heard(), before);
  assert.equal((await reader.get(mine.pathname + mine.search)).status, 200, "the true one still works");
});

test("who never wants remote images gets none by an address of before", async () => {
  const [link] = await links([at(origin, "/ok.png")]);
  const settings = await reader.get("/settings");
  assert.match(text(settings.text), /pas d’où/);
  const save = async (remote) =>
    assert.equal((await reader.post("/settings", { ...Object.fromEntries(formTo(settings.text, "/settings").fields), remote })).status, 303);
  await save("never");
  const before = heard();
  assertNothing(await reader.get(link), 403);
  assert.equal(heard(), before);
  await save("ask");
  assert.equal((await reader.get(link)).status, 200);
});

test("a site that has not turned it on fetches nothing", async () => {
  const [link] = await links([at(origin, "/ok.png")]);
  const client = await signedIn(account);
  const before = heard();
  const answer = await client.get(link);
  assert.equal(answer.status, 404);
  assert.equal(answer.body.length, 0);
  assert.equal(heard(), before);
  assert.match(text((await client.get("/settings")).text), /and from where\./);
  client.close();
});

test("an image whose address is too long shows its text, and so do those after a thousand", async () => {
  const long = at(origin, "/ok.png?" + "a".repeat(4200)), many = Array.from({ length: 1001 }, (_, i) => at(origin, `/ok.png?${i}`));
  const frame = await allowedFrame(await append([long, ...many]));
  const images = tags(frame.text, "img");
  assert.equal(images.filter((one) => one.src).length, 1000);
  assert.equal(images.at(-1).src, undefined);
  assert.equal(images.at(-1).alt, "words");
  assert.equal((await reader.get(images.find((one) => one.src).src)).status, 200);
});

test("slow servers take no thread from mail, and their time ends", async () => {
  const [never, drips] = await links([at(origin, "/never"), at(origin, "/drips")]);
  const from = origin.requests.length, start = Date.now();
  let ended = 0;
  const slow = Array.from({ length: 64 }, (_, i) => reader.get(i % 2 ? never : drips).finally(() => ended++));
  while (origin.requests.length < from + 64 && Date.now() - start < 9000) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(origin.requests.length, from + 64);
  assertNothing(await reader.get(never), 503);
  assert.equal((await reader.get("/mail")).status, 200, "the one thread for mail is free");
  assert.equal(ended, 0, "all of them are still waited for");
  for (const answer of await Promise.all(slow)) assertNothing(answer, 502);
  assert.ok(Date.now() - start < 30000, `${Date.now() - start} ms`);
  assert.equal(origin.requests.length, from + 64, "the one too many was not asked for");
});

test("a failure is logged with its cause, and without the address that may name the reader", async () => {
  assertNothing(await fetched(at(origin, "/missing?reader=zoe-token")), 502);
  assertNothing(await fetched("http://nowhere.invalid/zoe-token"), 502);
  assert.match(allowed.log(), /info image-failure request=\S+ status=refused answer=404 code=- stage=command host=127\.0\.0\.1 /);
  assert.match(allowed.log(), /image-failure request=\S+ status=unreachable answer=0 code=NET-1 stage=resolve host=nowhere\.invalid /);
  assert.doesNotMatch(allowed.log(), /zoe-token/);
});

test("--check says whether images are fetched, and from where", () => {
  assert.match(run(["--config", allowed.conf, "--check"]).stdout, /^images +ok: fetched from public addresses and those of web\.also, 1 MB at most$/m);
});

test("both programs end as they should", async () => {
  for (const program of [allowed, closed]) assert.deepEqual(await program.stop(), { code: 0, signal: null }, program.log().slice(-3000));
});

// A session on a public computer: what it refuses, route by route and within pages; links, pictures and
// files; whom the site takes to be at such a computer; what of the mail is there at all.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { TOP } from "../lib/env.mjs";
import { formTo, tags, text } from "../lib/html.mjs";
import { Client } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { PNG, base64Part, letterOf, multipart, part } from "../lib/mime.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

const LIBRARY = "127.0.0.3", DAYS = 30;
let account, imap, program, origin, uidvalidity, there, home;

// A browser at one of the machine's own addresses.
class Visitor extends Client {
  constructor(address = "127.0.0.1", headers = { "user-agent": "Kiosk/1" }) {
    super({ origin, headers });
    this.address = address;
  }
  request(method, path, options = {}) {
    return super.request(method, path, { localAddress: this.address, ...options });
  }
}
const visitor = async (changes = { public: "1" }, ...rest) => {
  const client = new Visitor(...rest);
  const answer = await client.login(account, changes);
  assert.equal(answer.status, 303, answer.text.slice(0, 500));
  return client;
};
const csrfOf = (page) => /name="csrf" value="([^"]+)"/.exec(page.text)[1];
const url = (path, uid, more = {}) => `${path}?` + new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid, ...more });
const put = (message, folder = "INBOX") => imap.append(folder, message);

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  program = await Program.start({ session: { public_from: `192.0.2.0/24 ${LIBRARY}`, public_bind_address: "yes", public_days: DAYS, public_hide_codes: "yes" }, web: { image_proxy: "yes" } });
  origin = await serve(program);
  there = await visitor();
  home = await visitor({});
});
after(async () => {
  imap?.close();
  await program?.stop();
});

// ---- what is refused ---------------------------------------------------------------------------

// The rows of the route table: { method, path, needs }.
const routes = [...readFileSync(join(TOP, "cgi/route.c"), "utf8").matchAll(/\{METHOD_(\w+), "([^"]+)", ([^,]+),/g)]
  .map(([, method, path, needs]) => ({ method, path, needs: needs.split(" | ") }));

test("a public session gets what the route table gives it, and the rest changes nothing", async () => {
  assert.ok(routes.length > 45, "the table has been read");
  const one = await visitor(), csrf = csrfOf(await one.get("/mail")), other = await visitor({}), own = csrfOf(await other.get("/mail"));
  const refused = (answer) => answer.status === 403 && /OWN-62/.test(answer.text);
  for (const { method, path, needs } of routes) {
    if (!needs.includes("NEED_SIGN_IN") || needs.includes("NEED_HALF") || path === "/logout") continue;
    const ask = (client, token) => (method === "GET" ? client.get(path) : client.post(path, { csrf: token }));
    assert.equal(refused(await ask(one, csrf)), needs.includes("NEED_FULL"), `${method} ${path}`);
    assert.ok(!refused(await ask(other, own)), `${method} ${path} in a full session`);
  }
});

for (const path of ["/settings", "/filters", "/filters/edit", "/filters/apply", "/vacation", "/folders", "/folder?folder=INBOX", "/tags", "/space", "/transfer",
  "/export?folder=INBOX", "/journey?folder=INBOX", "/zip?folder=INBOX&v=1&uid=1"])
  test(`${path} says why not, and what to do instead`, async () => {
    const answer = await there.get(path);
    assert.equal(answer.status, 403);
    assert.match(text(answer.text), /Not on a public computer.*from a computer of your own/s);
  });

test("what changes the account stays as it was", async () => {
  const csrf = csrfOf(await there.get("/mail"));
  await imap.command("CREATE Kept");
  for (const [path, fields] of [["/folder", { folder: "Kept", act: "delete", confirmed: "1" }], ["/folders", { act: "create", name: "Made" }], ["/settings", { page_size: "25" }],
    ["/vacation", { on: "1", text: "away" }], ["/tags", { act: "create", name: "Tag" }], ["/remote", { act: "always" }], ["/search", { act: "save", name: "Mine", q: "x" }],
    ["/act", { folder: "INBOX", v: uidvalidity, list: "threads" }]])
    assert.equal((await there.post(path, { csrf, ...fields })).status, 403, path);
  const page = text((await home.get("/mail")).text);
  assert.match(page, /Kept/);
  assert.doesNotMatch(page, /Made|Mine/);
});

test("the browser tells of nothing, whatever the settings say", async () => {
  assert.equal((await home.submit(await home.get("/settings"), "/settings", { notify: "yes" })).status, 303);
  const notified = async (client) => tags((await client.get("/mail")).text, "html")[0]["data-notify"];
  assert.equal(await notified(home), "1");
  assert.equal(await notified(there), undefined);
});

// ---- nothing is destroyed ----------------------------------------------------------------------

test("to Trash and back, but never for good", async () => {
  const uid = await put(letter({ subject: "To be kept" }));
  const list = await there.get("/mail");
  const deleted = await there.follow(await there.submit(list, "/act", { uid: String(uid), act: "delete" }));
  assert.match(text(deleted.text), /Undo/);
  const trash = await there.get("/mail?folder=Trash");
  assert.match(text(trash.text), /To be kept/);
  for (const act of ["purge", "empty", "delete"]) {
    assert.doesNotMatch(trash.text, new RegExp(`value="${act}"`), act);
    for (const confirmed of [{}, { confirmed: "1", uidnext: "100000" }]) {
      const answer = await there.submit(trash, "/act", { uid: /name="uid" value="(\d+)"/.exec(trash.text)[1], act, ...confirmed });
      assert.equal(answer.status, 403, act);
    }
  }
  assert.match(text((await there.get("/mail?folder=Trash")).text), /To be kept/);
  const back = await there.follow(await there.submit(deleted, "/act", { act: "undo" }));
  assert.match(text(back.text), /To be kept/);
});

test("found in a search it is not destroyed either, nor is all of a list taken", async () => {
  const csrf = csrfOf(await there.get("/mail"));
  const uid = await put(letter({ subject: "Also kept" }), "Trash");
  const { uidvalidity: v } = await imap.select("Trash");
  const found = `${v}.${uid}.${Buffer.from("Trash").toString("base64url")}`;
  for (const fields of [{ across: "1", back: "/search?q=kept&in=all", uid: found, act: "purge", confirmed: "1" }, { across: "1", back: "/search?q=kept&in=all", uid: found, act: "delete", confirmed: "1" }, { folder: "INBOX", v: uidvalidity, all: "1", total: "5", uidnext: "99", act: "delete" },
    { folder: "INBOX", v: uidvalidity, uid: "1", act: "export" }]) {
    const answer = await there.post("/act", { csrf, ...fields });
    assert.equal(answer.status, 403, JSON.stringify(fields));
  }
  assert.match(text((await there.get("/mail?folder=Trash")).text), /Also kept/);
});

test("a draft is replaced, and discarded to Trash, as anywhere", async () => {
  const form = await there.get("/compose");
  const saved = await there.submit(form, "/compose", { subject: "First words", text: "one", act: "save" });
  assert.equal(saved.status, 200);
  const again = await there.submit(saved, "/compose", { subject: "Second words", text: "two", act: "save" });
  const drafts = text((await there.get("/mail?folder=Drafts")).text);
  assert.match(drafts, /Second words/);
  assert.doesNotMatch(drafts, /First words/);
  assert.equal((await there.submit(again, "/compose", { act: "discard" })).status, 303);
  assert.match(text((await there.get("/mail?folder=Trash")).text), /Second words/);
});

test("what is not to be had is not offered", async () => {
  await put(letter({ subject: "Look around" }));
  for (const page of [await there.get("/mail"), await there.get("/mail?folder=Trash")])
    for (const path of ["/settings", "/folders", "/folder?", "/filters", "/transfer", "/tags", "/space", "/export", "/journey", "/zip", "all=1"])
      assert.ok(!tags(page.text, "a").some((a) => a.href?.includes(path)), path);
});

// ---- links and pictures ------------------------------------------------------------------------

test("links lead to a page that names the whole address, and goes on without a referrer", async () => {
  const target = "https://shop.example/way?a=1&b=%22x";
  const html = `<p><a href="${target.replaceAll("&", "&amp;")}">shop</a> <a href="mailto:a@example.org">write</a> <a href="tel:+33">ring</a> <a href="#x">below</a></p>`;
  const uid = await put(letterOf("Links", multipart("alternative", [part(["Content-Type: text/html"], html)])));
  const plain = await put(letter({ subject: "Plain", body: "See http://open.example/path?q=1 there" }));
  const hrefs = async (client, one) => tags((await client.get(url("/body", one))).text, "a").map((a) => a.href);
  assert.deepEqual((await hrefs(home, uid)).slice(0, 2), [target, "/compose?to=a%40example.org"]);
  const [away, ...others] = await hrefs(there, uid);
  assert.match(away, /^\/link\?url=[\w-]+&sig=[\w-]+$/);
  assert.deepEqual(others, ["/compose?to=a%40example.org", "tel:+33", "#x-x"]);
  const page = await there.get(away);
  assert.ok(page.status < 300);
  assert.match(page.headers["referrer-policy"], /^(same-origin|no-referrer)$/);
  assert.match(text(page.text), /shop\.example/);
  const go = tags(page.text, "a").filter((a) => a.href === target);
  assert.equal(go.length, 1);
  assert.match(go[0].rel, /noopener noreferrer/);
  assert.equal(go[0].referrerpolicy, "no-referrer");
  const [open] = await hrefs(there, plain);
  assert.match(text((await there.get(open)).text), /http:\/\/open\.example\/path\?q=1.*not encrypted/s);
});

test("that page is no open redirect: only this session's own links have one", async () => {
  const uid = await put(letterOf("One link", part(["Content-Type: text/html"], '<a href="https://one.example/">x</a>')));
  const [{ href }] = tags((await there.get(url("/body", uid))).text, "a");
  const other = Buffer.from("https://evil.example/").toString("base64url"), query = new URLSearchParams(href.split("?")[1]);
  assert.ok((await there.get(href)).status < 300);
  for (const made of [`/link?url=${other}&sig=${query.get("sig")}`, `/link?url=${query.get("url")}`, "/link", `/link?url=${Buffer.from("javascript:alert(1)").toString("base64url")}&sig=${query.get("sig")}`]) {
    const answer = await there.get(made);
    assert.ok([400, 403].includes(answer.status), made);
    assert.doesNotMatch(answer.text, /evil\.example|javascript:alert/);
  }
  const second = await visitor();
  assert.equal((await second.get(href)).status, 403, "another session's");
});

test("remote images never, whatever the settings say", async () => {
  const uid = await put(letterOf("Pictures", part(["Content-Type: text/html"], '<img src="https://spy.example/x.png" alt="seen">')));
  const page = await home.get(url("/message", uid));
  const allow = tags(page.text, "a").map((a) => a.href).find((href) => href?.includes("remote="));
  const shown = await home.get(allow);
  const body = tags(shown.text, "iframe")[0].src, image = tags((await home.get(body)).text, "img")[0].src;
  assert.match(image, /^\/image\?/);
  const read = await there.get(url("/message", uid));
  assert.match(text(read.text), /Remote images are not shown on a public computer/);
  assert.doesNotMatch(read.text, /remote=/);
  // a token of another session is none, and this session makes none
  for (const path of [allow, url("/body", uid, { remote: "x" }), body]) assert.doesNotMatch((await there.get(path)).text, /<img|spy\.example/);
  assert.equal((await there.get(image)).status, 403);
});

// ---- files -------------------------------------------------------------------------------------

test("a file is looked at here, and saved only by somebody who has been told what that means", async () => {
  const uid = await put(letterOf("Files", multipart("mixed", [part(["Content-Type: text/plain"], "see"),
    base64Part(['Content-Type: application/pdf; name="bill.pdf"', "Content-Disposition: attachment"], "%PDF-1.4 secret"),
    base64Part(['Content-Type: image/png; name="dot.png"', "Content-Disposition: attachment"], PNG),
    base64Part(['Content-Type: image/png; name="lies.png"', "Content-Disposition: attachment"], "<script>"),
    base64Part(['Content-Type: text/plain; name="note.txt"', "Content-Disposition: attachment"], "words in a file")])));
  const page = await there.get(url("/message", uid));
  const links = tags(page.text, "a").map((a) => a.href).filter((href) => /^\/(part|body)\?.*part=/.test(href || ""));
  assert.ok(links.some((href) => href.startsWith("/body?") && href.includes("part=5")), "a text opens as text");
  assert.doesNotMatch(page.text, /\/zip\?/);
  assert.equal((await there.get(url("/part", uid, { part: "3", open: "1" }))).headers["content-type"], "image/png");
  for (const [path, name] of [[url("/part", uid, { part: "2" }), "bill.pdf"], [url("/part", uid, { part: "2", open: "1" }), "bill.pdf"], [url("/part", uid, { part: "4", open: "1" }), "lies.png"],
    [url("/part", uid, { part: "3" }), "dot.png"], [url("/source", uid, { save: "1" }), "Files.eml"]]) {
    const warning = await there.get(path);
    assert.match(warning.headers["content-type"], /^text\/html/, path);
    assert.equal(warning.headers["content-disposition"], undefined);
    assert.match(text(warning.text), new RegExp(`Save this file on this computer\\?.*${name.replace(".", "\\.")}.*stay on its disk`, "s"));
    const saved = await there.get(tags(warning.text, "a").map((a) => a.href).find((href) => href?.endsWith("&sure=1")));
    assert.match(saved.headers["content-disposition"], /^attachment/);
    assert.equal((await home.get(path)).headers["content-type"].startsWith("text/html"), false, "a full session is asked nothing");
  }
  assert.match((await there.get(url("/body", uid, { part: "5" }))).text, /words in a file/);
});

// ---- who is at a public computer ---------------------------------------------------------------

test("the site can say who is at a public computer, by address", async () => {
  const reader = new Visitor(LIBRARY);
  const door = await reader.get("/login");
  const box = tags(door.text, "input").find((one) => one.id === "public");
  assert.ok("checked" in box && "disabled" in box);
  assert.match(text(door.text), /You are at a public computer/);
  assert.equal((await reader.login(account, { public: null })).status, 303);
  assert.equal((await reader.get("/settings")).status, 403, "though nothing was ticked");
  const elsewhere = tags((await new Visitor().get("/login")).text, "input").find((one) => one.id === "public");
  assert.ok(!("checked" in elsewhere) && !("disabled" in elsewhere));
  assert.equal((await home.get("/settings")).status, 200);
});

test("what a browser does with a password is said where one is typed", async () => {
  const door = await new Visitor().get("/login");
  assert.match(text(door.text), /can keep the password that you type; the browser may offer to save it: refuse/);
  assert.ok(tags(door.text, "a").some((a) => /^\/login\?pass=1/.test(a.href)));
});

test("a copied cookie is no good in another browser, nor at another address, and ends the session", async () => {
  for (const thief of [new Visitor("127.0.0.1", { "user-agent": "Thief/1" }), new Visitor("127.0.0.4")]) {
    const one = await visitor();
    thief.cookies = new Map(one.cookies);
    assert.ok((await one.get("/mail")).status < 300);
    const stolen = await thief.get("/mail");
    assert.equal(stolen.status, 303);
    assert.match(stolen.headers.location, /^\/login/);
    assert.match((await one.get("/mail")).headers.location, /^\/(login|closed)/, "it is over for everybody");
  }
  const one = await visitor({}), moved = new Visitor("127.0.0.4", { "user-agent": "Other/1" });
  moved.cookies = new Map(one.cookies);
  assert.equal((await moved.get("/mail")).status, 200, "a full session may move");
});

// ---- what of the mail is there -----------------------------------------------------------------

const openings = (uid, folder = "INBOX", v = uidvalidity) => {
  const of = (path, more = {}) => `${path}?` + new URLSearchParams({ folder, v, uid, ...more });
  return [of("/message"), of("/body"), of("/body", { print: "1" }), of("/body", { part: "1" }), of("/part", { part: "1", sure: "1" }), of("/source"), of("/source", { save: "1", sure: "1" }), of("/headers"),
    of("/tnef", { part: "1" }), ...["reply", "replyall", "forward", "attach", "edit", "draft"].map((mode) => of("/compose", { mode }))];
};

test("mail from before the site's last days is not there at all", async () => {
  const mark = "Ancient history", old = new Date(Date.now() - (DAYS + 20) * 86400e3), recent = new Date(Date.now() - (DAYS - 5) * 86400e3);
  await imap.command("CREATE Mixed");
  const uids = [];
  for (const [i, date] of [old, recent, old, recent].entries())
    uids.push(await imap.append("Mixed", letter({ subject: `${date === old ? mark : "Of late"} ${i}`, body: `quaint${i}`, date: recent }), [], date));
  const { uidvalidity: v } = await imap.select("Mixed");
  for (const path of ["/mail?folder=Mixed", "/mail?folder=Mixed&sort=subject", "/mail?folder=Mixed&sort=from", "/mail?folder=Mixed&order=asc", "/mail?folder=Mixed&threads=1", "/mail?folder=Mixed&only=unread", "/mail?folder=Mixed&q=Ancient", "/mail?folder=Mixed&q=-zzz", "/mail?folder=Mixed&q=texte:quaint0"]) {
    assert.match((await home.get(path)).text, new RegExp(mark), path);
    const page = await there.get(path);
    assert.ok(page.status < 300, path);
    assert.doesNotMatch(page.text, new RegExp(`${mark}|"uid" value="(${uids[0]}|${uids[2]})"`), path);
  }
  const list = text((await there.get("/mail?folder=Mixed")).text);
  assert.match(list, /Of late 3.*Of late 1/);
  assert.match(list, /Only mail of the last 30 days is shown/);
  assert.doesNotMatch(list, /Mixed \d/, "no count of what is not there");
  assert.match(list, /1–2/);
  for (const client of [there, home]) {
    const find = async () => text((await client.get("/search?q=Ancient&in=all")).text);
    let result = await find();
    for (let i = 0; i < 20 && /Searching/.test(result); i++) result = await find();
    assert.equal(result.includes(mark), client === home);
  }
  for (const path of openings(uids[0], "Mixed", v)) {
    const answer = await there.get(path);
    assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    assert.doesNotMatch(answer.text, /Ancient|quaint/, path);
  }
  for (const path of openings(uids[1], "Mixed", v).slice(0, 3)) assert.ok((await there.get(path)).status < 300, path);
  const shown = await there.get(`/message?folder=Mixed&v=${v}&uid=${uids[3]}`);
  const next = tags(shown.text, "a").find((a) => a.rel === "next").href;
  assert.match((await there.get(next)).text, /Of late 1/);
  // what was opened before does not open another one
  assert.equal((await there.get(`/headers?folder=Mixed&v=${v}&uid=${uids[2]}`)).status, 404);
});

test("a draft carries nothing of a message that is not there, whatever its form says", async () => {
  const { uidvalidity: v } = await imap.select("Mixed"), [, recent] = await imap.search("ALL"), [old] = await imap.search("ALL");
  for (const uid of [recent, old]) {
    const form = await there.get("/compose?" + new URLSearchParams({ mode: "attach", folder: "Mixed", v, uid: recent }));
    await there.submit(form, "/compose", { uid: String(uid), subject: "Carried", text: "see", act: "save" });
  }
  await imap.select("Drafts");
  const drafts = [];
  for (const uid of await imap.search("ALL")) drafts.push(await imap.source(uid));
  assert.ok(drafts.some((one) => one.includes("quaint1")), "of one that is there it does");
  assert.ok(!drafts.some((one) => one.includes("quaint0")));
});

test("codes and password resets are a line that says so, and do not open", async () => {
  const secret = await put(letter({ subject: "Your verification code", from: "Bank <no-reply@bank.example>", body: "It is 482913" }));
  const answer = await put(letter({ subject: "R\u00e9union jeudi", from: "Anne <anne@outside.example>", body: "bring cake" }));
  for (const path of ["/mail", "/mail?sort=subject", "/mail?q=verification", "/search?q=verification&in=all"]) {
    let page = await there.get(path);
    for (let i = 0; i < 20 && /Searching/.test(page.text); i++) page = await there.get(path);
    assert.match(text(page.text), /Code or password.*Hidden on a public computer/s, path);
    assert.doesNotMatch(page.text, /verification code|bank\.example|482913/i, path);
  }
  assert.match((await home.get("/mail")).text, /Your verification code/);
  for (const path of openings(secret)) {
    const refused = await there.get(path);
    assert.equal(refused.status, 403, path);
    assert.match(text(refused.text), /seems to hold a code/, path);
    assert.doesNotMatch(refused.text, /482913|bank\.example/, path);
  }
  assert.match((await home.get(url("/message", secret))).text, /Your verification code/);
  assert.ok((await there.get(url("/message", answer))).status < 300);
  const list = await there.get("/mail");
  assert.equal((await there.submit(list, "/act", { uid: String(secret), act: "archive" })).status, 303, "it can be filed");
  assert.match(text((await there.get("/mail?folder=Archive")).text), /Hidden on a public computer/);
});

test("a page that asks by itself keeps no public session alive", async () => {
  const short = await Program.start({ session: { public_idle: 2 } });
  const before = origin;
  origin = await serve(short);
  try {
    const one = await visitor();
    const end = Date.now() + 10000;
    let answer;
    do {
      answer = await one.get("/poll?folder=INBOX");
      await new Promise((resolve) => setTimeout(resolve, 300));
    } while (answer.status < 300 && Date.now() < end);
    assert.equal(answer.status, 401);
  } finally {
    origin = before;
    await short.stop();
  }
});

// Who is signed in: the list of sessions, ending them from elsewhere, sign-ins from new places, and
// what was done on a public computer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { compose, write } from "../lib/compose.mjs";
import { ACCOUNT2, eventually } from "../lib/env.mjs";
import { faults, forms, tags, text } from "../lib/html.mjs";
import { Client, signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

const TOKEN = "__Host-vaguemestre";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0";
const HOME = "192.0.2.10", CAFE = "198.51.100.20", HOTEL = "203.0.113.30";

let program, origin, account;
const clients = [], boxes = [];

const options = (address, agent) => ({ origin, headers: { "x-forwarded-for": address, "user-agent": agent } });
const browser = (address, agent = FIREFOX) => (clients.push(new Client(options(address, agent))), clients.at(-1));
const enter = async (who, address = HOME, agent = FIREFOX) => (clients.push(await signedIn(who, options(address, agent))), clients.at(-1));
async function kiosk(who, address = CAFE) {
  const one = browser(address, EDGE);
  assert.equal((await one.login(who, { public: "1" })).status, 303);
  return one;
}

const open = async (who) => (boxes.push(await Imap.open(who)), boxes.at(-1));

// The program again, on what the one before has left.
async function restart(signal) {
  const { listen, store, passes } = program.tree;
  await program.stop(signal);
  program = await Program.start({ listen, store, passes });
}

before(async () => {
  program = await Program.start();
  origin = await serve(program);
  account = await newAccount();
});
after(() => {
  [...clients, ...boxes].forEach((one) => one.close());
});

const page = async (one) => {
  const answer = await one.get("/sessions");
  assert.equal(answer.status, 200);
  return answer;
};
const inside = async (one, path = "/mail?folder=INBOX") => (await one.get(path)).status < 300;
// The names by which the page can end sessions, with the words beside them.
const listed = ({ text: html }) => forms(html).filter((form) => form.fields.has("name"))
  .map((form) => ({ name: form.fields.get("name"), words: text(form.html), csrf: form.fields.get("csrf") }));
const end = (one, { name, csrf }) => one.post("/sessions", { csrf, name, act: "end" });
const news = (html) => text((/<aside class="news"[^]*?<\/aside>/.exec(html) || [""])[0]);
const act = (one, from, what) => one.post("/sessions", { csrf: forms(from.text).find((form) => form.action === "/sessions").fields.get("csrf"), act: what });
const codeOf = async (one) => /<b>([0-9A-Z]{4}-[0-9A-Z]{4})<\/b>/.exec((await one.get("/mail")).text)[1];

test("each session of one's own is listed, none of another's, and no token anywhere", async () => {
  const [home, other, public_, stranger] = [await enter(account), await enter(account, HOME, EDGE), await kiosk(account), await enter(ACCOUNT2)];
  const answer = await page(home), list = listed(answer);
  assert.deepEqual(await faults(answer.text), []);
  assert.equal(list.length, 2);
  assert.match(text(answer.text), /Firefox on Linux this one · ordinary session address 192\.0\.2\.10/);
  assert.ok(list.some(({ words }) => /Edge on Windows · ordinary session address 192\.0\.2\.10/.test(words)), JSON.stringify(list));
  assert.ok(list.some(({ words }) => /Edge on Windows · public computer address 198\.51\.100\.20/.test(words)), JSON.stringify(list));
  assert.ok(!answer.text.includes(ACCOUNT2.user));
  for (const one of [home, other, public_]) assert.ok(!answer.text.includes(one.cookies.get(TOKEN)));
  // who is another, or has another's form, ends nothing
  const [theirs] = [listed(await page(other))];
  await end(stranger, { ...list[0], csrf: forms((await page(stranger)).text)[0].fields.get("csrf") });
  await end(home, { ...theirs[0], csrf: list[0].csrf });
  assert.equal((await end(home, { ...list[0], csrf: theirs[0].csrf })).status, 403);
  for (const one of [home, other, public_, stranger]) assert.ok(await inside(one));
  assert.equal((await public_.get("/sessions")).status, 403);
});

test("a session that is ended from another one is over at once, also after a restart", async () => {
  const home = await enter(account), other = await enter(account, HOTEL), public_ = await kiosk(account, HOTEL);
  const theirs = listed(await page(home)).filter(({ words }) => words.includes(HOTEL));
  assert.equal(theirs.length, 2);
  for (const one of theirs) assert.equal((await end(home, one)).status, 303);
  assert.match(text((await page(home)).text), /The session has ended\./);
  for (const one of [other, public_]) {
    const answer = await one.get("/mail?folder=INBOX");
    assert.equal(answer.status, 303);
    assert.match(answer.headers.location, /^\/login/);
  }
  await restart("SIGTERM");
  assert.ok(!await inside(other));
  assert.ok(await inside(home));
});

test("sessions that nobody has used since a restart are listed and ended; all others at once", async () => {
  const home = await enter(account), asleep = await enter(account, HOTEL), awake = await enter(account, HOME, EDGE), stranger = await enter(ACCOUNT2);
  await restart("SIGKILL");
  assert.ok(await inside(awake));
  const answer = await page(home);
  assert.equal(listed(answer).filter(({ words }) => words.includes(HOTEL)).length, 1);
  assert.equal((await act(home, answer, "others")).status, 303);
  const now = await page(home);
  assert.match(text(now.text), /other sessions have ended\./);
  assert.equal(listed(now).length, 0);
  for (const one of [asleep, awake]) assert.ok(!await inside(one));
  for (const one of [home, stranger]) assert.ok(await inside(one));
});

test("who spells the name otherwise is seen, told of and ended all the same", async () => {
  const who = await newAccount(), home = await enter(who), shouted = { ...who, user: who.user.toUpperCase() };
  const thief = await enter(shouted, HOTEL, EDGE), there = await kiosk(shouted);
  assert.match(news((await home.get("/mail")).text), /203\.0\.113\.30/);
  assert.equal(listed(await page(home)).length, 2);
  assert.equal(listed(await page(thief)).length, 2, "of one account all see the same");
  assert.equal((await act(home, await page(home), "others")).status, 303);
  for (const one of [thief, there]) assert.equal(await inside(one), false);
  assert.ok(await inside(home));
});

test("a telephone ends a public session by its code, without signing in", async () => {
  const cafe = await kiosk(account), second = await kiosk(account), phone = browser("203.0.113.77");
  const code = await codeOf(cafe);
  const form = await phone.get("/end");
  assert.deepEqual(await faults(form.text), []);
  assert.equal(tags(form.text, "script").length, 0);
  assert.equal((await phone.post("/end", { code })).status, 403, "without the form's token");
  assert.ok(await inside(cafe));
  const wrong = await phone.submit(form, "/end", { code: "ABCD-EFGH" });
  assert.equal(wrong.status, 403);
  assert.match(text(wrong.text), /No open session has this code\./);
  const done = await eventually(async () => {
    const answer = await phone.submit(await phone.get("/end"), "/end", { code: code.toLowerCase().replace("-", " ") });
    return answer.status !== 429 && answer; // a wrong code has to be waited for
  }, 15000);
  assert.equal(done.status, 200);
  assert.match(text(done.text), /The session has ended\./);
  assert.ok(!done.text.includes(account.user));
  const next = await cafe.follow(await cafe.get("/mail?folder=INBOX"));
  assert.match(next.url, /^\/(login|closed)/);
  assert.ok(!next.text.includes(account.user));
  assert.ok(await inside(second), "the other one goes on");
  const home = await enter(account);
  assert.match(text((await page(home)).text), /ended by its code/);
});

test("a full session has no code, and codes cannot be tried for long", async () => {
  const home = await enter(account), phone = browser("203.0.113.78");
  assert.doesNotMatch((await home.get("/mail")).text, /<b>[0-9A-Z]{4}-[0-9A-Z]{4}<\/b>/);
  let status = 0;
  for (let i = 0; i < 60 && status !== 429; i++) ({ status } = await phone.submit(await phone.get("/end"), "/end", { code: `ABCD-EFG${i % 10}` }));
  assert.equal(status, 429);
});

test("a sign-in from a new place is told to the sessions that are there, until somebody has said that it was him", async () => {
  const who = await newAccount(), home = await enter(who);
  assert.equal(news((await home.get("/mail")).text), "");
  await enter(who, "192.0.2.99"); // the same network and browser
  assert.equal(news((await home.get("/mail")).text), "");
  const away = await enter(who, HOTEL), third = await enter(who, CAFE);
  const told = (await home.get("/mail")).text;
  assert.match(news(told), /New sign-in today, \d\d:\d\d, from the address 203\.0\.113\.30, Firefox on Linux\. Was that you\?/);
  assert.match(news(told), /198\.51\.100\.20/);
  assert.deepEqual(await faults(told), []);
  // those that are new themselves cannot say it for the others
  for (const one of [away, third]) assert.equal((await act(one, await one.get("/mail"), "seen")).status, 303);
  for (const one of [away, third]) assert.equal(news((await one.get("/mail")).text), "");
  assert.match(news((await home.get("/mail")).text), /203\.0\.113\.30/);
  assert.equal((await act(home, await home.get("/mail"), "seen")).status, 303);
  assert.equal(news((await home.get("/mail")).text), "");
  const box = await open(who);
  assert.equal((await box.select("INBOX")).exists, 0, "and by no message that nobody has asked for");
});

test("where that is wished, a message in the inbox tells it too", async () => {
  const who = await newAccount(), home = await enter(who);
  const settings = await home.get("/settings");
  assert.equal((await home.submit(settings, "/settings", { announce: "1", lang: "fr", name: "Zoé" })).status, 303);
  assert.match((await home.get("/settings")).text, /name="announce"[^>]*checked/);
  const box = await open(who);
  await enter(who); // a known place
  await enter(who, HOTEL, EDGE);
  await eventually(async () => (await box.select("INBOX")).exists > 0);
  assert.equal((await box.select("INBOX")).exists, 1);
  const source = (await box.source(1)).toString();
  assert.ok(!(await box.flags(1)).includes("\\Seen"));
  assert.match(source, /^From: Vaguemestre <postmaster@/m);
  assert.match(source, /^Subject: .*Nouvelle/m);
  for (const name of ["Date", "Message-ID", "Auto-Submitted"]) assert.match(source, new RegExp(`^${name}: .+`, "m"));
  assert.match(source, /^Content-Type: text\/plain/m);
  assert.match(source, /203\.0\.113\.30/);
  assert.doesNotMatch(source, /https?:|www\.|<a /i);
  assert.match((await home.get("/mail")).text, /Nouvelle connexion à Vaguemestre/);
});

test("a message that finds no room is said in the log, and keeps nobody out", async () => {
  const who = await newAccount({ quota_rule: "*:storage=1K" }), home = await enter(who);
  await home.submit(await home.get("/settings"), "/settings", { announce: "1" });
  const box = await open(who);
  await box.append("INBOX", letter({ body: "x".repeat(800) }));
  const away = await enter(who, HOTEL);
  await eventually(() => /sign-in-not-announced request=\S+ status=quota code=BOX-30/.test(program.log()));
  assert.ok(await inside(away));
  assert.match(news((await home.get("/mail")).text), /203\.0\.113\.30/);
});

test("what a public session opened, sent and saved is told at the next trusted machine, though the program was killed", async () => {
  const who = await newAccount(), box = await open(who), home = await enter(who);
  const attached = [["Content-Type", "multipart/mixed; boundary=b"]];
  await box.append("INBOX", letter({ to: who.user, subject: "Premier secret" }));
  await box.append("INBOX", letter({ to: who.user, subject: "Second" }));
  await box.append("INBOX", letter({ to: who.user, subject: "Jamais ouvert" }));
  await box.append("INBOX", Buffer.from(["From: Zoé <zoe@outside.example>", `To: ${who.user}`, "Subject: Avec", "MIME-Version: 1.0", `${attached[0][0]}: ${attached[0][1]}`, "",
    "--b", "Content-Type: text/plain", "", "Voici.", "--b", "Content-Type: application/pdf", 'Content-Disposition: attachment; filename="plan.pdf"', "", "%PDF", "--b--", ""].join("\r\n")));
  const { uidvalidity } = await box.select("INBOX");
  const cafe = await kiosk(who);
  const url = (path, uid, more = "") => `${path}?folder=INBOX&v=${uidvalidity}&uid=${uid}${more}`;
  for (const uid of [1, 2, 1, 4]) assert.ok((await cafe.get(url("/message", uid))).status < 300);
  assert.ok((await cafe.get(url("/body", 1))).status < 300);
  assert.ok((await cafe.get(url("/part", 4, "&part=2&sure=1"))).status < 300);
  const answer = await write(cafe, await cafe.get(compose({ to: ACCOUNT2.user, subject: "Du café", text: "Bonjour" })), "send");
  assert.equal(answer.status, 303, errorsOf(answer));
  await eventually(async () => /1 sent/.test(text((await home.get("/sessions")).text)));
  await restart("SIGKILL");
  const again = await enter(who);
  assert.match(news((await again.get("/mail")).text), /Since you were last here: 1 session on a public computer, 3 messages opened, 1 sent, 1 file saved\./);
  const all = await page(again), words = text(all.text);
  assert.deepEqual(await faults(all.text), []);
  assert.match(words, /public computer Edge on Windows · address 198\.51\.100\.20 · ended when the server stopped/);
  assert.equal(words.match(/Premier secret/g).length, 1);
  assert.match(words, /opened "?Zoé"? <zoe@outside\.example> · Second/);
  assert.match(words, new RegExp(`sent to ${ACCOUNT2.user}`));
  assert.match(words, /saved plan\.pdf/);
  assert.doesNotMatch(words, /Jamais ouvert/);
  assert.equal((await act(again, all, "seen")).status, 303);
  assert.equal(news((await again.get("/mail")).text), "");
  // it is kept, a click away, for its user alone
  const kept = await page(again), [, link] = /href="(\/sessions\?visit=[^"]*)"/.exec(kept.text);
  assert.doesNotMatch(kept.text, /Premier secret/);
  assert.match((await again.get(link)).text, /Premier secret/);
  assert.doesNotMatch((await (await enter(ACCOUNT2)).get(link)).text, /Premier secret/);
});

test("a used pass says which it was, when and where from", async () => {
  const who = await newAccount(), home = await enter(who), cafe = browser(CAFE, EDGE);
  const made = await home.submit(await home.get("/passes"), "/passes", { act: "make", kind: "reading", life: "week", count: "1", password: who.password });
  const [pass] = /[0-9A-Z]{4}(-[0-9A-Z]{4,5}){5}/.exec((await home.follow(made)).text);
  assert.equal((await cafe.submit(await cafe.get("/login?pass=1"), "/login", { user: who.user, code: pass })).status, 303);
  const told = news((await home.get("/mail")).text);
  assert.match(told, new RegExp(`^Pass ${pass.slice(0, 4)} was used today, \\d\\d:\\d\\d, from the address 198\\.51\\.100\\.20, Edge on Windows\\. Was that you\\? Review`));
  const all = await page(home);
  assert.match(text(all.text), /Edge on Windows · one-time pass, reading only/);
  assert.equal((await act(home, all, "seen")).status, 303);
  assert.equal(news((await home.get("/mail")).text), "");
});

function errorsOf(answer) {
  return text(answer.text).slice(0, 500);
}

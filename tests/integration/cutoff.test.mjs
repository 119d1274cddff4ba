// Cut off in mid-sentence: what is sent after a session's end is in Drafts once, or comes back to its
// writer; nobody else gets it; pages say until when they are good, and then show nothing.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { body, compose, field, having, parts, warning, write } from "../lib/compose.mjs";
import { ACCOUNT2, eventually, sleep } from "../lib/env.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, tags, text } from "../lib/html.mjs";
import { Client } from "../lib/http.mjs";
import { Imap } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

const IDLE = 3, OVER_MS = IDLE * 1000 + 1200;
const COOKIE = "__Host-vaguemestre";
const PUBLIC = { public: "1" };

let account, own, program, origin;
before(async () => {
  account = await newAccount();
  own = await Imap.open(account);
  program = await Program.start({ threads: 16, session: { idle: IDLE, public_idle: IDLE, public_absolute: 30 } });
  origin = await serve(program);
});
after(() => own?.close());

// One after another: so many at once are kept waiting at the door.
let door = Promise.resolve();
const inTurn = (what) => (door = door.catch(() => null).then(what));

async function enter(changes = {}, who = account, site = origin) {
  const client = new Client({ origin: site });
  const answer = await inTurn(() => client.login(who, changes));
  assert.equal(answer.status, 303, text(answer.text));
  return client;
}

// One connection, one question at a time.
let queue = Promise.resolve();
const look = (...query) => (queue = queue.catch(() => null).then(() => having(own, ...query)));
const drafts = async (subject) => (await look("Drafts", subject)).map(({ source }) => body(source).trimEnd());
const typed = (page) => (/<textarea id="kept"[^>]*>([\s\S]*?)<\/textarea>/.exec(page.text) || [])[1];
const refresh = (page) => tags(page.text, "meta").find((one) => one["http-equiv"] === "refresh")?.content;

// No word of the mailbox, nobody's address.
function showsNothing(page) {
  for (const word of [account.user, account.user.split("@")[0], "INBOX", "class=\"folders\""]) assert.ok(!page.text.includes(word), word);
  assert.doesNotMatch(page.text, /<script/);
}

describe("a session that ends", { concurrency: true }, () => {
  describe("what comes too late", { concurrency: true }, () => {
    for (const [kind, changes, place] of [["a full session", {}, "/login"], ["a public session", PUBLIC, "/closed"]])
      describe(`after the end of ${kind}`, { concurrency: true }, () => {
        const subject = (what) => `${what} ${kind} ${Math.random().toString(36).slice(2, 8)}`;

        test("a form is in Drafts, with its files, and nothing has been sent", async () => {
          const client = await enter(changes), about = subject("rescued");
          const form = await client.get(compose());
          await sleep(OVER_MS);
          const answer = await write(client, form, "send", { to: ACCOUNT2.user, subject: about, text: "to the last word" }, [{ filename: "a.txt", bytes: "attached" }]);
          assert.equal(answer.status, 303, text(answer.text));
          assert.equal(answer.headers.location, `${place}?saved=1`);
          const page = await client.get(answer.headers.location);
          assert.match(text(page.text), /text is in Drafts/);
          showsNothing(page);
          const [draft, ...more] = await look("Drafts", about);
          assert.deepEqual(more, []);
          assert.equal(body(draft.source).trimEnd(), "to the last word");
          assert.equal(parts(draft.source)[1].bytes.toString(), "attached");
          // the same token opens nothing
          for (const path of ["/mail", "/settings", "/body?folder=INBOX&v=1&uid=1", "/compose", "/poll"])
            assert.ok([303, 401].includes((await client.get(path)).status), path);
        });

        test("the same form sent again, even at the same time, is there once; another text is kept beside it", async () => {
          const client = await enter(changes), about = subject("twice");
          const form = await client.get(compose());
          await sleep(OVER_MS);
          const once = () => write(client, form, "save", { subject: about, text: "once" });
          const answers = [...await Promise.all([once(), once(), once()]), await once()];
          assert.deepEqual(answers.map((one) => one.headers.location), Array(4).fill(`${place}?saved=1`));
          assert.deepEqual(await drafts(about), ["once"]);
          await write(client, form, "save", { subject: about, text: "from another tab" });
          assert.deepEqual((await drafts(about)).sort(), ["from another tab", "once"]);
        });

        test("a script learns which version its next save replaces", async () => {
          const client = await enter(changes), about = subject("script");
          const form = await client.get(compose());
          await sleep(OVER_MS);
          const headers = { "x-requested-with": "fetch" };
          const save = (changes) => client.postMultipart("/compose", [...new URLSearchParams({ ...Object.fromEntries(formTo(form.text, "/compose").fields), subject: about, act: "save", ...changes })], headers);
          const { searchParams: said } = new URL((await save({ text: "first" })).headers.location, origin);
          await save({ text: "first and more", draft_v: said.get("draft_v"), draft_uid: said.get("draft_uid") });
          assert.deepEqual(await drafts(about), ["first and more"]);
          assert.deepEqual((await look("Trash", about)).map(({ source }) => body(source).trimEnd()), ["first"], "who sits there now destroys nothing");
        });

        test("files beyond the limit are left behind and said to be, the text is saved", async () => {
          const small = await Program.start({ session: { idle: IDLE, public_idle: IDLE }, limits: { upload: 1 } });
          const client = await enter(changes, account, await serve(small)), about = subject("large");
          const form = await client.get(compose());
          await sleep(OVER_MS);
          const answer = await write(client, form, "save", { subject: about, text: "kept" }, [{ filename: "large.bin", bytes: Buffer.alloc(1500000) }]);
          assert.equal(answer.headers.location, `${place}?saved=1&lost=1`);
          assert.match(text((await client.get(answer.headers.location)).text), /attachments are missing/i);
          assert.deepEqual(await drafts(about), ["kept"]);
          await small.stop();
        });

        test("a stranger's form, and one without the session's token, is not saved", async () => {
          const client = await enter(changes), about = subject("forged");
          const form = await client.get(compose());
          await sleep(OVER_MS);
          const forged = await write(client, form, "save", { subject: about, text: "forged", csrf: "A".repeat(43) });
          assert.equal(forged.status, 403);
          showsNothing({ text: forged.text.replace(/<textarea[\s\S]*?<\/textarea>/, "") });
          const fields = { ...Object.fromEntries(formTo(form.text, "/compose").fields), subject: about, text: "forged" };
          const cross = await client.post("/compose", fields, { origin: "https://elsewhere.example" });
          assert.ok(cross.status >= 400);
          assert.deepEqual(await drafts(about), []);
        });
      });
  });

  describe("whatever happens besides", { concurrency: true }, () => {
    test("the mail server is gone at the rescue: the text comes back, and nothing of the mailbox with it", async () => {
      const proxy = await imapProxy();
      const away = await Program.start({ session: { public_idle: IDLE }, imap: { port: proxy.port, security: "tls" } });
      const client = await enter(PUBLIC, account, await serve(away));
      const form = await client.get(compose());
      await sleep(OVER_MS);
      await proxy.close();
      const answer = await write(client, form, "send", { subject: "x", text: "first line\nsecond line" });
      assert.equal(answer.status, 502, text(answer.text));
      assert.match(typed(answer), /first line\s+second line/);
      showsNothing({ text: answer.text.replace(/<textarea[\s\S]*?<\/textarea>/, "") });
      await away.stop();
    });

    test("a session may save so many forms after its end, and no more: then the text comes back", async () => {
      const client = await enter(PUBLIC);
      const form = await client.get(compose());
      await sleep(OVER_MS);
      let answer;
      for (let i = 0; i <= 40; i++) answer = await write(client, form, "save", { text: "the same" });
      assert.equal(answer.status, 401);
      assert.match(typed(answer), /the same/);
    });

    test("signed out in another tab, the text comes back with the names of its files; signed in again, it is saved and shown", async () => {
      const client = await enter(), about = `signed out ${Date.now()}`;
      const form = await client.get(compose());
      await client.submit(await client.get("/mail"), "/logout");
      const late = await write(client, form, "send", { subject: about, text: "not lost" }, [{ filename: "gone.pdf", bytes: "pdf" }]);
      assert.equal(late.status, 401);
      assert.match(typed(late), new RegExp(`${about}[\\s\\S]*not lost[\\s\\S]*gone\\.pdf`));
      assert.deepEqual(await faults(late.text), []);
      assert.deepEqual(await drafts(about), []);
      assert.equal((await inTurn(() => client.login(account, {}, "/login?next=/again"))).headers.location, "/again");
      assert.match(text((await client.get("/again")).text), /signed in again/);
      const shown = await client.submit(late, "/compose");
      assert.equal(shown.status, 409, text(shown.text));
      assert.match(warning(shown), /nothing has been sent/);
      assert.equal(field(shown, "text"), "not lost");
      assert.deepEqual(await drafts(about), ["not lost"]);
      const saved = await write(client, shown, "save");
      assert.equal(saved.status, 200);
      assert.deepEqual(await drafts(about), ["not lost"]);
    });

    test("another user who signs in in the same browser never receives it", async () => {
      const client = await enter(), about = `other user ${Date.now()}`;
      const form = await client.get(compose()), vacation = await client.get("/vacation");
      await inTurn(() => client.login(ACCOUNT2));
      for (const act of ["save", "send"])
        assert.equal((await write(client, form, act, { to: ACCOUNT2.user, subject: about, text: "private" })).status, 403);
      assert.equal((await client.submit(vacation, "/vacation", { text: "I am away" })).status, 403);
      assert.doesNotMatch((await client.get("/vacation")).text, /I am away/);
      const imap = await Imap.open(ACCOUNT2);
      assert.deepEqual(await having(imap, "Drafts", about), []);
      assert.deepEqual(await having(imap, "INBOX", about), []);
      imap.close();
    });

    test("after a restart a full session still rescues; a public one gives the text back", async () => {
      const house = await Program.start({ session: { idle: IDLE, public_idle: IDLE } });
      const site = await serve(house), about = `restart ${Date.now()}`;
      const full = await enter({}, account, site), open = await enter(PUBLIC, account, site);
      const [fullForm, openForm] = [await full.get(compose()), await open.get(compose())];
      await house.stop();
      const again = await Program.start(house.tree);
      await sleep(OVER_MS);
      const saved = await write(full, fullForm, "save", { subject: about, text: "from the store" });
      assert.equal(saved.headers.location, "/login?saved=1", text(saved.text));
      assert.deepEqual(await drafts(about), ["from the store"]);
      const back = await write(open, openForm, "save", { subject: about, text: "from memory" });
      assert.equal(back.status, 401);
      assert.match(typed(back), /from memory/);
      await again.stop();
    });

    test("other forms come back too: signed in again, one press more sends them", async () => {
      const client = await enter();
      const page = await client.get("/vacation");
      await sleep(OVER_MS);
      const late = await client.submit(page, "/vacation", { text: "Away until the 12th.\nÀ bientôt", act: "save" });
      assert.equal(late.status, 401);
      assert.match(typed(late), /Away until the 12th\.\s+À bientôt/);
      assert.deepEqual(await faults(late.text), []);
      await inTurn(() => client.login());
      const asked = await client.submit(late, "/vacation");
      assert.equal(asked.status, 403, "another user has signed in");
      await inTurn(() => client.login(account));
      const mine = await client.submit(late, "/vacation");
      assert.equal(mine.status, 409, text(mine.text));
      assert.match(text(mine.text), /Nothing has been done yet/);
      const done = await client.submit(mine, "/vacation");
      assert.equal(done.status, 303, text(done.text));
      assert.match((await client.get("/vacation")).text, /Away until the 12th\./);
    });

    test("a click that comes too late goes to the sign-in", async () => {
      const client = await enter();
      const page = await client.get("/folders");
      await sleep(OVER_MS);
      const answer = await client.submit(page, "/logout");
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.location, "/login?expired=1");
    });
  });

  describe("a public session's pages", { concurrency: true }, () => {
    test("say how long they are good, and go to the closing page where there are no scripts; never where one types", async () => {
      const client = await enter(PUBLIC);
      const list = await client.get("/mail"), form = await client.get("/compose");
      const [seconds, target] = refresh(list).split(";");
      assert.ok([IDLE, IDLE + 1].includes(Number(seconds)) && target === "url=/closed", refresh(list));
      assert.match(list.text, /<noscript><meta http-equiv="refresh"/);
      assert.match(text(list.text), /1 min left/);
      assert.ok([IDLE, IDLE - 1].includes(Number(tags(list.text, "div").find((one) => one.id === "status")["data-left"])));
      assert.equal(refresh(form), undefined);
      assert.match(text(form.text), /This page is good until \d+:\d\d/);
      assert.match(text(form.text), /1 min left/);
      assert.deepEqual((await faults(list.text)).filter((fault) => !/meta-refresh/.test(fault)), []);
      assert.deepEqual(await faults(form.text), []);
      const save = tags(formTo(form.text, "/compose").html, "button").filter((one) => one.name === "act" && one.value === "save");
      assert.ok(save.length >= 2);
      const full = await enter();
      assert.equal(refresh(await full.get("/mail")), undefined);
      assert.match(text((await full.get("/settings")).text), /This page is good until/);
      assert.doesNotMatch(text((await full.get("/mail")).text), /min left/);
    });

    test("a letter alone in a tab goes there too, one in its frame does not", async () => {
      await (queue = queue.then(() => own.append("INBOX", "Subject: alone\r\n\r\ntext\r\n")));
      const client = await enter(PUBLIC);
      const list = await client.get("/mail"), { uidvalidity, uid } = /v=(?<uidvalidity>\d+)&amp;uid=(?<uid>\d+)/.exec(list.text).groups;
      const address = `/body?${new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid })}`;
      for (const path of [address, address.replace("/body", "/source")]) {
        const alone = await client.get(path, { "sec-fetch-dest": "document" });
        assert.ok(alone.status < 300, text(alone.text));
        assert.match(alone.headers.refresh, /^\d+;url=\/closed$/);
        assert.equal((await client.get(path, { "sec-fetch-dest": "iframe" })).headers.refresh, undefined);
      }
      const full = await enter();
      assert.equal((await full.get(address, { "sec-fetch-dest": "document" })).headers.refresh, undefined);
    });

    test("the closing page shows nothing of anybody, and the cookie goes when nothing can be rescued any more", async () => {
      const client = await enter(PUBLIC);
      const alive = await client.get("/closed");
      assert.match(text(alive.text), /goes on in another/);
      assert.equal(alive.headers["clear-site-data"], undefined);
      assert.ok((await client.get("/mail")).status < 300, "it ends nothing");
      await sleep(OVER_MS);
      const gone = await client.get("/mail");
      assert.equal(gone.headers.location, "/closed");
      const page = await client.get("/closed");
      assert.ok(page.status < 300);
      showsNothing(page);
      assert.deepEqual(await faults(page.text), []);
      assert.match(page.headers["clear-site-data"], /"cache"/);
      assert.deepEqual(page.setCookies, [], "a form in another tab may still need it");
      assert.ok(client.cookies.has(COOKIE));
      client.cookies.set(COOKIE, "A".repeat(43));
      await client.get("/closed");
      assert.ok(!client.cookies.has(COOKIE));
    });

    test("a page that asks by itself keeps no session alive, a person does, up to the absolute limit", async () => {
      const short = await Program.start({ session: { public_idle: 3, public_absolute: 6 } });
      const client = await enter(PUBLIC, account, await serve(short));
      const left = async (headers) => {
        const status = tags((await client.get("/again", headers)).text, "div").find((one) => one.id === "status") || {};
        return [Number(status["data-left"]), Number(status["data-most"])];
      };
      await sleep(1100);
      const [asked] = await left({ "x-requested-with": "poll" });
      assert.ok(asked <= 2, String(asked));
      const [stayed, most] = await left();
      assert.ok(stayed > asked && most >= stayed, `${stayed} of ${most}`);
      await sleep(1000);
      await left();
      const end = Date.now() + 8000;
      await eventually(async () => (await client.get("/mail")).headers.location === "/closed", 8000);
      assert.ok(Date.now() < end);
      await short.stop();
    });
  });
});

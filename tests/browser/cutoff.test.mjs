// A session that ends before somebody's eyes: told beforehand, what is written is saved, one signs in
// again beside the page, and a public machine shows nothing afterwards; with scripts and without.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { WITH_BACK, accessibilityFaults, launch, overflows, person, shot, signIn } from "../lib/browser.mjs";
import { body, having } from "../lib/compose.mjs";
import { ACCOUNT2, eventually } from "../lib/env.mjs";
import { Client } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

const IDLE = 8, END = { timeout: 30000 }, SECRET = "Weather in Ys";

let account, own, browser, program, origin;
before(async () => {
  account = await newAccount();
  own = await Imap.open(account);
  await own.append("INBOX", letter({ subject: SECRET, body: "It rains." }));
  program = await Program.start({ threads: 16, session: { idle: IDLE, public_idle: IDLE } });
  [browser, origin] = [await launch(WITH_BACK), await serve(program)];
});
after(async () => {
  own?.close();
  await browser?.close();
});

let queue = Promise.resolve();
const drafts = (subject) => (queue = queue.catch(() => null).then(async () => (await having(own, "Drafts", subject)).map(({ source }) => body(source).trimEnd())));
const subject = (what) => `${what} ${Math.random().toString(36).slice(2, 8)}`;

// One after another: so many at once are kept waiting at the door.
let door = Promise.resolve();
const inTurn = (what) => (door = door.catch(() => null).then(what));

// Somebody in a browser of their own, signed in; the context ends with the test.
async function enter(t, { open = true, path = "/mail", ...options } = {}) {
  const context = await person(browser, { baseURL: origin, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  await inTurn(async () => {
    await page.goto(`/login?next=${encodeURIComponent(path)}`);
    if (open) await page.check("#public");
    await page.fill("[name=user]", account.user);
    await page.fill("[name=password]", account.password);
    await Promise.all([page.waitForURL((url) => url.pathname !== "/login", { waitUntil: "commit" }), page.press("[name=password]", "Enter")]);
  });
  return page;
}

// Nothing of the mailbox on the screen, in the title or anywhere in the document.
async function nothing(page) {
  const all = await page.evaluate(() => document.title + document.documentElement.outerHTML);
  for (const word of [SECRET, "It rains", account.user]) assert.ok(!all.includes(word), word);
}
// A page that the browser has kept comes without a load.
async function back(page) {
  await page.goBack({ waitUntil: "commit" });
  await page.waitForTimeout(500);
  await nothing(page);
}
async function endByCode(code) {
  const phone = new Client({ origin });
  const answer = await phone.submit(await phone.get("/end"), "/end", { code });
  assert.equal(answer.status, 200);
  phone.close();
}
const unseen = async (page) => {
  assert.ok(!(await page.title()).includes(SECRET));
  for (const one of ["main", ".head", "form", "textarea"]) for (const place of await page.locator(one).all()) assert.ok(!(await place.isVisible()), one);
};

async function write(page, about, text) {
  await page.fill("#subject", about);
  await page.locator("#text").pressSequentially(text);
}

async function signInAgain(page, who = account, name = "Sign in again", place = "**/again") {
  const [window] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name }).click()]);
  await window.waitForSelector("[name=password]");
  assert.equal(await window.locator("script").count(), 0, "where a password is typed no script runs");
  assert.equal(await window.evaluate(() => globalThis.opener), null);
  await window.fill("[name=user]", who.user);
  await window.fill("[name=password]", who.password);
  await inTurn(() => Promise.all([window.waitForURL(place), window.press("[name=password]", "Enter")]));
  return window;
}

describe("a session that ends", { concurrency: 4 }, () => {
  describe("on a public machine, with scripts", { concurrency: 5 }, () => {
    test("is counted down and told before; who stays goes on; then nothing is left, in any tab", async (t) => {
      const page = await enter(t), context = page.context();
      await page.waitForFunction(() => /0 min \d\d s/.test(document.querySelector(".left").textContent));
      const other = await context.newPage();
      await other.goto("/mail");
      await page.bringToFront();
      const stay = page.getByRole("button", { name: "Stay signed in" });
      await stay.waitFor(END);
      const before = Date.now();
      await stay.click();
      await stay.waitFor({ state: "detached" });
      assert.ok(await page.getByText(SECRET).first().isVisible());
      for (const one of [page, other]) await one.waitForURL("**/closed", END);
      assert.ok(Date.now() - before > (IDLE - 2) * 1000, "it has lasted as long again");
      for (const one of [page, other]) await nothing(one);
      assert.match(await page.locator("main").innerText(), /session has ended/);
      assert.deepEqual(await accessibilityFaults(page), []);
      await shot(page, "cutoff-closed");
      await page.goBack();
      await page.waitForLoadState();
      await nothing(page);
    });

    test("nothing is shown even when the network is gone", async (t) => {
      const page = await enter(t);
      await page.getByText(SECRET).first().waitFor();
      await page.locator(".left").waitFor();
      await page.context().setOffline(true);
      await page.waitForSelector("body.door-page", END);
      await nothing(page);
      assert.match(await page.locator("main").innerText(), /session has ended/);
    });

    test("what is being written is in Drafts to the last word, once", async (t) => {
      const page = await enter(t, { path: "/compose" }), about = subject("typed");
      await write(page, about, "This sentence has no en");
      await page.waitForURL("**/closed?saved=1", END);
      await nothing(page);
      assert.match(await page.locator("main").innerText(), /text is in Drafts/);
      assert.deepEqual(await drafts(about), ["This sentence has no en"]);
    });

    test("without a network it is hidden, and saved when the network is back", async (t) => {
      const page = await enter(t, { path: "/compose" }), about = subject("offline");
      await write(page, about, "Not yet anywhere");
      await page.context().setOffline(true);
      await page.waitForSelector("dialog[open]", END);
      await unseen(page);
      assert.match(await page.locator("dialog").innerText(), /not saved yet/);
      assert.deepEqual(await accessibilityFaults(page), []);
      await page.keyboard.press("Escape");
      await unseen(page);
      assert.deepEqual(await drafts(about), []);
      await page.context().setOffline(false);
      await page.waitForURL("**/closed?saved=1", { timeout: 45000 });
      assert.deepEqual(await drafts(about), ["Not yet anywhere"]);
    });

    test("at the absolute limit nobody can stay, and the page says so", async (t) => {
      const short = await Program.start({ session: { public_idle: 60, public_absolute: 12 } });
      t.after(() => short.stop());
      const page = await enter(t, { baseURL: await serve(short) });
      await page.getByText("has lasted as long as it may").waitFor();
      await shot(page, "cutoff-warning");
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.equal(await page.getByRole("button", { name: "Stay signed in" }).count(), 0);
      await page.waitForURL("**/closed", END);
      await nothing(page);
    });

    test("signing out in one tab empties the others", async (t) => {
      const calm = await Program.start({ session: { public_idle: 30 } }); // its end must not come first
      const page = await enter(t, { baseURL: await serve(calm) }), other = await page.context().newPage();
      await other.goto("/mail");
      for (const one of [other, page]) await one.waitForFunction(() => /0 min \d\d s/.test(document.querySelector(".left").textContent));
      await page.locator("#leave button").click();
      await other.waitForURL("**/closed", { timeout: 5000 });
      await nothing(other);
    });
  });

  describe("of one's own, with scripts", { concurrency: 4 }, () => {
    test("the letter stays where it is, and one signs in again beside it", async (t) => {
      const page = await enter(t, { open: false, path: "/compose" }), about = subject("again");
      await write(page, about, "Before");
      await page.waitForSelector("dialog[open]", END);
      assert.match(await page.locator("dialog").innerText(), /is in Drafts/);
      assert.deepEqual(await drafts(about), ["Before"]);
      assert.deepEqual(await accessibilityFaults(page), []);
      await shot(page, "cutoff-again");
      const csrf = await page.locator("#compose [name=csrf]").inputValue();
      const window = await signInAgain(page);
      assert.deepEqual(await accessibilityFaults(window), []);
      await shot(window, "cutoff-window");
      await window.close();
      await page.bringToFront();
      await page.waitForSelector("dialog", { state: "detached", timeout: 15000 });
      assert.notEqual(await page.locator("#compose [name=csrf]").inputValue(), csrf);
      await page.locator("#text").pressSequentially(" and after");
      await page.locator(".foot [value=save]").click();
      await eventually(async () => (await drafts(about)).join() === "Before and after", 10000);
    });

    test("somebody else who signs in there gets nothing of it", async (t) => {
      const page = await enter(t, { open: false, path: "/compose" }), about = subject("other");
      await write(page, about, "Private");
      await page.waitForSelector("dialog[open]", END);
      const csrf = await page.locator("#compose [name=csrf]").inputValue();
      const window = await signInAgain(page, ACCOUNT2);
      await window.close();
      await page.bringToFront();
      await page.getByText("Somebody else has signed in").waitFor({ timeout: 15000 });
      assert.equal(await page.locator("#compose [name=csrf]").inputValue(), csrf);
      const imap = await Imap.open(ACCOUNT2);
      assert.deepEqual(await having(imap, "Drafts", about), []);
      imap.close();
    });

    test("a form stays as it was filled, and is sent after signing in again", async (t) => {
      const page = await enter(t, { open: false, path: "/vacation" });
      await page.fill("[name=text]", "Away until the 12th.");
      await page.waitForSelector(".toast.bad", END);
      const window = await signInAgain(page, account, "Sign in", "**/vacation");
      await window.close();
      await page.bringToFront();
      await page.waitForSelector(".toast.bad", { state: "detached", timeout: 15000 });
      assert.equal(await page.locator("[name=text]").inputValue(), "Away until the 12th.");
      await page.locator("main form .first").first().click();
      await page.waitForSelector(".toast:not(.bad)");
      await page.goto("/vacation");
      assert.equal(await page.locator("[name=text]").inputValue(), "Away until the 12th.");
    });
  });

  test("a form of a session before is sent in the one that has taken its place, by the same person's press", async (t) => {
    const calm = await Program.start();
    t.after(() => calm.stop());
    const page = await enter(t, { open: false, path: "/settings", baseURL: await serve(calm) });
    const other = await page.context().newPage();
    await other.goto("/login");
    await other.fill("[name=user]", account.user);
    await other.fill("[name=password]", account.password);
    await Promise.all([other.waitForURL("**/mail"), other.press("[name=password]", "Enter")]);
    await page.fill("[name=name]", "From the tab before");
    const answers = [];
    page.on("response", (response) => response.request().method() === "POST" && answers.push(response.status()));
    await page.locator("main form .first").first().click();
    await page.waitForSelector(".toast:not(.bad)");
    assert.deepEqual(answers, [409, 303]);
  });

  describe("without scripts", { concurrency: 3 }, () => {
    test("a page of a public machine goes to the closing page, and Back shows nothing", async (t) => {
      const page = await enter(t, { scripts: false });
      assert.match(await page.locator(".left").innerText(), /1 min left/);
      await page.waitForURL("**/closed", END);
      await nothing(page);
      assert.equal(await overflows(page), false);
      await back(page);
    });

    test("whoever clicks in one that was ended from elsewhere is led away, and Back shows nothing", async (t) => {
      const page = await enter(t, { scripts: false });
      await endByCode(/[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await page.locator(".head").innerText())[0]);
      await page.getByText(SECRET).first().click();
      await page.waitForURL(/\/login/);
      await back(page);
    });

    test("a letter alone in a tab goes there too", async (t) => {
      const page = await enter(t, { scripts: false });
      await page.getByText(SECRET).first().click();
      const frame = await page.locator("iframe.frame").getAttribute("src");
      await page.goto(frame);
      assert.match(await page.locator("body").innerText(), /It rains/);
      await page.waitForURL("**/closed", END);
      await nothing(page);
    });

    test("a page where one types says until when it is good, stays, and what it holds is saved too late", async (t) => {
      const page = await enter(t, { scripts: false, path: "/compose", size: "small" }), about = subject("no scripts");
      await page.fill("#subject", about);
      await page.fill("#text", "Typed past the end");
      assert.match(await page.locator(".until").innerText(), /good until\s\d\d?:\d\d/);
      assert.equal(await overflows(page), false);
      await shot(page, "cutoff-until");
      await page.waitForTimeout((IDLE + 2) * 1000);
      await page.getByRole("button", { name: "Save and continue" }).click();
      await page.waitForURL("**/closed?saved=1");
      assert.deepEqual(await drafts(about), ["Typed past the end"]);
      await nothing(page);
    });
  });
});

// One-time passes in a browser: cards that are printed and shown once, and a kiosk that may only read.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { WITH_BACK, accessibilityFaults, htmlFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { Imap } from "../lib/imap.mjs";

let browser, account, imap;
before(async () => {
  browser = await launch(WITH_BACK);
  account = await newAccount();
  imap = await Imap.open(account);
  for (let i = 0; i < 60; i++)
    await imap.append("INBOX", `From: Anne Lefèvre <anne@demo.example>\r\nTo: ${account.user}\r\nSubject: Salle ${i}\r\nMessage-ID: <s${i}@demo.example>\r\nDate: Wed, 25 Nov 2026 10:00:${i} +0100\r\n\r\nBonjour.\r\n`);
});
after(async () => {
  imap?.close();
  await browser?.close();
});

async function clean(page, name, size) {
  assert.deepEqual(page.context().problems, []);
  assert.deepEqual(await accessibilityFaults(page), [], name);
  assert.equal(await overflows(page), false, name);
  if (size === "small") assert.deepEqual(await smallTargets(page), [], name);
  await shot(page, `${name}-${size}`);
}

async function make(page, count, kind) {
  await page.goto("/passes");
  await page.check(`#${kind}`);
  await page.fill("#count", String(count));
  await page.fill("#password", account.password);
  await page.click("button[value=make]");
  await page.waitForURL(/new=1/);
  return page.locator(".passes .pass").allTextContents();
}

const passes = [];

for (const [size, theme, scripts] of [["wide", "light", true], ["small", "dark", false]]) {
  test(`cards are shown once, on paper too (${size}, ${scripts ? "with" : "without"} scripts)`, async (t) => {
    const context = await person(browser, { size, theme, scripts, language: "fr" });
    t.after(() => context.close());
    const page = await context.newPage();
    await signIn(page, account);
    await page.goto("/settings");
    await page.click("main a[href='/passes']");
    await page.waitForURL(/passes/);
    assert.deepEqual(await htmlFaults(page), []);
    const made = await make(page, 2, size === "wide" ? "reading" : "answering");
    assert.equal(made.length, 2);
    passes.push(...made);
    if (scripts) await clean(page, "pass-cards", size);
    await page.emulateMedia({ media: "print" });
    for (const hidden of [".head", ".side", "h1", ".strip"]) assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    for (const pass of made) assert.equal(await page.getByText(pass).isVisible(), true);
    assert.ok(!(await page.locator(".passes").innerText()).includes(account.user.split("@")[0]), "a lost card does not say whose it is");
    await shot(page, `pass-paper-${size}`);
    await page.emulateMedia({ media: "screen" });
    // on to the list, back, forward, and anew: gone
    const gone = async (how) => {
      const html = await page.content();
      for (const pass of made) assert.ok(!html.includes(pass.slice(5)), how);
    };
    await page.click("main .do a");
    await page.waitForURL((url) => url.search === "");
    await gone("the list");
    if (scripts) await clean(page, "pass-list", size);
    await page.goBack({ waitUntil: "commit" });
    await page.waitForURL(/new=1/);
    await gone("back");
    await page.reload();
    await gone("anew");
    await page.goForward({ waitUntil: "commit" });
    await gone("forward");
  });
}

test("a kiosk that may only read is offered nothing else, and reads with all its scripts", async (t) => {
  const context = await person(browser, { size: "wide", language: "fr" });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto("/login");
  await page.click("a[href*='pass=1']");
  await page.waitForURL(/pass=1/);
  assert.equal(await page.locator("[type=password]").count(), 0);
  await clean(page, "kiosk-door", "wide");
  assert.deepEqual(await htmlFaults(page), []);
  await page.fill("#user", account.user);
  await page.fill("#code", passes[0].slice(0, -1) + (passes[0].endsWith("7") ? "8" : "7"));
  await page.press("#code", "Enter");
  await page.waitForSelector('[role="alert"]');
  await clean(page, "kiosk-mistyped", "wide");
  await page.fill("#code", passes[0]);
  await page.press("#code", "Enter");
  await page.waitForURL(/mail/);
  await clean(page, "kiosk-list", "wide");
  assert.equal(await page.locator(".row").count(), 50);
  assert.equal(await page.locator("[name=uid], .write, form[action='/act']").count(), 0);
  await page.locator(".row .subject a").nth(1).click();
  await page.waitForSelector("#read iframe");
  await clean(page, "kiosk-reading", "wide");
  for (const key of ["j", "x", "e", "#", "s", "U", "v"]) await page.keyboard.press(key);
  await page.locator("a.turn[href*='page=2']").first().click();
  await page.waitForFunction(() => document.querySelectorAll(".row").length === 10);
  await clean(page, "kiosk-next", "wide");
  assert.equal((await page.goto("/compose")).status(), 403);
  const { uidvalidity } = await imap.select("INBOX", "EXAMINE");
  assert.ok(uidvalidity);
  assert.equal((await imap.search("SEEN")).length, 0);
  assert.equal((await imap.search("ALL")).length, 60);
});

test("a pass for answering, on a telephone, writes", async (t) => {
  const context = await person(browser, { size: "small", theme: "dark", language: "fr" });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto("/login?pass=1");
  await clean(page, "kiosk-door", "small");
  await page.fill("#user", account.user.split("@")[0]);
  await page.fill("#code", passes[2].toLowerCase().replaceAll("-", " "));
  await page.press("#code", "Enter");
  await page.waitForURL(/mail/);
  assert.ok((await page.goto("/compose")).ok());
});

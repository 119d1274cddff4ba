// The page on which one waits for costly work: it looks after itself with scripts and without,
// whoever reads it, and gives way to the result without taking anybody's place away.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { SIZES, accessibilityFaults, focusSeen, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

let browser, proxy, program, site;
const accounts = []; // one each, since of one person one work runs at a time

async function fill(account) {
  const imap = await Imap.open(account);
  for (const folder of ["Drafts", "Sent", "Trash", "Amis"]) await imap.command(`CREATE ${folder}`);
  for (const subject of ["first", "second"]) await imap.append("INBOX", letter({ subject, body: "a needle\r\n" }));
  await imap.close();
}

before(async () => {
  accounts.push(...(await Promise.all(Array.from({ length: 7 }, () => newAccount()))));
  await Promise.all(accounts.map(fill));
  proxy = await imapProxy();
  program = await Program.start({ imap: { port: proxy.port, security: "tls" }, threads: 8 });
  site = await serve(program);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await program?.stop();
  await proxy?.close();
});

const own = (problems) => problems.filter((problem) => !problem.startsWith("foreign request"));
const slow = (match, ms) => proxy.rules.unshift({ match, action: "late", ms, times: 1 });
const SEARCHED = "/mail?folder=INBOX&q=text%3Aneedle";

async function inside(options) {
  const context = await person(browser, { baseURL: site, ...options });
  const page = await context.newPage();
  await signIn(page, accounts.pop());
  await page.waitForSelector(".row");
  return { context, page };
}

// A search of its own each time, since what has been found is kept.
async function searching(page, ms, words) {
  slow(/SEARCH/, ms);
  await page.fill("#q", `text:needle ${words}`);
  await page.press("#q", "Enter");
  await page.waitForSelector("#waiting");
}

for (const [language, theme] of [["fr", "light"], ["fr", "dark"], ["en", "light"]])
  describe(`${language}, ${theme}`, () => {
    test("accessible, within its window, large enough to hit", async () => {
      const { context, page } = await inside({ language, theme });
      await searching(page, 5000, `${language} ${theme}`);
      for (const [size, viewport] of Object.entries({ ...SIZES, narrow: { width: 320, height: 640 } })) {
        await page.setViewportSize(viewport);
        assert.deepEqual(await accessibilityFaults(page), [], size);
        assert.equal(await overflows(page), false, size);
        if (size === "small") assert.deepEqual(await smallTargets(page), []);
        if (size !== "narrow") await shot(page, `waiting-${language}-${theme}-${size}`);
      }
      await page.locator("#again").focus();
      assert.ok(await focusSeen(page));
      assert.deepEqual(own(context.problems), []);
      await page.locator('form[action="/leave"] button').click();
      await page.waitForSelector("#list-title");
      assert.equal(new URL(page.url()).searchParams.get("q"), null);
      await context.close();
    });
  });

test("with scripts it says what is new, and the result takes its place without a reload", async () => {
  const { context, page } = await inside();
  await searching(page, 5000, "in place");
  await page.evaluate(() => {
    window.mine = true;
    window.said = [];
    new MutationObserver(() => window.said.push(document.querySelector("#waiting-state")?.textContent)).observe(document.querySelector("#waiting-state"), { childList: true });
  });
  await page.waitForSelector("#list-title");
  assert.equal(await page.evaluate(() => window.mine), true, "the same document");
  assert.ok((await page.evaluate(() => window.said)).some((state) => /Asked [2-9] seconds ago/.test(state)));
  assert.equal(new URL(page.url()).searchParams.get("q"), "text:needle in place");
  assert.equal(await page.locator(".empty, .row").count() > 0, true);
  await page.goBack();
  await page.waitForSelector(".row");
  assert.equal(new URL(page.url()).searchParams.get("q"), null, "one step back is where one was before");
  assert.deepEqual(own(context.problems), []);
  await context.close();
});

test("who goes elsewhere meanwhile is not called back", async () => {
  const { context, page } = await inside();
  await searching(page, 4000, "left alone");
  await page.locator('.side a[href*="Amis"]').click();
  await page.waitForSelector(".empty");
  await page.waitForTimeout(4500);
  assert.equal(new URL(page.url()).searchParams.get("folder"), "Amis");
  assert.equal(await page.locator("#waiting").count(), 0);
  assert.deepEqual(own(context.problems), []);
  await context.close();
});

test("without scripts it reloads itself until the result is there", async () => {
  const { context, page } = await inside({ scripts: false });
  slow(/SEARCH/, 4000);
  await page.goto(SEARCHED);
  assert.equal(await page.locator("#waiting").count(), 1);
  await page.waitForSelector(".row");
  assert.equal(await page.locator(".row").count(), 2);
  await context.close();
});

test("a rule that is tried waits with its form at hand, and shows what it would do", async () => {
  const { context, page } = await inside();
  await page.goto("/filters/edit");
  await page.selectOption("[name=field]", "subject");
  await page.fill("[name=value]", "first");
  await page.fill("[name=folder_new]", "Premiers");
  slow(/^FETCH .*SUBJECT/, 4000);
  await page.click(".do button[value=preview]");
  await page.waitForSelector("#waiting");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.click("button[value=edit]");
  await page.waitForSelector("[name=folder_new]");
  assert.equal(await page.inputValue("[name=folder_new]"), "Premiers");
  await page.click(".do button[value=preview]");
  await page.waitForSelector("#waiting");
  await page.waitForSelector("#preview:focus");
  assert.match(await page.locator("#preview").innerText(), /this rule matches 1\./);
  assert.deepEqual(own(context.problems), []);
  await context.close();
});

// The page of a letter while it is built up, under the pointer and on paper.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { everyCard } from "../lib/attached.mjs";
import { launch, person, signIn } from "../lib/browser.mjs";
import { Imap, letter } from "../lib/imap.mjs";

let account, imap, browser, uidvalidity, short, cards;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  short = await imap.append("INBOX", letter({ subject: "Short" }));
  cards = await imap.append("INBOX", everyCard());
  ({ uidvalidity } = await imap.select("INBOX"));
  browser = await launch();
});
after(async () => {
  imap?.close();
  await browser?.close();
});

const message = (uid) => "/message?" + new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid });
async function reader(options) {
  const context = await person(browser, options);
  const page = await context.newPage();
  await signIn(page, account);
  return { context, page };
}

for (const size of ["wide", "small"])
  test(`what is below a letter does not move when its frame is fitted, ${size}`, async () => {
    const { context, page } = await reader({ size });
    await page.addInitScript(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => list.getEntries().forEach((one) => globalThis.shifts.push(one.sources.map(({ node }) => node?.className)))).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(message(cards));
    await page.locator("iframe.fit").waitFor();
    assert.ok(await page.locator(".files").evaluate((files) => files.checkVisibility({ visibilityProperty: true })));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.deepEqual(await page.evaluate(() => globalThis.shifts), []);
    await context.close();
  });

test("without the script that fits it, what is below a letter is there all the same", async () => {
  const { context, page } = await reader();
  await page.route("**/static/frame.js*", (route) => route.abort());
  await page.goto(message(cards));
  await page.locator(".files").waitFor({ state: "visible" });
  assert.equal(await page.locator("iframe.fit").count(), 0);
  await context.close();
});

test("the whole menu is within reach over a short letter", async () => {
  const { context, page } = await reader();
  await page.goto(message(short));
  await page.locator(".more > summary").click();
  await page.getByText("Source", { exact: true }).click();
  assert.match(page.url(), /\/source\?/);
  await context.close();
});

test("what is printed from a dark page is dark on white", async () => {
  const { context, page } = await reader({ theme: "dark" });
  await page.goto(message(cards));
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const colours = (selector) => page.locator(selector).first().evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]);
  assert.deepEqual(await colours(".card"), ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
  assert.deepEqual(await page.frameLocator("iframe.frame").locator(".vm-letter").evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]),
    ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
  await context.close();
});

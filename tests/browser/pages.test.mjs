// Every page that has an address of its own: accessible, valid, within its window, quiet; in both
// themes and all sizes, with and without scripts. Pictures go to tests/browser/shots.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ACCOUNT1 } from "../lib/env.mjs";
import { SIZES, accessibilityFaults, htmlFaults, launch, overflows, person, shot, signIn } from "../lib/browser.mjs";

const PAGES = [["mail", "/mail"], ["unread", "/mail?folder=INBOX&filter=unread"], ["empty", "/mail?folder=INBOX&q=nothingofthatkind"],
  ["compose", "/compose"], ["folders", "/folders"], ["settings", "/settings"], ["missing", "/nothing"]];

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

async function look(page, name, { size, theme }) {
  assert.deepEqual(page.context().problems.splice(0), []);
  assert.deepEqual(await accessibilityFaults(page), [], "axe");
  assert.equal(await overflows(page), false, "wider than the window");
  await shot(page, `${name}-${size}-${theme}`);
}

for (const size of Object.keys(SIZES)) {
  for (const theme of ["light", "dark"]) {
    describe(`${size}, ${theme}`, () => {
      let context, page;
      before(async () => {
        context = await person(browser, { size, theme });
        page = await context.newPage();
      });
      after(() => context.close());

      test("the sign-in page", async () => {
        await page.goto("/login");
        await look(page, "login", { size, theme });
        assert.deepEqual(await htmlFaults(page), []);
      });
      test("the sign-in page after a mistake", async () => {
        await page.fill('input[name="user"]', ACCOUNT1.user);
        await page.fill('input[name="password"]', "wrong");
        await page.press('input[name="password"]', "Enter");
        await page.waitForSelector('[role="alert"]');
        assert.equal(await page.inputValue('input[name="user"]'), ACCOUNT1.user);
        await look(page, "login-wrong", { size, theme });
      });
      test("signing in opens the inbox", async () => {
        await signIn(page);
        assert.equal(new URL(page.url()).pathname, "/mail");
        assert.deepEqual(context.problems, []);
      });
      for (const [name, path] of PAGES) {
        test(`the page ${path}`, async () => {
          const response = await page.goto(path);
          assert.ok(response.status() < 500, `status ${response.status()}`);
          assert.equal(response.status() === 404, name === "missing");
          await look(page, name, { size, theme });
          assert.deepEqual(await htmlFaults(page), []);
        });
      }
    });
  }
}

describe("without scripts", () => {
  let context, page;
  before(async () => {
    context = await person(browser, { scripts: false });
    page = await context.newPage();
  });
  after(() => context.close());

  test("one signs in, sees the inbox and signs out", async () => {
    await signIn(page);
    assert.equal(new URL(page.url()).pathname, "/mail");
    assert.ok((await page.locator("tbody tr, main li").count()) > 10);
    await page.locator('form[action="/logout"] button').first().click();
    await page.waitForURL(/\/login/);
    await page.goBack();
    await page.reload();
    assert.equal(new URL(page.url()).pathname, "/login", "back does not show the inbox again");
  });
  test("no control is there that only a script could serve", async () => {
    await signIn(page);
    for (const [, path] of PAGES) {
      await page.goto(path);
      const dead = await page.locator("button").evaluateAll((buttons) =>
        buttons.filter((button) => !button.form || button.type === "button").map((button) => button.outerHTML));
      assert.deepEqual(dead, [], path);
      assert.equal(await page.locator('a[href="#"], a:not([href])').count(), 0, path);
    }
  });
});

test("in French, too, the pages are whole", async () => {
  const context = await person(browser, { language: "fr" });
  const page = await context.newPage();
  await signIn(page);
  for (const [name, path] of PAGES) {
    await page.goto(path);
    assert.equal(await page.getAttribute("html", "lang"), "fr", path);
    assert.equal(await overflows(page), false);
    await shot(page, `${name}-fr`);
  }
  await context.close();
});

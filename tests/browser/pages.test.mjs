// Every page: accessible, valid, within its window, quiet; in both themes and all sizes, with and
// without scripts, in both languages. Pictures go to tests/browser/shots.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { everyCard } from "../lib/attached.mjs";
import { ACCOUNT1 } from "../lib/env.mjs";
import { SIZES, accessibilityFaults, focusSeen, htmlFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { faults } from "../lib/html.mjs";
import { Imap } from "../lib/imap.mjs";

const open = (selector) => (page) => page.locator(selector).first().click();

// Name, address, and what is done there before one looks. The message is filled in below.
const PAGES = [
  ["mail", "/mail"],
  ["sorts", "/mail", open("#list-bar .menu:not(.only) > summary")],
  ["unread", "/mail?folder=INBOX&only=unread"],
  ["search", "/mail?folder=INBOX&q=conseil"],
  ["empty", "/mail?folder=INBOX&q=nothingofthatkind"],
  ["everywhere", "/search?q=compte&in=all"],
  ["search-tools", "/search?q=objet%3Acompte&in=all", open("#seek .menu > summary")],
  ["search-form", "/search?form=1&q=compte&folder=INBOX&in=here"],
  ["nowhere", "/search?q=nothingofthatkind&in=all"],
  ["pane", "/mail?MESSAGE"],
  ["message", "/message?MESSAGE", open(".people > summary")],
  ["more", "/message?MESSAGE", open("#message-acts .menu > summary")],
  ["cards", "/message?CARDS"],
  ["charset", "/message?MESSAGE&charset=KOI8-R"],
  ["headers", "/headers?MESSAGE"],
  ["compose", "/compose", open(".copies > summary")],
  ["reply", "/compose?mode=replyall&MESSAGE"],
  ["folders", "/folders"],
  ["folders-open", "/folders", (page) => page.locator(".tree summary").evaluateAll((all) => {
    all.forEach((one) => (one.parentNode.open = true));
    scrollBy(0, document.querySelectorAll(".tree [value=destroy]")[2].getBoundingClientRect().top - 20); // a button is at the very edge
  })],
  ["confirm", "/folders", async (page) => {
    await page.locator(".tree tr:has(button[value=destroy]) summary").first().click();
    await page.locator("button[value=destroy]").first().click();
    await page.waitForSelector('main [name="confirmed"]', { state: "attached" });
  }],
  ["settings", "/settings"],
  ["saved", "/settings", async (page) => {
    await page.locator("main .button.first").click();
    await page.waitForSelector(".toast");
  }],
  ["passes", "/passes"],
  ["sessions", "/sessions"],
  ["second", "/second"],
  ["failure", "/mail?folder=Nowhere"],
  ["missing", "/nothing"],
];
const STATUS = { failure: 404, missing: 404 };

let browser, message, cards;

before(async () => {
  browser = await launch();
  // one with an attachment and many recipients
  const imap = await Imap.open(ACCOUNT1);
  const { uidvalidity } = await imap.select("INBOX");
  const [uid] = await imap.search('FROM "direction" SUBJECT "ordre du jour"');
  assert.ok(uid, "the demonstration has the message to look at");
  message = `folder=INBOX&v=${uidvalidity}&uid=${uid}`;
  // one with every card and names that pretend
  await imap.fresh("Cartes");
  const box = await imap.select("Cartes");
  cards = `folder=Cartes&v=${box.uidvalidity}&uid=${await imap.append("Cartes", everyCard())}`;
  imap.close();
});
after(async () => {
  await browser?.close();
  const imap = await Imap.open(ACCOUNT1);
  await imap.remove("Cartes");
  imap.close();
});

// Opens one of PAGES, whose address says that it is there.
async function visit(page, [name, path, act]) {
  const response = await page.goto(path.replace("MESSAGE", message).replace("CARDS", cards));
  assert.equal(response.status(), STATUS[name] || 200);
  await act?.(page);
}

async function look(page, name, { size, theme }) {
  assert.deepEqual(page.context().problems.splice(0), []);
  await shot(page, `${name}-${size}-${theme}`);
  assert.deepEqual(await accessibilityFaults(page), [], "axe");
  assert.equal(await overflows(page), false, "wider than the window");
  if (size === "wide" && (await page.locator("body.app").count()))
    assert.equal(await page.evaluate(() => document.documentElement.scrollHeight > innerHeight), false, "longer than the window");
  if (size === "small") assert.deepEqual(await smallTargets(page), [], "too small for a finger");
}

// Each part is one person's, so that several are there at the same time.
describe("each page", { concurrency: 3 }, () => {
  for (const size of Object.keys(SIZES)) {
    for (const theme of ["light", "dark"]) {
      describe(`${size}, ${theme}`, { concurrency: 1 }, () => {
        let context, page;
        before(async () => {
          context = await person(browser, { size, theme });
          page = await context.newPage();
        });
        after(() => context.close());

        test("the sign-in page", async () => {
          await page.goto("/login");
          await look(page, "login", { size, theme });
        });
        test("the pages for who comes by a pass, or ends a session from afar", async () => {
          for (const [name, path] of [["login-pass", "/login?pass=1"], ["end", "/end"], ["closed", "/closed"]]) {
            assert.equal((await page.goto(path)).status(), 200);
            await look(page, name, { size, theme });
          }
          await page.goto("/login");
        });
        test("the sign-in page after a mistake", async () => {
          const nobody = `nobody.${size}.${theme}`; // three mistakes at one's own name at once make one wait
          await page.fill('input[name="user"]', nobody);
          await page.fill('input[name="password"]', "wrong");
          await page.press('input[name="password"]', "Enter");
          await page.waitForSelector('[role="alert"]');
          assert.equal(await page.inputValue('input[name="user"]'), nobody);
          await look(page, "login-wrong", { size, theme });
        });
        test("signing in opens the inbox", async () => {
          await signIn(page);
          assert.equal(new URL(page.url()).pathname, "/mail");
          assert.deepEqual(context.problems, []);
        });
        for (const one of PAGES) {
          test(`the page ${one[0]}`, async () => {
            await visit(page, one);
            await look(page, one[0], { size, theme });
          });
        }
        test("the actions on what is ticked", async () => {
          await page.goto("/mail");
          await page.locator(".rows [name=uid]").nth(1).check();
          await look(page, "ticked", { size, theme });
          await page.locator(".acts .menu > summary").click();
          const box = await page.locator(".acts .menu > div").boundingBox();
          assert.ok(box.x >= 0 && box.x + box.width <= SIZES[size].width, "the menu is within the window");
          await shot(page, `ticked-menu-${size}-${theme}`);
        });
        if (size !== "small") return;
        test("the folders, from where one also gets to the settings and out", async () => {
          await page.goto("/mail");
          await page.locator(".burger").click();
          await page.locator(".folders .close").waitFor();
          for (const way of ['.head [href="/settings"]', '.head form[action="/logout"] button', '.manage[href="/folders"]', '.manage[href="/filters"]'])
            assert.ok(await page.locator(way).isVisible(), way);
          await look(page, "drawer", { size, theme });
          await page.locator(".folders .close").click();
          assert.equal(await page.locator(".folders").isVisible(), false);
        });
      });
    }
  }

  describe("without scripts", { concurrency: 1 }, () => {
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
    test("the pages are valid, and no control is there that only a script could serve", async () => {
      for (const path of ["/login", "/login?pass=1", "/end", "/closed"]) {
        await page.goto(path);
        assert.deepEqual(await htmlFaults(page), [], path);
      }
      await signIn(page);
      for (const [name, path, act] of PAGES) {
        // evaluating needs scripts
        if (name === "folders-open") continue;
        await visit(page, [name, path, name === "saved" || name === "confirm" ? act : null]);
        assert.deepEqual(name === "confirm" ? await faults(await page.content()) : await htmlFaults(page), [], name);
        const dead = await page.locator("button").evaluateAll((buttons) =>
          buttons.filter((button) => !button.form || button.type === "button").map((button) => button.outerHTML));
        assert.deepEqual(dead, [], name);
        assert.equal(await page.locator('a[href="#"], a:not([href])').count(), 0, name);
      }
    });
  });

  test("whoever goes by the keyboard sees where", async () => {
    const context = await person(browser);
    const page = await context.newPage();
    await signIn(page);
    for (const path of ["/mail", `/message?${message}`, "/compose", "/folders", "/settings", "/passes", "/sessions", "/second"]) {
      await page.goto(path);
      await page.locator("body").press("Tab");
      for (let i = 0; i < 40 && (await page.evaluate(() => document.activeElement !== document.body)); i++) {
        assert.ok(await focusSeen(page), `${path}: ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);
        await page.keyboard.press("Tab");
      }
    }
    await context.close();
  });

  // 320 px: the smallest telephones, and 1280 px magnified four times; 640 px: twice.
  for (const language of ["fr", "en"]) {
    test(`nothing has to be scrolled sideways at 320 and 640 px (${language})`, async () => {
      const context = await person(browser, { language });
      const page = await context.newPage();
      for (const path of ["/login?pass=1", "/end", "/closed", "/login"]) {
        await page.goto(path);
        await page.setViewportSize({ width: 320, height: 700 });
        assert.equal(await overflows(page), false, path);
      }
      assert.equal(await page.getAttribute("html", "lang"), language);
      await signIn(page);
      for (const one of PAGES) {
        if (one[0] === "confirm") continue;
        await page.setViewportSize(SIZES.wide);
        await visit(page, one);
        assert.equal(await page.getAttribute("html", "lang"), language, one[0]);
        await shot(page, `${one[0]}-${language}`);
        for (const width of [640, 320]) {
          await page.setViewportSize({ width, height: 700 });
          assert.equal(await overflows(page), false, `${one[0]} at ${width}`);
          await shot(page, `${one[0]}-${width}-${language}`);
        }
      }
      await context.close();
    });
  }
});

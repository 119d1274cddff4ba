// A visit at a public computer in a real browser: what is left of it behind Back and in the browser's
// storage, the key that ends it, and how its pages look.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { WITH_BACK, accessibilityFaults, launch, overflows, person, shot, smallTargets } from "../lib/browser.mjs";
import { eventually } from "../lib/env.mjs";
import { faults } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { PNG, base64Part, letterOf, multipart, part } from "../lib/mime.mjs";

let account, imap, browser, uidvalidity, uid;
const SECRET = "meet me at the old mill";

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  uid = await imap.append("INBOX", letterOf(SECRET, multipart("mixed", [part(["Content-Type: text/html"], `<p>${SECRET}</p><p><a href="https://shop.example/a?b=c">shop</a></p>`),
    base64Part(['Content-Type: image/png; name="dot.png"', "Content-Disposition: attachment"], PNG),
    base64Part(['Content-Type: application/pdf; name="bill.pdf"', "Content-Disposition: attachment"], "%PDF-1.4")])));
  await imap.append("INBOX", letter({ subject: "Another letter" }));
  ({ uidvalidity } = await imap.select("INBOX"));
  browser = await launch(WITH_BACK);
});
after(async () => {
  imap?.close();
  await browser?.close();
});

const message = (path = "/message", more = {}) => `${path}?` + new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid, ...more });

async function visit(options = {}, ticked = true) {
  const context = await person(browser, options), page = await context.newPage();
  await page.goto("/login");
  await page.fill('input[name="user"]', account.user);
  await page.fill('input[name="password"]', account.password);
  if (ticked) await page.check("#public");
  await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.press('input[name="password"]', "Enter")]);
  return { context, page };
}

// By a tab of the same browser: anything else would be another one, and end the session itself.
async function alive(context) {
  const tab = await context.newPage();
  await tab.goto("/mail");
  const there = new URL(tab.url()).pathname === "/mail";
  await tab.close();
  return there;
}
const shows = async (page) => (await page.content()).includes(SECRET) || (await Promise.all(page.frames().map((one) => one.content().catch(() => "")))).some((html) => html.includes(SECRET));

// ---- Back --------------------------------------------------------------------------------------

for (const scripts of [true, false])
  test(`Back after leaving shows nothing, ${scripts ? "with" : "without"} scripts`, async () => {
    const { context, page } = await visit({ scripts });
    await page.goto(message());
    await page.goto("/compose");
    await page.fill("#text", SECRET);
    await page.goto("/mail");
    assert.ok(await shows(page));
    const second = await context.newPage();
    await second.goto(message());
    await second.goto("/mail");
    page.on("dialog", (dialog) => dialog.accept());
    await Promise.all([page.waitForURL(/\/(login|closed)/), page.locator("#leave button").click()]);
    assert.ok(!(await alive(context)));
    for (const tab of [page, second])
      for (let back = 0; back < 4; back++) {
        await tab.goBack().catch(() => null);
        await tab.waitForLoadState();
        if (tab.url() === "about:blank") break;
        if (tab.url().includes("/login") || tab.url().includes("/closed")) assert.ok(!(await shows(tab)), tab.url());
        else assert.fail(`${tab.url()} is shown again`);
      }
    await context.close();
  });

// ---- the key -----------------------------------------------------------------------------------

const twice = async (page) => {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
};

for (const [where, path] of [["a list", "/mail"], ["a message being written", "/compose"]])
  test(`Esc twice ends the session at once, from ${where}`, async () => {
    const { context, page } = await visit();
    const asked = [];
    page.on("dialog", (dialog) => (asked.push(dialog.type()), dialog.accept()));
    await page.goto(path);
    if (path === "/compose") await page.fill("#text", SECRET);
    // what is seen is gone before anybody answers
    let let_go;
    const held = new Promise((resolve) => (let_go = resolve));
    await page.route("**/logout", async (route) => { await held; await route.continue(); });
    await page.waitForFunction(() => document.documentElement.classList.contains("scripts"));
    await twice(page);
    await page.waitForURL("**/closed");
    assert.deepEqual(asked, [], "nothing is asked");
    assert.ok(!(await shows(page)));
    let_go();
    await eventually(async () => !(await alive(context)));
    await page.goBack().catch(() => null);
    assert.ok(!(await shows(page)));
    await context.close();
  });

test("also from within a letter", async () => {
  const { context, page } = await visit();
  await page.goto(message());
  await page.locator("iframe.fit").waitFor();
  await page.frameLocator("iframe.frame").locator("p").first().click();
  await twice(page);
  await page.waitForURL("**/closed");
  await eventually(async () => !(await alive(context)));
  await context.close();
});

test("Esc once, slowly twice, or while an input method composes ends nothing; nor in a session of one's own", async () => {
  const { context, page } = await visit();
  await page.goto("/mail");
  await page.waitForFunction(() => document.documentElement.classList.contains("scripts"));
  await page.keyboard.press("Escape");
  await page.waitForTimeout(750);
  await page.keyboard.press("Escape");
  await page.evaluate(() => {
    for (let i = 0; i < 2; i++) document.querySelector("#q").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", isComposing: true, bubbles: true }));
  });
  await page.waitForTimeout(300);
  assert.equal(new URL(page.url()).pathname, "/mail");
  assert.ok(await alive(context));
  await context.close();
  const own = await visit({}, false);
  await own.page.waitForFunction(() => document.documentElement.classList.contains("scripts"));
  await twice(own.page);
  await own.page.waitForTimeout(300);
  assert.ok(await alive(own.context));
  assert.equal(await own.page.locator("#leave").count(), 0);
  await own.context.close();
});

// ---- what stays --------------------------------------------------------------------------------

test("nothing stays in the browser", async () => {
  const { context, page } = await visit();
  for (const path of ["/mail", message(), "/search?q=mill&in=all", "/compose"]) {
    const answer = await page.goto(path);
    assert.match(answer.headers()["cache-control"], /no-store/, path);
  }
  await page.fill("#subject", SECRET);
  await page.fill("#text", SECRET);
  await page.locator('.foot [value="save"]').click();
  await page.locator("#saved:not(:empty)").waitFor();
  await page.goto("/mail");
  const kept = () => page.evaluate(async () => ({ local: { ...localStorage }, session: { ...sessionStorage }, bases: await indexedDB.databases(),
    caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length, cookie: document.cookie }));
  const nothing = { local: {}, session: {}, bases: [], caches: [], workers: 0, cookie: "" };
  assert.deepEqual(await kept(), nothing);
  assert.equal((await page.locator("#q").getAttribute("autocomplete")), "off");
  const [answer] = await Promise.all([page.waitForResponse("**/logout"), page.locator("#leave button").click()]);
  assert.match((await answer.allHeaders())["clear-site-data"], /"cache", "storage"/);
  await page.waitForURL(/\/(login|closed)/);
  assert.deepEqual(await kept(), nothing);
  assert.deepEqual((await context.cookies()).filter(({ name }) => name === "__Host-vaguemestre"), []);
  await context.close();
});

test("all that is typed into is left alone by the browser's memory", async () => {
  const { context, page } = await visit();
  for (const path of ["/mail", "/compose", "/search?form=1"]) {
    await page.goto(path);
    const remembered = await page.locator('input:is([type="text"], [type="search"], :not([type])), textarea').evaluateAll((all) =>
      all.filter((one) => one.autocomplete !== "off" && one.form?.autocomplete !== "off").map((one) => one.outerHTML.slice(0, 100)));
    assert.deepEqual(remembered, [], path);
  }
  await context.close();
});

// ---- how it looks ------------------------------------------------------------------------------

// What stands in the header or over a letter that is being written, and is not wholly to be seen: under
// the way out, or out of the header.
const covered = (page) => page.evaluate(() => {
  const out = document.querySelector("#leave").getBoundingClientRect(), bar = document.querySelector(".head")?.getBoundingClientRect();
  const leaves = [...document.querySelectorAll(".head *, .sheet .title *")].filter((one) => one.childElementCount === 0 && one.checkVisibility() && !one.matches(".vh, .vh *, option, svg *"));
  return leaves.filter((one) => {
    const { left, right, top, bottom, width } = one.getBoundingClientRect();
    return width > 1 && ((right > out.left && left < out.right && bottom > out.top && top < out.bottom) || (bar && one.closest(".head") && bottom > bar.bottom + 1));
  }).map((one) => one.outerHTML.slice(0, 90));
});

test("the way out lies over nothing, however wide the window", async () => {
  for (const language of ["fr-FR", "en-GB"]) {
    const { context, page } = await visit({ language });
    for (const path of ["/mail", "/settings", "/compose"]) {
      await page.goto(path);
      await page.waitForFunction(() => / s( |$)/.test(document.querySelector(".left").textContent.replace(/\s/g, " ")));
      for (const width of [1280, 1100, 1024, 900, 768, 640, 390, 320]) {
        await page.setViewportSize({ width, height: 700 });
        assert.deepEqual(await covered(page), [], `${path} at ${width}, ${language}`);
        assert.ok(!(await overflows(page)), `${path} at ${width}, ${language}`);
      }
    }
    await context.close();
  }
});

test("on a telephone what one reads to its end stands above the way out, and the menu has it too", async () => {
  const { context, page } = await visit({ size: "small", language: "fr-FR" });
  for (const [path, last] of [["/search?form=1", "main .button.first"], ["/settings", "main .button"]]) {
    await page.goto(path);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const [one, out] = [await page.locator(last).last().boundingBox(), await page.locator("#leave button").boundingBox()];
    assert.ok(one.y + one.height + 4 <= out.y, path);
  }
  await page.goto("/compose");
  const [text, out] = [await page.locator("#text").boundingBox(), await page.locator("#leave button").boundingBox()];
  assert.ok(text.y + text.height <= out.y, "one types above it");
  await page.goto("/mail");
  await page.locator(".burger").click();
  await page.locator("#leave button").click({ trial: true });
  assert.match(await page.locator(".who [href='/end']").innerText(), /^Code\s+\w{4}-\w{4}$/);
  await context.close();
});

for (const [size, theme] of [["wide", "light"], ["small", "dark"]])
  test(`the pages of a public session, ${size} and ${theme}`, async () => {
    const { context, page } = await visit({ size, theme, language: "fr-FR" });
    await page.goto(message());
    const away = await page.frameLocator("iframe.frame").locator("a").getAttribute("href");
    const pages = { list: "/mail", letter: message(), reading: message("/mail"), link: away, file: message("/part", { part: "3" }), compose: "/compose", refused: "/settings" };
    for (const [name, path] of Object.entries(pages)) {
      const answer = await page.goto(path), html = await answer.text();
      if (html.includes("<iframe")) await page.locator("iframe.fit").waitFor();
      assert.ok(await page.locator("#leave button").isVisible(), name);
      assert.ok(!(await overflows(page)), name);
      await shot(page, `public-${name}-${size}-${theme}`);
      assert.deepEqual(await accessibilityFaults(page), [], name);
      if (size === "small") assert.deepEqual(await smallTargets(page), [], name);
      else assert.deepEqual((await faults(html)).filter((one) => !/meta-refresh/.test(one)), [], name); // the countdown without scripts
    }
    assert.deepEqual(context.problems, []);
    await context.close();
  });

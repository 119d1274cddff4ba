// A search everywhere in a browser: from the field, growing in place, stopped, acted upon; without
// scripts too.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { accessibilityFaults, htmlFaults, launch, overflows, person, signIn } from "../lib/browser.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

const BOXES = ["INBOX", "Amis", "Travail", "Voyages"], EACH = 20;
let browser, account, imap, proxy, program, baseURL;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  for (const box of BOXES.slice(1)) {
    await imap.command(`CREATE ${box}`);
    await imap.command(`SUBSCRIBE ${box}`);
  }
  for (let n = 0; n < EACH * BOXES.length; n++)
    await imap.append(BOXES[n % BOXES.length], letter({ subject: `Lettre ${n}`, from: `Zoé <zoe${n}@outside.example>` }));
  proxy = await imapProxy();
  program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  baseURL = await serve(program);
  browser = await launch();
});
after(async () => {
  await browser.close();
  await program.stop();
  await proxy.close();
  imap.close();
});

async function enter(options) {
  const context = await person(browser, { baseURL, ...options });
  const page = await context.newPage();
  await signIn(page, account);
  return page;
}
const count = (page) => page.locator(".row").count();
// Goes there and waits for the end of the search.
async function look(page, path) {
  do await page.goto(path); while (await page.locator("#seek[data-running]").count());
}

test("from the field to everywhere, in place", async () => {
  const page = await enter();
  await page.evaluate(() => (globalThis.same = true));
  await page.selectOption(".search select", "all");
  await page.fill("#q", "lettre");
  await page.press("#q", "Enter");
  await page.waitForURL(/\/search\?/);
  await page.waitForSelector(".row");
  assert.equal(await page.evaluate(() => globalThis.same), true, "without a new document");
  assert.equal(await count(page), 50);
  assert.equal(await page.inputValue(".search select"), "all", "the field says where it looked");
  await page.locator("#list-bar .turn").last().click();
  await page.waitForURL(/page=2/);
  assert.equal(await count(page), EACH * BOXES.length - 50);
  await page.context().close();
});

test("what is found comes in behind what is there, which stays where it is", async () => {
  const page = await enter();
  proxy.rules = [{ match: /UID SEARCH.*TEXT/i, action: "late", ms: 700, times: 99 }];
  await page.goto("/search?q=texte:bonjour+lettre&in=all");
  await page.waitForSelector("#seek[data-running] progress");
  assert.equal(await page.locator("#seek .update").count(), 0, "it does that by itself");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.locator("#seek .menu > summary").click();
  await page.locator("#refine").focus();
  await page.keyboard.type("ab");
  await page.waitForSelector("#seek:not([data-running])", { timeout: 15000 });
  assert.equal(await page.inputValue("#refine"), "ab", "who types goes on typing");
  assert.equal(await page.evaluate(() => document.activeElement.id), "refine");
  assert.equal(await count(page), 50);
  await page.locator(".all input").check();
  assert.match(await page.locator("#all-offer a").textContent(), /Select all 80/, "what there is to choose comes, too");
  await page.locator(".all input").uncheck();
  await page.waitForFunction(() => /search finished/.test(document.querySelector("#seek [role=status]")?.textContent), null, { timeout: 3000 });
  assert.deepEqual(page.context().problems.filter((one) => !/^foreign/.test(one)), []);
  proxy.rules = [];
  await page.context().close();
});

test("all that was found is chosen, acted upon as one job, and taken back", async () => {
  for (const [scripts, theme, size] of [[true, "dark", "wide"], [false, "light", "small"]]) {
    const page = await enter({ scripts, theme, size });
    await look(page, `/search?q=lettre+-objet:${size}&in=all`);
    if (scripts) {
      await page.locator(".all input").check();
      await page.locator("#all-offer a").click();
      await page.waitForFunction((n) => document.querySelector(".count")?.textContent.startsWith(`${n} `), EACH * BOXES.length);
    } else {
      await page.locator(".acts .menu > summary").click();
      await page.locator('.acts .menu a:has-text("Select all 80")').click();
    }
    assert.match(await page.locator("#all-chosen").textContent(), /All 80 messages of this search are selected/);
    assert.equal(await page.locator("#ticks [name=uid]:enabled").count(), 0);
    if (scripts) assert.deepEqual(await accessibilityFaults(page), []);
    if (!scripts) assert.deepEqual(await htmlFaults(page), []);
    assert.equal(await overflows(page), false);
    await page.locator('#ticks .acts button[value="archive"]').click();
    await page.waitForSelector(".toast button[value=undo]");
    assert.match(await page.locator(".toast").textContent(), /80 messages archived/);
    assert.match(await page.locator(".empty").textContent(), /taken elsewhere/);
    await page.locator(".toast button[value=undo]").click();
    await page.waitForSelector(".row");
    await look(page, `/search?q=lettre+-objet:${size}+dans:amis&in=all`);
    assert.equal(await count(page), EACH);
    await page.context().close();
  }
});

test("stopped and continued by buttons, with and without scripts", async () => {
  for (const [scripts, word] of [[true, "un"], [false, "deux"]]) {
    const page = await enter({ scripts });
    proxy.rules = [{ match: /UID SEARCH.*TEXT/i, action: "late", ms: 1200, times: 99 }];
    await page.goto(`/search?q=texte:bonjour+lettre+-objet:${word}&in=all`);
    await page.locator('#seek button[value="stop"]').click();
    await page.waitForSelector('#seek button[value="continue"]');
    assert.match(await page.textContent("#seek-state"), /search stopped/);
    if (!scripts) assert.deepEqual(await htmlFaults(page), []);
    proxy.rules = [];
    await page.locator('#seek button[value="continue"]').click();
    await page.waitForSelector('#seek:not(:has([value="continue"]))');
    for (let i = 0; i < 30 && (await page.locator("#seek[data-running]").count()); i++)
      await (scripts ? page.waitForTimeout(300) : page.locator("#seek .update").click());
    assert.match(await page.textContent("#seek-state"), /search finished/);
    assert.equal(await count(page), 50);
    await page.context().close();
  }
});

test("ticks of several folders and pages are acted upon together, and undone", async () => {
  for (const scripts of [false, true]) {
    const page = await enter({ scripts });
    await look(page, "/search?q=lettre&in=all");
    for (const i of [0, 1, 2]) await page.locator(".row .tick input").nth(i).check();
    if (!scripts) {
      await page.locator(".turns .turn").last().click();
      await page.waitForURL(/page=2/);
      assert.match(await page.textContent("#elsewhere"), /3/);
      await page.locator(".row .tick input").first().check();
    }
    const done = scripts ? 3 : 4;
    await page.locator('.acts button[value="flag"]').click();
    await page.waitForSelector(".toast");
    assert.match(await page.textContent(".toast p"), new RegExp(`^${done} messages starred`));
    await look(page, "/search?q=lettre+est:suivi&in=all");
    assert.equal(await count(page), done);
    for (let i = 0; i < done; i++) await page.locator(".row .tick input").nth(i).check();
    await page.locator('.acts button[value="delete"]').click();
    await page.waitForSelector(".toast");
    assert.equal(await count(page), 0);
    await page.locator(".toast button").click();
    await page.waitForFunction(() => /Undone/.test(document.querySelector(".toast")?.textContent));
    await look(page, "/search?q=lettre+is:flagged&in=all");
    assert.equal(await count(page), done);
    for (let i = 0; i < done; i++) await page.locator(".row .tick input").nth(i).check();
    await page.locator(".acts .menu > summary").click();
    await page.locator('.acts button[value="unflag"]').click();
    await page.waitForSelector(".toast");
    await page.context().close();
  }
});

test("kept under a name, found in the column, opened there; by keyboard alone", async () => {
  const page = await enter();
  await page.goto("/search?q=lettre+1&in=all");
  await page.locator("#seek .menu > summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Mes lettres");
  await page.keyboard.press("Enter");
  await page.waitForSelector('.folders [aria-current="page"]:has-text("Mes lettres")');
  await page.goto("/mail");
  await page.locator('.folders a:has-text("Mes lettres")').click();
  await page.waitForURL(/saved=/);
  await page.waitForSelector("#seek");
  assert.equal((await page.textContent("#list-title bdi")).trim(), "Mes lettres");
  await page.context().close();
});

test("it fits a small telephone, while it goes on and when it is over", async () => {
  for (const theme of ["light", "dark"]) {
    const page = await enter({ size: "small", theme, language: "fr" });
    await page.setViewportSize({ width: 320, height: 640 });
    proxy.rules = [{ match: /UID SEARCH.*TEXT/i, action: "late", ms: 500, times: 2 }];
    await page.goto(`/search?q=texte:bonjour+lettre+-objet:${theme}&in=all`);
    assert.equal(await overflows(page), false);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.waitForSelector("#seek:not([data-running])", { timeout: 15000 });
    assert.equal(await overflows(page), false);
    assert.deepEqual(await accessibilityFaults(page), []);
    // the title with the box for all, what has been looked through, and then the results
    const [title, bar, state, rows] = await Promise.all(["#list-title", "#list-bar", ".seeking", ".rows"].map((one) => page.locator(one).boundingBox()));
    assert.ok(title.x >= bar.x + bar.width && Math.abs(title.y - bar.y) < 3, "beside one another");
    assert.ok(rows.y - state.y - state.height < 3, "nothing stands between");
    // and so in one folder: its bar, and a line of what else one can do
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/mail?folder=INBOX&q=lettre");
    const [own, first] = await Promise.all(["#list-bar", ".rows"].map((one) => page.locator(one).boundingBox()));
    assert.ok(first.y - own.y - own.height < 70, "a line of its own");
    proxy.rules = [];
    await page.context().close();
  }
});

// Long work as people meet it: choosing everything, following it, its end and its Undo, with scripts
// and without, and what one sees of it.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { SIZES, accessibilityFaults, htmlFaults, launch, overflows, person, shot, signIn } from "../lib/browser.mjs";
import { eventually } from "../lib/env.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { Imap } from "../lib/imap.mjs";
import { fill } from "../lib/many.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

const COUNT = 1300;
let browser, account, imap, proxy, program, baseURL;

before(async () => {
  browser = await launch();
  account = await newAccount();
  imap = await Imap.open(account);
  await imap.fresh("Archive");
  await imap.fresh("Dossier");
  await fill(account, "Dossier", COUNT);
  proxy = await imapProxy();
  program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  baseURL = await serve(program);
});

// Each test finds all of them where they were.
beforeEach(async () => {
  letGo();
  if ((await imap.select("Archive")).exists) await imap.command('UID MOVE 1:* "Dossier"');
});

after(async () => {
  await browser?.close();
  await program?.stop();
  await proxy?.close();
  imap?.close();
});

const exists = async (mailbox) => (await imap.select(mailbox, "EXAMINE")).exists;

// From now on a MOVE takes so long that one can look at the job.
function hold(ms) {
  let once = false;
  proxy.rules = [{ match: { test: (command) => !once && /^UID MOVE/i.test(command) && (once = true) }, action: "late", ms }];
}

function letGo() {
  proxy.rules = [];
}

async function enter(options = {}) {
  const context = await person(browser, { baseURL, ...options });
  const page = await context.newPage();
  await signIn(page, account);
  return { context, page };
}

// This program is served elsewhere than the demonstration's.
const problems = (context) => context.problems.filter((one) => !one.startsWith(`foreign request: ${baseURL}`));

test("with scripts: all on the page, all of the folder, progress in place, the end with its Undo", async () => {
  const { context, page } = await enter();
  await page.goto("/mail?folder=Dossier");
  // the row that one reads stays where it is, whatever stands over the list meanwhile
  await page.locator(".list").evaluate((list) => (list.scrollTop = 300));
  const reading = page.locator(".row").nth(10), top = async () => Math.round((await reading.boundingBox()).y), was = await top();
  const tickAll = async () => {
    const { x, y } = await page.locator(".all input").boundingBox();
    await page.mouse.click(x + 5, y + 5); // without a scroll of the driver's own
  };
  await tickAll();
  await page.waitForSelector("#all-offer");
  assert.equal(await top(), was, "with the offer");
  await tickAll();
  await page.waitForSelector("#all-offer", { state: "detached" });
  assert.equal(await top(), was, "without it");
  await tickAll();
  await page.locator("#all-offer a").evaluate((link) => link.click());
  await page.waitForSelector("#all-chosen");
  assert.equal(await top(), was, "with all of them chosen");
  assert.match(await page.locator(".count").textContent(), /^1,300/);
  assert.equal(await page.locator("#ticks [name=uid]:enabled").count(), 0);
  hold(2500);
  await page.locator('#ticks .acts button[value="archive"]').click();
  await page.waitForSelector(".strip.job progress");
  assert.match(await page.locator("#status").textContent(), /Archiving/, "said to who does not see it");
  assert.deepEqual(await accessibilityFaults(page), []);
  await shot(page, "jobs-strip");
  letGo();
  await page.waitForSelector(".toast form button[value=undo]", { timeout: 20000 });
  assert.match(await page.locator(".toast").textContent(), /1,300 messages archived/);
  await page.waitForFunction(() => !document.querySelector(".strip.job"));
  await page.waitForFunction(() => !document.querySelector(".row"));
  assert.equal(await exists("Archive"), COUNT);
  await page.locator(".toast button[value=undo]").click();
  await eventually(async () => (await exists("Dossier")) === COUNT, 20000);
  assert.deepEqual(problems(context), []);
  await context.close();
});

test("clearing the selection leaves nothing chosen, by the button and by the keyboard", async () => {
  const { context, page } = await enter();
  for (const clear of [() => page.locator("#all-chosen a").click(), () => page.keyboard.press("Escape"), () => page.locator(".all input").click()]) {
    await page.goto("/mail?folder=Dossier&all=1");
    await page.waitForSelector(".ticking .count");
    await clear();
    await page.waitForFunction(() => !document.querySelector("#all-chosen") && !document.querySelector(".ticking"));
    assert.equal(await page.locator("#ticks [name=uid]:checked").count(), 0);
  }
  await context.close();
});

test("a job's page follows it in place, stops it, and takes back what it did", async () => {
  const { context, page } = await enter();
  await page.goto("/mail?folder=Dossier&all=1");
  hold(6000); // long enough to get there
  await page.locator('#ticks .acts button[value="archive"]').click();
  await page.locator(".strip.job a").click();
  await page.waitForSelector("[data-job] progress");
  assert.deepEqual(await accessibilityFaults(page), []);
  await shot(page, "job-running");
  await page.locator('button[value="cancel"]').click();
  letGo();
  await page.waitForSelector('button[value="undo"]', { timeout: 20000 });
  assert.match(await page.locator("main").textContent(), /Stopped at/);
  await shot(page, "job-stopped");
  await page.locator('main button[value="undo"]').click();
  await eventually(async () => (await exists("Dossier")) === COUNT, 20000);
  assert.deepEqual(problems(context), []);
  await context.close();
});

test("without scripts: by a link of the menu, to the list that says what has come of it", async () => {
  const { context, page } = await enter({ scripts: false });
  await page.goto("/mail?folder=Dossier");
  await page.locator(".acts .menu > summary").click();
  await page.locator('.acts .menu a:has-text("Select all 1,300")').click();
  assert.equal(await page.locator("#ticks [name=uid]:checked:disabled").count(), 50);
  hold(3000);
  await page.locator('#ticks .acts button[value="archive"]').click();
  await page.locator(".strip.job a").click();
  assert.match(await page.content(), /http-equiv="refresh"/, "it looks again by itself");
  letGo();
  await eventually(async () => (await exists("Archive")) === COUNT, 20000);
  await eventually(async () => {
    await page.goto("/mail?folder=Dossier");
    return page.locator(".toast button[value=undo]").count();
  }, 10000);
  await page.locator(".toast button[value=undo]").click();
  await eventually(async () => (await exists("Dossier")) === COUNT, 20000);
  await context.close();
});

test("all of these pages are accessible, valid and within their window, in both themes and languages", async () => {
  for (const [theme, language, size] of [["light", "fr", "wide"], ["dark", "fr", "wide"], ["light", "fr", "small"], ["dark", "en", "small"], ["light", "en", "small"]]) {
    const { context, page } = await enter({ theme, language, size });
    await page.goto("/jobs");
    const job = await page.locator(".jobs li a").first().getAttribute("href");
    for (const [name, url] of [["jobs", "/jobs"], ["job", job], ["all", "/mail?folder=Dossier&all=1"]]) {
      for (const width of size === "small" ? [390, 320] : [1280]) {
        await page.setViewportSize({ ...SIZES[size], width });
        await page.goto(url);
        if (name === "all") await page.waitForSelector(".ticking");
        assert.equal(await overflows(page), false, `${name} ${width}`);
      }
      assert.deepEqual(await accessibilityFaults(page), [], `${name} ${theme} ${language}`);
      assert.deepEqual(await htmlFaults(page), [], name);
      await page.setViewportSize(SIZES[size]);
      await shot(page, `jobs-${name}-${theme}-${size}`);
    }
    await context.close();
  }
});

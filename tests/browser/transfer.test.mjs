// Import and export as a person meets them: with scripts and without, in both themes, on a telephone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { accessibilityFaults, htmlFaults, launch, overflows, person, shot, signIn } from "../lib/browser.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { entry } from "../lib/mbox.mjs";

let browser, account;
before(async () => {
  browser = await launch();
  account = await newAccount();
});
after(() => browser.close());

const one = (i, message = letter({ from: "Zoe <zoe@outside.example>", subject: `Brought ${i}`, id: `brought${i}@test.example` })) =>
  entry({ message, sender: "zoe@outside.example", date: 1.7e9 + i });
const file = (n) => ({ name: "mail.mbox", mimeType: "application/mbox",
  buffer: Buffer.from(Array.from({ length: n }, (_, i) => one(i)).join("") + one(n, "Subject: spoilt\r\n\r\n\0\r\n"), "latin1") });

// Until the page has come anew: it tells of the import before, too.
async function sendFiles(page) {
  await page.$eval("#import", (form) => form.setAttribute("data-before", "1"));
  await page.click("#import button[type=submit]");
  await page.waitForSelector("#import:not([data-before])");
  await page.waitForSelector("#last");
}

for (const scripts of [true, false])
  test(`files are imported and exported ${scripts ? "with" : "without"} scripts`, async () => {
    const context = await person(browser, { scripts });
    const page = await context.newPage();
    await signIn(page, account);
    await page.click("text=Import and export");
    await page.fill("#name", scripts ? "With" : "Without");
    await page.setInputFiles("#file", file(20));
    await sendFiles(page);
    assert.match(await page.textContent("#last"), /20 messages imported, 1 refused[\s\S]*Message 21[\s\S]*spoilt[\s\S]*byte 0/);
    await page.selectOption("#from", scripts ? "With" : "Without");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export button")]);
    assert.match(download.suggestedFilename(), /^With(out)? \d{4}-\d\d-\d\d\.mbox$/);
    assert.equal(readFileSync(await download.path(), "latin1"), Array.from({ length: 20 }, (_, i) => one(i)).join(""));
    assert.deepEqual(context.problems, []);
    await context.close();
  });

test("ticked messages lead to the page where they go out", async () => {
  const context = await person(browser);
  const page = await context.newPage();
  await signIn(page, account);
  await page.goto("/mail?folder=With");
  await page.check(".row >> nth=0 >> input");
  await page.check(".row >> nth=1 >> input");
  await page.click(".bar.acts summary");
  await page.click("button[value=export]");
  await page.waitForURL(/\/transfer\?/);
  assert.match(await page.textContent("#export"), /2 messages chosen in With/);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#journey button")]);
  const copy = await context.newPage();
  await copy.goto(`file://${await download.path()}`).catch(() => {});
  assert.match(download.suggestedFilename(), /^With .*\.html$/);
  assert.match(readFileSync(await download.path(), "utf8"), /Brought 19[\s\S]*Bonjour/);
  await context.close();
});

test("an import is followed in another tab, and stopped in its own", async () => {
  const context = await person(browser), other = await person(browser, { size: "small", theme: "dark", language: "fr" });
  const page = await context.newPage(), watching = await other.newPage();
  await signIn(page, account);
  await signIn(watching, account);
  await page.goto("/transfer");
  const line = await context.newCDPSession(page);
  await line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1.5e6 });
  const big = letter({ from: "Zoe <zoe@outside.example>", subject: "Brought slowly", id: "slow@test.example", body: ("x".repeat(990) + "\r\n").repeat(100) });
  await page.setInputFiles("#file", { name: "slow.mbox", mimeType: "application/mbox", buffer: Buffer.from(Array.from({ length: 300 }, (_, i) => one(i, big)).join(""), "latin1") });
  await page.fill("#name", "Slow");
  await page.click("#import button[type=submit]");
  await page.waitForFunction(() => /messages imported · /.test(document.querySelector(".sent p")?.textContent));
  assert.deepEqual(await accessibilityFaults(page), []);
  await shot(page, "import-sending");
  await watching.goto("/mail?folder=INBOX");
  await watching.waitForSelector(".strip.job");
  assert.match(await watching.textContent(".strip.job"), /Import dans «\u202fSlow\u202f»/);
  await shot(watching, "import-strip");
  await watching.click(".strip.job a");
  await watching.waitForSelector("main [data-job] progress");
  await shot(watching, "import-job");
  await page.click(".sent button");
  await page.waitForSelector("#last .error");
  assert.match(await page.textContent("#last"), /\d+ messages? imported[\s\S]*Stopped at[\s\S]*Choose the same file again/);
  await watching.waitForFunction(() => /Arrêté à/.test(document.querySelector("main").textContent));
  assert.equal(await overflows(watching), false);
  assert.deepEqual(await accessibilityFaults(watching), []);
  await shot(watching, "import-stopped");
  assert.deepEqual([...context.problems, ...other.problems], []);
  await context.close();
  await other.close();
});

for (const [size, theme, language] of [["wide", "light", "fr"], ["small", "dark", "fr"], ["small", "light", "en"]])
  test(`the page is fit for everybody: ${size}, ${theme}, ${language}`, async () => {
    const context = await person(browser, { size, theme, language });
    const page = await context.newPage();
    await signIn(page, account);
    await page.goto("/transfer");
    await page.setInputFiles("#file", file(3));
    await sendFiles(page);
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.deepEqual(await htmlFaults(page, "/transfer"), []);
    await shot(page, `transfer-${size}-${theme}-${language}`);
    await page.setViewportSize({ width: 320, height: 700 });
    assert.equal(await overflows(page), false);
    assert.deepEqual(context.problems, []);
    await context.close();
  });

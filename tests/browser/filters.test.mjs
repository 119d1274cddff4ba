// The pages of filters and of the vacation reply: accessible, within their window, and the same with
// and without scripts.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { accessibilityFaults, focusSeen, htmlFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { env } from "../lib/env.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { ManageSieve } from "../lib/managesieve.mjs";
import { Program, scratch } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

let browser, account, message;

// A person with a message, another program's script, and two rules.
async function furnished() {
  const account = await newAccount();
  const imap = await Imap.open(account), sieve = await ManageSieve.open(account);
  const uid = await imap.append("INBOX", letter({ from: "Léa <liste@outside.example>", subject: "Une lettre" }));
  const { uidvalidity } = await imap.select("INBOX");
  const message = `folder=INBOX&v=${uidvalidity}&uid=${uid}`;
  await sieve.put("autre", 'require "fileinto";\r\nif header :contains "subject" "pub" { fileinto "Trash"; }\r\n');
  await sieve.activate("autre");
  imap.close();
  sieve.close();
  const context = await person(browser), page = await context.newPage();
  await signIn(page, account);
  for (const [name, value, place = "keep"] of [["", "liste@outside.example"], ["Un nom assez long pour une règle qui range beaucoup de choses à la fois", "x".repeat(90)], ["", "jamais@", "delete"]]) {
    await page.goto("/filters/edit");
    await page.fill("[name=value]", value);
    await page.fill("[name=name]", name);
    await page.check(`[name=place][value=${place}]`);
    await page.click(".do button[value=save]");
    await page.waitForURL("**/filters");
  }
  await context.close();
  return { account, message };
}
before(async () => {
  browser = await launch();
  ({ account, message } = await furnished());
});
after(() => browser?.close());

const click = (selector, wait) => async (page) => {
  await page.locator(selector).first().click();
  await page.waitForSelector(wait, { state: "attached" });
};
const PAGES = [
  ["filters", "/filters"],
  ["filter-moved", "/filters", async (page) => {
    await click("button[value=down]", ".toast button[value=undo]")(page);
    await page.evaluate(() => document.activeElement.blur());
    await click(".toast button[value=undo]", ".toast:not(:has(button))")(page);
  }],
  ["filter-apply", "/filters/apply?rule=2"],
  ["filter-new", "/filters/edit?from=a@b.example&larger=5+MB"],
  ["filter-tried", "/filters/edit?rule=0", click(".do button[value=preview]", ".samples")],
  ["filter-wrong", "/filters/edit?rule=0", async (page) => {
    await page.selectOption("[name=test]", "regex");
    await page.fill("[name=value]", "(");
    await click(".do button[value=save]", "[role=alert]")(page);
  }],
  ["filter-why", "/filters/why?MESSAGE"],
  ["vacation", "/vacation"],
];
const visit = async (page, [, path, act]) => {
  await page.goto(path.replace("MESSAGE", message));
  await act?.(page);
};

for (const [size, theme] of [["wide", "light"], ["small", "dark"]]) {
  test(`${size}, ${theme}: every page`, async (t) => {
    const context = await person(browser, { size, theme, language: "fr" }), page = await context.newPage();
    t.after(() => context.close());
    await signIn(page, account);
    for (const one of PAGES) {
      await visit(page, one);
      await page.locator("details.help, .other details").evaluateAll((all) => all.forEach((each) => (each.open = true)));
      await shot(page, `${one[0]}-${size}-${theme}`);
      assert.deepEqual(await accessibilityFaults(page), [], one[0]);
      assert.equal(await overflows(page), false, `${one[0]} is wider than the window`);
      if (size === "small") assert.deepEqual(await smallTargets(page), [], one[0]);
      assert.deepEqual(context.problems.filter((problem) => !/^422 /.test(problem)), [], one[0]);
      context.problems.splice(0);
    }
  });
}

test("no page is wider than a window of 320 px", async (t) => {
  const context = await person(browser, { viewport: { width: 320, height: 640 } }), page = await context.newPage();
  t.after(() => context.close());
  await signIn(page, account);
  for (const one of PAGES) {
    await visit(page, one);
    assert.equal(await overflows(page), false, one[0]);
  }
});

for (const scripts of [true, false]) {
  test(`${scripts ? "with" : "without"} scripts one makes a rule from a message, tries it, saves it, moves it up, applies it, deletes it, and undoes that`, async (t) => {
    const { account, message } = await furnished();
    const context = await person(browser, { scripts }), page = await context.newPage();
    t.after(() => context.close());
    await signIn(page, account);
    await page.goto(`/message?${message}`);
    await page.click("#message-acts .menu > summary");
    await page.click('#message-acts [href^="/filters/edit"]');
    await page.waitForSelector("[name=value]");
    assert.equal(await page.inputValue("[name=value]"), "liste@outside.example");
    await page.click("button[value=add]");
    await page.locator("[name=value]").nth(1).waitFor();
    const focused = (one) => one.evaluate((node) => node === document.activeElement);
    if (scripts) assert.ok(await focused(page.locator("[name=field]").nth(1)), "where one goes on");
    await page.locator("[name=field]").nth(1).selectOption("subject");
    await page.locator("[name=value]").nth(1).fill("lettre");
    await page.fill("[name=folder_new]", "Lettres");
    await page.locator("[name=value]").nth(1).press("Enter"); // tries it, and saves nothing
    await page.locator(".samples li").first().waitFor();
    assert.match(await page.locator("#preview").innerText(), /this rule matches 1\.[\s\S]*Une lettre/);
    assert.ok(await page.locator("#preview").evaluate((one) => one.getBoundingClientRect().top < innerHeight), "what it would do is seen");
    await page.click(".do button[value=save]");
    await page.locator(".rules li").nth(3).waitFor();
    const titles = () => page.locator(".rules h2").allInnerTexts();
    assert.match((await titles())[3], /4\. From is .* and Subject contains “lettre” → move to Lettres/);
    await page.locator(".rules li").nth(3).locator("button[value=up]").click();
    await page.locator(".rules li").nth(2).locator("h2", { hasText: "Subject contains" }).waitFor();
    if (scripts) assert.ok(await focused(page.locator(".rules li").nth(2).locator("button[value=up]")), "the focus goes along");
    // deleted at once, and back by the notice
    const third = page.locator(".rules li").nth(2), before = await titles();
    await third.locator("button[value=delete]").click();
    await page.locator(".toast", { hasText: "deleted" }).waitFor();
    assert.equal(await page.locator(".rules li").count(), 3);
    if (scripts) assert.ok(await focused(third.locator("a.button").first()), "the next one has it");
    await page.click(".toast button[value=undo]");
    await page.locator(".rules li").nth(3).waitFor();
    assert.deepEqual(await titles(), before);
    // what is there goes where the rule says, and back; the first one would keep it
    await page.locator(".rules li").nth(0).locator("button[value=off]").click();
    await page.locator(".toast", { hasText: "turned off" }).waitFor();
    if (scripts) assert.ok(await focused(page.locator(".rules li").nth(0).locator("button[value=on]")), "it stays with it");
    await third.locator('a[href^="/filters/apply"]').click();
    await page.waitForURL("**/filters/apply?rule=2");
    assert.equal(await page.locator("#folder").inputValue(), "INBOX");
    await page.click("main .button.first");
    await page.locator(".toast", { hasText: "applied to 1 message" }).waitFor();
    await page.click(".toast button[value=undo]");
    await page.locator(".toast", { hasText: "as they were" }).waitFor();
    await third.locator("button[value=delete]").click();
    await page.locator(".toast", { hasText: "deleted" }).waitFor();
    assert.equal(await page.locator(".rules li").count(), 3);
    await page.goto("/vacation");
    await page.fill("[name=text]", "Je suis loin.\nZoé");
    await page.check("[name=on]");
    await page.fill("[name=last]", "2099-12-31");
    await page.click("main .button.first");
    await page.waitForSelector(".toast");
    await page.goto("/filters");
    assert.match(await page.locator("[aria-labelledby=away]").innerText(), /until 31 December 2099/);
    await page.goto("/vacation");
    await page.uncheck("[name=on]");
    await page.click("main .button.first");
    await page.waitForSelector(".toast");
  });
}

for (const scripts of [true, false])
  test(`${scripts ? "with" : "without"} scripts one more folder for copies is where one goes on, with room for what is told`, async (t) => {
    const context = await person(browser, { scripts, size: "small" }), page = await context.newPage();
    t.after(() => context.close());
    await signIn(page, account);
    await page.goto("/filters/edit");
    await page.check("#place-reject");
    await page.fill("[name=reason]", "Bonjour,\n\nplus de lettres.");
    assert.ok((await page.locator("[name=reason]").boundingBox()).width > 280, "a text is as wide as the panel");
    for (const number of [2, 3]) {
      await page.click("button[value=copy]");
      await page.waitForSelector(`#copy-${number}`);
      assert.ok(await page.locator(`#copy-${number}`).evaluate((one) => one.getBoundingClientRect().top < innerHeight), "it is seen");
      if (scripts) assert.equal(await page.evaluate(() => document.activeElement.id), `copy-${number}`);
    }
    assert.equal(await page.inputValue("[name=reason]"), "Bonjour,\n\nplus de lettres.");
    await page.goto("/filters");
    const [first, second, last, away] = await page.locator("main .panel").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => ({ top, bottom })));
    assert.ok(second.top - first.bottom < away.top - last.bottom, "the rules stand together, and what is none apart");
  });

test("where procmail filters, the form offers what it can do, in both themes", async (t) => {
  const directory = join(scratch(), "recipes"), account = await newAccount();
  mkdirSync(directory, { mode: 0o711 });
  const program = await Program.start({ filters: { way: "procmail" }, procmail: { directory, domain: env.MAIL_DOMAIN, layout: "fs", separator: "/" } });
  t.after(() => program.stop());
  const baseURL = await serve(program);
  for (const [size, theme] of [["wide", "light"], ["small", "dark"]]) {
    const context = await person(browser, { baseURL, size, theme, language: "fr" }), page = await context.newPage();
    await signIn(page, account);
    await page.goto("/filters/edit");
    assert.equal(await page.locator("[name=tags], [name=read], [name=flag]").count(), 0);
    await page.fill("[name=value]", `penible-${size}@`);
    await page.fill("[name=folder_new]", "a$b");
    await click(".do button[value=save]", "[role=alert]")(page);
    for (const name of ["refused", "saved"]) {
      assert.deepEqual(await accessibilityFaults(page), [], name);
      assert.equal(await overflows(page), false, name);
      if (size === "small") assert.deepEqual(await smallTargets(page), [], name);
      await shot(page, `procmail-${name}-${size}-${theme}`);
      if (name === "saved") continue;
      await page.fill("[name=folder_new]", "Pénibles");
      await click(".do button[value=save]", ".rules")(page);
    }
    await page.goto("/vacation");
    assert.deepEqual(await accessibilityFaults(page), []);
    await context.close();
  }
});

describe("as they are sent", () => {
  test("the pages are valid, and the keyboard is seen on them", async (t) => {
    const context = await person(browser), page = await context.newPage();
    t.after(() => context.close());
    await signIn(page, account);
    for (const one of PAGES.filter(([, , act]) => !act)) {
      await visit(page, one);
      assert.deepEqual(await htmlFaults(page), [], one[0]);
      await page.locator("main").press("Tab");
      for (let i = 0; i < 12 && (await page.evaluate(() => document.activeElement !== document.body)); i++) {
        assert.ok(await focusSeen(page), `${one[0]}: ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);
        await page.keyboard.press("Tab");
      }
    }
  });
});

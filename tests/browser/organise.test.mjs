// Folders, tags and room with a mouse, a keyboard, a finger and without scripts.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { eventually } from "../lib/env.mjs";
import { accessibilityFaults, htmlFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { publicFolder, sharer } from "../lib/sharing.mjs";

const FOLDERS = ["Amis", "Amis proches", "Cours", "Cours/Ete", "Zeta"];
let browser, account, imap;
before(async () => {
  browser = await launch();
  account = await newAccount();
  imap = await Imap.open(account);
  for (const name of FOLDERS) await imap.fresh(name);
});
after(async () => {
  imap?.close();
  await browser?.close();
});

const subjectsIn = async (folder) => {
  await imap.select(folder);
  const uids = await imap.search("ALL");
  const found = [];
  for (const uid of uids) found.push(/Subject: (.*)\r/.exec(await imap.source(uid))[1]);
  await imap.attempt("UNSELECT");
  return found;
};
const row = (page, subject) => page.locator(".row", { has: page.locator(`a bdi:text-is("${subject}")`) });
const box = (page, subject) => row(page, subject).locator("[name=uid]");
async function fill() {
  for (const name of ["INBOX", ...FOLDERS]) {
    await imap.select(name);
    const uids = await imap.search("ALL");
    if (uids.length) {
      await imap.command(`UID STORE ${uids.join()} +FLAGS (\\Deleted)`);
      await imap.command(`UID EXPUNGE ${uids.join()}`);
    }
  }
  await imap.attempt("UNSELECT");
  for (let i = 1; i <= 4; i++) await imap.append("INBOX", letter({ subject: `Letter ${i}` }));
}

describe("with scripts", () => {
  let context, page;
  beforeEach(async () => {
    await context?.close();
    await fill();
    context = await person(browser);
    page = await context.newPage();
    await signIn(page, account);
    await page.mouse.move(640, 400); // a hand comes to the page
    await page.waitForSelector(".row[draggable]");
  });
  after(() => context?.close());

  test("v opens a field in which part of a name moves, by the keyboard alone", async () => {
    await page.waitForSelector(".combo", { state: "attached" });
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.waitForSelector(".ticking");
    await page.keyboard.press("v");
    await page.waitForFunction(() => document.activeElement.getAttribute("role") === "combobox");
    await page.keyboard.type("éTE"); // case and accents do not matter, nor the level
    assert.deepEqual(await page.locator(".combo [role=option]:visible").allTextContents(), ["Cours / Ete"]);
    assert.equal(await page.locator(".combo input:visible").getAttribute("aria-expanded"), "true");
    assert.equal(await page.locator(`#${await page.locator(".combo input:visible").getAttribute("aria-activedescendant")}`).textContent(), "Cours / Ete");
    assert.deepEqual(await accessibilityFaults(page), []);
    await shot(page, "move-by-typing");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".toast");
    assert.match(await page.locator(".toast").textContent(), /moved to “Ete”/);
    assert.deepEqual(await subjectsIn("Cours/Ete"), ["Letter 4"]);
    // the last target comes first; the focus is on the next row
    await page.keyboard.press("x");
    await page.waitForSelector(".ticking");
    await page.keyboard.press("v");
    await page.waitForSelector(".combo [role=option]:visible");
    assert.equal((await page.locator(".combo [role=option]:visible").allTextContents())[0], "Cours / Ete");
    await page.keyboard.type("ami");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.toast:has-text("Amis proches")');
    assert.deepEqual(await subjectsIn("Amis proches"), ["Letter 3"]);
    assert.deepEqual(context.problems, []);
  });

  test("what matches nothing moves nothing, and Escape closes the list, then the menu", async () => {
    await box(page, "Letter 1").check();
    await page.keyboard.press("v");
    await page.waitForFunction(() => document.activeElement.getAttribute("role") === "combobox");
    await page.keyboard.type("nowhere at all");
    assert.equal(await page.locator(".combo [role=option]:visible").count(), 0);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.waitForTimeout(200);
    assert.equal((await subjectsIn("INBOX")).length, 4);
  });

  test("messages are dragged onto a folder: the row, or all that is ticked if it is one of them; and Undo", async () => {
    const target = page.locator(".folders a", { hasText: /^Zeta/ });
    await row(page, "Letter 2").dragTo(target);
    await page.waitForSelector(".toast");
    assert.deepEqual(await subjectsIn("Zeta"), ["Letter 2"]);
    await box(page, "Letter 3").check();
    await box(page, "Letter 4").check();
    await row(page, "Letter 1").dragTo(target); // not ticked: it goes, they stay
    await eventually(async () => (await subjectsIn("Zeta")).length > 1);
    assert.deepEqual((await subjectsIn("Zeta")).sort(), ["Letter 1", "Letter 2", "Letter 3", "Letter 4"].filter((one) => /[12]/.test(one)));
    await page.waitForSelector(".row[draggable]");
    for (const subject of ["Letter 3", "Letter 4"]) if (!(await box(page, subject).isChecked())) await box(page, subject).check();
    await row(page, "Letter 4").dragTo(target);
    await eventually(async () => (await subjectsIn("Zeta")).length === 4);
    await page.locator(".toast button").click();
    await eventually(async () => (await subjectsIn("Zeta")).length === 2);
    assert.deepEqual(context.problems, []);
  });

  test("a folder is dragged into another", async () => {
    await page.goto("/folders");
    await page.mouse.move(600, 400);
    await page.waitForSelector(".tree tr[draggable]");
    const line = (name) => page.locator(".tree tr", { has: page.locator(`th bdi:text-is("${name}")`) });
    await line("Amis proches").locator("th").dragTo(line("Amis").locator("th"));
    await page.waitForSelector(".toast");
    assert.ok((await imap.list()).includes("Amis/Amis proches"));
    await imap.command('RENAME "Amis/Amis proches" "Amis proches"');
    await imap.command('SUBSCRIBE "Amis proches"');
    assert.deepEqual(context.problems, []);
  });

  test("a tag is set and taken off in place", async () => {
    await box(page, "Letter 3").check();
    await page.locator(".acts .menu > summary").click();
    await page.locator(".acts select[name=tag]").selectOption({ label: "To do" });
    await page.locator(".acts button[value=tag]").click();
    await page.waitForSelector('.row .tag:has-text("To do")');
    await page.locator(".toast button").click();
    await eventually(async () => (await page.locator('.row .tag:has-text("To do")').count()) === 0);
    assert.deepEqual(context.problems, []);
  });
});

test("without scripts the menus do the same", async () => {
  await fill();
  const context = await person(browser, { scripts: false });
  const page = await context.newPage();
  await signIn(page, account);
  await box(page, "Letter 2").check();
  await page.locator(".acts .menu > summary").click();
  await page.locator(".acts select[name=to]").selectOption("Cours");
  await page.locator(".acts button[value=move]").click();
  assert.match(await page.locator(".toast").textContent(), /moved to “Cours”/);
  await page.goto("/folder?folder=Cours");
  await page.selectOption("#colour", "purple");
  await page.locator("button[value=look]").click();
  assert.equal(await page.locator(".folders .c-purple").count(), 1);
  await page.locator("button[value=discard]").click();
  assert.match(await page.locator("main").textContent(), /Letter 2/);
  await page.locator("main .do a.button").click();
  assert.equal(new URL(page.url()).pathname, "/folder");
  await context.close();
});

test("every new page: accessible, valid, within its window, in both themes", async () => {
  publicFolder("Commun", "lrwstipekxa");
  const one = await sharer(), own = await Imap.open(one);
  await own.fresh("Projets");
  await own.command(`SETACL Projets "${account.user}" lrs`);
  await own.append("Projets", letter({ subject: "In the project" }), ["$label1", "budget"]);
  await own.attempt("CREATE Trash");
  own.close();
  for (const [size, theme] of [["wide", "light"], ["small", "dark"]]) {
    const context = await person(browser, { size, theme, language: "fr" });
    const page = await context.newPage();
    await signIn(page, one);
    for (const [name, path, act] of [["folder", "/folder?folder=Projets"], ["folder-inbox", "/folder?folder=INBOX"], ["folder-shared", "/folder?folder=Public%2FCommun"],
      ["folder-ask", "/folder?folder=Projets", "button[value=discard]"], ["tags", "/tags"], ["tags-open", "/tags", ".edit >> nth=1"], ["space", "/space"],
      ["list-tags", "/mail?folder=Projets", ".only > summary"], ["folders-shared", "/folders"]]) {
      await page.goto(path);
      if (act) await page.locator(act).first().click();
      if (name === "folder-ask") await page.waitForSelector(".about");
      await shot(page, `${name}-${size}-${theme}`);
      assert.deepEqual(await accessibilityFaults(page), [], `${name} ${size} ${theme}`);
      assert.equal(await overflows(page), false, `${name} ${size}`);
      if (size === "small") assert.deepEqual(await smallTargets(page), [], name);
      if (size === "wide" && theme === "light" && !act) assert.deepEqual(await htmlFaults(page, path), [], name);
      if (size === "small") {
        await page.setViewportSize({ width: 320, height: 700 });
        assert.equal(await overflows(page), false, `${name} at 320`);
        await page.setViewportSize({ width: 390, height: 844 });
      }
    }
    assert.deepEqual(context.problems, []);
    await context.close();
  }
});

test("the bar over the list has room for the folder's name and the number of its messages", async () => {
  const context = await person(browser, { language: "fr" });
  const page = await context.newPage();
  await signIn(page, account);
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto("/mail");
    const { cut, below } = await page.evaluate(() => {
      const title = document.querySelector("#list-title"), [name, number] = title.children;
      return { cut: name.scrollWidth > name.clientWidth, below: number.getBoundingClientRect().bottom > title.getBoundingClientRect().bottom + 1 };
    });
    assert.deepEqual([cut, below], [false, false], `${width}`);
  }
  // what restricts the list is behind one button, which says that something does
  const summary = page.locator(".only > summary"), paper = await summary.evaluate((one) => getComputedStyle(one).backgroundColor);
  await summary.click();
  await page.locator('.only a[href*="only=flagged"]').click();
  await page.waitForURL(/only=flagged/);
  assert.notEqual(await page.locator(".only > summary").evaluate((one) => getComputedStyle(one).backgroundColor), paper);
  await context.close();
});

// What scripts make nicer: pages change in place, ticks by range, keys, the letter's frame, new mail,
// writing that saves itself; and that all of it falls back to plain navigation.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { ACCOUNT1, ACCOUNT2, TOP, eventually } from "../lib/env.mjs";
import { accessibilityFaults, launch, overflows, person, shot, signIn } from "../lib/browser.mjs";
import { Imap, letter } from "../lib/imap.mjs";

const BOX = "Scripts", FOLDER = `/mail?folder=${BOX}`, COUNT = 60;
const LONG = Array.from({ length: 120 }, (_, i) => `Line ${i}`).join("\r\n");

let browser, imap;
before(async () => {
  browser = await launch();
  imap = await Imap.open(ACCOUNT2);
});
after(async () => {
  await imap?.remove(BOX);
  imap?.close();
  await browser?.close();
});

async function fill() {
  await imap.attempt("UNSELECT");
  await imap.fresh(BOX);
  for (let i = 1; i <= COUNT; i++) await imap.append(BOX, letter({ subject: `Letter ${i}`, body: LONG }));
}

// A page that is marked: the mark is gone once the document has been loaded anew.
async function open(context, path) {
  const page = await context.newPage();
  await signIn(page, ACCOUNT2);
  await page.goto(path);
  await mark(page);
  return page;
}

const mark = (page) => page.evaluate(() => void (globalThis.marked = true));
const isMarked = (page) => page.evaluate(() => globalThis.marked === true);
const row = (page, subject) => page.locator(".row", { has: page.locator(`a bdi:text-is("${subject}")`) });
const box = (page, subject) => row(page, subject).locator("[name=uid]");
const ticked = (page) => page.locator("[name=uid]:checked").count();
const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim());
const subjects = (page) => page.locator(".row .subject a").allTextContents();
const scroll = (page, selector) => page.locator(selector).evaluate((element) => element.scrollTop);
const settled = (page) => page.waitForFunction(() => !document.querySelector("main[aria-busy]"));

describe("a list", () => {
  let context, page;
  beforeEach(async (t) => {
    await context?.close();
    await fill();
    context = await person(browser);
    page = await open(context, FOLDER);
    await page.waitForSelector(".all");
  });
  after(() => context?.close());

  test("folders, letters, pages, orders and settings come in place, back and forward too", async () => {
    await row(page, "Letter 60").locator("a").click();
    await page.waitForSelector("#read .letter");
    await page.locator("#read [rel=next]").click();
    await page.waitForSelector('#subject bdi:text-is("Letter 59")');
    await page.locator(".turns button").last().click();
    await page.waitForSelector('.row a bdi:text-is("Letter 1")');
    assert.equal(new URL(page.url()).searchParams.get("page"), "2");
    await page.goBack();
    await page.waitForSelector('#subject bdi:text-is("Letter 59")');
    await page.goForward();
    await page.waitForSelector('.row a bdi:text-is("Letter 1")');
    await page.locator(".folders a", { hasText: "Inbox" }).click();
    await page.waitForURL(/INBOX|\/mail$/);
    await page.locator(".who a", { hasText: "Settings" }).click();
    await page.waitForSelector("#signature");
    await page.locator(".do button").click();
    await page.waitForSelector(".toast");
    await page.locator('.manage[href="/folders"]').click();
    await page.waitForSelector(".tree");
    assert.ok(await isMarked(page), "no page was loaded anew");
    assert.match(await page.title(), /Folders/);
    assert.deepEqual(context.problems, []);
  });

  test("a letter in the pane leaves the list where it is, with focus and ticks", async () => {
    await box(page, "Letter 58").check();
    await page.locator(".list").evaluate((list) => (list.scrollTop = 900));
    const link = row(page, "Letter 43").locator("a");
    await link.focus();
    const before = await scroll(page, ".list");
    await page.keyboard.press("Enter");
    await page.waitForSelector('#subject bdi:text-is("Letter 43")');
    assert.equal(await scroll(page, ".list"), before);
    assert.equal(await focused(page), "Letter 43");
    assert.equal(await ticked(page), 1);
    assert.ok(await box(page, "Letter 58").isChecked());
    assert.ok(await isMarked(page));
  });

  test("back finds the list scrolled as it was, in place and after a page of another kind", async () => {
    await page.locator(".list").evaluate((list) => (list.scrollTop = 1200));
    const at = await scroll(page, ".list");
    await page.locator('.manage[href="/folders"]').click();
    await page.waitForSelector(".tree");
    await page.goBack();
    await page.waitForSelector(".rows");
    assert.equal(await scroll(page, ".list"), at);
    await page.locator(".write").click();
    await page.waitForSelector("#compose");
    await page.goBack();
    await page.waitForSelector(".rows");
    assert.equal(await scroll(page, ".list"), at);
  });

  test("the shift key ticks a range, and takes it off again; one box ticks all", async () => {
    await box(page, "Letter 55").click();
    await box(page, "Letter 51").click({ modifiers: ["Shift"] });
    assert.equal(await ticked(page), 5);
    assert.equal(await page.locator(".count").textContent(), "5 selected");
    assert.ok(await page.locator(".bar.acts").isVisible());
    await box(page, "Letter 53").click({ modifiers: ["Shift"] });
    assert.equal(await ticked(page), 2);
    await shot(page, "scripts-ticking");
    await page.locator(".all input").click();
    assert.equal(await ticked(page), 50);
    assert.equal(await page.evaluate(() => document.activeElement.matches(".all input")), true);
    await page.locator(".all input").click();
    assert.equal(await ticked(page), 0);
    assert.ok(await page.locator("#list-bar").isVisible());
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  test("ticks go along to the next page", async () => {
    await box(page, "Letter 60").check();
    await page.locator(".turns button").last().click();
    await page.waitForSelector('.row a bdi:text-is("Letter 1")');
    assert.equal(await page.locator(".count").textContent(), "1 selected");
    await box(page, "Letter 1").check();
    await page.locator(".bar.acts button[value=archive]").click();
    await page.waitForSelector('.toast:has-text("2 ")');
    await imap.select(BOX);
    assert.equal((await imap.search("ALL")).length, COUNT - 2);
    await page.locator(".toast button").click();
    await eventually(async () => (await imap.search("ALL")).length === COUNT);
  });

  // Holds the answers to requests back until what() is done.
  async function meanwhile(pattern, start, what) {
    let go, gone;
    await page.route(pattern, (route) => {
      gone = new Promise((resolve) => (go = resolve)).then(() => route.continue());
    }, { times: 1 });
    await start();
    await eventually(() => go);
    await what();
    go();
    await gone;
  }

  test("what is ticked while a page is on its way stays so, and what is unticked", async () => {
    await box(page, "Letter 60").check();
    await meanwhile("**/mail?**", () => row(page, "Letter 57").locator("a").click(), async () => {
      await box(page, "Letter 60").uncheck();
      await box(page, "Letter 58").check();
    });
    await page.waitForSelector('#subject bdi:text-is("Letter 57")');
    assert.ok(await box(page, "Letter 58").isChecked());
    assert.equal(await ticked(page), 1);
    await meanwhile("**/mail?**", () => page.locator(".turns button").last().click(), () => box(page, "Letter 56").check());
    await page.waitForSelector('.row a bdi:text-is("Letter 1")');
    assert.equal(await page.locator(".count").textContent(), "2 selected");
    await page.locator(".turns button").first().click();
    await page.waitForSelector('.row a bdi:text-is("Letter 58")');
    assert.deepEqual([await box(page, "Letter 58").isChecked(), await box(page, "Letter 56").isChecked(), await ticked(page)], [true, true, 2]);
    await page.locator(".turns button").last().click();
    await page.waitForSelector('.row a bdi:text-is("Letter 1")');
    await page.locator(".all input").click();
    assert.equal(await page.locator(".count").textContent(), "12 selected", "all of this page, and those of the other");
    assert.ok(await isMarked(page));
  });

  test("nothing overtakes an action: what was done is told, with Undo", async () => {
    const archived = async () => ((await imap.attempt("EXAMINE Archive")).status === "OK" ? (await imap.search('SUBJECT "Letter 58"')).length : 0);
    const before = await archived();
    await row(page, "Letter 58").locator("a").focus();
    await meanwhile("**/act", () => page.keyboard.press("e"), async () => {
      await page.keyboard.press("j");
      await row(page, "Letter 50").locator("a").click();
    });
    await page.waitForSelector('#subject bdi:text-is("Letter 50")');
    assert.equal(await archived(), before + 1);
    assert.equal(await ticked(page), 0);
    assert.ok(!(await subjects(page)).includes("Letter 58"));
  });

  test("a key that is held down deletes once, and the next key is for the page that comes", async () => {
    await row(page, "Letter 60").locator("a").focus();
    await meanwhile("**/act", async () => {
      await page.keyboard.down("#");
      await page.keyboard.down("#");
      await page.keyboard.down("#");
    }, async () => {
      await page.keyboard.up("#");
      await page.keyboard.press("#");
    });
    await eventually(async () => !(await subjects(page)).includes("Letter 59"));
    await settled(page);
    assert.ok((await subjects(page)).includes("Letter 58"));
    await imap.select(BOX);
    assert.equal((await imap.search("ALL")).length, COUNT - 2);
  });

  test("an action whose answer does not come is not repeated, and the page says so", async () => {
    let posts = 0;
    await page.route("**/act", (route) => {
      posts++;
      return route.abort();
    });
    await box(page, "Letter 60").check();
    await page.locator(".bar.acts button[value=flag]").click();
    await page.locator(".toast.bad a").waitFor();
    assert.match(await page.locator(".toast p").textContent(), /may or may not/);
    assert.equal(posts, 1);
    assert.ok(await isMarked(page), "the page stays");
  });

  test("what is deleted goes in place, focus to the next row, and Undo brings it back", async () => {
    await page.locator(".list").evaluate((list) => (list.scrollTop = 300));
    await box(page, "Letter 55").check();
    await box(page, "Letter 54").check();
    const at = await scroll(page, ".list");
    // a person's click scrolls nothing, Playwright's own would bring the bar to its resting place
    await page.locator(".bar.acts button[value=delete]").evaluate((button) => button.click());
    await page.waitForSelector(".toast");
    assert.ok(!(await subjects(page)).includes("Letter 55"));
    assert.equal(await focused(page), "Letter 53");
    assert.equal(await scroll(page, ".list"), at);
    assert.equal(await ticked(page), 0);
    await shot(page, "scripts-deleted");
    await page.locator(".toast button").click();
    await page.waitForSelector('.row a bdi:text-is("Letter 55")');
    assert.ok(await isMarked(page));
    assert.deepEqual(context.problems, []);
  });

  test("a question is asked in place, and No goes back", async () => {
    await box(page, "Letter 60").check();
    await page.locator(".bar.acts button[value=delete]").click();
    await page.waitForSelector(".toast");
    await page.locator('.folders a:has(use[href$="#trash"])').click();
    await page.waitForSelector("button[value=empty]");
    await page.locator("button[value=empty]").click();
    await page.waitForSelector("form.do");
    assert.equal(new URL(page.url()).pathname, "/mail", "what cannot be reloaded has no address");
    await page.locator("form.do a").click();
    await page.waitForSelector("button[value=empty]");
    assert.ok(await isMarked(page));
  });

  test("a session that has ended leads to the sign-in page", async () => {
    await context.clearCookies();
    await row(page, "Letter 57").locator("a").click();
    await page.waitForURL(/\/login/);
  });

  test("an answer that does not come becomes plain navigation", async () => {
    await page.route("**/mail?**", (route) => (route.request().isNavigationRequest() ? route.continue() : route.abort()));
    await row(page, "Letter 57").locator("a").click();
    await page.waitForSelector('#subject bdi:text-is("Letter 57")');
    assert.equal(await isMarked(page), false);
  });
});

describe("keys", () => {
  let context, page;
  before(async () => {
    await fill();
    context = await person(browser);
    page = await open(context, FOLDER);
    await page.waitForSelector(".all");
  });
  after(() => context?.close());
  const press = async (...keys) => {
    for (const key of keys) {
      await page.keyboard.press(key);
      await page.waitForTimeout(100);
      await settled(page);
    }
  };

  test("j, k and o walk and open, u goes back", async () => {
    await press("j", "j", "j", "k");
    assert.equal(await focused(page), "Letter 59");
    await press("o");
    await page.waitForSelector('#subject bdi:text-is("Letter 59")');
    await press("j");
    await page.waitForSelector('#subject bdi:text-is("Letter 58")');
    await press("k");
    await page.waitForSelector('#subject bdi:text-is("Letter 59")');
    await press("u");
    await page.waitForSelector(".read.none");
  });
  test("x ticks, Escape takes the ticks off", async () => {
    await press("x");
    assert.equal(await ticked(page), 1);
    await press("j", "x");
    assert.equal(await page.locator(".count").textContent(), "2 selected");
    await page.waitForFunction(() => !document.querySelector("main").hasAttribute("aria-busy"));
    await press("Escape");
    await page.waitForFunction(() => !document.querySelector("[name=uid]:checked"));
    assert.equal(await page.locator(".count").count(), 0);
  });
  test("# deletes the row with the focus, z brings it back", async () => {
    await row(page, "Letter 57").locator("a").focus();
    await press("#");
    await page.waitForSelector(".toast");
    assert.ok(!(await subjects(page)).includes("Letter 57"));
    assert.equal(await focused(page), "Letter 56");
    await press("z");
    await page.waitForSelector('.row a bdi:text-is("Letter 57")');
  });
  test("s marks with a star and takes it off, Shift+U marks as unread", async () => {
    await row(page, "Letter 56").locator("a").focus();
    await press("s");
    await row(page, "Letter 56").locator(".flagged").waitFor();
    await row(page, "Letter 56").locator("a").focus();
    await press("s");
    await row(page, "Letter 56").locator(".flagged").waitFor({ state: "detached" });
    await row(page, "Letter 56").locator("a").focus();
    await press("Shift+I");
    await page.waitForSelector('.row:not(.new) a bdi:text-is("Letter 56")');
    await row(page, "Letter 56").locator("a").focus();
    await press("Shift+U");
    await page.waitForSelector('.row.new a bdi:text-is("Letter 56")');
  });
  test("keys reach the page from within the letter", async () => {
    await row(page, "Letter 50").locator("a").click();
    await page.waitForSelector("iframe.fit");
    await page.frameLocator("iframe.frame").locator("body").click();
    await press("j");
    await page.waitForSelector('#subject bdi:text-is("Letter 49")');
  });
  test("/ searches, and what is typed there is no key", async () => {
    await press("/");
    await page.keyboard.type("jo");
    assert.equal(await page.inputValue("#q"), "jo");
    assert.equal(await ticked(page), 0);
    await press("Escape");
    assert.notEqual(await page.evaluate(() => document.activeElement.id), "q");
  });
  test("? shows them all, Escape closes", async () => {
    await press("?");
    await page.waitForSelector("dialog[open]");
    assert.ok((await page.locator("dialog dt").count()) >= 13);
    assert.deepEqual((await page.locator("dialog dd").allTextContents()).filter((text) => !text), []);
    assert.deepEqual(await accessibilityFaults(page), []);
    await shot(page, "scripts-keys");
    await press("Escape");
    assert.equal(await page.locator("dialog").count(), 0);
  });
  test("g i, g d and g t go to folders; v chooses where to move; c writes", async () => {
    await press("g", "t");
    await page.waitForSelector('.folders a[aria-current]:has(use[href$="#sent"])');
    await press("g", "d");
    await page.waitForSelector('.folders a[aria-current]:has(use[href$="#drafts"])');
    await press("g", "i");
    await page.waitForSelector('.folders a[aria-current]:has(use[href$="#inbox"])');
    assert.ok(await isMarked(page));
    await press("j", "x", "v");
    await page.waitForFunction(() => document.activeElement.getAttribute("role") === "combobox");
    await page.locator("#list-title, .count").first().evaluate(() => document.activeElement.blur());
    await press("Escape", "Escape", "c");
    await page.waitForSelector("#compose");
    assert.deepEqual(context.problems, []);
  });
  test("they can be switched off", async () => {
    await page.goto("/settings");
    await page.locator("#keys").uncheck();
    await page.locator(".do button").click();
    await page.waitForSelector(".toast");
    await page.locator(".brand").click();
    await page.waitForSelector(".rows");
    await press("j", "?");
    assert.equal(await page.locator("dialog").count(), 0);
    await page.goto("/settings");
    await page.locator("#keys").check();
    await page.locator(".do button").click();
    await page.waitForSelector(".toast");
  });
});

describe("a letter", () => {
  test("has a frame as high as its text, also when the window changes", async () => {
    const context = await person(browser);
    await fill();
    const page = await open(context, FOLDER);
    await row(page, "Letter 60").locator("a").click();
    await page.waitForSelector("iframe.fit");
    const heights = () => page.locator("iframe.frame").evaluate((frame) =>
      [frame.clientHeight, Math.ceil(frame.contentDocument.documentElement.getBoundingClientRect().height)]);
    const [frame, text] = await heights();
    assert.equal(frame, text);
    assert.ok(text > 2000, `${text} px`);
    await page.setViewportSize({ width: 500, height: 700 });
    await eventually(async () => (await heights()).every((height, _, all) => height === all[0]));
    assert.deepEqual(context.problems, []);
    await context.close();
  });
});

describe("new mail", () => {
  let context, page;
  before(async () => {
    await fill();
    context = await person(browser);
    page = await context.newPage();
    await page.clock.install();
    await signIn(page, ACCOUNT2);
    await page.goto(FOLDER);
    await page.waitForSelector(".all");
    await mark(page);
  });
  after(() => context?.close());

  test("comes into an untouched list by itself, with a dot and a number", async () => {
    await imap.append(BOX, letter({ subject: "Just in" }));
    await page.clock.fastForward(61000);
    await page.waitForSelector('.row a bdi:text-is("Just in")');
    assert.match(await page.title(), /^\(61\)/);
    assert.match(await page.getAttribute("link[rel=icon]", "href"), /favicon-new\.svg/);
    assert.ok(await isMarked(page));
  });
  const top = (subject) => row(page, subject).evaluate((one) => one.getBoundingClientRect().top);
  const arrive = async (subject) => {
    await imap.append(BOX, letter({ subject }));
    await page.clock.fastForward(61000);
  };

  test("comes into a list in which somebody ticks, keeps the tick, moves nothing and says so", async () => {
    await page.evaluate(() => document.querySelector(".list").scrollTo(0, 200));
    await box(page, "Letter 52").check();
    assert.match(await page.getAttribute("link[rel=icon]", "href"), /favicon\.svg/);
    const before = await top("Letter 52");
    await arrive("Later");
    await row(page, "Later").waitFor({ state: "attached" });
    assert.equal(await ticked(page), 1);
    assert.ok(await box(page, "Letter 52").isChecked());
    assert.ok(Math.abs((await top("Letter 52")) - before) < 1, `${await top("Letter 52")} after ${before}`);
    assert.match(await page.title(), /^\(62\)/);
    assert.equal(await page.locator(".toast p").textContent(), "1 new message");
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.locator(".toast button").click();
    assert.equal(await page.locator(".list").evaluate((list) => list.scrollTop), 0);
    assert.equal(await page.locator(".toast").count(), 0);
    await box(page, "Letter 52").uncheck();
  });
  test("waits while a menu is open, and comes when it is closed", async () => {
    await page.locator(".list details.menu summary").first().click();
    await arrive("Behind the menu");
    await page.waitForFunction(() => document.title.startsWith("(63)"));
    assert.equal(await row(page, "Behind the menu").count(), 0);
    assert.equal(await page.locator("details[open]").count(), 1);
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.querySelectorAll("details[open]").forEach((menu) => (menu.open = false)));
    await page.clock.fastForward(61000);
    await row(page, "Behind the menu").waitFor({ state: "attached" });
  });
  test("makes no search again: there a line says it, with the way to the folder", async () => {
    const asked = [];
    await page.goto(`${FOLDER}&q=Letter`);
    await page.waitForSelector(".all");
    await page.clock.fastForward(61000);
    await page.clock.fastForward(61000);
    page.on("request", (request) => asked.push(new URL(request.url())));
    await arrive("Letter beyond the search");
    await page.locator(".toast button").waitFor();
    assert.deepEqual(asked.filter(({ pathname, searchParams }) => pathname === "/mail" && searchParams.has("q")), []);
    assert.equal(await row(page, "Letter beyond the search").count(), 0);
    await page.locator(".toast button").click();
    await row(page, "Letter beyond the search").waitFor();
  });
  test("is told by the browser to who wants it and looks elsewhere, without names", async () => {
    await page.goto("/settings");
    await page.evaluate(() => {
      window.Notification = class { static permission = "default"; static requestPermission = async () => (Notification.permission = "granted"); };
    });
    await page.selectOption("#notify", "yes");
    await shot(page, "settings-notify");
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.locator(".do button").click();
    await page.waitForSelector(".toast");
    await page.goto(FOLDER);
    await page.waitForSelector(".all");
    await page.evaluate(() => {
      window.told = [];
      window.Notification = class { static permission = "granted"; constructor(...said) { told.push(said); } addEventListener() {} };
      Object.defineProperty(document, "hidden", { get: () => true });
    });
    await page.clock.fastForward(61000);
    await arrive("A secret subject");
    await page.waitForFunction(() => told.length > 0);
    const [[sentence, options]] = await page.evaluate(() => told);
    assert.equal(sentence, "1 new message");
    assert.doesNotMatch(JSON.stringify(options), /secret/);
  });
  test("a browser that forbids it is named, and the choice stays no", async () => {
    await page.goto("/settings");
    await page.evaluate(() => (window.Notification = class { static permission = "denied"; }));
    await page.selectOption("#notify", "no");
    await page.selectOption("#notify", "yes");
    assert.equal(await page.inputValue("#notify"), "no");
    assert.match(await page.textContent("#notify-hint"), /forbids/);
    await page.locator(".do button").click();
    await page.waitForSelector(".toast");
    await page.goto(FOLDER);
    assert.equal(await page.getAttribute("html", "data-notify"), null);
  });
  test("is asked for no more once the session is over, and the page says so", async () => {
    await context.clearCookies();
    await page.clock.fastForward(61000);
    await page.locator(".toast a").waitFor();
    await page.locator(".toast a").click();
    await page.waitForURL(/\/login/);
    assert.deepEqual(context.problems.filter((one) => !/401/.test(one)), []);
  });
});

describe("writing", () => {
  let context, page, drafts;
  before(async () => {
    context = await person(browser);
    page = await context.newPage();
    await page.clock.install();
    await signIn(page, ACCOUNT2);
    drafts = await Imap.open(ACCOUNT2);
  });
  after(async () => {
    drafts?.close();
    await context?.close();
  });
  beforeEach(async () => {
    page.removeAllListeners("dialog");
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto("/compose");
    await page.waitForSelector("#join");
  });
  const saved = (subject) => eventually(async () => {
    await drafts.select("Drafts");
    return (await drafts.search(`SUBJECT "${subject}"`)).length === 1;
  });

  test("saves itself 20 seconds after a change, once for each text", async () => {
    const subject = `Draft ${Date.now()}`;
    await page.fill("#subject", subject);
    await page.fill("#text", "One");
    assert.equal(await page.textContent("#saved"), "Not saved yet");
    await page.clock.fastForward(21000);
    await page.waitForFunction(() => /^Saved at/.test(document.querySelector("#saved").textContent));
    await saved(subject);
    const state = await page.locator("#state").innerHTML();
    await page.type("#text", ", two");
    await page.clock.fastForward(21000);
    await page.waitForFunction((old) => document.querySelector("#state").innerHTML !== old, state);
    await saved(subject);
    assert.equal(await page.inputValue("#text"), "One, two");
    assert.deepEqual(context.problems, []);
  });
  test("takes files in place: chosen, dropped, removed; over the limit it says so", async () => {
    await page.fill("#subject", `Files ${Date.now()}`);
    await page.setInputFiles("#attach", { name: "chosen.txt", mimeType: "text/plain", buffer: Buffer.from("chosen") });
    await page.waitForSelector('.file bdi:text-is("chosen.txt")');
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(["x".repeat(300000)], "dropped.pdf", { type: "application/pdf" }));
      for (const type of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await page.waitForSelector('.file bdi:text-is("dropped.pdf")');
    assert.equal(await page.locator("progress").count(), 0);
    assert.equal(await page.locator(".dropping").count(), 0);
    await page.locator(".file", { hasText: "chosen.txt" }).locator("button").click();
    await page.locator(".file", { hasText: "chosen.txt" }).waitFor({ state: "detached" });
    assert.equal(await page.locator(".file").count(), 1);
    await page.evaluate(() => (document.querySelector("#compose").dataset.limit = 10));
    await page.setInputFiles("#attach", { name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(11) });
    await page.waitForSelector("#attach-error");
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.deepEqual(context.problems, []);
    await shot(page, "scripts-compose");
  });
  test("says when it cannot save, keeps the text, and tries again", async () => {
    const subject = `Offline ${Date.now()}`;
    await page.fill("#subject", subject);
    await context.setOffline(true);
    await page.clock.fastForward(21000);
    await page.waitForFunction(() => /no answer/.test(document.querySelector("#saved").textContent));
    await context.setOffline(false);
    await page.clock.fastForward(21000);
    await saved(subject);
    assert.equal(await page.inputValue("#subject"), subject);
  });
  test("asks before what is unsaved is left, and not when it is saved", async () => {
    const asked = [];
    page.on("dialog", (dialog) => asked.push(dialog.type()));
    await page.fill("#subject", `Guard ${Date.now()}`);
    await page.goto("/settings");
    assert.deepEqual(asked, ["beforeunload"]);
    await page.goto("/compose");
    await page.fill("#subject", `Back ${Date.now()}`);
    await page.locator(".title a").click();
    await page.waitForURL(/\/mail/);
    assert.deepEqual(asked, ["beforeunload"], "going back saves first");
  });
  test("is not sent without a file that did not arrive, until one says so", async () => {
    const subject = `Short of a file ${Date.now()}`;
    let refuse = true, acts = [];
    await page.route("**/compose", (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const act = /name="act"\r\n\r\n(\w+)/.exec(route.request().postDataBuffer().toString("latin1"))?.[1];
      acts.push(act);
      return refuse && act === "attach" ? route.abort() : route.continue();
    });
    await page.fill("#to", ACCOUNT1.user);
    await page.fill("#subject", subject);
    await page.setInputFiles("#attach", { name: "important.txt", mimeType: "text/plain", buffer: Buffer.from("important") });
    await page.locator(".missing").waitFor();
    assert.match(await page.locator(".missing").textContent(), /important\.txt/);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.press("Control+Enter");
    await page.waitForTimeout(300);
    assert.ok(!acts.includes("send"));
    assert.ok(page.url().endsWith("/compose"));
    refuse = false;
    await page.locator(".missing button").first().click();
    await page.waitForSelector('.file bdi:text-is("important.txt")');
    await page.keyboard.press("Control+Enter");
    await page.waitForURL((url) => url.pathname !== "/compose");
    const inbox = await Imap.open(ACCOUNT1);
    await eventually(async () => {
      await inbox.select("INBOX");
      return (await inbox.search(`SUBJECT "${subject}" BODY "important"`)).length === 1;
    }, 15000);
    inbox.close();
  });
  test("takes off the file whose cross was pressed, however slow the answer", async () => {
    let held = null, slow = false;
    await page.route("**/compose", async (route) => {
      if (slow && route.request().method() === "POST") await new Promise((resolve) => (held = resolve));
      await route.continue();
    });
    await page.fill("#subject", `Three files ${Date.now()}`);
    await page.setInputFiles("#attach", ["a", "b", "c"].map((name) => ({ name: `${name}.txt`, mimeType: "text/plain", buffer: Buffer.from(name) })));
    await page.waitForSelector('.file bdi:text-is("c.txt")');
    slow = true;
    await page.locator(".file", { hasText: "a.txt" }).locator("button").click();
    await eventually(() => held);
    await page.locator(".file", { hasText: "b.txt" }).locator("button").click({ force: true, timeout: 1000 }).catch(() => null);
    slow = false;
    held();
    await page.locator(".file", { hasText: "a.txt" }).waitFor({ state: "detached" });
    await page.locator(".file", { hasText: "b.txt" }).locator("button").click();
    await page.locator(".file", { hasText: "b.txt" }).waitFor({ state: "detached" });
    assert.deepEqual(await page.locator(".file bdi").allTextContents(), ["c.txt"]);
  });
  test("goes on after signing in anew beside it", async () => {
    const subject = `Two sessions ${Date.now()}`;
    await page.fill("#subject", subject);
    const other = await context.newPage();
    await signIn(other, ACCOUNT2);
    await other.close();
    await page.clock.fastForward(21000);
    await page.waitForFunction(() => /^Saved at/.test(document.querySelector("#saved").textContent));
    await saved(subject);
  });
  test("is all in Drafts before it is discarded, and Undo brings all of it back", async () => {
    const subject = `Thrown away ${Date.now()}`;
    await page.fill("#subject", subject);
    await page.fill("#text", "Every word");
    await page.locator("button[value=discard]").last().click();
    await page.locator(".toast button").click();
    await saved(subject);
    await drafts.select("Drafts");
    assert.equal((await drafts.search(`SUBJECT "${subject}" TEXT "Every word"`)).length, 1);
  });
  test("Ctrl+Enter sends", async () => {
    const subject = `Sent by key ${Date.now()}`;
    await page.fill("#to", ACCOUNT1.user);
    await page.fill("#subject", subject);
    await page.fill("#text", "Hello");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL((url) => url.pathname !== "/compose");
    const inbox = await Imap.open(ACCOUNT1);
    await eventually(async () => {
      await inbox.select("INBOX");
      return (await inbox.search(`SUBJECT "${subject}"`)).length === 1;
    }, 15000);
    inbox.close();
  });
  test("a session that has ended keeps the text on the page and leads to sign-in", async () => {
    const subject = `Late ${Date.now()}`;
    await page.fill("#subject", subject);
    await context.clearCookies();
    await page.clock.fastForward(21000);
    await page.waitForSelector("dialog a[target=_blank]");
    assert.equal(await page.inputValue("#subject"), subject);
    assert.deepEqual(context.problems.filter((one) => !/^40[13] .*compose$/.test(one)), []);
  });
});

describe("a telephone", () => {
  test("bars change in place, nothing is wider than the window, folders close after a choice", async () => {
    const context = await person(browser, { size: "small" });
    await fill();
    const page = await open(context, FOLDER);
    await page.waitForSelector(".all");
    await shot(page, "scripts-list-small");
    await box(page, "Letter 59").check();
    await shot(page, "scripts-ticking-small");
    assert.equal(await overflows(page), false);
    await page.locator(".all input").click();
    await page.locator(".all input").click();
    await page.evaluate(() => scrollTo(0, 1500));
    await row(page, "Letter 40").locator("a").click();
    await page.waitForSelector("iframe.fit");
    assert.equal(await page.evaluate(() => scrollY), 0);
    await shot(page, "scripts-letter-small");
    assert.equal(await overflows(page), false);
    await page.locator(".crumb .back").click();
    await page.waitForSelector(".burger");
    await page.evaluate(() => scrollTo(0, 0));
    await page.locator(".burger").click();
    await page.locator(".folders li a", { hasText: "Inbox" }).click();
    await page.waitForURL(/\/mail/);
    await eventually(async () => !(await page.locator("#folders").isVisible()));
    assert.ok(await isMarked(page));
    assert.deepEqual(context.problems, []);
    await context.close();
  });
});

test("nothing is kept in the browser, and a page out of its memory is loaded anew", async () => {
  const context = await person(browser);
  const page = await open(context, "/mail");
  const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]);
  assert.deepEqual(kept, [0, 0, 0]);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await eventually(async () => !(await isMarked(page)));
  await context.close();
});

// ---- weight: compressed, as a server sends it ----

const KB = 1024;
const gzipped = (bytes) => gzipSync(bytes).length;

test("all scripts weigh no more than 30 KB, all styles no more than 15", () => {
  for (const [ending, most] of [[".js", 30], [".css", 15]]) {
    const names = readdirSync(join(TOP, "static")).filter((name) => name.endsWith(ending));
    assert.ok(names.reduce((sum, name) => sum + gzipped(readFileSync(join(TOP, "static", name))), 0) <= most * KB, ending);
  }
});

test("a first visit is light: the sign-in page 15 KB and no script, the inbox 60 KB in 6 requests", async () => {
  const context = await person(browser), page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Network.setCacheDisabled", { cacheDisabled: true });
  // what the page and each thing that it fetches weigh; nobody touches it meanwhile
  const weigh = async (path) => {
    const answers = [], note = (answer) => answers.push(answer.body().then((bytes) => [new URL(answer.url()).pathname, gzipped(bytes)]));
    await page.waitForLoadState("networkidle"); // of the page before
    page.on("response", note);
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    page.off("response", note);
    note(await context.request.get(await page.getAttribute("link[rel=icon]", "href"))); // a browser without a window draws none
    const weights = new Map(await Promise.all(answers));
    return { weights, again: weights.get(path), first: [...weights.values()].reduce((sum, one) => sum + one), told: JSON.stringify([...weights]) };
  };
  const door = await weigh("/login");
  assert.ok(door.first <= 15 * KB && door.again <= 4 * KB, door.told);
  assert.deepEqual([...door.weights.keys()].filter((name) => name.endsWith(".js")), [], "no script where a password is typed");
  await signIn(page, ACCOUNT2);
  const inbox = await weigh("/mail");
  assert.ok(inbox.first <= 60 * KB && inbox.again <= 12 * KB, inbox.told);
  assert.ok(inbox.weights.size <= 6, inbox.told);
  // what moves and drags comes with the hand
  await page.mouse.move(500, 500);
  await page.waitForSelector(".combo", { state: "attached" });
  await page.waitForSelector(".row[draggable]");
  await context.close();
});

// Conversations as people meet them: grouped from the menu of the list, read, answered by a click on
// the next one, filed as a whole; in all sizes and themes, with scripts and without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { SIZES, accessibilityFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { eventually } from "../lib/env.mjs";
import { Imap, letter } from "../lib/imap.mjs";

let account, imap, browser;
let clock = Date.UTC(2026, 2, 2, 8);

const write = (box, id, from, subject, refs = [], flags = ["\\Seen"]) => imap.append(box, letter({ id: `${id}@t.example`, from, subject, date: new Date((clock += 3600_000)).toUTCString(),
  headers: refs.length ? [`References: ${refs.map((one) => `<${one}@t.example>`).join(" ")}`, `In-Reply-To: <${refs.at(-1)}@t.example>`] : [] }), flags);

async function empty(box) {
  if ((await imap.select(box)).exists) await imap.command("STORE 1:* +FLAGS (\\Deleted)");
  await imap.command("EXPUNGE");
}

async function fill() {
  for (const box of ["INBOX", "Sent", "Trash"]) await empty(box);
  const anne = "Anne Lefevre <anne@outside.example>", paul = "Paul Dupont <paul@outside.example>";
  await write("INBOX", "c1", anne, "Colloque");
  await write("INBOX", "b1", paul, "Budget");
  for (let i = 2; i <= 7; i++) await write("INBOX", `c${i}`, i % 2 ? anne : paul, "Re: Colloque", ["c1", `c${i - 1}`], i === 7 ? [] : ["\\Seen"]);
  await write("INBOX", "s1", paul, "Seule");
  await imap.append("Sent", letter({ id: "mine@t.example", from: account.user, subject: "Re: Colloque", headers: ["In-Reply-To: <c7@t.example>"] }), ["\\Seen"]);
}

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  browser = await launch();
  const first = await person(browser);
  await signIn(await first.newPage(), account);
  await first.close();
  await fill();
});
after(async () => {
  await browser?.close();
  imap?.close();
});

async function faultsOf(page, size) {
  return [...await accessibilityFaults(page), ...(size === "small" ? await smallTargets(page) : []), ...(await overflows(page) ? ["too wide"] : [])];
}

for (const [size, theme, language] of [["wide", "light", "en"], ["wide", "dark", "fr"], ["small", "light", "fr"], ["small", "dark", "en"]])
  test(`list and letter look as they should: ${size}, ${theme}, ${language}`, async () => {
    const context = await person(browser, { size, theme, language });
    const page = await context.newPage();
    await signIn(page, account);
    await page.goto("/mail?folder=INBOX&threads=1");
    assert.deepEqual(await faultsOf(page, size), []);
    assert.match(await page.locator(".row .many").first().textContent(), /^7 messages$/);
    await shot(page, `threads-${size}-${theme}`);
    await page.locator(".row a", { hasText: "Colloque" }).click();
    await page.locator(".thread").first().waitFor();
    await page.locator(".thread details:not(.menu) > summary").click();
    await page.locator(".thread details.menu > summary").click();
    assert.deepEqual(await faultsOf(page, size), []);
    await shot(page, `thread-${size}-${theme}`);
    await page.setViewportSize({ width: 320, height: SIZES.small.height });
    assert.equal(await overflows(page), false, "320 px wide");
    assert.deepEqual(context.problems, []);
    await context.close();
  });

for (const scripts of [true, false])
  test(`grouped, read and filed as a whole, ${scripts ? "with" : "without"} scripts`, async () => {
    await fill();
    const context = await person(browser, { scripts });
    const page = await context.newPage();
    await signIn(page, account);
    await page.goto("/mail?folder=INBOX");
    assert.equal(await page.locator(".row").count(), 9);
    await page.locator("#list-bar .menu:not(.only) > summary").click();
    await page.getByRole("button", { name: "Group by conversation" }).click();
    await page.locator(".row .many").first().waitFor();
    assert.equal(await page.locator(".row").count(), 3);
    assert.match(await page.locator("#status").textContent(), /grouped by conversation/);
    // the unread one opens, and the ones before are a click away
    await page.locator(".row a", { hasText: "Colloque" }).click();
    await page.locator(".thread h2").waitFor();
    assert.match(await page.locator(".thread h2").textContent(), /8 messages/);
    await page.locator(".thread[aria-label] a", { hasText: "in Sent" }).waitFor();
    await page.locator(".thread[aria-labelledby] > ol a", { hasText: "Paul Dupont" }).last().click();
    await page.locator(".letter .by", { hasText: "Paul Dupont" }).waitFor();
    assert.equal(await page.locator(".row[aria-current]").count(), 1);
    await page.locator(".thread details.menu > summary").click();
    await page.locator(".thread .acts button[value=archive]").click();
    await page.locator(".toast", { hasText: "7 messages" }).waitFor();
    assert.equal(await page.locator(".row").count(), 2);
    await page.locator(".toast button").click();
    await eventually(async () => await page.locator(".row").count() === 3);
    // a row that is ticked
    await page.locator(".row", { hasText: "Colloque" }).locator("[name=uid]").check();
    await page.locator(".bar.acts button[value=delete]").click();
    await page.locator(".toast", { hasText: "7 messages" }).waitFor();
    await page.locator("#list-bar .menu:not(.only) > summary").click();
    await page.getByRole("button", { name: "Show messages one by one" }).click();
    await page.locator(".toast", { hasText: "one by one" }).waitFor();
    assert.equal(await page.locator(".row").count(), 2);
    assert.deepEqual(context.problems, []);
    await context.close();
  });

test("all of a folder are counted alike wherever that is told", async () => {
  await fill();
  const context = await person(browser);
  const page = await context.newPage();
  await signIn(page, account);
  await page.goto("/mail?folder=INBOX&threads=1&all=1");
  assert.match(await page.textContent("#all-chosen"), /All 9 messages/);
  await page.locator(".bar.acts .count", { hasText: /^9 selected$/ }).waitFor({ timeout: 3000 });
  await context.close();
});

test("a reply that comes is shown in its row, whose tick stays", async () => {
  await fill();
  const context = await person(browser);
  const page = await context.newPage();
  await page.clock.install();
  await signIn(page, account);
  await page.goto("/mail?folder=INBOX&threads=1");
  await page.locator(".row", { hasText: "Colloque" }).locator("[name=uid]").check();
  await write("INBOX", "c8", "Zoe Petit <zoe@outside.example>", "Re: Colloque", ["c1", "c7"], []);
  await page.clock.runFor(130000);
  await page.locator(".row .many", { hasText: "8" }).waitFor();
  assert.equal(await page.locator(".row", { hasText: "Colloque" }).locator("[name=uid]").isChecked(), true);
  assert.equal(await page.locator("#ticks [name=ticked]").count(), 0);
  assert.deepEqual(context.problems, []);
  await context.close();
});

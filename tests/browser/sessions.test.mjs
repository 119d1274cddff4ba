// The pages of sessions, the strip of news and the page for the telephone, as people see them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { accessibilityFaults, htmlFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { Imap, letter } from "../lib/imap.mjs";

let browser, account;
before(async () => {
  browser = await launch();
  account = await newAccount();
  const imap = await Imap.open(account);
  await imap.append("INBOX", letter({ to: account.user, subject: "Une lettre" }));
  imap.close();
});
after(() => browser?.close());

// A public session in another browser, which has opened a letter.
async function kiosk() {
  const context = await person(browser, { language: "fr", userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0" });
  const page = await context.newPage();
  await page.goto("/login");
  await page.check("#public");
  await page.fill("#user", account.user);
  await page.fill("#password", account.password);
  await Promise.all([page.waitForURL((url) => url.pathname === "/mail"), page.press("#password", "Enter")]);
  await page.click(".row .subject a");
  await page.waitForSelector(".letter");
  return page;
}

const look = async (page, name, size) => {
  assert.deepEqual(await accessibilityFaults(page), [], name);
  assert.equal(await overflows(page), false, name);
  if (size === "small") assert.deepEqual(await smallTargets(page), [], name);
  await shot(page, name);
};

for (const [size, theme] of [["wide", "light"], ["small", "dark"]]) {
  test(`a kiosk is seen at home, shut, and accounted for (${size}, ${theme})`, async () => {
    const home = await person(browser, { size, theme, language: "fr" }), page = await home.newPage();
    await signIn(page, account);
    const public_ = await kiosk();
    const code = await public_.textContent(".who [href='/end'] b");
    assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await page.goto("/mail");
    assert.match(await page.textContent(".news"), /Session ouverte sur un ordinateur public .*Firefox sur Windows/);
    await look(page, `sessions-news-${size}`, size);
    await page.click(".news a[href='/sessions']");
    assert.match(await page.textContent("main"), /Une lettre/);
    await look(page, `sessions-${size}`, size);
    assert.deepEqual(await htmlFaults(page), []);

    const phone = await (await person(browser, { size: "small", theme, language: "fr" })).newPage();
    await phone.goto("/end");
    await look(phone, `end-${theme}`, "small");
    await phone.fill("#code", code);
    await Promise.all([phone.waitForSelector("[role=status].strip"), phone.press("#code", "Enter")]);
    await look(phone, `ended-${theme}`, "small");

    await public_.goto("/mail");
    assert.doesNotMatch(await public_.content(), new RegExp(`Une lettre|${account.user}`));
    await page.goto("/mail");
    assert.match(await page.textContent(".news"), /1 session sur un ordinateur public, 1 message ouvert\./);
    await Promise.all([page.waitForURL("**/mail**"), page.click(".news button")]);
    await page.waitForFunction(() => !document.querySelector(".news"));
    assert.deepEqual(home.problems, []);
    for (const context of [home, public_.context(), phone.context()]) await context.close();
  });
}

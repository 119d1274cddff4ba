// The sender as Chromium shows him: where he is not as he looks, where the border vouches for him,
// on wide and narrow windows, in both themes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { accessibilityFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { env } from "../lib/env.mjs";
import { Imap, letter } from "../lib/imap.mjs";

const BORDER = `mail.${env.MAIL_DOMAIN}`;
const TOP = [`Received: from x by ${BORDER}; Tue, 3 Mar 2026 14:02:00 +0100`,
  `Authentication-Results: ${BORDER}; spf=pass smtp.mailfrom=a@list.example; dkim=pass header.d=list.example; dmarc=pass header.from=list.example`];
const letters = {
  doubtful: letter({ from: `=?utf-8?B?${Buffer.from(`Direction dе l’université <direction@${env.MAIL_DOMAIN}>`).toString("base64")}?= <a.rather.long.address.indeed@xn--pypal-4ve.com>`,
    subject: "Votre compte expire", headers: ["Disposition-Notification-To: spy@evil.example", "Reply-To: r@elsewhere.example"] }),
  vouched: [...TOP, letter({ from: "La lettre du cinéma <lettre@list.example>", subject: "Programme de mars",
    headers: ["List-Id: Cinéma <cinema.list.example>", "List-Unsubscribe: <mailto:off@list.example?subject=off>, <https://list.example/off>"] })].join("\r\n"),
};
let account, imap, browser, uidvalidity;
const uids = {};

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  for (const [name, message] of Object.entries(letters)) uids[name] = await imap.append("INBOX", Buffer.from(message));
  ({ uidvalidity } = await imap.select("INBOX"));
  browser = await launch();
});
after(async () => {
  imap?.close();
  await browser?.close();
});

// Whether the middle of the element's text can be seen where it stands.
const seen = (locator) => locator.evaluate((element) => {
  element.scrollIntoView({ block: "center" });
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return left >= 0 && right <= document.documentElement.clientWidth && element.scrollWidth <= element.clientWidth + 1 && (element.contains(at) || at?.contains(element));
});

for (const size of ["wide", "small"])
  for (const theme of ["light", "dark"]) {
    test(`the sender, ${size}, ${theme}`, async () => {
      const context = await person(browser, { size, theme, language: theme === "dark" ? "fr" : "en" });
      const page = await context.newPage();
      await signIn(page, account);
      await shot(page, `identity-list-${size}-${theme}`);
      assert.deepEqual(await accessibilityFaults(page), []);
      const sign = page.locator(".row .doubt");
      assert.equal(await sign.count(), 1);
      assert.ok(await sign.isVisible());
      for (const name of Object.keys(letters)) {
        await page.goto("/message?" + new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid: uids[name] }));
        const address = page.locator(".by > span bdi").first();
        assert.ok(await seen(address), await address.textContent());
        await shot(page, `identity-${name}-${size}-${theme}`);
        assert.equal(await page.locator(".strip.doubt").count(), name === "doubtful" ? 1 : 0);
        assert.equal(await page.locator(".proven").count(), name === "vouched" ? 1 : 0);
        await page.locator("details.people > summary").click();
        await shot(page, `identity-${name}-details-${size}-${theme}`);
        assert.deepEqual(await accessibilityFaults(page), []);
        assert.equal(await overflows(page), false);
        if (size === "small") assert.deepEqual(await smallTargets(page), []);
      }
      assert.deepEqual(context.problems, []);
      await context.close();
    });
  }

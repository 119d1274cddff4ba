// What is inside a winmail.dat, as people see it: in both themes and all sizes, in both languages,
// with and without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { SIZES, accessibilityFaults, htmlFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { Imap } from "../lib/imap.mjs";
import { PNG, base64Part, letterOf, multipart, part } from "../lib/mime.mjs";
import { property, rtf, tnef } from "../lib/tnef.mjs";

let browser, account, address;

before(async () => {
  browser = await launch();
  account = await newAccount();
  const imap = await Imap.open(account);
  const { uidvalidity } = await imap.select("INBOX");
  const inner = tnef({ subject: "Budget 2026", messageProperties: [property(0x1000001f, "Voir le tableau.\r\n\r\nAnne")],
    files: [{ name: "Budget prévisionnel.xlsx", bytes: Buffer.alloc(30000) }, { name: "sur le serveur.docx" }] });
  const winmail = tnef({ messageProperties: [property(0x10090102, rtf("{\\rtf1\\ansi Bonjour,\\par\\par voici les pi\\'e8ces.\\par " + "Une longue ligne ".repeat(30) + "x".repeat(300) + "\\par}"))],
    files: [{ name: "Procès-verbal du conseil de l’UFR, version relue et complétée.pdf", bytes: Buffer.alloc(2000), type: "application/pdf" },
      { name: "photo.png", bytes: PNG, sum: 1 }, { name: "Budget", message: inner }] });
  const uid = await imap.append("INBOX", letterOf("D’Outlook", multipart("mixed", [part(["Content-Type: text/plain; charset=utf-8"], "Voir le fichier joint.\r\n"),
    base64Part(["Content-Type: application/ms-tnef; name=winmail.dat"], winmail.subarray(0, winmail.length - 40))])));
  address = `folder=INBOX&v=${uidvalidity}&uid=${uid}`;
  imap.close();
});
after(() => browser?.close());

async function open(page) {
  await signIn(page, account);
  await page.goto(`/message?${address}`);
  await page.locator('.files a[href^="/tnef?"]').click();
  await page.waitForURL(/\/tnef\?/);
}

for (const size of Object.keys(SIZES))
  for (const theme of ["light", "dark"])
    test(`the page of a winmail.dat (${size}, ${theme})`, async () => {
      const context = await person(browser, { size, theme, language: theme === "dark" ? "fr" : "en" });
      const page = await context.newPage();
      await open(page);
      assert.equal(await page.locator(".file").count(), 5);
      assert.ok((await page.locator(".strip").count()) >= 2);
      assert.deepEqual(context.problems, []);
      await shot(page, `tnef-${size}-${theme}`);
      assert.deepEqual(await accessibilityFaults(page), [], "axe");
      assert.equal(await overflows(page), false, "wider than the window");
      if (size === "small") {
        assert.deepEqual(await smallTargets(page), [], "too small for a finger");
        await page.setViewportSize({ width: 320, height: 700 });
        assert.equal(await overflows(page), false, "wider than 320 px");
      }
      await context.close();
    });

test("without scripts a file comes out of it, and the way back is there", async () => {
  const context = await person(browser, { scripts: false });
  const page = await context.newPage();
  await open(page);
  assert.deepEqual(await htmlFaults(page), []);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".file > span > a").first().click()]);
  assert.equal(download.suggestedFilename(), "Procès-verbal du conseil de l’UFR, version relue et complétée.pdf");
  await page.locator('.file a[href="#message-1"]').click();
  assert.match(page.url(), /#message-1$/);
  await page.locator('.do a[href^="/message?"]').click();
  await page.waitForURL(/\/message\?/);
  await context.close();
});

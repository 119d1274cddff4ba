// Honest letters keep their look: what Chromium makes of each alone is compared with what it makes of
// the letter as the service shows it; and what brings colours of its own can be read in both themes.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { SIZES, launch, person, shot, signIn } from "../lib/browser.mjs";
import { TOP } from "../lib/env.mjs";
import { Imap } from "../lib/imap.mjs";
import { base64Part, letterOf } from "../lib/mime.mjs";

const FOLDER = join(TOP, "tests/corpus/newsletters");
const letters = readdirSync(FOLDER).sort().map((file) => ({ name: file.replace(".html", ""), text: readFileSync(join(FOLDER, file)) }));
let browser, account, uidvalidity;

before(async () => {
  account = await newAccount();
  const imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  for (const one of letters) one.uid = await imap.append("INBOX", letterOf(one.name, base64Part(["Content-Type: text/html; charset=utf-8"], one.text)));
  imap.close();
  browser = await launch();
});
after(() => browser?.close());

const at = (path, { uid }) => `${path}?folder=INBOX&v=${uidvalidity}&uid=${uid}`;

// Runs in the browser: how each marked element looks, by its mark; those of the letter as shown have
// "x-" before theirs.
function looks() {
  const rgb = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const behind = (element) => {
    let [r, g, b] = [255, 255, 255];
    const grounds = [];
    for (let one = element; one; one = one.parentElement) grounds.unshift(rgb(getComputedStyle(one).backgroundColor));
    for (const [r2, g2, b2, a = 1] of grounds) [r, g, b] = [r + (r2 - r) * a, g + (g2 - g) * a, b + (b2 - b) * a];
    return [r, g, b];
  };
  const light = (colour) => colour.slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const found = {};
  for (const element of document.querySelectorAll('[id^="m-"], [id^="x-m-"], .vm-image')) {
    const style = getComputedStyle(element), [a, b] = [light(rgb(style.color)), light(behind(element))].sort((x, y) => y - x);
    const sizes = ["paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "fontSize", "borderTopWidth", "borderLeftWidth", "borderBottomWidth", "borderTopLeftRadius", "marginLeft"];
    found[element.id.replace(/^x-/, "") || "a picture's words"] = {
      line: parseFloat(style.lineHeight) / parseFloat(style.fontSize), width: element.getBoundingClientRect().width, height: element.getBoundingClientRect().height, contrast: (a + 0.05) / (b + 0.05),
      sizes: Object.fromEntries(sizes.map((name) => [name, parseFloat(style[name]) || 0])),
      exactly: { color: style.color, backgroundColor: style.backgroundColor, fontWeight: style.fontWeight, fontStyle: style.fontStyle, textAlign: style.textAlign.replace(/^-webkit-/, ""),
        direction: style.direction, textTransform: style.textTransform, textDecoration: style.textDecorationLine, display: style.display, borderTopStyle: style.borderTopStyle,
        family: style.fontFamily.split(",")[0].replace(/["']/g, "") },
    };
  }
  return found;
}

// What a letter looks like here where it says nothing of it: the comparison starts from the same.
const SILENT = `<!doctype html><style>html{font:17px/1.59 Charter,"Bitstream Charter","Sitka Text",Cambria,serif;color:#1d2430}body{margin:0}
  a{color:#1f5f5b}blockquote{margin:12px 0;padding-left:12px;border-left:2px solid #e3dfd6}img,table{max-width:100%}</style>`;

for (const size of ["wide", "small"]) {
  test(`each looks as it does alone (${size})`, async () => {
    const alone = await person(browser, { size, scripts: false, offline: true, ignoreHTTPSErrors: true });
    const plain = await alone.newPage(), context = await person(browser, { size }), page = await context.newPage();
    await signIn(page, account);
    const faults = [];
    for (const one of letters) {
      await plain.setContent(SILENT + one.text);
      await page.goto(at("/body", one));
      const theirs = await plain.evaluate(looks), ours = await page.evaluate(looks);
      await shot(plain, `newsletter-${one.name}-${size}-alone`);
      await shot(page, `newsletter-${one.name}-${size}-body`);
      assert.ok(Object.keys(theirs).length >= 7, `${one.name}: marks`);
      for (const [mark, look] of Object.entries(theirs)) {
        const own = ours[mark];
        if (!own) {
          faults.push(`${one.name} ${mark}: gone`);
          continue;
        }
        for (const [name, value] of Object.entries(look.exactly)) if (own.exactly[name] !== value) faults.push(`${one.name} ${mark} ${name}: ${value}, but ${own.exactly[name]}`);
        for (const [name, value] of Object.entries(look.sizes)) if (Math.abs(own.sizes[name] - value) > 0.51) faults.push(`${one.name} ${mark} ${name}: ${value}, but ${own.sizes[name]}`);
        if (Math.abs(own.line - look.line) > 0.05) faults.push(`${one.name} ${mark} height of lines: ${look.line}, but ${own.line}`);
        if (Math.abs(own.width - look.width) > 2 + look.width * 0.05) faults.push(`${one.name} ${mark} width: ${look.width}, but ${own.width}`);
      }
    }
    await Promise.all([alone.close(), context.close()]);
    assert.ok(faults.length === 0, faults.join("\n"));
  });
}

for (const size of ["wide", "small"])
  for (const theme of ["light", "dark"]) {
    test(`each can be read (${size}, ${theme})`, async () => {
      const context = await person(browser, { size, theme }), page = await context.newPage();
      await signIn(page, account);
      const faults = [];
      for (const one of letters) {
        await page.goto(at("/message", one));
        await page.waitForSelector("iframe.fit");
        await shot(page, `newsletter-${one.name}-${size}-${theme}`);
        for (const [mark, { contrast, height, line }] of Object.entries(await page.frames()[1].evaluate(looks)))
          if (height > 0 && line < 1) faults.push(`${one.name} ${mark}: lines ${line} high`);
          else if (height > 0 && contrast < 4.5) faults.push(`${one.name} ${mark}: ${contrast.toFixed(2)}`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${one.name} is wider than the window`);
      }
      await context.close();
      assert.deepEqual(faults, []);
    });
  }

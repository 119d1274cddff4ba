// A letter paints over nothing that is not its own: neither the head of the print view nor the host
// that stands behind a link whose text lies.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { launch, person, signIn } from "../lib/browser.mjs";
import { Imap } from "../lib/imap.mjs";
import { base64Part, letterOf } from "../lib/mime.mjs";

let browser, account, imap, uidvalidity, page;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  browser = await launch();
  page = await (await person(browser)).newPage();
  await signIn(page, account);
});
after(async () => {
  await browser?.close();
  imap?.close();
});

// What the box that `box` finds in the print view looks like.
async function look(html, box) {
  const uid = await imap.append("INBOX", letterOf("Head", base64Part(["Content-Type: text/html; charset=utf-8"], html),
    { from: "x@evil.example", headers: ["Date: Mon, 2 Mar 2026 10:00:00 +0000", "Content-Type: x"] }), ["\\Seen"]);
  await page.goto(`/body?folder=INBOX&v=${uidvalidity}&uid=${uid}&print=1`);
  const clip = await page.evaluate(box);
  assert.ok(clip.width > 20 && clip.height > 10, JSON.stringify(clip));
  return (await page.screenshot({ clip })).toString("base64");
}
const head = () => document.querySelector(".vm-print").getBoundingClientRect().toJSON();
const LIE = '<p style="margin:60px"><a href="https://evil.example/">https://bank.example/</a>HERE</p>';
// From the end of the link's text to that of the link.
const host = () => {
  const link = document.querySelector("a[data-host]"), text = document.createRange();
  text.selectNodeContents(link);
  const { right } = text.getBoundingClientRect(), all = link.getBoundingClientRect();
  return { x: right + 2, y: all.y, width: all.right - right - 4, height: all.height };
};

test("the head of the print view stays", async () => {
  const plain = await look("<p>words</p>", head);
  assert.equal(await look("<p>words</p>", head), plain, "of two letters the same head");
  for (const hostile of ["<style>body{outline:400px solid #fff}</style><p>words</p>",
    "<style>body{overflow:visible}p{outline:400px solid #fff}</style><p>words</p>",
    "<style>body{overflow:visible}p{font-size:400px;line-height:0;margin:0;color:#fff}</style><p>█</p>",
    '<style>body{overflow:visible !important}</style><p style="outline:400px solid red">words</p>'])
    assert.equal(await look(hostile, head), plain, hostile);
});

test("the host behind a link stays", async () => {
  const plain = await look(LIE.replace("HERE", ""), host);
  for (const hostile of ['<span style="outline:300px solid #fff"> </span>',
    '<span style="display:inline-block;width:1px;outline:300px solid #fff">x</span>',
    `<span style="color:#fff;font-size:20px;line-height:0;letter-spacing:-16px">${"█".repeat(400)}</span>`,
    '<b style="display:inline-block;width:1px;height:1px;direction:rtl;white-space:nowrap;font-size:60px;line-height:0;color:#fff;opacity:.99">██████████</b>'])
    assert.equal(await look(LIE.replace("HERE", hostile), host), plain, hostile);
});

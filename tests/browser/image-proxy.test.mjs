// Remote images through the proxy, in Chromium: they are seen, and nobody but the site is asked by
// the browser, whatever the letter tries.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { launch, signIn } from "../lib/browser.mjs";
import { eventually } from "../lib/env.mjs";
import { Imap } from "../lib/imap.mjs";
import { PNG, letterOf, part } from "../lib/mime.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

let account, imap, uidvalidity, origin, program, browser, site, host;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  origin = http.createServer((req, res) => {
    origin.requests.push(`${req.url} ${req.headers["user-agent"]}`);
    const moved = { "/moved.png": "/0.png?moved" }[req.url];
    if (moved) res.writeHead(302, { location: moved }).end();
    else if (req.url === "/page.png") res.writeHead(200, { "content-type": "image/png" }).end("<script>alert(1)</script>");
    else res.writeHead(200, { "content-type": "image/png" }).end(PNG);
  });
  Object.assign(origin, { requests: [], sockets: 0 });
  origin.on("connection", () => origin.sockets++);
  await new Promise((resolve) => origin.listen(0, "127.0.0.1", resolve));
  host = `http://127.0.0.1:${origin.address().port}`;
  program = await Program.start({ web: { image_proxy: "yes", also: "127.0.0.1" } });
  site = await serve(program);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  origin?.close();
  imap?.close();
});

test("the images are shown, and the browser asks nobody but the site", async () => {
  const count = 120; // more than the program fetches at a time
  const images = Array.from({ length: count }, (_, i) => `<img src="${host}/${i}.png" width="9" height="9" alt="image ${i}">`).join("");
  const uid = await imap.append("INBOX", letterOf("Images", part(["Content-Type: text/html; charset=utf-8"], `<p style="background:url(${host}/css.png)">news</p>${images}
    <img src="${host}/moved.png" alt="moved"><img src="${host}/page.png" alt="no picture" width="20" height="20"><img src="x.png" srcset="${host}/set.png 2x" alt="set">
    <table background="${host}/table.png"><tr><td>a</td></tr></table><link rel="preconnect" href="${host}"><link rel="prefetch" href="${host}/prefetch">
    <video poster="${host}/poster.png"></video><picture><source srcset="${host}/source.png"><img src="${host}/fallback.png" alt="fallback"></picture>`)));
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: site, locale: "en" });
  const elsewhere = [];
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== site) elsewhere.push(request.url());
  });
  const page = await context.newPage();
  await signIn(page, account);
  await page.goto(`/message?${new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid })}`);
  await page.waitForSelector("iframe.frame");
  assert.equal(origin.sockets, 0, "blocked until the reader says so");
  await page.click('.strip a[href*="remote="]');
  await page.waitForURL(/remote=/);
  const shown = () => page.locator("iframe.frame").evaluate((frame) => [...frame.contentDocument.querySelectorAll("img")].filter((image) => image.complete)
    .map((image) => [image.alt, image.naturalWidth]));
  const all = await eventually(async () => {
    const now = await shown();
    return now.length >= count + 3 && now;
  }, 15000);
  for (let i = 0; i < count; i++) assert.deepEqual(all.find(([alt]) => alt === `image ${i}`), [`image ${i}`, 1]);
  assert.deepEqual(all.find(([alt]) => alt === "moved"), ["moved", 1]);
  assert.deepEqual(all.find(([alt]) => alt === "fallback"), ["fallback", 1]);
  assert.deepEqual(all.find(([alt]) => alt === "no picture"), ["no picture", 0], "its text stands there");
  assert.deepEqual(elsewhere, []);
  const asked = origin.requests.map((one) => one.split(" ")[0]).sort();
  assert.deepEqual(asked, [...Array.from({ length: count }, (_, i) => `/${i}.png`), "/moved.png", "/0.png?moved", "/page.png", "/fallback.png"].sort());
  assert.equal(origin.sockets, asked.length);
  assert.ok(origin.requests.every((one) => one.endsWith(" Mozilla/5.0 (compatible; Vaguemestre)")), "only by the program");
  await context.close();
});

test("an image of the proxy opened by itself is a picture and nothing else", async () => {
  const uid = await imap.append("INBOX", letterOf("One", part(["Content-Type: text/html"], `<img src="${host}/alone.png" alt="alone">`)));
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: site, locale: "en" });
  const page = await context.newPage();
  await signIn(page, account);
  await page.goto(`/message?${new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid })}`);
  await page.click('.strip a[href*="remote="]');
  await page.waitForURL(/remote=/);
  const address = await page.frameLocator("iframe.frame").locator("img").evaluate((image) => image.src);
  const response = await page.goto(address);
  const headers = response.headers();
  assert.equal(response.status(), 200);
  assert.equal(headers["content-type"], "image/png");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.match(headers["content-security-policy"], /^sandbox; default-src 'none'/);
  assert.equal(headers["set-cookie"], undefined);
  await context.close();
});

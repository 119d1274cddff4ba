// The frame: what it holds back by itself, proved with the program that has no sanitiser (`make
// open`), whose letters pass as they are; its exact attributes; and that it fits its letter.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { launch, person, resident, signIn } from "../lib/browser.mjs";
import { PROGRAM, TOP, eventually, sleep } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { forbidden, inspect } from "../lib/letter-dom.mjs";
import { everyHostTo, listen } from "../lib/listener.mjs";
import { base64Part, letterOf, multipart } from "../lib/mime.mjs";
import { Program } from "../lib/program.mjs";

const TOKENS = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
const policy = (images) => `sandbox ${TOKENS}; default-src 'none'; script-src 'none'; style-src 'self' 'unsafe-inline'; img-src ${images}; ` +
  "form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

let listener, browser, account, imap, uidvalidity;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  listener = await listen();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  listener?.close();
  imap?.close();
});

// Each time another host: what is known of one must not keep the browser from going there again.
let hosts = 0;
const elsewhere = (html) => html.replaceAll("x.example", `x${++hosts}.example`);
const deliver = (html) => imap.append("INBOX", letterOf("Frame", base64Part(["Content-Type: text/html; charset=utf-8"], elsewhere(html))), ["\\Seen"]);
const at = (path, uid) => `${path}?folder=INBOX&v=${uidvalidity}&uid=${uid}`;

// ---- without a sanitiser ------------------------------------------------------------------------

// What a script would do that ran: mark its own document, the page around it, and call home.
const RUN = "document.documentElement.dataset.ran=1;try{top.document.documentElement.dataset.ran=1}catch(e){};new Image().src='http://ran.example/'";
const data = (type, text) => `data:${type};base64,${Buffer.from(text).toString("base64")}`;
const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";

// [name, letter, what to click]
const SCRIPTS = [
  ["script", `<script>${RUN}</script>`],
  ["module", `<script type=module>${RUN}</script>`],
  ["script by data:", `<script src="${data("text/javascript", RUN)}"></script>`],
  ["error handler", `<img src=x: onerror="${RUN}">`],
  ["load handler", `<img src="${PIXEL}" onload="${RUN}">`],
  ["svg load handler", `<svg onload="${RUN}"></svg>`],
  ["svg script", `<svg><script>${RUN}</script></svg>`],
  ["style load handler", `<style onload="${RUN}">b{color:red}</style>`],
  ["animation handler", `<style>@keyframes k{from{color:red}}</style><p style="animation:k 1s" onanimationstart="${RUN}">x</p>`],
  ["toggle handler", `<details open ontoggle="${RUN}"><summary>x</summary></details>`],
  ["focus handler", `<input autofocus onfocus="${RUN}">`],
  ["media handler", `<video><source src=x: onerror="${RUN}"></video>`],
  ["svg animation", `<svg><animate onbegin="${RUN}" attributeName=x dur=1s></svg>`],
  ["click handler", `<p id=click onclick="${RUN}">x</p>`, "#click"],
  ["javascript: link", `<a id=click href="javascript:${RUN};void 0">x</a>`, "#click"],
  ["javascript: link of svg", `<svg width=99 height=99><a href="javascript:${RUN};void 0"><rect id=click width=99 height=99 /></a></svg>`, "#click"],
  ["javascript: form", `<form action="javascript:${RUN};void 0"><button id=click>x</button></form>`, "#click"],
  ["javascript: frame", `<iframe src="javascript:parent.document.documentElement.dataset.ran=1"></iframe>`],
  ["frame with a document", `<iframe srcdoc="<script>parent.document.documentElement.dataset.ran=1;${RUN}</script>"></iframe>`],
  ["frame that allows itself", `<iframe sandbox="allow-scripts allow-same-origin allow-top-navigation" srcdoc="<script>parent.document.documentElement.dataset.ran=1;${RUN}</script>"></iframe>`],
  ["shadow tree", `<div><template shadowrootmode=open><script>${RUN}</script><img src=x: onerror="${RUN}"></template></div>`],
  ["own policy", `<meta http-equiv=content-security-policy content="script-src * 'unsafe-inline'"><script>${RUN}</script>`],
];
const LOADS = [
  ["picture", '<img src="http://x.example/">'],
  ["picture, securely", '<img src="https://x.example/">'],
  ["picture of several", '<picture><source srcset="http://x.example/"><img></picture>'],
  ["style sheet", '<link rel=stylesheet href="http://x.example/">'],
  ["import", '<style>@import "http://x.example/"</style>'],
  ["font", '<style>@font-face{font-family:f;src:url(http://x.example/)}p{font-family:f}</style><p>x'],
  ["background", '<p style="background:url(http://x.example/)">x'],
  ["old background", '<table background="http://x.example/"><tr><td>x</table>'],
  ["picture of a list", '<ul style="list-style-image:url(http://x.example/)"><li>x</ul>'],
  ["pointer", '<p style="cursor:url(http://x.example/),auto">x'],
  ["mask", '<p style="mask:url(http://x.example/#m)">x'],
  ["svg picture", '<svg><image href="http://x.example/"/></svg>'],
  ["svg filter", '<svg><filter id=f><feImage href="http://x.example/"/></filter><rect filter=url(#f) width=9 height=9 /></svg>'],
  ["video", '<video src="http://x.example/" autoplay></video>'],
  ["poster", '<video poster="http://x.example/"></video>'],
  ["sound", '<audio src="http://x.example/" autoplay></audio>'],
  ["object", '<object data="http://x.example/"></object>'],
  ["embed", '<embed src="http://x.example/">'],
  ["frame", '<iframe src="http://x.example/"></iframe>'],
  ["frames", '<iframe srcdoc="<img src=http://x.example/>"></iframe>'],
  ["script", '<script src="http://x.example/"></script>'],
  ["picture of a form", '<input type=image src="http://x.example/">'],
  ["prefetch", '<link rel=prefetch href="http://x.example/">'],
  ["preload", '<link rel=preload as=image href="http://x.example/">'],
  ["preload of several", '<link rel=preload as=image imagesrcset="http://x.example/ 1x">'],
  ["module preload", '<link rel=modulepreload href="http://x.example/">'],
  ["speculation", '<script type=speculationrules>{"prefetch":[{"source":"list","urls":["https://x.example/"],"eagerness":"immediate"}]}</script>'],
  ["base", '<base href="http://x.example/"><img src=a>'],
  ["refresh", '<meta http-equiv=refresh content="0;url=http://x.example/">'],
  ["preconnect", '<link rel=preconnect href="https://x.example/">'],
];
const LEAVING = [
  ["form", '<form action="http://x.example/" method=post><button id=click>x</button></form>'],
  ["form to the top", '<form action="http://x.example/" target=_top><button id=click>x</button></form>'],
  ["button with an address", '<form><button id=click formaction="http://x.example/" formtarget=_top>x</button></form>'],
  ["ping", '<a id=click href="#a" ping="http://x.example/">x</a><p id=a>'],
  ["own action", '<form action="/logout" method=post target=_top><button id=click>x</button></form>'],
  ["download", `<a id=click download=x.html href="${data("text/html", "x")}">x</a>`],
];
// Connections, not requests, that no policy holds back, since Chromium makes them before it asks one.
// The sanitiser alone keeps these from a letter.
const PAST_THE_FRAME = ["frame", "preconnect"];

describe("without a sanitiser", () => {
  let program, client, server, origin, context, page, downloads = [];
  const control = new Map();
  before(async () => {
    assert.ok(existsSync(join(PROGRAM, "..", "open", "vaguemestre")), "`make open` has built the program for this test");
    program = await Program.start({}, { open: true });
    client = new SocketClient(program.socket);
    await client.login(account);
    // A web server in front, as little of one as will do; /control/ gives letters without any wall.
    server = http.createServer(async (request, response) => {
      const { pathname } = new URL(request.url, "http://x");
      if (pathname.startsWith("/control/")) return response.writeHead(200, { "content-type": "text/html" }).end(control.get(pathname));
      if (pathname.startsWith("/static/")) {
        const type = { ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" }[extname(pathname)];
        return response.writeHead(200, { "content-type": type }).end(readFileSync(join(TOP, pathname)));
      }
      const answer = await client.request(request.method, request.url);
      const headers = answer.headers.filter(([name]) => !["status", "set-cookie", "content-length"].includes(name));
      response.writeHead(answer.status, Object.fromEntries(headers)).end(answer.body);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://localhost:${server.address().port}`;
    context = await resident({ baseURL: origin, args: everyHostTo(listener) });
    [page] = context.pages();
    page.on("download", () => downloads.push("download"));
    page.on("dialog", (dialog) => dialog.dismiss());
  });
  after(async () => {
    await context?.close();
    server?.close();
    await program?.stop();
  });

  // Opens a letter and comes back with what it did: { ran, connections, moved }.
  // come: what must come, so that one need not wait for all that might.
  async function open(path, click, frame, come = () => false) {
    listener.seen.length = 0;
    downloads = [];
    await page.goto(path);
    const where = frame ? page.frames().find((one) => one.url().includes("/body?")) : page;
    assert.ok(where, "the letter is there");
    if (click) await where.locator(click).click({ force: true, noWaitAfter: true });
    const marked = async (at) => "ran" in (await at.evaluate(() => ({ ...document.documentElement.dataset })).catch(() => ({})));
    const hasRun = async () => (await marked(page)) || (frame && (await marked(where))) || listener.seen.some(({ bytes }) => bytes.includes("ran.example"));
    for (let waited = 0; waited < 150 && !(await come(hasRun)); waited += 30) await sleep(30);
    const ran = await hasRun();
    const moved = [page.url() !== new URL(path, origin).href && `to ${page.url()}`, frame && page.frames().includes(where) && !where.url().includes("/body?") && `the frame to ${where.url()}`,
      context.pages().length > 1 && "to a window of its own", ...downloads].filter(Boolean);
    for (const one of context.pages()) if (one !== page) await one.close();
    return { ran, connections: listener.seen.length, moved };
  }
  async function bare(name, html, come, click) {
    const path = `/control/${encodeURIComponent(name)}`;
    control.set(path, `<!doctype html><html><body>${elsewhere(html)}`);
    const done = await open(path, click, false, come);
    const rest = () => page.goto("about:blank").then(() => true, () => false);
    await eventually(rest); // where it was going to may come first
    return done;
  }

  test("the letter passes as it is, or this would prove nothing", async () => {
    const uid = await deliver("<script>1</script><p onclick=x>");
    await page.goto(at("/body", uid));
    assert.match(await page.content(), /<script>1<\/script><p onclick="x">/);
  });

  for (const way of ["in the frame", "alone"]) {
    const path = way === "alone" ? "/body" : "/message";
    test(`no script runs, ${way}`, async () => {
      const faults = [], idle = [];
      for (const [name, html, click] of SCRIPTS) {
        if (way === "alone" && !(await bare(name, html, (hasRun) => hasRun(), click)).ran) idle.push(name);
        const { ran, moved, connections } = await open(at(path, await deliver(html)), click, way !== "alone");
        if (ran || moved.length || connections) faults.push(`${name}: ${ran ? "ran" : ""} ${moved} ${connections}`);
      }
      assert.deepEqual(faults, []);
      assert.deepEqual(idle, [], "without walls each of them runs");
    });
    test(`nothing is loaded, ${way}`, async () => {
      const through = [], idle = [];
      for (const [name, html] of LOADS) {
        if (way === "alone" && !(await bare(name, html, () => listener.seen.length > 0)).connections) idle.push(name);
        const { connections, moved } = await open(at(path, await deliver(html)), null, way !== "alone");
        if (connections || moved.length) through.push(name);
      }
      assert.deepEqual(through.filter((name) => !PAST_THE_FRAME.includes(name)), []);
      assert.deepEqual(idle, [], "without walls each of them connects");
    });
    test(`nobody leaves, ${way}`, async () => {
      const faults = [];
      for (const [name, html] of LEAVING) {
        const { connections, moved } = await open(at(path, await deliver(html)), "#click", way !== "alone");
        const away = moved.filter((one) => !one.endsWith("#a"));
        if (connections || away.length) faults.push(`${name}: ${away} ${connections}`);
      }
      assert.deepEqual(faults, []);
    });
  }

  test("and the lists by which hostile letters are judged refuse each of these", async () => {
    const passed = [];
    for (const [name, html] of [...SCRIPTS, ...LOADS, ...LEAVING]) {
      await page.goto(at("/body", await deliver(`<div class="vm-letter">${html}</div>`)));
      if (!forbidden((await page.evaluate(`(${inspect})(document)`)).nodes)) passed.push(name);
    }
    assert.deepEqual(passed, []);
    for (const css of ["position:fixed", "background-image:linear-gradient(red,red)", "filter:blur(1px)", "margin-left:-9px", "z-index:1;position:relative", "content:url(x)"]) {
      await page.goto(at("/body", await deliver(`<div class="vm-letter"><p style="${css}">x</p></div>`)));
      assert.notDeepEqual((await page.evaluate(`(${inspect})(document)`)).style, [], css);
    }
  });
  test("a link to the top does not take the page away", async () => {
    const { moved } = await open(at("/message", await deliver('<a id=click target=_top href="http://x.example/">x</a>')), "#click", true);
    assert.deepEqual(moved, []);
  });
  test("the service's own pages do not show in a letter", async () => {
    const uid = await deliver('<iframe src="/mail"></iframe><object data="/settings"></object><embed src="/mail">');
    await page.goto(at("/message", uid));
    await sleep(300);
    const inner = page.frames().filter((one) => /\/(mail|settings)/.test(one.url()));
    for (const one of inner) assert.doesNotMatch(await one.content(), /csrf/);
  });
});

// ---- its attributes ----------------------------------------------------------------------------

describe("with its sanitiser", () => {
  let context, page;
  before(async () => {
    context = await person(browser);
    page = await context.newPage();
    await signIn(page, account);
  });
  after(() => context.close());

  test("the tokens and the policy are these, in the frame and alone, with and without pictures", async () => {
    const uid = await deliver('<p>bonjour<img src="https://x.example/a.png" width=90 height=90>');
    const framed = page.waitForResponse((response) => new URL(response.url()).pathname === "/body");
    await page.goto(at("/message", uid));
    assert.equal(await page.getAttribute("iframe", "sandbox"), TOKENS);
    assert.equal(await page.locator("iframe").count(), 1);
    assert.deepEqual(await page.locator("iframe").evaluate((frame) => frame.getAttributeNames().sort()), ["class", "sandbox", "src", "style", "title"]);
    const alone = await page.context().request.get(at("/body", uid));
    for (const response of [await framed, alone]) {
      const headers = response.headers();
      assert.equal(headers["content-security-policy"], policy("'self' data:"));
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["x-frame-options"], "SAMEORIGIN");
    }
    const shown = page.waitForResponse((response) => new URL(response.url()).pathname === "/body");
    await page.locator('.strip a[href*="remote="]').first().click();
    assert.equal((await shown).headers()["content-security-policy"], policy("'self' data: https: http:"));
    assert.equal(await page.getAttribute("iframe", "sandbox"), TOKENS);
  });

  // ---- its height ----

  const fits = () => page.evaluate(() => {
    const frame = document.querySelector("iframe"), { documentElement } = frame.contentDocument;
    const height = documentElement.getBoundingClientRect().height;
    return frame.clientHeight >= height && frame.clientHeight <= height + 2 && documentElement.scrollHeight <= frame.clientHeight && { height: frame.clientHeight };
  });
  const LONG = "<p>bonjour</p>".repeat(300);
  // 10 × 700, 24 bits: a picture that is as high as it is only when it has come.
  const header = Buffer.alloc(54);
  header.write("BM");
  [[2, 54 + 32 * 700], [10, 54], [14, 40], [18, 10], [22, 700], [34, 32 * 700]].forEach(([offset, value]) => header.writeUInt32LE(value, offset));
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  const BMP = Buffer.concat([header, Buffer.alloc(32 * 700, 90)]);

  test("it is as high as a short letter, and as a long one", async () => {
    await page.goto(at("/message", await deliver("<p>bonjour</p>")));
    const short = await eventually(fits);
    assert.ok(short.height < 100, `${short.height} px`);
    await page.goto(at("/message", await deliver(LONG)));
    const long = await eventually(fits);
    assert.ok(long.height > 8000, `${long.height} px`);
  });
  test("it grows with a picture that comes late, and follows the window", async () => {
    const uid = await imap.append("INBOX", letterOf("Frame", multipart("related", [
      base64Part(["Content-Type: text/html; charset=utf-8"], `<img src="cid:tall@x"><p>${"bonjour ".repeat(300)}</p>`),
      base64Part(["Content-Type: image/bmp", "Content-ID: <tall@x>"], BMP)])));
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route(/\/part\?/, (route) => held.then(() => route.continue()));
    await page.goto(at("/message", uid), { waitUntil: "domcontentloaded" });
    const before = await eventually(fits);
    release();
    await eventually(() => page.evaluate(() => document.querySelector("iframe").contentDocument.images[0].naturalHeight === 700));
    const after = await eventually(async () => (await fits()).height >= before.height + 600 && fits());
    await page.setViewportSize({ width: 390, height: 844 });
    await eventually(async () => (await fits()).height > after.height + 100);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.unroute(/\/part\?/);
  });
  test("a letter as high as its frame comes to rest", async () => {
    await page.goto(at("/message", await deliver('<div style="height:100vh">bonjour</div><p>bonjour</p>')));
    await sleep(500);
    const height = () => page.evaluate(() => document.querySelector("iframe").clientHeight);
    const first = await height();
    await sleep(300);
    assert.equal(await height(), first);
    assert.ok(first < 5000, `${first} px`);
  });
  test("without scripts it scrolls, and the link beside it opens the same letter alone", async () => {
    const plain = await person(browser, { scripts: false });
    const quiet = await plain.newPage();
    await signIn(quiet, account);
    await quiet.goto(at("/message", await deliver(LONG)));
    const frame = quiet.locator("iframe"), body = quiet.frames()[1];
    await frame.scrollIntoViewIfNeeded();
    const box = await frame.boundingBox();
    assert.ok(box.height > 200 && box.height < 800, `${box.height} px`);
    await quiet.mouse.move(box.x + 100, box.y + 100);
    await quiet.mouse.wheel(0, 400);
    await eventually(() => body.evaluate(() => document.documentElement.scrollTop > 100 || document.body.scrollTop > 100));
    const source = await frame.getAttribute("src");
    const link = quiet.locator(".alone a");
    assert.equal(await link.getAttribute("href"), source);
    await link.click();
    await quiet.waitForURL(/\/body\?/);
    assert.equal(await quiet.locator(".vm-letter p").count(), 300);
    await plain.close();
  });
  test("a letter of plain text has the same frame", async () => {
    await page.goto(at("/message", await imap.append("INBOX", letter({ subject: "Plain", body: "bonjour <script>alert(1)</script>\r\n" }))));
    assert.equal(await page.getAttribute("iframe", "sandbox"), TOKENS);
    assert.match(await page.frames()[1].locator(".vm-plain").innerText(), /<script>alert\(1\)<\/script>/);
    await eventually(fits);
  });
});

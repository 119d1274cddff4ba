// Every hostile letter of the corpus in Chromium, out of a real mailbox, with one listener standing
// in for every foreign host: no script, no connection, nothing in the document but what may be
// there, and the text to be read. As the document alone, in its frame, and with remote images.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { resident, signIn } from "../lib/browser.mjs";
import { sleep } from "../lib/env.mjs";
import { Imap } from "../lib/imap.mjs";
import { bare, forbidden, inspect, spelled, textSent } from "../lib/letter-dom.mjs";
import { everyHostTo, listen } from "../lib/listener.mjs";
import { base64Part, hostileVectors, letterOf } from "../lib/mime.mjs";

const vectors = hostileVectors();
// Those that are looked at with remote content allowed, too: before each stands a picture, which
// makes the page offer it.
const PICTURE = '<img src="https://picture.example/p.png" width=40 height=40>';
const remote = vectors.filter(({ family }) => /load|style|secrets/.test(family))
  .map((one) => ({ ...one, text: Buffer.concat([Buffer.from(PICTURE), one.text]) }));
// The service's parser knows an older HTML, in which these are other elements; none of them does harm.
const OLDER = /<isindex|<menuitem|^<svg><\/p>/;
let listener, context, pages, uidvalidity, head;

before(async () => {
  const account = await newAccount();
  const imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  for (const one of [{ text: "<p>bonjour", charset: "utf-8" }, ...vectors, ...remote]) {
    one.uid = await imap.append("INBOX", letterOf("Hostile", base64Part([`Content-Type: text/html; charset=${one.charset}`], one.text)), ["\\Seen"]);
    head ??= one.uid;
  }
  imap.close();
  listener = await listen();
  context = await resident({ args: everyHostTo(listener) });
  pages = [context.pages()[0], await context.newPage()]; // two: the service works on one while Chromium looks at the other
  const [page] = pages;
  for (const one of vectors)
    if (one.charset === "utf-8" && !OLDER.test(one.text.toString())) one.sent = bare(await page.evaluate(`(${textSent})(${JSON.stringify(new TextDecoder().decode(one.text))})`));
  await signIn(page, account);
  for (const one of pages) {
    one.on("dialog", (dialog) => {
      context.problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    // a sandboxed document that tries something says so, in other ways than by an error as well
    one.on("console", (message) => message.type() === "error" || context.problems.push(`console: ${message.text()}`));
  }
  await page.goto(at("/body", head));
  head = untitled((await look(page)).head);
});
after(async () => {
  await context?.close();
  listener?.close();
});

const at = (path, uid, more = "") => `${path}?folder=INBOX&v=${uidvalidity}&uid=${uid}${more}`;
const look = (where, document = "document") => where.evaluate(`(${inspect})(${document})`);
// Chromium asks for http pictures of an https page by https.
const secure = (url) => new URL(url).href.replace(/^http:/, "https:");
const untitled = (text) => text.replace(/<title>.*<\/title>/, "");
const flat = (nodes) => JSON.stringify(nodes);
// The letter as the server sent it, in its document.
const letterIn = (html) => html.slice(html.indexOf("<body>\n") + 7, html.lastIndexOf("\n</body>"));

// Everything that is asserted of a letter's document, as lines of text.
function faultsOf(found, vector, html, { remote = false } = {}) {
  const faults = [], asText = found.nodes[0][1].some(([, value]) => /vm-plain/.test(value));
  const wrong = forbidden(found.nodes, { remote });
  if (wrong) faults.push(`holds ${wrong}`);
  if (found.nodes.length !== 1) faults.push(`something stands beside the letter: ${flat(found.nodes)}`);
  if (untitled(found.head) !== head) faults.push(`the head is another: ${found.head}`);
  if (html !== undefined && flat(found.nodes) !== flat(spelled(letterIn(html).trim()))) faults.push(`Chromium reads another tree: ${flat(found.nodes)}\n${letterIn(html)}`);
  faults.push(...found.style);
  if (found.height > 50000) faults.push(`${found.height} px high`);
  if (found.aside.some((n) => n !== 0)) faults.push(`scrolled to ${found.aside}`);
  if (vector.visible && !found.seen.includes(vector.visible)) faults.push(`"${vector.visible}" is not to be read in "${found.seen}"`);
  if (vector.sent !== undefined && !(asText ? bare(found.kept).includes(vector.sent) : bare(found.kept) === vector.sent)) faults.push(`of the text "${vector.sent}" there is "${bare(found.kept)}"`);
  return faults;
}

// Goes through vectors and collects what is wrong, so that one run shows all. What a page says by
// itself is told with the letter at hand, or one beside it.
// expected: what a page may say.
async function each(list, check, { among = pages, expected = /^$/ } = {}) {
  const faults = [], waiting = [...list];
  await Promise.all(among.map(async (page) => {
    for (let vector; (vector = waiting.shift()); ) {
      listener.during = `line ${vector.line}`;
      const found = await check(vector, page);
      const beside = context.problems.splice(0).filter((problem) => !expected.test(problem)), windows = context.pages().filter((one) => !pages.includes(one));
      if (windows.length) beside.push("a window opened");
      await Promise.all(windows.map((one) => one.close()));
      faults.push(...[...found, ...beside].map((fault) => `line ${vector.line} (${vector.family}) ${vector.text}\n    ${fault}`));
    }
  }));
  await sleep(500); // connections that come late
  assert.ok(faults.length === 0, faults.join("\n"));
}

test("each letter alone: no script, no connection, the allow-list, the text", async () => {
  await each(vectors, async (vector, page) => {
    const address = at("/body", vector.uid);
    const response = await page.goto(address);
    const found = await look(page);
    return [...faultsOf(found, vector, await response.text()), ...(found.at.endsWith(address) ? [] : [`went to ${found.at}`])];
  });
  assert.deepEqual(listener.seen, []);
});

test("in the frame of its page: the same, and the page stays", async () => {
  await each(vectors.filter((_, i) => i % 19 === 0), async (vector, page) => {
    const address = at("/message", vector.uid);
    await page.goto(address);
    await page.waitForSelector("iframe.fit", { state: "attached" });
    const found = await look(page, 'document.querySelector("iframe").contentDocument');
    return [...faultsOf(found, vector), ...(page.url().endsWith(address) ? [] : [`the page went to ${page.url()}`])];
  }, { among: pages.slice(0, 1) });
  assert.deepEqual(listener.seen, []);
});

test("with remote content: pictures and nothing else, without cookie or referrer", async () => {
  await each(remote, async (vector, page) => {
    const html = await (await context.request.get(at("/message", vector.uid))).text();
    const token = /[?&;]remote=([\w-]+)/.exec(html)[1];
    const before = listener.seen.length, asked = new Set();
    const watch = (request) => asked.add(request.url());
    page.on("request", watch);
    const response = await page.goto(at("/body", vector.uid, `&remote=${token}`));
    const found = await look(page);
    page.off("request", watch);
    const pictures = new Set();
    const collect = ([name, attributes, content]) => {
      if (name === "img") attributes.filter(([key, value]) => key === "src" && /^https?:/.test(value)).forEach(([, value]) => pictures.add(secure(value)));
      if (name !== "#text") content.forEach(collect);
    };
    found.nodes.forEach(collect);
    const others = [...asked].filter((url) => !url.startsWith(new URL(response.url()).origin) && !url.startsWith("data:") && !pictures.has(secure(url)));
    const leaks = listener.seen.slice(before).filter((one) => /^(cookie|referer):/im.test(one.bytes));
    return [...faultsOf(found, vector, await response.text(), { remote: true }), ...others.map((url) => `asks for ${url}`), ...leaks.map(({ bytes }) => `tells ${bytes}`)];
  }, { expected: /^foreign request|^console: Mixed Content/ });
  assert.ok(listener.seen.length > 10, "the listener hears what is asked");
});

// The whole visit to a public machine: a pass made at home, reading, answering, cut off in mid-sentence,
// going on at home. The machine writes everything down: what is typed, each request, each cookie. Whoever
// owns it tries all of that afterwards, and gets nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { WITH_BACK, launch, person, shot, signIn } from "../lib/browser.mjs";
import { arrival, body, having } from "../lib/compose.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";

const SECRET = "Weather in Ys", TEXT = "It rains fish.", SENTENCE = "Dear Dahut, I was just going to sa", END = { timeout: 30000 };
const KIOSK = { language: "en", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Kiosk/1.0" };

let account, own, browser, program, origin;
before(async () => {
  account = await newAccount();
  own = await Imap.open(account);
  await own.append("INBOX", letter({ subject: SECRET, body: TEXT, from: `Dahut <${account.user}>` }));
  program = await Program.start({ session: { public_idle: 8 } });
  [browser, origin] = [await launch(WITH_BACK), await serve(program)];
});
after(async () => {
  own?.close();
  await browser?.close();
  await program?.stop();
});

// What the machine in the café keeps of a visit.
async function listen(context) {
  const kept = { typed: [], requests: [], cookies: new Set() };
  await context.exposeBinding("keylogger", (_, key) => kept.typed.push(key));
  await context.addInitScript(() => {
    addEventListener("keydown", ({ key }) => globalThis.keylogger(key), true);
    addEventListener("focusin", () => globalThis.keylogger("Tab"), true);
  });
  context.on("request", (request) => kept.requests.push({ method: request.method(), url: request.url(), headers: request.headers(), body: request.postDataBuffer() }));
  context.on("response", async () => {
    for (const { name, value } of await context.cookies().catch(() => [])) kept.cookies.add(`${name}=${value}`);
  });
  kept.words = () => kept.typed.join("\0").split(/\0?(?:Enter|Tab|Shift|Backspace)\0?/).map((word) => word.replaceAll("\0", "")).filter((word) => word.length > 2);
  return kept;
}

async function makePasses(page, count) {
  await page.goto("/passes");
  await page.check("#answering");
  await page.fill("#count", String(count));
  await page.fill("#password", account.password);
  await page.getByRole("button", { name: "Make" }).first().click();
  await page.waitForURL("**/passes?new=1");
  return (await page.locator("li p.pass").allInnerTexts()).map((text) => text.trim());
}

async function typePass(page, pass) {
  await page.goto("/login?pass=1");
  assert.equal(await page.locator("input[type=password]").count(), 0);
  await page.locator("#user").pressSequentially(account.user);
  await page.locator("#code").pressSequentially(pass);
  await page.keyboard.press("Enter");
}

// Drafts are not in it: for a quarter of an hour a form that is sent again may be saved there again.
const counts = async () => ({ inbox: (await having(own, "INBOX", SECRET)).length, sent: (await having(own, "Sent", SECRET)).length,
  trash: (await having(own, "Trash", SECRET)).length });

function holdsNothing(text, what) {
  for (const word of [SECRET, TEXT, SENTENCE]) assert.ok(!text.includes(word), `${what} shows "${word}"`);
}

// The owner of the machine comes back, with the same browser and everything that it has kept.
async function replay(kept, passes) {
  const thief = await person(browser, { baseURL: origin, ...KIOSK });
  const before = await counts();
  for (const cookie of kept.cookies) {
    const answer = await thief.request.get("/mail", { headers: { cookie } });
    assert.match(answer.url(), /\/(login|closed)/, cookie);
    holdsNothing(await answer.text(), `the cookie ${cookie}`);
  }
  const all = [...kept.cookies].reverse();
  for (const { method, url, headers, body: data } of kept.requests) {
    if (new URL(url).origin !== origin || new URL(url).pathname.startsWith("/static/")) continue;
    const session = all.find((one) => one.startsWith("__Host-vaguemestre=")), door = all.find((one) => one.startsWith("__Host-vaguemestre-login="));
    const answer = await thief.request.fetch(url, { method, headers: { ...headers, cookie: [session, door].filter(Boolean).join("; ") }, ...(data ? { data } : {}), maxRedirects: 0 });
    holdsNothing(await answer.text(), `${method} ${url}`);
    if (/^\/(mail|message|body|compose|act)/.test(new URL(url).pathname)) assert.notEqual(answer.status(), 200, `${method} ${url}`);
    assert.doesNotMatch(answer.headers()["set-cookie"] || "", /__Host-vaguemestre=[^;]/, `${method} ${url} signs somebody in`);
  }
  assert.ok(kept.words().includes(passes[0]), "the machine has written the pass down");
  assert.ok(!kept.words().some((word) => word.includes(account.password)), "the password was never typed");
  const page = await thief.newPage();
  await typePass(page, passes[0]);
  await page.waitForSelector(".error");
  assert.match(page.url(), /\/login/);
  for (const word of new Set(kept.words())) {
    await page.goto("/login");
    await page.fill("#user", account.user);
    await page.fill("#password", word);
    await page.press("#password", "Enter");
    await page.waitForSelector(".error");
    assert.match(page.url(), /\/login/, `"${word}" opens nothing`);
  }
  assert.deepEqual(await counts(), before, "and nothing has changed or gone out");
  await thief.close();
}

test("a visit from the pass to the receipt, and the machine's record of it", { timeout: 120000 }, async () => {
  const desk = await (await person(browser, { baseURL: origin })).newPage();
  await signIn(desk, account);
  const passes = await makePasses(desk, 2);
  assert.equal(passes.length, 2);

  const machine = await person(browser, { baseURL: origin, ...KIOSK }), kept = await listen(machine);
  const kiosk = await machine.newPage();
  await typePass(kiosk, passes[0]);
  await kiosk.waitForURL("**/mail*");
  await kiosk.getByText(SECRET).first().click();
  await kiosk.waitForURL(/\/message|\/mail/);
  await kiosk.getByRole("link", { name: "Reply", exact: true }).first().click();
  await kiosk.waitForURL(/\/compose/);
  await kiosk.locator("#text").focus();
  await kiosk.keyboard.press("Control+Home");
  await kiosk.keyboard.type(SENTENCE);
  await kiosk.waitForURL("**/closed?saved=1", END);
  await shot(kiosk, "visit-closed");
  holdsNothing(await kiosk.content(), "the closing page");
  await kiosk.goBack();
  await kiosk.waitForLoadState();
  holdsNothing(await kiosk.content(), "Back");
  await replay(kept, passes);
  await machine.close();

  const home = await (await person(browser, { baseURL: origin })).newPage();
  await signIn(home, account);
  await home.waitForURL("**/mail*");
  await shot(home, "visit-receipt");
  assert.match(await home.locator("body").innerText(), /1 session on a public computer, 1 message opened/, "told at the next trusted sign-in");
  await home.goto("/sessions");
  assert.match(await home.locator("main").innerText(), new RegExp(SECRET), "what was opened");
  await home.goto("/passes");
  assert.match(await home.locator("main").innerText(), /[Uu]sed/);
  const drafts = await having(own, "Drafts", SECRET);
  assert.ok(drafts.some(({ source }) => body(source).startsWith(SENTENCE)), "to the last word");
  await home.goto("/mail?folder=Drafts");
  await home.getByText(SECRET).first().click();
  await home.locator("main a[href^='/compose?']").first().click();
  await home.waitForURL(/\/compose/);
  await home.locator("#text").focus();
  await home.keyboard.press("Control+Home");
  for (let n = 0; n < SENTENCE.length; n++) await home.keyboard.press("ArrowRight");
  await home.keyboard.type("y that it rains here too.");
  await Promise.all([home.waitForURL((url) => url.pathname !== "/compose"), home.getByRole("button", { name: "Send" }).first().click()]);
  await shot(home, "visit-sent");
  assert.match(await home.locator("[role=status]").innerText(), /sent/i);
  assert.match(body((await arrival(own, `Re: ${SECRET}`, "Sent")).source), new RegExp(`^${SENTENCE}y that it rains here too`));
  assert.deepEqual(machine.problems.filter((one) => one.startsWith("script")), []);
});

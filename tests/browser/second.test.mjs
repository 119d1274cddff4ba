// The second factor in a browser: a picture for the telephone, and security keys, which Chromium's
// own virtual authenticator is.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect } from "node:tls";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { WITH_BACK, accessibilityFaults, htmlFaults, launch, overflows, person, shot, signIn, smallTargets } from "../lib/browser.mjs";
import { env, eventually, logFromNow } from "../lib/env.mjs";
import { codeOf, withinStep } from "../lib/second.mjs";

// Chromium asks no key where the certificate has a fault that is only not looked at: it must believe
// in the demonstration's own.
const ownKey = () => new Promise((resolve, reject) => {
  const socket = connect({ host: "localhost", port: new URL(env.URL).port, rejectUnauthorized: false }, () => {
    const { publicKey } = socket.getPeerX509Certificate();
    resolve(createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest("base64"));
    socket.destroy();
  }).on("error", reject);
});

let browser, account;
before(async () => {
  browser = await launch({ ...WITH_BACK, args: [`--ignore-certificate-errors-spki-list=${await ownKey()}`] });
  account = await newAccount();
});
after(() => browser?.close());

const me = (options) => person(browser, options);
async function withKey(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "usb", automaticPresenceSimulation: true } });
  return { cdp, authenticatorId };
}
const path = (page) => new URL(page.url()).pathname;
// axe needs scripts itself, and its time.
async function clean(page, name, axe = true) {
  if (axe) assert.deepEqual(await accessibilityFaults(page), [], name);
  assert.equal(await overflows(page), false, name);
  await shot(page, name);
}
async function unlock(page) {
  await page.goto("/second");
  await page.fill("[name=password]", account.password);
  await page.click("button[value=password]");
  await page.waitForSelector("#app, #ask");
}

let secret, at, credential, codes;

test("an app is set up from the settings, on a telephone's width", async () => {
  const context = await me({ size: "small", language: "fr" });
  const page = await context.newPage();
  await signIn(page, account);
  await page.goto("/settings");
  await page.click("main a[href='/second']");
  await clean(page, "second-shut");
  assert.deepEqual(await htmlFaults(page), []);
  await page.fill("[name=password]", account.password);
  await page.click("button[value=password]");
  await page.waitForSelector(".qr");
  await clean(page, "second-set-up");
  assert.deepEqual(await smallTargets(page), []);
  assert.ok(await page.locator(".qr").evaluate((img) => img.complete && img.naturalWidth > 150 && img.naturalWidth === img.naturalHeight), "the picture is shown");
  secret = await page.locator("code").textContent();
  await page.fill("#app-code", "000 000");
  await page.click("button[value=app]");
  await page.waitForSelector("#app-error");
  await clean(page, "second-wrong-code", false);
  at = await withinStep();
  await page.fill("#app-code", codeOf(secret, -1, at));
  await page.click("button[value=app]");
  await page.waitForSelector(".recovery");
  await clean(page, "second-codes");
  codes = await page.locator(".recovery code").allTextContents();
  assert.equal(codes.length, 10);
  await page.goto("/mail");
  await page.goBack({ waitUntil: "commit" });
  await page.waitForSelector("main");
  assert.equal(await page.locator(".recovery").count(), 0, "shown once, not on Back either");
  await page.reload();
  assert.equal(await page.locator(".recovery").count(), 0);
  await clean(page, "second-open");
  assert.deepEqual(context.problems, []);
  await context.close();
});

test("the second step works without scripts, by code and by recovery code", async () => {
  const context = await me({ scripts: false, size: "small", theme: "dark", language: "fr" });
  const page = await context.newPage();
  await signIn(page, account);
  assert.equal(path(page), "/login/second");
  await clean(page, "login-second", false);
  assert.deepEqual(await htmlFaults(page), []);
  assert.deepEqual(await smallTargets(page), []);
  await page.click("main summary");
  await page.fill("#recovery", "AAAA AAAA AAAA AAAA");
  await page.press("#recovery", "Enter");
  await page.waitForSelector("#second-error");
  await clean(page, "login-second-wrong", false);
  await page.click("main summary");
  await page.fill("#recovery", codes[0].toLowerCase());
  await Promise.all([page.waitForURL((url) => url.pathname === "/mail"), page.press("#recovery", "Enter")]);
  assert.match(await page.locator(".toast").innerText(), /Il reste 9 codes de secours/);
  await unlock(page);
  await page.click("main summary");
  await page.fill("#recovery", codes[2]);
  await page.press("#recovery", "Enter");
  await page.waitForSelector("#keys");
  assert.equal(await page.locator("form[data-key] button").isVisible(), false);
  assert.match(await page.locator("#keys ~ form").innerText(), /JavaScript/);
  await context.close();
});

test("a key is added, and opens the door by a touch; one that counts backwards does not", async () => {
  const context = await me();
  const page = await context.newPage();
  const { cdp, authenticatorId } = await withKey(page);
  await signIn(page, account);
  await clean(page, "login-second-code");
  assert.equal(await page.evaluate(() => document.activeElement.name), "code");
  await page.fill("#code", codeOf(secret, 0, Math.max(at, Date.now())));
  await Promise.all([page.waitForURL((url) => url.pathname === "/mail"), page.press("#code", "Enter")]);
  await unlock(page);
  await clean(page, "second-ask", false);
  await page.click("main summary");
  await page.fill("#recovery", codes[1]);
  await page.press("#recovery", "Enter");
  await page.waitForSelector("#keys");
  await page.fill("#key-name", "Blue key");
  await page.click("form[data-key] button");
  await page.waitForSelector("#keys ~ .lines li");
  assert.match(await page.locator("#keys ~ .lines").innerText(), /Blue key added .*last used: never/);
  await clean(page, "second-keys");
  ({ credentials: [credential] } = await cdp.send("WebAuthn.getCredentials", { authenticatorId }));
  assert.equal(credential.rpId, "localhost");
  // a second time it is refused by the key itself: it is in the list already
  await page.click("form[data-key] button");
  await page.waitForFunction(() => document.querySelector("form[data-key] [role=status]").textContent);
  await page.click(".who button");
  await page.waitForURL((url) => url.pathname === "/login");

  await signIn(page, account);
  assert.equal(path(page), "/login/second");
  await clean(page, "login-second-key");
  await Promise.all([page.waitForURL((url) => url.pathname === "/mail"), page.click("form[data-key] button")]);
  await page.click(".who button");

  // a copy of the key, made before that: its counter stands where it stood
  await cdp.send("WebAuthn.clearCredentials", { authenticatorId });
  await cdp.send("WebAuthn.addCredential", { authenticatorId, credential });
  const log = logFromNow();
  await signIn(page, account);
  await page.click("form[data-key] button");
  await page.waitForSelector("#second-error");
  assert.match(await page.locator("#second-error").innerText(), /counted backwards/);
  await eventually(() => /key-counter \S+ address=127\.0\.0\.1/.test(log()));
  assert.equal(path(page), "/login/second");
  assert.deepEqual(context.problems, []);
  await context.close();
});

test("an answer of a key serves once, for the challenge of its own session, and no other page may ask for one", async () => {
  const context = await me();
  const page = await context.newPage();
  const { cdp, authenticatorId } = await withKey(page);
  await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential, signCount: 1000 } });
  await signIn(page, account);
  // what the browser sends is kept and not let through
  let body;
  await page.route("**/login/second", (route) => route.request().method() === "POST" && !body ? ((body = route.request().postData()), route.abort()) : route.continue());
  await page.click("form[data-key] button");
  for (let i = 0; i < 100 && !body; i++) await page.waitForTimeout(50);
  const fields = new URLSearchParams(body);
  assert.ok(fields.get("client_data") && fields.get("signature"));
  const send = (csrf) => context.request.post("/login/second", { maxRedirects: 0, form: { ...Object.fromEntries(fields), csrf }, headers: { origin: new URL(env.URL).origin } });
  const csrfOf = async (response) => /name="csrf" value="([^"]*)"/.exec(await (await response).text())[1];
  // another half session has another challenge
  const other = await me(), elsewhere = await other.newPage();
  await signIn(elsewhere, account);
  const stolen = await other.request.post("/login/second", { maxRedirects: 0, form: { ...Object.fromEntries(fields), csrf: await csrfOf(other.request.get("/login/second")) }, headers: { origin: new URL(env.URL).origin } });
  assert.equal(stolen.status(), 403);
  await other.close();
  assert.equal((await send(fields.get("csrf"))).status(), 303, "the same bytes, from where they belong");
  assert.match((await context.request.get("/mail")).headers()["permissions-policy"], /publickey-credentials-create=\(\), publickey-credentials-get=\(\)/);
  await signIn(page, account);
  const asking = await context.request.get("/login/second");
  assert.match(asking.headers()["permissions-policy"], /publickey-credentials-get=\(self\)/);
  assert.equal((await send(await csrfOf(Promise.resolve(asking)))).status(), 403, "not a second time");
  await context.close();
});

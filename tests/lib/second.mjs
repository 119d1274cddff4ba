// second.mjs — one-time codes as an authenticator app makes them (RFC 6238), and what it takes to set
// a second factor up by the forms.
import { createHmac } from "node:crypto";
import { sleep } from "./env.mjs";
import { decode, formTo, forms, text } from "./html.mjs";

const STEP_MS = 30000;

function unBase32(secret) {
  const bits = [...secret.replace(/\s/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

// The code of a step: 0 is now, -1 the one before. now: fixed by a test, so that its steps stay what
// they are when the clock goes on.
export function codeOf(secret, away = 0, now = Date.now()) {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(Math.floor(now / STEP_MS) + away));
  const mac = createHmac("sha1", unBase32(secret)).update(moving).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

// The time, when its step has some seconds left: what is typed then is of the step that one means.
export async function withinStep(seconds = 5) {
  const left = STEP_MS - (Date.now() % STEP_MS);
  if (left < seconds * 1000) await sleep(left + 50);
  return Date.now();
}

export const secretOf = (page) => /<code>([A-Z2-7 ]{39})<\/code>/.exec(page.text)[1];
export const recoveryOf = (page) => [...page.text.matchAll(/<code>([0-9A-Z-]{19})<\/code>/g)].map(([, code]) => code);

// The form of a page that has this field or button.
export function formWith(page, name, value) {
  const found = forms(page.text).find((form) => new RegExp(`name="${name}"[^>]*${value ? `value="${value}"` : ""}`).test(form.html));
  if (!found) throw new Error(`no form with ${name} ${value || ""} in: ${text(page.text).slice(0, 400)}`);
  return found;
}

export function send(client, page, name, fields, value) {
  const form = formWith(page, name, value);
  return client.post(decode(form.action), { ...Object.fromEntries(form.fields), ...fields });
}

// /second with the password given; and the second factor, if there is one.
export async function unlock(client, password, given) {
  let page = await client.get("/second");
  if (/name="password"/.test(page.text)) {
    const answer = await send(client, page, "password", { password, act: "password" });
    if (answer.status !== 303) throw new Error(`the password was not taken (${answer.status}): ${text(answer.text).slice(0, 400)}`);
    page = await client.get("/second");
  }
  if (given) {
    const answer = await send(client, page, Object.keys(given)[0], given);
    if (answer.status !== 303) throw new Error(`not let in (${answer.status}): ${text(answer.text).slice(0, 400)}`);
    page = await client.get("/second");
  }
  return page;
}

// Sets an app up, with the code of a step that is past: { codes, code(away) }.
export async function setUpApp(client, password) {
  const page = await unlock(client, password), secret = secretOf(page), at = await withinStep();
  const answer = await send(client, page, "code", { code: codeOf(secret, -1, at), act: "app" });
  if (answer.status !== 303) throw new Error(`not set up (${answer.status}): ${text(answer.text).slice(0, 400)}`);
  return { codes: recoveryOf(await client.get("/second")), code: (away = 0) => codeOf(secret, away, at) };
}

// Sends the second step of a sign-in.
export async function step(client, given, path = "/login/second") {
  const page = await client.get(path);
  return send(client, page, Object.keys(given)[0], given);
}
export { formTo };

// Who a letter is from: names and domains that are not as they look, what the site's border found
// out, receipts that are asked for, and the ways off a list.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import https from "node:https";
import net from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { compose, write } from "../lib/compose.mjs";
import { ACCOUNT1, RUN_DIR, env, eventually } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { faults, formTo, tags, text } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program, configure, run } from "../lib/program.mjs";
import { smtpProxy } from "../lib/fault-proxy.mjs";
import { sendMail } from "../lib/smtp.mjs";

const BORDER = `mail.${env.MAIL_DOMAIN}`;
const STAMP = Math.random().toString(36).slice(2, 8);
// As a milter of the border and the delivery to the mailbox leave them.
const HOP = `Received: from ${BORDER} by imap.${env.MAIL_DOMAIN} with LMTP id 1; Tue, 3 Mar 2026 14:02:00 +0100`;
const RECEIVED = `Received: from mail.evil.example (unknown [192.0.2.1]) by ${BORDER} (Postfix) with ESMTPS; Tue, 3 Mar 2026 14:02:00 +0100`;
const BELOW = "Received: from pc by mail.evil.example; Tue, 3 Mar 2026 14:01:00 +0100";
const found = (results, server = BORDER) => `Authentication-Results: ${server};\r\n ${results}`;

let account, imap, uidvalidity, program, client, unbelieving, stranger, list, smtp;
const asked = [];

// A list's server: it keeps what it was asked, and answers as its path says.
const listServer = () => new Promise((resolve) => {
  const server = https.createServer({ key: readFileSync(join(RUN_DIR, "tls", "server.key")), cert: readFileSync(join(RUN_DIR, "tls", "server.pem")) }, (request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk)).on("end", () => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      if (request.url.startsWith("/never")) return;
      if (request.url.startsWith("/moved")) response.writeHead(302, { location: "/elsewhere" });
      else response.writeHead(request.url.startsWith("/no") ? 410 : 200);
      response.end("done");
    });
  });
  server.listen(0, "127.0.0.1", () => resolve(server));
});

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  list = await listServer();
  smtp = await smtpProxy();
  program = await Program.start({ authentication: { servers: `mx.other.example ${BORDER}` }, smtp: { port: smtp.port, security: "tls" },
    web: { unsubscribe: "yes", also: "127.0.0.1", ca_file: env.CA } });
  unbelieving = await Program.start();
  [client, stranger] = [new SocketClient(program.socket), new SocketClient(unbelieving.socket)];
  await client.login(account);
  await stranger.login(account);
});
after(async () => {
  imap?.close();
  list?.close();
  smtp?.close();
  await Promise.all([program?.stop(), unbelieving?.stop()]);
});

const url = (path, uid, query = {}) => `${path}?` + new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid, ...query });
// A letter whose header starts with `top`.
const under = (top, options) => [...top, letter({ to: account.user, ...options })].join("\r\n");
async function open(message, reader = client) {
  const uid = typeof message === "number" ? message : await imap.append("INBOX", Buffer.from(message));
  const page = await reader.get(url("/message", uid));
  assert.equal(page.status, 200, text(page.text));
  const strip = /<div class="strip doubt"[\s\S]*?<\/div><\/div>/.exec(page.text);
  const by = /<p class="by">[\s\S]*?<\/p>/.exec(page.text)[0];
  const details = Object.fromEntries([...page.text.matchAll(/<dt>([\s\S]*?)<\/dt><dd>([\s\S]*?)<\/dd>/g)].map(([, label, value]) => [text(label), text(value)]));
  return { uid, html: page.text, warning: strip ? text(strip[0]) : "", by: text(by), details };
}

// ---- names and domains -------------------------------------------------------------------------

// [From, what the strip says, the address that is shown]
const pretenders = [
  [`"direction@${env.MAIL_DOMAIN}" <x@evil.example>`, `The name shows direction@${env.MAIL_DOMAIN}, but the message comes from x@evil.example.`, "x@evil.example"],
  [`"Direction <direction@${env.MAIL_DOMAIN}>" <x@evil.example>`, /The name shows direction@/, "x@evil.example"],
  [`=?utf-8?Q?direction=EF=BC=A0bank.example?= <x@evil.example>`, /The name shows direction@bank\.example/, "x@evil.example"],
  [`Webmail ${env.MAIL_DOMAIN} <x@evil.example>`, /The name shows demo\.example, but/, "x@evil.example"],
  ["=?utf-8?Q?P=D0=B0ypal?= <x@evil.example>", /mixes several alphabets/, "x@evil.example"],
  ["=?utf-8?B?4oCuZWxwbWF4ZQ==?= <x@evil.example>", /change the direction of reading/, "x@evil.example"],
  ["=?utf-8?Q?Pay=E2=80=8Bpal?= <x@evil.example>", /characters that are invisible/, "x@evil.example"],
  ["Paypal <x@xn--pypal-4ve.com>", "The domain pаypal.com mixes several alphabets or hides characters; it is really written xn--pypal-4ve.com.", "x@xn--pypal-4ve.com"],
  ["Apple <x@xn--80ak6aa92e.com>", /аррӏе\.com is not in Latin letters, though it looks so; it is really written xn--80ak6aa92e\.com/, "x@xn--80ak6aa92e.com"],
  [`X <"direction@${env.MAIL_DOMAIN}"@evil.example>`, /imitates another; the message comes from the domain evil\.example/, `"direction@${env.MAIL_DOMAIN}"@evil.example`],
];
for (const [from, says, address] of pretenders) {
  test(`what is not as it looks: ${from}`, async () => {
    const shown = await open(letter({ from, subject: from.slice(0, 20) }));
    if (says instanceof RegExp) assert.match(shown.warning, says);
    else assert.equal(shown.warning, says);
    assert.ok(shown.by.includes(address), shown.by);
    assert.doesNotMatch(shown.html.replace(/=E2=80=AE/g, ""), /[\u202a-\u202e\u2066-\u2069]/);
    assert.deepEqual(await faults(shown.html), []);
    // the list has a sign, and says the address to those who do not see it
    const rows = (await client.get("/mail?folder=INBOX")).text;
    const row = new RegExp(`<tr class="row[^>]*>(?:(?!</tr>)[\\s\\S])*uid=${shown.uid}["&][\\s\\S]*?</tr>`).exec(rows)[0];
    assert.match(row, /#doubt/);
    assert.ok(text(row).includes(`Check the name, address: ${address}`), text(row));
    // and so has what is printed
    const print = await client.get(url("/body", shown.uid, { print: 1 }));
    assert.ok(text(print.text).includes(address), text(print.text).slice(0, 300));
    assert.match(text(print.text), /Take care/);
  });
}

const honest = ["Zoé Martin <zoe@outside.example>", "=?utf-8?B?0K7RgNC40Lkg0JPQsNCz0LDRgNC40L0=?= <y@outside.example>", '"Team @ Work" <team@work.example>',
  '"zoe@outside.example" <zoe@outside.example>', `"Dr. O'Neil (IT)" <it@outside.example>`, "=?utf-8?B?5qCq5byP5Lya56S+QUJD?= <abc@outside.example>",
  "=?utf-8?Q?Universit=C3=A9?= <x@xn--universit-j4a.fr>", "plain@outside.example"];
for (const from of honest) {
  test(`an honest sender is left alone: ${from}`, async () => {
    const shown = await open(letter({ from }));
    assert.equal(shown.warning, "");
    assert.ok(shown.by.includes(/[^<\s]+@[^>\s]+(?=>?$)/.exec(from)[0]), shown.by);
    const row = (await client.get("/mail?folder=INBOX")).text.match(new RegExp(`<tr class="row[^>]*>(?:(?!</tr>)[\\s\\S])*uid=${shown.uid}["&][\\s\\S]*?</tr>`))[0];
    assert.doesNotMatch(row, /#doubt/);
  });
}

test("a domain in letters stands in the details in both forms", async () => {
  const shown = await open(letter({ from: "x@xn--universit-j4a.fr" }));
  assert.equal(shown.details.Domain, "université.fr, that is xn--universit-j4a.fr");
});

test("all authors, and other domains in Sender and Reply-To, stand in the details; not a list's", async () => {
  const both = await open(letter({ from: "A <a@one.example>, B <b@two.example>" }));
  assert.equal(both.details.From, "A <a@one.example> , B <b@two.example>");
  const headers = ["Sender: s@sender.example", "Reply-To: r@reply.example"];
  const apart = await open(letter({ from: "a@one.example", headers }));
  assert.match(text(apart.html), /Sent by another domain: sender\.example/);
  assert.match(text(apart.html), /Replies go to another domain: reply\.example/);
  assert.equal(apart.warning, "");
  const same = await open(letter({ from: "a@one.example", headers: ["Reply-To: r@mail.one.example"] }));
  assert.doesNotMatch(text(same.html), /another domain/);
  const byList = await open(letter({ from: "a@one.example", headers: [...headers, "List-Id: L <l.lists.example>"] }));
  assert.doesNotMatch(text(byList.html), /another domain/);
});

test("an answer to a pretender shows the address alone", async () => {
  const { uid } = await open(letter({ from: `"direction@${env.MAIL_DOMAIN}" <x@evil.example>` }));
  const page = await client.get(compose({ mode: "reply", folder: "INBOX", v: uidvalidity, uid }));
  assert.equal(formTo(page.text, "/compose").fields.get("to"), "x@evil.example");
});

// ---- results -----------------------------------------------------------------------------------

const GOOD = "spf=pass smtp.mailfrom=a@evil.example; dkim=pass header.d=evil.example; dmarc=pass header.from=evil.example";
const EVIL = { from: "E <e@evil.example>" };

test("what the border found out is shown, in words", async () => {
  const shown = await open(under([HOP, RECEIVED, found(GOOD), BELOW], EVIL));
  assert.equal(shown.details.SPF, "passed for evil.example");
  assert.equal(shown.details.DKIM, "passed for evil.example");
  assert.equal(shown.details.DMARC, "passed for evil.example");
  assert.match(shown.by, /authenticated by evil\.example/);
  assert.equal(shown.warning, "");
  assert.deepEqual(await faults(shown.html), []);
});

test("a named sender's remote images stay out of a letter that is not his", async () => {
  const news = (results, id) => under([HOP, RECEIVED, found(results), BELOW],
    { ...EVIL, id, headers: ["Content-Type: text/html"], body: '<img src="https://pictures.example/a.gif">' });
  const first = await open(news(GOOD, `a-${STAMP}@x`));
  assert.match(text(first.html), /Remote images are blocked/);
  assert.equal((await client.post("/remote", { ...Object.fromEntries(formTo(first.html, "/remote").fields), act: "always" })).status, 303);
  assert.doesNotMatch(text((await open(news(GOOD, `b-${STAMP}@x`))).html), /Remote images are blocked/);
  const forged = await open(news("dmarc=fail header.from=evil.example", `c-${STAMP}@x`));
  assert.match(text(forged.html), /Remote images are blocked.*Show once/);
  assert.doesNotMatch(text(forged.html), /Always for this sender/, "that would change nothing");
});

test("a letter that fails has a warning; one that says it is from here, another one", async () => {
  const bad = await open(under([HOP, RECEIVED, found("spf=softfail smtp.mailfrom=x@other.example; dmarc=fail header.from=evil.example"), BELOW], EVIL));
  assert.equal(bad.warning, "The mail server could not confirm that this message comes from evil.example.");
  assert.doesNotMatch(bad.by, /authenticated/);
  assert.equal(bad.details.DMARC, "failed for evil.example");
  assert.equal(bad.details.SPF, "failed, without certainty for other.example");
  const own = await open(under([HOP, RECEIVED, found(`dmarc=fail header.from=${env.MAIL_DOMAIN}`), BELOW], { from: `Direction <d@${env.MAIL_DOMAIN}>` }));
  assert.match(own.warning, /says that it comes from demo\.example, but the mail server does not confirm it/);
  const viaList = await open(under([HOP, RECEIVED, found("dmarc=fail header.from=evil.example"), BELOW], { ...EVIL, headers: ["List-Id: <l.lists.example>"] }));
  assert.equal(viaList.warning, "");
});

// [where it stands, the lines on top]
const forged = [
  ["by another server", [HOP, RECEIVED, found(GOOD, "mx.evil.example"), BELOW]],
  ["below the sender's own Received", [HOP, RECEIVED, BELOW, found(GOOD)]],
  ["below a forged Received of the border", [HOP, RECEIVED, RECEIVED, found(GOOD)]],
  ["in a letter that no server received", [found(GOOD)]],
  ["in a comment", [HOP, RECEIVED, `Authentication-Results: mx.evil.example (${BORDER}; dmarc=pass); none`, BELOW]],
  ["by a name that ends the same", [HOP, RECEIVED, found(GOOD, `x.${BORDER}`), BELOW]],
];
for (const [where, top] of forged) {
  test(`forged results are not believed: ${where}`, async () => {
    const shown = await open(under(top, EVIL));
    assert.doesNotMatch(shown.by, /authenticated/);
    for (const method of ["SPF", "DKIM", "DMARC"]) assert.equal(shown.details[method], undefined);
  });
}

test("the border's word comes before what the sender wrote below it", async () => {
  const shown = await open(under([HOP, RECEIVED, found("dmarc=fail header.from=evil.example"), found(GOOD), BELOW], EVIL));
  assert.equal(shown.details.DMARC, "failed for evil.example");
  assert.match(shown.warning, /could not confirm/);
});

test("megabytes of such fields do not keep a letter from being read", async () => {
  const more = Array.from({ length: 40 }, () => `DKIM-Signature: ${"x".repeat(60000)}`);
  const shown = await open(under([HOP, RECEIVED, found(GOOD), BELOW, ...more], { ...EVIL, body: "Still here.\r\n" }));
  assert.match(shown.by, /authenticated by evil\.example/);
  assert.match((await client.get(tags(shown.html, "iframe")[0].src)).text, /Still here/);
});

test("where no server is configured nothing is believed or shown", async () => {
  for (const results of [GOOD, "dmarc=fail header.from=evil.example"]) {
    const shown = await open(under([HOP, RECEIVED, found(results), BELOW], EVIL), stranger);
    assert.equal(shown.warning, "");
    assert.doesNotMatch(shown.by, /authenticated/);
    assert.equal(shown.details.DMARC, undefined);
  }
});

// Through the demonstration's own Postfix and Dovecot, whose Received fields come on top.
test("a letter that came over real servers: the field at the border's place, not the one below", async () => {
  const inbox = await Imap.open(ACCOUNT1);
  const reader = new SocketClient(program.socket);
  await reader.login(ACCOUNT1);
  const deliver = async (subject, top) => {
    await sendMail({ to: ACCOUNT1.user, message: [...top, letter({ ...EVIL, subject: `${subject} ${STAMP}` })].join("\r\n") });
    return eventually(async () => {
      ({ uidvalidity: v } = await inbox.select("INBOX"));
      return (await inbox.search(`SUBJECT "${subject} ${STAMP}"`))[0];
    }, 15000);
  };
  let v;
  const dd = async (uid) => {
    const page = await reader.get("/message?" + new URLSearchParams({ folder: "INBOX", v, uid }));
    assert.equal(page.status, 200);
    return text(page.text);
  };
  try {
    const real = await deliver("Border", [found("dmarc=pass header.from=evil.example"), BELOW, found("spf=pass smtp.mailfrom=evil.example")]);
    const shown = await dd(real);
    assert.match(shown, /DMARC passed for evil\.example/);
    assert.doesNotMatch(shown, /SPF passed/);
    const fake = await deliver("Below", [BELOW, found(GOOD)]);
    assert.doesNotMatch(await dd(fake), /passed for|authenticated by/);
  } finally {
    const uids = await inbox.search(`SUBJECT "${STAMP}"`);
    if (uids.length) await inbox.command(`UID STORE ${uids.join()} +FLAGS (\\Deleted)`).then(() => inbox.command(`UID EXPUNGE ${uids.join()}`));
    inbox.close();
  }
});

test("--check says whose results are believed, and refuses what is no name", () => {
  const { conf } = configure({ authentication: { servers: BORDER } });
  const told = run(["--config", conf, "--check"]);
  assert.equal(told.status, 0, told.stdout);
  assert.match(told.stdout, new RegExp(`senders +ok: Authentication-Results of ${BORDER} are believed`));
  assert.match(run(["--config", configure().conf, "--check"]).stdout, /senders +ok: no Authentication-Results are believed/);
  const bad = run(["--config", configure({ authentication: { servers: "mx;dmarc=pass" } }).conf, "--check"]);
  assert.notEqual(bad.status, 0);
  assert.match(bad.stderr, /authentication\.servers: must be names of servers/);
});

// ---- receipts ----------------------------------------------------------------------------------

test("a receipt that is asked for is never sent, and the reader is told so", async () => {
  const before = smtp.commands.length;
  for (const header of ["Disposition-Notification-To: spy@evil.example", "Return-Receipt-To: spy@evil.example", "X-Confirm-Reading-To: spy@evil.example\r\nDisposition-Notification-To: <spy@evil.example>"]) {
    const shown = await open(letter({ ...EVIL, headers: [header, "Disposition-Notification-Options: signed-receipt-protocol=required,pkcs7-signature"] }));
    assert.equal(shown.details.Receipt, "asked for by the sender; none is sent");
    await client.get(tags(shown.html, "iframe")[0].src);
    await client.get(url("/message", shown.uid, { view: "plain" }));
    await imap.select("INBOX", "EXAMINE");
    await eventually(async () => (await imap.search(`UID ${shown.uid} SEEN`)).length === 1);
    assert.deepEqual(await imap.search(`UID ${shown.uid} KEYWORD $MDNSent`), []);
  }
  assert.equal(smtp.commands.length, before, "the program talked to the submission server");
  // a letter that its writer sends does go that way
  const page = await client.get(compose());
  assert.equal((await write(client, page, "send", { to: "someone@outside.example", subject: "Control" })).status, 303);
  assert.ok(smtp.commands.length > before);
});

// ---- the ways off a list -----------------------------------------------------------------------

const POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click";
const signature = (h) => `DKIM-Signature: v=1; a=rsa-sha256; d=list.example; s=x;\r\n h=${h}; bh=x; b=x`;
const COVERED = signature("From:List-Unsubscribe:List-Unsubscribe-Post");
const SIGNED = [HOP, RECEIVED, found("dkim=pass header.d=list.example"), COVERED];
const address = (path) => `https://localhost:${list.address().port}${path}`;
const wayOff = (html) => {
  const links = tags(html, "a");
  return { ours: links.find(({ href }) => /^\/unsubscribe\?/.test(href || ""))?.href, mail: links.find(({ href }) => /^\/compose\?to=/.test(href || "") && /unsub/.test(href))?.href,
    site: links.find(({ href, target }) => target === "_blank" && /^http/.test(href || "")) };
};

test("a mailto: way opens the form, filled in, and sends nothing by itself", async () => {
  const before = smtp.commands.length;
  const shown = await open(letter({ headers: ["List-Unsubscribe: <mailto:unsub+1@list.example?subject=unsubscribe%20me&body=please&bcc=spy@evil.example>"] }));
  assert.match(shown.details.Subscription, /^Unsubscribe by mail$/);
  const { mail, ours, site } = wayOff(shown.html);
  assert.equal(ours, undefined);
  assert.equal(site, undefined);
  const { fields } = formTo((await client.get(mail)).text, "/compose");
  assert.equal(fields.get("to"), "unsub+1@list.example");
  assert.equal(fields.get("subject"), "unsubscribe me");
  assert.match(fields.get("text"), /^please/);
  assert.equal(fields.get("bcc") || "", "");
  assert.equal(smtp.commands.length, before);
});

test("a page of the sender's is a link that opens apart and names its host", async () => {
  const shown = await open(letter({ headers: ["List-Unsubscribe: <https://list.example/u?a=1&b=2>"] }));
  const { site } = wayOff(shown.html);
  assert.equal(site.href, "https://list.example/u?a=1&b=2");
  assert.match(site.rel, /noopener noreferrer/);
  assert.match(text(shown.html), /Unsubscribe at list\.example/);
  assert.deepEqual(await faults(shown.html), []);
  const none = await open(letter({ headers: ["List-Unsubscribe: <javascript:alert(1)>, <https://a@b.example/>"] }));
  assert.deepEqual(wayOff(none.html), { ours: undefined, mail: undefined, site: undefined });
});

async function oneClick(path) {
  const shown = await open(under(SIGNED, { from: "L <l@list.example>", headers: [`List-Unsubscribe: <${address(path)}>`, POST] }));
  const { ours } = wayOff(shown.html);
  const question = await client.get(ours);
  assert.equal(question.status, 200);
  assert.deepEqual(await faults(question.text), []);
  return { shown, ours, question };
}

test("one click: a question that names the host, then the one request, and nothing of the reader in it", async () => {
  const { shown, ours, question } = await oneClick("/yes?token=1");
  assert.match(text(question.text), /Unsubscribe from messages of l@list\.example\?/);
  assert.match(text(question.text), /the server localhost, which the sender has named/);
  assert.equal(asked.length, 0);
  const form = formTo(question.text, "/unsubscribe");
  const answer = await client.post(form.action, form.fields);
  assert.equal(answer.status, 303);
  assert.equal(asked.length, 1);
  const [{ method, url: path, headers, body }] = asked.splice(0);
  assert.deepEqual([method, path, body], ["POST", "/yes?token=1", "List-Unsubscribe=One-Click"]);
  assert.equal(headers["content-type"], "application/x-www-form-urlencoded");
  for (const name of ["cookie", "referer", "authorization", "accept-language", "x-forwarded-for"]) assert.equal(headers[name], undefined, name);
  assert.doesNotMatch(JSON.stringify(headers), new RegExp(account.user));
  const back = await client.get(answer.header("location"));
  assert.match(text(back.text), /localhost has been asked to unsubscribe you/);
  assert.match(answer.header("location"), new RegExp(`uid=${shown.uid}`));
  assert.ok(ours.startsWith("/unsubscribe?"));
});

test("one click needs the form's token and its question", async () => {
  const { ours, question } = await oneClick("/yes");
  const { fields } = formTo(question.text, "/unsubscribe");
  const without = async (name) => {
    const some = new URLSearchParams(fields);
    some.delete(name);
    return (await client.post(ours, some)).status;
  };
  assert.equal(await without("csrf"), 403);
  assert.equal(await without("confirmed"), 400);
  assert.deepEqual(asked, []);
});

test("a server that refuses, sends elsewhere or is not there: the reader is told", async () => {
  for (const [path, words, requests] of [["/no", /localhost did not accept/, 1], ["/moved", /localhost did not accept/, 1]]) {
    const { question } = await oneClick(path);
    const form = formTo(question.text, "/unsubscribe");
    const answer = await client.post(form.action, form.fields);
    assert.match(text((await client.get(answer.header("location"))).text), words);
    assert.equal(asked.splice(0).length, requests);
  }
  const nobody = net.createServer();
  await new Promise((resolve) => nobody.listen(0, "127.0.0.1", resolve));
  const { port } = nobody.address();
  await new Promise((resolve) => nobody.close(resolve));
  const { uid } = await open(under(SIGNED, { headers: [`List-Unsubscribe: <https://localhost:${port}/>`, POST] }));
  const form = formTo((await client.get(url("/unsubscribe", uid))).text, "/unsubscribe");
  const answer = await client.post(form.action, form.fields);
  assert.match(text((await client.get(answer.header("location"))).text), /could not be reached; you are still subscribed/);
});

test("lists that do not answer take no thread from mail", async () => {
  const small = await Program.start({ threads: 4, web: { unsubscribe: "yes", also: "127.0.0.1", ca_file: env.CA } });
  const reader = new SocketClient(small.socket);
  await reader.login(account);
  const { uid } = await open(letter({ headers: [`List-Unsubscribe: <${address("/never")}>`, POST] }));
  const form = formTo((await reader.get(url("/unsubscribe", uid))).text, "/unsubscribe");
  const start = Date.now(), slow = Array.from({ length: 8 }, () => reader.post(form.action, form.fields));
  while (asked.length < 2 && Date.now() - start < 5000) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await reader.get("/mail")).status, 200);
  assert.ok(Date.now() - start < 8000, `${Date.now() - start} ms`);
  list.closeAllConnections();
  for (const answer of await Promise.all(slow)) assert.equal(answer.status, 303);
  assert.equal(asked.splice(0).length, 2, "the others were not asked for");
  await small.stop();
});

test("an address that is not public is not asked", async () => {
  const closed = await Program.start({ web: { unsubscribe: "yes", ca_file: env.CA } });
  const reader = new SocketClient(closed.socket);
  await reader.login(account);
  const { uid } = await open(letter({ headers: [`List-Unsubscribe: <${address("/inside")}>`, POST] }));
  const question = await reader.get(url("/unsubscribe", uid));
  assert.equal(question.status, 200, "without trusted results the question alone decides");
  const form = formTo(question.text, "/unsubscribe");
  const answer = await reader.post(form.action, form.fields);
  assert.match(text((await reader.get(answer.header("location"))).text), /could not be reached/);
  assert.deepEqual(asked, []);
  await closed.stop();
});

test("one click is not offered for a letter that is not signed, nor where the site does not allow it", async () => {
  const headers = [`List-Unsubscribe: <${address("/yes")}>`, POST];
  for (const [message, reader] of [[under([HOP, RECEIVED, found("dkim=fail header.d=list.example"), COVERED], { headers }), client],
    [under([HOP, RECEIVED, found("dkim=pass header.d=list.example"), signature("From:To")], { headers }), client],
    [under([HOP, RECEIVED, found("dkim=pass header.d=other.example"), COVERED], { headers }), client], [letter({ headers }), client],
    [under(SIGNED, { headers: headers.slice(0, 1) }), client], [under(SIGNED, { headers }), stranger]]) {
    const shown = await open(message, reader);
    assert.equal(wayOff(shown.html).ours, undefined);
    assert.equal(wayOff(shown.html).site.href, address("/yes"));
    assert.equal((await reader.get(url("/unsubscribe", shown.uid))).status, 404);
  }
  assert.deepEqual(asked, []);
});

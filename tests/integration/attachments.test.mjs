// Attachments: cards of invitations, contacts, reports and nested messages; names that pretend;
// texts that open; pictures that are none; all of them in one archive.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { RLO, calendar, contact, everyCard, file, report } from "../lib/attached.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { attributes, faults, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { PNG, base64Part, letterOf, multipart, part } from "../lib/mime.mjs";
import { Program, scratch } from "../lib/program.mjs";

let account, imap, client, uidvalidity;

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  ({ uidvalidity } = await imap.select("INBOX"));
  client = await signedIn(account);
});
after(() => {
  imap?.close();
  client?.close();
});

const url = (path, uid, query = {}) => `${path}?` + new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid, ...query });
async function get(path, status = 200) {
  const answer = await client.get(path);
  assert.equal(answer.status, status, `${path}: ${text(answer.text).slice(0, 400)}`);
  return answer;
}
async function open(message, query) {
  const uid = await imap.append("INBOX", message);
  const page = (await get(url("/message", uid, query))).text;
  assert.deepEqual(await faults(page), []);
  return { uid, page, cards: cards(page), files: files(page) };
}
// { kind, heading, url, lines: { label: value } (a repeated label: "a | b"), warned } of each card.
function cards(page) {
  return [...page.matchAll(/<section class="(card[^"]*)">([\s\S]*?)<\/section>/g)].map(([, classes, inside]) => {
    const all = {};
    for (const [, label, value] of inside.matchAll(/<dt>([\s\S]*?)<\/dt><dd>([\s\S]*?)<\/dd>/g))
      all[text(label)] = all[text(label)] ? `${all[text(label)]} | ${text(value)}` : text(value);
    return { kind: text(/<p class="kind">([\s\S]*?)<\/p>/.exec(inside)[1]), heading: text(/<h2>([\s\S]*?)<\/h2>/.exec(inside)[1]),
      url: tags(inside, "a")[0]?.href, lines: all, warned: classes.includes("warned") };
  });
}
// { name, url, end (the extension, if it is marked), open, warnings } of each file in the list.
function files(page) {
  return [...page.matchAll(/<li class="file">([\s\S]*?)<\/li>/g)].map(([, inside]) => {
    const [, tag, words] = /(<a [^>]*>)([\s\S]*?)<\/a>/.exec(inside);
    return { name: text(words.replaceAll(/<\/?bdi[^>]*>/g, "")), url: attributes(tag).href, end: (/<bdi class="end">([\s\S]*?)<\/bdi>/.exec(words) || [])[1],
      open: tags(inside, "a")[1]?.href, warnings: [...inside.matchAll(/<small class="warning">([\s\S]*?)<\/small>/g)].map(([, one]) => text(one)) };
  });
}
const attached = (headers, content) => letterOf("With a part", multipart("mixed", [part(["Content-Type: text/plain"], "see below"), base64Part(headers, content)]));
const N = " "; // in the page a narrow no-break space

// ---- cards -------------------------------------------------------------------------------------

test("an invitation says what, when in the reader's zone, where, who and how often", async () => {
  const { cards: [card], page } = await open(attached(["Content-Type: text/calendar; charset=utf-8; method=REQUEST"],
    calendar({ summary: "<b>Board</b> \\, big", start: ";TZID=Europe/London:20261126T140000", end: ";TZID=Europe/London:20261126T160000", more: ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4"] })));
  assert.equal(card.kind, "Invitation");
  assert.equal(card.heading, "<b>Board</b> , big");
  assert.deepEqual(card.lines, { When: `Thursday 26 November 2026, 15:00${N}– 17:00 (+01:00)`, Repeats: "every 2 weeks, 4 times", Where: "Salle 12, bâtiment B",
    "Organised by": "Claire Morel <claire.morel@outside.example>", Invited: "2 people" });
  assert.ok(page.indexOf('class="card') < page.indexOf("<iframe"), "before the text");
});

for (const [name, options, when] of [
  ["UTC", { start: ":20260714T120000Z", end: ":20260714T130000Z" }, `Tuesday 14 July 2026, 14:00${N}– 15:00 (+02:00)`],
  ["Windows' names", { start: ";TZID=Romance Standard Time:20261126T140000", end: null, more: ["DURATION:PT45M"] }, `Thursday 26 November 2026, 14:00${N}– 14:45 (+01:00)`],
  ["a whole day", { start: ";VALUE=DATE:20261231", end: ";VALUE=DATE:20270101" }, "Thursday 31 December 2026"],
  ["several days", { start: ";VALUE=DATE:20261231", end: ";VALUE=DATE:20270102" }, `Thursday 31 December 2026${N}– Friday 1 January 2027`],
  ["no zone", { start: ":20261126T140000", end: null }, "Thursday 26 November 2026, 14:00, local time"],
  ["a zone of its own", { start: ";TZID=Somewhere <else>:20261126T140000", end: null }, "Thursday 26 November 2026, 14:00, by the clock of “Somewhere <else>”"],
  ["over midnight", { start: ";TZID=Europe/Paris:20261126T230000", end: ";TZID=Europe/Paris:20261127T010000" }, `Thursday 26 November 2026, 23:00${N}– Friday 27 November 2026, 01:00 (+01:00)`],
]) {
  test(`the time of an event: ${name}`, async () => {
    const { cards: [card] } = await open(attached(["Content-Type: text/calendar; charset=utf-8"], calendar({ method: null, ...options })));
    assert.equal(card.kind, "Event");
    assert.equal(card.lines.When, when);
  });
}

test("a cancelled event and an answer say so", async () => {
  const cancelled = await open(attached(["Content-Type: text/calendar"], calendar({ method: "CANCEL", more: ["STATUS:CANCELLED"] })));
  assert.equal(cancelled.cards[0].kind, "Cancelled event");
  assert.ok(cancelled.cards[0].warned);
  const reply = await open(attached(["Content-Type: text/calendar"], calendar({ method: "REPLY" }).replace(/ATTENDEE[^]*?ATTENDEE:.*?\r\n/, "ATTENDEE;PARTSTAT=DECLINED;CN=Paul:mailto:paul@outside.example\r\n")));
  assert.equal(reply.cards[0].kind, "Answer to an invitation");
  assert.equal(reply.cards[0].lines.Answer, "declines (Paul <paul@outside.example>)");
});

test("an invitation that comes twice is one card", async () => {
  const { cards: all, files: list } = await open(letterOf("Twice", multipart("mixed", [
    multipart("alternative", [part(["Content-Type: text/plain"], "come"), base64Part(["Content-Type: text/calendar; method=REQUEST"], calendar())]),
    base64Part(["Content-Type: application/ics; name=invite.ics", "Content-Disposition: attachment; filename=invite.ics"], calendar())])));
  assert.equal(all.length, 1);
  assert.equal(list.length, 2);
});

test("a contact says who, and how to write", async () => {
  const { cards: [card], page } = await open(attached(["Content-Type: text/vcard; charset=utf-8; name=a.vcf"], contact));
  assert.equal(card.kind, "Contact");
  assert.equal(card.heading, "Anne Lefèvre");
  assert.deepEqual(card.lines, { Position: "Responsable", Organisation: "Université de Nantes, Service des études", Telephone: "+33 2 40 00 00 00",
    Email: "anne.lefevre@outside.example", Address: "1 quai de Tourville, Nantes, 44000, France", Note: "Absente le mercredi" });
  assert.equal(card.url, "/compose?to=anne.lefevre%40outside.example");
  assert.ok(page.indexOf('class="card') > page.indexOf("<iframe"), "behind the text");
  const old = await open(attached(["Content-Type: text/x-vcard"], "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Dupr=E9;Andr=E9\r\nEND:VCARD\r\n"));
  assert.equal(old.cards[0].heading, "André Dupré");
});

test("a bounce says which recipient failed and why; a receipt that it was read", async () => {
  const bounce = await open(letterOf("Undelivered", multipart("report", [part(["Content-Type: text/plain"], "This is the mail system."),
    part(["Content-Type: message/delivery-status"], report), part(["Content-Type: message/rfc822"], letterOf("Lost", part(["Content-Type: text/plain"], "hello")))])));
  const [card, original] = bounce.cards;
  assert.equal(card.kind, "Delivery report");
  assert.equal(card.heading, "The message was not delivered");
  assert.ok(card.warned);
  assert.deepEqual(card.lines, { Recipient: "personne@ailleurs.example", Outcome: "not delivered", Cause: "This address does not exist (code 5.1.1)",
    "Server’s answer": "550 5.1.1 <personne@ailleurs.example>: User unknown (mail.ailleurs.example)", "Report by": "mx.outside.example" });
  assert.equal(original.heading, "Lost");
  const receipt = await open(letterOf("Read", multipart("report", [part(["Content-Type: text/plain"], "read"),
    part(["Content-Type: message/disposition-notification"], "Reporting-UA: pc; Mail\r\nFinal-Recipient: rfc822;joe@outside.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n")])));
  assert.equal(receipt.cards[0].heading, "Read receipt");
  assert.equal(receipt.cards[0].lines.Outcome, "displayed");
});

test("nested messages say sender, subject and date, and open; a digest shows five", async () => {
  const one = (n) => Buffer.concat([Buffer.from("\r\n"), letterOf(`Number ${n}`, part(["Content-Type: text/plain"], `words of ${n}`), { from: `Sender ${n} <s${n}@outside.example>`, date: "Tue, 3 Mar 2026 14:02:00 +0100" })]);
  const { cards: all, files: list } = await open(letterOf("Digest", multipart("digest", [1, 2, 3, 4, 5, 6, 7].map(one))));
  assert.deepEqual(all.map((card) => card.heading), [1, 2, 3, 4, 5].map((n) => `Number ${n}`));
  assert.equal(list.length, 7);
  assert.deepEqual(all[1].lines, { From: "Sender 2 <s2@outside.example>", Date: "3 March, 14:02" });
  const within = await get(all[1].url);
  assert.match(text(within.text), /Number 2/);
  assert.match(text((await get(tags(within.text, "iframe")[0].src)).text), /words of 2/);
  const turned = letterOf("Turned", part(["Content-Type: text/plain"], "x"), { from: `a${RLO}knab <s@outside.example>` });
  const { cards: [card] } = await open(letterOf("Around", multipart("mixed", [part(["Content-Type: message/rfc822"], turned)])));
  assert.equal(card.lines.From, "aknab <s@outside.example>");
});

test("what is no card stays a file", async () => {
  const big = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nDESCRIPTION:" + "y".repeat(70000) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  for (const [type, content] of [["text/calendar", "nonsense"], ["text/calendar", ""], ["text/calendar", randomBytes(3000)], ["text/calendar", big], ["text/vcard", "BEGIN:VCARD\r\n"],
    ["message/delivery-status", "\r\n\r\n"], ["text/vcard", Buffer.from("BEGIN:VCARD\0\r\nFN:\0\x01\xff\r\n", "latin1")]]) {
    const { cards: all, files: list } = await open(attached([`Content-Type: ${type}`], content));
    assert.deepEqual(all, [], String(content).slice(0, 40));
    assert.equal(list.length, 1);
  }
});

test("no value of a card turns the direction of writing", async () => {
  const { page, cards: all } = await open(letterOf("Turned", multipart("mixed", [base64Part(["Content-Type: text/calendar"], calendar({ summary: `a${RLO}b`, more: [`ORGANIZER;CN=moc${RLO}x:mailto:c@d.example`] })),
    base64Part(["Content-Type: text/vcard"], `BEGIN:VCARD\r\nFN:c${RLO}d\r\nEMAIL:a${RLO}b@c.example\r\nEND:VCARD\r\n`)])));
  assert.deepEqual(all.map((card) => card.heading), ["ab", "cd"]);
  assert.equal(all[1].lines.Email, "a\ufffdb@c.example");
  assert.ok(!page.includes(RLO));
});

test("hostile values stay values", async () => {
  const evil = '"><script>alert(1)</script>';
  const { page, cards: all } = await open(letterOf("Hostile", multipart("mixed", [base64Part(["Content-Type: text/calendar"], calendar({ summary: evil, more: [`DESCRIPTION:${evil}`] })),
    base64Part(["Content-Type: text/vcard"], `BEGIN:VCARD\r\nFN:${evil}\r\nEMAIL:javascript:alert(1)\r\nEMAIL:a@b.example?bcc=c@d\r\nEND:VCARD\r\n`)])));
  assert.equal(all[0].heading, evil);
  assert.equal(all[0].lines.Description, evil);
  assert.equal(all[1].heading, evil);
  assert.doesNotMatch(page, /<script>alert|javascript:alert\(1\)"/);
  assert.equal(all[1].url, undefined);
});

test("cards cost no further round trip", async (t) => {
  const proxy = await imapProxy();
  const one = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  t.after(() => Promise.all([proxy.close(), one.stop()]));
  const reader = new SocketClient(one.socket);
  await reader.login(account);
  const count = async (message) => {
    const uid = await imap.append("INBOX", message);
    await reader.get(url("/message", uid));
    const before = proxy.commands.length;
    const page = await reader.get(url("/message", uid));
    assert.equal(page.status, 200);
    return { page: page.text, commands: proxy.commands.slice(before).filter((command) => !/^UID STORE/.test(command)) };
  };
  const plain = await count(letter({ subject: "Plain" })), rich = await count(everyCard());
  assert.equal(cards(rich.page).length, 4);
  assert.equal(rich.commands.length, plain.commands.length, rich.commands.join("\n"));
});

// ---- names -------------------------------------------------------------------------------------

test("a name that pretends is shown as what it is, and saved under one meaning", async () => {
  const names = ["facture.pdf.exe", `facture_${RLO}fdp.exe`, `releve.pdf${" ".repeat(40)}.scr`, "photo.jpg", "Été 2026.pdf", "notes.txt.", "a\u200b.vbs", "page.html", "clé.docm", "m.iso"];
  const types = ["application/pdf", "application/octet-stream", "application/octet-stream", "image/png", "application/pdf", "text/plain", "text/plain", "text/html", "application/octet-stream", "application/octet-stream"];
  const { files: list } = await open(letterOf("Names", multipart("mixed", names.map((name, i) => file(types[i], name)))));
  assert.deepEqual(list.map((one) => [one.name, one.end || ""]), [["facture.pdf.exe", ".exe"], ["facture_⇄fdp.exe", ".exe"], ["releve.pdf␣.scr", ".scr"], ["photo.jpg", ""], ["Été 2026.pdf", ""],
    ["notes.txt", ""], ["a▯.vbs", ".vbs"], ["page.html", ".html"], ["clé.docm", ".docm"], ["m.iso", ".iso"]]);
  assert.deepEqual(list[0].warnings, ["The name suggests a .pdf file; its real extension is .exe.", "A program (.exe): open it only if you expected it."]);
  assert.match(list[1].warnings[0], /reversed the direction/);
  assert.match(list[2].warnings.join(" "), /could not be seen.*suggests a \.pdf file; its real extension is \.scr/);
  assert.deepEqual(list[3].warnings, []);
  assert.deepEqual(list[4].warnings, []);
  assert.match(list[7].warnings[0], /never type a password/);
  const saved = [];
  for (const one of list) {
    const answer = await get(one.url);
    assert.match(answer.headers["content-disposition"], /^attachment; /);
    assert.equal(answer.headers["content-type"], "application/octet-stream");
    const header = answer.headers["content-disposition"];
    saved.push(decodeURIComponent((/filename\*=UTF-8''(.*)$/.exec(header) || /filename="(.*)"/.exec(header))[1]));
  }
  assert.deepEqual(saved, ["facture.pdf.exe", "facture_fdp.exe", "releve.pdf.scr", "photo.jpg", "Été 2026.pdf", "notes.txt", "a.vbs", "page.html", "clé.docm", "m.iso"]);
});

test("a declared type that does not fit the name is said", async () => {
  const { files: [wrong] } = await open(letterOf("Type", multipart("mixed", [file("image/png", "report.pdf")])));
  assert.deepEqual(wrong.warnings, ["Announced as image/png, but the name ends in .pdf."]);
});

// ---- opening -----------------------------------------------------------------------------------

test("text opens as a document of its own, in its charset, its lines as they are", async () => {
  const latin = Buffer.from("> d\xe9j\xe0\r\n-- \r\n<b>vu</b>\r\n", "latin1");
  const { files: list } = await open(letterOf("Texts", multipart("mixed", [part(["Content-Type: text/plain"], "see"),
    base64Part(["Content-Type: text/x-patch; charset=iso-8859-1; name=a.patch", "Content-Disposition: attachment; filename=a.patch"], latin),
    file("application/octet-stream", "trace.log", "une ligne\nZoë\n"), file("text/csv", "b.csv", "a;b\n"), file("text/html", "page.html", '<p onclick="x()">Hi <img src="https://evil.example/x.png"></p><script>alert(1)</script>'),
    file("application/octet-stream", "tool.exe"), file("application/pdf", "a.pdf"), file("image/svg+xml", "a.svg")])));
  assert.deepEqual(list.map((one) => Boolean(one.open)), [true, true, true, true, false, false, false]);
  const [patch, log, csv, page] = await Promise.all(list.slice(0, 4).map((one) => get(one.open)));
  const words = (answer) => text(answer.text.replace(/^[\s\S]*<body[^>]*>/, ""));
  assert.equal(words(patch), "> déjà -- <b>vu</b>");
  assert.deepEqual([tags(patch.text, "blockquote"), tags(patch.text, "b")], [[], []]);
  assert.equal(words(log), "une ligne Zoë");
  assert.equal(words(csv), "a;b");
  assert.match(words(page), /Remote images are blocked.*Hi/);
  assert.doesNotMatch(page.text, /onclick|script>|evil\.example/);
  for (const answer of [patch, log, csv, page]) {
    const policy = answer.headers["content-security-policy"];
    for (const must of ["sandbox", "script-src 'none'", "default-src 'none'"]) assert.ok(policy.includes(must), policy);
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.deepEqual(await faults(answer.text), []);
  }
  assert.match(patch.text, /<title>a\.patch<\/title>/);
});

test("what is no text does not open as one, whatever is asked", async () => {
  const { uid, page } = await open(letterOf("None", multipart("mixed", [part(["Content-Type: text/plain"], "see"), file("application/pdf", "a.pdf", "%PDF"), part(["Content-Type: message/rfc822"], letterOf("In", part(["Content-Type: text/plain"], "x")))])));
  for (const id of ["2", "3"]) await get(url("/body", uid, { part: id }), 400);
  for (const id of ["9", "1.1.1", "x"]) await get(url("/body", uid, { part: id }), 404);
  assert.match(text((await get(url("/body", uid, { part: "1" }))).text), /see/);
  // what waited for the frame is still there
  assert.match(text((await get(tags(page, "iframe")[0].src)).text), /see/);
});

test("a part is a picture by its bytes, not by its word", async () => {
  for (const [type, bytes, shown] of [["image/png", PNG, "image/png"], ["image/gif", PNG, "image/png"], ["image/png", "<svg onload=alert(1)>", null], ["image/jpeg", "%PDF-1.7", null],
    ["image/png", "", null], ["image/webp", "GIF89a", "image/gif"], ["application/octet-stream", PNG, null], ["image/svg+xml", PNG, null]]) {
    const uid = await imap.append("INBOX", attached([`Content-Type: ${type}; name=x`], bytes));
    const answer = await get(url("/part", uid, { part: "2", open: 1 }));
    assert.equal(answer.headers["content-type"], shown || "application/octet-stream", `${type} ${String(bytes).slice(0, 9)}`);
    assert.deepEqual(answer.body, Buffer.from(bytes));
    if (!shown) assert.match(answer.headers["content-disposition"], /^attachment/);
    assert.match(answer.headers["content-security-policy"], /^sandbox; default-src 'none'/);
  }
});

// ---- the archive -------------------------------------------------------------------------------

const python = `
import sys, json, zipfile, hashlib
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, hashlib.sha256(z.read(i)).hexdigest(), list(i.date_time)] for i in z.infolist()]))`;
function unpack(bytes) {
  const path = join(scratch(), "all.zip");
  writeFileSync(path, bytes);
  execFileSync("unzip", ["-tqq", path]);
  return JSON.parse(execFileSync("python3", ["-c", python, path], { encoding: "utf8", maxBuffer: 1 << 24 }));
}
const sum = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("all attachments come in one archive, byte for byte", async () => {
  const large = randomBytes(20 << 20), small = Buffer.from("un\r\ndeux\r\n"), enclosed = letterOf("Dedans: 1/2", part(["Content-Type: text/plain"], "x"));
  const { page, uid } = await open(letterOf("Trois: fichiers", multipart("mixed", [part(["Content-Type: text/plain"], "see"), file("application/octet-stream", "grand.bin", large),
    file("text/plain", "été.txt", small), file("text/plain", "ÉTÉ.TXT", "plus"), file("text/plain", "été.txt", "encore"), part(["Content-Type: message/rfc822"], enclosed)])));
  const link = tags(page, "a").find((one) => one.href.startsWith("/zip?"));
  const answer = await get(link.href);
  assert.equal(answer.headers["content-type"], "application/octet-stream");
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
  assert.match(answer.headers["content-disposition"], /^attachment; filename="Trois: fichiers\.zip"/);
  const found = unpack(answer.body);
  assert.deepEqual(found.map(([name, digest]) => [name, digest]), [["grand.bin", sum(large)], ["été.txt", sum(small)], ["ÉTÉ.TXT", sum("plus")], ["été (2).txt", sum("encore")], ["Dedans_ 1_2.eml", sum(enclosed)]]);
  assert.equal(found[0][2][0], 2026);
  assert.equal((await client.request("HEAD", url("/zip", uid))).status, 200);
});

test("many attachments come in more than one fetch, and none is lost", async () => {
  const parts = Array.from({ length: 70 }, (_, i) => file("text/plain", `f${i}.txt`, `content ${i}`));
  const uid = await imap.append("INBOX", letterOf("Many", multipart("mixed", parts)));
  assert.deepEqual(unpack((await get(url("/zip", uid))).body).map(([name, digest]) => [name, digest]), parts.map((_, i) => [`f${i}.txt`, sum(`content ${i}`)]));
});

test("files that stand in the text come with the others", async () => {
  const inText = (name) => `begin 644 ${name}\r\n#0V%T\r\n\`\r\nend\r\n`;
  const words = (content) => part(["Content-Type: text/plain"], content);
  const { page } = await open(letterOf("Both", multipart("mixed", [words(`see\r\n${inText("cat.txt")}`), file("application/pdf", "a.pdf", "%PDF")])));
  const both = unpack((await get(tags(page, "a").find((one) => one.href.startsWith("/zip?")).href)).body);
  assert.deepEqual(both.map(([name, digest]) => [name, digest]), [["a.pdf", sum("%PDF")], ["cat.txt", sum("Cat")]]);
  const alone = await open(letterOf("Alone", words(inText("cat.txt") + inText("cat.txt"))));
  const two = unpack((await get(tags(alone.page, "a").find((one) => one.href.startsWith("/zip?")).href)).body);
  assert.deepEqual(two.map(([name, digest]) => [name, digest]), [["cat.txt", sum("Cat")], ["cat (2).txt", sum("Cat")]]);
});

test("one attachment or none has no archive", async () => {
  const one = await open(attached(["Content-Type: application/pdf; name=a.pdf"], "%PDF"));
  assert.doesNotMatch(one.page, /\/zip\?/);
  const none = await imap.append("INBOX", letter({}));
  await get(url("/zip", none), 404);
  await get(url("/zip", none, { v: uidvalidity + 1 }), 409);
});

test("a failure on the way cuts the archive off, so that it passes for nothing", async (t) => {
  const proxy = await imapProxy();
  const one = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  t.after(() => Promise.all([proxy.close(), one.stop()]));
  const reader = new SocketClient(one.socket);
  await reader.login(account);
  const uid = await imap.append("INBOX", letterOf("Cut", multipart("mixed", [file("application/octet-stream", "a.bin", randomBytes(1 << 20)), file("application/octet-stream", "b.bin", randomBytes(1 << 20))])));
  assert.equal(unpack((await reader.get(url("/zip", uid))).body).length, 2);
  proxy.cutAll();
  proxy.cutAfterBytes = 2 << 20; // of each connection: in the middle of the second file
  await assert.rejects(reader.get(url("/zip", uid)), /closed without an answer/);
  proxy.cutAfterBytes = 8000; // before anything has been sent to the reader
  const page = await reader.get(url("/zip", uid));
  assert.equal(page.status, 502);
  assert.match(page.text, /NET-4/);
  proxy.cutAfterBytes = Infinity;
  assert.equal(unpack((await reader.get(url("/zip", uid))).body).length, 2);
  assert.match(one.log(), /cut-off/);
});

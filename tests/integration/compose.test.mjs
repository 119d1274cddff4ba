// Writing: every way a message begins, what a save keeps, what attachments go through.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { arrival, body, compose, errors, field, files, having, header, parts, warning, write } from "../lib/compose.mjs";
import { ACCOUNT2, eventually } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { faults, text } from "../lib/html.mjs";
import { Client } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { flash } from "../lib/rows.mjs";

const OTHER = ACCOUNT2.user;
const STAMP = Math.random().toString(36).slice(2, 8);
const named = (name) => `${name} ${STAMP}`;
let program, client, account, own, other;

before(async () => {
  program = await Program.start();
  account = await newAccount();
  own = await Imap.open(account);
  other = await Imap.open(ACCOUNT2);
  client = new SocketClient(program.socket);
  await client.login(account);
  await client.get("/mail");
});
after(async () => {
  await other.select("INBOX");
  const uids = await other.search(`SUBJECT "${STAMP}"`);
  if (uids.length) await other.command(`UID STORE ${uids.join()} +FLAGS (\\Deleted)`).then(() => other.command(`UID EXPUNGE ${uids.join()}`));
  own.close();
  other.close();
  await program.stop();
});

const open = async (query) => {
  const page = await client.get(compose(query));
  assert.equal(page.status, 200, text(page.text));
  return page;
};
const keep = async (page, changes, chosen) => {
  const saved = await write(client, page, "save", changes, chosen);
  assert.equal(saved.status, 200, text(saved.text));
  return saved;
};
const send = async (page, changes, chosen) => {
  const answer = await write(client, page, "send", changes, chosen);
  assert.equal(answer.status, 303, text(answer.text));
  return answer;
};
// Puts a message into the inbox and says where.
const put = async (options, mailbox = "INBOX", flags) => {
  const uid = await own.append(mailbox, Buffer.isBuffer(options) ? options : letter({ to: account.user, ...options }), flags);
  const { uidvalidity } = await own.select(mailbox, "EXAMINE");
  await own.attempt("UNSELECT");
  return { folder: mailbox, v: uidvalidity, uid };
};

test("a new message begins with what a link gives, and the page is valid", async () => {
  const page = await open({ to: "Zoé <zoe@outside.example>", cc: "c@outside.example", subject: "Été", text: "Bonjour\nvous" });
  assert.equal(field(page, "to"), "Zoé <zoe@outside.example>");
  assert.equal(field(page, "subject"), "Été");
  assert.equal(field(page, "text"), "Bonjour\nvous");
  assert.match(page.text, /<details class="copies" open>/);
  assert.match(field(page, "message_id"), /^<[^@<>]+@[^@<>]+>$/);
  assert.deepEqual(await faults(page.text), []);
});

test("each save is a whole new version, and only the one before goes", async () => {
  const subject = named("Versions");
  let page = await keep(await open(), { to: "zoe@outside.example", bcc: "secret@outside.example", subject, text: "un\r\n\r\n> deux\r\n-- \r\nmoi" });
  assert.match(page.text, /Saved at \d\d:\d\d/);
  const id = field(page, "message_id");
  const [first] = await having(own, "Drafts", subject);
  assert.deepEqual(first.flags.filter((flag) => flag !== "\\Recent").sort(), ["\\Draft", "\\Seen"]);
  assert.equal(header(first.source, "Message-ID"), id);
  assert.equal(header(first.source, "Bcc"), "secret@outside.example");
  page = await keep(page, { text: "trois" });
  const now = await having(own, "Drafts", subject);
  assert.equal(now.length, 1);
  assert.notEqual(now[0].uid, first.uid);
  assert.equal(header(now[0].source, "Message-ID"), id);
  assert.equal(body(now[0].source), "trois\n");
  assert.deepEqual(await faults(page.text), []);
});

test("a draft goes on as it was, whatever its text", async () => {
  const subject = named("Reprise"), typed = ["Été à la mer 🏖 日本語 עברית", "", "> cité une fois", ">> deux fois", "  deux espaces", "From ici", ".", "-- ", "Claire",
    "une longue ligne " + "mot ".repeat(60) + "fin"].join("\n");
  await keep(await open(), { to: "Zoé <zoe@outside.example>, pas fini", cc: "x@outside.example", subject, text: typed.replaceAll("\n", "\r\n") });
  const [draft] = await having(own, "Drafts", subject);
  const { uidvalidity } = await own.select("Drafts", "EXAMINE");
  await own.attempt("UNSELECT");
  const page = await open({ folder: "Drafts", v: uidvalidity, uid: draft.uid, mode: "draft" });
  assert.equal(field(page, "text").replace(/\n+$/, ""), typed);
  assert.equal(field(page, "to"), "Zoé <zoe@outside.example>, pas fini");
  assert.equal(field(page, "message_id"), header(draft.source, "Message-ID"));
  assert.equal(field(page, "back"), "/mail?folder=Drafts", "the draft itself is not there any more when it has been sent");
  await keep(page, { text: "fini" });
  assert.equal((await having(own, "Drafts", subject)).length, 1);
});

test("a draft whose text cannot be read whole is not replaced", async () => {
  const subject = named("Octets");
  const uid = await own.append("Drafts", Buffer.concat([Buffer.from(`From: <${account.user}>\r\nSubject: ${subject}\r\nMessage-ID: <o.${STAMP}@outside.example>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nbien \r\n`),
    Buffer.from([0xe9, 0xff]), Buffer.from(" mal\r\n")]), ["\\Draft"]);
  const { uidvalidity } = await own.select("Drafts", "EXAMINE");
  await own.attempt("UNSELECT");
  const page = await open({ folder: "Drafts", v: uidvalidity, uid, mode: "draft" });
  assert.match(field(page, "text"), /bien/);
  await keep(page, { text: "remplacé" });
  assert.equal((await having(own, "Drafts", subject)).length, 2, "the original stays");
});

test("another program's HTML draft is not replaced", async () => {
  const subject = named("Mise en forme");
  const at = await put({ subject, headers: ["Content-Type: text/html; charset=utf-8"], body: "<p>Du <b>gras</b></p>\r\n" }, "Drafts", ["\\Draft"]);
  const page = await open({ ...at, mode: "draft" });
  assert.match(field(page, "text"), /Du gras/);
  await keep(page, { text: "plat" });
  const both = await having(own, "Drafts", subject);
  assert.equal(both.length, 2);
  assert.match(both[0].source, /<b>gras<\/b>/);
});

test("another program's draft keeps its Reply-To, and one of another sender itself", async () => {
  const subject = named("Secrétariat"), replyTo = ["Reply-To: Bureau <bureau@outside.example>"];
  const at = await put({ subject, from: account.user, headers: replyTo }, "Drafts", ["\\Draft"]);
  const page = await open({ ...at, mode: "draft" });
  assert.match(text(page.text), /Bureau <bureau@outside\.example>/);
  const kept = await keep(page, { to: OTHER });
  const drafts = await having(own, "Drafts", "Secr");
  assert.deepEqual(drafts.map((one) => header(one.source, "Reply-To")), ["Bureau <bureau@outside.example>"], "replaced by one that keeps it");
  await send(kept);
  assert.equal(header((await arrival(other, "Secr")).source, "Reply-To"), "Bureau <bureau@outside.example>");
  const foreign = named("Au nom de");
  const second = await open({ ...(await put({ subject: foreign, from: "chef@outside.example" }, "Drafts", ["\\Draft"])), mode: "draft" });
  await keep(second, { to: OTHER });
  const both = await having(own, "Drafts", foreign);
  assert.deepEqual(both.map((one) => header(one.source, "From").includes("chef@outside.example")), [true, false]);
  assert.deepEqual(both.map((one) => header(one.source, "Reply-To")), [undefined, undefined]);
});

test("a reply goes to Reply-To, quotes, and hangs in its thread", async () => {
  const subject = named("Question");
  const at = await put({ subject, from: "Zoé <zoe@outside.example>", id: `q.${STAMP}@outside.example`,
    headers: ["Reply-To: Secrétariat <sec@outside.example>", `References: <a.${STAMP}@outside.example> <b.${STAMP}@outside.example>`],
    body: "Ligne un\r\n\r\n> ancienne\r\n-- \r\nZoé\r\n" });
  const page = await open({ ...at, mode: "reply" });
  assert.equal(field(page, "subject"), `Re: ${subject}`);
  assert.match(field(page, "to"), /sec@outside\.example>$/);
  assert.match(field(page, "text"), /^\n\nOn .*, Zoé wrote:\n> Ligne un\n>\n>> ancienne\n$/);
  await send(page, { to: OTHER, text: "Réponse\r\n" + field(page, "text") });
  const got = await arrival(other, subject);
  assert.equal(header(got.source, "In-Reply-To"), `<q.${STAMP}@outside.example>`);
  assert.equal(header(got.source, "References"), `<a.${STAMP}@outside.example> <b.${STAMP}@outside.example> <q.${STAMP}@outside.example>`);
  assert.match(body(got.source), /^Réponse\n\n\nOn/);
  assert.doesNotMatch(got.source, /X-Vaguemestre/i);
  await own.select("INBOX", "EXAMINE");
  assert.ok((await own.flags(at.uid)).includes("\\Answered"));
  await own.attempt("UNSELECT");
  const [sent] = await having(own, "Sent", subject);
  assert.ok(sent.flags.includes("\\Seen") && !sent.flags.includes("\\Draft"));
  assert.equal((await having(own, "Drafts", subject)).length, 0);
});

test("reply to all leaves me and doubles out; a reply to my own goes to whom that went", async () => {
  const at = await put({ subject: named("Tous"), from: "zoe@outside.example", to: `${account.user}, b@outside.example, ZOE@outside.example`,
    headers: [`Cc: c@outside.example, b@outside.example, ${account.user}`] });
  const all = await open({ ...at, mode: "replyall" });
  assert.equal(field(all, "to"), "zoe@outside.example, b@outside.example");
  assert.equal(field(all, "cc"), "c@outside.example");
  const mine = await put({ subject: named("De moi"), from: account.user, to: "d@outside.example" }, "Sent");
  assert.equal(field(await open({ ...mine, mode: "reply" }), "to"), "d@outside.example");
  const list = await put({ subject: named("[liste] sujet"), from: "zoe@outside.example", to: "liste@outside.example", headers: ["List-Post: <mailto:liste@outside.example?x=y>"] });
  const page = await open({ ...list, mode: "replylist" });
  assert.equal(field(page, "to"), "liste@outside.example");
});

const PICTURE = randomBytes(5000);
const mixed = (attachment) => ({ headers: ["Content-Type: multipart/mixed; boundary=b"],
  body: `--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nd\u00e9j\u00e0\r\n--b\r\n${attachment}\r\n--b--\r\n` });
const latin1 = (options) => Buffer.from(letter({ to: account.user, ...options }), "latin1");

test("forwarding carries the attachments over, byte for byte", async () => {
  const subject = named("Photo");
  const at = await put(latin1({ subject, ...mixed(`Content-Type: image/png; name="=?utf-8?q?=C3=A9t=C3=A9.png?="\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n${PICTURE.toString("base64").replace(/.{76}/g, "$&\r\n")}`) }));
  const page = await open({ ...at, mode: "forward" });
  assert.equal(field(page, "subject"), `Fwd: ${subject}`);
  assert.deepEqual(files(page).map((one) => one.name), ["été.png"]);
  assert.match(field(page, "text"), /-------- Forwarded message --------\nFrom: Zoé <zoe@outside\.example>\n/);
  await send(page, { to: OTHER });
  const got = await arrival(other, subject);
  const [first, second] = parts(got.source);
  assert.equal(first.type, "text/plain");
  assert.ok(second.bytes.equals(PICTURE));
  await own.select("INBOX", "EXAMINE");
  assert.ok((await own.flags(at.uid)).includes("$Forwarded"));
  await own.attempt("UNSELECT");
});

test("forwarding as text loses neither the file beside the HTML nor the picture in it", async () => {
  const subject = named("Apple"), base64 = PICTURE.toString("base64").replace(/.{76}/g, "$&\r\n");
  const picture = `Content-Type: image/png\r\nContent-ID: <p@x.example>\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}`;
  const html = "Content-Type: text/html\r\n\r\n<p>riche <img src=cid:p@x.example></p>";
  const both = await put(latin1({ subject, headers: ["Content-Type: multipart/alternative; boundary=a"],
    body: `--a\r\nContent-Type: text/plain\r\n\r\nsimple\r\n--a\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n${html}\r\n--m\r\n${picture}\r\n--m--\r\n--a--\r\n` }));
  const only = await put(latin1({ subject, headers: ["Content-Type: multipart/related; boundary=r"], body: `--r\r\n${html}\r\n--r\r\n${picture}\r\n--r--\r\n` }));
  for (const [at, words] of [[both, /simple/], [only, /riche/]]) {
    const page = await open({ ...at, mode: "forward" });
    assert.match(field(page, "text"), words);
    assert.equal(files(page).length, 1);
    const kept = await write(client, page, "save", { to: OTHER });
    assert.deepEqual([kept.status, files(kept).length], [200, 1]);
    const [draft] = (await having(own, "Drafts", subject)).slice(-1);
    assert.ok(parts(draft.source)[1].bytes.equals(PICTURE));
  }
});

test("a carried part that may not stand as it is comes out the same", async () => {
  const subject = named("Longue ligne"), bytes = randomBytes(3000);
  const at = await put(latin1({ subject, ...mixed(`Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n${bytes.toString("base64")}`) }));
  const page = await open({ ...at, mode: "forward" });
  await send(page, { to: OTHER });
  const got = await arrival(other, subject);
  assert.ok(parts(got.source)[1].bytes.equals(bytes));
  assert.ok(got.source.split("\r\n").every((line) => line.length <= 998));
});

test("a message goes along whole as an attachment", async () => {
  const subject = named("Entier");
  const at = await put({ subject, body: "texte d'origine\r\n" });
  const page = await open({ ...at, mode: "attach" });
  assert.deepEqual(files(page).map((one) => one.name), [`${subject}.eml`]);
  await send(page, { to: OTHER, text: "voir joint" });
  const got = await arrival(other, subject);
  const [, part] = parts(got.source);
  assert.equal(part.type, "message/rfc822");
  assert.match(part.bytes.toString(), /texte d'origine/);
});

test("edit as new copies everything under a new identifier", async () => {
  const subject = named("Modèle");
  const at = await put(latin1({ subject: `=?utf-8?q?${subject.replace("è", "=C3=A8").replaceAll(" ", "_")}?=`, id: `m.${STAMP}@outside.example`, to: "liste@outside.example",
    headers: [...mixed("").headers, "Cc: c@outside.example"], body: mixed("Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1,2").body }));
  const page = await open({ ...at, mode: "edit" });
  assert.equal(field(page, "to"), "liste@outside.example");
  assert.equal(field(page, "cc"), "c@outside.example");
  assert.equal(field(page, "subject"), subject);
  assert.equal(field(page, "text").trim(), "déjà");
  assert.deepEqual(files(page).map((one) => one.name), ["a.csv"]);
  assert.notEqual(field(page, "message_id"), `<m.${STAMP}@outside.example>`);
});

test("attachments are added, kept over saves, and taken off one by one", async () => {
  const subject = named("Pièces"), bytes = randomBytes(100000);
  let page = await write(client, await open(), "attach", { subject }, [{ filename: "deux mots é.bin", bytes }, { filename: "b.txt", type: "text/plain", bytes: "b" }]);
  assert.deepEqual(files(page).map((one) => one.name), ["deux mots é.bin", "b.txt"]);
  page = await keep(page, { text: "encore" });
  page = await write(client, page, "remove:" + files(page)[1].id);
  assert.deepEqual(files(page).map((one) => one.name), ["deux mots é.bin"]);
  const [draft] = await having(own, "Drafts", subject);
  assert.ok(parts(draft.source)[1].bytes.equals(bytes));
  assert.equal(parts(draft.source).length, 2);
  assert.match(parts(draft.source)[0].bytes.toString(), /encore/);
});

test("a second window keeps its attachments, and what is gone is told", async () => {
  const subject = named("Deux fenêtres");
  const first = await write(client, await open(), "attach", { subject, text: "une" }, [{ filename: "a.bin", bytes: "a" }]);
  await keep(first, { text: "deux" });
  const late = await keep(first, { text: "trois" });
  assert.deepEqual(files(late).map((one) => one.name), ["a.bin"]);
  assert.equal((await having(own, "Drafts", subject)).length, 2, "neither text is lost");
  await own.select("Drafts");
  const uids = await own.search(`SUBJECT "${STAMP}" TEXT "a.bin"`);
  await own.command(`UID STORE ${uids.join()} +FLAGS (\\Deleted)`);
  await own.command(`UID EXPUNGE ${uids.join()}`);
  await own.attempt("UNSELECT");
  const gone = await write(client, late, "send", { to: OTHER });
  assert.equal(gone.status, 422);
  assert.match(errors(gone).join(), /Attachments are missing/);
  assert.equal(field(gone, "text"), "trois");
});

test("a draft goes to Trash with Undo, and so does what was never saved", async () => {
  const subject = named("Jeter");
  const saved = await keep(await open(), { subject });
  const answer = await write(client, saved, "discard");
  assert.equal(answer.status, 303);
  const told = flash((await client.get(answer.header("location"))).text);
  assert.equal(told.text, "Draft discarded");
  assert.ok(told.undo);
  assert.equal((await having(own, "Trash", subject)).length, 1);
  const unsaved = named("Jamais gardé");
  const page = await write(client, await open(), "discard", { subject: unsaved, text: "chaque mot" }, [{ filename: "a.bin", bytes: "a" }]);
  const undo = flash((await client.get(page.header("location"))).text).undo;
  const [thrown] = await having(own, "Trash", unsaved);
  assert.match(thrown.source, /chaque mot/);
  assert.match(thrown.source, /a\.bin/);
  assert.ok(undo);
  const blank = await write(client, await open(), "discard");
  assert.equal(blank.status, 303);
  assert.equal(flash((await client.get(blank.header("location"))).text).text, "", "nothing was there to be discarded");
  // what was typed since the last save is in it too
  const later = await write(client, await keep(await open(), { subject: named("Plus tard") }), "discard", { text: "la suite" });
  assert.equal(later.status, 303);
  assert.match((await having(own, "Trash", named("Plus tard")))[0].source, /la suite/);
});

test("what is not valid is named at its field, and the text is kept", async () => {
  const subject = named("Fautes");
  const none = await write(client, await open(), "send", { subject, text: "gardé" });
  assert.equal(none.status, 422);
  assert.deepEqual(errors(none), ["Give at least one recipient."]);
  assert.equal((await having(own, "Drafts", subject)).length, 1);
  const bad = await write(client, none, "send", { to: "Zoé <zoe@outside.example>, sans arobase, x@y z" }, [{ filename: "a.bin", bytes: "a" }]);
  assert.equal(bad.status, 422);
  assert.match(errors(bad).join(), /not valid: .*sans arobase/);
  assert.equal(field(bad, "text"), "gardé");
  assert.deepEqual(files(bad).map((one) => one.name), ["a.bin"], "the file is in the draft");
  assert.deepEqual(await faults(bad.text), []);
});

test("no header can be smuggled in", async () => {
  const subject = named("Ligne");
  const page = await open();
  await send(page, { to: OTHER, subject: `${subject}\r\nBcc: evil@outside.example\r\n\r\nx`, text: "t" });
  const got = await arrival(other, subject);
  assert.equal(header(got.source, "Bcc"), undefined);
  const forged = await write(client, page, "save", { message_id: "<a@b>\r\nX: y" });
  assert.equal(forged.status, 400);
  const cc = await write(client, page, "send", { to: `${OTHER}\u0000<x>`, cc: "a@outside.example\rBcc: b@outside.example" });
  assert.ok([400, 422].includes(cc.status));
});

test("50 MB go in, through a save and out without growing the memory", async () => {
  const subject = named("Grand"), bytes = randomBytes(48e6);
  // what the sanitizer keeps of freed memory is not the program's
  const one = await Program.start({}, { environment: { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS || ""}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64` } });
  const from = new SocketClient(one.socket), to = new SocketClient(one.socket);
  await from.login(account);
  await to.login(ACCOUNT2);
  const small = await write(from, await from.get(compose()), "attach", {}, [{ filename: "petit.bin", bytes: "x" }]);
  assert.equal(small.status, 200);
  const before = one.memory();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, one.memory())), 20);
  const page = await write(from, await from.get(compose()), "attach", { subject }, [{ filename: "grand.bin", bytes }]);
  assert.equal(page.status, 200, text(page.text).slice(0, 300));
  assert.equal((await write(from, page, "send", { to: OTHER })).status, 303);
  const uid = await eventually(async () => {
    await other.select("INBOX", "EXAMINE");
    return (await other.search(`SUBJECT "${subject}"`))[0];
  }, 15000);
  const { uidvalidity } = await other.select("INBOX", "EXAMINE");
  await other.attempt("UNSELECT");
  const part = await to.get("/part?" + new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid, part: "2" }));
  clearInterval(watch);
  await one.stop();
  const hash = (data) => createHash("sha256").update(data).digest("hex");
  assert.equal(hash(part.body), hash(bytes));
  assert.ok(peak - before < 16000, `${before} KB, then ${peak} KB`);
});

test("a form with too many bytes gives the text back", async () => {
  const answer = await write(client, await open(), "attach", { subject: "Trop", text: "gardé quand même" }, [{ filename: "trop.bin", bytes: Buffer.alloc(52e6) }]);
  assert.equal(answer.status, 413);
  assert.equal(field(answer, "text"), "gardé quand même");
  assert.match(errors(answer).join(), /larger than 50 MB\..*chosen files were not kept/i);
});

test("what comes to the attachments is held to the limit, what is there already is kept", async () => {
  const subject = named("Somme");
  const first = await write(client, await open(), "attach", { subject, text: "un" }, [{ filename: "a.bin", bytes: Buffer.alloc(30e6) }]);
  assert.equal(first.status, 200);
  const over = await write(client, first, "attach", { text: "deux" }, [{ filename: "b.bin", bytes: Buffer.alloc(30e6) }]);
  assert.equal(over.status, 413);
  assert.match(errors(over).join(), /larger than 50 MB/);
  assert.equal(field(over, "text"), "deux");
  assert.match(over.text, /data-unsaved/);
  assert.deepEqual(files(await keep(over)).map((one) => one.name), ["a.bin"]);
});

test("a text beyond all bounds is refused, and replaces nothing", async () => {
  const subject = named("Trop long");
  const page = await keep(await open(), { subject, text: "la bonne version" });
  const answer = await write(client, page, "save", { text: "x".repeat(2.5e6) });
  assert.equal(answer.status, 413);
  assert.match((await having(own, "Drafts", subject))[0].source, /la bonne version/);
});

test("what was typed in a session that is gone comes back, with its recipients", async () => {
  const stranger = new Client();
  await stranger.login(account);
  const page = await stranger.get(compose());
  await stranger.post("/logout", { csrf: field(page, "csrf") });
  const answer = await write(stranger, page, "send", { to: "zoe@outside.example", subject: "Objet", text: "ne pas perdre <b>ceci</b>" });
  stranger.close();
  assert.equal(answer.status, 401);
  assert.match(text(answer.text), /To: zoe@outside\.example\s+Subject: Objet\s+ne pas perdre <b>ceci<\/b>/);
  assert.deepEqual(await faults(answer.text), []);
});

test("a wrong token gives the text back too", async () => {
  const answer = await write(client, await open(), "save", { subject: "Objet", text: "ne pas perdre", csrf: "x" });
  assert.equal(answer.status, 403);
  assert.match(answer.text, /ne pas perdre/);
});

test("an answered draft still marks its original when it goes on later", async () => {
  const subject = named("Plus tard");
  const at = await put({ subject, id: `p.${STAMP}@outside.example` });
  await keep(await open({ ...at, mode: "reply" }), { to: OTHER });
  const [draft] = await having(own, "Drafts", subject);
  assert.match(draft.source, /^X-Vaguemestre-Origin: reply;/m);
  const { uidvalidity } = await own.select("Drafts", "EXAMINE");
  await own.attempt("UNSELECT");
  const page = await open({ folder: "Drafts", v: uidvalidity, uid: draft.uid, mode: "draft" });
  assert.equal(warning(page), "");
  await send(page);
  await own.select("INBOX", "EXAMINE");
  assert.ok((await own.flags(at.uid)).includes("\\Answered"));
  await own.attempt("UNSELECT");
  assert.equal(header((await arrival(other, subject)).source, "In-Reply-To"), `<p.${STAMP}@outside.example>`);
});

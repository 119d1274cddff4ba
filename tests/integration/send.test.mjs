// Sending: nothing is lost and nothing goes out twice unasked, wherever the program is killed or the
// line is cut.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { body, compose, errors, field, having, header, warning, write } from "../lib/compose.mjs";
import { ACCOUNT2, eventually, sleep } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy, smtpProxy } from "../lib/fault-proxy.mjs";
import { faults, text } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program, scratch } from "../lib/program.mjs";
import { flash, mail, subjects } from "../lib/rows.mjs";

const OTHER = ACCOUNT2.user;
const STAMP = Math.random().toString(36).slice(2, 8);
let other;

before(async () => (other = await Imap.open(ACCOUNT2)));
after(async () => {
  await other.select("INBOX");
  const uids = await other.search(`SUBJECT "${STAMP}"`);
  if (uids.length) await other.command(`UID STORE ${uids.join()} +FLAGS (\\Deleted)`).then(() => other.command(`UID EXPUNGE ${uids.join()}`));
  other.close();
});

// The program between two proxies, with a store that outlives it, and an account of its own.
class House {
  static async open({ hide = [], session } = {}) {
    const house = new House();
    house.imap = await imapProxy({ hide });
    house.smtp = await smtpProxy();
    house.dir = scratch();
    house.session = session;
    house.account = await newAccount();
    house.own = await Imap.open(house.account);
    await house.start();
    return house;
  }

  async start() {
    this.program = await Program.start({ imap: { port: this.imap.port, security: "tls" }, smtp: { port: this.smtp.port, security: "tls" },
      store: { path: join(this.dir, "store"), key_file: join(this.dir, "key") }, session: this.session });
    this.client = await this.signIn();
  }

  async signIn() {
    const client = new SocketClient(this.program.socket);
    await client.login(this.account);
    return client;
  }

  // A form with a text that is saved once, ready to be sent.
  async form(subject, changes = {}) {
    await this.client.get("/mail");
    return write(this.client, await this.client.get(compose()), "save", { to: OTHER, subject, text: "le texte", ...changes });
  }

  // From now on the program is killed, or the line is cut, when this passes on its way.
  arrange(where, action, kill) {
    const [name, pattern] = where;
    const proxy = name === "smtp" ? this.smtp : this.imap;
    let once = false;
    const match = { test: (command) => {
      if (once || !pattern.test(command)) return false;
      once = true;
      if (kill) this.program.child.kill("SIGKILL");
      return true;
    } };
    proxy.rules = [{ match, action }];
    return () => once;
  }

  quiet() {
    this.imap.rules = [];
    this.smtp.rules = [];
  }

  async where(subject) {
    const found = async (box) => (await having(this.own, box, subject)).length;
    return { drafts: await found("Drafts"), sent: await found("Sent") };
  }

  async close() {
    this.own.close();
    await this.program.stop();
    await this.imap.close();
    await this.smtp.close();
  }
}

// One after the other: it is one connection.
let looked = Promise.resolve();
const arrived = (subject) => (looked = looked.catch(() => null).then(async () => (await having(other, "INBOX", subject)).length));
// A delivery takes its time; that there is no second one can only be waited for a little.
const settled = async (subject, count) => {
  if (count) await eventually(async () => (await arrived(subject)) >= count, 10000);
  await sleep(count ? 300 : 700);
  assert.equal(await arrived(subject), count, "copies delivered");
};

test("a message goes out once, into Sent, with Bcc only there", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Simple ${STAMP}`;
  const page = await house.form(subject, { bcc: "caché@outside.example, secret@outside.example" });
  assert.equal((await write(house.client, page, "send")).status, 422, "an address beyond ASCII");
  const answer = await write(house.client, page, "send", { bcc: "secret@outside.example" });
  assert.equal(answer.status, 303, text(answer.text));
  assert.equal(flash((await house.client.get(answer.header("location"))).text).text, "Message sent");
  await settled(subject, 1);
  const [sent] = await having(house.own, "Sent", subject);
  assert.equal(header(sent.source, "Bcc"), "secret@outside.example");
  const [got] = await having(other, "INBOX", subject);
  assert.equal(header(got.source, "Bcc"), undefined);
  assert.equal(body(got.source), "le texte\n");
  assert.equal((await house.where(subject)).drafts, 0, "nor does a version saved from another window stay");
  assert.equal((await having(house.own, "Trash", subject)).length, 1);
});

test("pressing twice, at once or by a reload, sends once", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Deux fois ${STAMP}`;
  const page = await house.form(subject);
  const answers = await Promise.all([1, 2, 3].map(() => write(house.client, page, "send")));
  assert.deepEqual(answers.map((one) => one.status), [303, 303, 303]);
  const again = await write(house.client, page, "send");
  assert.equal(again.status, 303);
  assert.match(flash((await house.client.get("/mail")).text).text, /not sent twice/);
  await settled(subject, 1);
  assert.deepEqual(await house.where(subject), { drafts: 0, sent: 1 });
});

test("another text from a second window is neither taken for the one that was sent nor thrown away", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Deux textes ${STAMP}`;
  const page = await house.form(subject);
  assert.equal((await write(house.client, page, "send")).status, 303);
  await settled(subject, 1);
  // saved after it has been sent: a message of its own
  const saved = await write(house.client, page, "save", { text: "un deuxième texte" });
  assert.equal(saved.status, 200);
  assert.match(warning(saved), /What stands here is a new one/);
  assert.notEqual(field(saved, "message_id"), field(page, "message_id"));
  // sent after it has been sent: kept, and said so
  const other = await write(house.client, page, "send", { text: "un troisième texte" });
  assert.equal(other.status, 409);
  assert.match(warning(other), /What stands here is a new one/);
  assert.equal(field(other, "text"), "un troisième texte");
  assert.deepEqual(await faults(other.text), []);
  await settled(subject, 1);
  assert.deepEqual(await house.where(subject), { drafts: 2, sent: 1 });
  // whoever signs in anew finds them as drafts
  await house.program.stop();
  await house.start();
  await house.client.get("/mail");
  assert.deepEqual(await house.where(subject), { drafts: 2, sent: 1 });
  const csrf = field(await house.client.get(compose()), "csrf");
  assert.equal((await write(house.client, other, "send", { csrf })).status, 303);
  await settled(subject, 2);
  assert.deepEqual(await house.where(subject), { drafts: 1, sent: 2 });
});

test("a text that is saved while another is being sent replaces nothing", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Pendant ${STAMP}`;
  const page = await house.form(subject);
  const second = await house.signIn(), fresh = await second.get(compose());
  house.smtp.rules = [{ match: /^DATA/, action: "delay", ms: 3000 }];
  const sending = write(house.client, page, "send");
  await eventually(() => house.smtp.commands.includes("DATA"));
  const saved = await write(second, fresh, "save", { message_id: field(page, "message_id"), draft_v: field(page, "draft_v"),
    draft_uid: field(page, "draft_uid"), to: OTHER, subject, text: "un autre texte" });
  assert.match(warning(saved), /is being sent/);
  assert.equal((await sending).status, 303);
  await settled(subject, 1);
  const [sent] = await having(house.own, "Sent", subject);
  assert.match(sent.source, /le texte/);
  assert.deepEqual(await house.where(subject), { drafts: 1, sent: 1 });
});

test("each refused recipient is named with the server's words, and the rest corrected and sent", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Refus ${STAMP}`;
  const page = await house.form(subject, { cc: "inconnu@demo.example, x@ailleurs.example", bcc: "full@demo.example" });
  const refused = await write(house.client, page, "send");
  assert.equal(refused.status, 422);
  assert.match(errors(refused).join("|"), /The server refuses inconnu@demo\.example: .+\|.*full@demo\.example: .*full/is);
  assert.match(errors(refused).join("|"), /x@ailleurs\.example/);
  assert.equal(field(refused, "text"), "le texte");
  assert.deepEqual(await faults(refused.text), []);
  await settled(subject, 0);
  assert.deepEqual(await house.where(subject), { drafts: 1, sent: 0 });
  assert.equal((await write(house.client, refused, "send", { cc: "", bcc: "" })).status, 303);
  await settled(subject, 1);
  assert.deepEqual(await house.where(subject), { drafts: 0, sent: 1 });
});

// [name, where, whether the server still gets it ("stall") or not ("cut"), copies delivered, whether the
// program knows of them].
const STEPS = [
  ["before the draft", ["imap", /^APPEND/], "cut", 0],
  ["after the draft", ["imap", /^APPEND/], "stall", 0],
  ["before the older version goes", ["imap", /^UID STORE .*\\Deleted/], "cut", 0],
  ["before the mark", ["imap", /^UID STORE \S+ \+.*\$SubmitPending/], "cut", 0],
  ["after the mark", ["imap", /^UID STORE \S+ \+.*\$SubmitPending/], "stall", 0],
  ["at MAIL", ["smtp", /^MAIL/], "cut", 0],
  ["at RCPT", ["smtp", /^RCPT/], "cut", 0],
  ["at DATA", ["smtp", /^DATA/], "cut", 0],
  ["before the final dot", ["smtp", /^\.$/], "cut", 0],
  ["after the final dot", ["smtp", /^\.$/], "stall", 1],
  ["before the mark of success", ["imap", /^UID STORE \S+ \+.*\$Submitted/], "cut", 1, true],
  ["after the mark of success", ["imap", /^UID STORE \S+ \+.*\$Submitted/], "stall", 1, true],
  ["before the move", ["imap", /^UID MOVE/], "cut", 1, true],
  ["after the move", ["imap", /^UID MOVE/], "stall", 1, true],
];
// From the mark on a message may have been sent, as far as anybody can tell later.
const DOUBTFUL = new Set(STEPS.map(([name]) => name).slice(4, 10));

// What a person finds who signs in afterwards.
async function afterwards(house, subject, name, delivered, known) {
  const page = await house.client.get("/mail");
  const told = flash(page.text);
  const place = await house.where(subject);
  if (known) {
    assert.deepEqual(place, { drafts: 0, sent: 1 }, name);
    assert.equal(told.text, "", name);
  } else {
    assert.ok(place.drafts >= 1 && place.sent === 0, `${name}: ${JSON.stringify(place)}`);
    if (told.text) assert.match(told.text, new RegExp(`“${subject}” may have been sent already`));
  }
  await settled(subject, delivered);
  return told.text !== "";
}

// Each in a house of its own, which mostly waits.
describe("wherever it breaks", { concurrency: 4 }, () => {
  for (const [name, where, action, delivered, known] of STEPS) {
    test(`killed ${name}: neither lost nor doubled`, async (t) => {
      const house = await House.open();
      t.after(() => house.close());
      const subject = `Tue ${name} ${STAMP}`;
      const form = await house.form(subject);
      const reached = house.arrange(where, action, true);
      await assert.rejects(write(house.client, form, "send"));
      assert.ok(reached(), "the step was not reached");
      await house.program.ended;
      house.quiet();
      await house.start();
      const told = await afterwards(house, subject, name, delivered, known);
      if (known) return;
      assert.equal(told, DOUBTFUL.has(name), "what is said at the next sign-in");
      const [draft] = (await having(house.own, "Drafts", subject)).slice(-1);
      const { uidvalidity } = await house.own.select("Drafts", "EXAMINE");
      await house.own.attempt("UNSELECT");
      const again = await house.client.get(compose({ folder: "Drafts", v: uidvalidity, uid: draft.uid, mode: "draft" }));
      assert.match(field(again, "text"), /^le texte/);
      if (!told) return;
      assert.match(warning(again), /may have been sent already/);
      assert.deepEqual(await faults(again.text), []);
      const kept = await write(house.client, again, "save", { text: "le texte, corrigé" });
      assert.match(warning(kept), /may have been sent already/, "a save does not forget it");
      const start = Date.now();
      const undecided = await write(house.client, kept, "send");
      assert.equal(undecided.status, 409);
      assert.ok(Date.now() - start < 5000, "what was asked already is not waited for");
      await settled(subject, delivered);
      const decided = await Promise.all([1, 2].map(() => write(house.client, undecided, "send", { sure: "1" })));
      assert.deepEqual(decided.map((one) => one.status).sort(), [303, 409], "one of two decisions counts");
      await settled(subject, delivered + 1);
      assert.deepEqual(await house.where(subject), { drafts: 0, sent: 1 });
    });

    test(`the line cut ${name}: neither lost nor doubled`, async (t) => {
      const house = await House.open();
      t.after(() => house.close());
      const subject = `Coupe ${name} ${STAMP}`;
      const form = await house.form(subject);
      const reached = house.arrange(where, action === "stall" ? "cut-after" : action, false);
      const answer = await write(house.client, form, "send");
      assert.ok(reached(), "the step was not reached");
      house.quiet();
      if (known) assert.equal(answer.status, 303, text(answer.text));
      else {
        assert.ok(answer.status >= 400, `${answer.status}`);
        assert.equal(field(answer, "text"), "le texte");
        assert.ok(errors(answer).length || warning(answer));
        assert.deepEqual(await faults(answer.text), []);
      }
      house.client = await house.signIn();
      await afterwards(house, subject, name, delivered, known);
    });
  }
});

test("where the server keeps no keywords, the store tells", async (t) => {
  const house = await House.open({ hide: ["KEYWORDS"] });
  t.after(() => house.close());
  for (const [name, where, action, delivered, known] of [STEPS[9], STEPS[12]]) {
    const subject = `Sans marque ${name} ${STAMP}`;
    const form = await house.form(subject);
    house.arrange(where, action, true);
    await assert.rejects(write(house.client, form, "send"));
    await house.program.ended;
    house.quiet();
    await house.start();
    assert.equal(await afterwards(house, subject, name, delivered, known), !known);
    if (known) continue;
    await house.own.select("Drafts");
    const [draft] = await house.own.search(`SUBJECT "${subject}"`);
    assert.ok(!(await house.own.flags(draft)).some((flag) => /submit/i.test(flag)));
    await house.own.command(`UID STORE ${draft} +FLAGS (\\Deleted)`);
    await house.own.command(`UID EXPUNGE ${draft}`);
    await house.own.attempt("UNSELECT");
  }
});

test("Drafts that cannot be looked through hide no other page", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Bloqué ${STAMP}`;
  await house.form(subject);
  const { uidvalidity } = await house.own.select("INBOX", "EXAMINE");
  await house.own.attempt("UNSELECT");
  const uid = await house.own.append("INBOX", letter({ subject: "Arrivé", to: house.account.user }));
  for (const refusal of ["$TAG NO [NOPERM] not for you", "$TAG NO [SERVERBUG] broken"]) {
    house.imap.rules = [{ match: /^SELECT "?Drafts/, action: "answer", text: refusal }];
    house.client = await house.signIn();
    for (const path of [mail("INBOX"), "/folders", "/settings", "/message?" + new URLSearchParams({ folder: "INBOX", v: uidvalidity, uid })]) {
      const page = await house.client.get(path);
      assert.equal(page.status, 200, `${path}: ${text(page.text)}`);
    }
    assert.deepEqual(subjects((await house.client.get(mail("INBOX"))).text), ["Arrivé"]);
  }
});

test("a sent message that cannot be moved hides no other, nor what is said of them", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const put = (subject, flag) => house.own.append("Drafts", letter({ subject }), ["\\Draft", flag]);
  await house.form(`Premier ${STAMP}`);
  await put(`Parti ${STAMP}`, "$Submitted");
  await put(`Douteux ${STAMP}`, "$SubmitPending");
  house.imap.rules = [{ match: /^UID MOVE/, action: "answer", text: "$TAG NO [OVERQUOTA] full" }];
  house.client = await house.signIn();
  const page = await house.client.get(mail("INBOX"));
  assert.equal(page.status, 200, text(page.text));
  assert.match(flash(page.text).text, new RegExp(`“Douteux ${STAMP}” may have been sent already`));
  house.quiet();
  house.client = await house.signIn();
  await house.client.get(mail("INBOX"));
  assert.equal((await having(house.own, "Sent", `Parti ${STAMP}`)).length, 1);
});

test("an answer that was refused and goes on later still marks its original", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Refusé ${STAMP}`;
  const uid = await house.own.append("INBOX", letter({ subject, to: house.account.user }));
  const { uidvalidity: v } = await house.own.select("INBOX", "EXAMINE");
  await house.own.attempt("UNSELECT");
  await house.client.get("/mail");
  const page = await house.client.get(compose({ folder: "INBOX", v, uid, mode: "reply" }));
  assert.equal((await write(house.client, page, "send", { to: "inconnu@demo.example" })).status, 422);
  const [draft] = await having(house.own, "Drafts", subject);
  const { uidvalidity } = await house.own.select("Drafts", "EXAMINE");
  const again = await house.client.get(compose({ folder: "Drafts", v: uidvalidity, uid: draft.uid, mode: "draft" }));
  assert.equal((await write(house.client, again, "send", { to: OTHER })).status, 303);
  await house.own.select("INBOX", "EXAMINE");
  assert.deepEqual((await house.own.flags(uid)).filter((flag) => flag === "\\Answered"), ["\\Answered"]);
  await settled(subject, 1);
  assert.doesNotMatch((await having(other, "INBOX", subject))[0].source, /X-Vaguemestre/i);
});

test("a warm connection that has died is replaced before a text is saved or sent", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Rebranché ${STAMP}`;
  let page = await house.form(subject);
  for (const [act, status] of [["save", 200], ["send", 303]]) {
    house.imap.rules = [{ match: /^NOOP/i, action: "cut", times: 1 }];
    page = await write(house.client, page, act);
    assert.equal(page.status, status, text(page.text));
    assert.equal(house.imap.rules[0].times, 0);
  }
  await settled(subject, 1);
  assert.deepEqual(await house.where(subject), { drafts: 0, sent: 1 });
});

test("no submission server: the message is in Drafts and the form says why", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const subject = `Pas de serveur ${STAMP}`;
  const form = await house.form(subject);
  await house.smtp.close();
  const answer = await write(house.client, form, "send", { text: "autre texte" });
  assert.equal(answer.status, 502);
  assert.match(errors(answer).join(), /has not been sent.*NET-2/s);
  assert.equal(field(answer, "text"), "autre texte");
  const [draft] = await having(house.own, "Drafts", subject);
  assert.equal(body(draft.source), "autre texte\n");
  assert.ok(!draft.flags.includes("$SubmitPending"));
  house.smtp = await smtpProxy();
});

test("a full account, a mail server that is gone: what was typed comes back", async (t) => {
  const house = await House.open();
  t.after(() => house.close());
  const form = await house.form(`Plein ${STAMP}`);
  house.imap.rules = [{ match: /^APPEND/, action: "answer", text: "$TAG NO [OVERQUOTA] Quota exceeded" }];
  const full = await write(house.client, form, "save", { text: "tapé" }, [{ filename: "a.bin", bytes: "a" }]);
  assert.ok(full.status >= 400);
  assert.match(errors(full).join(), /BOX-30/);
  assert.match(full.text, /<a href="\/space" target="_blank" rel="noopener">Make room/);
  assert.match(errors(full).join(), /Choose them again/);
  assert.equal(field(full, "text"), "tapé");
  house.quiet();
  await house.imap.close();
  const gone = await write(house.client, full, "send");
  assert.ok(gone.status >= 500);
  assert.equal(field(gone, "text"), "tapé");
  house.imap = await imapProxy();
});

test("an expired session still saves the form, whatever the button, and the sign-in says so", async (t) => {
  const house = await House.open({ session: { idle: 2 } });
  t.after(() => house.close());
  const subject = `Sauvé ${STAMP}`;
  const form = await house.form(subject);
  await sleep(3500);
  const answer = await write(house.client, form, "send", { text: "écrit trop tard" });
  assert.equal(answer.status, 303, text(answer.text));
  assert.equal(answer.header("location"), "/login?saved=1");
  assert.match(text((await house.client.get("/login?saved=1")).text), /The session has ended; the text is in Drafts/);
  const drafts = await having(house.own, "Drafts", subject);
  assert.deepEqual(drafts.map((one) => body(one.source)), ["écrit trop tard\n"]);
  await settled(subject, 0);
});

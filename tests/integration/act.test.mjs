// What is done with ticked messages: marks, moves, junk, deletion, undo; never to the wrong ones.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { ACCOUNT2 } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, forms, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { flash, mail, press, rows, subjects } from "../lib/rows.mjs";

const BOX = "Test actions", OTHER = "Test actions 2";
let imap, client;

before(async () => {
  imap = await Imap.open(ACCOUNT2);
  for (const box of [BOX, OTHER]) await imap.fresh(box);
  client = await signedIn(ACCOUNT2);
  await client.get("/mail");
});
beforeEach(async () => {
  await imap.attempt("UNSELECT");
  for (const box of [BOX, OTHER]) await clean(box);
  for (const name of ["a", "b", "c", "d"]) await imap.append(BOX, letter({ subject: `Act ${name}` }));
  for (const box of ["Archive", "Junk", "Trash", "INBOX"]) await clean(box);
});
after(async () => {
  for (const box of [BOX, OTHER]) await imap.remove(box);
  imap.close();
  client.close();
});

async function clean(box) {
  if ((await imap.attempt(`SELECT "${box}"`)).status !== "OK") return;
  const uids = await imap.search("SUBJECT Act");
  if (uids.length) {
    await imap.command(`UID STORE ${uids.join()} +FLAGS (\\Deleted)`);
    await imap.command(`UID EXPUNGE ${uids.join()}`);
  }
  await imap.attempt("UNSELECT");
}

async function inside(box, criteria = "SUBJECT Act") {
  await imap.select(box, "EXAMINE");
  const uids = await imap.search(criteria);
  const names = [];
  for (const uid of uids) names.push(/Subject: (.*)\r/.exec(await imap.source(uid))[1].slice(4));
  await imap.attempt("UNSELECT");
  return names;
}

const open = async (folder = BOX, one = client) => one.get(mail(folder));
const uidOf = (page, ...names) => names.map((name) => rows(page.text).find((row) => row.subject === `Act ${name}`).uid);
// Does it and gives the page that comes after.
const perform = async (act, names, changes, folder = BOX) => {
  const page = await open(folder);
  const answer = await press(client, page, act, uidOf(page, ...names), changes);
  assert.equal(answer.status, 303, text(answer.text));
  return client.follow(answer);
};

test("read, unread, flag and unflag mark just the ticked", async () => {
  await perform("read", ["a", "b"]);
  assert.deepEqual(await inside(BOX, "SEEN"), ["a", "b"]);
  const unread = await client.get(mail(BOX, { only: "unread" }));
  assert.deepEqual(subjects(unread.text), ["Act d", "Act c"]);
  await perform("unread", ["a"]);
  assert.deepEqual(subjects((await client.get(mail(BOX, { only: "unread" }))).text), ["Act d", "Act c", "Act a"], "a kept search sees it");
  assert.deepEqual(await inside(BOX, "SEEN"), ["b"]);
  const page = await perform("flag", ["c"]);
  assert.equal(flash(page.text).text, "1 message starred");
  assert.deepEqual(await inside(BOX, "FLAGGED"), ["c"]);
  await perform("unflag", ["c"]);
  assert.deepEqual(await inside(BOX, "FLAGGED"), []);
});

test("what is marked as unread beside the list is not opened again", async () => {
  const [a, b] = uidOf(await open(), "a", "b");
  const { url } = rows((await open()).text).find((row) => row.uid === a);
  assert.match(url, /^\/mail\?.*uid=/, "a reading pane");
  const page = await client.get(url);
  const kept = await press(client, page, "unread", [b]);
  assert.match(kept.headers.location, new RegExp(`&uid=${a}$`), "another message stays open");
  const answer = await press(client, page, "unread", [a, b]);
  assert.equal(answer.headers.location, mail(BOX).replaceAll("+", "%20"));
  await client.follow(answer);
  await client.get(mail(BOX));
  assert.deepEqual(await inside(BOX, "UNSEEN"), ["a", "b", "c", "d"]);
});

test("a message that is starred or copied while it is read stays open", async () => {
  const row = rows((await open()).text).find((one) => one.subject === "Act b");
  for (const url of [row.url, row.url.replace("/mail?", "/message?")]) {
    const read = async () => {
      const page = await client.get(url);
      return { text: /<form class="bar" method="post" action="\/act" id="message-acts">[\s\S]*?<\/form>/.exec(page.text)[0] };
    };
    for (const [act, changes] of [["flag", {}], ["unflag", {}], ["copy", { to: OTHER }]])
      assert.equal((await client.submit(await read(), "/act", { act, ...changes })).headers.location, url, act);
    assert.doesNotMatch((await client.submit(await read(), "/act", { act: "unread" })).headers.location, /uid=/);
  }
  assert.deepEqual(await inside(OTHER), ["b", "b"]);
});

test("a move comes back where one was, says so once, and is undone", async () => {
  const page = await perform("move", ["a", "c"], { to: OTHER });
  assert.deepEqual(subjects(page.text), ["Act d", "Act b"]);
  const told = flash(page.text);
  assert.match(told.text, /^2 messages moved to “Test actions 2”$/);
  assert.deepEqual(await faults(page.text), []);
  assert.equal(flash((await open()).text).text, "", "a reload does not repeat it");
  assert.deepEqual(await inside(OTHER), ["a", "c"]);
  const undone = await client.follow(await client.post("/act", { csrf: formTo(page.text, "/act").fields.get("csrf"), act: "undo", undo: told.undo, back: mail(BOX) }));
  assert.match(flash(undone.text).text, /Undone/);
  assert.deepEqual((await inside(BOX)).sort(), ["a", "b", "c", "d"]);
  assert.deepEqual(await inside(OTHER), []);
});

test("a copy leaves the original", async () => {
  await perform("copy", ["b"], { to: OTHER });
  assert.deepEqual(await inside(BOX), ["a", "b", "c", "d"]);
  assert.deepEqual(await inside(OTHER), ["b"]);
});

test("archive and junk go to their folders, made when first used", async () => {
  assert.match(flash((await perform("archive", ["a"])).text).text, /archived/);
  assert.deepEqual(await inside("Archive"), ["a"]);
  const page = await perform("junk", ["b"]);
  assert.deepEqual(await inside("Junk", "KEYWORD $Junk"), ["b"]);
  const undone = await client.post("/act", { csrf: formTo(page.text, "/act").fields.get("csrf"), act: "undo", undo: flash(page.text).undo });
  assert.equal(undone.status, 303);
  assert.deepEqual(await inside(BOX, "SUBJECT Act UNKEYWORD $Junk"), ["c", "d", "b"]);
  await perform("junk", ["c"]);
  await perform("notjunk", ["c"], {}, "Junk");
  assert.deepEqual(await inside("INBOX", "SUBJECT Act KEYWORD $NotJunk UNKEYWORD $Junk"), ["c"]);
});

test("delete goes to Trash; from there for good, after a question", async () => {
  await perform("delete", ["a", "b"]);
  assert.deepEqual(await inside("Trash"), ["a", "b"]);
  const trash = await open("Trash");
  const question = await press(client, trash, "delete", uidOf(trash, "a"));
  assert.equal(question.status, 200);
  assert.match(text(question.text), /1 message will be deleted for good/);
  assert.deepEqual(await faults(question.text), []);
  assert.deepEqual(await inside("Trash"), ["a", "b"], "nothing yet");
  const done = await client.follow(await client.submit(question, "/act", { act: "delete" }));
  assert.match(flash(done.text).text, /deleted for good/);
  assert.deepEqual(await inside("Trash"), ["b"]);
});

test("emptying asks, and empties that folder only", async () => {
  await perform("junk", ["a"]);
  await perform("delete", ["b"]);
  const junk = await open("Junk");
  const question = await client.submit(junk, "/act", { act: "empty" });
  assert.equal(question.status, 200);
  assert.deepEqual(await inside("Junk"), ["a"]);
  const done = await client.submit(question, "/act", { act: "empty" });
  assert.equal(done.status, 303);
  assert.equal(rows((await open("Junk")).text).length, 0);
  assert.deepEqual(await inside("Trash"), ["b"]);
  const page = await open();
  const refused = await client.submit(page, "/act", { act: "empty", confirmed: "1" });
  assert.equal(refused.status, 400);
  assert.equal((await inside(BOX)).length, 2);
});

test("what arrives while it is asked is not emptied along", async () => {
  await perform("junk", ["a"]);
  await perform("delete", ["b"]);
  const question = await client.submit(await open("Junk"), "/act", { act: "empty" });
  await imap.append("Junk", letter({ subject: "Act new" }));
  assert.equal((await client.submit(question, "/act", { act: "empty" })).status, 303);
  assert.deepEqual(await inside("Junk"), ["new"]);
  const csrf = formTo((await client.get("/folders")).text, "/folders").fields.get("csrf");
  const other = await client.post("/folders", { csrf, act: "empty", folder: "Trash" });
  await imap.append("Trash", letter({ subject: "Act new" }));
  assert.equal((await client.submit(other, "/folders", { act: "empty" })).status, 303);
  assert.deepEqual(await inside("Trash"), ["new"]);
  const blind = await client.submit(await open("Junk"), "/act", { act: "empty", confirmed: "1" });
  assert.equal(blind.status, 200, "an answer to nothing is no answer");
  assert.deepEqual(await inside("Junk"), ["new"]);
});

test("messages that someone else marked as deleted are not expunged along", async () => {
  await perform("delete", ["a", "b"]);
  await imap.select("Trash");
  const [first] = await imap.search('SUBJECT "Act a"');
  await imap.command(`UID STORE ${first} +FLAGS (\\Deleted)`);
  await imap.attempt("UNSELECT");
  const trash = await open("Trash");
  const answer = await press(client, trash, "purge", uidOf(trash, "b"), { confirmed: "1" });
  assert.equal(answer.status, 303);
  assert.deepEqual(await inside("Trash"), ["a"]);
});

test("a form of another UIDVALIDITY does nothing and says so", async () => {
  const page = await open();
  const answer = await press(client, page, "delete", uidOf(page, "a"), { v: "1" });
  assert.equal(answer.status, 303);
  assert.match(flash((await client.follow(answer)).text).text, /changed/);
  assert.equal((await inside(BOX)).length, 4);
});

test("nothing ticked, impossible targets and nonsense are refused", async () => {
  const page = await open();
  const nothing = await client.follow(await press(client, page, "delete", []));
  assert.match(flash(nothing.text).text, /No message was selected/);
  const [a] = uidOf(page, "a");
  const nowhere = await client.follow(await press(client, page, "move", [a], { to: "" }));
  assert.match(flash(nowhere.text).text, /Choose the folder/);
  for (const changes of [{ to: "No such folder" }, { to: BOX }])
    assert.equal((await press(client, page, "move", [a], changes)).status, 400, JSON.stringify(changes));
  assert.equal((await press(client, page, "explode", [a])).status, 400);
  assert.equal((await press(client, page, "read", ["1:*"])).status, 400);
  assert.equal((await press(client, page, "read", [a], { ticked: "1:4000000000" })).status, 413);
  assert.equal((await client.submit(page, "/act", { act: "undo", undo: "m.1.1.x" })).status, 400);
  assert.equal((await inside(BOX)).length, 4);
});

test("a form without its token does nothing", async () => {
  const page = await open();
  const answer = await press(client, page, "delete", uidOf(page, "a"), { csrf: "x" });
  assert.equal(answer.status, 403);
  assert.equal((await inside(BOX)).length, 4);
});

test("a message that is gone already does not hinder the others", async () => {
  const page = await open();
  const [a, b] = uidOf(page, "a", "b");
  await imap.select(BOX);
  await imap.command(`UID STORE ${a} +FLAGS (\\Deleted)`);
  await imap.command(`UID EXPUNGE ${a}`);
  await imap.attempt("UNSELECT");
  await press(client, page, "move", [a, b], { to: OTHER });
  assert.deepEqual(await inside(OTHER), ["b"]);
});

async function allGone(one) {
  for (const [act, changes] of [["move", { to: OTHER }], ["copy", { to: OTHER }], ["delete", {}]]) {
    const [a] = [await imap.append(BOX, letter({ subject: "Act gone" }))];
    const page = await open(BOX, one);
    await imap.select(BOX);
    await imap.command(`UID STORE ${a} +FLAGS (\\Deleted)`);
    await imap.command(`UID EXPUNGE ${a}`);
    await imap.attempt("UNSELECT");
    const answer = await press(one, page, act, [a], changes);
    assert.equal(answer.status, 303);
    assert.match(flash((await open(BOX, one)).text).text, /no longer there; nothing was done/, act);
  }
}

test("messages that are all gone are not told as moved", () => allGone(client));

// A program of its own behind a proxy, signed in.
async function behindProxy(options, use, account = ACCOUNT2) {
  const proxy = await imapProxy(options);
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  try {
    const one = new SocketClient(program.socket);
    await one.login(account);
    await use(one, proxy, program);
  } finally {
    await program.stop();
    await proxy.close();
  }
}

test("a warm connection that has died is replaced before anything is done", () =>
  behindProxy({}, async (one, proxy, program) => {
    const page = await open(BOX, one);
    proxy.cutAll();
    assert.equal((await press(one, page, "move", uidOf(page, "a"), { to: OTHER })).status, 303, program.log());
    proxy.rules = [{ match: /^NOOP/i, action: "cut", times: 1 }];
    assert.equal((await press(one, page, "move", uidOf(page, "b"), { to: OTHER })).status, 303, program.log());
    proxy.rules = [{ match: /^NOOP/i, action: "cut", times: 1 }];
    assert.equal((await one.get(mail(BOX))).status, 200, program.log());
    assert.deepEqual(await inside(OTHER), ["a", "b"]);
    assert.deepEqual(await inside(BOX), ["c", "d"]);
  }));

test("a move whose answer is lost is told as a failure, and no message is lost or doubled", () =>
  behindProxy({ rules: [{ match: /^UID MOVE/i, action: "cut-after", times: 1 }] }, async (one) => {
    const page = await open(BOX, one);
    assert.equal((await press(one, page, "move", uidOf(page, "a", "b"), { to: OTHER })).status, 502);
    assert.deepEqual([...(await inside(BOX)), ...(await inside(OTHER))].sort(), ["a", "b", "c", "d"]);
  }));

test("in a full account without MOVE, deleting for good is offered", async (t) => {
  const full = await newAccount({ quota_rule: "*:storage=40K" }), own = await Imap.open(full);
  t.after(() => own.close());
  for (const name of ["a", "b"]) await own.append("INBOX", letter({ subject: `Act ${name}`, body: "x".repeat(72).concat("\r\n").repeat(220) }));
  await behindProxy({ hide: ["MOVE"] }, async (one, proxy, program) => {
    const page = await open("INBOX", one);
    const question = await press(one, page, "delete", uidOf(page, "a"));
    assert.equal(question.status, 200, text(question.text) + program.log());
    assert.match(text(question.text), /account is full.* 1 message will be deleted for good/s);
    assert.deepEqual(await faults(question.text), []);
    assert.equal(rows((await open("INBOX", one)).text).length, 2, "nothing yet");
    const { fields } = forms(question.text).find((form) => form.fields.has("confirmed"));
    assert.equal((await one.post("/act", [...fields, ["act", "purge"]])).status, 303, program.log());
    const after_ = await open("INBOX", one);
    assert.match(flash(after_.text).text, /^1 message deleted for good$/);
    assert.deepEqual(subjects(after_.text), ["Act b"]);
  }, full);
});

test("without MOVE, a break between copy and deletion leaves both", () =>
  behindProxy({ hide: ["MOVE"], rules: [{ match: /^UID STORE/i, action: "cut", times: 1 }] }, async (one) => {
    const page = await open(BOX, one);
    assert.equal((await press(one, page, "move", uidOf(page, "a"), { to: OTHER })).status, 502);
    assert.deepEqual(await inside(BOX), ["a", "b", "c", "d"]);
    assert.deepEqual(await inside(OTHER), ["a"]);
  }));

for (const hide of [["MOVE"], ["UIDPLUS"], ["MOVE", "UIDPLUS", "LITERAL+", "SPECIAL-USE", "CONDSTORE"]])
  test(`the same without ${hide.join(", ")}`, () => behindProxy({ hide }, async (one, proxy, program) => {
    await imap.select(BOX);
    const [c] = await imap.search('SUBJECT "Act c"');
    await imap.command(`UID STORE ${c} +FLAGS (\\Deleted)`);
    await imap.attempt("UNSELECT");
    await allGone(one);
    let page = await open(BOX, one);
    assert.equal((await press(one, page, "move", uidOf(page, "a"), { to: OTHER })).status, 303, program.log());
    assert.match(flash((await open(BOX, one)).text).text, /^1 message moved/);
    assert.deepEqual(await inside(OTHER), ["a"]);
    assert.deepEqual(await inside(BOX), ["b", "c", "d"], "what was marked as deleted elsewhere stays");
    assert.deepEqual(await inside(BOX, "DELETED"), ["c"]);
    page = await open(BOX, one);
    assert.equal((await press(one, page, "delete", uidOf(page, "b"))).status, 303);
    assert.deepEqual(await inside("Trash"), ["b"]);
  }));

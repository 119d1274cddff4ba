// A search across folders: newest first as it goes on, stopped and continued, refined, saved, acted
// upon; what changes meanwhile is named and does no harm.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { sleep } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, forms, tags, text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter, quote } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { flash, folders, mail, rows, subjects } from "../lib/rows.mjs";

let account, imap, client;
const HOSTILE = 'x"><script>alert(1)<';
const NESTED = "Amis/Voyages";
const FULL = 6; // folders with messages
const ALL = [300, 260, 200, 150, 100, 90, 60, 40, 7, 5, 3, 1]; // newest first

// "n" is the day it came: the larger the newer, across folders.
const day = (n) => `${String(n % 28 + 1).padStart(2, "0")}-${["Jan", "Mar", "May", "Jul", "Sep"][Math.floor(n / 28) % 5]}-${2024 + Math.floor(n / 140)} 10:00:00 +0000`;
const put = (box, n, parts = {}, flags = "", one = imap) =>
  one.command(`APPEND ${quote(box)} (${flags}) "${day(n)}" `, Buffer.from(letter({ subject: `Mot ${n}`, ...parts })));

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  for (const box of ["Amis", NESTED, HOSTILE, "Travail", "Hors"]) await imap.command(`CREATE ${quote(box)}`);
  for (const box of ["Amis", NESTED, HOSTILE, "Travail"]) await imap.command(`SUBSCRIBE ${quote(box)}`);
  // neither by folder nor by UID in order of time
  const places = ["INBOX", "Amis", NESTED, HOSTILE, "Travail", "Hors"];
  for (const n of [5, 40, 3, 200, 150, 60, 7, 300, 100, 90, 260, 1]) // in another order
    await put(places[n % places.length], n);
  await put("INBOX", 310, { subject: "=?utf-8?q?=C3=A9t=C3=A9?=", from: "=?utf-8?q?=C3=89lo=C3=AFse?= <e@outside.example>" });
  await put("Travail", 320, { subject: "Facture", body: "le compte est bon\r\n", headers: ["List-Id: Infos <infos.lists.example>"] }, "$label1");
  await put("Amis", 330, { subject: "Facture jointe", headers: ["Content-Type: multipart/mixed; boundary=b"],
    body: "--b\r\nContent-Type: text/plain\r\n\r\nvoici\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n--b--\r\n" }, "\\Seen");
  client = await signedIn(account);
});
after(() => {
  imap.close();
  client.close();
});

const url = (q, query = {}) => "/search?" + new URLSearchParams({ q, ...query });
const place = (html) => [...html.matchAll(/<span class="tag"><span class="vh">in <\/span><bdi>([\s\S]*?)<\/bdi>/g)].map(([, one]) => text(one));

// For either kind of client.
async function follow(one, answer) {
  while (answer.status === 303) answer = await one.get(answer.headers.location ?? answer.headers.find(([name]) => /^location$/i.test(name))[1]);
  return answer;
}

// The page once the search is over.
async function settled(path, one = client) {
  for (let i = 0; i < 60; i++) {
    const page = await follow(one, await one.get(path));
    assert.equal(page.status, 200, text(page.text));
    if (!/data-running/.test(page.text)) return page;
  }
  throw new Error("the search does not come to an end");
}
const found = async (q, query) => subjects((await settled(url(q, query))).text).map((one) => one.replace("Mot ", "")).join(" ");

test("all folders, newest first whatever folder they are in", async () => {
  const page = await settled(url("objet:Mot"));
  assert.deepEqual(subjects(page.text).map((one) => Number(one.slice(4))), ALL);
  assert.equal(new Set(place(page.text)).size, new Set(ALL.map((n) => n % 6)).size, "each row says where it is");
  assert.match(text(page.text), /search finished/);
  assert.deepEqual(await faults(page.text), []);
});

test("a subtree, the folders shown, one folder", async () => {
  assert.equal(await found("objet:Mot", { in: "below", folder: "Amis" }), ALL.filter((n) => [1, 2].includes(n % 6)).join(" "));
  const subscribed = await settled(url("objet:Mot", { in: "subscribed" }));
  assert.ok(!place(subscribed.text).includes("Hors"));
  const here = await client.get(url("Mot", { in: "here", folder: "Amis" }));
  assert.match(here.headers.location, /^\/mail\?folder=Amis&q=Mot$/);
});

test("dans: in the query says where, in every form of a folder's name", async () => {
  for (const q of ["facture dans:partout", "facture in:everywhere"]) assert.equal(await found(q), "Facture jointe Facture", q);
  assert.equal(await found("dans:travail facture"), "Facture");
  assert.equal(await found('in:"amis / voyages" objet:Mot'), await found("objet:Mot", { in: "below", folder: NESTED }));
  assert.match(text((await client.get(url("facture dans:nulle-part"))).text), /No folder has the name/);
  const moved = await client.get(mail("INBOX", { q: "facture dans:travail" }));
  assert.match(moved.headers.location, /^\/search\?q=facture%20dans%3Atravail/);
});

test("letters beyond ASCII, bodies, lists, tags, attachments", async () => {
  assert.equal(await found("éloïse"), "été");
  assert.equal(await found("texte:compte"), "Facture");
  assert.equal(await found("liste:infos.lists"), "Facture");
  assert.equal(await found("tag:$label1"), "Facture");
  assert.equal(await found("-tag:$label1 facture"), "Facture jointe");
  assert.equal(await found("a:pièce"), "Facture jointe");
  assert.equal(await found("est:lu"), "Facture jointe");
  assert.equal(await found("zzz"), "");
  assert.doesNotMatch((await settled(url("zzz"))).text, /id="refine"/, "nothing is there to be refined");
});

test("a row's tags have their names and colours, as in the list of a folder", async () => {
  const page = await settled(url("tag:$label1"));
  assert.match(page.text, /<span class="tag c-red"><bdi>Important<\/bdi><\/span>/);
});

test("a folder's hostile name is a name, on the page and on the wire", async () => {
  const page = await settled(url("objet:Mot"));
  assert.ok(place(page.text).includes(HOSTILE));
  assert.doesNotMatch(page.text, /<script>alert/);
  assert.equal((await client.get(rows(page.text)[place(page.text).indexOf(HOSTILE)].url)).status, 200);
  for (const q of ["a\r\nA9 DELETE INBOX", "{5}", "tag:a)b", "dans:\r\nx", "x".repeat(5000), "\u0000"])
    assert.ok([200, 303, 400].includes((await client.get(url(q))).status), JSON.stringify(q));
  for (const folder of ["\r\nA DELETE x", "none"]) assert.equal((await client.get(url("a", { in: "below", folder }))).status, 200);
  assert.ok((await imap.list()).includes("INBOX"));
});

test("the form writes the words of the language", async () => {
  const form = await client.get("/search?form=1&q=facture&folder=Amis&in=here");
  assert.deepEqual(await faults(form.text), []);
  const { fields } = formTo(form.text, "/search") || {};
  assert.ok(forms(form.text).some((one) => one.action === "/search" && one.fields.get("q") === "facture"), `${fields}`);
  const answer = await client.get("/search?" + new URLSearchParams({ q: "facture", from: 'Anne "X" B', subject: "deux mots", after: "2026-01-02", larger: "1M", attachment: "1", unread: "1", in: "all", folder: "Amis" }));
  const query = new URL(answer.headers.location, "https://x").searchParams;
  assert.equal(query.get("q"), 'facture from:"Anne X B" subject:"deux mots" after:2026-01-02 larger:1M has:attachment is:unread');
  assert.equal(query.get("in"), "all");
  assert.equal(query.get("folder"), "Amis");
});

test("refining looks only at what was found, and finds what the whole query finds", async () => {
  const first = await settled(url("facture"));
  assert.equal(rows(first.text).length, 2);
  await put("INBOX", 340, { subject: "Facture plus tard" });
  const answer = await client.get("/search?" + new URLSearchParams({ q: "facture", in: "all", refine: "jointe OU tard" }));
  assert.match(answer.headers.location, /q=facture%20jointe%20OU%20tard.*refines=facture/);
  assert.deepEqual(subjects((await settled(answer.headers.location)).text), ["Facture jointe"], "what came later was not found before");
  assert.equal(await found("facture jointe OU tard", { again: "1" }), "Facture plus tard Facture jointe");
  const loose = await client.get("/search?" + new URLSearchParams({ q: "facture", in: "all", refine: "OU Mot" }));
  assert.doesNotMatch(loose.headers.location, /refines/, "an OR does not narrow");
});

test("a message opens from the result and finds its way back", async () => {
  const page = await settled(url("objet:Mot"));
  const list = rows(page.text);
  const opened = await client.get(list[1].url);
  assert.match(text(opened.text), /2 of 12/);
  const link = (rel) => tags(opened.text, "a").find((one) => one.rel === rel).href;
  assert.equal(link("prev"), list[0].url);
  assert.equal(link("next"), list[2].url);
  const back = tags(opened.text, "a").find((one) => one.class === "back").href;
  assert.deepEqual(subjects((await settled(back)).text), subjects(page.text));
  const forged = await client.get(list[1].url.replace(/search=[^&]*/, "search=%2F%2Fevil.example%2F"));
  assert.match(tags(forged.text, "a").find((one) => one.class === "back").href, /^\/mail\?folder=/);
});

test("pages show what is found so far, cheap ones do not wait, and it can be stopped", async () => {
  const held = 1500;
  const proxy = await imapProxy({ rules: [{ match: /UID SEARCH.*Mot/i, action: "late", ms: held, times: 99 }] });
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  const one = new SocketClient(program.socket), path = url("texte:Mot objet:Mot");
  const searches = () => proxy.commands.filter((command) => /UID SEARCH.*Mot/.test(command)).length;
  const act = (from, name) => ({ ...Object.fromEntries(formTo(/<form class="choices"[\s\S]*?<\/form>/.exec(from.text)[0], "/search").fields), act: name });
  try {
    await one.login(account);
    const page = await one.get(path);
    assert.match(page.text, /data-running/);
    assert.match(text(page.text), /searching…/);
    const before = searches();
    assert.equal((await one.get(mail("INBOX"))).status, 200);
    assert.ok(searches() - before <= 1, "the page came while one search was still held");
    const stopped = await follow(one, await one.post("/search", act(page, "stop")));
    assert.match(text(stopped.text), /search stopped/);
    assert.doesNotMatch(text(stopped.text), /No message matches/, "that is not known yet");
    await sleep(held + 200); // for what was under way
    const then = searches();
    await sleep(held);
    assert.equal(searches(), then, "nothing is asked any more");
    assert.match(text((await one.get(path)).text), /search stopped/, "looking does not start it");
    proxy.rules = [];
    await one.post("/search", act(stopped, "continue"));
    assert.equal(rows((await settled(path, one)).text).length, ALL.length);
  } finally {
    await program.stop();
    await proxy.close();
  }
});

test("two tabs with two searches do not disturb each other", async () => {
  const proxy = await imapProxy({ rules: [{ match: /UID SEARCH.*Mot/i, action: "late", ms: 200, times: 999 }] });
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  const one = new SocketClient(program.socket);
  try {
    await one.login(account);
    const paths = ["a", "b"].map((word) => url(`objet:Mot -objet:${word}`));
    const asked = () => proxy.commands.filter((command) => /UID SEARCH.*Mot/.test(command));
    let pages;
    do pages = await Promise.all(paths.map((path) => one.get(path))); while (pages.some((page) => /data-running/.test(page.text)));
    for (const page of pages) assert.equal(rows(page.text).length, ALL.length);
    assert.equal(asked().length, 2 * FULL, asked().join("\n"));
  } finally {
    await program.stop();
    await proxy.close();
  }
});

test("a folder that goes, and a message that goes, while the result is looked at", async () => {
  await imap.command('CREATE "Passager"');
  await imap.append("Passager", letter({ subject: "Mot de passage" }));
  await imap.append("Amis", letter({ subject: "Mot qui part" }));
  assert.deepEqual((await found("objet:passage OU objet:part")).length, "de passage qui part".length);
  await imap.command('DELETE "Passager"');
  await imap.select("Amis");
  const [uid] = await imap.search('SUBJECT "qui part"');
  await imap.command(`UID STORE ${uid} +FLAGS (\\Deleted)`);
  await imap.command("EXPUNGE");
  await imap.attempt("UNSELECT");
  const page = await settled(url("objet:passage OU objet:part"));
  assert.deepEqual(subjects(page.text), []);
  assert.match(text(page.text), /“Passager” vanished during the search/);
});

test("a folder that was made anew is another one", async () => {
  await imap.command('CREATE "Double"');
  await imap.append("Double", letter({ subject: "Mot ancien double" }));
  assert.equal(await found("double"), "ancien double");
  await imap.command('DELETE "Double"');
  await imap.command('CREATE "Double"');
  await imap.append("Double", letter({ subject: "Mot tout autre" }));
  const page = await settled(url("double"));
  assert.deepEqual(subjects(page.text), []);
  assert.match(text(page.text), /“Double” was replaced/);
  await imap.command('DELETE "Double"');
});

test("a warm connection hears of what has come and been marked since", async () => {
  const here = { in: "below", folder: "Travail" };
  assert.equal(await found("arrivée", here), "");
  await imap.append("Travail", letter({ subject: "Mot =?utf-8?q?arriv=C3=A9e?=" }), ["\\Flagged"]);
  assert.equal(await found("arrivée est:suivi", here), "arrivée");
  await imap.select("Travail");
  const [uid] = await imap.search("FLAGGED");
  await imap.command(`UID STORE ${uid} -FLAGS (\\Flagged)`);
  await imap.attempt("UNSELECT");
  assert.equal(await found("est:suivi arrivée", here), "");
});

test("a saved search is a folder in the column, renamed and forgotten", async () => {
  const page = await settled(url("facture", { in: "subscribed" }));
  const save = (name, from = page) => client.submit({ text: from.text.replace(/<form class="choices"[\s\S]*?<\/form>/g, "") }, "/search", { act: "save", name });
  const kept = await client.follow(await save("Mes factures"));
  assert.match(flash(kept.text).text, /“Mes factures” kept/);
  const side = (html) => folders(html).find((one) => one.label === "Mes factures" || one.label === "À payer");
  assert.ok(side((await client.get("/mail")).text), "on every page");
  assert.ok(side(kept.text).current);
  const opened = await settled(side(kept.text).url);
  assert.deepEqual(subjects(opened.text), ["Facture plus tard", "Facture jointe", "Facture"]);
  assert.match(flash((await client.follow(await save("Mes factures"))).text).text, /already called/);
  const renamed = await client.follow(await client.submit({ text: /<form class="move"[\s\S]*?<\/form>/.exec(opened.text)[0] }, "/search", { act: "rename", name: "À payer" }));
  assert.equal(side(renamed.text).label, "À payer");
  const gone = await client.follow(await client.submit({ text: /<form class="move"[\s\S]*?<\/form>/.exec(renamed.text)[0] }, "/search", { act: "forget" }));
  assert.equal(side(gone.text), undefined);
  assert.match(flash((await client.follow(await save(""))).text).text, /Give the search a name/);
});

test("a filter is offered for what a filter can say", async () => {
  const link = async (q) => tags((await settled(url(q))).text, "a").find((one) => one.href?.startsWith("/filters/edit?"))?.href;
  assert.equal(await link('from:zoe subject:"deux mots" larger:1M a:pièce list:infos'), "/filters/edit?from=zoe&subject=deux%20mots&larger=1000000&attachment=1&list=infos");
  for (const q of ["facture", "-from:zoe", "from:a OR from:b", "is:unread", "before:2026", ""]) assert.equal(await link(q), undefined, q);
});

// Ticks rows by subject and presses a button.
async function perform(q, act, names, changes = {}) {
  const page = await settled(url(q, { again: "1" }));
  const form = forms(page.text).find((one) => one.action === "/act" && one.fields.has("across"));
  const fields = new URLSearchParams(form.fields);
  fields.delete("uid");
  const boxes = [...page.text.matchAll(/<tr class="row[\s\S]*?<\/tr>/g)].map(([row]) => [tags(row, "input")[0].value, text(/<td class="subject">[\s\S]*?<a\b[^>]*>([\s\S]*?)<\/a>/.exec(row)[1])]);
  for (const [value, subject] of boxes) if (names.includes(subject)) fields.append("uid", value);
  for (const [name, value] of Object.entries({ act, ...changes })) fields.set(name, value);
  return client.post("/act", fields);
}
async function inside(box, criteria) {
  await imap.select(box, "EXAMINE");
  const uids = await imap.search(criteria);
  await imap.attempt("UNSELECT");
  return uids.length;
}

test("marks and moves over several folders, with one Undo for all", async () => {
  for (const [box, name] of [["INBOX", "a"], ["Amis", "b"], ["Travail", "c"]]) await imap.append(box, letter({ subject: `Ensemble ${name}` }));
  const all = ["Ensemble a", "Ensemble b", "Ensemble c"];
  const flagged = await client.follow(await perform("ensemble", "flag", all.slice(0, 2)));
  assert.equal(flash(flagged.text).text, "2 messages starred");
  for (const [box, n] of [["INBOX", 1], ["Amis", 1], ["Travail", 0]]) assert.equal(await inside(box, "SUBJECT Ensemble FLAGGED"), n, box);
  const moved = await client.follow(await perform("ensemble", "move", all, { to: "Travail" }));
  const told = flash(moved.text);
  assert.equal(told.text, "2 messages moved to “Travail”", "the third is there already");
  assert.equal(await inside("Travail", "SUBJECT Ensemble"), 3);
  const undone = await client.follow(await client.post("/act", { csrf: formTo(moved.text, "/act").fields.get("csrf"), act: "undo", undo: told.undo, back: "/mail" }));
  assert.match(flash(undone.text).text, /Undone/);
  for (const box of ["INBOX", "Amis", "Travail"]) assert.equal(await inside(box, "SUBJECT Ensemble"), 1, box);
});

test("deleting goes to Trash, and what is there already is asked for first", async () => {
  const page = await client.follow(await perform("ensemble", "delete", ["Ensemble a", "Ensemble b"]));
  assert.match(flash(page.text).text, /^2 messages/);
  assert.equal(await inside("Trash", "SUBJECT Ensemble"), 2);
  const asked = await perform("ensemble", "delete", ["Ensemble a", "Ensemble c"]);
  assert.equal(asked.status, 200);
  assert.match(text(asked.text), /1 message will be deleted for good/);
  assert.equal(await inside("Trash", "SUBJECT Ensemble"), 2, "nothing is done before the answer");
  await client.submit({ text: /<main[\s\S]*<\/main>/.exec(asked.text)[0] }, "/act", { act: "delete" });
  assert.equal(await inside("Trash", 'SUBJECT "Ensemble a"'), 0);
  assert.equal(await inside("Trash", 'SUBJECT "Ensemble c"'), 1);
});

test("a folder that has changed keeps its messages, the others are acted upon", async () => {
  await imap.command('CREATE "Volatil"');
  await imap.append("Volatil", letter({ subject: "Groupe x" }));
  await imap.append("Amis", letter({ subject: "Groupe y" }));
  const page = await settled(url("groupe", { again: "1" }));
  const form = forms(page.text).find((one) => one.action === "/act" && one.fields.has("across"));
  const fields = new URLSearchParams(form.fields);
  fields.delete("uid");
  for (const row of page.text.matchAll(/<tr class="row[\s\S]*?<\/tr>/g)) fields.append("uid", tags(row[0], "input")[0].value);
  await imap.command('DELETE "Volatil"');
  await imap.command('CREATE "Volatil"');
  await imap.append("Volatil", letter({ subject: "Un autre" }));
  fields.set("act", "delete");
  const told = flash((await client.follow(await client.post("/act", fields))).text);
  assert.match(told.text, /1 message moved|1 message deleted|^1 message/);
  assert.match(told.text, /could not be done to 1 message/);
  assert.ok(told.bad);
  assert.equal(await inside("Volatil", "ALL"), 1, "the new folder's message is another");
  await imap.command('DELETE "Volatil"');
});

test("what a form may not say is refused", async () => {
  const csrf = formTo((await client.get("/mail")).text, "/logout").fields.get("csrf");
  for (const uid of ["5", "7.5", "7.5.*", "0.5.SU5CT1g", `1.1:${"9".repeat(9)}.SU5CT1g`])
    assert.ok([400, 413, 422].includes((await client.post("/act", { csrf, across: "1", uid, act: "delete" })).status), uid);
  for (const act of ["empty", "readall"])
    assert.equal((await client.post("/act", { csrf, across: "1", uid: "1.1.SU5CT1g", act })).status, 400, "never more than what is ticked");
  assert.equal((await client.post("/act", { across: "1", uid: "1.1.SU5CT1g", act: "delete" })).status, 403);
  assert.equal((await client.post("/search", { act: "save", name: "x", q: "y" })).status, 403);
});

test("a server that says FUZZY and has no index is asked plainly; one that has found something is not", async () => {
  const empty = [{ match: /FUZZY TEXT/, action: "answer", text: '* ESEARCH (TAG "$TAG") UID\r\n$TAG OK done' }];
  for (const [rules, q, expected, plain] of [[empty, "texte:compte", ["Facture"], 1], [[], "texte:compte", ["Facture"], 0], [[], "-texte:hippocampe texte:compte", ["Facture"], 0]]) {
    const proxy = await imapProxy({ show: ["SEARCH=FUZZY"], rules });
    const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
    const one = new SocketClient(program.socket);
    try {
      await one.login(account);
      assert.deepEqual(subjects((await settled(url(q, { in: "below", folder: "Travail" }), one)).text), expected);
      const asked = proxy.commands.filter((command) => /TEXT (?!vaguemestre)/.test(command));
      assert.match(asked[0], /FUZZY TEXT /);
      assert.equal(asked.filter((command) => !/FUZZY/.test(command)).length, plain, asked.join("\n"));
      assert.ok(!asked.some((command) => /NOT \(?FUZZY/.test(command)), asked.join("\n"));
    } finally {
      await program.stop();
      await proxy.close();
    }
  }
});

test("FUZZY is asked of a server with an index, and given up where it is not understood", async () => {
  for (const [refuses, searches] of [[0, 2], [1, 2]]) { // what has been found by it is asked for once more, with what is not in it yet
    const proxy = await imapProxy({ show: ["SEARCH=FUZZY"], rules: [{ match: /FUZZY TEXT/, action: "answer", text: "$TAG BAD unknown", times: refuses }] });
    const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
    const one = new SocketClient(program.socket);
    try {
      await one.login(account);
      assert.deepEqual(subjects((await settled(url("texte:compte", { in: "below", folder: "Travail" }), one)).text), ["Facture"]);
      const asked = proxy.commands.filter((command) => /TEXT (?!vaguemestre)/.test(command));
      assert.match(asked[0], /FUZZY TEXT /);
      assert.equal(asked.length, searches, asked.join("\n"));
    } finally {
      await program.stop();
      await proxy.close();
    }
  }
});

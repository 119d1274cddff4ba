// Import and export: what goes in comes out, byte for byte, and each message is counted once.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import https from "node:https";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { CA, eventually } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, formTo, tags, text } from "../lib/html.mjs";
import { Program, scratch } from "../lib/program.mjs";
import { Client, ORIGIN, signedIn } from "../lib/http.mjs";
import { entry, hostile, randomness } from "../lib/mbox.mjs";
import { exported, form, importAtSocket, importFiles, latin1, MULTIPART, numbers, smallLetter, smallMbox, upTo, withProxy } from "../lib/transfer.mjs";

test("ten thousand messages come back byte for byte, with dates and flags", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const random = randomness(7);
  const letters = Array.from({ length: 10000 }, (_, i) => hostile(i, random));
  const good = letters.map(entry);
  const bad = good.flatMap((one, i) => i % 1000 === 500 ? [one, entry({ ...letters[i], message: "Subject: bad\r\n\r\nnul \0 here\r\n" })] : [one]);
  const page = text((await importFiles(client, [{ filename: "all.mbox", bytes: Buffer.from(bad.join(""), "latin1") }], { name: "Round" })).text);
  assert.match(page, /10,000 messages imported, 10 refused \(read in the file: 10,010\)/);
  assert.match(page, /Message 502 bad \( person15@outside.example \) Holds the byte 0/);
  const out = latin1(await exported(client, { folder: "Round" }));
  assert.equal(out.length, good.join("").length);
  assert.ok(out === good.join(""), "the mbox is the same");

  const zip = await exported(client, { folder: "Round", form: "eml" });
  assert.match(text((await importFiles(client, [{ filename: "all.zip", bytes: zip }], { name: "Again" })).text), /10,000 messages imported \(/);
  const again = latin1(await exported(client, { folder: "Again" }));
  assert.ok(again === out, "the mbox of what came through a zip of .eml is the same");
  client.close();
});

// A file tree packed by the system's own tool: { path: bytes }.
function pack(files, how, when = 1.7e9) {
  const dir = scratch();
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
    utimesSync(join(dir, path), when, when);
  }
  return execFileSync("tar", ["-C", dir, `-c${how}f`, "-", "."], { maxBuffer: 1e9 });
}

test("everything goes out as one archive and comes back, folder by folder", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const imap = await Imap.open(account);
  for (const name of ["Projets", "Projets/A: b? 100% <x>", "Projets/A: b? 100% <x>/&AMk-t&AOk-", "Vide"]) await imap.fresh(name);
  await imap.append("Projets", smallLetter(1), ["\\Seen", "\\Flagged", "work", "$label1"]);
  await imap.append("Projets/A: b? 100% <x>/&AMk-t&AOk-", smallLetter(2), ["\\Answered", "\\Deleted"]);
  await imap.append("INBOX", smallLetter(3));
  const zips = { Copy1: await exported(client, { folder: "", form: "eml" }), Copy2: await exported(client, { folder: "", form: "mbox" }) };
  for (const [into, zip] of Object.entries(zips)) {
    const page = await importFiles(client, [{ filename: "all.zip", bytes: zip }], { name: into });
    assert.match(text(page.text), /3 messages imported \(read in the file: 3\)/);
    for (const folder of ["INBOX", "Projets", "Projets/A: b? 100% <x>/Été"])
      assert.equal(latin1(await exported(client, { folder: `${into}/${folder}` })), latin1(await exported(client, { folder })), `${into} ${folder}`);
  }
  await imap.select("Copy1/Projets");
  assert.deepEqual((await imap.flags(1)).filter((one) => one !== "\\Recent").sort(), ["$label1", "\\Flagged", "\\Seen", "work"]);
  assert.ok((await imap.list()).includes("Copy2/Vide"), "an empty mbox is an empty folder");
  imap.close();
  client.close();
});

test("only the ticked messages go out, and reading them marks nothing", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const imap = await Imap.open(account);
  const uids = [];
  for (let i = 0; i < 5; i++) uids.push(await imap.append("INBOX", smallLetter(i)));
  const { uidvalidity } = await imap.select("INBOX");
  const page = await client.get(`/transfer?folder=INBOX&v=${uidvalidity}&uids=${uids[1]},${uids[3]}`);
  assert.match(text(page.text), /2 messages chosen in Inbox/);
  const out = latin1(await exported(client, { folder: "INBOX", v: uidvalidity, uids: `${uids[1]},${uids[3]}` }));
  assert.deepEqual(out.match(/^Subject: .*$/gm), ["Subject: No 1", "Subject: No 3"]);
  assert.equal((await imap.search("UNSEEN")).length, 5);
  assert.equal((await client.get(`/export?folder=INBOX&v=${uidvalidity + 1}&uids=1`)).status, 409);
  assert.equal((await client.get("/export?folder=Nowhere")).status, 404);
  assert.equal((await client.get("/export?folder=INBOX&v=1&uids=1:x")).status, 400);
  imap.close();
  client.close();
});

test("a Maildir in a tar keeps flags, dates and folders", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const lf = (i) => smallLetter(i).replaceAll("\r\n", "\n");
  const files = { "Maildir/cur/1.host:2,FS": lf(1), "Maildir/new/2.host": lf(2), "Maildir/tmp/3.host": lf(3), "Maildir/dovecot-uidlist": "x",
    "Maildir/.Travaux.&AMk-t&AOk-/cur/4.host:2,RT": lf(4), "Maildir/.Travaux.&AMk-t&AOk-/cur/5.jpg": Buffer.from([255, 216, 255, 0]) };
  for (const [how, into] of [["", "T1"], ["z", "T2"], ["j", "T3"]]) {
    const page = text((await importFiles(client, [{ filename: "m.tar", bytes: pack(files, how) }], { name: into })).text);
    assert.match(page, /3 messages imported, 1 refused \(read in the file: 4\)/);
    assert.match(page, /5\.jpg \) This file is no message/);
  }
  const imap = await Imap.open(account);
  await imap.select("T3/Maildir/Travaux/&AMk-t&AOk-");
  assert.equal(await imap.source(1), smallLetter(4));
  assert.deepEqual((await imap.flags(1)).filter((one) => one !== "\\Recent").sort(), ["\\Answered", "\\Deleted"]);
  assert.match((await imap.command("FETCH 1 INTERNALDATE")).untagged.join(), /14-Nov-2023 22:13:20 \+0000|14-Nov-2023 23:13:20 \+0100/);
  // flat: all of it in the one folder; and a second time nothing is new
  const flat = pack(files, "");
  assert.match(text((await importFiles(client, [{ filename: "m.tar", bytes: flat }], { name: "Flat", flat: "1" })).text), /3 messages imported, 1 refused/);
  assert.match(text((await importFiles(client, [{ filename: "m.tar", bytes: flat }], { folder: "Flat", flat: "1" })).text),
    /0 messages imported, 3 were there already, 1 refused \(read in the file: 4\)/);
  imap.close();
  client.close();
});

test("single files, packed files and what is none of them", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const one = Buffer.from(smallLetter(1).replaceAll("\r\n", "\n") + "a lone\rCR\n");
  const mbox = Buffer.from(smallMbox(3).join(""));
  const page = text((await importFiles(client, [
    { filename: "one.eml", bytes: one }, { filename: "three.mbox", bytes: mbox }, { filename: "picture.png", bytes: Buffer.from("\x89PNG\r\n\x1a\n\0\0", "latin1") },
    { filename: "empty.eml", bytes: "" }, { filename: "packed.mbox.gz", bytes: execFileSync("gzip", ["-c"], { input: Buffer.from(smallMbox(2, 10).join("")) }) }])).text);
  assert.match(page, /6 messages imported, 2 refused \(read in the file: 8\)/);
  assert.match(page, /picture.png \) This file is no message/);
  assert.match(page, /empty.eml \) Is empty/);
  const imap = await Imap.open(account);
  await imap.select("INBOX");
  assert.equal(await imap.source(1), smallLetter(1) + "a lone\rCR\r\n");
  imap.close();
  // no file at all
  assert.match(text((await importFiles(client, [])).text), /No file has arrived/);
  client.close();
});

test("what was sent again is skipped once for each, and equal messages stay two", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const three = smallMbox(3), twice = [three[0], three[0], ...three.slice(1)].join("");
  assert.match(text((await importFiles(client, [{ filename: "a.mbox", bytes: three.join("") }])).text), /3 messages imported \(/);
  assert.match(text((await importFiles(client, [{ filename: "a.mbox", bytes: twice }])).text), /1 message imported, 3 were there already \(read in the file: 4\)/);
  assert.match(text((await importFiles(client, [{ filename: "a.mbox", bytes: twice }])).text), /0 messages imported, 4 were there already/);
  // same size and date, another text: it is another message
  assert.match(text((await importFiles(client, [{ filename: "a.mbox", bytes: three[0].replace("Bonjour", "Bonsoir") }])).text), /1 message imported \(/);
  assert.match(text((await importFiles(client, [{ filename: "a.mbox", bytes: twice }], { skip: "" })).text), /4 messages imported \(/);
  client.close();
});

test("a connection that breaks loses nothing and doubles nothing, while another program appends", async () => {
  const rules = [{ match: /^APPEND/, action: "cut-after", times: 1 }, { match: /^APPEND/, action: "cut", times: 1 }];
  await withProxy({ rules }, async ({ client, imap }) => {
    const other = (async () => {
      for (let i = 0; i < 40; i++) await imap.append("INBOX", smallLetter(1000 + i));
    })();
    const page = await importAtSocket(client, smallMbox(300).join(""));
    await other;
    assert.match(page, /300 messages imported \(read in the file: 300\)/);
    assert.deepEqual(await numbers(imap), [...upTo(300), ...upTo(40).map((i) => 1000 + i)]);
    assert.deepEqual(rules.map(({ times }) => times), [0, 0]);
  });
});

test("a server that is gone stops the import; the same file again brings the rest", async () => {
  await withProxy({}, async ({ proxy, client, imap }) => {
    await client.get("/transfer");
    let batches = 0;
    proxy.rules.push({ get match() {
      return { test: (command) => /^APPEND/.test(command) && ++batches > 2 };
    }, action: "cut" });
    const page = await importAtSocket(client, smallMbox(600).join(""));
    assert.match(page, /(\d+) messages imported .*The import has stopped\..*Choose the same file again/);
    const told = Number(/(\d+) messages imported/.exec(page)[1]);
    proxy.rules.length = 0;
    const there = await numbers(imap);
    assert.ok(there.length >= told && there.length < 600, `${told} told, ${there.length} there`);
    assert.equal(new Set(there).size, there.length);
    const again = await importAtSocket(client, smallMbox(600).join(""));
    assert.match(again, new RegExp(`${600 - there.length} messages imported, ${there.length} were there already`));
    assert.deepEqual(await numbers(imap), upTo(600));
  });
});

test("servers without MULTIAPPEND or without literals at once take all of it too, and say what they refuse", async () => {
  for (const hide of [["MULTIAPPEND"], ["MULTIAPPEND", "LITERAL+", "LITERAL-"]]) {
    const rules = [{ match: /^APPEND[^{]*\{(?:99|1\d\d\d)\d?\+?\}/, action: "answer", text: "$TAG NO [CANNOT] not on a Sunday\r\n" }];
    await withProxy({ hide }, async ({ proxy, client, imap }) => {
      assert.match(await importAtSocket(client, smallMbox(40).join("")), /40 messages imported \(/);
      assert.deepEqual(await numbers(imap), upTo(40));
      // one that the server refuses is named, and its neighbours are in
      proxy.rules.push(...rules);
      const big = entry({ message: smallLetter(45, { body: "x".repeat(1000) + "\r\n" }), sender: "big@outside.example", date: 1.6e9 });
      const page = await importAtSocket(client, [...smallMbox(5, 40), big, ...smallMbox(5, 46)].join(""));
      assert.match(page, /10 messages imported, 1 refused.*Message 6 No 45 \( big@outside.example \) The server refused it\. .*not on a Sunday/);
      assert.equal((await numbers(imap)).length, 50);
    });
  }
});

test("an upload that breaks off: what is whole is in, and the page says so", async () => {
  await withProxy({}, async ({ client, imap, program }) => {
    const [, csrf] = /name="csrf" value="([^"]+)"/.exec((await client.get("/transfer")).text);
    const body = form({ csrf, folder: "INBOX", skip: "1" }, [{ filename: "a.mbox", bytes: smallMbox(300).join("") }]);
    const cut = body.subarray(0, Math.floor(body.length / 2));
    await client.request("POST", "/import", { body: cut, headers: MULTIPART, params: { CONTENT_LENGTH: String(body.length) } }).catch(() => {});
    const page = await eventually(async () => {
      const one = text((await client.get("/transfer")).text);
      return /broke off/.test(one) && one;
    });
    const [, told, read] = /(\d+) messages imported \(read in the file: (\d+)\)/.exec(page);
    assert.equal(Number(told) + 1, Number(read)); /* the one that was cut is not in */
    assert.deepEqual(await numbers(imap), upTo(Number(told)));
    assert.match(await importAtSocket(client, smallMbox(300).join("")), new RegExp(`${300 - told} messages imported, ${told} were there already`));
    assert.match(program.log(), /import .*status=closed/);
  });
});

test("an export whose server goes away passes for no whole file", async () => {
  await withProxy({}, async ({ proxy, client, program }) => {
    await importAtSocket(client, smallMbox(600).join(""));
    for (const form of ["mbox", "eml"]) {
      let bodies = 0;
      proxy.rules.splice(0, 9, { get match() {
        return { test: (command) => /^UID FETCH .*BODY\.PEEK\[\]/.test(command) && ++bodies === 3 };
      }, action: "cut" });
      await assert.rejects(client.get(`/export?folder=INBOX&form=${form}`), /closed without an answer/);
      assert.equal(bodies, 3);
      proxy.rules.length = 0;
      assert.equal((await client.get(`/export?folder=INBOX&form=${form}`)).status, 200);
    }
    assert.equal(program.log().match(/cut-off .*path=\/export/g).length, 2);
  });
});

test("an account that fills up: all that is told to be in is in", async () => {
  const account = await newAccount({ quota_rule: "*:storage=60K" });
  const client = await signedIn(account);
  const page = text((await importFiles(client, [{ filename: "a.mbox", bytes: smallMbox(400).join("") }])).text);
  const [, told] = /(\d+) messages imported/.exec(page);
  assert.match(page, /The import has stopped\./);
  const imap = await Imap.open(account);
  assert.deepEqual(await numbers(imap), upTo(Number(told)));
  assert.ok(Number(told) > 10 && Number(told) < 400);
  imap.close();
  client.close();
});

test("a file that swells without end, a broken one and a foreign one are refused", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const sh = (command) => execFileSync("sh", ["-c", command], { maxBuffer: 1e9 });
  const bomb = sh(`{ printf 'Subject: bomb\n\n'; head -c 120000000 /dev/zero | tr '\\0' a; } | gzip -9`);
  assert.match(text((await importFiles(client, [{ filename: "bomb.eml.gz", bytes: bomb }])).text), /0 messages imported .*unpacks beyond the limit/);
  const zip = await (async () => {
    await importFiles(client, [{ filename: "a.mbox", bytes: smallMbox(30).join("") }]);
    return exported(client, { folder: "INBOX", form: "eml" });
  })();
  const cut = text((await importFiles(client, [{ filename: "cut.zip", bytes: zip.subarray(0, zip.length / 2) }], { name: "Cut" })).text);
  assert.match(cut, /1\d messages imported .*The import has stopped: the file is damaged/);
  assert.ok(!cut.includes("Choose the same file again"), "it would be no better");
  const xz = sh("printf 'From a Thu Mar 12 14:02:09 2026\nA: b\n\n' | xz");
  assert.match(text((await importFiles(client, [{ filename: "a.mbox.xz", bytes: xz }])).text), /1 refused .*This file is no message/);
  // a path that climbs is a name like others, and touches nothing
  const climbing = execFileSync("python3", ["-c", `
import io, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as z:
    z.writestr("../../../../tmp/vm-climbed.eml", "Subject: climbs\\n\\n")
    z.writestr("good/a.eml", "Subject: good\\n\\n")
sys.stdout.buffer.write(out.getvalue())`]);
  assert.match(text((await importFiles(client, [{ filename: "c.zip", bytes: climbing }], { name: "C" })).text), /2 messages imported/);
  assert.throws(() => readFileSync("/tmp/vm-climbed.eml"));
  client.close();
});

test("memory stays flat, whatever goes through", async () => {
  const account = await newAccount();
  const program = await Program.start({}, { environment: { ASAN_OPTIONS: "quarantine_size_mb=1:thread_local_quarantine_size_kb=64" } });
  const client = new SocketClient(program.socket);
  await client.login(account);
  const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${program.child.pid}/status`, "utf8"))[1]);
  await importAtSocket(client, smallMbox(300).join("")); /* warm */
  await client.get("/export?folder=INBOX&form=eml");
  const before = peak();
  const body = ("x".repeat(990) + "\r\n").repeat(1000);
  const large = Array.from({ length: 60 }, (_, i) => entry({ message: smallLetter(i, { body }), sender: "a@outside.example", date: 1.6e9 }));
  assert.match(await importAtSocket(client, large.join(""), { name: "Large" }), /60 messages imported/);
  assert.ok((await client.get("/export?folder=Large")).body.length > 59e6);
  assert.ok((await client.get("/export?folder=Large&form=eml")).body.length > 1e5);
  assert.ok(peak() - before < 16 * 1024, `${peak() - before} KB more`);
  await program.stop();
});

test("who may: a token, this site, and no export on a public computer", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const file = { filename: "a.mbox", bytes: smallMbox(1).join("") };
  assert.equal((await client.postMultipart("/import", [["folder", "INBOX"], ["file", file], ["csrf", "late"]])).status, 403);
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec((await client.get("/transfer")).text);
  assert.equal((await client.postMultipart("/import", [["file", file], ["csrf", csrf]])).status, 403, "a token behind the file is too late");
  assert.equal((await client.postMultipart("/import", [["csrf", csrf], ["file", file]], { origin: "https://elsewhere.example" })).status, 403);
  const answer = await client.postMultipart("/import", [["csrf", csrf], ["folder", "Nowhere"], ["file", file]]);
  assert.match(text((await client.follow(answer)).text), /There is no such folder/);
  client.close();
  const there = new Client();
  await there.login(account, { public: "1" });
  for (const path of ["/transfer", "/export?folder=INBOX", "/journey?folder=INBOX"]) assert.equal((await there.get(path)).status, 403);
  there.close();
});

test("whoever sends forms slowly holds no thread that others need", async () => {
  const slow = await signedIn(await newAccount()), other = await signedIn(await newAccount());
  const cookie = [...slow.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answers = [];
  const requests = Array.from({ length: 24 }, () => {
    const request = https.request(new URL("/import", ORIGIN), { method: "POST", ca: CA, agent: false,
      headers: { cookie, origin: ORIGIN, "content-length": 1e6, ...MULTIPART } });
    request.on("error", () => null);
    request.on("response", (answer) => answers.push(answer.statusCode));
    request.write("--B\r\n");
    return request;
  });
  await eventually(() => answers.length >= 20, "the others are refused");
  assert.ok(answers.every((status) => status === 503), answers.join());
  const began = Date.now();
  assert.match(text((await importFiles(other, [{ filename: "a.mbox", bytes: smallMbox(1).join("") }])).text), /1 message imported/);
  assert.ok(Date.now() - began < 10000, `${Date.now() - began} ms`);
  for (const request of requests) request.destroy();
  slow.close();
  other.close();
});

// Asks for an export and does not read it.
function stuck(cookie, answers) {
  const request = https.request(new URL("/export?folder=INBOX", ORIGIN), { ca: CA, agent: false, headers: { cookie } });
  request.on("error", () => null);
  request.on("response", (answer) => answers.push(answer.pause().statusCode));
  request.end();
  return request;
}

test("exports that go slowly leave their owner's pages a connection", async () => {
  const account = await newAccount();
  const client = await signedIn(account), imap = await Imap.open(account);
  const body = ("x".repeat(990) + "\r\n").repeat(2000);
  for (let i = 0; i < 8; i++) await imap.append("INBOX", letter({ subject: `Large ${i}`, body }));
  const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answers = [], requests = Array.from({ length: 4 }, () => stuck(cookie, answers));
  await eventually(() => answers.length === 4);
  assert.deepEqual(answers.sort(), [200, 200, 503, 503]);
  const began = Date.now();
  assert.equal((await client.get("/mail?folder=INBOX")).status, 200);
  assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
  for (const request of requests) request.destroy();
  imap.close();
  client.close();
});

test("a session whose connections are all busy does not hold the threads that others need", async () => {
  const proxy = await imapProxy({});
  const program = await Program.start({ threads: 8, limits: { connections_each: 1 }, imap: { port: proxy.port, security: "tls" } });
  const busy = new SocketClient(program.socket), other = new SocketClient(program.socket);
  await busy.login(await newAccount());
  await other.login(await newAccount());
  await busy.get("/mail");
  proxy.rules = [{ match: /^(STATUS|LIST|NOOP)/i, action: "stall", times: 1 }];
  const waiting = Array.from({ length: 12 }, () => busy.get("/folders").catch(() => null));
  await eventually(() => proxy.rules[0].times === 0);
  const began = Date.now();
  assert.equal((await other.get("/mail")).status, 200);
  assert.ok(Date.now() - began < 10000, `${Date.now() - began} ms`);
  proxy.cutAll();
  await Promise.all(waiting);
  await program.stop();
  await proxy.close();
});

test("no letter makes the copy for the journey fail by what stands in its head", async () => {
  const account = await newAccount();
  const imap = await Imap.open(account);
  const long = '"'.repeat(100000), files = Array.from({ length: 400 }, (_, i) => `--B\r\nContent-Disposition: attachment; filename="${i}${"&".repeat(3000)}"\r\n\r\nx\r\n`).join("");
  for (const i of [1, 2, 3]) await imap.append("INBOX", letter({ from: "a@outside.example", subject: `No ${i} ${long}`, id: `long${i}@test.example` }));
  await imap.append("INBOX", `From: a@outside.example\r\nSubject: Many\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nHello.\r\n${files}--B--\r\n`);
  const client = await signedIn(account);
  const answer = await client.get("/journey?folder=INBOX");
  assert.equal(answer.status, 200);
  assert.match(answer.text, /<\/main>\s*<\/body>\s*<\/html>\s*$/);
  assert.equal(tags(answer.text, "article").length, 4);
  assert.match(text(answer.text), /No 3 "{7990,8000}… From/);
  assert.match(text(answer.text), /399&{200,255}…/);
  client.close();
  imap.close();
});

test("letters to thousands of people keep nobody from list, export and copy", async () => {
  const account = await newAccount();
  const imap = await Imap.open(account);
  const people = Array.from({ length: 4000 }, (_, i) => `"x" <u${i}@outside.example>`).join(",\r\n ");
  const fields = ["From", "To", "Cc", "Bcc", "Reply-To", "Sender"].map((name) => `${name}: ${people}\r\n`).join("");
  for (const i of upTo(60)) await imap.append("INBOX", `${fields}Subject: No ${i}\r\n\r\nHello.\r\n`);
  const client = await signedIn(account);
  const settings = [...formTo((await client.get("/settings")).text, "/settings").fields].filter(([name]) => name !== "page_size");
  assert.equal((await client.post("/settings", new URLSearchParams([...settings, ["page_size", "200"]]))).status, 303);
  const list = await client.get("/mail?folder=INBOX");
  assert.match(text(list.text), /No 59 .*No 0 /);
  const archive = latin1(await exported(client, { folder: "INBOX" }));
  assert.equal(archive.match(/^Subject: No \d+/gm).length, 60);
  const copy = await client.get("/journey?folder=INBOX&newest=15");
  assert.equal(tags(copy.text, "article").length, 15);
  client.close();
  imap.close();
});

test("a copy for the journey: one page that needs nothing else", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const imap = await Imap.open(account);
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await imap.append("INBOX", letter({ subject: "Pictured", headers: ["Content-Type: multipart/related; boundary=r"],
    body: ["--r", "Content-Type: text/html; charset=utf-8", "", '<style>p { color: red } .vm-letter { display: none }</style><p>Hello<img alt="dot" src="cid:one"><img alt="track" src="https://track.example/x.png"><script>alert(1)</script></p>',
      "--r", "Content-Type: image/png", "Content-ID: <one>", "Content-Transfer-Encoding: base64", "", png,
      "--r", 'Content-Type: application/pdf; name="plan.pdf"', "Content-Disposition: attachment; filename=plan.pdf", "Content-Transfer-Encoding: base64", "", "JVBERg==", "--r--", ""].join("\r\n") }));
  await imap.append("INBOX", letter({ subject: "<b>Plain</b>", body: "Second\r\n" }));
  const answer = await client.get("/journey?folder=INBOX&newest=20");
  assert.equal(answer.status, 200);
  assert.match(answer.headers["content-disposition"], /^attachment; filename="Inbox \d{4}-\d\d-\d\d\.html"$/);
  const html = answer.text;
  assert.ok(html.includes(`"data:image/png;base64,${png}"`));
  assert.ok(!/track\.example|<script|src="\/|<link/.test(html), "nothing from elsewhere");
  assert.match(html, /content="default-src 'none'; img-src data:; style-src 'unsafe-inline'/);
  assert.match(html, /plan\.pdf/);
  assert.ok(!html.includes("JVBERg"));
  assert.match(html, /&lt;b&gt;Plain&lt;\/b&gt;/);
  assert.ok(html.indexOf("Second") < html.indexOf("Hello"), "the newest first");
  const style = /<style>\n([\s\S]*?)<\/style>/.exec(html.slice(html.indexOf("<main>")))[1];
  assert.match(style, /\.vm-n1 p/, "a letter's rules hold for it alone");
  assert.ok(!style.includes(".vm-letter"));
  assert.ok(html.includes('class="vm-n1 vm-letter'));
  assert.deepEqual(await faults(html.replace(/<style>[\s\S]*?<\/style>/g, "")), []);
  const { uidvalidity } = await imap.select("INBOX");
  const one = (await client.get(`/journey?folder=INBOX&v=${uidvalidity}&uids=1`)).text;
  assert.ok(one.includes("Hello") && !one.includes("Second"));
  assert.equal((await imap.search("UNSEEN")).length, 2);
  assert.deepEqual(await faults((await client.get("/transfer")).text), []);
  imap.close();
  client.close();
});

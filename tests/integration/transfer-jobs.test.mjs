// An import is a job like others, whoever looks, and what comes of it is kept; an export takes all
// that was meant, and says what it could not take.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { CA, eventually, sleep } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, forms, formTo, tags, text } from "../lib/html.mjs";
import { ORIGIN, signedIn } from "../lib/http.mjs";
import { Imap } from "../lib/imap.mjs";
import { entry } from "../lib/mbox.mjs";
import { Program, scratch } from "../lib/program.mjs";
import { flash } from "../lib/rows.mjs";
import { publicFolder, sharer } from "../lib/sharing.mjs";
import { exported, form, importAtSocket, importFiles, latin1, MULTIPART, numbers, smallLetter, smallMbox, upTo, withProxy } from "../lib/transfer.mjs";

const BODY = "x".repeat(990) + "\r\n";
const largeMbox = (n) => upTo(n).map((i) => entry({ message: smallLetter(i, { body: BODY.repeat(50) }), sender: "zoe@outside.example", date: 1.6e9 + i })).join("");
const jobsOf = async (client) => JSON.parse((await client.get("/poll?jobs=1")).text).jobs;
const tokenOf = async (client) => /name="csrf" value="([^"]+)"/.exec((await client.get("/transfer")).text)[1];

// An upload that goes on when it is told to: { write, answer }.
async function upload(client, mbox, fields = {}) {
  const body = form({ csrf: await tokenOf(client), folder: "INBOX", skip: "1", ...fields }, [{ filename: "archive.mbox", bytes: mbox }]);
  const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = https.request(new URL("/import", ORIGIN), { method: "POST", ca: CA, agent: false,
    headers: { cookie, origin: ORIGIN, "content-length": body.length, ...MULTIPART } });
  const answer = new Promise((resolve) => request.on("response", (one) => resolve(one.resume())).on("error", resolve));
  let at = 0;
  const write = (share) => {
    const to = Math.floor(body.length * share);
    request.write(body.subarray(at, to));
    at = to;
  };
  return { write, answer, request };
}

test("every session of its user sees an import, and can stop it", async (t) => {
  const account = await newAccount();
  const [sender, other, stranger] = [await signedIn(account), await signedIn(account), await signedIn(await newAccount())];
  const sent = await upload(sender, largeMbox(400), { name: "Archive" });
  t.after(() => sent.request.destroy());
  sent.write(0.5);
  const [job] = await eventually(async () => {
    const jobs = await jobsOf(other);
    return jobs.length && !/^0 messages/.test(jobs[0].text) && jobs;
  });
  assert.match(job.text, /^\d+ messages imported · [\d.]+\sMB of 20\sMB/);
  assert.ok(job.percent > 10 && job.percent < 60, `${job.percent} %`);
  assert.deepEqual(await jobsOf(stranger), []);
  assert.equal((await stranger.get(`/job?id=${job.id}`)).status, 404);
  const list = await other.get("/mail?folder=INBOX");
  assert.match(text(list.text), /Import into “Archive” \d+ messages imported/);
  for (const path of ["/jobs", `/job?id=${job.id}`, "/transfer"]) {
    const page = await other.get(path);
    assert.match(text(page.text), path === "/transfer" ? /archive\.mbox → Archive \d+ messages/ : /Import into “Archive”/, path);
    assert.deepEqual((await faults(page.text)).filter((fault) => !/meta-refresh/.test(fault)), [], path);
  }
  // one at a time
  assert.match(text((await importFiles(other, [{ filename: "a.mbox", bytes: smallMbox(1).join("") }])).text), /An import is already under way/);
  const page = await other.get(`/job?id=${job.id}`);
  assert.match(text(page.text), /The tab that sends the file must stay open/);
  assert.ok(!tags(page.text, "button").some(({ value }) => value === "continue"));
  assert.equal((await other.post("/job", new URLSearchParams([...formTo(page.text, "/job").fields, ["act", "cancel"]]))).status, 303);
  sent.write(0.6);
  await eventually(async () => (await jobsOf(other)).length === 0);
  sent.write(1);
  const answer = await sent.answer;
  assert.equal(answer.statusCode, 303, String(answer));
  const imap = await Imap.open(account), there = await numbers(imap, "Archive");
  assert.ok(there.length > 0 && there.length < 250, `${there.length}`);
  assert.deepEqual(there, upTo(there.length));
  const over = await other.get(`/job?id=${job.id}`);
  assert.match(text(over.text), new RegExp(`${there.length} messages imported .*Choose the same file again`));
  assert.match(text(over.text), /Stopped at 1[0-2]\.?\d?\sMB of 20\sMB/);
  assert.deepEqual(tags(over.text, "button").filter(({ name }) => name === "act"), []);
  // the same file again brings the rest
  const again = text((await importFiles(sender, [{ filename: "archive.mbox", bytes: largeMbox(400) }], { folder: "Archive" })).text);
  assert.match(again, new RegExp(`${400 - there.length} messages imported, ${there.length} were there already`));
  assert.deepEqual(await numbers(imap, "Archive"), upTo(400));
  imap.close();
  for (const client of [sender, other, stranger]) client.close();
});

test("what was refused is named after a sign-out, and its end told, as that of other jobs", async () => {
  const account = await newAccount();
  const client = await signedIn(account);
  const spoilt = upTo(60).map((i) => entry({ message: `Subject: Spoilt ${i}\r\n\r\n\0\r\n`, sender: "zoe@outside.example", date: 1.6e9 }));
  const body = form({ csrf: await tokenOf(client), folder: "INBOX", skip: "1" }, [{ filename: "a.mbox", bytes: [...smallMbox(3), ...spoilt].join("") }]);
  assert.equal((await client.request("POST", "/import", { body, headers: MULTIPART })).status, 303);
  // another page than its own tells of it, once
  assert.match(flash((await client.get("/mail?folder=INBOX")).text).text, /3 messages imported, 60 refused \(read in the file: 63\)/);
  assert.equal(flash((await client.get("/mail?folder=INBOX")).text).text, "");
  const page = text((await client.get("/transfer")).text);
  assert.match(page, /3 messages imported, 60 refused .*Message 4 Spoilt 0 \( zoe@outside\.example \) Holds the byte 0.*Message 13 Spoilt 9 .*See all 60 refused messages/);
  assert.ok(!page.includes("Spoilt 10"));
  await client.post("/logout", { csrf: await tokenOf(client) });
  const later = await signedIn(account);
  // nor by the status line of the page that shows it
  assert.equal(flash((await importFiles(later, [{ filename: "b.mbox", bytes: smallMbox(1, 70).join("") }])).text).text, "");
  const rows = await later.get("/jobs");
  assert.match(text(rows.text), /Import into “Inbox” .* 1 message imported .*Import into “Inbox” .* 3 messages imported, 60 refused/);
  const [, first] = tags(rows.text, "a").filter(({ href }) => /^\/job\?id=/.test(href ?? ""));
  const all = await later.get(first.href);
  assert.match(text(all.text), /a\.mbox Finished 3 messages imported, 60 refused .*Message 4 Spoilt 0 \( zoe@outside\.example \) Holds the byte 0/);
  assert.equal(text(all.text).match(/Spoilt \d+/g).length, 60);
  assert.deepEqual(await faults(all.text), []);
  client.close();
  later.close();
});

test("each of thousands that were refused is named, some hundred on a page", async () => {
  const client = await signedIn(await newAccount());
  const bytes = upTo(9999).map((i) => entry({ message: `Subject: ${"é".repeat(90)} ${i}\r\n\r\n\0\r\n`, sender: `${"z".repeat(150)}@outside.example`, date: 1.6e9 })).join("");
  const told = await importFiles(client, [{ filename: "a.mbox", bytes }]);
  const { href } = tags(told.text, "a").find(({ href }) => /^\/job\?id=/.test(href ?? ""));
  const numbersOn = (page) => [...page.matchAll(/<b>Message ([\d,]+)<\/b>/g)].map(([, n]) => Number(n.replace(",", "")));
  const turnsOn = (page) => tags(page, "a").map((a) => a.href).filter((at) => at?.includes("&from="));
  const first = await client.get(href);
  assert.equal(first.status, 200);
  assert.deepEqual(numbersOn(first.text), upTo(500).map((i) => i + 1));
  assert.deepEqual(turnsOn(first.text), [`${href}&from=501#refused`]);
  assert.match(text(first.text), /1–500 Next/);
  assert.deepEqual(await faults(first.text), []);
  const last = await client.get(`${href}&from=9501`);
  assert.deepEqual(numbersOn(last.text), upTo(499).map((i) => i + 9501));
  assert.deepEqual(turnsOn(last.text), [`${href}&from=9001#refused`]);
  assert.match(text(last.text), /Previous 9,501–9,999/);
  for (const from of ["0", "-1", "99999999999", "x"]) assert.equal(numbersOn((await client.get(`${href}&from=${from}`)).text)[0], 1, from);
  assert.deepEqual(numbersOn((await client.get(`${href}&from=10000`)).text), upTo(499).map((i) => i + 9501));
  client.close();
});

test("an import whose process is killed says so, and the same file again brings the rest", async () => {
  const account = await newAccount(), dir = scratch();
  const settings = { store: { path: join(dir, "store.sqlite"), key_file: join(dir, "server.key") } };
  let program = await Program.start(settings);
  const client = new SocketClient(program.socket);
  await client.login(account);
  const secret = entry({ message: "Subject: Nobody reads this in the store\r\n\r\n\0\r\n", sender: "hidden@outside.example", date: 1.6e9 });
  const mbox = secret + smallMbox(1500).join("");
  const body = form({ csrf: await tokenOf(client), folder: "INBOX", skip: "1" }, [{ filename: "a.mbox", bytes: mbox }]);
  const cut = body.subarray(0, Math.floor(body.length * 0.8));
  client.request("POST", "/import", { body: cut, headers: MULTIPART, params: { CONTENT_LENGTH: String(body.length) }, open: true }).catch(() => {});
  await eventually(async () => Number(/^[\d,]+/.exec((await jobsOf(client))[0]?.text)?.[0].replace(",", "")) >= 1000);
  await program.stop("SIGKILL");
  for (const file of ["store.sqlite", "store.sqlite-wal"])
    assert.ok(!/Nobody reads|hidden@outside/.test(latin1(readFileSync(join(dir, file)))), file);

  program = await Program.start(settings);
  client.address = program.socket;
  const first = await eventually(async () => {
    const page = await client.get("/mail?folder=INBOX");
    return page.status === 200 && page;
  });
  const told = flash(first.text).text;
  assert.match(told, /messages? imported, 1 refused .* The service was stopped in the middle of the import/);
  const page = (await client.get("/transfer")).text;
  assert.match(text(page), /stopped in the middle.*Choose the same file again.*Message 1 Nobody reads this in the store/);
  const list = (await client.get("/jobs")).text, [link] = tags(list, "a").filter(({ href }) => /^\/job\?id=/.test(href ?? ""));
  assert.match(text(list), /Import into “Inbox” .*The service was stopped in the middle/);
  const row = await client.get(link.href);
  assert.match(text(row.text), /stopped in the middle.*Choose the same file again.*Message 1 Nobody reads this in the store/);
  assert.ok(!tags(row.text, "button").some(({ value }) => value === "continue" || value === "cancel"));
  // what the dead process sent may arrive yet
  const imap = await Imap.open(account);
  let there = -1;
  for (let now = 0; now !== there; await sleep(500)) [there, now] = [now, (await numbers(imap)).length];
  assert.ok(there >= Number(/^[\d,]+/.exec(told)[0].replace(",", "")));
  assert.match(await importAtSocket(client, mbox), new RegExp(`${1500 - there} messages imported, ${there.toLocaleString("en")} were there already, 1 refused`));
  assert.deepEqual(await numbers(imap), upTo(1500));
  imap.close();
  await program.stop();
});

const unzip = (zip) => {
  const file = join(scratch(), "all.zip");
  writeFileSync(file, zip);
  const read = (...args) => execFileSync("python3", ["-c", "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nsys.stdout.buffer.write(z.read(sys.argv[2]) if len(sys.argv) > 2 else '\\n'.join(z.namelist()).encode())", file, ...args]).toString();
  return { names: read().split("\n"), read };
};

test("a folder that cannot be opened ends no export of everything: the archive names it", async () => {
  publicFolder("Coffre", "l");
  publicFolder("Avis", "lr");
  const account = await sharer();
  const imap = await Imap.open(account), client = await signedIn(account);
  await imap.append("INBOX", smallLetter(1));
  for (const [how, inbox] of [["mbox", "INBOX.mbox"], ["eml", /^INBOX\/.*\.eml$/]]) {
    const { names, read } = unzip(await exported(client, { folder: "", form: how }));
    assert.ok(names.some((name) => (inbox.test ? inbox.test(name) : name === inbox)), names.join());
    assert.ok(!names.some((name) => /Coffre/.test(name)));
    if (how === "mbox") assert.ok(names.includes("Public/Avis.mbox"), names.join());
    assert.equal(names.at(-1), "Not exported.txt");
    assert.match(read(names.at(-1)), /^These folders could not be opened and are not in this archive:\r\n\r\n- .*Coffre: .+\r\n$/);
  }
  const cookieless = await client.get("/export?folder=Public/Coffre");
  assert.ok(cookieless.status >= 400, "alone it is a failure");
  imap.close();
  client.close();
});

test("what goes away while an archive is made is counted in it", async () => {
  await withProxy({ hide: ["ESEARCH"] }, async ({ proxy, client }) => {
    await importAtSocket(client, smallMbox(3).join(""));
    proxy.rules.push({ match: /^UID SEARCH ALL/, action: "answer", text: "* SEARCH 1 2 3 99\r\n$TAG OK done", times: 1 });
    const { names, read } = unzip((await client.get("/export?folder=INBOX&form=eml")).body);
    assert.equal(proxy.rules[0].times, 0);
    assert.equal(names.length, 4);
    assert.equal(read("Not exported.txt"), "1 message went away while the archive was made.\r\n");
    assert.equal(unzip((await client.get("/export?folder=INBOX&form=eml")).body).names.length, 3);
  });
});

test("all of a folder or a search go out, not the ticks of one page", async () => {
  const account = await newAccount();
  const client = await signedIn(account), imap = await Imap.open(account);
  await importFiles(client, [{ filename: "a.mbox", bytes: smallMbox(230).join("") }]);
  for (const [query, meant] of [["folder=INBOX", upTo(230)], ["folder=INBOX&q=subject:11", upTo(230).filter((i) => /11/.test(i))]]) {
    const list = await client.get(`/mail?${query}&all=1`), fields = new URLSearchParams(formTo(list.text, "/act").fields);
    fields.delete("uid");
    fields.set("act", "export");
    await imap.append("INBOX", smallLetter(1100 + meant.length)); // comes too late
    const answer = await client.post("/act", fields);
    assert.equal(answer.status, 303);
    const page = await client.follow(answer);
    assert.match(text(page.text), new RegExp(`${meant.length} messages chosen in Inbox`));
    for (const path of ["/export", "/journey"]) {
      const one = new URLSearchParams(formTo(page.text, path).fields);
      if (path === "/export") one.set("form", "mbox");
      const got = await client.get(`${path}?${one}`);
      assert.equal(got.status, 200, got.text.slice(0, 300));
      const found = (path === "/export" ? got.text.match(/^Subject: No \d+/gm) : got.text.match(/<h2[^>]*>(?:<bdi>)?No \d+/g)).map((line) => Number(/\d+$/.exec(line)[0]));
      assert.deepEqual(found.sort((a, b) => a - b), meant, path);
      if (path === "/journey") assert.equal(got.text.match(/<li><a href="#n\d+">/g).length, meant.length);
    }
  }
  imap.close();
  client.close();
});

test("where one reads, a message is taken along, and a conversation goes out whole", async () => {
  const account = await newAccount();
  const client = await signedIn(account), imap = await Imap.open(account);
  const uids = [];
  for (let i = 0; i < 3; i++)
    uids.push(await imap.append("INBOX", smallLetter(i, { subject: i ? "Re: Plans" : "Plans", body: `Word ${i}\r\n`, headers: i ? ["In-Reply-To: <small0@test.example>", "References: <small0@test.example>"] : [] })));
  await imap.append("INBOX", smallLetter(9));
  const { uidvalidity } = await imap.select("INBOX");
  const page = await client.get(`/message?folder=INBOX&v=${uidvalidity}&uid=${uids[1]}`);
  const [link] = tags(page.text, "a").filter(({ href }) => href?.startsWith("/journey?"));
  const copy = await client.get(link.href);
  assert.match(copy.headers["content-disposition"], /^attachment/);
  assert.ok(copy.text.includes("Word 1") && !/Word [02]/.test(copy.text));
  const answer = await client.post("/act", { csrf: await tokenOf(client), folder: "INBOX", v: String(uidvalidity), uid: String(uids[1]), threads: "1", until: String(uids[2] + 1), act: "export" });
  assert.match(text((await client.follow(answer)).text), /3 messages chosen in Inbox/);
  const threads = await client.get(`/mail?folder=INBOX&threads=1&v=${uidvalidity}&uid=${uids[2]}`);
  const form = forms(threads.text).find(({ fields }) => fields.get("threads") === "1" && fields.get("uid") === String(uids[2]));
  assert.ok(form && tags(form.html, "button").some(({ value }) => value === "export"), "the conversation's own menu offers it");
  imap.close();
  client.close();
});

test("an export of a large folder that nobody has opened waits for its turn at the gate", async (t) => {
  const proxy = await imapProxy();
  t.after(() => proxy.close());
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" }, threads: 8, limits: { costly: 1 } });
  const accounts = [await newAccount(), await newAccount()], clients = [];
  for (const account of accounts) {
    const imap = await Imap.open(account);
    await imap.append("INBOX", smallLetter(1));
    for (const folder of ["Drafts", "Sent", "Trash"]) await imap.command(`CREATE ${folder}`);
    await imap.command("CREATE Big");
    await imap.select("INBOX");
    await imap.command("UID COPY 1 Big");
    await imap.select("Big");
    for (let n = 1; n < 2048; n *= 2) await imap.command("UID COPY 1:* Big");
    imap.close();
    const client = new SocketClient(program.socket);
    await client.login(account);
    await eventually(async () => (await client.get("/mail?folder=INBOX")).status === 200);
    clients.push(client);
  }
  proxy.rules.push({ match: /^(SELECT|EXAMINE) "?Big/, action: "late", ms: 1500, times: 1 });
  const first = clients[0].get("/mail?folder=Big");
  await eventually(() => proxy.rules[0].times === 0);
  const began = Date.now();
  const answer = await clients[1].get("/export?folder=Big");
  assert.ok(Date.now() - began > 900, `it waited ${Date.now() - began} ms`);
  assert.equal(answer.text.match(/^From /gm).length, 2048);
  await first;
  await program.stop();
});

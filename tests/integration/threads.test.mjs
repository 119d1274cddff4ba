// Conversations: who belongs together, with the server's THREAD and without; the list of them, kept
// up to date by difference; what is done with a whole one; the page of one letter among the others.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { eventually } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { faults, forms, tags, text } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Program } from "../lib/program.mjs";
import { flash, mail, press, rows, subjects } from "../lib/rows.mjs";

const BOX = "Fils + (co) 100%";
let account, imap, proxy, program, client;

const people = { anne: "Anne Lefèvre <anne@outside.example>", paul: "Paul Dupont <paul@outside.example>", me: null };
let clock = Date.UTC(2026, 2, 2, 8);
const dated = () => new Date((clock += 3600_000)).toUTCString();

// One more letter. `to`: the ids of what it answers, the first one first.
const write = (box, id, subject, { from = people.anne, refs = [], reply = refs.at(-1), flags = ["\\Seen"] } = {}) =>
  imap.append(box, letter({ id: `${id}@t.example`, subject, from: from ?? `Moi <${account.user}>`, date: dated(), headers: [
    ...(refs.length ? [`References: ${refs.map((one) => `<${one}@t.example>`).join("\r\n ")}`] : []),
    ...(reply ? [`In-Reply-To: <${reply}@t.example>`] : [])], body: `Corps de ${id}.\r\n` }), flags);

const get = async (query = {}, one = client) => {
  const page = await one.get(mail(BOX, { threads: 1, ...query }));
  assert.equal(page.status, 200, text(page.text) + program.log());
  return page;
};
const follow = (answer) => (assert.equal(answer.status, 303, text(answer.text)), client.get(answer.header("location")));
const submit = (page, path, changes) => {
  const fields = new URLSearchParams(forms(page.text).find((form) => form.action === path).fields);
  for (const [name, value] of Object.entries(changes)) fields.set(name, value);
  return client.post(path, fields);
};
const threadCommands = () => proxy.commands.filter((one) => /^UID THREAD/i.test(one)).length;
const counted = (html) => Object.fromEntries(rows(html).map((row) => [row.subject, Number(row.count || 1)]));

// Chains, a lost parent, a branch, an old subject, In-Reply-To alone, nobody's answer.
async function fill(box) {
  await imap.fresh(box);
  await write(box, "a1", "Colloque");
  await write(box, "b1", "Budget", { from: people.paul });
  await write(box, "a2", "Re: Colloque", { refs: ["a1"], from: people.paul });
  await write(box, "c2", "Re: Perdu", { refs: ["c1"] });
  await write(box, "c3", "Re: Perdu", { refs: ["c1"], from: people.paul });
  await write(box, "d1", "Salle");
  await write(box, "a3", "Re: Colloque", { refs: ["a1", "a2"], flags: [] });
  await write(box, "b2", "AW: Budget", { reply: "b1" });
  await write(box, "e2", "Re: Salle", { from: people.paul });
  await write(box, "f1", "Seule");
  await write(box, "a4", "Colloque, la suite", { refs: ["a1", "a2", "a3"], from: people.paul });
}
const FILLED = { Colloque: 4, Seule: 1, Salle: 2, Budget: 2, "Re: Perdu": 2 };

async function start(options = {}) {
  const through = await imapProxy(options);
  const made = await Program.start({ imap: { port: through.port, security: "tls" } });
  const one = new SocketClient(made.socket);
  await one.login(account);
  return { through, made, one };
}

before(async () => {
  account = await newAccount();
  imap = await Imap.open(account);
  ({ through: proxy, made: program, one: client } = await start());
  await client.get("/mail"); // makes Sent and Trash
  await fill(BOX);
});
after(async () => {
  imap?.close();
  await program?.stop();
  await proxy?.close();
});

test("the list shows conversations, the latest reply first, with people and count", async () => {
  const { text: html } = await get();
  assert.deepEqual(subjects(html), ["Colloque", "Seule", "Salle", "Budget", "Re: Perdu"]);
  assert.deepEqual(counted(html), FILLED);
  const first = rows(html)[0];
  assert.equal(first.from, "Anne, Paul");
  assert.ok(first.classes.includes("new"), "one of its letters is unread");
  assert.match(first.marks, /./);
  assert.match(text(html), /Anne, Paul 4 messages/);
  assert.deepEqual(rows((await get({ order: "asc" })).text).map((row) => row.subject), ["Re: Perdu", "Budget", "Salle", "Seule", "Colloque"]);
  assert.deepEqual(await faults(html), []);
  assert.equal(threadCommands(), 1);
});

test("a row leads to the first unread letter, which stands among the others", async () => {
  const row = rows((await get()).text)[0];
  const uid = Number(new URLSearchParams(row.url.split("?")[1]).get("uid"));
  await imap.select(BOX, "EXAMINE");
  assert.deepEqual(await imap.search("UNSEEN"), [uid]);
  const page = await client.get(row.url.replace("/mail", "/message"));
  assert.match(text(page.text), /Conversation of 4 messages/);
  const [beforeIt, afterIt] = [/<section class="thread" aria-labelledby[\s\S]*?<\/section>/, /<section class="thread" aria-label=[\s\S]*?<\/section>/].map((one) => one.exec(page.text)[0]);
  assert.deepEqual([...beforeIt.matchAll(/<b><bdi>(.*?)<\/bdi>/g)].map((one) => one[1]), ["Anne Lefèvre", "Paul Dupont"]);
  assert.deepEqual([...afterIt.matchAll(/<b><bdi>(.*?)<\/bdi>/g)].map((one) => one[1]), ["Paul Dupont"]);
  assert.deepEqual(await faults(page.text), []);
  const link = tags(afterIt, "a")[0].href;
  assert.match((await client.get(link)).text, /Colloque, la suite/);
  await imap.command(`UID STORE ${uid} -FLAGS (\\Seen)`).catch(() => null);
});

test("restricted to unread letters it shows the conversations that have one", async () => {
  await imap.select(BOX);
  await imap.command("STORE 1:* +FLAGS (\\Seen)");
  await imap.command("STORE 1 -FLAGS (\\Seen)");
  assert.deepEqual(counted((await get({ only: "unread" })).text), { Colloque: 4 });
  assert.deepEqual(subjects((await get({ q: "objet:Budget" })).text), ["Budget"]);
  await imap.command("STORE 1 +FLAGS (\\Seen)");
});

test("what another client does is followed without a second THREAD", async () => {
  await get();
  const told = threadCommands();
  await write(BOX, "b3", "Re: Budget", { refs: ["b1", "b2"], flags: [] });
  let html = (await get()).text;
  assert.equal(subjects(html)[0], "Budget");
  assert.deepEqual(counted(html), { ...FILLED, Budget: 3 });
  assert.ok(rows(html)[0].classes.includes("new"));
  await write(BOX, "g1", "Tout autre chose");
  await write(BOX, "d3", "Re: Salle", { refs: ["elsewhere"] });
  html = (await get()).text;
  assert.deepEqual(counted(html), { ...FILLED, Budget: 3, Salle: 3, "Tout autre chose": 1 });
  // the lost parent comes late
  await write(BOX, "c1", "Perdu");
  html = (await get()).text;
  assert.equal(counted(html)["Re: Perdu"], 3);
  await imap.select(BOX);
  const gone = await imap.search("OR HEADER Message-ID <a3@t.example> HEADER Message-ID <f1@t.example>");
  assert.equal(gone.length, 2);
  await imap.command(`UID STORE ${gone.join()} +FLAGS (\\Deleted)`);
  await imap.command("EXPUNGE");
  html = (await get()).text;
  assert.equal(counted(html).Colloque, 3);
  assert.equal(counted(html).Seule, undefined);
  await imap.command("STORE 1:* +FLAGS (\\Flagged)");
  assert.match(rows((await get()).text)[0].marks, /Starred/);
  await imap.command("STORE 1:* -FLAGS (\\Flagged)");
  assert.equal(threadCommands(), told, "no THREAD again");
  const lasting = counted((await get()).text);
  const fresh = await start();
  try { // and what a new session is told by the server is the same
    const page = await fresh.one.get(mail(BOX, { threads: 1 }));
    assert.deepEqual(counted(page.text), lasting);
    assert.deepEqual(subjects(page.text), subjects((await get()).text));
  } finally {
    await fresh.made.stop();
    await fresh.through.close();
  }
});

test("one's own answers in Sent stand in their place", async () => {
  await imap.append("Sent", letter({ id: "mine@t.example", from: account.user, to: "anne@outside.example", subject: "Re: Budget", date: dated(),
    headers: ["In-Reply-To: <b3@t.example>", "References: <b1@t.example>\r\n <b2@t.example>\r\n <b3@t.example>"], body: "Ma réponse, d’accord.\r\n" }), ["\\Seen"]);
  const row = rows((await get()).text).find((one) => one.subject === "Budget");
  const page = await client.get(row.url.replace("/mail", "/message"));
  assert.match(text(page.text), /Conversation of 4 messages/);
  const last = /<section class="thread" aria-label=[\s\S]*?<\/section>/.exec(page.text)[0];
  assert.match(text(last), /me in Sent/);
  const mine = await client.get(tags(last, "a")[0].href);
  assert.equal(mine.status, 200);
  assert.match(mine.text, /Re: Budget/);
  const acts = forms(page.text).find((form) => form.fields.has("until"));
  assert.match(text(page.text), /Whole conversation 3 messages/); // what it acts on is in this folder
  assert.equal(acts.fields.get("threads"), "1");
});

test("what is done with a row is done with the whole of it, and undone", async () => {
  const page = await get();
  const salle = rows(page.text).find((row) => row.subject === "Salle");
  const moved = await follow(await press(client, page, "delete", [salle.uid]));
  assert.match(flash(moved.text).text, /3 messages/);
  assert.ok(!subjects(moved.text).includes("Salle"));
  const undone = await follow(await client.post("/act", new URLSearchParams({
    csrf: forms(moved.text).find((form) => form.fields.has("undo")).fields.get("csrf"), act: "undo", undo: flash(moved.text).undo, back: mail(BOX, { threads: 1 }) })));
  assert.equal(counted(undone.text).Salle, 3);
});

test("a letter that comes after the list was shown is not acted on unseen", async () => {
  const page = await get();
  const colloque = rows(page.text).find((row) => row.subject === "Colloque");
  await write(BOX, "a9", "Re: Colloque", { refs: ["a1"], flags: [] });
  await get(); // another tab has seen it meanwhile
  const done = await follow(await press(client, page, "archive", [colloque.uid]));
  assert.match(flash(done.text).text, /3 messages/);
  const left = rows(done.text).find((row) => /Colloque/.test(row.subject));
  assert.equal(left.count, undefined);
  assert.ok(left.classes.includes("new"));
  const wrong = await press(client, page, "archive", [colloque.uid], { until: "" });
  assert.equal(wrong.status, 400);
});

test("a folder is listed as it was chosen for it, others as the account has it", async () => {
  const other = await client.get(mail(BOX));
  assert.ok(!forms(other.text).some((form) => form.fields.has("threads")));
  const chosen = await follow(await press(client, other, undefined, [], { list: "threads" }));
  assert.match(flash(chosen.text).text, /grouped by conversation/);
  const plain = await client.get(mail(BOX));
  assert.ok(forms(plain.text).some((form) => form.fields.get("threads") === "1"));
  assert.ok(!/threads=/.test(rows(plain.text)[0].url), "what is usual is not in addresses");
  assert.ok(!forms((await client.get(mail("Sent"))).text).some((form) => form.fields.has("threads")));
  // the account's own way: this one stays as chosen, the others change
  const settings = await client.get("/settings");
  await submit(settings, "/settings", { threads: "1" });
  assert.ok(forms((await client.get(mail("Sent"))).text).some((form) => form.fields.has("threads")));
  const off = await follow(await press(client, plain, undefined, [], { list: "messages" }));
  assert.match(flash(off.text).text, /one by one/);
  assert.ok(!forms((await client.get(mail(BOX))).text).some((form) => form.fields.has("threads")));
  await submit(await client.get("/settings"), "/settings", { threads: "0" });
});

test("a conversation of hundreds is read a window at a time", async () => {
  const box = "Long";
  await imap.fresh(box);
  for (let i = 1; i <= 60; i++) await write(box, `l${i}`, i > 1 ? "Re: Long" : "Long", { refs: i > 1 ? ["l1", ...(i > 2 ? [`l${i - 1}`] : [])] : [] });
  const list = await client.get(mail(box, { threads: 1 }));
  assert.deepEqual(counted(list.text), { Long: 60 });
  const page = await client.get(rows(list.text)[0].url.replace("/mail", "/message"));
  assert.match(text(page.text), /39 earlier messages/);
  const earlier = tags(page.text, "a").map((one) => one.href).find((href) => /uid=39(&|$)/.test(href));
  const middle = await client.get(earlier);
  assert.match(text(middle.text), /18 earlier messages/);
  assert.match(text(middle.text), /1 later message/);
  // an unread one in the midst of it makes the whole unread, and is what opens
  await imap.select(box);
  await imap.command("UID STORE 30 -FLAGS (\\Seen)");
  const [row] = rows((await client.get(mail(box, { threads: 1 }))).text);
  assert.ok(row.classes.includes("new"));
  assert.match(row.url, /uid=30$/);
  await imap.remove(box);
});

test("two tabs at once find them out once, and follow what comes once", async () => {
  const box = "Onglets";
  await fill(box);
  const { through, made, one } = await start({ rules: [{ match: /^UID THREAD/i, action: "late", ms: 500, times: 9 }] });
  const list = async () => { // a busy machine may have it wait
    const page = await one.get(mail(box, { threads: 1 }));
    return page.status === 202 ? list() : counted(page.text);
  };
  const both = () => Promise.all([list(), list()]);
  const asked = (what) => through.commands.filter((command) => what.test(command)).length;
  try {
    assert.deepEqual(await both(), [FILLED, FILLED]);
    assert.equal(asked(/^UID THREAD/i), 1);
    await write(box, "b3", "Re: Budget", { refs: ["b1", "b2"] });
    through.rules = [{ match: /^UID SEARCH.*b1@t/i, action: "late", ms: 500, times: 9 }];
    const more = { ...FILLED, Budget: 3 };
    assert.deepEqual(await both(), [more, more]);
    assert.equal(asked(/^UID THREAD/i), 1, "while one tab looks for relatives the other waits for what it finds");
    assert.equal(asked(/^UID SEARCH.*b1@t/i), 1);
  } finally {
    await made.stop();
    await through.close();
    await imap.remove(box);
  }
});

// Its process runs into a limit of memory, each time.
const DIES = { rules: [{ match: /^UID THREAD/i, action: "cut", times: 9 }] };

// The same mailbox where the server does not thread, or says that it does and refuses or dies of it.
for (const options of [{ hide: ["THREAD"] }, { hide: ["THREAD"], lies: true }, { hide: ["*"] }, DIES])
  test(`by our own linking: ${JSON.stringify(options)}`, async () => {
    const box = "Sans fil";
    await fill(box);
    const { through, made, one } = await start(options);
    try {
      const list = async () => {
        const page = await one.get(mail(box, { threads: 1 }));
        assert.equal(page.status, 200, text(page.text) + made.log());
        return page.text;
      };
      assert.deepEqual(counted(await list()), FILLED);
      const read = () => through.commands.filter((command) => /FETCH.*REFERENCES/i.test(command)).length;
      const told = read();
      await write(box, "b3", "Re: Budget", { refs: ["b1", "b2"] });
      await write(box, "c1", "Perdu");
      assert.deepEqual(counted(await list()), { ...FILLED, Budget: 3, "Re: Perdu": 3 });
      assert.equal(read(), told + 1, "only what is new is read");
      assert.match(through.commands.filter((command) => /FETCH.*REFERENCES/i.test(command)).at(-1), /FETCH 12:13 /);
      await imap.select(box);
      await imap.command("STORE 2 +FLAGS (\\Deleted)");
      await imap.command("EXPUNGE");
      assert.equal(counted(await list()).Budget ?? counted(await list())["AW: Budget"], 2);
      const asked = through.commands.filter((command) => /THREAD/i.test(command)).length;
      assert.ok(options.lies || asked === (options === DIES ? 1 : 0), `${asked} times THREAD`);
    } finally {
      await made.stop();
      await through.close();
      await imap.remove(box);
    }
  });

test("of hundreds of letters ours are the server's; and finding them out can be waited for", async () => {
  const box = "Mille";
  let seed = 7;
  const dice = (n) => (seed = (seed * 48271) % 2147483647) % n;
  await imap.fresh(box);
  const known = [];
  let came = 0;
  for (let i = 0; i < 700; i++) {
    const parent = known.length && dice(3) ? known[dice(known.length)] : null;
    const mail = { id: `m${i}`, refs: parent ? [...parent.refs, parent.id] : [], subject: parent ? `Re: ${parent.base}` : `Sujet ${dice(400)}` };
    mail.base = mail.subject.replace(/^(Re: )+/, "");
    known.push(mail);
    if (dice(6) === 0) continue; // it never came
    came++;
    const short = dice(4) === 0;
    await write(box, mail.id, mail.subject, { refs: short ? [] : mail.refs, reply: mail.refs.at(-1) });
  }
  assert.ok(known.length === 700);
  const groups = async (options) => {
    const { through, made, one } = await start(options);
    try {
      if (options.rules?.[0].action === "delay") { // the server takes its time, and the page says so
        const waiting = await one.get(mail(box, { threads: 1 }));
        assert.equal(waiting.status, 202);
        assert.match(text(waiting.text), /Conversations of “Mille”/);
        through.delay = 0;
        await eventually(async () => (await one.get(mail(box, { threads: 1 }))).status === 200, 15000);
        assert.equal(through.commands.filter((command) => /^UID THREAD/i.test(command)).length, 1);
      }
      const found = [];
      for (let page = 1; page < 30; page++) {
        const html = (await one.get(mail(box, { threads: 1, page }))).text;
        const mine = rows(html).map((row) => `${row.uid}:${row.count || 1}`);
        if (found.includes(mine[0])) break;
        found.push(...mine);
      }
      return found;
    } finally {
      await made.stop();
      await through.close();
    }
  };
  const whole = await client.get(mail(box, { threads: 1 }));
  assert.match(text(whole.text), new RegExp(`Select all ${came} messages in this folder`));
  assert.doesNotMatch(text((await client.get(mail(box, { threads: 1, q: "Sujet" }))).text), /Select all/);
  const theirs = await groups({ rules: [{ match: /^UID THREAD/i, action: "delay", ms: 1500, times: 1 }] }), ours = await groups({ hide: ["THREAD"] });
  const alone = await groups({ ...DIES });
  await imap.remove(box);
  assert.ok(theirs.length > 100, `${theirs.length} conversations`);
  assert.deepEqual(ours, theirs);
  assert.deepEqual(alone, theirs);
});

// Long work while everything breaks: the line is cut at any byte, answers are lost, the program is
// killed, servers lack MOVE or UIDPLUS, other tabs and another mail program work in the same mailbox.
// Afterwards every message is in one place, once.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { eventually } from "../lib/env.mjs";
import { formTo } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { Site, closeSites } from "../lib/job-site.mjs";
import { astray } from "../lib/many.mjs";

const COUNT = 1120; // more than one chunk
after(closeSites);

// A number generator with a seed, so that a failure can be had again.
function dice(seed) {
  let state = seed * 2654435761 >>> 0 || 1;
  return (most) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ state << 5) >>> 0;
    return state % most;
  };
}

// What may go wrong on the way, by its name. Each rule strikes once.
const rule = (match, action, times = 1) => ({ match, action, times });
const MOVED = /^UID MOVE/i, COPIED = /^UID COPY/i, EXPUNGED = /^UID EXPUNGE/i;
const moves = [
  ["the answer to a MOVE is lost", {}, [rule(MOVED, "cut-after")]],
  ["a MOVE never arrives", {}, [rule(MOVED, "cut")]],
  ["no MOVE; the answer to a COPY is lost", { hide: ["MOVE"] }, [rule(COPIED, "cut-after")]],
  ["no MOVE; the line breaks before the EXPUNGE", { hide: ["MOVE"] }, [rule(EXPUNGED, "cut")]],
  ["no MOVE; the answer to the EXPUNGE is lost", { hide: ["MOVE"] }, [rule(EXPUNGED, "cut-after")]],
  ["neither MOVE nor UIDPLUS; the answer to a COPY is lost", { hide: ["MOVE", "UIDPLUS"] }, [rule(COPIED, "cut-after")]],
  ["one answer after the other is lost", { hide: ["MOVE"] }, [rule(COPIED, "cut-after"), rule(EXPUNGED, "cut-after", 2)]],
  ["the server is away for a while", {}, [rule(MOVED, "cut"), rule(/^(AUTHENTICATE|LOGIN)/i, "cut", 2)]],
];

describe("a move when", { concurrency: 4 }, () => {
  for (const [name, options, rules] of moves)
    test(name, async () => {
      const site = await Site.open(options);
      // the page itself comes without trouble: one after the other they strike the job
      await site.page("/mail?folder=Source&all=1");
      const [first, ...later] = rules.map((one) => ({ ...one }));
      const armed = later.map((one) => ({ ...one, match: { test: (command) => first.times === 0 && one.match.test(command) } }));
      site.proxy.rules = [first, ...armed];
      await site.act("move");
      await site.rest();
      assert.ok(site.proxy.rules.every(({ times }) => times === 0), "what was to break has broken");
      let { found, counts } = await site.places();
      assert.deepEqual(astray(found, COUNT), []);
      assert.deepEqual(counts, { Target: COUNT });
      await site.undo();
      ({ found, counts } = await site.places());
      assert.deepEqual(astray(found, COUNT), []);
      assert.deepEqual(counts, { Source: COUNT }, "what was moved while the answer was lost comes back too");
      await site.stop();
    });
});

describe("a copy when", { concurrency: 4 }, () => {
  for (const [name, rules] of [["its answer is lost", [rule(COPIED, "cut-after")]], ["it never arrives", [rule(COPIED, "cut")]]])
    test(name, async () => {
      const site = await Site.open();
      site.proxy.rules = rules.map((one) => ({ ...one }));
      // somebody else files something there too
      const imap = await Imap.open(site.account);
      await imap.append("Target", letter({ id: "other.1@many.example" }));
      await site.act("copy");
      await imap.append("Target", letter({ id: "other.2@many.example" }));
      await site.rest();
      imap.close();
      const { found } = await site.places();
      for (let n = 1; n <= COUNT; n++) assert.deepEqual((found.get(`m.${n}@many.example`) || []).sort(), ["Source", "Target"], `m.${n}`);
      await site.undo();
      const { counts } = await site.places();
      assert.deepEqual(counts, { Source: COUNT, Target: 2, Trash: COUNT });
      await site.stop();
    });
});

describe("the line is cut at any byte", { concurrency: 4 }, () => {
  for (let seed = 1; seed <= 8; seed++)
    test(`seed ${seed}`, async () => {
      const roll = dice(seed), site = await Site.open(seed % 3 === 0 ? { hide: ["MOVE"] } : {});
      await site.client.get("/mail?folder=Source");
      site.proxy.cutAfterBytes = 2500 + roll(60000);
      const open = setTimeout(() => (site.proxy.cutAfterBytes = Infinity), 2000 + roll(2000));
      const cuts = setInterval(() => site.proxy.cutAll(), 150 + roll(700));
      setTimeout(() => clearInterval(cuts), 3000);
      // the page itself may meet the cut too: then nothing was started, and one presses again
      await eventually(() => site.act("move").then(() => true), 20000);
      await site.rest();
      clearTimeout(open);
      const { found, counts } = await site.places();
      assert.deepEqual(astray(found, COUNT), []);
      assert.deepEqual(counts, { Target: COUNT });
      await site.stop();
    });
});

describe("the program is killed", { concurrency: 4 }, () => {
  const after = [["before the server hears of a MOVE", {}, MOVED, "cut"], ["while the server moves", {}, MOVED, "stall"],
    ["between COPY and EXPUNGE", { hide: ["MOVE"] }, EXPUNGED, "cut"], ["while the server copies", { hide: ["MOVE"] }, COPIED, "stall"]];
  for (const [name, options, match, action] of after)
    test(name, async () => {
      const site = await Site.open(options);
      let heard = false;
      site.proxy.rules = [{ match: { test: (command) => !heard && match.test(command) && (heard = true) }, action }];
      await site.act("move");
      await eventually(() => heard, 20000);
      await site.kill();
      site.proxy.cutAll();
      site.proxy.rules = [];
      await site.start();
      assert.equal((await site.client.get("/mail")).status, 200, "the session goes on");
      assert.equal((await site.jobs()).length, 1, "and so does its job");
      await site.rest();
      const { found, counts } = await site.places();
      assert.deepEqual(astray(found, COUNT), []);
      assert.deepEqual(counts, { Target: COUNT });
      await site.undo();
      assert.deepEqual((await site.places()).counts, { Source: COUNT });
      await site.stop();
    });
});

test("signing out does not stop a job, and the next sign-in hears of its end", async () => {
  const site = await Site.open();
  site.proxy.rules = [{ match: MOVED, action: "late", ms: 1500, times: 1 }];
  await site.act("move");
  await site.press("/settings", "/logout", {});
  const imap = await Imap.open(site.account);
  await eventually(async () => (await imap.select("Target", "EXAMINE")).exists === COUNT, 30000);
  imap.close();
  await site.client.login(site.account);
  await eventually(async () => /1,120 messages moved to “Target”/.test((await site.client.get("/mail")).text), 10000);
  await site.stop();
});

test("one that is cancelled stops after the chunk in hand, and what it did can be undone", async () => {
  const site = await Site.open();
  let held = 0;
  site.proxy.rules = [{ match: { test: (command) => MOVED.test(command) && ++held === 1 }, action: "late", ms: 1500 }];
  await site.act("move");
  await eventually(() => held > 0, 20000);
  await site.press(await site.newest(), "/job", { act: "cancel" });
  await site.rest();
  const { counts, found } = await site.places();
  assert.deepEqual(astray(found, COUNT), []);
  assert.ok(counts.Target > 0 && counts.Target < COUNT, JSON.stringify(counts));
  const page = await site.client.get(await site.newest());
  assert.match(page.text, /Stopped at/);
  await site.undo();
  assert.deepEqual((await site.places()).counts, { Source: COUNT });
  await site.stop();
});

test("a refusal in the midst is told, and the rest goes on when its user says so", async () => {
  const site = await Site.open();
  let n = 0;
  site.proxy.rules = [{ match: { test: (command) => MOVED.test(command) && ++n === 2 }, action: "answer", text: "$TAG NO [OVERQUOTA] Too much" }];
  await site.act("move");
  await site.rest();
  const url = await site.newest(), page = await site.client.get(url);
  assert.match(page.text, /BOX-30/);
  assert.match(page.text, /Stopped by an error at 1,000 of 1,120/);
  assert.deepEqual((await site.places()).counts, { Source: COUNT - 1000, Target: 1000 });
  await site.press(url, "/job", { act: "continue" });
  await site.rest();
  assert.deepEqual((await site.places()).counts, { Target: COUNT });
  await site.undo();
  assert.deepEqual((await site.places()).counts, { Source: COUNT });
  await site.stop();
});

describe("with others in the same mailbox", () => {
  // What a mail program at a desk does all day: reads, flags, files, deletes, gets mail.
  async function desk(account, until, roll) {
    const mine = { filed: 0, arrived: 0 };
    let imap = null;
    while (!until()) {
      // a server drops a client now and then, and that opens the mailbox again
      if (!imap || imap.socket.destroyed) {
        imap = await Imap.open(account);
        await imap.select("Source");
      }
      const uids = await imap.search("UNDELETED").catch(() => []);
      // from the end: two MOVEs of one message at the same time are a race of the server's own
      const last = uids.slice(-3);
      if (last.length) {
        await imap.attempt(`UID STORE ${last[0]} +FLAGS (\\Flagged)`).catch(() => null);
        if (roll(3) === 0) mine.filed += (await imap.attempt(`UID MOVE ${last.at(-1)} Other`).catch(() => ({}))).status === "OK";
      }
      if (roll(4) === 0) await imap.append("Source", letter({ id: `n.${mine.arrived + 1}@many.example` })).then(() => mine.arrived++, () => null);
      await imap.command("NOOP").catch(() => null);
    }
    imap.close();
    return mine;
  }

  test("a second program at work loses nothing", async () => {
    const site = await Site.open({}, 2300);
    let over = false;
    site.proxy.rules = [{ match: MOVED, action: "late", ms: 700 }];
    const work = desk(site.account, () => over, dice(5));
    await site.act("move");
    await site.rest();
    over = true;
    const mine = await work, { found, counts } = await site.places();
    assert.ok(mine.arrived > 0 && mine.filed > 0, "it was at work meanwhile");
    assert.deepEqual(astray(found, 2300), []);
    assert.deepEqual(astray(found, mine.arrived, "n"), []);
    assert.equal(Object.values(counts).reduce((a, b) => a + b), 2300 + mine.arrived, JSON.stringify(counts));
    await site.stop();
  });

  test("two tabs that move the same folder to different places", async () => {
    const site = await Site.open();
    site.proxy.rules = [{ match: MOVED, action: "late", ms: 300 }];
    const pages = [await site.page("/mail?folder=Source&all=1"), await site.page("/mail?folder=Source&all=1")];
    await Promise.all(pages.map(async (page, i) => {
      const fields = new URLSearchParams(formTo(page.text, "/act").fields);
      fields.set("act", "move");
      fields.set("to", i ? "Target" : "Other");
      assert.equal((await site.client.post("/act", fields)).status, 303);
    }));
    await site.rest();
    const { found, counts } = await site.places();
    assert.deepEqual(astray(found, COUNT), []);
    assert.equal((counts.Target || 0) + (counts.Other || 0), COUNT);
    await site.stop();
  });
});

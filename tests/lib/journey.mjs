// journey.mjs — the main job from sign-in to emptied Trash, over HTTP, checked at the server itself.
// Whatever the server can or cannot do, the same happens.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SocketClient } from "./fastcgi.mjs";
import { formTo, forms, tags, text } from "./html.mjs";
import { Imap, letter, quote } from "./imap.mjs";
import { flash, folders, mail, press, rows, subjects } from "./rows.mjs";

// Modified UTF-7 (RFC 3501 5.1.3), for names at the server.
export function utf7(name) {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === "&") return "&-";
    const bytes = Buffer.from(run, "utf16le").swap16();
    return "&" + bytes.toString("base64").replace(/=+$/, "").replaceAll("/", ",") + "-";
  });
}

const COUNT = 56;
const two = (n) => String(n).padStart(2, "0");
const day = (n) => new Date(Date.UTC(2026, 0, n, 12)).toUTCString().replace("GMT", "+0000");
const internal = (n) => `${two(1 + n % 28)}-${["Jan", "Feb"][Math.floor(n / 28) % 2]}-2026 10:00:00 +0000`;
const WITH_PDF = { headers: ["Content-Type: multipart/mixed; boundary=b"],
  body: "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nVoici la pièce.\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"notes.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
    Buffer.from("%PDF-1.4 petit").toString("base64") + "\r\n--b--\r\n" };

// Letter n: no two alike in any order but where orders must agree on ties too (two subjects).
function numbered(n) {
  const special = { 5: { from: "=?utf-8?q?=C3=89lo=C3=AFse_Lef=C3=A8vre?= <s95@outside.example>", subject: "=?utf-8?q?Zeste_d=27=C3=A9t=C3=A9?=" }, 9: { body: "un mot rare : hippocampe\r\n" },
    12: WITH_PDF, 20: { subject: "Re: Letter 19" }, 30: { body: ("x".repeat(70) + "\r\n").repeat(300) } }[n] || {};
  return letter({ id: `${1000 + n}@test.example`, from: `Sender ${two(n)} <s${two((n * 37) % 90)}@outside.example>`, to: `t${two((n * 53) % 90)}@demo.example`,
    subject: `Letter ${two(n)}`, date: day(1 + (n * 23) % 57), body: "y".repeat(n * 3) + "\r\n", ...special });
}
const flagsOf = (n) => [...(n % 4 ? ["\\Seen"] : []), ...(n % 10 === 1 ? ["\\Flagged"] : [])];

// open: an async function that prepares it and gives
//   { socket, account, port, sends, close }   the program's, the server's own port, whether the
//                                             account may submit mail, and how to end
// prefix, delimiter   of the account's folders
// name                of a folder that the server must take
// quota               whether a quota is told
// afterwards          a last test: [title, what to do with what `open` gave]
export function journey(title, open, { prefix = "", delimiter = "/", name = 'Été & "jeux" 日本', quota = true, afterwards } = {}) {
  describe(title, { concurrency: 1 }, () => {
    const box = (name) => prefix + name;
    const BOX = box("Voyage"), OTHER = box("Étape");
    let world, imap, client;
    const step = (name_, run) => test(`${title}: ${name_}`, run);

    before(async () => {
      world = await open();
      imap = await Imap.open(world.account, world.port);
      client = new SocketClient(world.socket);
    });
    after(async () => {
      imap?.close();
      await world?.close();
    });

    const get = async (url) => {
      const page = await client.get(url);
      assert.equal(page.status, 200, `${url}: ${text(page.text).slice(0, 500)}`);
      return page;
    };
    const list = async (folder = BOX, query = {}) => get(mail(folder, query));
    const follow = async (answer) => {
      assert.equal(answer.status, 303, text(answer.text).slice(0, 500));
      return get(answer.header("location"));
    };
    // What is there, at the server: UIDs, or subjects of those that match.
    const at = async (folder, criteria) => {
      await imap.select(utf7(folder), "EXAMINE");
      return imap.search(criteria);
    };
    const inside = async (folder, criteria = "ALL") => {
      const names_ = [];
      for (const uid of await at(folder, criteria)) names_.push(/Subject: (.*)\r/.exec(await imap.source(uid))[1]);
      return names_;
    };
    const leave = async () => {
      if ((await imap.attempt("UNSELECT")).status !== "OK") await imap.attempt('EXAMINE "not there"');
    };
    const ticked = (page, ...subjects_) => subjects_.map((subject) => {
      const row = rows(page.text).find((one) => one.subject === subject);
      assert.ok(row, `${subject} is on the page: ${subjects(page.text)}`);
      return row.uid;
    });
    const perform = async (act, subjects_, changes = {}, folder = BOX, query = {}) => {
      const page = await list(folder, query);
      return follow(await press(client, page, act, ticked(page, ...subjects_), changes));
    };
    const confirm = async (question, path, act) => {
      assert.equal(question.status, 200, text(question.text).slice(0, 500));
      const fields = new URLSearchParams(forms(question.text).find((form) => form.action === path && form.fields.has("confirmed")).fields);
      fields.set("act", act);
      return follow(await client.post(path, fields));
    };
    const undo = async (page) => {
      const told = flash(page.text);
      assert.ok(told.undo, `Undo is offered: ${told.text}`);
      return follow(await client.post("/act", { csrf: formTo(page.text, "/act").fields.get("csrf"), act: "undo", undo: told.undo, back: mail(BOX) }));
    };
    const manage = async (fields) => {
      const page = await get("/folders");
      return client.post(fields.act === "destroy" ? "/folder" : "/folders", { csrf: formTo(page.text, "/folders").fields.get("csrf"), ...fields });
    };
    const subscriptions = async () => (await imap.command('LSUB "" "*"')).untagged.join("\n");

    step("sign-in makes the special folders that are missing, once", async () => {
      for (const [n, flags] of [[1, []], [2, ["\\Seen"]], [3, []]]) await imap.append("INBOX", letter({ subject: `In ${n}` }), flags);
      assert.equal((await client.login(world.account)).status, 303);
      const page = await get("/mail");
      assert.deepEqual(folders(page.text).slice(0, 4).map((one) => [one.label, one.unread, one.level]), [["Inbox", 2, 0], ["Drafts", 0, 0], ["Sent", 0, 0], ["Trash", 0, 0]]);
      assert.deepEqual(subjects(page.text), ["In 3", "In 2", "In 1"]);
      assert.deepEqual((await imap.list()).sort(), ["INBOX", box("Drafts"), box("Sent"), box("Trash")].sort());
      const told = await subscriptions();
      for (const name of ["Drafts", "Sent", "Trash"]) assert.ok(told.includes(box(name)), `${name} is subscribed to: ${told}`);
      const again = new SocketClient(world.socket);
      await again.login(world.account);
      await again.get("/mail");
      assert.equal((await imap.list()).length, 4);
    });

    step("a folder of letters is counted and shown in two pages", async () => {
      for (const name of ["Voyage", "Étape"]) assert.equal((await manage({ act: "create", parent: "", name })).status, 303);
      for (let n = 1; n <= COUNT; n++)
        await imap.command(`APPEND ${quote(utf7(BOX))} (${flagsOf(n).join(" ")}) "${internal(n)}" `, Buffer.from(numbered(n)));
      const first = await list();
      assert.equal(rows(first.text).length, 50);
      assert.equal(rows(first.text)[0].subject, "Letter 56");
      assert.equal(folders(first.text).find((one) => one.label === "Voyage").unread, COUNT / 4);
      assert.deepEqual(subjects((await list(BOX, { page: 2 })).text), ["Letter 06", "Zeste d'été", "Letter 04", "Letter 03", "Letter 02", "Letter 01"]);
      assert.match(rows(first.text).find((one) => one.subject === "Letter 12").marks, /Attachment/);
    });

    step("all orders are the server's own, both ways, over both pages", async () => {
      await imap.select(utf7(BOX), "EXAMINE");
      const sorted = async (key) => (await imap.command(`UID SORT (${key}) UTF-8 ALL`)).untagged.find((line) => line.startsWith("* SORT")).match(/\d+/g).map(Number);
      for (const [sort, key] of [["date", "DATE"], ["from", "FROM"], ["to", "TO"], ["subject", "SUBJECT"], ["size", "SIZE"]])
        for (const order of ["asc", "desc"]) {
          const expected = await sorted(order === "asc" ? key : `REVERSE ${key}`);
          const shown = [];
          for (const page of [1, 2]) shown.push(...rows((await list(BOX, { sort, order, page })).text).map((row) => row.uid));
          assert.deepEqual(shown, expected, `${sort} ${order}`);
        }
      const uids = await imap.search("ALL");
      assert.deepEqual(rows((await list(BOX, { order: "asc" })).text).map((row) => row.uid), uids.slice(0, 50));
    });

    step("unread and flagged only", async () => {
      for (const [only, criteria] of [["unread", "UNSEEN"], ["flagged", "FLAGGED"]])
        assert.deepEqual(rows((await list(BOX, { only })).text).map((row) => row.uid), (await at(BOX, criteria)).reverse(), only);
    });

    step("search finds what is sought", async () => {
      const found = async (q, query) => subjects((await list(BOX, { q, ...query })).text);
      for (const [q, expected] of [["de:éloïse", ["Zeste d'été"]], ["objet:été", ["Zeste d'été"]], ['objet:"Letter 07"', ["Letter 07"]], ["texte:hippocampe", ["Letter 09"]],
        ["texte:pièce", ["Letter 12"]], ["a:pièce", ["Letter 12"]], ["plus:10k", ["Letter 30"]], ["est:suivi est:nonlu", []],
        ["de:zzz", []], ['objet:"Letter 07" OR texte:hippocampe', ["Letter 09", "Letter 07"]]])
        assert.deepEqual(await found(q), expected, q);
      assert.equal((await found("est:nonlu")).length, COUNT / 4);
      assert.equal((await found("est:suivi")).length, 6);
      assert.equal((await found("on:2026-01-03")).length, (await at(BOX, "ON 3-Jan-2026")).length);
      assert.deepEqual(await found('objet:"Letter 5"', { sort: "subject" }), ["Letter 50", "Letter 51", "Letter 52", "Letter 53", "Letter 54", "Letter 55", "Letter 56"]);
      assert.deepEqual((await found("outside.example", { sort: "size" }))[0], "Letter 30");
    });

    step("marks are stored for the ticked alone", async () => {
      const [a, b] = ["Letter 55", "Letter 54"];
      await perform("unread", [a, b]);
      assert.deepEqual(await inside(BOX, "UNSEEN SUBJECT \"Letter 5\""), ["Letter 52", "Letter 54", "Letter 55", "Letter 56"]);
      await perform("read", [a]);
      const flagged = async () => subjects((await list(BOX, { q: "est:suivi" })).text);
      assert.equal((await flagged()).length, 6);
      await perform("flag", [b]);
      assert.equal((await flagged())[0], b, "a result that is kept notices other marks");
      const page = await list();
      const row = rows(page.text).find((one) => one.subject === b);
      assert.match(row.marks, /Starred/);
      assert.ok(row.classes.includes("new"));
      await perform("unflag", [b]);
      await perform("read", [b]);
      assert.deepEqual(await inside(BOX, "UNSEEN SUBJECT \"Letter 5\""), ["Letter 52", "Letter 56"]);
      assert.deepEqual(await inside(BOX, "FLAGGED SUBJECT \"Letter 5\""), ["Letter 51"]);
    });

    step("a move is undone; a copy leaves the original", async () => {
      const moved = await perform("move", ["Letter 56", "Letter 53"], { to: OTHER });
      assert.deepEqual(await inside(OTHER), ["Letter 53", "Letter 56"]);
      assert.equal((await at(BOX, "ALL")).length, COUNT - 2);
      await leave();
      await undo(moved);
      assert.deepEqual(await inside(OTHER), []);
      assert.equal((await at(BOX, "ALL")).length, COUNT);
      await leave();
      await perform("copy", ["Letter 50"], { to: OTHER });
      assert.deepEqual(await inside(OTHER), ["Letter 50"]);
      assert.equal((await at(BOX, "ALL")).length, COUNT);
    });

    step("archive, junk and back", async () => {
      await leave();
      await perform("archive", ["Letter 50"], {}, OTHER);
      assert.deepEqual(await inside(box("Archive")), ["Letter 50"]);
      await perform("junk", ["Letter 49", "Letter 48"]);
      assert.deepEqual(await inside(box("Junk")), ["Letter 48", "Letter 49"]);
      await leave();
      await perform("notjunk", ["Letter 48"], {}, box("Junk"));
      assert.deepEqual(await inside("INBOX", "SUBJECT Letter"), ["Letter 48"]);
      assert.deepEqual(await inside(box("Junk")), ["Letter 49"]);
      assert.deepEqual((await imap.list()).filter((name) => /Archive|Junk/.test(name)).sort(), [box("Archive"), box("Junk")].sort());
    });

    step("deleting goes to Trash, and from there for good only those ticked", async () => {
      await leave();
      await perform("delete", ["Letter 47", "Letter 46", "Letter 45"]);
      const trash = box("Trash");
      assert.deepEqual(await inside(trash), ["Letter 45", "Letter 46", "Letter 47"]);
      await imap.select(utf7(trash));
      const [marked] = await imap.search('SUBJECT "Letter 45"');
      await imap.command(`UID STORE ${marked} +FLAGS (\\Deleted)`);
      await leave();
      const page = await list(trash);
      await confirm(await press(client, page, "delete", ticked(page, "Letter 46")), "/act", "delete");
      assert.deepEqual(await inside(trash), ["Letter 45", "Letter 47"]);
      assert.deepEqual(await inside(trash, "DELETED"), ["Letter 45"], "what another program has marked stays marked");
      await leave();
      const fields = new URLSearchParams(forms((await list(trash)).text).find((form) => form.html.includes('value="empty"')).fields);
      fields.set("act", "empty");
      await confirm(await client.post("/act", fields), "/act", "empty");
      assert.deepEqual(await inside(trash), []);
      assert.deepEqual(await inside(box("Junk")), ["Letter 49"], "and nothing else");
      await leave();
    });

    step(`a folder named ${name} is made, renamed, subscribed to and deleted`, async () => {
      const many = (await imap.list()).length;
      await follow(await manage({ act: "create", parent: "", name }));
      assert.ok((await imap.list()).includes(utf7(box(name))), String(await imap.list()));
      await imap.append(utf7(box(name)), letter({ subject: "Dedans" }));
      assert.deepEqual(subjects((await list(box(name))).text), ["Dedans"]);
      await follow(await manage({ act: "create", parent: box(name), name: "Bas" }));
      assert.ok((await imap.list()).includes(utf7(box(name) + delimiter + "Bas")));
      const shown = folders((await get("/mail")).text);
      const here = shown.findIndex((one) => one.label === name);
      assert.deepEqual([shown[here].level, shown[here + 1].label, shown[here + 1].level, shown[here].unread], [0, "Bas", 1, 1]);
      await follow(await manage({ act: "unsubscribe", folder: box(name) + delimiter + "Bas" }));
      assert.ok(!folders((await get("/mail")).text).some((one) => one.label === "Bas"));
      await follow(await manage({ act: "subscribe", folder: box(name) + delimiter + "Bas" }));
      await follow(await manage({ act: "rename", folder: box(name), name: name + " 2" }));
      assert.deepEqual(subjects((await list(box(name) + " 2")).text), ["Dedans"]);
      const after_ = folders((await get("/mail")).text);
      const there = after_.findIndex((one) => one.label === name + " 2");
      assert.deepEqual([after_[there + 1].label, after_[there + 1].level], ["Bas", 1], "renamed along, still subscribed to");
      for (const folder of [box(name) + " 2" + delimiter + "Bas", box(name) + " 2"])
        await confirm(await manage({ act: "destroy", folder }), "/folder", "destroy");
      assert.equal((await imap.list()).length, many);
    });

    step("a letter is shown with its text, its attachment and its source, and is read then", async () => {
      const row = rows((await list(BOX, { q: "a:pièce" })).text)[0];
      assert.match(row.marks, /Attachment/);
      const page = await get(row.url);
      assert.match(text(page.text), /Sender 12/);
      const [frame] = tags(page.text, "iframe");
      assert.match((await get(frame.src)).text, /Voici la pièce\./);
      const links = tags(page.text, "a").map((one) => one.href || "");
      const part = await get(links.find((href) => href.startsWith("/part?")));
      assert.equal(part.text, "%PDF-1.4 petit");
      const source = await get(links.find((href) => href.startsWith("/source?")));
      assert.ok(source.text.includes(numbered(12).split("\r\n").at(-3)));
      await list();
      assert.deepEqual(await inside(BOX, 'SEEN SUBJECT "Letter 12"'), ["Letter 12"]);
      await leave();
    });

    step("a letter is kept as one draft, and sent once", async () => {
      const subject = "De ma plume";
      const write = (page, act, changes) => client.post("/compose", new URLSearchParams({ ...Object.fromEntries(formTo(page.text, "/compose").fields), ...changes, act }));
      const saved = async (page, changes) => {
        const answer = await write(page, "save", changes);
        assert.equal(answer.status, 200, text(answer.text).slice(0, 500));
        return answer;
      };
      const first = await saved(await get("/compose"), { to: "zoe@outside.example", subject, text: "un" });
      const page = await saved(first, { text: "deux" });
      const drafts = await at(box("Drafts"), `SUBJECT "${subject}"`);
      assert.equal(drafts.length, 1, "one version");
      assert.ok((await imap.flags(drafts[0])).includes("\\Draft"));
      assert.match(await imap.source(drafts[0]), /\r\n\r\ndeux/);
      await leave();
      if (!world.sends) return;
      const sent = await write(page, "send", {});
      assert.equal(sent.status, 303, text(sent.text).slice(0, 500));
      assert.deepEqual(await inside(box("Sent")), [subject]);
      assert.deepEqual(await inside(box("Drafts")), []);
      await leave();
    });

    step(quota ? "the quota is told" : "without a quota nothing is said of one", async () => {
      assert.equal(/<meter/.test((await get("/mail")).text), quota);
    });

    if (afterwards) step(afterwards[0], () => afterwards[1](world));
  });
}

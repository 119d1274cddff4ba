// Filters by procmail, end to end: Postfix, the real procmail with our /etc/procmailrc, the checker,
// mailboxes that Dovecot reads and Vaguemestre shows; and what must never happen on that way.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { RUN_DIR, env } from "../lib/env.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { formTo, text } from "../lib/html.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { ProcmailSite } from "../lib/procmail.mjs";
import { Program } from "../lib/program.mjs";
import { mail, subjects } from "../lib/rows.mjs";

if (env.MAIL_FORMAT !== "maildir") process.exit(0); // the unit tests have the other layouts

let claire, karim, site;
const outside = "someone@outside.example";
const home = ({ user }) => join(RUN_DIR, "mail", user);

before(async () => {
  [claire, karim] = await Promise.all([newAccount(), newAccount()]);
  await Promise.all([inbox(claire), inbox(karim)]); // makes their homes
  site = await ProcmailSite.start([claire, karim], ["jeanne", "luc"]);
});
after(() => site?.stop());

// Sends and waits until all that comes of it has been delivered.
async function deliver(to, options, from = outside) {
  await site.send({ from, to: to.user || `${to}@${env.MAIL_DOMAIN}`, message: letter({ from, to: to.user || `${to}@${env.MAIL_DOMAIN}`, ...options }) });
  await site.quiet();
}

// Subjects in a mailbox of an account, oldest first.
async function inbox(account, mailbox = "INBOX") {
  const imap = await Imap.open(account);
  try {
    await imap.select(mailbox);
    const found = [];
    for (const uid of await imap.search("ALL")) found.push(/^Subject: ([^]*?)\r\n(?!\s)/m.exec(await imap.source(uid))[1]);
    return found;
  } finally {
    imap.close();
  }
}

// The same for somebody whom only procmail knows.
function maildir(name, mailbox = ".") {
  const dir = join(site.home(name), "mail", mailbox, "new");
  if (!existsSync(dir)) return [];
  return readdirSync(dir).map((file) => readFileSync(join(dir, file), "utf8")).map((whole) => /^Subject: (.*)$/m.exec(whole)[1]).sort();
}

// The webmail, writing into this site's directory.
async function webmail(account, changes = {}) {
  const program = await Program.start({ filters: { way: "procmail" },
    procmail: { directory: site.recipes, domain: env.MAIL_DOMAIN, layout: "fs", separator: "/", ...changes } });
  const client = new SocketClient(program.socket);
  await client.login(account);
  const post = async (path, fields) => {
    const all = formTo((await client.get(path)).text, path.split("?")[0]).fields;
    for (const [name, value] of Object.entries({ act: "save", ...fields })) all.set(name, value);
    return client.post(path.split("?")[0], all);
  };
  return { program, client, post };
}

test("penible@ goes to Trash, direction@ stays, copain@ goes to Amis, and the webmail shows it", async () => {
  const { program, client, post } = await webmail(claire);
  for (const fields of [
    { field: "from", test: "contains", value: "direction@", place: "keep", stop: "1" },
    { field: "from", test: "contains", value: "penible@", place: "move", folder: "Trash", stop: "1" },
    { field: "from", test: "is", value: "copain@outside.example", place: "move", folder_new: "Amis" },
  ]) {
    const answer = await post("/filters/edit", fields);
    assert.equal(answer.status, 303, text(answer.text));
  }
  const imap = await Imap.open(claire);
  assert.match((await imap.command('LSUB "" "*"')).untagged.join("\n"), /Amis/);
  await deliver(claire, { from: "P <penible@outside.example>", subject: "Encore" });
  await deliver(claire, { from: "direction@outside.example", subject: "Penible@ ou non" });
  await deliver(claire, { from: "=?utf-8?Q?Andr=C3=A9?= <Copain@Outside.example>", subject: "Salut" });
  await deliver(claire, { from: "\"copain@outside.example\" <faux@outside.example>", subject: "Faux" });
  const at = async (folder) => subjects((await client.get(mail(folder))).text).sort();
  assert.deepEqual(await at("INBOX"), ["Faux", "Penible@ ou non"]);
  assert.deepEqual(await at("Trash"), ["Encore"]);
  assert.deepEqual(await at("Amis"), ["Salut"]);
  const { uidvalidity } = await imap.select("Amis");
  const [uid] = await imap.search("ALL");
  assert.match(text((await client.get(`/filters/why?${new URLSearchParams({ folder: "Amis", v: uidvalidity, uid })}`)).text), /3\. From is/);
  imap.close();
  await program.stop();
});

test("the form offers what procmail can do, and says what it cannot", async () => {
  const { program, client, post } = await webmail(claire);
  const page = await client.get("/filters/edit");
  assert.match(text(page.text), /can neither mark nor tag/);
  assert.doesNotMatch(page.text, /name="(read|flag|tags)"/);
  assert.doesNotMatch(page.text, /<input name="reason" type="text"/);
  const cases = [[{ place: "move", folder_new: "a$HOME" }, /cannot file into “a\$HOME”/], [{ place: "move", folder_new: "a`id`" }, /cannot file into/],
    [{ place: "redirect", redirect: "a~b@outside.example" }, /cannot send to/], [{ place: "keep", tags: "urgent" }, /neither mark nor tag/]];
  const before = readFileSync(site.file(claire.user), "utf8");
  for (const [fields, words] of cases) {
    const answer = await post("/filters/edit", { field: "subject", test: "is", value: "x", ...fields });
    assert.equal(answer.status, 422, JSON.stringify(fields));
    assert.match(text(answer.text), words);
  }
  assert.equal(readFileSync(site.file(claire.user), "utf8"), before);
  assert.equal(statSync(site.file(claire.user)).mode & 0o777, 0o644);
  // what somebody else has put there is not overwritten unasked
  site.plant(claire.user, ":0\n| id\n");
  assert.equal((await post("/filters/edit", { field: "subject", test: "is", value: "x", place: "keep" })).status, 422);
  assert.equal(readFileSync(site.file(claire.user), "utf8"), ":0\n| id\n");
  await program.stop();
});

test("a login with capitals is told why it has no filters, or is the same account where the site says so", async () => {
  const loud = { ...claire, user: claire.user.toUpperCase() };
  site.rules(claire.user);
  for (const [changes, words] of [[{}, /FLT-70/], [{ domain: "other.example" }, /FLT-71/]]) {
    const { program, client } = await webmail(loud, changes);
    for (const path of ["/filters", "/vacation", "/filters/edit"]) {
      const page = text((await client.get(path)).text);
      assert.match(page, words, path);
      assert.match(page, changes.domain ? /or with “@other\.example”/ : /sign in with your login in small letters/);
    }
    await program.stop();
  }
  const { program, post } = await webmail(loud, { capitals: "fold" });
  assert.equal((await post("/filters/edit", { field: "subject", test: "is", value: "Majuscules", place: "move", folder_new: "Fort", stop: "1" })).status, 303);
  assert.match(readFileSync(site.file(claire.user), "utf8"), /Majuscules/, "in the account's own file");
  assert.deepEqual(readdirSync(site.recipes).filter((name) => name.includes("=")), []);
  await deliver(claire, { subject: "Majuscules" });
  assert.deepEqual(await inbox(claire, "Fort"), ["Majuscules"]);
  site.rules(claire.user);
  await program.stop();
});

test("a vacation reply that is written in the webmail is answered", async () => {
  const { program, post } = await webmail(karim);
  const answer = await post("/vacation", { on: "1", days: "7", subject: "En congé", text: "Je réponds lundi." });
  assert.equal(answer.status, 303, text(answer.text));
  await deliver(karim, { from: claire.user, subject: "Tu es là" }, claire.user);
  assert.ok((await inbox(claire)).some((one) => /=\?utf-8\?/i.test(one)), "the reply has come");
  site.rules(karim.user);
  site.rules(claire.user);
  await program.stop();
});

test("an encoded subject is read as people read it", async () => {
  const folder = "Tri&AOk-s/&AMA- lire", imap = await Imap.open(claire);
  await imap.fresh(folder); // as the webmail does when the rule is saved
  imap.close();
  site.rules(claire.user, "rule on any", "if subject contains réunion", "if subject is Facture n° 12", "do move Triés/À lire");
  await deliver(claire, { subject: "=?utf-8?B?UsOpdW5pb24=?= de =?iso-8859-1?Q?rentr=E9e?=" });
  await deliver(claire, { subject: "=?utf-8?B?UGFzIGxhIHI=?= =?utf-8?B?w6l1bmlvbg==?=" });
  await deliver(claire, { subject: "=?windows-1252?Q?Facture_n=B0_12?=" });
  await deliver(claire, { subject: "=?windows-1252?Q?Facture_n=B0_123?=" });
  const found = await inbox(claire, folder);
  assert.equal(found.length, 3);
  assert.ok((await inbox(claire)).includes("=?windows-1252?Q?Facture_n=B0_123?="));
});

test("what cannot be delivered elsewhere stays in the inbox", async () => {
  // a file where the directory should be: procmail fails, the message must not
  writeFileSync(join(home(claire), "mail", "Barre"), "");
  site.rules(claire.user, "rule on every", "do move Barre", "do stop");
  await deliver(claire, { subject: "Tout de même là" });
  assert.ok((await inbox(claire)).some((one) => one.startsWith("Tout de")));
  rmSync(join(home(claire), "mail", "Barre"), { force: true, recursive: true });
});

test("a rejected message goes back to its sender by the mail server", async () => {
  site.rules(claire.user, "rule on all", "if subject is Non merci", "do reject Non");
  await deliver(claire, { from: karim.user, subject: "Non merci" }, karim.user);
  assert.equal((await inbox(claire)).includes("Non merci"), false);
  assert.ok((await inbox(karim)).some((one) => /Undelivered/.test(one)), "the notice has come");
});

test("a forwarded message goes on, and a notice of non-delivery does not", async () => {
  site.rules(claire.user, "rule on every", `do redirect ${karim.user}`);
  await deliver(claire, { subject: "A faire suivre" });
  assert.ok((await inbox(karim)).includes("A faire suivre"));
  assert.equal((await inbox(claire)).includes("A faire suivre"), false);
  await deliver(claire, { subject: "Retour" }, "");
  assert.ok((await inbox(claire)).includes("Retour"));
  // to where nothing can be delivered: one notice, in the inbox, and an end of it
  site.rules(claire.user, "rule on every", `do redirect personne@${env.MAIL_DOMAIN}`);
  const before = (await inbox(claire)).length;
  await deliver(claire, { subject: "Vers nulle part" });
  const since = (await inbox(claire)).slice(before);
  assert.deepEqual(since.filter((one) => !/Undelivered/.test(one)), []);
  assert.ok(since.length <= 1);
  site.rules(claire.user);
});

describe("a planted command never runs", () => {
  const canary = () => join(site.dir, "canary");
  const ran = () => existsSync(canary());
  // Behind a good file and alone, delivered, with the message still there.
  const planted = (name) => [
    `:0\n| touch ${name}\n`, `:0 c\n| touch ${name}\n`, `VM_TAKEN=\`touch ${name}\`\n`, `TRAP="touch ${name}"\n`, `X=\`touch ${name}\`\n`,
    `:0\n* ? touch ${name}\n{\n}\n`, `:0\n* $ \`touch ${name}\`\n{\n}\n`, `:0\n* VM ?? ^subject: (\`touch ${name}\`)\n  | touch ${name}\n`,
    `:0\n{\n  :0 c\n  "./A\`touch ${name}\`/"\n}\n`, `:0\n{\n  :0 cw\n  ! \`touch ${name}\`@x\n}\n`, `:0\n{\n  TRAP="touch ${name}"\n}\n`,
    `INCLUDERC=${name}.rc\n`, `SWITCHRC=${name}.rc\n`, `SENDMAIL="touch ${name}"\n`, `SHELL=${name}.sh\n`,
    `# \\\n:0\n| touch ${name}\n`, `VM_TAKEN=no\r\n:0\n| touch ${name}\n`, `VM_TAKEN=no\0\n:0\n| touch ${name}\n`,
  ];

  before(() => {
    chmodSync(site.dir, 0o777); // whoever runs it could leave the trace
    writeFileSync(canary() + ".rc", `:0\n| touch ${canary()}\n`);
    writeFileSync(canary() + ".sh", `#!/bin/sh\ntouch ${canary()}\n`);
    chmodSync(canary() + ".sh", 0o755);
  });

  test("the trace would show", async () => {
    // the same line where it may stand: in the person's own file
    writeFileSync(join(site.home("luc"), ".procmailrc"), `:0 c\n| touch ${canary()}\n`);
    await deliver("luc", { subject: "à la main" });
    assert.ok(ran());
    rmSync(canary());
    rmSync(join(site.home("luc"), ".procmailrc"));
  });

  test("whatever stands in the webmail's directory", async () => {
    const good = site.rules("jeanne", "rule on all", "if subject contains x", "do move X");
    const all = planted(canary());
    for (const [i, lines] of all.entries()) {
      site.plant("jeanne", i % 2 ? lines : good + lines);
      await site.send({ from: outside, to: `jeanne@${env.MAIL_DOMAIN}`, message: letter({ subject: `x ${i}` }) });
      // one after the other: the file is replaced
      await site.quiet();
      assert.equal(ran(), false, lines);
      assert.ok(maildir("jeanne").includes(`x ${i}`), "it is in the inbox, unfiltered");
    }
    assert.match(site.log(site.home("jeanne")), /line \d+ of the recipe file is none of ours/);
  });

  test("nor what is no file of the webmail's", async () => {
    const file = site.file("jeanne");
    const cases = {
      link: () => symlinkSync(join(site.dir, "elsewhere"), file),
      directory: () => mkdirSync(file),
      writable: () => chmodSync(file, 0o666),
    };
    site.rules("jeanne", "rule on every", "do move X", "do stop");
    writeFileSync(join(site.dir, "elsewhere"), readFileSync(file));
    for (const [name, make] of Object.entries(cases)) {
      if (name !== "writable") rmSync(file, { recursive: true, force: true });
      else site.rules("jeanne", "rule on every", "do move X", "do stop");
      make();
      await deliver("jeanne", { subject: name });
      assert.ok(maildir("jeanne").includes(name), `${name}: unfiltered`);
      rmSync(file, { recursive: true, force: true });
    }
    // somebody else's, in whose name it may have been put there
    site.rules("jeanne", "rule on every", "do move X", "do stop");
    await deliver("jeanne", { subject: "filtered" });
    assert.deepEqual(maildir("jeanne", "X"), ["filtered"]);
  });

  test("the message itself is no command either", async () => {
    const touch = `touch ${canary()}`;
    site.rules("jeanne", "rule on any", "if from contains touch", "if subject contains touch", "if header x-a contains touch", "do move Suspects");
    await deliver("jeanne", { from: `"\`${touch}\` $(${touch})" <a@outside.example>`, subject: `\`${touch}\` $(${touch}) | ${touch}`,
      headers: [`X-A: "; ${touch}; \\`, "VM_TAKEN: yes", "checked", "vacation"] });
    assert.equal(ran(), false);
    assert.equal(maildir("jeanne", "Suspects").length, 1);
  });
});

test("recipes by hand stay as they are and run behind", async () => {
  const own = ":0\n* ^Subject: .*maison\nMaison/\n";
  writeFileSync(join(site.home("luc"), ".procmailrc"), own);
  site.rules("luc", "rule on all", "if subject contains filtre", "do move Filtre", "do stop");
  await deliver("luc", { subject: "maison" });
  await deliver("luc", { subject: "filtre maison" });
  await deliver("luc", { subject: "reste" });
  const hand = join(site.home("luc"), "mail", "Maison");
  assert.equal(readdirSync(join(hand, "new")).length, 1);
  assert.deepEqual(maildir("luc", "Filtre"), ["filtre maison"]);
  assert.ok(maildir("luc").includes("reste"));
  assert.equal(readFileSync(join(site.home("luc"), ".procmailrc"), "utf8"), own);
  // the copy is the person's own, and of nobody else's business
  const copy = statSync(join(site.home("luc"), ".vaguemestre.procmail"));
  assert.equal(copy.mode & 0o777, 0o600);
  assert.notEqual(copy.uid, site.owner);
});

describe("a vacation reply", () => {
  const away = (...lines) => ["vacation on 0 0 7", ...lines, "subject Absente", "text Je suis en congé.%0ADe retour lundi."];
  const answers = async (account) => (await inbox(account)).filter((one) => one === "Absente").length;

  test("goes once to each person, from the address that was written to", async () => {
    site.rules(claire.user, ...away());
    await deliver(claire, { from: karim.user, subject: "Question" }, karim.user);
    await deliver(claire, { from: karim.user, subject: "Question encore" }, karim.user);
    assert.equal(await answers(karim), 1);
    assert.ok((await inbox(claire)).includes("Question encore"));
    const imap = await Imap.open(karim);
    await imap.select("INBOX");
    const source = await imap.source((await imap.search("SUBJECT Absente"))[0]);
    imap.close();
    assert.match(source, new RegExp(`^From: ${claire.user}\r$`, "m"));
    assert.match(source, /^Auto-Submitted: auto-replied\r$/m);
    assert.match(source, /^In-Reply-To: <[^>]+>\r$/m);
    assert.match(source, /^Return-Path: <>\r$/m);
    assert.match(source, /De retour lundi/);
    // another text is news
    site.rules(claire.user, "vacation on 0 0 7", "subject Absente", "text Finalement mardi.");
    await deliver(claire, { from: karim.user, subject: "Et maintenant" }, karim.user);
    assert.equal(await answers(karim), 2);
  });

  test("two of them do not answer each other", async () => {
    site.rules(claire.user, ...away("address autre@outside.example"));
    site.rules(karim.user, "vacation on 0 0 7", "subject Absent", "text Moi aussi.");
    const [before, all] = [await answers(karim), (await inbox(claire)).length];
    await deliver(claire, { from: karim.user, subject: "Premier" }, karim.user);
    assert.ok(await answers(karim) - before <= 1);
    assert.equal((await inbox(claire)).filter((one) => one === "Absent").length, 0);
    assert.equal((await inbox(claire)).length, all + 1);
  });

  test("does not go to lists, programs, strangers to the address, and on other days", async () => {
    site.rules(karim.user);
    const before = await answers(karim);
    const cases = [{ headers: ["List-Id: <l.outside.example>"] }, { headers: ["Precedence: bulk"] }, { headers: ["Auto-Submitted: auto-generated"] },
      { to: "quelquun@outside.example" }, { headers: ["X-Auto-Response-Suppress: All"] }];
    for (const [i, options] of cases.entries()) {
      site.rules(claire.user, "vacation on 0 0 7", "subject Absente", `text Cas ${i}.`);
      await site.send({ from: karim.user, to: claire.user, message: letter({ from: karim.user, to: claire.user, ...options }) });
      await site.quiet();
    }
    site.rules(claire.user, "vacation on 20200101 20200131 7", "subject Absente", "text Trop tard.");
    await deliver(claire, { from: karim.user }, karim.user);
    assert.equal(await answers(karim), before);
    // and yet it would have been answered
    site.rules(claire.user, "vacation on 20200101 0 7", "subject Absente", "text Encore.");
    await deliver(claire, { from: karim.user }, karim.user);
    assert.equal(await answers(karim), before + 1);
  });
});

test("a site that forbids forwarding does not forward, whatever the file says", async () => {
  const closed = await ProcmailSite.start([claire, karim], ["jeanne"], { options: "--no-forwarding" });
  try {
    closed.rules("jeanne", "rule on every", `do redirect ${karim.user}`);
    await closed.send({ from: outside, to: `jeanne@${env.MAIL_DOMAIN}`, message: letter({ subject: "Reste ici" }) });
    await closed.quiet();
    assert.equal(readdirSync(join(closed.home("jeanne"), "mail", "new")).length, 1);
    assert.equal((await inbox(karim)).includes("Reste ici"), false);
    assert.match(closed.log(closed.home("jeanne")), /none of ours/);
  } finally {
    closed.stop();
  }
});

// The main job in w3m and lynx, by their keys: sign in, list, read, act, search, set, sign out.
// What they show is fit to be read: no markup, no tokens, nothing that is meant for others.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { env, eventually } from "../lib/env.mjs";
import { signedIn } from "../lib/http.mjs";
import { Imap, letter } from "../lib/imap.mjs";
import { setUpApp } from "../lib/second.mjs";
import { Lynx, W3m } from "../lib/text-browser.mjs";

const GARBAGE = [[/<\/?[a-z]\w*[\s>]|<\?/i, "markup"], [/&(?:\w+|#\d+);/, "entities"], [/\bL\.\w+\.\w+|\b(?:list|message|act|nav|settings|thread)\.[a-z_]+\b/, "keys"],
  [/\{\d\}/, "places"], [/\bcsrf\b|uidvalidity|\bdata-\w/i, "hidden fields"], [/\b(?=\w*\d)(?=\w*[A-Z])[\w-]{40,}/, "tokens"], [/\b(?:undefined|null|NaN)\b/, "scripts' words"],
  [/[a-zé]\d+ unread|computerThe|\[ \]Select/, "words stuck together"], [/\ufffd|\u001b/, "broken letters"]];

function assertReadable(text, where) {
  for (const [pattern, what] of GARBAGE) {
    const found = pattern.exec(text);
    assert.ok(!found, `${where} shows ${what}: ${found && text.slice(Math.max(0, found.index - 60), found.index + 80)}`);
  }
}

for (const [name, Browser] of [["w3m", W3m], ["lynx", Lynx]]) {
  describe(name, { concurrency: 1 }, () => {
    let account, imap, browser;
    const page = async (expected) => {
      const text = await browser.page(expected);
      assertReadable(text, name);
      return text;
    };

    before(async () => {
      account = await newAccount();
      imap = await Imap.open(account);
      for (const [subject, body] of [["Premier essai", "Le texte du premier.\r\n"], ["Autre lettre", "Une autre.\r\n"], ["Brioche dimanche", "Apportez du beurre & du sucre.\r\n"]])
        await imap.append("INBOX", letter({ subject, body, from: "Jeanne Petit <jeanne@outside.example>" }));
      browser = new Browser(`${env.URL}/login`);
    });
    after(() => {
      imap?.close();
      browser?.close();
    });

    test("sign-in asks for name and password, and says no in words", async () => {
      const text = await page(/User name/);
      assert.match(text, /Password/);
      assert.match(text, /\[ \] ?This is a public computer/);
      await browser.fill("User name", account.user);
      await browser.fill("Password", "not this");
      await browser.press("Sign in");
      assert.match(await page(/refused|wrong|incorrect|not accepted/i), /Password/);
    });

    test("the inbox is there after sign-in, each letter a line with a box", async () => {
      browser.close();
      browser = new Browser(`${env.URL}/login`);
      await page(/User name/);
      await browser.fill("User name", account.user);
      await browser.fill("Password", account.password);
      await browser.press("Sign in");
      const text = await page(/Premier essai/);
      for (const subject of ["Premier essai", "Autre lettre", "Brioche dimanche"]) {
        assert.equal(text.split(subject).length, 2, `${subject} stands there once: ${text}`);
        assert.match(text, new RegExp(`\\[ \\][^\\[]*Unread Jeanne Petit[^\\[]*${subject}`));
      }
      assert.match(text, /Inbox 3 unread/);
    });

    test("a letter is opened, and its text by a link", async () => {
      await browser.press("Brioche dimanche");
      const text = await page(/Open the text alone/);
      assert.match(text, /jeanne@outside\.example/);
      await browser.press("Open the text alone");
      assert.match(await page(/Apportez du beurre/), /beurre & du sucre/);
      await eventually(async () => {
        await imap.select("INBOX", "EXAMINE");
        return (await imap.search("SEEN")).length === 1;
      });
    });

    test("a ticked letter is deleted, and comes back by Undo", async () => {
      const count = async (folder) => {
        await imap.select(folder, "EXAMINE");
        return (await imap.search("ALL")).length;
      };
      await browser.open("/mail");
      await page(/Autre lettre/);
      await browser.tick("Autre lettre");
      await browser.press("Delete");
      const text = await page(/1 message moved to the trash|1 message moved to Trash/i);
      assert.match(text, /Undo/);
      assert.equal(await count("INBOX"), 2);
      assert.equal(await count("Trash"), 1);
      await browser.press("Undo");
      await page(/Autre lettre/);
      assert.equal(await count("INBOX"), 3);
      assert.equal(await count("Trash"), 0);
    });

    test("a search shows what it finds and how to leave it", async () => {
      await browser.open("/mail?folder=INBOX&q=Premier");
      const text = await page(/The whole folder/);
      assert.match(text, /Premier essai/);
      assert.doesNotMatch(text, /Autre lettre/);
      await browser.press("The whole folder");
      await page(/Autre lettre/);
    });

    test("a folder is grouped by conversation, read and filed so, and shown plainly again", async () => {
      const last = await imap.append("INBOX", letter({ subject: "Re: Brioche dimanche", from: "Paul Blanc <paul@outside.example>", body: "Avec joie.\r\n" }), ["\\Seen"]);
      await browser.open("/mail");
      await page(/Re: Brioche/);
      await browser.press("Group by conversation");
      let text = await page(/grouped by conversation/);
      assert.match(text, /Jeanne, Paul 2 messages/);
      assert.equal(text.split("Brioche dimanche").length, 2, "one row for both");
      await browser.press("Brioche dimanche");
      text = await page(/Conversation of 2 messages/);
      assert.match(text, /Whole conversation/);
      assert.match(text, /Paul Blanc Avec joie|Paul Blanc/);
      await browser.open("/mail");
      await page(/Jeanne, Paul/);
      await browser.tick("Brioche dimanche");
      await browser.press("Delete");
      await page(/2 messages moved to the trash|2 messages moved to Trash/i);
      await browser.press("Undo");
      await page(/Jeanne, Paul/);
      await browser.press("Show messages one by one");
      await page(/Re: Brioche/);
      await imap.select("INBOX");
      const [again] = await imap.search('SUBJECT "Re: Brioche"');
      assert.notEqual(again, last, "it has been away and come back");
      await imap.command(`UID STORE ${again} +FLAGS (\\Deleted)`);
      await imap.command("EXPUNGE");
    });

    test("settings are changed and kept", async () => {
      await browser.press("Settings");
      assert.match(await page(/Time zone/), /\[[*X]\] ?Keyboard shortcuts/);
      await browser.tick("Keyboard shortcuts");
      await browser.press("Save");
      assert.match(await page(/Settings saved/), /\[ \] ?Keyboard shortcuts/);
    });

    test("a rule is made, and the list says what it does", async () => {
      await browser.open("/filters/edit?from=jeanne@outside.example");
      assert.match(await page(/New rule/), /jeanne@outside/);
      await browser.fill("or new folder", "Jeanne");
      await browser.press("Save");
      assert.match(await page(/folder created/), /From is “jeanne@outside\.example” → move to Jeanne/);
      assert.ok((await imap.list()).includes("Jeanne"));
    });

    test("sign-out ends it", async () => {
      await browser.press("Sign out");
      await page(/User name/);
      await browser.open("/mail");
      await page(/User name/);
    });

    test("a one-time pass, made at home, lets one read without a password", async () => {
      const home = await signedIn(account);
      const answer = await home.submit(await home.get("/passes"), "/passes", { act: "make", count: "1", password: account.password });
      const [, pass] = /<p class="pass">([^<]*)</.exec((await home.follow(answer)).text);
      home.close();
      await browser.press("Sign in with a one-time pass");
      assert.ok(!/^ *Password/m.test(await page(/Nobody types a password here/)));
      await browser.fill("User name", account.user);
      await browser.fill("One-time pass", pass.toLowerCase());
      await browser.press("Sign in");
      const text = await page(/Premier essai/);
      assert.ok(!/\[ \]|Write/.test(text), "nothing to tick, nothing to write");
    });

    test("the second step is one field more", async () => {
      const { code } = await setUpApp(await signedIn(account), account.password);
      await browser.open("/login");
      await page(/User name/);
      await browser.fill("User name", account.user);
      await browser.fill("Password", account.password);
      await browser.press("Sign in");
      assert.match(await page(/Second step/), /Code from your app/);
      await browser.fill("Code from your app", code());
      await browser.press("Continue");
      await page(/Premier essai/);
    });
  });
}

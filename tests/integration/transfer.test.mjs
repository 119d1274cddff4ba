// Import and export: what goes in comes out, byte for byte, and each message is counted once.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { Imap } from "../lib/imap.mjs";
import { text } from "../lib/html.mjs";
import { Program } from "../lib/program.mjs";
import { serve } from "../lib/site.mjs";
import { signedIn } from "../lib/http.mjs";
import { entry, hostile, randomness } from "../lib/mbox.mjs";

const latin1 = (bytes) => bytes.toString("latin1");

// Uploads files by the form, as a browser does: its fields first. Gives the page that tells of it.
async function importFiles(client, files, fields = {}) {
  const page = await client.get("/transfer");
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec(page.text);
  const answer = await client.postMultipart("/import", [["csrf", csrf], ...Object.entries({ folder: "INBOX", skip: "1", ...fields }),
    ...files.map((file) => ["file", file])]);
  assert.equal(answer.status, 303, answer.text.slice(0, 500));
  return client.follow(answer);
}

const exported = async (client, query) => {
  const answer = await client.get(`/export?${new URLSearchParams(query)}`);
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  return answer.body;
};

test("ten thousand messages come back byte for byte, with dates and flags", async (t) => {
  const account = await newAccount();
  const client = await signedIn(account);
  const random = randomness(7);
  const letters = Array.from({ length: 10000 }, (_, i) => hostile(i, random));
  const good = letters.map(entry);
  const bad = good.flatMap((one, i) => i % 1000 === 500 ? [one, entry({ ...letters[i], message: "Subject: bad\r\n\r\nnul \0 here\r\n" })] : [one]);
  const page = text((await importFiles(client, [{ filename: "all.mbox", bytes: Buffer.from(bad.join(""), "latin1") }], { name: "Round" })).text);
  assert.match(page, /10,000 messages imported, 10 refused \(read in the file: 10,010\)/);
  assert.match(page, /Message 502 bad \(person15@outside.example\) Holds the byte 0/);
  const out = latin1(await exported(client, { folder: "Round" }));
  assert.equal(out.length, good.join("").length);
  assert.ok(out === good.join(""), "the mbox is the same");

  const zip = await exported(client, { folder: "Round", form: "eml" });
  assert.match(text((await importFiles(client, [{ filename: "all.zip", bytes: zip }], { name: "Again" })).text), /10,000 messages imported \(/);
  const again = latin1(await exported(client, { folder: "Again/Round" }));
  assert.ok(again === out, "the mbox of what came through a zip of .eml is the same");
  client.close();
});

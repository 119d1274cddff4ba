// transfer.mjs — what tests of import and export share: files to bring in, and the two ways to send them.
import assert from "node:assert/strict";
import { newAccount } from "./account.mjs";
import { SocketClient } from "./fastcgi.mjs";
import { imapProxy } from "./fault-proxy.mjs";
import { text } from "./html.mjs";
import { Imap, letter } from "./imap.mjs";
import { entry } from "./mbox.mjs";
import { Program } from "./program.mjs";

export const latin1 = (bytes) => bytes.toString("latin1");

// Uploads files by the form, as a browser does: its fields first. Gives the page that tells of it.
export async function importFiles(client, files, fields = {}) {
  const page = await client.get("/transfer");
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec(page.text);
  const answer = await client.postMultipart("/import", [["csrf", csrf], ...Object.entries({ folder: "INBOX", skip: "1", ...fields }),
    ...files.map((file) => ["file", file])]);
  assert.equal(answer.status, 303, answer.text.slice(0, 500));
  return client.follow(answer);
}

export const exported = async (client, query) => {
  const answer = await client.get(`/export?${new URLSearchParams(query)}`);
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  return answer.body;
};

export const smallLetter = (i, extra = {}) => letter({ from: "Zoe <zoe@outside.example>", subject: `No ${i}`, id: `small${i}@test.example`, ...extra });
export const smallMbox = (n, from = 0) => Array.from({ length: n }, (_, i) =>
  entry({ message: smallLetter(from + i), sender: "zoe@outside.example", date: 1.6e9 + i, flags: i % 2 ? "R" : "" }));

// A program of the test's own, before a server that has accidents, asked at its socket.
export async function withProxy(options, use) {
  const account = await newAccount();
  const proxy = await imapProxy(options);
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  const client = new SocketClient(program.socket);
  assert.equal((await client.login(account)).status, 303);
  const imap = await Imap.open(account);
  await use({ proxy, client, imap, program });
  imap.close();
  await program.stop();
  await proxy.close();
}

export function form(fields, files) {
  const parts = Object.entries(fields).map(([name, value]) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  const bodies = files.map(({ filename, bytes }) => `--B\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\n\r\n${latin1(Buffer.from(bytes, "latin1"))}\r\n`);
  return Buffer.from(parts.join("") + bodies.join("") + "--B--\r\n", "latin1");
}
export const MULTIPART = { "content-type": "multipart/form-data; boundary=B" };

export async function importAtSocket(client, bytes, fields = {}) {
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec((await client.get("/transfer")).text);
  const body = form({ csrf, folder: "INBOX", skip: "1", ...fields }, [{ filename: "a.mbox", bytes }]);
  const answer = await client.request("POST", "/import", { body, headers: MULTIPART });
  assert.equal(answer.status, 303, answer.text.slice(0, 300));
  return text((await client.get("/transfer")).text);
}

// The numbers of the letters in a folder, sorted, to compare with what went in.
export async function numbers(imap, folder = "INBOX") {
  await imap.select(folder);
  const { untagged } = await imap.command("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])");
  return untagged.join("\n").match(/Subject: No \d+/g).map((one) => Number(one.slice(12))).sort((a, b) => a - b);
}
export const upTo = (n) => Array.from({ length: n }, (_, i) => i);

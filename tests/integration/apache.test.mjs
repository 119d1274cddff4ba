// The site file for Apache, as it is installed: pages, static files, an upload and a download that
// stream, and what is said when the program does not answer.
import assert from "node:assert/strict";
import https from "node:https";
import { after, before, test } from "node:test";
import { newAccount } from "../lib/account.mjs";
import { apache } from "../lib/apache.mjs";
import { write } from "../lib/compose.mjs";
import { CA, eventually } from "../lib/env.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { text } from "../lib/html.mjs";
import { signedIn } from "../lib/http.mjs";
import { letter } from "../lib/imap.mjs";
import { entry } from "../lib/mbox.mjs";
import { Program } from "../lib/program.mjs";
import { mail, rows } from "../lib/rows.mjs";

const LETTERS = 600;
const mbox = (n) => Buffer.from(entry({ message: letter({ subject: `No ${n}`, id: `a${n}@test.example`, body: "Bonjour.\r\n".repeat(200) }), sender: "zoe@outside.example", date: 1.7e9 + n }), "latin1");
let proxy, program, site, web;

before(async () => {
  const account = await newAccount();
  proxy = await imapProxy();
  program = await Program.start({ threads: 8, imap: { port: proxy.port, security: "tls" } });
  site = await apache(program);
  web = await signedIn(account, { origin: site.origin });
});
after(async () => {
  web?.close();
  await site?.stop();
  await program?.stop();
  await proxy?.close();
});

// A request whose body is written piece by piece, and whose answer is seen while it comes.
function slowly(method, path, headers) {
  const cookie = [...web.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = https.request(new URL(path, site.origin), { method, ca: CA, agent: false, headers: { cookie, "accept-language": "en", ...headers } });
  const seen = { bytes: 0, request };
  seen.answer = new Promise((resolve, reject) => request.on("error", reject).on("response", (response) => {
    response.on("data", (chunk) => (seen.bytes += chunk.length)).on("error", reject).on("end", () => resolve(response));
  }));
  return seen;
}

test("pages come as the program sends them, uncompressed and with its headers", async () => {
  const page = await web.get("/mail", { "accept-encoding": "gzip, br" });
  assert.equal(page.status, 200, site.log());
  assert.match(page.headers["strict-transport-security"], /max-age=63072000/);
  assert.match(page.headers["content-security-policy"], /default-src 'none'/);
  assert.equal(page.headers["content-encoding"], undefined, "secrets stand beside what others wrote");
  assert.equal((await web.get("/mail?folder=a%2Fb%20c")).status, 404);
  assert.equal((await web.get("/nowhere")).status, 404, "its own pages go through");
  const access = await eventually(() => /GET \/nowhere /.test(site.access()) && site.access());
  assert.match(access, /"GET \/mail HTTP\/1\.1" 404/);
  assert.doesNotMatch(access, /folder=|\?/, "the log has no queries");
});

test("static files are compressed, and kept by their tag", async () => {
  const file = await web.get("/static/papier.css", { "accept-encoding": "gzip" });
  assert.deepEqual([file.status, file.headers["content-encoding"], file.headers["x-content-type-options"]], [200, "gzip", "nosniff"]);
  assert.match(file.headers["cache-control"], /max-age=3600/);
  assert.equal((await web.get("/static/papier.css", { "accept-encoding": "gzip", "if-none-match": file.headers.etag })).status, 304);
  assert.ok([403, 404].includes((await web.get("/static/")).status));
});

test("an upload is read while it arrives", async () => {
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec((await web.get("/transfer")).text);
  const part = (name, rest = "") => `--b\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
  const head = Buffer.from(`${part("csrf")}${csrf}\r\n${part("folder")}INBOX\r\n${part("skip")}1\r\n${part("name")}Entrée\r\n${part("file", '; filename="all.mbox"')}`);
  const letters = Array.from({ length: LETTERS }, (_, n) => mbox(n)), tail = Buffer.from("\r\n--b--\r\n");
  const length = head.length + letters.reduce((sum, one) => sum + one.length, 0) + tail.length;
  const upload = slowly("POST", "/import", { "content-type": "multipart/form-data; boundary=b", "content-length": length });
  upload.request.write(Buffer.concat([head, ...letters.slice(0, LETTERS / 2)]));
  await eventually(async () => /[1-9]\d* messages? imported/.test(text((await web.get("/transfer")).text)), 10000);
  upload.request.end(Buffer.concat([...letters.slice(LETTERS / 2), tail]));
  assert.equal((await upload.answer).statusCode, 303, site.log());
  assert.match(text((await web.get("/transfer")).text), /600 messages imported/);
  assert.equal(rows((await web.get(mail("Entrée"))).text).length, 50);
});

test("a download is sent while it is made", async () => {
  proxy.rules = [{ match: /^UID FETCH .*(599|600)/i, action: "late", ms: 1500, times: 1 }];
  const download = slowly("GET", `/export?${new URLSearchParams({ folder: "Entrée" })}`);
  download.request.end();
  await eventually(() => download.bytes > 100000, 1400);
  assert.equal((await download.answer).statusCode, 200);
  assert.ok(download.bytes > LETTERS * 1800, `${download.bytes} bytes`);
  proxy.rules = [];
});

test("how large a form may be is the program's to say", async () => {
  const answer = await write(web, await web.get("/compose"), "save", {}, [{ filename: "a", bytes: Buffer.alloc(140e6) }]);
  assert.equal(answer.status, 413, text(answer.text));
  assert.match(text(answer.text), /50 MB/);
});

test("when the program does not answer the site says so", async () => {
  await program.stop();
  const page = await web.get("/mail");
  assert.equal(page.status, 503);
  assert.match(page.text, /<html/);
});

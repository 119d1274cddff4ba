// imap.mjs — a small IMAP client with which tests arrange and inspect mailboxes, past the program.
import tls from "node:tls";
import { ACCOUNT1, CA, env } from "./env.mjs";

// Cuts a stream into responses: a line with the literals in it. Bytes are latin1 characters.
export class ResponseReader {
  constructor() {
    this.data = Buffer.alloc(0);
    this.scanned = 0; // end of the last literal found in the response at hand
  }

  push(chunk) {
    this.data = this.data.length ? Buffer.concat([this.data, chunk]) : chunk;
  }

  // The next whole response without its CRLF, or null.
  next() {
    for (;;) {
      const end = this.data.indexOf("\r\n", this.scanned);
      if (end < 0) return null;
      const literal = /\{(\d+)\+?\}$/.exec(this.data.subarray(Math.max(this.scanned, end - 24), end).toString("latin1"));
      if (!literal) {
        const whole = this.data.subarray(0, end);
        this.data = this.data.subarray(end + 2);
        this.scanned = 0;
        return whole;
      }
      const after = end + 2 + Number(literal[1]);
      if (this.data.length < after) return null;
      this.scanned = after;
    }
  }
}

const DEADLINE_MS = 120000;

export const quote = (s) => `"${s.replace(/["\\]/g, "\\$&")}"`;

export class Imap {
  static async open({ user, password } = ACCOUNT1, port = env.IMAPS_PORT) {
    const imap = new Imap();
    imap.socket = tls.connect({ host: "127.0.0.1", port: Number(port), ca: CA, servername: "localhost" });
    imap.reader = new ResponseReader();
    imap.waiting = [];
    imap.count = 0;
    imap.socket.on("data", (chunk) => {
      imap.reader.push(chunk);
      for (let line; (line = imap.reader.next()); ) imap.#arrived(line);
    });
    const fail = (error) => imap.waiting.splice(0).forEach((one) => one.reject(error || new Error("IMAP connection closed")));
    imap.socket.on("error", fail);
    imap.socket.on("close", () => fail());
    await new Promise((resolve, reject) => imap.waiting.push({ tag: "*", untagged: [], resolve, reject }));
    await imap.command(`LOGIN ${quote(user)} ${quote(password)}`).catch((error) => {
      imap.close();
      throw error;
    });
    return imap;
  }

  #arrived(bytes) {
    const line = bytes.toString("latin1");
    const [first] = this.waiting;
    if (!first) return;
    if (first.tag === "*" || line.startsWith(first.tag + " ")) {
      this.waiting.shift();
      // a test that fails does not come to its close(): a connection that waits for nothing must not
      // keep the file from ending
      if (this.waiting.length === 0) this.socket.unref();
      const [, status, text] = /^\S+ (\S+) ?([^]*)$/.exec(line);
      first.resolve({ status, text, untagged: first.untagged });
    } else if (line.startsWith("+")) {
      const next = first.literals.shift();
      this.socket.write(next);
    } else {
      first.untagged.push(line);
    }
  }

  // Each argument is a string (as it stands) or a Buffer (a literal). Throws on NO and BAD.
  async command(...parts) {
    const answer = await this.attempt(...parts);
    if (answer.status !== "OK") throw new Error(`IMAP ${parts[0]}: ${answer.status} ${answer.text}`);
    return answer;
  }

  attempt(...parts) {
    const tag = `t${++this.count}`;
    const pieces = [Buffer.from(`${tag} `)];
    const literals = [];
    for (const part of parts) {
      if (Buffer.isBuffer(part)) {
        pieces.push(Buffer.from(`{${part.length}}\r\n`));
        literals.push(Buffer.concat(pieces.splice(0)));
        pieces.push(part);
      } else {
        pieces.push(Buffer.from(part));
      }
    }
    pieces.push(Buffer.from("\r\n"));
    literals.push(Buffer.concat(pieces));
    // a server that says nothing fails the test, and does not hold it
    const name = String(parts[0]).slice(0, 40);
    const late = setTimeout(() => this.socket.destroy(new Error(`IMAP ${name}: no answer in ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
    return new Promise((resolve, reject) => {
      this.socket.ref();
      this.waiting.push({ tag, untagged: [], literals, resolve, reject });
      this.socket.write(literals.shift());
    }).finally(() => clearTimeout(late));
  }

  // { exists, uidvalidity, uidnext }
  async select(mailbox, verb = "SELECT") {
    const { untagged } = await this.command(`${verb} ${quote(mailbox)}`);
    const all = untagged.join("\n");
    const number = (pattern) => Number((pattern.exec(all) || [])[1]);
    return { exists: number(/\* (\d+) EXISTS/), uidvalidity: number(/UIDVALIDITY (\d+)/), uidnext: number(/UIDNEXT (\d+)/) };
  }

  // arrived: a Date, its INTERNALDATE; now, if there is none.
  async append(mailbox, message, flags = [], arrived = null) {
    const [, day, month, year, time] = arrived ? /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(arrived.toUTCString()) : [];
    const date = arrived ? `"${day}-${month}-${year} ${time} +0000" ` : "";
    const answer = await this.command(`APPEND ${quote(mailbox)} (${flags.join(" ")}) ${date}`, Buffer.from(message));
    return Number((/APPENDUID \d+ (\d+)/.exec(answer.text) || [])[1]);
  }

  // UIDs that match, ascending.
  async search(criteria) {
    const { untagged } = await this.command(`UID SEARCH ${criteria}`);
    return untagged.filter((line) => line.startsWith("* SEARCH")).join(" ").match(/\d+/g)?.map(Number) || [];
  }

  async flags(uid) {
    const { untagged } = await this.command(`UID FETCH ${uid} (FLAGS)`);
    return (/FLAGS \(([^)]*)\)/.exec(untagged.join("\n")) || [, ""])[1].split(" ").filter(Boolean);
  }

  // The whole message as latin1.
  async source(uid) {
    const { untagged } = await this.command(`UID FETCH ${uid} (BODY.PEEK[])`);
    const [, size] = /BODY\[\] \{(\d+)\}\r\n/.exec(untagged.join("\n")) || [];
    if (!size) throw new Error(`no message ${uid}`);
    const line = untagged.find((one) => one.includes("BODY[]"));
    const from = line.indexOf("}\r\n") + 3;
    return line.slice(from, from + Number(size));
  }

  async list() {
    const { untagged } = await this.command('LIST "" "*"');
    return untagged.filter((line) => line.startsWith("* LIST"))
      .map((line) => line.replace(/^\* LIST \([^)]*\) (?:"(?:[^"\\]|\\.)*"|NIL) /, ""))
      .map((name) => name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/g, "$1") : name.replace(/^\{\d+\}\r\n/, ""));
  }

  // A mailbox of its own for a test, empty and subscribed.
  async fresh(mailbox) {
    await this.attempt(`DELETE ${quote(mailbox)}`);
    await this.command(`CREATE ${quote(mailbox)}`);
    await this.command(`SUBSCRIBE ${quote(mailbox)}`);
  }

  async remove(mailbox) {
    await this.attempt("UNSELECT");
    await this.attempt(`UNSUBSCRIBE ${quote(mailbox)}`);
    await this.attempt(`DELETE ${quote(mailbox)}`);
  }

  close() {
    this.socket.end();
  }
}

// A simple message.
export function letter({ from = "Zoé <zoe@outside.example>", to = ACCOUNT1.user, subject = "Test", date = "Tue, 3 Mar 2026 14:02:00 +0100",
  id = `${Math.random().toString(36).slice(2)}@test.example`, headers = [], body = "Bonjour.\r\n" } = {}) {
  return [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Date: ${date}`, `Message-ID: <${id}>`, "MIME-Version: 1.0",
    ...(headers.some((h) => /^content-type/i.test(h)) ? [] : ["Content-Type: text/plain; charset=utf-8"]), ...headers, "", body].join("\r\n");
}

// fault-proxy.mjs — stands between the program and a real server, with TLS on both sides, and does
// what servers and networks do to people: lacks a capability, says no, cuts, stalls, is slow.
//
//   const proxy = await imapProxy({ hide: ["SORT"], rules: [{ match: /^UID STORE/i, action: "cut-after", times: 1 }] });
//   … configure the program with imap { host = localhost, port = proxy.port, security = tls }
//   proxy.commands   every command seen (without its tag; the message of an SMTP DATA is ".")
//   proxy.rules      may be changed at any time
//   hide             capabilities that the server seems to lack: neither advertised nor understood,
//                    and what comes of them in replies is taken out; "*" leaves IMAP4rev1 alone
//   show             capabilities that the server seems to have besides its own
//   lies             true: they are still advertised, and answered BAD when used
//   proxy.refused    the capabilities that refused commands would have needed
//   upstream         the port of another IMAP server than the demonstration's
//
// Actions: "answer" (text, with "$TAG" for the tag: instead of the server), "cut" (before the server
// gets it), "cut-after" (the server has answered, the program does not hear it), "stall" (the server
// gets it, the program hears nothing more), "delay" (ms: of all that comes from now on), "late" (ms: the
// answer to this command, and what follows it on this connection alone), "partly" (part: a function of
// the command that gives the one that the server gets; to what it has done the answer is NO).
import { readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import tls from "node:tls";
import { CA, RUN_DIR, env } from "./env.mjs";
import { ResponseReader } from "./imap.mjs";

const own = () => ({ key: readFileSync(join(RUN_DIR, "tls", "server.key")), cert: readFileSync(join(RUN_DIR, "tls", "server.pem")) });

class Proxy {
  constructor({ hide = [], show = [], lies = false, upstream = env.IMAPS_PORT, rules = [], delay = 0, cutAfterBytes = Infinity }) {
    Object.assign(this, { hide: hide.map((one) => one.toUpperCase()), show, lies, upstream: Number(upstream), rules, delay, cutAfterBytes });
    this.commands = [];
    this.refused = [];
    this.sockets = new Set();
  }

  listen(onClient) {
    this.server = tls.createServer(own(), (client) => {
      this.#track(client);
      onClient(client);
    });
    this.server.on("tlsClientError", () => {});
    return new Promise((resolve) => this.server.listen(0, "127.0.0.1", () => {
      this.port = this.server.address().port;
      resolve(this);
    }));
  }

  #track(socket) {
    socket.setNoDelay(true);
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket)).on("error", () => {});
  }

  pair(client, server) {
    this.#track(server);
    client.on("close", () => server.destroy());
    server.on("close", () => client.end());
  }

  // The rule for a command, once less available if it is limited.
  rule(command) {
    this.commands.push(command);
    const found = this.rules.find((one) => one.match.test(command) && (one.times ?? 1) > 0);
    if (found && found.times !== undefined) found.times--;
    return found;
  }

  // Every connection there is ends, now.
  cutAll() {
    for (const socket of this.sockets) socket.destroy();
  }

  close() {
    this.cutAll();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

// What goes to the program: late, up to a byte count, or not at all.
class Outlet {
  constructor(proxy, client) {
    Object.assign(this, { proxy, client, sent: 0, stalled: false, late: Promise.resolve() });
  }

  write(bytes) {
    if (this.stalled) return;
    const { proxy, client } = this;
    const room = proxy.cutAfterBytes - this.sent;
    const piece = bytes.subarray(0, Math.max(0, room));
    this.sent += piece.length;
    const go = () => {
      if (client.destroyed) return;
      client.write(piece);
      if (piece.length < bytes.length) client.destroy();
    };
    if (!proxy.delay && !this.held) return go();
    this.late = this.late.then(() => new Promise((resolve) => setTimeout(resolve, proxy.delay))).then(go);
  }

  hold(ms) {
    this.held = true;
    this.late = this.late.then(() => new Promise((resolve) => setTimeout(resolve, ms)));
  }
}

// ---- IMAP ----

const lacks = (proxy, name) => proxy.hide.includes(name) || proxy.hide.includes("*");

// What a server without these capabilities would say: null for nothing.
function withoutHidden(response, proxy) {
  let line = response.toString("latin1");
  if (proxy.show.length) line = line.replace(/^((?:\* |\S+ \S+ \[)CAPABILITY )/i, `$1${proxy.show.join(" ")} `);
  if (!proxy.hide.length || proxy.lies) return Buffer.from(line, "latin1");
  if (/^(\* CAPABILITY |\S+ \S+ \[CAPABILITY )/i.test(line)) {
    const hidden = (word) => (proxy.hide.includes("*") ? word !== "IMAP4REV1" : proxy.hide.some((one) => word === one || word.startsWith(one + "=")));
    const [, head, list, rest] = /^(.*?CAPABILITY )([^\]]*)([^]*)$/i.exec(line);
    return Buffer.from(head + list.split(" ").filter((word) => !hidden(word.toUpperCase())).join(" ") + rest, "latin1");
  }
  if (lacks(proxy, "CONDSTORE") && /^\* OK \[HIGHESTMODSEQ/i.test(line)) return null;
  // no capability, but hidden alike: keywords of our own
  if (lacks(proxy, "KEYWORDS")) line = line.replace(/^\* OK \[PERMANENTFLAGS \([^)]*\)\]/i, "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)]").replace(/^\* FLAGS \([^)]*\)/i, "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)");
  if (lacks(proxy, "UIDPLUS")) line = line.replace(/^(\S+ OK )\[(APPENDUID|COPYUID) [^\]]*\] /i, "$1");
  if (lacks(proxy, "SPECIAL-USE") && /^\* LIST \(/i.test(line))
    line = line.replace(/^\* LIST \([^)]*\)/i, (flags) => flags.replace(/ ?\\(All|Archive|Drafts|Flagged|Junk|Sent|Trash)\b/gi, "").replace("( ", "("));
  return Buffer.from(line, "latin1");
}

// Cuts what the program sends into commands, passing literals on.
class CommandReader {
  constructor(begin, pass) {
    Object.assign(this, { begin, pass, data: Buffer.alloc(0), literal: 0, inside: false, dropping: false });
  }

  push(chunk) {
    this.data = Buffer.concat([this.data, chunk]);
    for (;;) {
      if (this.literal > 0) {
        if (!this.data.length) return;
        const piece = this.data.subarray(0, this.literal);
        this.data = this.data.subarray(piece.length);
        this.literal -= piece.length;
        if (!this.dropping) this.pass(piece);
        continue;
      }
      const end = this.data.indexOf("\r\n");
      if (end < 0) return;
      const line = this.data.subarray(0, end + 2);
      this.data = this.data.subarray(end + 2);
      if (!this.inside) this.dropping = this.begin(line.subarray(0, -2).toString("latin1")) === false;
      if (!this.dropping) this.pass(line);
      const literal = /\{(\d+)(\+?)\}\r\n$/.exec(line.toString("latin1"));
      // a refused command whose literal waits for leave ends here
      this.inside = Boolean(literal) && !(this.dropping && !literal[2]);
      this.literal = this.inside ? Number(literal[1]) : 0;
    }
  }
}

function imapSession(proxy, client) {
  const server = tls.connect({ host: "127.0.0.1", port: proxy.upstream, ca: CA, servername: "localhost" });
  proxy.pair(client, server);
  const outlet = new Outlet(proxy, client);
  const responses = new ResponseReader();
  let cutAfter = null, refused = null;
  server.on("data", (chunk) => {
    responses.push(chunk);
    for (let response; (response = responses.next()); ) {
      if (refused && response.toString("latin1").startsWith(refused + " OK")) response = Buffer.from(`${refused} NO [OVERQUOTA] No room for the rest`);
      if (cutAfter && response.toString("latin1").startsWith(cutAfter + " ")) return client.destroy();
      const shown = cutAfter ? null : withoutHidden(response, proxy);
      if (shown) outlet.write(Buffer.concat([shown, Buffer.from("\r\n")]));
    }
  });
  const commands = new CommandReader((line) => {
    const at = line.indexOf(" ");
    const tag = line.slice(0, at), command = line.slice(at + 1);
    const rule = at > 0 ? proxy.rule(command) : undefined;
    const missing = rule ? undefined : NEEDS.find(([name, pattern]) => lacks(proxy, name) && pattern.test(command));
    if (missing) {
      proxy.refused.push(missing[0]);
      outlet.write(Buffer.from(`${tag} BAD Unknown command or argument\r\n`));
      return false;
    }
    if (rule?.action === "answer") outlet.write(Buffer.from(rule.text.replaceAll("$TAG", tag) + "\r\n"));
    if (rule?.action === "cut") client.destroy();
    if (rule?.action === "cut-after") cutAfter = tag;
    if (rule?.action === "stall") outlet.stalled = true;
    if (rule?.action === "delay") proxy.delay = rule.ms;
    if (rule?.action === "late") outlet.hold(rule.ms);
    if (rule?.action === "partly") { // does some of it, and then says no
      refused = tag;
      server.write(`${tag} ${rule.part(command)}\r\n`);
      return false;
    }
    return rule?.action !== "answer" && rule?.action !== "cut";
  }, (bytes) => server.writable && server.write(bytes));
  client.on("data", (chunk) => commands.push(chunk));
}

// What a server must have to understand a command.
const NEEDS = [
  ["SORT", /^(UID )?SORT\b/i], ["ESORT", /^(UID )?SORT RETURN/i], ["CONTEXT", /^(UID )?SORT RETURN .*PARTIAL/i],
  ["ESEARCH", /^(UID )?SEARCH RETURN/i], ["THREAD", /^(UID )?THREAD\b/i],
  ["UIDPLUS", /^UID EXPUNGE/i], ["MOVE", /^(UID )?MOVE\b/i],
  ["LIST-EXTENDED", /^LIST( \(| .* RETURN)/i], ["LIST-STATUS", /^LIST .* RETURN \(.*STATUS/i],
  ["SPECIAL-USE", /^LIST .*SPECIAL-USE|^CREATE .*\(USE/i], ["CREATE-SPECIAL-USE", /^CREATE .*\(USE/i],
  ["LITERAL+", /\{\d+\+\}$/], ["QUOTA", /^GETQUOTA/i], ["NAMESPACE", /^NAMESPACE/i], ["ID", /^ID\b/i],
  ["UNSELECT", /^UNSELECT/i], ["IDLE", /^IDLE/i], ["ENABLE", /^ENABLE/i], ["SASL-IR", /^AUTHENTICATE \S+ ./i], ["AUTH", /^AUTHENTICATE/i],
  ["PREVIEW", /^(UID )?FETCH .*PREVIEW/i], ["CONDSTORE", /CHANGEDSINCE|CONDSTORE|HIGHESTMODSEQ|\bMODSEQ/i],
];

export function imapProxy(options = {}) {
  const proxy = new Proxy(options);
  return proxy.listen((client) => imapSession(proxy, client));
}

// ---- SMTP ----

function starttls(port) {
  return new Promise((resolve, reject) => {
    const plain = net.connect(port, "127.0.0.1");
    let lines = "", step = 0;
    const onData = (chunk) => {
      lines += chunk;
      if (!/^\d{3} .*\r\n$/m.test(lines)) return;
      lines = "";
      if (step++ < 2) return plain.write(step === 1 ? "EHLO proxy.example\r\n" : "STARTTLS\r\n");
      plain.removeListener("data", onData);
      resolve(tls.connect({ socket: plain, ca: CA, servername: "localhost" }));
    };
    plain.on("data", onData).on("error", reject);
  });
}

async function smtpSession(proxy, client) {
  const outlet = new Outlet(proxy, client);
  const early = [];
  let pass = (chunk) => early.push(chunk);
  client.on("data", (chunk) => pass(chunk));
  const server = await starttls(Number(env.SMTP_PORT));
  proxy.pair(client, server);
  outlet.write(Buffer.from("220 proxy.example ESMTP\r\n"));
  let data = "", inData = false, cutAfter = false;
  server.on("data", (chunk) => {
    if (cutAfter) return client.destroy();
    const text = chunk.toString("latin1");
    const shown = text.split("\r\n").filter((line) => !proxy.hide.some((one) => line.slice(4).toUpperCase().startsWith(one)));
    outlet.write(Buffer.from(shown.join("\r\n"), "latin1"));
  });
  const act = (command, bytes) => {
    const rule = proxy.rule(command);
    if (rule?.action === "cut") return client.destroy();
    if (rule?.action === "answer") return outlet.write(Buffer.from(rule.text + "\r\n"));
    if (rule?.action === "cut-after") cutAfter = true;
    if (rule?.action === "stall") outlet.stalled = true;
    if (rule?.action === "delay") proxy.delay = rule.ms;
    if (/^DATA$/i.test(command)) inData = true;
    server.write(bytes);
  };
  pass = (chunk) => {
    data += chunk.toString("latin1");
    for (let end; (end = data.indexOf("\r\n")) >= 0 && !client.destroyed; ) {
      const line = data.slice(0, end);
      data = data.slice(end + 2);
      if (!inData || line === ".") {
        inData = false;
        act(line, Buffer.from(line + "\r\n", "latin1"));
      } else {
        server.write(Buffer.from(line + "\r\n", "latin1"));
      }
    }
  };
  early.splice(0).forEach((chunk) => pass(chunk));
}

export function smtpProxy(options = {}) {
  const proxy = new Proxy(options);
  return proxy.listen((client) => smtpSession(proxy, client).catch(() => client.destroy()));
}

// ---- servers that are broken from the start ----

// mode: "tls" (with { key, cert }), "plain", "silent" (accepts and says nothing), "no-starttls", "bye".
export async function brokenServer(mode, tlsOptions) {
  const sockets = new Set();
  const talk = (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    if (mode === "silent") return;
    socket.write(mode === "bye" ? "* BYE [UNAVAILABLE] closed for inventory\r\n" : "* OK ready\r\n");
    if (mode === "bye") return socket.end();
    let data = "";
    socket.on("data", (chunk) => {
      data += chunk;
      for (let end; (end = data.indexOf("\r\n")) >= 0; data = data.slice(end + 2)) {
        const [tag, verb] = data.slice(0, end).split(" ");
        if (/^capability$/i.test(verb)) socket.write(`* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n`);
        else socket.write(`${tag} BAD not here\r\n`);
      }
    });
  };
  const server = mode === "tls" ? tls.createServer(tlsOptions, talk) : net.createServer(talk);
  server.on("tlsClientError", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

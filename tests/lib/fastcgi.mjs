// fastcgi.mjs — asks the program at its own socket, as nginx does (FastCGI 1.0, responder role).
import net from "node:net";

const BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6;

function record(type, content) {
  const head = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);
  return Buffer.concat([head, content]);
}

function length(n) {
  if (n < 128) return Buffer.from([n]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((n | 0x80000000) >>> 0);
  return bytes;
}

function stream(type, bytes, open = false) {
  const records = [];
  for (let at = 0; at < bytes.length; at += 65535) records.push(record(type, bytes.subarray(at, at + 65535)));
  return Buffer.concat(open ? records : [...records, record(type, Buffer.alloc(0))]);
}

// address: a path, or { host, port }. Headers as an object; params override what is derived.
// open: more of the body seems to come, and never does.
// { status, headers (an array of [name, value]), text }; a Set-Cookie may come more than once.
export function ask(address, method, uri, { body = Buffer.alloc(0), headers = {}, params = {}, timeout = 30000, open = false } = {}) {
  body = Buffer.from(body);
  const all = { REQUEST_METHOD: method, REQUEST_URI: uri, QUERY_STRING: uri.split("?")[1] || "", SERVER_PROTOCOL: "HTTP/1.1",
    SERVER_NAME: "localhost", SERVER_PORT: "443", HTTPS: "on", REMOTE_ADDR: "127.0.0.1", HTTP_HOST: "localhost", ...params };
  if (body.length || method === "POST") all.CONTENT_LENGTH ??= String(body.length);
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toUpperCase().replaceAll("-", "_");
    all[key === "CONTENT_TYPE" ? key : "HTTP_" + key] = value;
  }
  const pairs = Object.entries(all).map(([name, value]) => {
    const n = Buffer.from(name), v = Buffer.from(value);
    return Buffer.concat([length(n.length), length(v.length), n, v]);
  });
  return new Promise((resolve, reject) => {
    const socket = net.connect(typeof address === "string" ? { path: address } : address);
    let data = Buffer.alloc(0);
    const out = [];
    let ended = false;
    socket.setTimeout(timeout, () => socket.destroy(new Error(`no answer from the program: ${method} ${uri}`)));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      data = Buffer.concat([data, chunk]);
      while (data.length >= 8) {
        const size = data.readUInt16BE(4), whole = 8 + size + data[6];
        if (data.length < whole) break;
        if (data[1] === STDOUT) out.push(data.subarray(8, 8 + size));
        if (data[1] === END) ended = true;
        data = data.subarray(whole);
      }
      if (ended) socket.end();
    });
    socket.on("close", () => (ended ? resolve(parse(Buffer.concat(out))) : reject(new Error("the program closed without an answer"))));
    socket.write(Buffer.concat([record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])), stream(PARAMS, Buffer.concat(pairs)), stream(STDIN, body, open)]));
  });
}

function parse(bytes) {
  const end = bytes.indexOf("\r\n\r\n");
  const headers = bytes.subarray(0, end).toString("latin1").split("\r\n").map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  const status = headers.find(([name]) => name === "status");
  return { status: status ? parseInt(status[1], 10) : 200, headers, body: bytes.subarray(end + 4), text: bytes.subarray(end + 4).toString("utf8"),
    header: (name) => headers.find(([one]) => one === name)?.[1] };
}

// A browser at the socket: cookies kept, forms submitted.
export class SocketClient {
  constructor(address, headers = {}) {
    Object.assign(this, { address, headers, cookies: new Map() });
  }

  async request(method, uri, options = {}) {
    const headers = { "accept-language": "en", ...this.headers, ...options.headers };
    if (this.cookies.size) headers.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await ask(this.address, method, uri, { ...options, headers });
    for (const [name, value] of answer.headers) {
      if (name !== "set-cookie") continue;
      const [, key, content] = /^([^=]+)=([^;]*)/.exec(value);
      if (/max-age=0/i.test(value)) this.cookies.delete(key);
      else this.cookies.set(key, content);
    }
    return answer;
  }

  get(uri) {
    return this.request("GET", uri);
  }

  post(uri, fields) {
    return this.request("POST", uri, { body: new URLSearchParams(fields).toString(), headers: { "content-type": "application/x-www-form-urlencoded" } });
  }

  async login({ user, password }) {
    const page = await this.get("/login");
    const [, csrf] = /name="csrf"[^>]*value="([^"]*)"/.exec(page.text) || /value="([^"]*)"[^>]*name="csrf"/.exec(page.text);
    return this.post("/login", { user, password, csrf });
  }
}
